using System.Text.Json.Serialization;
using FluentValidation;
using PrefEval.Api.Prompts;

namespace PrefEval.Api.Adjudications;

/// <summary>What an adjudicator says of the two answers before her; undecided: she looked and leaves it.</summary>
public enum Decision { Left, Right, Tie, BothBad, Undecided }

/// <summary>Open: nobody looked at it yet, or an answer was replaced since.</summary>
public enum AdjudicationState { Open, Undecided, Decided }

/// <summary>Pairs whose raters disagree, those without a strict majority first, then by disagreement; pairs that still wait for votes come last.</summary>
public sealed record DisagreementPage
{
    public required IReadOnlyList<DisagreedPair> Items { get; init; }
    public string? NextCursor { get; init; }
    /// <summary>How many there are in each state, whichever was asked for.</summary>
    public required int Open { get; init; }
    public required int Undecided { get; init; }
    public required int Decided { get; init; }
}

/// <summary>A pair whose raters disagree. It says nothing of who said what of which answer.</summary>
public sealed record DisagreedPair
{
    [JsonPropertyName("pair")]
    public required string Id { get; init; }
    public required string PromptId { get; init; }
    /// <summary>How the prompt's last message begins.</summary>
    public required string Prompt { get; init; }
    /// <summary>The counted votes.</summary>
    public required int Votes { get; init; }
    /// <summary>From 0 to 1: how far apart two of its raters are on average. 1 where one prefers the one answer and one the other, .5 where one of them sees a tie.</summary>
    public required double Disagreement { get; init; }
    /// <summary>More than half of the votes say the same.</summary>
    public required bool Majority { get; init; }
    /// <summary>Raters are still asked about it.</summary>
    public required bool Waiting { get; init; }
    public required AdjudicationState State { get; init; }
}

/// <summary>A pair as its adjudicator sees it: as raters did, blind. Who wrote what is told once she has decided.</summary>
public sealed record AdjudicationCase
{
    [JsonPropertyName("pair")]
    public required string Id { get; init; }
    public required string PromptId { get; init; }
    public required IReadOnlyList<Message> Prompt { get; init; }
    public required IReadOnlyList<Message> Left { get; init; }
    public required IReadOnlyList<Message> Right { get; init; }
    public required string? Language { get; init; }
    public required AdjudicationState State { get; init; }
    /// <summary>The study's number that the answers are as of.</summary>
    public required long Sequence { get; init; }
    /// <summary>The number of the last version; 0: there is none.</summary>
    public required int Revision { get; init; }
    /// <summary>Every version, the last one last.</summary>
    public required IReadOnlyList<AdjudicationVersion> Versions { get; init; }
    /// <summary>Null until it is decided.</summary>
    public required RevealedPair? Revealed { get; init; }
}

public sealed record AdjudicationVersion
{
    public required int Revision { get; init; }
    public required Decision Choice { get; init; }
    public required string? Note { get; init; }
    /// <summary>Who decided.</summary>
    public required string? Account { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required long Sequence { get; init; }
    /// <summary>False: the pair had been decided before, so who wrote what was known.</summary>
    public required bool Blind { get; init; }
}

/// <summary>Who wrote the answers, and what the counted votes were.</summary>
public sealed record RevealedPair
{
    public required string LeftModel { get; init; }
    public required string RightModel { get; init; }
    public required int LeftVotes { get; init; }
    public required int RightVotes { get; init; }
    public required int Ties { get; init; }
    public required int BothBad { get; init; }
}

/// <param name="Choice">left, right, tie, both_bad, or undecided.</param>
/// <param name="Note">Kept for researchers; in no export.</param>
/// <param name="After">The revision that she saw; 0 for the first. Left out: whatever stands is revised.</param>
/// <param name="Sequence">The number that the answers were as of. Where one was replaced since, nothing is stored; left out: it is not looked at.</param>
public sealed record PutAdjudication(Decision? Choice, string? Note, int? After, long? Sequence)
{
    public const int LongestNote = 4000;

    public sealed class Validator : AbstractValidator<PutAdjudication>
    {
        public Validator()
        {
            RuleFor(a => a.Choice).NotNull().WithMessage("Give 'choice': left, right, tie, both_bad or undecided.");
            RuleFor(a => a.Note).MaximumLength(LongestNote);
            RuleFor(a => a.After).GreaterThanOrEqualTo(0);
        }
    }
}
