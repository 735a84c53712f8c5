using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Thirty raters at once judge 300 prompts x 5 pairs x 3 to the end, over real HTTP.</summary>
public sealed class ASimulatedDay(ASimulatedDay.Day day) : IClassFixture<ASimulatedDay.Day>
{
    private const int Prompts = 300, Baselines = 5, Overlap = 3, Raters = 30;

    [Fact]
    public void Every_pair_has_exactly_three_counted_judgments_by_three_raters()
    {
        var pairs = day.Judgments.Where(j => (bool)j["counted"]!).GroupBy(Pair).ToList();

        Assert.Equal(Prompts * Baselines, pairs.Count);
        Assert.All(pairs, pair => Assert.Equal(Overlap, pair.Select(Rater).Distinct().Count()));
        Assert.Equal(Prompts * Baselines * Overlap, day.Judgments.Count);
    }

    [Fact]
    public void No_rater_met_a_pair_twice() => Assert.Equal(day.Judgments.Count, day.Judgments.Select(j => (Pair(j), Rater(j))).Distinct().Count());

    [Fact]
    public void Everybody_was_told_that_all_is_judged() => Assert.Equal(Enumerable.Repeat("all_judged", Raters), day.LastWords);

    [Fact]
    public void No_rater_saw_a_pair_of_models_more_than_two_times_more_often_one_way() =>
        Assert.All(day.Judgments.GroupBy(j => (Rater(j), Models(j))), seen => Assert.InRange(Balance(seen), -2, 2));

    [Fact]
    public void Over_the_study_each_pair_of_models_stands_evenly() =>
        Assert.All(day.Judgments.GroupBy(Models), seen => Assert.InRange(Balance(seen), -4, 4));

    /// <summary>The rater's own rule comes first. It stands against the pair's only where the last open pairs leave no other choice: one study in twelve has such a pair.</summary>
    [Fact]
    public void Within_a_pair_the_sides_are_two_to_one_unless_a_raters_own_rule_forbids_it() =>
        Assert.InRange(day.Judgments.GroupBy(Pair).Count(seen => Math.Abs(Balance(seen)) > 1), 0, 2);

    [Fact]
    public async Task Repeat_exposures_are_counted()
    {
        // The order in which a rater was asked is not in the list; how many pairs of a prompt she met is.
        var expected = day.Judgments.GroupBy(j => (Rater(j), (string)j["prompt_id"]!)).Sum(g => g.Count() - 1);

        var rows = (await day.Study.Get("reports/preference")).Ok()["items"].AsArray();

        Assert.Equal(expected, rows.Sum(r => (int)r!["repeat_exposures"]!));
    }

    [Fact]
    public void Nothing_a_rater_received_names_a_model()
    {
        foreach (var body in day.Received)
            foreach (var name in Day.Models.Append("cqia-vs-baselines"))
                Assert.DoesNotContain(name, body, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Nothing_but_the_texts_links_two_assignments()
    {
        var items = day.Received.SelectMany(body => JsonNode.Parse(body)!["items"] is JsonArray list ? list.Select(item => item!) : []).ToList();
        var ids = items.Select(i => (string)i["assignment"]!).Distinct().ToList();

        Assert.Equal(day.Judgments.Count, ids.Count);
        Assert.All(items, i => Assert.Equal(["assignment", "stage", "prompt", "left", "right", "language", "revision", "expires_at"], i.AsObject().Select(f => f.Key)));
        Assert.All(items, i => Assert.All(new[] { "left", "right" }, side => Assert.Equal(["role", "content"], Assert.Single(i[side]!.AsArray())!.AsObject().Select(f => f.Key))));
        Assert.All(ids, id => Assert.Matches("^[A-Za-z0-9_-]{22}$", id));
        // Ids come from a cipher: their first letters are spread as chance spreads them, whatever order they were given in.
        Assert.Equal(64, ids.Select(id => id[0]).Distinct().Count());
    }

    private static string Pair(JsonNode j) => $"{j["prompt_id"]}|{Models(j)}";

    private static string Models(JsonNode j) => $"{j["model_a"]}|{j["model_b"]}";

    private static string Rater(JsonNode j) => (string)j["rater"]!;

    private static int Balance(IEnumerable<JsonNode> judgments) => judgments.Sum(j => (string?)j["left"] == "a" ? 1 : -1);

    public sealed class Day : IAsyncLifetime
    {
        public static readonly string[] Models = ["demo-cqia-6b", "demo-base-one", "demo-base-two", "demo-base-three", "demo-base-four", "demo-base-five"];

        private readonly PrefEvalServer _server = new();
        private readonly ConcurrentBag<string> _received = [];

        public TestStudy Study { get; private set; } = null!;
        public IReadOnlyList<JsonNode> Judgments { get; private set; } = [];
        public IReadOnlyCollection<string> Received => _received;
        public string[] LastWords { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            Study = await TestStudy.OpenAsync(_server, Prompts, Models, design: new { kind = "focal", focal = Models[0] }, overlap: Overlap);
            var raters = await Task.WhenAll(Enumerable.Range(1, Raters).Select(n => Study.Invite($"r{n:00}")));
            LastWords = await Task.WhenAll(raters.Select((rater, n) => Task.Run(() => JudgeAll(rater, new Random(n)))));
            Judgments = await Study.Judgments();
        }

        public ValueTask DisposeAsync() => _server.DisposeAsync();

        private async Task<string> JudgeAll(TestRater rater, Random chance)
        {
            _received.Add((await rater.Api.Get("me")).Ok().Text);
            while (true)
            {
                var reply = (await rater.Ask(1 + chance.Next(4))).Ok();
                _received.Add(reply.Text);
                var items = reply["items"].AsArray();
                if (items.Count == 0 && reply.Json["none_left"] is { } reason)
                {
                    if ((string?)reason != "waiting") return (string)reason!;
                    await Task.Yield();
                }
                foreach (var item in items)
                {
                    var choice = new[] { "left", "right", "tie", "both_bad" }[chance.Next(4)];
                    var vote = (await rater.Vote((string)item!["assignment"]!, choice)).Ok();
                    _received.Add(vote.Text);
                }
            }
        }
    }
}
