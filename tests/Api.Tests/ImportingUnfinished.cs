using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Imports that are taken out again: undone, cut off by a stop of the service, or left staged for too long.</summary>
public sealed class ImportingUnfinished
{
    [Fact]
    public async Task A_stored_import_is_undone_while_the_study_is_a_draft()
    {
        await using var server = new PrefEvalServer();
        var study = await TestStudy.CreateAsync(server, overlap: 2);
        var prompts = (await study.Import(TestStudy.Prompts(3, "m1", "m2"))).Ok();
        var first = (await study.Import(ImportingFiles.Judgment("p001", "m1", "m2", "r1", "a"))).Ok();
        var second = (await study.Import(ImportingFiles.Judgment("p001", "m1", "m2", "r2", "b"))).Ok();

        var early = await server.Admin.Delete($"{study.Path}/imports/{prompts["import"]}");
        Assert.Equal((HttpStatusCode.Conflict, "import-state"), (early.Status, early.Problem));
        Assert.Equal("import-state", (await server.Admin.Delete($"{study.Path}/imports/{first["import"]}")).Problem); // it brought the pair

        var report = (await study.Get("reports/preference?model=m1&baseline=m2")).Ok();
        Assert.Equal(2, (int)report["items"][0]!["n"]!);
        Assert.Equal("undone", (string?)(await server.Admin.Delete($"{study.Path}/imports/{second["import"]}")).Ok()["state"]);

        report = (await study.Get("reports/preference?model=m1&baseline=m2")).Ok();
        Assert.Equal(1, (int)report["items"][0]!["n"]!);
        var left = Assert.Single(await study.Judgments());
        Assert.Equal("r1", (string?)left["rater"]);
        Assert.Single((await study.Get("raters")).Ok()["items"].AsArray());
        Assert.Equal(1, (int)(await study.Get("pairs")).Ok()["items"][0]!["counted"]!);
        (await server.Admin.Delete($"{study.Path}/imports/{first["import"]}")).Ok();
        (await server.Admin.Delete($"{study.Path}/imports/{prompts["import"]}")).Ok();
        foreach (var list in new[] { "prompts", "models", "pairs", "raters", "judgments" })
            Assert.Empty((await study.Get(list)).Ok()["items"].AsArray());
        Assert.Equal(["undone", "undone", "undone"], (await study.Get("imports")).Ok()["items"].AsArray().Select(i => (string)i!["state"]!));

        Assert.Equal((3, 6, 0, 0, 0, 0), ImportingFiles.Counts((await study.Import(TestStudy.Prompts(3, "m1", "m2"))).Ok()));
        (await study.Change(new { state = "open" })).Ok();
        var last = (await study.Get("imports")).Ok()["items"].AsArray()[^1]!;
        Assert.Equal("import-state", (await server.Admin.Delete($"{study.Path}/imports/{last["import"]}")).Problem);
    }

