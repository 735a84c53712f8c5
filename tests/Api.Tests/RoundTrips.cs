using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>What leaves the service comes back the same: no count and no estimate changes.</summary>
public abstract class RoundTrips(PrefEvalServer server)
{
    private static readonly string[] Models = ["demo-a", "demo-b", "demo-c"];
    private static readonly object Overlap = 3;
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task A_study_in_PrefEvals_own_files_is_the_same_study_again()
    {
        var first = await Judged();
        var again = await TestStudy.CreateAsync(_server, overlap: Overlap);

        foreach (var format in new[] { "prefeval_prompts", "prefeval_pairs", "prefeval_judgments" })
            (await again.Import(await Export(first, format))).Ok();

        await SameReports(first, again);
        foreach (var format in new[] { "prefeval_prompts", "prefeval_judgments", "prefeval_pairs" })
            Assert.Equal(Sorted(await Export(first, format)), Sorted(await Export(again, format)));
    }

    [Fact]
    public async Task A_table_of_judgments_gives_the_same_counts_and_estimates()
    {
        var first = await Judged();
        var again = await TestStudy.CreateAsync(_server, overlap: Overlap);

        foreach (var format in new[] { "prefeval_prompts", "prefeval_pairs", "csv" }) (await again.Import(await Export(first, format))).Ok();

        await SameReports(first, again);
        Assert.Equal(Sorted(await Export(first, "csv")), Sorted(await Export(again, "csv")));
    }

    [Fact]
    public async Task Battles_hold_prompts_answers_and_verdicts_but_no_scores_categories_and_known_pairs()
    {
        var first = await Judged(hard: false);
        var again = await TestStudy.CreateAsync(_server, overlap: Overlap);

        (await again.Import(await Export(first, "lmsys_battles"))).Ok();

        await SameReports(first, again, "preference", "preference?unit=pair", "agreement");
        Assert.Equal(Sorted(await Export(first, "lmsys_battles")), Sorted(await Export(again, "lmsys_battles")));
        var hard = (await (await Judged()).Get("exports/lmsys_battles?count=true")).Ok();
        Assert.Equal(3, (int)hard["left_out"]["gold"]!);
        Assert.All(new[] { "score", "unknown_side", "comment" }, lost => Assert.True((int)hard["not_held"][lost]! > 0));
    }

    [Fact]
    public async Task AlpacaEvals_annotations_hold_single_turns_without_both_bad()
    {
        var first = await Judged();
        var counts = (await first.Get("exports/alpaca_eval_annotations?count=true")).Ok();
        Assert.True((int)counts["left_out"]["several_turns"]! > 0);
        Assert.True((int)counts["not_held"]["both_bad"]! > 0);

        var again = await TestStudy.CreateAsync(_server, overlap: Overlap);
        (await again.Import(await Export(first, "alpaca_eval_annotations"))).Ok();
        var third = await TestStudy.CreateAsync(_server, overlap: Overlap);
        (await third.Import(await Export(again, "alpaca_eval_annotations"))).Ok();

        Assert.Equal((int)counts["rows"]!, (await again.Judgments()).Count);
        await SameReports(again, third);
    }

    [Fact]
    public async Task Only_the_revision_that_stands_leaves_and_of_the_surplus_only_where_it_is_asked_for()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"], overlap: 1);
        var rater = await study.Invite("r1");
        var assignment = (string)(await rater.Assignments(1))[0]["assignment"]!;
        (await rater.Vote(assignment, "left")).Ok();
        var before = (await _server.Admin.Get(study.Path)).Ok();
        (await rater.Vote(assignment, "tie", after: 1)).Ok();
        (await study.Import(TestStudy.Line(new { prompt_id = "p001", model_a = "demo-a", model_b = "demo-b", rater = "late", winner = "a" }))).Ok();

        var counted = Rows(await Export(study, "prefeval_judgments"));
        var all = Rows(await Export(study, "prefeval_judgments?judgments=all"));
        var earlier = Rows(await Export(study, "prefeval_judgments?at=" + before["sequence"]));

