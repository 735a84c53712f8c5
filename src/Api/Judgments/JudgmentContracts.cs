using FluentValidation;
using PrefEval.Api.Assignments;
using PrefEval.Api.Raters;
using PrefEval.Stats;

namespace PrefEval.Api.Judgments;

public enum Origin { Native, Import }

/// <summary>What a judgment counts for. Numbered as the states of its assignment.</summary>
public enum Standing : byte
{
    Counted = AssignmentState.Counted,
    /// <summary>It came when its place was gone.</summary>
    Surplus = AssignmentState.Surplus,
    /// <summary>A researcher set it aside.</summary>
    Excluded = AssignmentState.Excluded,
    /// <summary>An answer that it is about was replaced.</summary>
    Replaced = AssignmentState.Replaced,
}

/// <summary>How the two answers stood on the screen.</summary>
public enum ScreenLayout { SideBySide, Stacked }

/// <param name="Choice">left, right, tie or both_bad.</param>
/// <param name="After">The revision that the rater saw; 0 for the first vote.</param>
/// <param name="DurationMs">From the pair's appearance to the vote.</param>
/// <param name="ClientAt">When the rater voted, by her device.</param>
/// <param name="Strength">How much better the winner is: 1 a little, 2 much; where the study asks for it.</param>
/// <param name="Criteria">By name of a criterion of the study: which answer is better by it. None needs to be given.</param>
public sealed record PutJudgment(
    Choice? Choice, int? After, int? DurationMs, string? Comment, IReadOnlyList<string>? Reasons, ScreenLayout? Layout, DateTimeOffset? ClientAt,
    int? Strength, IReadOnlyDictionary<string, Choice>? Criteria)
{
    public sealed class Validator : AbstractValidator<PutJudgment>
    {
        public Validator()
        {
            RuleFor(j => j.Choice).NotNull().WithMessage("Give 'choice': left, right, tie or both_bad.");
            RuleFor(j => j.After).GreaterThanOrEqualTo(0);
            RuleFor(j => j.Strength).InclusiveBetween(1, 2).WithMessage("1 (a little better) or 2 (much better).");
            RuleFor(j => j.Strength).Null().When(j => j.Choice is Assignments.Choice.Tie or Assignments.Choice.BothBad).WithMessage("Only an answer that is better has a strength.");
            RuleFor(j => j.DurationMs).GreaterThanOrEqualTo(0);
            RuleFor(j => j.Comment).MaximumLength(4000).Must(c => c is null || !c.Contains('\0')).WithMessage("At most 4000 characters, none of them null.");
            RuleFor(j => j.Reasons).Must(r => r is null || (r.Count <= 20 && r.All(x => x is { Length: >= 1 and <= 100 } && !x.Contains('\0')))).WithMessage("At most 20 reasons of 1 to 100 characters.");
        }
    }
}

/// <summary>What the rater is told of her judgment.</summary>
public sealed record OwnJudgment
{
    public required string Assignment { get; init; }
    public required Choice Choice { get; init; }
    public required int Revision { get; init; }
    /// <summary>False: the vote is kept and paid, but not counted; its place was gone, or it was set aside.</summary>
    public required bool Counted { get; init; }
    /// <summary>In the practice round, a word on her answer; null in every other stage.</summary>
    public required Feedback? Feedback { get; init; }
}

/// <summary>What was to be said of a practice pair.</summary>
public sealed record Feedback
{
    public required bool Correct { get; init; }
    /// <summary>The known verdict, from the sides as she sees them.</summary>
    public required Choice Choice { get; init; }
    /// <summary>Why, where the study's file says so.</summary>
    public required string? Explanation { get; init; }
}

/// <summary>Judgments in the order of the study's sequence.</summary>
public sealed record JudgmentPage
{
    public required IReadOnlyList<Judgment> Items { get; init; }
    public string? NextCursor { get; init; }
    /// <summary>Of a cell of a report: how many judgments are in it, and of how many pairs; null for the whole log.</summary>
    public required int? Count { get; init; }
    public required int? Pairs { get; init; }
}

/// <summary>A judgment as researchers see it; a revision is a judgment of its own.</summary>
public sealed record Judgment
{
    public required string Assignment { get; init; }
    public required string Pair { get; init; }
    public required string PromptId { get; init; }
    public required string ModelA { get; init; }
    public required string ModelB { get; init; }
    /// <summary>Which model stood left; null where an imported file does not say.</summary>
    public required Winner? Left { get; init; }
    public required Choice? Choice { get; init; }
    public required Winner Winner { get; init; }
    /// <summary>An imported probability that model_a is better.</summary>
    public required double? Score { get; init; }
    public required string Rater { get; init; }
    public required RaterKind RaterKind { get; init; }
    public required Origin Origin { get; init; }
    public required int Revision { get; init; }
    /// <summary>What the judgment counts for now; <c>counted</c> is true for that standing alone. Of several revisions only the latest is counted.</summary>
    public required Standing Standing { get; init; }
    public required bool Counted { get; init; }
    /// <summary>All but normal ones are left out of reports, places and progress.</summary>
    public required AssignmentRole Role { get; init; }
    public required int? DurationMs { get; init; }
    /// <summary>1: a little better, 2: much better.</summary>
    public required int? Strength { get; init; }
    /// <summary>The winner by each criterion that the rater gave, sides undone.</summary>
    public required IReadOnlyDictionary<string, Winner>? Criteria { get; init; }
    public required string? Comment { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required long Sequence { get; init; }
}
