using MathNet.Numerics;

namespace PrefEval.Stats;

/// <summary>What speaks against a rater's care. Reasons to look at her work and talk to her, never to drop it unseen.</summary>
public enum RaterFlag
{
    /// <summary>Agrees less with the majority of the others than the rest of the raters do.</summary>
    Disagrees,

    /// <summary>Leans to one side.</summary>
    LeansToOneSide,

    /// <summary>Surely gets less than four in five of the known verdicts right.</summary>
    FailsGold,
}

/// <summary>How each rater works: with the others, with known verdicts, with herself, and how fast. Judgments of one rater are taken as independent.</summary>
public static class RaterQuality
{
    /// <summary>Screening error: a flag costs a look, a missed one a study.</summary>
    private const double Screening = 0.05;
    private const double GoldWanted = 0.8;
    private const int Categories = 3;

    /// <param name="unit">A prompt and an unordered pair of models; the winner is said from the same model's side throughout a unit. A rater judges a unit once.</param>
    /// <param name="left">Empty where no side is known.</param>
    /// <param name="durationMs">Empty, or one a judgment; below 0: unknown.</param>
    /// <param name="checks">Judgments whose verdict is known (gold), or is hers already (a repeat).</param>
    public static RaterQualityEstimates Estimate(ReadOnlySpan<int> unit, ReadOnlySpan<int> rater, ReadOnlySpan<Winner> winner, ReadOnlySpan<LeftModel> left,
        ReadOnlySpan<int> durationMs, IReadOnlyList<RaterCheck> checks, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(checks);
        if (rater.Length != unit.Length) throw new ArgumentException("One rater a judgment, please.", nameof(rater));
        if (winner.Length != unit.Length) throw new ArgumentException("One winner a judgment, please.", nameof(winner));
        if (left.Length != 0 && left.Length != unit.Length) throw new ArgumentException("No sides, or one a judgment, please.", nameof(left));
        if (durationMs.Length != 0 && durationMs.Length != unit.Length) throw new ArgumentException("No durations, or one a judgment, please.", nameof(durationMs));
        JudgmentColumns.CheckIndices(unit, nameof(unit));
        JudgmentColumns.CheckIndices(rater, nameof(rater));
        JudgmentColumns.CheckWinners(winner, nameof(winner));
        Door.Lefts(left, nameof(left));
        Door.Confidence(confidence);
        foreach (var check in checks)
            if (check.Rater is < 0 or > JudgmentColumns.MaxIndex || !Enum.IsDefined(check.Kind)) throw new ArgumentException($"A check has a known kind and a rater in [0, {JudgmentColumns.MaxIndex}].", nameof(checks));

        var category = new int[unit.Length];
        for (var i = 0; i < category.Length; i++) category[i] = Math.Min((int)winner[i], 2);
        var tallies = new Tally[Math.Max(Grouping.Highest(rater), checks.Count == 0 ? -1 : checks.Max(c => c.Rater)) + 1];
        for (var r = 0; r < tallies.Length; r++) tallies[r] = new();
        Count(tallies, rater, winner, left, durationMs);
        LeaveOneOut(tallies, unit, rater, category);
        foreach (var check in checks) (check.Kind == RaterCheckKind.Gold ? tallies[check.Rater].Gold : tallies[check.Rater].Repeats).Add(check.Passed);
        var skill = Skill(unit, rater, category);

        int[] raters = [.. Enumerable.Range(0, tallies.Length).Where(r => tallies[r].N + tallies[r].Gold.N + tallies[r].Repeats.N > 0)];
        var sides = Adjusted(raters, r => tallies[r].Left.N == 0 ? null : Math.Clamp(SignTest.Of(tallies[r].Left.Hits, tallies[r].Left.N - tallies[r].Left.Hits).MidP, 0, 1));
        var (agreeing, compared) = (tallies.Sum(t => (long)t.Agreement.Hits), tallies.Sum(t => (long)t.Agreement.N));
        var agreement = Adjusted(raters, r => BelowTheRest(tallies[r].Agreement, agreeing, compared));
        return new()
        {
            N = unit.Length,
            Confidence = confidence,
            DawidSkene = skill.Status,
            Raters = [.. raters.Select(r =>
            {
                var (t, gold) = (tallies[r], tallies[r].Gold.Share(confidence));
                var flags = new List<RaterFlag>();
                if (agreement[r] < Screening) flags.Add(RaterFlag.Disagrees);
                if (sides[r] < Screening) flags.Add(RaterFlag.LeansToOneSide);
                if (gold.Upper < GoldWanted) flags.Add(RaterFlag.FailsGold);
                return new RaterQualityRow
                {
                    Rater = r,
                    N = t.N,
                    Agreement = t.Agreement.Share(confidence),
                    AgreementPAdjusted = agreement[r],
                    LeftShare = t.Left.Share(confidence),
                    LeftPAdjusted = sides[r],
                    TieShare = CountedShare.Of(t.Ties, t.N, confidence),
                    MedianMs = Median(t.Durations),
                    Gold = gold,
                    SelfConsistency = t.Repeats.Share(confidence),
                    EstimatedAccuracy = skill.Fit is { } fit && r < fit.ErrorRates.Length ? fit.Accuracy(r) : null,
                    Flags = flags,
                };
            })],
        };
    }

