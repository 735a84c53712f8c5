using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The leaderboard, and the reports on position, length and raters.</summary>
public abstract class ReportingOnModelsAndRaters(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task A_leaderboard_ranks_models_that_met_with_sets_that_hold_the_rank()
    {
        var study = await RoundRobin();

        var report = (await study.Get("reports/leaderboard")).Ok();

        Assert.Equal(("davidson", "raters_like_these", 0.95), ((string)report["ties"]!, (string)report["scope"]!, (double)report["confidence"]!));
        var group = Assert.Single(report["groups"].AsArray())!;
        Assert.Equal(("ok", "shown", 54), ((string)group["status"]!, (string)group["ranks"]!, (int)group["n"]!));
        var items = group["items"]!.AsArray();
        Assert.Equal(["demo-a", "demo-b", "demo-c"], items.Select(i => (string)i!["model"]!));
        Assert.Equal([1, 2, 3], items.Select(i => (int)i!["rank"]!));
        foreach (var item in items)
        {
            Assert.True((int)item!["rank_set"]!["best"]! <= (int)item["rank"]! && (int)item["rank"]! <= (int)item["rank_set"]!["worst"]!);
            Assert.Equal((int)item["n"]!, (int)item["wins"]! + (int)item["ties"]! + (int)item["losses"]!);
            Assert.True((double)item["elo"]!["lower"]! < (double)item["elo"]!["upper"]!);
            Assert.Equal("davidson_two_way_t", (string)item["strength"]!["method"]!);
            Assert.Equal("davidson_prompt_t", (string)item["scopes"]!["these_raters"]!["strength"]!["method"]!);
        }
        Assert.Equal(0, items.Sum(i => (double)i!["strength"]!["estimate"]!), 1e-9);
        // Imported without sides: they say nothing of the left answer, and count all the same.
        Assert.Equal("no_sides", (string)group["order"]!["status"]!);
    }

    [Theory]
    [InlineData("davidson", "davidson_two_way_t", "nu")]
    [InlineData("rao_kupper", "rao_kupper_two_way_t", "theta")]
    [InlineData("half_wins", "bradley_terry_two_way_t", null)]
    public async Task What_a_tie_says_can_be_chosen(string ties, string method, string? term)
    {
        var study = await RoundRobin();

        var report = (await study.Get($"reports/leaderboard?ties={ties}")).Ok();

        Assert.Equal(ties, (string)report["ties"]!);
        var group = Assert.Single(report["groups"].AsArray())!;
        Assert.All(group["items"]!.AsArray(), i => Assert.Equal(method, (string)i!["strength"]!["method"]!));
        Assert.Equal([term == "nu", term == "theta"], new[] { group["nu"], group["theta"] }.Select(x => x is not null));
    }

    [Fact]
    public async Task Models_that_met_through_one_other_have_no_ranks_until_they_are_asked_for()
    {
        var study = await TestStudy.CreateAsync(_server, design: new { kind = "focal", focal = "demo-f" });
        (await study.Import(TestStudy.Prompts(4, "demo-f", "demo-1", "demo-2"))).Ok();
        (await study.Import(string.Join('\n', Enumerable.Range(1, 4).SelectMany(p => Enumerable.Range(1, 3).SelectMany(r => new[]
        {
            ImportingFiles.Judgment($"p00{p}", "demo-f", "demo-1", $"r{r}", (p + r) % 3 == 0 ? "b" : "a"),
            ImportingFiles.Judgment($"p00{p}", "demo-f", "demo-2", $"r{r}", (p + r) % 4 == 0 ? "b" : "a"),
        }))))).Ok();

        var hidden = Assert.Single((await study.Get("reports/leaderboard")).Ok()["groups"].AsArray())!;
        var shown = Assert.Single((await study.Get("reports/leaderboard?transitive=true")).Ok()["groups"].AsArray())!;

        Assert.Equal(("hidden", "demo-f"), ((string)hidden["ranks"]!, (string)hidden["centre"]!));
        Assert.All(hidden["items"]!.AsArray(), i => Assert.Null(i!["rank"]));
        Assert.Equal("transitive", (string)shown["ranks"]!);
        // So do pairs of those who never met.
        Assert.Equal(2, Assert.Single((await study.Get("reports/leaderboard?pairs=true")).Ok()["groups"].AsArray())!["pairs"]!.AsArray().Count);
        Assert.Equal(3, Assert.Single((await study.Get("reports/leaderboard?pairs=true&transitive=true")).Ok()["groups"].AsArray())!["pairs"]!.AsArray().Count);
        Assert.Equal(3, shown["items"]!.AsArray().Select(i => (int)i!["rank"]!).Distinct().Count());
    }

    [Fact]
    public async Task Models_are_compared_two_by_two_where_that_is_asked()
    {
        var study = await RoundRobin();

        Assert.Null(Assert.Single((await study.Get("reports/leaderboard")).Ok()["groups"].AsArray())!["pairs"]);
        var group = Assert.Single((await study.Get("reports/leaderboard?pairs=true")).Ok()["groups"].AsArray())!;

        var pairs = group["pairs"]!.AsArray();
        Assert.Equal(["demo-a over demo-b", "demo-a over demo-c", "demo-b over demo-c"], pairs.Select(p => $"{p!["model"]} over {p["other"]}").Order());
        Assert.Equal((int)group["n"]!, pairs.Sum(p => (int)p!["n"]!));
        foreach (var pair in pairs)
        {
            double Strength(string model) => (double)group["items"]!.AsArray().Single(i => (string)i!["model"]! == (string)pair![model]!)!["strength"]!["estimate"]!;
            Assert.Equal(Strength("model") - Strength("other"), (double)pair!["difference"]!["estimate"]!, 1e-9);
            Assert.True((double)pair["win_rate"]!["estimate"]! > 0.5);
            Assert.True((double)pair["p_holm"]! >= (double)pair["difference"]!["p"]!);
        }
    }

    [Fact]
    public async Task Nothing_judged_and_ties_alone_rank_nobody()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(2, "demo-a", "demo-b"))).Ok();
        Assert.Empty((await study.Get("reports/leaderboard")).Ok()["groups"].AsArray());
        Assert.Equal(0, (int)(await study.Get("reports/position")).Ok()["n"]!);
        Assert.Empty((await study.Get("reports/length")).Ok()["items"].AsArray());
        Assert.Empty((await study.Get("reports/raters")).Ok()["items"].AsArray());

        (await study.Import(string.Join('\n', new[] { "r1", "r2" }.Select(r => ImportingFiles.Judgment("p001", "demo-a", "demo-b", r, "tie"))))).Ok();

        var group = Assert.Single((await study.Get("reports/leaderboard")).Ok()["groups"].AsArray())!;
        Assert.Equal(("no_decisive", "none"), ((string)group["status"]!, (string)group["ranks"]!));
        Assert.All(group["items"]!.AsArray(), i => Assert.Null(i!["rank"]));
    }

    [Fact]
    public async Task A_rater_who_takes_the_left_is_seen_in_position_and_among_the_raters()
    {
        var study = await TestStudy.OpenAsync(_server, 12, ["demo-a", "demo-b"], overlap: 2);
        var lefty = await study.Invite("lefty");
        for (var n = 0; n < 12; n++) (await lefty.Vote((string)Assert.Single(await lefty.Assignments(1))["assignment"]!, "left")).Ok();
        var even = await study.Invite("even");
        for (var n = 0; n < 8; n++) (await even.Vote((string)Assert.Single(await even.Assignments(1))["assignment"]!, n % 2 == 0 ? "left" : "right")).Ok();

        var position = (await study.Get("reports/position")).Ok();
        var raters = (await study.Get("reports/raters")).Ok();

        Assert.Equal((20, 0, 16, 4), ((int)position["n"]!, (int)position["side_unknown"]!, (int)position["left_wins"]!, (int)position["right_wins"]!));
        Assert.Equal(0.8, (double)position["left_share"]!["estimate"]!, 1e-12);
        Assert.Equal("these_raters", (string)position["scopes"]["these_raters"]!["scope"]!);
        Assert.Equal(0.0118, (double)position["sign_test"]!["p"]!, 1e-4);
        var rows = position["items"].AsArray().ToDictionary(i => (string)i!["rater"]!, i => i!);
        Assert.Equal((12, 0), ((int)rows["lefty"]["left_wins"]!, (int)rows["lefty"]["right_wins"]!));
        Assert.True((double)rows["lefty"]["p_adjusted"]! < 0.01 && (double)rows["even"]["p_adjusted"]! > 0.5);
        Assert.Equal(["demo-a", "demo-b"], Assert.Single(position["orders"].AsArray())!["models"]!.AsArray().Select(m => (string)m!));
        var items = raters["items"].AsArray().ToDictionary(i => (string)i!["rater"]!, i => i!);
        Assert.Equal("leans_to_one_side", (string)Assert.Single(items["lefty"]["flags"]!.AsArray())!);
        Assert.Empty(items["even"]["flags"]!.AsArray());
        Assert.Equal(5300, (double)items["even"]["median_ms"]!);
        Assert.Equal(8, (int)items["even"]["agreement"]!["n"]!);
        var headline = Assert.Single(raters["without_flagged"].AsArray())!;
        Assert.Equal((20, 8), ((int)headline["win_rate"]!["n"]!, (int)headline["win_rate_without_flagged"]!["n"]!));
    }

    [Fact]
    public async Task Known_verdicts_tell_on_raters_and_are_no_evidence()
    {
        var study = await TestStudy.CreateAsync(_server, design: new { kind = "listed" });
        (await study.Import(TestStudy.Prompts(3, "demo-a", "demo-b"))).Ok();
        (await study.Import("""
            {"prompt_id":"p001","model_a":"demo-a","model_b":"demo-b","role":"gold","winner":"a","reason":"the other is false"}
            {"prompt_id":"p002","model_a":"demo-a","model_b":"demo-b"}
            """)).Ok();
        (await study.Import(string.Join('\n', ImportingFiles.Judgment("p001", "demo-a", "demo-b", "r1", "a"), ImportingFiles.Judgment("p001", "demo-a", "demo-b", "r2", "b"),
            ImportingFiles.Judgment("p002", "demo-a", "demo-b", "r1", "a")))).Ok();

        var items = (await study.Get("reports/raters")).Ok()["items"].AsArray().ToDictionary(i => (string)i!["rater"]!, i => i!);

        Assert.Equal((1, 1, 1), ((int)items["r1"]["n"]!, (int)items["r1"]["gold"]!["n"]!, (int)items["r1"]["gold"]!["hits"]!));
        Assert.Equal((0, 1, 0), ((int)items["r2"]["n"]!, (int)items["r2"]["gold"]!["n"]!, (int)items["r2"]["gold"]!["hits"]!));
    }

    [Fact]
    public async Task Length_is_controlled_from_the_focal_models_side()
    {
        var study = await TestStudy.CreateAsync(_server, design: new { kind = "focal", focal = "demo-z" });
        (await study.Import(string.Join('\n', Enumerable.Range(1, 8).Select(p => TestStudy.Line(new
        {
            prompt_id = $"p{p}",
            prompt = $"问题{p}",
            answers = new Dictionary<string, string> { ["demo-a"] = new('短', 5 * p), ["demo-z"] = new('长', 40 - 3 * p) },
        }))))).Ok();
        (await study.Import(string.Join('\n', Enumerable.Range(1, 8).SelectMany(p => Enumerable.Range(1, 3)
            .Select(r => ImportingFiles.Judgment($"p{p}", "demo-a", "demo-z", $"r{r}", (p + r) % 4 == 0 ? "tie" : (p * r + r) % 3 == 0 ? "a" : "b")))))).Ok();

        var row = Assert.Single((await study.Get("reports/length")).Ok()["items"].AsArray())!;

        Assert.Equal(("demo-z", "demo-a", 24), ((string)row["model"]!, (string)row["baseline"]!, (int)row["n"]!));
        Assert.Equal(Enumerable.Range(1, 8).Average(p => 40 - 8.0 * p), (double)row["mean_difference"]!, 1e-9);
        var controlled = row["length_controlled_win_rate"]!;
        Assert.Equal("ok", (string)controlled["status"]!);
        Assert.True((double)controlled["lower"]! < (double)controlled["estimate"]! && (double)controlled["estimate"]! < (double)controlled["upper"]!);
        Assert.Equal((double)row["win_rate"]!["estimate"]!, (double)(await study.Get("reports/preference")).Ok()["items"][0]!["win_rate"]!["estimate"]!, 1e-12);
    }

    [Theory]
    [InlineData("leaderboard?tie=davidson", "tie")]
    [InlineData("leaderboard?ties=maybe", "ties")]
    [InlineData("leaderboard?confidence=2", "confidence")]
    [InlineData("position?unit=pair", "unit")]
    [InlineData("length?scope=all", "scope")]
    [InlineData("raters?at=99", "at")]
    [InlineData("raters?raters=robots", "raters")]
    public async Task A_question_that_no_report_answers_is_refused_by_name(string question, string field)
    {
        var study = await TestStudy.CreateAsync(_server);

        var reply = await study.Get("reports/" + question);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid-request"), (reply.Status, reply.Problem));
        Assert.Equal(field, (string)reply["errors"][0]!["field"]!);
    }

    [Fact]
    public async Task Each_is_for_researchers_says_the_same_at_its_number_and_is_known_by_its_tag()
    {
        var study = await TestStudy.OpenAsync(_server, 6, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        (await rater.Vote((string)(await rater.Assignments(1))[0]["assignment"]!, "left")).Ok();
        foreach (var report in new[] { "leaderboard", "position", "length", "raters" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await rater.Api.Get($"{study.Path}/reports/{report}")).Status);
            var then = (await study.Get($"reports/{report}")).Ok();
            (await rater.Vote((string)(await rater.Assignments(1))[0]["assignment"]!, "right")).Ok();
            var again = (await study.Get($"reports/{report}?at={then["sequence"]}")).Ok();
            Assert.True(JsonNode.DeepEquals(then.Json, again.Json), $"{then.Text} became {again.Text}");
            var known = await _server.Admin.Get($"{study.Path}/reports/{report}?at={then["sequence"]}", ("If-None-Match", again.Headers.ETag!.ToString()));
            Assert.Equal(HttpStatusCode.NotModified, known.Status);
        }
    }

    /// <summary>Three models, six prompts, three raters, all pairs; demo-a is better than demo-b than demo-c, mostly.</summary>
    private async Task<TestStudy> RoundRobin()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(6, "demo-a", "demo-b", "demo-c"))).Ok();
        (string A, string B)[] pairs = [("demo-a", "demo-b"), ("demo-a", "demo-c"), ("demo-b", "demo-c")];
        (await study.Import(string.Join('\n', from p in Enumerable.Range(1, 6)
                                              from r in Enumerable.Range(1, 3)
                                              from m in Enumerable.Range(0, 3)
                                              select ImportingFiles.Judgment($"p{p:000}", pairs[m].A, pairs[m].B, $"r{r}", ((p + 2 * r + m) % 5) switch { 0 => "b", 1 => "tie", _ => "a" })))).Ok();
        return study;
    }

    public sealed class OnSQLite(Server shared) : ReportingOnModelsAndRaters(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : ReportingOnModelsAndRaters(shared.Value), IClassFixture<PostgresServer>;
}
