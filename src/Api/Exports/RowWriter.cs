using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PrefEval.Api.Exports;

/// <summary>Writes rows of JSON, as lines or as the elements of an array, and sends them on in blocks.</summary>
public sealed class RowWriter(Stream body, bool array) : IDisposable
{
    private const int Block = 64 * 1024;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(2 * Block);
    private readonly Utf8JsonWriter _json = new(Stream.Null, Options);

    public long Count { get; private set; }

    /// <summary>Where the rows go, for formats that are not JSON.</summary>
    public Stream Body => body;

    /// <summary>Counts a row that was written to <see cref="Body"/>.</summary>
    public void Add() => Count++;

    public async ValueTask WriteAsync(Action<Utf8JsonWriter> row, CancellationToken cancel)
    {
        _buffer.Write(array ? Count == 0 ? "[\n"u8 : ",\n"u8 : ""u8);
        _json.Reset(_buffer);
        _json.WriteStartObject();
        row(_json);
        _json.WriteEndObject();
        await _json.FlushAsync(cancel);
        if (!array) _buffer.Write("\n"u8);
        Count++;
        if (_buffer.WrittenCount >= Block) await FlushAsync(cancel);
    }

    public async ValueTask EndAsync(CancellationToken cancel)
    {
        if (array) _buffer.Write(Count == 0 ? "[]\n"u8 : "\n]\n"u8);
        await FlushAsync(cancel);
    }

    private async ValueTask FlushAsync(CancellationToken cancel)
    {
        await body.WriteAsync(_buffer.WrittenMemory, cancel);
        _buffer.ResetWrittenCount();
    }

    public void Dispose() => _json.Dispose();
}
