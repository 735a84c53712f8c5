using DbUp;
using Microsoft.Data.Sqlite;
using PrefEval.Api.Platform;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public sealed class StartingTheServer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prefeval-start-");
    private string DatabaseFile => Path.Combine(_folder.FullName, "prefeval.db");

    [Fact]
    public async Task An_older_database_is_copied_beside_itself_before_it_is_migrated_and_the_log_names_the_copy()
    {
        MigrateToFirstVersion();
        await using var occupied = new PrefEvalServer();

        // Its port is taken: the process migrates, says so, and ends by itself.
        var run = await CommandRun.Of(null, Environment(("ConnectionStrings__PrefEval", $"Data Source={DatabaseFile}")), "serve", "--urls", occupied.Address.ToString());

        var copy = Assert.Single(_folder.GetFiles("prefeval.db.*.before-0002_*")).FullName;
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(copy, run.Output);
        Assert.Contains("PrefEval did not start.", run.Output);
        Assert.Equal((0L, "kept"), (Read<long>(copy, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'waves'"), Read<string>(copy, "SELECT value FROM settings WHERE name = 'mark'")));
        Assert.Equal((1L, "kept"), (Read<long>(DatabaseFile, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'waves'"), Read<string>(DatabaseFile, "SELECT value FROM settings WHERE name = 'mark'")));
        Assert.Empty(_folder.GetFiles("*.part"));
    }

    [Fact]
    public async Task Neither_a_new_nor_a_current_database_is_copied()
    {
        for (var start = 0; start < 2; start++)
        {
            await using var server = new PrefEvalServer($"Data Source={DatabaseFile}");
            (await server.Admin.Get("studies")).Ok();
        }
        Assert.Empty(_folder.GetFiles("*before*"));
    }

    [Theory]
    [InlineData("/data/prefeval.db", "nfs4")]
    [InlineData("/data/local/prefeval.db", null)]
    [InlineData("/database/prefeval.db", null)] // not under /data
    [InlineData("/mnt/lab share/prefeval.db", "cifs")]
    [InlineData("/home/me/prefeval.db", "fuse.sshfs")]
    [InlineData("/home/you/prefeval.db", null)]
    [InlineData("/srv/prefeval.db", null)] // what was mounted last
    public void A_network_file_system_is_told_from_a_local_one(string path, string? kind) => Assert.Equal(kind, NetworkFileSystem.KindOf(path, """
        22 1 0:21 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a
        40 22 0:35 / /data rw,relatime shared:9 - nfs4 filer:/export rw,vers=4.2
        41 40 259:1 / /data/local rw,relatime - ext4 /dev/nvme0n1p1 rw
        42 22 0:36 / /mnt/lab\040share rw,relatime - cifs //lab/share rw
        43 22 0:37 / /home/me rw,nosuid shared:3 master:4 - fuse.sshfs me@far: rw
        44 22 0:38 / /home/you rw,nosuid - fuse.mergerfs local rw
        45 22 0:39 / /srv rw - nfs filer:/srv rw
        46 22 0:40 / /srv rw - xfs /dev/sdb rw
        """));

    [Fact]
    public async Task A_key_that_is_too_short_is_refused_with_a_sentence()
    {
        var run = await CommandRun.Of(null, Environment(("ConnectionStrings__PrefEval", $"Data Source={DatabaseFile}"), ("PrefEval__AdminKey", "short")), "--urls", "http://127.0.0.1:0");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is shorter than 20 characters", run.Output);
        Assert.DoesNotContain("   at ", run.Output + run.Notes); // no stack
    }

    [Fact]
    public async Task Health_tells_a_server_that_is_there_from_one_that_is_not()
    {
        await using var server = new PrefEvalServer();
        Assert.Equal(new CommandRun(0, "", ""), await CommandRun.Of("health", "--server", server.Address.ToString()));
        var none = await CommandRun.Of("health", "--server", "http://127.0.0.1:9");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("does not answer", none.Notes);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    private void MigrateToFirstVersion()
    {
        var result = DeployChanges.To.SqliteDatabase($"Data Source={DatabaseFile}")
            .WithScriptsEmbeddedInAssembly(typeof(Program).Assembly, name => name.Contains(".0001_", StringComparison.Ordinal))
            .WithVariable("identity", "INTEGER PRIMARY KEY AUTOINCREMENT").WithVariable("clustered", "WITHOUT ROWID")
            .LogToNowhere().Build().PerformUpgrade();
        Assert.True(result.Successful, result.Error?.ToString());
        using var connection = new SqliteConnection($"Data Source={DatabaseFile}");
        connection.Open();
        using var command = new SqliteCommand("INSERT INTO settings (name, value) VALUES ('mark', 'kept')", connection);
        command.ExecuteNonQuery();
    }

    private static T Read<T>(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly");
        connection.Open();
        using var command = new SqliteCommand(sql, connection);
        return (T)command.ExecuteScalar()!;
    }

    private static Dictionary<string, string> Environment(params (string Name, string Value)[] variables) =>
        variables.Append(("ASPNETCORE_ENVIRONMENT", "Production")).ToDictionary(v => v.Item1, v => v.Item2);
}
