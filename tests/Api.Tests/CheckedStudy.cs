using System.Text;
using System.Text.Json.Nodes;
using PrefEval.TestKit;

namespace PrefEval.Api.Tests;

/// <summary>
/// A study of demo-a against demo-b with practice and gold pairs, on all of which demo-a is the better by the file. Prompts p001.. are judged; then come those of
/// gold, then those of practice.
/// </summary>
public sealed class CheckedStudy
{
    public const string Explanation = "这个回答算对了。";
    private readonly Dictionary<string, string> _answersOfA;
    private readonly HashSet<string> _gold;

    private CheckedStudy(TestStudy study, Dictionary<string, string> answersOfA, HashSet<string> gold) => (Study, _answersOfA, _gold) = (study, answersOfA, gold);

    public TestStudy Study { get; }

    /// <param name="settings">Changed before it opens.</param>
    public static async Task<CheckedStudy> OpenAsync(PrefEvalServer server, int prompts, int gold = 0, int practice = 0, object? overlap = null, object? settings = null)
    {
        var study = await TestStudy.CreateAsync(server, overlap: overlap);
        var file = TestStudy.Prompts(prompts + gold + practice, "demo-a", "demo-b");
        (await study.Import(file)).Ok();
        var known = new StringBuilder();
        for (var p = prompts + gold + practice; p > prompts; p--) // not in the order of the prompts
        {
            var role = p > prompts + gold ? "practice" : "gold";
            known.AppendLine(TestStudy.Line(new { prompt_id = $"p{p:000}", model_a = "demo-b", model_b = "demo-a", role, winner = "b", explanation = Explanation }));
        }
        if (known.Length > 0) (await study.Import(known.ToString())).Ok();
        if (settings is not null) (await study.Change(settings)).Ok();
        (await study.Change(new { state = "open" })).Ok();
        var lines = file.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        return new CheckedStudy(study, lines.ToDictionary(line => (string)line["prompt"]!, line => (string)line["answers"]!["demo-a"]!),
            [.. lines.Skip(prompts).Take(gold).Select(line => (string)line["prompt"]!)]);
    }

    /// <summary>What somebody chooses who finds demo-a better.</summary>
    public string Right(JsonNode item) => Content(item, "left") == _answersOfA[Content(item, "prompt")] ? "left" : "right";

    public bool IsGold(JsonNode item) => _gold.Contains(Content(item, "prompt"));

    public string Wrong(JsonNode item) => Right(item) == "left" ? "right" : "left";

    public static string Id(JsonNode item) => (string)item["assignment"]!;

    public static string Content(JsonNode item, string part) => (string)item[part]![0]!["content"]!;

    /// <summary>The pair and the way it stands.</summary>
    public static string Shown(JsonNode item) => string.Join('|', Content(item, "prompt"), Content(item, "left"), Content(item, "right"));

    /// <summary>Judges one after the other until nothing is left, or <paramref name="most"/> are judged.</summary>
    /// <returns>What she was shown, in order, and why it ended.</returns>
    public async Task<(List<JsonNode> Items, string? NoneLeft)> JudgeAsync(TestRater rater, int most = int.MaxValue, Func<JsonNode, string>? choose = null, int atOnce = 1)
    {
        var items = new List<JsonNode>();
        while (items.Count < most)
        {
            var reply = (await rater.Ask(Math.Min(atOnce, most - items.Count))).Ok().Json;
            if (reply["items"]!.AsArray().Count == 0) return (items, (string?)reply["none_left"]);
            foreach (var item in reply["items"]!.AsArray())
            {
                (await rater.Vote(Id(item!), (choose ?? Right)(item!))).Ok();
                items.Add(item!);
            }
        }
        return (items, null);
    }

    /// <summary>The role of every judgment by its assignment, as the researcher sees it.</summary>
    public async Task<Dictionary<string, string>> RolesAsync() => (await Study.Judgments()).ToDictionary(Id, j => (string)j["role"]!);
}
