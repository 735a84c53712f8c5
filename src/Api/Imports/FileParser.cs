using System.Text.Unicode;
using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Imports.Formats;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Imports;

/// <summary>The format that a file was read as, or what is wrong with the file as a whole.</summary>
internal readonly record struct ParsedFile(IImportFormat? Format, ProblemDetails? Problem);

/// <summary>Reads a file as it comes in, once, into a staging file.</summary>
internal sealed class FileParser(Stream file, Staging staging, ImportErrors errors, ImportOptions options)
{
    // The format is told by these, so that one broken or incomplete row does not hide it.
    private const int FirstRows = 20, FirstBytes = 1 << 20;

    private readonly FileWindow _window = new(file, options.LargestRow, options.LargestFile);

    /// <param name="told">The format, where the caller has said it.</param>
    public async Task<ParsedFile> ParseAsync(IImportFormat? told, CancellationToken cancel)
    {
        await _window.FillToAsync(8, cancel);
        if (LooksLike(_window.Unread.Span) is { } other)
            return Refused(Problem.WrongEncoding.With($"The file is read as UTF-8, and begins like {other}.", [new FieldError { Line = 1, Message = $"This looks like {other}." }]));
        if (await OpenAsync(cancel) is not { } rows) return Empty();

        var first = new List<(long Line, byte[] Row)>();
        var found = RowFound.End;
        for (var bytes = 0; first.Count < FirstRows && bytes < FirstBytes && (found = await rows.ReadAsync(cancel)) == RowFound.Row; bytes += rows.Row.Length)
            first.Add((rows.Line, rows.Row.ToArray()));
        if (first.Count == 0 && found == RowFound.End) return Empty();
        var format = told ?? ImportFormats.All.FirstOrDefault(f => f.Knows(FieldsOf(first)));
        if (format is null) return found == RowFound.TooLarge ? TooLarge(rows) : Unknown(first, rows.Problem, rows.Line);

        using var row = new FileRow(errors);
        foreach (var (line, json) in first)
            if (!Take(format, row, line, json)) return NotUtf8(line);
        for (; found == RowFound.Row && (found = await rows.ReadAsync(cancel)) == RowFound.Row;)
            if (!Take(format, row, rows.Line, rows.Row)) return NotUtf8(rows.Line);
        if (found == RowFound.TooLarge) return TooLarge(rows);
        if (found == RowFound.Broken) errors.Add(rows.Line, null, rows.Problem!);
        return new ParsedFile(format, null);
    }

    /// <summary>False for a row that is not UTF-8, after which nothing is worth reading.</summary>
    private bool Take(IImportFormat format, FileRow row, long line, ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span)) return false;
        if (row.Begin(line, json)) format.Read(row, staging);
        return true;
    }

    /// <summary>The rows of a file that begins with '[' are the elements of an array; those of any other are its lines. Null where it holds nothing.</summary>
    private async Task<IRowSource?> OpenAsync(CancellationToken cancel)
    {
        if (_window.Unread.Span.StartsWith("\uFEFF"u8)) _window.Skip(3);
        while (true)
        {
            var first = _window.Unread.Span.IndexOfAnyExcept(" \t\r\n"u8);
            if (first >= 0) return _window.Unread.Span[first] == (byte)'[' ? new ArraySource(_window, options.LargestRow) : new LineSource(_window, options.LargestRow);
            if (_window.AtEnd) return null;
            if (!await _window.FillAsync(cancel)) return new LineSource(_window, options.LargestRow);
        }
    }

    private static HashSet<string> FieldsOf(List<(long Line, byte[] Row)> rows)
    {
        var fields = new HashSet<string>();
        using var row = new FileRow(new ImportErrors());
        foreach (var (line, json) in rows)
            if (Utf8.IsValid(json) && row.Begin(line, json)) fields.UnionWith(row.FieldNames());
        return fields;
    }

    private static ParsedFile Unknown(List<(long Line, byte[] Row)> rows, string? problem, long problemLine)
    {
        var errors = new ImportErrors();
        using var row = new FileRow(errors);
        foreach (var (line, json) in rows)
        {
            if (!Utf8.IsValid(json)) return NotUtf8(line);
            row.Begin(line, json);
        }
        if (problem is not null) errors.Add(problemLine, null, problem);
        var fields = FieldsOf(rows);
        var seen = fields.Count == 0 ? "No row of the file is a JSON object." : $"The first rows have the fields {string.Join(", ", fields.Order(StringComparer.Ordinal).Take(20))}.";
        var unknown = Problem.UnknownFormat.With($"{seen} {ImportFormats.Listed}");
        if (errors.Count > 0) unknown.Extensions["errors"] = errors.ToProblem().Extensions["errors"];
        return Refused(unknown);
    }

    /// <summary>What the first bytes say of a file that is not UTF-8 text.</summary>
    internal static string? LooksLike(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith<byte>([0xFF, 0xFE]) || (start.Length > 1 && start[0] != 0 && start[1] == 0)) return "UTF-16 (little endian): save it as UTF-8";
        if (start.StartsWith<byte>([0xFE, 0xFF]) || (start.Length > 1 && start[0] == 0 && start[1] != 0)) return "UTF-16 (big endian): save it as UTF-8";
        if (start.StartsWith<byte>([0x1F, 0x8B])) return "a gzip archive: unpack it first";
        if (start.StartsWith("PK\u0003\u0004"u8)) return "a ZIP archive or an Excel workbook: unpack it, or save it as JSONL";
        return null;
    }

    private static ParsedFile NotUtf8(long line) => Refused(Problem.WrongEncoding.With(
        $"Line {line} is not UTF-8. A Chinese text of another program is often GB18030: convert the file, for example with 'iconv -f GB18030 -t UTF-8', and send it again.",
        [new FieldError { Line = line, Message = "This is not UTF-8." }]));

    private ParsedFile TooLarge(IRowSource rows) => Refused(_window.IsFileTooLarge
        ? Problem.TooLarge.With($"A file holds {options.LargestFile:N0} bytes at most. Cut it at the end of a line and send the parts one after another.")
        : Problem.TooLarge.With(
            $"Line {rows.Line} is larger than {options.LargestRow:N0} bytes, so the file was read no further. A file has one row on each line, or is one JSON array of rows.",
            [new FieldError { Line = rows.Line, Message = $"A row holds {options.LargestRow:N0} bytes at most." }]));

    private static ParsedFile Empty() => Refused(Problem.EmptyFile.With("The file holds nothing but white space. Send one row at least. " + ImportFormats.Listed));

    private static ParsedFile Refused(ProblemDetails problem) => new(null, problem);
}
