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
    public required long Taken { get; init; }
    public required int CompletePairs { get; init; }
    public required int Identical { get; init; }
    public required int Unjudgeable { get; init; }
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
    public Task<IReadOnlyList<ModelPairRow>> ModelPairsAsync(long study, CancellationToken cancel) => database.QueryAsync<ModelPairRow>("""
        SELECT m.model_pair, a.name AS model_a, b.name AS model_b FROM model_pairs m
        JOIN models a ON a.study = m.study AND a.model = m.model_a
        JOIN models b ON b.study = m.study AND b.model = m.model_b
        WHERE m.study = @study ORDER BY m.model_pair
        """, new { study }, cancel);

    public Task<IReadOnlyList<ReportRater>> RatersAsync(long study, CancellationToken cancel) =>
        database.QueryAsync<ReportRater>("SELECT rater, name, kind FROM raters WHERE study = @study ORDER BY rater", new { study }, cancel);

    public Task<IReadOnlyList<PairCountsRow>> PairCountsAsync(long study, CancellationToken cancel) => database.QueryAsync<PairCountsRow>($"""
        SELECT p.model_pair, COUNT(*) AS pairs,
          COALESCE(SUM(CASE WHEN NOT p.identical THEN p.overlap ELSE 0 END), 0) AS planned,
          SUM(p.taken) AS taken,
          COUNT(*) FILTER (WHERE p.taken >= p.overlap) AS complete_pairs,
          COUNT(*) FILTER (WHERE p.identical) AS identical,
          COUNT(*) FILTER (WHERE p.skips >= 3) AS unjudgeable
        FROM pairs p WHERE p.study = @study AND p.role = 'normal' AND {PairStore.IsSeen} GROUP BY p.model_pair
        """, new { study }, cancel);

    /// <summary>Pairs of which an answer is empty.</summary>
    public Task<IReadOnlyList<(int ModelPair, int Pairs)>> EmptyAnswersAsync(long study, CancellationToken cancel) => database.QueryAsync<(int, int)>("""
        SELECT p.model_pair, CAST(COUNT(DISTINCT p.pair) AS INTEGER) FROM answers x
        JOIN model_pairs m ON m.study = x.study AND (m.model_a = x.model OR m.model_b = x.model)
        JOIN pairs p ON p.study = x.study AND p.prompt = x.prompt AND p.model_pair = m.model_pair AND p.role = 'normal'
        WHERE x.study = @study AND x.characters = 0 GROUP BY p.model_pair
        """, new { study }, cancel);

    public Task<IReadOnlyList<(int ModelPair, string Reason, int Count)>> SkipsAsync(long study, long at, CancellationToken cancel) => database.QueryAsync<(int, string, int)>("""
        SELECT p.model_pair, a.skip_reason, CAST(COUNT(*) AS INTEGER) FROM assignments a JOIN pairs p ON p.study = a.study AND p.pair = a.pair
        WHERE a.study = @study AND a.state = 5 AND a.sequence <= @at GROUP BY p.model_pair, a.skip_reason
        """, new { study, at }, cancel);

    public Task<IReadOnlyList<(int ModelPair, long Live)>> LiveAsync(long study, CancellationToken cancel) => database.QueryAsync<(int, long)>("""
        SELECT p.model_pair, COUNT(*) FROM assignments a JOIN pairs p ON p.study = a.study AND p.pair = a.pair
        WHERE a.study = @study AND a.state = 1 GROUP BY p.model_pair
        """, new { study }, cancel);

    public Task<(int Raters, int Judgments)> SinceAsync(long study, long from, CancellationToken cancel) => database.FirstAsync<(int, int)>("""
        SELECT CAST(COUNT(DISTINCT a.rater) AS INTEGER), CAST(COUNT(*) AS INTEGER) FROM (
          SELECT assignment, created_at FROM judgments WHERE study = @study AND import = 0 ORDER BY number DESC LIMIT 10000) j
        JOIN assignments a ON a.study = @study AND a.assignment = j.assignment WHERE j.created_at > @from
        """, new { study, from }, cancel);
}
