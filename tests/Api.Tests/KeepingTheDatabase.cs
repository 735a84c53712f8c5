using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using PrefEval.Api.Platform;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The file itself: who may write it, copies of it, and what becomes of a damaged one.</summary>
public sealed class KeepingTheDatabase : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prefeval-keep-");
    private string DatabaseFile => Path.Combine(_folder.FullName, "prefeval.db");
    private string BackupFile => Path.Combine(_folder.FullName, "copy.db");

    [Fact]
    public async Task A_backup_taken_while_raters_vote_is_sound_and_restored_it_holds_every_vote_answered_before()
    {
        var before = new List<string>();
        string path;
        await using (var server = new PrefEvalServer($"Data Source={DatabaseFile}"))
        {
            var study = await TestStudy.OpenAsync(server, 30, ["demo-a", "demo-b"]);
            path = study.Path;
            var rater = await study.Invite("r1");
            foreach (var item in await rater.Assignments(10)) before.Add(await Voted(rater, item));
            using var done = new CancellationTokenSource();
            var voting = Task.Run(async () =>
            {
                while (!done.IsCancellationRequested && await rater.Assignments(10) is { Count: > 0 } items)
                    foreach (var item in items) await Voted(rater, item);
            });
            var run = await CommandRun.Of("backup", "-o", BackupFile, "--database", DatabaseFile);
            await done.CancelAsync();
            await voting;
            Assert.Equal((0, $"Copied to {BackupFile}."), (run.ExitCode, run.Notes.Trim()));
            Assert.Equal(1, (await CommandRun.Of("backup", "-o", BackupFile, "--database", DatabaseFile)).ExitCode); // nothing is written over

            var refused = await CommandRun.Of("restore", BackupFile, "--database", DatabaseFile);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("Another process writes", refused.Notes);
        }

        var restored = await CommandRun.Of("restore", BackupFile, "--database", DatabaseFile);
        Assert.Equal((0, ""), (restored.ExitCode, restored.Output));
        var kept = Assert.Single(_folder.GetFiles("prefeval.db.*.before-restore")).FullName;
        Assert.Contains(kept, restored.Notes);
        foreach (var file in new[] { kept, DatabaseFile }) Assert.Equal(0, (await CommandRun.Of("verify", file)).ExitCode);

        await using var again = new PrefEvalServer($"Data Source={DatabaseFile}");
        var there = (await again.Admin.Get($"{path}/judgments?limit=1000")).Ok()["items"].AsArray().Select(each => (string)each!["assignment"]!);
        Assert.Subset(there.ToHashSet(), before.ToHashSet());
    }

    [Fact]
    public async Task A_second_server_on_the_same_file_is_refused_with_a_sentence_and_the_first_goes_on()
    {
        await using var first = new PrefEvalServer($"Data Source={DatabaseFile}");
        var second = await Serve();
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("Another process writes", second.Output);
        (await first.Admin.Get("studies")).Ok();
    }

    [Fact]
    public async Task A_vote_goes_to_the_disk_before_it_is_answered()
    {
        await using var server = new PrefEvalServer($"Data Source={DatabaseFile}");
        var pragmas = await server.Services.GetRequiredService<WriteQueue>().RunAsync(0, write =>
            (write.First<long>("PRAGMA synchronous"), write.First<string>("PRAGMA journal_mode"), write.First<long>("PRAGMA foreign_keys")));
        Assert.Equal((2L, "wal", 1L), pragmas); // 2: FULL
    }

    [Fact]
    public async Task A_damaged_file_is_refused_by_the_server_named_by_verify_and_never_restored()
    {
        await using (var server = new PrefEvalServer($"Data Source={DatabaseFile}")) await TestStudy.OpenAsync(server, 200, ["demo-a", "demo-b"]);
        SqliteConnection.ClearAllPools();
        File.Copy(DatabaseFile, BackupFile);
        using (var file = new FileStream(BackupFile, FileMode.Open))
        {
            file.Position = file.Length / 2;
            file.Write(Enumerable.Repeat((byte)0xAB, 3 * 4096).ToArray());
        }
        var verified = await CommandRun.Of("verify", BackupFile);
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("is not sound", verified.Notes);
        Assert.NotEmpty(verified.Output);

        var restored = await CommandRun.Of("restore", BackupFile, "--database", DatabaseFile);
        Assert.Equal(1, restored.ExitCode);
        Assert.Contains("nothing was changed", restored.Notes);
        Assert.Equal(0, (await CommandRun.Of("verify", DatabaseFile)).ExitCode);

        File.WriteAllText(DatabaseFile, new string('x', 8192));
        var started = await Serve();
        Assert.Equal(1, started.ExitCode);
        Assert.Contains("prefeval restore", started.Output);
        Assert.DoesNotContain("   at ", started.Output + started.Notes); // no stack
    }

    [Fact]
    public async Task A_vote_that_is_missing_or_beyond_the_overlap_is_found_by_verify()
    {
        await using (var server = new PrefEvalServer($"Data Source={DatabaseFile}"))
        {
            var study = await TestStudy.OpenAsync(server, 3, ["demo-a", "demo-b"]);
            var rater = await study.Invite("r1");
            foreach (var item in await rater.Assignments(3)) await Voted(rater, item);
        }
        Assert.Equal(0, (await CommandRun.Of("verify", DatabaseFile)).ExitCode);
        Change("DELETE FROM judgments WHERE number = (SELECT MAX(number) FROM judgments); UPDATE pairs SET overlap = 1, taken = 0 WHERE pair = 1");
        var found = await CommandRun.Of("verify", DatabaseFile);
        Assert.Equal(1, found.ExitCode);
        Assert.Contains("1 assignments whose judgment is missing.", found.Output);
        Assert.Contains("1 pairs whose places do not add up.", found.Output);
    }

    [Theory]
    [InlineData("UPDATE audit SET details = NULL WHERE entry = 3", 3)]
    [InlineData("DELETE FROM audit WHERE entry = 2", 2)]
    [InlineData("DELETE FROM audit WHERE entry = 2; UPDATE audit SET entry = entry - 1 WHERE entry > 2", 2)]
    public async Task An_entry_of_the_audit_log_that_was_changed_or_taken_out_is_named_by_verify(string sql, int entry)
    {
        await using (var server = new PrefEvalServer($"Data Source={DatabaseFile}")) await TestStudy.OpenAsync(server, 1, ["demo-a", "demo-b"]);
        Assert.Equal(0, (await CommandRun.Of("verify", DatabaseFile)).ExitCode);
        Change(sql);
        var found = await CommandRun.Of("verify", DatabaseFile);
        Assert.Equal(1, found.ExitCode);
        Assert.Contains($"The audit log does not go on at entry {entry} ", found.Output);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await using (var server = new PrefEvalServer($"Data Source={DatabaseFile}")) (await server.Admin.Get("studies")).Ok();
        Change("INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('PrefEval.Api.Migrations.9999_of_tomorrow.sql', '2030-01-01')");
        var started = await Serve();
        Assert.Equal(1, started.ExitCode);
        Assert.Contains("9999_of_tomorrow, which this version of PrefEval does not know", started.Output);
    }

    [Fact]
    public async Task Backups_are_taken_at_their_times_and_the_newest_are_kept()
    {
        var backups = Path.Combine(_folder.FullName, "backups");
        Directory.CreateDirectory(backups);
        foreach (var day in new[] { "20260101", "20260102" }) File.WriteAllText(Path.Combine(backups, $"prefeval-{day}T000000Z.db"), "");
        using (var service = await ChildService.StartAsync(DatabaseFile, ("PrefEval__Backup__Folder", backups), ("PrefEval__Backup__Hours", "0.0003"), ("PrefEval__Backup__Keep", "2")))
            await service.Says("Backed up to ");
        var kept = Directory.GetFiles(backups, "*.db").Select(Path.GetFileName).Order().ToList();
        Assert.DoesNotContain("prefeval-20260101T000000Z.db", kept);
        Assert.Equal(0, (await CommandRun.Of("verify", Path.Combine(backups, kept[^1]!))).ExitCode);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    private static async Task<string> Voted(TestRater rater, System.Text.Json.Nodes.JsonNode item)
    {
        var assignment = (string)item["assignment"]!;
        (await rater.Vote(assignment, "left")).Ok();
        return assignment;
    }

    private void Change(string sql)
    {
        SqliteConnection.ClearAllPools();
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private Task<CommandRun> Serve() => CommandRun.Of(null,
        new Dictionary<string, string> { ["ConnectionStrings__PrefEval"] = $"Data Source={DatabaseFile}", ["ASPNETCORE_ENVIRONMENT"] = "Production" }, "serve", "--urls", "http://127.0.0.1:0");
}
