using PrefEval.Api.Assignments;
using PrefEval.Api.Judgments;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Prompts;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Adjudications;

/// <summary>The last version of a pair's adjudication.</summary>
public record StandingAdjudication
{
    public required int Pair { get; init; }
    public required int Revision { get; init; }
    public required Side LeftSide { get; init; }
    /// <summary>Null: left undecided.</summary>
    public Winner? Winner { get; init; }

    public AdjudicationState State => Winner is null ? AdjudicationState.Undecided : AdjudicationState.Decided;
}

public sealed record AdjudicationRow : StandingAdjudication
{
    public required long Sequence { get; init; }
    public string? Note { get; init; }
    public string? Account { get; init; }
    public required long CreatedAt { get; init; }
}

/// <summary>The texts of a pair as raters see them, and whose they are.</summary>
public sealed record CaseRow
{
    public required string PromptId { get; init; }
    public required string Prompt { get; init; }
    public required string AnswerA { get; init; }
    public required string AnswerB { get; init; }
    public required string ModelA { get; init; }
    public required string ModelB { get; init; }
    public string? Language { get; init; }
}

public sealed record PromptBeginning
{
    public required int Pair { get; init; }
    public required string PromptId { get; init; }
    public required string Messages { get; init; }
}

public sealed class AdjudicationStore(Database database, WriteQueue writes, OpaqueIds ids)
{
    /// <summary>SQL for whether the adjudication d is about the answers that are shown at the number.</summary>
    private static readonly string IsOfShown = NoneReplaced("d.study", "d.pair", "d.sequence");

    /// <summary>SQL for whether no answer of a pair was replaced after one number and up to the one at which they are shown.</summary>
    private static string NoneReplaced(string study, string pair, string after) => $"""
        NOT EXISTS (
          SELECT 1 FROM pairs p JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair
          JOIN answers x ON x.study = p.study AND x.prompt = p.prompt AND (x.model = m.model_a OR x.model = m.model_b)
          WHERE p.study = {study} AND p.pair = {pair} AND x.version > 1 AND x.sequence > {after} AND x.sequence <= @at)
        """;

    private const string Columns = "d.pair, d.sequence, d.revision, d.left_side, d.winner, d.note, d.created_at, (SELECT a.name FROM accounts a WHERE a.account = d.account) AS account";

    /// <summary>Which answer stands left: by chance, and the same whenever the page is opened, so that nothing is stored before there is a decision.</summary>
    public Side LeftOf(long study, int pair) => ids.IsHeads(IdKind.AdjudicatedSide, study, pair) ? Side.A : Side.B;

    /// <summary>By pair, what stands at a number; without what is about an answer that was replaced.</summary>
    public async Task<Dictionary<int, StandingAdjudication>> StandingAsync(long study, long at, CancellationToken cancel) => (await database.QueryAsync<StandingAdjudication>($"""
        SELECT d.pair, d.revision, d.left_side, d.winner FROM adjudications d
        WHERE d.study = @study AND d.sequence <= @at AND {IsOfShown}
          AND NOT EXISTS (SELECT 1 FROM adjudications n WHERE n.study = d.study AND n.pair = d.pair AND n.revision > d.revision AND n.sequence <= @at)
        """, new { study, at }, cancel)).ToDictionary(d => d.Pair);

    public async Task<StandingAdjudication?> StandingAsync(long study, int pair, CancellationToken cancel) => await database.FirstAsync<StandingAdjudication>($"""
        SELECT d.pair, d.revision, d.left_side, d.winner FROM adjudications d
        WHERE d.study = @study AND d.pair = @pair AND {IsOfShown} AND NOT EXISTS (SELECT 1 FROM adjudications n WHERE n.study = d.study AND n.pair = d.pair AND n.revision > d.revision)
        """, new { study, pair, at = Answers.NotYet - 1 }, cancel);

    /// <summary>Every version, the last one last.</summary>
    public Task<IReadOnlyList<AdjudicationRow>> VersionsAsync(long study, int pair, CancellationToken cancel) =>
        database.QueryAsync<AdjudicationRow>($"SELECT {Columns} FROM adjudications d WHERE d.study = @study AND d.pair = @pair ORDER BY d.revision", new { study, pair }, cancel);

