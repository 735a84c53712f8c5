using Dapper;
using Microsoft.Data.Sqlite;

namespace PrefEval.Api.Platform;

/// <summary>Whole copies of a SQLite file, taken while it is written to, and put back in its place.</summary>
public static class Backups
{
    /// <summary>Writes a checked copy, as of one moment, that is on the disk and under its name only when it is whole.</summary>
    /// <exception cref="IOException">The target exists, or there is no room.</exception>
    public static void Write(string database, string target)
    {
        if (File.Exists(target)) throw new IOException($"{target} is there already.");
        var part = target + ".part";
        File.Delete(part);
        try
        {
            using (var source = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false, DefaultTimeout = 60 }.ToString()))
            {
                source.Open();
                source.Execute("VACUUM INTO @part", new { part });
            }
            if (DatabaseCheck.Of(part) is [var wrong, ..]) throw new IOException($"The copy is not sound, so it was not kept: {wrong} Check the database with 'prefeval verify'.");
            Settle(part, target);
        }
        catch (SqliteException failed) when (failed.SqliteErrorCode is 10 or 13 or 14)
        {
            throw new IOException($"{target} could not be written: {failed.Message}", failed);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Puts a checked copy in the place of the database, which is kept beside itself; answers where.</summary>
    /// <exception cref="IOException">The copy is not sound, or there is no room.</exception>
    /// <exception cref="StartRefusedException">A service runs on the database.</exception>
    public static string? Restore(string backup, string database, DateTimeOffset now)
    {
        if (!File.Exists(backup)) throw new IOException($"{backup} is not there.");
        if (DatabaseCheck.Of(backup) is [var wrong, ..]) throw new IOException($"{backup} is not sound, so nothing was changed: {wrong}");
        Directory.CreateDirectory(Path.GetDirectoryName(database)!);
        using var held = DatabaseLock.Take(database);
        var part = database + ".part";
        File.Copy(backup, part, overwrite: true);
        string? kept = null;
        if (File.Exists(database))
        {
            kept = $"{database}.{now:yyyyMMdd'T'HHmmss'Z'}.before-restore";
            // What is in the log but not in the file goes with it, so that the two stay one.
            foreach (var side in new[] { "-wal", "-shm" })
                if (File.Exists(database + side)) File.Move(database + side, kept + side);
            File.Move(database, kept);
        }
        Settle(part, database);
        return kept;
    }

    private static void Settle(string part, string target)
    {
        using (var written = new FileStream(part, FileMode.Open, FileAccess.ReadWrite)) written.Flush(flushToDisk: true);
        File.Move(part, target);
    }
}

/// <summary>Takes a backup at times, and keeps the newest few; looks the file through once after an owner that did not come to its end.</summary>
public sealed class Caretaker(Database database, IConfiguration configuration, TimeProvider time, ILogger<Caretaker> log) : BackgroundService
{
    private const string Prefix = "prefeval-";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database.File is not { } file) return;
        await Task.Yield();
        if (database.EndedUncleanly) LookThrough(file);
        if (configuration["PrefEval:Backup:Folder"] is not { Length: > 0 } folder) return;

        var every = TimeSpan.FromHours(configuration.GetValue("PrefEval:Backup:Hours", 24.0));
        var keep = configuration.GetValue("PrefEval:Backup:Keep", 14);
        using var timer = new PeriodicTimer(every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) TakeOne(file, folder, keep);
    }

    private void LookThrough(string file)
    {
        if (DatabaseCheck.Quick(file) is [var wrong, ..])
            log.LogCritical("The last run did not end properly, and {File} is damaged: {Wrong} Stop the service and put a backup in its place ('prefeval restore').", file, wrong);
        else log.LogInformation("The last run did not end properly; {File} was looked through and is sound", file);
    }

    private void TakeOne(string file, string folder, int keep)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var target = Path.Combine(folder, $"{Prefix}{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}.db");
            Backups.Write(file, target);
            foreach (var old in Directory.GetFiles(folder, Prefix + "*.db").OrderDescending(StringComparer.Ordinal).Skip(Math.Max(1, keep))) File.Delete(old);
            log.LogInformation("Backed up to {Target}", target);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or SqliteException)
        {
            log.LogError(failed, "The backup to {Folder} failed; the next one is tried at its time", folder);
        }
    }
}
