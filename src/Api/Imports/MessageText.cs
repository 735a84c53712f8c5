using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PrefEval.Api.Imports;

/// <summary>A prompt or an answer as it is stored: compact JSON of its messages in UTF-8, which two equal texts share to the letter.</summary>
public sealed record MessageText
{
    public required byte[] Json { get; init; }

    public required IReadOnlyList<Message> Messages { get; init; }

    /// <summary>The first 16 bytes of the SHA-256 over <see cref="Json"/>.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Unicode characters of the assistant's messages; of all messages where none is the assistant's.</summary>
    public required int Characters { get; init; }

    /// <summary>True where those messages hold nothing but white space.</summary>
    public required bool IsEmpty { get; init; }

    public string HashText => Convert.ToHexStringLower(Hash);

    /// <summary>The hash of a text that was stored before.</summary>
    public static byte[] HashOf(string json)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(json.Length));
        try
        {
            return HashOf(bytes.AsSpan(0, Encoding.UTF8.GetBytes(json, bytes)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    internal static byte[] HashOf(ReadOnlySpan<byte> json)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, hash);
        return hash[..16].ToArray();
    }
}

/// <summary>Writes messages in the one way that they are stored and hashed. Keeps its buffers from row to row.</summary>
public sealed class MessageWriter : IDisposable
{
    // Where a row of many megabytes has gone through, the buffers are let go again.
    private const int KeptBuffer = 1 << 20;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private ArrayBufferWriter<byte> _buffer;
    private Utf8JsonWriter _json;
    private List<Message> _messages = [];
    private int _characters, _assistant;
    private bool _empty, _assistantEmpty;

    public MessageWriter()
    {
        _buffer = new ArrayBufferWriter<byte>(4096);
        _json = new Utf8JsonWriter(_buffer, Compact);
    }

    public MessageText One(string role, string content)
    {
        Begin();
        Add(role, content);
        return End();
    }

    public void Begin()
    {
        if (_buffer.Capacity > KeptBuffer)
        {
            _json.Dispose();
            _buffer = new ArrayBufferWriter<byte>(4096);
            _json = new Utf8JsonWriter(_buffer, Compact);
        }
        _buffer.ResetWrittenCount();
        _json.Reset();
        _messages = [];
        (_characters, _assistant, _empty, _assistantEmpty) = (0, -1, true, true);
        _json.WriteStartArray();
    }

    public void Add(string role, string content)
    {
        _json.WriteStartObject();
        _json.WriteString("role"u8, role);
        _json.WriteString("content"u8, content);
        _json.WriteEndObject();
        _messages.Add(new Message(role, content));
        var characters = CountCharacters(content);
        var empty = string.IsNullOrWhiteSpace(content);
        (_characters, _empty) = (_characters + characters, _empty && empty);
        if (role == "assistant") (_assistant, _assistantEmpty) = (Math.Max(_assistant, 0) + characters, _assistantEmpty && empty);
    }

    public MessageText End()
    {
        _json.WriteEndArray();
        _json.Flush();
        return new MessageText
        {
            Json = _buffer.WrittenSpan.ToArray(),
            Messages = _messages,
            Hash = MessageText.HashOf(_buffer.WrittenSpan),
            Characters = _assistant >= 0 ? _assistant : _characters,
            IsEmpty = _assistant >= 0 ? _assistantEmpty : _empty,
        };
    }

    public void Dispose() => _json.Dispose();

    /// <summary>A character outside the basic plane, such as a rare 汉字 or an emoji, is two UTF-16 units and counts once.</summary>
    private static int CountCharacters(string text)
    {
        var count = text.Length;
        foreach (var unit in text.AsSpan())
            if (char.IsLowSurrogate(unit)) count--;
        return count;
    }
}
