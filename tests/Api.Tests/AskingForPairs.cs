using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public abstract class AskingForPairs(string? connection) : IDisposable
{
    private readonly PrefEvalServer _server = new(connection, fakeTime: true);
    private static readonly string[] Three = ["demo-a", "demo-b", "demo-c"];

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _server.Dispose();
    }

    [Fact]
    public async Task Asking_again_gives_the_same_pairs_on_the_same_sides()
    {
        var study = await TestStudy.OpenAsync(_server, 10, Three);
        var rater = await study.Invite("r1");

        var first = await rater.Assignments(3);
        var again = await rater.Assignments(3);
        var more = await rater.Assignments(5);

        Assert.Equal(3, first.Count);
        Assert.Equal(first.Select(Text), again.Select(Text));
        Assert.Equal(first.Select(Text), more.Take(3).Select(Text));
        Assert.Equal(5, more.Count);
    }

    [Fact]
    public async Task Nothing_held_together_is_of_one_prompt()
    {
        var study = await TestStudy.OpenAsync(_server, 4, Three);
        var held = await (await study.Invite("r1")).Assignments(10);

        Assert.Equal(4, held.Count);
        Assert.Equal(4, held.Select(Prompt).Distinct().Count());
    }

    [Fact]
    public async Task A_prompt_comes_again_only_when_no_other_is_open_and_then_as_late_as_can_be()
    {
        var study = await TestStudy.OpenAsync(_server, 60, Three, overlap: 1);
        var rater = await study.Invite("r1");

        var prompts = await JudgeAll(rater);

        Assert.Equal(180, prompts.Count);
        Assert.Equal(60, prompts.Take(60).Distinct().Count());
        var gaps = prompts.Select((prompt, i) => i - prompts.FindLastIndex(Math.Max(0, i - 1), i, earlier => earlier == prompt)).Where((_, i) => i >= 60);
        Assert.All(gaps, gap => Assert.True(gap >= 50, $"a prompt came again after {gap}"));
        var row = (await study.Get("reports/preference")).Ok()["items"].AsArray();
        Assert.Equal(120, row.Sum(r => (int)r!["repeat_exposures"]!));
        Assert.All(row, r => Assert.NotNull(r!["win_rate_without_repeats"]));
    }

    [Fact]
    public async Task With_never_a_rater_stops_where_the_prompts_do()
    {
        var study = await TestStudy.OpenAsync(_server, 5, Three, overlap: 1, samePrompt: "never");
        var rater = await study.Invite("r1");

        Assert.Equal(5, (await JudgeAll(rater)).Count);
        Assert.Equal("all_met", (string?)(await rater.Ask()).Ok()["none_left"]);
    }

    [Fact]
    public async Task A_pair_given_back_returns_on_the_same_sides_and_one_skipped_never_does()
    {
        var study = await TestStudy.OpenAsync(_server, 2, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        var held = await rater.Assignments(2);

        (await rater.GiveBack(Id(held[0]))).Ok();
        (await rater.GiveBack(Id(held[1]), "unclear")).Ok();
        var after = (await rater.Ask()).Ok();

        Assert.Equal(Shown(held[0]), Shown(Assert.Single(after["items"].AsArray())!));
        (await rater.Vote(Id(held[0]), "left")).Ok();
        Assert.Empty(await rater.Assignments());
        var row = (await study.Get("reports/preference")).Ok()["items"][0]!;
        Assert.Equal(1, (int)row["excluded"]!["skipped"]!["unclear"]!);
    }

    [Fact]
    public async Task A_pair_that_three_raters_skip_is_unjudgeable_and_the_study_can_end()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"]);
        foreach (var name in new[] { "r1", "r2", "r3" })
        {
            var rater = await study.Invite(name);
            (await rater.GiveBack(Id(Assert.Single(await rater.Assignments())), "broken")).Ok();
        }

        var fourth = (await (await study.Invite("r4")).Ask()).Ok();

        Assert.Empty(fourth["items"].AsArray());
        Assert.Equal("all_judged", (string?)fourth["none_left"]);
        Assert.True((bool)(await study.Get("pairs")).Ok()["items"][0]!["unjudgeable"]!);
    }

    [Fact]
    public async Task An_expired_lease_frees_its_place_and_a_late_vote_counts_while_one_is_free()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"], overlap: 1);
        var (slow, quick) = (await study.Invite("slow"), await study.Invite("quick"));
        var late = Id(Assert.Single(await slow.Assignments()));
        Assert.Equal("waiting", (string?)(await quick.Ask()).Ok()["none_left"]);

        _server.Time!.Advance(TimeSpan.FromMinutes(31));
        var taken = Id(Assert.Single(await quick.Assignments()));
        (await quick.GiveBack(taken)).Ok();
        var counted = (await slow.Vote(late, "left")).Ok();
        Assert.True((bool)counted["counted"]!);

        var surplus = (await quick.Vote(taken, "left")).Ok();
        Assert.False((bool)surplus["counted"]!);
        Assert.Equal(1, (int)(await study.Get("reports/preference")).Ok()["items"][0]!["n"]!);
    }

    [Fact]
    public async Task A_vote_on_an_expired_lease_that_nobody_took_is_counted()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"], overlap: 1);
        var rater = await study.Invite("r1");
        var assignment = Id(Assert.Single(await rater.Assignments()));
        _server.Time!.Advance(TimeSpan.FromHours(5));

        Assert.True((bool)(await rater.Vote(assignment, "tie")).Ok()["counted"]!);
    }

    [Theory]
    [InlineData("paused", "study_paused")]
    [InlineData("closed", "study_closed")]
    public async Task A_study_that_is_not_open_says_so(string state, string reason)
    {
        var study = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        (await study.Change(new { state })).Ok();

        var reply = (await rater.Ask()).Ok();

        Assert.Empty(reply["items"].AsArray());
        Assert.Equal(reason, (string?)reply["none_left"]);
    }

    [Fact]
    public async Task A_removed_rater_gets_no_pairs()
    {
        var study = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        var id = (string)(await study.Get("raters")).Ok()["items"][0]!["rater"]!;
        (await _server.Admin.Patch($"{study.Path}/raters/{id}", new { state = "removed" })).Ok();

        var reply = await rater.Ask();

        Assert.Equal((HttpStatusCode.Conflict, "rater-inactive"), (reply.Status, reply.Problem));
    }

    [Fact]
    public async Task Waiting_is_said_only_where_something_new_may_come_free()
    {
        var study = await TestStudy.OpenAsync(_server, 2, ["demo-a", "demo-b"], overlap: 1);
        var (first, second) = (await study.Invite("first"), await study.Invite("second"));
        var x = Assert.Single(await first.Assignments(1));
        (await second.GiveBack(Id(Assert.Single(await second.Assignments(1))), "unclear")).Ok();

        Assert.Equal("waiting", (string?)(await second.Ask()).Ok()["none_left"]);
        (await first.Vote(Id(x), "tie")).Ok();
        Assert.Equal("all_met", (string?)(await second.Ask()).Ok()["none_left"]);
    }

    [Fact]
    public async Task A_quota_ends_the_work()
    {
        var study = await TestStudy.OpenAsync(_server, 5, ["demo-a", "demo-b"]);
        var invited = (await _server.Admin.Post($"{study.Path}/raters", new { raters = new[] { new { name = "r1", quota = 2 } } })).Ok();
        var rater = new TestRater(_server.As((string)invited["items"][0]!["key"]!), study);

        Assert.Equal(2, (await JudgeAll(rater)).Count);
        Assert.Equal("quota_reached", (string?)(await rater.Ask()).Ok()["none_left"]);
    }

    [Fact]
    public async Task Pairs_of_equal_answers_are_left_out_and_counted_as_such()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(TestStudy.Line(new { prompt_id = "same", prompt = "一", answers = new Dictionary<string, string> { ["demo-a"] = "同", ["demo-b"] = "同" } }) + "\n"
            + TestStudy.Line(new { prompt_id = "differs", prompt = "二", answers = new Dictionary<string, string> { ["demo-a"] = "甲", ["demo-b"] = "" } }))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        var rater = await study.Invite("r1");

        Assert.Equal(["二"], await JudgeAll(rater));
        var excluded = (await study.Get("reports/preference")).Ok()["items"][0]!["excluded"]!;
        Assert.Equal((1, 1, 1), ((int)excluded["identical"]!, (int)excluded["empty_answers"]!, (int)excluded["planned"]!));
    }

    /// <summary>Judges until nothing is left; answers the prompts in the order met.</summary>
    private static async Task<List<string>> JudgeAll(TestRater rater)
    {
        var prompts = new List<string>();
        while (await rater.Assignments(1) is [var next])
        {
            prompts.Add(Prompt(next));
            (await rater.Vote(Id(next), "tie")).Ok();
        }
        return prompts;
    }

    private static string Id(JsonNode assignment) => (string)assignment["assignment"]!;

    private static string Prompt(JsonNode assignment) => (string)assignment["prompt"]![0]!["content"]!;

    private static string Text(JsonNode assignment) => Id(assignment) + Shown(assignment);

    private static string Shown(JsonNode assignment) => assignment["prompt"]!.ToJsonString() + assignment["left"]!.ToJsonString() + assignment["right"]!.ToJsonString();

    public sealed class OnSQLite() : AskingForPairs(null);

    public sealed class OnPostgreSQL(Postgres postgres) : AskingForPairs(postgres.NewSchema());
}
