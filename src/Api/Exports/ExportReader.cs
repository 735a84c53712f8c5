using System.Runtime.CompilerServices;
using PrefEval.Api.Judgments;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Stats;

namespace PrefEval.Api.Exports;

/// <summary>A prompt with the answers that were shown at the number of the export.</summary>
public sealed record ExportedPrompt
{
    public required int Prompt { get; init; }
    public required string ExternalId { get; init; }
    public required string Messages { get; init; }
    public string? Category { get; init; }
    public required string Tags { get; init; }
    public string? Language { get; init; }
    public IReadOnlyList<ExportedAnswer> Answers { get; set; } = [];
}

public sealed record ExportedAnswer
{
    public required int Prompt { get; init; }
    public required int Model { get; init; }
    public required string Name { get; init; }
    public required string Messages { get; init; }
}

public sealed record ExportedPair
{
    public required int Pair { get; init; }
    public required int Prompt { get; init; }
    public required string PromptId { get; init; }
    public required int NumberA { get; init; }
    public required int NumberB { get; init; }
    public required string ModelA { get; init; }
    public required string ModelB { get; init; }
    public required PairRole Role { get; init; }
    public Winner? Winner { get; init; }
    public string? Reason { get; init; }
    public int? Overlap { get; init; }
}

/// <summary>A pair with its prompt and both answers.</summary>
public sealed record ComparedTexts
{
    public required int Pair { get; init; }
    public required PairRole Role { get; init; }
    public required string Prompt { get; init; }
    public required string A { get; init; }
    public required string B { get; init; }
}

/// <summary>A judgment as it stands at the number of the export.</summary>
public sealed record StandingJudgment(ExportedJudgment Row, Standing Standing);

/// <summary>
/// Reads what a study held at one number of its sequence, in short reads: nothing that is written meanwhile shows, nobody's write waits, and memory does
/// not grow with the study, but for the numbers of revised and excluded judgments.
/// </summary>
public sealed class ExportReader(Database database, JudgmentLog log)
{
    private const int Page = 500, PageOfTexts = 100;

    /// <summary>SQL for the pairs p that reports at the number know: made by the opening, or of an import that was stored by then.</summary>
    private const string IsKnown = """
        ((p.import = 0 AND COALESCE((SELECT w.sequence FROM waves w WHERE w.study = p.study AND w.wave = p.wave), 0) <= @at)
          OR EXISTS (SELECT 1 FROM imports i WHERE i.study = p.study AND i.import = p.import AND i.state = 'stored' AND i.base_sequence + i.judgments <= @at))
        """;

    /// <summary>True where every prompt and every answer is one message of the usual role. Quotes within a text are stored escaped: the patterns find messages only.</summary>
    public async Task<bool> IsPlainAsync(long study, CancellationToken cancel) => !await database.FirstAsync<bool>("""
        SELECT EXISTS (SELECT 1 FROM prompts WHERE study = @study AND (messages NOT LIKE '[{"role":"user",%' OR messages LIKE '%"},{"role":"%'))
          OR EXISTS (SELECT 1 FROM answers WHERE study = @study AND (messages NOT LIKE '[{"role":"assistant",%' OR messages LIKE '%"},{"role":"%'))
        """, new { study }, cancel);

    /// <summary>Whether a simulated rater has judged.</summary>
    public Task<bool> HasSimulatedAsync(long study, CancellationToken cancel) =>
        database.FirstAsync<bool>("SELECT EXISTS (SELECT 1 FROM raters WHERE study = @study AND kind = 'simulated' AND judged > 0)", new { study }, cancel);

    /// <summary>Changes when an import is undone: what was read before and after is not one state.</summary>
    public Task<long> LastUndoneAsync(long study, CancellationToken cancel) => log.LastUndoneAsync(study, cancel);

