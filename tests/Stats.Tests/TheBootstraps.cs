using PrefEval.Stats.Simulation;

namespace PrefEval.Stats.Tests;

/// <summary>Drawing the study again and again, a check on the sandwich that shares none of its algebra.</summary>
public sealed class TheBootstraps
{
    private const int Resamples = 1000;

    // Of a standard error estimated from so many resamples, relative.
    private static readonly double MonteCarlo = 1 / Math.Sqrt(2.0 * Resamples);

    /// <summary>Four models, every prompt judged by six of forty raters, each on a pair drawn for her.</summary>
    private static Contests Study(ulong seed, double promptTaste, double raterTaste)
    {
        var chance = new Chance(seed);
        var settings = new SimulationSettings { Seed = seed, Strengths = [0.6, 0.3, 0, -0.2], PromptTaste = promptTaste, RaterTaste = raterTaste, TieLeniency = 0, NoiseSpread = 0, LeftBias = 0.2 };
        var asks = StudySimulator.Assign(seed, 250, 6, [.. Enumerable.Repeat(1.0, 40)]).Select(a =>
        {
            var (first, second) = (chance.NextInt(4), chance.NextInt(3));
            return new SimulatedAsk(a.Prompt, first, second >= first ? second + 1 : second, a.Rater);
        }).ToArray();
        return Contests.Of(StudySimulator.Judge(settings, asks));
    }

    [Theory]
    [InlineData(TieModel.Davidson)]
    [InlineData(TieModel.HalfWins)]
    public void Of_independent_votes_spread_as_the_independent_error_says(TieModel ties)
    {
        var study = Study(1, 0, 0);
        var drawn = LeaderboardBootstrap.Votes(study.Columns, 7, Resamples, ties: ties);
        Assert.Equal((BootstrapStatus.Ok, 0), (drawn.Status, drawn.WithoutMaximum));
        foreach (var row in study.Table(ties).Rows)
        {
            var own = drawn.Rows[row.Model];
            var e = row.Strength.Independent;
            Assert.Equal(e.Value!.Value, own.Value!.Value, 9);
            Assert.InRange(own.Se!.Value / e.Se!.Value, 1 - 4 * MonteCarlo, 1 + 4 * MonteCarlo);
            // A 2.5th percentile of a thousand is known to 0.085 standard errors.
            Assert.InRange(own.Lower!.Value, e.Lower!.Value - 0.35 * e.Se.Value, e.Lower.Value + 0.35 * e.Se.Value);
            Assert.InRange(own.Upper!.Value, e.Upper!.Value - 0.35 * e.Se.Value, e.Upper.Value + 0.35 * e.Se.Value);
        }
    }

