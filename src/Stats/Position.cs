namespace PrefEval.Stats;

/// <summary>
/// Whether the left answer wins more often than the right one: a fault of the raters or of the page, for sides are drawn by chance. Wins of the left against
/// wins of the right by sign test and, clustered, as shares; the order term of the leaderboard, which allows for who stood where; and each rater's own lean.
/// </summary>
public static class Position
{
    public static PositionEstimates Estimate(in ContestColumns judgments, double confidence = 0.95)
    {
        List<int> prompt = [], rater = [];
        List<Winner> winner = [];
        for (var i = 0; i < judgments.Count; i++)
        {
            if (judgments.Left.IsEmpty || judgments.Left[i] == LeftModel.Unknown) continue;
            prompt.Add(judgments.Prompt[i]);
            rater.Add(judgments.Rater[i]);
            winner.Add(ByLeft(judgments.Winner[i], judgments.Left[i]));
        }
        return new()
        {
            SideUnknown = judgments.Count - winner.Count,
            Left = Preference.Estimate(new([.. prompt], [.. rater], [.. winner]), confidence),
            Tables = Leaderboard.Estimate(judgments, confidence).Tables,
            Raters = ByRater([.. rater], [.. winner], confidence),
        };
    }

    /// <summary>From "A or B won" to "left (A) or right (B) won".</summary>
    internal static Winner ByLeft(Winner winner, LeftModel left) =>
        winner > Winner.B || left == LeftModel.A ? winner : winner == Winner.A ? Winner.B : Winner.A;

    private static RaterPosition[] ByRater(int[] rater, Winner[] winner, double confidence)
    {
        var counts = new (int Left, int Right, int Ties)[Grouping.Highest(rater) + 1];
        for (var i = 0; i < rater.Length; i++)
        {
            ref var own = ref counts[rater[i]];
            if (winner[i] == Winner.A) own.Left++;
            else if (winner[i] == Winner.B) own.Right++;
            else own.Ties++;
        }
        int[] raters = [.. Enumerable.Range(0, counts.Length).Where(r => counts[r] != default)];
        var tests = raters.Select(r => SignTest.Of(counts[r].Left, counts[r].Right)).ToArray();
        var adjusted = BenjaminiHochberg.Adjust([.. tests.Select(t => Math.Clamp(t.MidP, 0, 1))]);
        return [.. raters.Select((r, i) => new RaterPosition
        {
            Rater = r,
            LeftWins = counts[r].Left,
            RightWins = counts[r].Right,
            Ties = counts[r].Ties,
            LeftShare = CountedShare.Of(counts[r].Left, counts[r].Left + counts[r].Right, confidence),
            Test = tests[i],
            PAdjusted = adjusted[i],
        })];
    }
}

public sealed record PositionEstimates
{
    /// <summary>Judgments that do not say which answer stood left: they are in <see cref="Tables"/> and nowhere else here.</summary>
    public required int SideUnknown { get; init; }

    /// <summary>The left answer as "model A": its shares among all and (<see cref="PreferenceEstimates.DecisiveWinRate"/>) among decisive judgments, and the sign test.</summary>
    public required PreferenceEstimates Left { get; init; }

    /// <summary>With the order term and its likelihood-ratio test, one for each group of models that met.</summary>
    public required IReadOnlyList<LeaderboardTable> Tables { get; init; }

    /// <summary>By ascending rater.</summary>
    public required IReadOnlyList<RaterPosition> Raters { get; init; }
}

public sealed record RaterPosition
{
    public required int Rater { get; init; }
    public required int LeftWins { get; init; }
    public required int RightWins { get; init; }

    /// <summary>Both bad included.</summary>
    public required int Ties { get; init; }

    /// <summary>Of her decisive judgments.</summary>
    public required CountedShare LeftShare { get; init; }
    public required SignTestResult Test { get; init; }

    /// <summary>Her mid-p among all raters' (Benjamini and Hochberg): for screening.</summary>
    public required double PAdjusted { get; init; }
}

/// <summary>Hits among n independent tries with Wilson's interval; null where there were none.</summary>
public sealed record CountedShare
{
    public required int N { get; init; }
    public required int Hits { get; init; }
    public required double? Value { get; init; }
    public required double? Lower { get; init; }
    public required double? Upper { get; init; }

    public static CountedShare Of(int hits, int n, double confidence)
    {
        Door.Confidence(confidence);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, n);
        if (n == 0) return new() { N = 0, Hits = 0, Value = null, Lower = null, Upper = null };
        var (lower, upper) = Wilson.Interval(hits, n, confidence);
        return new() { N = n, Hits = hits, Value = (double)hits / n, Lower = lower, Upper = upper };
    }
}
