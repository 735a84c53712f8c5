using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Audit;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Access;

public static class AccessEndpoints
{
    private const int SessionDays = 30;

    public static void MapAccess(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Access").Allow(Role.Admin);
        keys.MapPost("/", CreateKey).WithName("createKey").WithSummary("Make a key of an account, and the account when its name is new; the secret is shown once");
        keys.MapGet("/", ListKeys).WithName("listKeys").WithSummary("The keys of all accounts, without their secrets");
        keys.MapDelete("/{key}", RevokeKey).WithName("revokeKey").WithSummary("Revoke a key and end its sessions");

        var sessions = api.MapGroup("/sessions").WithTags("Access");
        sessions.MapPost("/", SignIn).WithName("signIn").WithSummary("Exchange a key for a session cookie; a one-time key is spent by it");
        sessions.MapGet("/current", Current).WithName("getSession").WithSummary("Who is signed in to the console").Allow(Role.Researcher);
        sessions.MapDelete("/current", SignOut).WithName("signOut").WithSummary("End the session of the console").Allow(Role.Researcher);
    }

    private static async Task<Results<Created<AccountKey>, ProblemHttpResult>> CreateKey(CreateKey request, AccessStore store, OpaqueIds ids, Links links, Made made)
    {
        var secret = AccessStore.NewSecret("pe_");
        long? expires = request.ExpiresAt is { } at ? Time.ToMicros(at) : null;
        var row = await store.CreateAccountKeyAsync(secret, request.Account, request.Role, request.Scope ?? KeyScope.Write, request.Name ?? request.Account, oneTime: false, expires);
        if (row is null)
            return TypedResults.Problem(Problem.NameTaken.With($"The account '{request.Account}' has another role. Leave 'role' out to make a key of it, or choose another name.", [new FieldError { Field = "role", Message = "not the account's" }]));
        var key = ToWire(row with { ExpiresAt = expires }, ids) with { Secret = secret, Link = links.Console(secret) };
        made.Ids.Add(key.Key);
        return TypedResults.Created($"/api/v1/keys/{key.Key}", key);
    }

    private static async Task<Results<Ok<Page<AccountKey>>, ProblemHttpResult>> ListKeys(AccessStore store, OpaqueIds ids, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        var rows = await store.ListKeysAsync(page.Value.After, page.Value.Limit + 1, cancel);
        return TypedResults.Ok(Cursor.Page(rows, page.Value.Limit, row => row.KeyId, row => ToWire(row, ids)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeKey(string key, AccessStore store, OpaqueIds ids) =>
        ids.TryDecode(key, IdKind.Key, out _, out var number) && await store.RevokeAsync(number)
            ? TypedResults.NoContent()
            : TypedResults.Problem(Problem.NotFound.With("There is no such key."));

    private static async Task<Results<Ok<Session>, ProblemHttpResult>> SignIn(SignIn request, HttpContext http, AccessStore store, OpaqueIds ids)
    {
        if (await store.SignInAsync(request.Key, SessionDays) is not var (key, token))
            return TypedResults.Problem(Problem.KeyNotAccepted.With("Ask whoever gave you the link for a new one; a one-time link opens once."));
        var study = key.Study is { } number ? ids.Encode(IdKind.Study, 0, number) : null;
        var share = key.Role == Role.Viewer ? ids.Encode(IdKind.Share, key.Study!.Value, key.KeyId) : null;
        http.Response.Cookies.Append(share is null ? KeyAuthentication.CookieName(key.Role) : KeyAuthentication.CookieName(share), token, Cookie(http, TimeSpan.FromDays(SessionDays)));
        return TypedResults.Ok(new Session { Role = key.Role, Name = share is null ? key.Name : "", Study = study, Share = share });
    }

    private static Ok<Session> Current(Caller caller) => TypedResults.Ok(new Session { Role = caller.Role, Name = caller.Name });

    private static async Task<NoContent> SignOut(HttpContext http, Caller caller, AccessStore store)
    {
        await store.SignOutAsync(caller.Token);
        http.Response.Cookies.Delete(KeyAuthentication.CookieName(caller.Role), Cookie(http, null));
        return TypedResults.NoContent();
    }

    private static CookieOptions Cookie(HttpContext http, TimeSpan? age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        MaxAge = age,
        Path = http.Request.PathBase.HasValue ? http.Request.PathBase.Value : "/",
    };

    private static AccountKey ToWire(KeyRow row, OpaqueIds ids) => new()
    {
        Key = ids.Encode(IdKind.Key, 0, row.KeyId),
        Account = row.Name,
        Role = row.Role,
        Scope = row.Scope,
        ExpiresAt = Time.FromMicros(row.ExpiresAt),
        RevokedAt = Time.FromMicros(row.RevokedAt),
    };
}
