namespace PrefEval.Stats;

/// <summary>
/// An estimand as a mean of whole numbers: what each outcome scores (in units of 1 / <see cref="Scale"/>) and whether it counts at all.
/// Whole numbers, so that sums are exact in any order.
/// </summary>
/// <param name="Points">Indexed by <see cref="Winner"/>; nought outside the denominator.</param>
internal sealed record Scoring(string Estimand, int[] Points, int Scale, Denominator Denominator, bool IsShare)
{
    // In the order of Winner: A, B, Tie, BothBad.
    public static readonly Scoring WinRate = new("win_rate", [2, 0, 1, 1], 2, Denominator.All, false);
    public static readonly Scoring WinRateNotBothBad = new("win_rate_not_both_bad", [2, 0, 1, 0], 2, Denominator.NotBothBad, false);
    public static readonly Scoring Net = new("net", [1, -1, 0, 0], 1, Denominator.All, false);
    public static readonly Scoring WinOrTie = new("win_or_tie", [1, 0, 1, 1], 1, Denominator.All, true);
    public static readonly Scoring WinOrGoodTie = new("win_or_good_tie", [1, 0, 1, 0], 1, Denominator.All, true);
    public static readonly Scoring DecisiveWinRate = new("decisive_win_rate", [1, 0, 0, 0], 1, Denominator.Decisive, true);
    public static readonly Scoring WinShare = new("win_share", [1, 0, 0, 0], 1, Denominator.All, true);
    public static readonly Scoring TieShare = new("tie_share", [0, 0, 1, 0], 1, Denominator.All, true);
    public static readonly Scoring BothBadShare = new("both_bad_share", [0, 0, 0, 1], 1, Denominator.All, true);
    public static readonly Scoring LossShare = new("loss_share", [0, 1, 0, 0], 1, Denominator.All, true);
}

/// <summary>Which outcomes are counted, 1 or 0 in the order of <see cref="Winner"/>.</summary>
internal sealed record Denominator(int[] Counts)
{
    public static readonly Denominator All = new([1, 1, 1, 1]);
    public static readonly Denominator NotBothBad = new([1, 1, 1, 0]);
    public static readonly Denominator Decisive = new([1, 1, 0, 0]);

    public int Of(ReadOnlySpan<int> outcomes) =>
        Counts[0] * outcomes[0] + Counts[1] * outcomes[1] + Counts[2] * outcomes[2] + Counts[3] * outcomes[3];
}
