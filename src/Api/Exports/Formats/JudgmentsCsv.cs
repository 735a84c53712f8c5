using System.Globalization;
using CsvHelper;
using PrefEval.Api.Assignments;
using PrefEval.Api.Judgments;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Stats;

namespace PrefEval.Api.Exports.Formats;

/// <summary>
/// Judgments as a table for a spreadsheet: UTF-8 with a byte order mark, and an apostrophe before a cell that would be taken for a formula. The importer
/// takes that apostrophe off again.
/// </summary>
public sealed class JudgmentsCsv(ExportReader reader) : IExportFormat
{
    private static readonly string[] Columns = ["prompt_id", "model_a", "model_b", "rater", "winner", "left", "score", "rater_kind", "created_at", "duration_ms", "comment", "standing"];

    private const string Marked = "=@+-\t\r";

    private static readonly CsvWriterOptions Options = new() { Injection = CsvInjection.Escape, WriteByteOrderMark = true };

    public string Name => "csv";
    public string MediaType => "text/csv";
    public string Extension => "csv";

    public async Task WriteAsync(Export export, CancellationToken cancel)
    {
        await using var csv = CsvWriter.Create(export.Rows.Body, Options, leaveOpen: true);
        csv.WriteHeader(Columns);
        await foreach (var judgment in reader.JudgmentsAsync(export.Study.Study, export.At, withTexts: false, cancel))
        {
            if (!export.Wants(judgment)) continue;
            var row = judgment.Row;
            WriteText(csv, row.PromptId);
            WriteText(csv, row.ModelA);
            WriteText(csv, row.ModelB);
            WriteText(csv, row.Rater);
            csv.WriteField(EnumText<Winner>.Of(row.Winner));
            csv.WriteField(row.LeftSide is { } left ? EnumText<Side>.Of(left) : "");
            csv.WriteField(row.Score?.ToString("R", CultureInfo.InvariantCulture) ?? "");
            csv.WriteField(EnumText<RaterKind>.Of(row.RaterKind));
            csv.WriteField(PrefEvalJudgments.TimeText(row.CreatedAt));
            csv.WriteField(row.DurationMs);
            WriteText(csv, JudgmentDetails.Parse(row.Details).Comment ?? "");
            csv.WriteField(EnumText<Standing>.Of(judgment.Standing));
            await csv.EndRecordAsync(cancel);
            export.Rows.Add();
        }
    }

    /// <summary>A text that itself begins with apostrophes before such a sign gets one more: taking one off gives back what was there.</summary>
    private static void WriteText(CsvWriter csv, string text)
    {
        var bare = text.AsSpan().TrimStart('\'');
        if (bare.Length < text.Length && bare.Length > 0 && Marked.Contains(bare[0])) csv.WriteField("'" + text, CsvQuoting.Always);
        else csv.WriteField(text);
    }
}
