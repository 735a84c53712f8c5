using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Which comparisons are adjusted together is said before the study opens, not by what is on the screen.</summary>
public abstract class TheDeclaredFamily(PrefEvalServer server)
{
    private static readonly string[] Four = ["demo-a", "demo-b", "demo-c", "demo-d"];

    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task Holm_runs_over_the_declared_comparisons_and_the_others_are_exploratory()
    {
        var study = await Judged(Four, new { family = new object[] { new { model = "demo-b", baseline = "demo-a" }, new { model = "demo-a", baseline = "demo-c" } } });

        var report = (await study.Get("reports/preference")).Ok();

        Assert.Equal((2, "demo-b"), ((int)report["family_size"]!, (string)report["family"][0]!["model"]!));
        var rows = Rows(report);
        Assert.Equal(6, rows.Count);
        Assert.Equal(["demo-a demo-b", "demo-a demo-c"], rows.Where(r => !(bool)r.Value["exploratory"]!).Select(r => r.Key));
        Assert.All(rows.Where(r => (bool)r.Value["exploratory"]!), r => Assert.Null(r.Value["p_holm"]));
        double[] p = [(double)rows["demo-a demo-b"]["win_rate"]!["p"]!, (double)rows["demo-a demo-c"]["win_rate"]!["p"]!];
        var smaller = Math.Min(1, 2 * p.Min());
        Assert.True(p.Min() < 0.5);
        Assert.Equal([p[0] <= p[1] ? smaller : Math.Max(smaller, p[0]), p[0] <= p[1] ? Math.Max(smaller, p[1]) : smaller], [(double)rows["demo-a demo-b"]["p_holm"]!, (double)rows["demo-a demo-c"]["p_holm"]!]);

        // What is shown is no part of it.
        var one = (await study.Get("reports/preference?model=demo-b&baseline=demo-a")).Ok();
        Assert.Equal((double)rows["demo-a demo-b"]["p_holm"]!, (double)one["items"][0]!["p_holm"]!, 1e-12);
        Assert.Equal(2, (int)one["family_size"]!);
    }

    [Fact]
    public async Task Without_a_family_it_is_every_comparison_of_the_design()
    {
        var study = await Judged(Four, new { });

        var report = (await study.Get("reports/preference?by=category")).Ok();

        Assert.Equal((6, true), ((int)report["family_size"]!, report.Json["family"] is null));
        Assert.All(report["items"].AsArray(), row => Assert.False((bool)row!["exploratory"]!));
        Assert.All(report["slices"].AsArray(), row => Assert.True((bool)row!["exploratory"]!));
        var p = report["items"].AsArray().Select(row => (double?)row!["win_rate"]!["p"] ?? 1).Order().ToList();
        var smallest = report["items"].AsArray().MinBy(row => (double?)row!["win_rate"]!["p"] ?? 1)!;
        Assert.Equal(Math.Min(1, 6 * p[0]), (double)smallest["p_holm"]!, 1e-12);
    }

    [Fact]
    public async Task A_member_may_test_another_estimand()
    {
        var study = await Judged(Four, new { family = new[] { new { model = "demo-a", baseline = "demo-b", estimand = "decisive_win_rate" } } });

        var row = Rows((await study.Get("reports/preference")).Ok())["demo-a demo-b"];

        Assert.NotEqual((double)row["win_rate"]!["p"]!, (double)row["decisive_win_rate"]!["p"]!);
        Assert.Equal((double)row["decisive_win_rate"]!["p"]!, (double)row["p_holm"]!, 1e-12);
    }

    [Fact]
    public async Task A_comparison_without_judgments_yet_counts_as_one_that_shows_nothing()
    {
        var study = await Judged(Four, new { family = new object[] { new { model = "demo-a", baseline = "demo-b" }, new { model = "demo-c", baseline = "demo-d" } } });

        var rows = Rows((await study.Get("reports/preference")).Ok());

        Assert.Equal(0, (int)rows["demo-c demo-d"]["n"]!);
        Assert.Null(rows["demo-c demo-d"]["p_holm"]);
        Assert.Equal(Math.Min(1, 2 * (double)rows["demo-a demo-b"]["win_rate"]!["p"]!), (double)rows["demo-a demo-b"]["p_holm"]!, 1e-12);
    }

