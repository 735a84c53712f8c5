using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

public static class ReportEndpoints
{
    /// <summary>Part of every report's hash: raise it when a method changes what a report says.</summary>
    private const string MethodVersion = "1";

    internal const string TieRule = "a tie and a both-bad count one half for the win rate";

    public static void MapReports(this IEndpointRouteBuilder study)
    {
        var reports = study.MapGroup("/reports").WithTags("Reports").Allow(Role.Researcher);
        reports.AddEndpointFilterFactory(KnownParametersOnly);
        reports.MapGet("/preference", GetPreference).WithName("getPreferenceReport").WithSummary("Win, tie and loss of a model against each other one, with intervals");
        reports.MapGet("/agreement", GetAgreement).WithName("getAgreementReport").WithSummary("How far raters agree with each other");
        reports.MapGet("/progress", GetProgress).WithName("getProgressReport").WithSummary("How far the study is, by pair of models");
    }

    private static async Task<Results<Ok<PreferenceReport>, StatusCodeHttpResult, ProblemHttpResult>> GetPreference(
        StudyContext context, StudyStore studies, ReportStore store, ColumnCache columns, HttpContext http,
        string? model, string? baseline, string? unit, string? scope, double? confidence, string? raters, long? at, CancellationToken cancel)
    {
        var row = (await studies.FindAsync(context.Id, cancel))!;
        var settings = row.ReadSettings();
        var sequence = at ?? row.Sequence;
        var changes = await studies.ChangesAsync(context.Id, cancel);
        var declared = changes.FirstOrDefault(c => c.Sequence > sequence)?.Before ?? settings.Analysis;
        changes = [.. changes.Where(c => c.Sequence <= sequence)];

        var errors = new List<FieldError>();
        var byUnit = Parse(unit, "unit", declared.Unit, errors);
        var byScope = Parse(scope, "scope", byUnit == Unit.Pair ? Scope.TheseRaters : declared.Scope, errors); // a majority has no raters to speak of
        var question = new PreferenceQuestion(model, baseline, byUnit, byScope, confidence ?? declared.Confidence, declared);
        var kind = ParseKind(raters, errors);
        Check(question.Confidence, at, row.Sequence, errors);
        var modelPairs = await store.ModelPairsAsync(context.Id, cancel);
        CheckModels(modelPairs, model, baseline, errors);
        if (errors.Count > 0) return Refuse(errors);

        var hash = Hash(row, sequence, declared, await store.ImportsAsync(context.Id, cancel), http.Request);
        if (IsKnown(http, hash)) return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        var special = await store.SpecialPairsAsync(context.Id, settings.Overlap.Base, cancel);
        var (judgments, counted, _) = await SelectAsync(context.Id, sequence, kind, special, store, columns, cancel);
        var counts = (await store.PairCountsAsync(context.Id, row.State == StudyState.Draft, cancel)).ToDictionary(c => c.ModelPair);
        var skips = (await store.SkipsAsync(context.Id, sequence, cancel)).ToLookup(s => s.ModelPair);
        var empty = (await store.EmptyAnswersAsync(context.Id, cancel)).ToDictionary(e => e.ModelPair, e => e.Pairs);
        return TypedResults.Ok(new PreferenceReport
        {
            Sequence = sequence,
            Hash = hash,
            Raters = counted,
            Analysis = !IsAsDeclared(question) || raters is not null ? AnalysisKind.Sensitivity : changes.Count > 0 ? AnalysisKind.Changed : AnalysisKind.Primary,
            Changes = changes,
            PrimaryEstimand = declared.Estimand,
            Unit = question.Unit,
            Scope = question.Scope,
            TieRule = TieRule,
            Items = Reporting.Preferences(judgments, modelPairs, settings, question, special.ToDictionary(p => p.Pair, p => p.Overlap),
                (modelPair, complete) => DenominatorsOf(counts.GetValueOrDefault(modelPair), complete, skips[modelPair], empty.GetValueOrDefault(modelPair))),
        });
    }

