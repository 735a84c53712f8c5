using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>What a report says of its own making, and that it says the same later.</summary>
public abstract class ReadingReports(PrefEvalServer server)
{
    private const string Preference = "reports/preference";

    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task A_study_made_after_another_was_deleted_reports_its_own_judgments()
    {
        var deleted = await WithJudgments(overlap: 1, ("p001", "r1", "a"));
        Assert.Equal((1, 0), WinsAndLosses(await Row(deleted)));
        (await _server.Admin.Delete(deleted.Path)).Ok();

        var study = await WithJudgments(overlap: 1, ("p001", "r1", "b"), ("p002", "r1", "b"));

        Assert.Equal((0, 2), WinsAndLosses(await Row(study)));
    }

    [Fact]
    public async Task A_skip_stays_in_the_report_of_its_time_when_the_rater_votes_later()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        var assignment = (string)Assert.Single(await rater.Assignments())["assignment"]!;
        (await rater.GiveBack(assignment, "unclear")).Ok();
        var then = (await study.Get(Preference)).Ok();

        (await rater.Vote(assignment, "left")).Ok();

        var again = (await study.Get($"{Preference}?at={then["sequence"]}")).Ok();
        Assert.True(JsonNode.DeepEquals(then["items"], again["items"]), $"{then["items"].ToJsonString()} became {again["items"].ToJsonString()}");
        Assert.Equal(1, (int)again["items"][0]!["excluded"]!["skipped"]!["unclear"]!);
        Assert.Empty((await Row(study))["excluded"]!["skipped"]!.AsObject());
    }

    [Fact]
    public async Task A_later_change_of_the_analysis_is_told_and_leaves_earlier_reports_as_they_were()
    {
        var study = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        foreach (var held in await rater.Assignments(2)) (await rater.Vote((string)held["assignment"]!, "left")).Ok();
        var before = (await study.Get(Preference)).Ok();

        (await study.Change(new { analysis = new { confidence = 0.9 } })).Ok();

        var again = (await study.Get($"{Preference}?at={before["sequence"]}")).Ok();
        var now = (await study.Get(Preference)).Ok();
        Assert.Equal(("primary", 0.95, 0), Declared(before));
        Assert.Equal(("primary", 0.95, 0), Declared(again));
        Assert.True(JsonNode.DeepEquals(before["items"], again["items"]));
        Assert.Equal(("changed", 0.9, 1), Declared(now));
        Assert.Equal((0.95, 0.9), ((double)now["changes"][0]!["before"]!["confidence"]!, (double)now["changes"][0]!["after"]!["confidence"]!));

        static (string, double, int) Declared(Reply report) =>
            ((string)report["analysis"]!, (double)report["items"][0]!["win_rate"]!["confidence"]!, report["changes"].AsArray().Count);
    }

    [Fact]
    public async Task The_report_of_a_draft_is_not_taken_for_that_of_the_opened_study()
    {
        var study = await WithJudgments(overlap: 1, ("p001", "r1", "a"));
        var etag = (await study.Get(Preference)).Ok().Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.NotModified, (await Ask()).Status);

        (await study.Change(new { state = "open" })).Ok(); // makes the pairs that are planned

        Assert.Equal(HttpStatusCode.OK, (await Ask()).Status);

        Task<Reply> Ask() => _server.Admin.Get($"{study.Path}/{Preference}", ("If-None-Match", etag));
    }

    [Fact]
    public async Task A_report_of_the_time_before_the_opening_knows_the_pairs_of_then()
    {
        var study = await WithJudgments(overlap: 2, ("p001", "r1", "a"));
        var draft = (await study.Get(Preference)).Ok();
        (await study.Import(ImportingFiles.Judgment("p002", "demo-a", "demo-b", "r1", "b"))).Ok();
        (await study.Change(new { state = "open" })).Ok();

        var again = (await study.Get($"{Preference}?at={draft["sequence"]}")).Ok();

        Assert.True(JsonNode.DeepEquals(draft["items"], again["items"]));
        Assert.Equal((1, 2, 1), Plan(again));
        Assert.Equal((6, 12, 10), Plan((await study.Get(Preference)).Ok()));

        static (int, int, int) Plan(Reply report) => ((int)report["items"][0]!["excluded"]!["pairs"]!, (int)report["items"][0]!["excluded"]!["planned"]!, (int)report["items"][0]!["excluded"]!["to_come"]!);
    }

    [Fact]
    public async Task Majorities_of_pairs_are_of_these_raters_unless_asked_otherwise()
    {
        var study = await WithJudgments(overlap: 1, [.. Enumerable.Range(1, 6).Select(p => ($"p00{p}", "r1", p < 5 ? "a" : "b"))]);

        var report = (await study.Get($"{Preference}?unit=pair")).Ok();

        Assert.Equal("these_raters", (string?)report["scope"]);
        var rate = report["items"][0]!["win_rate"]!;
        Assert.Equal("these_raters", (string?)rate["scope"]);
        Assert.True((double)rate["lower"]! < (double)rate["upper"]!);
    }

    [Fact]
    public async Task A_pair_with_an_overlap_of_its_own_is_complete_by_that()
    {
        var study = await TestStudy.CreateAsync(_server, design: new { kind = "listed" });
        (await study.Import(TestStudy.Prompts(2, "demo-a", "demo-b", "demo-c"))).Ok();
        (await study.Import("""
            {"prompt_id":"p001","model_a":"demo-a","model_b":"demo-b","overlap":1}
            {"prompt_id":"p002","model_a":"demo-a","model_b":"demo-c"}
            """)).Ok();
        (await study.Change(new { state = "open" })).Ok();
        var rater = await study.Invite("r1");
        foreach (var held in await rater.Assignments(2)) (await rater.Vote((string)held["assignment"]!, "left")).Ok();

        Assert.Equal((1, 0), Complete(await Row(study, "?unit=pair&model=demo-a&baseline=demo-b")));
        Assert.Equal((0, 1), Complete(await Row(study, "?unit=pair&model=demo-a&baseline=demo-c")));

        static (int, int) Complete(JsonNode row) => ((int)row["n"]!, (int)row["excluded"]!["incomplete"]!);
    }

    [Fact]
    public async Task P_values_are_adjusted_for_every_declared_comparison_judged_or_not()
    {
        string[] models = ["demo-f", "demo-1", "demo-2", "demo-3", "demo-4", "demo-5"];
        var study = await TestStudy.OpenAsync(_server, 12, models, design: new { kind = "focal", focal = "demo-f" });
        var judgments = from p in Enumerable.Range(1, 12)
                        from r in Enumerable.Range(1, 3)
                        select ImportingFiles.Judgment($"p{p:000}", "demo-f", "demo-1", $"r{r}", (p + r) % 5 == 0 ? "b" : "a");
        (await study.Import(string.Join('\n', judgments))).Ok();

        var row = await Row(study, "?baseline=demo-1");

        var unadjusted = (double)row["win_rate"]!["p"]!;
        Assert.InRange(unadjusted, 0, 0.2);
        Assert.Equal(Math.Min(1, 5 * unadjusted), (double)row["p_holm"]!, 1e-12);
    }

    [Fact]
    public async Task A_surplus_vote_of_a_person_does_not_hide_what_a_machine_judged()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"]);
        (await study.Import(ImportingFiles.Judgment("p001", "demo-a", "demo-b", "gpt", "a", "llm"))).Ok();
        var rater = await study.Invite("r1");
        var late = (string)Assert.Single(await rater.Assignments())["assignment"]!;
        (await study.Change(new { state = "closed" })).Ok();
        Assert.False((bool)(await rater.Vote(late, "left")).Ok()["counted"]!);

        var report = (await study.Get(Preference)).Ok();

        Assert.Equal(("llm", 1), ((string)report["raters"]!, (int)report["items"][0]!["n"]!));
    }

    /// <summary>A draft of two models with judgments of them.</summary>
    private async Task<TestStudy> WithJudgments(int overlap, params (string Prompt, string Rater, string Winner)[] judgments)
    {
        var study = await TestStudy.CreateAsync(_server, overlap: overlap);
        (await study.Import(TestStudy.Prompts(6, "demo-a", "demo-b"))).Ok();
        (await study.Import(string.Join('\n', judgments.Select(j => ImportingFiles.Judgment(j.Prompt, "demo-a", "demo-b", j.Rater, j.Winner))))).Ok();
        return study;
    }

    private static async Task<JsonNode> Row(TestStudy study, string query = "") => Assert.Single((await study.Get(Preference + query)).Ok()["items"].AsArray())!;

    private static (int, int) WinsAndLosses(JsonNode row) => ((int)row["wins"]!, (int)row["losses"]!);

    public sealed class OnSQLite(Server shared) : ReadingReports(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : ReadingReports(shared.Value), IClassFixture<PostgresServer>;
}
