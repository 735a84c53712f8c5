using System.Text.Unicode;
using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Imports.Formats;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Imports;

/// <summary>What the caller says of a file: its format and, of a table, its columns. Both may be left to the file.</summary>
internal readonly record struct ToldOfFile(IImportFormat? Format, TableMapping? Mapping);

/// <summary>What a file was read as, or what is wrong with it as a whole.</summary>
internal sealed record ParsedFile(IImportFormat? Format, ProblemDetails? Problem)
{
    /// <summary>Null for an Excel workbook, which has none of its own.</summary>
    public string? Encoding { get; init; }
    public TableMapping? Mapping { get; init; }
    /// <summary>Of a table: its columns.</summary>
    public IReadOnlyList<TableColumn>? Table { get; init; }
}

/// <summary>Reads a file as it comes in, once, into a staging file: unpacked, as UTF-8, row by row.</summary>
/// <param name="upload">Where a table is kept; a workbook always is, as it cannot be read otherwise.</param>
/// <param name="keep">Keep a table, so that it can be read again with another mapping.</param>
internal sealed class FileParser(Stream file, Staging staging, ImportErrors errors, ImportOptions options, string upload, bool keep) : IDisposable
{
    // The format is told by these, so that one broken or incomplete row does not hide it.
    private const int FirstRows = 20, FirstBytes = 1 << 20, HeaderBytes = 64 << 10;

    private readonly List<IDisposable> _open = [];
    private FileWindow? _window;
    private Utf8Input? _text;

    public async Task<ParsedFile> ParseAsync(ToldOfFile told, CancellationToken cancel)
    {
        try
        {
            if (await OpenAsync(cancel) is not { } rows) return Empty();
            var parsed = rows is ITableSource table ? await TableAsync(table, told, cancel) : await RowsAsync(rows, told, cancel);
            return parsed with { Encoding = _text?.Name };
        }
        catch (UnreadableFileException unreadable)
        {
            return Refused(unreadable.Problem);
        }
    }

    public void Dispose()
    {
        for (var i = _open.Count - 1; i >= 0; i--) _open[i].Dispose();
    }

    private async Task<ParsedFile> RowsAsync(IRowSource rows, ToldOfFile told, CancellationToken cancel)
    {
        if (told.Mapping is not null) return NoTable("mapping", "A mapping is for the columns of a table");
        if (told.Format is Tables) return NoTable("format", $"The format '{told.Format.Name}' is a table");

        var first = new List<(long Line, byte[] Row)>();
        var found = RowFound.End;
        for (var bytes = 0; first.Count < FirstRows && bytes < FirstBytes && (found = await rows.ReadAsync(cancel)) == RowFound.Row; bytes += rows.Row.Length)
            first.Add((rows.Line, rows.Row.ToArray()));
        if (first.Count == 0 && found == RowFound.End) return Empty();
        var format = told.Format ?? ImportFormats.All.FirstOrDefault(f => f.Knows(FieldsOf(first)));
        if (format is null) return found == RowFound.TooLarge ? TooLarge(rows) : Unknown(first, rows.Problem, rows.Line);

        using var row = new FileRow(errors);
        foreach (var (line, json) in first) Take(format, row, line, json);
        if (found == RowFound.Row) found = await TakeAllAsync(format, row, rows, cancel);
        return Ended(format, found, rows);
    }