    /// <summary>Null where the study has no such pair, or its verdict was known.</summary>
    public Task<CaseRow?> FindAsync(long study, int pair, CancellationToken cancel)
    {
        return database.FirstAsync<CaseRow>($"""
            SELECT q.external_id AS prompt_id, q.messages AS prompt, q.language, a.name AS model_a, b.name AS model_b, {Answer("model_a")} AS answer_a, {Answer("model_b")} AS answer_b
            FROM pairs p
            JOIN prompts q ON q.study = p.study AND q.prompt = p.prompt
            JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair
            JOIN models a ON a.study = p.study AND a.model = m.model_a
            JOIN models b ON b.study = p.study AND b.model = m.model_b
            WHERE p.study = @study AND p.pair = @pair AND p.role = 'normal' AND {PairStore.IsSeen}
            """, new { study, pair }, cancel);

        static string Answer(string model) =>
            $"(SELECT COALESCE(x.shown, x.messages) FROM answers x WHERE x.study = p.study AND x.prompt = p.prompt AND x.model = m.{model} AND {Answers.IsShown} ORDER BY x.version DESC LIMIT 1)";
    }

    /// <summary>The prompts of some pairs.</summary>
    public async Task<Dictionary<int, PromptBeginning>> PromptsAsync(long study, IReadOnlyList<int> pairs, CancellationToken cancel) => pairs.Count == 0 ? [] : (await database.QueryAsync<PromptBeginning>($"""
        SELECT p.pair, q.external_id AS prompt_id, q.messages FROM pairs p JOIN prompts q ON q.study = p.study AND q.prompt = p.prompt
        WHERE p.study = @study AND p.pair IN ({string.Join(',', pairs)})
        """, new { study }, cancel)).ToDictionary(p => p.Pair); // numbers stand in the SQL itself, as the databases take lists as parameters in different ways

    /// <summary>Keeps a version; where the last one says the same, nothing new.</summary>
    public Task<Outcome<long>> DecideAsync(long study, int pair, PutAdjudication said, long? account) => writes.RunAsync<Outcome<long>>(study, write =>
    {
        if (StudyStore.Lock(write, study) is not { } row) return Problem.NotFound.With("There is no such study, or it lies in the bin.");
        if (said.Choice == Decision.BothBad && !row.ReadSettings().AllowBothBad)
            return Problem.InvalidRequest.With("This study has no 'both_bad'; its raters could not say it either.", [new FieldError { Field = "choice", Message = "left, right, tie or undecided" }]);
        var last = write.First<AdjudicationRow>($"SELECT {Columns} FROM adjudications d WHERE d.study = @study AND d.pair = @pair ORDER BY d.revision DESC LIMIT 1", new { study, pair });
        var left = LeftOf(study, pair);
        var winner = WinnerOf(said.Choice!.Value, left);
        var note = string.IsNullOrWhiteSpace(said.Note) ? null : said.Note.Trim();
        var stands = last is not null && write.First<bool>($"SELECT {IsOfShown} FROM adjudications d WHERE d.study = @study AND d.sequence = @Sequence", new { study, last.Sequence, at = row.Sequence });
        if (stands && last!.Winner == winner && last.Note == note) return last.Sequence;
        if (said.After is { } seen && seen != (last?.Revision ?? 0))
            return Problem.JudgmentChanged.With($"The pair has been adjudicated since: revision {last?.Revision ?? 0} stands, and you saw {seen}. Look at it again, then send 'after': {last?.Revision ?? 0}.", [new FieldError { Field = "after", Message = "an older revision" }]);
        if (said.Sequence is { } read && !write.First<bool>($"SELECT {NoneReplaced("@study", "@pair", "@read")}", new { study, pair, read, at = row.Sequence }))
            return Problem.JudgmentChanged.With("An answer of the pair was replaced since you saw it. Look at the pair again and decide on what stands there now.", [new FieldError { Field = "sequence", Message = "an older number" }]);
        var sequence = StudyStore.NextSequence(write, study);
        write.Execute("""
            INSERT INTO adjudications (study, sequence, pair, revision, left_side, winner, note, account, created_at)
            VALUES (@study, @sequence, @pair, @Revision, @Left, @Winner, @note, @account, @Now)
            """, new { study, sequence, pair, Revision = (last?.Revision ?? 0) + 1, Left = (int)left, Winner = (int?)winner, note, account, write.Now });
        return sequence;
    });

    public static Decision DecisionOf(StandingAdjudication said) => said.Winner is not { } winner ? Decision.Undecided : Verdict.Choice(winner, said.LeftSide) switch
    {
        Choice.Left => Decision.Left,
        Choice.Right => Decision.Right,
        Choice.Tie => Decision.Tie,
        _ => Decision.BothBad,
    };

    private static Winner? WinnerOf(Decision said, Side left) => said switch
    {
        Decision.Left => Verdict.Winner(Choice.Left, left),
        Decision.Right => Verdict.Winner(Choice.Right, left),
        Decision.Tie => Winner.Tie,
        Decision.BothBad => Winner.BothBad,
        _ => null,
    };
}
