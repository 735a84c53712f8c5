using Microsoft.AspNetCore.Mvc;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>What a leaderboard may be asked beside its filter.</summary>
public sealed record LeaderboardParameters
{
    /// <summary>davidson (a tie is an outcome of its own), rao_kupper (a tie is a lead below a threshold) or half_wins (a tie is half a win for either, as arenas count).</summary>
    [FromQuery(Name = "ties")]
    public string? Ties { get; init; }
    /// <summary>raters_like_these, these_raters or independent: which scope the rank sets and the estimates beside the counts are of.</summary>
    [FromQuery(Name = "scope")]
    public string? Scope { get; init; }
    /// <summary>true: ranks also where models met through one other model only.</summary>
    [FromQuery(Name = "transitive")]
    public bool? Transitive { get; init; }
    /// <summary>true: models two by two as well, each against each other one of its group; for 200 models at most.</summary>
    [FromQuery(Name = "pairs")]
    public bool? Pairs { get; init; }
    [FromQuery(Name = "confidence")]
    public double? Confidence { get; init; }
}

/// <summary>A model's strength on three scales.</summary>
public sealed record Strengths
{
    /// <summary>Log-odds of a win against a loss against the average model of the table; p tests "average".</summary>
    public required Interval Strength { get; init; }
    /// <summary>The expected win rate against the average model, a tie half.</summary>
    public required Interval WinRate { get; init; }
    /// <summary>The strength times 400 / ln 10: the average model is 0.</summary>
    public required Interval Elo { get; init; }

    public static Strengths Of(LeaderboardRow row, Scope scope) => new()
    {
        Strength = Interval.Of(row.Strength.In(scope)),
        WinRate = Interval.Of(row.WinRate.In(scope)),
        Elo = Interval.Of(row.Elo.In(scope)),
    };
}

public sealed record ScopesOfStrengths
{
    public required Strengths RatersLikeThese { get; init; }
    public required Strengths TheseRaters { get; init; }
    public required Strengths Independent { get; init; }
}

public sealed record LeaderboardItem
{
    public required string Model { get; init; }
    public required int N { get; init; }
    public required int Wins { get; init; }
    /// <summary>Both bad included.</summary>
    public required int Ties { get; init; }
    public required int Losses { get; init; }
    /// <summary>By the estimates alone; equal strengths share it. Null where it is hidden, or where there is none.</summary>
    public required int? Rank { get; init; }
    /// <summary>With the report's confidence, all true ranks of the table lie in their sets at once.</summary>
    public required RankSet? RankSet { get; init; }
    public required Interval Strength { get; init; }
    public required Interval WinRate { get; init; }
    public required Interval Elo { get; init; }
    public required ScopesOfStrengths Scopes { get; init; }
}

/// <summary>Two models by their strengths, in the report's scope: what others say of the two is in it.</summary>
public sealed record LeaderboardPairItem
{
    /// <summary>The stronger of the two.</summary>
    public required string Model { get; init; }
    public required string Other { get; init; }
    /// <summary>Judgments between the two; 0: compared by way of others alone.</summary>
    public required int N { get; init; }
    /// <summary>Strength minus strength, in log-odds; p tests "equal".</summary>
    public required Interval Difference { get; init; }
    /// <summary>How often the model is expected to win over the other, a tie half, neither standing left.</summary>
    public required Interval WinRate { get; init; }
    /// <summary>p over all pairs of the group, shown or hidden (Holm).</summary>
    public required double? PHolm { get; init; }
}

/// <summary>
/// shown; hidden: the models but one never met each other, so their ranks rest on transitivity alone (ask with transitive=true);
/// transitive: the same, shown because it was asked for; none: ties only, or no fit.
/// </summary>
public enum RanksShown { Shown, Hidden, Transitive, None }

/// <summary>Models that met, directly or through others. Strengths of different groups cannot be compared.</summary>
public sealed record LeaderboardGroup
{
    public required EstimateStatus Status { get; init; }
    public required RanksShown Ranks { get; init; }
    /// <summary>Some strength would be infinite (a model never lost, or the like): Firth's penalty draws it in.</summary>
    public required bool Penalized { get; init; }
    /// <summary>The one model that is part of every pair, where the others never met.</summary>
    public required string? Centre { get; init; }
    public required int N { get; init; }
    public required int Prompts { get; init; }
    public required int Raters { get; init; }
    /// <summary>What standing left is worth, in log-odds.</summary>
    public required Interval Order { get; init; }
    /// <summary>The order term by likelihood ratio, judgments taken as independent.</summary>
    public required LikelihoodRatio? OrderTest { get; init; }
    /// <summary>Davidson's nu: ties between equals for each win of either.</summary>
    public required double? Nu { get; init; }
    /// <summary>Rao and Kupper's theta: of equals either wins one judgment in 1 + theta.</summary>
    public required double? Theta { get; init; }
    /// <summary>The model against a chance of its own for every pair and side, judgments taken as independent: a small p speaks against one strength a model.</summary>
    public required LikelihoodRatio? LackOfFit { get; init; }
    /// <summary>With pairs=true, the strongest pair first; of a group whose ranks are hidden only pairs that hold the centre.</summary>
    public required IReadOnlyList<LeaderboardPairItem>? Pairs { get; init; }
    /// <summary>The strongest first; by name where ranks are hidden.</summary>
    public required IReadOnlyList<LeaderboardItem> Items { get; init; }
}

/// <summary>Judgments only: identical answers that a study counts as ties, nobody having been shown them, are in the preference report alone.</summary>
public sealed record LeaderboardReport : Report
{
    public required TieModel Ties { get; init; }
    public required Scope Scope { get; init; }
    public required double Confidence { get; init; }
    /// <summary>One for each group of models that met; the one with most judgments first. None without judgments.</summary>
    public required IReadOnlyList<LeaderboardGroup> Groups { get; init; }
}
