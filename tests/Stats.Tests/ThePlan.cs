using CsCheck;
using PrefEval.Stats.Simulation;

namespace PrefEval.Stats.Tests;

/// <summary>What a plan promises, held against studies that were played.</summary>
public sealed class ThePlan
{
    private const double TieWidth = 0.6;

    /// <summary>Golden entry power: Connor 1987, to the continuous number where it is given.</summary>
    [Theory]
    [InlineData(0.8, 0.1, 625.5473178337214, 626, 837)]
    [InlineData(0.8, 0.05, 2509.2823506580976, 2510, 3359)]
    [InlineData(0.6, 0.1, 468.56797946031924, 469, 627)]
    [InlineData(1, 0.1, 782.5259552102937, 783, 1047)]
    [InlineData(0.7, 0.2, 134.97325844686915, 135, 180)]
    public void Of_independent_judgments_is_the_published_one(double decisive, double net, double exact, int judgments, int judgmentsFor90)
    {
        Assert.Equal(exact, NetPower.Judgments(decisive, net), 1e-8 * exact);
        Assert.Equal((judgments, judgmentsFor90), ((int)Math.Ceiling(NetPower.Judgments(decisive, net)), (int)Math.Ceiling(NetPower.Judgments(decisive, -net, 0.9))));
        Assert.Equal(0.8, NetPower.Power(exact, decisive, net), 1e-9);
    }

    /// <summary>Golden entry power: all outcomes counted.</summary>
    [Theory]
    [InlineData(100, 0.6, 0.4620933823483935, 0.03520020021770476)]
    [InlineData(200, 0.6, 0.7868482653076219, 0.04003719161339954)]
    [InlineData(400, 0.55, 0.4806563627310723, 0.04023073968063812)]
    public void Of_the_exact_sign_test_counts_every_outcome(int decisive, double winRate, double power, double size)
    {
        var (actual, actualSize) = NetPower.OfSignTest(decisive, winRate);
        Assert.Equal(power, actual, 1e-10);
        Assert.Equal(size, actualSize, 1e-10);
        Assert.Equal((0, 0), NetPower.OfSignTest(4, winRate)); // no outcome of four is that rare
    }

    /// <summary>Golden entry power: n (1 + (m - 1) icc).</summary>
    [Fact]
    public void Where_raters_do_not_differ_has_the_textbooks_design_effect()
    {
        var point = Planner.At(PlanAssumptions.Default with { PromptShare = 0.2, RaterShare = 0 }, 100_000, 50_000, 3);
        Assert.Equal(1.4, point.Deff, 1e-12);
        Assert.Equal(534, (int)Math.Ceiling(381 * point.Deff));
    }

    private static readonly Gen<(int Prompts, int Raters, double[] Scores)> Complete =
        from prompts in Gen.Int[2, 9]
        from raters in Gen.Int[2, 6]
        from scores in Gen.Double[0, 1].Array[prompts * raters]
        select (prompts, raters, scores);

    [Fact]
    public void Takes_from_a_complete_pilot_what_the_analysis_of_variance_does() => Complete.Sample((prompts, raters, scores) =>
    {
        double Mean(Func<int, bool> of) => Enumerable.Range(0, scores.Length).Where(of).Average(i => scores[i]);
        var mean = scores.Average();
        var byPrompt = Enumerable.Range(0, prompts).Sum(p => Math.Pow(Mean(i => i / raters == p) - mean, 2)) * raters;
        var byRater = Enumerable.Range(0, raters).Sum(r => Math.Pow(Mean(i => i % raters == r) - mean, 2)) * prompts;
        var rest = (scores.Sum(s => (s - mean) * (s - mean)) - byPrompt - byRater) / ((prompts - 1) * (raters - 1));
        var (a, b) = ((byPrompt / (prompts - 1) - rest) / raters, (byRater / (raters - 1) - rest) / prompts);

        var e = VarianceComponents.Estimate(scores, [.. Enumerable.Range(0, scores.Length).Select(i => i / raters)], [.. Enumerable.Range(0, scores.Length).Select(i => i % raters)]);
        if (a > 1e-9 && b > 1e-9)
        {
            Assert.Equal((ComponentStatus.Ok, ComponentStatus.Ok), (e.PromptStatus, e.RaterStatus));
            Assert.Equal(a, e.Prompt, 1e-10);
            Assert.Equal(b, e.Rater, 1e-10);
            Assert.Equal(rest, e.Rest, 1e-10);
        }
        else if (a < -1e-9)
        {
            Assert.Equal((ComponentStatus.ClippedAtZero, 0.0), (e.PromptStatus, e.Prompt));
        }
        Assert.True(e.Prompt >= 0 && e.Rater >= 0 && e.Rest >= 0 && e.Total > 0);
    });

