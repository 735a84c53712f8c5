using System.Security.Cryptography;
using System.Text;

namespace PrefEval.Api.Reports;

/// <summary>
/// What a study's data were at a number, as one hash: each line of the study's log (<see cref="DataLines"/>) is hashed together with the hash before it, so that no
/// line can be changed, left out or put elsewhere without changing every hash from there on. Hashes are lower-case hex text, the first 64 zeros, so that a
/// shell can do the same: hash = sha256(hash + line).
/// </summary>
public sealed class DataChain
{
    public const int HexLength = 2 * SHA256.HashSizeInBytes;

    /// <summary>Between two hashes that are kept lie at most these many lines, and the rest of one number's.</summary>
    private const int KeptEvery = 256;

    private readonly List<(long Sequence, byte[] Hash)> _kept = [];
    private readonly byte[] _head;
    private byte[] _text = new byte[1024];
    private int _sinceKept;

    public DataChain() : this(0, [.. Enumerable.Repeat((byte)'0', HexLength)]) { }

    private DataChain(long sequence, byte[] head)
    {
        (Sequence, _head) = (sequence, [.. head]);
        _kept.Add((sequence, head));
    }

    /// <summary>The number of the last line.</summary>
    public long Sequence { get; private set; }

    public string Head => Encoding.ASCII.GetString(_head);

    /// <param name="sequence">Never below that of the line before.</param>
    public void Add(long sequence, ReadOnlySpan<byte> line)
    {
        if (sequence > Sequence && _sinceKept >= KeptEvery)
        {
            _kept.Add((Sequence, [.. _head]));
            _sinceKept = 0;
        }
        if (_text.Length < HexLength + line.Length) _text = new byte[2 * (HexLength + line.Length)];
        _head.CopyTo(_text, 0);
        line.CopyTo(_text.AsSpan(HexLength));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_text.AsSpan(0, HexLength + line.Length), hash);
        Convert.TryToHexStringLower(hash, _head, out _);
        Sequence = sequence;
        _sinceKept++;
    }

    /// <summary>A chain that stands at the last kept hash up to <paramref name="sequence"/>: the lines after it are to be added again.</summary>
    public DataChain KeptBefore(long sequence)
    {
        var (at, hash) = _kept[_kept.FindLastIndex(kept => kept.Sequence <= sequence)];
        return new DataChain(at, hash);
    }
}
