using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The eight calls, in the words of the contract, on both databases.</summary>
public sealed class AWholeStudy(Postgres postgres)
{
    [Fact]
    public async Task In_eight_calls_on_SQLite()
    {
        await using var server = new PrefEvalServer();
        await EightCalls(server);
    }

    [Fact]
    public async Task In_eight_calls_on_PostgreSQL()
    {
        var connection = postgres.NewSchema();
        await using (var server = new PrefEvalServer(connection)) await EightCalls(server);
        await using var again = new PrefEvalServer(connection); // migrations are run once, data stay
        Assert.NotEmpty((await again.Admin.Get("studies")).Ok()["items"].AsArray());
    }

    private static async Task EightCalls(PrefEvalServer server)
    {
        var admin = server.Admin;
        var created = (await admin.Post("studies", """
            {"name":"cqia-vs-baselines","title":"中文问答比较","question":"哪个回答更好？","language":"zh-CN","overlap":3,
             "allow_both_bad":true,"design":{"kind":"focal","focal":"demo-cqia-6b"}}
            """)).Ok();
        Assert.Equal("draft", (string?)created["state"]);
        var study = $"studies/{created["study"]}";

        var imported = (await admin.Upload($"{study}/imports?format=auto&confirm=true", System.Text.Encoding.UTF8.GetBytes(TestStudy.Prompts(6, "demo-cqia-6b", "demo-b", "demo-c")))).Ok();
        Assert.Equal(("prefeval_prompts", 6, 18, 0, 0, 0), ((string)imported["format"]!, (int)imported["prompts"]!, (int)imported["answers"]!, (int)imported["pairs"]!, (int)imported["judgments"]!, (int)imported["unchanged"]!));
        Assert.Empty(imported["errors"].AsArray());

        Assert.Equal("open", (string?)(await admin.Patch(study, new { state = "open" })).Ok()["state"]);

        for (var n = 1; n <= 3; n++)
        {
            var invited = (await admin.Post($"{study}/raters", new { name = $"r{n}" })).Ok();
            Assert.Contains("/judge#", (string)invited["link"]!);
            var rater = server.As((string)invited["key"]!);
            for (var judged = 0; judged < 12; judged++)
            {
                var asked = (await rater.Post($"{study}/assignments", new { count = 3 })).Ok();
                var first = asked["items"][0]!;
                Assert.Equal("user", (string?)first["prompt"]![0]!["role"]);
                var vote = (await rater.Put($"assignments/{first["assignment"]}/judgment", new { choice = "left", after = 0, duration_ms = 5300 })).Ok();
                Assert.Equal(("left", 1, true), ((string)vote["choice"]!, (int)vote["revision"]!, (bool)vote["counted"]!));
            }
            Assert.NotNull((await rater.Post($"{study}/assignments", new { count = 3 })).Ok().Json["none_left"]);
        }

        var judgments = (await admin.Get($"{study}/judgments?limit=1000")).Ok();
        Assert.Equal(36, judgments["items"].AsArray().Count);
        Assert.Null(judgments.Json["next_cursor"]);
        Assert.Equal(Enumerable.Range(1, 36), judgments["items"].AsArray().Select(j => (int)j!["sequence"]!));

        var report = (await admin.Get($"{study}/reports/preference?model=demo-cqia-6b&baseline=demo-b")).Ok();
        var row = Assert.Single(report["items"].AsArray())!;
        Assert.Equal((36, 18, "primary"), ((int)report["sequence"]!, (int)row["n"]!, (string)report["analysis"]!));
        Assert.Equal("raters_like_these", (string?)row["win_rate"]!["scope"]);
        AssertInside(row["win_rate"]!);
        AssertInside(row["scopes"]!["these_raters"]!["net"]!);

        var agreement = (await admin.Get($"{study}/reports/agreement")).Ok();
        Assert.Equal(12, (int)agreement["units"]!);
        Assert.Equal(3, agreement["cohen_kappa"].AsArray().Count);
        var progress = (await admin.Get($"{study}/reports/progress")).Ok();
        Assert.Equal((36L, 36L, 0L), ((long)progress["planned"]!, (long)progress["counted"]!, (long)progress["live"]!));
    }

    private static void AssertInside(JsonNode interval)
    {
        Assert.Equal("ok", (string?)interval["status"]);
        Assert.InRange((double)interval["estimate"]!, (double)interval["lower"]!, (double)interval["upper"]!);
        Assert.True((double)interval["lower"]! < (double)interval["upper"]!);
    }
}
