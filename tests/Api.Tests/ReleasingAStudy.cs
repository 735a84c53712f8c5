using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The bundle to publish: it gives the same counts again, and tells nobody who judged.</summary>
public abstract class ReleasingAStudy(PrefEvalServer server)
{
    private static readonly string[] Raters = ["张三", "李四", "Wang Wu"];
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task A_bundle_that_is_imported_into_a_fresh_study_gives_the_same_counts()
    {
        var study = await Judged();
        var bundle = await Bundle(study);
        var again = await TestStudy.CreateAsync(_server);
        foreach (var file in new[] { "prompts.jsonl", "pairs.jsonl", "judgments.jsonl" }) (await again.Import(bundle[file])).Ok();

        await RoundTrips.SameReports(study, again, "preference", "preference?unit=pair", "preference?by=category");
        Assert.Equal((await study.Get("reports/agreement")).Ok()["krippendorff_alpha"].ToJsonString(), (await again.Get("reports/agreement")).Ok()["krippendorff_alpha"].ToJsonString());
        // What comes out of it is the same but for the raters' ids and the order that hangs on them.
        var third = await Bundle(again);
        foreach (var file in new[] { "prompts.jsonl", "pairs.jsonl" }) Assert.Equal(bundle[file], third[file]);
        Assert.Equal(WithoutRaters(bundle["judgments.jsonl"]), WithoutRaters(third["judgments.jsonl"]));
        Assert.Equal(WithoutRaters(bundle["judgments.jsonl"]), WithoutRaters((await Bundle(study))["judgments.jsonl"]));
    }

    [Fact]
    public async Task Nothing_in_it_tells_a_rater_and_two_bundles_share_no_id()
    {
        var study = await Judged();
        var (first, second) = (await Bundle(study), await Bundle(study));
        var ids = (await study.Get("raters")).Ok()["items"].AsArray().Select(rater => (string)rater!["rater"]!);
        string[] secrets = [.. Raters, .. ids, "看第三句", "事实错误", "校区一", "20:30", "5321"];
        foreach (var (file, text) in first)
            foreach (var secret in secrets) Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{file} holds {secret}");

        var (some, others) = (NewIds(first), NewIds(second));
        Assert.Equal((Raters.Length, Raters.Length), (some.Count, others.Count));
        Assert.Empty(some.Intersect(others));
        var rows = Rows(first["judgments.jsonl"]);
        // 20:30 in UTC is the next day in Shanghai.
        Assert.All(rows, row => Assert.Matches("^2026-01-0[3-9]T00:00:00\\+08:00$", (string)row["created_at"]!));
        Assert.All(rows, row => Assert.Equal(5000, (int)row["duration_ms"]!));
        Assert.Equal(["a", "b", "both_bad", "tie"], rows.Select(row => (string)row["winner"]!).Distinct().Order());
        Assert.Contains(first["pairs.jsonl"].Split('\n'), line => line.Contains("gold", StringComparison.Ordinal));
        // The judgments of one pair stand in the order of the new ids.
        foreach (var pair in rows.GroupBy(row => (string)row["prompt_id"]! + row["model_a"] + row["model_b"]))
            Assert.Equal(pair.Select(row => (string)row["rater"]!).Order(StringComparer.Ordinal), pair.Select(row => (string)row["rater"]!));
    }

