using System.Text.Json;

namespace PrefEval.Api.Imports;

public enum RowFound
{
    Row,
    End,
    /// <summary>The row is larger than the limit; reading ends, as nothing larger is ever held.</summary>
    TooLarge,
    /// <summary>The file's own syntax is broken here; reading ends. <see cref="IRowSource.Problem"/> says how.</summary>
    Broken,
}

/// <summary>The rows of a file, one at a time. Memory is bounded by the largest row allowed.</summary>
public interface IRowSource
{
    /// <summary>The line, or the element's number in an array, from 1.</summary>
    long Line { get; }

    /// <summary>The row, valid until the next is read.</summary>
    ReadOnlyMemory<byte> Row { get; }

    string? Problem { get; }

    /// <summary>What is wrong with this row alone; the next can be read.</summary>
    string? RowProblem => null;

    ValueTask<RowFound> ReadAsync(CancellationToken cancel);
}

/// <summary>A window on a file as it comes in. It grows to the largest row, and no further.</summary>
internal sealed class FileWindow(Stream file, int largestRow, long largestFile)
{
    private byte[] _buffer = new byte[128 << 10];
    private int _start, _end;
    private long _received;
    private UploadCopy? _copy;

    public bool AtEnd { get; private set; }

    public bool IsFileTooLarge => _received > largestFile;

    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_start, _end - _start);

    public void Skip(int count) => _start += count;

    /// <summary>Keeps what is unread, and all that follows.</summary>
    public async ValueTask CopyToAsync(UploadCopy copy, CancellationToken cancel)
    {
        _copy = copy;
        await copy.WriteAsync(Unread, cancel);
    }

    /// <summary>Reads on; false where that would hold more than the largest row, or go beyond the largest file.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancel)
    {
        if (_start > 0 && (_start == _end || _end == _buffer.Length))
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end - _start > largestRow) return false;
        if (_end == _buffer.Length)
        {
            var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(_buffer.Length * 2L, largestRow + 4096L));
            _buffer.AsSpan(0, _end).CopyTo(larger);
            _buffer = larger;
        }
        var read = await file.ReadAsync(_buffer.AsMemory(_end), cancel);
        if (_copy is not null) await _copy.WriteAsync(_buffer.AsMemory(_end, read), cancel);
        _end += read;
        _received += read;
        AtEnd = read == 0;
        return !IsFileTooLarge;
    }

    /// <summary>Reads until this many bytes are held, or the file ends.</summary>
    public async ValueTask FillToAsync(int count, CancellationToken cancel)
    {
        while (_end - _start < count && !AtEnd && await FillAsync(cancel))
        {
        }
    }
}

/// <summary>The lines of a file; blank ones are passed over, and counted.</summary>
internal sealed class LineSource(FileWindow window, int largest) : IRowSource
{
    private int _taken;

    public long Line { get; private set; }
    public ReadOnlyMemory<byte> Row { get; private set; }
    public string? Problem => null;

    public async ValueTask<RowFound> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            window.Skip(_taken);
            _taken = 0;
            var searched = 0;
            int end;
            while ((end = window.Unread.Span[searched..].IndexOf((byte)'\n')) < 0 && !window.AtEnd)
            {
                searched = window.Unread.Length;
                if (await window.FillAsync(cancel)) continue;
                Line++;
                return RowFound.TooLarge;
            }
            if (end < 0 && window.Unread.Length == 0) return RowFound.End;

            Line++;
            var length = end < 0 ? window.Unread.Length : searched + end;
            _taken = end < 0 ? length : length + 1;
            if (length > largest) return RowFound.TooLarge;
            Row = window.Unread[..length];
            if (!IsBlank(Row.Span)) return RowFound.Row;
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> row) => row.IndexOfAnyExcept(" \t\r"u8) < 0;
}

/// <summary>The elements of a JSON array, which may stand on one line or on many.</summary>
/// <param name="endsFile">Whether nothing but white space may follow it; what follows an array within something else is not looked at.</param>
internal sealed class ArraySource(FileWindow window, int largest, bool endsFile = true) : IRowSource
{
    // One level more than a row may have: the array's own.
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = FileRow.DeepestJson + 1 });
    private int _taken;

    public long Line { get; private set; }
    public ReadOnlyMemory<byte> Row { get; private set; }
    public string? Problem { get; private set; }

    public async ValueTask<RowFound> ReadAsync(CancellationToken cancel)
    {
        window.Skip(_taken);
        _taken = 0;
        while (true)
        {
            try
            {
                switch (TryRead())
                {
                    case JsonTokenType.EndArray: return RowFound.End;
                    case JsonTokenType.None: break;
                    default:
                        Line++;
                        return Row.Length > largest ? RowFound.TooLarge : RowFound.Row;
                }
            }
            catch (JsonException broken)
            {
                Line++;
                Problem = FileRow.Sentence(broken);
                return RowFound.Broken;
            }
            if (window.AtEnd)
            {
                Line++;
                Problem = "The file ends before its array does: it was cut off.";
                return RowFound.Broken;
            }
            if (await window.FillAsync(cancel)) continue;
            Line++;
            return RowFound.TooLarge;
        }
    }

    /// <summary>Reads one element from the window, or nothing where it does not hold a whole one yet.</summary>
    private JsonTokenType TryRead()
    {
        var unread = window.Unread;
        var reader = new Utf8JsonReader(unread.Span, window.AtEnd, _state);
        if (!reader.Read()) return JsonTokenType.None;
        if (reader.TokenType == JsonTokenType.StartArray && reader.CurrentDepth == 0)
        {
            Take((int)reader.BytesConsumed, reader.CurrentState);
            window.Skip(_taken);
            _taken = 0;
            unread = window.Unread;
            reader = new Utf8JsonReader(unread.Span, window.AtEnd, _state);
            if (!reader.Read()) return JsonTokenType.None;
        }
        var token = reader.TokenType;
        if (token == JsonTokenType.EndArray && reader.CurrentDepth == 0)
        {
            if (!endsFile) return token;
            if (reader.Read()) throw new JsonException("There is more after the end of the array.");
            if (!window.AtEnd) return JsonTokenType.None;
            Take((int)reader.BytesConsumed, reader.CurrentState);
            return token;
        }
        var start = (int)reader.TokenStartIndex;
        if (!reader.TrySkip()) return JsonTokenType.None;
        var end = (int)reader.BytesConsumed;
        Row = unread[start..end];
        Take(end, reader.CurrentState);
        return token;
    }

    private void Take(int count, JsonReaderState state) => (_taken, _state) = (count, state);
}
