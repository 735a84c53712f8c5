using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Prompts, models and pairs that come to a study whose raters are at work.</summary>
public abstract class AddingWaves(PrefEvalServer server)
{
    private static readonly object FocalA = new { kind = "focal", focal = "demo-a" };
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task A_new_model_is_compared_with_the_focal_one_over_all_prompts()
    {
        var study = await TestStudy.OpenAsync(_server, 4, ["demo-a", "demo-b"], design: FocalA, overlap: 1);

        var import = (await study.Import(Answers(4, "demo-c"))).Ok();

        Assert.Equal((2, 4, 0), ((int)import["wave"]!, (int)import["wave_pairs"]!, (int)import["prompts"]!));
        var pairs = await Pairs(study);
        Assert.Equal(Enumerable.Range(5, 4).Select(n => (long)n), pairs.Where(p => (int)p["wave"]! == 2).Select(p => (long)p["position"]!).Order());
        Assert.All(pairs.Where(p => (int)p["wave"]! == 2), p => Assert.Equal(("demo-a", "demo-c"), Models(p)));
        var waves = (await _server.Admin.Get(study.Path)).Ok()["waves"].AsArray();
        Assert.Equal([(1, 4, false), (2, 4, true)], waves.Select(w => ((int)w!["wave"]!, (int)w["pairs"]!, w["import"] is not null)));
        Assert.True((long)waves[1]!["sequence"]! > (long)waves[0]!["sequence"]!);
    }

    [Fact]
    public async Task In_a_round_robin_a_new_model_meets_each_other_one_and_a_new_prompt_brings_every_pair()
    {
        var study = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b"], overlap: 1);

        (await study.Import(Last(1, TestStudy.Prompts(4, "demo-a", "demo-b", "demo-c")))).Ok();
        Assert.Equal(3 + 3, (await Pairs(study)).Count);
        (await study.Import(Answers(3, "demo-c"))).Ok();

        var pairs = await Pairs(study);
        Assert.Equal([(1, 3), (2, 3), (3, 6)], pairs.CountBy(p => (int)p["wave"]!).Select(w => (w.Key, w.Value)).Order());
    }

    [Fact]
    public async Task In_a_listed_design_the_listed_pairs_come_and_no_others()
    {
        var study = await TestStudy.CreateAsync(_server, design: new { kind = "listed" }, overlap: 1);
        (await study.Import(TestStudy.Prompts(3, "demo-a", "demo-b"))).Ok();
        (await study.Import(Listed("p001", "demo-b"))).Ok();
        (await study.Change(new { state = "open" })).Ok();

        Assert.Null((await study.Import(Answers(3, "demo-c"))).Ok().Json["wave"]);
        var import = (await study.Import(Listed("p002", "demo-c"))).Ok();

        Assert.Equal((2, 1, 1), ((int)import["wave"]!, (int)import["wave_pairs"]!, (int)import["pairs"]!));
        Assert.Equal(["p001", "p002"], (await Pairs(study)).Select(p => (string)p["prompt_id"]!));
        Assert.Equal(2, await JudgeAll(await study.Invite("r1")));
    }

    [Fact]
    public async Task Raters_who_were_told_that_all_is_judged_find_the_new_pairs()
    {
        var study = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b"], design: FocalA, overlap: 2);
        var (first, second) = (await study.Invite("r1"), await study.Invite("r2"));
        Assert.Equal((3, 3), (await JudgeAll(first), await JudgeAll(second)));
        Assert.Equal("all_judged", (string?)(await first.Ask()).Ok()["none_left"]);

        (await study.Import(Answers(3, "demo-c"))).Ok();
        (await study.Import(Last(2, TestStudy.Prompts(5, "demo-a", "demo-b", "demo-c")))).Ok();

        Assert.Equal((3 + 4, 3 + 4), (await JudgeAll(first), await JudgeAll(second)));
        Assert.All(await Pairs(study), p => Assert.Equal(2, (int)p["counted"]!));
        Assert.Equal([1, 1, 1, 3, 3], (await study.Get("prompts")).Ok()["items"].AsArray().Select(p => (int)p!["wave"]!));
        Assert.Equal([3L, 3L, 4L], (await _server.Admin.Get(study.Path)).Ok()["waves"].AsArray().Select(w => (long)w!["pairs"]!));
    }

