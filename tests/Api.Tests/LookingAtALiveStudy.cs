using System.Text.Json.Nodes;
using PrefEval.Stats;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The interval that may be looked at while judgments come.</summary>
public abstract class LookingAtALiveStudy(PrefEvalServer server)
{
    private static readonly string[] Two = ["demo-a", "demo-b"];

    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task It_rests_on_the_completed_prefix_of_the_drawn_order()
    {
        var study = await Open(12, overlap: 1);
        var (first, second) = (await study.Invite("r1"), await study.Invite("r2"));
        var waiting = (string)Assert.Single(await first.Assignments(1))["assignment"]!;
        await Vote(second, 7);

        var blocked = await Live(study);
        Assert.Equal((0, 12, 7, "no_units"), (Units(blocked), (int)blocked["of"]!, (int)blocked["behind"]!, (string)blocked["status"]!));
        Assert.Null(blocked["estimate"] ?? blocked["lower"] ?? blocked["p"]);

        (await first.Vote(waiting, "tie")).Ok();

        var live = await Live(study);
        Assert.Equal((8, 0, "ok", "these_raters", "hedged_betting"), (Units(live), (int)live["behind"]!, (string)live["status"]!, (string)live["scope"]!, (string)live["method"]!));
        var votes = await study.Judgments(); // the tie, drawn first, came last
        var scores = new[] { votes[^1] }.Concat(votes.SkipLast(1)).Select(j => (string)j["winner"]! switch { "a" => 1, "b" => 0, _ => 0.5 }).ToArray();
        Same(Betting.Of(scores), live);
    }

    [Fact]
    public async Task What_a_completed_pair_said_stays_as_it_was_when_it_completed()
    {
        var study = await Open(6, overlap: 1);
        var rater = await study.Invite("r1");
        var held = await Vote(rater, 6);
        var before = await Live(study);
        var sequence = (long)(await study.Get("reports/preference")).Ok()["sequence"]!;

        (await rater.Vote((string)held[0]["assignment"]!, "tie", after: 1)).Ok();
        (await _server.Admin.Post($"{study.Path}/judgments/exclude", new { filter = new { rater = "r1" }, reason = "a test" })).Ok();
        var newcomer = await study.Invite("r2");
        await Vote(newcomer, 6, "both_bad");

        Assert.True(JsonNode.DeepEquals(before, await Live(study)), (await Live(study)).ToJsonString());
        Assert.Equal(6, (int)(await Row(study))["both_bad"]!);
        Assert.True(JsonNode.DeepEquals(before, await Live(study, $"?at={sequence}")));
        Assert.Equal(2, Units(await Live(study, $"?at={sequence - 4}")));
    }

    [Fact]
    public async Task A_unit_is_the_mean_of_as_many_judgments_as_the_overlap()
    {
        var study = await Open(3, overlap: 2);
        var first = await study.Invite("r1");
        await Vote(first, 3, "tie");
        Assert.Equal((0, "no_units"), (Units(await Live(study)), (string)(await Live(study))["status"]!));
        await Vote(await study.Invite("r2"), 3);

        var live = await Live(study);
        var scores = (await study.Judgments()).Skip(3).Select(j => (string)j["winner"]! == "a" ? 0.75 : 0.25).ToArray();
        Same(Betting.Of(scores), live);
    }

    [Fact]
    public async Task It_does_not_wait_for_a_pair_that_three_raters_skipped_nor_counts_it_later()
    {
        var study = await Open(4, overlap: 2);
        var skippers = new List<TestRater>();
        var skipped = "";
        foreach (var name in new[] { "r1", "r2", "r3" })
        {
            var rater = await study.Invite(name);
            skipped = (string)Assert.Single(await rater.Assignments(1))["assignment"]!;
            (await rater.GiveBack(skipped, "unclear")).Ok();
            skippers.Add(rater);
        }
        foreach (var rater in skippers.Take(2)) await Vote(rater, 3);

        var live = await Live(study);
        Assert.Equal((3, 4, 1), (Units(live), (int)live["of"]!, (int)live["passed_over"]!));

        // She thinks better of it, and the pair completes after all: the sequence goes on without it.
        (await skippers[2].Vote(skipped, "left")).Ok();
        await Vote(await study.Invite("r4"), 1);
        Assert.Equal(0, (int)(await Row(study))["excluded"]!["unjudgeable"]!);
        Assert.True(JsonNode.DeepEquals(live, await Live(study)));
    }