    [Fact]
    public async Task The_readme_names_counts_licence_hash_and_number_and_the_preview_says_the_same()
    {
        var study = await Judged();
        var counts = (await study.Get("exports/release?count=true")).Ok();
        var report = (await study.Get("reports/preference")).Ok();
        var bundle = await Bundle(study, "?license=CC-BY-4.0");
        var readme = bundle["README.md"];
        Assert.Equal((Rows(bundle["judgments.jsonl"]).Count, Rows(bundle["prompts.jsonl"]).Count, Rows(bundle["pairs.jsonl"]).Count),
            ((int)counts["judgments"], (int)counts["prompts"], (int)counts["pairs"]));
        foreach (var said in new[] { "# 中文问答比较", "Licence: CC-BY-4.0", $"Sequence: {report["sequence"]}", $"Data hash: {report["data_hash"]}", $"{counts["answers"]} answers of 3 models", "3 raters", "Asia/Shanghai" })
            Assert.Contains(said, readme, StringComparison.Ordinal);
        Assert.Contains("Licence: not stated", (await Bundle(study))["README.md"], StringComparison.Ordinal);

        // As of an earlier number it knows nothing of what came later.
        var before = await Bundle(study, $"?at={report["sequence"]}");
        (await study.Import(TestStudy.Line(new { prompt_id = "p1", model_a = "demo-a", model_b = "demo-b", rater = "late", winner = "a" }))).Ok();
        var after = await Bundle(study, $"?at={report["sequence"]}");
        foreach (var file in new[] { "README.md", "prompts.jsonl", "pairs.jsonl" }) Assert.Equal(before[file], after[file]);
        Assert.Equal(WithoutRaters(before["judgments.jsonl"]), WithoutRaters(after["judgments.jsonl"]));

        var wrong = await study.Get("exports/release?at=999999&license=a%0Ab&raters=human");
        Assert.Equal((HttpStatusCode.BadRequest, "at license raters"), (wrong.Status, string.Join(' ', wrong["errors"].AsArray().Select(error => (string)error!["field"]!).Order())));
    }

    [Fact]
    public async Task A_study_that_nobody_judged_is_a_bundle_without_judgments()
    {
        var study = await TestStudy.CreateAsync(_server);
        var bundle = await Bundle(study);
        Assert.Equal(["README.md", "judgments.jsonl", "pairs.jsonl", "prompts.jsonl"], bundle.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("", bundle["judgments.jsonl"]);
    }

    /// <summary>Three raters with names, groups, comments, times and durations; a gold pair with its reason.</summary>
    private async Task<TestStudy> Judged()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(string.Join('\n', Enumerable.Range(1, 6).Select(p => TestStudy.Line(new
        {
            prompt_id = $"p{p}",
            prompt = $"问题{p}",
            category = p % 2 == 0 ? "写作" : "问答",
            answers = new Dictionary<string, string> { ["demo-a"] = $"甲{p}", ["demo-b"] = $"乙{p}", ["demo-c"] = $"丙{p}" },
        }))))).Ok();
        (await study.Import(TestStudy.Line(new { prompt_id = "p6", model_a = "demo-a", model_b = "demo-b", role = "gold", winner = "a", reason = "事实错误" }))).Ok();
        var votes = from p in Enumerable.Range(1, 6)
                    from pair in new[] { ("demo-a", "demo-b"), ("demo-c", "demo-a") }
                    from r in Enumerable.Range(0, Raters.Length)
                    select TestStudy.Line(new
                    {
                        prompt_id = $"p{p}",
                        model_a = pair.Item1,
                        model_b = pair.Item2,
                        rater = Raters[r],
                        winner = ((p * 7 + r * 3) % 5) switch { 0 => "tie", 1 => "both_bad", 2 => "b", _ => "a" },
                        left = (p + r) % 2 == 0 ? "a" : "b",
                        created_at = $"2026-01-0{p + 1}T20:30:01Z",
                        duration_ms = 5321,
                        comment = "看第三句",
                    });
        (await study.Import(string.Join('\n', votes))).Ok();
        foreach (var rater in (await study.Get("raters")).Ok()["items"].AsArray()) (await _server.Admin.Patch($"{study.Path}/raters/{rater!["rater"]}", new { group = "校区一" })).Ok();
        return study;
    }

    private static async Task<Dictionary<string, string>> Bundle(TestStudy study, string query = "")
    {
        using var zip = new ZipArchive(new MemoryStream((await study.Server.Admin.Download($"{study.Path}/exports/release{query}")).Body));
        return zip.Entries.ToDictionary(entry => entry.FullName, entry => new StreamReader(entry.Open()).ReadToEnd());
    }

    private static List<JsonNode> Rows(string file) => [.. file.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static HashSet<string> NewIds(Dictionary<string, string> bundle) => [.. Rows(bundle["judgments.jsonl"]).Select(row => (string)row["rater"]!)];

    private static IEnumerable<string> WithoutRaters(string file) => Rows(file).Select(row =>
    {
        row.AsObject().Remove("rater");
        return row.ToJsonString();
    }).Order(StringComparer.Ordinal);

    public sealed class OnSQLite(Server shared) : ReleasingAStudy(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : ReleasingAStudy(shared.Value), IClassFixture<PostgresServer>;
}