    private sealed class Tries
    {
        public int N { get; private set; }
        public int Hits { get; private set; }

        public void Add(bool hit)
        {
            N++;
            if (hit) Hits++;
        }

        public CountedShare Share(double confidence) => CountedShare.Of(Hits, N, confidence);
    }

    private sealed class Tally
    {
        public int N { get; set; }
        public int Ties { get; set; }
        public List<int> Durations { get; } = [];
        public Tries Agreement { get; } = new();
        public Tries Left { get; } = new();
        public Tries Gold { get; } = new();
        public Tries Repeats { get; } = new();
    }

    private static void Count(Tally[] tallies, ReadOnlySpan<int> rater, ReadOnlySpan<Winner> winner, ReadOnlySpan<LeftModel> left, ReadOnlySpan<int> durationMs)
    {
        for (var i = 0; i < rater.Length; i++)
        {
            var tally = tallies[rater[i]];
            tally.N++;
            if (!durationMs.IsEmpty && durationMs[i] >= 0) tally.Durations.Add(durationMs[i]);
            if (winner[i] > Winner.B) tally.Ties++;
            else if (!left.IsEmpty && left[i] != LeftModel.Unknown) tally.Left.Add(Position.ByLeft(winner[i], left[i]) == Winner.A);
        }
    }

    /// <summary>Each judgment against the strict majority of the unit's others, a split being a tie.</summary>
    private static void LeaveOneOut(Tally[] tallies, ReadOnlySpan<int> unit, ReadOnlySpan<int> rater, int[] category)
    {
        var counts = new int[Categories * (Grouping.Highest(unit) + 1)];
        for (var i = 0; i < unit.Length; i++) counts[Categories * unit[i] + category[i]]++;
        for (var i = 0; i < unit.Length; i++)
        {
            var others = counts.AsSpan(Categories * unit[i], Categories);
            others[category[i]]--;
            var n = others[0] + others[1] + others[2];
            if (n > 0) tallies[rater[i]].Agreement.Add(category[i] == (2 * others[0] > n ? 0 : 2 * others[1] > n ? 1 : 2));
            others[category[i]]++;
        }
    }

    /// <summary>P(at most so many agreements) if she agreed as often as the other raters together do; null where there is nothing to compare.</summary>
    private static double? BelowTheRest(Tries own, long agreeing, long compared)
    {
        var rest = compared - own.N;
        if (own.N == 0 || rest == 0) return null;
        var share = (double)(agreeing - own.Hits) / rest;
        if (own.Hits == own.N || share == 0) return 1;
        return share == 1 ? 0 : Math.Clamp(SpecialFunctions.BetaRegularized(own.N - own.Hits, own.Hits + 1, 1 - share), 0, 1);
    }

