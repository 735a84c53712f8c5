using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Leaving and coming back, raters at once, and how much of a study one of them may make.</summary>
public abstract class SharingTheWork(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task A_rater_pauses_on_one_device_and_goes_on_with_another_with_the_same_pairs_on_the_same_sides()
    {
        var study = await CheckedStudy.OpenAsync(_server, prompts: 12, overlap: 1);
        var invited = (await _server.Admin.Post($"{study.Study.Path}/raters", new { name = "r1" })).Ok();
        var (phone, desk) = (await Device(), await Device());

        var onPhone = await phone.Assignments(3);
        Assert.Equal(onPhone.Select(Seen), (await desk.Assignments(3)).Select(Seen));
        (await desk.Vote(CheckedStudy.Id(onPhone[0]), "left")).Ok();
        Assert.Equal("judgment-changed", (await phone.Vote(CheckedStudy.Id(onPhone[0]), "right")).Problem);

        Assert.Equal(2, (int)(await phone.Release()).Ok()["released"]!);
        Assert.Equal(0, (int)(await phone.Api.Send(HttpMethod.Post, $"{study.Study.Path}/assignments/release", null)).Ok()["released"]!); // a page that goes need not say more
        Assert.Equal(onPhone.Skip(1).Select(Seen), (await desk.Assignments(2)).Select(Seen));

        // The link opens as often as she likes.
        async Task<TestRater> Device()
        {
            var browser = _server.As(null); // it keeps its cookies
            (await browser.Post("sessions", new { key = (string)invited["key"]! })).Ok();
            return new TestRater(browser, study.Study);
        }
    }

    [Fact]
    public async Task What_is_released_is_free_at_once_and_a_vote_on_it_counts_while_it_is()
    {
        var study = await CheckedStudy.OpenAsync(_server, prompts: 2, overlap: 1);
        var (one, other) = (await study.Study.Invite("one"), await study.Study.Invite("other"));
        var held = await one.Assignments(2);
        Assert.Equal("waiting", (string?)(await other.Ask()).Ok().Json["none_left"]);

        (await one.Release(CheckedStudy.Id(held[0]), "no-such-id")).Ok();

        var taken = Assert.Single(await other.Assignments(2));
        Assert.Equal(CheckedStudy.Content(held[0], "prompt"), CheckedStudy.Content(taken, "prompt"));
        Assert.False((bool)(await one.Vote(CheckedStudy.Id(held[0]), "left")).Ok()["counted"]!);
        (await one.Release()).Ok();
        Assert.True((bool)(await one.Vote(CheckedStudy.Id(held[1]), "left")).Ok()["counted"]!);
        Assert.Equal(0, (int)(await other.Release(CheckedStudy.Id(held[1]))).Ok()["released"]!); // not hers
    }

    [Fact]
    public async Task Nobody_makes_more_of_the_study_than_its_share_whatever_checks_come_between()
    {
        var study = await CheckedStudy.OpenAsync(_server, prompts: 20, gold: 10, overlap: 2, settings: new { max_share = 0.25, gold_share = 0.2, repeat_share = 0.2 }); // 10 of 40
        var (one, other) = (await study.JudgeAsync(await study.Study.Invite("r1")), await study.JudgeAsync(await study.Study.Invite("r2"), atOnce: 4));

        Assert.Equal(("share_reached", "share_reached"), (one.NoneLeft, other.NoneLeft));
        Assert.All(await CountedByRater(study), rater => Assert.Equal(10, rater.Value));
    }

    [Fact]
    public async Task A_vote_that_comes_late_is_no_way_round_the_share()
    {
        var study = await CheckedStudy.OpenAsync(_server, prompts: 20, overlap: 1, settings: new { max_share = 0.5 });
        var (slow, quick) = (await study.Study.Invite("slow"), await study.Study.Invite("quick"));
        var late = await slow.Assignments(10);
        Assert.Equal(10, late.Count);
        _server.Time!.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(10, (await quick.Assignments(10)).Count); // the same pairs
        Assert.Equal(10, (await study.JudgeAsync(slow)).Items.Count); // the others
        (await quick.Release()).Ok();

        foreach (var item in late) Assert.False((bool)(await slow.Vote(CheckedStudy.Id(item), "tie")).Ok()["counted"]!);

        Assert.Equal(10, (await CountedByRater(study))["slow"]);
        Assert.Equal(10, (await study.JudgeAsync(quick)).Items.Count);
    }

    [Fact]
    public async Task Twenty_raters_at_once_with_checks_and_quotas_never_overshoot()
    {
        const int quota = 12, overlap = 3;
        var study = await CheckedStudy.OpenAsync(_server, prompts: 50, gold: 15, practice: 1, overlap: overlap, settings: new { gold_share = 0.15, repeat_share = 0.1, max_share = 0.08 }); // 12 of 150
        var links = (await _server.Admin.Post($"{study.Study.Path}/raters", new { names = string.Join('\n', Enumerable.Range(1, 20).Select(n => $"r{n:00}")), quota })).Ok();
        var raters = links["items"].AsArray().Select(link => new TestRater(_server.As((string)link!["key"]!), study.Study)).ToList();

        await Task.WhenAll(raters.Select((rater, n) => Task.Run(async () =>
        {
            var chance = new Random(n);
            while (true)
            {
                var reply = (await rater.Ask(1 + chance.Next(4))).Ok();
                var items = reply["items"].AsArray();
                if (items.Count == 0 && (string?)reply.Json["none_left"] != "waiting") return;
                foreach (var item in items)
                {
                    if (chance.Next(8) == 0) (await rater.Release(CheckedStudy.Id(item!))).Ok();
                    else (await rater.Vote(CheckedStudy.Id(item!), study.Right(item!))).Ok();
                }
            }
        })));

        var judgments = await study.Study.Judgments();
        Assert.All(judgments, j => Assert.True((bool)j["counted"]!));
        Assert.All(judgments.Where(j => (string?)j["role"] != "practice").GroupBy(j => (string)j["rater"]!), rater => Assert.InRange(rater.Count(), 1, quota));
        Assert.All(judgments.Where(j => (string?)j["role"] == "normal").GroupBy(j => (string)j["prompt_id"]!), pair => Assert.InRange(pair.Count(), 1, overlap));
        Assert.All((await study.Study.Get("pairs?limit=1000")).Ok()["items"].AsArray(), pair =>
            Assert.Equal((string?)pair!["role"] == "normal" ? judgments.Count(j => (string?)j["role"] == "normal" && (string?)j["prompt_id"] == (string?)pair["prompt_id"]) : 0, (int)pair["counted"]!));
        Assert.Equal(judgments.Count(j => (string?)j["role"] == "normal"), (int)(await study.Study.Get("reports/preference")).Ok()["items"][0]!["n"]!);
        Assert.Contains(judgments, j => (string?)j["role"] == "gold");
        Assert.Equal(20, judgments.Count(j => (string?)j["role"] == "practice"));
    }

    [Fact]
    public async Task What_replacing_excluding_and_taking_back_in_does_to_checks_leaves_places_right()
    {
        var study = await CheckedStudy.OpenAsync(_server, prompts: 30, gold: 10, overlap: 1, settings: new { gold_share = 0.2, repeat_share = 0.2 });
        var rater = await study.Study.Invite("r1");
        await study.JudgeAsync(rater);
        Assert.Contains("repeat", (await study.RolesAsync()).Values);

        (await _server.Admin.Post($"{study.Study.Path}/judgments/exclude", new { filter = new { rater = "r1" }, reason = "all" })).Ok();
        Assert.All(await Pairs(), pair => Assert.Equal(0, (int)pair["counted"]!));
        (await _server.Admin.Post($"{study.Study.Path}/judgments/include", new { filter = new { rater = "r1" }, reason = "back" })).Ok();
        Assert.All(await Pairs(), pair => Assert.Equal((string?)pair["role"] == "normal" ? 1 : 0, (int)pair["counted"]!));

        var import = (await study.Study.Import(string.Join('\n', Enumerable.Range(1, 40).Select(p => TestStudy.Line(new { prompt_id = $"p{p:000}", prompt = $"问题{p}：请解释一个概念。",
            answers = new Dictionary<string, string> { ["demo-a"] = $"新的{p}" } }))), confirm: false)).Ok();
        (await _server.Admin.Post($"{study.Study.Path}/imports/{import["import"]}/confirm", new { on_change = "replace" })).Ok();
        Assert.All(await Pairs(), pair => Assert.Equal(0, (int)pair["counted"]!));
        Assert.Equal(0, (int)(await study.Study.Get("reports/raters")).Ok()["items"].AsArray().Sum(r => (int)r!["self_consistency"]!["n"]!));
        await study.JudgeAsync(await study.Study.Invite("r2"), choose: _ => "tie");
        Assert.All(await Pairs(), pair => Assert.Equal((string?)pair["role"] == "normal" ? 1 : 0, (int)pair["counted"]!));

        async Task<IEnumerable<JsonNode>> Pairs() => (await study.Study.Get("pairs?limit=1000")).Ok()["items"].AsArray().Select(p => p!);
    }

    [Fact]
    public async Task A_repeat_completes_no_pair_for_anybody()
    {
        var study = await CheckedStudy.OpenAsync(_server, prompts: 40, overlap: 2, settings: new { repeat_share = 0.2 });
        var (items, noneLeft) = await study.JudgeAsync(await study.Study.Invite("r1"));
        Assert.True(items.Count > 40 && noneLeft == "all_met");

        var row = (await study.Study.Get("reports/preference")).Ok()["items"][0]!;
        Assert.Equal((40, 0, 40), ((int)row["n"]!, (int)row["excluded"]!["complete"]!, (int)row["excluded"]!["incomplete"]!));
        Assert.Equal((0, 0), ((int)row["live"]!["units"]!, (int)row["live"]!["behind"]!));
        var chosen = (await study.Study.Get("exports/trl_dpo?min_votes=2")).Ok();
        Assert.Equal("", chosen.Text.Trim());
    }

    [Fact]
    public async Task A_problem_is_reported_without_a_vote_and_the_researcher_reads_which_model_it_is_about()
    {
        var study = await CheckedStudy.OpenAsync(_server, prompts: 3, overlap: 2);
        var (rater, other) = (await study.Study.Invite("r1"), await study.Study.Invite("r2"));
        var item = Assert.Single(await rater.Assignments(1));
        var path = $"assignments/{CheckedStudy.Id(item)}/problems";

        var first = (await rater.Api.Post(path, new { kind = "names_itself", side = study.Right(item), comment = "它说了自己的名字" })).Ok();
        (await rater.Api.Post(path, new { kind = "names_itself", side = study.Right(item), comment = "它说了自己的名字" })).Ok();
        (await rater.Api.Post(path, new { kind = "broken" })).Ok();
        Assert.Equal(HttpStatusCode.NotFound, (await other.Api.Post(path, new { kind = "broken" })).Status);
        Assert.Equal("kind", (string?)(await rater.Api.Post(path, new { comment = "?" }))["errors"][0]!["field"]);

        Assert.DoesNotContain("demo", first.Text, StringComparison.Ordinal);
        Assert.Empty(await study.Study.Judgments());
        var page = (await study.Study.Get("problems?limit=1")).Ok();
        var problem = Assert.Single(page["items"].AsArray())!;
        Assert.Equal(("names_itself", "它说了自己的名字", "r1"), ((string)problem["kind"]!, (string)problem["comment"]!, (string)problem["rater"]!));
        Assert.Equal("demo-a", (string?)problem[(string?)problem["side"] == "a" ? "model_a" : "model_b"]);
        var second = Assert.Single((await study.Study.Get($"problems?cursor={page["next_cursor"]}")).Ok()["items"].AsArray())!;
        Assert.Equal(("broken", null), ((string)second["kind"]!, (string?)second["side"]));
        Assert.Equal(HttpStatusCode.Forbidden, (await rater.Api.Get($"{study.Study.Path}/problems")).Status);
    }

    [Fact]
    public async Task A_rater_is_told_how_much_of_the_study_is_done_but_not_vote_by_vote()
    {
        var study = await CheckedStudy.OpenAsync(_server, prompts: 7, overlap: 1);
        var rater = await study.Study.Invite("r1");
        Assert.Equal(0, await Done());
        await study.JudgeAsync(rater, 3);
        await rater.Assignments(2); // held is not done

        Assert.Equal(0, await Done());
        _server.Time!.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0.42, await Done());

        async Task<double> Done() => (double)(await rater.Api.Get("me")).Ok()["study_done"]!;
    }

    [Fact]
    public async Task Raters_may_belong_to_a_group()
    {
        var study = await CheckedStudy.OpenAsync(_server, prompts: 2);
        (await _server.Admin.Post($"{study.Study.Path}/raters", new { names = "甲\n乙", group = "北京" })).Ok();
        var raters = (await study.Study.Get("raters")).Ok()["items"].AsArray();
        Assert.All(raters, rater => Assert.Equal("北京", (string?)rater!["group"]));
        var sequence = await Sequence();
        Assert.Equal("上海", (string?)(await Change("上海"))["group"]);
        Assert.Equal(sequence + 1, await Sequence()); // reports by group are others now
        await Change("上海");
        Assert.Equal(sequence + 1, await Sequence());
        Assert.Null((string?)(await Change("")).Json["group"]);

        async Task<long> Sequence() => (long)(await study.Study.Get("")).Ok()["sequence"]!;

        async Task<Reply> Change(string group) => (await _server.Admin.Patch($"{study.Study.Path}/raters/{raters[0]!["rater"]}", new { group })).Ok();
    }

    private static async Task<Dictionary<string, int>> CountedByRater(CheckedStudy study) =>
        (await study.Study.Judgments()).Where(j => (string?)j["role"] == "normal" && (bool)j["counted"]!).CountBy(j => (string)j["rater"]!).ToDictionary();

    /// <summary>All that she sees of it.</summary>
    private static string Seen(JsonNode item) => CheckedStudy.Id(item) + CheckedStudy.Shown(item);

    public sealed class OnSQLite(TimedServer shared) : SharingTheWork(shared.Value), IClassFixture<TimedServer>
    {
        [Fact]
        public async Task The_same_chance_asks_the_same()
        {
            var seen = new List<string>[2];
            for (var run = 0; run < 2; run++)
            {
                await using var server = new PrefEvalServer(chance: new Random(11));
                var study = await CheckedStudy.OpenAsync(server, prompts: 30, gold: 10, overlap: 1, settings: new { gold_share = 0.2, repeat_share = 0.2 });
                seen[run] = [.. (await study.JudgeAsync(await study.Study.Invite("r1"))).Items.Select(CheckedStudy.Shown)];
            }
            Assert.Equal(seen[0], seen[1]);
        }
    }

    public sealed class OnPostgreSQL(TimedPostgresServer shared) : SharingTheWork(shared.Value), IClassFixture<TimedPostgresServer>;
}
