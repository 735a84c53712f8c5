using System.Collections.Concurrent;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;

namespace PrefEval.Api.Reports;

public record ModelPairRow
{
    public required int ModelPair { get; init; }
    public required string ModelA { get; init; }
    public required string ModelB { get; init; }
}

public sealed record PairCountsRow
{
    public required int ModelPair { get; init; }
    public required int Pairs { get; init; }
    public required long Planned { get; init; }
    public required long Counted { get; init; }
    public required long Live { get; init; }
    public required int CompletePairs { get; init; }
    public required int Identical { get; init; }
    public required int Unjudgeable { get; init; }
}

/// <summary>A pair, since which number it is known, and since which it is served (null: never).</summary>
public sealed record PairRowOfReport
{
    public required int Pair { get; init; }
    public required int Prompt { get; init; }
    public required int ModelPair { get; init; }
    public required PairRole Role { get; init; }
    public required int Overlap { get; init; }
    public required bool Identical { get; init; }
    public required int Wave { get; init; }
    public required long Since { get; init; }
    public long? ServedSince { get; init; }
    /// <summary>Its place in the drawn order.</summary>
    public long? Position { get; init; }
}

public sealed record PromptRowOfReport
{
    public required int Prompt { get; init; }
    public string? Category { get; init; }
    public required string Tags { get; init; }
    public string? Language { get; init; }
}

public sealed record SkipRow
{
    public required int Pair { get; init; }
    public required int Rater { get; init; }
    public required string Reason { get; init; }
}

public sealed record ReportRater
{
    public required int Rater { get; init; }
    public required string Name { get; init; }
    public required RaterKind Kind { get; init; }
    /// <summary>As it was at the report's number.</summary>
    public string? GroupName { get; init; }
}

/// <summary>What reports read beside the judgments themselves.</summary>
public sealed class ReportStore(Database database, WriteQueue writes)
{
    private readonly ConcurrentDictionary<long, long> _looked = new();

    /// <summary>
    /// Keeps up to which number somebody has looked at a report. Nobody waits for it, and a full queue only forgets it; whatever the same person sends next
    /// is written after it.
    /// </summary>
    public void RememberLook(long study, long sequence)
    {
        if (_looked.TryGetValue(study, out var known) && known >= sequence) return;
        writes.RunAsync(study, write =>
        {
            write.Execute("UPDATE studies SET report_sequence = @sequence WHERE study = @study AND (report_sequence IS NULL OR report_sequence < @sequence)", new { study, sequence });
        }).ContinueWith(done =>
        {
            if (done.IsCompletedSuccessfully) _looked.AddOrUpdate(study, sequence, (_, known) => Math.Max(known, sequence));
            else _ = done.Exception;
        }, TaskScheduler.Default);
    }

    public Task<IReadOnlyList<ModelPairRow>> ModelPairsAsync(long study, CancellationToken cancel) => database.QueryAsync<ModelPairRow>($"""
        SELECT m.model_pair, a.name AS model_a, b.name AS model_b FROM model_pairs m
        JOIN models a ON a.study = m.study AND a.model = m.model_a
        JOIN models b ON b.study = m.study AND b.model = m.model_b
        WHERE m.study = @study AND EXISTS (SELECT 1 FROM pairs p WHERE p.study = m.study AND p.model_pair = m.model_pair AND {PairStore.IsSeen})
        ORDER BY m.model_pair
        """, new { study }, cancel);

    /// <summary>Each two models by name, and how many prompts both have answered.</summary>
    public Task<IReadOnlyList<(string ModelA, string ModelB, int Prompts)>> AnsweredTogetherAsync(long study, CancellationToken cancel) => database.QueryAsync<(string, string, int)>("""
        WITH seen AS (
          SELECT a.prompt, a.model, m.name FROM answers a
          JOIN imports i ON i.study = a.study AND i.import = a.import AND i.state = 'stored'
          JOIN models m ON m.study = a.study AND m.model = a.model
          WHERE a.study = @study AND a.version = 1)
        SELECT x.name AS model_a, y.name AS model_b, CAST(COUNT(*) AS INTEGER) AS prompts FROM seen x JOIN seen y ON y.prompt = x.prompt AND y.name > x.name
        GROUP BY x.name, y.name ORDER BY x.name, y.name
        """, new { study }, cancel);

