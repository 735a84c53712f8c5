using System.Text;
using System.Text.Unicode;

namespace PrefEval.Api.Imports;

/// <summary>
/// The records of a CSV or TSV file (RFC 4180): a quoted cell may hold delimiters, line ends and, doubled, quotes. A record's line is the one that it
/// begins on. It works on bytes, as lines do: memory is bounded by the largest row, and bytes that are wrong in the encoding stay in their record.
/// </summary>
internal sealed class CsvSource(FileWindow window, byte delimiter, int largest) : ITableSource
{
    public const int MostColumns = 1000;
    private readonly Cells _cells = new();
    private readonly List<(int Start, int End, bool Quoted)> _bounds = [];
    private TableRows? _rows;
    private int _taken;
    private long _next = 1;

    public long Line { get; private set; }
    public ReadOnlyMemory<byte> Row { get; private set; }
    public string? Problem => null;
    public string? RowProblem { get; private set; }
    public IReadOnlyList<string> Columns { get; private set; } = [];

    /// <summary>The delimiter that stands most often in a first line outside quotes; null where there is none, and so no table.</summary>
    public static byte? Delimiter(ReadOnlySpan<byte> line)
    {
        Span<int> counts = stackalloc int[3];
        var quoted = false;
        foreach (var c in line)
        {
            quoted ^= c == '"';
            if (quoted) continue;
            if (c == ',') counts[0]++;
            else if (c == '\t') counts[1]++;
            else if (c == ';') counts[2]++;
        }
        var best = counts[1] > 0 && counts[1] >= counts[0] ? 1 : counts[2] > counts[0] ? 2 : 0;
        return counts[best] == 0 ? null : ",\t;"u8[best];
    }

    public async ValueTask<RowFound> ReadHeaderAsync(CancellationToken cancel)
    {
        var found = await ReadRecordAsync(cancel);
        if (found == RowFound.Row && RowProblem is null && Utf8.IsValid(Row.Span)) Columns = [.. Enumerable.Range(0, _cells.Count).Select(i => Encoding.UTF8.GetString(_cells[i]).Trim())];
        return found;
    }

    public void Become(TableRows rows) => _rows = rows;

    public async ValueTask<RowFound> ReadAsync(CancellationToken cancel)
    {
        var found = await ReadRecordAsync(cancel);
        if (found != RowFound.Row || RowProblem is not null || !Utf8.IsValid(Row.Span)) return found; // what is wrong in the encoding is told as of every other row
        if (_cells.Count != Columns.Count)
            RowProblem = $"This row has {_cells.Count} cells and the header {Columns.Count}: a delimiter is missing or too many, or a cell that holds one is not quoted.";
        else Row = _rows!.ToJson(_cells);
        return found;
    }

    private async ValueTask<RowFound> ReadRecordAsync(CancellationToken cancel)
    {
        while (true)
        {
            window.Skip(_taken);
            _taken = 0;
            Line = _next;
            RowProblem = null;
            var scan = new Scan();
            _bounds.Clear();
            while (!TryScan(ref scan))
            {
                if (window.AtEnd)
                {
                    if (window.Unread.Length == 0) return RowFound.End;
                    if (scan.InQuotes) RowProblem = "A quoted cell of this row is never closed: add the closing quote, or take the opening one out.";
                    EndRecord(ref scan, window.Unread.Length);
                    break;
                }
                if (!await window.FillAsync(cancel)) return RowFound.TooLarge;
            }
            if (scan.Length > largest) return RowFound.TooLarge;
            Row = window.Unread[..scan.Length];
            _taken = Math.Min(scan.Length + 1, window.Unread.Length);
            _next = Line + Row.Span.Count((byte)'\n') + 1;
            if (_bounds.Count == 1 && Row.Span.IndexOfAnyExcept(" \t\r"u8) < 0) continue; // a blank line
            RowProblem ??= scan.Strayed ? "A quote stands inside a quoted cell of this row: write it twice." : _bounds.Count > MostColumns ? $"This row has more than {MostColumns} cells." : null;
            if (RowProblem is null) TakeCells();
            return RowFound.Row;
        }
    }

    /// <summary>How far a record was looked through; kept while more of the file is read.</summary>
    private struct Scan
    {
        public int At, CellStart, Length;
        public bool InQuotes, Quoted, Closed, Strayed;
    }

    private bool TryScan(ref Scan scan)
    {
        var text = window.Unread.Span;
        for (; scan.At < text.Length; scan.At++)
        {
            var c = text[scan.At];
            if (scan.InQuotes)
            {
                var quote = text[scan.At..].IndexOf((byte)'"');
                if (quote < 0)
                {
                    scan.At = text.Length;
                    return false;
                }
                scan.At += quote;
                if (scan.At + 1 == text.Length && !window.AtEnd) return false; // whether it is doubled is told by the next byte
                if (scan.At + 1 < text.Length && text[scan.At + 1] == '"') scan.At++;
                else (scan.InQuotes, scan.Closed) = (false, true);
            }
            else if (c == delimiter) EndCell(ref scan, scan.At);
            else if (c == '\n')
            {
                EndRecord(ref scan, scan.At);
                return true;
            }
            else if (c == '"' && scan.At == scan.CellStart) (scan.InQuotes, scan.Quoted) = (true, true);
            else if (scan.Closed && c is not ((byte)' ' or (byte)'\r')) scan.Strayed = true;
        }
        return false;
    }

    private void EndCell(ref Scan scan, int end)
    {
        if (_bounds.Count <= MostColumns) _bounds.Add((scan.CellStart, end, scan.Quoted));
        (scan.CellStart, scan.Quoted, scan.Closed) = (end + 1, false, false);
    }

    private void EndRecord(ref Scan scan, int end)
    {
        EndCell(ref scan, end);
        scan.Length = end;
    }

    private void TakeCells()
    {
        _cells.Clear();
        foreach (var (start, end, quoted) in _bounds)
        {
            var cell = Row.Span[start..end];
            if (end == Row.Length) cell = cell.TrimEnd((byte)'\r');
            if (quoted)
            {
                cell = cell.TrimEnd((byte)' ')[1..^1];
                if (cell.TrimStart((byte)'\'') is [var next, ..] text && text.Length < cell.Length && "=@+-\t\r"u8.Contains(next)) cell = cell[1..]; // as the export, and a spreadsheet, mark a text that is no formula
                for (int quote; (quote = cell.IndexOf("\"\""u8)) >= 0; cell = cell[(quote + 2)..]) _cells.Write(cell[..(quote + 1)]);
            }
            _cells.Write(cell);
            _cells.End();
        }
    }
}
