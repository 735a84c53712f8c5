using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using PrefEval.TestKit;

namespace PrefEval.Benchmarks;

/// <summary>From the process's start to the first 200 of /readyz, with the first demonstration loaded (the others follow).</summary>
public static class Startup
{
    public static async Task RunAsync()
    {
        var times = new List<double>();
        for (var run = 0; run < 7; run++)
        {
            await using var service = await PublishedService.StartAsync(seed: "demo");
            times.Add((await service.Ready).TotalSeconds);
        }
        Print.Figures("published build to the first 200 of /readyz, new database, demo loaded (s)", times);
    }
}

/// <summary>A file of answers of 600 Chinese characters each, sent over HTTP and stored.</summary>
public static class ImportSpeed
{
    private const int Models = 5, Characters = 600;

    public static async Task RunAsync()
    {
        foreach (var answers in new[] { 20_000, 100_000, 400_000 })
        {
            var file = Path.GetTempFileName();
            await WriteAsync(file, answers / Models);
            await using var service = await PublishedService.StartAsync();
            var idle = service.PeakMemory;
            var study = await Studies.CreateAsync(service, new { kind = "round_robin" });
            var watch = Stopwatch.StartNew();
            await using (var body = File.OpenRead(file))
            {
                var reply = await service.Admin.Send(HttpMethod.Post, $"{study}/imports?confirm=true", new StreamContent(body));
                if ((int)reply.Ok()["answers"] != answers) throw new InvalidOperationException(reply.Text);
            }
            Console.WriteLine($"{answers,9:N0} answers, {new FileInfo(file).Length / 1e6,6:N0} MB: {answers / watch.Elapsed.TotalSeconds,8:N0} answers/s; peak memory {service.PeakMemory / 1e6:N0} MB ({idle / 1e6:N0} MB before)");
            File.Delete(file);
        }
    }

    private static async Task WriteAsync(string file, int prompts)
    {
        var chance = new Random(1);
        await using var writer = new StreamWriter(file, append: false, new UTF8Encoding(false));
        var answers = new Dictionary<string, string>();
        for (var p = 0; p < prompts; p++)
        {
            for (var m = 0; m < Models; m++)
                answers[$"demo-{m}"] = string.Create(Characters, chance, (span, random) => { foreach (ref var c in span) c = (char)(0x4e00 + random.Next(5000)); });
            await writer.WriteLineAsync(TestStudy.Line(new { prompt_id = $"p{p}", prompt = $"问题{p}", category = "c" + (p % 8), answers }));
        }
    }
}

/// <summary>The preference report of 100,000 judgments, over HTTP.</summary>
public static class ReportSpeed
{
    private const int Prompts = 5000, Pairs = 4, Overlap = 5, Raters = 40;

    public static async Task RunAsync()
    {
        await using var service = await PublishedService.StartAsync();
        var study = await Studies.CreateAsync(service, new { kind = "focal", focal = "demo-0" }, Overlap);
        string[] models = [.. Enumerable.Range(0, Pairs + 1).Select(m => $"demo-{m}")];
        (await service.Admin.Upload($"{study}/imports?confirm=true", Encoding.UTF8.GetBytes(TestStudy.Prompts(Prompts, models)))).Ok();
        var chance = new Random(1);
        var rows = new StringBuilder();
        for (var p = 1; p <= Prompts; p++)
        {
            for (var m = 1; m <= Pairs; m++)
            {
                var first = chance.Next(Raters);
                for (var k = 0; k < Overlap; k++)
                    rows.AppendLine(TestStudy.Line(new { prompt_id = $"p{p:000}", model_a = "demo-0", model_b = models[m], rater = $"r{(first + k) % Raters}", winner = new[] { "a", "b", "tie", "both_bad" }[chance.Next(4)] }));
            }
        }
        (await service.Admin.Upload($"{study}/imports?confirm=true", Encoding.UTF8.GetBytes(rows.ToString()))).Ok();

        var cold = await TimeAsync(service, study, 0.90);
        var warm = new List<double>();
        for (var run = 0; run < 20; run++) warm.Add(await TimeAsync(service, study, 0.91 + (run * 0.001)));
        Console.WriteLine($"preference report of {Prompts * Pairs * Overlap:N0} judgments, first time, read from the database: {cold:N0} ms");
        Print.Figures("preference report of 100,000 judgments, over HTTP (ms)", warm);
        var sliced = new List<double>();
        for (var run = 0; run < 20; run++) sliced.Add(await TimeAsync(service, study, 0.91 + (run * 0.001), "&by=category"));
        Print.Figures("the same in slices by category (ms)", sliced);
    }

