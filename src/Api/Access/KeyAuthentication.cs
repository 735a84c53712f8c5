using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Access;

/// <summary>
/// A bearer key, or the cookie of a session. Raters, researchers and every share have a cookie each, so that one browser can hold them all; the call decides
/// which counts. Both researchers and viewers read reports, so that a page which shows a share names it with each call.
/// </summary>
public sealed class KeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, AccessStore store, Caller caller)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string SchemeName = "key";

    /// <summary>In the address, so that links to files work as calls do.</summary>
    public const string ShareParameter = "share";

    private const string Bearer = "Bearer ";

    public static string CookieName(Role role) => role == Role.Rater ? "prefeval_rater" : "prefeval_account";

    public static string CookieName(string share) => "prefeval_share_" + share;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        var fromCookie = header.Length == 0;
        string? token;
        if (fromCookie)
        {
            var forRater = Context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(rule => rule.Policy == nameof(Role.Rater)) == true;
            var share = Request.Query[ShareParameter].ToString();
            token = Request.Cookies[share.Length > 0 ? CookieName(share) : CookieName(forRater ? Role.Rater : Role.Researcher)];
        }
        else
        {
            token = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;
        }
        if (token is not { Length: > 0 and <= 200 }) return AuthenticateResult.NoResult();

        var key = fromCookie ? await store.FindSessionAsync(token, Context.RequestAborted) : await store.FindKeyAsync(token, Context.RequestAborted);
        if (key is null) return AuthenticateResult.Fail("not live");
        caller.Become(key, token);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Role, key.Role.ToString())], SchemeName);
        if (fromCookie) identity.AddClaim(new Claim("cookie", "yes"));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var refused = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.Headers.WWWAuthenticate = "Bearer";
        await Answer(refused
            ? Problem.KeyNotAccepted.With("Ask whoever gave you the key for a new one, or sign in again.")
            : Problem.SignInRequired.With("Send 'Authorization: Bearer KEY', or sign in with your link."));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Logger.LogWarning("Key {Key} ({Role}) was refused {Method} {Path}", caller.KeyId, caller.Role, Request.Method, Request.Path);
        return Answer(Problem.NotAllowed.With($"A {caller.Role.ToString().ToLowerInvariant()}'s key does not reach this call; use a key whose role does."));
    }

    private Task Answer(Microsoft.AspNetCore.Mvc.ProblemDetails problem) => TypedResults.Problem(problem).ExecuteAsync(Context);
}
