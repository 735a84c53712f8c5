using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>The preference report: reads the question, and puts the rows together.</summary>
public static class PreferenceReports
{
    /// <summary>Each row carries thirty intervals: more of them nobody reads, and a browser hardly holds.</summary>
    private const int MostRows = 1000;

    internal const string TieRule = "a tie and a both-bad count one half for the win rate";

    public static async Task<Results<Ok<PreferenceReport>, StatusCodeHttpResult, ProblemHttpResult>> GetAsync(
        StudyContext context, ReportDesk desk, ReportStore store, DetailStore details, HttpContext http,
        [AsParameters] PreferenceParameters asked, [AsParameters] ReportParameters filter, CancellationToken cancel)
    {
        var request = await desk.ReadAsync(context.Id, filter, cancel);
        var declared = request.Declared;
        var unit = ReportDesk.Parse(asked.Unit, "unit", declared.Unit, request.Errors);
        var question = new PreferenceQuestion(asked.Model, asked.Baseline, asked.By, unit,
            ReportDesk.Parse(asked.Scope, "scope", unit == Unit.Pair ? Scope.TheseRaters : declared.Scope, request.Errors), // a majority has no raters to speak of
            ReportDesk.ParseConfidence(asked.Confidence, declared.Confidence, request.Errors), declared, asked.Criterion);
        var modelPairs = await KnownModelPairsAsync(request, store, cancel);
        Check(request, question, modelPairs);
        if (request.Refusal is { } refusal) return refusal;
        var hash = ReportDesk.Hash(request, "preference", question, http, out var isKnown);
        if (isKnown) return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        var evidence = await desk.GatherAsync(request, cancel, question.Criterion);
        var skips = await store.SkipsAsync(context.Id, request.Sequence, cancel);
        var identicalThen = await desk.IdenticalThenAsync(request, cancel);
        var reporting = new Reporting(request, evidence, question, identicalThen,
            (await store.EmptyAnswersAsync(context.Id, request.Sequence, cancel)).ToHashSet(),
            skips);

        var all = modelPairs.Select(m => Orient(m, request.Settings.Design, question)).ToList();
        var whole = Slicing.None(all);
        var cells = reporting.Sort(whole);
        var estimates = reporting.Estimate(cells);
        var family = new Family(all, declared, request.Settings.Design);
        var holm = family.Adjust((row, estimand) => reporting.P(estimates[row], estimand));
        int[] shown = [.. Enumerable.Range(0, all.Count).Where(row => IsAsked(all[row], question))];

        IReadOnlyList<PreferenceRow> slices = [];
        IReadOnlyList<TrendRow> trends = [];
        var slicesOverlap = false;
        if (question.By is not null)
        {
            var comparisons = Comparisons(modelPairs, request.Settings.Design, question);
            var slicing = await SliceBy.ReadAsync(question.By, request, evidence, skips, comparisons, store, details, cancel);
            if (request.Refusal is { } unknown) return unknown;
            if (slicing.Rows.Count > MostRows)
            {
                request.Errors.Add(new FieldError
                {
                    Field = "by",
                    Message = $"That makes {slicing.Rows.Count:N0} rows, and a report holds {MostRows:N0}. Ask for one model or one baseline, or for the judgments of one category, tag, language or wave.",
                });
                return request.Refusal!;
            }
            var parts = reporting.Sort(slicing);
            slices = Screen(reporting, slicing, parts);
            slicesOverlap = slicing.Overlaps;
            if (SliceBy.IsOfModels(question.By)) trends = Trends.Of(slicing, parts, question);
        }

        var exclusions = await store.ExclusionsAsync(context.Id, request.Sequence, cancel);
        var prefixes = question.Criterion is null ? await desk.PrefixesAsync(request, evidence, identicalThen, cancel) : null;
        var isDeclared = IsAsDeclared(question) && !request.Filter.AsksForAny;
        var report = new PreferenceReport
        {
            Sequence = request.Sequence,
            Hash = hash,
            DataHash = evidence.DataHash,
            Filter = request.Filter,
            Raters = evidence.Kind,
            Analysis = !isDeclared ? AnalysisKind.Sensitivity : request.Changes.Count > 0 ? AnalysisKind.Changed : AnalysisKind.Primary,
            Changes = request.Changes,
            PrimaryEstimand = declared.Estimand,
            Threshold = declared.Threshold,
            Unit = question.Unit,
            Scope = question.Scope,
            TieRule = TieRule,
            Family = declared.Family,
            FamilySize = family.Size,
            AgainstEveryBaseline = family.AgainstEvery(question, cells, reporting),
            Warnings = Warnings.Of(request, evidence, [.. shown.Select(row => (all[row], cells[row]))], exclusions, slicesOverlap),
            Exclusions = exclusions,
            DroppedAnswers = await store.DroppedAnswersAsync(context.Id, cancel),
            Items = [.. shown.Select(row => reporting.Row(whole.Rows[row], estimates[row], cells[row], holm[row], null, !family.Holds(row)) with
            {
                Live = prefixes?.Of(all[row].ModelPair, all[row].Flipped, declared.Estimand, question.Confidence, family.Size),
            })],
            Slices = slices,
            Trends = trends,
        };
        var hasScores = shown.Any(row => cells[row].Score.Exists(score => !double.IsNaN(score)));
        return TypedResults.Ok(report with { Methods = MethodsOfPreference.Of(report, question.Criterion, hasScores) });
    }

