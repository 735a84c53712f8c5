using System.CommandLine;
using System.Globalization;
using PrefEval.Api.Battles;
using PrefEval.Api.Reports;
using Spectre.Console;

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
        var confidence = new Option<double>("--confidence") { Description = "Of every interval.", DefaultValueFactory = _ => 0.95 };
        confidence.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<double>() is not (> 0.5 and < 1)) given.AddError("--confidence lies above .5 and below 1, such as .95.");
        });
        var json = new Option<bool>("--json") { Description = "Print data instead of tables." };
        var command = new Command("report", """
            How often each model is preferred to each other one, with intervals that respect that prompts and raters repeat. A bare file needs no server and no study.
            Example: prefeval report battles.jsonl
            """) { file, confidence, json };
        command.SetAction((parsed, cancel) => parsed.GetValue(file) is { } given
            ? OfFileAsync(given, parsed.GetValue(confidence), parsed.GetValue(json), cancel)
            : Task.FromResult(Output.Fail("Name a file.", ExitCode.Usage)));
        return command;
    }

    private static async Task<int> OfFileAsync(FileInfo file, double confidence, bool json, CancellationToken cancel)
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
            return Output.Fail(refused.Message);
        }
        if (report.Judgments == 0 && report.ErrorCount == 0) return Output.Fail("The file holds no judgments. " + RowReader.Shapes);
        if (json) Output.Print(report);
        else Print(report);
        if (report.ErrorCount > 0) Output.Errors(report.Errors, report.ErrorCount);
        return report.ErrorCount == 0 ? ExitCode.Ok : report.Judgments == 0 ? ExitCode.Failed : ExitCode.LinesLeftOut;
    }

    private static void Print(BattleReport report)
    {
        var results = Output.Results;
        results.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Judgments:N0} judgments of {report.Prompts:N0} prompts by {(report.Raters is { } raters ? $"{raters:N0}" : "unknown")} raters{(report.RaterKind is { } kind ? $" (kind: {kind.ToString().ToLowerInvariant()})" : "")}; {report.TieRule}."));
        foreach (var warning in report.Warnings) results.WriteLine("! " + warning);
        if (report.Items.Count == 0) return;

        var table = new Table().Border(TableBorder.Minimal);
        foreach (var name in new[] { "model", "against" }) table.AddColumn(name);
        foreach (var name in new[] { "n", "win", "tie", "both bad", "loss", "win rate", $"{report.Confidence:P0} raters like these", $"{report.Confidence:P0} these raters", "p", "prompts", "raters" })
            table.AddColumn(new TableColumn(new Text(name)).RightAligned());
        foreach (var item in report.Items)
        {
            var headline = item.RatersLikeThese?.WinRate ?? item.TheseRaters.WinRate;
            table.AddRow(new[]
            {
                item.Model, item.Baseline, $"{item.N}", $"{item.Wins}", $"{item.Ties}", $"{item.BothBad}", $"{item.Losses}", Number(headline.Estimate),
                item.RatersLikeThese is { } wide ? Range(wide.WinRate) : "raters unknown", Range(item.TheseRaters.WinRate), Chance(headline.P), $"{item.Prompts}", item.Raters is { } r ? $"{r}" : "unknown",
            }.Select(text => new Text(text)));
        }
        results.Write(table);
        var methods = report.Items.Select(i => i.RatersLikeThese?.WinRate.Method).OfType<string>().Take(1).Append(report.Items[0].TheseRaters.WinRate.Method);
        results.WriteLine($"Methods: {string.Join("; ", methods)}. p: two-sided, of 'no preference', in the wider scope that is known; not adjusted for the number of rows.");
    }

    private static string Number(double? value) => value is { } v ? v.ToString("0.000", CultureInfo.InvariantCulture) : "";

    private static string Chance(double? p) => p is { } v ? v < 0.001 ? "<.001" : Number(v) : "";

    /// <summary>The interval, or why there is none.</summary>
    private static string Range(Interval interval) => interval.Lower is { } lower && interval.Upper is { } upper
        ? $"{Number(lower)} to {Number(upper)}"
        : Platform.EnumText<PrefEval.Stats.EstimateStatus>.Of(interval.Status);
}
