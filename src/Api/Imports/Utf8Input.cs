using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace PrefEval.Api.Imports;

/// <summary>
/// A text file as UTF-8, whatever it was. UTF-16 is told by its byte order mark; GB18030 by the first bytes beyond ASCII, where these are no UTF-8 and
/// make common Chinese characters. Bytes that are wrong in the file's encoding come out as bytes that are wrong in UTF-8, so that the row they stand in
/// is refused, with its line, and no other.
/// </summary>
internal sealed class Utf8Input(Stream file) : InputStream
{
    public const string Utf8Name = "utf-8", Gb18030Name = "gb18030";
    private const int Sample = 64 << 10;

    // No text holds this: it stands for bytes that were wrong.
    private const string Wrong = "\uFFFF";

    private Reading _reading = Reading.Start;
    private Decoder? _decoder;
    private ReadOnlyMemory<byte> _waiting; // read and not given: as they are, or decoded
    private byte[] _raw = [], _decoded = [];
    private char[] _chars = [];
    private bool _atEnd;

    private enum Reading
    {
        Start,
        /// <summary>Nothing beyond ASCII was met: UTF-8 and GB18030 are the same so far.</summary>
        Ascii,
        Undecided,
        AsItIs,
        Decoded,
    }

    public string Name { get; private set; } = Utf8Name;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_reading is not (Reading.Start or Reading.Undecided) && _waiting.Length > 0)
            {
                var given = Math.Min(_waiting.Length, buffer.Length);
                _waiting[..given].CopyTo(buffer);
                _waiting = _waiting[given..];
                return given;
            }
            switch (_reading)
            {
                case Reading.Start:
                    await FillAsync(2, cancellationToken);
                    Begin();
                    break;
                case Reading.Ascii:
                    var read = await file.ReadAsync(buffer, cancellationToken);
                    var ascii = buffer.Span[..read].IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
                    if (ascii < 0) return read;
                    _waiting = buffer[ascii..read].ToArray();
                    _reading = Reading.Undecided;
                    if (ascii > 0) return ascii;
                    break;
                case Reading.Undecided:
                    await FillAsync(Sample, cancellationToken);
                    Decide();
                    break;
                case Reading.AsItIs:
                    return await file.ReadAsync(buffer, cancellationToken);
                case Reading.Decoded:
                    if (_atEnd) return 0;
                    if (_raw.Length == 0) _raw = new byte[Sample];
                    var raw = await file.ReadAsync(_raw, cancellationToken);
                    _atEnd = raw == 0;
                    _waiting = Decode(_raw.AsSpan(0, raw));
                    break;
            }
        }
    }

    /// <summary>
    /// Whether half or more of what is not ASCII here are common Chinese characters or their punctuation in GB18030 (the rows of GB 2312 that such a text is
    /// mostly made of), and most of it is no UTF-8.
    /// </summary>
    private static bool LooksLikeGb18030(ReadOnlySpan<byte> text)
    {
        var (common, other) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] < 0x80) continue;
            var second = i + 1 < text.Length ? text[i + 1] : (byte)0xA1; // a character may be cut at the end
            if (text[i] is (>= 0xA1 and <= 0xA3) or (>= 0xB0 and <= 0xD7) && second >= 0xA1) common++;
            else other++;
            if (text[i] is >= 0x81 and <= 0xFE && second >= 0x30) i++;
        }
        return common > 0 && common >= other && !IsMostlyUtf8(text);
    }

    private static bool IsMostlyUtf8(ReadOnlySpan<byte> text)
    {
        var (good, bad) = (0, 0);
        for (int length; !text.IsEmpty; text = text[length..])
        {
            var isGood = Rune.DecodeFromUtf8(text, out var rune, out length) == OperationStatus.Done;
            if (!isGood) bad += length;
            else if (!rune.IsAscii) good += length;
        }
        return good > bad;
    }

    private async ValueTask FillAsync(int count, CancellationToken cancel)
    {
        var filled = new byte[Math.Max(count, _waiting.Length)];
        _waiting.CopyTo(filled);
        var read = await file.ReadAtLeastAsync(filled.AsMemory(_waiting.Length), filled.Length - _waiting.Length, throwOnEndOfStream: false, cancel);
        _waiting = filled.AsMemory(0, _waiting.Length + read);
    }

    private void Begin()
    {
        if (_waiting.Span.StartsWith<byte>([0xFF, 0xFE])) Decode(new UnicodeEncoding(bigEndian: false, byteOrderMark: true), "utf-16le", skip: 2);
        else if (_waiting.Span.StartsWith<byte>([0xFE, 0xFF])) Decode(new UnicodeEncoding(bigEndian: true, byteOrderMark: true), "utf-16be", skip: 2);
        else _reading = _waiting.Span.ContainsAnyExceptInRange((byte)0, (byte)0x7F) ? Reading.Undecided : Reading.Ascii;
    }

    private void Decide()
    {
        if (!IsUtf8(_waiting.Span) && LooksLikeGb18030(_waiting.Span)) Decode(CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!, Gb18030Name, skip: 0);
        else _reading = Reading.AsItIs;
    }

    /// <summary>A character may be cut at the end.</summary>
    private static bool IsUtf8(ReadOnlySpan<byte> text)
    {
        for (var cut = 0; cut <= 3 && cut <= text.Length; cut++)
            if (Utf8.IsValid(text[..^cut])) return true;
        return false;
    }

    private void Decode(Encoding encoding, string name, int skip)
    {
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = new DecoderReplacementFallback(Wrong);
        (_decoder, Name, _reading) = (strict.GetDecoder(), name, Reading.Decoded);
        _waiting = Decode(_waiting.Span[skip..]);
    }

    private ReadOnlyMemory<byte> Decode(ReadOnlySpan<byte> raw)
    {
        if (_chars.Length < raw.Length + 16) _chars = new char[raw.Length + 16]; // no encoding here makes more characters than it has bytes, but for what waits in the decoder
        var chars = _decoder!.GetChars(raw, _chars, flush: _atEnd);
        if (_decoded.Length < 3 * chars + 3) _decoded = new byte[3 * chars + 3];
        var bytes = _encoder.GetBytes(_chars.AsSpan(0, chars), _decoded, flush: _atEnd);
        var decoded = _decoded.AsSpan(0, bytes);
        for (int wrong; (wrong = decoded.IndexOf("\uFFFF"u8)) >= 0; decoded = decoded[(wrong + 3)..]) decoded[wrong] = 0xFF;
        return _decoded.AsMemory(0, bytes);
    }

    // Keeps half a character between two reads.
    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();
}