    private async Task<ParsedFile> TableAsync(ITableSource table, ToldOfFile told, CancellationToken cancel)
    {
        var header = await table.ReadHeaderAsync(cancel);
        if (header == RowFound.End) return Empty();
        if (header == RowFound.TooLarge) return TooLarge(table);
        if (header == RowFound.Broken) return Refused(Problem.BrokenArchive.With(table.Problem!));
        if (table.Columns.Count == 0)
        {
            errors.Add(table.Line, null, table.RowProblem ?? WrongBytes());
            return Refused(errors.ToProblem());
        }
        if (table.Columns.Where(c => c.Length > 0).GroupBy(c => c).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            errors.Add(table.Line, twice.Key, $"Two columns are called '{twice.Key}'. Give each its own name.");
            return Refused(errors.ToProblem());
        }
        if (table.Columns.Any(c => c.Contains('\0')))
            return Refused(Problem.UnknownFormat.With($"The first line holds the null character, so this is no text. {ImportFormats.Listed}"));
        if (told.Format is not (null or Tables or { ReadsTables: true })) return Refused(Problem.UnknownFormat.With($"The file is a table, and '{told.Format.Name}' is none."));

        var (format, mapping) = (told.Format, told.Mapping);
        if (mapping is null && format is null or Tables) mapping = TableNames.Guess(table.Columns, (format as Tables)?.Layout);
        // Another tool's form is more than a guess, but for judgments: their table is told by five names, of which a list of pairs has three.
        if (told.Mapping is null && format is null && mapping?.Layout != TableLayout.Judgments
            && ImportFormats.All.FirstOrDefault(f => f.ReadsTables && f.Knows(table.Columns.ToHashSet())) is { } known) (format, mapping) = (known, null);
        if (format is null or Tables)
        {
            if (mapping is null) return await NotMappedAsync(table, TableRows.NotMapped(table.Columns, "What the columns of this table are cannot be told by their names."), cancel);
            format = ImportFormats.Of(mapping.LayoutOrTold);
        }
        var made = mapping is null ? TableRows.Of(table.Columns) : TableRows.Of(table.Columns, mapping);
        if (made.Problem is { } unmapped) return await NotMappedAsync(table, unmapped, cancel);
        using var become = made.Value!;
        table.Become(become);
        errors.ColumnOf = mapping is null ? null : mapping.ColumnOf;
        using var row = new FileRow(errors);
        return Ended(format, await TakeAllAsync(format, row, table, cancel), table) with { Mapping = mapping, Table = become.Table };
    }

    /// <summary>Who is to say what the columns are is shown what they hold.</summary>
    private static async Task<ParsedFile> NotMappedAsync(ITableSource table, ProblemDetails problem, CancellationToken cancel)
    {
        using var any = TableRows.Of(table.Columns);
        table.Become(any);
        for (var i = 0; i < TableRows.MostSamples && await table.ReadAsync(cancel) == RowFound.Row; i++) { }
        problem.Extensions["table"] = any.Table;
        return Refused(problem);
    }

    private async Task<RowFound> TakeAllAsync(IImportFormat format, FileRow row, IRowSource rows, CancellationToken cancel)
    {
        RowFound found;
        while ((found = await rows.ReadAsync(cancel)) == RowFound.Row)
        {
            if (rows.RowProblem is { } problem) errors.Add(rows.Line, null, problem);
            else Take(format, row, rows.Line, rows.Row);
        }
        return found;
    }

