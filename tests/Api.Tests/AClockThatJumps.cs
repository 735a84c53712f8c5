using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The machine's clock is set forward by a year or back by ten days while raters are at work.</summary>
public abstract class AClockThatJumps(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    [Theory]
    [InlineData(365)]
    [InlineData(-10)]
    public async Task No_vote_is_lost_and_numbers_ascend_and_places_come_free(int days)
    {
        var study = await TestStudy.OpenAsync(_server, 4, ["demo-a", "demo-b"], overlap: 1);
        var (one, other) = (await study.Invite("one"), await study.Invite("other"));
        var held = (await one.Assignments(4)).Select(item => (string)item["assignment"]!).ToList();
        (await one.Vote(held[0], "left")).Ok();

        _server.Time!.AdjustTime(_server.Time.GetUtcNow().AddDays(days));

        (await one.Vote(held[1], "right")).Ok();
        (await one.Vote(held[0], "tie", after: 1)).Ok();
        // What she holds is of another time: it is free, once, for whoever asks.
        var free = (await other.Assignments(4)).Select(item => (string)item["assignment"]!).ToList();
        Assert.Equal(2, free.Count);
        (await other.Vote(free[0], "left")).Ok();
        foreach (var late in held[2..]) Assert.False((bool)(await one.Vote(late, "left")).Ok()["counted"]!); // kept, beyond the overlap
        (await other.Vote(free[1], "left")).Ok();

        var judgments = await study.Judgments();
        Assert.Equal(7, judgments.Count);
        Assert.All(judgments.Zip(judgments.Skip(1)), two => Assert.True((long)two.First["sequence"]! < (long)two.Second["sequence"]!));
        Assert.All((await study.Get("pairs")).Ok()["items"].AsArray(), pair => Assert.Equal((1, 0), ((int)pair!["counted"]!, (int)pair["live"]!)));
        Assert.Equal(4, (int)Assert.Single((await study.Get("reports/preference")).Ok()["items"].AsArray())!["n"]!);
        Assert.Equal("all_judged", (string?)(await one.Ask()).Ok().Json["none_left"]);
    }

    public sealed class OnSQLite(TimedServer shared) : AClockThatJumps(shared.Value), IClassFixture<TimedServer>;

    public sealed class OnPostgreSQL(TimedPostgresServer shared) : AClockThatJumps(shared.Value), IClassFixture<TimedPostgresServer>;
}
