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
public interface IRowSource : IDisposable
{
    /// <summary>The line, or the element's number in an array, from 1.</summary>
    long Line { get; }

    /// <summary>The row, valid until the next is read.</summary>
    ReadOnlyMemory<byte> Row { get; }

    string? Problem { get; }

    RowFound Read();
}

/// <summary>A window on a file. It grows to the largest row, and no further.</summary>
internal sealed class FileWindow(Stream file, int largest) : IDisposable
{
    private byte[] _buffer = new byte[128 << 10];
    private int _start, _end;

    public bool AtEnd { get; private set; }

    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_start, _end - _start);

    public void Skip(int count) => _start += count;

    /// <summary>Reads on; false where that would hold more than the largest row.</summary>
    public bool Fill()
    {
        if (_start > 0 && (_start == _end || _end == _buffer.Length))
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end - _start > largest) return false;
        if (_end == _buffer.Length)
        {
            var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(_buffer.Length * 2L, largest + 4096L));
            _buffer.AsSpan(0, _end).CopyTo(larger);
            _buffer = larger;
        }
        var read = file.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        AtEnd = read == 0;
        return true;
    }

    public void Dispose() => file.Dispose();
}

/// <summary>The lines of a file; blank ones are passed over, and counted.</summary>
internal sealed class LineSource(FileWindow window, int largest) : IRowSource
{
    private int _taken;

    public long Line { get; private set; }
    public ReadOnlyMemory<byte> Row { get; private set; }
    public string? Problem => null;

    public RowFound Read()
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
                if (window.Fill()) continue;
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

    public void Dispose() => window.Dispose();

    private static bool IsBlank(ReadOnlySpan<byte> row) => row.IndexOfAnyExcept(" \t\r"u8) < 0;
}

/// <summary>The elements of a JSON array, which may stand on one line or on many.</summary>
internal sealed class ArraySource(FileWindow window, int largest) : IRowSource
{
    // One level more than a row may have: the array's own.
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = FileRow.DeepestJson + 1 });
    private int _taken;

    public long Line { get; private set; }
    public ReadOnlyMemory<byte> Row { get; private set; }
    public string? Problem { get; private set; }

    public RowFound Read()
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
            if (window.Fill()) continue;
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

    public void Dispose() => window.Dispose();
}
