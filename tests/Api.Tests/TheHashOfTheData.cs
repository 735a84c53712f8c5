using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>A report's data_hash is what anybody makes of the study's log, line by line, and no stored judgment can change without it.</summary>
public abstract class TheHashOfTheData(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task Can_be_made_again_from_the_log_as_of_any_number()
    {
        var study = await Eventful(_server);
        var newest = (long)(await study.Get("reports/preference")).Ok()["sequence"]!;

        foreach (var at in Enumerable.Range(0, (int)newest + 1))
        {
            var report = (await study.Get($"reports/agreement?at={at}")).Ok();
            Assert.Equal(ChainOf(await Log(study, at)), (string)report["data_hash"]!);
        }
        var hashes = new HashSet<string>();
        foreach (var report in new[] { "preference", "leaderboard", "agreement", "position", "length", "raters", "judges" })
            hashes.Add((string)(await study.Get($"reports/{report}?category=写作")).Ok()["data_hash"]!);
        Assert.Single(hashes); // of the study's data, whatever a report makes of them
    }

    [Fact]
    public async Task Covers_every_judgment_and_everything_that_changed_what_it_counts_for()
    {
        var study = await Eventful(_server);
        var log = (await Log(study)).Select(line => JsonNode.Parse(line)!).ToList();

        Assert.Equal(["analysis", "attributes", "excluded", "included", "judgment", "replaced", "skip", "standing", "wave"],
            log.Select(line => (string)line["write"]!).Where(kind => kind != "answers").Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(log.Select(line => (long)line["sequence"]!).Order(), log.Select(line => (long)line["sequence"]!));

        var judgments = await study.Judgments();
        var logged = log.Where(line => (string)line["write"]! == "judgment").ToList();
        Assert.Equal(judgments.Count, logged.Count);
        foreach (var (judgment, line) in judgments.Zip(logged))
            foreach (var field in new[] { "sequence", "assignment", "prompt_id", "model_a", "model_b", "rater_kind", "role", "revision", "winner", "score", "left", "duration_ms" })
                Assert.Equal(judgment[field]?.ToJsonString(), line[field]?.ToJsonString());

        var standing = new Dictionary<string, string>();
        foreach (var line in log)
        {
            if ((string)line["write"]! == "judgment") standing[(string)line["assignment"]!] = (bool)line["counted"]! ? "counted" : "surplus";
            if ((string)line["write"]! == "standing") standing[(string)line["assignment"]!] = (string)line["standing"]!;
        }
        Assert.All(judgments, judgment => Assert.Equal((string)judgment["standing"]!, standing[(string)judgment["assignment"]!]));
        Assert.Contains("excluded", standing.Values);
        Assert.Contains("replaced", standing.Values);
    }

    [Fact]
    public async Task Is_kept_along_a_long_log_so_that_earlier_numbers_have_theirs()
    {
        var study = await TestStudy.OpenAsync(_server, 150, ["demo-a", "demo-b"]);
        (await study.Import(string.Join('\n', Enumerable.Range(0, 900).Select(i => ImportingFiles.Judgment($"p{i / 6 + 1:000}", "demo-a", "demo-b", $"r{i % 6}", i % 7 < 3 ? "b" : "a", "simulated"))))).Ok();
        var newest = (int)(await study.Get("reports/agreement")).Ok()["sequence"]!;
        var log = await Log(study);
        Assert.Equal(900, log.Count);

        foreach (var at in new[] { newest, 1, 255, 256, 257, 258, 511, 512, 513, 700, newest - 1 })
            Assert.Equal(ChainOf(log.Where(line => (int)JsonNode.Parse(line)!["sequence"]! <= at)), (string)(await study.Get($"reports/agreement?at={at}")).Ok()["data_hash"]!);
    }

    [Fact]
    public async Task Begins_anew_where_an_import_was_undone()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(2, "demo-a", "demo-b"))).Ok();
        (await study.Import(ImportingFiles.Judgment("p001", "demo-a", "demo-b", "r1", "a"))).Ok();
        var import = (await study.Import(ImportingFiles.Judgment("p002", "demo-a", "demo-b", "r2", "b"))).Ok();
        _ = (await study.Get("reports/agreement")).Ok();

        (await _server.Admin.Delete($"{study.Path}/imports/{import["import"]}")).Ok();

        var report = (await study.Get("reports/agreement")).Ok();
        var log = await Log(study);
        Assert.Equal(["judgment", "undone"], log.Select(line => (string)JsonNode.Parse(line)!["write"]!));
        Assert.Equal(ChainOf(log), (string)report["data_hash"]!);
    }

    [Fact]
    public async Task A_number_that_the_study_has_not_reached_has_no_log()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"]);
        Assert.Equal("at", (string?)(await study.Get("log?at=9"))["errors"][0]!["field"]);
        Assert.Equal(new string('0', 64), (string)(await study.Get("reports/agreement")).Ok()["data_hash"]!);
    }

    /// <summary>sha256(hash so far + line) for each line, in text.</summary>
    private static string ChainOf(IEnumerable<string> lines) =>
        lines.Aggregate(new string('0', 64), (hash, line) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hash + line))));

    private static async Task<IReadOnlyList<string>> Log(TestStudy study, long? at = null) =>
        (await study.Get("log" + (at is null ? "" : $"?at={at}"))).Ok().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Votes and a revision, a skip, imports, exclusions and back, attributes, another analysis, replaced answers, and a second wave.</summary>
    internal static async Task<TestStudy> Eventful(PrefEvalServer server)
    {
        var study = await TestStudy.OpenAsync(server, 6, ["demo-b", "demo-c"], overlap: 2);
        var rater = await study.Invite("r1");
        var held = await rater.Assignments(4);
        foreach (var one in held.Take(3)) (await rater.Vote((string)one["assignment"]!, "left")).Ok();
        (await rater.Vote((string)held[0]["assignment"]!, "right", after: 1)).Ok();
        (await rater.GiveBack((string)held[3]["assignment"]!, "unclear")).Ok();
        (await study.Import(string.Join('\n', Enumerable.Range(1, 6).Select(p => ImportingFiles.Judgment($"p{p:000}", "demo-b", "demo-c", "r2", p % 2 == 0 ? "tie" : "a"))))).Ok();
        (await study.Import(string.Join('\n', Enumerable.Range(1, 6).Select(p => ImportingFiles.Judgment($"p{p:000}", "demo-b", "demo-c", "gpt", p % 3 == 0 ? "b" : "a", "llm"))))).Ok();
        var excluded = (await server.Admin.Post($"{study.Path}/judgments/exclude", new { filter = new { rater = "r2" }, reason = "太快" })).Ok();
        (await server.Admin.Post($"{study.Path}/judgments/include", new { filter = new { prompt_ids = new[] { "p001", "p002" } }, reason = "clock" })).Ok();
        var models = (await study.Get("models")).Ok()["items"].AsArray();
        (await server.Admin.Patch($"{study.Path}/models/{models[0]!["model"]}", new { attributes = new { training_source = "cqia" } })).Ok();
        (await server.Admin.Patch($"{study.Path}/models/{models[0]!["model"]}", new { attributes = new { training_source = "zhihu" } })).Ok();
        (await study.Change(new { analysis = new { confidence = 0.9 } })).Ok();
        await Replace(study, "p003", "另一个回答。");
        (await study.Import(TestStudy.Prompts(8, "demo-b", "demo-c").Split('\n')[6] + "\n" + TestStudy.Prompts(8, "demo-b", "demo-c").Split('\n')[7])).Ok();
        return study;
    }

    private static async Task Replace(TestStudy study, string prompt, string answer)
    {
        var line = JsonNode.Parse(TestStudy.Prompts(6, "demo-b", "demo-c").Split('\n').Single(l => l.Contains($"\"{prompt}\"", StringComparison.Ordinal)))!;
        line["answers"]!["demo-b"] = answer;
        var staged = (await study.Import(line.ToJsonString(), confirm: false)).Ok();
        (await study.Server.Admin.Post($"{study.Path}/imports/{staged["import"]}/confirm", new { on_change = "replace" })).Ok();
    }

    public sealed class OnSQLite(Server shared) : TheHashOfTheData(shared.Value), IClassFixture<Server>
    {
        [Fact]
        public async Task A_winner_that_is_changed_behind_the_services_back_gives_another_hash()
        {
            var folder = Directory.CreateTempSubdirectory("prefeval-tampered-").FullName;
            try
            {
                var connection = $"Data Source={Path.Combine(folder, "prefeval.db")}";
                string path, before;
                using (var honest = new PrefEvalServer(connection))
                {
                    var study = await Eventful(honest);
                    path = study.Path;
                    before = await HashOf(honest, path);
                }
                using (var again = new PrefEvalServer(connection)) Assert.Equal(before, await HashOf(again, path));

                using (var database = new SqliteConnection(connection + ";Pooling=False"))
                {
                    database.Open();
                    using var change = database.CreateCommand();
                    change.CommandText = "UPDATE judgments SET winner = 1 - winner WHERE import = 0 AND number = (SELECT MIN(number) FROM judgments WHERE import = 0)";
                    Assert.Equal(1, change.ExecuteNonQuery());
                }
                using (var tampered = new PrefEvalServer(connection)) Assert.NotEqual(before, await HashOf(tampered, path));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        private static async Task<string> HashOf(PrefEvalServer server, string path) => (string)(await server.Admin.Get($"{path}/reports/agreement")).Ok()["data_hash"]!;
    }

    public sealed class OnPostgreSQL(PostgresServer shared) : TheHashOfTheData(shared.Value), IClassFixture<PostgresServer>;
}
