using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Assignments;
using PrefEval.Api.Audit;
using PrefEval.Api.Judgments;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Raters;

public static class RaterEndpoints
{
    public static void MapRaters(this IEndpointRouteBuilder study)
    {
        var raters = study.MapGroup("/raters").WithTags("Raters").Allow(Role.Researcher);
        raters.MapPost("/", Invite).WithName("inviteRaters").WithSummary("Invite one rater or a list; each link and key is shown once. With 'Accept: text/csv' the links as a table");
        raters.MapGet("/", List).WithName("listRaters").WithSummary("The raters and how much they did");
        raters.MapPatch("/{rater}", Update).WithName("updateRater").WithSummary("Pause, remove or reactivate a rater, set her quota, limits and group, let her in; a removed one's judgments are kept or excluded");
        raters.MapPost("/{rater}/link", NewLink).WithName("renewRaterLink").WithSummary("A new link for a rater who lost hers; the old one ends");
    }

    public static void MapMe(this IEndpointRouteBuilder api) =>
        api.MapGet("/me", GetMe).WithTags("Judging").Allow(Role.Rater).WithName("getMe").WithSummary("What the signed-in rater is asked, and how far she is");

    private static async Task<Results<Created<RaterInvitations>, FileContentHttpResult, ProblemHttpResult>> Invite(
        InviteRaters request, StudyContext context, RaterStore store, OpaqueIds ids, Links links, Made audited, HttpRequest http)
    {
        var outcome = await store.InviteAsync(context.Id, request.All);
        if (outcome.Problem is { } problem) return TypedResults.Problem(problem);
        RaterInvitation[] made = [.. outcome.Value!.Select(r => ToInvitation(r.Rater, r.Invited.Name, r.Invited.ExternalId, r.Secret, context.Id, ids, links))];
        audited.Ids.AddRange(made.Select(each => each.Rater));
        if (http.Headers.Accept.ToString().Contains(InvitationCsv.MediaType, StringComparison.OrdinalIgnoreCase)) return TypedResults.File(InvitationCsv.Write(made), InvitationCsv.MediaType + "; charset=utf-8", "raters.csv");
        var invitations = new RaterInvitations { Items = made };
        return TypedResults.Created((string?)null, request.Raters is not null || request.Names is not null ? invitations : invitations with { Rater = made[0].Rater, Key = made[0].Key, Link = made[0].Link });
    }

    private static async Task<Results<Ok<Page<Rater>>, ProblemHttpResult>> List(
        StudyContext context, RaterStore store, StudyStore studies, TimeProvider time, OpaqueIds ids, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        var rows = await store.ListAsync(context.Id, page.Value.After, page.Value.Limit + 1, cancel);
        return TypedResults.Ok(Cursor.Page(rows, page.Value.Limit, row => row.Rater, await ToWireAsync(context.Id, store, studies, time, ids, cancel)));
    }

    private static async Task<Results<Ok<Rater>, ProblemHttpResult>> Update(
        string rater, UpdateRater request, StudyContext context, Caller caller, RaterStore store, StudyStore studies, TimeProvider time, OpaqueIds ids, CancellationToken cancel)
    {
        if (ids.Number(rater, IdKind.Rater, context.Id) is not { } number) return TypedResults.Problem(Problem.NotFound.With("The study has no such rater."));
        var outcome = await store.UpdateAsync(context.Id, number, request, new JudgmentFilter(Rater: rater), caller.Account);
        return outcome.ToHttp(await ToWireAsync(context.Id, store, studies, time, ids, cancel));
    }

    private static async Task<Results<Ok<RaterInvitation>, ProblemHttpResult>> NewLink(string rater, StudyContext context, RaterStore store, OpaqueIds ids, Links links) =>
        ids.Number(rater, IdKind.Rater, context.Id) is { } number && await store.NewKeyAsync(context.Id, number, oneTime: false) is var (name, externalId, secret)
            ? TypedResults.Ok(ToInvitation((int)number, name, externalId, secret, context.Id, ids, links))
            : TypedResults.Problem(Problem.NotFound.With("The study has no such rater."));

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> GetMe(
        Caller caller, RaterStore store, StudyStore studies, StudyDone done, TimeProvider time, OpaqueIds ids, CancellationToken cancel)
    {
        if (await studies.FindAsync(caller.OwnStudy, cancel) is not { DeletedAt: null } row || await store.FindAsync(caller.OwnStudy, caller.Rater, cancel) is not { } rater)
            return TypedResults.Problem(Problem.NotFound.With("The study that this link belongs to is gone."));
        var settings = row.ReadSettings();
        var rounds = await store.RoundsAsync(row.Study, rater.Rater, settings, cancel);
        var stage = Stages.Of(rater, settings, rounds);
        return TypedResults.Ok(new Me
        {
            Study = ids.Encode(IdKind.Study, 0, row.Study),
            Name = rater.Name,
            Title = settings.Title,
            Question = settings.Question,
            Guidelines = settings.Guidelines,
            Language = settings.Language,
            AllowBothBad = settings.AllowBothBad,
            Strength = settings.Strength,
            Criteria = settings.Criteria,
            Open = row.State == StudyState.Open && rater.State == RaterState.Active,
            Stage = stage,
            Practice = rounds.Practice == 0 ? null : new PracticeRound { Done = stage == Stage.Practice ? rounds.Practised : rounds.Practice, Of = rounds.Practice },
            Qualification = settings.Qualification is not { } round ? null
                : new QualificationRound { Done = rater.Qualified is null ? Math.Min(rounds.Answered, round.Pairs) : round.Pairs, Of = round.Pairs, Needed = round.Needed },
            Judged = rater.Judged,
            JudgedToday = rater.JudgedOn(StudyDay.Of(time.Micros(), settings.TimeZone)),
            Quota = rater.Quota,
            StudyDone = await done.OfAsync(row.Study, cancel),
        });
    }

    private static RaterInvitation ToInvitation(int rater, string name, string? externalId, string secret, long study, OpaqueIds ids, Links links) => new()
    {
        Rater = ids.Encode(IdKind.Rater, study, rater),
        Name = name,
        ExternalId = externalId,
        Key = secret,
        Link = links.Judge(secret),
    };

    private static async Task<Func<RaterRow, Rater>> ToWireAsync(long study, RaterStore store, StudyStore studies, TimeProvider time, OpaqueIds ids, CancellationToken cancel)
    {
        var today = StudyDay.Of(time.Micros(), (await studies.FindAsync(study, cancel))!.ReadSettings().TimeZone);
        var limits = await store.LimitsAsync(study, cancel);
        var signIns = await store.SignInsAsync(study, cancel);
        return row => new Rater
        {
            Id = ids.Encode(IdKind.Rater, study, row.Rater),
            ExternalId = row.ExternalId,
            Name = row.Name,
            Kind = row.Kind,
            State = row.State,
            Quota = row.Quota,
            Group = row.GroupName,
            Qualified = row.Qualified,
            QualificationRight = row.QualificationRight,
            QualifiedBy = row.QualifiedBy,
            QualifiedAt = Time.FromMicros(row.QualifiedAt),
            Categories = limits(row.Rater).Categories,
            Languages = limits(row.Rater).Languages,
            Asked = row.Asked,
            Judged = row.Judged,
            Checks = row.Checks,
            JudgedToday = row.JudgedOn(today),
            LastJudgedOn = row.Day == 0 ? null : DateOnly.FromDayNumber(row.Day),
            SignedInAt = signIns.TryGetValue(row.Rater, out var at) ? Time.FromMicros(at) : null,
            ErasedAt = Time.FromMicros(row.ErasedAt),
        };
    }
}
