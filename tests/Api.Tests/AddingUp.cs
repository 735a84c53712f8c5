using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>What stands beside a headline: it adds up, it warns, and it says the same when it is asked for again at its number.</summary>
public abstract class AddingUp(PrefEvalServer server)
{
    private const string Preference = "reports/preference";

    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task Every_judgment_and_every_pair_is_in_one_column()
    {
        // p1: complete; p2: one of two judgments; p3: equal answers; p4: skipped by three; p5: an empty answer, not judged yet.
        var study = await Five(identicalAnswers: "leave_out");
        var raters = await Raters(study, 4);
        foreach (var rater in raters[..2]) await Vote(rater, "p1", "left");
        await Vote(raters[0], "p2", "tie");
        foreach (var rater in raters[1..]) await Skip(rater, "p4", rater == raters[1] ? "unclear" : "too_long");
        var late = await Find(raters[3], "p2");
        (await study.Change(new { state = "closed" })).Ok();
        (await raters[3].Vote(late, "right")).Ok();

        var row = await Row(study);

        var beside = row["excluded"]!;
        Assert.Equal(
            """{"planned":6,"to_come":3,"judged":4,"counted":3,"surplus":1,"excluded":0,"replaced":0,"pairs":5,"complete":1,"incomplete":2,"identical":1,"identical_ties":0,"unjudgeable":1,"skipped":{"unclear":1,"too_long":2},"empty_answers":1,"leaking":0,"masked":0}""",
            Plain(beside));
        AssertAddsUp(row);
        AssertAddsUp(await Row(study, "?unit=pair"), byPair: true);
    }

    [Fact]
    public async Task Pairs_of_equal_answers_count_as_ties_of_the_raters_there_are()
    {
        var study = await Five(identicalAnswers: "tie");
        var raters = await Raters(study, 3);
        Assert.Equal((0, 0), Ties(await Row(study)));

        await Vote(raters[0], "p1", "left");
        var row = await Row(study);
        Assert.Equal((3, 2), Ties(row)); // one vote and both places of p3
        Assert.Equal((1, 2), ((int)row["win_rate"]!["raters"]!, (int)row["win_rate"]!["prompts"]!));

        foreach (var prompt in new[] { "p2", "p4", "p5" }) await Vote(raters[1], prompt, "left");
        row = await Row(study);
        Assert.Equal((6, 2), Ties(row));
        Assert.Equal((2, 5), ((int)row["win_rate"]!["raters"]!, (int)row["win_rate"]!["prompts"]!)); // five prompts, and no rater but those who judged
        Assert.Equal(((int)row["wins"]! + 1.0) / 6, (double)row["win_rate"]!["estimate"]!, 1e-12);
        AssertAddsUp(row);

        var pairs = await Row(study, "?unit=pair");
        Assert.Equal((1, 1), ((int)pairs["n"]!, (int)pairs["ties"]!)); // only p3 has both of its places
        AssertAddsUp(pairs, byPair: true);
        Assert.Equal(0, (int)(await study.Get("reports/agreement")).Ok()["units"]!); // nobody agreed on what nobody saw

        static (int, int) Ties(JsonNode row) => ((int)row["n"]!, (int)row["excluded"]!["identical_ties"]!);
    }

