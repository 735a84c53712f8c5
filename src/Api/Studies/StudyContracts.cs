using System.Text.Json.Serialization;
using FluentValidation;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;

namespace PrefEval.Api.Studies;

/// <summary>A study as researchers see it. Raters get <c>GET /me</c>.</summary>
public sealed record Study
{
    [JsonPropertyName("study")]
    public required string Id { get; init; }
    public required string? ExternalId { get; init; }
    public required string Name { get; init; }
    public required StudyState State { get; init; }
    public required string Title { get; init; }
    public required string Question { get; init; }
    public required string Language { get; init; }
    public required string TimeZone { get; init; }
    public required string Guidelines { get; init; }
    public required Overlap Overlap { get; init; }
    public required bool AllowBothBad { get; init; }
    public required Design Design { get; init; }
    public required int LeaseMinutes { get; init; }
    public required SamePrompt SamePrompt { get; init; }
    public required IdenticalAnswers IdenticalAnswers { get; init; }
    public required Analysis Analysis { get; init; }
    /// <summary>Whether raters may say how much better the winner is, and what they may compare beside the verdict; neither feeds the headline.</summary>
    public required bool Strength { get; init; }
    public required IReadOnlyList<Criterion> Criteria { get; init; }
    /// <summary>Of what a rater is asked, the share that is gold, and the share that repeats a pair of hers with the sides swapped. Neither is evidence.</summary>
    public required double GoldShare { get; init; }
    public required double RepeatShare { get; init; }
    /// <summary>The most of the planned judgments that one rater makes; null: as many as she likes.</summary>
    public required double? MaxShare { get; init; }
    /// <summary>The round that lets a rater in; null: there is none.</summary>
    public required Qualification? Qualification { get; init; }
    /// <summary>Whether design and analysis are locked: nobody changes them until an admin lifts the lock, which the audit log keeps.</summary>
    public required bool Locked { get; init; }
    /// <summary>What raters are asked about: that with which it opened (wave 1), and each import of prompts, models or pairs since.</summary>
    public required IReadOnlyList<StudyWave> Waves { get; init; }
    public required long Sequence { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? OpenedAt { get; init; }
    public required DateTimeOffset? ClosedAt { get; init; }
    public required DateTimeOffset? DeletedAt { get; init; }
    /// <summary>Of a single study that is a draft, and in the answer that it opened: places that none of the raters invited so far may take.</summary>
    public IReadOnlyList<StudyWarning> Warnings { get; init; } = [];
}

/// <summary>Pairs that raters were asked about from one moment on.</summary>
public sealed record StudyWave
{
    public required int Wave { get; init; }
    /// <summary>From which number on reports know it.</summary>
    public required long Sequence { get; init; }
    /// <summary>The pairs that raters are asked about, of those that the design asks for: fewer where it asks for a sample.</summary>
    public required int Pairs { get; init; }
    public required long Designed { get; init; }
    /// <summary>The import that brought it; null for wave 1.</summary>
    public required string? Import { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
}

/// <summary>
/// A new study. <c>copy_of</c> takes of another one every setting that is not given here, its models with their attributes, its prompts, its newest answers, and its
/// listed and gold pairs; no judgments and no raters.
/// </summary>
public sealed record CreateStudy(
    string? Name, string? ExternalId, string? CopyOf, string? Title, string? Question, string? Language, string? TimeZone, string? Guidelines, Overlap? Overlap,
    bool? AllowBothBad, Design? Design, int? LeaseMinutes, SamePrompt? SamePrompt, IdenticalAnswers? IdenticalAnswers, Analysis? Analysis, bool? Strength, IReadOnlyList<Criterion>? Criteria,
    double? GoldShare, double? RepeatShare, double? MaxShare, Qualification? Qualification) : IStudyFields
{
    public sealed class Validator : AbstractValidator<CreateStudy>
    {
        public Validator()
        {
            RuleFor(s => s.Name).Length(1, 200).When(s => s.CopyOf is null || s.Name is not null).WithMessage("Give the study a name that researchers will know it by (1 to 200 characters).");
            RuleFor(s => s.ExternalId).Length(1, 200).When(s => s.ExternalId is not null);
            When(s => s.CopyOf is null, () =>
            {
                RuleFor(s => s.Name).NotEmpty().WithMessage("Give the study a name that researchers will know it by (1 to 200 characters).");
                RuleFor(s => s.Title).NotEmpty().WithMessage("Give the title that raters see; it must not tell which models are compared.");
                RuleFor(s => s.Question).NotEmpty().WithMessage("Give the question that raters answer, such as 'Which answer is better?'.");
                RuleFor(s => s.Design).NotNull().WithMessage("Give the design, such as {\"kind\":\"round_robin\"} or {\"kind\":\"focal\",\"focal\":\"MODEL\"}.");
            });
            Include(new StudyFieldRules());
        }
    }
}

/// <summary>What changes; a field that is left out stays.</summary>
/// <param name="Locked">True: what stands of design and analysis, this call's changes included, is fixed. An admin lifts it with false.</param>
public sealed record UpdateStudy(
    StudyState? State = null, string? Name = null, string? Title = null, string? Question = null, string? Language = null, string? TimeZone = null, string? Guidelines = null, Overlap? Overlap = null,
    bool? AllowBothBad = null, Design? Design = null, int? LeaseMinutes = null, SamePrompt? SamePrompt = null, IdenticalAnswers? IdenticalAnswers = null, Analysis? Analysis = null,
    bool? Strength = null, IReadOnlyList<Criterion>? Criteria = null, double? GoldShare = null, double? RepeatShare = null, double? MaxShare = null, Qualification? Qualification = null,
    bool? Locked = null) : IStudyFields
{
    public sealed class Validator : AbstractValidator<UpdateStudy>
    {
        public Validator()
        {
            RuleFor(s => s.Name).Length(1, 200).When(s => s.Name is not null);
            RuleFor(s => s.State).NotEqual(StudyState.Draft).WithMessage("A study that was opened does not become a draft again; copy it.");
            Include(new StudyFieldRules());
        }
    }
}

/// <summary>The fields that creating and changing a study share.</summary>
public interface IStudyFields
{
    string? Title { get; }
    string? Question { get; }
    string? Language { get; }
    string? TimeZone { get; }
    string? Guidelines { get; }
    Overlap? Overlap { get; }
    bool? AllowBothBad { get; }
    Design? Design { get; }
    int? LeaseMinutes { get; }
    SamePrompt? SamePrompt { get; }
    IdenticalAnswers? IdenticalAnswers { get; }
    Analysis? Analysis { get; }
    bool? Strength { get; }
    IReadOnlyList<Criterion>? Criteria { get; }
    /// <summary>Of what a rater is asked: 0 to .2.</summary>
    double? GoldShare { get; }
    double? RepeatShare { get; }
    /// <summary>0 lifts the limit.</summary>
    double? MaxShare { get; }
    /// <summary>0 pairs: no such round.</summary>
    Qualification? Qualification { get; }
}

internal sealed class StudyFieldRules : AbstractValidator<IStudyFields>
{
    public StudyFieldRules()
    {
        RuleFor(s => s.Title).Length(1, 200).When(s => s.Title is not null);
        RuleFor(s => s.Question).Length(1, 500).When(s => s.Question is not null);
        RuleFor(s => s.Language).Matches("^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$").When(s => s.Language is not null).WithMessage("A language tag such as zh-CN or en.");
        RuleFor(s => s.TimeZone).Must(id => TimeZoneInfo.TryFindSystemTimeZoneById(id!, out _)).When(s => s.TimeZone is not null).WithMessage("An IANA time zone such as Asia/Shanghai.");
        RuleFor(s => s.Guidelines).MaximumLength(20_000);
        RuleFor(s => s.Overlap).Must(o => o!.Base is >= 1 and <= 1000).When(s => s.Overlap is not null).WithMessage("1 to 1000 raters a pair.");
        RuleFor(s => s.Overlap).Must(o => o!.Shared is not { } shared || (shared.Share is > 0 and < 1 && shared.Overlap > o.Base && shared.Overlap <= 1000)).When(s => s.Overlap is not null)
            .WithMessage("Shared pairs are a share between 0 and 1, with an overlap above the base: {\"base\":1,\"shared\":{\"share\":0.2,\"overlap\":3}}.");
        RuleFor(s => s.LeaseMinutes).InclusiveBetween(1, 24 * 60);
        RuleFor(s => s.Design).Must(d => (d!.Kind == DesignKind.Focal) == (d.Focal is { Length: > 0 and <= 200 })).When(s => s.Design is not null)
            .WithMessage("A focal design names its model in 'focal'; the others have none.");
        RuleFor(s => s.Design).Must(d => d!.Sample is null or { N: >= 1 and <= Opening.LargestDesign }).When(s => s.Design is not null).WithMessage($"'sample' draws 1 to {Opening.LargestDesign:N0} pairs.").OverridePropertyName("design.sample");
        RuleFor(s => s.Analysis).Must(a => a!.Confidence is >= 0.5 and <= 0.999).When(s => s.Analysis is not null).WithMessage("'confidence' is .5 to .999.").OverridePropertyName("analysis.confidence");
        RuleFor(s => s.Analysis).Must(a => a!.Threshold is null or (> 0 and < 1)).When(s => s.Analysis is not null).WithMessage("'threshold' lies between 0 and 1.").OverridePropertyName("analysis.threshold");
        RuleFor(s => s.Analysis).Must(a => DeclaredFamily.Flaw(a!.Family!) is null).When(s => s.Analysis?.Family is not null)
            .WithMessage(s => DeclaredFamily.Flaw(s.Analysis!.Family!)).OverridePropertyName(DeclaredFamily.Field);
        RuleFor(s => s.Criteria).Must(AreCriteria).When(s => s.Criteria is not null)
            .WithMessage("At most 4 criteria with names of their own (1 to 40 letters, digits, _ or -) and labels of 1 to 100 characters.");
        RuleFor(s => s.GoldShare).Must(share => share is >= 0 and <= LargestShare).When(s => s.GoldShare is not null).WithMessage("The share of gold pairs is 0 to .2.");
        RuleFor(s => s.RepeatShare).Must(share => share is >= 0 and <= LargestShare).When(s => s.RepeatShare is not null).WithMessage("The share of repeats is 0 to .2.");
        RuleFor(s => s.MaxShare).Must(share => share is >= 0 and <= 1).When(s => s.MaxShare is not null).WithMessage("'max_share' is above 0 and at most 1; 0 lifts the limit.");
        RuleFor(s => s.Qualification).Must(q => q is { Pairs: 0, Needed: 0 } or { Pairs: >= 1 and <= LongestQualification, Needed: >= 1 } && q.Needed <= q.Pairs).When(s => s.Qualification is not null)
            .WithMessage($"'pairs' is 1 to {LongestQualification}, and 'needed' 1 to 'pairs'; both 0: no qualification.");
    }

