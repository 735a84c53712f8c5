namespace PrefEval.Api.Access;

public enum Role { Admin, Researcher, Rater }

public enum KeyScope { Read, Write }

/// <summary>Who makes the request, as the key or the session says. One per request.</summary>
public sealed class Caller
{
    public bool SignedIn { get; private set; }
    public Role Role { get; private set; }
    public string Name { get; private set; } = "";
    public long KeyId { get; private set; }

    /// <summary>The account of an admin or a researcher; null for a rater.</summary>
    public long? Account { get; private set; }

    /// <summary>The one study of a rater, and her number in it; 0 for others.</summary>
    public long RaterStudy { get; private set; }
    public int Rater { get; private set; }

    public bool MayWrite { get; private set; }

    /// <summary>What was sent to prove it: the key, or the session's token.</summary>
    public string Token { get; private set; } = "";

    public void Become(KeyRow key, string token)
    {
        (SignedIn, Role, Name, KeyId) = (true, key.Role, key.Name, key.KeyId);
        (Account, RaterStudy, Rater) = (key.Account, key.Study ?? 0, key.Rater ?? 0);
        (MayWrite, Token) = (key.Scope == KeyScope.Write, token);
    }
}