        Assert.Equal(["tie"], counted.Select(r => (string)r["winner"]!));
        Assert.Equal([("tie", "counted"), ("a", "surplus")], all.Select(r => ((string)r["winner"]!, (string)r["standing"]!)));
        Assert.NotEqual("tie", (string)Assert.Single(earlier)["winner"]!);
        Assert.Equal(1, (int)(await study.Get("exports/prefeval_judgments?count=true")).Ok()["left_out"]["surplus"]!);
    }

    [Fact]
    public async Task Preference_rows_for_training_follow_the_strict_majority()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: Overlap);
        (await study.Import(TestStudy.Prompts(3, "demo-a", "demo-b"))).Ok();
        (await study.Import(Votes("p001", "a", "a", "tie") + Votes("p002", "a", "b", "tie") + Votes("p003", "both_bad", "both_bad", "b"))).Ok();
        var prompts = Rows(await Export(study, "prefeval_prompts"));

        var dpo = Assert.Single(Rows(await Export(study, "trl_dpo")));
        var counts = (await study.Get("exports/trl_dpo?count=true")).Ok();
        var kto = Rows(await Export(study, "trl_kto"));

        Assert.Equal((string)prompts[0]["prompt"]!, (string)dpo["prompt"]!);
        Assert.Equal(((string)prompts[0]["answers"]!["demo-a"]!, (string)prompts[0]["answers"]!["demo-b"]!), ((string)dpo["chosen"]!, (string)dpo["rejected"]!));
        Assert.Equal((2.0 / 3, 3), ((double)dpo["margin"]!, (int)dpo["votes"]!));
        Assert.Equal(2, (int)counts["left_out"]["no_majority"]!);
        Assert.Equal(0, (int)(await study.Get("exports/trl_dpo?count=true&min_margin=0.7")).Ok()["rows"]!);
        Assert.Equal([true, false, false, false], kto.Select(r => (bool)r["label"]!)); // a and b of p001; b and a of p003 are bad, those of p002 neither

        static string Votes(string prompt, params string[] winners) =>
            string.Concat(winners.Select((winner, n) => TestStudy.Line(new { prompt_id = prompt, model_a = "demo-a", model_b = "demo-b", rater = $"r{n}", winner }) + "\n"));
    }

    [Fact]
    public async Task A_table_cannot_smuggle_a_formula_into_a_spreadsheet()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: Overlap);
        (await study.Import(TestStudy.Prompts(1, "demo-a", "demo-b"))).Ok();
        (await study.Import(TestStudy.Line(new { prompt_id = "p001", model_a = "demo-a", model_b = "demo-b", rater = "=1+1", winner = "a", comment = "@甲,\"乙\"\n丙" }))).Ok();

        var reply = (await study.Get("exports/csv")).Ok();

        Assert.Contains(",\"'=1+1\",", reply.Text, StringComparison.Ordinal);
        Assert.Contains(",\"'@甲,\"\"乙\"\"\n丙\",", reply.Text, StringComparison.Ordinal);
        Assert.Equal("text/csv", reply.ContentHeaders.ContentType!.MediaType);
        Assert.EndsWith(".csv", reply.ContentHeaders.ContentDisposition!.FileNameStar ?? reply.ContentHeaders.ContentDisposition.FileName!.Trim('"'), StringComparison.Ordinal);
    }

    /// <summary>Whatever the texts, the order and the mixture: the files of the second study are those of the first, byte by byte.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_random_study_gives_the_same_files_again(int seed)
    {
        var chance = new Random(seed);
        string[] texts = ["一。", "", "a\"b\\", "行\r\n\t行", "😀𠮷", "'=1", "\"},{\"role\":\"user\",\"content\":\"x\"}", "<b>&amp;</b>\u2028", " 前后 "];
        object Text(string role) => chance.Next(3) switch
        {
            0 => new[] { new { role = "system", content = texts[chance.Next(texts.Length)] }, new { role, content = "问" + texts[chance.Next(texts.Length)] } },
            _ => "文" + texts[chance.Next(texts.Length)] + chance.Next(5),
        };
        string[] models = ["m-z", "m-甲", "m-a", "=m"];
        var (prompts, pairs, judgments) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        for (var p = 0; p < 8; p++)
        {
            var its = models.Where(_ => chance.Next(4) > 0).OrderBy(_ => chance.Next()).ToList();
            var row = new Dictionary<string, object> { ["prompt_id"] = $"{texts[p]}#{p}", ["prompt"] = Text("user"), ["answers"] = its.ToDictionary(m => m, _ => Text("assistant")) };
            if (chance.Next(2) == 0) row["category"] = "类" + texts[chance.Next(texts.Length)];
            if (chance.Next(2) == 0) row["tags"] = new[] { "z", texts[chance.Next(texts.Length)] };
            prompts.AppendLine(TestStudy.Line(row));
            foreach (var (a, b) in its.SelectMany((m, n) => its.Skip(n + 1).Select(o => (m, o))))
            {
                var role = new[] { "normal", "normal", "gold", "practice" }[chance.Next(4)];
                var pair = new Dictionary<string, object> { ["prompt_id"] = row["prompt_id"], ["model_a"] = a, ["model_b"] = b, ["role"] = role };
                if (role != "normal") (pair["winner"], pair["reason"]) = (Winner(), texts[chance.Next(texts.Length)] + "因");
                if (chance.Next(3) == 0) pair["overlap"] = chance.Next(3, 6);
                pairs.AppendLine(TestStudy.Line(pair));
                for (var rater = chance.Next(4); rater > 0; rater--)
                {
                    var vote = new Dictionary<string, object> { ["prompt_id"] = row["prompt_id"], ["model_a"] = b, ["model_b"] = a, ["rater"] = rater == 3 ? "simulated:r3" : $"'r{rater}", ["winner"] = Winner() };
                    if ((string)vote["winner"] == "tie" && chance.Next(2) == 0) vote["score"] = 0.5;
                    if ((string)vote["winner"] == "b") vote["score"] = chance.NextDouble() / 2;
                    if (chance.Next(2) == 0) vote["left"] = chance.Next(2) == 0 ? "a" : "b";
                    if (chance.Next(2) == 0) vote["comment"] = "''+" + texts[chance.Next(texts.Length)];
                    if (chance.Next(2) == 0) (vote["duration_ms"], vote["created_at"]) = (chance.Next(100_000), $"2026-02-03T04:05:06.{chance.Next(1_000_000):000000}Z");
                    judgments.AppendLine(TestStudy.Line(vote));
                }
            }
        }
        var first = await TestStudy.CreateAsync(_server, overlap: Overlap);
        foreach (var file in new[] { prompts, pairs, judgments }) (await first.Import(file.ToString())).Ok();
        var (own, table) = (await TestStudy.CreateAsync(_server, overlap: Overlap), await TestStudy.CreateAsync(_server, overlap: Overlap));
        foreach (var again in new[] { own, table })
        {
            foreach (var format in new[] { "prefeval_prompts", "prefeval_pairs", again == own ? "prefeval_judgments" : "csv" }) (await again.Import(await Export(first, format))).Ok();
            foreach (var format in new[] { "prefeval_prompts", "prefeval_judgments", "csv" }) Assert.Equal(await Export(first, format), await Export(again, format));
            Assert.Equal(Sorted(await Export(first, "prefeval_pairs")), Sorted(await Export(again, "prefeval_pairs")));
            await SameReports(first, again);
        }

        string Winner() => new[] { "a", "b", "tie", "both_bad" }[chance.Next(4)];
    }

    [Fact]
    public async Task An_export_at_an_earlier_number_knows_nothing_of_what_came_later()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: Overlap);
        (await study.Import(TestStudy.Prompts(2, "demo-a", "demo-b"))).Ok();
        (await study.Import(TestStudy.Line(new { prompt_id = "p001", model_a = "demo-a", model_b = "demo-b", rater = "r1", winner = "a" }))).Ok();
        var at = (long)(await _server.Admin.Get(study.Path)).Ok()["sequence"]!;
        (await study.Change(new { state = "open" })).Ok();
        string[] formats = ["prefeval_prompts", "prefeval_pairs", "prefeval_judgments", "lmsys_battles", "trl_dpo", "trl_kto", "csv"];
        var before = new List<string>();
        foreach (var format in formats) before.Add(await Export(study, $"{format}?at={at}"));

        (await study.Import(TestStudy.Line(new { prompt_id = "p001", prompt = "问题1：请解释一个概念。", answers = new Dictionary<string, string> { ["demo-c"] = "丙" } }) + "\n"
            + TestStudy.Line(new { prompt_id = "p009", prompt = "新", answers = new Dictionary<string, string> { ["demo-a"] = "甲", ["demo-b"] = "乙" } }))).Ok();
        (await study.Import(TestStudy.Line(new { prompt_id = "p001", model_a = "demo-a", model_b = "demo-c", rater = "r1", winner = "a" }))).Ok();

        foreach (var (format, file) in formats.Zip(before)) Assert.Equal(file, await Export(study, $"{format}?at={at}"));
        Assert.Equal(3, Rows(await Export(study, "prefeval_prompts")).Count);
    }

    [Fact]
    public async Task A_file_is_packed_where_that_is_asked_for_and_names_simulated_judgments()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: Overlap);
        (await study.Import(TestStudy.Prompts(3, "demo-a", "demo-b"))).Ok();
        (await study.Import(TestStudy.Line(new { prompt_id = "p001", model_a = "demo-a", model_b = "demo-b", rater = "simulated:r1", winner = "a" }))).Ok();

        var packed = await study.Server.Admin.Get($"{study.Path}/exports/prefeval_judgments", ("Accept-Encoding", "gzip"));
        var archive = await study.Get("exports/prefeval_judgments?gzip=true");

        Assert.Equal(["gzip"], packed.Ok().ContentHeaders.ContentEncoding);
        Assert.Equal(("application/gzip", true), (archive.Ok().ContentHeaders.ContentType!.MediaType, archive.ContentHeaders.ContentEncoding.Count == 0));
        Assert.EndsWith(".simulated.jsonl.gz", archive.ContentHeaders.ContentDisposition!.FileName!.Trim('"'), StringComparison.Ordinal);
        Assert.DoesNotContain("simulated", (await study.Get("exports/prefeval_prompts")).ContentHeaders.ContentDisposition!.FileName!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_rows_are_of_one_type_and_never_prefer_a_text_to_itself()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: Overlap);
        object several = new[] { new { role = "user", content = "一" }, new { role = "assistant", content = "二" }, new { role = "user", content = "三" } };
        foreach (var (id, prompt, other) in new[] { ("p1", "问", "乙"), ("p2", several, "乙"), ("p3", "相同", "甲") })
        {
            (await study.Import(TestStudy.Line(new { prompt_id = id, prompt, answers = new Dictionary<string, string> { ["demo-a"] = "甲", ["demo-b"] = other } }))).Ok();
            (await study.Import(TestStudy.Line(new { prompt_id = id, model_a = "demo-a", model_b = "demo-b", rater = "r1", winner = "b" }))).Ok();
        }

        var rows = Rows(await Export(study, "trl_dpo"));

        Assert.Equal(["乙", "乙"], rows.Select(row => (string)row["chosen"]![0]!["content"]!));
        Assert.Equal([1, 3], rows.Select(row => row["prompt"]!.AsArray().Count));
        Assert.Equal(1, (int)(await study.Get("exports/trl_dpo?count=true")).Ok()["left_out"]["identical_answers"]!);
    }

    [Fact]
    public async Task What_cannot_be_exported_is_refused_with_the_formats_that_can()
    {
        var study = await TestStudy.CreateAsync(_server);

        var unknown = await study.Get("exports/parquet");
        var wrong = await study.Get("exports/trl_dpo?min_margin=2&raters=dogs&at=5&sort=up");

        Assert.Equal((HttpStatusCode.NotFound, true), (unknown.Status, unknown.Text.Contains("lmsys_battles", StringComparison.Ordinal)));
        Assert.Equal(["at", "min_margin", "raters", "sort"], wrong["errors"].AsArray().Select(e => (string)e!["field"]!).Order());
        foreach (var format in new[] { "prefeval_prompts", "alpaca_eval_annotations", "trl_kto", "csv" }) // an empty study is an empty file
            (await study.Get("exports/" + format)).Ok();
    }

    /// <summary>A study with what is hard to hold: several turns, quotes and line ends, an empty answer, ties, both bad, unknown sides, an overlap of its own, a gold pair.</summary>
    private async Task<TestStudy> Judged(bool hard = true)
    {
        var study = await TestStudy.CreateAsync(_server, overlap: Overlap);
        var lines = new StringBuilder();
        for (var p = 1; p <= 6; p++)
        {
            object prompt = p == 2 ? new[] { new { role = "user", content = "第一问" }, new { role = "assistant", content = "答" }, new { role = "user", content = "第二问" } } : $"问题{p}：\"引号\"，逗号,\n换行 😀";
            lines.AppendLine(TestStudy.Line(new
            {
                prompt_id = $"p{p}",
                prompt,
                category = p % 2 == 0 ? "写作" : "问答",
                tags = new[] { "标签", $"t{p}" },
                language = "zh-CN",
                answers = Models.ToDictionary(m => m, m => p == 3 && m == "demo-c" ? "" : p == 4 ? "相同的回答" : $"{m[^1]}的回答{p}：**重点。**后文\r\n\t\"x\""),
            }));
        }
        (await study.Import(lines.ToString())).Ok();
        if (hard) (await study.Import(
            TestStudy.Line(new { prompt_id = "p1", model_a = "demo-b", model_b = "demo-a", overlap = 5 }) + "\n"
            + TestStudy.Line(new { prompt_id = "p6", model_a = "demo-a", model_b = "demo-c", role = "gold", winner = "a", reason = "事实错误" }))).Ok();
        var chance = new Random(20);
        var votes = new StringBuilder();
        for (var p = 1; p <= 6; p++)
        {
            foreach (var (a, b) in new[] { ("demo-a", "demo-b"), ("demo-c", "demo-a"), ("demo-b", "demo-c") })
            {
                foreach (var rater in Enumerable.Range(1, 3))
                {
                    var winner = new[] { "a", "b", "tie", "both_bad" }[chance.Next(4)];
                    var row = new JsonObject { ["prompt_id"] = $"p{p}", ["model_a"] = a, ["model_b"] = b, ["rater"] = $"评审{rater}", ["winner"] = winner, ["created_at"] = $"2026-01-0{p}T08:30:00.12345{rater}Z" };
                    if (hard && winner == "a" && rater == 1) row["score"] = 0.75;
                    row["left"] = chance.Next(2) == 0 ? "a" : "b";
                    if (hard && rater == 3) row.Remove("left");
                    if (hard && rater == 2) (row["duration_ms"], row["comment"]) = (5300, "=看，\"引\"\n行");
                    votes.AppendLine(row.ToJsonString());
                }
            }
        }
        (await study.Import(votes.ToString())).Ok();
        return study;
    }

    /// <summary>Rows stand in the order in which a file first names their models, so they are compared by name.</summary>
    internal static async Task SameReports(TestStudy first, TestStudy second, params string[] reports)
    {
        foreach (var report in reports.Length > 0 ? reports : ["preference", "preference?unit=pair", "preference?by=category", "agreement"])
        {
            var (a, b) = (await Read(first), await Read(second));
            Assert.Equal(a, b);

            async Task<string> Read(TestStudy study)
            {
                var read = (await study.Get("reports/" + report)).Ok().Json.AsObject();
                foreach (var field in new[] { "sequence", "hash", "data_hash", "methods" }) read.Remove(field);
                if (read["items"] is JsonArray rows) read["items"] = new JsonArray([.. rows.Select(row => row!.DeepClone()).OrderBy(row => row.ToJsonString(), StringComparer.Ordinal)]);
                if (read["warnings"] is JsonArray warnings) read["warnings"] = new JsonArray([.. warnings.Select(warning => warning!["code"]!.DeepClone())]); // of equal ones the first is told
                return read.ToJsonString();
            }
        }
    }

    private static async Task<string> Export(TestStudy study, string format) => (await study.Get("exports/" + format)).Ok().Text;

    private static List<JsonNode> Rows(string file) => [.. file.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static IEnumerable<string> Sorted(string file) => file.Split('\n').Order(StringComparer.Ordinal);

    public sealed class OnSQLite(Server shared) : RoundTrips(shared.Value), IClassFixture<Server>
    {
        [Fact]
        public async Task PandaLMs_real_judgments_give_the_same_reports_again()
        {
            var first = await TestStudy.CreateAsync(_server, overlap: Overlap);
            (await first.Import(await ImportingRealData.RealFile("pandalm", "items.jsonl"))).Ok();
            (await first.Import(await ImportingRealData.RealFile("pandalm", "judgments.jsonl"))).Ok();
            var own = await TestStudy.CreateAsync(_server, overlap: Overlap);
            (await own.Import(await Export(first, "prefeval_prompts"))).Ok();
            (await own.Import(await Export(first, "prefeval_judgments"))).Ok();
            var battles = await TestStudy.CreateAsync(_server, overlap: Overlap);
            (await battles.Import(await Export(first, "lmsys_battles"))).Ok();

            await SameReports(first, own);
            await SameReports(first, battles, "preference", "preference?unit=pair", "agreement");
        }

        [Fact]
        public async Task AlpacaEvals_real_annotations_give_the_same_report_again()
        {
            var first = await TestStudy.CreateAsync(_server, overlap: 1);
            (await first.Import(await ImportingRealData.RealFile("alpaca_eval", "gpt35_turbo_instruct", "annotations.json"))).Ok();
            var again = await TestStudy.CreateAsync(_server, overlap: 1);
            (await again.Import(await Export(first, "alpaca_eval_annotations"))).Ok();

            await SameReports(first, again);
        }
    }

    public sealed class OnPostgreSQL(PostgresServer shared) : RoundTrips(shared.Value), IClassFixture<PostgresServer>;
}
