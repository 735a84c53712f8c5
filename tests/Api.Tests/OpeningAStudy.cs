using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public abstract class OpeningAStudy(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task A_focal_design_compares_the_focal_model_with_each_other_one()
    {
        var study = await TestStudy.OpenAsync(_server, 4, ["demo-a", "demo-b", "demo-c"], design: new { kind = "focal", focal = "demo-b" });

        var rows = (await study.Get("reports/preference")).Ok()["items"].AsArray();

        Assert.Equal([("demo-b", "demo-a"), ("demo-b", "demo-c")], rows.Select(r => ((string)r!["model"]!, (string)r["baseline"]!)));
        Assert.Equal(8, (await study.Get("pairs")).Ok()["items"].AsArray().Count);
    }

    [Fact]
    public async Task A_round_robin_compares_all_with_all()
    {
        var study = await TestStudy.OpenAsync(_server, 4, ["demo-a", "demo-b", "demo-c"]);
        Assert.Equal(12, (await study.Get("pairs")).Ok()["items"].AsArray().Count);
    }

    [Fact]
    public async Task A_listed_design_serves_the_pairs_of_the_file_with_their_own_overlap()
    {
        var study = await TestStudy.CreateAsync(_server, design: new { kind = "listed" });
        (await study.Import(TestStudy.Prompts(3, "demo-a", "demo-b", "demo-c"))).Ok();
        (await study.Import("""
            {"prompt_id":"p001","model_a":"demo-a","model_b":"demo-c"}
            {"prompt_id":"p003","model_a":"demo-c","model_b":"demo-b","overlap":1}
            """)).Ok();
        (await study.Change(new { state = "open" })).Ok();

        var pairs = (await study.Get("pairs")).Ok()["items"].AsArray();

        Assert.Equal([("p001", 3), ("p003", 1)], pairs.Select(p => ((string)p!["prompt_id"]!, (int)p["overlap"]!)));
        Assert.Equal(2, (await (await study.Invite("r1")).Assignments(10)).Count);
    }

    [Theory]
    [InlineData("focal")]
    [InlineData("round_robin")]
    [InlineData("listed")]
    public async Task A_draft_shows_its_pairs_as_raters_will_see_them_masked_and_without_a_name(string kind)
    {
        var study = await TestStudy.CreateAsync(_server, design: new { kind, focal = kind == "focal" ? "demo-b" : null });
        Assert.Equal(HttpStatusCode.NotFound, (await study.Get("preview")).Status);
        (await study.Import("""
            {"prompt_id":"p1","prompt":"题目一","answers":{"demo-a":"甲","demo-b":"乙","demo-c":"乙"}}
            {"prompt_id":"p2","prompt":"题目二","answers":{"demo-a":"丙","demo-c":"丁"}}
            {"prompt_id":"p3","prompt":"题目三","answers":{"demo-a":"相同","demo-b":"相同","demo-c":"相同"}}
            """)).Ok();
        if (kind == "listed") (await study.Import("""{"prompt_id":"p2","model_a":"demo-a","model_b":"demo-c"}""")).Ok();

        var seen = new List<string>();
        string? cursor = "";
        for (; cursor is not null; cursor = (string?)JsonNode.Parse(seen[^1])!["next_cursor"])
            seen.Add((await study.Get(cursor == "" ? "preview" : "preview?cursor=" + cursor)).Ok().Text);
        var texts = seen.Select(each => JsonNode.Parse(each)!).Select(pair => string.Concat(new[] { "left", "right" }.Select(side => (string)pair[side]![0]!["content"]!).Order(StringComparer.Ordinal))).ToList();

        // What is equal to the letter is no pair to look at, and what the design does not compare is not shown.
        Assert.Equal(kind switch { "focal" => ["乙甲"], "listed" => ["丁丙"], _ => ["乙甲", "丁丙"] }, texts);
        Assert.All(seen, each => Assert.DoesNotContain("demo", each, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_prefix_of_the_order_is_balanced_by_pair_of_models_and_category()
    {
        var study = await TestStudy.OpenAsync(_server, 40, ["demo-a", "demo-b", "demo-c", "demo-d"], design: new { kind = "focal", focal = "demo-a" });
        var pairs = (await study.Get("pairs?limit=1000")).Ok()["items"].AsArray().OrderBy(p => (long)p!["position"]!).ToList();

        Assert.Equal(Enumerable.Range(1, 120).Select(n => (long)n), pairs.Select(p => (long)p!["position"]!));
        for (var prefix = 6; prefix <= 120; prefix += 6)
        {
            foreach (var stratum in pairs.Take(prefix).GroupBy(p => ((string)p!["model_b"]!, Category((string)p["prompt_id"]!))))
                Assert.InRange(stratum.Count(), (prefix / 6) - 3, (prefix / 6) + 3);
        }
        Assert.Equal(40, pairs.Take(40).Select(p => (string)p!["prompt_id"]!).Distinct().Count());

        static string Category(string prompt) => int.Parse(prompt[1..]) % 2 == 0 ? "写作" : "问答";
    }

    [Theory]
    [InlineData("""{"kind":"focal","focal":"demo-x"}""", "design.focal")]
    [InlineData("""{"kind":"listed"}""", "pairs")]
    public async Task What_is_missing_is_named(string design, string field)
    {
        var study = await TestStudy.CreateAsync(_server, JsonNode.Parse(design));
        (await study.Import(TestStudy.Prompts(2, "demo-a", "demo-b"))).Ok();

        var reply = await study.Change(new { state = "open" });

        Assert.Equal((HttpStatusCode.Conflict, "not-ready-to-open"), (reply.Status, reply.Problem));
        Assert.Equal(field, (string?)reply["errors"][0]!["field"]);
        Assert.Equal("draft", (string?)(await _server.Admin.Get(study.Path)).Ok()["state"]);
    }

    [Fact]
    public async Task An_empty_study_cannot_be_opened()
    {
        var study = await TestStudy.CreateAsync(_server);
        Assert.Equal("not-ready-to-open", (await study.Change(new { state = "open" })).Problem);
    }

    [Fact]
    public async Task The_design_stands_once_raters_may_have_judged()
    {
        var study = await TestStudy.OpenAsync(_server, 2, ["demo-a", "demo-b"]);

        var reply = await study.Change(new { overlap = 5 });

        Assert.Equal((HttpStatusCode.Conflict, "study-state"), (reply.Status, reply.Problem));
        Assert.Equal("overlap", (string?)reply["errors"][0]!["field"]);
        (await study.Change(new { title = "另一个标题" })).Ok();
    }

    [Fact]
    public async Task Closed_is_closed_but_for_an_admin()
    {
        var study = await TestStudy.OpenAsync(_server, 2, ["demo-a", "demo-b"]);
        var account = "owner-" + study.Id[..6];
        var researcher = _server.As((string)(await _server.Admin.Post("keys", new { account })).Ok()["secret"]!);
        (await _server.Admin.Post($"{study.Path}/members", new { account })).Ok();
        (await study.Change(new { state = "closed" })).Ok();

        Assert.Equal("study-state", (await researcher.Patch(study.Path, new { state = "open" })).Problem);
        Assert.Equal("open", (string?)(await study.Change(new { state = "open" })).Ok()["state"]);
    }

    [Fact]
    public async Task A_copy_takes_the_settings_and_a_draft_is_deleted_while_others_go_to_the_bin()
    {
        var study = await TestStudy.OpenAsync(_server, 2, ["demo-a", "demo-b"], overlap: 2);
        var copy = (await _server.Admin.Post("studies", new { name = "again", copy_of = study.Id })).Ok();
        Assert.Equal(("中文问答比较", "draft", 2), ((string)copy["title"]!, (string)copy["state"]!, (int)copy["overlap"]["base"]!));

        (await _server.Admin.Delete($"studies/{copy["study"]}")).Ok();
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Admin.Get($"studies/{copy["study"]}")).Status);

        (await _server.Admin.Delete(study.Path)).Ok();
        Assert.NotNull((await _server.Admin.Get(study.Path)).Ok().Json["deleted_at"]);
        (await _server.Admin.Post($"{study.Path}/restore", new { })).Ok();
        Assert.Null((await _server.Admin.Get(study.Path)).Ok().Json["deleted_at"]);
    }

    [Fact]
    public async Task An_external_id_is_given_once()
    {
        object study = new { name = "x", title = "x", question = "x", design = new { kind = "round_robin" }, external_id = Guid.NewGuid().ToString() };
        (await _server.Admin.Post("studies", study)).Ok();
        var second = await _server.Admin.Post("studies", study);
        Assert.Equal((HttpStatusCode.Conflict, "name-taken", "external_id"), (second.Status, second.Problem, (string)second["errors"][0]!["field"]!));
    }

    public sealed class OnSQLite(Server shared) : OpeningAStudy(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : OpeningAStudy(shared.Value), IClassFixture<PostgresServer>;
}
