using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;

namespace PrefEval.Api.Studies;

public static class StudyEndpoints
{
    public static void MapStudies(this IEndpointRouteBuilder api)
    {
        var studies = api.MapGroup("/studies").WithTags("Studies").Allow(Role.Researcher);
        studies.MapPost("/", Create).WithName("createStudy").WithSummary("Create a draft, new or as a copy of another study");
        studies.MapGet("/", List).WithName("listStudies").WithSummary("The studies that you are a member of");

        var study = studies.MapGroup("/{study}");
        study.MapGet("/", Get).WithName("getStudy").WithSummary("One study with its settings");
        study.MapPatch("/", Update).WithName("updateStudy").WithSummary("Change settings or state: open, pause, close");
        study.MapDelete("/", Delete).WithName("deleteStudy").WithSummary("Delete a draft; put any other study into the bin for 30 days");
        study.MapPost("/restore", Restore).WithName("restoreStudy").WithSummary("Take a study out of the bin");
        study.MapPost("/members", AddMember).WithName("addMember").WithSummary("Let another account see and change this study");
    }

    private static async Task<Results<Created<Study>, ProblemHttpResult>> Create(
        CreateStudy request, Caller caller, StudyStore store, Copying copying, OpaqueIds ids, CancellationToken cancel)
    {
        StudyRow? source = null;
        if (request.CopyOf is { } id)
        {
            if (ids.TryDecode(id, IdKind.Study, out _, out var copied) && await store.MayEnterAsync(copied, caller, cancel)) source = await store.FindAsync(copied, cancel);
            if (source is not { DeletedAt: null })
                return TypedResults.Problem(Problem.NotFound.With("There is no study to copy under that id.", [new FieldError { Field = "copy_of", Message = "not a study that you may see" }]));
        }
        var settings = StudyFields.Apply(request, source?.ReadSettings() ?? StudyFields.Defaults) with { Locked = false };
        if (DeclaredFamily.Check(settings, source is null ? [] : await store.ModelsAsync(source.Study, cancel)) is { } unfit) return TypedResults.Problem(unfit);
        var created = source is null
            ? await store.CreateAsync(request.Name!, request.ExternalId, settings, caller.Account)
            : await copying.CopyAsync(source, request.Name, request.ExternalId, settings, caller.Account, cancel);
        if (created is null)
            return TypedResults.Problem(Problem.NameTaken.With("Another study has this external_id; choose another, or fetch that study.", [new FieldError { Field = "external_id", Message = "taken" }]));
        var study = created.ToWire(ids, []);
        return TypedResults.Created($"/api/v1/studies/{study.Id}", study);
    }

    private static async Task<Results<Ok<Page<Study>>, ProblemHttpResult>> List(
        Caller caller, StudyStore store, OpaqueIds ids, bool? deleted, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        var rows = await store.ListAsync(caller, deleted ?? false, page.Value.After, page.Value.Limit + 1, cancel);
        var waves = await store.WavesAsync(rows.Count == 0 ? 0 : rows[0].Study, rows.Count == 0 ? 0 : rows[^1].Study, cancel);
        return TypedResults.Ok(Cursor.Page(rows, page.Value.Limit, row => row.Study, row => row.ToWire(ids, waves[row.Study])));
    }

    private static async Task<Ok<Study>> Get(StudyContext context, StudyStore store, OpenSlots slots, OpaqueIds ids, CancellationToken cancel)
    {
        var row = (await store.FindAsync(context.Id, cancel))!;
        return TypedResults.Ok(row.ToWire(ids, (await store.WavesAsync(context.Id, context.Id, cancel))[context.Id]) with
        {
            Warnings = row.State == StudyState.Draft ? await slots.WarningsAsync(row, cancel) : [],
        });
    }

    private static async Task<Results<Ok<Study>, ProblemHttpResult>> Update(
        UpdateStudy request, StudyContext context, Caller caller, StudyStore store, OpenSlots slots, OpaqueIds ids, CancellationToken cancel)
    {
        var outcome = await store.UpdateAsync(context.Id, request, caller.Role == Role.Admin, caller.Account, cancel);
        var waves = (await store.WavesAsync(context.Id, context.Id, cancel))[context.Id];
        var warnings = outcome.Value is { } now && (now.State == StudyState.Draft || request.State == StudyState.Open) ? await slots.WarningsAsync(now, cancel) : [];
        return outcome.ToHttp(row => row.ToWire(ids, waves) with { Warnings = warnings });
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(StudyContext context, Bin bin) =>
        await bin.DeleteAsync(context.Id) ? TypedResults.NoContent() : TypedResults.Problem(Problem.NotFound.With("The study is in the bin already."));

    private static async Task<Results<NoContent, ProblemHttpResult>> Restore(StudyContext context, StudyStore store) =>
        await store.RestoreAsync(context.Id) ? TypedResults.NoContent() : TypedResults.Problem(Problem.StudyState.With("The study is not in the bin."));

    private static async Task<Results<NoContent, ProblemHttpResult>> AddMember(AddMember request, StudyContext context, StudyStore store) =>
        await store.AddMemberAsync(context.Id, request.Account)
            ? TypedResults.NoContent()
            : TypedResults.Problem(Problem.NotFound.With("There is no such account; an admin makes one with POST /api/v1/keys.", [new FieldError { Field = "account", Message = "unknown" }]));
}
