using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Platform;
using PrefEval.Api.Reports.Tables;
using PrefEval.Api.Shares;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Reports;

public static class ReportEndpoints
{
    public static void MapReports(this IEndpointRouteBuilder study)
    {
        var reports = study.MapGroup("/reports").WithTags("Reports");
        reports.AddEndpointFilterFactory(Http.KnownParametersOnly);
        var tables = reports.MapGroup("").WithMetadata(new TableFiles.HasTables()).AddEndpointFilter(TableFiles.Filter).AddEndpointFilter(RememberLook);
        var shared = tables.MapGroup("").AddEndpointFilter(SharedReports.Filter).AllowReaders();
        tables = tables.MapGroup("").Allow(Role.Researcher);
        reports = reports.MapGroup("").AddEndpointFilter(RememberLook).Allow(Role.Researcher);
        shared.MapGet("/preference", PreferenceReports.GetAsync).WithName("getPreferenceReport").WithSummary("Win, tie and loss of a model against each other one, with intervals");
        shared.MapGet("/agreement", GetAgreement).WithName("getAgreementReport").WithSummary("How far raters agree with each other");
        shared.MapGet("/leaderboard", LeaderboardReports.GetAsync).WithName("getLeaderboardReport").WithSummary("One strength a model, with intervals and sets of ranks");
        shared.MapGet("/position", PositionReports.GetAsync).WithName("getPositionReport").WithSummary("Whether the left answer wins more often than the right one, over all and by rater");
        shared.MapGet("/length", LengthReports.GetAsync).WithName("getLengthReport").WithSummary("Win rates as they would be were both answers equally long");
        tables.MapGet("/raters", RaterQualityReports.GetAsync).WithName("getRatersReport").WithSummary("How each rater works: agreement with the others, sides, ties, time, gold");
        shared.MapGet("/judges", JudgeReports.GetAsync).WithName("getJudgesReport").WithSummary("How far language models that judge agree with humans, beside how far humans agree with each other");
        reports.MapGet("/plan", PlanReports.GetAsync).WithName("getPlan").WithSummary("What the design comes to, and how many prompts, raters and judgments a wished interval or power asks for");
        reports.MapGet("/progress", GetProgress).WithName("getProgressReport").WithSummary("How far the study is, by pair of models");
    }

    /// <summary>Who sets judgments aside after a look at the result is to be known by it.</summary>
    private static async ValueTask<object?> RememberLook(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        var answer = result is INestedHttpResult nested ? nested.Result : result;
        if (answer is IValueHttpResult { Value: Report report })
        {
            var services = context.HttpContext.RequestServices;
            services.GetRequiredService<ReportStore>().RememberLook(services.GetRequiredService<StudyContext>().Id, report.Sequence);
        }
        return result;
    }

    private static async Task<Results<Ok<AgreementReport>, StatusCodeHttpResult, ProblemHttpResult>> GetAgreement(
        StudyContext context, ReportDesk desk, HttpContext http, double? confidence, [AsParameters] ReportParameters filter, CancellationToken cancel)
    {
        var request = await desk.ReadAsync(context.Id, filter, cancel);
        var level = ReportDesk.ParseConfidence(confidence, request.Declared.Confidence, request.Errors);
        if (request.Refusal is { } refusal) return refusal;
        var hash = ReportDesk.Hash(request, "agreement", level, http, out var isKnown);
        if (isKnown) return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        var evidence = await desk.GatherAsync(request, cancel);
        var agreement = Reporting.Agreements(evidence.Judgments, level);
        var report = new AgreementReport
        {
            Sequence = request.Sequence,
            Hash = hash,
            DataHash = evidence.DataHash,
            Filter = request.Filter,
            Raters = evidence.Kind,
            Units = agreement.Units,
            Percent = Interval.Of(agreement.Percent),
            TieDiscounted = Interval.Of(agreement.TieDiscounted),
            KrippendorffAlpha = Interval.Of(agreement.KrippendorffAlpha),
            KrippendorffAlphaLinear = Interval.Of(agreement.KrippendorffAlphaLinear),
            FleissKappa = Interval.Of(agreement.FleissKappa),
            GwetAc1 = Interval.Of(agreement.GwetAc1),
            CohenKappa = [.. agreement.CohenKappa.Select(c => new CohenKappaRow
            {
                RaterA = evidence.Raters[c.RaterA].Name,
                RaterB = evidence.Raters[c.RaterB].Name,
                Units = c.Units,
                Estimate = c.Estimate,
                Se = c.Se,
                Status = c.Status,
            })],
        };
        return TypedResults.Ok(report with { Methods = MethodsOfRaters.Of(report, request.Settings) });
    }

    private static async Task<Ok<ProgressReport>> GetProgress(StudyContext context, StudyStore studies, ReportDesk desk, ReportStore store, TimeProvider time, CancellationToken cancel)
    {
        var row = (await studies.FindAsync(context.Id, cancel))!;
        var names = (await store.ModelPairsAsync(context.Id, cancel)).ToDictionary(m => m.ModelPair);
        var request = await desk.ReadAsync(context.Id, new ReportParameters(), cancel);
        var evidence = await desk.GatherAsync(request, cancel);
        var prefixes = await desk.PrefixesAsync(request, evidence, await desk.IdenticalThenAsync(request, cancel), cancel);
        var family = new Family([.. names.Values.Select(m => new Comparison(m.ModelPair, m.ModelA, m.ModelB, false))], request.Declared, request.Settings.Design).Size;
        var (ratersAtWork, lastHour) = await store.SinceAsync(context.Id, time.Micros() - Time.Minutes(60), cancel);
        ProgressRow[] items = [.. (await store.PairCountsAsync(context.Id, row.State == StudyState.Draft, cancel)).OrderBy(c => c.ModelPair).Select(c => new ProgressRow
        {
            ModelA = names[c.ModelPair].ModelA,
            ModelB = names[c.ModelPair].ModelB,
            Pairs = c.Pairs,
            Planned = c.Planned,
            Counted = c.Counted,
            Live = c.Live,
            CompletePairs = c.CompletePairs,
            Identical = c.Identical,
            Unjudgeable = c.Unjudgeable,
            LiveInterval = prefixes.Of(c.ModelPair, turned: false, request.Declared.Estimand, request.Declared.Confidence, family),
        })];
        return TypedResults.Ok(new ProgressReport
        {
            State = row.State,
            Sequence = row.Sequence,
            Planned = items.Sum(i => i.Planned),
            Counted = items.Sum(i => i.Counted),
            Live = items.Sum(i => i.Live),
            RatersAtWork = ratersAtWork,
            JudgmentsLastHour = lastHour,
            Raters = evidence.Kind,
            Items = items,
        });
    }
}
