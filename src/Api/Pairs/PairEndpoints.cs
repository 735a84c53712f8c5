using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Pairs;

public sealed record Pair
{
    [JsonPropertyName("pair")]
    public required string Id { get; init; }
    public required string PromptId { get; init; }
    public required string ModelA { get; init; }
    public required string ModelB { get; init; }
    public required PairRole Role { get; init; }
    /// <summary>How many raters are to judge it.</summary>
    public required int Overlap { get; init; }
    /// <summary>How many judgments are counted.</summary>
    public required int Counted { get; init; }
    /// <summary>How many raters have it before them.</summary>
    public required int Live { get; init; }
    public required bool Identical { get; init; }
    public required bool Unjudgeable { get; init; }
    /// <summary>1 for what was there when the study opened, more for what was imported later.</summary>
    public required int Wave { get; init; }
    /// <summary>The versions of the answers that are shown: more than 1 where one was replaced.</summary>
    public required int VersionA { get; init; }
    public required int VersionB { get; init; }
    /// <summary>The place in the order drawn at opening; null before, and for pairs that are not served.</summary>
    public required long? Position { get; init; }
    /// <summary>The known verdict of a gold or practice pair.</summary>
    public required Winner? Winner { get; init; }
}

public static class PairEndpoints
{
    public static void MapPairs(this IEndpointRouteBuilder study) =>
        study.MapGet("/pairs", List).WithTags("Pairs").Allow(Role.Researcher).WithName("listPairs").WithSummary("The pairs of the study and how far each is judged");

    private static async Task<Results<Ok<Page<Pair>>, ProblemHttpResult>> List(StudyContext context, PairStore store, OpaqueIds ids, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        var rows = await store.ListAsync(context.Id, page.Value.After, page.Value.Limit + 1, cancel);
        return TypedResults.Ok(Cursor.Page(rows, page.Value.Limit, row => row.Pair, row => new Pair
        {
            Id = ids.Encode(IdKind.Pair, context.Id, row.Pair),
            PromptId = row.PromptId,
            ModelA = row.ModelA,
            ModelB = row.ModelB,
            Role = row.Role,
            Overlap = row.Overlap,
            Counted = row.Taken - row.Live,
            Live = row.Live,
            Identical = row.Identical,
            Unjudgeable = row.Skips >= PairStore.SkipsToUnjudgeable,
            Wave = row.Wave,
            VersionA = row.VersionA,
            VersionB = row.VersionB,
            Position = row.Position,
            Winner = row.Winner,
        }));
    }
}
