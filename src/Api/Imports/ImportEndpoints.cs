using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Access;
using PrefEval.Api.Audit;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Imports;

public static class ImportEndpoints
{
    public static void AddImports(this IServiceCollection services)
    {
        services.AddOptions<ImportOptions>().BindConfiguration("PrefEval:Imports").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Spool>();
        services.AddSingleton<ImportWriter>();
        services.AddSingleton<ImportRemoval>();
        services.AddSingleton<ImportStore>();
    }

    public static void MapImports(this IEndpointRouteBuilder study)
    {
        var imports = study.MapGroup("/imports").WithTags("Imports").Allow(Role.Researcher);
        imports.MapPost("/", Create).WithName("createImport").WithSummary("Read a file: stage it and answer what it would bring, or store it at once with confirm=true")
            .Accepts<Stream>("application/octet-stream", "*/*") // any type is taken; the first is for the clients that are made from the contract
            .WithMetadata(new DisableRequestSizeLimitAttribute());
        imports.MapGet("/", List).WithName("listImports").WithSummary("The imports of the study, oldest first");
        imports.MapGet("/{import}", Get).WithName("getImport").WithSummary("One import: its state, what it brings, and how far it is written");
        imports.MapPost("/{import}/confirm", Confirm).WithName("confirmImport").WithSummary("Store a staged import")
            .Accepts<ConfirmImport>(isOptional: true, "application/json", "*/*"); // no body, and so no type, is the usual call
        imports.MapDelete("/{import}", Delete).WithName("deleteImport").WithSummary("Drop a staged import, or undo a stored one while the study is a draft and nothing else hangs on it");
    }

    private static async Task<Results<Ok<ImportSummary>, ProblemHttpResult>> Create(
        Stream body, StudyContext study, Caller caller, ImportStore store, OpaqueIds ids, Made made, CancellationToken cancel, string? format = "auto", bool? confirm = false, string? mapping = null, [FromQuery(Name = "on_change")] string? onChange = null, string? leaks = null)
    {
        var told = TableMapping.Parse(mapping);
        OnChange? change = EnumText<OnChange>.TryParse(onChange, out var known) ? known : null;
        if (onChange is not null && change is null)
            return TypedResults.Problem(Problem.InvalidRequest.With("'on_change' is reject or replace; leave it out to see in a preview what replacing would do.", [new FieldError { Field = "on_change", Message = "reject or replace" }]));
        Leaks? choice = EnumText<Leaks>.TryParse(leaks, out var chosen) ? chosen : null;
        if (leaks is not null && choice is null)
            return TypedResults.Problem(Problem.InvalidRequest.With("'leaks' is keep, mask or drop; leave it out to keep answers that say who they are as they are.", [new FieldError { Field = "leaks", Message = "keep, mask or drop" }]));
        if (told.Problem is { } unread) return TypedResults.Problem(unread);
        var outcome = await store.CreateAsync(study.Id, caller.Account, format ?? "auto", told.Value, confirm ?? false, change, choice ?? Leaks.Keep, body, cancel);
        if (outcome.Value is { } stored) made.Ids.Add(ids.Encode(IdKind.Import, study.Id, stored.Import));
        return outcome.ToHttp(row => ToWire(row, study.Id, store, ids));
    }

    private static async Task<Results<Ok<Page<ImportSummary>>, ProblemHttpResult>> List(
        StudyContext study, ImportStore store, OpaqueIds ids, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        var rows = await store.ListAsync(study.Id, page.Value.After, page.Value.Limit + 1, cancel);
        return TypedResults.Ok(Cursor.Page(rows, page.Value.Limit, row => row.Import, row => ToWire(row, study.Id, store, ids)));
    }

    private static async Task<Results<Ok<ImportSummary>, ProblemHttpResult>> Get(string import, StudyContext study, ImportStore store, OpaqueIds ids, CancellationToken cancel) =>
        ids.Number(import, IdKind.Import, study.Id) is { } number && await store.FindAsync(study.Id, number, cancel) is { } row
            ? TypedResults.Ok(ToWire(row, study.Id, store, ids))
            : TypedResults.Problem(Unknown());

    private static async Task<Results<Ok<ImportSummary>, ProblemHttpResult>> Confirm(
        string import, ConfirmImport? request, StudyContext study, ImportStore store, OpaqueIds ids, CancellationToken cancel) =>
        ids.Number(import, IdKind.Import, study.Id) is { } number
            ? (await store.ConfirmAsync(study.Id, number, request?.Mapping, request?.OnChange ?? OnChange.Reject, request?.Leaks ?? Leaks.Keep, cancel)).ToHttp(row => ToWire(row, study.Id, store, ids))
            : TypedResults.Problem(Unknown());

    private static async Task<Results<Ok<ImportSummary>, ProblemHttpResult>> Delete(string import, StudyContext study, ImportStore store, OpaqueIds ids, CancellationToken cancel) =>
        ids.Number(import, IdKind.Import, study.Id) is { } number
            ? (await store.DeleteAsync(study.Id, number, cancel)).ToHttp(row => ToWire(row, study.Id, store, ids))
            : TypedResults.Problem(Unknown());

    private static ProblemDetails Unknown() => Problem.NotFound.With("The study has no such import.");

    private static ImportSummary ToWire(ImportRow row, long study, ImportStore store, OpaqueIds ids)
    {
        var notes = ImportNotes.Parse(row.Summary);
        var counts = notes.Counts;
        var progress = store.Progress(study, row.Import);
        var state = notes.End ?? Enum.Parse<ImportState>(row.State, ignoreCase: true);
        return new ImportSummary
        {
            Id = ids.Encode(IdKind.Import, study, row.Import),
            Format = row.Format,
            State = state,
            Encoding = notes.Encoding,
            Mapping = notes.Mapping,
            Table = notes.Table,
            Prompts = counts.Prompts,
            Answers = counts.Answers,
            Pairs = counts.Pairs,
            Judgments = counts.Judgments,
            Unchanged = counts.Unchanged,
            Kept = counts.Kept,
            Surplus = counts.Surplus,
            NotJudged = counts.NotJudged,
            Raters = counts.Raters,
            Models = counts.Models,
            EmptyAnswers = counts.EmptyAnswers,
            LeakingAnswers = counts.LeakingAnswers,
            Leaks = notes.Leaks,
            LeakExamples = counts.LeakExamples,
            AnswersByModel = counts.AnswersByModel,
            AnswersChanged = counts.AnswersChanged,
            JudgmentsSetAside = counts.JudgmentsSetAside,
            LeasesEnded = counts.LeasesEnded,
            PromptsReopened = counts.PromptsReopened,
            Wave = counts.Wave,
            WavePairs = counts.Wave is null ? null : counts.WavePairs,
            Errors = [],
            Rows = Math.Max(counts.Rows, progress.Of), // stored at once, it has no summary yet
            RowsDone = state switch { ImportState.Stored => counts.Rows, ImportState.Storing => progress.Rows, _ => 0 },
            RowsPerSecond = state == ImportState.Storing ? progress.PerSecond : null,
            Reason = notes.Reason,
            CreatedAt = Time.FromMicros(row.CreatedAt),
            StoredAt = Time.FromMicros(row.StoredAt),
        };
    }
}
