namespace PrefEval.Api.Platform;

/// <summary>The pages: /judge for raters, /console for researchers. No other address is ever answered by a page.</summary>
public static class Web
{
    public static void UseWeb(this WebApplication app) => app.UseStaticFiles(new StaticFileOptions
    {
        // Vite names its assets by their content.
        OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
            file.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache",
    });

    public static void MapWeb(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", () => TypedResults.Redirect("console")).ExcludeFromDescription();
        app.MapFallbackToFile("/judge/{**rest}", "judge.html");
        app.MapFallbackToFile("/console/{**rest}", "console.html");
    }
}
