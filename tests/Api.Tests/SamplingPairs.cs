using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Designs of which a sample is judged, and pairs that more raters judge than others.</summary>
public sealed class SamplingPairs(Server shared) : IClassFixture<Server>
{
    private static readonly string[] Four = ["demo-a", "demo-b", "demo-c", "demo-d"];
    private readonly PrefEvalServer _server = shared.Value;

    [Fact]
    public async Task A_sample_is_spread_evenly_over_the_pairs_of_models_and_its_seed_draws_it_again()
    {
        var first = await Pairs(await Open(new { n = 30, seed = 7 }));
        var again = await Pairs(await Open(new { n = 30, seed = 7 }));
        var other = await Pairs(await Open(new { n = 30, seed = 8 }));

        Assert.Equal(Enumerable.Repeat(10, 3), first.CountBy(Models).Select(m => m.Value));
        Assert.Equal(first.Select(Key).Order(), again.Select(Key).Order());
        Assert.NotEqual(first.Select(Key).Order(), other.Select(Key).Order());
        Assert.Equal(30, other.Count);
    }

    [Fact]
    public async Task A_sample_by_category_is_spread_evenly_over_the_categories()
    {
        var pairs = await Pairs(await Open(new { n = 30, by = "category" }));

        Assert.Equal([15, 15], pairs.CountBy(p => int.Parse(((string)p["prompt_id"]!)[1..]) % 2).Select(c => c.Value));
    }

    [Fact]
    public async Task A_sample_that_is_larger_than_the_design_is_the_design() => Assert.Equal(60, (await Pairs(await Open(new { n = 1000 }))).Count);

    [Fact]
    public async Task A_wave_adds_the_same_share_of_its_pairs()
    {
        var study = await Open(new { n = 30, seed = 7 });

        Assert.Equal(10, (int)(await study.Import(AddingWaves.Answers(20, "demo-e"))).Ok()["wave_pairs"]!);

        var waves = (await _server.Admin.Get(study.Path)).Ok()["waves"].AsArray();
        Assert.Equal([(30, 60), (10, 20)], waves.Select(w => ((int)w!["pairs"]!, (int)w["designed"]!)));
    }

    [Fact]
    public async Task A_share_of_the_pairs_of_each_kind_gets_the_higher_overlap()
    {
        var study = await Open(null, overlap: new { @base = 1, shared = new { share = 0.25, overlap = 4 } });
        var pairs = await Pairs(study);

        Assert.Equal([(1, 45), (4, 15)], pairs.CountBy(p => (int)p["overlap"]!).Select(o => (o.Key, o.Value)).Order());
        Assert.All(pairs.GroupBy(Models), models => Assert.Equal(5, models.Count(p => (int)p["overlap"]! == 4)));
        Assert.Equal((1, 0.25), ((int)(await _server.Admin.Get(study.Path)).Ok()["overlap"]["base"]!, (double)(await _server.Admin.Get(study.Path)).Ok()["overlap"]["shared"]!["share"]!));

        (await study.Import(AddingWaves.Answers(20, "demo-e"))).Ok();
        Assert.InRange((await Pairs(study)).Count(p => (int)p["wave"]! == 2 && (int)p["overlap"]! == 4), 4, 6);
    }

    [Theory]
    [InlineData("""{"overlap":{"base":1,"shared":{"share":0.3,"overlap":3}}}""", "overlap")]
    [InlineData("""{"design":{"kind":"focal","focal":"demo-a","sample":{"n":20}}}""", "design")]
    public async Task Both_stand_once_the_study_is_open(string change, string field)
    {
        var study = await Open(new { n = 30 });
        var reply = await _server.Admin.Patch(study.Path, change);
        Assert.Equal((HttpStatusCode.Conflict, field), (reply.Status, (string)reply["errors"][0]!["field"]!));
    }

    [Theory]
    [InlineData("""{"overlap":{"base":3,"shared":{"share":0.3,"overlap":3}}}""", "overlap")]
    [InlineData("""{"overlap":{"base":1,"shared":{"share":1.5,"overlap":3}}}""", "overlap")]
    [InlineData("""{"design":{"kind":"round_robin","sample":{"n":0}}}""", "design")]
    [InlineData("""{"design":{"kind":"round_robin","sample":{"n":5,"by":"rater"}}}""", "design")]
    public async Task What_cannot_be_drawn_is_refused(string change, string field)
    {
        var study = await TestStudy.CreateAsync(_server);
        var reply = await _server.Admin.Patch(study.Path, change);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.StartsWith(field, (string)reply["errors"][0]!["field"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_tie_equal_answers_are_not_shown_and_with_show_they_are()
    {
        foreach (var (setting, shown) in new[] { ("tie", 1), ("show", 2), ("leave_out", 1) })
        {
            var study = await TestStudy.CreateAsync(_server, overlap: 1);
            (await study.Change(new { identical_answers = setting })).Ok();
            (await study.Import(TestStudy.Line(new { prompt_id = "same", prompt = "一", answers = new { a = "同", b = "同" } }) + "\n"
                + TestStudy.Line(new { prompt_id = "differs", prompt = "二", answers = new { a = "甲", b = "乙" } }))).Ok();
            (await study.Change(new { state = "open" })).Ok();

            Assert.Equal(shown, (await (await study.Invite("r1")).Assignments(9)).Count);
            Assert.Equal(shown == 1, (bool)(await Pairs(study)).Single(p => (string?)p["prompt_id"] == "same")["identical"]!);
        }
    }

    private async Task<TestStudy> Open(object? sample, object? overlap = null) =>
        await TestStudy.OpenAsync(_server, 20, Four, design: sample is null ? new { kind = "focal", focal = "demo-a" } : new { kind = "focal", focal = "demo-a", sample }, overlap: overlap);

    private static async Task<IReadOnlyList<JsonNode>> Pairs(TestStudy study) => [.. (await study.Get("pairs?limit=1000")).Ok()["items"].AsArray().Select(p => p!)];

    private static string Models(JsonNode pair) => $"{pair["model_a"]} {pair["model_b"]}";

    private static string Key(JsonNode pair) => $"{pair["prompt_id"]} {Models(pair)}";
}
