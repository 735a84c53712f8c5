using System.Text.Json.Serialization;
using FluentValidation;
using PrefEval.Api.Assignments;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Raters;

public enum RaterKind { Human, Llm, Simulated }

public enum RaterState { Active, Paused, Removed }

/// <summary>One rater (<c>name</c>), several (<c>raters</c>), or a pasted list of names (<c>names</c>).</summary>
/// <param name="Quota">How many pairs she may judge; with <c>names</c>, each of them. Likewise kind and limits.</param>
/// <param name="Categories">She is asked about prompts of these categories alone; "" are those without one.</param>
/// <param name="Languages">Likewise; a prompt without a language is in the study's.</param>
/// <param name="Names">A name a line.</param>
/// <param name="Group">Raters who belong together, such as those of one campus or agency; with <c>names</c>, all of them.</param>
public sealed record InviteRaters(
    string? Name, string? ExternalId, RaterKind? Kind, int? Quota, IReadOnlyList<string>? Categories, IReadOnlyList<string>? Languages, IReadOnlyList<InviteRater>? Raters, string? Names,
    string? Group)
{
    [JsonIgnore]
    public IReadOnlyList<InviteRater> All => Raters
        ?? Names?.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => new InviteRater(name, null, Kind, Quota, Categories, Languages, Group)).ToArray()
        ?? [new InviteRater(Name ?? "", ExternalId, Kind, Quota, Categories, Languages, Group)];

    public sealed class Validator : AbstractValidator<InviteRaters>
    {
        public Validator()
        {
            RuleFor(i => i.Name).NotEmpty().When(i => i.Raters is null && i.Names is null).WithMessage("Give the rater's name, a list in 'raters', or a name a line in 'names'.");
            RuleFor(i => i.Name).Empty().When(i => i.Raters is not null || i.Names is not null).WithMessage("Give one of 'name', 'raters' and 'names'.");
            RuleFor(i => i.Names).Null().When(i => i.Raters is not null).WithMessage("Give one of 'name', 'raters' and 'names'.");
            RuleFor(i => i.All).Must(r => r.Count is >= 1 and <= 1000).WithMessage("1 to 1000 raters at once.").OverridePropertyName("raters");
            RuleForEach(i => i.All).NotNull().SetValidator(new InviteRater.Validator()).OverridePropertyName("raters");
        }
    }
}

public sealed record InviteRater(string Name, string? ExternalId, RaterKind? Kind, int? Quota, IReadOnlyList<string>? Categories, IReadOnlyList<string>? Languages,
    string? Group = null)
{
    public sealed class Validator : AbstractValidator<InviteRater>
    {
        public Validator()
        {
            RuleFor(r => r.Name).NotEmpty().MaximumLength(200);
            RuleFor(r => r.ExternalId).Length(1, 200).When(r => r.ExternalId is not null);
            RuleFor(r => r.Kind).NotEqual(RaterKind.Simulated).WithMessage("Simulated raters come with an import of simulated judgments.");
            RuleFor(r => r.Name).Must(n => n?.StartsWith("simulated:", StringComparison.Ordinal) != true).WithMessage("Names that begin with 'simulated:' are kept for simulated raters.");
            RuleFor(r => r.Quota).GreaterThan(0);
            RuleFor(r => r.Group).Length(1, LimitRules.LongestGroup).When(r => r.Group is not null);
            RuleFor(r => r.Categories).Must(LimitRules.AreCategories).WithMessage(LimitRules.Categories);
            RuleFor(r => r.Languages).Must(LimitRules.AreLanguages).WithMessage(LimitRules.Languages);
        }
    }
}

internal static class LimitRules
{
    public const int LongestGroup = 100;

    public const string Categories = "At most 200 categories of at most 200 characters.", Languages = "At most 200 language tags, such as zh-CN or en.";

    public static bool AreCategories(IReadOnlyList<string>? given) => given is null || (given.Count <= 200 && given.All(c => c is { Length: <= 200 }));

    public static bool AreLanguages(IReadOnlyList<string>? given) => given is null || (given.Count <= 200 && given.All(l => l is { Length: >= 1 and <= 35 }));
}

public sealed record RaterInvitation
{
    public required string Rater { get; init; }
    public required string Name { get; init; }
    public required string? ExternalId { get; init; }
    /// <summary>The bearer key, shown once.</summary>
    public required string Key { get; init; }
    /// <summary>The link to hand to the rater; it holds the key.</summary>
    public required string Link { get; init; }
}

/// <summary>Everybody who was invited; where it was one, her fields stand beside the list as well.</summary>
public sealed record RaterInvitations
{
    public required IReadOnlyList<RaterInvitation> Items { get; init; }
    public string? Rater { get; init; }
    public string? Key { get; init; }
    public string? Link { get; init; }
}

