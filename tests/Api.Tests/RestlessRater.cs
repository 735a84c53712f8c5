using System.Text.Json.Nodes;
using PrefEval.TestKit;

namespace PrefEval.Api.Tests;

/// <summary>One of <see cref="ARestlessDay"/>, and what she can tell of it: pairs are known to her by their texts.</summary>
public sealed class RestlessRater(TestRater rater, Random chance, double skipping)
{
    private const double GivingBack = 0.15, Revising = 0.1, ThinkingBetter = 0.5;
    private const int MostWaits = 10_000;

    private readonly HashSet<string> _judged = [];
    private readonly Queue<(string Assignment, string Pair)> _regretted = new();

    /// <summary>The pairs she was shown, and the answer that stood left.</summary>
    public Dictionary<string, string> Sides { get; } = [];
    /// <summary>The pairs she skipped and did not judge after all.</summary>
    public HashSet<string> Skipped { get; } = [];
    public List<string> CameAgain { get; } = [];
    public List<string> Turned { get; } = [];
    /// <summary>Revisions included.</summary>
    public int Votes { get; private set; }
    public string? LastWord { get; private set; }

    public static string Text(string prompt, string one, string other) => $"{prompt}|{string.Join('|', new[] { one, other }.Order(StringComparer.Ordinal))}";

    /// <summary>Works until she is told that nothing is left.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public async Task<bool> JudgeAll()
    {
        var found = false;
        for (var waits = 0; ;)
        {
            var reply = (await rater.Ask(1 + chance.Next(4))).Ok();
            LastWord = (string?)reply.Json["none_left"];
            var items = reply["items"].AsArray();
            found |= items.Count > 0 || _regretted.Count > 0;
            foreach (var item in items) await Treat(item!);
            if (_regretted.Count > 0 && (items.Count == 0 || chance.Next(4) == 0)) await ThinkBetter();
            else if (items.Count > 0) waits = 0;
            else if (LastWord != "waiting") return found;
            else if (++waits > MostWaits) throw new InvalidOperationException("Told to wait for ever.");
        }
    }

    private async Task Treat(JsonNode item)
    {
        var (assignment, left) = ((string)item["assignment"]!, Content("left"));
        var pair = Text(Content("prompt"), left, Content("right"));
        if (_judged.Contains(pair) || Skipped.Contains(pair)) CameAgain.Add(pair);
        if (!Sides.TryAdd(pair, left) && Sides[pair] != left) Turned.Add(pair);

        var mood = chance.NextDouble();
        if (mood < GivingBack)
        {
            (await rater.GiveBack(assignment)).Ok();
        }
        else if (mood < GivingBack + skipping)
        {
            (await rater.GiveBack(assignment, chance.Next(2) == 0 ? "unclear" : "broken")).Ok();
            Skipped.Add(pair);
            if (chance.NextDouble() < ThinkingBetter) _regretted.Enqueue((assignment, pair));
        }
        else
        {
            await Judge(assignment, pair);
        }

        string Content(string part) => (string)item[part]![0]!["content"]!;
    }

    private async Task ThinkBetter()
    {
        var (assignment, pair) = _regretted.Dequeue();
        await Judge(assignment, pair);
        Skipped.Remove(pair);
    }

    private async Task Judge(string assignment, string pair)
    {
        string[] choices = ["left", "right", "tie", "both_bad"];
        var choice = chance.Next(choices.Length);
        var vote = (await rater.Vote(assignment, choices[choice])).Ok();
        _judged.Add(pair);
        Votes++;
        if (chance.NextDouble() >= Revising) return;
        (await rater.Vote(assignment, choices[(choice + 1) % choices.Length], after: (int)vote["revision"]!)).Ok();
        Votes++;
    }
}
