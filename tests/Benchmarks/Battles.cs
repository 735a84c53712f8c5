using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PrefEval.Benchmarks;

/// <summary>`report FILE` of a million battles, from the start of the process to its end, beside a bare pass that only reads the file.</summary>
public static class Battles
{
    private const int Rows = 1_000_000, Models = 20, Prompts = 500_000, Raters = 20_000, Runs = 5;

    public static async Task RunAsync()
    {
        foreach (var (form, conversations) in new[] { ("minimal rows", false), ("rows with short conversations", true) })
        {
            var file = Path.GetTempFileName();
            await WriteAsync(file, conversations);
            var bytes = new FileInfo(file).Length;
            var (walls, reads) = (new List<double>(), new List<double>());
            for (var run = 0; run <= Runs; run++)
            {
                var read = await ReadAsync(file);
                var wall = await ReportAsync(file);
                if (run == 0) continue; // the file comes into the page cache
                walls.Add(wall);
                reads.Add(read);
            }
            File.Delete(file);
            Print.Figures($"report of {Rows:N0} {form} ({bytes / Rows} bytes each, {bytes / 1e6:N0} MB), process and all (s)", walls);
            Print.Figures("  a bare pass that only reads the file (s)", reads);
            Console.WriteLine($"  ratio of the medians: {walls[Runs / 2] / reads[Runs / 2]:N1}");
        }
    }

    private static async Task<double> ReportAsync(string file)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [PublishedService.Binary, "report", file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, notes) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var wall = watch.Elapsed.TotalSeconds;
        if (process.ExitCode != 0 || !(await output).StartsWith($"{Rows:N0} judgments", StringComparison.Ordinal)) throw new InvalidOperationException(await output + await notes);
        return wall;
    }

    private static async Task<double> ReadAsync(string file)
    {
        var watch = Stopwatch.StartNew();
        var buffer = new byte[1 << 20];
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        while (await stream.ReadAsync(buffer) > 0)
        {
        }
        return watch.Elapsed.TotalSeconds;
    }

    private static async Task WriteAsync(string file, bool conversations)
    {
        var chance = new Random(1);
        string[] winners = ["model_a", "model_a", "model_b", "model_b", "tie", "tie (bothbad)"];
        await using var writer = new StreamWriter(file, append: false, new UTF8Encoding(false), 1 << 20);
        for (var row = 0; row < Rows; row++)
        {
            var (a, b) = (chance.Next(Models), chance.Next(Models - 1));
            if (b >= a) b++;
            var question = chance.Next(Prompts) * 2654435761u;
            await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture,
                $$"""{"question_id": "{{question:x8}}{{question * 7:x8}}{{question * 11:x8}}{{question * 13:x8}}", "model_a": "model-{{a:00}}-7b", "model_b": "model-{{b:00}}-7b", "winner": "{{winners[chance.Next(winners.Length)]}}", "judge": "arena_user_{{chance.Next(Raters)}}", """));
            if (conversations)
                await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture,
                    $$"""
                    "conversation_a": [{"content": "请用三句话解释光合作用。编号{{row}}", "role": "user"}, {"content": "植物用阳光、水和二氧化碳制造养料。\n叶绿素吸收光。\n氧气由此放出。", "role": "assistant"}], "conversation_b": [{"content": "请用三句话解释光合作用。编号{{row}}", "role": "user"}, {"content": "Plants turn \"light\" into sugar.\nLeaves take in carbon dioxide.\nOxygen is set free.", "role": "assistant"}],
                    """));
            await writer.WriteAsync(" \"turn\": 1, \"language\": \"Chinese\", \"tstamp\": 1682351591.1322}\n");
        }
    }
}
