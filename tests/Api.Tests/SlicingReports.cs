using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Preference reports of a part of the judgments: in slices, and under filters. The figures are counted by hand.</summary>
public abstract class SlicingReports(PrefEvalServer server)
{
    private const string Preference = "reports/preference";

    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task Slices_by_category_stand_beside_the_whole_and_add_up_to_it()
    {
        var study = await Compare(["demo-a", "demo-b"], [("p001", "r1", "a"), ("p001", "r2", "tie"), ("p002", "r1", "b"), ("p003", "r2", "a")]);

        var report = (await study.Get($"{Preference}?by=category")).Ok();

        var whole = Assert.Single(report["items"].AsArray())!;
        Assert.Null(whole["slice"]);
        Assert.Equal((4, 2, 1, 1), Counts(whole));
        var slices = Slices(report);
        Assert.Equal(["写作", "问答"], slices.Keys);
        Assert.Equal((1, 0, 0, 1), Counts(slices["写作"])); // p002
        Assert.Equal((3, 2, 1, 0), Counts(slices["问答"])); // p001, p003
        Assert.Equal(2.5 / 3, (double)slices["问答"]["win_rate"]!["estimate"]!, 1e-12);
        Assert.Equal(2.0 / 3, (double)slices["问答"]["net"]!["estimate"]!, 1e-12);
        Assert.All(slices.Values, row => Assert.Equal(("category", "demo-a", "demo-b"), ((string)row["slice"]!["by"]!, (string)row["model"]!, (string)row["baseline"]!)));
        Assert.All(slices.Values, row => Assert.NotNull(row["scopes"]!["these_raters"]!["win_or_good_tie"]!["status"]));
        foreach (var count in new[] { "planned", "to_come", "judged", "counted", "pairs", "complete", "incomplete" })
            Assert.Equal((int)whole["excluded"]![count]!, slices.Values.Sum(row => (int)row["excluded"]![count]!));
    }

    [Fact]
    public async Task A_slice_without_judgments_is_a_row_that_says_so()
    {
        var study = await Compare(["demo-a", "demo-b"], [("p001", "r1", "a"), ("p003", "r1", "a")]);

        var row = Slices((await study.Get($"{Preference}?by=category")).Ok())["写作"];

        Assert.Equal((0, "no_judgments"), ((int)row["n"]!, (string)row["win_rate"]!["status"]!));
        Assert.Null(row["win_rate"]!["estimate"]);
        Assert.Null(row["p_bh"]);
    }

