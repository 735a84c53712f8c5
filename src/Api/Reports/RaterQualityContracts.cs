using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>How one rater works. Her judgments are taken as independent.</summary>
public sealed record RaterRow
{
    public required string Rater { get; init; }
    public required int N { get; init; }
    /// <summary>With the strict majority of a pair's other raters; a split is a tie.</summary>
    public required Proportion Agreement { get; init; }
    /// <summary>One-sided p that she agrees less than the others do, among all raters (Benjamini and Hochberg).</summary>
    public required double? AgreementPAdjusted { get; init; }
    /// <summary>Of her decisive judgments with known sides.</summary>
    public required Proportion LeftShare { get; init; }
    public required double? LeftPAdjusted { get; init; }
    /// <summary>Both bad included.</summary>
    public required Proportion TieShare { get; init; }
    public required double? MedianMs { get; init; }
    /// <summary>Verdicts on gold pairs that were the known ones.</summary>
    public required Proportion Gold { get; init; }
    /// <summary>Pairs shown again with the sides swapped on which she said the same.</summary>
    public required Proportion SelfConsistency { get; init; }
    /// <summary>Judgments made in less time than both answers can be looked through: below a second, or more than 300 characters a second. Nothing follows from them.</summary>
    public required int Fast { get; init; }
    /// <summary>How often her verdict is the true one by Dawid and Skene's model: a diagnostic.</summary>
    public required double? EstimatedAccuracy { get; init; }
    /// <summary>Reasons to look at her work. Nobody is dropped for them.</summary>
    public required IReadOnlyList<RaterFlag> Flags { get; init; }
}

/// <summary>The headline of one comparison, with and without the flagged raters.</summary>
public sealed record WithoutFlaggedRow
{
    public required string Model { get; init; }
    public required string Baseline { get; init; }
    public required Interval WinRate { get; init; }
    public required Interval WinRateWithoutFlagged { get; init; }
}

public sealed record RatersReport : Report
{
    public required Scope Scope { get; init; }
    public required double Confidence { get; init; }
    /// <summary>Whether Dawid and Skene's model has an answer; it wants pairs that three raters judged.</summary>
    public required EstimateStatus DawidSkene { get; init; }
    public required IReadOnlyList<RaterRow> Items { get; init; }
    /// <summary>Empty where nobody is flagged.</summary>
    public required IReadOnlyList<WithoutFlaggedRow> WithoutFlagged { get; init; }
}
