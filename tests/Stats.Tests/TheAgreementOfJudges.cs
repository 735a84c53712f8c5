using CsCheck;
using PrefEval.Stats.Simulation;

namespace PrefEval.Stats.Tests;

/// <summary>A language model's verdicts beside people's: both against the same others.</summary>
public sealed class TheAgreementOfJudges
{
    /// <summary>A line a prompt, a unit between bars: what its people say, then what the judge does.</summary>
    private sealed record Votes(int[] Unit, int[] Prompt, Winner[] Winner, bool[] IsJudge)
    {
        public static Votes Parse(string text)
        {
            List<int> unit = [], prompt = [];
            List<Winner> winner = [];
            List<bool> isJudge = [];
            var lines = text.Split('\n');
            var u = 0;
            for (var p = 0; p < lines.Length; p++)
                foreach (var one in lines[p].Split('|'))
                {
                    var sides = one.Trim().Split(':');
                    for (var who = 0; who < 2; who++)
                        foreach (var said in sides[who])
                        {
                            unit.Add(u);
                            prompt.Add(p);
                            winner.Add(said switch { 'W' => Stats.Winner.A, 'L' => Stats.Winner.B, 'T' => Stats.Winner.Tie, _ => Stats.Winner.BothBad });
                            isJudge.Add(who == 1);
                        }
                    u++;
                }
            return new([.. unit], [.. prompt], [.. winner], [.. isJudge]);
        }

        public double[] Scores => [.. Winner.Select(w => w switch { Stats.Winner.A => 1, Stats.Winner.B => 0.0, _ => 0.5 })];

        public JudgeAgreementEstimates Estimate(double confidence = 0.95) => JudgeAgreement.Estimate(Unit, Prompt, Winner, IsJudge, confidence);

        public JudgeWinRates WinRates() => JudgeAgreement.WinRates(Unit, Prompt, Scores, IsJudge);

        public Votes Pick(int[] rows) => new([.. rows.Select(i => Unit[i])], [.. rows.Select(i => Prompt[i])], [.. rows.Select(i => Winner[i])], [.. rows.Select(i => IsJudge[i])]);

        public Votes Swapped() => this with { Winner = [.. Winner.Select(w => w switch { Stats.Winner.A => Stats.Winner.B, Stats.Winner.B => Stats.Winner.A, _ => w })] };
    }

    private const string Five = "WWL:W\nWT:T\nLLL:W\nW:W\nTB:L";

    private static IEnumerable<Estimate> All(JudgeAgreementEstimates e) =>
        new[] { e.Percent, e.TieDiscounted, e.KappaLinear }.SelectMany(m => new[] { m.EachHuman, m.Judge, m.Ceiling, m.Difference });

    [Fact]
    public void Both_are_held_against_the_same_others()
    {
        // By hand. References: WWL leaves ties (twice) and W; WT leaves T and W; LLL leaves L; TB leaves T, both bad being a tie.
        var e = Votes.Parse(Five).Estimate();
        Assert.Equal((5, 5, 4), (e.N, e.Units, e.ComparedUnits));
        Assert.Equal((0.2, 0.5, -0.3), Round(e.Percent));
        Assert.Equal((0.45, 0.7, -0.25), Round(e.TieDiscounted));
        Assert.Equal(4.0 / 11, e.Percent.EachHuman.Value!.Value, 1e-12);
        Assert.Equal(0.5, e.TieDiscounted.EachHuman.Value!.Value, 1e-12);
        Assert.Equal((11, 5, 10, 4), (e.Percent.EachHuman.N, e.Percent.EachHuman.Prompts, e.Percent.Judge.N, e.Percent.Judge.Prompts));
        // Weighted kappa: 1 - n sum of o d / sum of r c d, by hand from the two tables of three by three.
        Assert.Equal(1 - 110.0 / 94, e.KappaLinear.Judge.Value!.Value, 1e-12);
        Assert.Equal(1 - 60.0 / 84, e.KappaLinear.Ceiling.Value!.Value, 1e-12);
        Assert.Equal(60.0 / 84 - 110.0 / 94, e.KappaLinear.Difference.Value!.Value, 1e-12);
    }

