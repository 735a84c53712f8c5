using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public abstract class ManagingRaters(PrefEvalServer server)
{
    private static readonly string[] Two = ["demo-a", "demo-b"];

    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task A_paused_rater_gets_nothing_new_and_may_finish()
    {
        var study = await TestStudy.OpenAsync(_server, 4, Two);
        var rater = await study.Invite("r1");
        var held = await rater.Assignments(2);
        (await Change(study, "r1", new { state = "paused" })).Ok();

        var reply = (await rater.Ask(4)).Ok();

        Assert.Equal((2, "study_paused"), (reply["items"].AsArray().Count, (string?)reply["none_left"]));
        foreach (var one in held) Assert.True((bool)(await rater.Vote(Id(one), "left")).Ok()["counted"]!);
    }

    [Fact]
    public async Task What_a_removed_rater_held_goes_back_and_her_judgments_are_kept_or_excluded()
    {
        var study = await TestStudy.OpenAsync(_server, 2, Two, overlap: 1);
        var (first, second) = (await study.Invite("first"), await study.Invite("second"));
        var held = await first.Assignments(2);
        (await first.Vote(Id(held[0]), "left")).Ok();

        (await Change(study, "first", new { state = "removed" })).Ok();
        Assert.Equal("counted", (string?)Assert.Single(await study.Judgments())["standing"]);
        var freed = Assert.Single(await second.Assignments(2));
        (await Change(study, "first", new { state = "removed", judgments = "exclude", reason = "clicked through" })).Ok();
        Assert.Equal("excluded", (string?)Assert.Single(await study.Judgments())["standing"]);
        Assert.Equal(2, (await second.Assignments(2)).Count);

        var late = (await first.Vote(Id(held[1]), "tie")).Ok(); // on its way when she was removed
        Assert.False((bool)late["counted"]!);
        Assert.Equal((HttpStatusCode.Conflict, "rater-inactive"), await Refused(first.Vote(Id(held[0]), "right", after: 1)));
        Assert.True((bool)(await second.Vote(Id(freed), "tie")).Ok()["counted"]!);
        var act = Assert.Single((await study.Get("exclusions")).Ok()["items"].AsArray())!;
        Assert.Equal(("excluded", 1, "clicked through"), ((string)act["kind"]!, (int)act["judgments"]!, (string)act["reason"]!));
        Assert.Equal(HttpStatusCode.BadRequest, (await Change(study, "second", new { state = "removed", judgments = "exclude" })).Status);
    }

    [Fact]
    public async Task Nothing_is_lost_when_a_rater_is_removed_and_excluded_while_all_vote()
    {
        var study = await TestStudy.OpenAsync(_server, 12, Two, overlap: 2);
        var raters = new Dictionary<string, TestRater>();
        for (var r = 1; r <= 4; r++) raters[$"r{r}"] = await study.Invite($"r{r}");
        var votes = 0;
        var work = raters.Values.Select(rater => Task.Run(() => Work(rater))).ToList();
        work.Add(Task.Run(async () =>
        {
            while (Volatile.Read(ref votes) < 8) await Task.Yield();
            (await Change(study, "r1", new { state = "removed", judgments = "exclude", reason = "a robot" })).Ok();
        }));
        await Task.WhenAll(work);
        foreach (var name in new[] { "r2", "r3", "r4" }) await Work(raters[name]); // what was freed after she had left

        var judgments = await study.Judgments();
        Assert.Equal(votes, judgments.Count);
        Assert.All(judgments.Where(j => (string?)j["rater"] == "r1"), j => Assert.Contains((string)j["standing"]!, (string[])["excluded", "surplus"]));
        Assert.All(judgments.Where(j => (string?)j["rater"] != "r1"), j => Assert.Equal("counted", (string?)j["standing"]));
        Assert.All((await study.Get("pairs?limit=1000")).Ok()["items"].AsArray(), pair => Assert.Equal((2, 0), ((int)pair!["counted"]!, (int)pair["live"]!)));
        Assert.Equal(24, (int)(await study.Get("reports/preference")).Ok()["items"][0]!["n"]!);

        async Task Work(TestRater rater)
        {
            while (await rater.Ask(2) is { Status: HttpStatusCode.OK } reply && reply["items"].AsArray() is { Count: > 0 } items)
            {
                foreach (var one in items)
                {
                    (await rater.Vote(Id(one!), "left")).Ok(); // never refused
                    Interlocked.Increment(ref votes);
                }
            }
        }
    }

    [Fact]
    public async Task A_limited_rater_is_asked_about_her_categories_alone()
    {
        var study = await TestStudy.OpenAsync(_server, 6, Two, overlap: 1); // 3 of each category
        var invited = (await _server.Admin.Post($"{study.Path}/raters", new { name = "r1", categories = new[] { "写作" } })).Ok();
        var rater = new TestRater(_server.As((string)invited["key"]!), study);

        Assert.Equal(3, await JudgeAll(rater));
        Assert.Equal("outside_limits", (string?)(await rater.Ask()).Ok()["none_left"]);
        Assert.All(await study.Judgments(), j => Assert.Equal(0, int.Parse(((string)j["prompt_id"]!)[1..]) % 2));

        var changed = (await Change(study, "r1", new { categories = new[] { "问答" }, languages = new[] { "en" } })).Ok();
        Assert.Equal(("问答", "en"), ((string)changed["categories"][0]!, (string)changed["languages"][0]!));
        Assert.Empty(await rater.Assignments());
        (await Change(study, "r1", new { languages = Array.Empty<string>() })).Ok();
        Assert.Equal(3, await JudgeAll(rater)); // pairs that her cursor had passed
        Assert.Equal("all_judged", (string?)(await rater.Ask()).Ok()["none_left"]);
    }

    [Fact]
    public async Task A_prompt_without_language_or_category_is_of_the_studys_language_and_of_none()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 2);
        (await study.Import(TestStudy.Line(new { prompt_id = "p1", prompt = "问", answers = new Dictionary<string, string> { ["demo-a"] = "甲", ["demo-b"] = "乙" } }))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        foreach (var (name, language, category, pairs) in new[] { ("zh", "zh-CN", "", 1), ("en", "en", "", 0), ("writer", "zh-CN", "写作", 0) })
        {
            var invited = (await _server.Admin.Post($"{study.Path}/raters", new { raters = new[] { new { name, languages = new[] { language }, categories = new[] { category } } } })).Ok();
            Assert.Equal(pairs, (await new TestRater(_server.As((string)invited["items"][0]!["key"]!), study).Assignments()).Count);
        }
    }

    [Fact]
    public async Task A_rater_limited_to_a_language_looks_again_when_the_study_changes_its_own()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(string.Join('\n', Enumerable.Range(1, 2).Select(p => TestStudy.Line(new { prompt_id = $"p{p}", prompt = $"Q{p}", answers = new { a = "x", b = "y" } }))))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        var rater = await study.Invite("r1");
        (await Change(study, "r1", new { languages = new[] { "en" } })).Ok();
        Assert.Empty(await rater.Assignments(2));

        (await study.Change(new { language = "en" })).Ok();

        Assert.Equal(2, (await rater.Assignments(2)).Count);
    }

    [Fact]
    public async Task Limits_end_with_a_rater_whose_import_is_undone()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(2, "demo-a", "demo-b"))).Ok();
        var import = (await study.Import(TestStudy.Line(new { prompt_id = "p001", model_a = "demo-a", model_b = "demo-b", winner = "a", rater = "old" }))).Ok();
        (await Change(study, "old", new { categories = new[] { "nothing of the study" } })).Ok();
        (await _server.Admin.Delete($"{study.Path}/imports/{import["import"]}")).Ok();

        var next = await study.Invite("next");
        (await study.Change(new { state = "open" })).Ok();

        Assert.Empty((await study.Get("raters")).Ok()["items"][0]!["categories"]!.AsArray());
        Assert.Equal(2, (await next.Assignments(2)).Count);
    }

    [Fact]
    public async Task A_removed_rater_may_send_the_vote_that_stands_again()
    {
        var study = await TestStudy.OpenAsync(_server, 1, Two, overlap: 1);
        var rater = await study.Invite("r1");
        var held = Assert.Single(await rater.Assignments());
        (await rater.Vote(Id(held), "left")).Ok();
        (await Change(study, "r1", new { state = "removed" })).Ok();

        Assert.Equal((1, true), ((int)(await rater.Vote(Id(held), "left")).Ok()["revision"]!, true));
    }

    [Fact]
    public async Task A_skip_that_was_taken_back_after_the_closing_no_longer_makes_the_pair_unjudgeable()
    {
        var study = await TestStudy.OpenAsync(_server, 1, Two, overlap: 1);
        var raters = new List<(TestRater Rater, string Held)>();
        for (var r = 1; r <= 3; r++)
        {
            var rater = await study.Invite($"r{r}");
            raters.Add((rater, Id(Assert.Single(await rater.Assignments()))));
            (await rater.GiveBack(raters[^1].Held, "broken")).Ok();
        }
        (await study.Change(new { state = "closed" })).Ok();
        Assert.False((bool)(await raters[0].Rater.Vote(raters[0].Held, "left")).Ok()["counted"]!);
        (await study.Change(new { state = "open" })).Ok();

        Assert.Single(await (await study.Invite("r4")).Assignments());
    }

    [Fact]
    public async Task Waiting_is_said_only_of_what_the_limits_allow()
    {
        var study = await TestStudy.OpenAsync(_server, 2, Two, overlap: 1);
        var other = await study.Invite("other");
        var held = await other.Assignments(2);
        Assert.Equal(2, held.Count);
        var rater = await study.Invite("r1");
        (await Change(study, "r1", new { languages = new[] { "en" } })).Ok();
        Assert.Equal("all_judged", (string?)(await rater.Ask()).Ok()["none_left"]);
        (await Change(study, "r1", new { languages = new[] { "zh-CN" } })).Ok();
        Assert.Equal("waiting", (string?)(await rater.Ask()).Ok()["none_left"]);
    }

    [Fact]
    public async Task Places_that_nobody_may_take_are_named_before_and_as_the_study_opens()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 2);
        (await study.Import(TestStudy.Prompts(5, Two))).Ok();
        Assert.Empty((await _server.Admin.Get(study.Path)).Ok()["warnings"].AsArray()); // nobody was invited yet
        (await _server.Admin.Post($"{study.Path}/raters", new { names = "r1\nr2\n", categories = new[] { "写作" } })).Ok();
        (await _server.Admin.Post($"{study.Path}/raters", new { name = "gpt", kind = "llm" })).Ok();

        var before = (await _server.Admin.Get(study.Path)).Ok()["warnings"].AsArray();
        (await _server.Admin.Post($"{study.Path}/raters", new { name = "r3" })).Ok();
        var opened = (await study.Change(new { state = "open" })).Ok();

        Assert.Equal([("nobody_may_judge", "问答", 3, 0, 2)], before.Select(Told));
        Assert.Equal([("too_few_raters", "问答", 3, 1, 2)], opened["warnings"].AsArray().Select(Told));

        static (string, string, int, int, int) Told(JsonNode? w) => ((string)w!["code"]!, (string)w["category"]!, (int)w["prompts"]!, (int)w["raters"]!, (int)w["overlap"]!);
    }

    [Fact]
    public async Task A_list_of_raters_is_answered_as_a_table_of_links_that_runs_no_formula()
    {
        var study = await TestStudy.CreateAsync(_server);
        (string, string)[] headers = [("Accept", "text/csv"), ("Idempotency-Key", "a list")];
        object list = new { raters = new object[] { new { name = "=1+1", external_id = "@x" }, new { name = "王,小明" } } };

        var reply = (await _server.Admin.Post($"{study.Path}/raters", list, headers)).Ok();
        var again = (await _server.Admin.Post($"{study.Path}/raters", list, headers)).Ok();

        Assert.Equal("text/csv", reply.ContentHeaders.ContentType!.MediaType);
        Assert.Equal((reply.Text, "text/csv"), (again.Text, again.ContentHeaders.ContentType!.MediaType));
        var lines = reply.Text.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("name,external_id,link", lines[0]);
        Assert.StartsWith("\"'=1+1\",\"'@x\",http", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("\"王,小明\",,http", lines[2], StringComparison.Ordinal);
        Assert.Contains("/judge#pr_", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quota_holds_when_she_asks_from_many_tabs_at_once_and_is_shown_to_her()
    {
        var study = await TestStudy.OpenAsync(_server, 20, Two);
        var invited = (await _server.Admin.Post($"{study.Path}/raters", new { name = "r1", quota = 5 })).Ok();
        var rater = new TestRater(_server.As((string)invited["key"]!), study);
        Assert.Equal(5, (int)(await rater.Api.Get("me")).Ok()["quota"]!);

        await Task.WhenAll(Enumerable.Range(1, 6).Select(n => Task.Run(async () =>
        {
            while (await rater.Assignments(n) is { Count: > 0 } some)
                foreach (var one in some) (await rater.Vote(Id(one), "tie")).Ok();
        })));

        Assert.Equal(5, (await study.Judgments()).Count);
        Assert.Equal("quota_reached", (string?)(await rater.Ask()).Ok()["none_left"]);
        Assert.Equal(5, (int)(await rater.Api.Get("me")).Ok()["judged"]!);
    }

    private async Task<Reply> Change(TestStudy study, string name, object change)
    {
        var rater = (await study.Get("raters")).Ok()["items"].AsArray().Single(r => (string?)r!["name"] == name)!;
        return await _server.Admin.Patch($"{study.Path}/raters/{rater["rater"]}", change);
    }

    private static async Task<int> JudgeAll(TestRater rater)
    {
        var judged = 0;
        while (await rater.Assignments(1) is [var next])
        {
            (await rater.Vote(Id(next), "tie")).Ok();
            judged++;
        }
        return judged;
    }

    private static async Task<(HttpStatusCode, string)> Refused(Task<Reply> call) => (await call).Status is var status ? (status, (await call).Problem) : default;

    private static string Id(JsonNode assignment) => (string)assignment["assignment"]!;

    public sealed class OnSQLite(Server shared) : ManagingRaters(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : ManagingRaters(shared.Value), IClassFixture<PostgresServer>;
}
