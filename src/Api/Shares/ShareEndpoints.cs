using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Audit;
using PrefEval.Api.Models;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Shares;

public static class ShareEndpoints
{
    public static void MapShares(this IEndpointRouteBuilder study)
    {
        var shares = study.MapGroup("/shares").WithTags("Shares").Allow(Role.Researcher);
        shares.MapPost("/", Create).WithName("createShare").WithSummary("Make a link that reads the study's report, as of a number or as it stands; it is shown once");
        shares.MapGet("/", List).WithName("listShares").WithSummary("The study's shares and when each was last opened, without their links");
        shares.MapDelete("/{share}", Revoke).WithName("revokeShare").WithSummary("End a share, and the pages that it has opened, at once");
    }

    public static void MapShared(this IEndpointRouteBuilder api) =>
        api.MapGet("/shared", GetShared).WithTags("Shares").Allow(Role.Viewer).WithName("getShared").WithSummary("The study whose report a share reads");

    private static async Task<Results<Created<Share>, ProblemHttpResult>> Create(CreateShare request, StudyContext context, ShareStore store, OpaqueIds ids, Links links, Made made)
    {
        var secret = AccessStore.NewSecret("ps_");
        long? expires = request.ExpiresAt is { } at ? Time.ToMicros(at) : null;
        var outcome = await store.CreateAsync(context.Id, secret, request.Name ?? "", request.At, expires);
        if (outcome.Problem is { } problem) return TypedResults.Problem(problem);
        var share = ToWire(outcome.Value!, context.Id, ids) with { Key = secret, Link = links.Share(secret) };
        made.Ids.Add(share.Id);
        return TypedResults.Created((string?)null, share);
    }

    private static async Task<Results<Ok<Page<Share>>, ProblemHttpResult>> List(StudyContext context, ShareStore store, OpaqueIds ids, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        var rows = await store.ListAsync(context.Id, page.Value.After, page.Value.Limit + 1, cancel);
        return TypedResults.Ok(Cursor.Page(rows, page.Value.Limit, row => row.KeyId, row => ToWire(row, context.Id, ids)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(string share, StudyContext context, ShareStore store, OpaqueIds ids) =>
        ids.Number(share, IdKind.Share, context.Id) is { } key && await store.RevokeAsync(context.Id, key)
            ? TypedResults.NoContent()
            : TypedResults.Problem(Problem.NotFound.With("The study has no such share."));

    private static async Task<Results<Ok<SharedStudy>, ProblemHttpResult>> GetShared(Caller caller, ShareStore store, StudyStore studies, ModelStore models, OpaqueIds ids, CancellationToken cancel)
    {
        if (await studies.FindAsync(caller.OwnStudy, cancel) is not { DeletedAt: null } row) return TypedResults.Problem(Problem.NotFound.With("The study that this link belongs to is gone."));
        await store.OpenedAsync(row.Study, caller.KeyId);
        var settings = row.ReadSettings();
        return TypedResults.Ok(new SharedStudy
        {
            Study = ids.Encode(IdKind.Study, 0, row.Study),
            Name = row.Name,
            Title = settings.Title,
            Question = settings.Question,
            Language = settings.Language,
            Criteria = settings.Criteria,
            ModelAttributes = await models.AttributeNamesAsync(row.Study, cancel),
            Sequence = caller.FrozenAt ?? row.Sequence,
            Frozen = caller.FrozenAt is not null,
            ExpiresAt = Time.FromMicros(caller.ExpiresAt),
        });
    }

    private static Share ToWire(ShareRow row, long study, OpaqueIds ids) => new()
    {
        Id = ids.Encode(IdKind.Share, study, row.KeyId),
        Name = row.Name,
        At = row.Sequence,
        CreatedAt = Time.FromMicros(row.CreatedAt),
        ExpiresAt = Time.FromMicros(row.ExpiresAt),
        RevokedAt = Time.FromMicros(row.RevokedAt),
        LastOpenedAt = Time.FromMicros(row.UsedAt),
    };
}
