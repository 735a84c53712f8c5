using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The rounds before judging: practice with a word on each answer, and a qualification without.</summary>
public abstract class LearningToJudge(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task A_rater_practises_then_qualifies_then_judges()
    {
        var study = await Open();
        var rater = await study.Study.Invite("r1");
        await IsAt(rater, "practice", practice: (0, 3), qualification: (0, 4, 3));

        var (practice, _) = await study.JudgeAsync(rater, 3, atOnce: 2);
        Assert.Equal(["p021", "p020", "p019"], practice.Select(PromptId)); // as the file has them
        Assert.All(practice, item => Assert.Equal("practice", (string?)item["stage"]));
        await IsAt(rater, "qualification", practice: (3, 3), qualification: (0, 4, 3));

        var (first, _) = await study.JudgeAsync(rater, 1, study.Wrong);
        await IsAt(rater, "qualification", practice: (3, 3), qualification: (1, 4, 3));
        var (rest, _) = await study.JudgeAsync(rater, 3);
        var qualification = first.Concat(rest).ToList();
        Assert.All(qualification, item => Assert.Equal("qualification", (string?)item["stage"]));
        Assert.All(qualification, item => Assert.InRange(int.Parse(PromptId(item)[1..]), 11, 18));
        Assert.Equal(4, qualification.Select(PromptId).Distinct().Count());

        await IsAt(rater, "judging", practice: (3, 3), qualification: (4, 4, 3));
        Assert.Equal(0, (int)(await Me(rater))["judged"]!);
        var (judging, noneLeft) = await study.JudgeAsync(rater);
        Assert.Equal((10, "all_met"), (judging.Count, noneLeft));
        Assert.All(judging, item => Assert.Equal("judging", (string?)item["stage"]));
        Assert.Equal(10, (int)(await Me(rater))["judged"]!);
        Assert.Equal([("practice", 3), ("qualification", 4), ("normal", 10)], (await study.Study.Judgments()).GroupBy(j => (string)j["role"]!).Select(role => (role.Key, role.Count())));
        Assert.Equal(10, (int)(await study.Study.Get("reports/preference")).Ok()["items"][0]!["n"]!);
        var listed = await Listed(study, "r1");
        Assert.Equal((true, 3), ((bool)listed["qualified"]!, (int)listed["qualification_right"]!));
    }

    [Fact]
    public async Task Practice_says_what_was_right_and_why_and_nothing_else_does()
    {
        var study = await Open();
        var rater = await study.Study.Invite("r1");
        var item = Assert.Single(await rater.Assignments(1));

        var wrong = (await rater.Vote(CheckedStudy.Id(item), study.Wrong(item))).Ok();
        var again = (await rater.Vote(CheckedStudy.Id(item), study.Wrong(item))).Ok();
        var revised = (await rater.Vote(CheckedStudy.Id(item), study.Right(item), after: 1)).Ok();

        Assert.Equal(wrong.Text, again.Text);
        Assert.Equal((false, study.Right(item), CheckedStudy.Explanation), ((bool)wrong["feedback"]["correct"]!, (string)wrong["feedback"]["choice"]!, (string)wrong["feedback"]["explanation"]!));
        Assert.True((bool)revised["feedback"]["correct"]!);
        await study.JudgeAsync(rater, 2);
        for (var i = 0; i < 6; i++) // four of the qualification, two of judging
        {
            var next = Assert.Single(await rater.Assignments(1));
            var vote = (await rater.Vote(CheckedStudy.Id(next), study.Right(next))).Ok();
            Assert.True(vote.Json.AsObject().ContainsKey("feedback"));
            Assert.Null(vote.Json["feedback"]);
        }
    }

    [Fact]
    public async Task Who_fails_is_sent_away_until_a_researcher_lets_her_in_which_is_recorded()
    {
        var study = await Open();
        var rater = await study.Study.Invite("r1");
        await study.JudgeAsync(rater, 3);
        var (failed, noneLeft) = await study.JudgeAsync(rater, choose: study.Wrong);

        Assert.Equal((4, "not_qualified"), (failed.Count, noneLeft));
        await IsAt(rater, "not_qualified", practice: (3, 3), qualification: (4, 4, 3));
        (await rater.Vote(CheckedStudy.Id(failed[0]), study.Right(failed[0]), after: 1)).Ok(); // too late to help
        Assert.Equal("not_qualified", (string?)(await Me(rater))["stage"]);
        var listed = await Listed(study, "r1");
        Assert.Equal((false, 0, null), ((bool)listed["qualified"]!, (int)listed["qualification_right"]!, (string?)listed["qualified_by"]));

        var letIn = (await _server.Admin.Patch($"{study.Study.Path}/raters/{listed["rater"]}", new { qualified = true })).Ok();

        Assert.Equal((true, "admin"), ((bool)letIn["qualified"]!, (string)letIn["qualified_by"]!));
        Assert.Equal(_server.Time!.GetUtcNow(), (DateTimeOffset)letIn["qualified_at"]!);
        Assert.Equal(10, (await study.JudgeAsync(rater)).Items.Count);
    }

    [Fact]
    public async Task A_pair_skipped_in_the_qualification_is_not_right_and_no_pair_is_unjudgeable_for_it()
    {
        var study = await Open();
        var rater = await study.Study.Invite("r1");
        await study.JudgeAsync(rater, 3);
        foreach (var item in (await rater.Assignments(2)).ToList()) (await rater.GiveBack(CheckedStudy.Id(item), "unclear")).Ok();
        var (rest, noneLeft) = await study.JudgeAsync(rater);

        Assert.Equal((2, "not_qualified"), (rest.Count, noneLeft));
        Assert.All((await study.Study.Get("pairs?limit=100")).Ok()["items"].AsArray(), pair => Assert.False((bool)pair!["unjudgeable"]!));
    }

    [Fact]
    public async Task An_expired_practice_pair_comes_again_and_a_late_answer_to_it_is_taken()
    {
        var study = await Open();
        var rater = await study.Study.Invite("r1");
        var held = await rater.Assignments(2);
        _server.Time!.Advance(TimeSpan.FromMinutes(31));

        var again = await rater.Assignments(1);
        Assert.Equal(CheckedStudy.Shown(held[0]), CheckedStudy.Shown(Assert.Single(again)));
        (await rater.GiveBack(CheckedStudy.Id(held[0]))).Ok();
        _server.Time!.Advance(TimeSpan.FromHours(9));
        Assert.NotNull((await rater.Vote(CheckedStudy.Id(held[1]), "tie")).Ok()["feedback"]);
        (await rater.Vote(CheckedStudy.Id(held[0]), "tie")).Ok();

        await IsAt(rater, "practice", practice: (2, 3), qualification: (0, 4, 3));
        Assert.Equal("p019", PromptId(Assert.Single(await rater.Assignments(3))));
    }

    [Fact]
    public async Task What_a_qualification_asked_is_never_hidden_gold_of_the_same_rater()
    {
        var study = await CheckedStudy.OpenAsync(_server, prompts: 60, gold: 8, overlap: 1, settings: new { qualification = new { pairs = 4, needed = 1 }, gold_share = 0.2 });
        var rater = await study.Study.Invite("r1");

        var items = (await study.JudgeAsync(rater)).Items;

        var roles = await study.RolesAsync();
        var known = items.Where(item => roles[CheckedStudy.Id(item)] != "normal").Select(PromptId).ToList();
        Assert.Equal(known.Count, known.Distinct().Count());
        Assert.Equal(60, items.Count(item => roles[CheckedStudy.Id(item)] == "normal"));
    }

    [Fact]
    public async Task Practice_that_comes_later_is_for_those_who_come_later_and_a_copy_has_it_too()
    {
        var study = await TestStudy.CreateAsync(_server, design: new { kind = "listed" }, overlap: 2);
        (await study.Import(TestStudy.Prompts(6, "demo-a", "demo-b"))).Ok();
        (await study.Import(Pair("p001") + Pair("p002"))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        var early = await study.Invite("early");
        var first = Assert.Single(await early.Assignments(1));
        Assert.Equal("judging", (string?)first["stage"]);

        (await study.Import(Pair("p003", "practice") + Pair("p004", "gold") + Pair("p005"))).Ok(); // a wave

        Assert.Equal(3, (await early.Assignments(5)).Count);
        Assert.Equal("judging", (string?)(await Me(early))["stage"]);
        Assert.Equal("practice", (string?)Assert.Single(await (await study.Invite("late")).Assignments(5))["stage"]);

        var copy = (await _server.Admin.Post("studies", new { copy_of = study.Id, gold_share = 0.1 })).Ok();
        (await _server.Admin.Patch($"studies/{copy["study"]}", new { state = "open" })).Ok();
        var invited = (await _server.Admin.Post($"studies/{copy["study"]}/raters", new { name = "r1" })).Ok();
        Assert.Equal("practice", (string?)(await _server.As((string)invited["key"]!).Get("me")).Ok()["stage"]);

        static string Pair(string prompt, string role = "normal") =>
            TestStudy.Line(role == "normal" ? new { prompt_id = prompt, model_a = "demo-a", model_b = "demo-b" } : new { prompt_id = prompt, model_a = "demo-a", model_b = "demo-b", role, winner = "a" }) + "\n";
    }

    [Fact]
    public async Task A_study_is_not_opened_without_the_gold_that_it_asks_for_and_its_shares_are_fixed_then()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(3, "demo-a", "demo-b"))).Ok();
        foreach (var (settings, field) in new (object, string)[] { (new { gold_share = 0.21 }, "gold_share"), (new { repeat_share = -0.1 }, "repeat_share"), (new { max_share = 1.1 }, "max_share"),
            (new { qualification = new { pairs = 2, needed = 3 } }, "qualification") })
        {
            var refused = await study.Change(settings);
            Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused["errors"][0]!["field"]));
        }

        (await study.Change(new { qualification = new { pairs = 2, needed = 1 } })).Ok();
        var missing = await study.Change(new { state = "open" });
        Assert.Equal(("not-ready-to-open", "qualification"), (missing.Problem, (string?)missing["errors"][0]!["field"]));
        (await study.Change(new { qualification = new { pairs = 0, needed = 0 }, gold_share = 0.1 })).Ok();
        Assert.Equal("gold_share", (string?)(await study.Change(new { state = "open" }))["errors"][0]!["field"]);
        await study.Invite("r1");
        var opened = (await study.Change(new { gold_share = 0, max_share = 0.5, state = "open" })).Ok();
        Assert.Contains("share_too_small", opened["warnings"].AsArray().Select(warning => (string?)warning!["code"]));

        foreach (var settings in new object[] { new { gold_share = 0.1 }, new { repeat_share = 0.1 }, new { max_share = 0 }, new { qualification = new { pairs = 1, needed = 1 } } })
            Assert.Equal("study-state", (await study.Change(settings)).Problem);
    }

    [Theory]
    [InlineData("""{"prompt_id":"p001","model_a":"demo-a","model_b":"demo-b","role":"practice"}""", "winner")]
    [InlineData("""{"prompt_id":"p001","model_a":"demo-a","model_b":"demo-b","role":"practice","winner":"a","reason":"Demo-A 说得对"}""", "reason")]
    [InlineData("""{"prompt_id":"p001","model_a":"demo-a","model_b":"demo-b","role":"practice","winner":"a","reason":"x","explanation":"y"}""", "explanation")]
    public async Task What_raters_would_read_of_a_practice_pair_is_checked_when_it_comes(string line, string field)
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(2, "demo-a", "demo-b"))).Ok();

        var refused = await study.Import(line);

        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused["errors"][0]!["field"]));
    }

    private Task<CheckedStudy> Open() =>
        CheckedStudy.OpenAsync(_server, prompts: 10, gold: 8, practice: 3, settings: new { qualification = new { pairs = 4, needed = 3 } });

    private static async Task<JsonNode> Me(TestRater rater) => (await rater.Api.Get("me")).Ok().Json;

    private static async Task IsAt(TestRater rater, string stage, (int, int) practice, (int, int, int) qualification)
    {
        var me = await Me(rater);
        Assert.Equal(stage, (string?)me["stage"]);
        Assert.Equal(practice, ((int)me["practice"]!["done"]!, (int)me["practice"]!["of"]!));
        Assert.Equal(qualification, ((int)me["qualification"]!["done"]!, (int)me["qualification"]!["of"]!, (int)me["qualification"]!["needed"]!));
    }

    private static async Task<JsonNode> Listed(CheckedStudy study, string name) =>
        (await study.Study.Get("raters")).Ok()["items"].AsArray().Single(rater => (string?)rater!["name"] == name)!;

    private static string PromptId(JsonNode item) => $"p{int.Parse(new string([.. CheckedStudy.Content(item, "prompt").Skip(2).TakeWhile(char.IsAsciiDigit)])):000}";

    public sealed class OnSQLite(TimedServer shared) : LearningToJudge(shared.Value), IClassFixture<TimedServer>;

    public sealed class OnPostgreSQL(TimedPostgresServer shared) : LearningToJudge(shared.Value), IClassFixture<TimedPostgresServer>;
}
