using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The built binary as a child process, against a server or alone.</summary>
public sealed class TheCommandLine(Server shared) : IClassFixture<Server>
{
    [Fact]
    public async Task A_study_is_imported_and_reported()
    {
        var study = await TestStudy.CreateAsync(shared.Value, new { kind = "focal", focal = "m1" }, overlap: 2);
        var (prompts, judgments) = (Path.GetTempFileName(), Path.GetTempFileName());
        try
        {
            await File.WriteAllTextAsync(prompts, TestStudy.Prompts(6, "m1", "m2"));
            await File.WriteAllLinesAsync(judgments, Enumerable.Range(0, 12).Select(n => TestStudy.Line(new { prompt_id = $"p{(n % 6) + 1:000}", model_a = "m1", model_b = "m2", rater = $"r{n / 6}", winner = n % 4 == 0 ? "b" : "a" })));

            var imported = await Remote("import", prompts, judgments, "--study", study.Id);
            Assert.Equal(0, imported.ExitCode);
            Assert.Matches(@"prefeval_judgments\W+stored(\W+\d+){3}\W+12\b", imported.Output);

            var table = await Remote("report", "--study", study.Id, "--with", "by=category");
            Assert.Contains("category: 写作", table.Output);
            Assert.Contains("0.750", table.Output); // 9 of 12
            Assert.Matches(@"1 │ .+ │ m1 ", (await Remote("report", "--study", study.Id, "--report", "leaderboard", "--with", "transitive=true")).Output);
            var json = (await Remote("report", "--study", study.Id, "--json", "--with", "scope=these_raters")).Json;
            var exported = await Remote("export", "--study", study.Id, "--format", "prefeval_judgments");
            var bare = (await CommandRun.Of(exported.Output, new Dictionary<string, string>(), "report", "-", "--json")).Json["items"]![0]!;
            Assert.Equal(json["items"]![0]!["scopes"]!["raters_like_these"]!.ToJsonString(), bare["raters_like_these"]!.ToJsonString());
            Assert.True(JsonNode.DeepEquals((await study.Get("reports/preference?scope=these_raters")).Ok().Json, json));
        }
        finally
        {
            File.Delete(prompts);
            File.Delete(judgments);
        }
    }

    [Fact]
    public async Task A_file_with_bad_rows_is_refused_and_its_rows_are_listed()
    {
        var study = await TestStudy.CreateAsync(shared.Value);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, TestStudy.Prompts(2, "m1", "m2") + "{\"prompt_id\":\"p9\",\"prompt\":\"\",\"answers\":{}}\n");

        var run = await Remote("import", file, "--study", study.Id);

        File.Delete(file);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Matches(@"3 │ prompt +│ The prompt is empty", run.Notes);
        Assert.DoesNotContain(PrefEvalServer.AdminKey, run.Notes);
        Assert.Empty((await study.Get("prompts")).Ok()["items"].AsArray());
    }

    [Fact]
    public async Task A_key_is_made_used_and_revoked()
    {
        var made = (await Remote("key", "create", "dora", "--scope", "read", "--json")).Json;
        (await shared.Value.As((string)made["secret"]!).Get("studies")).Ok();
        Assert.Equal(0, (await Remote("key", "revoke", (string)made["key"]!)).ExitCode);
        Assert.Equal("key-not-accepted", (await shared.Value.As((string)made["secret"]!).Get("studies")).Problem);
        Assert.Contains("dora", (await Remote("key", "list")).Output);
    }

    [Fact]
    public async Task Simulated_judgments_are_the_same_for_a_seed_and_say_what_they_are_in_a_report()
    {
        string[] command = ["simulate", "--prompts", "50", "--models", "cqia=1,belle=0", "--raters", "6", "--overlap", "2", "--seed", "7"];
        var file = await CommandRun.Of(command);
        Assert.Equal((0, 100), (file.ExitCode, file.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Equal(file.Output, (await CommandRun.Of(command)).Output);

        var report = await CommandRun.Of(file.Output, new Dictionary<string, string>(), "report", "-");
        Assert.Equal(0, report.ExitCode);
        Assert.Contains("The judgments are simulated", report.Output);
        Assert.Matches(@"1 │ 1 to 1 +│ cqia", report.Output);
    }

    [Theory]
    [InlineData("--help", 0)]
    [InlineData("nonsense", 2)]
    [InlineData("report", 2)]
    [InlineData("simulate --models 1", 2)]
    [InlineData("import --study x", 2)]
    public async Task Wrong_usage_is_told_from_failure(string command, int code)
    {
        var run = await CommandRun.Of(command.Split(' '));
        Assert.Equal(code, run.ExitCode);
        Assert.DoesNotContain("   at ", run.Notes); // no stack
    }

    private Task<CommandRun> Remote(params string[] arguments) => CommandRun.Of(null, new Dictionary<string, string>
    {
        ["PREFEVAL_SERVER"] = shared.Value.Address.ToString(),
        ["PREFEVAL_KEY"] = PrefEvalServer.AdminKey,
    }, arguments);
}
