using System.Globalization;
using PrefEval.Api.Assignments;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Stats;

namespace PrefEval.Api.Judgments;

/// <summary>A judgment with the names that researchers know.</summary>
public record NamedJudgment : ILogged
{
    public long Sequence { get; set; }
    public required long Number { get; init; }
    public required long Import { get; init; }
    public required long Assignment { get; init; }
    public required long Pair { get; init; }
    public required string PromptId { get; init; }
    public required string ModelA { get; init; }
    public required string ModelB { get; init; }
    public Side? LeftSide { get; init; }
    public required Winner Winner { get; init; }
    public double? Score { get; init; }
    public required string Rater { get; init; }
    public required RaterKind RaterKind { get; init; }
    public required int Revision { get; init; }
    /// <summary>What has become of its assignment by now.</summary>
    public required AssignmentState State { get; init; }
    public required AssignmentRole Role { get; init; }
    public int? DurationMs { get; init; }
    public required long CreatedAt { get; init; }
    public string? Details { get; init; }
}

/// <summary>A judgment for a file that leaves the service: whether it counted when it came, and, where they are wanted, the texts that were compared.</summary>
public sealed record ExportedJudgment : NamedJudgment
{
    public required bool Counted { get; init; }
    public required PairRole PairRole { get; init; }
    /// <summary>What the assignment was for: an imported judgment of a gold pair was for nothing else than any other.</summary>
    public required AssignmentRole AssignedAs { get; init; }
    public string? Category { get; init; }
    public string? Language { get; init; }
    public string? Prompt { get; init; }
    public string? AnswerA { get; init; }
    public string? AnswerB { get; init; }
}

/// <summary>A judgment in numbers, as reports need it.</summary>
public sealed record BareJudgment : ILogged
{
    public long Sequence { get; set; }
    public required long Number { get; init; }
    public required long Assignment { get; init; }
    public required int Pair { get; init; }
    public required int Prompt { get; init; }
    public required int ModelPair { get; init; }
    public required int Rater { get; init; }
    public required int Exposure { get; init; }
    public required AssignmentRole Role { get; init; }
    public required int Revision { get; init; }
    public required Winner Winner { get; init; }
    public double? Score { get; init; }
    public required bool Counted { get; init; }
    public Side? LeftSide { get; init; }
    public int? DurationMs { get; init; }
    /// <summary>Where the rater judged by criteria; null elsewhere.</summary>
    public string? Details { get; init; }
}

/// <summary>From this number on the judgment of an assignment stands as said.</summary>
public sealed record StandingChange
{
    public required long Sequence { get; init; }
    public required long Assignment { get; init; }
    public required Standing State { get; init; }
}

/// <summary>A numbered write that is no judgment, but that reports rest on.</summary>
public sealed record OtherWrite
{
    public required long Sequence { get; init; }
    /// <summary>excluded, included, replaced (an act), skip, adjudication (no report rests on it), attributes, group (of a rater), analysis, wave, answers (replaced ones), undone (an import).</summary>
    public required string Kind { get; init; }
    /// <summary>Of judgments or pairs that an act or a wave holds, or the number of the thing itself.</summary>
    public required long Number { get; init; }
    public string? Text { get; init; }
}

/// <summary>Everything that was logged after a number, up to and with another one. A change stands behind a judgment of the same number.</summary>
public sealed record LogPage(IReadOnlyList<BareJudgment> Judgments, IReadOnlyList<StandingChange> Changes, IReadOnlyList<OtherWrite> Others, long Last)
{
    /// <summary>Without what is numbered beyond.</summary>
    public LogPage UpTo(long at) => Last <= at ? this : new([.. Judgments.Where(j => j.Sequence <= at)], [.. Changes.Where(c => c.Sequence <= at)], [.. Others.Where(o => o.Sequence <= at)], at);
}

public interface ILogged
{
    long Number { get; }
    long Sequence { get; set; }
}

/// <summary>
/// The judgments of a study in the order of its sequence. Native ones are numbered by it; those of an import stand in one block that begins after
/// the import's base, so that an import becomes visible at once and nothing is ever numbered behind what was read.
/// </summary>
public sealed class JudgmentLog(Database database)
{
    // Names by subqueries, not joins: every join here is on one study, which leads PostgreSQL's planner to multiply whole tables.
    private const string NamedColumns = """
        SELECT j.number, j.import, j.assignment, a.pair, a.left_side, j.winner, j.score, j.revision, a.state, j.duration_ms, j.created_at, j.details,
          CASE WHEN a.role <> 0 THEN a.role ELSE (SELECT CASE p.role WHEN 'gold' THEN 3 WHEN 'practice' THEN 1 ELSE 0 END FROM pairs p WHERE p.study = a.study AND p.pair = a.pair) END AS role,
          (SELECT q.external_id FROM prompts q WHERE q.study = a.study AND q.prompt = a.prompt) AS prompt_id,
          (SELECT x.name FROM pairs p JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair JOIN models x ON x.study = m.study AND x.model = m.model_a
            WHERE p.study = a.study AND p.pair = a.pair) AS model_a,
          (SELECT x.name FROM pairs p JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair JOIN models x ON x.study = m.study AND x.model = m.model_b
            WHERE p.study = a.study AND p.pair = a.pair) AS model_b,
          (SELECT r.name FROM raters r WHERE r.study = a.study AND r.rater = a.rater) AS rater,
          (SELECT r.kind FROM raters r WHERE r.study = a.study AND r.rater = a.rater) AS rater_kind
        """;

