using PrefEval.Api.Platform;
using PrefEval.Api.Prompts;
using PrefEval.Stats;

namespace PrefEval.Api.Pairs;

public enum PairRole { Normal, Gold, Practice }

public sealed record PairRow
{
    public required long Pair { get; init; }
    public required string PromptId { get; init; }
    public required string ModelA { get; init; }
    public required string ModelB { get; init; }
    public required PairRole Role { get; init; }
    public required int Overlap { get; init; }
    public required int Taken { get; init; }
    public required int Live { get; init; }
    public required int Skips { get; init; }
    public required bool Identical { get; init; }
    public required int Wave { get; init; }
    public required int VersionA { get; init; }
    public required int VersionB { get; init; }
    public long? Position { get; init; }
    public Winner? Winner { get; init; }
}

public sealed record PairTexts
{
    public required string Prompt { get; init; }
    public string? Category { get; init; }
    public required string Tags { get; init; }
    public string? Language { get; init; }
    /// <summary>Null where the pair came without it.</summary>
    public string? AnswerA { get; init; }
    public string? AnswerB { get; init; }
    /// <summary>What raters see instead, where an answer says who it is and was masked.</summary>
    public string? ShownA { get; init; }
    public string? ShownB { get; init; }
}

public sealed class PairStore(Database database)
{
    public const int SkipsToUnjudgeable = 3;

    /// <summary>SQL for <c>pairs.open</c>: a place is free and raters may be asked.</summary>
    public const string IsOpen = "(position IS NOT NULL AND role = 'normal' AND NOT identical AND taken < overlap AND skips < 3)";

    /// <summary>SQL for whether the newest answers of a row of pairs are equal to the letter.</summary>
    public const string HasEqualAnswers = """
        EXISTS (
          SELECT 1 FROM model_pairs m
          JOIN answers x ON x.study = m.study AND x.prompt = pairs.prompt AND x.model = m.model_a
          JOIN answers y ON y.study = m.study AND y.prompt = pairs.prompt AND y.model = m.model_b
          WHERE m.study = pairs.study AND m.model_pair = pairs.model_pair AND x.messages = y.messages
            AND NOT EXISTS (SELECT 1 FROM answers n WHERE n.study = x.study AND n.prompt = x.prompt AND n.model = x.model AND n.version > x.version)
            AND NOT EXISTS (SELECT 1 FROM answers n WHERE n.study = y.study AND n.prompt = y.prompt AND n.model = y.model AND n.version > y.version))
        """;

    /// <summary>SQL for the pairs p that are seen: made at the opening, or of an import that is stored.</summary>
    public const string IsSeen = "(p.import = 0 OR EXISTS (SELECT 1 FROM imports i WHERE i.study = p.study AND i.import = p.import AND i.state = 'stored'))";

    public Task<IReadOnlyList<PairRow>> ListAsync(long study, long after, int limit, CancellationToken cancel) =>
        database.QueryAsync<PairRow>($"{Listed} AND p.pair > @after ORDER BY p.pair LIMIT @limit", new { study, after, limit }, cancel);

    public Task<PairRow?> FindAsync(long study, long pair, CancellationToken cancel) =>
        database.FirstAsync<PairRow>($"{Listed} AND p.pair = @pair", new { study, pair }, cancel);

    /// <summary>The texts of a pair as they are shown now.</summary>
    public Task<PairTexts?> TextsAsync(long study, long pair, CancellationToken cancel)
    {
        return database.FirstAsync<PairTexts>($"""
            SELECT q.messages AS prompt, q.category, q.tags, q.language, {Answer("messages", "a")} AS answer_a, {Answer("messages", "b")} AS answer_b,
              {Answer("shown", "a")} AS shown_a, {Answer("shown", "b")} AS shown_b
            FROM pairs p
            JOIN prompts q ON q.study = p.study AND q.prompt = p.prompt
            JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair
            WHERE p.study = @study AND p.pair = @pair
            """, new { study, pair }, cancel);

        static string Answer(string column, string side) =>
            $"(SELECT x.{column} FROM answers x WHERE x.study = p.study AND x.prompt = p.prompt AND x.model = m.model_{side} AND {Answers.IsShown} ORDER BY x.version DESC LIMIT 1)";
    }

    private const string Listed = $"""
        SELECT p.pair, q.external_id AS prompt_id, a.name AS model_a, b.name AS model_b, p.role, p.overlap, p.taken, p.skips, p.identical, p.position, p.wave, p.winner,
          (SELECT COUNT(*) FROM assignments x WHERE x.study = p.study AND x.pair = p.pair AND x.state = 1 AND x.role = 0) AS live,
          (SELECT MAX(x.version) FROM answers x WHERE x.study = p.study AND x.prompt = p.prompt AND x.model = m.model_a AND {Answers.IsShown}) AS version_a,
          (SELECT MAX(x.version) FROM answers x WHERE x.study = p.study AND x.prompt = p.prompt AND x.model = m.model_b AND {Answers.IsShown}) AS version_b
        FROM pairs p
        JOIN prompts q ON q.study = p.study AND q.prompt = p.prompt
        JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair
        JOIN models a ON a.study = p.study AND a.model = m.model_a
        JOIN models b ON b.study = p.study AND b.model = m.model_b
        WHERE p.study = @study AND {IsSeen}
        """;
}
