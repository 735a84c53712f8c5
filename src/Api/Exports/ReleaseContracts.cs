using PrefEval.Api.Raters;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Exports;

/// <summary>What a release is made of.</summary>
public sealed record Release
{
    public required StudyRow Study { get; init; }
    public required long At { get; init; }
    /// <summary>As the README says it; null: not stated.</summary>
    public required string? License { get; init; }
    /// <summary>The kind of rater whose votes an adjudication stands in for; null: no adjudications.</summary>
    public required RaterKind? AdjudicatedFor { get; init; }
}

/// <summary>What a release holds, and what it leaves out and why: the answer to <c>?count=true</c>, and what its README says.</summary>
public sealed record ReleaseCounts
{
    /// <summary>The number of the study's sequence that everything is as of.</summary>
    public required long Sequence { get; init; }
    /// <summary>Of the study's data up to that number, as reports name it.</summary>
    public required string DataHash { get; init; }
    public required long Prompts { get; init; }
    public required long Answers { get; init; }
    public required long Models { get; init; }
    public required long Pairs { get; init; }
    public required long Judgments { get; init; }
    public required long Raters { get; init; }
    /// <summary>Decisions of an adjudicator, blind, on pairs whose votes have no strict majority.</summary>
    public required long Adjudications { get; init; }
    /// <summary>Judgments that are left out, by reason.</summary>
    public required IReadOnlyDictionary<string, long> LeftOut { get; init; }
}
