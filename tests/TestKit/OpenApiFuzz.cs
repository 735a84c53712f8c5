using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace PrefEval.TestKit;

/// <summary>
/// Requests made from the contract: any operation, with every parameter and every field of its body missing, of a wrong type, huge, odd or right.
/// The same seed makes the same requests, but for the ids of the study.
/// </summary>
public sealed class OpenApiFuzz(JsonNode contract, int seed, IReadOnlyDictionary<string, string[]> ids)
{
    private static readonly string[] Odd =
    [
        "", " ", "0", "-1", "1", "2147483648", "-9223372036854775809", "1e309", "0.5", "NaN", "true", "null", "[]", "{}", "abc", "preference", "left", "open", "human",
        "'; DROP TABLE studies; --", "../../etc/passwd", "%00", "a\u0000b", "\u202Eabc", "𠮷野家", "é\u0301", "\uFFFF", "AAAAAAAAAAAAAAAAAAAAAA", "2026-02-30T25:61:00Z", "2026-11-23T00:00:00Z",
        "tag:", "tag:x", "baseline:parameters", "category", "=1+1", "${jndi:x}", "<script>", "\"", "\\",
    ];

    /// <summary>Kestrel itself refuses more, and a null byte in a path, before the service hears of it.</summary>
    private const int LongestAddress = 7000;

    private readonly Random _chance = new(seed);
    private readonly List<(string Path, string Method, JsonObject Operation)> _operations =
        [.. from path in contract["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            where operation.Value is JsonObject body && body.ContainsKey("operationId")
            select (path.Key, operation.Key, operation.Value!.AsObject())];

    public int Operations => _operations.Count;

    /// <summary>The next request; its operation's name is in <see cref="HttpRequestMessage.Options"/>.</summary>
    public HttpRequestMessage Next()
    {
        var (path, method, operation) = _operations[_chance.Next(_operations.Count)];
        var query = new StringBuilder();
        foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
        {
            var (name, place) = ((string)parameter!["name"]!, (string)parameter["in"]!);
            if (place == "path") path = path.Replace($"{{{name}}}", Uri.EscapeDataString(PathValue(name)), StringComparison.Ordinal);
            else if (place == "query" && _chance.Next(3) == 0) query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(Text(parameter["schema"])));
        }
        if (_chance.Next(20) == 0) query.Append(query.Length == 0 ? '?' : '&').Append("nobody=knows");
        if (path.Length + query.Length > LongestAddress) return Next();
        var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), path + query);
        if (operation["requestBody"] is { } body) request.Content = Body(body["content"]!.AsObject());
        if (_chance.Next(10) == 0) request.Headers.TryAddWithoutValidation("Idempotency-Key", _chance.Next(2) == 0 ? "k" + _chance.Next(5) : new string('k', 400));
        if (_chance.Next(10) == 0) request.Headers.TryAddWithoutValidation("If-None-Match", _chance.Next(2) == 0 ? "\"x\"" : "nonsense");
        if (_chance.Next(20) == 0) request.Headers.TryAddWithoutValidation("Accept", _chance.Next(2) == 0 ? "text/csv" : "image/png");
        return request;
    }

    private string PathValue(string name) =>
        ids.TryGetValue(name, out var known) && _chance.Next(4) > 0 ? known[_chance.Next(known.Length)] : Any() is { Length: > 0 } any && !any.Contains('\0', StringComparison.Ordinal) ? any : "x";

    private HttpContent Body(JsonObject content)
    {
        if (!content.TryGetPropertyValue("application/json", out var json) || _chance.Next(12) == 0)
        {
            var bytes = new byte[_chance.Next(200)];
            _chance.NextBytes(bytes);
            return new ByteArrayContent(_chance.Next(2) == 0 ? bytes : Encoding.UTF8.GetBytes(Any()));
        }
        var text = Value(json!["schema"], 0)?.ToJsonString() ?? "null";
        if (_chance.Next(20) == 0) text = text[..(text.Length / 2)];
        return new StringContent(text, Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue(_chance.Next(30) == 0 ? "text/plain" : "application/json") } };
    }

    private JsonNode? Value(JsonNode? schema, int depth)
    {
        if (schema?["$ref"] is { } name) schema = contract["components"]!["schemas"]![((string)name!).Split('/')[^1]];
        foreach (var choice in new[] { "allOf", "oneOf", "anyOf" })
            if (schema?[choice] is JsonArray { Count: > 0 } all) return Value(all[_chance.Next(all.Count)], depth);
        if (schema is null || depth > 6 || _chance.Next(8) == 0) return Wild();
        switch ((string?)schema["type"])
        {
            case "object":
                var made = new JsonObject();
                foreach (var (field, type) in schema["properties"]?.AsObject() ?? [])
                    if (_chance.Next(3) > 0) made[field] = Value(type, depth + 1);
                if (_chance.Next(20) == 0) made["unknown"] = 1;
                return made;
            case "array": return new JsonArray([.. Enumerable.Range(0, _chance.Next(4)).Select(_ => Value(schema["items"], depth + 1))]);
            case "integer": return _chance.Next(4) > 0 ? _chance.Next(-3, 50) : _chance.NextInt64();
            case "number": return _chance.Next(4) > 0 ? _chance.NextDouble() : _chance.NextDouble() * 1e300;
            case "boolean": return _chance.Next(2) == 0;
            default: return Text(schema);
        }
    }

    private JsonNode? Wild() => _chance.Next(6) switch
    {
        0 => null,
        1 => _chance.NextInt64(),
        2 => new JsonArray(1, "x"),
        3 => new JsonObject { ["x"] = new JsonArray() },
        4 => new string('长', 1 + _chance.Next(3000)),
        _ => Any(),
    };

    private string Text(JsonNode? schema)
    {
        if (schema?["$ref"] is { } name) schema = contract["components"]!["schemas"]![((string)name!).Split('/')[^1]];
        if (schema?["enum"] is JsonArray values && _chance.Next(4) > 0) return values[_chance.Next(values.Count)]?.ToString() ?? "";
        if (_chance.Next(4) == 0) return ids.Values.ElementAt(_chance.Next(ids.Count))[0];
        return Any();
    }

    private string Any() => _chance.Next(40) == 0 ? new string('x', 1 + _chance.Next(6000)) : Odd[_chance.Next(Odd.Length)];
}
