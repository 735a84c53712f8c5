using PrefEval.Api.Access;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Shares;

public sealed record ShareRow
{
    public required long KeyId { get; init; }
    public required string Name { get; init; }
    public long? Sequence { get; init; }
    public required long CreatedAt { get; init; }
    public long? ExpiresAt { get; init; }
    public long? UsedAt { get; init; }
    public long? RevokedAt { get; init; }
}

/// <summary>Shares are keys: they expire, are revoked and end their sessions as keys do.</summary>
public sealed class ShareStore(Database database, WriteQueue writes)
{
    private const string Columns = "key_id, name, sequence, created_at, expires_at, used_at, revoked_at";
    private const string IsShare = "account IS NULL AND rater IS NULL";

    public Task<Outcome<ShareRow>> CreateAsync(long study, string secret, string name, long? at, long? expiresAt) => writes.RunAsync<Outcome<ShareRow>>(study, write =>
    {
        if (StudyStore.Lock(write, study) is not { } row) return Problem.NotFound.With("The study is gone.");
        var errors = new List<FieldError>();
        if (at is < 0 || at > row.Sequence) errors.Add(new FieldError { Field = "at", Message = $"A sequence number of the study, from 0 to {row.Sequence}; leave it out for a link that follows the study." });
        if (expiresAt <= write.Now) errors.Add(new FieldError { Field = "expires_at", Message = "A time to come; leave it out for a link that opens until it is revoked." });
        if (errors.Count > 0) return Problem.InvalidRequest.With("Correct the fields named in 'errors'.", errors);
        return write.First<ShareRow>($"""
            INSERT INTO keys (hash, study, scope, name, sequence, created_at, expires_at) VALUES (@Hash, @study, 'read', @name, @at, @Now, @expiresAt)
            RETURNING {Columns}
            """, new { Hash = AccessStore.Hash(secret), study, name, at, write.Now, expiresAt })!;
    });

    public Task<IReadOnlyList<ShareRow>> ListAsync(long study, long after, int limit, CancellationToken cancel) => database.QueryAsync<ShareRow>(
        $"SELECT {Columns} FROM keys WHERE study = @study AND {IsShare} AND key_id > @after ORDER BY key_id LIMIT @limit", new { study, after, limit }, cancel);

    public Task<bool> RevokeAsync(long study, long key) => writes.RunAsync(study, write =>
        write.Execute($"UPDATE keys SET revoked_at = COALESCE(revoked_at, @Now) WHERE study = @study AND key_id = @key AND {IsShare}", new { study, key, write.Now }) == 1);

    /// <summary>Notes that the page was opened; once a minute, however many read it.</summary>
    public Task OpenedAsync(long study, long key) => writes.RunAsync(study, write =>
    {
        write.Execute("UPDATE keys SET used_at = @Now WHERE key_id = @key AND (used_at IS NULL OR used_at <= @MinuteAgo)", new { key, write.Now, MinuteAgo = write.Now - Time.Minutes(1) });
    });
}