    /// <summary>The pairs of models that were known at the report's number.</summary>
    internal static async Task<IReadOnlyList<ModelPairRow>> KnownModelPairsAsync(ReportRequest request, ReportStore store, CancellationToken cancel)
    {
        var known = request.Facts.Pairs.Where(p => p.Since <= request.Sequence).Select(p => p.ModelPair).ToHashSet();
        return [.. (await store.ModelPairsAsync(request.Study.Study, cancel)).Where(m => known.Contains(m.ModelPair))];
    }

    internal static void Check(ReportRequest request, PreferenceQuestion question, IReadOnlyList<ModelPairRow> modelPairs)
    {
        if (question.Criterion is { } criterion && request.Settings.Criteria.All(c => c.Name != criterion))
            request.Errors.Add(new FieldError { Field = "criterion", Message = $"The study has no criterion '{criterion}'." });
        CheckModels(modelPairs, question, request.Errors);
        SliceBy.Check(question, request.Errors);
    }

    /// <summary>The comparisons that a question is about; in slices by models, from either side where it does not say from which.</summary>
    internal static IReadOnlyList<Comparison> Comparisons(IReadOnlyList<ModelPairRow> pairs, Design design, PreferenceQuestion question) =>
        [.. pairs.SelectMany(m => question.By is { } by && SliceBy.IsOfModels(by) ? Sides(m, design, question) : [Orient(m, design, question)]).Where(c => IsAsked(c, question))];

    /// <summary>Rows of slices, their p-values adjusted among themselves.</summary>
    private static PreferenceRow[] Screen(Reporting reporting, Slicing slicing, Cell[] cells)
    {
        var estimates = reporting.Estimate(cells);
        var p = estimates.Select(e => reporting.P(e)).ToList();
        var adjusted = new Queue<double>(BenjaminiHochberg.Adjust([.. p.OfType<double>()]));
        return [.. slicing.Rows.Select((head, row) => reporting.Row(head, estimates[row], cells[row], null, p[row] is null ? null : adjusted.Dequeue(), exploratory: true))];
    }

    internal static bool IsAsked(Comparison c, PreferenceQuestion question) =>
        (question.Model is null || question.Model == c.Model) && (question.Baseline is null || question.Baseline == c.Baseline);

    /// <summary>The model comes first that was asked for; else the focal one; else the pair's own order stands.</summary>
    internal static Comparison Orient(ModelPairRow pair, Design design, PreferenceQuestion question)
    {
        var first = question.Model ?? (question.Baseline is null ? design.Focal : pair.ModelA == question.Baseline ? pair.ModelB : pair.ModelA);
        return first == pair.ModelB ? Turned(pair) : new Comparison(pair.ModelPair, pair.ModelA, pair.ModelB, false);
    }

    /// <summary>Where nothing says which model comes first, each does: a pool holds every comparison of its models.</summary>
    private static IEnumerable<Comparison> Sides(ModelPairRow pair, Design design, PreferenceQuestion question)
    {
        var first = Orient(pair, design, question);
        var isSaid = question.Model is not null || question.Baseline is not null || design.Focal == first.Model;
        return isSaid ? [first] : [first, Turned(pair)];
    }

    private static Comparison Turned(ModelPairRow pair) => new(pair.ModelPair, pair.ModelB, pair.ModelA, true);

    private static bool IsAsDeclared(PreferenceQuestion question) =>
        question.Criterion is null && (question.Unit, question.Confidence) == (question.Declared.Unit, question.Declared.Confidence)
        && question.Scope == (question.Unit == Unit.Pair ? Scope.TheseRaters : question.Declared.Scope);

    internal static void CheckModels(IReadOnlyList<ModelPairRow> pairs, PreferenceQuestion question, List<FieldError> errors)
    {
        var known = pairs.SelectMany(p => new[] { p.ModelA, p.ModelB }).Distinct().Order(StringComparer.Ordinal).ToList();
        var before = errors.Count;
        foreach (var (field, name) in new[] { ("model", question.Model), ("baseline", question.Baseline) })
            if (name is not null && !known.Contains(name))
                errors.Add(new FieldError { Field = field, Message = known.Count == 0 ? "The study compares no models yet." : $"The study compares no model '{name}'; it compares {string.Join(", ", known)}." });
        if (errors.Count == before && question.Model is not null && question.Model == question.Baseline) errors.Add(new FieldError { Field = "baseline", Message = "A model is not compared with itself." });
    }
}
