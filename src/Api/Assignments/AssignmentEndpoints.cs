using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Assignments;

public static class AssignmentEndpoints
{
    private const int LongestReason = 200;

    public static void MapAssignments(this IEndpointRouteBuilder api)
    {
        api.MapPost("/studies/{study}/assignments", Ask).WithTags("Judging").Allow(Role.Rater).WithName("askForAssignments").WithSummary("Top up the rater's leases: her live ones, renewed, then new ones");
        api.MapDelete("/assignments/{assignment}", GiveBack).WithTags("Judging").Allow(Role.Rater).WithName("giveBackAssignment").WithSummary("Give a pair back; with a reason, skip it for good");
        api.MapPost("/studies/{study}/assignments/release", Release).WithTags("Judging").Allow(Role.Rater).WithName("releaseAssignments").WithSummary("Give back live leases unjudged, such as when the page is left; safe to repeat");
    }

    private static async Task<Ok<Released>> Release(ReleaseAssignments? request, StudyContext context, Caller caller, AssignmentStore store, OpaqueIds ids) => TypedResults.Ok(new Released
    {
        Count = await store.ReleaseAsync(context.Id, caller.Rater, request?.Assignments?.Select(id => ids.Number(id, IdKind.Assignment, context.Id) ?? 0).ToHashSet()),
    });

    private static async Task<Results<Ok<Assignments>, ProblemHttpResult>> Ask(AskForAssignments request, StudyContext context, Caller caller, AssignmentStore store) =>
        (await store.TopUpAsync(context.Id, caller.Rater, request.Count ?? AskForAssignments.Default)).ToHttp();

    private static async Task<Results<NoContent, ProblemHttpResult>> GiveBack(string assignment, string? reason, Caller caller, AssignmentStore store, OpaqueIds ids)
    {
        if (reason is { Length: 0 or > LongestReason } || reason?.Contains('\0') == true)
            return TypedResults.Problem(Problem.InvalidRequest.With($"A reason has 1 to {LongestReason} characters, none of them null.", [new FieldError { Field = "reason", Message = $"1 to {LongestReason} characters" }]));
        if (ids.Number(assignment, IdKind.Assignment, caller.OwnStudy) is not { } number)
            return TypedResults.Problem(Problem.NotFound.With("You have no such assignment."));
        var outcome = await store.GiveBackAsync(caller.OwnStudy, number, caller.Rater, reason);
        return outcome.Problem is { } problem ? TypedResults.Problem(problem) : TypedResults.NoContent();
    }
}
