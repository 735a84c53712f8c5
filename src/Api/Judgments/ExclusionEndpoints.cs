using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Judgments;

public static class ExclusionEndpoints
{
    public static void MapExclusions(this IEndpointRouteBuilder study)
    {
        study.MapPost("/judgments/exclude", Exclude).WithTags("Judgments").Allow(Role.Researcher).WithName("excludeJudgments")
            .WithSummary("Set counted judgments aside, by a filter and with a reason; their places are free again. 'preview' only counts them");
        study.MapPost("/judgments/include", Include).WithTags("Judgments").Allow(Role.Researcher).WithName("includeJudgments")
            .WithSummary("Take excluded judgments back in; they count where a place is free, else they are surplus");
        study.MapGet("/exclusions", List).WithTags("Judgments").Allow(Role.Researcher).WithName("listExclusions").WithSummary("What was set aside or taken back: who, why, when, and after which look at a report");
    }

    private static async Task<Results<Ok<SetAside>, ProblemHttpResult>> Exclude(SetJudgmentsAside request, StudyContext context, Caller caller, ExclusionStore store, CancellationToken cancel) =>
        (await store.SetAsideAsync(context.Id, ExclusionKind.Excluded, request, caller.Account, cancel)).ToHttp();

    private static async Task<Results<Ok<SetAside>, ProblemHttpResult>> Include(SetJudgmentsAside request, StudyContext context, Caller caller, ExclusionStore store, CancellationToken cancel) =>
        (await store.SetAsideAsync(context.Id, ExclusionKind.Included, request, caller.Account, cancel)).ToHttp();

    private static async Task<Results<Ok<Page<Exclusion>>, ProblemHttpResult>> List(StudyContext context, ExclusionStore store, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        var rows = await store.ListAsync(context.Id, page.Value.After, page.Value.Limit + 1, cancel);
        return TypedResults.Ok(Cursor.Page(rows, page.Value.Limit, row => row.Sequence, row => new Exclusion
        {
            Sequence = row.Sequence,
            Kind = row.Kind,
            Filter = JudgmentFilter.Parse(row.Filter),
            Reason = row.Reason,
            Judgments = row.Judgments,
            ReportSequence = row.ReportSequence,
            Account = row.Account,
            CreatedAt = Time.FromMicros(row.CreatedAt),
        }));
    }
}
