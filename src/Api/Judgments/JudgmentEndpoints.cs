using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using PrefEval.Api.Access;
using PrefEval.Api.Assignments;
using PrefEval.Api.Platform;
using PrefEval.Api.Reports;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Judgments;

public static class JudgmentEndpoints
{
    private const string NdJson = "application/x-ndjson";

    public static void MapJudgments(this IEndpointRouteBuilder api)
    {
        api.MapPut("/assignments/{assignment}/judgment", Put).WithTags("Judging").Allow(Role.Rater).WithName("putJudgment").WithSummary("Judge a pair, or change the judgment; safe to repeat");
        api.MapGet("/studies/{study}/judgments", List).WithTags("Judgments").Allow(Role.Researcher).WithName("listJudgments")
            .WithSummary("The judgments in the order of the study's sequence, or those of one cell of a preference report; with 'Accept: application/x-ndjson' all of them as a stream")
            .AddEndpointFilterFactory(Http.KnownParametersOnly);
    }

    private static async Task<Results<Ok<OwnJudgment>, ProblemHttpResult>> Put(string assignment, PutJudgment request, Caller caller, JudgmentStore store, OpaqueIds ids) =>
        ids.Number(assignment, IdKind.Assignment, caller.OwnStudy) is { } number
            ? (await store.PutAsync(caller.OwnStudy, number, caller.Rater, request)).ToHttp()
            : TypedResults.Problem(Problem.NotFound.With("You have no such assignment."));

    private static async Task<Results<Ok<JudgmentPage>, PushStreamHttpResult, ProblemHttpResult>> List(
        StudyContext context, JudgmentLog log, CellReader cells, OpaqueIds ids, HttpRequest request, IOptions<JsonOptions> json, int? limit, string? cursor,
        [AsParameters] CellParameters cell, [AsParameters] ReportParameters filter, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        var after = page.Value.After;
        List<CellJudgment>? found = null;
        if (cell != new CellParameters() || filter != new ReportParameters())
        {
            var read = await cells.ReadAsync(context.Id, cell, filter, cancel);
            if (read.Problem is { } refused) return TypedResults.Problem(refused);
            found = read.Value!;
        }
        if (request.Headers.Accept.ToString().Contains(NdJson, StringComparison.OrdinalIgnoreCase))
            return TypedResults.Stream(body => Cursor.StreamAsync(body, after, ReadAsync, row => row.Sequence, json.Value.SerializerOptions, cancel), NdJson);
        var rows = await ReadAsync(after, page.Value.Limit + 1);
        var shown = Cursor.Page(rows, page.Value.Limit, row => row.Sequence, row => row);
        return TypedResults.Ok(new JudgmentPage { Items = shown.Items, NextCursor = shown.NextCursor, Count = found?.Count, Pairs = found?.Select(j => j.Pair).Distinct().Count() });

        async Task<IReadOnlyList<Judgment>> ReadAsync(long after, int limit) => found is null
            ? [.. (await log.ReadNamedAsync(context.Id, after, limit, cancel)).Select(row => ToWire(row, context.Id, ids))]
            : [.. (await cells.NameAsync(context.Id, found.SkipWhile(j => j.Sequence <= after).Take(limit), cancel))
                .Select(j => ToWire(j.Row, context.Id, ids) with { Standing = j.Standing, Counted = j.Standing == Standing.Counted })];
    }

    internal static Judgment ToWire(NamedJudgment row, long study, OpaqueIds ids) => ToWire(row, JudgmentDetails.Parse(row.Details), study, ids);

    private static Judgment ToWire(NamedJudgment row, JudgmentDetails details, long study, OpaqueIds ids) => new()
    {
        Assignment = ids.Encode(IdKind.Assignment, study, row.Assignment),
        Pair = ids.Encode(IdKind.Pair, study, row.Pair),
        PromptId = row.PromptId,
        ModelA = row.ModelA,
        ModelB = row.ModelB,
        Left = row.LeftSide is { } left ? (left == Side.A ? Winner.A : Winner.B) : null,
        Choice = Verdict.Choice(row.Winner, row.LeftSide),
        Winner = row.Winner,
        Score = row.Score,
        Rater = row.Rater,
        RaterKind = row.RaterKind,
        Origin = row.Import == 0 ? Origin.Native : Origin.Import,
        Revision = row.Revision,
        Standing = (Standing)row.State,
        Counted = row.State == AssignmentState.Counted,
        Role = row.Role,
        DurationMs = row.DurationMs,
        Strength = details.Strength,
        Criteria = details.Criteria,
        Comment = details.Comment,
        CreatedAt = Time.FromMicros(row.CreatedAt),
        Sequence = row.Sequence,
    };
}
