using PrefEval.Api.Platform;

namespace PrefEval.Api.Studies;

/// <summary>What becomes of studies that are deleted: a draft goes at once, any other lies in the bin for 30 days, can be restored, and is then purged.</summary>
public sealed class Bin(Database database, WriteQueue writes, TimeProvider time)
{
    private const int Days = 30, RowsAtOnce = 5000, PromptsAtOnce = 250;

    // Numbered rows of which a study may have millions; what has few rows goes with the study itself.
    private static readonly (string Table, string Key, int AtOnce)[] Large =
        [("excluded", "sequence", RowsAtOnce), ("skips", "sequence", RowsAtOnce), ("assignments", "assignment", RowsAtOnce), ("pairs", "pair", RowsAtOnce),
         ("answers", "prompt", PromptsAtOnce), ("prompts", "prompt", RowsAtOnce)];

    /// <returns>False when it lies in the bin already.</returns>
    public async Task<bool> DeleteAsync(long study)
    {
        var binned = await writes.RunAsync(study, write =>
            write.Execute("UPDATE studies SET deleted_at = @Now WHERE study = @study AND deleted_at IS NULL", new { study, write.Now }) > 0);
        if (binned && await database.FirstAsync<bool>("SELECT EXISTS (SELECT 1 FROM studies WHERE study = @study AND state = 'draft')", new { study }, default)) await PurgeAsync(study);
        return binned;
    }

    /// <summary>Purges what has lain for 30 days, and drafts whose deletion did not end.</summary>
    public async Task PurgeAsync()
    {
        var before = time.Micros() - Time.Minutes(Days * 24 * 60);
        foreach (var study in await database.QueryAsync<long>("SELECT study FROM studies WHERE deleted_at < @before OR (deleted_at IS NOT NULL AND state = 'draft')", new { before }, default))
            await PurgeAsync(study);
    }

    /// <summary>Takes out a study that nobody sees any more, a few thousand rows at a time, so that no vote on another one waits.</summary>
    private async Task PurgeAsync(long study)
    {
        foreach (var import in await database.QueryAsync<int>("SELECT import FROM imports WHERE study = @study UNION SELECT 0", new { study }, default))
            await DeleteRowsAsync(study, $"judgments WHERE study = @study AND import = {import}", "number", RowsAtOnce);
        foreach (var (table, key, atOnce) in Large) await DeleteRowsAsync(study, $"{table} WHERE study = @study", key, atOnce);
        await writes.RunPatientlyAsync(study, write => write.Execute("DELETE FROM studies WHERE study = @study AND deleted_at IS NOT NULL", new { study }));
    }

    private async Task DeleteRowsAsync(long study, string rows, string key, int atOnce)
    {
        var last = await database.FirstAsync<long>($"SELECT COALESCE(MAX({key}), 0) FROM {rows}", new { study }, default);
        for (long upTo = atOnce; upTo < last + atOnce; upTo += atOnce)
            await writes.RunPatientlyAsync(study, write => write.Execute($"DELETE FROM {rows} AND {key} <= @upTo", new { study, upTo }));
    }
}

/// <summary>Looks into the bin a few times a day.</summary>
public sealed class BinPurge(Bin bin, TimeProvider time, ILogger<BinPurge> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(6);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await bin.PurgeAsync();
            }
            catch (Exception error)
            {
                log.LogWarning(error, "The bin could not be purged; it is tried again");
            }
        }
    }
}
