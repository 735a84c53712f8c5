using System.Net;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public abstract class JudgingByCriteria(PrefEvalServer server)
{
    private static readonly object[] Criteria = [new { name = "accuracy", label = "哪个更准确？" }, new { name = "style", label = "哪个文笔更好？" }];

    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task Strength_and_criteria_are_told_to_the_rater_and_stored_with_the_sides_undone()
    {
        var (study, rater, held) = await Begin();
        var me = (await rater.Api.Get("me")).Ok();
        Assert.Equal((true, "style"), ((bool)me["strength"]!, (string)me["criteria"][1]!["name"]!));

        (await Vote(rater, held[0], new { choice = "left", after = 0, strength = 2, criteria = new { accuracy = "right", style = "tie" } })).Ok();

        var judgment = Assert.Single(await study.Judgments());
        var (left, right) = (string?)judgment["left"] == "a" ? ("a", "b") : ("b", "a");
        Assert.Equal((left, 2, right, "tie"), ((string)judgment["winner"]!, (int)judgment["strength"]!, (string)judgment["criteria"]!["accuracy"]!, (string)judgment["criteria"]!["style"]!));
    }

    [Fact]
    public async Task They_are_part_of_what_makes_two_votes_the_same()
    {
        var (study, rater, held) = await Begin();
        var first = new { choice = "left", after = 0, strength = 1, criteria = new Dictionary<string, string> { ["style"] = "left", ["accuracy"] = "tie" } };
        (await Vote(rater, held[0], first)).Ok();
        var same = new { choice = "left", after = 0, strength = 1, criteria = new Dictionary<string, string> { ["accuracy"] = "tie", ["style"] = "left" } };
        Assert.Equal(1, (int)(await Vote(rater, held[0], same)).Ok()["revision"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await Vote(rater, held[0], new { choice = "left", after = 0 })).Status);
        Assert.Equal(2, (int)(await Vote(rater, held[0], new { choice = "left", after = 1, strength = 2 })).Ok()["revision"]!);
        Assert.Equal(2, (await study.Judgments()).Count);
    }

    [Fact]
    public async Task A_report_by_a_criterion_is_of_those_who_judged_it_at_any_number()
    {
        var (study, rater, held) = await Begin();
        foreach (var (one, n) in held.Select((one, n) => (one, n)))
            (await Vote(rater, one, n == 0 ? new { choice = "tie", after = 0 } : new { choice = "tie", after = 0, criteria = new { accuracy = "both_bad" } } as object)).Ok();
        var before = await Report("?criterion=accuracy");
        (await _server.Admin.Post($"{study.Path}/judgments/exclude", new { filter = new { assignments = new[] { held[1] } }, reason = "x" })).Ok();
        var after = await Report("?criterion=accuracy");

        Assert.Equal((2, 2, 0, "sensitivity"), Told(before));
        Assert.Equal((1, 1, 1, "sensitivity"), Told(after));
        Assert.Equal(before["items"].ToJsonString(), (await Report($"?criterion=accuracy&at={before["sequence"]}"))["items"].ToJsonString());
        Assert.Equal((0, 0, 0, "sensitivity"), Told(await Report("?criterion=style")));
        Assert.Equal((2, 0, 1, "primary"), Told(await Report("")));
        var unknown = await study.Get("reports/preference?criterion=gone");
        Assert.Equal((HttpStatusCode.BadRequest, "criterion"), (unknown.Status, (string)unknown["errors"][0]!["field"]!));

        async Task<Reply> Report(string query) => (await study.Get("reports/preference" + query)).Ok();

        static (int, int, int, string) Told(Reply report) =>
            ((int)report["items"][0]!["n"]!, (int)report["items"][0]!["both_bad"]!, (int)report["items"][0]!["excluded"]!["excluded"]!, (string)report["analysis"]!);
    }

    [Theory]
    [InlineData("""{"choice":"left","strength":3}""", "strength")]
    [InlineData("""{"choice":"tie","strength":1}""", "strength")]
    [InlineData("""{"choice":"left","criteria":{"depth":"left"}}""", "criteria.depth")]
    [InlineData("""{"choice":"left","criteria":{"style":"best"}}""", "criteria.style")]
    public async Task What_the_study_does_not_ask_is_refused(string body, string field)
    {
        var (study, rater, held) = await Begin();
        var reply = await rater.Api.Put($"assignments/{held[0]}/judgment", body);
        Assert.Equal((HttpStatusCode.BadRequest, field), (reply.Status, (string)reply["errors"][0]!["field"]!));
        Assert.Empty(await study.Judgments());
    }

    [Fact]
    public async Task A_study_that_asks_for_neither_takes_neither_and_they_are_fixed_once_it_opened()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        var held = (string)Assert.Single(await rater.Assignments())["assignment"]!;
        Assert.Equal(HttpStatusCode.BadRequest, (await Vote(rater, held, new { choice = "left", strength = 1 })).Status);
        Assert.Equal("criteria", (string?)(await study.Change(new { criteria = Criteria }))["errors"][0]!["field"]);
        Assert.Equal("strength", (string?)(await study.Change(new { strength = true }))["errors"][0]!["field"]);
        (await rater.Vote(held, "left")).Ok();
    }

    private async Task<(TestStudy Study, TestRater Rater, IReadOnlyList<string> Held)> Begin()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(3, "demo-a", "demo-b"))).Ok();
        (await study.Change(new { strength = true, criteria = Criteria })).Ok();
        (await study.Change(new { state = "open" })).Ok();
        var rater = await study.Invite("r1");
        return (study, rater, [.. (await rater.Assignments(3)).Select(one => (string)one["assignment"]!)]);
    }

    private static Task<Reply> Vote(TestRater rater, string assignment, object vote) => rater.Api.Put($"assignments/{assignment}/judgment", vote);

    public sealed class OnSQLite(Server shared) : JudgingByCriteria(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : JudgingByCriteria(shared.Value), IClassFixture<PostgresServer>;
}