    [Fact]
    public async Task Whatever_happens_later_a_report_is_computed_again_as_it_was()
    {
        string[] questions = ["", "unit=pair", "by=category", "by=baseline:size", "by=rater&confidence=0.9", "category=问答"];
        var study = await TestStudy.OpenAsync(_server, 4, ["demo-a", "demo-b", "demo-c"], design: new { kind = "focal", focal = "demo-a" }, overlap: 2, samePrompt: "allow");
        await SetSize(study, "demo-b", "6b");
        var raters = await Raters(study, 4);
        var seen = new List<(string Question, Reply Report)>();

        await Look();
        foreach (var rater in raters[..2]) await Vote(rater, "p001", "left");
        await Vote(raters[0], "p002", "right");
        await Look();
        foreach (var rater in raters[1..]) await Skip(rater, "p003", "unclear");
        await Look();
        var again = (await raters[0].Assignments(1))[0];
        (await raters[0].Vote((string)again["assignment"]!, "left")).Ok();
        (await raters[0].Vote((string)again["assignment"]!, "tie", 1)).Ok();
        await Look();
        await SetSize(study, "demo-b", "7b");
        await Look();
        (await study.Import(AddingWaves.Answers(4, "demo-d"))).Ok();
        await Look();
        (await study.Change(new { analysis = new { confidence = 0.9 } })).Ok();
        await Look();
        (await _server.Admin.Post($"{study.Path}/judgments/exclude", new { filter = new { rater = "r1" }, reason = "did not read" })).Ok();
        await Look();
        (await _server.Admin.Post($"{study.Path}/judgments/include", new { filter = new { rater = "r1" }, reason = "did read" })).Ok();
        await Look();
        var correction = JsonNode.Parse(TestStudy.Prompts(1, "demo-a", "demo-b", "demo-c"))!;
        correction["answers"]!["demo-a"] = "一个更正的回答。"; // of the focal model: every judgment of the prompt is of it
        var import = (string)(await study.Import(correction.ToJsonString(), confirm: false)).Ok()["import"]!;
        (await _server.Admin.Post($"{study.Path}/imports/{import}/confirm", new { on_change = "replace" })).Ok();
        Assert.InRange((await study.Get(Preference)).Ok()["items"].AsArray().Sum(row => (int)row!["excluded"]!["replaced"]!), 2, 4);
        await Look();
        var late = (string)(await raters[2].Assignments(1))[0]["assignment"]!;
        (await study.Change(new { state = "closed" })).Ok();
        (await raters[2].Vote(late, "left")).Ok();

        Assert.True(seen.Select(s => (long)s.Report["sequence"]).Distinct().Count() >= 7);
        foreach (var (question, then) in seen)
        {
            var now = (await study.Get($"{Preference}?{question}&at={then["sequence"]}")).Ok();
            Assert.True(then.Text == now.Text, $"{question} at {then["sequence"]}:\n{then.Text}\nbecame\n{now.Text}");
            Assert.Equal(then.Headers.ETag, now.Headers.ETag);
            foreach (var row in then["items"].AsArray()) AssertAddsUp(row!, question == "unit=pair");
            foreach (var row in then["slices"].AsArray()) AssertAddsUp(row!);
        }

        async Task Look()
        {
            foreach (var question in questions) seen.Add((question, (await study.Get($"{Preference}?{question}")).Ok()));
        }
    }

    [Fact]
    public async Task What_was_excluded_is_told_and_the_headline_is_shown_with_it_too()
    {
        var study = await Five(identicalAnswers: "leave_out");
        var raters = await Raters(study, 2);
        foreach (var prompt in new[] { "p1", "p2", "p4", "p5" }) await Vote(raters[0], prompt, "tie");
        foreach (var prompt in new[] { "p1", "p2" }) await Vote(raters[1], prompt, "tie");
        var before = await study.Get(Preference);
        Assert.Null(before["items"][0]!["with_excluded"]);
        Assert.Empty(before["exclusions"].AsArray());

        var act = (await _server.Admin.Post($"{study.Path}/judgments/exclude", new { filter = new { rater = "r1" }, reason = "did not read" })).Ok();

        var report = (await study.Get(Preference)).Ok();
        var row = report["items"][0]!;
        Assert.Equal((2, 2, 4, 6), ((int)row["n"]!, (int)row["excluded"]!["counted"]!, (int)row["excluded"]!["excluded"]!, (int)row["excluded"]!["judged"]!));
        Assert.Equal((6, 4, 2), ((int)row["with_excluded"]!["n"]!, (int)row["with_excluded"]!["prompts"]!, (int)row["with_excluded"]!["raters"]!));
        AssertAddsUp(row);
        var told = Assert.Single(report["exclusions"].AsArray())!;
        Assert.Equal(((long)act["sequence"]!, "excluded", "did not read", 4, (long)before["sequence"]),
            ((long)told["sequence"]!, (string)told["kind"]!, (string)told["reason"]!, (int)told["judgments"]!, (long)told["report_sequence"]!));
        Assert.Contains("excluded_after_a_look", report["warnings"].AsArray().Select(w => (string)w!["code"]!));
    }

