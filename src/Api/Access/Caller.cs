namespace PrefEval.Api.Access;

/// <summary>A viewer is whoever has the link of a share.</summary>
public enum Role { Admin, Researcher, Rater, Viewer }

public enum KeyScope { Read, Write }

/// <summary>Who makes the request, as the key or the session says. One per request.</summary>
public sealed class Caller
{
    public bool SignedIn { get; private set; }
    public Role Role { get; private set; }
    public string Name { get; private set; } = "";
    public long KeyId { get; private set; }

    /// <summary>The account of an admin or a researcher; null for others.</summary>
    public long? Account { get; private set; }

    /// <summary>The one study of a rater or a viewer; 0 for others.</summary>
    public long OwnStudy { get; private set; }

    /// <summary>A rater's number in it.</summary>
    public int Rater { get; private set; }

    /// <summary>As of which number a viewer reads; null: as the study stands.</summary>
    public long? FrozenAt { get; private set; }

    public long? ExpiresAt { get; private set; }

    public bool MayWrite { get; private set; }

    /// <summary>What was sent to prove it: the key, or the session's token.</summary>
    public string Token { get; private set; } = "";

    public void Become(KeyRow key, string token)
    {
        (SignedIn, Role, Name, KeyId) = (true, key.Role, key.Name, key.KeyId);
        (Account, OwnStudy, Rater) = (key.Account, key.Study ?? 0, key.Rater ?? 0);
        (FrozenAt, ExpiresAt) = (key.Sequence, key.ExpiresAt);
        (MayWrite, Token) = (key.Scope == KeyScope.Write, token);
    }
}