    public async IAsyncEnumerable<ExportedPrompt> PromptsAsync(long study, long at, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var after = 0; ;)
        {
            var prompts = await database.QueryAsync<ExportedPrompt>("""
                SELECT p.prompt, p.external_id, p.messages, p.category, p.tags, p.language
                FROM prompts p JOIN imports i ON i.study = p.study AND i.import = p.import AND i.state = 'stored' AND i.base_sequence + i.judgments <= @at
                WHERE p.study = @study AND p.prompt > @after ORDER BY p.prompt LIMIT @PageOfTexts
                """, new { study, after, at, PageOfTexts }, cancel);
            if (prompts.Count == 0) yield break;
            var last = prompts[^1].Prompt;
            var answers = (await database.QueryAsync<ExportedAnswer>("""
                SELECT a.prompt, a.model, m.name, a.messages
                FROM answers a
                JOIN imports i ON i.study = a.study AND i.import = a.import AND i.state = 'stored' AND i.base_sequence + i.judgments <= @at
                JOIN models m ON m.study = a.study AND m.model = a.model
                WHERE a.study = @study AND a.prompt > @after AND a.prompt <= @last AND a.sequence <= @at
                  AND NOT EXISTS (SELECT 1 FROM answers n WHERE n.study = a.study AND n.prompt = a.prompt AND n.model = a.model AND n.version > a.version AND n.sequence <= @at)
                ORDER BY a.prompt, a.model
                """, new { study, after, last, at }, cancel)).ToLookup(a => a.Prompt);
            foreach (var prompt in prompts)
            {
                prompt.Answers = [.. answers[prompt.Prompt]];
                yield return prompt;
            }
            after = last;
        }
    }

    public async IAsyncEnumerable<ExportedPair> PairsAsync(long study, long at, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var after = 0; ;)
        {
            var pairs = await database.QueryAsync<ExportedPair>($"""
                SELECT p.pair, p.prompt, q.external_id AS prompt_id, a.model AS number_a, b.model AS number_b, a.name AS model_a, b.name AS model_b,
                  p.role, p.winner, p.reason, CASE WHEN p.own_overlap THEN p.overlap END AS overlap
                FROM {OnePage("@Page")} p
                JOIN prompts q ON q.study = p.study AND q.prompt = p.prompt
                JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair
                JOIN models a ON a.study = p.study AND a.model = m.model_a
                JOIN models b ON b.study = p.study AND b.model = m.model_b
                ORDER BY p.pair
                """, new { study, after, at, Page }, cancel);
            if (pairs.Count == 0) yield break;
            foreach (var pair in pairs) yield return pair;
            after = pairs[^1].Pair;
        }
    }

    /// <summary>SQL for a page of pairs, cut before anything is joined: PostgreSQL's planner would join whole tables for each page.</summary>
    private static string OnePage(string limit) => $"(SELECT p.* FROM pairs p WHERE p.study = @study AND p.pair > @after AND {IsKnown} ORDER BY p.pair LIMIT {limit})";

    /// <summary>The pairs, each with its prompt and the answers that were shown at the number of the export.</summary>
    public async IAsyncEnumerable<ComparedTexts> PairsWithTextsAsync(
        long study, long at, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var after = 0; ;)
        {
            var pairs = await database.QueryAsync<ComparedTexts>($"""
                SELECT p.pair, p.role, q.messages AS prompt, {Answer("model_a")} AS a, {Answer("model_b")} AS b
                FROM {OnePage("@PageOfTexts")} p
                JOIN prompts q ON q.study = p.study AND q.prompt = p.prompt
                JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair
                ORDER BY p.pair
                """, new { study, after, at, PageOfTexts }, cancel);
            foreach (var pair in pairs) yield return pair;
            if (pairs.Count < PageOfTexts) yield break;
            after = pairs[^1].Pair;
        }

        static string Answer(string model) =>
            $"(SELECT x.messages FROM answers x WHERE x.study = p.study AND x.prompt = p.prompt AND x.model = m.{model} AND x.sequence <= @at ORDER BY x.version DESC LIMIT 1)";
    }

    /// <summary>The judgments that stand, in the order of the sequence; revisions that were superseded by then are passed over.</summary>
    public async IAsyncEnumerable<StandingJudgment> JudgmentsAsync(long study, long at, bool withTexts, [EnumeratorCancellation] CancellationToken cancel)
    {
        var newest = (await database.QueryAsync<(long Assignment, long Number)>("""
            SELECT assignment, MAX(number) FROM judgments WHERE study = @study AND import = 0 AND number <= @at AND revision > 1 GROUP BY assignment
            """, new { study, at }, cancel)).ToDictionary(r => r.Assignment, r => r.Number);
        var setAside = new Dictionary<long, Standing>();
        foreach (var (assignment, state) in await database.QueryAsync<(long Assignment, int State)>(
            "SELECT assignment, state FROM excluded WHERE study = @study AND sequence <= @at ORDER BY sequence", new { study, at }, cancel)) setAside[assignment] = (Standing)state;

        var page = withTexts ? PageOfTexts : Page;
        for (var after = 0L; ;)
        {
            var rows = await log.ReadExportedAsync(study, after, page, at, withTexts, cancel);
            foreach (var row in rows)
            {
                if (row.Sequence > at) yield break;
                if (newest.TryGetValue(row.Assignment, out var number) && row.Sequence != number) continue;
                yield return new StandingJudgment(row, setAside.TryGetValue(row.Assignment, out var standing) ? standing : row.Counted ? Standing.Counted : Standing.Surplus);
            }
            if (rows.Count < page) yield break;
            after = rows[^1].Sequence;
        }
    }
}
