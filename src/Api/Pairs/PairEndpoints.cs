using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Judgments;
using PrefEval.Api.Platform;
using PrefEval.Api.Prompts;
using PrefEval.Api.Reports;
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

/// <summary>An answer of a pair, with the name that raters never see.</summary>
public sealed record PairAnswer
{
    public required string Model { get; init; }
    /// <summary>As it came; null where an imported judgment came without it.</summary>
    public required IReadOnlyList<Message>? Messages { get; init; }
    /// <summary>What raters see instead, where the answer says who it is and the words were masked.</summary>
    public required IReadOnlyList<Message>? Masked { get; init; }
}

/// <summary>A pair with its texts, and everything that was judged of it.</summary>
public sealed record PairDetails
{
    public required Pair Pair { get; init; }
    public required IReadOnlyList<Message> Prompt { get; init; }
    public required string? Category { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    public required string? Language { get; init; }
    public required PairAnswer A { get; init; }
    public required PairAnswer B { get; init; }
    /// <summary>Every revision, in the order of the study's sequence.</summary>
    public required IReadOnlyList<Judgment> Judgments { get; init; }
}

public static class PairEndpoints
{
    public static void MapPairs(this IEndpointRouteBuilder study)
    {
        var pairs = study.MapGroup("/pairs").WithTags("Pairs").Allow(Role.Researcher);
        pairs.MapGet("", List).WithName("listPairs").WithSummary("The pairs of the study and how far each is judged");
        pairs.MapGet("/{pair}", Get).WithName("getPair").WithSummary("One pair with its texts, the names of its models and all of its judgments");
        study.MapGet("/preview", PairPreviewEndpoint.Get).WithTags("Pairs").Allow(Role.Researcher).WithName("previewPair").WithSummary("A pair of the design as a rater is to see it, before the study opens");
    }

    private static async Task<Results<Ok<Page<Pair>>, ProblemHttpResult>> List(StudyContext context, PairStore store, OpaqueIds ids, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        var rows = await store.ListAsync(context.Id, page.Value.After, page.Value.Limit + 1, cancel);
        return TypedResults.Ok(Cursor.Page(rows, page.Value.Limit, row => row.Pair, row => ToWire(row, context.Id, ids)));
    }

    private static async Task<Results<Ok<PairDetails>, ProblemHttpResult>> Get(
        string pair, StudyContext context, StudyStore studies, PairStore store, ColumnCache columns, JudgmentLog log, OpaqueIds ids, CancellationToken cancel)
    {
        if (ids.Number(pair, IdKind.Pair, context.Id) is not { } number || await store.FindAsync(context.Id, number, cancel) is not { } row)
            return TypedResults.Problem(Problem.NotFound.With("The study has no such pair."));
        var texts = (await store.TextsAsync(context.Id, number, cancel))!;
        var sequence = (await studies.FindAsync(context.Id, cancel))!.Sequence;
        var judgments = (await columns.AtAsync(context.Id, sequence, cancel)).OfPair((int)number);
        return TypedResults.Ok(new PairDetails
        {
            Pair = ToWire(row, context.Id, ids),
            Prompt = Message.ParseList(texts.Prompt),
            Category = texts.Category,
            Tags = JsonSerializer.Deserialize<string[]>(texts.Tags)!,
            Language = texts.Language,
            A = new PairAnswer { Model = row.ModelA, Messages = Read(texts.AnswerA), Masked = Read(texts.ShownA) },
            B = new PairAnswer { Model = row.ModelB, Messages = Read(texts.AnswerB), Masked = Read(texts.ShownB) },
            Judgments = [.. (await log.ReadNamedAsync(context.Id, judgments, cancel)).Select(judgment => JudgmentEndpoints.ToWire(judgment, context.Id, ids))],
        });

        static IReadOnlyList<Message>? Read(string? messages) => messages is null ? null : Message.ParseList(messages);
    }

    private static Pair ToWire(PairRow row, long study, OpaqueIds ids) => new()
    {
        Id = ids.Encode(IdKind.Pair, study, row.Pair),
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
    };
}