    private void Take(IImportFormat format, FileRow row, long line, ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span)) errors.Add(line, null, WrongBytes());
        else if (row.Begin(line, json)) format.Read(row, staging);
    }

    private ParsedFile Ended(IImportFormat format, RowFound found, IRowSource rows)
    {
        if (found == RowFound.TooLarge) return TooLarge(rows);
        if (found == RowFound.Broken) errors.Add(rows.Line, null, rows.Problem!);
        return new ParsedFile(format, null);
    }

    /// <summary>
    /// The rows of a file that begins with '[' are the elements of an array; those of one that is an object with examples are these; those of one whose first line holds delimiters and does not begin with '{' are
    /// a table's; those of any other are its lines. Null where it holds nothing.
    /// </summary>
    private async Task<IRowSource?> OpenAsync(CancellationToken cancel)
    {
        var peeked = new PeekedStream(file);
        var start = await peeked.PeekAsync(8, cancel);
        if (Gunzipped.IsGzip(start))
        {
            peeked = new PeekedStream(Opened(new Gunzipped(peeked)));
            start = await peeked.PeekAsync(8, cancel);
            if (Gunzipped.IsGzip(start)) throw new UnreadableFileException(Problem.BrokenArchive.With("This is a gzip archive in a gzip archive. Unpack it once and send it again."));
        }
        if (start.AsSpan().StartsWith("PK\u0003\u0004"u8)) return await WorkbookAsync(peeked, cancel);

        _window = new FileWindow(_text = new Utf8Input(peeked), options.LargestRow, options.LargestFile);
        await _window.FillToAsync(8, cancel);
        if (LooksLike(_window.Unread.Span) is { } other)
            throw new UnreadableFileException(Problem.WrongEncoding.With($"The file begins like {other}.", [new FieldError { Line = 1, Message = $"This looks like {other}." }]));
        if (_window.Unread.Span.StartsWith("\uFEFF"u8)) _window.Skip(3);
        while (true)
        {
            var first = _window.Unread.Span.IndexOfAnyExcept(" \t\r\n"u8);
            if (first >= 0 && _window.Unread.Span[first] == (byte)'[') return new ArraySource(_window, options.LargestRow);
            if (first >= 0) break;
            if (_window.AtEnd) return null;
            if (!await _window.FillAsync(cancel)) return new LineSource(_window, options.LargestRow);
        }
        await _window.FillToAsync(HeaderBytes, cancel);
        if (_window.Unread.Span.TrimStart(" \t\r\n"u8)[0] == '{') return ExamplesSource.Open(_window, options.LargestRow) is { } examples ? examples : new LineSource(_window, options.LargestRow);
        var text = _window.Unread.Span.TrimStart(" \t\r\n"u8);
        var end = text.IndexOf((byte)'\n');
        if (CsvSource.Delimiter(end < 0 ? text : text[..end]) is not { } delimiter) return new LineSource(_window, options.LargestRow);
        if (keep) await _window.CopyToAsync(Opened(new UploadCopy(upload, options.LargestKeptTable)), cancel);
        return new CsvSource(_window, delimiter, options.LargestRow);
    }

    private async Task<IRowSource> WorkbookAsync(PeekedStream workbook, CancellationToken cancel)
    {
        await using (var copy = File.Create(upload))
        {
            var buffer = new byte[64 << 10];
            for (int read; (read = await workbook.ReadAsync(buffer, cancel)) > 0;)
            {
                if (workbook.Count > options.LargestWorkbook)
                    throw new UnreadableFileException(Problem.TooLarge.With($"An Excel workbook holds {options.LargestWorkbook:N0} bytes at most. Save the sheet as CSV and send that."));
                await copy.WriteAsync(buffer.AsMemory(0, read), cancel);
            }
        }
        return Opened(await WorkbookSource.OpenAsync(upload, options, cancel));
    }

    private T Opened<T>(T opened) where T : IDisposable
    {
        _open.Add(opened);
        return opened;
    }

    private static HashSet<string> FieldsOf(List<(long Line, byte[] Row)> rows)
    {
        var fields = new HashSet<string>();
        using var row = new FileRow(new ImportErrors());
        foreach (var (line, json) in rows)
            if (Utf8.IsValid(json) && row.Begin(line, json)) fields.UnionWith(row.FieldNames());
        return fields;
    }

    private ParsedFile Unknown(List<(long Line, byte[] Row)> rows, string? problem, long problemLine)
    {
        var unread = new ImportErrors();
        using var row = new FileRow(unread);
        foreach (var (line, json) in rows)
        {
            if (Utf8.IsValid(json)) row.Begin(line, json);
            else unread.Add(line, null, WrongBytes());
        }
        if (problem is not null) unread.Add(problemLine, null, problem);
        var fields = FieldsOf(rows);
        var seen = fields.Count == 0 ? "No row of the file is a JSON object." : $"The first rows have the fields {string.Join(", ", fields.Order(StringComparer.Ordinal).Take(20))}.";
        var unknown = Problem.UnknownFormat.With($"{seen} {ImportFormats.Listed}");
        if (unread.Count > 0) unknown.Extensions["errors"] = unread.ToProblem().Extensions["errors"];
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

    private string WrongBytes() => _text?.Name == Utf8Input.Utf8Name
        ? "This row holds bytes that are not UTF-8, as the rest of the file is read. A Chinese text of another program is often GB18030: save the whole file in one encoding, best as UTF-8."
        : $"This row holds bytes that are not {_text?.Name.ToUpperInvariant()}, as the rest of the file is read: save the whole file in one encoding, best as UTF-8.";

    private static ParsedFile NoTable(string field, string what) =>
        Refused(Problem.InvalidRequest.With($"{what}, and this file is JSON. Leave '{field}' out.", [new FieldError { Field = field, Message = "The file is no table." }]));

    private ParsedFile TooLarge(IRowSource rows) => Refused(_window?.IsFileTooLarge == true
        ? Problem.TooLarge.With($"A file holds {options.LargestFile:N0} bytes at most. Cut it at the end of a line and send the parts one after another.")
        : Problem.TooLarge.With(
            $"Line {rows.Line} is larger than {options.LargestRow:N0} bytes, so the file was read no further. "
            + (rows is ITableSource ? "A cell's opening quote may have no closing one." : "A file has one row on each line, or is one JSON array of rows."),
            [new FieldError { Line = rows.Line, Message = $"A row holds {options.LargestRow:N0} bytes at most." }]));

    private static ParsedFile Empty() => Refused(Problem.EmptyFile.With("The file holds nothing but white space. Send one row at least. " + ImportFormats.Listed));

    private static ParsedFile Refused(ProblemDetails problem) => new(null, problem);
}
