using System.Collections.Immutable;
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace PrefEval.Benchmarks;

/// <summary>The mathematics alone, on judgments in memory: how long, how much memory, and whether both grow with the judgments and no faster.</summary>
public static class StatsSpeed
{
    private static readonly (string Method, string What, string Goal)[] Rows =
    [
        (nameof(StatsTasks.BarePass), "a bare pass over the columns (the reference)", ""),
        (nameof(StatsTasks.Count), "counts per pair of models, side and outcome", "<= 15 ms"),
        (nameof(StatsTasks.Board), "leaderboard, intervals in all scopes, rank sets", "<= 100 ms"),
        (nameof(StatsTasks.BootVotes), "1,000 vote bootstraps of the leaderboard", "<= 200 ms"),
        (nameof(StatsTasks.BootPigeonhole), "1,000 two-way (pigeonhole) bootstraps", "<= 5 s"),
        (nameof(StatsTasks.Prefer), "preference estimates of one comparison", ""),
        (nameof(StatsTasks.Agree), "agreement, jackknifed", ""),
    ];

    public static Task RunAsync()
    {
        const string Slow = nameof(StatsTasks.BootPigeonhole);
        var reports = Measure(method => method != Slow, warmups: 10, runs: 7).Concat(Measure(method => method == Slow, warmups: 1, runs: 3)).ToDictionary(
            r => (r.BenchmarkCase.Descriptor.WorkloadMethod.Name, (int)r.BenchmarkCase.Parameters[nameof(StatsTasks.Judgments)]));

        Console.WriteLine($"| one thread, {StatsTasks.Models} models; least and median of 7 runs (pigeonhole: 3) | goal at 1e6 | 1e5 (ms) | 1e6 (ms) | 1e7 (ms) | 1e7 / 1e6 | bytes a judgment, received + work |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (method, what, goal) in Rows)
        {
            string At(int n) => reports.TryGetValue((method, n), out var r) && r.ResultStatistics is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s.Min / 1e6:0.0}, {s.Median / 1e6:0.0}") : "-";
            double Least(int n) => reports.TryGetValue((method, n), out var r) && r.ResultStatistics is { } s ? s.Min : double.NaN;
            string Work(int n) => reports.TryGetValue((method, n), out var r) && r.GcStats.GetBytesAllocatedPerOperation(r.BenchmarkCase) is { } bytes
                ? string.Create(CultureInfo.InvariantCulture, $"{StatsTasks.Received(method)} + {(double)bytes / n:0.0}") : "-";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {what} | {goal} | {At(100_000)} | {At(1_000_000)} | {At(10_000_000)} | {Least(10_000_000) / Least(1_000_000):0.0} | {Work(1_000_000)} |"));
        }
        return Task.CompletedTask;
    }

    /// <summary>In this process, so that nothing is generated, restored or built while it measures.</summary>
    private static ImmutableArray<BenchmarkReport> Measure(Predicate<string> which, int warmups, int runs) => BenchmarkRunner.Run<StatsTasks>(ManualConfig.CreateEmpty()
        .AddJob(Job.Default.WithToolchain(new InProcessEmitToolchain(TimeSpan.FromHours(1), logOutput: false)).WithWarmupCount(warmups).WithIterationCount(runs).WithInvocationCount(1).WithUnrollFactor(1))
        .AddFilter(new SimpleFilter(benchmark => which(benchmark.Descriptor.WorkloadMethod.Name)))
        .AddDiagnoser(MemoryDiagnoser.Default).AddColumnProvider(DefaultColumnProviders.Instance).AddLogger(NullLogger.Instance)).Reports;
}
