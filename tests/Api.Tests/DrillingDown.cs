using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>From a number of a preference report to the judgments that it is made of, and from one of them to its pair.</summary>
public abstract class DrillingDown(PrefEvalServer server)
{
    private static readonly (string Outcome, string Column)[] Outcomes = [("win", "wins"), ("tie", "ties"), ("both_bad", "both_bad"), ("loss", "losses")];
    private readonly PrefEvalServer _server = server;

    /// <summary>What a report can be asked, cell by cell: the whole, every kind of slice, seen from either model, filtered, by majorities.</summary>
    private static readonly string[] Questions =
    [
        "", "model=demo-b", "baseline=demo-a", "by=category", "by=tag", "by=source", "by=language", "by=rater", "by=prompt_length", "by=answer_length",
        "by=answer_length&model=demo-c", "by=model:size", "by=baseline:size", "by=baseline:size&model=demo-c", "category=写作", "by=tag&category=问答", "unit=pair", "unit=pair&by=category",
    ];

    [Fact]
    public async Task Every_cell_opens_as_many_judgments_as_it_says()
    {
        var study = await AStudyOfAllSorts(_server);
        var cells = 0;
        foreach (var question in Questions)
        {
            var report = (await study.Get($"reports/preference?{question}")).Ok();
            var rows = report["items"].AsArray().Concat(question.Contains("by=", StringComparison.Ordinal) ? report["slices"].AsArray() : []).Select(row => row!).ToList();
            Assert.NotEmpty(rows);
            foreach (var row in rows)
            {
                var whole = Cell(question, row);
                foreach (var (outcome, column) in Outcomes)
                {
                    var found = (await study.Get($"judgments?{whole}&outcome={outcome}")).Ok();
                    var judgments = found["items"].AsArray().Select(judgment => judgment!).ToList();
                    Assert.Equal((question, outcome, (int)row[column]!), (question, outcome, (int)found[question.StartsWith("unit=pair", StringComparison.Ordinal) ? "pairs" : "count"]));
                    Assert.Equal((int)found["count"], judgments.Count);
                    Assert.All(judgments, judgment => Assert.True((bool)judgment["counted"]!));
                    if (!question.StartsWith("unit=pair", StringComparison.Ordinal)) Assert.All(judgments, judgment => Assert.Equal(outcome, SeenFrom(row, judgment)));
                    cells++;
                }
                if (!question.StartsWith("unit=pair", StringComparison.Ordinal)) Assert.Equal((int)row["n"]!, (int)(await study.Get($"judgments?{whole}")).Ok()["count"]);
            }
        }
        Assert.True(cells > 200, $"{cells} cells");
    }

    [Fact]
    public async Task A_cell_is_paged_streamed_and_shown_as_it_was_at_an_earlier_number()
    {
        var study = await AStudyOfAllSorts(_server);
        var report = (await study.Get("reports/preference?model=demo-a&baseline=demo-b")).Ok();
        var before = (long)report["sequence"];
        var wins = (int)report["items"][0]!["wins"]!;
        var all = (await study.Get("judgments?model=demo-a&baseline=demo-b&outcome=win&counts=true")).Ok();

        var first = (await study.Get("judgments?model=demo-a&baseline=demo-b&outcome=win&counts=true&limit=2")).Ok();
        var rest = (await study.Get($"judgments?model=demo-a&baseline=demo-b&outcome=win&counts=true&cursor={(string)first["next_cursor"]!}")).Ok();
        Assert.Equal(all["items"].AsArray().Select(Plain), first["items"].AsArray().Concat(rest["items"].AsArray()).Select(Plain));
        var lines = (await _server.Admin.Get($"{study.Path}/judgments?model=demo-a&baseline=demo-b&outcome=win&counts=true", ("Accept", "application/x-ndjson"))).Ok().Text;
        Assert.Equal(wins, lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var one = all["items"][0]!;
        (await _server.Admin.Post($"{study.Path}/judgments/exclude", new { filter = new { assignments = new[] { (string)one["assignment"]! } }, reason = "a slip" })).Ok();
        Assert.Equal(wins - 1, (int)(await study.Get("judgments?model=demo-a&baseline=demo-b&outcome=win&counts=true")).Ok()["count"]);
        var aside = (await study.Get("judgments?model=demo-a&baseline=demo-b&outcome=win")).Ok()["items"].AsArray().Single(j => (string)j!["standing"]! == "excluded")!;
        Assert.Equal((long)one["sequence"]!, (long)aside["sequence"]!);
        var then = (await study.Get($"judgments?model=demo-a&baseline=demo-b&outcome=win&counts=true&at={before}")).Ok();
        Assert.Equal(wins, (int)then["count"]);
        Assert.All(then["items"].AsArray(), judgment => Assert.Equal("counted", (string)judgment!["standing"]!));
    }

    [Fact]
    public async Task A_pair_shows_both_models_their_answers_and_every_revision()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"], overlap: 2);
        var rater = await study.Invite("r1");
        var assignment = Assert.Single(await rater.Assignments());
        (await rater.Vote((string)assignment["assignment"]!, "left")).Ok();
        (await rater.Vote((string)assignment["assignment"]!, "tie", after: 1)).Ok();
        var judgment = Assert.Single((await study.Get("judgments?rater=r1")).Ok()["items"].AsArray())!;

        var pair = (await study.Get($"pairs/{(string)judgment["pair"]!}")).Ok();

        Assert.Equal(("demo-a", "demo-b"), ((string)pair["a"]["model"]!, (string)pair["b"]["model"]!));
        var shown = new[] { (string)assignment["left"]![0]!["content"]!, (string)assignment["right"]![0]!["content"]! };
        Assert.Equal(shown.Order(StringComparer.Ordinal), new[] { pair["a"], pair["b"] }.Select(answer => (string)answer["messages"]![0]!["content"]!).Order(StringComparer.Ordinal));
        Assert.Equal((string)assignment["prompt"]![0]!["content"]!, (string)pair["prompt"][0]!["content"]!);
        Assert.Equal(["left", "tie"], pair["judgments"].AsArray().Select(j => (string)j!["choice"]!));
        Assert.Equal(HttpStatusCode.NotFound, (await study.Get("pairs/nosuch")).Status);
    }

