using CsCheck;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Raters at once, and everything that may happen to an assignment in every order. The long forms are in tests/Benchmarks (hands, steps).</summary>
public abstract class ManyAtOnce(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task Each_pair_is_counted_as_often_as_it_shall_be_whoever_walks_away_and_votes_late()
    {
        var hands = new ManyHands(_server, raters: 50, pairs: 12, overlap: 3);
        await hands.RunAsync(seed: 1);
        Assert.Empty(await hands.CheckAsync());
        Assert.True(hands.Late > 0 && hands.Votes > hands.Counted, $"{hands.Late} late, {hands.Votes} votes");
    }

    public sealed class OnSQLite(TimedServer shared) : ManyAtOnce(shared.Value), IClassFixture<TimedServer>
    {
        [Fact]
        public void Whatever_order_things_happen_in_every_answer_is_that_of_a_model_in_memory() =>
            Interleavings.Steps(120).Sample(steps => Interleavings.RunAsync(shared.Value, steps).GetAwaiter().GetResult(), iter: 12, seed: "0N0XIzNsQ0O2", threads: 1);
    }

    public sealed class OnPostgreSQL(TimedPostgresServer shared) : ManyAtOnce(shared.Value), IClassFixture<TimedPostgresServer>;
}
