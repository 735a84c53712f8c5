using System.Text.Unicode;
using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Imports.Formats;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Imports;

/// <summary>The format that a file was read as, or what is wrong with the file as a whole.</summary>
internal readonly record struct ParsedFile(IImportFormat? Format, ProblemDetails? Problem);

/// <summary>Reads a file once, in one pass, into a staging file.</summary>
internal static class FileParser
{
    private const int RowsToKnowItBy = 20;

    /// <param name="errors">Takes what is wrong with single rows.</param>
    public static ParsedFile Parse(string path, IImportFormat? told, Staging staging, ImportErrors errors, int largestRow, CancellationToken cancel)
    {
        if (LooksLike(path) is { } other)
            return Refused(Problem.WrongEncoding.With($"The file is read as UTF-8, and begins like {other}.", [new FieldError { Line = 1, Message = $"This looks like {other}." }]));
        var format = told;
        if (format is null)
        {
            var known = Recognise(path, largestRow);
            if (known.Problem is not null) return known;
            format = known.Format!;
        }

        using var rows = Open(path, largestRow);
        using var row = new FileRow(errors);
        for (var any = false; ; any = true)
        {
            cancel.ThrowIfCancellationRequested();
            switch (rows.Read())
            {
                case RowFound.End when !any: return Empty();
                case RowFound.End: return new ParsedFile(format, null);
                case RowFound.TooLarge: return TooLarge(rows.Line, largestRow);
                case RowFound.Broken:
                    errors.Add(rows.Line, null, rows.Problem!);
                    return new ParsedFile(format, null);
            }
            if (!Utf8.IsValid(rows.Row.Span)) return NotUtf8(rows);
            if (row.Begin(rows.Line, rows.Row)) format.Read(row, staging);
        }
    }

    /// <summary>Tells the format by the fields of the first rows, so that one broken or incomplete row does not hide it.</summary>
    private static ParsedFile Recognise(string path, int largestRow)
    {
        var errors = new ImportErrors();
        var fields = new HashSet<string>();
        using var rows = Open(path, largestRow);
        using var row = new FileRow(errors);
        var found = RowFound.End;
        var read = 0;
        for (; read < RowsToKnowItBy && (found = rows.Read()) == RowFound.Row; read++)
        {
            if (!Utf8.IsValid(rows.Row.Span)) return NotUtf8(rows);
            if (row.Begin(rows.Line, rows.Row)) fields.UnionWith(row.FieldNames());
        }
        if (ImportFormats.All.FirstOrDefault(format => format.Knows(fields)) is { } known) return new ParsedFile(known, null);
        if (found == RowFound.TooLarge) return TooLarge(rows.Line, largestRow);
        if (found == RowFound.End && read == 0) return Empty();
        if (found == RowFound.Broken) errors.Add(rows.Line, null, rows.Problem!);
        var seen = fields.Count == 0 ? "No row of the file is a JSON object." : $"The first rows have the fields {string.Join(", ", fields.Order().Take(20))}.";
        var problem = Problem.UnknownFormat.With($"{seen} {ImportFormats.Listed}");
        if (errors.Count > 0) problem.Extensions["errors"] = errors.ToProblem().Extensions["errors"];
        return Refused(problem);
    }

    private static IRowSource Open(string path, int largestRow)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        var window = new FileWindow(file, largestRow);
        window.Fill();
        if (window.Unread.Span.StartsWith("\uFEFF"u8)) window.Skip(3);
        var text = window.Unread.Span;
        var first = text.IndexOfAnyExcept(" \t\r\n"u8);
        return first >= 0 && text[first] == (byte)'[' ? new ArraySource(window, largestRow) : new LineSource(window, largestRow);
    }

    /// <summary>What the first bytes say of a file that is not UTF-8 text.</summary>
    private static string? LooksLike(string path)
    {
        Span<byte> buffer = stackalloc byte[8];
        using var file = File.OpenRead(path);
        ReadOnlySpan<byte> start = buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        if (start.StartsWith<byte>([0xFF, 0xFE]) || (start.Length > 1 && start[0] != 0 && start[1] == 0)) return "UTF-16 (little endian): save it as UTF-8";
        if (start.StartsWith<byte>([0xFE, 0xFF]) || (start.Length > 1 && start[0] == 0 && start[1] != 0)) return "UTF-16 (big endian): save it as UTF-8";
        if (start.StartsWith<byte>([0x1F, 0x8B])) return "a gzip archive: unpack it first";
        if (start.StartsWith("PK\u0003\u0004"u8)) return "a ZIP archive or an Excel workbook: unpack it, or save it as JSONL";
        return null;
    }

    private static ParsedFile NotUtf8(IRowSource rows) => Refused(Problem.WrongEncoding.With(
        $"Line {rows.Line} is not UTF-8. A Chinese text of another program is often GB18030: convert the file, for example with 'iconv -f GB18030 -t UTF-8', and send it again.",
        [new FieldError { Line = rows.Line, Message = "This is not UTF-8." }]));

    private static ParsedFile TooLarge(long line, int largestRow) => Refused(Problem.TooLarge.With(
        $"Line {line} is larger than {largestRow:N0} bytes, so the file was read no further. A file has one row on each line, or is one JSON array of rows.",
        [new FieldError { Line = line, Message = $"A row holds {largestRow:N0} bytes at most." }]));

    private static ParsedFile Empty() => Refused(Problem.EmptyFile.With("The file holds nothing but white space. Send one row at least. " + ImportFormats.Listed));

    private static ParsedFile Refused(ProblemDetails problem) => new(null, problem);
}
