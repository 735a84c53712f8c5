using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PrefEval.Api.Judgments;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public abstract class SettingJudgmentsAside(PrefEvalServer server)
{
    private const string Preference = "reports/preference";
    private static readonly string[] Two = ["demo-a", "demo-b"];

    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task What_is_excluded_frees_its_places_and_others_are_asked()
    {
        var (study, _) = await Judged(prompts: 4, overlap: 1, "r1");
        var second = await study.Invite("r2");
        Assert.Empty(await second.Assignments());

        var preview = (await Exclude(study, new { rater = "r1" }, preview: true)).Ok();
        Assert.Equal((4, null), ((int)preview["judgments"]!, (long?)preview.Json["sequence"]));
        Assert.Equal(4, N(await Row(study)));
        var done = (await Exclude(study, new { rater = "r1" })).Ok();

        Assert.Equal(4, (int)done["judgments"]!);
        var row = await Row(study);
        Assert.Equal((0, 4, 4), (N(row), (int)row["excluded"]!["excluded"]!, (int)row["excluded"]!["judged"]!));
        Assert.All(await study.Judgments(), j => Assert.Equal(("excluded", false), ((string)j["standing"]!, (bool)j["counted"]!)));
        Assert.Equal(4, (await JudgeAll(second)).Count);
        Assert.Equal(4, N(await Row(study)));
        Assert.All((await study.Get("pairs")).Ok()["items"].AsArray(), pair => Assert.Equal(1, (int)pair!["counted"]!));
    }

    [Fact]
    public async Task Included_again_they_count_where_a_place_is_free_and_are_surplus_elsewhere()
    {
        var (study, _) = await Judged(prompts: 3, overlap: 1, "r1");
        var sequence = (long)(await Exclude(study, new { rater = "r1" })).Ok()["sequence"]!;
        var second = await study.Invite("r2");
        var taken = Assert.Single(await second.Assignments(1));
        (await second.Vote((string)taken["assignment"]!, "tie")).Ok();

        var included = (await Include(study, new { sequence })).Ok();

        Assert.Equal(3, (int)included["judgments"]!);
        var row = await Row(study);
        Assert.Equal((3, 1, 0), (N(row), (int)row["excluded"]!["surplus"]!, (int)row["excluded"]!["excluded"]!));
        Assert.Equal(["counted", "counted", "surplus"], (await study.Judgments()).Where(j => (string?)j["rater"] == "r1").Select(j => (string)j["standing"]!).Order());
        Assert.Equal(0, (int)(await Include(study, new { sequence })).Ok()["judgments"]!);
        Assert.Empty(await (await study.Invite("r3")).Assignments());
    }

    [Fact]
    public async Task Reports_at_earlier_numbers_stay_as_they_were_to_the_last_bit()
    {
        var (study, _) = await Judged(prompts: 5, overlap: 2, "r1", "r2");
        var before = (await study.Get(Preference)).Ok();
        var excluded = (await Exclude(study, new { rater = "r1" })).Ok();
        var between = (await study.Get(Preference)).Ok();
        (await Include(study, new { rater = "r1" })).Ok();
        var after = (await study.Get(Preference)).Ok();

        await SameItems(before, study, (long)before["sequence"]!);
        await SameItems(between, study, (long)excluded["sequence"]!);
        Assert.Equal((10, 5, 10), (N(before["items"][0]!), N(between["items"][0]!), N(after["items"][0]!)));
        Assert.True(JsonNode.DeepEquals(before["items"], after["items"]));
        Assert.Equal((long)before["sequence"]! + 1, (long)excluded["sequence"]!);


        static async Task SameItems(Reply then, TestStudy study, long at)
        {
            var again = (await study.Get($"{Preference}?at={at}")).Ok();
            Assert.Equal(then["items"].ToJsonString(), again["items"].ToJsonString());
        }
    }

    [Fact]
    public async Task Each_act_is_kept_with_who_why_and_whether_a_report_had_been_looked_at()
    {
        var (study, _) = await Judged(prompts: 2, overlap: 1, "r1");
        (await Exclude(study, new { category = "写作" }, "before any look")).Ok();
        var seen = (long)(await study.Get(Preference)).Ok()["sequence"]!;
        (await Exclude(study, new { models = Two, origin = "native" }, "after a look")).Ok();

        var acts = (await study.Get("exclusions")).Ok()["items"].AsArray();

        Assert.Equal([(1, "before any look", null), (1, "after a look", (long?)seen)], acts.Select(a => ((int)a!["judgments"]!, (string)a["reason"]!, (long?)a["report_sequence"])));
        Assert.All(acts, act => Assert.Equal(("excluded", "admin"), ((string)act!["kind"]!, (string)act["account"]!)));
        Assert.Equal("写作", (string?)acts[0]!["filter"]!["category"]);
    }

    [Fact]
    public async Task A_filter_takes_what_all_of_it_is_true_of()
    {
        var (study, rater) = await Judged(prompts: 4, overlap: 2, "r1", "r2");
        var judgments = await study.Judgments();
        var revised = (string)judgments.First(j => (string?)j["rater"] == "r2")["assignment"]!;
        (await rater.Api.Put($"assignments/{revised}/judgment", new { choice = "both_bad", after = 1, duration_ms = 700 })).Ok();
        var pair = (string)(await study.Get("pairs?limit=1")).Ok()["items"][0]!["pair"]!;

        Assert.Equal(8, await Counted(new { models = new[] { "demo-a" } }));
        Assert.Equal(2, await Counted(new { pairs = new[] { pair } }));
        Assert.Equal(1, await Counted(new { pairs = new[] { pair }, rater = "r1" }));
        Assert.Equal(4, await Counted(new { prompt_ids = new[] { "p001", "p003" } }));
        Assert.Equal(1, await Counted(new { faster_than_ms = 5300 })); // the latest revision alone
        Assert.Equal(8, await Counted(new { faster_than_ms = 5301 }));
        Assert.Equal(0, await Counted(new { faster_than_ms = 5300, rater = "r1" }));
        Assert.Equal(8, await Counted(new { after = "2020-01-01T00:00:00Z" }));
        Assert.Equal(0, await Counted(new { before = "2020-01-01T00:00:00Z" }));
        Assert.Equal(1, await Counted(new { assignments = new[] { revised } }));
        Assert.Equal(0, await Counted(new { origin = "import" }));

        async Task<int> Counted(object filter) => (int)(await Exclude(study, filter, preview: true)).Ok()["judgments"]!;
    }

    [Theory]
    [InlineData("""{"filter":{},"reason":"x"}""", "filter")]
    [InlineData("""{"reason":"x"}""", "filter")]
    [InlineData("""{"filter":{"rater":"r1"}}""", "reason")]
    [InlineData("""{"filter":{"rater":"nobody"},"reason":"x"}""", "filter.rater")]
    [InlineData("""{"filter":{"models":["demo-a","gone"]},"reason":"x"}""", "filter.models")]
    [InlineData("""{"filter":{"pairs":["gone"]},"reason":"x"}""", "filter.pairs")]
    [InlineData("""{"filter":{"pairs":[]},"reason":"x"}""", "filter.pairs")]
    [InlineData("""{"filter":{"ratr":"r1"},"reason":"x"}""", "filter.ratr")]
    public async Task A_filter_that_says_nothing_or_names_what_is_not_there_is_refused(string body, string field)
    {
        var (study, _) = await Judged(prompts: 1, overlap: 1, "r1");
        var reply = await _server.Admin.Post($"{study.Path}/judgments/exclude", body);
        Assert.Equal((HttpStatusCode.BadRequest, field), (reply.Status, (string)reply["errors"][0]!["field"]!));
        Assert.Equal(1, N(await Row(study)));
    }

    [Fact]
    public async Task A_revision_of_an_excluded_judgment_stays_excluded()
    {
        var (study, rater) = await Judged(prompts: 1, overlap: 1, "r1");
        var assignment = (string)Assert.Single(await study.Judgments())["assignment"]!;
        (await Exclude(study, new { rater = "r1" })).Ok();

        var revised = (await rater.Vote(assignment, "both_bad", after: 1)).Ok();

        Assert.Equal((2, false), ((int)revised["revision"]!, (bool)revised["counted"]!));
        var row = await Row(study);
        Assert.Equal((0, 1, 0), (N(row), (int)row["excluded"]!["excluded"]!, (int)row["excluded"]!["surplus"]!));
        (await Include(study, new { rater = "r1" })).Ok();
        row = await Row(study);
        Assert.Equal((1, 1), (N(row), (int)row["both_bad"]!)); // as she last said
    }

    [Fact]
    public async Task Imported_judgments_are_excluded_and_included_as_well_machines_too()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(TestStudy.Prompts(2, Two))).Ok();
        (await study.Import(ImportingFiles.Judgment("p001", "demo-a", "demo-b", "h1", "a"))).Ok();
        var import = (string)(await study.Import(ImportingFiles.Judgment("p001", "demo-a", "demo-b", "gpt", "a", "llm"))).Ok()["import"]!;
        (await study.Change(new { state = "open" })).Ok();

        Assert.Equal(2, (int)(await Exclude(study, new { origin = "import" })).Ok()["judgments"]!);
        var pairs = (await study.Get("pairs")).Ok()["items"].AsArray();
        Assert.All(pairs, pair => Assert.Equal(0, (int)pair!["counted"]!));
        Assert.Equal(2, (await JudgeAll(await study.Invite("r1"))).Count);
        Assert.Equal(1, (int)(await Include(study, new { import })).Ok()["judgments"]!);
        Assert.Equal(1, (int)(await Include(study, new { rater = "h1" })).Ok()["judgments"]!);

        Assert.Equal(1, N((await study.Get($"{Preference}?raters=llm")).Ok()["items"][0]!));
        var row = (await study.Get($"{Preference}?raters=human")).Ok()["items"][0]!;
        Assert.Equal((2, 1), (N(row), (int)row["excluded"]!["surplus"]!)); // h1's place is r1's now
    }

    [Fact]
    public async Task A_vote_on_an_answer_that_was_replaced_is_stored_and_not_counted()
    {
        var study = await TestStudy.OpenAsync(_server, 1, Two, overlap: 3);
        var (judged, holds, gaveBack, skipped) = (await study.Invite("judged"), await study.Invite("holds"), await study.Invite("gave-back"), await study.Invite("skipped"));
        var (old, held, back, skip) = (await First(judged), await First(holds), await First(gaveBack), "");
        (await gaveBack.GiveBack(back)).Ok();
        skip = await First(skipped);
        (await judged.Vote(old, "left")).Ok();
        (await skipped.GiveBack(skip, "broken")).Ok();
        var before = (await study.Get(Preference)).Ok();

        await Replace(study);

        Assert.Equal((0, 0), await Places());
        foreach (var rater in new[] { judged, holds, gaveBack, skipped }) Assert.Empty(await rater.Assignments()); // each has met it
        var late = (await holds.Vote(held, "tie")).Ok();
        Assert.Equal((1, false), ((int)late["revision"]!, (bool)late["counted"]!));
        Assert.False((bool)(await holds.Vote(held, "right", after: 1)).Ok()["counted"]!);
        Assert.False((bool)(await gaveBack.Vote(back, "left")).Ok()["counted"]!);
        Assert.False((bool)(await skipped.Vote(skip, "left")).Ok()["counted"]!);
        Assert.False((bool)(await judged.Vote(old, "both_bad", after: 1)).Ok()["counted"]!);
        Assert.Equal((0, 0), await Places());

        var row = await Row(study);
        Assert.Equal((0, 4, 0, 0), (N(row), (int)row["excluded"]!["replaced"]!, (int)row["excluded"]!["surplus"]!, row["excluded"]!["skipped"]!.AsObject().Count));
        Assert.All(await study.Judgments(), j => Assert.Equal("replaced", (string?)j["standing"]));
        Assert.Equal(before["items"].ToJsonString(), (await study.Get($"{Preference}?at={before["sequence"]}")).Ok()["items"].ToJsonString());
        foreach (var name in new[] { "n1", "n2", "n3" }) Assert.Single(await JudgeAll(await study.Invite(name)));
        Assert.Equal(3, N(await Row(study)));
        Assert.Equal(1, (int)(await study.Get("exclusions")).Ok()["items"][0]!["judgments"]!); // those that stood then

        async Task<string> First(TestRater rater) => (string)Assert.Single(await rater.Assignments())["assignment"]!;

        async Task<(int, int)> Places()
        {
            var pair = (await study.Get("pairs")).Ok()["items"][0]!;
            return ((int)pair["counted"]!, (int)pair["live"]!);
        }
    }

    /// <summary>As an import does that replaces the answers of the first pair.</summary>
    private async Task Replace(TestStudy study)
    {
        Assert.True(_server.Services.GetRequiredService<OpaqueIds>().TryDecode(study.Id, IdKind.Study, out _, out var number));
        await _server.Services.GetRequiredService<WriteQueue>().RunAsync(number, write =>
        {
            StudyStore.Lock(write, number);
            SettingAside.Replace(write, number, new Act(ExclusionKind.Replaced, new JudgmentFilter(Import: "i"), "answers corrected", null), "SELECT pair FROM pairs WHERE study = @study AND pair = @first", new { first = 1 });
        });
    }

    /// <summary>A study of two models of which these raters judged all that they got; with the last of them.</summary>
    private async Task<(TestStudy Study, TestRater Last)> Judged(int prompts, int overlap, params string[] raters)
    {
        var study = await TestStudy.OpenAsync(_server, prompts, Two, overlap: overlap);
        TestRater? last = null;
        foreach (var name in raters)
        {
            last = await study.Invite(name);
            Assert.Equal(prompts, (await JudgeAll(last)).Count);
        }
        return (study, last!);
    }

    private static async Task<List<string>> JudgeAll(TestRater rater)
    {
        var judged = new List<string>();
        while (await rater.Assignments(10) is { Count: > 0 } some)
        {
            foreach (var held in some)
            {
                judged.Add((string)held["assignment"]!);
                (await rater.Vote(judged[^1], judged.Count % 3 == 0 ? "tie" : "left")).Ok();
            }
        }
        return judged;
    }

    private Task<Reply> Exclude(TestStudy study, object filter, string reason = "clicked through", bool preview = false) =>
        _server.Admin.Post($"{study.Path}/judgments/exclude", new { filter, reason, preview });

    private Task<Reply> Include(TestStudy study, object filter) => _server.Admin.Post($"{study.Path}/judgments/include", new { filter, reason = "a mistake" });

    private static async Task<JsonNode> Row(TestStudy study) => Assert.Single((await study.Get(Preference)).Ok()["items"].AsArray())!;

    private static int N(JsonNode row) => (int)row["n"]!;

    public sealed class OnSQLite(Server shared) : SettingJudgmentsAside(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : SettingJudgmentsAside(shared.Value), IClassFixture<PostgresServer>;
}