    [Theory]
    [InlineData("outcome=won", "outcome")]
    [InlineData("model=nobody", "model")]
    [InlineData("slice=x", "by")]
    [InlineData("by=category", "slice")]
    [InlineData("by=category&slice=x", "slice")]
    [InlineData("row_model=nobody", "row_model")]
    [InlineData("rater=nobody", "rater")]
    [InlineData("prompt=nothing", "prompt")]
    [InlineData("unit=pair&counts=false", "counts")]
    [InlineData("colour=red", "colour")]
    public async Task What_is_no_cell_is_refused_by_name(string query, string field)
    {
        var study = await TestStudy.OpenAsync(_server, 2, ["demo-a", "demo-b"], overlap: 1);

        var refused = await study.Get($"judgments?{query}");

        Assert.Equal((HttpStatusCode.BadRequest, "invalid-request"), (refused.Status, refused.Problem));
        Assert.Equal([field], refused["errors"].AsArray().Select(e => (string)e!["field"]!));
    }

    /// <summary>Three models, prompts with and without categories, tags and languages, imported votes of four raters in every outcome, and one set aside.</summary>
    internal static async Task<TestStudy> AStudyOfAllSorts(PrefEvalServer server)
    {
        string[] models = ["demo-a", "demo-b", "demo-c"], winners = ["a", "b", "tie", "both_bad", "a"];
        var study = await TestStudy.CreateAsync(server, design: new { kind = "round_robin" }, overlap: 2);
        (await study.Import(string.Join('\n', Enumerable.Range(1, 8).Select(n => TestStudy.Line(new
        {
            prompt_id = $"p{n}",
            prompt = new string('问', 3 * n),
            category = n % 3 == 0 ? null : n % 3 == 1 ? "问答" : "写作",
            tags = n % 2 == 0 ? ["hard", "source:exam"] : n == 1 ? new[] { "source:zhihu" } : [],
            language = n < 5 ? "zh-CN" : "en",
            answers = models.Select((model, m) => (model, m)).ToDictionary(x => x.model, x => $"{x.model[^1]}{n}" + new string('答', n * (x.m + 1) % 7)),
        }))))).Ok();
        foreach (var (model, size) in new[] { ("demo-a", "6e9"), ("demo-b", "6e9") })
        {
            var id = (string)(await study.Get("models")).Ok()["items"].AsArray().Single(m => (string)m!["name"]! == model)!["model"]!;
            (await server.Admin.Patch($"{study.Path}/models/{id}", new { attributes = new { size } })).Ok();
        }
        (await study.Change(new { state = "open" })).Ok();
        var vote = 0;
        var votes = from prompt in Enumerable.Range(1, 8)
                    from pair in new[] { ("demo-a", "demo-b"), ("demo-a", "demo-c"), ("demo-b", "demo-c") }
                    from turn in Enumerable.Range(0, 2)
                    select ImportingFiles.Judgment($"p{prompt}", pair.Item1, pair.Item2, $"r{(prompt + turn) % 4}", winners[vote++ * 7 / 3 % 5]);
        (await study.Import(string.Join('\n', votes))).Ok();
        (await server.Admin.Post($"{study.Path}/judgments/exclude", new { filter = new { assignments = new[] { (string)(await study.Judgments())[9]["assignment"]! } }, reason = "a slip" })).Ok();
        return study;
    }

    private static string Cell(string question, JsonNode row)
    {
        var cell = $"{question}&row_model={Uri.EscapeDataString((string)row["model"]!)}&row_baseline={Uri.EscapeDataString((string)row["baseline"]!)}&counts=true";
        if (row["slice"] is { } slice) return $"{cell}&slice={Uri.EscapeDataString((string?)slice["value"] ?? "")}";
        return string.Join('&', cell.Split('&').Where(part => !part.StartsWith("by=", StringComparison.Ordinal))); // the row of all judgments
    }

    private static string SeenFrom(JsonNode row, JsonNode judgment)
    {
        var winner = (string)judgment["winner"]!;
        if (winner is "tie" or "both_bad") return winner;
        var name = (string)judgment[winner == "a" ? "model_a" : "model_b"]!;
        return ((string)row["model"]!).Split(" + ").Contains(name) ? "win" : "loss";
    }

    private static string Plain(JsonNode? node) => node!.ToJsonString();

    public sealed class OnSQLite(Server shared) : DrillingDown(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : DrillingDown(shared.Value), IClassFixture<PostgresServer>;
}
