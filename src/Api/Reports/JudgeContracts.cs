using Microsoft.AspNetCore.Mvc;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>What a report on judges may be asked beside its filter.</summary>
public sealed record JudgeParameters
{
    /// <summary>Slices: category, source, tag, tag:BEGINNING, language, wave, prompt_length or answer_length, as in the preference report.</summary>
    [FromQuery(Name = "by")]
    public string? By { get; init; }
    [FromQuery(Name = "confidence")]
    public double? Confidence { get; init; }
}

/// <summary>One measure of agreement: of a judge with humans, and of humans with each other. All of it for these raters, by prompts.</summary>
public sealed record JudgeMeasureRow
{
    /// <summary>The judge with every single human of a pair; where pairs have one human, this is all there is.</summary>
    public required Interval EachHuman { get; init; }
    /// <summary>The judge with the strict majority of all humans of a pair but one, each left out in turn; a split is a tie.</summary>
    public required Interval Judge { get; init; }
    /// <summary>The human left out with the same others: what humans reach among themselves.</summary>
    public required Interval Ceiling { get; init; }
    /// <summary>Judge minus ceiling; where it is a share, p tests that they are equal.</summary>
    public required Interval Difference { get; init; }

    public static JudgeMeasureRow Of(JudgeMeasure m) => new()
    {
        EachHuman = Interval.Of(m.EachHuman),
        Judge = Interval.Of(m.Judge),
        Ceiling = Interval.Of(m.Ceiling),
        Difference = Interval.Of(m.Difference),
    };
}

/// <summary>How far one judge, or all of them together, agrees with humans.</summary>
public sealed record JudgeRow
{
    /// <summary>The rater's name; null: all judges together, each held against the humans of a pair.</summary>
    public required string? Judge { get; init; }
    /// <summary>Null for the row of all judgments.</summary>
    public required Slice? Slice { get; init; }
    /// <summary>Judgments of the judge.</summary>
    public required int N { get; init; }
    /// <summary>Pairs that the judge and at least one human judged, and of them those that two humans or more did.</summary>
    public required int Pairs { get; init; }
    public required int ComparedPairs { get; init; }
    public required JudgeMeasureRow Percent { get; init; }
    /// <summary>1 for equal, 1/2 where exactly one is a tie, 0 for opposite.</summary>
    public required JudgeMeasureRow TieDiscounted { get; init; }
    /// <summary>The tie-discounted score beyond what chance explains (Cohen's kappa with linear weights).</summary>
    public required JudgeMeasureRow KappaLinear { get; init; }
    /// <summary>How often the left answer won, of the judge's decisive judgments with known sides; these are taken as independent.</summary>
    public required Proportion LeftShare { get; init; }
    /// <summary>Mid-p of the sign test of left wins against right ones; null where there are none.</summary>
    public required double? LeftP { get; init; }
}

/// <summary>One comparison as humans and as a judge see it; for these raters, by prompts.</summary>
public sealed record JudgeWinRateRow
{
    /// <summary>The rater's name; null: all judges together.</summary>
    public required string? Judge { get; init; }
    public required string Model { get; init; }
    public required string Baseline { get; init; }
    /// <summary>Of all judgments of humans, and of all of the judge's. Pairs that nobody was shown because their answers are equal are no part of either.</summary>
    public required Interval Humans { get; init; }
    public required Interval JudgeAlone { get; init; }
    /// <summary>Pairs that both judged. What follows rests on them alone, each pair once.</summary>
    public required int SharedPairs { get; init; }
    public required Interval HumansOnShared { get; init; }
    public required Interval JudgeOnShared { get; init; }
    /// <summary>Judge minus humans; p tests that they are equal.</summary>
    public required Interval Difference { get; init; }
}

public sealed record JudgesReport : Report
{
    public required double Confidence { get; init; }
    /// <summary>All judges together, then each of them.</summary>
    public required IReadOnlyList<JudgeRow> Items { get; init; }
    public required IReadOnlyList<JudgeRow> Slices { get; init; }
    /// <summary>For each two models that somebody judged: all judges together, then each that judged them.</summary>
    public required IReadOnlyList<JudgeWinRateRow> WinRates { get; init; }
}