    [Fact]
    public async Task A_family_that_is_changed_while_the_study_is_open_is_shown_as_changed()
    {
        var study = await Judged(Four, new { family = new[] { new { model = "demo-a", baseline = "demo-b" } } });
        var before = (long)(await study.Get("reports/preference")).Ok()["sequence"]!;
        Assert.Equal("primary", (string)(await study.Get("reports/preference")).Ok()["analysis"]!);

        (await study.Change(new { analysis = new { family = new[] { new { model = "demo-a", baseline = "demo-b" } } } })).Ok(); // the same again is no change
        Assert.Equal("primary", (string)(await study.Get("reports/preference")).Ok()["analysis"]!);
        (await study.Change(new { analysis = new { family = new[] { new { model = "demo-a", baseline = "demo-c" } } } })).Ok();

        var now = (await study.Get("reports/preference")).Ok();
        Assert.Equal("changed", (string)now["analysis"]!);
        var change = Assert.Single(now["changes"].AsArray())!;
        Assert.Equal(("demo-b", "demo-c"), ((string)change["before"]!["family"]![0]!["baseline"]!, (string)change["after"]!["family"]![0]!["baseline"]!));
        Assert.Equal("demo-a demo-b", Rows((await study.Get($"reports/preference?at={before}")).Ok()).Single(r => !(bool)r.Value["exploratory"]!).Key);
        Assert.Equal("demo-a demo-c", Rows(now).Single(r => !(bool)r.Value["exploratory"]!).Key);
    }

    [Fact]
    public async Task A_claim_against_every_baseline_holds_only_where_every_lower_bound_does()
    {
        var study = await Judged(["demo-f", "demo-1", "demo-2"], new { threshold = 0.6 }, focal: "demo-f", judge: false);
        await Judge(study, "demo-f", "demo-1", p => p % 12 == 0 ? "b" : "a");
        await Judge(study, "demo-2", "demo-f", p => p % 12 == 0 ? "a" : "b");

        var strong = (await study.Get("reports/preference?scope=these_raters")).Ok()["against_every_baseline"];

        Assert.Equal(("demo-f", 0.6, 0.95, true), ((string)strong["model"]!, (double)strong["threshold"]!, (double)strong["confidence"]!, (bool)strong["holds"]!));
        Assert.Equal(["demo-1", "demo-2"], strong["baselines"]!.AsArray().Select(name => (string)name!).Order());
        // One-sided at .95 is the lower end of the two-sided interval at .9, and what is shown does not matter.
        var rows = (await study.Get("reports/preference?scope=these_raters&confidence=0.9")).Ok()["items"].AsArray();
        Assert.Equal(rows.Min(row => (double)row!["win_rate"]!["lower"]!), (double)strong["smallest_lower"]!, 1e-12);
        Assert.Equal(strong.ToJsonString(), (await study.Get("reports/preference?scope=these_raters&baseline=demo-1")).Ok()["against_every_baseline"]!.ToJsonString());

        (await study.Import(string.Join('\n', Enumerable.Range(1, 24).SelectMany(p => new[] { "x1", "x2", "x3" }.Select(r => ImportingFiles.Judgment($"p{p:000}", "demo-f", "demo-2", r, p % 4 == 0 ? "a" : "b")))))).Ok();
        var weak = (await study.Get("reports/preference?scope=these_raters")).Ok()["against_every_baseline"];
        Assert.Equal((false, "demo-2"), ((bool)weak["holds"]!, (string)weak["smallest_against"]!));
        // From the other side: a baseline that was asked for as the model is held against the focal one.
        var other = (await study.Get("reports/preference?model=demo-1&scope=these_raters")).Ok()["against_every_baseline"];
        Assert.Equal(("demo-1", "demo-f", false), ((string)other["model"]!, (string)Assert.Single(other["baselines"]!.AsArray())!, (bool)other["holds"]!));
    }

