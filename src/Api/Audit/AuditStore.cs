using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PrefEval.Api.Access;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Audit;

public sealed record AuditRow
{
    public required long Entry { get; init; }
    public long? Study { get; init; }
    public required string Actor { get; init; }
    public required long KeyId { get; init; }
    public required string Operation { get; init; }
    public required string Path { get; init; }
    public string? Details { get; init; }
    public required long At { get; init; }
    public required string Hash { get; init; }
}

/// <summary>Appends and reads; there is no statement here that changes an entry.</summary>
public sealed class AuditStore(Database database, WriteQueue writes)
{
    /// <summary>Of no study: one lane, so that entries are numbered and chained one after the other.</summary>
    private const long Lane = 0;

    /// <summary>Stands where no key was used: the service did it by itself.</summary>
    public const long OwnKey = 0;

    private const int LongestDetails = 4000;
    private static readonly string First = new('0', 64);

    /// <summary>The entry is on the disk when this returns; an own write behind the change itself, so a crash between the two keeps the change and loses the entry.</summary>
    public Task AddAsync(long? study, Caller caller, string operation, string path, string? details) => AddAsync(study, caller.Name, caller.KeyId, operation, path, details);

    /// <summary>What the service did by itself, as its settings say.</summary>
    public Task AddOwnAsync(long study, string operation, string path) => AddAsync(study, "", OwnKey, operation, path, null);

    private Task<int> AddAsync(long? study, string actor, long keyId, string operation, string path, string? details) => writes.RunPatientlyAsync(Lane, write =>
    {
        var last = write.First<AuditRow>("SELECT * FROM audit ORDER BY entry DESC LIMIT 1");
        var row = new AuditRow
        {
            Entry = (last?.Entry ?? 0) + 1,
            Study = study,
            Actor = actor,
            KeyId = keyId,
            Operation = operation,
            Path = path,
            Details = details?.Length > LongestDetails ? details[..LongestDetails] + "…" : details,
            At = write.Now,
            Hash = "",
        };
        return write.Execute("""
            INSERT INTO audit (entry, study, actor, key_id, operation, path, details, at, hash)
            VALUES (@Entry, @Study, @Actor, @KeyId, @Operation, @Path, @Details, @At, @Hash)
            """, row with { Hash = HashOf(last?.Hash ?? First, row) });
    });

    public Task<IReadOnlyList<AuditRow>> ListAsync(long? study, long after, int limit, CancellationToken cancel) => study is null
        ? database.QueryAsync<AuditRow>("SELECT * FROM audit WHERE entry > @after ORDER BY entry LIMIT @limit", new { after, limit }, cancel)
        : database.QueryAsync<AuditRow>("SELECT * FROM audit WHERE study = @study AND entry > @after ORDER BY entry LIMIT @limit", new { study, after, limit }, cancel);

    /// <summary>The first entry that does not follow from the one before it; null where the chain holds. What was cut off at the end is not seen.</summary>
    /// <param name="entries">All, in their order.</param>
    public static long? FirstBroken(IEnumerable<AuditRow> entries)
    {
        var (number, hash) = (0L, First);
        foreach (var row in entries)
        {
            if (row.Entry != ++number || row.Hash != HashOf(hash, row)) return number;
            hash = row.Hash;
        }
        return null;
    }

    /// <summary>Fields are told apart by lengths, so that nothing can be moved from one into the next.</summary>
    private static string HashOf(string before, AuditRow row)
    {
        var text = new StringBuilder(before);
        foreach (var field in new[] { Text(row.Entry), row.Study is { } study ? Text(study) : "", row.Actor, row.Operation, row.Path, row.Details ?? "", Text(row.At) })
            text.Append('\n').Append(Text(field.Length)).Append(' ').Append(field);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
