using System.Net;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public abstract class JudgingAPair(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;
    private static readonly string[] Two = ["demo-a", "demo-b"];

    [Fact]
    public async Task A_vote_sent_twice_is_stored_once()
    {
        var (study, rater, assignment) = await OneAssignment();

        var first = (await rater.Vote(assignment, "left")).Ok();
        var again = (await rater.Vote(assignment, "left")).Ok();

        Assert.Equal(1, (int)first["revision"]!);
        Assert.True((bool)first["counted"]!);
        Assert.Equal(first.Text, again.Text);
        Assert.Single(await study.Judgments());
    }

    [Fact]
    public async Task A_changed_vote_is_a_revision_and_the_old_one_is_kept()
    {
        var (study, rater, assignment) = await OneAssignment();

        (await rater.Vote(assignment, "left")).Ok();
        var changed = (await rater.Vote(assignment, "both_bad", after: 1)).Ok();

        Assert.Equal(2, (int)changed["revision"]!);
        Assert.Equal(["left", "both_bad"], (await study.Judgments()).Select(j => (string?)j["choice"]));
        var report = (await study.Get("reports/preference")).Ok()["items"][0]!;
        Assert.Equal((1, 1), ((int)report["n"]!, (int)report["both_bad"]!));
    }

    [Fact]
    public async Task A_late_copy_of_an_older_vote_does_not_undo_the_newer()
    {
        var (_, rater, assignment) = await OneAssignment();
        (await rater.Vote(assignment, "left")).Ok();
        (await rater.Vote(assignment, "right", after: 1)).Ok();

        var late = await rater.Vote(assignment, "left", after: 0);

        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Equal("judgment-changed", late.Problem);
        Assert.Equal("right", (string?)late["current"]["choice"]);
        Assert.Equal(2, (int)late["current"]["revision"]!);
    }

    [Fact]
    public async Task A_first_vote_that_comes_late_and_without_after_does_not_undo_a_revision()
    {
        var (study, rater, assignment) = await OneAssignment();
        (await rater.Vote(assignment, "left", after: null)).Ok();
        (await rater.Vote(assignment, "right", after: 1)).Ok();

        var late = await rater.Vote(assignment, "left", after: null);

        Assert.Equal((HttpStatusCode.Conflict, "judgment-changed"), (late.Status, late.Problem));
        Assert.Equal(["left", "right"], (await study.Judgments()).Select(j => (string?)j["choice"]));
    }

    [Theory]
    [InlineData("left")]
    [InlineData("right")]
    [InlineData("tie")]
    [InlineData("both_bad")]
    public async Task The_winner_is_what_the_choice_means_once_the_sides_are_undone(string choice)
    {
        var (study, rater, assignment) = await OneAssignment();
        (await rater.Vote(assignment, choice)).Ok();

        var judgment = Assert.Single(await study.Judgments());
        var left = (string)judgment["left"]!;
        Assert.Equal(choice switch { "left" => left, "right" => left == "a" ? "b" : "a", _ => choice }, (string?)judgment["winner"]);
        Assert.Equal((choice, "p001", "native", "human", 5300), ((string)judgment["choice"]!, (string)judgment["prompt_id"]!, (string)judgment["origin"]!, (string)judgment["rater_kind"]!, (int)judgment["duration_ms"]!));
    }

    [Fact]
    public async Task Sides_and_winner_agree_with_the_texts_that_were_shown()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(TestStudy.Line(new { prompt_id = "p1", prompt = "问", answers = new Dictionary<string, string> { ["demo-a"] = "甲", ["demo-b"] = "乙" } }))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        var rater = await study.Invite("r1");
        var shown = Assert.Single(await rater.Assignments());
        var choice = (string?)shown["left"]![0]!["content"] == "甲" ? "left" : "right";
        (await rater.Vote((string)shown["assignment"]!, choice)).Ok();

        var judgment = Assert.Single(await study.Judgments());
        Assert.Equal("demo-a", (string?)judgment[(string?)judgment["winner"] == "a" ? "model_a" : "model_b"]);
    }

    [Fact]
    public async Task Somebody_elses_assignment_is_not_there()
    {
        var (study, _, assignment) = await OneAssignment();
        var other = await study.Invite("r2");

        var reply = await other.Vote(assignment, "left");

        Assert.Equal((HttpStatusCode.NotFound, "not-found"), (reply.Status, reply.Problem));
        Assert.Equal(HttpStatusCode.NotFound, (await other.GiveBack(assignment)).Status);
        Assert.Empty(await study.Judgments());
    }

    [Fact]
    public async Task Both_bad_is_refused_where_the_study_does_not_offer_it()
    {
        var study = await TestStudy.CreateAsync(_server, allowBothBad: false);
        (await study.Import(TestStudy.Prompts(1, Two))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        var rater = await study.Invite("r1");
        var assignment = (string)(await rater.Assignments())[0]["assignment"]!;

        var reply = await rater.Vote(assignment, "both_bad");

        Assert.Equal((HttpStatusCode.BadRequest, "invalid-request"), (reply.Status, reply.Problem));
        Assert.Equal("choice", (string?)reply["errors"][0]!["field"]);
        (await rater.Vote(assignment, "tie")).Ok();
    }

    [Fact]
    public async Task A_judgment_can_be_revised_while_paused_and_no_more_once_closed()
    {
        var (study, rater, assignment) = await OneAssignment();
        (await rater.Vote(assignment, "left")).Ok();
        (await study.Change(new { state = "paused" })).Ok();
        (await rater.Vote(assignment, "right", after: 1)).Ok();
        (await study.Change(new { state = "closed" })).Ok();

        var refused = await rater.Vote(assignment, "tie", after: 2);

        Assert.Equal((HttpStatusCode.Conflict, "study-state"), (refused.Status, refused.Problem));
        Assert.Equal(2, (await study.Judgments()).Count);
    }

    [Fact]
    public async Task A_first_vote_after_the_close_is_kept_as_surplus()
    {
        var (study, rater, assignment) = await OneAssignment();
        (await study.Change(new { state = "closed" })).Ok();

        var vote = (await rater.Vote(assignment, "left")).Ok();

        Assert.False((bool)vote["counted"]!);
        Assert.False((bool)Assert.Single(await study.Judgments())["counted"]!);
        var row = (await study.Get("reports/preference")).Ok()["items"][0]!;
        Assert.Equal((0, 1), ((int)row["n"]!, (int)row["excluded"]!["surplus"]!));
    }

    [Fact]
    public async Task Every_earlier_report_can_be_computed_again()
    {
        var (study, rater, assignment) = await OneAssignment();
        var first = (await rater.Vote(assignment, "left")).Ok();
        var before = (await study.Get("reports/preference")).Ok();
        (await rater.Vote(assignment, "tie", after: (int)first["revision"]!)).Ok();

        var again = (await study.Get($"reports/preference?at={before["sequence"]}")).Ok();
        var now = (await study.Get("reports/preference")).Ok();

        Assert.Equal((int)before["items"][0]!["wins"]!, (int)again["items"][0]!["wins"]!);
        Assert.Equal(0, (int)again["items"][0]!["ties"]!);
        Assert.Equal(1, (int)now["items"][0]!["ties"]!);
        Assert.NotEqual((string?)before["hash"], (string?)now["hash"]);
    }

    [Fact]
    public async Task An_unchanged_report_is_answered_by_its_etag()
    {
        var (study, rater, assignment) = await OneAssignment();
        (await rater.Vote(assignment, "left")).Ok();
        var etag = (await study.Get("reports/preference")).Ok().Headers.ETag!.ToString();

        Assert.Equal(HttpStatusCode.NotModified, (await _server.Admin.Get($"{study.Path}/reports/preference", ("If-None-Match", etag))).Status);
        (await rater.Vote(assignment, "right", after: 1)).Ok();
        Assert.Equal(HttpStatusCode.OK, (await _server.Admin.Get($"{study.Path}/reports/preference", ("If-None-Match", etag))).Status);
    }

    private async Task<(TestStudy Study, TestRater Rater, string Assignment)> OneAssignment()
    {
        var study = await TestStudy.OpenAsync(_server, prompts: 1, Two);
        var rater = await study.Invite("r1");
        return (study, rater, (string)(await rater.Assignments())[0]["assignment"]!);
    }

    public sealed class OnSQLite(Server shared) : JudgingAPair(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : JudgingAPair(shared.Value), IClassFixture<PostgresServer>;
}
