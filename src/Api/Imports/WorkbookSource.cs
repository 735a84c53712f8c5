using System.Globalization;
using System.IO.Compression;
using System.Text;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace PrefEval.Api.Imports;

/// <summary>
/// The rows of an Excel workbook's first sheet, read one by one; of formulas the values that Excel kept. A workbook is a ZIP archive, so it lies in a
/// file, and is unpacked once to nowhere, with limits, before anything trusts what it says of its sizes.
/// </summary>
internal sealed class WorkbookSource : ITableSource, IDisposable
{
    private const long RatioFrom = 8 << 20, LargestRatio = 300;
    private const int MostEntries = 10_000;
    private const long MostBlankCells = 300_000; // a sheet may be formatted to its end, and each blank cell takes its time

    private readonly FileStream _file;
    private readonly IEnumerator<IDictionary<string, object?>> _rows;
    private readonly Cells _cells = new();
    private readonly int _largest;
    private TableRows? _become;

    private WorkbookSource(FileStream file, int largest)
    {
        (_file, _largest) = (file, largest);
        var settings = new OpenXmlConfiguration { SharedStringCachePath = Path.GetDirectoryName(file.Name)! };
        _rows = MiniExcel.Query(file, useHeaderRow: false, excelType: ExcelType.XLSX, configuration: settings).Cast<IDictionary<string, object?>>().GetEnumerator();
    }

    public long Line { get; private set; }
    public ReadOnlyMemory<byte> Row { get; private set; }
    public string? Problem { get; private set; }
    public string? RowProblem { get; private set; }
    public IReadOnlyList<string> Columns { get; private set; } = [];

    /// <exception cref="UnreadableFileException">It is no workbook, or a dangerous one.</exception>
    public static async Task<WorkbookSource> OpenAsync(string path, ImportOptions limits, CancellationToken cancel)
    {
        var file = File.OpenRead(path);
        try
        {
            await CheckAsync(file, limits, cancel);
            file.Position = 0;
            return new WorkbookSource(file, limits.LargestRow);
        }
        catch (Exception error)
        {
            await file.DisposeAsync();
            if (error is UnreadableFileException or OperationCanceledException) throw;
            throw Damaged();
        }
    }

    public ValueTask<RowFound> ReadHeaderAsync(CancellationToken cancel)
    {
        var found = Next();
        if (found == RowFound.Row) Columns = [.. Enumerable.Range(0, _cells.Count).Select(i => Encoding.UTF8.GetString(_cells[i]).Trim())];
        return ValueTask.FromResult(found);
    }

    public void Become(TableRows rows) => _become = rows;

    public ValueTask<RowFound> ReadAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var found = Next();
        if (found == RowFound.Row && RowProblem is null) Row = _become!.ToJson(_cells);
        return ValueTask.FromResult(found);
    }

    public void Dispose()
    {
        _rows.Dispose();
        _file.Dispose();
    }

    /// <summary>Reads the next row that is not blank; their numbers are Excel's.</summary>
    private RowFound Next()
    {
        for (var blank = 0L; blank < MostBlankCells; blank += 1 + _rows.Current.Count)
        {
            try
            {
                if (!_rows.MoveNext()) return RowFound.End;
            }
            catch (Exception error) when (error is not OutOfMemoryException) // whatever a damaged workbook makes of its reader
            {
                Line++;
                Problem = "The workbook is damaged from here on. Open it in Excel and save it anew, or save it as CSV.";
                return RowFound.Broken;
            }
            Line++;
            if (Take(_rows.Current)) return RowFound.Row;
        }
        throw TooLarge("is blank over very many rows and columns");
    }

    private bool Take(IDictionary<string, object?> row)
    {
        RowProblem = null;
        _cells.Clear();
        if (row.Count > CsvSource.MostColumns && Columns.Count == 0)
            throw new UnreadableFileException(Platform.Problem.InvalidRequest.With($"The sheet has more than {CsvSource.MostColumns} columns. Keep those that are meant, in a new sheet."));
        var (column, size, blank) = (0, 0L, true);
        foreach (var value in row.Values)
        {
            var text = Text(value);
            blank &= string.IsNullOrWhiteSpace(text);
            if (Columns.Count > 0 && column >= Columns.Count && text.Length > 0) RowProblem = $"This row has a cell to the right of the header's last column, '{Columns[^1]}'.";
            if ((size += text.Length) > _largest / 3) RowProblem = "This row is too large.";
            else _cells.Write(text);
            _cells.End();
            column++;
        }
        return !blank;
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool truth => truth ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static async Task CheckAsync(FileStream file, ImportOptions limits, CancellationToken cancel)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        if (archive.GetEntry("[Content_Types].xml") is null || archive.GetEntry("xl/workbook.xml") is null)
            throw new UnreadableFileException(Platform.Problem.BrokenArchive.With("This is a ZIP archive, and no Excel workbook (.xlsx). Unpack it, and send the files one by one."));
        if (archive.Entries.Count > MostEntries) throw TooLarge($"has more than {MostEntries:N0} parts");
        var total = 0L;
        var buffer = new byte[64 << 10];
        foreach (var entry in archive.Entries)
        {
            await using var part = await entry.OpenAsync(cancel);
            for (int read; (read = await part.ReadAsync(buffer, cancel)) > 0;)
            {
                total += read;
                if (total > limits.LargestUnpackedWorkbook) throw TooLarge($"unpacks to more than {limits.LargestUnpackedWorkbook:N0} bytes");
                if (total > RatioFrom && total > LargestRatio * file.Length) throw TooLarge($"unpacks to more than {LargestRatio} times its size");
            }
        }
    }

    private static UnreadableFileException TooLarge(string how) => new(Platform.Problem.TooLarge.With($"The workbook {how}. Save the sheet as CSV and send that."));

    private static UnreadableFileException Damaged() =>
        new(Platform.Problem.BrokenArchive.With("The Excel workbook is cut off or damaged. Open it in Excel and save it anew, or save it as CSV."));
}
