using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.RateLimiting;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Access;

/// <summary>
/// How often one key may call, and how many different keys that are not live one address may offer: a program that repeats one old key shuts nobody out who
/// sits behind the same address. Both forget within a minute. Answers carry RateLimit-Policy and RateLimit
/// (the IETF's draft of RateLimit header fields for HTTP): the quota a window, and what is left of it.
/// </summary>
public sealed class RateLimits : IDisposable
{
    private const int DefaultRequests = 6000, WrongKeys = 60, MostRemembered = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly int _requests;
    private readonly PartitionedRateLimiter<long> _byKey;
    private readonly PartitionedRateLimiter<string> _wrongKeys = Limiter<string>(WrongKeys);

    /// <summary>What was offered of late, by address; bearer keys only, since a sign-in is done once.</summary>
    private readonly ConcurrentDictionary<string, bool> _offered = [];

    public RateLimits(IConfiguration configuration)
    {
        _requests = configuration.GetValue("PrefEval:RequestsPerMinute", DefaultRequests);
        _byKey = Limiter<long>(Math.Max(1, _requests));
    }

    /// <summary>Runs the request unless its address has offered too many keys that are not live. A session's cookie is no offer.</summary>
    public async Task WatchGuessesAsync(HttpContext http, RequestDelegate next)
    {
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        var offers = http.Request.Headers.Authorization.Count > 0 || http.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName == "signIn";
        if (offers && _wrongKeys.GetStatistics(address) is { CurrentAvailablePermits: 0 })
        {
            await RefuseAsync(http, "Too many keys from this address were not live. Wait a minute, then use the key or link that you were given.");
            return;
        }
        await next(http);
        if (!offers || http.Response.StatusCode != StatusCodes.Status401Unauthorized) return;
        if (http.Request.Headers.Authorization.ToString() is { Length: > 0 } bearer && !_offered.TryAdd(address + AccessStore.Hash(bearer), true)) return;
        _wrongKeys.AttemptAcquire(address).Dispose();
        if (_offered.Count > MostRemembered) _offered.Clear();
    }

    /// <summary>True when the caller may go on; else it has been answered.</summary>
    public async Task<bool> AllowsAsync(HttpContext http, Caller caller)
    {
        if (_requests <= 0) return true;
        using var lease = _byKey.AttemptAcquire(caller.KeyId);
        http.Response.Headers["RateLimit-Policy"] = $"\"key\";q={_requests};w={Window.TotalSeconds}";
        http.Response.Headers["RateLimit"] = $"\"key\";r={_byKey.GetStatistics(caller.KeyId)?.CurrentAvailablePermits ?? 0}";
        if (lease.IsAcquired) return true;
        await RefuseAsync(http, $"This key makes {_requests:N0} calls a minute at most (PrefEval__RequestsPerMinute). Wait as long as Retry-After says.");
        return false;
    }

    public void Dispose()
    {
        _byKey.Dispose();
        _wrongKeys.Dispose();
    }

    private static PartitionedRateLimiter<T> Limiter<T>(int permits) where T : notnull => PartitionedRateLimiter.Create<T, T>(who =>
        RateLimitPartition.GetFixedWindowLimiter(who, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window }));

    private static Task RefuseAsync(HttpContext http, string sentence)
    {
        http.Response.Headers.RetryAfter = Window.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(Problem.TooManyRequests.With(sentence)).ExecuteAsync(http);
    }
}