    [Fact]
    public void The_differences_error_is_the_jackknife_over_prompts()
    {
        // Differences by prompt: +1 of 3, +1 of 2, -3 of 3, -2 of 2; in all -3 of 10.
        double[] without = [-4 / 7.0, -4 / 8.0, 0, -1 / 8.0];
        var e = Votes.Parse(Five).Estimate().Percent.Difference;
        Assert.Equal(Math.Sqrt(0.75 * without.Sum(w => (w + 0.3) * (w + 0.3))), e.Se!.Value, 1e-12);
        Assert.Equal(100.0 / 26 - 1, e.Df!.Value, 1e-12);
        Assert.Equal((EstimateStatus.Ok, Scope.TheseRaters, "prompt_jackknife_tango_neff"), (e.Status, e.Scope, e.Method));
        Assert.True(-1 <= e.Lower && e.Lower < -0.3 && -0.3 < e.Upper && e.Upper <= 1);
        Assert.InRange(e.PValue!.Value, 0.05, 1); // and the interval holds 0
        Assert.True(e.Lower < 0 && e.Upper > 0);
    }

    [Fact]
    public void Kappas_interval_is_a_jackknife_over_prompts_as_well()
    {
        var text = Five.Split('\n');
        var e = Votes.Parse(Five).Estimate().KappaLinear.Judge;
        double[] without = [.. new[] { 0, 1, 2, 4 }.Select(p => Votes.Parse(string.Join('\n', text.Where((_, at) => at != p))).Estimate().KappaLinear.Judge.Value!.Value)];
        var se = Math.Sqrt(0.75 * without.Sum(w => (w - without.Average()) * (w - without.Average())));
        Assert.Equal((se, 3), (e.Se!.Value, (int)e.Df!.Value), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && a.Item2 == b.Item2);
        Assert.Equal(Math.Max(-1, e.Value!.Value - Quantile.Student(0.95, 3) * se), e.Lower!.Value, 1e-12);
    }

    [Fact]
    public void The_ceiling_is_what_the_raters_report_says_of_everybody()
    {
        // One judge on every unit of d3: people's figure is the pooled leave-one-out agreement.
        var d3 = Rows.D3;
        int[] units = [.. d3.Prompt.Distinct()];
        var e = JudgeAgreement.Estimate([.. d3.Prompt, .. units], [.. d3.Prompt, .. units], [.. d3.Winner, .. units.Select(_ => Winner.A)], [.. d3.Winner.Select(_ => false), .. units.Select(_ => true)]);
        var quality = RaterQuality.Estimate(d3.Prompt, d3.Rater, d3.Winner, [], [], []);
        Assert.Equal(quality.Raters.Sum(r => r.Agreement.Hits) / (double)quality.Raters.Sum(r => r.Agreement.N), e.Percent.Ceiling.Value!.Value, 1e-12);
        Assert.Equal(d3.Count, e.Percent.Ceiling.N);
    }

    [Fact]
    public void Several_judges_together_are_each_held_against_the_people_of_a_unit()
    {
        var both = Votes.Parse("WWL:WL\nTT:T").Estimate();
        var one = Votes.Parse("WWL:W\nTT:T").Estimate();
        // Unit 1: W scores 0, 0, 1 and L 0, 0, 0; unit 2: two of two. People: 0, 0, 0, twice; and 2 of 2.
        Assert.Equal((3, 2, 8), (both.N, both.Units, both.Percent.Judge.N));
        Assert.Equal((3 / 8.0, 2 / 8.0), (both.Percent.Judge.Value!.Value, both.Percent.Ceiling.Value!.Value));
        Assert.Equal((3 / 5.0, 2 / 5.0), (one.Percent.Judge.Value!.Value, one.Percent.Ceiling.Value!.Value));
    }

