using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Answers that are corrected: in a draft, and while raters are at work.</summary>
public abstract class ReplacingAnswers(PrefEvalServer server)
{
    private static readonly string[] Three = ["demo-a", "demo-b", "demo-c"];
    private static readonly object FocalA = new { kind = "focal", focal = "demo-a" };
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task Another_text_is_an_error_unless_it_shall_replace_what_stands()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(3, "demo-a", "demo-b"))).Ok();

        var refused = await study.Import(Corrected("demo-b", "p002"));
        Assert.Equal((HttpStatusCode.BadRequest, "import-rejected", "answers.demo-b"), (refused.Status, refused.Problem, (string)refused["errors"][0]!["field"]!));
        Assert.Equal("import-rejected", (await Upload(study, Corrected("demo-b", "p002"), "on_change=reject")).Problem);

        var staged = (await study.Import(Corrected("demo-b", "p002"), confirm: false)).Ok();
        Assert.Equal((0, 1, 0, 0), Effect(staged));
        Assert.Equal("import-rejected", (await Confirm(study, staged, new { })).Problem);
        var stored = (await Confirm(study, staged, new { on_change = "replace" })).Ok();

        Assert.Equal((0, 1, 0, 0), Effect(stored));
        Assert.Equal([1, 2, 1], (await Items(study, "prompts")).Select(p => (int)p["version"]!));
        Assert.Equal([2, 2, 2], (await Items(study, "prompts")).Select(p => (int)p["answers"]!));
        (await study.Change(new { state = "open" })).Ok();
        Assert.Contains("（改）", await Shown(await study.Invite("r1")), StringComparison.Ordinal);
        Assert.Equal(0, (int)(await study.Import(Corrected("demo-b", "p002"))).Ok()["answers_changed"]!);
    }

    [Fact]
    public async Task In_a_draft_an_import_that_replaced_answers_is_undone_and_the_earlier_ones_stand_again()
    {
        var study = await TestStudy.CreateAsync(_server);
        var first = (await study.Import(TestStudy.Prompts(3, Three))).Ok();
        var second = (await Upload(study, Corrected("demo-b", "p002"), "confirm=true&on_change=replace")).Ok();

        Assert.Equal("import-state", (await _server.Admin.Delete($"{study.Path}/imports/{first["import"]}")).Problem);
        Assert.Equal("undone", (string?)(await _server.Admin.Delete($"{study.Path}/imports/{second["import"]}")).Ok()["state"]);

        Assert.Equal([1, 1, 1], (await Items(study, "prompts")).Select(p => (int)p["version"]!));
        Assert.Equal(9, (int)(await study.Import(TestStudy.Prompts(3, Three))).Ok()["unchanged"]! - 3);
    }

    [Fact]
    public async Task What_was_judged_of_the_old_answer_is_set_aside_and_others_judge_the_new_one()
    {
        var study = await TestStudy.OpenAsync(_server, 2, Three, design: FocalA, overlap: 1);
        var (first, second) = (await study.Invite("r1"), await study.Invite("r2"));
        Assert.Equal(4, await JudgeAll(first));
        var before = (long)(await _server.Admin.Get(study.Path)).Ok()["sequence"]!;
        var report = (await study.Get($"reports/preference?at={before}")).Ok().Text;

        var staged = (await study.Import(Corrected("demo-b", "p001"), confirm: false)).Ok();
        Assert.Equal((0, 1, 1, 1), Effect(staged));
        Assert.Equal((0, 1, 1, 1), Effect((await Confirm(study, staged, new { on_change = "replace" })).Ok()));

        Assert.Equal(3, (await study.Judgments()).Count(j => (bool)j["counted"]!));
        Assert.Equal(0, await JudgeAll(first)); // she has met the pair
        Assert.Contains("（改）", await Shown(second), StringComparison.Ordinal);
        Assert.Equal(1, await JudgeAll(second));
        var pair = Assert.Single(await Items(study, "pairs"), p => (int)p["version_b"]! == 2);
        Assert.Equal(("p001", "demo-b", 1, 1), ((string)pair["prompt_id"]!, (string)pair["model_b"]!, (int)pair["counted"]!, (int)pair["version_a"]!));
        Assert.Equal(report, (await study.Get($"reports/preference?at={before}")).Ok().Text);
        var import = $"{study.Path}/imports/{staged["import"]}";
        Assert.Equal("import-state", (await _server.Admin.Delete(import)).Problem);
        Assert.Equal((0, 1, 1, 1), Effect((await _server.Admin.Get(import)).Ok()));
    }

    [Fact]
    public async Task A_vote_on_an_answer_that_was_replaced_meanwhile_is_kept_and_not_counted()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"], overlap: 1);
        var (slow, quick) = (await study.Invite("slow"), await study.Invite("quick"));
        var held = (string)Assert.Single(await slow.Assignments())["assignment"]!;

        var stored = (await Upload(study, Corrected("demo-b", "p001"), "confirm=true&on_change=replace")).Ok();

        Assert.Equal((0, 1, 0, 0), Effect(stored));
        Assert.Equal(1, (int)stored["leases_ended"]!);
        Assert.Equal(1, await JudgeAll(quick));
        Assert.False((bool)(await slow.Vote(held, "left")).Ok()["counted"]!);
        Assert.Empty(await slow.Assignments());
        Assert.Equal([true, false], (await study.Judgments()).Select(j => (bool)j["counted"]!));
        Assert.Equal((1, 0), ((int)(await Items(study, "pairs"))[0]["counted"]!, (int)(await Items(study, "pairs"))[0]["live"]!));
    }

    [Fact]
    public async Task A_pair_whose_answers_become_equal_is_left_out_and_one_whose_answers_differ_again_is_judged()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(Line("p1", "同", "同") + "\n" + Line("p2", "甲", "乙"))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        var rater = await study.Invite("r1");
        Assert.Equal(1, await JudgeAll(rater));

        (await Upload(study, Line("p1", "同", "异") + "\n" + Line("p2", "甲", "甲"), "confirm=true&on_change=replace")).Ok();

        Assert.Equal([false, true], (await Items(study, "pairs")).OrderBy(p => (string?)p["prompt_id"]).Select(p => (bool)p["identical"]!));
        Assert.Equal(1, await JudgeAll(rater));
        Assert.Equal([1, 0], (await Items(study, "pairs")).OrderBy(p => (string?)p["prompt_id"]).Select(p => (int)p["counted"]!));

        static string Line(string prompt, string a, string b) => TestStudy.Line(new { prompt_id = prompt, prompt = "问" + prompt, answers = new { a, b } });
    }

    [Fact]
    public async Task Skips_of_the_old_answer_are_forgotten()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"], overlap: 1);
        foreach (var name in new[] { "r1", "r2", "r3" })
        {
            var rater = await study.Invite(name);
            (await rater.GiveBack((string)Assert.Single(await rater.Assignments())["assignment"]!, "broken")).Ok();
        }
        Assert.True((bool)(await Items(study, "pairs"))[0]["unjudgeable"]!);

        (await Upload(study, Corrected("demo-b", "p001"), "confirm=true&on_change=replace")).Ok();

        Assert.False((bool)(await Items(study, "pairs"))[0]["unjudgeable"]!);
        Assert.Equal(1, await JudgeAll(await study.Invite("r4")));
    }

    [Fact]
    public async Task A_file_may_correct_answers_and_bring_new_ones_at_once()
    {
        var study = await TestStudy.OpenAsync(_server, 2, ["demo-a", "demo-b"], design: FocalA, overlap: 1);
        Assert.Equal(2, await JudgeAll(await study.Invite("r1")));

        var stored = (await Upload(study, Corrected("demo-b", "p001") + "\n" + AddingWaves.Answers(2, "demo-c"), "confirm=true&on_change=replace")).Ok();

        Assert.Equal((2, 1, 1, 1), Effect(stored));
        Assert.Equal((2, 2), ((int)stored["wave"]!, (int)stored["wave_pairs"]!));
        Assert.Equal(3, await JudgeAll(await study.Invite("r2")));
    }

    [Fact]
    public async Task Judgments_that_come_with_the_corrected_answers_are_about_them_and_count()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 2);
        (await study.Import(Annotation("乙", "r1", 1))).Ok();
        (await study.Change(new { state = "open" })).Ok();

        var stored = (await Upload(study, Annotation("乙（改）", "r2", 2), "format=alpaca_eval_annotations&confirm=true&on_change=replace")).Ok();

        var standings = string.Join(' ', (await study.Judgments()).Select(j => $"{j["rater"]}:{j["standing"]}").Order());
        var n = (int)(await study.Get("reports/preference")).Ok()["items"][0]!["n"]!;
        Assert.Equal((1, "r1:replaced r2:counted", 1), ((int)stored["judgments_set_aside"]!, standings, n));

        static string Annotation(string answer, string rater, int preference) => "[" + TestStudy.Line(new
        {
            instruction = "问一", output_1 = "甲", generator_1 = "demo-a", output_2 = answer, generator_2 = "demo-b", annotator = rater, preference,
        }) + "]";
    }

    /// <summary>A prompt of the study with one answer that reads otherwise.</summary>
    internal static string Corrected(string model, params string[] prompts) => string.Join('\n', prompts.Select(prompt => TestStudy.Line(new
    {
        prompt_id = prompt,
        prompt = $"问题{int.Parse(prompt[1..])}：请解释一个概念。",
        answers = new Dictionary<string, string> { [model] = $"回答（改），{prompt}，{model.Sum(letter => letter)}" },
    })));

    internal static (int Answers, int Changed, int SetAside, int Reopened) Effect(Reply import) =>
        ((int)import["answers"]!, (int)import["answers_changed"]!, (int)import["judgments_set_aside"]!, (int)import["prompts_reopened"]!);

    internal static Task<Reply> Upload(TestStudy study, string file, string query) => study.Server.Admin.Upload($"{study.Path}/imports?{query}", System.Text.Encoding.UTF8.GetBytes(file));

    internal static Task<Reply> Confirm(TestStudy study, Reply staged, object how) => study.Server.Admin.Post($"{study.Path}/imports/{staged["import"]}/confirm", how);

    private static async Task<string> Shown(TestRater rater) => (await rater.Ask(10)).Ok().Json["items"]!.ToJsonString(TestKitJson);

    private static readonly System.Text.Json.JsonSerializerOptions TestKitJson = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static async Task<IReadOnlyList<JsonNode>> Items(TestStudy study, string list) => [.. (await study.Get(list + "?limit=1000")).Ok()["items"].AsArray().Select(p => p!)];

    private static async Task<int> JudgeAll(TestRater rater)
    {
        var judged = 0;
        for (; await rater.Assignments(1) is [var next]; judged++) (await rater.Vote((string)next["assignment"]!, "left")).Ok();
        return judged;
    }

    public sealed class OnSQLite(Server shared) : ReplacingAnswers(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : ReplacingAnswers(shared.Value), IClassFixture<PostgresServer>;
}