    private const string From = " FROM judgments j JOIN assignments a ON a.study = j.study AND a.assignment = j.assignment";
    private const string Named = NamedColumns + From;
    private const string Exported = NamedColumns + OfExport + From;
    private const string OfExport = ", j.counted, a.role AS assigned_as, (SELECT p.role FROM pairs p WHERE p.study = a.study AND p.pair = a.pair) AS pair_role";

    private const string Bare = """
        SELECT j.number, j.assignment, a.pair, a.prompt, a.rater, a.exposure, a.role, a.left_side, j.revision, j.winner, j.score, j.counted, j.duration_ms,
          CASE WHEN j.details LIKE '%"criteria":%' THEN j.details END AS details,
          (SELECT p.model_pair FROM pairs p WHERE p.study = a.study AND p.pair = a.pair) AS model_pair
        FROM judgments j JOIN assignments a ON a.study = j.study AND a.assignment = j.assignment
        """;

    private sealed record Block
    {
        public required long Import { get; init; }
        public required long BaseSequence { get; init; }
        public required long Judgments { get; init; }
    }

    /// <summary>At most <paramref name="limit"/> judgments numbered after <paramref name="after"/>, in order.</summary>
    public async Task<IReadOnlyList<NamedJudgment>> ReadNamedAsync(long study, long after, int limit, CancellationToken cancel) =>
        (await ReadAsync<NamedJudgment>(Named, study, after, limit, cancel)).Rows;

    /// <summary>The judgments of these numbers, in order; those of an import that was undone since are missing.</summary>
    public async Task<IReadOnlyList<NamedJudgment>> ReadNamedAsync(long study, IReadOnlyList<long> sequences, CancellationToken cancel)
    {
        if (sequences.Count == 0) return [];
        var blocks = await database.QueryAsync<Block>("""
            SELECT import, base_sequence, judgments FROM imports WHERE study = @study AND state = 'stored' AND judgments > 0 ORDER BY base_sequence
            """, new { study }, cancel);
        var rows = new List<NamedJudgment>();
        foreach (var group in sequences.GroupBy(sequence => blocks.LastOrDefault(b => b.BaseSequence < sequence && sequence <= b.BaseSequence + b.Judgments)))
        {
            var (import, begin) = (group.Key?.Import ?? 0, group.Key?.BaseSequence ?? 0);
            var numbers = string.Join(',', group.Select(sequence => (sequence - begin).ToString(CultureInfo.InvariantCulture))); // whole numbers: nothing in them to escape
            var found = await database.QueryAsync<NamedJudgment>($"{Named} WHERE j.study = @study AND j.import = @import AND j.number IN ({numbers})", new { study, import }, cancel);
            foreach (var row in found) row.Sequence = row.Number + begin;
            rows.AddRange(found);
        }
        return [.. rows.OrderBy(row => row.Sequence)];
    }

    /// <summary>The same for a file; with the texts that were shown at the number <paramref name="at"/>.</summary>
    public async Task<IReadOnlyList<ExportedJudgment>> ReadExportedAsync(long study, long after, int limit, long at, bool withTexts, CancellationToken cancel) =>
        (await ReadAsync<ExportedJudgment>(withTexts ? ExportedTexts(at) : Exported, study, after, limit, cancel)).Rows;

    private static string ExportedTexts(long at)
    {
        return $"""
            {NamedColumns}{OfExport},
              (SELECT q.category FROM prompts q WHERE q.study = a.study AND q.prompt = a.prompt) AS category,
              (SELECT q.language FROM prompts q WHERE q.study = a.study AND q.prompt = a.prompt) AS language,
              (SELECT q.messages FROM prompts q WHERE q.study = a.study AND q.prompt = a.prompt) AS prompt, {Answer("model_a")} AS answer_a, {Answer("model_b")} AS answer_b
            {From}
            """;

        string Answer(string model) => $"""
            (SELECT x.messages FROM pairs p JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair
              JOIN answers x ON x.study = m.study AND x.prompt = p.prompt AND x.model = m.{model}
              WHERE p.study = a.study AND p.pair = a.pair AND x.sequence <= {at} ORDER BY x.version DESC LIMIT 1)
            """;
    }

    /// <summary>At most <paramref name="limit"/> judgments numbered after <paramref name="after"/>, and how judgments came to stand otherwise in between.</summary>
    public async Task<LogPage> ReadBareAsync(long study, long after, int limit, CancellationToken cancel)
    {
        var (rows, last) = await ReadAsync<BareJudgment>(Bare, study, after, limit, cancel);
        if (rows.Count == limit) last = rows[^1].Sequence;
        var changes = await database.QueryAsync<StandingChange>(
            "SELECT sequence, assignment, state FROM excluded WHERE study = @study AND sequence > @after AND sequence <= @last ORDER BY sequence, assignment", new { study, after, last }, cancel);
        return new LogPage(rows, changes, await OthersAsync(study, after, last, cancel), last);
    }

