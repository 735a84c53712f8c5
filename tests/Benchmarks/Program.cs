using PrefEval.Benchmarks;

// dotnet run -c Release --project tests/Benchmarks [stats|coverage|battles|import|startup|report|votes|judge|crash|fuzz [--seed 1]|fuzz-imports [--minutes 30]|hands|steps|syncs ...]: none runs all.
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
    ("fuzz", () => Trust.FuzzAsync((int)Given("--seed", 1))),
    ("hands", Trust.HandsAsync),
    ("fuzz-imports", () => Trust.FuzzImportsAsync(Given("--minutes", 30))),
    ("steps", Trust.StepsAsync),
    ("syncs", Trust.SyncsAsync),
};
foreach (var (name, run) in all)
{
    if (args.Length > 0 && !args.Contains(name)) continue;
    Console.WriteLine($"== {name}");
    await run();
}

double Given(string option, double otherwise) =>
    Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? double.Parse(args[at + 1], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