    [Fact]
    public async Task It_does_not_wait_for_ever_for_a_pair_that_nobody_judges()
    {
        var study = await Open(24, overlap: 1);
        var idle = await study.Invite("r1");
        var held = (string)Assert.Single(await idle.Assignments(1))["assignment"]!;
        var busy = await study.Invite("r2");
        await Vote(busy, 19);
        Assert.Equal((0, 19), (Units(await Live(study)), (int)(await Live(study))["behind"]!));

        await Vote(busy, 1);

        var live = await Live(study);
        Assert.Equal((20, 1), (Units(live), (int)live["passed_over"]!));
        (await idle.Vote(held, "left")).Ok();
        Assert.True(JsonNode.DeepEquals(live, await Live(study)));
    }

    [Fact]
    public async Task What_was_complete_before_the_opening_overtakes_nobody()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(TestStudy.Prompts(30, Two))).Ok();
        (await study.Import(string.Join('\n', Enumerable.Range(1, 26).Select(p => ImportingFiles.Judgment($"p{p:000}", "demo-a", "demo-b", "r1", "a"))))).Ok();
        (await study.Change(new { state = "open" })).Ok();

        var waiting = await Live(study);
        Assert.Equal((26, 30, 0), (Units(waiting) + (int)waiting["behind"]!, (int)waiting["of"]!, (int)waiting["passed_over"]!));
        await Vote(await study.Invite("r2"), 4);
        Assert.Equal((30, 0), (Units(await Live(study)), (int)(await Live(study))["passed_over"]!));
    }

    [Fact]
    public async Task Alpha_is_split_over_the_declared_comparisons_and_the_models_may_change_places()
    {
        var study = await TestStudy.OpenAsync(_server, 4, ["demo-f", "demo-1", "demo-2"], design: new { kind = "focal", focal = "demo-f" }, overlap: 1);
        await Vote(await study.Invite("r1"), 8);

        var live = await Live(study, "?model=demo-f&baseline=demo-1");
        var turned = await Live(study, "?model=demo-1&baseline=demo-f");
        Assert.Equal((4, 0.975), (Units(live), (double)live["confidence"]!));
        Assert.Equal((double)live["lower"]!, 1 - (double)turned["upper"]!, 1e-12);
        Assert.Equal((double)live["upper"]!, 1 - (double)turned["lower"]!, 1e-12);
        Assert.Equal(0.95, (double)(await Live(study, "?model=demo-f&baseline=demo-1&confidence=0.9"))["confidence"]!, 1e-12);
    }

    [Fact]
    public async Task Progress_shows_the_same_interval_and_reports_say_when_the_others_are_valid()
    {
        var study = await Open(4, overlap: 1);
        var rater = await study.Invite("r1");
        await Vote(rater, 3);

        var row = await Row(study);
        Assert.Equal(("planned_n_only", false), ((string)row["fixed_n"]!["valid_at"]!, (bool)row["fixed_n"]!["reached"]!));
        var progress = Assert.Single((await study.Get("reports/progress")).Ok()["items"].AsArray())!;
        Assert.True(JsonNode.DeepEquals(row["live"], progress["live_interval"]));
        Assert.Equal(3, Units(progress["live_interval"]!));

        await Vote(rater, 1);
        Assert.True((bool)(await Row(study))["fixed_n"]!["reached"]!);
        Assert.All((await study.Get("reports/preference?by=category")).Ok()["slices"].AsArray(), slice => Assert.Null(slice!["live"]));
    }

    [Fact]
    public async Task Without_a_drawn_order_there_is_none()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(TestStudy.Prompts(7, Two))).Ok();
        (await study.Import(string.Join('\n', Enumerable.Range(1, 5).Select(p => ImportingFiles.Judgment($"p{p:000}", "demo-a", "demo-b", "r1", "a"))))).Ok();

        var draft = await Live(study);
        Assert.Equal(("no_drawn_order", 0, 0), ((string)draft["status"]!, Units(draft), (int)draft["of"]!));
        Assert.Null(draft["estimate"] ?? draft["lower"]);
        var then = (long)(await study.Get("reports/preference")).Ok()["sequence"]!;

        // The order is drawn at the opening, whatever was said before.
        (await study.Import(ImportingFiles.Judgment("p006", "demo-a", "demo-b", "r1", "a"))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        await Vote(await study.Invite("r2"), 1, "tie");
        Assert.Equal((7, 6.5 / 7), (Units(await Live(study)), (double)(await Live(study))["estimate"]!));
        Assert.Equal("no_drawn_order", (string)(await Live(study, $"?at={then}"))["status"]!);
    }

    [Fact]
    public async Task It_follows_the_declared_estimand()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(TestStudy.Prompts(8, Two))).Ok();
        (await study.Change(new { analysis = new { estimand = "decisive_win_rate" } })).Ok();
        (await study.Change(new { state = "open" })).Ok();
        var rater = await study.Invite("r1");
        await Vote(rater, 2, "tie");
        await Vote(rater, 6);
        var winners = (await study.Judgments()).Select(j => (string)j["winner"]!).ToList();

        var decisive = await Live(study);
        Assert.Equal(("decisive_win_rate", "beta_mixture"), ((string)decisive["estimand"]!, (string)decisive["method"]!));
        Same(BetaMixture.Of([.. winners.Skip(2).Select(w => w == "a")]), decisive);

        (await study.Change(new { analysis = new { estimand = "win_or_good_tie" } })).Ok();
        var goodTie = await Live(study);
        Assert.Null(goodTie["p"] ?? goodTie["e_value"]); // no value of it means "no preference"
        var e = Betting.Of([.. winners.Select(w => w == "b" ? 0.0 : 1)]);
        Assert.Equal((e.Value, e.Lower, e.Upper), ((double)goodTie["estimate"]!, (double)goodTie["lower"]!, (double)goodTie["upper"]!));

        (await study.Change(new { analysis = new { estimand = "net" } })).Ok();
        var rate = Betting.Of([.. winners.Select(w => w switch { "a" => 1, "b" => 0, _ => 0.5 })]);
        var net = await Live(study);
        Assert.Equal((2 * rate.Lower - 1, 2 * rate.Upper - 1, rate.PValue), ((double)net["lower"]!, (double)net["upper"]!, (double)net["p"]!));
    }

    [Theory]
    [InlineData("leave_out", 3)]
    [InlineData("tie", 4)]
    public async Task Identical_pairs_are_out_of_the_order_or_ties_from_the_start(string identicalAnswers, int units)
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Change(new { identical_answers = identicalAnswers })).Ok();
        (await study.Import(TestStudy.Prompts(3, Two))).Ok();
        (await study.Import(TestStudy.Line(new { prompt_id = "same", prompt = "问题", answers = new Dictionary<string, string> { ["demo-a"] = "一样", ["demo-b"] = "一样" } }))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        await Vote(await study.Invite("r1"), 3);

        var live = await Live(study);
        Assert.Equal((units, units, "ok"), (Units(live), (int)live["of"]!, (string)live["status"]!));
    }

    private Task<TestStudy> Open(int prompts, int overlap) => TestStudy.OpenAsync(_server, prompts, Two, overlap: overlap);

    /// <summary>So many votes, one at a time, in the order in which the pairs are served.</summary>
    private static async Task<IReadOnlyList<JsonNode>> Vote(TestRater rater, int count, string choice = "left")
    {
        var judged = new List<JsonNode>();
        while (judged.Count < count)
        {
            var held = Assert.Single(await rater.Assignments(1));
            (await rater.Vote((string)held["assignment"]!, choice)).Ok();
            judged.Add(held);
        }
        return judged;
    }

    private static void Same(ConfidenceSequence e, JsonNode live)
    {
        Assert.Equal(e.Units, Units(live));
        Assert.Equal((e.Value, e.Lower, e.Upper, e.PValue), ((double)live["estimate"]!, (double)live["lower"]!, (double)live["upper"]!, (double)live["p"]!));
        Assert.Equal(e.EValue, (double)live["e_value"]!);
    }

    private static int Units(JsonNode live) => (int)live["units"]!;

    private static async Task<JsonNode> Row(TestStudy study, string query = "") => Assert.Single((await study.Get("reports/preference" + query)).Ok()["items"].AsArray())!;

    private static async Task<JsonNode> Live(TestStudy study, string query = "") => (await Row(study, query))["live"]!;

    public sealed class OnSQLite(Server shared) : LookingAtALiveStudy(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : LookingAtALiveStudy(shared.Value), IClassFixture<PostgresServer>;
}
