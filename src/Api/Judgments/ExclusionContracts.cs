using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Judgments;

/// <summary>Which judgments: those that everything given here is true of. Ids and names are those of the judgments' list.</summary>
/// <param name="Rater">Her id or her name.</param>
/// <param name="Assignments">Single judgments.</param>
/// <param name="Models">Judgments of any of these models.</param>
/// <param name="Category">Of the prompt; "" for prompts without one.</param>
/// <param name="After">Made at this time or later.</param>
/// <param name="Before">Made before this time.</param>
/// <param name="FasterThanMs">Made in less time; judgments without a duration are not.</param>
/// <param name="Import">The import that brought them.</param>
/// <param name="Sequence">Those that the act of this number changed: see the study's exclusions.</param>
public sealed record JudgmentFilter(
    string? Rater = null, IReadOnlyList<string>? Assignments = null, IReadOnlyList<string>? Pairs = null, IReadOnlyList<string>? Models = null, IReadOnlyList<string>? PromptIds = null,
    string? Category = null, DateTimeOffset? After = null, DateTimeOffset? Before = null, int? FasterThanMs = null, Origin? Origin = null, string? Import = null, long? Sequence = null)
{
    private const int LongestList = 1000;

    [JsonIgnore]
    public bool IsEmpty => this == new JudgmentFilter();

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static JudgmentFilter Parse(string json) => JsonSerializer.Deserialize<JudgmentFilter>(json, Json)!;

    private static readonly JsonSerializerOptions Json = new(StudySettings.Json) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public sealed class Validator : AbstractValidator<JudgmentFilter>
    {
        public Validator()
        {
            RuleFor(f => f).Must(f => !f.IsEmpty).WithMessage("Say which judgments: an empty filter would take all of them.");
            foreach (var list in new System.Linq.Expressions.Expression<Func<JudgmentFilter, IReadOnlyList<string>?>>[] { f => f.Assignments, f => f.Pairs, f => f.Models, f => f.PromptIds })
                RuleFor(list).Must(l => l is null || (l.Count is >= 1 and <= LongestList && l.All(x => x is not null))).WithMessage($"1 to {LongestList} of them, or leave it out.");
            RuleFor(f => f.FasterThanMs).GreaterThan(0);
        }
    }
}

/// <summary>A change of what judgments count for. <c>preview</c>: only count them.</summary>
public sealed record SetJudgmentsAside(JudgmentFilter? Filter, string? Reason, bool? Preview)
{
    public sealed class Validator : AbstractValidator<SetJudgmentsAside>
    {
        public Validator()
        {
            RuleFor(e => e.Filter).NotNull().WithMessage("Say which judgments, such as {\"rater\":\"r1\"}.");
            RuleFor(e => e.Filter!).SetValidator(new JudgmentFilter.Validator()).When(e => e.Filter is not null).OverridePropertyName("filter");
            RuleFor(e => e.Reason).NotEmpty().When(e => e.Preview != true).WithMessage("Give the reason; it is kept and shown beside reports.");
            RuleFor(e => e.Reason).MaximumLength(2000);
        }
    }
}

public sealed record SetAside
{
    /// <summary>How many judgments changed, or would.</summary>
    public required int Judgments { get; init; }
    /// <summary>The number of the act; null where nothing changed.</summary>
    public required long? Sequence { get; init; }
}

/// <summary>An act that set judgments aside or took them back in.</summary>
public sealed record Exclusion
{
    public required long Sequence { get; init; }
    /// <summary>excluded: by a researcher; included: back again; replaced: an import replaced answers that they were about.</summary>
    public required ExclusionKind Kind { get; init; }
    public required JudgmentFilter Filter { get; init; }
    public required string Reason { get; init; }
    public required int Judgments { get; init; }
    /// <summary>Up to which number somebody had looked at a report by then; null: nobody had.</summary>
    public required long? ReportSequence { get; init; }
    /// <summary>Who did it.</summary>
    public required string? Account { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
