using System.Net;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Slices by where prompts come from, by how much longer an answer is, by groups of raters; and trends over the sizes of models.</summary>
public abstract class SlicingByLengthGroupAndSize(PrefEvalServer server)
{
    private const string Preference = "reports/preference";

    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task Sources_are_the_tags_that_say_so_and_any_such_beginning_will_do()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(string.Join('\n', Row("p1", 1, 1, "source:exam", "task:physics"), Row("p2", 1, 1, "source:zhihu", "task:physics"), Row("p3", 1, 1, "hard")))).Ok();
        await Judge(study, ("p1", "r1", "a"), ("p2", "r1", "b"), ("p3", "r1", "b"));

        var report = (await study.Get($"{Preference}?by=source")).Ok();

        Assert.Equal([("exam", 1, 1), ("zhihu", 1, 0), (null, 1, 0)], Values(report));
        Assert.DoesNotContain("overlapping_slices", report["warnings"].AsArray().Select(w => (string)w!["code"]!));
        Assert.Equal([("physics", 2, 1), (null, 1, 0)], Values((await study.Get($"{Preference}?by=tag:task")).Ok()));
        Assert.Equal([(null, 3, 1)], Values((await study.Get($"{Preference}?by=tag:nothing")).Ok()));
        Assert.Equal("by", (string)(await study.Get($"{Preference}?by=tag:"))["errors"][0]!["field"]!);
    }

    [Fact]
    public async Task Answers_are_sliced_by_how_much_longer_the_models_is_as_it_was_shown_then()
    {
        var study = await TestStudy.CreateAsync(_server, design: new { kind = "focal", focal = "demo-b" }, overlap: 1);
        (await study.Import(string.Join('\n', Row("p1", 30, 10), Row("p2", 25, 15), Row("p3", 15, 25), Row("p4", 10, 30)))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        await Judge(study, ("p1", "r1", "a"), ("p2", "r1", "a"), ("p3", "r1", "b"), ("p4", "r1", "b"));

        var report = (await study.Get($"{Preference}?by=answer_length")).Ok();

        // demo-b is the model: it wins where it is longer.
        Assert.Equal([("-20", 1, 0), ("-10", 1, 0), ("10", 1, 1), ("20", 1, 1)], Values(report));
        Assert.Equal([("-20", 1, 0), ("-10", 1, 0), ("10", 1, 1), ("20", 1, 1)], Values((await study.Get($"{Preference}?by=answer_length&model=demo-a")).Ok()));

        (await _server.Admin.Upload($"{study.Path}/imports?confirm=true&on_change=replace", System.Text.Encoding.UTF8.GetBytes(Row("p4", 10, 12)))).Ok();
        var then = (long)report["sequence"]!;
        Assert.Equal("-20", Values((await study.Get($"{Preference}?by=answer_length&at={then}")).Ok())[0].Value);
        Assert.DoesNotContain("20", Values((await study.Get($"{Preference}?by=answer_length")).Ok()).Select(v => v.Value));
    }

    [Fact]
    public async Task Quarters_of_many_differences_are_ranges()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(string.Join('\n', Enumerable.Range(0, 8).Select(n => Row($"p{n}", 10 + n, 13))))).Ok();
        await Judge(study, [.. Enumerable.Range(0, 8).Select(n => ($"p{n}", "r1", n < 4 ? "b" : "a"))]);

        Assert.Equal([("-3 to -2", 2, 0), ("-1 to 0", 2, 0), ("1 to 2", 2, 2), ("3 to 4", 2, 2)], Values((await study.Get($"{Preference}?by=answer_length")).Ok()));
        var judges = (await study.Get("reports/judges?by=answer_length")).Ok();
        Assert.Equal(["-3 to -2", "-1 to 0", "1 to 2", "3 to 4"], judges["slices"].AsArray().Select(row => (string)row!["slice"]!["value"]!));
    }

    [Fact]
    public async Task Groups_of_raters_are_slices_and_a_change_of_group_is_another_report()
    {
        var study = await TestStudy.OpenAsync(_server, 4, ["demo-a", "demo-b"], overlap: 3);
        var experts = (await _server.Admin.Post($"{study.Path}/raters", new { names = "e1\ne2", group = "experts" })).Ok()["items"].AsArray();
        await Judge(study, ("p001", "e1", "a"), ("p001", "e2", "a"), ("p002", "e1", "tie"), ("p001", "r1", "b"));

        var report = (await study.Get($"{Preference}?by=rater_group")).Ok();

        Assert.Equal([("experts", 3, 2), (null, 1, 0)], Values(report));
        Assert.Equal((2, 0), ((int)report["slices"][0]!["excluded"]!["pairs"]!, (int)report["slices"][0]!["excluded"]!["to_come"]!));
        (await _server.Admin.Patch($"{study.Path}/raters/{experts[1]!["rater"]}", new { group = "students" })).Ok();
        var after = await _server.Admin.Get($"{study.Path}/{Preference}?by=rater_group", ("If-None-Match", report.Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.OK, after.Status);
        Assert.Equal([("experts", 2, 1), ("students", 1, 1), (null, 1, 0)], Values(after));
        Assert.NotEqual((string)report["hash"]!, (string)after["hash"]!);
        Assert.NotEqual((string)report["data_hash"]!, (string)after["data_hash"]!);
        Assert.Equal(report.Text, (await study.Get($"{Preference}?by=rater_group&at={report["sequence"]}")).Ok().Text);
        Assert.Equal("by", (string)(await study.Get($"{Preference}?by=rater_group&unit=pair"))["errors"][0]!["field"]!);
    }

    [Fact]
    public async Task The_win_rate_against_ever_larger_baselines_has_a_trend()
    {
        // Odds of a win 2, 1 and 1/2 against 7B, 14B and 28B: a doubling halves them.
        string[] models = ["demo-f", "demo-7", "demo-14", "demo-28", "demo-x"];
        var study = await TestStudy.OpenAsync(_server, 12, models, design: new { kind = "focal", focal = "demo-f" }, overlap: 1);
        foreach (var (model, size) in new[] { ("demo-7", "7B"), ("demo-14", "14e9"), ("demo-28", "280亿"), ("demo-x", "unknown") }) await SetAttributes(study, model, new { parameters = size });
        foreach (var (model, wins) in new[] { ("demo-7", 8), ("demo-14", 6), ("demo-28", 4), ("demo-x", 5) })
            (await study.Import(string.Join('\n', Enumerable.Range(1, 12).Select(p => ImportingFiles.Judgment($"p{p:000}", "demo-f", model, $"r{p % 5}", p <= wins ? "a" : "b"))))).Ok();

        var report = (await study.Get($"{Preference}?by=baseline:parameters&scope=these_raters")).Ok();

        var trend = Assert.Single(report["trends"].AsArray())!;
        Assert.Equal(("demo-f", true, 36), ((string)trend["model"]!, trend["baseline"] is null, (int)trend["n"]!));
        Assert.Equal([7e9, 14e9, 28e9], trend["sizes"]!.AsArray().Select(s => (double)s!["size"]!));
        Assert.Equal(["demo-x"], trend["left_out"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(-Math.Log(2), (double)trend["slope"]!["estimate"]!, 1e-9);
        Assert.Equal(0.5, (double)trend["odds_ratio"]!, 1e-9);
        Assert.Equal((2 / 3.0, 1 / 3.0), ((double)trend["win_rate_at_smallest"]!, (double)trend["win_rate_at_largest"]!), (x, y) => Math.Abs(x.Item1 - y.Item1) + Math.Abs(x.Item2 - y.Item2) < 1e-9);
        Assert.Equal(("quasi_logit_prompt_t", "ok", 12), ((string)trend["slope"]!["method"]!, (string)trend["slope"]!["status"]!, (int)trend["slope"]!["prompts"]!));
        Assert.True((double)trend["odds_ratio_lower"]! < 0.5 && (double)trend["odds_ratio_upper"]! > 0.5);
        Assert.Equal("quasi_logit_two_way_t", (string)trend["scopes"]!["raters_like_these"]!["method"]!);
        Assert.Contains("36 judgments at 3 sizes", (string)trend["fitted"]!, StringComparison.Ordinal);

        // From the other side, with two sizes, and with an attribute that is no size.
        var turned = (await study.Get($"{Preference}?by=model:parameters&baseline=demo-f&scope=these_raters")).Ok()["trends"][0]!;
        Assert.Equal(("demo-f", Math.Log(2)), ((string)turned["baseline"]!, (double)turned["slope"]!["estimate"]!), (x, y) => x.Item1 == y.Item1 && Math.Abs(x.Item2 - y.Item2) < 1e-9);
        await SetAttributes(study, "demo-28", new { parameters = "large", source = "exam" });
        var few = (await study.Get($"{Preference}?by=baseline:parameters")).Ok()["trends"][0]!;
        Assert.Equal(("few_sizes", true), ((string)few["slope"]!["status"]!, few["odds_ratio"] is null));
        Assert.Empty((await study.Get($"{Preference}?by=baseline:source")).Ok()["trends"].AsArray());
    }

    [Fact]
    public async Task Gold_counts_for_a_rater_where_the_filter_lets_it()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 2);
        (await study.Import(TestStudy.Prompts(4, "demo-a", "demo-b"))).Ok();
        (await study.Import(string.Join('\n', new[] { ("p001", "a"), ("p002", "b") }.Select(g => TestStudy.Line(new { prompt_id = g.Item1, model_a = "demo-a", model_b = "demo-b", role = "gold", winner = g.Item2 }))))).Ok();
        await Judge(study, ("p001", "r1", "a"), ("p002", "r1", "a"), ("p003", "r1", "a"));

        Assert.Equal((2, 1), await Gold(""));
        Assert.Equal((1, 1), await Gold("?category=问答"));
        Assert.Equal((1, 0), await Gold("?category=写作"));

        async Task<(int, int)> Gold(string filter) =>
            (await study.Get("reports/raters" + filter)).Ok()["items"][0]!["gold"]! is var gold ? ((int)gold["n"]!, (int)gold["hits"]!) : default;
    }

    private static string Row(string prompt, int charactersA, int charactersB, params string[] tags) => TestStudy.Line(new
    {
        prompt_id = prompt,
        prompt = "问题" + prompt,
        tags,
        answers = new Dictionary<string, string> { ["demo-a"] = new('甲', charactersA), ["demo-b"] = new('乙', charactersB) },
    });

    private static async Task Judge(TestStudy study, params (string Prompt, string Rater, string Winner)[] judgments) =>
        (await study.Import(string.Join('\n', judgments.Select(j => ImportingFiles.Judgment(j.Prompt, "demo-a", "demo-b", j.Rater, j.Winner))))).Ok();

    private async Task SetAttributes(TestStudy study, string model, object attributes)
    {
        var id = (string)(await study.Get("models")).Ok()["items"].AsArray().Single(m => (string)m!["name"]! == model)!["model"]!;
        (await _server.Admin.Patch($"{study.Path}/models/{id}", new { attributes })).Ok();
    }

    private static List<(string? Value, int N, int Wins)> Values(Reply report) =>
        [.. report["slices"].AsArray().Select(row => ((string?)row!["slice"]!["value"], (int)row["n"]!, (int)row["wins"]!))];

    public sealed class OnSQLite(Server shared) : SlicingByLengthGroupAndSize(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : SlicingByLengthGroupAndSize(shared.Value), IClassFixture<PostgresServer>;
}
