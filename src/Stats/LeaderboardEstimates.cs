namespace PrefEval.Stats;

/// <summary>What a tie says.</summary>
public enum TieModel
{
    /// <summary>An outcome of its own, likelier between equals: Davidson 1970.</summary>
    Davidson,

    /// <summary>Half a win for either, as arenas count: Bradley and Terry 1952.</summary>
    HalfWins,

    /// <summary>Where neither leads by more than a threshold: Rao and Kupper 1967.</summary>
    RaoKupper,
}

/// <summary>One table for each group of models that met, directly or through others; strengths of different tables cannot be compared.</summary>
public sealed record LeaderboardEstimates
{
    /// <summary><see cref="EstimateStatus.NoJudgments"/> where there are no tables; each table has a status of its own.</summary>
    public required EstimateStatus Status { get; init; }
    public required TieModel Ties { get; init; }
    public required double Confidence { get; init; }

    /// <summary>Whom the rank sets speak of.</summary>
    public required Scope RankScope { get; init; }
    public required int N { get; init; }

    /// <summary>Judgments of a model against itself: left out.</summary>
    public required int AgainstItself { get; init; }

    /// <summary>The one with most judgments first.</summary>
    public required IReadOnlyList<LeaderboardTable> Tables { get; init; }
}

public sealed record LeaderboardTable
{
    /// <summary><see cref="EstimateStatus.NoDecisive"/> (ties only) and <see cref="EstimateStatus.NotConverged"/> come without strengths and ranks.</summary>
    public required EstimateStatus Status { get; init; }

    /// <summary>Some model never lost (or never won, or the like) against the rest, so that no largest likelihood exists: strengths are drawn in by Firth's penalty.</summary>
    public required bool Penalized { get; init; }

    /// <summary>The one model that every pair holds: the ranks of the others among themselves rest on transitivity alone.</summary>
    public required int? Centre { get; init; }
    public required int N { get; init; }
    public required int Prompts { get; init; }
    public required int Raters { get; init; }
    public required double EffectivePrompts { get; init; }
    public required double EffectiveRaters { get; init; }

    /// <summary>How much standing left is worth, in log-odds.</summary>
    public required ScopedEstimates Order { get; init; }

    /// <summary>The order term by likelihood ratio, judgments taken as independent; null where it was not fitted or the fit has no likelihood (penalized, or ties as half wins).</summary>
    public required LikelihoodRatio? OrderTest { get; init; }

    /// <summary>Davidson's nu: how many ties between equals for each win of either; null without ties.</summary>
    public required double? Nu { get; init; }

    /// <summary>Rao and Kupper's theta: of equals either wins one judgment in 1 + theta; null without ties.</summary>
    public required double? Theta { get; init; }

    /// <summary>
    /// The model against one chance of its own for every pair and side, judgments taken as independent; null where nothing can speak against
    /// transitivity (no cycle in the graph of pairs), the fit has no likelihood, or fewer than five judgments are expected in most outcomes.
    /// </summary>
    public required LikelihoodRatio? LackOfFit { get; init; }

    /// <summary>All models two by two in the scope of the ranks, the strongest pair first; null where nobody asked, or without a fit.</summary>
    public required IReadOnlyList<LeaderboardPair>? Pairs { get; init; }

    /// <summary>The strongest first.</summary>
    public required IReadOnlyList<LeaderboardRow> Rows { get; init; }
}

/// <summary>One model against another by their strengths: what the other models say of the two is in it.</summary>
public sealed record LeaderboardPair
{
    /// <summary>The stronger of the two.</summary>
    public required int Model { get; init; }
    public required int Other { get; init; }

    /// <summary>Judgments between these two; 0: they are compared by way of others alone.</summary>
    public required int N { get; init; }

    /// <summary>
    /// Strength minus strength, in log-odds; p tests "equal". In a penalized table p is by likelihood ratio where the two are held apart, and sharper
    /// than the interval (see the README beside this file).
    /// </summary>
    public required Estimate Difference { get; init; }

    /// <summary>How often the model is expected to win over the other, ties half, neither standing left.</summary>
    public required Estimate WinRate { get; init; }

    /// <summary>p over all pairs of the table (Holm).</summary>
    public required double? PHolm { get; init; }
}

public sealed record LeaderboardRow
{
    public required int Model { get; init; }
    public required int N { get; init; }
    public required int Wins { get; init; }

    /// <summary>Both bad included.</summary>
    public required int Ties { get; init; }
    public required int Losses { get; init; }

    /// <summary>Log-odds of a win against a loss against the average model of the table; p tests "average".</summary>
    public required ScopedEstimates Strength { get; init; }

    /// <summary>The expected win rate against the average model, ties half.</summary>
    public required ScopedEstimates WinRate { get; init; }

    /// <summary>The strength times 400 / ln 10: the average model is 0.</summary>
    public required ScopedEstimates Elo { get; init; }

    /// <summary>By the estimates alone; equal strengths share it.</summary>
    public required int? Rank { get; init; }

    /// <summary>With the table's confidence all true ranks lie in their sets at once; null where the scope has no interval.</summary>
    public required RankSet? RankSet { get; init; }
}

public sealed record RankSet(int Best, int Worst);

public sealed record LikelihoodRatio
{
    public required double Statistic { get; init; }
    public required int Df { get; init; }
    public required double P { get; init; }
}
