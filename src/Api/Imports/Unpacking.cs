using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Imports;

/// <summary>The file cannot be read on, and what should be told of it.</summary>
internal sealed class UnreadableFileException(ProblemDetails problem) : Exception(problem.Detail)
{
    public ProblemDetails Problem => problem;
}

/// <summary>A stream that is read once, from front to back, and not written.</summary>
internal abstract class InputStream : Stream
{
    public sealed override bool CanRead => true;
    public sealed override bool CanSeek => false;
    public sealed override bool CanWrite => false;
    public sealed override long Length => throw new NotSupportedException();
    public sealed override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public sealed override void Flush() => throw new NotSupportedException();
    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public sealed override void SetLength(long value) => throw new NotSupportedException();
    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>A stream whose first bytes can be looked at before it is read. Counts what was read from it, and remembers the last eight bytes.</summary>
internal sealed class PeekedStream(Stream file) : InputStream
{
    private readonly byte[] _last = new byte[8];
    private byte[] _first = [];
    private int _given;

    public long Count { get; private set; }

    public ReadOnlySpan<byte> Last => _last;

    /// <summary>The first bytes, fewer where the file is shorter.</summary>
    public async ValueTask<byte[]> PeekAsync(int count, CancellationToken cancel)
    {
        var first = new byte[count];
        var read = await file.ReadAtLeastAsync(first, count, throwOnEndOfStream: false, cancel);
        return _first = first[..read];
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        if (_given < _first.Length)
        {
            read = Math.Min(buffer.Length, _first.Length - _given);
            _first.AsSpan(_given, read).CopyTo(buffer.Span);
            _given += read;
        }
        else read = await file.ReadAsync(buffer, cancellationToken);
        Remember(buffer.Span[..read]);
        return read;
    }

    private void Remember(ReadOnlySpan<byte> read)
    {
        Count += read.Length;
        if (read.Length >= _last.Length) read[^_last.Length..].CopyTo(_last);
        else
        {
            _last.AsSpan(read.Length).CopyTo(_last);
            read.CopyTo(_last.AsSpan(_last.Length - read.Length));
        }
    }
}

/// <summary>
/// What is in a gzip archive. The framework ends quietly where an archive is cut off, so the length that the archive names at its end is held against
/// what came out; and what grows too much is no text.
/// </summary>
internal sealed class Gunzipped(PeekedStream packed) : InputStream
{
    private const long RatioFrom = 64 << 20, LargestRatio = 200;
    private readonly GZipStream _gzip = new(packed, CompressionMode.Decompress, leaveOpen: true);
    private long _count;

    public static bool IsGzip(ReadOnlySpan<byte> start) => start.StartsWith<byte>([0x1F, 0x8B]);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await _gzip.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw Damaged();
        }
        _count += read;
        if (_count > RatioFrom && _count > LargestRatio * packed.Count)
            throw new UnreadableFileException(Problem.TooLarge.With($"What the gzip archive unpacks to is more than {LargestRatio} times its size, which no such file is. Send it unpacked."));
        if (read == 0 && buffer.Length > 0)
        {
            while (await packed.ReadAsync(new byte[4096], cancellationToken) > 0)
            {
            }
            if (packed.Count < 18 || BinaryPrimitives.ReadUInt32LittleEndian(packed.Last[4..]) != (uint)_count) throw Damaged();
        }
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _gzip.Dispose();
        base.Dispose(disposing);
    }

    private static UnreadableFileException Damaged() => new(Problem.BrokenArchive.With(
        "The gzip archive is cut off or damaged, or is several archives in a row. Send the file unpacked, or pack it anew and send all of it."));
}
