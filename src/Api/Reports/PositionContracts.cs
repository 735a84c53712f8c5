using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>What standing left is worth among models that met.</summary>
public sealed record OrderRow
{
    public required IReadOnlyList<string> Models { get; init; }
    /// <summary>In log-odds, from the leaderboard's model: who stood where is allowed for.</summary>
    public required Interval Order { get; init; }
    /// <summary>By likelihood ratio, judgments taken as independent.</summary>
    public required LikelihoodRatio? OrderTest { get; init; }
}

public sealed record RaterPositionRow
{
    public required string Rater { get; init; }
    public required int LeftWins { get; init; }
    public required int RightWins { get; init; }
    /// <summary>Both bad included.</summary>
    public required int Ties { get; init; }
    /// <summary>Of her decisive judgments.</summary>
    public required Proportion LeftShare { get; init; }
    /// <summary>Mid-p of the sign test of left wins against right wins.</summary>
    public required double P { get; init; }
    /// <summary>The same among all raters (Benjamini and Hochberg): for screening.</summary>
    public required double PAdjusted { get; init; }
}

public sealed record PositionReport : Report
{
    public required Scope Scope { get; init; }
    /// <summary>Judgments whose left answer is known, and those of which it is not.</summary>
    public required int N { get; init; }
    public required int SideUnknown { get; init; }
    public required int LeftWins { get; init; }
    public required int RightWins { get; init; }
    public required int Ties { get; init; }
    public required int BothBad { get; init; }
    /// <summary>Left wins among decisive judgments; p tests one half.</summary>
    public required Interval LeftShare { get; init; }
    /// <summary>The left share in every scope.</summary>
    public required ScopesOfInterval Scopes { get; init; }
    /// <summary>Left wins minus right wins, over all.</summary>
    public required Interval LeftNet { get; init; }
    /// <summary>Left wins against right wins, judgments taken as independent.</summary>
    public required SignTestRow SignTest { get; init; }
    public required IReadOnlyList<OrderRow> Orders { get; init; }
    public required IReadOnlyList<RaterPositionRow> Items { get; init; }
}
