using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PrefEval.TestKit;

/// <summary>What came back: the status, the JSON, and the bytes as they were on the wire.</summary>
public sealed record Reply
{
    public required HttpStatusCode Status { get; init; }
    public required string Text { get; init; }
    public required HttpResponseHeaders Headers { get; init; }
    public required HttpContentHeaders ContentHeaders { get; init; }

    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException("The body is null.");

    public JsonNode this[string field] => Json[field] ?? throw new InvalidOperationException($"No '{field}' in {Text}");

    /// <summary>The name of the problem: what follows /problems/ in its type.</summary>
    public string Problem => ((string?)Json["type"] ?? "").Replace("/problems/", "", StringComparison.Ordinal);

    /// <summary>The reply, if it succeeded; otherwise what it says is thrown.</summary>
    public Reply Ok() => (int)Status < 300 ? this : throw new HttpRequestException($"{(int)Status}: {Text}", null, Status);
}

/// <summary>The front door: HTTP with a key.</summary>
public sealed class ApiClient(HttpClient http, string? key)
{
    internal static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Task<Reply> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, headers);

    public Task<Reply> Post(string path, object body, params (string Name, string Value)[] headers) => Send(HttpMethod.Post, path, ToContent(body), headers);

    public Task<Reply> Patch(string path, object body) => Send(HttpMethod.Patch, path, ToContent(body));

    public Task<Reply> Put(string path, object body) => Send(HttpMethod.Put, path, ToContent(body));

    public Task<Reply> Delete(string path) => Send(HttpMethod.Delete, path, null);

    /// <summary>Sends a file as the body.</summary>
    public Task<Reply> Upload(string path, byte[] file) => Send(HttpMethod.Post, path, new ByteArrayContent(file));

    /// <summary>What is not text.</summary>
    public async Task<(HttpStatusCode Status, byte[] Body)> Download(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/" + path);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }

    public async Task<Reply> Send(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : "/api/v1/" + path) { Content = content };
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request);
        return new Reply { Status = response.StatusCode, Text = await response.Content.ReadAsStringAsync(), Headers = response.Headers, ContentHeaders = response.Content.Headers };
    }

    /// <summary>A string is sent as it is; anything else as JSON.</summary>
    private static StringContent ToContent(object body) =>
        new(body as string ?? JsonSerializer.Serialize(body, Json), Encoding.UTF8, "application/json");
}
