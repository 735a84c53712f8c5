using System.Data.Common;
using Dapper;
using DbUp;
using DbUp.Engine;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace PrefEval.Api.Platform;

/// <summary>The one place that knows whether the data lie in SQLite or in PostgreSQL.</summary>
public sealed class Database : IAsyncDisposable
{
    private readonly DbDataSource _source;
    private readonly string _connectionString;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private DatabaseLock? _lock;

    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    public Database(IConfiguration configuration, IHostEnvironment environment, TimeProvider time, ILogger<Database> log)
    {
        (_time, _log) = (time, log);
        var configured = configuration.GetConnectionString("PrefEval")
            ?? throw new StartRefusedException("ConnectionStrings:PrefEval is not set; give 'Data Source=FILE' or 'Host=...'.");
        IsSqlite = configured.Contains("Data Source", StringComparison.OrdinalIgnoreCase);
        if (IsSqlite)
        {
            var sqlite = new SqliteConnectionStringBuilder(configured) { ForeignKeys = true, DefaultTimeout = 10 };
            sqlite.DataSource = Path.GetFullPath(sqlite.DataSource, environment.ContentRootPath);
            Directory.CreateDirectory(Path.GetDirectoryName(sqlite.DataSource)!);
            File = sqlite.DataSource;
            _connectionString = sqlite.ToString();
            _source = SqliteFactory.Instance.CreateDataSource(_connectionString);
        }
        else
        {
            var postgres = new NpgsqlConnectionStringBuilder(configured) { MaxAutoPrepare = 50 };
            _connectionString = postgres.ToString();
            _source = NpgsqlDataSource.Create(postgres);
        }
    }

    public bool IsSqlite { get; }

    /// <summary>The SQLite file; null on PostgreSQL.</summary>
    public string? File { get; }

    /// <summary>Where uploads are spooled: beside the data, on the same disk, or the system's temporary folder on PostgreSQL.</summary>
    public string SpoolFolder => File is null
        ? Path.Combine(Path.GetTempPath(), "prefeval-spool")
        : Path.Combine(Path.GetDirectoryName(File)!, "spool");

    /// <summary>A connection to read through.</summary>
    public async Task<DbConnection> OpenAsync(CancellationToken cancel) => await _source.OpenConnectionAsync(cancel);

