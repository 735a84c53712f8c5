using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PrefEval.Api.Platform;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public sealed class TheDemonstration(Server shared) : IClassFixture<Server>
{
    private static readonly string Last = "seed/" + DemoJudgments.Folders[^1];

    /// <summary>To make the judgments anew, run this test once with PREFEVAL_UPDATE=1 and commit the files.</summary>
    [Theory, MemberData(nameof(Studies))]
    public async Task Has_the_judgments_that_the_simulator_gives_for_its_seed(string folder, int prompts, int models)
    {
        var simulated = DemoJudgments.Simulate(folder);

        var file = PathOf(folder, "judgments.simulated.jsonl");
        if (Project.Updates) await File.WriteAllTextAsync(file, simulated);
        Assert.Equal(await File.ReadAllTextAsync(file), simulated);
        Assert.InRange(prompts * models, 60, 300);
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

    [Fact]
    public async Task Is_loaded_into_an_empty_database_and_completed_by_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("prefeval-seeds-").FullName;
        var database = $"Data Source={Path.Combine(folder, "prefeval.db")}";
        try
        {
            await using (var server = new PrefEvalServer(database, seed: "demo"))
            {
                Assert.Equal("demo-human-preference", (string?)(await server.Admin.Get("studies")).Ok()["items"][0]!["name"]); // before the service was ready
                await AssertAllAreOpen(server);
                // As a crash would leave it that came while the last study was being opened.
                await server.Services.GetRequiredService<WriteQueue>().RunAsync(0, write =>
                {
                    write.Execute("UPDATE settings SET value = 'loading' WHERE name = 'seed'");
                    write.Execute("UPDATE studies SET state = 'draft' WHERE external_id = @Last", new { Last });
                });
            }
            await using (var server = new PrefEvalServer(database, seed: "demo"))
            {
                await AssertAllAreOpen(server);
                var study = (await server.Admin.Get("studies")).Ok()["items"].AsArray().Single(s => (string?)s!["external_id"] == Last)!;
                (await server.Admin.Delete($"studies/{study["study"]}")).Ok();
            }
            await using (var server = new PrefEvalServer(database, seed: "demo")) // what somebody threw away stays away
            {
                await server.Services.GetRequiredService<Seeds>().ExecuteTask!;
                Assert.Equal(DemoJudgments.Folders.Length - 1, (await server.Admin.Get("studies")).Ok()["items"].AsArray().Count);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static TheoryData<string, int, int> Studies() => new() { { "human-preference", 40, 6 }, { "data-sources", 21, 7 }, { "model-scaling", 20, 5 }, { "safety", 21, 4 } };

    private static string PathOf(string folder, string file) => Path.Combine(DemoJudgments.Folder(folder), file);

    private static async Task AssertAllAreOpen(PrefEvalServer server)
    {
        await server.Services.GetRequiredService<Seeds>().ExecuteTask!;
        var studies = (await server.Admin.Get("studies")).Ok()["items"].AsArray();
        Assert.Equal(DemoJudgments.Folders.Select(folder => "seed/" + folder).Order(StringComparer.Ordinal), studies.Select(s => (string)s!["external_id"]!).Order(StringComparer.Ordinal));
        Assert.All(studies, study => Assert.Equal("open", (string?)study!["state"]));
    }
}
