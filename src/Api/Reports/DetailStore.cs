using PrefEval.Api.Platform;

namespace PrefEval.Api.Reports;

/// <summary>What single reports read beside the judgments: lengths of answers, verdicts of gold.</summary>
public sealed class DetailStore(Database database)
{
    /// <summary>The lengths in characters of a pair's two answers, as they were shown at a number.</summary>
    public Task<IReadOnlyList<(int Pair, int CharactersA, int CharactersB)>> LengthsAsync(long study, long at, CancellationToken cancel) => database.QueryAsync<(int, int, int)>($"""
        SELECT p.pair, x.characters, y.characters FROM pairs p
        JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair
        JOIN answers x ON x.study = p.study AND x.prompt = p.prompt AND x.model = m.model_a AND {ReportStore.ShownAt("x")}
        JOIN answers y ON y.study = p.study AND y.prompt = p.prompt AND y.model = m.model_b AND {ReportStore.ShownAt("y")}
        WHERE p.study = @study
        """, new { study, at }, cancel);

    /// <summary>The pairs whose verdict is known, and that verdict (a number of Winner).</summary>
    public Task<IReadOnlyList<(int Pair, int Winner)>> GoldAsync(long study, CancellationToken cancel) =>
        database.QueryAsync<(int, int)>("SELECT pair, CAST(winner AS INTEGER) FROM pairs WHERE study = @study AND role = 'gold' AND winner IS NOT NULL", new { study }, cancel);
}
