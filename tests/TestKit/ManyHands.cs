using System.Collections.Concurrent;

namespace PrefEval.TestKit;

/// <summary>
/// More raters at once than there are pairs. Some walk away with pairs before them and vote when all is over; time passes as the others wait, so that their
/// leases end while votes come in.
/// </summary>
public sealed class ManyHands(PrefEvalServer server, int raters, int pairs, int overlap)
{
    private static readonly TimeSpan WhileWaiting = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<string, bool> _answered = [];
    private readonly ConcurrentQueue<(TestRater Rater, string Assignment)> _late = [];
    private TestStudy _study = null!;

    /// <summary>Votes that were answered, those of whom walked away, and how many were told that they count.</summary>
    public int Votes => _answered.Count;
    public int Late => _late.Count;
    public int Counted => _answered.Count(vote => vote.Value);

    public async Task RunAsync(int seed)
    {
        _study = await TestStudy.OpenAsync(server, pairs, ["demo-a", "demo-b"], overlap: overlap);
        var invited = (await server.Admin.Post($"{_study.Path}/raters", new { raters = Enumerable.Range(0, raters).Select(n => new { name = "r" + n }) })).Ok();
        var all = invited["items"].AsArray().Select(each => new TestRater(server.As((string)each!["key"]!), _study)).ToList();
        await Task.WhenAll(all.Select((rater, n) => Task.Run(() => WorkAsync(rater, new Random(seed * 10_000 + n)))));
        await Task.WhenAll(_late.Select(held => VoteAsync(held.Rater, held.Assignment, "tie")));
    }

    /// <summary>What is wrong with what is stored; empty: nothing.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync()
    {
        var wrong = new List<string>();
        foreach (var pair in (await _study.Get("pairs?limit=1000")).Ok()["items"].AsArray())
            if ((int)pair!["counted"]! != overlap || (int)pair["live"]! != 0) wrong.Add($"{pair["prompt_id"]}: {pair["counted"]} counted, {pair["live"]} live");
        var stored = await _study.Judgments();
        if (stored.Count != _answered.Count) wrong.Add($"{_answered.Count} votes were answered, {stored.Count} are stored");
        foreach (var judgment in stored)
            if (!_answered.TryGetValue((string)judgment["assignment"]!, out var counted) || counted != (bool)judgment["counted"]!) wrong.Add($"{judgment["assignment"]} stands otherwise than was answered");
        if (Counted != pairs * overlap) wrong.Add($"{Counted} votes were told that they count, of {pairs} pairs by {overlap}");
        return wrong;
    }

    private async Task WorkAsync(TestRater rater, Random chance)
    {
        while (true)
        {
            var reply = (await rater.Ask(1 + chance.Next(3))).Ok();
            var items = reply["items"].AsArray();
            var walksAway = items.Count > 0 && chance.Next(4) == 0;
            foreach (var item in items)
            {
                var assignment = (string)item!["assignment"]!;
                if (walksAway) _late.Enqueue((rater, assignment));
                else await VoteAsync(rater, assignment, chance.Next(2) == 0 ? "left" : "right");
            }
            if (walksAway || items.Count == 0 && (string?)reply.Json["none_left"] != "waiting") return;
            if (items.Count == 0) server.Time!.Advance(WhileWaiting);
        }
    }

    private async Task VoteAsync(TestRater rater, string assignment, string choice) =>
        _answered[assignment] = (bool)(await rater.Vote(assignment, choice)).Ok()["counted"]!;
}