public sealed record Rater
{
    [JsonPropertyName("rater")]
    public required string Id { get; init; }
    public required string? ExternalId { get; init; }
    public required string Name { get; init; }
    public required RaterKind Kind { get; init; }
    public required RaterState State { get; init; }
    public required int? Quota { get; init; }
    /// <summary>Raters who belong together; null: none was named.</summary>
    public required string? Group { get; init; }
    /// <summary>Null until her qualification is decided; where an account decided instead of it, who and when.</summary>
    public required bool? Qualified { get; init; }
    /// <summary>How many of its answers were right; null until it has ended.</summary>
    public required int? QualificationRight { get; init; }
    public required string? QualifiedBy { get; init; }
    public required DateTimeOffset? QualifiedAt { get; init; }
    /// <summary>What she is asked about; empty: everything. "" stands for prompts without a category.</summary>
    public required IReadOnlyList<string> Categories { get; init; }
    public required IReadOnlyList<string> Languages { get; init; }
    /// <summary>Pairs that were put before her.</summary>
    public required int Asked { get; init; }
    /// <summary>Assignments that she judged, surplus, gold and repeats included; practice and qualification are not.</summary>
    public required int Judged { get; init; }
    /// <summary>Those of them that were gold pairs and repeats.</summary>
    public required int Checks { get; init; }
    public required int JudgedToday { get; init; }
    /// <summary>The study's day on which she judged last; null: never.</summary>
    public required DateOnly? LastJudgedOn { get; init; }
    /// <summary>When a browser was last signed in with a link of hers; null: never, or so long ago that the session is over.</summary>
    public required DateTimeOffset? SignedInAt { get; init; }
    /// <summary>When who she is was erased; null: it was not.</summary>
    public required DateTimeOffset? ErasedAt { get; init; }
}

public enum JudgmentsOfRemoved { Keep, Exclude }

/// <param name="Quota">How many pairs she may judge; 0 lifts the limit.</param>
/// <param name="Judgments">With state removed: whether her counted judgments are set aside as well; keep by default.</param>
/// <param name="Reason">Why they are.</param>
/// <param name="Categories">Null leaves them, [] lifts the limit; likewise languages.</param>
/// <param name="Group">"" takes her out of it.</param>
/// <param name="Qualified">Lets her in, or sends her away, whatever her qualification says.</param>
public sealed record UpdateRater(
    RaterState? State, int? Quota, JudgmentsOfRemoved? Judgments, string? Reason, IReadOnlyList<string>? Categories, IReadOnlyList<string>? Languages, string? Group, bool? Qualified)
{
    public sealed class Validator : AbstractValidator<UpdateRater>
    {
        public Validator()
        {
            RuleFor(r => r.Quota).GreaterThanOrEqualTo(0);
            RuleFor(r => r.Group).MaximumLength(LimitRules.LongestGroup);
            RuleFor(r => r.Judgments).Null().When(r => r.State != RaterState.Removed).WithMessage("Judgments are kept or excluded when a rater is removed; for others use POST .../judgments/exclude.");
            RuleFor(r => r.Reason).NotEmpty().When(r => r.Judgments == JudgmentsOfRemoved.Exclude).WithMessage("Give the reason; it is kept and shown beside reports.");
            RuleFor(r => r.Reason).MaximumLength(2000);
            RuleFor(r => r.Categories).Must(LimitRules.AreCategories).WithMessage(LimitRules.Categories);
            RuleFor(r => r.Languages).Must(LimitRules.AreLanguages).WithMessage(LimitRules.Languages);
        }
    }
}

/// <summary>What a rater may know: nothing of the study's name, design or models.</summary>
public sealed record Me
{
    public required string Study { get; init; }
    public required string Name { get; init; }
    public required string Title { get; init; }
    public required string Question { get; init; }
    public required string Guidelines { get; init; }
    public required string Language { get; init; }
    public required bool AllowBothBad { get; init; }
    /// <summary>Whether she may say how much better the winner is, and what she may compare beside the verdict.</summary>
    public required bool Strength { get; init; }
    public required IReadOnlyList<Criterion> Criteria { get; init; }
    public required bool Open { get; init; }
    /// <summary>What she is asked now.</summary>
    public required Stage Stage { get; init; }
    /// <summary>The practice round; null where there is none.</summary>
    public required PracticeRound? Practice { get; init; }
    /// <summary>The qualification; null where there is none. How many were right is not told.</summary>
    public required QualificationRound? Qualification { get; init; }
    /// <summary>Pairs that she judged, practice and qualification left out; today is the study's day.</summary>
    public required int Judged { get; init; }
    public required int JudgedToday { get; init; }
    public required int? Quota { get; init; }
    /// <summary>The share of the study's judgments that are done, by everybody, as of a few minutes ago: 0 to 1.</summary>
    public required double StudyDone { get; init; }
}

public sealed record PracticeRound
{
    public required int Done { get; init; }
    public required int Of { get; init; }
}

public sealed record QualificationRound
{
    public required int Done { get; init; }
    public required int Of { get; init; }
    /// <summary>How many right answers let her in.</summary>
    public required int Needed { get; init; }
}
