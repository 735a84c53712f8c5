using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Copies of studies, and the bin.</summary>
public abstract class CopyingAStudy(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task A_copy_has_the_settings_models_prompts_and_answers_and_no_judgments()
    {
        var study = await TestStudy.OpenAsync(_server, 250, ["demo-a", "demo-b"], design: new { kind = "focal", focal = "demo-a" }, overlap: 2);
        var model = (await study.Get("models")).Ok()["items"][0]!;
        (await _server.Admin.Patch($"{study.Path}/models/{model["model"]}", new { attributes = new { parameters = "6e9" } })).Ok();
        var rater = await study.Invite("r1");
        (await rater.Vote((string)(await rater.Assignments(1))[0]["assignment"]!, "left")).Ok();

        var copy = (await _server.Admin.Post("studies", new { copy_of = study.Id, overlap = 1, title = "另一个标题" })).Ok();

        Assert.Equal(("draft", "另一个标题", "哪个回答更好？", 1, "cqia-vs-baselines (copy)"),
            ((string)copy["state"]!, (string)copy["title"]!, (string)copy["question"]!, (int)copy["overlap"]["base"]!, (string)copy["name"]!));
        var path = $"studies/{copy["study"]}";
        Assert.Equal(await Texts(study.Path), await Texts(path));
        var models = (await Items(path + "/models")).ToList();
        Assert.Equal([("demo-a", "6e9", 250), ("demo-b", null, 250)], models.Select(m => ((string)m["name"]!, (string?)m["attributes"]!["parameters"], (int)m["answers"]!)));
        Assert.Empty(await Items(path + "/judgments"));
        Assert.Empty(await Items(path + "/raters"));
        Assert.Equal([("copy", "stored", 250L)], (await Items(path + "/imports")).Select(i => ((string)i["format"]!, (string)i["state"]!, (long)i["prompts"]!)));
        Assert.Equal("open", (string?)(await _server.Admin.Patch(path, new { state = "open" })).Ok()["state"]);
        Assert.Equal(250, (await Items(path + "/pairs?limit=1000")).Count);
        Assert.Equal(250, (int)(await _server.Admin.Get(path)).Ok()["waves"][0]!["pairs"]!);
    }

    [Fact]
    public async Task A_copy_has_the_gold_pairs_and_those_that_a_file_lists()
    {
        var study = await TestStudy.CreateAsync(_server, design: new { kind = "listed" }, overlap: 3);
        (await study.Import(TestStudy.Prompts(3, "demo-a", "demo-b"))).Ok();
        (await study.Import("""
            {"prompt_id":"p001","model_a":"demo-a","model_b":"demo-b","role":"gold","winner":"b","reason":"r"}
            {"prompt_id":"p002","model_a":"demo-a","model_b":"demo-b"}
            {"prompt_id":"p003","model_a":"demo-a","model_b":"demo-b","overlap":5}
            """)).Ok();

        var copy = (await _server.Admin.Post("studies", new { name = "again", copy_of = study.Id, overlap = 2 })).Ok();

        Assert.Equal([("p001", "gold", 2), ("p002", "normal", 2), ("p003", "normal", 5)],
            (await Items($"studies/{copy["study"]}/pairs")).Select(p => ((string)p["prompt_id"]!, (string)p["role"]!, (int)p["overlap"]!)));
    }

    [Fact]
    public async Task What_is_not_there_or_not_to_be_seen_is_not_copied()
    {
        var study = await TestStudy.CreateAsync(_server);
        var stranger = _server.As((string)(await _server.Admin.Post("keys", new { account = "stranger-" + study.Id[..6] })).Ok()["secret"]!);
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), await Refused(stranger.Post("studies", new { copy_of = study.Id })));
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), await Refused(_server.Admin.Post("studies", new { copy_of = "nothing" })));

        static async Task<(HttpStatusCode, string)> Refused(Task<Reply> reply) => ((await reply).Status, (await reply).Problem);
    }

    [Fact]
    public async Task A_draft_is_deleted_for_good()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(3, "demo-a", "demo-b"))).Ok();

        (await _server.Admin.Delete(study.Path)).Ok();

        Assert.Equal(HttpStatusCode.NotFound, (await _server.Admin.Get(study.Path)).Status);
        Assert.DoesNotContain(study.Id, (await Items("studies?deleted=true&limit=1000")).Select(s => (string)s["study"]!));
    }

    [Fact]
    public async Task In_the_bin_a_study_stands_still_and_a_raters_key_does_not_work_until_it_is_restored()
    {
        var study = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        var held = (string)(await rater.Assignments(1))[0]["assignment"]!;

        (await _server.Admin.Delete(study.Path)).Ok();

        Assert.Contains(study.Id, (await Items("studies?deleted=true&limit=1000")).Select(s => (string)s["study"]!));
        Assert.DoesNotContain(study.Id, (await Items("studies?limit=1000")).Select(s => (string)s["study"]!));
        foreach (var reply in new[] { await rater.Ask(), await rater.Vote(held, "left"), await rater.Api.Get("me"), await rater.GiveBack(held) })
            Assert.Equal((HttpStatusCode.Unauthorized, "key-not-accepted"), (reply.Status, reply.Problem));
        Assert.Equal("study-state", (await study.Import(TestStudy.Prompts(4, "demo-a", "demo-b"))).Problem);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Admin.Delete(study.Path)).Status);

        (await _server.Admin.Post($"{study.Path}/restore", new { })).Ok();
        Assert.True((bool)(await rater.Vote(held, "left")).Ok()["counted"]!);
        Assert.Equal("study-state", (await _server.Admin.Post($"{study.Path}/restore", new { })).Problem);
    }

    private async Task<IReadOnlyList<JsonNode>> Items(string path) => [.. (await _server.Admin.Get(path)).Ok()["items"].AsArray().Select(i => i!)];

    private async Task<string[]> Texts(string study) => [.. (await Items(study + "/prompts?limit=1000")).Select(p => p["prompt_id"] + p["messages"]!.ToJsonString() + p["category"] + p["answers"])];

    public sealed class OnSQLite(Server shared) : CopyingAStudy(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : CopyingAStudy(shared.Value), IClassFixture<PostgresServer>;
}

/// <summary>After 30 days nothing is left of a study in the bin.</summary>
public abstract class PurgingTheBin(string? connection)
{
    private const int MostLooks = 2000;

    [Fact]
    public async Task A_study_is_purged_after_thirty_days_in_the_bin()
    {
        await using var server = new PrefEvalServer(connection, fakeTime: true);
        var study = await TestStudy.OpenAsync(server, 3, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        (await rater.Vote((string)(await rater.Assignments(1))[0]["assignment"]!, "left")).Ok();
        (await study.Import(ImportingFiles.Judgment("p001", "demo-a", "demo-b", "r2", "a"))).Ok();
        (await server.Admin.Delete(study.Path)).Ok();

        server.Time!.Advance(TimeSpan.FromDays(29));
        Assert.Equal(HttpStatusCode.OK, (await server.Admin.Get(study.Path)).Status);
        server.Time.Advance(TimeSpan.FromDays(2));

        var looks = 0;
        while ((await server.Admin.Get(study.Path)).Status == HttpStatusCode.OK && looks < MostLooks) looks++;
        Assert.NotEqual(MostLooks, looks);
    }

    public sealed class OnSQLite() : PurgingTheBin(null);

    public sealed class OnPostgreSQL(Postgres postgres) : PurgingTheBin(postgres.NewSchema());
}
