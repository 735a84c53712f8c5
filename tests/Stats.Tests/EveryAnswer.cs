using System.Collections;
using System.Reflection;
using CsCheck;

namespace PrefEval.Stats.Tests;

/// <summary>
/// Whatever is asked of whatever little there is: each number in the answer is a number, each interval has width and lies where it may, and no rank is invented. One walk
/// through the record knows them all.
/// </summary>
public sealed class EveryAnswer
{
    private static readonly Gen<Contests> Small =
        from models in Gen.Int[1, 5]
        from prompts in Gen.Int[1, 6]
        from raters in Gen.Int[1, 4]
        from outcome in Gen.OneOf(Gen.Int[0, 3], Gen.Int[0, 1], Gen.Int[0, 0], Gen.Int[2, 3], Gen.Int[0, 3].Where(o => o != 1))
        from rows in Gen.Select(Gen.Int[0, prompts - 1], Gen.Int[0, raters - 1], Gen.Int[0, models - 1], Gen.Int[0, models - 1], Gen.OneOf(Gen.Int[0, 3], Gen.Const(outcome)), Gen.Int[0, 2]).Array[0, 30]
        select new Contests([.. rows.Select(r => r.Item1)], [.. rows.Select(r => r.Item2)], [.. rows.Select(r => r.Item3)], [.. rows.Select(r => r.Item4)],
            [.. rows.Select(r => (Winner)r.Item5)], [.. rows.Select(r => (LeftModel)r.Item6)]);

    private static readonly Gen<double> Confidence = Gen.OneOf(Gen.Const(0.95), Gen.Double[0.01, 0.999]);

    /// <summary>Everything that Stats can be asked of the same few judgments.</summary>
    private static IEnumerable<object> Of(Contests c, double confidence, int[] lengths, double[] scores)
    {
        var n = c.Count;
        int[] unit = [.. Enumerable.Range(0, n).Select(i => c.Prompt[i] * 25 + Math.Min(c.ModelA[i], c.ModelB[i]) * 5 + Math.Max(c.ModelA[i], c.ModelB[i]))];
        double[] score = [.. Enumerable.Range(0, n).Select(i => scores[i % scores.Length])];
        yield return Preference.Estimate(new(c.Prompt, c.Rater, c.Winner), confidence);
        yield return Preference.Estimate(new(c.Prompt, c.Rater, c.Winner, score), confidence);
        var pairs = Majority.Of(unit, c.Winner, 2);
        yield return pairs;
        yield return Preference.EstimatePairs([.. pairs.Outcomes.Select(p => p.Pair / 25)], [.. pairs.Outcomes.Select(p => p.Winner)], confidence);
        foreach (var status in Enum.GetValues<EstimateStatus>().Where(s => s != EstimateStatus.Ok)) yield return Preference.NoAnswer(status, confidence);
        foreach (var ties in Enum.GetValues<TieModel>())
            foreach (var scope in Enum.GetValues<Scope>()) yield return c.Estimate(confidence, ties, scope, pairs: true);
        yield return LeaderboardBootstrap.Votes(c.Columns, 1, 99, 0.9);
        yield return LeaderboardBootstrap.PromptsAndRaters(c.Columns, 1, 99, 0.9, TieModel.HalfWins);
        yield return Position.Estimate(c.Columns, confidence);
        yield return LengthControl.Estimate(new(c.Prompt, c.Rater, c.Winner), [.. unit.Select((_, i) => lengths[i % lengths.Length])], [.. unit.Select((_, i) => lengths[(i + 1) % lengths.Length])], confidence);
        yield return Agreement.Estimate(unit, c.Prompt, c.Rater, c.Winner, confidence);
        bool[] isJudge = [.. c.Rater.Select(r => r == 0)];
        yield return JudgeAgreement.Estimate(unit, c.Prompt, c.Winner, isJudge, confidence);
        yield return JudgeAgreement.WinRates(unit, c.Prompt, score.Select(s => double.IsNaN(s) ? 0.5 : s).ToArray(), isJudge, confidence);
        yield return RaterQuality.Estimate(unit, c.Rater, c.Winner, c.Left, [.. unit.Select((_, i) => lengths[i % lengths.Length])],
            [.. c.Rater.Select((r, i) => new RaterCheck(r, (RaterCheckKind)(i % 2), c.Winner[i] == Winner.A))], confidence);
        int wins = c.Winner.Count(w => w == Winner.A), losses = c.Winner.Count(w => w == Winner.B);
        yield return SignTest.Of(wins, losses);
        yield return Betting.Of(c.Winner.Select(w => w switch { Winner.A => 1.0, Winner.B => 0, _ => 0.5 }).ToArray(), confidence);
        yield return BetaMixture.Of(c.Winner.Where(w => w <= Winner.B).Select(w => w == Winner.A).ToArray(), confidence);
        yield return BetaMixture.At(wins, losses, confidence);
        if (n == 0) yield break;
        var real = score.Select(s => double.IsNaN(s) ? 0 : s).ToArray();
        yield return TwoWay.Jackknife(real, c.Prompt, c.Rater);
        yield return TwoWay.Cr1(real, c.Prompt, c.Rater);
    }

