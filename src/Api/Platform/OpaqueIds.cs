using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Dapper;

namespace PrefEval.Api.Platform;

public enum IdKind : byte { Study = 1, Model, Prompt, Pair, Rater, Assignment, Import, Key, Cursor, Share, AdjudicatedSide = 20 }

/// <summary>
/// Ids on the wire: the kind, the study and the number inside, encrypted as one AES block under a key of this database. Without the key an id
/// is 128 random bits: it tells no order, no size and no kinship, and cannot be guessed; with it, no column and no index is needed.
/// </summary>
public sealed class OpaqueIds
{
    private readonly Aes _aes = Aes.Create();

    public OpaqueIds(Database database)
    {
        using var connection = database.Open();
        connection.Execute("INSERT INTO settings (name, value) VALUES ('id_key', @Key) ON CONFLICT DO NOTHING",
            new { Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)) });
        _aes.Key = Convert.FromBase64String(connection.QuerySingle<string>("SELECT value FROM settings WHERE name = 'id_key'"));
    }

    public string Encode(IdKind kind, long study, long number)
    {
        Span<byte> block = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(block, study);
        BinaryPrimitives.WriteInt64BigEndian(block[8..], number);
        block[0] = (byte)kind;
        Span<byte> sealedBlock = stackalloc byte[16];
        lock (_aes) _aes.EncryptEcb(block, sealedBlock, PaddingMode.None);
        return Base64Url.EncodeToString(sealedBlock);
    }

    /// <summary>A coin that fell for this number once and for all: heads for half of them, and nobody without the key can tell for which.</summary>
    public bool IsHeads(IdKind kind, long study, long number) => (Base64Url.DecodeFromChars(Encode(kind, study, number))[0] & 1) == 1;

    public bool TryDecode(string? text, IdKind kind, out long study, out long number)
    {
        (study, number) = (0, 0);
        Span<byte> sealedBlock = stackalloc byte[16];
        if (text is not { Length: 22 } || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, sealedBlock, out var length) || length != 16)
            return false;
        Span<byte> block = stackalloc byte[16];
        lock (_aes) _aes.DecryptEcb(sealedBlock, block, PaddingMode.None);
        if (block[0] != (byte)kind) return false;
        block[0] = 0;
        study = BinaryPrimitives.ReadInt64BigEndian(block);
        number = BinaryPrimitives.ReadInt64BigEndian(block[8..]);
        return study >= 0 && number >= 0;
    }

    /// <summary>The number behind an id of this study; null for an id of another study, another kind, or no id at all.</summary>
    public long? Number(string? text, IdKind kind, long study) =>
        TryDecode(text, kind, out var itsStudy, out var number) && itsStudy == study ? number : null;
}