    [Fact]
    public async Task A_pair_that_was_identical_until_an_answer_changed_is_so_in_reports_of_that_time()
    {
        var study = await Five(identicalAnswers: "leave_out");
        var then = (await study.Get(Preference)).Ok();
        var changed = TestStudy.Line(new { prompt_id = "p3", prompt = "p3", answers = new Dictionary<string, string> { ["demo-a"] = "甲3", ["demo-b"] = "乙3" } })
            + "\n" + TestStudy.Line(new { prompt_id = "p5", prompt = "p5", answers = new Dictionary<string, string> { ["demo-a"] = "不再是空的", ["demo-b"] = "乙5" } });

        var import = (string)(await study.Import(changed, confirm: false)).Ok()["import"]!;
        (await _server.Admin.Post($"{study.Path}/imports/{import}/confirm", new { on_change = "replace" })).Ok();

        Assert.Equal((0, 5, 10, 0), Plan((await study.Get(Preference)).Ok()));
        Assert.Equal((1, 4, 8, 1), Plan((await study.Get($"{Preference}?at={then["sequence"]}")).Ok()));
        Assert.Equal((1, 4, 8, 1), Plan(then));

        static (int, int, int, int) Plan(Reply report)
        {
            var beside = report["items"][0]!["excluded"]!;
            return ((int)beside["identical"]!, (int)beside["incomplete"]!, (int)beside["planned"]!, (int)beside["empty_answers"]!);
        }
    }

    [Fact]
    public async Task The_reader_is_warned_where_rows_are_less_alike_than_they_look()
    {
        var study = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b", "demo-c"], design: new { kind = "focal", focal = "demo-a" }, overlap: 2);
        Assert.Empty(await Codes(""));
        (await study.Import(string.Join('\n', Enumerable.Range(1, 3).Select(p => ImportingFiles.Judgment($"p{p:000}", "demo-a", "demo-b", "r1", "a"))))).Ok();
        Assert.Equal(["few_raters", "unknown_sides"], await Codes(""));
        (await study.Import(string.Join('\n', Enumerable.Range(1, 3).Select(p => ImportingFiles.Judgment($"p{p:000}", "demo-a", "demo-c", p == 1 ? "r2" : "r1", "a"))))).Ok();
        Assert.Equal(["few_raters", "repeat_exposures", "unknown_sides"], await Codes("")); // r1 in common, r2 not: half
        (await study.Import(ImportingFiles.Judgment("p002", "demo-a", "demo-c", "r3", "a"))).Ok();
        Assert.Equal(["different_raters", "few_raters", "repeat_exposures", "unknown_sides"], await Codes(""));
        Assert.Equal(["few_raters", "unknown_sides"], await Codes("baseline=demo-b"));

        (await study.Import(AddingWaves.Answers(3, "demo-d"))).Ok();
        (await study.Import(string.Join('\n', Enumerable.Range(1, 3).Select(p => ImportingFiles.Judgment($"p{p:000}", "demo-a", "demo-d", $"r{p}", "a"))))).Ok();
        Assert.Contains("different_waves", await Codes(""));
        Assert.DoesNotContain("different_waves", await Codes("wave=1"));
        (await study.Import(ImportingFiles.Judgment("p001", "demo-a", "demo-b", "gpt", "a", "llm"))).Ok();
        (await study.Import(ImportingFiles.Judgment("p001", "demo-a", "demo-b", "robot", "a", "simulated"))).Ok();
        Assert.Equal(["few_raters", "llm_raters", "unknown_sides"], await Codes("raters=llm"));
        Assert.Equal(["few_raters", "simulated_raters", "unknown_sides"], await Codes("raters=simulated"));

        async Task<IEnumerable<string>> Codes(string query) => (await study.Get($"{Preference}?{query}")).Ok()["warnings"].AsArray().Select(w => (string)w!["code"]!).Order();
    }