    private static async Task<Results<Ok<AgreementReport>, StatusCodeHttpResult, ProblemHttpResult>> GetAgreement(
        StudyContext context, StudyStore studies, ReportStore store, ColumnCache columns, HttpContext http, double? confidence, string? raters, long? at, CancellationToken cancel)
    {
        var row = (await studies.FindAsync(context.Id, cancel))!;
        var errors = new List<FieldError>();
        var kind = ParseKind(raters, errors);
        var settings = row.ReadSettings();
        var level = confidence ?? settings.Analysis.Confidence;
        Check(level, at, row.Sequence, errors);
        if (errors.Count > 0) return Refuse(errors);

        var sequence = at ?? row.Sequence;
        var hash = Hash(row, sequence, settings.Analysis, await store.ImportsAsync(context.Id, cancel), http.Request);
        if (IsKnown(http, hash)) return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        var special = await store.SpecialPairsAsync(context.Id, settings.Overlap.Base, cancel);
        var (judgments, counted, names) = await SelectAsync(context.Id, sequence, kind, special, store, columns, cancel);
        var agreement = Reporting.Agreements(judgments, level);
        return TypedResults.Ok(new AgreementReport
        {
            Sequence = sequence,
            Hash = hash,
            Raters = counted,
            Units = agreement.Units,
            Percent = Interval.Of(agreement.Percent),
            TieDiscounted = Interval.Of(agreement.TieDiscounted),
            KrippendorffAlpha = Interval.Of(agreement.KrippendorffAlpha),
            KrippendorffAlphaLinear = Interval.Of(agreement.KrippendorffAlphaLinear),
            FleissKappa = Interval.Of(agreement.FleissKappa),
            GwetAc1 = Interval.Of(agreement.GwetAc1),
            CohenKappa = [.. agreement.CohenKappa.Select(c => new CohenKappaRow
            {
                RaterA = names[c.RaterA].Name,
                RaterB = names[c.RaterB].Name,
                Units = c.Units,
                Estimate = c.Estimate,
                Se = c.Se,
                Status = c.Status,
            })],
        });
    }

