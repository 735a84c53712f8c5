using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using PrefEval.Api.Access;
using PrefEval.Api.Assignments;
using PrefEval.Api.Platform;
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
            .WithSummary("The judgments in the order of the study's sequence; with 'Accept: application/x-ndjson' all of them as a stream");
    }

    private static async Task<Results<Ok<OwnJudgment>, ProblemHttpResult>> Put(string assignment, PutJudgment request, Caller caller, JudgmentStore store, OpaqueIds ids) =>
        ids.Number(assignment, IdKind.Assignment, caller.RaterStudy) is { } number
            ? (await store.PutAsync(caller.RaterStudy, number, caller.Rater, request)).ToHttp()
            : TypedResults.Problem(Problem.NotFound.With("You have no such assignment."));

    private static async Task<Results<Ok<Page<Judgment>>, PushStreamHttpResult, ProblemHttpResult>> List(
        StudyContext context, JudgmentLog log, OpaqueIds ids, HttpRequest request, IOptions<JsonOptions> json, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        if (request.Headers.Accept.ToString().Contains(NdJson, StringComparison.OrdinalIgnoreCase))
            return TypedResults.Stream(body => StreamAsync(body, context.Id, page.Value.After, log, ids, json.Value.SerializerOptions, cancel), NdJson);
        var rows = await log.ReadNamedAsync(context.Id, page.Value.After, page.Value.Limit + 1, cancel);
        return TypedResults.Ok(Cursor.Page(rows, page.Value.Limit, row => row.Sequence, row => ToWire(row, context.Id, ids)));
    }

    private static async Task StreamAsync(Stream body, long study, long after, JudgmentLog log, OpaqueIds ids, JsonSerializerOptions json, CancellationToken cancel)
    {
        IReadOnlyList<NamedJudgment> rows;
        do
        {
            rows = await log.ReadNamedAsync(study, after, Cursor.LargestPage, cancel);
            foreach (var row in rows)
            {
                await JsonSerializer.SerializeAsync(body, ToWire(row, study, ids), json, cancel);
                await body.WriteAsync("\n"u8.ToArray(), cancel);
                after = row.Sequence;
            }
        } while (rows.Count == Cursor.LargestPage);
    }

    private static Judgment ToWire(NamedJudgment row, long study, OpaqueIds ids) => ToWire(row, JudgmentDetails.Parse(row.Details), study, ids);

    private static Judgment ToWire(NamedJudgment row, JudgmentDetails details, long study, OpaqueIds ids) => new()
    {
        Assignment = ids.Encode(IdKind.Assignment, study, row.Assignment),
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
