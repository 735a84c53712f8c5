namespace PrefEval.Api.Platform;

/// <summary>The pages: /judge for raters, /console for researchers. No other address is ever answered by a page.</summary>
public static class Web
{
    public static void UseWeb(this WebApplication app)
    {
        // The page's own addresses are relative to /judge, so that the service may live under a path. A browser keeps the fragment with the key.
        app.Use((http, next) =>
        {
            if (!http.Request.Path.StartsWithSegments("/judge", out var rest) || !rest.HasValue) return next();
            http.Response.Redirect(http.Request.PathBase + "/judge");
            return Task.CompletedTask;
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            // Vite names its assets by their content.
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
                file.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache",
        });
    }

    public static void MapWeb(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", () => TypedResults.Redirect("console")).ExcludeFromDescription();
        app.MapFallbackToFile("/judge", "judge.html");
        app.MapFallbackToFile("/console/{**rest}", "console.html");
    }
}
