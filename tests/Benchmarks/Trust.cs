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
    private const int VariantsEach = 50, SyncedVotes = 300;
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
        await using var server = new PrefEvalServer(fakeTime: true, settings: ("PrefEval:RequestsPerMinute", "0"));
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
        await using var server = new PrefEvalServer(fakeTime: true, settings: ("PrefEval:RequestsPerMinute", "0"));
        var watch = Stopwatch.StartNew();
        Interleavings.Steps(StepsEach).Sample(steps => Interleavings.RunAsync(server, steps).GetAwaiter().GetResult(), iter: Lists, threads: 1);
        Console.WriteLine($"{Lists * StepsEach:N0} steps in {Lists} studies, each answer the model's, in {watch.Elapsed:m\\:ss}");
    }

    /// <summary>Requests made by chance from the contract.</summary>
    /// <param name="seed">Of the first study; each has its own.</param>
    public static async Task FuzzAsync(int seed)
    {
        await using var server = new PrefEvalServer();
        var watch = Stopwatch.StartNew();
        var (sent, accepted, wrong) = (0, 0, 0);
        // A new study every 2,500 requests: sooner or later chance closes one.
        for (var studies = 1; sent < Requests; seed++, studies++)
        {
            var caller = await ARestlessCaller.OnAsync(server, seed);
            for (var n = 0; n < 2500; n++) await caller.SendAsync();
            foreach (var sentence in caller.Wrong) Console.WriteLine(sentence);
            (sent, accepted, wrong) = (sent + caller.Sent, accepted + caller.Accepted, wrong + caller.Wrong.Count);
            if (studies % 5 == 1) Console.WriteLine($"after {sent:N0}: {GC.GetTotalMemory(forceFullCollection: true) / 1e6:N1} MB");
        }
        Console.WriteLine($"{sent:N0} requests made by chance from the contract: {accepted:N0} accepted, {wrong} wrong, in {watch.Elapsed:m\\:ss}");
    }

    /// <summary>Files of every format, damaged by chance, as a researcher might send them.</summary>
    /// <param name="minutes">How long.</param>
    public static async Task FuzzImportsAsync(double minutes)
    {
        await using var server = new PrefEvalServer(settings: ("PrefEval:RequestsPerMinute", "0"));
        var watch = Stopwatch.StartNew();
        var (files, stored, wrong) = (0, 0, 0);
        for (var seed = 0; watch.Elapsed < TimeSpan.FromMinutes(minutes); seed++)
        {
            foreach (var sample in SampleFiles.All)
            {
                var study = await TestStudy.CreateAsync(server);
                if (sample.Before is not null) (await study.Import(sample.Before)).Ok();
                for (var variant = 0; variant < VariantsEach; variant++, files++)
                {
                    var reply = await study.Import(sample.Damaged(seed * VariantsEach + variant));
                    if ((int)reply.Status == 200)
                    {
                        stored++;
                        (await server.Admin.Delete($"{study.Path}/imports/{(string)reply["import"]!}")).Ok();
                        continue;
                    }
                    if ((int)reply.Status is 400 or 413 && (string)reply["detail"]! != "" && (reply.Problem != "import-rejected" || reply["errors"].AsArray().All(e => (int)e!["line"]! > 0 && (string)e["message"]! != ""))) continue;
                    if (wrong++ < 20) Console.WriteLine($"{sample.Format}, seed {seed * VariantsEach + variant}: {(int)reply.Status} {reply.Text}");
                }
                (await server.Admin.Delete(study.Path)).Ok();
            }
            if (seed % 10 == 0) Console.WriteLine($"after {files:N0}: {GC.GetTotalMemory(forceFullCollection: true) / 1e6:N1} MB");
        }
        Console.WriteLine($"{files:N0} damaged files of {SampleFiles.All.Length} samples: {stored:N0} meant something, {files - stored - wrong:N0} refused, {wrong} wrong, in {watch.Elapsed:h\\:mm\\:ss}; at the end {GC.GetTotalMemory(forceFullCollection: true) / 1e6:N1} MB");
    }

    /// <summary>Under strace: one vote after the other, each of which must have brought at least one sync of the log before it was answered.</summary>
    public static async Task SyncsAsync()
    {
        var folder = Directory.CreateTempSubdirectory("prefeval-sync-");
        var calls = Path.Combine(folder.FullName, "calls");
        using (var service = await ChildService.StartAsync(Path.Combine(folder.FullName, "prefeval.db"), under: ["strace", "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync", "-o", calls], mayHitLimits: false))
        {
            var study = $"studies/{(await service.Admin.Post("studies", new { name = "n", title = "t", question = "q", design = new { kind = "round_robin" } })).Ok()["study"]}";
            (await service.Admin.Upload($"{study}/imports?confirm=true", System.Text.Encoding.UTF8.GetBytes(TestStudy.Prompts(SyncedVotes, "demo-a", "demo-b")))).Ok();
            (await service.Admin.Patch(study, new { state = "open" })).Ok();
            var rater = service.As((string)(await service.Admin.Post($"{study}/raters", new { name = "r1" })).Ok()["key"]!);
            var (votes, without, syncs) = (0, 0, Syncs());
            var first = syncs;
            while ((await rater.Post($"{study}/assignments", new { count = 10 })).Ok()["items"].AsArray() is { Count: > 0 } items)
            {
                syncs = Syncs();
                foreach (var item in items)
                {
                    (await rater.Put($"assignments/{item!["assignment"]}/judgment", new { choice = "left", after = 0 })).Ok();
                    var now = Syncs();
                    if (now == syncs) without++;
                    (votes, syncs) = (votes + 1, now);
                }
            }
            Console.WriteLine($"{votes} votes one after the other: {syncs - first} syncs of the log, {without} votes answered without one");
            service.Kill();
        }

        int Syncs() => File.ReadLines(calls).Count(line => line.Contains("prefeval.db", StringComparison.Ordinal) && line.EndsWith("= 0", StringComparison.Ordinal));
    }
}