    [Theory]
    [InlineData("WWL:\nWT:", EstimateStatus.NoJudgments, EstimateStatus.NoJudgments)]
    [InlineData(":W\n:L|WW:", EstimateStatus.NoOverlap, EstimateStatus.NoOverlap)]
    [InlineData("W:W\nL:W\nT:T", EstimateStatus.Ok, EstimateStatus.NoOverlap)] // one human a unit: agreement without a ceiling
    [InlineData("WW:W|WL:L|TT:W", EstimateStatus.SinglePrompt, EstimateStatus.SinglePrompt)]
    [InlineData("WW:W\nWW:W", EstimateStatus.NoVariation, EstimateStatus.NoVariation)]
    public void Every_case_without_an_answer_has_a_name(string text, EstimateStatus each, EstimateStatus compared)
    {
        var e = Votes.Parse(text).Estimate();
        Assert.Equal((each, compared, compared, compared), (e.Percent.EachHuman.Status, e.Percent.Judge.Status, e.Percent.Ceiling.Status, e.TieDiscounted.Difference.Status));
        foreach (var x in All(e).Where(x => x.Status is not (EstimateStatus.Ok or EstimateStatus.NoVariation))) Assert.Equal((null, null, null), (x.Se, x.Lower, x.Upper));
    }

    [Fact]
    public void Where_everybody_always_says_the_same_chance_explains_it_all()
    {
        var e = Votes.Parse("WW:W\nWW:W\nWW:W").Estimate();
        Assert.Equal(EstimateStatus.AllIdentical, e.KappaLinear.Judge.Status);
        Assert.Null(e.KappaLinear.Judge.Value);
        Assert.Equal(1, e.Percent.Judge.Value);
        Assert.True(e.Percent.Judge.Lower < 1); // as if each prompt were one verdict
        Assert.True(e.Percent.Difference.Lower < 0 && e.Percent.Difference.Upper > 0);
    }

    [Fact]
    public void The_win_rates_stand_side_by_side_on_the_same_units()
    {
        // Unit means of people 2/3, 3/4, 0; of the judge 1, 1/2, 1. The fourth unit has no judge, the fifth no people.
        var e = Votes.Parse("WWL:W\nWT:T\nLLL:W\nWWW:\n:L").WinRates();
        Assert.Equal(3, e.Units);
        Assert.Equal((2.0 / 3 + 0.75) / 3, e.Humans.Value!.Value, 1e-12);
        Assert.Equal(2.5 / 3, e.Judge.Value!.Value, 1e-12);
        Assert.Equal(2.5 / 3 - (2.0 / 3 + 0.75) / 3, e.Difference.Value!.Value, 1e-12);
        Assert.Equal(2, e.Difference.Df!.Value, 1e-12);
        Assert.Equal((EstimateStatus.NoOverlap, 0), (Votes.Parse("WW:\n:L").WinRates().Difference.Status, Votes.Parse("WW:\n:L").WinRates().Units));
    }

    [Fact]
    public void Bad_input_is_named_at_the_door()
    {
        Assert.Throws<ArgumentException>("prompt", () => JudgeAgreement.Estimate([0, 0], [0], [Winner.A, Winner.B], [true, false]));
        Assert.Throws<ArgumentException>("prompt", () => JudgeAgreement.Estimate([0, 0], [0, 1], [Winner.A, Winner.B], [true, false]));
        Assert.Throws<ArgumentException>("winner", () => JudgeAgreement.Estimate([0, 0], [0, 0], [Winner.A], [true, false]));
        Assert.Throws<ArgumentException>("isJudge", () => JudgeAgreement.Estimate([0, 0], [0, 0], [Winner.A, Winner.B], [true]));
        Assert.Throws<ArgumentException>("unit", () => JudgeAgreement.Estimate([0, -1], [0, 0], [Winner.A, Winner.B], [true, false]));
        Assert.Throws<ArgumentException>("score", () => JudgeAgreement.WinRates([0, 0], [0, 0], [0.5, double.NaN], [true, false]));
        Assert.Throws<ArgumentOutOfRangeException>("confidence", () => JudgeAgreement.Estimate([0, 0], [0, 0], [Winner.A, Winner.B], [true, false], 1.2));
    }