    private const double LargestShare = 0.2;
    private const int LongestQualification = 100;

    private static bool AreCriteria(IReadOnlyList<Criterion>? criteria) =>
        criteria is { Count: <= 4 } && criteria.All(c => c is { Name.Length: >= 1 and <= 40, Label.Length: >= 1 and <= 100 } && c.Name.All(l => char.IsLetterOrDigit(l) || l is '_' or '-'))
        && criteria.Select(c => c.Name).Distinct().Count() == criteria.Count;
}

public sealed record AddMember(string Account)
{
    public sealed class Validator : AbstractValidator<AddMember>
    {
        public Validator() => RuleFor(m => m.Account).NotEmpty().MaximumLength(200);
    }
}

/// <summary>One row of <c>studies</c>.</summary>
public sealed record StudyRow
{
    public required long Study { get; init; }
    public string? ExternalId { get; init; }
    public required string Name { get; init; }
    public required StudyState State { get; init; }
    public required string Settings { get; init; }
    public required long Sequence { get; init; }
    public required long CreatedAt { get; init; }
    public long? OpenedAt { get; init; }
    public long? ClosedAt { get; init; }
    public long? DeletedAt { get; init; }

    public StudySettings ReadSettings() => StudySettings.Parse(Settings);

    public Study ToWire(OpaqueIds ids, IEnumerable<Wave> waves)
    {
        var settings = ReadSettings();
        return new Study
        {
            Id = ids.Encode(IdKind.Study, 0, Study),
            ExternalId = ExternalId,
            Name = Name,
            State = State,
            Title = settings.Title,
            Question = settings.Question,
            Language = settings.Language,
            TimeZone = settings.TimeZone,
            Guidelines = settings.Guidelines,
            Overlap = settings.Overlap,
            AllowBothBad = settings.AllowBothBad,
            Design = settings.Design,
            LeaseMinutes = settings.LeaseMinutes,
            SamePrompt = settings.SamePrompt,
            IdenticalAnswers = settings.IdenticalAnswers,
            Analysis = settings.Analysis,
            Strength = settings.Strength,
            Criteria = settings.Criteria,
            GoldShare = settings.GoldShare,
            RepeatShare = settings.RepeatShare,
            MaxShare = settings.MaxShare,
            Qualification = settings.Qualification,
            Locked = settings.Locked,
            Waves = [.. waves.Select(w => new StudyWave
            {
                Wave = w.Number,
                Sequence = w.Sequence,
                Pairs = w.Pairs,
                Designed = w.Designed,
                Import = w.Import == 0 ? null : ids.Encode(IdKind.Import, Study, w.Import),
                OpenedAt = Time.FromMicros(w.OpenedAt),
            })],
            Sequence = Sequence,
            CreatedAt = Time.FromMicros(CreatedAt),
            OpenedAt = Time.FromMicros(OpenedAt),
            ClosedAt = Time.FromMicros(ClosedAt),
            DeletedAt = Time.FromMicros(DeletedAt),
        };
    }
}