    [Fact]
    public void Finds_the_effects_that_the_simulator_put_in()
    {
        const int Studies = 200;
        var (prompt, rater, rest) = Components(0.4, 0.9, 0.7);
        var found = Enumerable.Range(1, Studies).Select(seed =>
        {
            var rows = Play((ulong)seed, 160, [6, 3, .. Even(8)], 3, 0.4, 0.9, 0.7);
            return VarianceComponents.Estimate(rows.Scores, rows.Prompt, rows.Rater);
        }).ToList();
        Assert.True(found.Count(e => e.PromptStatus == ComponentStatus.Ok) > 0.98 * Studies);
        Within(prompt, found.ConvertAll(e => e.Prompt));
        Within(rater, found.ConvertAll(e => e.Rater));
        Within(rest, found.ConvertAll(e => e.Rest));

        static void Within(double truth, List<double> estimates)
        {
            var mean = estimates.Average();
            var error = Math.Sqrt(estimates.Sum(e => (e - mean) * (e - mean)) / (estimates.Count - 1) / estimates.Count);
            Assert.InRange(mean, truth - 3.5 * error, truth + 3.5 * error);
        }
    }

    [Theory]
    [InlineData(80, 8, 3)]
    [InlineData(200, 20, 2)]
    [InlineData(150, 12, 1)]
    public void Foretells_the_width_of_intervals(int prompts, int raters, int overlap)
    {
        var assumptions = Assumptions(0.3, 0.8, 0.5);
        var promised = Planner.At(assumptions, prompts, raters, overlap).HalfWidth;
        var came = Enumerable.Range(1, 150).Average(seed =>
        {
            var e = Play((ulong)seed, prompts, Even(raters), overlap, 0.3, 0.8, 0.5).Estimate().WinRate.RatersLikeThese;
            return (e.Upper!.Value - e.Lower!.Value) / 2;
        });
        Assert.InRange(came / promised, 0.92, 1.08);
    }

    [Theory]
    [InlineData(120, 16, 2)]
    [InlineData(300, 30, 1)]
    public void Foretells_how_often_a_preference_is_found(int prompts, int raters, int overlap)
    {
        const int Studies = 400;
        var assumptions = Assumptions(0.4, 0.8, 0.4);
        var promised = Planner.Power(assumptions, prompts, raters, overlap, assumptions.Win - assumptions.Loss);
        var found = Enumerable.Range(1, Studies).Count(seed => Play((ulong)seed, prompts, Even(raters), overlap, 0.4, 0.8, 0.4).Estimate().Net.RatersLikeThese.PValue < 0.05);
        Assert.InRange(promised, 0.4, 0.9);
        Assert.InRange(found / (double)Studies, promised - 0.08, promised + 0.08);
    }

    private static readonly Gen<PlanAssumptions> Assumed =
        from win in Gen.Double[0.05, 0.9]
        from loss in Gen.Double[0.02, 0.99 - win]
        from prompt in Gen.Double[0, 0.5]
        from rater in Gen.Double[0.01, 0.3]
        from evenness in Gen.Double[0.3, 1]
        select new PlanAssumptions { Win = win, Loss = loss, PromptShare = prompt, RaterShare = rater, Evenness = evenness };