    private static readonly Gen<Votes> Studies =
        from units in Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3].Array[0, 5], Gen.Int[0, 3].Array[0, 2]).Array[1, 25]
        select new Votes(
            [.. units.SelectMany((u, at) => Enumerable.Repeat(at, u.Item2.Length + u.Item3.Length))],
            [.. units.SelectMany(u => Enumerable.Repeat(u.Item1, u.Item2.Length + u.Item3.Length))],
            [.. units.SelectMany(u => u.Item2.Concat(u.Item3).Select(w => (Winner)w))],
            [.. units.SelectMany(u => u.Item2.Select(_ => false).Concat(u.Item3.Select(_ => true)))]);

    [Fact]
    public void Is_what_counting_one_by_one_finds() => Studies.Sample(votes =>
    {
        double people = 0, judge = 0, n = 0;
        var rows = Enumerable.Range(0, votes.Unit.Length).Select(i => (Unit: votes.Unit[i], votes.Prompt, Says: votes.Scores[i], IsJudge: votes.IsJudge[i])).ToList();
        foreach (var unit in rows.GroupBy(r => r.Unit))
            foreach (var left in unit.Where(r => !r.IsJudge))
                foreach (var said in unit.Where(r => r.IsJudge))
                {
                    var others = unit.Where(r => !r.IsJudge).Select(r => r.Says).ToList();
                    others.Remove(left.Says);
                    if (others.Count == 0) continue;
                    var reference = 2 * others.Count(s => s == 1) > others.Count ? 1 : 2 * others.Count(s => s == 0) > others.Count ? 0 : 0.5;
                    people += 1 - Math.Abs(left.Says - reference);
                    judge += 1 - Math.Abs(said.Says - reference);
                    n++;
                }
        var e = votes.Estimate().TieDiscounted;
        Assert.Equal(n, e.Judge.N);
        if (n == 0) return;
        Assert.Equal(judge / n, e.Judge.Value!.Value, 1e-12);
        Assert.Equal(people / n, e.Ceiling.Value!.Value, 1e-12);
        Assert.Equal((judge - people) / n, e.Difference.Value!.Value, 1e-12);
    });

    [Fact]
    public void Order_and_numbering_change_nothing() => Gen.Select(Studies, Gen.ULong).Sample((votes, seed) =>
    {
        var chance = new Chance(seed);
        int[] order = [.. Enumerable.Range(0, votes.Unit.Length)], prompt = [.. Enumerable.Range(0, 9)], unit = [.. Enumerable.Range(0, 40)];
        chance.Shuffle<int>(order);
        chance.Shuffle<int>(prompt);
        chance.Shuffle<int>(unit);
        var other = votes.Pick(order);
        other = other with { Prompt = [.. other.Prompt.Select(p => prompt[p])], Unit = [.. other.Unit.Select(u => unit[u])] };
        Assert.Equal(All(votes.Estimate()), All(other.Estimate()));
        Near(votes.WinRates().Difference, other.WinRates().Difference, 1);
    });

    [Fact]
    public void Swapping_the_models_changes_no_agreement_and_mirrors_the_win_rates() => Studies.Sample(votes =>
    {
        var (e, s) = (votes.Estimate(), votes.Swapped().Estimate());
        foreach (var (one, other) in All(e).Zip(All(s))) Near(one, other, 1);
        Near(votes.WinRates().Difference, votes.Swapped().WinRates().Difference, -1);
    });

    private static void Near(Estimate one, Estimate other, int sign)
    {
        Assert.Equal((one.Status, one.N, one.Prompts), (other.Status, other.N, other.Prompts));
        if (one.Value is { } v) Assert.Equal(v, sign * other.Value!.Value, 1e-12);
        if (one.Lower is not { } lower) return;
        Assert.Equal(lower, sign * (sign > 0 ? other.Lower : other.Upper)!.Value, 1e-9);
        Assert.Equal(one.Upper!.Value, sign * (sign > 0 ? other.Upper : other.Lower)!.Value, 1e-9);
    }

    [Fact]
    public void A_perfect_copy_of_the_majority_reaches_the_ceiling() => Studies.Sample(votes =>
    {
        var (unit, prompt, winner, isJudge) = (new List<int>(), new List<int>(), new List<Winner>(), new List<bool>());
        foreach (var of in Enumerable.Range(0, votes.Unit.Length).Where(i => !votes.IsJudge[i]).GroupBy(i => votes.Unit[i]))
        {
            Winner[] said = [.. of.Select(i => votes.Winner[i])];
            foreach (var w in said.Append(Majority.Of(new int[said.Length], said, 1).Outcomes[0].Winner))
            {
                unit.Add(of.Key);
                prompt.Add(votes.Prompt[of.First()]);
                winner.Add(w);
                isJudge.Add(false);
            }
            isJudge[^1] = true;
        }
        var e = new Votes([.. unit], [.. prompt], [.. winner], [.. isJudge]).Estimate();
        foreach (var measure in new[] { e.Percent, e.TieDiscounted })
            if (measure.Difference.Value is { } d) Assert.True(d >= 0);
    });

    [Fact]
    public void An_interval_stays_on_its_scale_and_has_a_width() => Studies.Sample(votes =>
    {
        var e = votes.Estimate();
        foreach (var x in All(e).Concat([votes.WinRates().Humans, votes.WinRates().Judge, votes.WinRates().Difference]))
        {
            var lowest = x.Estimand.StartsWith("kappa", StringComparison.Ordinal) ? (x.Estimand.EndsWith("difference", StringComparison.Ordinal) ? -2 : -1) : x.Estimand.EndsWith("difference", StringComparison.Ordinal) ? -1 : 0;
            foreach (var number in new[] { x.Value, x.Se, x.Lower, x.Upper, x.PValue, x.Df }) Assert.True(number is null || double.IsFinite(number.Value));
            Assert.Equal(x.Lower is null, x.Upper is null);
            if (x.Lower is null) continue;
            Assert.True(lowest <= x.Lower && x.Lower <= x.Value && x.Value <= x.Upper && x.Upper <= (lowest == -2 ? 2 : 1) && x.Lower < x.Upper);
            if (x.Status == EstimateStatus.Ok && x.PValue is { } p && Math.Abs(p - 0.05) > 1e-9) Assert.Equal(p < 0.05, x.Lower > 0 || x.Upper < 0);
        }
    });

    [Fact]
    public void The_interval_of_the_difference_holds_the_truth_as_often_as_it_says()
    {
        const int Runs = 600, Prompts = 80;
        var truth = Simulated(new Chance(1), 200_000).Estimate().TieDiscounted.Difference.Value!.Value;
        var held = 0;
        for (var run = 0; run < Runs; run++)
        {
            var e = Simulated(Chance.For(2, run), Prompts).Estimate().TieDiscounted.Difference;
            if (e.Lower <= truth && truth <= e.Upper) held++;
        }
        Assert.InRange(held / (double)Runs, 0.92, 0.985);
    }

    /// <summary>Three people who lean as the prompt does, and a judge who leans to A; two units a prompt.</summary>
    private static Votes Simulated(Chance chance, int prompts)
    {
        List<int> unit = [], prompt = [];
        List<Winner> winner = [];
        List<bool> isJudge = [];
        for (var p = 0; p < prompts; p++)
        {
            var lean = 3 * (chance.NextDouble() - 0.5);
            for (var u = 0; u < 2; u++)
                for (var who = 0; who < 4; who++)
                {
                    var (eta, draw) = (lean + (who == 3 ? 0.5 : 0), chance.NextDouble());
                    var (win, loss) = (0.75 / (1 + Math.Exp(-eta)), 0.75 / (1 + Math.Exp(eta)));
                    unit.Add(2 * p + u);
                    prompt.Add(p);
                    winner.Add(draw < win ? Winner.A : draw < win + loss ? Winner.B : Winner.Tie);
                    isJudge.Add(who == 3);
                }
        }
        return new([.. unit], [.. prompt], [.. winner], [.. isJudge]);
    }

    private static (double, double, double) Round(JudgeMeasure m) => (Math.Round(m.Judge.Value!.Value, 12), Math.Round(m.Ceiling.Value!.Value, 12), Math.Round(m.Difference.Value!.Value, 12));
}
