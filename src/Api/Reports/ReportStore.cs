using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;

namespace PrefEval.Api.Reports;

public sealed record ModelPairRow
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

/// <summary>A pair that is not like most: of another role, or with an overlap of its own.</summary>
public sealed record SpecialPairRow
{
    public required int Pair { get; init; }
    public required PairRole Role { get; init; }
    public required int Overlap { get; init; }
}

public sealed record SkipRow
{
    public required int ModelPair { get; init; }
    public required int Pair { get; init; }
    public required string Reason { get; init; }
}

public sealed record ReportRater
{
    public required int Rater { get; init; }
    public required string Name { get; init; }
    public required RaterKind Kind { get; init; }
}

/// <summary>What reports read beside the judgments themselves.</summary>
public sealed class ReportStore(Database database)
{
    public Task<IReadOnlyList<ModelPairRow>> ModelPairsAsync(long study, CancellationToken cancel) => database.QueryAsync<ModelPairRow>($"""
        SELECT m.model_pair, a.name AS model_a, b.name AS model_b FROM model_pairs m
        JOIN models a ON a.study = m.study AND a.model = m.model_a
        JOIN models b ON b.study = m.study AND b.model = m.model_b
        WHERE m.study = @study AND EXISTS (SELECT 1 FROM pairs p WHERE p.study = m.study AND p.model_pair = m.model_pair AND {PairStore.IsSeen})
        ORDER BY m.model_pair
        """, new { study }, cancel);

    public Task<IReadOnlyList<ReportRater>> RatersAsync(long study, CancellationToken cancel) =>
        database.QueryAsync<ReportRater>("SELECT rater, name, kind FROM raters WHERE study = @study ORDER BY rater", new { study }, cancel);

    /// <summary>Planned is what raters are to do: a pair that is left out, cannot be judged or is not served once the study opened counts with what it has.</summary>
    public Task<IReadOnlyList<PairCountsRow>> PairCountsAsync(long study, bool isDraft, CancellationToken cancel) => database.QueryAsync<PairCountsRow>($"""
        SELECT p.model_pair, COUNT(*) AS pairs,
          SUM(CASE WHEN p.identical OR p.skips >= 3 OR (p.position IS NULL AND NOT @isDraft) THEN p.taken ELSE p.overlap END) AS planned,
          SUM(p.taken - COALESCE(l.live, 0)) AS counted, SUM(COALESCE(l.live, 0)) AS live,
          COUNT(*) FILTER (WHERE p.taken - COALESCE(l.live, 0) >= p.overlap) AS complete_pairs,
          COUNT(*) FILTER (WHERE p.identical) AS identical,
          COUNT(*) FILTER (WHERE p.skips >= 3) AS unjudgeable
        FROM pairs p LEFT JOIN (SELECT pair, COUNT(*) AS live FROM assignments WHERE study = @study AND state = 1 GROUP BY pair) l ON l.pair = p.pair
        WHERE p.study = @study AND p.role = 'normal' AND {PairStore.IsSeen} GROUP BY p.model_pair
        """, new { study, isDraft }, cancel);

    public Task<IReadOnlyList<SpecialPairRow>> SpecialPairsAsync(long study, int overlap, CancellationToken cancel) => database.QueryAsync<SpecialPairRow>(
        "SELECT pair, role, overlap FROM pairs WHERE study = @study AND (role <> 'normal' OR overlap <> @overlap)", new { study, overlap }, cancel);

    /// <summary>Pairs of which an answer is empty.</summary>
    public Task<IReadOnlyList<(int ModelPair, int Pairs)>> EmptyAnswersAsync(long study, CancellationToken cancel) => database.QueryAsync<(int, int)>($"""
        SELECT p.model_pair, CAST(COUNT(DISTINCT p.pair) AS INTEGER) FROM answers x
        JOIN model_pairs m ON m.study = x.study AND (m.model_a = x.model OR m.model_b = x.model)
        JOIN pairs p ON p.study = x.study AND p.prompt = x.prompt AND p.model_pair = m.model_pair AND p.role = 'normal'
        WHERE x.study = @study AND x.characters = 0 AND {PairStore.IsSeen} GROUP BY p.model_pair
        """, new { study }, cancel);

    /// <summary>The skips that stood at a sequence number.</summary>
    public Task<IReadOnlyList<SkipRow>> SkipsAsync(long study, long at, CancellationToken cancel) => database.QueryAsync<SkipRow>("""
        SELECT (SELECT p.model_pair FROM pairs p WHERE p.study = s.study AND p.pair = s.pair) AS model_pair, s.pair, s.reason
        FROM skips s WHERE s.study = @study AND s.sequence <= @at AND (s.taken_back IS NULL OR s.taken_back > @at)
        """, new { study, at }, cancel);

    /// <summary>What else than its number a report hangs on: imports that brought something to be seen.</summary>
    public Task<long> ImportsAsync(long study, CancellationToken cancel) =>
        database.FirstAsync<long>("SELECT COALESCE(SUM(import), 0) FROM imports WHERE study = @study AND state = 'stored'", new { study }, cancel);

    public Task<(int Raters, int Judgments)> SinceAsync(long study, long from, CancellationToken cancel) => database.FirstAsync<(int, int)>("""
        SELECT CAST(COUNT(DISTINCT a.rater) AS INTEGER), CAST(COUNT(*) AS INTEGER) FROM (
          SELECT assignment, created_at FROM judgments WHERE study = @study AND import = 0 ORDER BY number DESC LIMIT 10000) j
        JOIN assignments a ON a.study = @study AND a.assignment = j.assignment WHERE j.created_at > @from
        """, new { study, from }, cancel);
}
