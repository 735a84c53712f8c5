using System.Collections.Concurrent;
using System.Text;

namespace PrefEval.TestKit;

/// <summary>A service that is killed again and again while raters vote at once: what it had answered must be there afterwards.</summary>
public sealed class Crashes(string file, int raters, int prompts)
{
    private static readonly string[] Models = ["demo-a", "demo-b", "demo-c"];
    private readonly ConcurrentDictionary<string, string> _answered = [];
    private readonly List<string> _keys = [];
    private string _study = "";

    /// <summary>Votes that were answered 200, by assignment.</summary>
    public IReadOnlyDictionary<string, string> Answered => _answered;

    /// <summary>Kills after as many votes as chance says, up to <paramref name="most"/> of them in a round.</summary>
    /// <param name="rounds">How often.</param>
    /// <param name="most">Of votes.</param>
    /// <param name="seed">Of that chance.</param>
    /// <param name="end">How it ends; null: kill -9.</param>
    public async Task RunAsync(int rounds, int most, int seed, Func<ChildService, Task>? end = null)
    {
        var chance = new Random(seed);
        for (var round = 0; round < rounds; round++)
        {
            using var service = await ChildService.StartAsync(file);
            if (round == 0) await PrepareAsync(service);
            var until = chance.Next(1, most);
            var votes = 0;
            using var kill = new SemaphoreSlim(0);
            var all = _keys.Select((key, n) => VoteAsync(service, key, n, () => { if (Interlocked.Increment(ref votes) == until) kill.Release(); })).ToList();
            await Task.WhenAny(kill.WaitAsync(), Task.WhenAll(all));
            // With writes and answers under way.
            if (end is null) service.Kill();
            else await end(service);
            await Task.WhenAll(all);
        }
    }

    /// <summary>What is wrong with what is stored; empty: nothing.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync()
    {
        var wrong = new List<string>();
        using (var service = await ChildService.StartAsync(file))
        {
            var stored = new Dictionary<string, string>();
            for (string? cursor = null; ;)
            {
                var page = (await service.Admin.Get($"{_study}/judgments?limit=1000{(cursor is null ? "" : "&cursor=" + cursor)}")).Ok();
                foreach (var judgment in page["items"].AsArray())
                    if (!stored.TryAdd((string)judgment!["assignment"]!, (string)judgment["choice"]!)) wrong.Add($"{judgment["assignment"]} is there twice.");
                if ((cursor = (string?)page.Json["next_cursor"]) is null) break;
            }
            foreach (var (assignment, choice) in _answered)
                if (stored.GetValueOrDefault(assignment) != choice) wrong.Add($"{assignment} was answered as {choice} and is {stored.GetValueOrDefault(assignment) ?? "lost"}.");
        }
        var verified = await CommandRun.Of("verify", file);
        if (verified.ExitCode != 0) wrong.Add(verified.Output + verified.Notes);
        return wrong;
    }

    private async Task PrepareAsync(ChildService service)
    {
        _study = $"studies/{(await service.Admin.Post("studies", new { name = "n", title = "t", question = "q", design = new { kind = "round_robin" } })).Ok()["study"]}";
        (await service.Admin.Upload($"{_study}/imports?confirm=true", Encoding.UTF8.GetBytes(TestStudy.Prompts(prompts, Models)))).Ok();
        (await service.Admin.Patch(_study, new { state = "open" })).Ok();
        var invited = (await service.Admin.Post($"{_study}/raters", new { raters = Enumerable.Range(0, raters).Select(n => new { name = "r" + n }) })).Ok();
        _keys.AddRange(invited["items"].AsArray().Select(each => (string)each!["key"]!));
    }

    private async Task VoteAsync(ChildService service, string key, int rater, Action voted)
    {
        var api = service.As(key);
        string[] choices = ["left", "right", "tie"];
        try
        {
            while (true)
            {
                var items = (await api.Post($"{_study}/assignments", new { count = 5 })).Ok()["items"].AsArray();
                if (items.Count == 0) return;
                foreach (var item in items)
                {
                    var (assignment, choice) = ((string)item!["assignment"]!, choices[rater % choices.Length]);
                    var reply = await api.Put($"assignments/{assignment}/judgment", new { choice, after = 0 });
                    if ((int)reply.Status != 200) continue; // busy: she would send it again
                    _answered[assignment] = choice;
                    voted();
                }
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or TaskCanceledException)
        {
            // The service is no more.
        }
    }
}
