using System.Diagnostics;
using CsCheck;
using PrefEval.TestKit;

namespace PrefEval.Benchmarks;

/// <summary>The long forms of what the tests try for a moment: kills under load, and requests by chance from the contract.</summary>
internal static class Trust
{
    private const int Rounds = 200, Raters = 64, Prompts = 12_000, MostVotes = 600;
    private const int Requests = 50_000;
    private const int Hands = 500, Pairs = 50, Overlap = 5;
    private const int Lists = 500, StepsEach = 200;

    /// <summary>kill -9 at a random moment of each round.</summary>
    public static async Task CrashAsync()
    {
        var folder = Directory.CreateTempSubdirectory("prefeval-crash-");
        var crashes = new Crashes(Path.Combine(folder.FullName, "prefeval.db"), Raters, Prompts);
        var watch = Stopwatch.StartNew();
        await crashes.RunAsync(Rounds, MostVotes, seed: 1);
        Console.WriteLine($"{crashes.Answered.Count:N0} votes answered, {watch.Elapsed:m\\:ss}");
        var wrong = await crashes.CheckAsync();
        Console.WriteLine($"{Rounds} kills under {Raters} raters: {crashes.Answered.Count:N0} votes answered, {wrong.Count} wrong, in {watch.Elapsed:m\\:ss}");
        foreach (var sentence in wrong.Take(20)) Console.WriteLine(sentence);
        folder.Delete(recursive: true);
    }

    /// <summary>Raters at once on few pairs, again and again.</summary>
    public static async Task HandsAsync()
    {
        await using var server = new PrefEvalServer(fakeTime: true, requestsPerMinute: 0);
        for (var seed = 1; seed <= 5; seed++)
        {
            var watch = Stopwatch.StartNew();
            var hands = new ManyHands(server, Hands, Pairs, Overlap);
            await hands.RunAsync(seed);
            var wrong = await hands.CheckAsync();
            Console.WriteLine($"{Hands} raters on {Pairs} pairs, overlap {Overlap}: {hands.Votes:N0} votes, {hands.Counted:N0} counted, {hands.Late} by raters who had walked away, {wrong.Count} wrong, in {watch.Elapsed:m\\:ss}");
            foreach (var sentence in wrong.Take(20)) Console.WriteLine(sentence);
        }
    }

    /// <summary>Steps by chance held against a model in memory; what differs is shortened and thrown.</summary>
    public static async Task StepsAsync()
    {
        await using var server = new PrefEvalServer(fakeTime: true, requestsPerMinute: 0);
        var watch = Stopwatch.StartNew();
        Interleavings.Steps(StepsEach).Sample(steps => Interleavings.RunAsync(server, steps).GetAwaiter().GetResult(), iter: Lists, threads: 1);
        Console.WriteLine($"{Lists * StepsEach:N0} steps in {Lists} studies, each answer the model's, in {watch.Elapsed:m\\:ss}");
    }

    public static async Task FuzzAsync()
    {
        await using var server = new PrefEvalServer();
        var watch = Stopwatch.StartNew();
        var (sent, accepted, wrong) = (0, 0, 0);
        // A new study every 2,500 requests: sooner or later chance closes one.
        for (var seed = 1; sent < Requests; seed++)
        {
            var caller = await ARestlessCaller.OnAsync(server, seed);
            for (var n = 0; n < 2500; n++) await caller.SendAsync();
            foreach (var sentence in caller.Wrong) Console.WriteLine(sentence);
            (sent, accepted, wrong) = (sent + caller.Sent, accepted + caller.Accepted, wrong + caller.Wrong.Count);
            if (seed % 5 == 1) Console.WriteLine($"after {sent:N0}: {GC.GetTotalMemory(forceFullCollection: true) / 1e6:N1} MB");
        }
        Console.WriteLine($"{sent:N0} requests made by chance from the contract: {accepted:N0} accepted, {wrong} wrong, in {watch.Elapsed:m\\:ss}");
    }
}
