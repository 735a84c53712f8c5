using Microsoft.Extensions.DependencyInjection;
using PrefEval.Api.Platform;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public abstract class LoadingTheSeeds(string database)
{
    private static readonly string Last = "seed/" + DemoJudgments.Folders[^1];

    [Fact]
    public async Task Every_folder_is_loaded_into_an_empty_database_and_what_was_cut_short_by_the_next_start()
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

    private static async Task AssertAllAreOpen(PrefEvalServer server)
    {
        await server.Services.GetRequiredService<Seeds>().ExecuteTask!;
        var studies = (await server.Admin.Get("studies")).Ok()["items"].AsArray();
        Assert.Equal(DemoJudgments.Folders.Select(folder => "seed/" + folder).Order(StringComparer.Ordinal), studies.Select(s => (string)s!["external_id"]!).Order(StringComparer.Ordinal));
        Assert.All(studies, study => Assert.Equal("open", (string?)study!["state"]));
    }

    public sealed class OnSQLite() : LoadingTheSeeds($"Data Source={Path.Combine(Folder, "prefeval.db")}"), IDisposable
    {
        private static readonly string Folder = Directory.CreateTempSubdirectory("prefeval-seeds-").FullName;

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }

    public sealed class OnPostgreSQL(Postgres postgres) : LoadingTheSeeds(postgres.NewSchema());
}
