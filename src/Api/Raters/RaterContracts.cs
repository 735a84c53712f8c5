using System.Text.Json.Serialization;
using FluentValidation;

namespace PrefEval.Api.Raters;

public enum RaterKind { Human, Llm, Simulated }

public enum RaterState { Active, Paused, Removed }

/// <summary>One rater (<c>name</c>) or several (<c>raters</c>).</summary>
public sealed record InviteRaters(string? Name, string? ExternalId, RaterKind? Kind, int? Quota, IReadOnlyList<InviteRater>? Raters)
{
    [JsonIgnore]
    public IReadOnlyList<InviteRater> All => Raters ?? [new InviteRater(Name ?? "", ExternalId, Kind, Quota)];

    public sealed class Validator : AbstractValidator<InviteRaters>
    {
        public Validator()
        {
            RuleFor(i => i.Name).NotEmpty().When(i => i.Raters is null).WithMessage("Give the rater's name, or a list in 'raters'.");
            RuleFor(i => i.Name).Empty().When(i => i.Raters is not null).WithMessage("Give either 'name' or 'raters'.");
            RuleFor(i => i.Raters).Must(r => r!.Count is >= 1 and <= 1000).When(i => i.Raters is not null).WithMessage("1 to 1000 raters at once.");
            RuleForEach(i => i.All).NotNull().SetValidator(new InviteRater.Validator()).OverridePropertyName("raters");
        }
    }
}

public sealed record InviteRater(string Name, string? ExternalId, RaterKind? Kind, int? Quota)
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
        }
    }
}

public sealed record RaterInvitation
{
    public required string Rater { get; init; }
    public required string Name { get; init; }
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
    /// <summary>Pairs that were put before her.</summary>
    public required int Asked { get; init; }
    /// <summary>Assignments that she judged, surplus included.</summary>
    public required int Judged { get; init; }
    public required int JudgedToday { get; init; }
}

/// <param name="Quota">How many pairs she may judge; 0 lifts the limit.</param>
public sealed record UpdateRater(RaterState? State, int? Quota)
{
    public sealed class Validator : AbstractValidator<UpdateRater>
    {
        public Validator() => RuleFor(r => r.Quota).GreaterThanOrEqualTo(0);
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
    public required bool Open { get; init; }
    public required int Judged { get; init; }
    public required int JudgedToday { get; init; }
    public required int? Quota { get; init; }
}