    [Fact]
    public async Task What_was_being_stored_when_the_service_stopped_is_taken_out_at_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("prefeval-test-").FullName;
        try
        {
            var connection = $"Data Source={Path.Combine(folder, "prefeval.db")}";
            string study;
            await using (var server = new PrefEvalServer(connection))
            {
                var made = await TestStudy.OpenAsync(server, 2, ["m1", "m2"], overlap: 1);
                study = made.Path;
                (await made.Import(ImportingFiles.Judgment("p001", "m1", "m2", "r1", "a") + "\n" + ImportingFiles.Judgment("p002", "m1", "m2", "r1", "a"))).Ok();
            }
            Cut(connection);

            await using var again = new PrefEvalServer(connection);
            var imports = (await again.Admin.Get(study + "/imports")).Ok()["items"].AsArray();
            Assert.Equal(["stored", "failed"], imports.Select(i => (string)i!["state"]!));
            Assert.NotEmpty((string)imports[1]!["reason"]!);
            Assert.Empty((await again.Admin.Get(study + "/judgments")).Ok()["items"].AsArray());
            Assert.Empty((await again.Admin.Get(study + "/raters")).Ok()["items"].AsArray());
            var invited = (await again.Admin.Post(study + "/raters", new { name = "r2" })).Ok();
            Assert.Equal(2, (await again.As((string)invited["key"]!).Post(study + "/assignments", new { count = 3 })).Ok()["items"].AsArray().Count); // the places are free again
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_wave_that_was_being_stored_is_taken_out_too_and_was_never_served()
    {
        var folder = Directory.CreateTempSubdirectory("prefeval-test-").FullName;
        try
        {
            var connection = $"Data Source={Path.Combine(folder, "prefeval.db")}";
            string study, key;
            await using (var server = new PrefEvalServer(connection))
            {
                var made = await TestStudy.OpenAsync(server, 2, ["m1", "m2"], overlap: 1, design: new { kind = "focal", focal = "m1" });
                study = made.Path;
                key = (string)(await server.Admin.Post(study + "/raters", new { name = "r1" })).Ok()["key"]!;
                Assert.Equal(2, (int)(await made.Import(AddingWaves.Answers(2, "m3"))).Ok()["wave"]!);
                Cut(connection);
                Run(connection, "DELETE FROM waves WHERE wave = 2");
                Assert.Equal(2, (await server.As(key).Post(study + "/assignments", new { count = 9 })).Ok()["items"].AsArray().Count);
            }

            await using var again = new PrefEvalServer(connection);
            Assert.Equal("failed", (string?)(await again.Admin.Get(study + "/imports")).Ok()["items"].AsArray()[^1]!["state"]);
            Assert.Equal(2, (await again.Admin.Get(study + "/models")).Ok()["items"].AsArray().Count);
            Assert.Equal(2, (await again.Admin.Get(study + "/pairs")).Ok()["items"].AsArray().Count);
            Assert.Equal(2, (await again.As(key).Post(study + "/assignments", new { count = 9 })).Ok()["items"].AsArray().Count);
            var stored = (await again.Admin.Upload(study + "/imports?confirm=true", Encoding.UTF8.GetBytes(AddingWaves.Answers(2, "m3")))).Ok();
            Assert.Equal((2, 2), ((int)stored["wave"]!, (int)stored["wave_pairs"]!));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_answer_that_was_being_replaced_is_shown_as_it_was_before_and_after_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("prefeval-test-").FullName;
        try
        {
            var connection = $"Data Source={Path.Combine(folder, "prefeval.db")}";
            string study, key, shown;
            await using (var server = new PrefEvalServer(connection))
            {
                var made = await TestStudy.OpenAsync(server, 1, ["m1", "m2"], overlap: 2);
                (study, key) = (made.Path, (string)(await server.Admin.Post(made.Path + "/raters", new { name = "r1" })).Ok()["key"]!);
                shown = await Shown(server);
                Run(connection, "INSERT INTO imports (study, import, format, state, summary, created_at) SELECT study, 2, format, 'storing', '{\"counts\":{}}', created_at FROM imports");
                Run(connection, $"INSERT INTO answers (study, prompt, model, version, messages, characters, import, sequence) SELECT study, prompt, model, 2, '[]', 0, 2, {long.MaxValue} FROM answers WHERE model = 2");
                Assert.Equal(shown, await Shown(server));
            }

            await using var again = new PrefEvalServer(connection);
            Assert.Equal("failed", (string?)(await again.Admin.Get(study + "/imports")).Ok()["items"].AsArray()[^1]!["state"]);
            Assert.Equal(shown, await Shown(again));
            Assert.Equal(1, (int)(await again.Admin.Get(study + "/pairs")).Ok()["items"][0]!["version_b"]!);

            async Task<string> Shown(PrefEvalServer server)
            {
                var item = Assert.Single((await server.As(key).Post(study + "/assignments", new { count = 1 })).Ok()["items"].AsArray())!;
                return item["left"]!.ToJsonString() + item["right"]!.ToJsonString();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_copy_that_was_being_made_when_the_service_stopped_is_dropped_at_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("prefeval-test-").FullName;
        try
        {
            var connection = $"Data Source={Path.Combine(folder, "prefeval.db")}";
            await using (var server = new PrefEvalServer(connection))
            {
                var made = await TestStudy.OpenAsync(server, 2, ["m1", "m2"]);
                var copy = (await server.Admin.Post("studies", new { copy_of = made.Id })).Ok();
                Run(connection, "UPDATE imports SET state = 'storing', stored_at = NULL WHERE format = 'copy'");
                Assert.Empty((await server.Admin.Get($"studies/{copy["study"]}/prompts")).Ok()["items"].AsArray());
                Assert.Equal("not-ready-to-open", (await server.Admin.Patch($"studies/{copy["study"]}", new { state = "open" })).Problem);
            }

            await using var again = new PrefEvalServer(connection);
            Assert.Equal("cqia-vs-baselines", (string?)Assert.Single((await again.Admin.Get("studies")).Ok()["items"].AsArray())!["name"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_study_is_not_opened_and_takes_no_other_import_while_one_is_being_stored()
    {
        await using var server = new PrefEvalServer();
        var study = await TestStudy.CreateAsync(server);
        (await study.Import(TestStudy.Prompts(2, "m1", "m2"))).Ok();
        var last = (await study.Import(TestStudy.Prompts(3, "m1", "m2"))).Ok();
        Cut($"Data Source={server.DatabaseFile}"); // another process on the same database does so

        Assert.Equal("not-ready-to-open", (await study.Change(new { state = "open" })).Problem);
        Assert.Equal("import-state", (await study.Import(TestStudy.Prompts(4, "m1", "m2"))).Problem);
        Assert.Equal("import-state", (await server.Admin.Delete($"{study.Path}/imports/{last["import"]}")).Problem);
        Assert.Equal(2, (await study.Get("prompts")).Ok()["items"].AsArray().Count);
    }

    [Fact]
    public async Task A_staged_import_waits_for_a_day()
    {
        await using var server = new PrefEvalServer(fakeTime: true);
        var study = await TestStudy.CreateAsync(server);
        var staged = (await study.Import(TestStudy.Prompts(1, "m1", "m2"), confirm: false)).Ok();
        var path = $"{study.Path}/imports/{staged["import"]}";

        server.Time!.Advance(TimeSpan.FromHours(25));

        Assert.Equal("import-state", (await server.Admin.Post(path + "/confirm", "{}")).Problem);
        Assert.Equal("failed", (string?)(await server.Admin.Get(path)).Ok()["state"]);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(server.DatabaseFile)!, "spool")));
    }

    /// <summary>Makes the last import look as a stop of the service in the midst of storing leaves it.</summary>
    private static void Cut(string connectionString) => Run(connectionString,
        "UPDATE imports SET state = 'storing', base_sequence = NULL, judgments = 0, stored_at = NULL WHERE import = (SELECT MAX(import) FROM imports)");

    private static void Run(string connectionString, string sql)
    {
        using var connection = new SqliteConnection(connectionString + ";Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