    [Fact]
    public async Task One_question_has_one_hash_however_it_is_asked()
    {
        var study = await Five(identicalAnswers: "leave_out");
        var one = (await study.Get($"{Preference}?unit=pair&confidence=0.9")).Ok();
        var same = (await study.Get($"{Preference}?confidence=0.90&unit=pair&at={one["sequence"]}")).Ok();
        var other = (await study.Get($"{Preference}?unit=pair&confidence=0.9&by=category")).Ok();

        Assert.Equal(((string)one["hash"]!, one.Headers.ETag), ((string)same["hash"]!, same.Headers.ETag));
        Assert.NotEqual((string)one["hash"]!, (string)other["hash"]!);
        Assert.NotEqual(one.Headers.ETag, other.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, (await _server.Admin.Get($"{study.Path}/{Preference}?confidence=0.9&unit=pair", ("If-None-Match", one.Headers.ETag!.ToString()))).Status);
    }

    /// <summary>An open study of two models and five prompts, two raters a pair; the answers to p3 are equal, and one to p5 is empty.</summary>
    private async Task<TestStudy> Five(string identicalAnswers)
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 2);
        (await study.Change(new { identical_answers = identicalAnswers })).Ok();
        (await study.Import(string.Join('\n', Enumerable.Range(1, 5).Select(p => TestStudy.Line(new
        {
            prompt_id = $"p{p}",
            prompt = $"p{p}",
            answers = new Dictionary<string, string> { ["demo-a"] = p == 5 ? "" : $"甲{p}", ["demo-b"] = p == 3 ? "甲3" : $"乙{p}" },
        }))))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        return study;
    }

    private static async Task<TestRater[]> Raters(TestStudy study, int count)
    {
        var raters = new TestRater[count];
        for (var r = 0; r < count; r++) raters[r] = await study.Invite($"r{r + 1}");
        return raters;
    }

    private static async Task Vote(TestRater rater, string prompt, string choice) => (await rater.Vote(await Find(rater, prompt), choice)).Ok();

    private static async Task Skip(TestRater rater, string prompt, string reason) => (await rater.GiveBack(await Find(rater, prompt), reason)).Ok();

    /// <summary>Her assignment of a prompt; the others she gives back.</summary>
    private static async Task<string> Find(TestRater rater, string prompt)
    {
        var held = await rater.Assignments(10);
        foreach (var other in held.Where(a => !IsOf(a))) (await rater.GiveBack((string)other["assignment"]!)).Ok();
        return (string)held.First(IsOf)["assignment"]!;

        bool IsOf(JsonNode assignment)
        {
            var text = (string)assignment["prompt"]![0]!["content"]!;
            return text == prompt || text.StartsWith($"问题{prompt.TrimStart('p').TrimStart('0')}：", StringComparison.Ordinal);
        }
    }

    private async Task SetSize(TestStudy study, string model, string size)
    {
        var id = (string)(await study.Get("models")).Ok()["items"].AsArray().Single(m => (string)m!["name"]! == model)!["model"]!;
        (await _server.Admin.Patch($"{study.Path}/models/{id}", new { attributes = new { size } })).Ok();
    }

    private static void AssertAddsUp(JsonNode row, bool byPair = false)
    {
        var beside = row["excluded"]!;
        Assert.Equal(Of("judged"), Of("counted") + Of("surplus") + Of("excluded") + Of("replaced"));
        Assert.Equal(Of("planned"), Of("counted") + Of("to_come"));
        Assert.Equal(Of("pairs"), Of("complete") + Of("incomplete") + Of("identical") + Of("unjudgeable"));
        if (byPair) Assert.InRange((int)row["n"]!, Of("complete"), Of("complete") + Of("identical"));
        else Assert.Equal((int)row["n"]!, Of("counted") + Of("identical_ties"));

        int Of(string name) => (int?)beside[name] ?? 0;
    }

    private static string Plain(JsonNode node) => node.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static async Task<JsonNode> Row(TestStudy study, string query = "") => Assert.Single((await study.Get(Preference + query)).Ok()["items"].AsArray())!;

    public sealed class OnSQLite(Server shared) : AddingUp(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : AddingUp(shared.Value), IClassFixture<PostgresServer>;
}