    [Fact]
    public async Task Where_a_comparison_was_not_judged_nothing_is_claimed_against_every_baseline()
    {
        var study = await Judged(["demo-f", "demo-1", "demo-2"], new { }, focal: "demo-f", judge: false);
        await Judge(study, "demo-f", "demo-1", p => p % 12 == 0 ? "b" : "a");

        var claim = (await study.Get("reports/preference?scope=these_raters")).Ok()["against_every_baseline"];

        Assert.Equal((0.5, true), ((double)claim["threshold"]!, claim["holds"] is null && claim["smallest_lower"] is null));
        // In a round robin no model is asked about until one is.
        var round = await Judged(Four, new { });
        Assert.Null((await round.Get("reports/preference")).Ok().Json["against_every_baseline"]);
        Assert.Equal(3, (await round.Get("reports/preference?model=demo-a")).Ok()["against_every_baseline"]["baselines"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("""[{"model":"demo-a","baseline":"demo-x"}]""", "demo-x")]
    [InlineData("""[{"model":"demo-a","baseline":"demo-a"}]""", "two models")]
    [InlineData("""[{"model":"demo-a","baseline":"demo-b"},{"model":"demo-b","baseline":"demo-a"}]""", "declared twice")]
    [InlineData("""[{"model":"demo-a","baseline":"demo-b","estimand":"win_or_tie"}]""", "no test")]
    [InlineData("[]", "1 to 1,000")]
    public async Task A_family_that_is_none_is_refused_with_the_field(string family, string said)
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(2, Four))).Ok();
        var changes = JsonNode.Parse($$$"""{"analysis":{"family":{{{family}}}}}""")!;

        foreach (var refused in new[] { await study.Change(changes), await _server.Admin.Post("studies", Copy(study, family)) })
        {
            Assert.Equal((HttpStatusCode.BadRequest, "analysis.family"), (refused.Status, (string)refused["errors"][0]!["field"]!));
            Assert.Contains(said, (string)refused["errors"][0]!["message"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_family_may_be_declared_before_the_models_come_and_is_looked_at_again_when_the_study_opens()
    {
        object family = new { family = new[] { new { model = "demo-a", baseline = "demo-z" } } };
        var study = await TestStudy.CreateAsync(_server);
        (await study.Change(new { analysis = family })).Ok();
        (await study.Import(TestStudy.Prompts(2, "demo-a", "demo-b"))).Ok();

        var refused = await study.Change(new { state = "open" });

        Assert.Equal((HttpStatusCode.BadRequest, "analysis.family"), (refused.Status, (string)refused["errors"][0]!["field"]!));
        Assert.Equal("draft", (string)(await _server.Admin.Get(study.Path)).Ok()["state"]!);
        (await study.Change(new { state = "open", analysis = new { family = new[] { new { model = "demo-a", baseline = "demo-b" } } } })).Ok();
    }

    [Fact]
    public async Task A_focal_design_declares_comparisons_with_the_focal_model()
    {
        var study = await TestStudy.CreateAsync(_server, design: new { kind = "focal", focal = "demo-a" });
        var refused = await study.Change(new { analysis = new { family = new[] { new { model = "demo-b", baseline = "demo-c" } } } });
        Assert.Equal((HttpStatusCode.BadRequest, "analysis.family"), (refused.Status, (string)refused["errors"][0]!["field"]!));
    }

    private static JsonNode Copy(TestStudy study, string family) => JsonNode.Parse($$$"""{"copy_of":"{{{study.Id}}}","analysis":{"family":{{{family}}}}}""")!;

    private static Dictionary<string, JsonNode> Rows(Reply report) => report["items"].AsArray().ToDictionary(row => $"{row!["model"]} {row["baseline"]}", row => row!);

    /// <summary>An open study in which, unless it is left out, a was judged against b and against c.</summary>
    private async Task<TestStudy> Judged(string[] models, object analysis, string? focal = null, bool judge = true)
    {
        var study = await TestStudy.CreateAsync(_server, design: focal is null ? null : new { kind = "focal", focal }, overlap: 6);
        (await study.Import(TestStudy.Prompts(24, models))).Ok();
        (await study.Change(new { state = "open", analysis })).Ok();
        if (!judge) return study;
        await Judge(study, models[0], models[1], p => p % 4 == 0 ? "b" : p % 7 == 0 ? "tie" : "a");
        await Judge(study, models[0], models[2], p => p % 3 == 0 ? "b" : "a");
        return study;
    }

    private static async Task Judge(TestStudy study, string a, string b, Func<int, string> winner) =>
        (await study.Import(string.Join('\n', from p in Enumerable.Range(1, 24) from r in Enumerable.Range(1, 3) select ImportingFiles.Judgment($"p{p:000}", a, b, $"r{r}", winner(p))))).Ok();

    public sealed class OnSQLite(Server shared) : TheDeclaredFamily(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : TheDeclaredFamily(shared.Value), IClassFixture<PostgresServer>;
}