    [Fact]
    public async Task A_paused_study_takes_a_wave_and_a_closed_one_does_not()
    {
        var study = await TestStudy.OpenAsync(_server, 2, ["demo-a", "demo-b"], design: FocalA);
        (await study.Change(new { state = "paused" })).Ok();
        Assert.Equal(2, (int)(await study.Import(Answers(2, "demo-c"))).Ok()["wave"]!);

        (await study.Change(new { state = "closed" })).Ok();
        var refused = await study.Import(Answers(2, "demo-d"));
        Assert.Equal((HttpStatusCode.Conflict, "study-state"), (refused.Status, refused.Problem));
        Assert.Equal(3, (await study.Get("models")).Ok()["items"].AsArray().Count);
    }

    [Fact]
    public async Task A_wave_cannot_be_undone()
    {
        var study = await TestStudy.OpenAsync(_server, 2, ["demo-a", "demo-b"], design: FocalA);
        var import = (await study.Import(Answers(2, "demo-c"))).Ok();

        var refused = await _server.Admin.Delete($"{study.Path}/imports/{import["import"]}");

        Assert.Equal((HttpStatusCode.Conflict, "import-state"), (refused.Status, refused.Problem));
        Assert.Equal(4, (await Pairs(study)).Count);
    }

    [Fact]
    public async Task Nothing_of_a_wave_is_seen_before_it_is_confirmed()
    {
        var study = await TestStudy.OpenAsync(_server, 2, ["demo-a", "demo-b"], design: FocalA, overlap: 1);
        var rater = await study.Invite("r1");
        Assert.Equal(2, await JudgeAll(rater));

        var staged = (await study.Import(Answers(2, "demo-c"), confirm: false)).Ok();
        Assert.Null(staged.Json["wave"]);
        Assert.Equal(0, await JudgeAll(rater));
        (await _server.Admin.Post($"{study.Path}/imports/{staged["import"]}/confirm", new { })).Ok();

        Assert.Equal(2, await JudgeAll(rater));
    }

    [Fact]
    public async Task A_wave_is_drawn_in_an_order_that_is_balanced_by_pair_of_models()
    {
        var study = await TestStudy.OpenAsync(_server, 20, ["demo-a", "demo-b"], design: FocalA);
        (await study.Import(Answers(20, "demo-c", "demo-d", "demo-e"))).Ok();

        var wave = (await Pairs(study)).Where(p => (int)p["wave"]! == 2).OrderBy(p => (long)p["position"]!).ToList();

        Assert.Equal(60, wave.Count);
        for (var prefix = 3; prefix <= 60; prefix += 3)
            Assert.All(wave.Take(prefix).CountBy(Models), models => Assert.InRange(models.Value, (prefix / 3) - 5, (prefix / 3) + 5));
    }

    internal static string Answers(int prompts, params string[] models) => string.Join('\n', TestStudy.Prompts(prompts, models).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        var row = JsonNode.Parse(line)!;
        foreach (var model in models) row["answers"]![model] = $"{row["answers"]![model]}（{model[^1]}）";
        return TestStudy.Line(row);
    }));

    private static string Last(int lines, string file) => string.Join('\n', file.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(lines));

    private static string Listed(string prompt, string model) => TestStudy.Line(new { prompt_id = prompt, model_a = "demo-a", model_b = model });

    private static (string, string) Models(JsonNode pair) => ((string)pair["model_a"]!, (string)pair["model_b"]!);

    private static async Task<IReadOnlyList<JsonNode>> Pairs(TestStudy study) => [.. (await study.Get("pairs?limit=1000")).Ok()["items"].AsArray().Select(p => p!)];

    private static async Task<int> JudgeAll(TestRater rater)
    {
        var judged = 0;
        for (; await rater.Assignments(1) is [var next]; judged++) (await rater.Vote((string)next["assignment"]!, "tie")).Ok();
        return judged;
    }

    public sealed class OnSQLite(Server shared) : AddingWaves(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : AddingWaves(shared.Value), IClassFixture<PostgresServer>;
}
