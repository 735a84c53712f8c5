using System.Net;
using Microsoft.Data.Sqlite;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>A report as of a number is the same to the byte whenever it is asked for, and is not computed for whoever has it.</summary>
public abstract class TheSameReportAgain
{
    private static readonly string[] Questions =
    [
        "preference", "preference?unit=pair", "preference?by=category", "preference?by=tag", "preference?by=language", "preference?by=rater", "preference?by=wave", "preference?by=prompt_length",
        "preference?by=model:training_source", "preference?by=baseline:training_source", "preference?raters=llm", "leaderboard", "leaderboard?ties=half_wins", "leaderboard?ties=rao_kupper&transitive=true", "leaderboard?raters=llm",
        "agreement", "agreement?raters=llm", "position", "length", "raters", "judges", "judges?by=category",
    ];

    protected abstract string NewConnection();

    [Fact]
    public async Task Is_the_same_to_the_byte_after_a_restart_after_later_writes_and_at_each_number()
    {
        var connection = NewConnection();
        var first = new Dictionary<string, string>();
        string path;
        long at;
        using (var server = new PrefEvalServer(connection))
        {
            var study = await TheHashOfTheData.Eventful(server);
            path = study.Path;
            at = (long)(await study.Get("reports/agreement")).Ok()["sequence"]!;
            foreach (var number in new[] { at, at / 2 })
                foreach (var question in Questions.Where(q => number == at || !q.Contains(':', StringComparison.Ordinal))) // no model had attributes by then
                    first[At(question, number)] = (await study.Get("reports/" + At(question, number))).Ok().Text;

            // Later: votes, a skip, a model that stands before the others, attributes, an exclusion, another declared analysis.
            var rater = await study.Invite("r9");
            foreach (var held in await rater.Assignments(3)) (await rater.Vote((string)held["assignment"]!, "tie")).Ok();
            foreach (var held in await rater.Assignments(1)) (await rater.GiveBack((string)held["assignment"]!, "broken")).Ok();
            (await study.Import(TestStudy.Prompts(3, "demo-a", "demo-b", "demo-c").Replace("p00", "q00", StringComparison.Ordinal).Replace("编号", "续号", StringComparison.Ordinal))).Ok();
            (await study.Import(ImportingFiles.Judgment("q001", "demo-a", "demo-c", "r2", "a") + "\n" + ImportingFiles.Judgment("q002", "demo-a", "demo-b", "gpt", "a", "llm"))).Ok();
            foreach (var model in (await study.Get("models")).Ok()["items"].AsArray()) (await server.Admin.Patch($"{path}/models/{model!["model"]}", new { attributes = new { training_source = "exam" } })).Ok();
            (await server.Admin.Post($"{path}/judgments/exclude", new { filter = new { rater = "r1" }, reason = "later" })).Ok();
            (await study.Change(new { analysis = new { confidence = 0.8, estimand = "net" }, title = "另一个标题" })).Ok();

            foreach (var (question, text) in first) Assert.Equal(text, (await study.Get("reports/" + question)).Ok().Text);
        }
        using var later = new PrefEvalServer(connection);
        foreach (var (question, text) in first.Reverse()) Assert.Equal(text, (await later.Admin.Get($"{path}/reports/{question}")).Ok().Text);
    }

    [Fact]
    public async Task Has_another_ETag_after_each_write_that_it_rests_on_and_the_same_one_after_others()
    {
        using var server = new PrefEvalServer(NewConnection());
        var study = await TestStudy.OpenAsync(server, 6, ["demo-a", "demo-b"], overlap: 2);
        var rater = await study.Invite("r1");
        var held = await rater.Assignments(3);
        var model = (await study.Get("models")).Ok()["items"][0]!["model"];
        var known = await Tags();

        await Changes(async () => (await rater.Vote((string)held[0]["assignment"]!, "left")).Ok());
        await Changes(async () => (await rater.Vote((string)held[0]["assignment"]!, "right", after: 1)).Ok());
        await Changes(async () => (await rater.GiveBack((string)held[1]["assignment"]!, "unclear")).Ok());
        await Changes(async () => (await study.Import(ImportingFiles.Judgment("p001", "demo-a", "demo-b", "r2", "b"))).Ok());
        await Changes(async () => (await server.Admin.Post($"{study.Path}/judgments/exclude", new { filter = new { rater = "r2" }, reason = "x" })).Ok());
        await Changes(async () => (await server.Admin.Patch($"{study.Path}/models/{model}", new { attributes = new { size = "6b" } })).Ok());
        await Changes(async () => (await study.Change(new { analysis = new { threshold = 0.6 } })).Ok());
        await Changes(async () => (await study.Import(TestStudy.Prompts(7, "demo-a", "demo-b").Split('\n')[6])).Ok());

        (await study.Change(new { name = "renamed", title = "另一个标题", guidelines = "…" })).Ok();
        (await study.Invite("r3")).ToString();
        Assert.Equal(known, await Tags());

        async Task Changes(Func<Task> write)
        {
            await write();
            var now = await Tags();
            Assert.All(now.Zip(known), pair => Assert.NotEqual(pair.Second, pair.First));
            known = now;
        }

        async Task<List<string>> Tags()
        {
            var tags = new List<string>();
            foreach (var question in new[] { "preference", "leaderboard", "agreement", "position", "length", "raters", "judges", "preference?confidence=0.8" })
                tags.Add((await study.Get("reports/" + question)).Ok().Headers.ETag!.Tag);
            Assert.Equal(tags.Count, tags.Distinct().Count());
            return tags;
        }
    }

    private static string At(string question, long at) => $"{question}{(question.Contains('?', StringComparison.Ordinal) ? '&' : '?')}at={at}";

    public sealed class OnSQLite : TheSameReportAgain, IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("prefeval-again-").FullName;

        protected override string NewConnection() => $"Data Source={Path.Combine(_folder, Guid.NewGuid().ToString("N"))}.db";

        public void Dispose() => Directory.Delete(_folder, recursive: true);

        /// <summary>The judgments are gone, so whoever computes fails; and who has the report is told so all the same.</summary>
        [Fact]
        public async Task Is_not_computed_for_whoever_has_it()
        {
            var connection = NewConnection();
            var tags = new Dictionary<string, string>();
            string path;
            using (var server = new PrefEvalServer(connection))
            {
                var study = await TheHashOfTheData.Eventful(server);
                path = study.Path;
                foreach (var question in Questions) tags[question] = (await study.Get("reports/" + question)).Ok().Headers.ETag!.ToString();
            }
            using (var database = new SqliteConnection(connection + ";Pooling=False"))
            {
                database.Open();
                using var poison = database.CreateCommand();
                poison.CommandText = "ALTER TABLE judgments RENAME TO judgments_gone";
                poison.ExecuteNonQuery();
            }
            using var poisoned = new PrefEvalServer(connection);
            foreach (var (question, tag) in tags)
                Assert.Equal(HttpStatusCode.NotModified, (await poisoned.Admin.Get($"{path}/reports/{question}", ("If-None-Match", tag))).Status);
            Assert.Equal(HttpStatusCode.InternalServerError, (await poisoned.Admin.Get($"{path}/reports/preference")).Status);
        }
    }

    public sealed class OnPostgreSQL(Postgres postgres) : TheSameReportAgain
    {
        protected override string NewConnection() => postgres.NewSchema();
    }
}
