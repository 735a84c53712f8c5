using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public sealed class TheDemonstration
{
    private static string Folder => Path.Combine(Project.Root, "seed", "demo");

    /// <summary>To make the judgments anew, run this test once with PREFEVAL_UPDATE=1 and commit the file.</summary>
    [Fact]
    public async Task Has_the_judgments_that_the_simulator_gives_for_its_seed()
    {
        var focal = (string)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "study.json")))!["design"]!["focal"]!;
        var simulated = DemoJudgments.Simulate(await File.ReadAllLinesAsync(Path.Combine(Folder, "prompts.jsonl")), focal);

        var file = Path.Combine(Folder, "judgments.simulated.jsonl");
        if (Project.Updates) await File.WriteAllTextAsync(file, simulated);
        Assert.Equal(await File.ReadAllTextAsync(file), simulated);
    }

    [Fact]
    public async Task Is_loaded_into_an_empty_database_and_says_that_it_is_simulated()
    {
        await using var server = new PrefEvalServer(seed: "demo");
        var study = Assert.Single((await server.Admin.Get("studies")).Ok()["items"].AsArray())!;
        Assert.Equal("open", (string?)study["state"]);

        var report = (await server.Admin.Get($"studies/{study["study"]}/reports/preference")).Ok();

        Assert.True((bool)report["simulated"]!);
        Assert.Equal("simulated", (string?)report["raters"]);
        Assert.Equal(3, report["items"].AsArray().Count);
        Assert.All(report["items"].AsArray(), row =>
        {
            Assert.Equal("demo-cqia-6b", (string?)row!["model"]);
            Assert.Equal(48, (int)row["n"]!);
            Assert.Equal("ok", (string?)row["win_rate"]!["status"]);
        });
        Assert.All((await server.Admin.Get($"studies/{study["study"]}/raters")).Ok()["items"].AsArray().Where(r => (string?)r!["kind"] == "simulated"),
            rater => Assert.StartsWith("simulated:", (string)rater!["name"]!));
        // Simulated judgments take no places: people can judge every pair.
        Assert.Equal(0, (long)(await server.Admin.Get($"studies/{study["study"]}/reports/progress")).Ok()["counted"]!);
    }
}
