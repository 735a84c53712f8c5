using System.IO.Compression;
using PrefEval.Api.Imports;

namespace PrefEval.Api.Battles;

/// <summary>Whole lines of a file, one after another, and the number of the first.</summary>
internal sealed class Chunk
{
    public byte[] Bytes { get; set; } = new byte[1 << 20];
    public int Length { get; set; }
    public int Number { get; set; }
    public long FirstLine { get; set; }

    public ReadOnlySpan<byte> Content => Bytes.AsSpan(0, Length);
}

/// <summary>Why a file cannot be read on: a sentence for whoever gave it.</summary>
internal sealed class UnreadableFileException(string message) : Exception(message);

/// <summary>
/// Hands out a file piece by piece to whoever asks next, so that every core has work. The elements of a JSON array come as lines, too.
/// </summary>
internal sealed class Chunks(Stream file, ImportOptions limits) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private Stream _file = file;
    private ArraySource? _array;
    private byte[] _rest = [];
    private int _number;
    private long _line = 1;
    private bool _begun, _ended;

    /// <summary>Where a JSON array breaks off: everything before it was handed out.</summary>
    public (long Element, string Message)? Broken { get; private set; }

    /// <summary>Fills the chunk with the next lines; false at the end of the file.</summary>
    public async ValueTask<bool> NextAsync(Chunk chunk, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (!_begun) await BeginAsync(cancel);
            _begun = true;
            if (_ended) return false;
            chunk.Number = _number++;
            chunk.FirstLine = _line;
            if (_array is null) await FillWithLinesAsync(chunk, cancel);
            else await FillWithElementsAsync(_array, chunk, cancel);
            return chunk.Length > 0;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Dispose();
        _file.Dispose();
    }

    private async Task BeginAsync(CancellationToken cancel)
    {
        await PeekAsync(cancel);
        if (_rest.AsSpan().StartsWith<byte>([0x1F, 0x8B]))
        {
            _file = new GZipStream(new Prefixed(_rest, _file), CompressionMode.Decompress);
            _rest = [];
            await PeekAsync(cancel);
        }
        if (FileParser.LooksLike(_rest) is { } other) throw new UnreadableFileException($"The file is read as UTF-8, and begins like {other}.");
        if (_rest.AsSpan().StartsWith("\uFEFF"u8)) _rest = _rest[3..];
        if (_rest.AsSpan().TrimStart(" \t\r\n"u8) is not [(byte)'[', ..]) return;
        _array = new ArraySource(new FileWindow(new Prefixed(_rest, _file), limits.LargestRow, long.MaxValue), limits.LargestRow);
        _rest = [];
    }

    private async Task PeekAsync(CancellationToken cancel)
    {
        var peeked = new byte[4096];
        _rest = peeked[..await _file.ReadAtLeastAsync(peeked, peeked.Length, throwOnEndOfStream: false, cancel)];
    }

    private async Task FillWithLinesAsync(Chunk chunk, CancellationToken cancel)
    {
        if (chunk.Bytes.Length < _rest.Length * 2) chunk.Bytes = new byte[_rest.Length * 2];
        _rest.CopyTo(chunk.Bytes, 0);
        chunk.Length = _rest.Length;
        while (true)
        {
            var read = await _file.ReadAsync(chunk.Bytes.AsMemory(chunk.Length), cancel);
            chunk.Length += read;
            if (_ended = read == 0)
            {
                _rest = [];
                return;
            }
            if (chunk.Length < chunk.Bytes.Length) continue;
            var last = chunk.Content.LastIndexOf((byte)'\n');
            if (last >= 0)
            {
                _rest = chunk.Content[(last + 1)..].ToArray();
                chunk.Length = last + 1;
                _line += chunk.Content.Count((byte)'\n');
                return;
            }
            if (chunk.Length > limits.LargestRow) throw TooLarge(_line);
            var larger = new byte[chunk.Bytes.Length * 2];
            chunk.Content.CopyTo(larger);
            chunk.Bytes = larger;
        }
    }

    private async Task FillWithElementsAsync(ArraySource array, Chunk chunk, CancellationToken cancel)
    {
        chunk.Length = 0;
        while (chunk.Length < 1 << 20)
        {
            var found = await array.ReadAsync(cancel);
            if (found == RowFound.TooLarge) throw TooLarge(array.Line);
            if (found == RowFound.Broken) Broken = (array.Line, array.Problem!);
            if (_ended = found != RowFound.Row) return;
            var row = array.Row.Span;
            if (chunk.Bytes.Length < chunk.Length + row.Length + 1)
            {
                var larger = new byte[Math.Max(chunk.Bytes.Length * 2, chunk.Length + row.Length + 1)];
                chunk.Content.CopyTo(larger);
                chunk.Bytes = larger;
            }
            var line = chunk.Bytes.AsSpan(chunk.Length, row.Length);
            row.CopyTo(line);
            line.Replace((byte)'\n', (byte)' '); // between an element's tokens; a text cannot hold one
            chunk.Bytes[chunk.Length + row.Length] = (byte)'\n';
            chunk.Length += row.Length + 1;
            _line++;
        }
    }

    private UnreadableFileException TooLarge(long line) =>
        new($"Line {line} is larger than {limits.LargestRow:N0} bytes, so the file was read no further. A file has one row on each line, or is one JSON array of rows.");

    /// <summary>A stream of which the first bytes were read already.</summary>
    private sealed class Prefixed(byte[] first, Stream rest) : Stream
    {
        private int _taken;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (_taken == first.Length) return rest.Read(buffer);
            var count = Math.Min(buffer.Length, first.Length - _taken);
            first.AsSpan(_taken, count).CopyTo(buffer);
            _taken += count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _taken == first.Length ? rest.ReadAsync(buffer, cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) rest.Dispose();
            base.Dispose(disposing);
        }
    }
}
