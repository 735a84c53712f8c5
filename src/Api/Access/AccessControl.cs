using Microsoft.AspNetCore.Authentication;
using PrefEval.Api.Audit;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Access;

/// <summary>Who may call what: a role for each call, membership for each study. Decided before a body is read.</summary>
public static class AccessControl
{
    private const string Readers = "Readers";

    public static void AddAccess(this IServiceCollection services)
    {
        EnumText<Role>.Register();
        EnumText<KeyScope>.Register();
        services.AddSingleton<AccessStore>();
        services.AddSingleton<Idempotency>();
        services.AddSingleton<RateLimits>();
        services.AddScoped<Caller>();
        services.AddScoped<StudyContext>();
        services.AddScoped<Made>();
        services.AddAuthentication(KeyAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(nameof(Role.Admin), policy => policy.RequireRole(nameof(Role.Admin)))
            .AddPolicy(nameof(Role.Researcher), policy => policy.RequireRole(nameof(Role.Admin), nameof(Role.Researcher)))
            .AddPolicy(nameof(Role.Rater), policy => policy.RequireRole(nameof(Role.Rater)))
            .AddPolicy(nameof(Role.Viewer), policy => policy.RequireRole(nameof(Role.Viewer)))
            .AddPolicy(Readers, policy => policy.RequireRole(nameof(Role.Admin), nameof(Role.Researcher), nameof(Role.Viewer)));
    }

    public static TBuilder Allow<TBuilder>(this TBuilder endpoints, Role role) where TBuilder : IEndpointConventionBuilder =>
        endpoints.RequireAuthorization(role.ToString());

    /// <summary>Whoever may read a report: a researcher, and the viewer of a share.</summary>
    public static TBuilder AllowReaders<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder => endpoints.RequireAuthorization(Readers);

    public static void UseAccess(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use(limits.WatchGuessesAsync);
        app.UseAuthentication();
        app.UseAuthorization();
        app.Use(async (http, next) =>
        {
            var caller = http.RequestServices.GetRequiredService<Caller>();
            if (caller.SignedIn && !await limits.AllowsAsync(http, caller)) return;
            if (caller.SignedIn && await Refusal(http, caller) is { } problem)
            {
                if (problem.Status == 403) app.Logger.LogWarning("Key {Key} was refused {Method} {Path}", caller.KeyId, http.Request.Method, http.Request.Path);
                await TypedResults.Problem(problem).ExecuteAsync(http);
                return;
            }
            await next();
        });
        Idempotency.Use(app);
    }

    private static async Task<Microsoft.AspNetCore.Mvc.ProblemDetails?> Refusal(HttpContext http, Caller caller)
    {
        var reads = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (!reads && http.User.HasClaim("cookie", "yes") && IsCrossSite(http.Request))
            return Problem.CrossSite.With("Open the page on this site, or send a key.");
        if (!reads && !caller.MayWrite) return Problem.NotAllowed.With("This key may only read; use one with the scope 'write'.");
        if (http.Request.RouteValues["study"] is not string id) return null;

        var ids = http.RequestServices.GetRequiredService<OpaqueIds>();
        var studies = http.RequestServices.GetRequiredService<StudyStore>();
        if (!ids.TryDecode(id, IdKind.Study, out _, out var study) || !await studies.MayEnterAsync(study, caller, http.RequestAborted))
            return Problem.NotFound.With("There is no such study among those that you may see.");
        http.RequestServices.GetRequiredService<StudyContext>().Id = study;
        return null;
    }

    private static bool IsCrossSite(HttpRequest request) => request.Headers.TryGetValue("Sec-Fetch-Site", out var site)
        ? site != "same-origin"
        : request.Headers.TryGetValue("Origin", out var origin) && (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Authority != request.Host.Value);
}
