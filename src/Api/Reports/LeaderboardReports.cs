using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>The leaderboard: one strength a model, and how sure its rank.</summary>
public static class LeaderboardReports
{
    private const int MostModelsInPairs = 200;

    public static async Task<Results<Ok<LeaderboardReport>, StatusCodeHttpResult, ProblemHttpResult>> GetAsync(
        StudyContext context, ReportDesk desk, ReportStore store, HttpContext http,
        [AsParameters] LeaderboardParameters asked, [AsParameters] ReportParameters filter, CancellationToken cancel)
    {
        var request = await desk.ReadAsync(context.Id, filter, cancel);
        var ties = ReportDesk.Parse(asked.Ties, "ties", TieModel.Davidson, request.Errors);
        var scope = ReportDesk.Parse(asked.Scope, "scope", request.Declared.Scope, request.Errors);
        var confidence = ReportDesk.ParseConfidence(asked.Confidence, request.Declared.Confidence, request.Errors);
        var (transitive, pairs) = (asked.Transitive ?? false, asked.Pairs ?? false);
        if (pairs && (await store.ModelPairsAsync(context.Id, cancel)).SelectMany(p => new[] { p.ModelA, p.ModelB }).Distinct().Count() is > MostModelsInPairs and var models)
            request.Errors.Add(new FieldError { Field = "pairs", Message = $"Pairs are told of {MostModelsInPairs} models at most; this study has {models}." });
        if (request.Refusal is { } refusal) return refusal;
        var hash = ReportDesk.Hash(request, "leaderboard", new { ties, scope, confidence, transitive, pairs }, http, out var isKnown);
        if (isKnown) return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        var evidence = await desk.GatherAsync(request, cancel);
        var contests = new Contests(evidence, await store.ModelPairsAsync(context.Id, cancel));
        var board = Leaderboard.Estimate(contests.Columns, confidence, ties, scope, pairs);
        var report = new LeaderboardReport
        {
            Sequence = request.Sequence,
            Hash = hash,
            DataHash = evidence.DataHash,
            Filter = request.Filter,
            Raters = evidence.Kind,
            Ties = ties,
            Scope = scope,
            Confidence = confidence,
            Groups = [.. board.Tables.Select(t => Group(t, contests.Models, scope, transitive))],
        };
        return TypedResults.Ok(report with { Methods = MethodsOfLeaderboard.Of(report, request.Settings) });
    }

    private static LeaderboardGroup Group(LeaderboardTable table, string[] names, Scope scope, bool transitive)
    {
        var ranks = table.Status != EstimateStatus.Ok ? RanksShown.None
            : table.Centre is null ? RanksShown.Shown
            : transitive ? RanksShown.Transitive
            : RanksShown.Hidden;
        var rows = ranks == RanksShown.Hidden ? table.Rows.OrderBy(r => r.Model) : table.Rows.AsEnumerable(); // models are numbered by name
        return new LeaderboardGroup
        {
            Status = table.Status,
            Ranks = ranks,
            Penalized = table.Penalized,
            Centre = table.Centre is { } centre ? names[centre] : null,
            N = table.N,
            Prompts = table.Prompts,
            Raters = table.Raters,
            Order = Interval.Of(table.Order.In(scope)),
            OrderTest = table.OrderTest,
            Nu = table.Nu,
            Theta = table.Theta,
            LackOfFit = table.LackOfFit,
            Pairs = table.Pairs is null ? null : [.. table.Pairs
                .Where(p => ranks != RanksShown.Hidden || p.Model == table.Centre || p.Other == table.Centre)
                .Select(p => new LeaderboardPairItem
                {
                    Model = names[p.Model],
                    Other = names[p.Other],
                    N = p.N,
                    Difference = Interval.Of(p.Difference),
                    WinRate = Interval.Of(p.WinRate),
                    PHolm = p.PHolm,
                })],
            Items = [.. rows.Select(row => Item(row, names[row.Model], scope, ranks != RanksShown.Hidden))],
        };
    }

    private static LeaderboardItem Item(LeaderboardRow row, string model, Scope scope, bool ranked)
    {
        var asked = Strengths.Of(row, scope);
        return new LeaderboardItem
        {
            Model = model,
            N = row.N,
            Wins = row.Wins,
            Ties = row.Ties,
            Losses = row.Losses,
            Rank = ranked ? row.Rank : null,
            RankSet = ranked ? row.RankSet : null,
            Strength = asked.Strength,
            WinRate = asked.WinRate,
            Elo = asked.Elo,
            Scopes = new ScopesOfStrengths
            {
                RatersLikeThese = Strengths.Of(row, Scope.RatersLikeThese),
                TheseRaters = Strengths.Of(row, Scope.TheseRaters),
                Independent = Strengths.Of(row, Scope.Independent),
            },
        };
    }
}