    public Task<IReadOnlyList<ReportRater>> RatersAsync(long study, long at, CancellationToken cancel) => database.QueryAsync<ReportRater>("""
        SELECT r.rater, r.name, r.kind,
          NULLIF(COALESCE((SELECT c.previous FROM rater_changes c WHERE c.study = r.study AND c.rater = r.rater AND c.sequence > @at ORDER BY c.sequence LIMIT 1), r.group_name), '') AS group_name
        FROM raters r WHERE r.study = @study ORDER BY r.rater
        """, new { study, at }, cancel);

    /// <summary>Planned is what raters are to do: a pair that is left out, cannot be judged or is not served once the study opened counts with what it has.</summary>
    public Task<IReadOnlyList<PairCountsRow>> PairCountsAsync(long study, bool isDraft, CancellationToken cancel) => database.QueryAsync<PairCountsRow>($"""
        SELECT p.model_pair, COUNT(*) AS pairs,
          SUM(CASE WHEN p.identical OR p.skips >= 3 OR (p.position IS NULL AND NOT @isDraft) THEN p.taken ELSE p.overlap END) AS planned,
          SUM(p.taken - COALESCE(l.live, 0)) AS counted, SUM(COALESCE(l.live, 0)) AS live,
          COUNT(*) FILTER (WHERE p.taken - COALESCE(l.live, 0) >= p.overlap) AS complete_pairs,
          COUNT(*) FILTER (WHERE p.identical) AS identical,
          COUNT(*) FILTER (WHERE p.skips >= 3) AS unjudgeable
        FROM pairs p LEFT JOIN (SELECT pair, COUNT(*) AS live FROM assignments WHERE study = @study AND state = 1 AND role = 0 GROUP BY pair) l ON l.pair = p.pair
        WHERE p.study = @study AND p.role = 'normal' AND {PairStore.IsSeen} GROUP BY p.model_pair
        """, new { study, isDraft }, cancel);

    /// <summary>Every pair that is seen. One of the opening is known since then; one of an import since the import was stored.</summary>
    public Task<IReadOnlyList<PairRowOfReport>> PairsAsync(long study, CancellationToken cancel) => database.QueryAsync<PairRowOfReport>("""
        SELECT p.pair, p.prompt, p.model_pair, p.role, p.overlap, p.identical, p.wave, COALESCE(CASE WHEN p.import = 0 THEN w.sequence ELSE i.base_sequence + i.judgments END, 0) AS since, p.position,
          CASE WHEN p.position IS NOT NULL THEN w.sequence END AS served_since
        FROM pairs p
        LEFT JOIN imports i ON i.study = p.study AND i.import = p.import
        LEFT JOIN waves w ON w.study = p.study AND w.wave = p.wave
        WHERE p.study = @study AND (p.import = 0 OR i.state = 'stored') ORDER BY p.pair
        """, new { study }, cancel);

    public Task<IReadOnlyList<PromptRowOfReport>> PromptsAsync(long study, CancellationToken cancel) =>
        database.QueryAsync<PromptRowOfReport>("SELECT prompt, category, tags, language FROM prompts WHERE study = @study", new { study }, cancel);

    /// <summary>A prompt by the id that its file gave it; null: there is none.</summary>
    public Task<int?> PromptAsync(long study, string id, CancellationToken cancel) =>
        database.FirstAsync<int?>("SELECT prompt FROM prompts WHERE study = @study AND external_id = @id", new { study, id }, cancel);

    public Task<IReadOnlyList<(int Prompt, string Messages)>> PromptMessagesAsync(long study, CancellationToken cancel) =>
        database.QueryAsync<(int, string)>("SELECT prompt, messages FROM prompts WHERE study = @study", new { study }, cancel);