    private static async Task<double> TimeAsync(PublishedService service, string study, double confidence, string more = "")
    {
        var client = service.Admin;
        var watch = Stopwatch.StartNew();
        (await client.Get($"{study}/reports/preference?confidence={confidence.ToString(CultureInfo.InvariantCulture)}{more}")).Ok();
        return watch.Elapsed.TotalMilliseconds;
    }
}

/// <summary>Votes a second, beside a bare endpoint that stores nothing, under the same load in the same run.</summary>
public static class VoteSpeed
{
    private const int Raters = 64, Rounds = 20, Leases = 10;

    public static async Task RunAsync()
    {
        await using var service = await PublishedService.StartAsync();
        var study = await Studies.CreateAsync(service, new { kind = "focal", focal = "demo-0" });
        (await service.Admin.Upload($"{study}/imports?confirm=true", Encoding.UTF8.GetBytes(TestStudy.Prompts(2000, "demo-0", "demo-1", "demo-2", "demo-3")))).Ok();
        (await service.Admin.Patch(study, new { state = "open" })).Ok();
        var invited = (await service.Admin.Post($"{study}/raters", new { raters = Enumerable.Range(0, Raters).Select(n => new { name = $"r{n}" }) })).Ok();
        ApiClient[] raters = [.. invited["items"].AsArray().Select(r => service.As((string)r!["key"]!))];

        var bare = await BareAsync();
        await using var _ = bare.App;
        double stored = 0, empty = 0;
        var votes = 0;
        var latencies = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var held = await Task.WhenAll(raters.Select(async r => (await r.Post($"{study}/assignments", new { count = Leases })).Ok()["items"].AsArray()));
            var watch = Stopwatch.StartNew();
            var times = await Task.WhenAll(raters.Zip(held).Select(async work =>
            {
                var mine = new List<double>();
                foreach (var item in work.Second)
                {
                    var began = Stopwatch.GetTimestamp();
                    (await work.First.Put($"assignments/{item!["assignment"]}/judgment", new { choice = "left", after = 0, duration_ms = 5300 })).Ok();
                    mine.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                }
                return mine;
            }));
            stored += watch.Elapsed.TotalSeconds;
            votes += held.Sum(h => h.Count);
            latencies.AddRange(times.SelectMany(t => t));

            watch.Restart();
            await Task.WhenAll(bare.Clients.Zip(held).Select(async work =>
            {
                foreach (var item in work.Second) (await work.First.Put($"assignments/{item!["assignment"]}/judgment", new { choice = "left", after = 0, duration_ms = 5300 })).Ok();
            }));
            empty += watch.Elapsed.TotalSeconds;
        }
        latencies.Sort();
        Console.WriteLine($"{votes:N0} votes of {Raters} raters at once: {votes / stored:N0} votes/s stored, {votes / empty:N0} requests/s at a bare endpoint: ratio {empty / stored:N2}; p50 {latencies[latencies.Count / 2]:N1} ms, p99 {latencies[latencies.Count * 99 / 100]:N1} ms");
    }

    private static async Task<(WebApplication App, ApiClient[] Clients)> BareAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPut("/api/v1/assignments/{assignment}/judgment", (string assignment, JsonNode vote) => Results.Ok(vote));
        await app.StartAsync();
        var address = new Uri(app.Urls.First());
        return (app, [.. Enumerable.Range(0, Raters).Select(_ => new ApiClient(new HttpClient { BaseAddress = address }, PrefEvalServer.AdminKey))]);
    }
}

internal static class Studies
{
    public static async Task<string> CreateAsync(PublishedService service, object design, int overlap = 3) =>
        "studies/" + (await service.Admin.Post("studies", new { name = "bench", title = "t", question = "q", overlap, design })).Ok()["study"];
}

internal static class Print
{
    public static void Figures(string what, List<double> values)
    {
        values.Sort();
        Console.WriteLine($"{what}: min {values[0]:N2}, median {values[values.Count / 2]:N2}, max {values[^1]:N2} ({values.Count} runs)");
    }
}
