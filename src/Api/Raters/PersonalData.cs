using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Assignments;
using PrefEval.Api.Judgments;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Raters;

/// <summary>All that is held about one rater, to be handed to her: it names no model, no other rater, and nothing that tells which pairs were checks.</summary>
public sealed record PersonalData
{
    [JsonPropertyName("rater")]
    public required string Id { get; init; }
    public required string? ExternalId { get; init; }
    public required string Name { get; init; }
    public required string? Group { get; init; }
    public required IReadOnlyList<string> Categories { get; init; }
    public required IReadOnlyList<string> Languages { get; init; }
    public required DateTimeOffset InvitedAt { get; init; }
    public required DateTimeOffset? ErasedAt { get; init; }
    public required IReadOnlyList<PersonalKey> Keys { get; init; }
    /// <summary>When browsers were signed in with her links, as far as they still are.</summary>
    public required IReadOnlyList<DateTimeOffset> Sessions { get; init; }
    /// <summary>How many pairs were put before her.</summary>
    public required int Asked { get; init; }
    /// <summary>Every revision, in the order in which they came.</summary>
    public required IReadOnlyList<PersonalJudgment> Judgments { get; init; }
    public required IReadOnlyList<PersonalSkip> Skips { get; init; }
    public required IReadOnlyList<PersonalProblem> Problems { get; init; }
}

/// <summary>A link or key of hers; the secret itself is not kept.</summary>
public sealed record PersonalKey
{
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? UsedAt { get; init; }
    public required DateTimeOffset? RevokedAt { get; init; }
}

public sealed record PersonalJudgment
{
    public required string Assignment { get; init; }
    public required int Revision { get; init; }
    /// <summary>Null for an imported judgment whose sides are unknown.</summary>
    public required Choice? Choice { get; init; }
    public required int? Strength { get; init; }
    public required IReadOnlyDictionary<string, Choice?>? Criteria { get; init; }
    public required string? Comment { get; init; }
    public required IReadOnlyList<string>? Reasons { get; init; }
    public required ScreenLayout? Layout { get; init; }
    public required int? DurationMs { get; init; }
    /// <summary>By her clock, and by the service's.</summary>
    public required DateTimeOffset? ClientAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

public sealed record PersonalSkip
{
    public required string Assignment { get; init; }
    public required string Reason { get; init; }
}

public sealed record PersonalProblem
{
    public required string Assignment { get; init; }
    public required ProblemKind Kind { get; init; }
    public required string? Comment { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What is left of a rater's name.</summary>
public sealed record ErasedRater
{
    [JsonPropertyName("rater")]
    public required string Id { get; init; }
    /// <summary>The pseudonym that stands in the stead of her name.</summary>
    public required string Name { get; init; }
    public required DateTimeOffset ErasedAt { get; init; }
}

public static class PersonalDataEndpoints
{
    public static void MapPersonalData(this IEndpointRouteBuilder study)
    {
        var rater = study.MapGroup("/raters/{rater}").WithTags("Raters").Allow(Role.Researcher);
        rater.MapGet("/export", Export).WithName("exportRater").WithSummary("All that is held about a rater, to be handed to her");
        rater.MapPost("/erase", Erase).WithName("eraseRater")
            .WithSummary("Erase who a rater is: name, external id, comments, keys and sessions, for good. Her judgments stay under a pseudonym, and no count changes");
    }

    private static async Task<Results<Ok<PersonalData>, ProblemHttpResult>> Export(string rater, StudyContext context, PersonalDataStore store, OpaqueIds ids, CancellationToken cancel) =>
        ids.Number(rater, IdKind.Rater, context.Id) is { } number && await store.ReadAsync(context.Id, (int)number, cancel) is { } data
            ? TypedResults.Ok(data) : TypedResults.Problem(Problem.NotFound.With("The study has no such rater."));

    private static async Task<Results<Ok<ErasedRater>, ProblemHttpResult>> Erase(string rater, StudyContext context, PersonalDataStore store, OpaqueIds ids) =>
        ids.Number(rater, IdKind.Rater, context.Id) is { } number && await store.EraseAsync(context.Id, (int)number) is var (name, at)
            ? TypedResults.Ok(new ErasedRater { Id = rater, Name = name, ErasedAt = Time.FromMicros(at) }) : TypedResults.Problem(Problem.NotFound.With("The study has no such rater."));
}
