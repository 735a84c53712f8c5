using FluentValidation;

namespace PrefEval.Api.Access;

public sealed record CreateKey(string Account, Role? Role, KeyScope? Scope, string? Name, DateTimeOffset? ExpiresAt)
{
    public sealed class Validator : AbstractValidator<CreateKey>
    {
        public Validator()
        {
            RuleFor(k => k.Account).NotEmpty().MaximumLength(200);
            RuleFor(k => k.Role).NotEqual(Access.Role.Rater).WithMessage("A rater's key is made by inviting her to a study.");
            RuleFor(k => k.Role).NotEqual(Access.Role.Viewer).WithMessage("A viewer's key is made by sharing a study's report.");
            RuleFor(k => k.Name).MaximumLength(200);
        }
    }
}

/// <summary>A key of an account. The secret itself is in the answer to its creation only.</summary>
public sealed record AccountKey
{
    public required string Key { get; init; }
    public required string Account { get; init; }
    public required Role Role { get; init; }
    public required KeyScope Scope { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public required DateTimeOffset? RevokedAt { get; init; }
    /// <summary>The bearer key: shown once.</summary>
    public string? Secret { get; init; }
    /// <summary>A link that signs in with it.</summary>
    public string? Link { get; init; }
}

public sealed record SignIn(string Key)
{
    public sealed class Validator : AbstractValidator<SignIn>
    {
        public Validator() => RuleFor(s => s.Key).NotEmpty().MaximumLength(200);
    }
}

public sealed record Session
{
    public required Role Role { get; init; }
    /// <summary>Empty for a viewer: what a share is called is for those who made it.</summary>
    public required string Name { get; init; }
    /// <summary>The study of a rater or a viewer; null for an account.</summary>
    public string? Study { get; init; }
    /// <summary>The share of a viewer. Calls that are to use its session name it: <c>?share=</c>. Null for others.</summary>
    public string? Share { get; init; }
}
