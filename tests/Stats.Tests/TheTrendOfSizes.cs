using CsCheck;
using PrefEval.Stats.Simulation;

namespace PrefEval.Stats.Tests;

/// <summary>The win rate against the size of a model, a line in log-odds a doubling.</summary>
public sealed class TheTrendOfSizes
{
    private sealed record Sized(int[] Prompt, int[] Rater, Winner[] Winner, double[] Size)
    {
        public SizeTrendEstimates Estimate() => SizeTrend.Estimate(new(Prompt, Rater, Winner), Size);

        /// <summary>By size: so many wins, ties and losses, each on a prompt of its own, by raters in turn.</summary>
        public static Sized Of(params (double Size, int Wins, int Ties, int Losses)[] counts)
        {
            var rows = counts.SelectMany(c => Enumerable.Repeat((c.Size, Stats.Winner.A), c.Wins).Concat(Enumerable.Repeat((c.Size, Stats.Winner.Tie), c.Ties)).Concat(Enumerable.Repeat((c.Size, Stats.Winner.B), c.Losses))).ToArray();
            return new([.. rows.Select((_, i) => i)], [.. rows.Select((_, i) => i % 4)], [.. rows.Select(r => r.Item2)], [.. rows.Select(r => r.Size)]);
        }
    }

    [Fact]
    public void Three_points_on_a_line_give_that_line()
    {
        // Odds 1/2, 1 and 2 at 7, 14 and 28: a doubling doubles the odds.
        var e = Sized.Of((7e9, 10, 0, 20), (14e9, 15, 10, 15), (28e9, 40, 0, 20)).Estimate();
        Assert.Equal(Math.Log(2), e.Slope.TheseRaters.Value!.Value, 1e-10);
        Assert.Equal((130, 3, 7e9, 28e9), (e.N, e.Sizes, e.Smallest!.Value, e.Largest!.Value));
        Assert.Equal(1 / 3.0, e.AtSmallest!.Value, 1e-10);
        Assert.Equal(2 / 3.0, e.AtLargest!.Value, 1e-10);
        // Each prompt judged once: CR1 by prompt is the sandwich n / (n - 1) H^-1 sum of g g' H^-1, here by hand with x = -1, 0, 1.
        double h00 = 30 * 2 / 9.0 + 40 / 4.0 + 60 * 2 / 9.0, h01 = -30 * 2 / 9.0 + 60 * 2 / 9.0, h11 = 30 * 2 / 9.0 + 60 * 2 / 9.0, determinant = h00 * h11 - h01 * h01;
        double Part(double residual, double x, int times) => times * Math.Pow(residual * (h00 * x - h01) / determinant, 2);
        var meat = Part(2 / 3.0, -1, 10) + Part(-1 / 3.0, -1, 20) + Part(0.5, 0, 15) + Part(-0.5, 0, 15) + Part(1 / 3.0, 1, 40) + Part(-2 / 3.0, 1, 20);
        Assert.Equal(Math.Sqrt(meat * 130 / 129), e.Slope.TheseRaters.Se!.Value, 1e-10);
        Assert.Equal(("quasi_logit_prompt_t", EstimateStatus.Ok), (e.Slope.TheseRaters.Method, e.Slope.TheseRaters.Status));
        Assert.Equal(129, e.Slope.TheseRaters.Df!.Value, 1e-9);
        Assert.True(e.Slope.TheseRaters.PValue < 0.05 && e.Slope.TheseRaters.Lower > 0);
    }

    [Fact]
    public void The_line_is_the_one_that_leaves_no_slope_in_the_residuals() => Studies.Sample(s =>
    {
        var e = s.Estimate();
        if (e.Slope.Independent.Value is not { } slope) return;
        double at = Math.Log2(e.Smallest!.Value), sum = 0, tilt = 0, spread = 0;
        var start = Math.Log(e.AtSmallest!.Value / (1 - e.AtSmallest.Value));
        for (var i = 0; i < s.Size.Length; i++)
        {
            var x = Math.Log2(s.Size[i]) - at;
            var residual = (s.Winner[i] switch { Winner.A => 1, Winner.B => 0, _ => 0.5 }) - 1 / (1 + Math.Exp(-start - slope * x));
            (sum, tilt, spread) = (sum + residual, tilt + residual * x, spread + Math.Abs(x));
        }
        Assert.Equal(0, sum, 1e-6);
        Assert.Equal(0, tilt, 1e-6 * Math.Max(1, spread));
    });