    /// <summary>
    /// A connection to write through, for the write queue: what it commits is on the disk. The log is folded into the file every 32 MiB instead of every
    /// 4, which makes an import a tenth faster.
    /// </summary>
    public DbConnection Open()
    {
        var connection = _source.OpenConnection();
        if (IsSqlite) connection.Execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000");
        return connection;
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancel))).AsList();
    }

    public async Task<T?> FirstAsync<T>(string sql, object? parameters, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        return await connection.QueryFirstOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancel));
    }

    /// <summary>The last process that wrote the file did not come to its end.</summary>
    public bool EndedUncleanly => _lock?.EndedUncleanly == true;

    /// <summary>
    /// Brings the schema up to date. On SQLite this process owns the file from here on; on PostgreSQL several may start at once: one migrates, the others wait.
    /// </summary>
    public void Migrate()
    {
        if (IsSqlite)
        {
            if (NetworkFileSystem.KindOf(File!) is { } kind)
                throw new StartRefusedException($"{File} lies on a network file system ({kind}), where SQLite loses data. Keep it on a local disk, or use PostgreSQL (ConnectionStrings__PrefEval=Host=...).");
            _lock = DatabaseLock.Take(File!);
            try
            {
                using (var connection = Open()) connection.Execute("PRAGMA journal_mode = WAL");
                Upgrade();
            }
            catch (SqliteException damaged) when (DatabaseCheck.IsDamage(damaged))
            {
                throw new StartRefusedException($"{File} is damaged or no database ({damaged.Message}). Put a backup in its place with 'prefeval restore FILE'; 'prefeval verify' says what is wrong with it.");
            }
        }
        else
        {
            using var connection = Open();
            connection.Execute("SELECT pg_advisory_lock(7733824)");
            Upgrade();
            connection.Execute("SELECT pg_advisory_unlock(7733824)");
        }
    }

    /// <summary>True for a failure of the moment or the machine (a full disk, a lost connection), false for one of the statement.</summary>
    public static bool IsRetryable(Exception error) => error switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6 or 7 or 10 or 13 or 14, // busy, locked, no memory, I/O, full, cannot open
        NpgsqlException postgres => postgres.IsTransient,
        _ => false,
    };

    private void Upgrade()
    {
        var upgrader = Upgrader();
        if (upgrader.GetExecutedScripts().Except(upgrader.GetDiscoveredScripts().Select(script => script.Name)).Order().LastOrDefault() is { } unknown)
            throw new StartRefusedException($"The database has been brought to {VersionOf(unknown)}, which this version of PrefEval does not know. Run the newer version again, or restore a backup from before it.");
        var copy = IsSqlite && upgrader.GetExecutedScripts().Count > 0 && upgrader.GetScriptsToExecute() is [var first, ..] ? CopyBefore(first.Name) : null;
        var result = upgrader.PerformUpgrade();
        if (result.Successful) return;
        if (copy is not null) System.IO.File.Delete(copy); // all scripts are one transaction: the file is what it was
        throw new InvalidOperationException($"Migration {result.ErrorScript?.Name} failed; the database is as it was.", result.Error);
    }

    /// <summary>
    /// Copies the file beside itself before a migration changes it. Copies are never removed: a migration is rare, and whoever looks after the disk knows
    /// whether the new version is to stay.
    /// </summary>
    private string CopyBefore(string script)
    {
        var version = VersionOf(script);
        var copy = $"{File}.{_time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}.before-{version}";
        var log = new FileInfo(File + "-wal");
        var needed = new FileInfo(File!).Length + (log.Exists ? log.Length : 0);
        var room = new DriveInfo(Path.GetDirectoryName(File)!).AvailableFreeSpace;
        var refusal = $"The migration {version} waits for {needed:N0} bytes of room beside {File}, for a copy of it; there are {room:N0}. Make room, or move the file to a larger disk, and start again.";
        if (room < needed) throw new StartRefusedException(refusal);
        try
        {
            using (var source = new SqliteConnection(_connectionString))
            using (var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy + ".part", Pooling = false }.ToString()))
            {
                source.Open();
                target.Open();
                source.BackupDatabase(target);
            }
            using (var written = new FileStream(copy + ".part", FileMode.Open, FileAccess.ReadWrite)) written.Flush(flushToDisk: true);
            System.IO.File.Move(copy + ".part", copy);
        }
        catch (Exception failed) when (failed is SqliteException { SqliteErrorCode: 10 or 13 } or IOException)
        {
            System.IO.File.Delete(copy + ".part");
            throw new StartRefusedException(refusal);
        }
        _log.LogInformation("Before the migration {Version} the database was copied to {Copy}", version, copy);
        return copy;
    }

    private UpgradeEngine Upgrader()
    {
        var target = IsSqlite
            ? DeployChanges.To.SqliteDatabase(_connectionString)
            : DeployChanges.To.PostgresqlDatabase(_connectionString);
        return target
            .WithScriptsEmbeddedInAssembly(typeof(Database).Assembly, name => name.EndsWith(".sql", StringComparison.Ordinal) && (IsSqlite || !name.Contains(".sqlite.", StringComparison.Ordinal)))
            .WithVariable("identity", IsSqlite ? "INTEGER PRIMARY KEY AUTOINCREMENT" : "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY")
            .WithVariable("clustered", IsSqlite ? "WITHOUT ROWID" : "")
            .WithTransaction()
            .LogToNowhere()
            .Build();
    }

    /// <summary>A script's name without its folders: 0002_....</summary>
    private static string VersionOf(string script) => Path.GetFileNameWithoutExtension(script)[(Path.GetFileNameWithoutExtension(script).LastIndexOf('.') + 1)..];

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        if (IsSqlite)
        {
            using var connection = new SqliteConnection(_connectionString);
            SqliteConnection.ClearPool(connection);
        }
        _lock?.Dispose();
    }
}