    [Fact]
    public void Is_a_number_or_none_with_a_reason() =>
        Gen.Select(Small, Confidence, Gen.OneOf(Gen.Int[0, 3000], Gen.Const(7)).Array[1, 40], Gen.OneOf(Gen.Double[0, 1], Gen.Const(0.5), Gen.Const(double.NaN)).Array[1, 40])
            .Sample((contests, confidence, lengths, scores) =>
            {
                foreach (var answer in Of(contests, confidence, lengths, scores)) Walk(answer, answer.GetType().Name);
            }, iter: 50);

    public static TheoryData<string, string> Edges => new()
    {
        { "nothing", "" },
        { "one judgment", "0:1>2" },
        { "one tie", "0:1=2" },
        { "all ties", "0:1=2 1:2=3\n0:3=1 1:2=1" },
        { "all wins", "0:1>2 1:1>2\n0:1>2 1:2<1" },
        { "one prompt", "0:1>2 1:2>1 2:1=2" },
        { "one rater", "0:1>2\n0:2>1\n0:1=2" },
        { "one model", "0:1>1 1:1=1" },
        { "a model against itself beside others", "0:1>1 1:1>2\n0:2>1 1:1>2" },
        { "disconnected", "0:1>2 1:2>1 0:3>4\n1:4>3 0:1=2 1:3=4" },
        { "a chain that nobody climbs", "0:1>2 1:2>3\n0:3>4 1:4>5" },
        { "negative two-way variance", "0:1>2 1:1<2\n0:1<2 1:1>2" },
        { "one category", "0:1>2 1:1>2\n0:1>2 1:1>2" },
        { "the same rater again and again", "0:1>2 0:1>2 0:1<2 0:1=2" },
    };

    [Theory]
    [MemberData(nameof(Edges))]
    public void Is_so_at_every_edge(string edge, string rows)
    {
        foreach (var confidence in new[] { 0.5, 0.95, 0.999999 })
            foreach (var answer in Of(Contests.Parse(rows), confidence, [100, 200, 50], [0.2, 0.9])) Walk(answer, $"{edge}: {answer.GetType().Name}");
    }

