using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>Whether the left answer wins more often than the right one, over all and by rater.</summary>
public static class PositionReports
{
    public static async Task<Results<Ok<PositionReport>, StatusCodeHttpResult, ProblemHttpResult>> GetAsync(
        StudyContext context, ReportDesk desk, ReportStore store, HttpContext http, string? scope, double? confidence, [AsParameters] ReportParameters filter, CancellationToken cancel)
    {
        var request = await desk.ReadAsync(context.Id, filter, cancel);
        var byScope = ReportDesk.Parse(scope, "scope", request.Declared.Scope, request.Errors);
        var level = ReportDesk.ParseConfidence(confidence, request.Declared.Confidence, request.Errors);
        if (request.Refusal is { } refusal) return refusal;
        var hash = ReportDesk.Hash(request, "position", new { byScope, level }, http, out var isKnown);
        if (isKnown) return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        var evidence = await desk.GatherAsync(request, cancel);
        var contests = new Contests(evidence, await store.ModelPairsAsync(context.Id, cancel));
        var position = Position.Estimate(contests.Columns, level);
        var report = new PositionReport
        {
            Sequence = request.Sequence,
            Hash = hash,
            DataHash = evidence.DataHash,
            Filter = request.Filter,
            Raters = evidence.Kind,
            Scope = byScope,
            N = position.Left.N,
            SideUnknown = position.SideUnknown,
            LeftWins = position.Left.Wins,
            RightWins = position.Left.Losses,
            Ties = position.Left.Ties,
            BothBad = position.Left.BothBad,
            LeftShare = Interval.Of(position.Left.DecisiveWinRate.In(byScope), "left_share"),
            Scopes = ScopesOfInterval.Of(position.Left.DecisiveWinRate, "left_share"),
            LeftNet = Interval.Of(position.Left.Net.In(byScope), "left_net"),
            SignTest = new SignTestRow { P = position.Left.SignTest.Exact, MidP = position.Left.SignTest.MidP },
            Orders = [.. position.Tables.Select(t => new OrderRow
            {
                Models = [.. t.Rows.Select(r => contests.Models[r.Model]).Order(StringComparer.Ordinal)],
                Order = Interval.Of(t.Order.In(byScope)),
                OrderTest = t.OrderTest,
            })],
            Items = [.. position.Raters.Select(r => new RaterPositionRow
            {
                Rater = evidence.Raters[r.Rater].Name,
                LeftWins = r.LeftWins,
                RightWins = r.RightWins,
                Ties = r.Ties,
                LeftShare = Proportion.Of("left_share", r.LeftShare, level),
                P = r.Test.MidP,
                PAdjusted = r.PAdjusted,
            })],
        };
        return TypedResults.Ok(report with { Methods = MethodsOfRaters.Of(report, request.Settings) });
    }
}
