using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Assignments;

/// <summary>What may be wrong with a pair: an answer says who wrote it, cannot be read, or should not be shown to anybody.</summary>
public enum ProblemKind { NamesItself, Broken, Unsafe, Other }

public enum ScreenSide { Left, Right }

/// <param name="Side">The answer that it is about; left out: the pair.</param>
public sealed record ReportProblem(ProblemKind? Kind, ScreenSide? Side, string? Comment)
{
    public sealed class Validator : AbstractValidator<ReportProblem>
    {
        public Validator()
        {
            RuleFor(p => p.Kind).NotNull().WithMessage("Give 'kind': names_itself, broken, unsafe or other.");
            RuleFor(p => p.Comment).MaximumLength(4000);
        }
    }
}

/// <summary>What the rater is told of her report.</summary>
public sealed record OwnProblem
{
    public required string Assignment { get; init; }
    public required ProblemKind Kind { get; init; }
    public required ScreenSide? Side { get; init; }
    public required string? Comment { get; init; }
}

/// <summary>A problem that a rater reported, as researchers see it.</summary>
public sealed record ReportedProblem
{
    public required string Assignment { get; init; }
    public required string Pair { get; init; }
    public required string PromptId { get; init; }
    public required string ModelA { get; init; }
    public required string ModelB { get; init; }
    /// <summary>The model that stood left.</summary>
    public required Winner Left { get; init; }
    /// <summary>The model whose answer it is about; null: the rater named none.</summary>
    public required Winner? Side { get; init; }
    public required ProblemKind Kind { get; init; }
    public required string? Comment { get; init; }
    public required string Rater { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

public static class ReportedProblems
{
    public static void MapReportedProblems(this IEndpointRouteBuilder api)
    {
        api.MapPost("/assignments/{assignment}/problems", Report).WithTags("Judging").Allow(Role.Rater).WithName("reportProblem")
            .WithSummary("Say that something is wrong with a pair, beside a vote or without one; the same kind again replaces what was said of it");
        api.MapGet("/studies/{study}/problems", List).WithTags("Judgments").Allow(Role.Researcher).WithName("listProblems").WithSummary("What raters reported of pairs, in the order in which it came");
    }

    private static async Task<Results<Ok<OwnProblem>, ProblemHttpResult>> Report(string assignment, ReportProblem request, Caller caller, ProblemStore store, OpaqueIds ids)
    {
        if (ids.Number(assignment, IdKind.Assignment, caller.OwnStudy) is not { } number || !await store.PutAsync(caller.OwnStudy, number, caller.Rater, request))
            return TypedResults.Problem(Problem.NotFound.With("You have no such assignment."));
        return TypedResults.Ok(new OwnProblem { Assignment = assignment, Kind = request.Kind!.Value, Side = request.Side, Comment = request.Comment });
    }

    private static async Task<Results<Ok<Page<ReportedProblem>>, ProblemHttpResult>> List(
        StudyContext context, ProblemStore store, OpaqueIds ids, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        var rows = await store.ListAsync(context.Id, page.Value.After, page.Value.Limit + 1, cancel);
        return TypedResults.Ok(Cursor.Page(rows, page.Value.Limit, row => row.Problem, row => new ReportedProblem
        {
            Assignment = ids.Encode(IdKind.Assignment, context.Id, row.Assignment),
            Pair = ids.Encode(IdKind.Pair, context.Id, row.Pair),
            PromptId = row.PromptId,
            ModelA = row.ModelA,
            ModelB = row.ModelB,
            Left = (Winner)row.LeftSide,
            Side = (Winner?)row.Side,
            Kind = row.Kind,
            Comment = row.Comment,
            Rater = row.Rater,
            CreatedAt = Time.FromMicros(row.CreatedAt),
        }));
    }
}

/// <summary>One row of <c>problems</c> with the names that researchers know.</summary>
public sealed record ProblemRow
{
    public required long Problem { get; init; }
    public required long Assignment { get; init; }
    public required int Pair { get; init; }
    public required string PromptId { get; init; }
    public required string ModelA { get; init; }
    public required string ModelB { get; init; }
    public required Side LeftSide { get; init; }
    public Side? Side { get; init; }
    public required ProblemKind Kind { get; init; }
    public string? Comment { get; init; }
    public required string Rater { get; init; }
    public required long CreatedAt { get; init; }
}

public sealed class ProblemStore(Database database, WriteQueue writes)
{
    /// <summary>False where she has no such assignment. A kind is reported once of an assignment: the latest words stand.</summary>
    public Task<bool> PutAsync(long study, long assignment, int rater, ReportProblem report) => writes.RunAsync(study, write =>
    {
        var left = StudyStore.Lock(write, study) is null ? null
            : write.First<Side?>("SELECT left_side FROM assignments WHERE study = @study AND assignment = @assignment AND rater = @rater AND import = 0", new { study, assignment, rater });
        if (left is null) return false;
        var side = report.Side is null ? (int?)null : (report.Side == ScreenSide.Left) == (left == Side.A) ? (int)Side.A : (int)Side.B;
        write.Execute("""
            INSERT INTO problems (study, problem, assignment, kind, side, comment, created_at)
            SELECT @study, COALESCE(MAX(problem), 0) + 1, @assignment, @Kind, @side, @Comment, @Now FROM problems WHERE study = @study
            ON CONFLICT (study, assignment, kind) DO UPDATE SET side = excluded.side, comment = excluded.comment
            """, new { study, assignment, Kind = EnumText<ProblemKind>.Of(report.Kind!.Value), side, report.Comment, write.Now });
        return true;
    });

    public Task<IReadOnlyList<ProblemRow>> ListAsync(long study, long after, int limit, CancellationToken cancel) => database.QueryAsync<ProblemRow>("""
        SELECT x.problem, x.assignment, x.kind, x.side, x.comment, x.created_at, a.pair, a.left_side, q.external_id AS prompt_id, m.name AS model_a, n.name AS model_b, r.name AS rater
        FROM problems x
        JOIN assignments a ON a.study = x.study AND a.assignment = x.assignment
        JOIN prompts q ON q.study = a.study AND q.prompt = a.prompt
        JOIN pairs p ON p.study = a.study AND p.pair = a.pair
        JOIN model_pairs g ON g.study = p.study AND g.model_pair = p.model_pair
        JOIN models m ON m.study = g.study AND m.model = g.model_a
        JOIN models n ON n.study = g.study AND n.model = g.model_b
        JOIN raters r ON r.study = a.study AND r.rater = a.rater
        WHERE x.study = @study AND x.problem > @after ORDER BY x.problem LIMIT @limit
        """, new { study, after, limit }, cancel);
}
