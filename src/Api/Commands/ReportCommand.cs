using System.CommandLine;
using System.Globalization;
using PrefEval.Api.Battles;

namespace PrefEval.Api.Commands;

/// <summary>What judgments say: those of a study on a server, or those of a bare file.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo?>("file")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Judgments as JSONL or a JSON array, plain or gzip: LMSYS battles, MT-bench judgments, PrefEval judgments, AlpacaEval annotations. '-' reads the standard input.",
        };
        var confidence = new Option<double>("--confidence") { Description = "Of every interval; for a study its own, else .95." };
        confidence.Validators.Add(given =>
        {
            if (!given.Errors.Any() && given.GetValueOrDefault<double>() is not (> 0.5 and < 1)) given.AddError("--confidence lies above .5 and below 1, such as .95.");
        });
        var kind = new Option<string>("--report") { Description = "Which report of a study: preference, leaderboard, agreement, position, length, raters, judges, plan, progress.", DefaultValueFactory = _ => "preference" };
        var language = new Option<string>("--language") { Description = "Of the paragraph on methods below the tables: en or zh.", DefaultValueFactory = _ => "en" };
        language.AcceptOnlyFromAmong("en", "zh");
        var options = new StudyOptions();
        var command = new Command("report", """
            How often each model is preferred to each other one, with intervals that respect that prompts and raters repeat, and a leaderboard. A bare file needs no
            server and no study; a study is asked of its server, with --with at=N, by=category and whatever else its report takes.
            Example: prefeval report battles.jsonl
            Example: prefeval report --study ID --with by=category
            """) { file, confidence, kind, language };
        options.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            double? level = parsed.GetResult(confidence) is null ? null : parsed.GetValue(confidence);
            return parsed.GetValue(file) is not { } given ? OfStudyAsync(parsed, options, parsed.GetValue(kind)!, parsed.GetValue(language)!, level, cancel)
                : parsed.GetValue(options.Study) is null ? OfFileAsync(given, level ?? 0.95, parsed.GetValue(options.Json), parsed.GetValue(language)!, cancel)
                : throw new CommandFailedException("Name a file or a study, not both.", ExitCode.Usage);
        });
        return command;
    }

    private static async Task<int> OfStudyAsync(ParseResult parsed, StudyOptions options, string kind, string language, double? confidence, CancellationToken cancel)
    {
        if (parsed.GetValue(options.Study) is null) throw new CommandFailedException("Name a file, or a study: --study ID.", ExitCode.Usage);
        using var server = options.Connect(parsed);
        (string, string)[] level = confidence is { } c ? [("confidence", c.ToString(CultureInfo.InvariantCulture))] : [];
        var report = await server.JsonAsync(HttpMethod.Get, options.Path(parsed, "reports/" + Uri.EscapeDataString(kind), level), null, cancel);
        if (parsed.GetValue(options.Json) || kind is not ("preference" or "leaderboard")) Output.Print(report); // the others have no table yet
        else ReportTables.Print(report, language);
        return ExitCode.Ok;
    }

    private static async Task<int> OfFileAsync(FileInfo file, double confidence, bool json, string language, CancellationToken cancel)
    {
        BattleReport report;
        try
        {
            await using var stream = file.ToString() == "-"
                ? Console.OpenStandardInput()
                : new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
            report = BattleReport.Of(await BattleFile.ReadAsync(stream, cancel), confidence);
        }
        catch (Exception refused) when (refused is UnreadableFileException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandFailedException(refused.Message);
        }
        if (report.Judgments == 0 && report.ErrorCount == 0) throw new CommandFailedException("The file holds no judgments. " + RowReader.Shapes);
        if (json) Output.Print(report);
        else ReportTables.Print(report, language);
        if (report.ErrorCount > 0) Output.Errors(report.Errors, report.ErrorCount);
        return report.ErrorCount == 0 ? ExitCode.Ok : report.Judgments == 0 ? ExitCode.Failed : ExitCode.LinesLeftOut;
    }
}
