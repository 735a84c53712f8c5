using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;

namespace PrefEval.Api.Reports;

/// <summary>What every report may be asked: of which judgments, and as of when.</summary>
public sealed record ReportParameters
{
    /// <summary>Prompts of this category only; empty: prompts without one.</summary>
    [FromQuery(Name = "category")]
    public string? Category { get; init; }
    /// <summary>Prompts with this tag only.</summary>
    [FromQuery(Name = "tag")]
    public string? Tag { get; init; }
    /// <summary>Prompts in this language only; empty: prompts without one.</summary>
    [FromQuery(Name = "language")]
    public string? Language { get; init; }
    /// <summary>Pairs of this wave only.</summary>
    [FromQuery(Name = "wave")]
    public int? Wave { get; init; }
    /// <summary>The one kind of rater to count: human, llm or simulated.</summary>
    [FromQuery(Name = "raters")]
    public string? Raters { get; init; }
    /// <summary>Pairs with an answer that says who it is: count (the default) or leave_out.</summary>
    [FromQuery(Name = "leaks")]
    public string? Leaks { get; init; }
    /// <summary>The sequence number as of which to report; none: now.</summary>
    [FromQuery(Name = "at")]
    public long? At { get; init; }
}

/// <summary>What becomes of pairs with an answer that says who it is, be the words masked or not.</summary>
public enum LeaksInReports { Count, LeaveOut }

/// <summary>Which judgments a report is about; null: not asked for.</summary>
public sealed record ReportFilter
{
    /// <summary>Prompts of this category; empty: those without one.</summary>
    public required string? Category { get; init; }
    public required string? Tag { get; init; }
    /// <summary>Prompts in this language; empty: those without one.</summary>
    public required string? Language { get; init; }
    public required int? Wave { get; init; }
    /// <summary>The kind of rater that was asked for. Where none was, the report says in its own <c>raters</c> whom it counts.</summary>
    public required RaterKind? Raters { get; init; }
    /// <summary>leave_out: without the pairs of which an answer says who it is; null: they are counted.</summary>
    public LeaksInReports? Leaks { get; init; }

    internal bool AsksForAny => this != new ReportFilter { Category = null, Tag = null, Language = null, Wave = null, Raters = null };

    internal bool Passes(in PairFact pair, StudyFacts facts)
    {
        if (Wave is { } wave && pair.Wave != wave) return false;
        if (Category is null && Tag is null && Language is null) return true;
        var prompt = facts.Prompt(pair.Prompt);
        return (Category is null || (prompt.Category ?? "") == Category) && (Language is null || (prompt.Language ?? "") == Language) && (Tag is null || prompt.Tags.Contains(Tag));
    }

    /// <summary>A value that no pair has is a mistake, not an empty report.</summary>
    internal void Check(StudyFacts facts, List<FieldError> errors)
    {
        if (Wave is { } wave) Known("wave", $"{wave}", facts.Pairs.Select(p => $"{p.Wave}"));
        if (Category is null && Tag is null && Language is null) return;
        var prompts = facts.Pairs.Select(p => p.Prompt).Distinct().Select(facts.Prompt).ToList();
        if (Category is not null) Known("category", Category, prompts.Select(p => p.Category ?? ""));
        if (Language is not null) Known("language", Language, prompts.Select(p => p.Language ?? ""));
        if (Tag is not null) Known("tag", Tag, prompts.SelectMany(p => p.Tags));

        void Known(string field, string value, IEnumerable<string> values)
        {
            var known = values.Distinct().Order(StringComparer.Ordinal).ToList();
            if (known.Contains(value)) return;
            const int Told = 20;
            errors.Add(new FieldError { Field = field, Message = $"No pair of the study has the {field} '{value}'; there is "
                + (known.Count == 0 ? "none." : string.Join(", ", known.Take(Told).Select(v => $"'{v}'")) + (known.Count > Told ? " and more." : ".")) });
        }
    }
}
