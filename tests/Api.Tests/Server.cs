using PrefEval.TestKit;

namespace PrefEval.Api.Tests;

/// <summary>One server for the tests of a class; each test makes studies of its own.</summary>
public sealed class Server : IDisposable
{
    public PrefEvalServer Value { get; } = new();

    public void Dispose() => Value.Dispose();
}