    [Fact]
    public void Asks_for_the_fewest_and_says_where_no_number_is_enough() => Gen.Select(Assumed, Gen.Int[3, 60], Gen.Int[1, 3], Gen.Double[0.02, 0.3]).Sample((assumed, raters, overlap, wanted) =>
    {
        var floor = Planner.Floor(assumed, raters);
        Assert.True(floor > 0);
        if (Planner.PromptsForHalfWidth(assumed, wanted, raters, overlap) is { } prompts)
        {
            Assert.True(floor < wanted + 1e-9);
            Assert.True(Planner.At(assumed, prompts, raters, overlap).HalfWidth <= wanted);
            Assert.True(prompts == 2 || Planner.At(assumed, prompts - 1, raters, overlap).HalfWidth > wanted);
            Assert.True(Planner.RatersForHalfWidth(assumed, wanted, prompts, overlap) <= raters);
        }
        else
        {
            Assert.True(floor > wanted - 1e-3);
        }
        var here = Planner.At(assumed, 100, raters, overlap);
        Assert.True(here.HalfWidth >= Planner.At(assumed, 101, raters, overlap).HalfWidth && here.HalfWidth >= Planner.At(assumed, 100, raters + 1, overlap).HalfWidth);
        Assert.True(here.Deff >= 1 && here.NEff <= here.Judgments && here.HalfWidth is > 0 and <= 0.5);
    }, iter: 200);

    [Fact]
    public void For_power_asks_for_the_fewest_as_well() => Gen.Select(Assumed, Gen.Int[3, 60], Gen.Double[0.05, 0.3]).Sample((assumed, raters, net) =>
    {
        if (Planner.PromptsForPower(assumed, net, 0.8, raters, 2) is not { } prompts) return;
        Assert.True(Planner.Power(assumed, prompts, raters, 2, net) >= 0.8);
        Assert.True(prompts == 2 || Planner.Power(assumed, prompts - 1, raters, 2, net) < 0.8);
        Assert.True(Planner.RatersForPower(assumed, net, 0.8, prompts, 2) <= raters);
    }, iter: 200);

    [Fact]
    public void Says_what_a_pilot_cannot_tell_apart()
    {
        int[] four = [0, 0, 1, 1], each = [0, 1, 2, 3], one = [0, 0, 0, 0];
        double[] scores = [1, 0.5, 0, 0.5];
        Assert.Equal((ComponentStatus.Ok, ComponentStatus.NotSeparable), Statuses(four, one));
        Assert.Equal((ComponentStatus.NotSeparable, ComponentStatus.Ok), Statuses(each, four));
        Assert.Equal((ComponentStatus.NotSeparable, ComponentStatus.NotSeparable), Statuses(each, each));
        Assert.Equal((ComponentStatus.NotSeparable, ComponentStatus.NotSeparable), Statuses(four, four)); // who judges what they judge
        Assert.Equal(0, VarianceComponents.Estimate([1, 1, 1, 1], four, [0, 1, 0, 1]).Total);

        (ComponentStatus, ComponentStatus) Statuses(int[] prompt, int[] rater)
        {
            var e = VarianceComponents.Estimate(scores, prompt, rater);
            return (e.PromptStatus, e.RaterStatus);
        }
    }

