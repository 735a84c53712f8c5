using System.Collections.Concurrent;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Raters;

/// <summary>
/// How much of a study is done, for raters: in whole percent, and counted anew every few minutes only. Anything finer would tell a rater, vote by vote, which of
/// hers were counted, and so which were checks.
/// </summary>
public sealed class StudyDone(Database database, TimeProvider time)
{
    private const int Minutes = 5;
    private readonly ConcurrentDictionary<long, (long Until, double Share)> _known = new();

    public async Task<double> OfAsync(long study, CancellationToken cancel)
    {
        var now = time.Micros();
        if (_known.TryGetValue(study, out var known) && known.Until > now) return known.Share;
        var (counted, planned) = await database.FirstAsync<(long, long)>("""
            SELECT CAST(COALESCE(SUM(p.taken), 0) AS BIGINT) - (SELECT COUNT(*) FROM assignments a WHERE a.study = @study AND a.state = 1 AND a.role = 0),
              CAST(COALESCE(SUM(p.overlap), 0) AS BIGINT)
            FROM pairs p WHERE p.study = @study AND p.position IS NOT NULL AND NOT p.identical AND p.skips < 3
            """, new { study }, cancel);
        var share = planned == 0 ? 0 : Math.Clamp(Math.Floor(100.0 * counted / planned) / 100, 0, 1);
        _known[study] = (now + Time.Minutes(Minutes), share);
        return share;
    }
}