    private static async Task<Ok<ProgressReport>> GetProgress(StudyContext context, StudyStore studies, ReportStore store, TimeProvider time, CancellationToken cancel)
    {
        var row = (await studies.FindAsync(context.Id, cancel))!;
        var names = (await store.ModelPairsAsync(context.Id, cancel)).ToDictionary(m => m.ModelPair);
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
            Items = items,
        });
    }

    /// <summary>The judgments of one kind of rater: the one asked for, else human if one is counted, else whichever is. Gold and practice pairs are no evidence.</summary>
    private static async Task<(Selection Judgments, RaterKind Kind, Dictionary<int, ReportRater> Raters)> SelectAsync(
        long study, long sequence, RaterKind? asked, IReadOnlyList<SpecialPairRow> special, ReportStore store, ColumnCache cache, CancellationToken cancel)
    {
        var columns = await cache.AtAsync(study, sequence, cancel);
        var raters = (await store.RatersAsync(study, cancel)).ToDictionary(r => r.Rater);
        var leftOut = special.Where(p => p.Role != PairRole.Normal).Select(p => p.Pair).ToHashSet();
        (Selection Judgments, RaterKind Kind)? uncounted = null;
        foreach (var kind in asked is { } one ? [one] : Enum.GetValues<RaterKind>())
        {
            var judgments = columns.Select(sequence, rater => raters[rater].Kind == kind, pair => !leftOut.Contains(pair));
            if (judgments.Counted.Contains(true)) return (judgments, kind, raters);
            if (judgments.Count > 0) uncounted ??= (judgments, kind);
        }
        return (uncounted?.Judgments ?? new Selection(0), uncounted?.Kind ?? asked ?? RaterKind.Human, raters);
    }

    private static Denominators DenominatorsOf(PairCountsRow? counts, int complete, IEnumerable<SkipRow> skips, int emptyAnswers)
    {
        var standing = skips.ToList();
        var unjudgeable = standing.CountBy(s => s.Pair).Count(p => p.Value >= PairStore.SkipsToUnjudgeable);
        return new Denominators
        {
            Planned = counts?.Planned ?? 0,
            Incomplete = Math.Max(0, (counts?.Pairs ?? 0) - (counts?.Identical ?? 0) - unjudgeable - complete),
            Surplus = 0,
            Identical = counts?.Identical ?? 0,
            Unjudgeable = unjudgeable,
            Skipped = standing.CountBy(s => s.Reason).ToDictionary(),
            EmptyAnswers = emptyAnswers,
        };
    }

    private static bool IsAsDeclared(PreferenceQuestion question) =>
        (question.Unit, question.Confidence) == (question.Declared.Unit, question.Declared.Confidence)
        && question.Scope == (question.Unit == Unit.Pair ? Scope.TheseRaters : question.Declared.Scope);

    private static T Parse<T>(string? text, string field, T otherwise, List<FieldError> errors) where T : struct, Enum
    {
        if (text is null) return otherwise;
        if (EnumText<T>.TryParse(text, out var value)) return value;
        errors.Add(new FieldError { Field = field, Message = "One of: " + string.Join(", ", Enum.GetValues<T>().Select(EnumText<T>.Of)) + "." });
        return otherwise;
    }

    private static RaterKind? ParseKind(string? raters, List<FieldError> errors) => raters is null ? null : Parse(raters, "raters", RaterKind.Human, errors);

    private static void Check(double confidence, long? at, long sequence, List<FieldError> errors)
    {
        if (confidence is not (>= 0.5 and <= 0.999)) errors.Add(new FieldError { Field = "confidence", Message = "A number from .5 to .999, such as .95." });
        if (at is < 0 || at > sequence) errors.Add(new FieldError { Field = "at", Message = $"A sequence number from 0 to {sequence}." });
    }

    private static void CheckModels(IReadOnlyList<ModelPairRow> pairs, string? model, string? baseline, List<FieldError> errors)
    {
        var known = pairs.SelectMany(p => new[] { p.ModelA, p.ModelB }).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var (field, name) in new[] { ("model", model), ("baseline", baseline) })
            if (name is not null && !known.Contains(name))
                errors.Add(new FieldError { Field = field, Message = known.Count == 0 ? "The study compares no models yet." : $"The study compares no model '{name}'; it compares {string.Join(", ", known)}." });
        if (errors.Count == 0 && model is not null && model == baseline) errors.Add(new FieldError { Field = "baseline", Message = "A model is not compared with itself." });
    }

    private static ProblemHttpResult Refuse(List<FieldError> errors) => TypedResults.Problem(Problem.InvalidRequest.With("Correct the parameters named in 'errors'.", errors));

    private static string Hash(StudyRow study, long sequence, Analysis declared, long imports, HttpRequest request)
    {
        var settings = study.ReadSettings(); // of which only what a report hangs on: a new title leaves it as it was
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{MethodVersion}\n{study.Study}\n{study.CreatedAt}\n{study.OpenedAt}\n{imports}\n{sequence}\n{declared}\n{settings.Design}\n{settings.Overlap}\n{request.Path}{request.QueryString}")))[..32];
    }

    private static bool IsKnown(HttpContext http, string hash)
    {
        http.Response.Headers.ETag = $"\"{hash}\"";
        http.Response.Headers.CacheControl = "private, no-cache";
        return http.Request.Headers.IfNoneMatch.ToString().Contains(hash, StringComparison.Ordinal);
    }

    /// <summary>A misspelt filter must not give a report about something else.</summary>
    private static EndpointFilterDelegate KnownParametersOnly(EndpointFilterFactoryContext factory, EndpointFilterDelegate next)
    {
        var known = factory.MethodInfo.GetParameters().Select(p => p.Name!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return async context => context.HttpContext.Request.Query.Keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown
            ? TypedResults.Problem(Problem.InvalidRequest.With($"This report has no parameter '{unknown}'.", [new FieldError { Field = unknown, Message = "unknown parameter" }]))
            : await next(context);
    }
}