    [Fact]
    public void Of_prompts_and_raters_vary_as_the_sandwich_does_and_two_independent_variances_more()
    {
        var ratios = new List<double>();
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var study = Study(seed, 1.2, 0.8);
            var drawn = LeaderboardBootstrap.PromptsAndRaters(study.Columns, seed, Resamples);
            Assert.Equal((BootstrapStatus.Ok, 0), (drawn.Status, drawn.WithoutMaximum));
            foreach (var row in study.Table().Rows)
            {
                double two = row.Strength.RatersLikeThese.Se!.Value, one = row.Strength.Independent.Se!.Value;
                Assert.True(two > 1.1 * one, "prompts and raters should matter here");
                ratios.Add(Math.Log(drawn.Rows[row.Model].Se!.Value / Math.Sqrt(two * two + 2 * one * one)));
            }
        }
        // Twelve ratios, nearly independent in threes; the sandwich's G / (G - 1) for raters and the fit's curvature are worth two or three per cent.
        Assert.InRange(ratios.Average(), -0.04, 0.06);
        Assert.All(ratios, r => Assert.InRange(r, -4 * MonteCarlo - 0.04, 4 * MonteCarlo + 0.06));
    }

    /// <summary>Of the mean of scores: sum over cells + (1 - 1/R) sum over prompts + (1 - 1/P) sum over raters, which follows from the weights' moments.</summary>
    [Theory]
    [InlineData(1, 0.8, 0.5)]
    [InlineData(2, 0.3, 1.2)]
    [InlineData(3, 0, 0)]
    public void Of_prompts_and_raters_agree_with_the_two_way_variance_of_a_mean(ulong seed, double promptTaste, double raterTaste)
    {
        const int draws = 4000;
        var study = Study(seed, promptTaste, raterTaste);
        double[] score = [.. study.Winner.Select(w => w == Winner.A ? 1 : w == Winner.B ? 0 : 0.5)];
        var v = TwoWay.Cr1(score, study.Prompt, study.Rater);
        double P = v.Prompts, R = v.Raters, cells = study.Count; // a rater meets a prompt once
        var expected = v.Cell!.Value * (cells - 1) / cells + (1 - 1 / P) * (1 - 1 / R) * (v.Prompt!.Value + v.Rater!.Value);
        var (sum, squares) = (0.0, 0.0);
        for (var b = 0; b < draws; b++)
        {
            var chance = Chance.For(seed, b);
            var (prompt, rater) = (Draw(chance, v.Prompts), Draw(chance, v.Raters));
            var (top, bottom) = (0.0, 0.0);
            for (var i = 0; i < score.Length; i++)
            {
                double weight = prompt[study.Prompt[i]] * rater[study.Rater[i]];
                (top, bottom) = (top + weight * score[i], bottom + weight);
            }
            sum += top / bottom - v.Mean;
            squares += (top / bottom - v.Mean) * (top / bottom - v.Mean);
        }
        var variance = (squares - sum * sum / draws) / (draws - 1);
        Assert.InRange(variance / expected, 1 - 4 * Math.Sqrt(2.0 / draws) - 0.03, 1 + 4 * Math.Sqrt(2.0 / draws) + 0.03);
    }

    private static int[] Draw(Chance chance, int clusters)
    {
        var weights = new int[clusters];
        for (var g = 0; g < clusters; g++) weights[chance.NextInt(clusters)]++;
        return weights;
    }

    [Fact]
    public void Give_the_same_bits_for_the_same_seed_whatever_the_order_of_the_rows()
    {
        var study = Contests.D2;
        var rows = Enumerable.Range(0, study.Count).ToArray();
        new Chance(5).Shuffle<int>(rows);
        var shuffled = study.Pick(rows);
        foreach (var bootstrap in new Func<Contests, ulong, BootstrapEstimates>[] { (c, s) => LeaderboardBootstrap.Votes(c.Columns, s, 201), (c, s) => LeaderboardBootstrap.PromptsAndRaters(c.Columns, s, 201) })
        {
            var (one, again, other) = (bootstrap(study, 3), bootstrap(shuffled, 3), bootstrap(study, 4));
            Assert.Equal(one.Rows, again.Rows);
            Assert.NotEqual(one.Rows, other.Rows);
        }
    }

    [Fact]
    public void Fit_a_resample_as_the_leaderboard_would()
    {
        foreach (var (study, ties) in new[] { (Contests.D2, TieModel.Davidson), (Contests.D2, TieModel.HalfWins), (Contests.D2.WithoutSides(), TieModel.Davidson), (Study(4, 1, 1), TieModel.Davidson) })
        {
            var cells = new ContestCells(study.Columns);
            int[] models = [.. study.ModelA.Concat(study.ModelB).Distinct().Order()];
            ContestCell[] Placed(IReadOnlyList<ContestCell> all) => [.. all.Select(c => c with { Low = Array.IndexOf(models, c.Low), High = Array.IndexOf(models, c.High) })];
            DavidsonFit Fit(IReadOnlyList<ContestCell> all) => DavidsonFit.Of(Placed(all), models.Length, all.Any(c => c.Side != 0), ties == TieModel.Davidson, false)!;
            var warm = new WarmNewton(cells, models, Fit(cells.All()));
            var (counts, strengths) = (new int[cells.Codes], new double[models.Length]);
            for (var b = 0; b < 20; b++)
            {
                Multinomial.Draw(Chance.For(1, b), study.Count, cells, counts);
                Assert.Equal(study.Count, counts.Sum());
                Assert.True(warm.Fit(counts, strengths));
                var slow = Fit(cells.All(counts)).Strengths;
                for (var m = 0; m < models.Length; m++) Assert.Equal(slow[m], strengths[m], 9);
            }
        }
    }

    [Fact]
    public void Count_the_resamples_that_have_no_maximum()
    {
        // One loss of model 0 among 200 judgments: a resample misses it with chance (1 - 1/200)^200.
        var study = Contests.Of([(0, 1, 99, 1, 0), (1, 2, 50, 50, 0)]);
        var drawn = LeaderboardBootstrap.Votes(study.Columns, 1, Resamples);
        Assert.Equal(BootstrapStatus.SomeWithoutMaximum, drawn.Status);
        Assert.InRange(drawn.WithoutMaximum, 367 - 4 * 15, 367 + 4 * 15);
        Assert.All(drawn.Rows, r => Assert.True(r.Lower < r.Value && r.Value < r.Upper));
    }

    [Fact]
    public void Say_why_there_is_no_answer()
    {
        static BootstrapEstimates Of(params (int, int, int, int, int)[] pairs) => LeaderboardBootstrap.Votes(Contests.Of(pairs).Columns, 1, 200);
        Assert.Equal(BootstrapStatus.NoJudgments, Of().Status);
        Assert.Equal(BootstrapStatus.NoMaximum, Of((0, 1, 10, 0, 0)).Status);
        Assert.Equal(BootstrapStatus.NotConnected, Of((0, 1, 5, 5, 0), (2, 3, 5, 5, 0)).Status);
        Assert.Equal(BootstrapStatus.NoVariation, Of((0, 1, 1, 1, 0)).Status); // one win each, or no maximum
        Assert.All(Of((0, 1, 10, 0, 0)).Rows, r => Assert.True(r is { Value: null, Se: null, Lower: null, Upper: null }));
        Assert.Equal("resamples", Assert.Throws<ArgumentOutOfRangeException>(() => LeaderboardBootstrap.Votes(Contests.D2.Columns, 1, 38)).ParamName);
    }

    [Theory]
    [InlineData(40, 0.1)] // by search
    [InlineData(60, 0.3)] // by rejection
    [InlineData(30, 0.9)]
    [InlineData(1000, 0.02)]
    public void Draw_binomials_that_are_binomial(int n, double p)
    {
        const int draws = 40_000;
        var chance = new Chance(11);
        var seen = new int[n + 1];
        for (var i = 0; i < draws; i++) seen[Multinomial.Binomial(chance, n, p)]++;
        var (statistic, cells, mass) = (0.0, 0, Math.Exp(n * Math.Log(1 - p)));
        for (var k = 0; k <= n; k++)
        {
            if (draws * mass >= 5)
            {
                statistic += (seen[k] - draws * mass) * (seen[k] - draws * mass) / (draws * mass);
                cells++;
            }
            mass *= (n - k) / (k + 1.0) * p / (1 - p);
        }
        Assert.InRange(statistic, cells - 4.5 * Math.Sqrt(2.0 * cells), cells + 4.5 * Math.Sqrt(2.0 * cells));
    }
}