    /// <summary>By rater; Benjamini and Hochberg over those who have a p.</summary>
    private static Dictionary<int, double?> Adjusted(int[] raters, Func<int, double?> p)
    {
        var found = raters.Select(r => (Rater: r, P: p(r))).ToList();
        var tested = found.Where(f => f.P is not null).ToList();
        var adjusted = BenjaminiHochberg.Adjust([.. tested.Select(f => f.P!.Value)]);
        var byRater = found.ToDictionary(f => f.Rater, _ => (double?)null);
        for (var i = 0; i < tested.Count; i++) byRater[tested[i].Rater] = adjusted[i];
        return byRater;
    }

    /// <summary>Over units that three raters or more judged; two who differ do not say who errs.</summary>
    private static (DawidSkene? Fit, EstimateStatus Status) Skill(ReadOnlySpan<int> unit, ReadOnlySpan<int> rater, int[] category)
    {
        var size = new int[Grouping.Highest(unit) + 1];
        foreach (var u in unit) size[u]++;
        List<int> units = [], raters = [], categories = [];
        for (var i = 0; i < unit.Length; i++)
        {
            if (size[unit[i]] < 3) continue;
            units.Add(unit[i]);
            raters.Add(rater[i]);
            categories.Add(category[i]);
        }
        if (units.Count == 0) return (null, EstimateStatus.NoOverlap);
        if (categories.TrueForAll(c => c == categories[0])) return (null, EstimateStatus.AllIdentical);
        var fit = DawidSkene.Fit([.. units], [.. raters], [.. categories], Categories);
        return fit.Converged ? (fit, EstimateStatus.Ok) : (null, EstimateStatus.NotConverged);
    }

    private static double? Median(List<int> values)
    {
        if (values.Count == 0) return null;
        values.Sort();
        return (values[(values.Count - 1) / 2] + (double)values[values.Count / 2]) / 2;
    }
}

public enum RaterCheckKind
{
    /// <summary>The verdict was known.</summary>
    Gold,

    /// <summary>She had judged the pair before.</summary>
    Repeat,
}

public readonly record struct RaterCheck(int Rater, RaterCheckKind Kind, bool Passed);

public sealed record RaterQualityEstimates
{
    public required int N { get; init; }
    public required double Confidence { get; init; }

    /// <summary><see cref="EstimateStatus.NoOverlap"/> where no unit was judged by three raters.</summary>
    public required EstimateStatus DawidSkene { get; init; }

    /// <summary>By ascending rater.</summary>
    public required IReadOnlyList<RaterQualityRow> Raters { get; init; }
}

public sealed record RaterQualityRow
{
    public required int Rater { get; init; }
    public required int N { get; init; }

    /// <summary>With the strict majority of the other raters of a unit; a split is a tie.</summary>
    public required CountedShare Agreement { get; init; }

    /// <summary>One-sided: less than the other raters together, among all raters (Benjamini and Hochberg).</summary>
    public required double? AgreementPAdjusted { get; init; }

    /// <summary>Of her decisive judgments with known sides.</summary>
    public required CountedShare LeftShare { get; init; }

    /// <summary>Two-sided mid-p of left against right, among all raters.</summary>
    public required double? LeftPAdjusted { get; init; }

    /// <summary>Both bad included.</summary>
    public required CountedShare TieShare { get; init; }
    public required double? MedianMs { get; init; }
    public required CountedShare Gold { get; init; }
    public required CountedShare SelfConsistency { get; init; }

    /// <summary>How often her verdict is the true one by Dawid and Skene's model; null where it has no answer.</summary>
    public required double? EstimatedAccuracy { get; init; }
    public required IReadOnlyList<RaterFlag> Flags { get; init; }
}
