using System.Diagnostics;
using System.Text.Json.Nodes;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>Nothing that reaches a rater says which model wrote an answer, nor that two answers are of one model.</summary>
public sealed class Blindness(Browser browser)
{
    private static readonly string[] Models = ["secret-model-alpha", "secret-model-beta", "secret-model-gamma"];

    [Fact]
    public async Task Over_fifty_pairs_no_body_header_address_storage_or_console_names_a_model_or_what_is_known_of_it()
    {
        var study = await TestStudy.CreateAsync(browser.Server, new { kind = "focal", focal = Models[0] }, overlap: 1);
        (await study.Import(TestStudy.Prompts(60, Models))).Ok();
        var known = new List<string>(Models) { "secret-model", "cqia-vs-baselines" }; // and the study's name, and ids of prompts
        known.AddRange(Enumerable.Range(0, 60).Select(prompt => $"\"p{prompt:000}\""));
        foreach (var model in (await study.Get("models")).Ok()["items"].AsArray())
        {
            known.Add((string)model!["model"]!);
            (await study.Server.Admin.Patch($"{study.Path}/models/{model["model"]}", new { attributes = new { source = "attribute-" + model["name"] } })).Ok();
        }
        known.Add("attribute-secret");
        (await study.Change(new { state = "open" })).Ok();
        await using var window = await browser.Open();
        window.RememberEverything();
        await window.Enter(await study.Key());
        for (var i = 0; i < 50; i++) await window.Vote((i % 4 + 1).ToString());
        await window.AllSent();

        var seen = await window.EverythingSeen();
        Assert.Contains("编号", seen); // the search looks where the answers are,
        Assert.Contains("\"choice\":\"both_bad\"", seen); // and at what was sent
        Assert.All(known, word => Assert.DoesNotContain(word, seen, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task An_attacker_with_ids_order_timing_and_sizes_does_no_better_than_chance_and_with_the_sides_no_better_than_two_thirds()
    {
        const int prompts = 100, raters = 3;
        var study = await TestStudy.OpenAsync(browser.Server, prompts, Models, new { kind = "focal", focal = Models[0] }, overlap: 1);
        var shown = new List<Shown>();
        for (var r = 0; r < raters; r++)
        {
            var rater = await study.Invite("r" + r);
            for (var i = 0; i < prompts * 2 / raters; i++) // a third of the 200 pairs each, so that nobody's come to an end
            {
                var watch = Stopwatch.StartNew();
                var asked = (await rater.Ask(1)).Ok();
                var time = watch.Elapsed;
                var item = asked["items"].AsArray().Single()!;
                var told = (await rater.Vote((string)item["assignment"]!, "tie")).Ok();
                shown.Add(new Shown(r, i, item, told.Json, time, asked.Text.Length - Texts(item).Sum(text => text.Length)));
            }
        }
        var truth = (await study.Judgments()).ToDictionary(j => (string)j["assignment"]!, j =>
            (FocalLeft: ((string?)j["left"] == "a") == ((string)j["model_a"]! == Models[0]), Other: (string)j["model_a"]! == Models[0] ? (string)j["model_b"]! : (string)j["model_a"]!));

        // No value but the texts is equal in two pairs, unless it is in all.
        foreach (var values in new[] { shown.Select(each => Leaves(each.Item).ToList()), shown.Select(each => Leaves(each.Told).ToList()) })
            foreach (var value in values.SelectMany(each => each.Distinct()).CountBy(each => each))
                Assert.True(value.Value == 1 || value.Value == shown.Count, $"{value.Key} is in {value.Value} pairs");

        // One half teaches the best of all simple rules, the other half tries it: chance stays below the bound but once in ten thousand.
        var bound = 0.5 + (3.72 * 0.5 / Math.Sqrt(shown.Count / 2));
        Assert.InRange(BestRule(shown, each => truth[each.Id].FocalLeft), 0, bound);
        Assert.InRange(BestRule(shown, each => truth[each.Id].Other == Models[1]), 0, bound);

        // Whoever knew every earlier side would say: the one that she saw less often. The rule of balance gives away no more than two in three.
        var right = 0.0;
        foreach (var group in shown.GroupBy(each => (each.Rater, truth[each.Id].Other)))
        {
            var balance = 0;
            foreach (var left in group.OrderBy(each => each.Index).Select(each => truth[each.Id].FocalLeft))
            {
                right += balance == 0 ? 0.5 : balance < 0 == left ? 1 : 0;
                balance += left ? 1 : -1;
                Assert.InRange(balance, -2, 2);
            }
        }
        Assert.InRange(right / shown.Count, 0, (2.0 / 3) + (3.72 * 0.5 / Math.Sqrt(shown.Count)));
    }

    private sealed record Shown(int Rater, int Index, JsonNode Item, JsonNode Told, TimeSpan Time, int Overhead)
    {
        public string Id => (string)Item["assignment"]!;
    }

    private static IEnumerable<string> Texts(JsonNode item) =>
        new[] { "prompt", "left", "right" }.SelectMany(part => item[part]!.AsArray()).Select(message => (string)message!["content"]!);

    private static IEnumerable<string> Leaves(JsonNode? node, string path = "") => node switch
    {
        JsonObject fields => fields.Where(field => field.Key != "content").SelectMany(field => Leaves(field.Value, field.Key)),
        JsonArray list => list.SelectMany(each => Leaves(each, path)),
        _ => [path + "=" + node?.ToJsonString()],
    };

    /// <summary>The share of the second half that the rule is right about which is best on the first half.</summary>
    private static double BestRule(List<Shown> shown, Func<Shown, bool> truth)
    {
        var (times, sizes) = (shown.Select(each => each.Time).Order().ElementAt(shown.Count / 2), shown.Select(each => each.Overhead).Order().ElementAt(shown.Count / 2));
        var rules = new List<Func<Shown, bool>>
        {
            each => each.Time > times, each => each.Overhead > sizes, each => each.Overhead % 2 == 0,
            each => string.CompareOrdinal(each.Id, shown[Math.Max(0, shown.IndexOf(each) - 1)].Id) > 0,
            each => Texts(each.Item).ElementAt(1).Length > Texts(each.Item).ElementAt(2).Length,
        };
        for (var position = 0; position < shown[0].Id.Length; position++)
            for (var bit = 0; bit < 7; bit++)
            {
                var (p, b) = (position, bit);
                rules.Add(each => ((each.Id[p] >> b) & 1) == 1);
            }
        for (var period = 2; period <= 7; period++)
            for (var phase = 0; phase < period; phase++)
            {
                var (k, r) = (period, phase);
                rules.Add(each => each.Index % k == r);
            }
        var (first, second) = (shown.Where((_, i) => i % 2 == 0).ToList(), shown.Where((_, i) => i % 2 == 1).ToList());
        double Right(Func<Shown, bool> rule, List<Shown> of) => of.Average(each => rule(each) == truth(each) ? 1.0 : 0);
        var best = rules.MaxBy(rule => Math.Abs(Right(rule, first) - 0.5))!;
        return Right(best, first) >= 0.5 ? Right(best, second) : 1 - Right(best, second);
    }
}