    /// <summary>Pairs whose identity was another before an answer of theirs was replaced after a number: what it was then.</summary>
    public Task<IReadOnlyList<(int Pair, bool Identical)>> IdenticalThenAsync(long study, long at, CancellationToken cancel) => database.QueryAsync<(int, bool)>($"""
        SELECT DISTINCT p.pair, x.messages = y.messages FROM answers later
        JOIN pairs p ON p.study = later.study AND p.prompt = later.prompt
        JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair AND (m.model_a = later.model OR m.model_b = later.model)
        JOIN answers x ON x.study = p.study AND x.prompt = p.prompt AND x.model = m.model_a AND {ShownAt("x")}
        JOIN answers y ON y.study = p.study AND y.prompt = p.prompt AND y.model = m.model_b AND {ShownAt("y")}
        WHERE later.study = @study AND later.version > 1 AND later.sequence > @at
        """, new { study, at }, cancel);

    /// <summary>Pairs of which an answer that was shown at a number is empty.</summary>
    public Task<IReadOnlyList<int>> EmptyAnswersAsync(long study, long at, CancellationToken cancel) => database.QueryAsync<int>($"""
        SELECT DISTINCT p.pair FROM answers x
        JOIN model_pairs m ON m.study = x.study AND (m.model_a = x.model OR m.model_b = x.model)
        JOIN pairs p ON p.study = x.study AND p.prompt = x.prompt AND p.model_pair = m.model_pair
        WHERE x.study = @study AND x.characters = 0 AND {ShownAt("x")}
        """, new { study, at }, cancel);

    /// <summary>Pairs of which an answer that was shown at a number says who it is, and whether one of them was masked.</summary>
    public Task<IReadOnlyList<(int Pair, bool Masked)>> LeakingAsync(long study, long at, CancellationToken cancel) => database.QueryAsync<(int, bool)>($"""
        SELECT p.pair, MAX(CASE WHEN x.leak = 2 THEN 1 ELSE 0 END) = 1 FROM answers x
        JOIN model_pairs m ON m.study = x.study AND (m.model_a = x.model OR m.model_b = x.model)
        JOIN pairs p ON p.study = x.study AND p.prompt = x.prompt AND p.model_pair = m.model_pair
        WHERE x.study = @study AND x.leak > 0 AND {ShownAt("x")} GROUP BY p.pair
        """, new { study, at }, cancel);

    /// <summary>Answers that say who they are and that nobody is asked about.</summary>
    public Task<int> DroppedAnswersAsync(long study, CancellationToken cancel) => database.FirstAsync<int>("""
        SELECT COUNT(*) FROM answers x JOIN imports i ON i.study = x.study AND i.import = x.import AND i.state = 'stored' WHERE x.study = @study AND x.leak > 0 AND x.leak = 3
        """, new { study }, cancel);

    /// <summary>The skips that stood at a sequence number; those of practice and checks are none of the pairs'.</summary>
    public Task<IReadOnlyList<SkipRow>> SkipsAsync(long study, long at, CancellationToken cancel) => database.QueryAsync<SkipRow>("""
        SELECT s.pair, s.reason, a.rater
        FROM skips s CROSS JOIN assignments a WHERE a.study = s.study AND a.assignment = s.assignment AND a.role = 0 AND s.study = @study AND s.sequence <= @at AND (s.taken_back IS NULL OR s.taken_back > @at)
        """, new { study, at }, cancel);

    /// <summary>Every skip up to a number, and when it was thought better of.</summary>
    public Task<IReadOnlyList<(int Pair, long Sequence, long? TakenBack)>> SkipHistoryAsync(long study, long at, CancellationToken cancel) =>
        database.QueryAsync<(int, long, long?)>("""
            SELECT s.pair, s.sequence, s.taken_back FROM skips s
            CROSS JOIN assignments a WHERE a.study = s.study AND a.assignment = s.assignment AND a.role = 0 AND s.study = @study AND s.sequence <= @at ORDER BY s.sequence
            """, new { study, at }, cancel);

