using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Commands;

/// <summary>A running server, spoken to with a key. It alone has the database open.</summary>
internal sealed class RemoteServer : IDisposable
{
    private const string DefaultAddress = "http://127.0.0.1:5080";

    private readonly HttpClient _http;

    private RemoteServer(HttpClient http) => _http = http;

    public static Option<string?> AddressOption() => new("--server") { Description = $"The server's address; else PREFEVAL_SERVER, else {DefaultAddress}." };

    public static Option<string?> KeyOption() => new("--key") { Description = "A key of an account; better given as PREFEVAL_KEY, which no list of processes shows." };

    public static Uri Address(ParseResult parsed, Option<string?> server)
    {
        var address = parsed.GetValue(server) ?? Environment.GetEnvironmentVariable("PREFEVAL_SERVER") ?? DefaultAddress;
        return Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
            : throw new CommandFailedException($"'{address}' is no address; give one such as {DefaultAddress}.", ExitCode.Usage);
    }

    public static RemoteServer Of(ParseResult parsed, Option<string?> server, Option<string?> key)
    {
        var secret = parsed.GetValue(key) ?? Environment.GetEnvironmentVariable("PREFEVAL_KEY");
        if (string.IsNullOrWhiteSpace(secret)) throw new CommandFailedException("A key is needed: set PREFEVAL_KEY, or give --key.", ExitCode.Usage);
        var http = new HttpClient { BaseAddress = Address(parsed, server), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret.Trim());
        return new RemoteServer(http);
    }

    /// <summary>Sends a call and answers its response, whose body is not read yet; a refusal is thrown with its sentence.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri("api/v1/" + path, UriKind.Relative)) { Content = content };
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException unreachable)
        {
            throw new CommandFailedException($"{_http.BaseAddress} does not answer: {unreachable.Message}");
        }
        if (response.IsSuccessStatusCode) return response;
        using (response) throw new CommandFailedException(Refusal.Of((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancel)));
    }

    public async Task<JsonNode> JsonAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var response = await SendAsync(method, path, content, cancel);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancel)) ?? throw new CommandFailedException("The server answered nothing.");
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What a server says when it refuses.</summary>
internal sealed record Refusal(string Sentence, IReadOnlyList<FieldError> Errors, long ErrorCount, string Json)
{
    public static Refusal Of(int status, string body)
    {
        try
        {
            var problem = JsonNode.Parse(body)!;
            var errors = problem["errors"].Deserialize<List<FieldError>>(Output.Json) ?? [];
            return new($"{problem["title"]} {problem["detail"]}", errors, (long?)problem["error_count"] ?? errors.Count, body);
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException or NullReferenceException)
        {
            return new($"The server answered {status}, not as PrefEval does.", [], 0, body);
        }
    }
}

/// <summary>Ends a command with a sentence on the error output.</summary>
internal sealed class CommandFailedException(string sentence, int code = ExitCode.Failed) : Exception(sentence)
{
    public CommandFailedException(Refusal refusal) : this(refusal.Sentence) => Refusal = refusal;

    public int Code => code;
    public Refusal? Refusal { get; }
}
