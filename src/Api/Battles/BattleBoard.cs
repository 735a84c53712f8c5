using PrefEval.Api.Reports;
using PrefEval.Stats;

namespace PrefEval.Api.Battles;

/// <summary>Models that met, directly or by way of others, in the order of their strength (Davidson's model with ties and sides).</summary>
public sealed record BattleBoard
{
    public required EstimateStatus Status { get; init; }
    /// <summary>Some model never lost or never won against the rest: strengths are drawn in by Firth's penalty.</summary>
    public required bool Penalized { get; init; }
    public required int N { get; init; }
    /// <summary>Whom ranks and rank sets speak of: raters like these where raters are known, else these.</summary>
    public required Scope Scope { get; init; }
    /// <summary>How much standing left is worth, in log-odds.</summary>
    public required Interval Order { get; init; }
    public required LikelihoodRatio? OrderTest { get; init; }
    public required LikelihoodRatio? LackOfFit { get; init; }
    public required IReadOnlyList<BattleRank> Items { get; init; }
    /// <summary>Whether ties have a share in the fit.</summary>
    internal bool HasTies { get; init; }
}

public sealed record BattleRank
{
    public required string Model { get; init; }
    public required int N { get; init; }
    public required int? Rank { get; init; }
    /// <summary>All true ranks lie in their sets at once, at the report's confidence.</summary>
    public required RankSet? RankSet { get; init; }
    /// <summary>Log-odds against the average model; then the expected win rate against it, and the Elo scale.</summary>
    public required Interval Strength { get; init; }
    public required Interval WinRate { get; init; }
    public required Interval Elo { get; init; }
}

internal static class BattleBoards
{
    /// <summary>One table for each group of models that met; none where there are too many models to solve for.</summary>
    public static IReadOnlyList<BattleBoard> Of(BattleFile file, bool[] leftOut, double confidence)
    {
        if (file.Models.Count > ContestColumns.MaxModels) return [];
        var count = leftOut.Count(left => !left);
        int[] prompt = new int[count], rater = new int[count];
        ushort[] modelA = new ushort[count], modelB = new ushort[count];
        var winner = new Winner[count];
        var side = new LeftModel[count];
        var n = 0;
        for (var i = 0; i < leftOut.Length; i++)
        {
            if (leftOut[i]) continue;
            var row = file.Rows[i];
            (prompt[n], rater[n], modelA[n], modelB[n], winner[n]) = (row.Prompt, file.Raters is null ? 0 : row.Rater, (ushort)row.ModelA, (ushort)row.ModelB, row.Winner);
            side[n++] = row.Left switch { 1 => LeftModel.A, 2 => LeftModel.B, _ => LeftModel.Unknown };
        }
        var scope = file.Raters is null ? Scope.TheseRaters : Scope.RatersLikeThese;
        var board = Leaderboard.Estimate(new ContestColumns(prompt, rater, modelA, modelB, winner, side), confidence, rankScope: scope);
        return [.. board.Tables.Select(table => new BattleBoard
        {
            Status = table.Status,
            Penalized = table.Penalized,
            N = table.N,
            Scope = scope,
            Order = Interval.Of(table.Order.In(scope)),
            OrderTest = table.OrderTest,
            LackOfFit = table.LackOfFit,
            HasTies = table.Nu is not null,
            Items = [.. table.Rows.Select(row => new BattleRank
            {
                Model = file.Models[row.Model],
                N = row.N,
                Rank = row.Rank,
                RankSet = row.RankSet,
                Strength = Interval.Of(row.Strength.In(scope)),
                WinRate = Interval.Of(row.WinRate.In(scope)),
                Elo = Interval.Of(row.Elo.In(scope)),
            })],
        })];
    }
}
