namespace PrefEval.Api.Platform;

/// <summary>Addresses that are handed out. The key stands in the fragment, which no server and no link preview gets to see.</summary>
public sealed class Links(IHttpContextAccessor accessor, IConfiguration configuration)
{
    public string Judge(string key) => $"{Base()}/judge#{key}";

    public string Console(string key) => $"{Base()}/console#{key}";

    public string Share(string key) => $"{Base()}/console/share#{key}";

    private string Base()
    {
        if (configuration["PrefEval:PublicUrl"] is { Length: > 0 } configured) return configured.TrimEnd('/');
        return accessor.HttpContext?.Request is { } request ? $"{request.Scheme}://{request.Host}{request.PathBase}" : "";
    }
}