    [Fact]
    public async Task Slices_by_tag_overlap_and_the_report_says_so()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(string.Join('\n', Tagged("p1", "math", "hard"), Tagged("p2", "math"), Tagged("p3")))).Ok();
        await Judge(study, "demo-a", "demo-b", [("p1", "r1", "a"), ("p2", "r1", "a"), ("p3", "r1", "b")]);

        var report = (await study.Get($"{Preference}?by=tag")).Ok();

        Assert.Contains("overlapping_slices", Warnings(report));
        var rows = report["slices"].AsArray();
        Assert.Equal(["hard", "math", null], rows.Select(row => (string?)row!["slice"]!["value"]));
        Assert.Equal([(1, 1), (2, 2), (1, 0)], rows.Select(row => ((int)row!["n"]!, (int)row["wins"]!)));
        Assert.Equal(3, (int)report["items"][0]!["n"]!);
    }

    [Fact]
    public async Task Baselines_that_share_an_attribute_are_pooled_judgment_by_judgment()
    {
        string[] models = ["demo-f", "demo-1", "demo-2", "demo-3"];
        var study = await Compare(models, [], focal: "demo-f");
        await SetAttributes(study, "demo-1", new { training_source = "zhihu" });
        await SetAttributes(study, "demo-2", new { training_source = "zhihu" });
        await Judge(study, "demo-f", "demo-1", [("p001", "r1", "a"), ("p001", "r2", "a"), ("p002", "r1", "a")]);
        await Judge(study, "demo-f", "demo-2", [("p001", "r1", "b"), ("p003", "r3", "tie")]);
        await Judge(study, "demo-f", "demo-3", [("p001", "r1", "b")]);

        var report = (await study.Get($"{Preference}?by=baseline:training_source")).Ok();

        var rows = report["slices"].AsArray();
        Assert.Equal(["zhihu", null], rows.Select(row => (string?)row!["slice"]!["value"]));
        var pool = rows[0]!;
        Assert.Equal(("demo-f", "demo-1 + demo-2"), ((string)pool["model"]!, (string)pool["baseline"]!));
        Assert.Equal(["demo-1", "demo-2"], pool["slice"]!["pooled"]!.AsArray().Select(name => (string)name!));
        Assert.Equal((5, 3, 1, 1), Counts(pool));
        Assert.Equal(3.5 / 5, (double)pool["win_rate"]!["estimate"]!, 1e-12);
        Assert.Equal((3, 3), ((int)pool["win_rate"]!["prompts"]!, (int)pool["win_rate"]!["raters"]!)); // a prompt and a rater are one cluster across both
        Assert.Equal((1, 0), ((int)rows[1]!["n"]!, (int)rows[1]!["wins"]!));
        Assert.Equal(3, report["items"].AsArray().Count);
    }

    [Fact]
    public async Task Without_a_focal_model_each_model_meets_every_pool_from_its_own_side()
    {
        var study = await Compare(["demo-a", "demo-b", "demo-c"], []);
        await SetAttributes(study, "demo-a", new { size = "6b" });
        await SetAttributes(study, "demo-b", new { size = "6b" });
        await SetAttributes(study, "demo-c", new { size = "72b" });
        await Judge(study, "demo-a", "demo-b", [("p001", "r1", "a")]);
        await Judge(study, "demo-a", "demo-c", [("p001", "r1", "b")]);
        await Judge(study, "demo-b", "demo-c", [("p002", "r1", "b"), ("p003", "r1", "b")]);

        var rows = (await study.Get($"{Preference}?by=model:size")).Ok()["slices"].AsArray();

        Assert.Equal(
            [("demo-b", "demo-a", "6b", 1, 0), ("demo-c", "demo-a", "72b", 1, 1), ("demo-a", "demo-b", "6b", 1, 1), ("demo-c", "demo-b", "72b", 2, 2), ("demo-a + demo-b", "demo-c", "6b", 3, 0)],
            rows.Select(row => ((string)row!["model"]!, (string)row["baseline"]!, (string)row["slice"]!["value"]!, (int)row["n"]!, (int)row["wins"]!)));
    }

    [Fact]
    public async Task A_report_of_an_earlier_number_slices_by_the_attributes_of_then()
    {
        var study = await Compare(["demo-a", "demo-b"], [("p001", "r1", "a")], focal: "demo-a");
        await SetAttributes(study, "demo-b", new { size = "6b" });
        var then = (await study.Get($"{Preference}?by=baseline:size")).Ok();
        Assert.Equal("6b", Assert.Single(Slices(then).Keys));

        await SetAttributes(study, "demo-b", new { size = "7b" });
        await SetAttributes(study, "demo-b", new { size = "8b" });

        var again = (await study.Get($"{Preference}?by=baseline:size&at={then["sequence"]}")).Ok();
        Assert.True(JsonNode.DeepEquals(then["slices"], again["slices"]));
        Assert.Equal((string?)then["hash"], (string?)again["hash"]);
        Assert.Equal("8b", Assert.Single(Slices((await study.Get($"{Preference}?by=baseline:size")).Ok()).Keys));
        var attributes = (await study.Get("models")).Ok()["items"].AsArray().Single(m => (string)m!["name"]! == "demo-b")!["attributes"]!;
        Assert.Equal("8b", (string)attributes["size"]!);
    }

    [Fact]
    public async Task Slices_by_rater_wave_language_and_length_hold_the_judgments_that_they_name()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 2);
        (await study.Import(string.Join('\n', Prompt("p1", "短", "zh-CN"), Prompt("p2", "一个长一点的问题", "zh-CN"), Prompt("p3", "short", "en"), Prompt("p4", "a somewhat longer question", null)))).Ok();
        await Judge(study, "demo-a", "demo-b", [("p1", "ann", "a"), ("p2", "ann", "b"), ("p3", "bob", "a"), ("p4", "bob", "a"), ("p4", "ann", "tie")]);

        Assert.Equal([("ann", 3, 1), ("bob", 2, 2)], await By("rater"));
        Assert.Equal([("1", 5, 3)], await By("wave"));
        Assert.Equal([("en", 1, 1), ("zh-CN", 2, 1), (null, 2, 1)], await By("language"));
        Assert.Equal([("1", 1, 1), ("5", 1, 1), ("8", 1, 0), ("26", 2, 1)], await By("prompt_length"));
        var ann = Slices((await study.Get($"{Preference}?by=rater")).Ok())["ann"];
        Assert.Equal("single_rater", (string)ann["win_rate"]!["status"]!);
        Assert.Equal((3, 3, 0, 3), ((int)ann["excluded"]!["planned"]!, (int)ann["excluded"]!["counted"]!, (int)ann["excluded"]!["to_come"]!, (int)ann["excluded"]!["pairs"]!));

        async Task<IEnumerable<(string?, int, int)>> By(string by) =>
            (await study.Get($"{Preference}?by={by}")).Ok()["slices"].AsArray().Select(row => ((string?)row!["slice"]!["value"], (int)row["n"]!, (int)row["wins"]!));
    }

    [Fact]
    public async Task P_values_of_slices_are_screened_and_the_family_keeps_its_own()
    {
        var study = await Compare(["demo-a", "demo-b"], [.. from n in Enumerable.Range(1, 12) from r in Enumerable.Range(1, 3) select ($"p{n:000}", $"r{r}", (n + r) % 4 == 0 || (n % 2 == 0 && r == 1) ? "b" : "a")], prompts: 12);

        var plain = (await study.Get(Preference)).Ok();
        var sliced = (await study.Get($"{Preference}?by=category")).Ok();

        Assert.True(JsonNode.DeepEquals(plain["items"], sliced["items"]));
        Assert.Empty(plain["slices"].AsArray());
        var p = sliced["slices"].AsArray().Select(row => (double)row!["win_rate"]!["p"]!).ToList();
        Assert.Equal(2, p.Count);
        double small = p.Min(), large = p.Max();
        Assert.Equal([Math.Min(2 * small, large), large], sliced["slices"].AsArray().OrderBy(row => (double)row!["win_rate"]!["p"]!).Select(row => (double)row!["p_bh"]!));
        Assert.All(sliced["slices"].AsArray(), row => Assert.Null(row!["p_holm"]));
        Assert.Null(plain["items"][0]!["p_bh"]);
    }

    [Fact]
    public async Task A_filter_is_named_and_makes_the_report_a_sensitivity_analysis()
    {
        var study = await Compare(["demo-a", "demo-b"], [("p001", "r1", "a"), ("p002", "r1", "b"), ("p003", "r2", "a")]);
        Assert.Equal("primary", (string)(await study.Get(Preference)).Ok()["analysis"]!);

        var report = (await study.Get($"{Preference}?category=问答&language=zh-CN&wave=1&raters=human")).Ok();

        Assert.Equal("sensitivity", (string)report["analysis"]!);
        Assert.Equal(("问答", "zh-CN", 1, "human"), ((string)report["filter"]!["category"]!, (string)report["filter"]!["language"]!, (int)report["filter"]!["wave"]!, (string)report["filter"]!["raters"]!));
        Assert.Null(report["filter"]!["tag"]);
        var row = report["items"][0]!;
        Assert.Equal((2, 2), ((int)row["n"]!, (int)row["wins"]!));
        Assert.Equal((3, 0, 3, 2, 9), Pairs(row["excluded"]!)); // p001, p003 and p005, each to be judged three times

        static (int, int, int, int, int) Pairs(JsonNode row) => ((int)row["pairs"]!, (int)row["complete"]!, (int)row["incomplete"]!, (int)row["judged"]!, (int)row["planned"]!);
    }

    [Theory]
    [InlineData("?by=colour", "by")]
    [InlineData("?by=model:colour", "by")]
    [InlineData("?by=rater&unit=pair", "by")]
    [InlineData("?category=colour", "category")]
    [InlineData("?tag=colour", "tag")]
    [InlineData("?language=fr", "language")]
    [InlineData("?wave=2", "wave")]
    [InlineData("?raters=robots", "raters")]
    public async Task What_no_judgment_can_have_is_refused_by_name(string query, string field)
    {
        var study = await Compare(["demo-a", "demo-b"], [("p001", "r1", "a")]);

        var refused = await study.Get(Preference + query);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid-request"), (refused.Status, refused.Problem));
        Assert.Equal([field], refused["errors"].AsArray().Select(e => (string)e!["field"]!));
    }

    [Fact]
    public async Task More_rows_than_anybody_reads_are_refused_with_a_way_out()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        var tags = Enumerable.Range(0, 340).Select(n => $"tag{n}").ToArray();
        (await study.Import(string.Join('\n', tags.Chunk(85).Select((some, n) => TestStudy.Line(new { prompt_id = $"p{n}", prompt = $"问题{n}", tags = some, answers = new Dictionary<string, string> { ["demo-a"] = $"甲{n}", ["demo-b"] = $"乙{n}", ["demo-c"] = $"丙{n}" } }))))).Ok();
        (await study.Change(new { state = "open" })).Ok();

        var refused = await study.Get($"{Preference}?by=tag");

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("1,020 rows", (string)refused["errors"][0]!["message"]!, StringComparison.Ordinal);
        Assert.Equal(340, (await study.Get($"{Preference}?by=tag&model=demo-a&baseline=demo-b")).Ok()["slices"].AsArray().Count);
    }

    /// <summary>An open study of six prompts (问答, 写作, 问答, ...) with judgments of the first two models.</summary>
    private async Task<TestStudy> Compare(string[] models, (string Prompt, string Rater, string Winner)[] judgments, string? focal = null, int prompts = 6)
    {
        var study = await TestStudy.OpenAsync(_server, prompts, models, design: focal is null ? null : new { kind = "focal", focal });
        await Judge(study, models[0], models[1], judgments);
        return study;
    }

    private static async Task Judge(TestStudy study, string a, string b, (string Prompt, string Rater, string Winner)[] judgments)
    {
        if (judgments.Length > 0) (await study.Import(string.Join('\n', judgments.Select(j => ImportingFiles.Judgment(j.Prompt, a, b, j.Rater, j.Winner))))).Ok();
    }

    private async Task SetAttributes(TestStudy study, string model, object attributes)
    {
        var id = (string)(await study.Get("models")).Ok()["items"].AsArray().Single(m => (string)m!["name"]! == model)!["model"]!;
        (await _server.Admin.Patch($"{study.Path}/models/{id}", new { attributes })).Ok();
    }

    private static string Tagged(string prompt, params string[] tags) =>
        TestStudy.Line(new { prompt_id = prompt, prompt = $"问题{prompt}", tags, answers = new Dictionary<string, string> { ["demo-a"] = "甲" + prompt, ["demo-b"] = "乙" + prompt } });

    private static string Prompt(string id, string text, string? language) =>
        TestStudy.Line(new { prompt_id = id, prompt = text, language, answers = new Dictionary<string, string> { ["demo-a"] = "甲" + id, ["demo-b"] = "乙" + id } });

    private static Dictionary<string, JsonNode> Slices(Reply report) => report["slices"].AsArray().ToDictionary(row => (string?)row!["slice"]!["value"] ?? "", row => row!);

    private static (int N, int Wins, int Ties, int Losses) Counts(JsonNode row) => ((int)row["n"]!, (int)row["wins"]!, (int)row["ties"]!, (int)row["losses"]!);

    private static IEnumerable<string> Warnings(Reply report) => report["warnings"].AsArray().Select(w => (string)w!["code"]!);

    public sealed class OnSQLite(Server shared) : SlicingReports(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : SlicingReports(shared.Value), IClassFixture<PostgresServer>;
}
