using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>`report FILE`: no server, no study.</summary>
public sealed class ReportingOnAFile(Server shared) : IClassFixture<Server>
{
    [Fact]
    public async Task Battles_are_counted_from_the_model_whose_name_sorts_first()
    {
        using var file = new TemporaryFile(
            Battle("q1", "zeta", "alpha", "model_a", "u1"),
            Battle("q2", "alpha", "zeta", "model_a", "u2"),
            Battle("q3", "alpha", "zeta", "tie", "u1"),
            Battle("q4", "alpha", "zeta", "tie (bothbad)", "u2"),
            Battle("q5", "alpha", "zeta", "both_bad", "u1"));

        var run = await CommandRun.Of("report", file.Path, "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Notes));
        var row = Assert.Single(run.Json["items"]!.AsArray())!;
        Assert.Equal(("alpha", "zeta"), ((string)row["model"]!, (string)row["baseline"]!));
        Assert.Equal((5, 1, 1, 2, 1), ((int)row["n"]!, (int)row["wins"]!, (int)row["ties"]!, (int)row["both_bad"]!, (int)row["losses"]!));
        Assert.Equal(0.5, (double)row["raters_like_these"]!["win_rate"]!["estimate"]!);
    }

    [Fact]
    public async Task The_table_names_the_method_and_warns_of_few_raters()
    {
        using var file = new TemporaryFile([.. Enumerable.Range(1, 40).Select(n => Battle($"q{n}", "m1", "m2", n % 3 == 0 ? "model_b" : "model_a", $"u{n % 4}"))]);

        var run = await CommandRun.Of("report", file.Path);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("40 judgments of 40 prompts by 4 raters", run.Output);
        Assert.Contains("Only 4 raters stand for all", run.Output);
        Assert.Contains("prompt_jackknife_tango_neff; two_way_jackknife_tango_neff", run.Output);
        Assert.Contains("0.675", run.Output); // 27 of 40
        Assert.Matches(@"1 │ 1 to \d +│ m1", run.Output);
    }

    [Fact]
    public async Task Without_judges_it_speaks_of_these_raters_only_and_a_text_stands_for_its_prompt()
    {
        var row = """{"model_a":"m1","model_b":"m2","winner":"W","conversation_a":[{"role":"user","content":"问题N"},{"role":"assistant","content":"x"}],"conversation_b":[]}""";
        using var file = new TemporaryFile([.. Enumerable.Range(0, 12).Select(n => row.Replace("W", n % 4 == 0 ? "model_b" : "model_a").Replace("N", $"{n % 6}"))]);

        var report = (await CommandRun.Of("report", file.Path, "--json")).Json;

        var item = report["items"]![0]!;
        Assert.Null(item["raters_like_these"]);
        Assert.Equal((12, 6), ((int)item["n"]!, (int)item["these_raters"]!["win_rate"]!["prompts"]!));
        Assert.Contains("Raters unknown", (string)report["warnings"]![0]!);
    }

    [Fact]
    public async Task Bad_lines_are_named_and_the_exit_code_tells_that_they_were_left_out()
    {
        using var file = new TemporaryFile(
            Battle("q1", "m1", "m2", "model_a", "u1"),
            "",
            "{\"question_id\":",
            Battle("q2", "m1", "m1", "tie", "u1"),
            Battle("q2", "m1", "m2", "both", "u1"),
            Battle("q1", "m2", "m1", "model_a", "u1"), // against the first line
            Battle("q1", "m2", "m1", "model_b", "u1"), // says it again
            Battle("q3", "m1", "m2", "model_b", "u2"));

        var run = await CommandRun.Of("report", file.Path, "--json");

        Assert.Equal(3, run.ExitCode);
        Assert.Equal([3, 4, 5, 6], run.Json["errors"]!.AsArray().Select(e => (int)e!["line"]!));
        Assert.Equal((2, 1), ((int)run.Json["judgments"]!, (int)run.Json["repeated"]!));
        Assert.Contains("the winner is", run.Notes, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Conversations_may_hold_anything_and_stand_anywhere()
    {
        const string row = """{"question_id":"N","conversation_a":[{"role":"user","content":"\"]}\\"}],"model_a":"m1","conversation_b" : [{"role":"user","content":["[\u4e2d",{"a":[]}]}] ,"model_b":"m2","winner":"model_b","judge":"u1"}""";
        using var file = new TemporaryFile(
            row.Replace("N", "q1"),
            row.Replace("N", "q2").Replace("}] ,", "] ,"), // a bracket is missing
            row.Replace("N", "q3").Replace("\\u4e2d", "\\u4e"),
            row.Replace("N", "q4").Replace("{\"question_id\":\"q4\",", "{")); // the text stands for the prompt

        var run = await CommandRun.Of("report", file.Path, "--json");

        Assert.Equal((3, 2), (run.ExitCode, (int)run.Json["items"]![0]!["losses"]!));
        Assert.Equal([2, 3], run.Json["errors"]!.AsArray().Select(e => (int)e!["line"]!));
        Assert.All(run.Json["errors"]!.AsArray(), e => Assert.StartsWith("This is not valid JSON, at byte", (string)e!["message"]!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[{\"prompt\":\"p\",\"answers\":{}}]")]
    [InlineData("[{\"question_id\":1,")]
    public async Task A_file_without_judgments_is_refused(string content)
    {
        using var file = new TemporaryFile(content);
        var run = await CommandRun.Of("report", file.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.NotEmpty(run.Notes);
    }

    [Fact]
    public async Task PandaLM_gives_the_published_counts_and_what_the_service_gives()
    {
        if (Project.RealData("pandalm", "judgments.jsonl") is not { } path)
        {
            Assert.Skip("pandalm/judgments.jsonl is not here; PREFEVAL_REAL_DATA names the folder of real data.");
            return;
        }
        var run = await CommandRun.Of("report", path, "--json");
        Assert.Equal((0, 2997, 183, 3), (run.ExitCode, (int)run.Json["judgments"]!, (int)run.Json["prompts"]!, (int)run.Json["raters"]!));
        var board = Assert.Single(run.Json["leaderboard"]!.AsArray())!;
        Assert.Equal((2997, "ok", "llama-7b"), ((int)board["n"]!, (string)board["status"]!, (string)board["items"]![0]!["model"]!));

        var study = await TestStudy.CreateAsync(shared.Value, overlap: 3);
        (await study.Import(await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(path)!, "items.jsonl")))).Ok();
        (await study.Import(await File.ReadAllBytesAsync(path))).Ok();
        await BothSayTheSame(study, run.Json, 10);
    }

    [Fact]
    public async Task Annotations_of_an_array_give_what_the_service_gives_to_the_last_digit_of_a_probability()
    {
        var rows = Enumerable.Range(0, 60).Select(n => new
        {
            instruction = $"第{n % 50}题",
            output_1 = $"一{n % 50}",
            output_2 = $"二{n % 50}{n / 50}",
            generator_1 = "base",
            generator_2 = n < 50 ? "better" : "another",
            annotator = "gpt-4",
            preference = n % 9 == 0 ? (double?)null : n % 5 == 0 ? 1.5 : n % 4 == 0 ? 1 : 1 + (n % 10 / 10.0),
        }).ToList();
        var json = "[\n" + string.Join(",\n", rows.Select(TestStudy.Line)) + "\n]";
        using var file = new TemporaryFile(json);

        var run = await CommandRun.Of("report", file.Path, "--json");

        Assert.Equal((0, "llm"), (run.ExitCode, (string)run.Json["rater_kind"]!));
        var study = await TestStudy.CreateAsync(shared.Value, overlap: 1);
        (await study.Import(Encoding.UTF8.GetBytes(json))).Ok();
        await BothSayTheSame(study, run.Json, 2);
    }

    private static async Task BothSayTheSame(TestStudy study, JsonNode report, int comparisons)
    {
        var served = (await study.Get("reports/preference")).Ok()["items"].AsArray();
        var bare = report["items"]!.AsArray();
        Assert.Equal((comparisons, comparisons), (served.Count, bare.Count));
        foreach (var row in bare)
        {
            var same = Assert.Single(served, s => (string)s!["model"]! == (string)row!["model"]! && (string)s["baseline"]! == (string)row["baseline"]!)!;
            foreach (var count in new[] { "n", "wins", "ties", "both_bad", "losses" }) Assert.Equal((int)same[count]!, (int)row![count]!);
            foreach (var scope in new[] { "raters_like_these", "these_raters", "independent" })
                Assert.Equal(same["scopes"]![scope]!.ToJsonString(), row![scope]!.ToJsonString());
        }
    }

    private static string Battle(string question, string a, string b, string winner, string judge) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"question_id":"{{question}}","model_a":"{{a}}","model_b":"{{b}}","winner":"{{winner}}","judge":"{{judge}}","turn":1,"anony":true,"language":"English","tstamp":1682351591.1}""");

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(params string[] lines) => File.WriteAllLines(Path, lines);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
