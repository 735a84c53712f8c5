using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>How each rater works, and what the headline would be without those whose work asks for a look.</summary>
public static class RaterQualityReports
{
    public static async Task<Results<Ok<RatersReport>, StatusCodeHttpResult, ProblemHttpResult>> GetAsync(
        StudyContext context, ReportDesk desk, ReportStore store, DetailStore details, ColumnCache columns, HttpContext http,
        string? scope, double? confidence, [AsParameters] ReportParameters filter, CancellationToken cancel)
    {
        var request = await desk.ReadAsync(context.Id, filter, cancel);
        var byScope = ReportDesk.Parse(scope, "scope", request.Declared.Scope, request.Errors);
        var level = ReportDesk.ParseConfidence(confidence, request.Declared.Confidence, request.Errors);
        if (request.Refusal is { } refusal) return refusal;
        var hash = ReportDesk.Hash(request, "raters", new { byScope, level }, http, out var isKnown);
        if (isKnown) return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        var evidence = await desk.GatherAsync(request, cancel);
        var checks = new RaterChecks(evidence, await columns.AtAsync(context.Id, request.Sequence, cancel), request.Sequence);
        var asked = request.Facts.Pairs.Where(p => p.Since <= request.Sequence && request.Filter.Passes(p, request.Facts)).Select(p => p.Pair).ToHashSet();
        var gold = (await details.GoldAsync(context.Id, cancel)).Where(p => asked.Contains(p.Pair)).ToDictionary(p => p.Pair, p => request.Settings.Verdict((Winner)p.Winner));
        var quality = Judge(evidence.Judgments, [.. checks.OnGold(gold), .. checks.OnRepeats()], level);
        var fast = RaterChecks.Fast(evidence.Judgments, await details.LengthsAsync(context.Id, request.Sequence, cancel));
        var flagged = quality.Raters.Where(r => r.Flags.Count > 0).Select(r => r.Rater).ToHashSet();
        var report = new RatersReport
        {
            Sequence = request.Sequence,
            Hash = hash,
            DataHash = evidence.DataHash,
            Filter = request.Filter,
            Raters = evidence.Kind,
            Scope = byScope,
            Confidence = level,
            DawidSkene = quality.DawidSkene,
            Items = [.. quality.Raters.Select(r => Row(r, evidence.Raters[r.Rater].Name, fast.GetValueOrDefault(r.Rater), level))],
            WithoutFlagged = flagged.Count == 0 ? [] : [.. (await store.ModelPairsAsync(context.Id, cancel))
                .Select(m => WithAndWithout(m, m.ModelB == request.Settings.Design.Focal, evidence.Judgments, flagged, byScope, level)).Where(r => r.WinRate.N > 0)],
        };
        return TypedResults.Ok(report with { Methods = MethodsOfRaters.Of(report, request.Settings) });
    }

    private static RaterRow Row(RaterQualityRow r, string name, int fast, double confidence) => new()
    {
        Rater = name,
        N = r.N,
        Agreement = Proportion.Of("agreement", r.Agreement, confidence),
        AgreementPAdjusted = r.AgreementPAdjusted,
        LeftShare = Proportion.Of("left_share", r.LeftShare, confidence),
        LeftPAdjusted = r.LeftPAdjusted,
        TieShare = Proportion.Of("tie_share", r.TieShare, confidence),
        MedianMs = r.MedianMs,
        Gold = Proportion.Of("gold", r.Gold, confidence),
        SelfConsistency = Proportion.Of("self_consistency", r.SelfConsistency, confidence),
        Fast = fast,
        EstimatedAccuracy = r.EstimatedAccuracy,
        Flags = r.Flags,
    };

    private static RaterQualityEstimates Judge(Selection judgments, IReadOnlyList<RaterCheck> checks, double confidence)
    {
        int[] rows = [.. Enumerable.Range(0, judgments.Count).Where(i => judgments.Counted[i])];
        return RaterQuality.Estimate([.. rows.Select(i => judgments.Pair[i])], [.. rows.Select(i => judgments.Rater[i])], [.. rows.Select(i => judgments.Winner[i])],
            [.. rows.Select(i => Contests.LeftOf(judgments.Left[i]))], [.. rows.Select(i => judgments.DurationMs[i])], checks, confidence);
    }

    private static WithoutFlaggedRow WithAndWithout(ModelPairRow models, bool flipped, Selection judgments, HashSet<int> flagged, Scope scope, double confidence)
    {
        int[] rows = [.. Enumerable.Range(0, judgments.Count).Where(i => judgments.Counted[i] && judgments.ModelPair[i] == models.ModelPair)];
        Interval Of(int[] some)
        {
            double[] score = [.. some.Select(i => flipped ? 1 - judgments.Score[i] : judgments.Score[i])];
            return Interval.Of(Preference.Estimate(new JudgmentColumns([.. some.Select(i => judgments.Prompt[i])], [.. some.Select(i => judgments.Rater[i])],
                [.. some.Select(i => judgments.Winner[i] switch { Winner.A when flipped => Winner.B, Winner.B when flipped => Winner.A, var w => w })],
                Array.TrueForAll(score, double.IsNaN) ? default : score), confidence).WinRate.In(scope));
        }
        return new WithoutFlaggedRow
        {
            Model = flipped ? models.ModelB : models.ModelA,
            Baseline = flipped ? models.ModelA : models.ModelB,
            WinRate = Of(rows),
            WinRateWithoutFlagged = Of([.. rows.Where(i => !flagged.Contains(judgments.Rater[i]))]),
        };
    }
}
