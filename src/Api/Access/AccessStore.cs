using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Access;

public sealed record KeyRow
{
    public required long KeyId { get; init; }
    public required Role Role { get; init; }
    public required string Name { get; init; }
    public required KeyScope Scope { get; init; }
    public long? Account { get; init; }
    public long? Study { get; init; }
    public int? Rater { get; init; }
    /// <summary>Of a share: as of which number it reads.</summary>
    public long? Sequence { get; init; }
    public long CreatedAt { get; init; }
    public long? ExpiresAt { get; init; }
    public long? RevokedAt { get; init; }
}

/// <summary>Accounts, keys and sessions. Of a secret only the SHA-256 is kept; 192 random bits need no salt and no slow hash.</summary>
public sealed class AccessStore(Database database, WriteQueue writes, TimeProvider time)
{
    private const string LiveKey = """
        SELECT k.key_id, CASE WHEN k.account IS NOT NULL THEN a.role WHEN k.rater IS NOT NULL THEN 'rater' ELSE 'viewer' END AS role, COALESCE(a.name, k.name) AS name,
          k.scope, k.account, k.study, k.rater, k.sequence, k.expires_at
        FROM keys k LEFT JOIN accounts a ON a.account = k.account
        """;

    /// <summary>The key of a rater or a viewer sleeps while the study is in the bin.</summary>
    private const string IsAwake = "(k.study IS NULL OR EXISTS (SELECT 1 FROM studies s WHERE s.study = k.study AND s.deleted_at IS NULL))";

    private const string IsLive = $"k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > @Now) AND {IsAwake}";

    public static string NewSecret(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The key that a bearer token is; a one-time key is none, it only opens a session.</summary>
    public Task<KeyRow?> FindKeyAsync(string secret, CancellationToken cancel) =>
        database.FirstAsync<KeyRow>($"{LiveKey} WHERE k.hash = @Hash AND NOT k.one_time AND {IsLive}", new { Hash = Hash(secret), Now = time.Micros() }, cancel);

    public Task<KeyRow?> FindSessionAsync(string token, CancellationToken cancel) =>
        database.FirstAsync<KeyRow>($"{LiveKey} JOIN sessions s ON s.key_id = k.key_id WHERE s.hash = @Hash AND s.expires_at > @Now AND k.revoked_at IS NULL AND (k.one_time OR k.expires_at IS NULL OR k.expires_at > @Now) AND {IsAwake}",
            new { Hash = Hash(token), Now = time.Micros() }, cancel);

    /// <summary>Opens a session for a key; null when the key is not live. A one-time key is spent by it.</summary>
    public Task<(KeyRow Key, string Token)?> SignInAsync(string secret, int days) => writes.RunAsync<(KeyRow, string)?>(0, write =>
    {
        var key = write.First<KeyRow>($"{LiveKey} WHERE k.hash = @Hash AND NOT (k.one_time AND k.used_at IS NOT NULL) AND {IsLive}", new { Hash = Hash(secret), write.Now });
        if (key is null) return null;
        write.Execute("UPDATE keys SET used_at = @Now WHERE key_id = @KeyId AND one_time", new { write.Now, key.KeyId });
        write.Execute("DELETE FROM sessions WHERE expires_at <= @Now", new { write.Now });
        var token = NewSecret("");
        write.Execute("INSERT INTO sessions (hash, key_id, created_at, expires_at) VALUES (@Hash, @KeyId, @Now, @ExpiresAt)",
            new { Hash = Hash(token), key.KeyId, write.Now, ExpiresAt = write.Now + Time.Minutes(days * 24 * 60) });
        return (key, token);
    });

    public Task SignOutAsync(string token) => writes.RunAsync(0, write => { write.Execute("DELETE FROM sessions WHERE hash = @Hash", new { Hash = Hash(token) }); });

    /// <summary>Makes a key of an account, and the account when its name is new.</summary>
    /// <param name="role">Of a new account; null: researcher.</param>
    /// <returns>Null when the account is known under another role.</returns>
    public Task<KeyRow?> CreateAccountKeyAsync(string secret, string account, Role? role, KeyScope scope, string name, bool oneTime, long? expiresAt) => writes.RunAsync(0, write =>
    {
        if (role is not null && write.First<string>("SELECT role FROM accounts WHERE name = @account", new { account }) is { } known && known != EnumText<Role>.Of(role.Value)) return null;
        write.Execute("INSERT INTO accounts (name, role, created_at) VALUES (@account, @Role, @Now) ON CONFLICT (name) DO NOTHING",
            new { account, Role = EnumText<Role>.Of(role ?? Role.Researcher), write.Now });
        var id = write.First<long>("""
            INSERT INTO keys (hash, account, scope, name, one_time, created_at, expires_at)
            SELECT @Hash, account, @Scope, @name, @oneTime, @Now, @expiresAt FROM accounts WHERE name = @account
            ON CONFLICT (hash) DO UPDATE SET name = excluded.name
            RETURNING key_id
            """, new { Hash = Hash(secret), account, Scope = EnumText<KeyScope>.Of(scope), name, oneTime, write.Now, expiresAt });
        return KeyOf(write, id);
    });

    /// <summary>Makes the key of a rater, in the transaction that invites her.</summary>
    public static void CreateRaterKey(Write write, string secret, long study, int rater, string name, bool oneTime = false, long? expiresAt = null) => write.Execute("""
        INSERT INTO keys (hash, study, rater, scope, name, one_time, created_at, expires_at)
        VALUES (@Hash, @study, @rater, 'write', @name, @oneTime, @Now, @expiresAt)
        """, new { Hash = Hash(secret), study, rater, name, oneTime, write.Now, expiresAt });

    public Task<IReadOnlyList<KeyRow>> ListKeysAsync(long after, int limit, CancellationToken cancel) => database.QueryAsync<KeyRow>("""
        SELECT k.key_id, a.role, a.name, k.scope, k.account, k.created_at, k.expires_at, k.revoked_at
        FROM keys k JOIN accounts a ON a.account = k.account
        WHERE k.key_id > @after AND NOT k.one_time ORDER BY k.key_id LIMIT @limit
        """, new { after, limit }, cancel);

    public Task<bool> RevokeAsync(long keyId) => writes.RunAsync(0, write =>
        write.Execute("UPDATE keys SET revoked_at = COALESCE(revoked_at, @Now) WHERE key_id = @keyId AND account IS NOT NULL", new { write.Now, keyId }) == 1);

    /// <summary>Whether an admin can still get in: by a key, or by an open session.</summary>
    public Task<bool> HasAdminAsync(CancellationToken cancel) => database.FirstAsync<bool>($"""
        SELECT EXISTS (
          SELECT 1 FROM keys k JOIN accounts a ON a.account = k.account
          WHERE a.role = 'admin' AND k.revoked_at IS NULL AND (
            (NOT k.one_time AND {IsLive}) OR EXISTS (SELECT 1 FROM sessions s WHERE s.key_id = k.key_id AND s.expires_at > @Now)))
        """, new { Now = time.Micros() }, cancel);

    private static KeyRow? KeyOf(Write write, long keyId) => write.First<KeyRow>($"{LiveKey} WHERE k.key_id = @keyId", new { keyId });
}