    /// <summary>The acts that set judgments aside or took them back in, up to a number.</summary>
    public Task<IReadOnlyList<ReportExclusion>> ExclusionsAsync(long study, long at, CancellationToken cancel) => database.QueryAsync<ReportExclusion>(
        "SELECT sequence, kind, reason, judgments, report_sequence FROM exclusions WHERE study = @study AND sequence <= @at ORDER BY sequence", new { study, at }, cancel);

    /// <summary>Every model's attributes as they were at a number, as JSON.</summary>
    public Task<IReadOnlyList<(string Name, string Attributes)>> AttributesAsync(long study, long at, CancellationToken cancel) => database.QueryAsync<(string, string)>("""
        SELECT m.name, COALESCE((SELECT c.previous FROM model_changes c WHERE c.study = m.study AND c.model = m.model AND c.sequence > @at ORDER BY c.sequence LIMIT 1), m.attributes)
        FROM models m WHERE m.study = @study
        """, new { study, at }, cancel);

    /// <summary>What else than its number a report hangs on: which imports had brought something to be seen by then.</summary>
    public Task<string> StampAsync(long study, long at, CancellationToken cancel) => database.FirstAsync<string>("""
        SELECT CAST(COUNT(*) AS TEXT) || ' ' || CAST(COALESCE(SUM(import), 0) AS TEXT) || ' ' || CAST(COALESCE(SUM(import * import), 0) AS TEXT)
          || ' ' || CAST((SELECT COUNT(*) FROM waves WHERE study = @study AND sequence <= @at) AS TEXT)
        FROM imports WHERE study = @study AND state = 'stored' AND base_sequence + judgments <= @at
        """, new { study, at }, cancel)!;

    /// <summary>How many raters were erased: reports name them otherwise from then on, and say the same.</summary>
    public Task<long> ErasedAsync(long study, CancellationToken cancel) =>
        database.FirstAsync<long>("SELECT COUNT(*) FROM raters WHERE study = @study AND erased_at IS NOT NULL", new { study }, cancel);

    /// <summary>How many judgments raters have made since a time, and since when: later where more than ten thousand are.</summary>
    public async Task<(int Judgments, long Since)> RecentAsync(long study, long from, CancellationToken cancel)
    {
        const int Most = 10_000;
        var (judgments, first) = await database.FirstAsync<(int, long)>("""
            SELECT CAST(COUNT(*) AS INTEGER), COALESCE(MIN(j.created_at), 0) FROM (
              SELECT assignment, created_at, revision, counted FROM judgments WHERE study = @study AND import = 0 ORDER BY number DESC LIMIT @Most) j
            JOIN assignments a ON a.study = @study AND a.assignment = j.assignment AND a.role = 0
            WHERE j.created_at >= @from AND j.revision = 1 AND j.counted
            """, new { study, from, Most }, cancel);
        return (judgments, judgments < Most / 2 ? from : first);
    }

    public Task<(int Raters, int Judgments)> SinceAsync(long study, long from, CancellationToken cancel) => database.FirstAsync<(int, int)>("""
        SELECT CAST(COUNT(DISTINCT a.rater) AS INTEGER), CAST(COUNT(*) AS INTEGER) FROM (
          SELECT assignment, created_at FROM judgments WHERE study = @study AND import = 0 ORDER BY number DESC LIMIT 10000) j
        JOIN assignments a ON a.study = @study AND a.assignment = j.assignment AND a.role = 0 WHERE j.created_at > @from
        """, new { study, from }, cancel);

    /// <summary>SQL for the version of an answer that was shown at @at; versions are numbered from 1, and a later one is shown from its sequence on.</summary>
    internal static string ShownAt(string answer) => $"""
        ({answer}.version = 1 OR {answer}.sequence <= @at) AND NOT EXISTS (
          SELECT 1 FROM answers n WHERE n.study = {answer}.study AND n.prompt = {answer}.prompt AND n.model = {answer}.model AND n.version > {answer}.version AND n.sequence <= @at)
        """;
}
