using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using PrefEval.Api.Access;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Audit;

/// <summary>One change that an account made, or the service by itself.</summary>
public sealed record AuditEntry
{
    public required long Entry { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The account's name; empty where the service did it by itself, as its settings say.</summary>
    public required string Actor { get; init; }

    /// <summary>The key that was used, or that the session was opened with; null where the service did it by itself.</summary>
    public required string? Key { get; init; }

    /// <summary>The operation's name in the contract, such as <c>excludeJudgments</c>.</summary>
    public required string Operation { get; init; }
    public required string Path { get; init; }

    /// <summary>What was sent, without the names of raters, and the ids of what was made; cut where it is long. Null for a file or no body.</summary>
    public string? Details { get; init; }

    /// <summary>SHA-256 of the hash before (64 zeros at first) and of entry, study, actor, operation, path, details and time: no entry can be changed or left out unseen.</summary>
    public required string Hash { get; init; }
}

/// <summary>What an operation made, so that its entry can say it: paths name only what was there before. One per request.</summary>
public sealed class Made
{
    public List<string> Ids { get; } = [];
}

public static class AuditEndpoints
{
    private static readonly string[] NamesOfPeople = ["name", "names", "external_id"];

    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        api.MapGet("/audit", ListAll).WithTags("Access").Allow(Role.Admin).WithName("listAudit").WithSummary("Every change that an account made, of all studies and keys, in the order in which they came");
        api.MapGet("/studies/{study}/audit", ListOfStudy).WithTags("Studies").Allow(Role.Researcher).WithName("listStudyAudit").WithSummary("Every change that an account made of this study, its raters, judgments and imports");
    }

    /// <summary>Keeps each write that an account sent and that was carried out, before it is answered.</summary>
    public static RouteGroupBuilder WithAudit(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (context, next) =>
        {
            var result = await next(context);
            var http = context.HttpContext;
            if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) return result;
            var caller = http.RequestServices.GetRequiredService<Caller>();
            var outcome = result is INestedHttpResult nested ? nested.Result : result;
            if (caller.Account is null || outcome is IStatusCodeHttpResult { StatusCode: >= 400 }) return result;

            var made = (outcome as IValueHttpResult)?.Value as Study;
            var study = made is not null && http.RequestServices.GetRequiredService<OpaqueIds>().TryDecode(made.Id, IdKind.Study, out _, out var created)
                ? created
                : http.Request.RouteValues.ContainsKey("study") ? http.RequestServices.GetRequiredService<StudyContext>().Id : (long?)null;
            var endpoint = http.GetEndpoint()!.Metadata;
            await http.RequestServices.GetRequiredService<AuditStore>().AddAsync(study, caller,
                endpoint.GetRequiredMetadata<IEndpointNameMetadata>().EndpointName, http.Request.Path, Details(context, endpoint.GetMetadata<IAcceptsMetadata>()?.RequestType));
            return result;
        });
        return group;
    }

    private static string? Details(EndpointFilterInvocationContext context, Type? body)
    {
        var services = context.HttpContext.RequestServices;
        var json = services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var sent = context.Arguments.FirstOrDefault(argument => argument is not null && argument.GetType() == body);
        var node = sent is null ? null : JsonSerializer.SerializeToNode(sent, body!, json);
        Tidy(node, context.HttpContext.Request.Path.Value!.Contains("/raters", StringComparison.Ordinal), services.GetRequiredService<OpaqueIds>());
        if (services.GetRequiredService<Made>().Ids is { Count: > 0 } made) (node ??= new JsonObject())["made"] = new JsonArray([.. made.Select(id => JsonValue.Create(id))]);
        return node?.ToJsonString(json);
    }

    /// <summary>Leaves out what was not sent, and, about raters, who they are: a rater can be forgotten, an entry cannot.</summary>
    private static void Tidy(JsonNode? node, bool people, OpaqueIds ids)
    {
        if (node is JsonArray list) foreach (var each in list) Tidy(each, people, ids);
        if (node is not JsonObject fields) return;
        foreach (var (name, value) in fields.ToList())
        {
            if (value is null || (people && NamesOfPeople.Contains(name))) fields.Remove(name);
            else if (name == "rater" && value is JsonValue word && word.TryGetValue<string>(out var text) && !ids.TryDecode(text, IdKind.Rater, out _, out _)) fields[name] = "(by name)";
            else Tidy(value, people, ids);
        }
    }

    /// <param name="format">json (the default): a page; jsonl: all of it as a file, a line an entry.</param>
    private static Task<Results<Ok<Page<AuditEntry>>, PushStreamHttpResult, ProblemHttpResult>> ListAll(
        AuditStore store, OpaqueIds ids, IOptions<JsonOptions> json, int? limit, string? cursor, string? format, CancellationToken cancel) =>
        List(null, "audit", store, ids, json, limit, cursor, format, cancel);

    /// <param name="format">json (the default): a page; jsonl: all of it as a file, a line an entry.</param>
    private static async Task<Results<Ok<Page<AuditEntry>>, PushStreamHttpResult, ProblemHttpResult>> ListOfStudy(
        StudyContext context, StudyStore studies, AuditStore store, OpaqueIds ids, IOptions<JsonOptions> json, int? limit, string? cursor, string? format, CancellationToken cancel) =>
        await List(context.Id, (await studies.FindAsync(context.Id, cancel))!.Name + ".audit", store, ids, json, limit, cursor, format, cancel);

    private static async Task<Results<Ok<Page<AuditEntry>>, PushStreamHttpResult, ProblemHttpResult>> List(
        long? study, string file, AuditStore store, OpaqueIds ids, IOptions<JsonOptions> json, int? limit, string? cursor, string? format, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        if (format is not (null or "json" or "jsonl"))
            return TypedResults.Problem(Problem.InvalidRequest.With("'format' is json or jsonl.", [new FieldError { Field = "format", Message = "json or jsonl" }]));
        if (format == "jsonl")
            return TypedResults.Stream(body => Cursor.StreamAsync(body, page.Value.After, ReadAsync, entry => entry.Entry, json.Value.SerializerOptions, cancel), "application/x-ndjson", Http.FileName(file + ".jsonl"));
        return TypedResults.Ok(Cursor.Page(await ReadAsync(page.Value.After, page.Value.Limit + 1), page.Value.Limit, entry => entry.Entry, entry => entry));

        async Task<IReadOnlyList<AuditEntry>> ReadAsync(long after, int count) => [.. (await store.ListAsync(study, after, count, cancel)).Select(row => new AuditEntry
        {
            Entry = row.Entry,
            At = Time.FromMicros(row.At),
            Actor = row.Actor,
            Key = row.KeyId == AuditStore.OwnKey ? null : ids.Encode(IdKind.Key, 0, row.KeyId),
            Operation = row.Operation,
            Path = row.Path,
            Details = row.Details,
            Hash = row.Hash,
        })];
    }
}
