using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using PrefEval.Api.Imports;
using PrefEval.Stats;
using PrefEval.Stats.Simulation;

namespace PrefEval.Api.Commands;

/// <summary>Judgments with known effects, to try a study's size or a report on. Their raters are named simulated:..., and nothing takes them for people.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var prompts = Number("--prompts", "How many prompts.", 100, 1, 10_000_000);
        var models = new Option<string>("--models") { Description = "How many models, or their names with strengths in log-odds.", DefaultValueFactory = _ => "4", HelpName = "N or NAME=STRENGTH,..." };
        var raters = Number("--raters", "How many raters.", 10, 1, 100_000);
        var overlap = Number("--overlap", "Raters a pair, all different.", 3, 1, 1000);
        var seed = new Option<ulong>("--seed") { Description = "The same seed gives the same file.", DefaultValueFactory = _ => 1 };
        var focal = new Option<string?>("--focal") { Description = "Compare this model with each other one, instead of all with all." };
        var usual = new SimulationSettings { Seed = 0, Strengths = [] };
        var promptTaste = Effect("--prompt-taste", "How differently prompts favour two models (standard deviation, log-odds).", usual.PromptTaste);
        var raterTaste = Effect("--rater-taste", "How differently raters do.", usual.RaterTaste);
        var tieWidth = Effect("--tie-width", "Half the width of the band that is called a tie; 0: no ties.", usual.TieWidth);
        var bothBad = Effect("--both-bad", "The share of ties that are called both bad.", usual.BothBadShare);
        var leftBias = Effect("--left-bias", "How much raters lean to the left answer.", usual.LeftBias);
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The file to write; else the standard output." };
        var json = new Option<bool>("--json") { Description = "Say on the error output, as data, what was written." };
        var command = new Command("simulate", """
            Write simulated judgments as PrefEval JSONL, marked as such.
            Example: prefeval simulate --prompts 200 --models cqia=0.5,belle=0,zhihu=-0.3 --raters 12 --seed 7 | prefeval report -
            """) { prompts, models, raters, overlap, seed, focal, promptTaste, raterTaste, tieWidth, bothBad, leftBias, output, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var (names, strengths) = Models(parsed.GetValue(models)!);
            var centre = parsed.GetValue(focal) is { } name ? Array.IndexOf(names, name) : -1;
            if (centre < 0 && parsed.GetValue(focal) is { } unknown) throw new CommandFailedException($"--focal {unknown} is none of the models: {string.Join(", ", names)}.", ExitCode.Usage);
            if (parsed.GetValue(overlap) > parsed.GetValue(raters)) throw new CommandFailedException("--overlap is larger than --raters: a pair's raters are all different.", ExitCode.Usage);
            var settings = usual with
            {
                Seed = parsed.GetValue(seed),
                Strengths = strengths,
                PromptTaste = parsed.GetValue(promptTaste),
                RaterTaste = parsed.GetValue(raterTaste),
                TieWidth = parsed.GetValue(tieWidth),
                BothBadShare = Math.Min(1, parsed.GetValue(bothBad)),
                LeftBias = parsed.GetValue(leftBias),
            };
            (int A, int B)[] pairs = [.. from a in Enumerable.Range(0, names.Length) from b in Enumerable.Range(a + 1, names.Length - a - 1) where centre < 0 || a == centre || b == centre select (a, b)];
            var asks = StudySimulator.Assign(settings.Seed, checked(parsed.GetValue(prompts) * pairs.Length), parsed.GetValue(overlap), [.. Enumerable.Repeat(1.0, parsed.GetValue(raters))])
                .Select(place => new SimulatedAsk(place.Prompt / pairs.Length, pairs[place.Prompt % pairs.Length].A, pairs[place.Prompt % pairs.Length].B, place.Rater));
            var written = await WriteAsync(parsed.GetValue(output), StudySimulator.Judge(settings, asks), names, cancel);
            if (parsed.GetValue(json)) await Console.Error.WriteLineAsync(JsonSerializer.Serialize(new { judgments = written, simulated = true, seed = settings.Seed, models = names.Zip(strengths, (model, strength) => new { model, strength }) }, Output.Json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<long> WriteAsync(FileInfo? file, IEnumerable<SimulatedJudgment> judgments, string[] names, CancellationToken cancel)
    {
        await using var output = file is null ? Console.OpenStandardOutput() : file.Create();
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        long written = 0;
        foreach (var judgment in judgments)
        {
            json.WriteStartObject();
            json.WriteString("prompt_id"u8, string.Create(CultureInfo.InvariantCulture, $"p{judgment.Prompt + 1}"));
            json.WriteString("model_a"u8, names[judgment.ModelA]);
            json.WriteString("model_b"u8, names[judgment.ModelB]);
            json.WriteString("rater"u8, string.Create(CultureInfo.InvariantCulture, $"{Staging.SimulatedPrefix}r{judgment.Rater + 1:00}"));
            json.WriteString("rater_kind"u8, "simulated"u8);
            json.WriteString("winner"u8, judgment.Winner switch { Winner.A => "a", Winner.B => "b", Winner.Tie => "tie", _ => "both_bad" });
            json.WriteString("left"u8, judgment.Left == judgment.ModelA ? "a"u8 : "b"u8);
            json.WriteEndObject();
            json.Flush();
            output.WriteByte((byte)'\n');
            json.Reset();
            if (++written % 4096 == 0) cancel.ThrowIfCancellationRequested();
        }
        return written;
    }

    private static (string[] Names, double[] Strengths) Models(string given)
    {
        if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 2 and <= 1000)
            return ([.. Enumerable.Range(1, count).Select(m => $"simulated-{m}")], [.. Enumerable.Range(0, count).Select(m => 0.5 - (m / (count - 1.0)))]);
        var models = given.Split(',').Select(part => part.LastIndexOf('=') is > 0 and var at && double.TryParse(part[(at + 1)..], CultureInfo.InvariantCulture, out var strength) && double.IsFinite(strength)
            ? (Name: part[..at], Strength: strength)
            : throw new CommandFailedException("--models takes a number from 2 to 1,000, or NAME=STRENGTH,NAME=STRENGTH,... with strengths in log-odds.", ExitCode.Usage)).ToList();
        return models.Count >= 2 && models.Select(m => m.Name).Distinct().Count() == models.Count ? ([.. models.Select(m => m.Name)], [.. models.Select(m => m.Strength)])
            : throw new CommandFailedException("--models names two models or more, each once.", ExitCode.Usage);
    }

    private static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(given =>
        {
            if (given.Errors.Any()) return;
            if (given.GetValueOrDefault<int>() < least || given.GetValueOrDefault<int>() > most) given.AddError($"{name} lies from {least:N0} to {most:N0}.");
        });
        return option;
    }

    private static Option<double> Effect(string name, string description, double usual)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(given =>
        {
            if (!given.Errors.Any() && given.GetValueOrDefault<double>() is not (>= -10 and <= 10)) given.AddError($"{name} lies from -10 to 10.");
        });
        return option;
    }
}
