using PrefEval.Api.Adjudications;
using PrefEval.Api.Assignments;
using PrefEval.Api.Judgments;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Exports;

/// <summary>What is written, and what is not and why: the answer to <c>?count=true</c>.</summary>
public sealed record ExportCounts
{
    public required string Format { get; init; }
    /// <summary>The number of the study's sequence that everything is as of.</summary>
    public required long Sequence { get; init; }
    public required long Rows { get; init; }
    /// <summary>Rows that are left out, by reason.</summary>
    public required IReadOnlyDictionary<string, long> LeftOut { get; init; }
    /// <summary>Rows that are written without something that the format has no place for, by what that is.</summary>
    public required IReadOnlyDictionary<string, long> NotHeld { get; init; }
}

/// <summary>Which judgments a file of them holds: those that count, or all that stand, each with what it counts for; practice and checks on raters are in the latter alone, where the format can tell them.</summary>
public enum ExportedStandings { Counted, All }

/// <summary>What was asked for, and the counts that grow while it is written.</summary>
public sealed record Export
{
    public required StudyRow Study { get; init; }
    public required long At { get; init; }
    /// <summary>Null: every kind where the format tells them apart; else one kind as in reports.</summary>
    public required RaterKind? Raters { get; init; }
    public required ExportedStandings Standings { get; init; }
    public required double MinMargin { get; init; }
    public required int MinVotes { get; init; }
    /// <summary>Adjudications are used where the votes on a pair have no strict majority.</summary>
    public required bool Adjudicated { get; init; }
    public required RowWriter Rows { get; init; }
    public SortedDictionary<string, long> LeftOut { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, long> NotHeld { get; } = new(StringComparer.Ordinal);

    /// <summary>By pair, the votes, and the adjudications that stand in for them.</summary>
    public async Task<(Dictionary<int, Votes> Votes, Dictionary<int, StandingAdjudication> Decided)> VotesAsync(VoteReader reader, CancellationToken cancel)
    {
        var votes = await reader.OfPairsAsync(Study.Study, At, Raters!.Value, cancel);
        return (votes, Adjudicated ? await reader.DecidedAsync(Study.Study, At, votes, cancel) : []);
    }

    public void Leave(string reason) => LeftOut[reason] = LeftOut.GetValueOrDefault(reason) + 1;

    public void Lose(string what) => NotHeld[what] = NotHeld.GetValueOrDefault(what) + 1;

    /// <summary>Whether a judgment is asked for; where it is not, it is counted as left out.</summary>
    /// <param name="judgment">It and what it counts for.</param>
    /// <param name="withTexts">
    /// The format stands alone, with the texts. Those of a judgment on an answer that was replaced are no longer the ones that were compared; and it could
    /// not say of a pair that its verdict was known.
    /// </param>
    /// <param name="withRoles">The format can say what a judgment was for; no other one holds practice and checks.</param>
    public bool Wants(StandingJudgment judgment, bool withTexts = false, bool withRoles = false)
    {
        var reason = Raters is { } kind && judgment.Row.RaterKind != kind ? "other_raters"
            : withTexts && judgment.Standing == Standing.Replaced ? "replaced"
            : withTexts && judgment.Row.PairRole != PairRole.Normal ? EnumText<PairRole>.Of(judgment.Row.PairRole)
            : judgment.Row.AssignedAs != AssignmentRole.Normal && !(withRoles && Standings == ExportedStandings.All) ? EnumText<AssignmentRole>.Of(judgment.Row.AssignedAs)
            : Standings == ExportedStandings.All || judgment.Standing == Standing.Counted ? null
            : EnumText<Standing>.Of(judgment.Standing);
        if (reason is not null) Leave(reason);
        return reason is null;
    }
}
