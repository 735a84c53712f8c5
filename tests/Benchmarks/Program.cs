using PrefEval.Benchmarks;

// dotnet run -c Release --project tests/Benchmarks [stats|coverage|battles|import|startup|report|votes|judge|crash|fuzz|hands|steps ...]: none runs all.
var all = new (string Name, Func<Task> Run)[]
{
    ("stats", StatsSpeed.RunAsync),
    ("coverage", Coverage.RunAsync),
    ("startup", Startup.RunAsync),
    ("import", ImportSpeed.RunAsync),
    ("report", ReportSpeed.RunAsync),
    ("battles", Battles.RunAsync),
    ("votes", VoteSpeed.RunAsync),
    ("judge", Judge.RunAsync),
    ("crash", Trust.CrashAsync),
    ("fuzz", Trust.FuzzAsync),
    ("hands", Trust.HandsAsync),
    ("steps", Trust.StepsAsync),
};
foreach (var (name, run) in all)
{
    if (args.Length > 0 && !args.Contains(name)) continue;
    Console.WriteLine($"== {name}");
    await run();
}
