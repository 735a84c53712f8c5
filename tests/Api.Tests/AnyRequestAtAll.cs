using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Requests made by chance from the contract: a short form of the one in Benchmarks.</summary>
public abstract class AnyRequestAtAll(PrefEvalServer server)
{
    private const int Requests = 2500;

    [Fact]
    public async Task No_request_is_a_crash_and_every_refusal_is_a_problem()
    {
        var fuzz = await ARestlessCaller.OnAsync(server, seed: 1);
        for (var n = 0; n < Requests; n++) await fuzz.SendAsync();
        Assert.True(fuzz.Wrong.Count == 0, string.Join('\n', fuzz.Wrong));
        Assert.InRange(fuzz.Accepted, Requests / 20, Requests); // it does reach the handlers
        // The service is as it was to everybody else.
        Assert.Equal("[]", (await server.As(fuzz.StrangersKey).Get("studies")).Ok()["items"].ToJsonString());
    }

    public sealed class OnSQLite(Server server) : AnyRequestAtAll(server.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer server) : AnyRequestAtAll(server.Value), IClassFixture<PostgresServer>;
}
