using System.Text.Json.Serialization;
using FluentValidation;
using PrefEval.Api.Prompts;

namespace PrefEval.Api.Assignments;

/// <summary>What the rater says of an assignment.</summary>
public enum Choice { Left, Right, Tie, BothBad }

/// <summary>Why nothing (more) is open to the rater.</summary>
public enum NoneLeft
{
    /// <summary>Every pair has all its judgments, or cannot be judged.</summary>
    AllJudged,
    /// <summary>She has met every pair that is still open; others will finish them.</summary>
    AllMet,
    /// <summary>What is still open is of categories or languages that she is not asked about.</summary>
    OutsideLimits,
    /// <summary>Other raters hold the last places; one may come free.</summary>
    Waiting,
    QuotaReached,
    /// <summary>She has made as much of the study as one rater may.</summary>
    ShareReached,
    /// <summary>She did not pass the qualification.</summary>
    NotQualified,
    StudyNotOpen,
    StudyPaused,
    StudyClosed,
}

/// <summary>Where a rater stands in the study.</summary>
public enum Stage { Practice, Qualification, Judging, NotQualified }

public sealed record AskForAssignments(int? Count)
{
    public const int Default = 3, Largest = 10;

    public sealed class Validator : AbstractValidator<AskForAssignments>
    {
        public Validator() => RuleFor(a => a.Count).InclusiveBetween(1, Largest);
    }
}

public sealed record Assignments
{
    public required IReadOnlyList<Assignment> Items { get; init; }
    /// <summary>A reason when nothing new was open to her; null otherwise.</summary>
    public required NoneLeft? NoneLeft { get; init; }
}

/// <summary>Two answers side by side. Nothing here but the texts themselves is equal in two assignments.</summary>
public sealed record Assignment
{
    [JsonPropertyName("assignment")]
    public required string Id { get; init; }
    /// <summary>Practice: her answer is met with a word on it. Qualification: a test. Judging: the study.</summary>
    public required Stage Stage { get; init; }
    public required IReadOnlyList<Message> Prompt { get; init; }
    public required IReadOnlyList<Message> Left { get; init; }
    public required IReadOnlyList<Message> Right { get; init; }
    public required string? Language { get; init; }
    public required int Revision { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>Live leases that the rater gives back unjudged, such as when she leaves the page.</summary>
/// <param name="Assignments">Which; none named: all of hers.</param>
public sealed record ReleaseAssignments(IReadOnlyList<string>? Assignments)
{
    private const int Most = 100;

    public sealed class Validator : AbstractValidator<ReleaseAssignments>
    {
        public Validator() => RuleFor(r => r.Assignments).Must(a => a is null || (a.Count <= Most && a.All(id => id is not null))).WithMessage($"At most {Most} of them; leave the list out to give back all.");
    }
}

public sealed record Released
{
    [JsonPropertyName("released")]
    public required int Count { get; init; }
}