    [Fact]
    public void Refuses_what_makes_no_sense_by_name()
    {
        var fine = PlanAssumptions.Default;
        Named("prompts", () => Planner.At(fine, 1, 5, 1));
        Named("raters", () => Planner.At(fine, 10, 1, 1));
        Named("raters", () => Planner.At(fine, 10, 2, 3));
        Named("overlap", () => Planner.At(fine, 10, 5, 0));
        Named("confidence", () => Planner.At(fine, 10, 5, 1, 1.2));
        Named("Loss", () => Planner.At(fine with { Win = 0.7, Loss = 0.5 }, 10, 5, 1));
        Named("Win", () => Planner.At(fine with { Win = 1, Loss = 0 }, 10, 5, 1));
        Named("RaterShare", () => Planner.Floor(fine with { PromptShare = 0.9, RaterShare = 0.2 }, 5));
        Named("Evenness", () => Planner.Floor(fine with { Evenness = 0 }, 5));
        Named("halfWidth", () => Planner.PromptsForHalfWidth(fine, 0, 5, 1));
        Named("net", () => Planner.PromptsForPower(fine, 0, 0.8, 5, 1));
        Named("power", () => Planner.RatersForPower(fine, 0.1, 1, 5, 1));
        Named("net", () => NetPower.Judgments(0.5, 0.6));
        Named("decisive", () => NetPower.Judgments(0, 0));
        Named("rater", () => VarianceComponents.Estimate([1, 0], [0, 1], [0]));
        Named("score", () => VarianceComponents.Estimate([1, double.NaN], [0, 1], [0, 1]));
        Named("score", () => VarianceComponents.Estimate([1], [0], [0]));

        static void Named<T>(string name, Func<T> call) => Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(() => call()).ParamName);
    }

    private static double[] Even(int raters) => [.. Enumerable.Repeat(1.0, raters)];

    private static Rows Play(ulong seed, int prompts, double[] weights, int overlap, double strength, double promptTaste, double raterTaste)
    {
        var settings = new SimulationSettings
        {
            Seed = seed, Strengths = [strength, 0], PromptTaste = promptTaste, RaterTaste = raterTaste, TieWidth = TieWidth, TieLeniency = 0, LeftBiasSpread = 0, NoiseSpread = 0,
        };
        var judgments = StudySimulator.Judge(settings, StudySimulator.Assign(seed, prompts, overlap, weights).Select(a => new SimulatedAsk(a.Prompt, 0, 1, a.Rater))).ToArray();
        return new Rows([.. judgments.Select(j => j.Prompt)], [.. judgments.Select(j => j.Rater)], [.. judgments.Select(j => j.Winner)]);
    }

    private static PlanAssumptions Assumptions(double strength, double promptTaste, double raterTaste)
    {
        var (prompt, rater, rest) = Components(strength, promptTaste, raterTaste);
        var all = Math.Sqrt(promptTaste * promptTaste + raterTaste * raterTaste);
        return new()
        {
            Win = Normal(x => 1 / (1 + Math.Exp(TieWidth - strength - all * x))),
            Loss = Normal(x => 1 / (1 + Math.Exp(TieWidth + strength + all * x))),
            PromptShare = prompt / (prompt + rater + rest),
            RaterShare = rater / (prompt + rater + rest),
        };
    }

    /// <summary>What the simulator's effects in log-odds are as variances of the score: of a prompt's mean over raters, of a rater's over prompts, and what is left.</summary>
    private static (double Prompt, double Rater, double Within) Components(double strength, double promptTaste, double raterTaste)
    {
        double Win(double lead) => 1 / (1 + Math.Exp(TieWidth - lead));
        double Score(double lead) => (1 + Win(lead) - Win(-lead)) / 2;
        double Square(double lead) => Win(lead) + (1 - Win(lead) - Win(-lead)) / 4;
        double Of(double own, double other) => Normal(x => Math.Pow(Normal(y => Score(strength + own * x + other * y)), 2));
        var all = Math.Sqrt(promptTaste * promptTaste + raterTaste * raterTaste);
        var mean = Normal(x => Score(strength + all * x));
        var (prompt, rater) = (Of(promptTaste, raterTaste) - mean * mean, Of(raterTaste, promptTaste) - mean * mean);
        return (prompt, rater, Normal(x => Square(strength + all * x)) - mean * mean - prompt - rater);
    }

    /// <summary>The mean over a standard normal, by the trapezoid rule.</summary>
    private static double Normal(Func<double, double> of)
    {
        var (sum, weight) = (0.0, 0.0);
        for (var x = -7.0; x <= 7; x += 0.1)
        {
            var density = Math.Exp(-x * x / 2);
            sum += density * of(x);
            weight += density;
        }
        return sum / weight;
    }
}
