using PrefEval.Api.Tests;
using PrefEval.TestKit;
using Xunit;

[assembly: AssemblyFixture(typeof(Postgres))]

namespace PrefEval.Api.Tests;

/// <summary>One server for the tests of a class; each test makes studies of its own.</summary>
public sealed class Server : IDisposable
{
    public PrefEvalServer Value { get; } = new();

    public void Dispose() => Value.Dispose();
}

/// <summary>The same on PostgreSQL, in a schema of its own.</summary>
public sealed class PostgresServer(Postgres postgres) : IDisposable
{
    public PrefEvalServer Value { get; } = new(postgres.NewSchema());

    public void Dispose() => Value.Dispose();
}

/// <summary>One whose time a test moves; the tests of a class run one after the other.</summary>
public sealed class TimedServer : IDisposable
{
    public PrefEvalServer Value { get; } = new(fakeTime: true);

    public void Dispose() => Value.Dispose();
}

public sealed class TimedPostgresServer(Postgres postgres) : IDisposable
{
    public PrefEvalServer Value { get; } = new(postgres.NewSchema(), fakeTime: true);

    public void Dispose() => Value.Dispose();
}

/// <summary>One PostgreSQL for all tests. It starts with the first schema, so that the other tests do without.</summary>
public sealed class Postgres : IDisposable
{
    private readonly Lazy<PostgresCluster> _cluster = new();

    public string NewSchema() => _cluster.Value.NewSchema();

    public void Dispose()
    {
        if (_cluster.IsValueCreated) _cluster.Value.Dispose();
    }
}
