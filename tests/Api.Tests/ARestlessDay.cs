using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Raters at once who judge, revise, give pairs back, skip some and change their minds, until nothing is left for any of them.</summary>
public abstract class ARestlessDay(ARestlessDay.Day day)
{
    private const int Overlap = 3, SkipsToUnjudgeable = 3;

    [Fact]
    public void No_pair_is_counted_more_than_three_times_nor_twice_of_one_rater()
    {
        var counted = day.Latest.Where(j => (bool)j["counted"]!).GroupBy(Pair).ToDictionary(pair => pair.Key, pair => pair.Select(j => (string)j["rater"]!).ToList());

        Assert.Equal(day.Prompts * (Day.Models.Length - 1), day.Pairs.Count);
        Assert.All(counted.Values, raters => Assert.InRange(raters.Count, 1, Overlap));
        Assert.All(counted.Values, raters => Assert.Equal(raters.Count, raters.Distinct().Count()));
        Assert.All(day.Pairs, pair => Assert.Equal(counted.GetValueOrDefault(Pair(pair))?.Count ?? 0, (int)pair["counted"]!));
    }

    [Fact]
    public void A_pair_is_unjudgeable_as_long_as_three_raters_skip_it() =>
        Assert.All(day.Pairs, pair => Assert.Equal(day.Raters.Count(r => r.Skipped.Contains(day.TextOf(pair))) >= SkipsToUnjudgeable, (bool)pair["unjudgeable"]!));

    [Fact]
    public void Nobody_is_sent_home_while_a_pair_that_she_never_met_is_open()
    {
        var open = day.Pairs.Where(pair => (int)pair["counted"]! < Overlap && !(bool)pair["unjudgeable"]!).Select(day.TextOf).ToList();

        Assert.Equal(Enumerable.Repeat(open.Count > 0 ? "all_met" : "all_judged", day.Raters.Count), day.Raters.Select(r => r.LastWord));
        Assert.All(day.Raters, rater => Assert.Empty(open.Except(rater.Sides.Keys)));
    }

    [Fact]
    public void Nobody_has_a_pair_before_her_at_the_end() => Assert.All(day.Pairs, pair => Assert.Equal(0, (int)pair["live"]!));

    [Fact]
    public void No_pair_comes_again_once_judged_or_skipped() => Assert.Empty(day.Raters.SelectMany(r => r.CameAgain));

    [Fact]
    public void A_pair_given_back_comes_again_on_the_same_sides() => Assert.Empty(day.Raters.SelectMany(r => r.Turned));

    [Fact]
    public async Task The_report_has_the_latest_revision_of_each_counted_judgment()
    {
        var rows = (await day.Study.Get("reports/preference")).Ok()["items"].AsArray();

        Assert.Equal(day.Latest.Count(j => (bool)j["counted"]!), rows.Sum(row => (int)row!["n"]!));
        Assert.Equal(day.Latest.Count(j => (bool)j["counted"]! && (string?)j["winner"] == "tie"), rows.Sum(row => (int)row!["ties"]!));
        Assert.Equal(day.Latest.Count(j => !(bool)j["counted"]!), rows.Sum(row => (int)row!["excluded"]!["surplus"]!));
        Assert.Equal(day.Raters.Sum(r => r.Skipped.Count), rows.Sum(row => row!["excluded"]!["skipped"]!.AsObject().Sum(reason => (int)reason.Value!)));
    }

    [Fact]
    public void Every_vote_and_revision_is_in_the_list_and_their_numbers_ascend()
    {
        Assert.Equal(day.Raters.Sum(r => r.Votes), day.Judgments.Count);
        Assert.All(day.Judgments.Zip(day.Judgments.Skip(1)), two => Assert.True((long)two.First["sequence"]! < (long)two.Second["sequence"]!));
    }

    private static string Pair(JsonNode row) => $"{row["prompt_id"]}|{row["model_a"]}|{row["model_b"]}";

    public sealed class OnSQLite(OnSQLite.Twelve day) : ARestlessDay(day), IClassFixture<OnSQLite.Twelve>
    {
        public sealed class Twelve() : Day(new PrefEvalServer(), prompts: 40, raters: 12, skipping: 0.06);
    }

    public sealed class OnPostgreSQL(OnPostgreSQL.Six day) : ARestlessDay(day), IClassFixture<OnPostgreSQL.Six>
    {
        public sealed class Six(Postgres postgres) : Day(new PrefEvalServer(postgres.NewSchema()), prompts: 12, raters: 6, skipping: 0.06);
    }

    /// <summary>Too few raters to end every pair: some stay open that everybody has met.</summary>
    public sealed class WithFewWhoSkipMuch(WithFewWhoSkipMuch.Four day) : ARestlessDay(day), IClassFixture<WithFewWhoSkipMuch.Four>
    {
        public sealed class Four() : Day(new PrefEvalServer(), prompts: 15, raters: 4, skipping: 0.4);
    }

    public abstract class Day(PrefEvalServer server, int prompts, int raters, double skipping) : IAsyncLifetime
    {
        public static readonly string[] Models = ["demo-cqia-6b", "demo-base-one", "demo-base-two", "demo-base-three"];

        private Dictionary<string, JsonNode> _texts = [];

        public int Prompts => prompts;
        public TestStudy Study { get; private set; } = null!;
        public IReadOnlyList<RestlessRater> Raters { get; private set; } = [];
        public IReadOnlyList<JsonNode> Pairs { get; private set; } = [];
        public IReadOnlyList<JsonNode> Judgments { get; private set; } = [];
        public IReadOnlyList<JsonNode> Latest => [.. Judgments.GroupBy(j => (string)j["assignment"]!).Select(revisions => revisions.MaxBy(j => (int)j["revision"]!)!)];

        public async ValueTask InitializeAsync()
        {
            _texts = TestStudy.Prompts(prompts, Models).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToDictionary(p => (string)p["prompt_id"]!);
            Study = await TestStudy.OpenAsync(server, prompts, Models, design: new { kind = "focal", focal = Models[0] }, overlap: Overlap);
            var invited = await Task.WhenAll(Enumerable.Range(1, raters).Select(n => Study.Invite($"r{n:00}")));
            Raters = [.. invited.Select((rater, n) => new RestlessRater(rater, new Random(n), skipping))];
            await Task.WhenAll(Raters.Select(rater => Task.Run(rater.JudgeAll)));
            // What one gave back or took back after another had left is for those who look in again, one after the other, until nobody finds anything.
            for (var found = true; found;)
            {
                found = false;
                foreach (var rater in Raters) found |= await rater.JudgeAll();
            }
            Pairs = [.. (await Study.Get("pairs?limit=1000")).Ok()["items"].AsArray().Select(pair => pair!)];
            Judgments = await Study.Judgments();
        }

        /// <summary>What a rater sees of a pair, whichever way it stands.</summary>
        public string TextOf(JsonNode pair)
        {
            var prompt = _texts[(string)pair["prompt_id"]!];
            return RestlessRater.Text((string)prompt["prompt"]!, (string)prompt["answers"]![(string)pair["model_a"]!]!, (string)prompt["answers"]![(string)pair["model_b"]!]!);
        }

        public ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            return server.DisposeAsync();
        }
    }
}