    [Fact]
    public void The_unit_of_the_size_does_not_matter_and_the_other_side_turns_the_line() => Studies.Sample(s =>
    {
        var e = s.Estimate();
        var inOthers = (s with { Size = [.. s.Size.Select(x => x * 1e9)] }).Estimate();
        var turned = (s with { Winner = [.. s.Winner.Select(w => w switch { Winner.A => Winner.B, Winner.B => Winner.A, _ => w })] }).Estimate();
        foreach (var scope in Enum.GetValues<Scope>())
        {
            var (one, other, opposite) = (e.Slope.In(scope), inOthers.Slope.In(scope), turned.Slope.In(scope));
            Assert.Equal((one.Status, one.Status), (other.Status, opposite.Status));
            if (one.Value is not { } v) continue;
            Assert.Equal(v, other.Value!.Value, 1e-7);
            Assert.Equal(v, -opposite.Value!.Value, 1e-7);
            if (one.Lower is null) continue;
            Assert.True(one.Lower < v && v < one.Upper);
            Assert.Equal(one.Se!.Value, opposite.Se!.Value, 1e-6);
        }
    });

    private static readonly Gen<Sized> Studies =
        from rows in Gen.Select(Gen.Int[0, 7], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 4]).Array[1, 60]
        select new Sized([.. rows.Select(r => r.Item1)], [.. rows.Select(r => r.Item2)], [.. rows.Select(r => (Winner)r.Item3)], [.. rows.Select(r => Math.Pow(1.7, r.Item4))]);

    [Fact]
    public void Every_case_without_an_answer_has_a_name()
    {
        Assert.Equal(EstimateStatus.NoJudgments, Sized.Of().Estimate().Slope.TheseRaters.Status);
        Assert.Null(Sized.Of().Estimate().Smallest);
        Assert.Equal(EstimateStatus.FewSizes, Sized.Of((1, 3, 0, 1), (2, 2, 0, 1)).Estimate().Slope.TheseRaters.Status);
        Assert.Equal(EstimateStatus.NoVariation, Sized.Of((1, 3, 0, 0), (2, 2, 0, 0), (4, 2, 0, 0)).Estimate().Slope.TheseRaters.Status);
        Assert.Equal(EstimateStatus.SizeDecides, Sized.Of((1, 0, 0, 5), (2, 0, 0, 5), (4, 5, 0, 0)).Estimate().Slope.TheseRaters.Status);
        var line = Sized.Of((1, 3, 1, 2), (2, 2, 0, 3), (4, 4, 0, 1));
        Assert.Equal((EstimateStatus.SingleRater, EstimateStatus.Ok), ((line with { Rater = new int[line.Rater.Length] }).Estimate().Slope.RatersLikeThese.Status, line.Estimate().Slope.RatersLikeThese.Status));
        Assert.Equal(EstimateStatus.SinglePrompt, (line with { Prompt = new int[line.Prompt.Length] }).Estimate().Slope.TheseRaters.Status);
        foreach (var size in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentException>("size", () => SizeTrend.Estimate(new([0], [0], [Winner.A]), [size]));
    }

    [Fact]
    public void The_interval_holds_the_truth_about_as_often_as_it_says()
    {
        // Five sizes on each of 60 prompts, which lean as they do; raters too. True slope .3 on the conditional scale, a little less on the mean's.
        const int Runs = 300;
        var truth = Simulated(new Chance(3), 40_000, 200).Estimate().Slope.RatersLikeThese.Value!.Value;
        Assert.InRange(truth, 0.22, 0.3);
        var held = Enumerable.Range(0, Runs).Count(run => Simulated(Chance.For(4, run), 60, 12).Estimate().Slope.RatersLikeThese is var e && e.Lower <= truth && truth <= e.Upper);
        Assert.InRange(held / (double)Runs, 0.91, 0.99);
    }

    private static Sized Simulated(Chance chance, int prompts, int raters)
    {
        var lean = Enumerable.Range(0, raters).Select(_ => chance.NextDouble() - 0.5).ToArray();
        List<int> prompt = [], rater = [];
        List<Winner> winner = [];
        List<double> size = [];
        for (var p = 0; p < prompts; p++)
        {
            var own = 2 * (chance.NextDouble() - 0.5);
            for (var m = 0; m < 5; m++)
            {
                var r = chance.NextInt(raters);
                prompt.Add(p);
                rater.Add(r);
                size.Add(1 << m);
                winner.Add(chance.NextDouble() < 1 / (1 + Math.Exp(-0.3 * (m - 2) - own - lean[r])) ? Winner.A : Winner.B);
            }
        }
        return new([.. prompt], [.. rater], [.. winner], [.. size]);
    }
}
