using System.Diagnostics;

namespace PrefEval.TestKit;

/// <summary>A PostgreSQL server of the tests' own in a temporary folder, reached through a socket. Without fsync: never for durability or speed.</summary>
public sealed class PostgresCluster : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("prefeval-pg-").FullName;
    private readonly string _bin;

    public PostgresCluster()
    {
        const string versions = "/usr/lib/postgresql";
        _bin = (Directory.Exists(versions) ? Directory.EnumerateDirectories(versions).OrderDescending().Select(v => Path.Combine(v, "bin")).FirstOrDefault() : null)
            ?? throw new InvalidOperationException("PostgreSQL is not installed; './test --install' installs it.");
        if (Environment.UserName == "root") Run("chown", "postgres", _folder);
        AsPostgres("initdb", "-D", Data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8");
        AsPostgres("pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_folder, "log"), "-o", $"-k {_folder} -c listen_addresses='' -c fsync=off -c max_connections=150", "start");
    }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>The connection string of a new, empty schema.</summary>
    public string NewSchema()
    {
        var schema = "s" + Guid.NewGuid().ToString("N")[..12];
        AsPostgres("psql", "-h", _folder, "-U", "postgres", "-q", "-c", $"CREATE SCHEMA {schema}");
        return $"Host={_folder};Username=postgres;Database=postgres;Search Path={schema};Maximum Pool Size=20";
    }

    public void Dispose()
    {
        AsPostgres("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private void AsPostgres(string program, params string[] arguments)
    {
        var path = Path.Combine(_bin, program);
        if (Environment.UserName == "root") Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        else Run(path, arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        // The server that pg_ctl leaves behind keeps no pipe of ours: its log goes to a file.
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.WaitForExit(60_000);
        if (!process.HasExited || process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {(process.HasExited ? errors.GetAwaiter().GetResult() : "no end after a minute")}");
    }
}