    /// <summary>In an order that both databases agree on: two kinds of write share a number only where answers are replaced.</summary>
    private Task<IReadOnlyList<OtherWrite>> OthersAsync(long study, long after, long last, CancellationToken cancel) => database.QueryAsync<OtherWrite>("""
        SELECT w.sequence, w.kind, w.number, w.text FROM (
          SELECT sequence, kind, CAST(judgments AS BIGINT) AS number, reason AS text FROM exclusions WHERE study = @study AND sequence > @after AND sequence <= @last
          UNION ALL
          SELECT sequence, 'skip', CAST(pair AS BIGINT), reason FROM skips WHERE study = @study AND sequence > @after AND sequence <= @last
          UNION ALL
          SELECT c.sequence, 'attributes', CAST(c.model AS BIGINT),
            COALESCE((SELECT n.previous FROM model_changes n WHERE n.study = c.study AND n.model = c.model AND n.sequence > c.sequence ORDER BY n.sequence LIMIT 1),
              (SELECT m.attributes FROM models m WHERE m.study = c.study AND m.model = c.model))
          FROM model_changes c WHERE c.study = @study AND c.sequence > @after AND c.sequence <= @last
          UNION ALL
          SELECT c.sequence, 'group', CAST(c.rater AS BIGINT),
            COALESCE((SELECT n.previous FROM rater_changes n WHERE n.study = c.study AND n.rater = c.rater AND n.sequence > c.sequence ORDER BY n.sequence LIMIT 1),
              (SELECT r.group_name FROM raters r WHERE r.study = c.study AND r.rater = c.rater), '')
          FROM rater_changes c WHERE c.study = @study AND c.sequence > @after AND c.sequence <= @last
          UNION ALL
          SELECT sequence, 'adjudication', CAST(pair AS BIGINT), CASE winner WHEN 0 THEN 'a' WHEN 1 THEN 'b' WHEN 2 THEN 'tie' WHEN 3 THEN 'both_bad' END
          FROM adjudications WHERE study = @study AND sequence > @after AND sequence <= @last
          UNION ALL
          SELECT sequence, 'analysis', 0, changes FROM study_changes WHERE study = @study AND sequence > @after AND sequence <= @last
          UNION ALL
          SELECT sequence, 'wave', CAST(pairs AS BIGINT), NULL FROM waves WHERE study = @study AND wave > 1 AND sequence > @after AND sequence <= @last
          UNION ALL
          SELECT sequence, 'answers', COUNT(*), NULL FROM answers WHERE study = @study AND version > 1 AND sequence > @after AND sequence <= @last GROUP BY sequence
          UNION ALL
          SELECT base_sequence, 'undone', CAST(import AS BIGINT), NULL FROM imports WHERE study = @study AND state <> 'stored' AND base_sequence > @after AND base_sequence <= @last
        ) w ORDER BY w.sequence, w.kind
        """, new { study, after, last }, cancel);

    /// <summary>The number at which an import was last undone; 0 for never. What was read of the log before then holds judgments that are gone.</summary>
    public Task<long> LastUndoneAsync(long study, CancellationToken cancel) =>
        database.FirstAsync<long>("SELECT COALESCE(MAX(base_sequence), 0) FROM imports WHERE study = @study AND state <> 'stored'", new { study }, cancel);

    private async Task<(IReadOnlyList<T> Rows, long UpTo)> ReadAsync<T>(string select, long study, long after, int limit, CancellationToken cancel) where T : ILogged
    {
        // Nothing is read beyond the number that stands now: an import and a vote that commit while this reads stay for the next page, both.
        var upTo = await database.FirstAsync<long>("SELECT sequence FROM studies WHERE study = @study", new { study }, cancel);
        var blocks = await database.QueryAsync<Block>("""
            SELECT import, base_sequence, judgments FROM imports
            WHERE study = @study AND state = 'stored' AND judgments > 0 AND base_sequence + judgments > @after AND base_sequence + judgments <= @upTo ORDER BY base_sequence
            """, new { study, after, upTo }, cancel);
        var rows = new List<T>();
        foreach (var block in blocks)
        {
            if (after < block.BaseSequence) await Fill(0, 0, block.BaseSequence);
            after = Math.Max(after, block.BaseSequence);
            await Fill(block.Import, block.BaseSequence, block.Judgments);
            after = block.BaseSequence + block.Judgments;
        }
        await Fill(0, 0, upTo);
        return (rows, upTo);

        async Task Fill(long import, long baseSequence, long last)
        {
            if (rows.Count >= limit) return;
            var found = await database.QueryAsync<T>($"{select} WHERE j.study = @study AND j.import = @import AND j.number > @From AND j.number <= @last ORDER BY j.number LIMIT @Rest",
                new { study, import, From = after - baseSequence, last, Rest = limit - rows.Count }, cancel);
            foreach (var row in found) row.Sequence = row.Number + baseSequence;
            rows.AddRange(found);
        }
    }
}
