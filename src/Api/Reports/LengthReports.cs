using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>Win rates as they would be were both answers equally long.</summary>
public static class LengthReports
{
    public static async Task<Results<Ok<LengthReport>, StatusCodeHttpResult, ProblemHttpResult>> GetAsync(
        StudyContext context, ReportDesk desk, ReportStore store, DetailStore details, HttpContext http, string? scope, double? confidence, [AsParameters] ReportParameters filter, CancellationToken cancel)
    {
        var request = await desk.ReadAsync(context.Id, filter, cancel);
        var byScope = ReportDesk.Parse(scope, "scope", request.Declared.Scope, request.Errors);
        var level = ReportDesk.ParseConfidence(confidence, request.Declared.Confidence, request.Errors);
        if (request.Refusal is { } refusal) return refusal;
        var hash = ReportDesk.Hash(request, "length", new { byScope, level }, http, out var isKnown);
        if (isKnown) return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        var evidence = await desk.GatherAsync(request, cancel);
        var lengths = (await details.LengthsAsync(context.Id, request.Sequence, cancel)).ToDictionary(p => p.Pair, p => (A: p.CharactersA, B: p.CharactersB));
        var judgments = evidence.Judgments;
        // A pair of an import may have come without its answers.
        var rows = Enumerable.Range(0, judgments.Count).Where(i => judgments.Counted[i] && lengths.ContainsKey(judgments.Pair[i])).ToLookup(i => judgments.ModelPair[i]);
        var report = new LengthReport
        {
            Sequence = request.Sequence,
            Hash = hash,
            DataHash = evidence.DataHash,
            Filter = request.Filter,
            Raters = evidence.Kind,
            Scope = byScope,
            Items = [.. (await store.ModelPairsAsync(context.Id, cancel)).Where(m => rows.Contains(m.ModelPair))
                .Select(m => Row(m, m.ModelB == request.Settings.Design.Focal, judgments, [.. rows[m.ModelPair]], lengths, byScope, level))],
        };
        return TypedResults.Ok(report with { Methods = MethodsOfRaters.Of(report, request.Settings) });
    }

    private static LengthRow Row(ModelPairRow models, bool flipped, Selection judgments, int[] rows, Dictionary<int, (int A, int B)> lengths, Scope scope, double confidence)
    {
        Winner[] winner = [.. rows.Select(i => judgments.Winner[i])];
        double[] score = [.. rows.Select(i => judgments.Score[i])];
        int[] a = [.. rows.Select(i => lengths[judgments.Pair[i]].A)], b = [.. rows.Select(i => lengths[judgments.Pair[i]].B)];
        if (flipped)
        {
            winner = Array.ConvertAll(winner, w => w switch { Winner.A => Winner.B, Winner.B => Winner.A, _ => w });
            score = Array.ConvertAll(score, s => 1 - s);
            (a, b) = (b, a);
        }
        var columns = new JudgmentColumns([.. rows.Select(i => judgments.Prompt[i])], [.. rows.Select(i => judgments.Rater[i])], winner, Array.TrueForAll(score, double.IsNaN) ? default : score);
        var length = LengthControl.Estimate(columns, a, b, confidence);
        return new LengthRow
        {
            Model = flipped ? models.ModelB : models.ModelA,
            Baseline = flipped ? models.ModelA : models.ModelB,
            N = length.N,
            MeanDifference = length.MeanDifference,
            Sd = length.Sd,
            WinRate = Interval.Of(Preference.Estimate(columns, confidence).WinRate.In(scope)),
            LengthControlledWinRate = Interval.Of(length.WinRate.In(scope)),
            Scopes = ScopesOfInterval.Of(length.WinRate),
            Slope = Interval.Of(length.Slope.In(scope)),
        };
    }
}