    /// <summary>Every property of every record in it, down to the numbers.</summary>
    private static void Walk(object? value, string path)
    {
        switch (value)
        {
            case null or string or Enum or bool: return;
            case double number:
                Assert.True(double.IsFinite(number), $"{path} is {number}");
                return;
            case IConvertible: return;
            case IEnumerable items:
                var at = 0;
                foreach (var item in items) Walk(item, $"{path}[{at++}]");
                return;
        }
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0))
            Walk(property.GetValue(value), $"{path}.{property.Name}");
        switch (value)
        {
            case Estimate e: Holds(e, path); break;
            case BootstrapRow r: Assert.True(r.Lower is null && r.Upper is null || r.Lower < r.Upper && r.Se > 0, path); break;
            case CountedShare s when s.N > 0: Inside(s.Value, s.Lower, s.Upper, 0, 1, path); break;
            case CountedShare s: Assert.True(s.Value is null && s.Lower is null && s.Upper is null, path); break;
            case ShareInterval s: Inside(s.Value, s.Lower, s.Upper, 0, 1, path); break;
            case ConfidenceSequence s:
                Assert.Equal(s.Lower is null, s.Upper is null);
                if (s.Lower is not null) Inside(s.Value, s.Lower, s.Upper, 0, 1, path);
                break;
            case LeaderboardTable t: Ranked(t, path); break;
            case LeaderboardPair p: Assert.True(p.Model != p.Other && p.N >= 0 && p.PHolm is null or (>= 0 and <= 1) && !(p.PHolm < p.Difference.PValue), path); break;
            case SignTestResult s: Assert.True(s.Exact is >= 0 and <= 1 && s.MidP is >= 0 and <= 1, path); break;
            case LikelihoodRatio r: Assert.True(r.P is >= 0 and <= 1 && r.Statistic >= 0 && r.Df > 0, path); break;
            case RaterPosition r: Assert.True(r.PAdjusted is >= 0 and <= 1, path); break;
            case RaterQualityRow r: Assert.True(r.EstimatedAccuracy is null or (>= 0 and <= 1), path); break;
        }
    }

    private static (double Lowest, double Highest) SpaceOf(Estimate e) =>
        e.Estimand is "strength" or "elo" or "order" or "length_slope" or "difference" ? (double.MinValue, double.MaxValue)
        : e.Estimand is "net" ? (-1, 1)
        : e.Estimand.EndsWith("_difference", StringComparison.Ordinal) ? (-2, 2)
        : e.Estimand.Contains("kappa", StringComparison.Ordinal) || e.Estimand.Contains("alpha", StringComparison.Ordinal) || e.Estimand.Contains("ac1", StringComparison.Ordinal) ? (-1, 1)
        : (0, 1);

    private static void Holds(Estimate e, string path)
    {
        Assert.True(Enum.IsDefined(e.Status), path);
        Assert.Equal(e.Lower is null, e.Upper is null);
        var (lowest, highest) = SpaceOf(e);
        if (e.Lower is not null) Inside(e.Value, e.Lower, e.Upper, lowest, highest, path);
        if (e.Value is { } v) Assert.True(lowest <= v && v <= highest, $"{path}: {v}");
        else Assert.True(e.Lower is null && e.Se is null && e.PValue is null && e.Status != EstimateStatus.Ok, $"{path}: {e}");
        Assert.True(e.Status != EstimateStatus.Ok || e.Lower is not null, $"{path}: {e}");
        Assert.True(e.Se is null or > 0 && e.PValue is null or (>= 0 and <= 1) && e.Df is null or > 0 && e.Deff is null or > 0 && e.NEff is null or > 0, $"{path}: {e}");
    }

    private static void Inside(double? value, double? lower, double? upper, double lowest, double highest, string path) =>
        Assert.True(lowest <= lower && lower <= value && value <= upper && upper <= highest && lower < upper, $"{path}: {lower} <= {value} <= {upper}");

    private static void Ranked(LeaderboardTable t, string path)
    {
        foreach (var row in t.Rows)
        {
            Assert.Equal(t.Status == EstimateStatus.Ok, row.Rank is not null);
            if (row.Rank is null) Assert.Null(row.RankSet);
            if (row.RankSet is { } set) Assert.True(1 <= set.Best && set.Best <= row.Rank && row.Rank <= set.Worst && set.Worst <= t.Rows.Count, path);
            Assert.Equal(row.N, row.Wins + row.Ties + row.Losses);
        }
    }
}
