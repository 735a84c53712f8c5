using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Prompts;

/// <summary>One turn of a conversation.</summary>
public sealed record Message
{
    public required string Role { get; init; }
    public required string Content { get; init; }

    /// <summary>Reads the JSON that prompts and answers are stored as.</summary>
    public static IReadOnlyList<Message> ParseList(string json) => JsonSerializer.Deserialize<Message[]>(json, StudySettings.Json)!;
}

/// <summary>A prompt and how many models answered it.</summary>
public sealed record Prompt
{
    public required string PromptId { get; init; }
    public required IReadOnlyList<Message> Messages { get; init; }
    public required string? Category { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    public required string? Language { get; init; }
    public required int Answers { get; init; }
    /// <summary>How often an answer to it was replaced, and one: 1 where each is as it first came.</summary>
    public required int Version { get; init; }
    /// <summary>The wave with which raters were first asked about it; null while they are not.</summary>
    public required int? Wave { get; init; }
}

public sealed record PromptRow
{
    public required long Prompt { get; init; }
    public required string ExternalId { get; init; }
    public required string Messages { get; init; }
    public string? Category { get; init; }
    public required string Tags { get; init; }
    public string? Language { get; init; }
    public required int Answers { get; init; }
    public required int Version { get; init; }
    public int? Wave { get; init; }
}

public sealed class PromptStore(Database database)
{
    public Task<IReadOnlyList<PromptRow>> ListAsync(long study, long after, int limit, CancellationToken cancel) => database.QueryAsync<PromptRow>($"""
        SELECT p.prompt, p.external_id, p.messages, p.category, p.tags, p.language,
          (SELECT COUNT(*) FROM answers a JOIN imports i ON i.study = a.study AND i.import = a.import AND i.state = 'stored' WHERE a.study = p.study AND a.prompt = p.prompt AND a.version = 1) AS answers,
          (SELECT 1 + COUNT(*) FROM answers x WHERE x.study = p.study AND x.prompt = p.prompt AND x.version > 1 AND {Answers.IsShown}) AS version,
          (SELECT MIN(y.wave) FROM pairs y JOIN waves w ON w.study = y.study AND w.wave = y.wave WHERE y.study = p.study AND y.prompt = p.prompt AND y.position IS NOT NULL) AS wave
        FROM prompts p JOIN imports i ON i.study = p.study AND i.import = p.import AND i.state = 'stored'
        WHERE p.study = @study AND p.prompt > @after ORDER BY p.prompt LIMIT @limit
        """, new { study, after, limit }, cancel);
}

public static class PromptEndpoints
{
    public static void MapPrompts(this IEndpointRouteBuilder study) =>
        study.MapGet("/prompts", List).WithTags("Prompts").Allow(Role.Researcher).WithName("listPrompts").WithSummary("The prompts of the study");

    private static async Task<Results<Ok<Page<Prompt>>, ProblemHttpResult>> List(StudyContext context, PromptStore store, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        var rows = await store.ListAsync(context.Id, page.Value.After, page.Value.Limit + 1, cancel);
        return TypedResults.Ok(Cursor.Page(rows, page.Value.Limit, row => row.Prompt, row => new Prompt
        {
            PromptId = row.ExternalId,
            Messages = Message.ParseList(row.Messages),
            Category = row.Category,
            Tags = JsonSerializer.Deserialize<string[]>(row.Tags)!,
            Language = row.Language,
            Answers = row.Answers,
            Version = row.Version,
            Wave = row.Wave,
        }));
    }
}
