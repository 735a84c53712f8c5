using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public sealed class TheDemonstration(Server shared) : IClassFixture<Server>
{
    /// <summary>To make the judgments anew, run this test once with PREFEVAL_UPDATE=1 and commit the files.</summary>
    [Theory, MemberData(nameof(Studies))]
    public async Task Has_the_judgments_that_the_simulator_gives_for_its_seed(string folder, int prompts, int models)
    {
        var simulated = DemoJudgments.Simulate(folder);

        var file = PathOf(folder, "judgments.simulated.jsonl");
        if (Project.Updates) await File.WriteAllTextAsync(file, simulated);
        Assert.Equal(await File.ReadAllTextAsync(file), simulated);
        var judgments = simulated.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(prompts, judgments.Select(j => (string)j["prompt_id"]!).Distinct().Count());
        Assert.Equal(models, judgments.SelectMany(j => new[] { (string)j["model_a"]!, (string)j["model_b"]! }).Distinct().Count());
        Assert.Equal(4, judgments.Select(j => (string)j["winner"]!).Distinct().Count()); // ties and both bad occur
    }

    [Theory, MemberData(nameof(Studies))]
    public async Task Is_loaded_opened_and_reported_like_any_users_files(string folder, int prompts, int models)
    {
        var server = shared.Value;
        var made = (await server.Admin.Post("studies", await File.ReadAllTextAsync(PathOf(folder, "study.json")))).Ok();
        var path = $"studies/{made["study"]}";
        var answers = (await server.Admin.Upload($"{path}/imports?confirm=true", await File.ReadAllBytesAsync(PathOf(folder, "prompts.jsonl")))).Ok();
        Assert.Equal((prompts, prompts * models), ((int)answers["prompts"]!, (int)answers["answers"]!));
        (await server.Admin.Upload($"{path}/imports?confirm=true", await File.ReadAllBytesAsync(PathOf(folder, "judgments.simulated.jsonl")))).Ok();
        var attributes = JsonNode.Parse(await File.ReadAllTextAsync(PathOf(folder, "models.json")))!;
        foreach (var model in (await server.Admin.Get($"{path}/models")).Ok()["items"].AsArray())
            (await server.Admin.Patch($"{path}/models/{model!["model"]}", attributes[(string)model["name"]!]!.ToJsonString())).Ok();
        (await server.Admin.Patch(path, new { state = "open" })).Ok();

        var report = (await server.Admin.Get($"{path}/reports/preference")).Ok();

        var focal = (string?)made["design"]!["focal"];
        Assert.True((bool)report["simulated"]!);
        Assert.Equal("simulated", (string?)report["raters"]);
        Assert.Equal(focal is null ? models * (models - 1) / 2 : models - 1, report["items"].AsArray().Count);
        Assert.All(report["items"].AsArray(), row =>
        {
            Assert.Equal(focal ?? (string?)row!["model"], (string?)row!["model"]);
            Assert.InRange((int)row["n"]!, (prompts - 2) * 3, prompts * 3); // identical answers are not judged
            foreach (var estimand in new[] { "win_rate", "win_or_tie", "win_or_good_tie" })
                Assert.Equal("ok", (string?)row[estimand]!["status"]);
        });
        // Simulated judgments take no places: people can judge every pair.
        Assert.Equal(0, (long)(await server.Admin.Get($"{path}/reports/progress")).Ok()["counted"]!);
    }

    [Theory, MemberData(nameof(Studies))]
    public void Names_nothing_real_and_says_that_it_is_simulated(string folder, int prompts, int models)
    {
        var lines = File.ReadAllLines(PathOf(folder, "prompts.jsonl")).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(prompts, lines.Count);
        Assert.All(lines, prompt =>
        {
            Assert.NotEmpty((string)prompt["category"]!);
            Assert.Contains(prompt["tags"]!.AsArray(), tag => ((string)tag!).StartsWith("source:", StringComparison.Ordinal));
            Assert.Contains(prompt["tags"]!.AsArray(), tag => ((string)tag!).StartsWith("task:", StringComparison.Ordinal));
            Assert.Equal(models, prompt["answers"]!.AsObject().Count);
            Assert.All(prompt["answers"]!.AsObject(), answer =>
            {
                Assert.StartsWith("demo-", answer.Key);
                Assert.DoesNotContain("demo-", (string)answer.Value!, StringComparison.Ordinal); // an answer that says who wrote it unblinds
            });
        });
        Assert.All(File.ReadLines(PathOf(folder, "judgments.simulated.jsonl")), line =>
        {
            var judgment = JsonNode.Parse(line)!;
            Assert.Matches("^simulated:r[0-9]{2}$", (string)judgment["rater"]!);
            Assert.Equal("simulated", (string?)judgment["rater_kind"]);
            Assert.InRange((int)judgment["duration_ms"]!, 1000, 600_000);
        });
        Assert.Contains("simulated", File.ReadAllText(PathOf(folder, "README.md")), StringComparison.Ordinal);
    }

    public static TheoryData<string, int, int> Studies() => new() { { "human-preference", 40, 6 }, { "data-sources", 21, 7 }, { "model-scaling", 20, 5 }, { "safety", 21, 4 } };

    private static string PathOf(string folder, string file) => Path.Combine(DemoJudgments.Folder(folder), file);
}
