using MathNet.Numerics;

namespace PrefEval.Stats;

/// <summary>
/// How strong each model is, and how sure its rank.
/// <code>
/// var board = Leaderboard.Estimate(new ContestColumns(prompt, rater, modelA, modelB, winner, left));
/// board.Tables[0].Rows[0].Strength.RatersLikeThese    // also .WinRate, .Elo, .Rank, .RankSet
/// </code>
/// All columns are spans of equal length, prompts, raters and models dense indices from 0; left may be empty. Models without judgments have no row. Time is linear
/// in judgments: they are counted by pair, side and outcome, the model is fitted to the counts, and one pass over prompts and raters gives the covariance.
/// </summary>
/// <remarks>
/// Davidson's model (or Rao and Kupper's) with an order term by Newton (<see cref="DavidsonFit"/>); the two-way clustered covariance H^-1 (meat) H^-1, negative eigenvalues clipped,
/// never below the independent one; t with min(P*, R*) - 1 degrees of freedom; strengths centred in each table.
/// </remarks>
public static class Leaderboard
{
    private const double EloPerLogOdds = 400 / Constants.Ln10;

    /// <param name="rankScope">Whom the rank sets and pairs speak of; strengths are given in every scope.</param>
    /// <param name="pairs">Whether models are compared two by two as well: as many rows as there are pairs.</param>
    public static LeaderboardEstimates Estimate(in ContestColumns judgments, double confidence = 0.95, TieModel ties = TieModel.Davidson, Scope rankScope = Scope.RatersLikeThese, bool pairs = false)
    {
        Door.Confidence(confidence);
        Door.Known(ties, nameof(ties));
        Door.Known(rankScope, nameof(rankScope));
        var counts = new ContestCells(judgments);
        var cells = counts.All();
        var component = ContestGraph.Components(cells, counts.Models, out var components);
        var tables = new List<LeaderboardTable>();
        for (var c = 0; c < components; c++)
        {
            int[] models = [.. Enumerable.Range(0, counts.Models).Where(m => component[m] == c)];
            var own = components == 1 ? judgments : judgments.Pick(Rows(judgments, component, c));
            tables.Add(Table(new(counts, models, [.. cells.Where(x => component[x.Low] == c)], own), confidence, ties, rankScope, pairs));
        }
        return new()
        {
            Status = tables.Count == 0 ? EstimateStatus.NoJudgments : EstimateStatus.Ok,
            Ties = ties,
            Confidence = confidence,
            RankScope = rankScope,
            N = judgments.Count - counts.AgainstItself,
            AgainstItself = counts.AgainstItself,
            Tables = [.. tables.OrderByDescending(t => t.N)],
        };
    }

    /// <summary>The covariance of one fit to judgments that are all of one table.</summary>
    internal static Sandwich SandwichOf(in ContestColumns judgments, DavidsonFit fit)
    {
        var counts = new ContestCells(judgments);
        var group = new Group(counts, [.. Enumerable.Range(0, counts.Models)], [.. counts.All()], judgments);
        return SandwichOf(group, fit, Scores(group, fit), likelihood: false);
    }

    private static Sandwich SandwichOf(in Group group, DavidsonFit? fit, ContestScore[] scores, bool likelihood)
    {
        var models = group.Models.Length;
        var (prompt, rater, cell) = ScoreMeat.Of(group.Judgments, group.Counts, scores, models);
        return new(fit?.Covariance ?? new double[models + 2, models + 2], prompt, rater, cell,
            fit is null ? null : likelihood || fit.Penalized ? fit.Covariance : ScoreMeat.Independent(group.Counts, scores, models) is { } meat ? Sandwich.Around(meat, fit.Covariance) : null, group.N);
    }

    /// <summary>The judgments of one table; models are named by their place among its own.</summary>
    private readonly ref struct Group
    {
        public Group(ContestCells counts, int[] models, ContestCell[] cells, in ContestColumns judgments)
        {
            Counts = counts;
            Models = models;
            Judgments = judgments;
            Place = new int[counts.Models];
            for (var m = 0; m < models.Length; m++) Place[models[m]] = m;
            var place = Place;
            Cells = [.. cells.Select(c => c with { Low = place[c.Low], High = place[c.High] })];
        }

        public ContestCells Counts { get; }
        public int[] Models { get; }
        public int[] Place { get; }
        public ContestCell[] Cells { get; }
        public ContestColumns Judgments { get; }
        public int N => (int)Cells.Sum(c => c.N);
    }

    private static LeaderboardTable Table(in Group group, double confidence, TieModel ties, Scope rankScope, bool pairs)
    {
        var (cells, models) = (group.Cells, group.Models.Length);
        var sides = cells.All(c => c.Side == 0) ? EstimateStatus.NoSides
            : ContestGraph.TellsSidesFromStrength(cells, models) ? EstimateStatus.Ok : EstimateStatus.SidesConfounded;
        var decisive = cells.Any(c => c.LowWins + c.HighWins > 0);
        var hasTies = ties != TieModel.HalfWins && cells.Any(c => c.Ties > 0);
        var order = sides == EstimateStatus.Ok;
        var fit = !decisive ? null
            : (ContestGraph.IsStronglyConnected(cells, models) ? DavidsonFit.Of(cells, models, order, hasTies, penalized: false, ties) : null)
                ?? DavidsonFit.Of(cells, models, order, hasTies, penalized: true, ties);

        var status = !decisive ? EstimateStatus.NoDecisive : fit is null ? EstimateStatus.NotConverged : EstimateStatus.Ok;
        var likelihood = ties != TieModel.HalfWins || cells.All(c => c.Ties == 0);
        var sandwich = SandwichOf(group, fit, Scores(group, fit), likelihood);
        var n = group.N;

        var method = ties switch { TieModel.Davidson => "davidson", TieModel.RaoKupper => "rao_kupper", _ => "bradley_terry" } + (fit is { Penalized: true } ? "_firth" : "");
        Estimate Bare(string estimand, Scope scope, EstimateStatus why) => new()
        {
            Estimand = estimand,
            Method = method + scope switch { Scope.RatersLikeThese => "_two_way_t", Scope.TheseRaters => "_prompt_t", _ => "" },
            Scope = scope,
            Status = why,
            Confidence = confidence,
            N = n,
            Prompts = sandwich.Prompts,
        };
        ScopedEstimates Each(Func<Scope, Estimate> of) => new()
        {
            RatersLikeThese = of(Scope.RatersLikeThese),
            TheseRaters = of(Scope.TheseRaters),
            Independent = of(Scope.Independent),
        };

        var strengths = fit?.Strengths;
        var leads = fit is null ? null : new Leads(cells, models, fit, sandwich, rankScope);
        var sets = leads is null || sandwich.StatusIn(rankScope) != EstimateStatus.Ok ? null : RankSets.Of(models, confidence, leads.P);
        var totals = Totals(cells, models);
        var names = group.Models;
        var rows = Enumerable.Range(0, models).Select(m =>
        {
            var strength = Each(scope => strengths is null ? Bare("strength", scope, status) : sandwich.Estimate(scope, strengths[m], m, Bare("strength", scope, status)));
            return new LeaderboardRow
            {
                Model = names[m],
                N = totals[m].Wins + totals[m].Ties + totals[m].Losses,
                Wins = totals[m].Wins,
                Ties = totals[m].Ties,
                Losses = totals[m].Losses,
                Strength = strength,
                WinRate = Each(scope => strength.In(scope).Moved("win_rate_against_average", x => fit!.At(x).WinRate, x => fit!.At(x).WinRateSlope)),
                Elo = Each(scope => strength.In(scope).Moved("elo", x => EloPerLogOdds * x, _ => EloPerLogOdds)),
                Rank = strengths is null ? null : 1 + strengths.Count(s => s > strengths[m] + Leads.Equal),
                RankSet = sets?[m],
            };
        });
        return new()
        {
            Status = status,
            Penalized = fit is { Penalized: true },
            Centre = ContestGraph.Centre(cells, models) is { } centre ? names[centre] : null,
            N = n,
            Prompts = sandwich.Prompts,
            Raters = sandwich.Raters,
            EffectivePrompts = sandwich.EffectivePrompts,
            EffectiveRaters = sandwich.EffectiveRaters,
            Order = Each(scope => fit is { HasOrder: true }
                ? sandwich.Estimate(scope, fit.Order, models, Bare("order", scope, EstimateStatus.Ok))
                : Bare("order", scope, sides == EstimateStatus.Ok ? status : sides)),
            OrderTest = fit is { HasOrder: true, Penalized: false } && likelihood && DavidsonFit.Of(cells, models, false, hasTies, false, ties) is { } without
                ? Ratio(2 * (fit.LogLikelihood - without.LogLikelihood), 1) : null,
            Nu = fit is { HasTies: true } && ties == TieModel.Davidson ? Math.Exp(fit.Tie) : null,
            Theta = fit is { HasTies: true } && ties == TieModel.RaoKupper ? Math.Exp(fit.Tie) : null,
            LackOfFit = fit is { Penalized: false } && likelihood ? LackOfFit(cells, models, fit) : null,
            Pairs = pairs && fit is not null && leads is not null ? Pairs(cells, names, fit, sandwich, leads, Bare("difference", rankScope, EstimateStatus.Ok)) : null,
            Rows = [.. rows.OrderByDescending(r => r.Strength.Independent.Value is { } s ? Math.Round(s, 9) : 0).ThenBy(r => r.Model)],
        };
    }

    /// <summary>The stronger of each two first, the strongest pairs first; names break ties.</summary>
    private static LeaderboardPair[] Pairs(ContestCell[] cells, int[] names, DavidsonFit fit, Sandwich sandwich, Leads leads, Estimate bare)
    {
        var strengths = fit.Strengths;
        var met = cells.GroupBy(c => (c.Low, c.High)).ToDictionary(g => g.Key, g => (int)g.Sum(c => c.N));
        int[] order = [.. Enumerable.Range(0, names.Length).OrderByDescending(m => Math.Round(strengths[m], 9)).ThenBy(m => names[m])];
        var found = new List<LeaderboardPair>();
        for (var a = 0; a < order.Length; a++)
            for (var b = a + 1; b < order.Length; b++)
            {
                var (i, j) = (order[a], order[b]);
                var difference = sandwich.Estimate(bare.Scope, strengths[i] - strengths[j], i, j, bare);
                if (difference.PValue is not null) difference = difference with { PValue = Math.Min(1, 2 * leads.P(i, j)) };
                found.Add(new()
                {
                    Model = names[i],
                    Other = names[j],
                    N = met.GetValueOrDefault((Math.Min(i, j), Math.Max(i, j))),
                    Difference = difference,
                    WinRate = difference.Moved("expected_win_rate", x => fit.At(x).WinRate, x => fit.At(x).WinRateSlope),
                    PHolm = null,
                });
            }
        var adjusted = Holm.Adjust([.. found.Select(p => p.Difference.PValue ?? 1)]);
        return [.. found.Select((p, at) => p with { PHolm = p.Difference.PValue is null ? null : adjusted[at] })];
    }

    private static (int Wins, int Ties, int Losses)[] Totals(ContestCell[] cells, int models)
    {
        var totals = new (int Wins, int Ties, int Losses)[models];
        foreach (var cell in cells)
        {
            ref var low = ref totals[cell.Low];
            ref var high = ref totals[cell.High];
            low = (low.Wins + (int)cell.LowWins, low.Ties + (int)cell.Ties, low.Losses + (int)cell.HighWins);
            high = (high.Wins + (int)cell.HighWins, high.Ties + (int)cell.Ties, high.Losses + (int)cell.LowWins);
        }
        return totals;
    }

    /// <summary>The score of every code at the fit; nought without one.</summary>
    private static ContestScore[] Scores(in Group group, DavidsonFit? fit)
    {
        var scores = new ContestScore[ContestCells.CodesPerPair * group.Counts.Pairs];
        var strengths = fit?.Strengths;
        for (var code = 0; code < scores.Length; code++)
        {
            if (group.Counts.CountOf(code) == 0) continue;
            var (low, high) = group.Counts.PairOf(code);
            (low, high) = (group.Place[low], group.Place[high]);
            if (group.Models[low] != group.Counts.PairOf(code).Low)
            {
                scores[code] = ContestScore.Elsewhere;
                continue;
            }
            if (fit is null || strengths is null) continue;
            var side = ContestCells.SideOf(code);
            var p = fit.At(strengths[low] - strengths[high] + side * fit.Order);
            var (lead, tie) = (code % 3) switch { 0 => p.OfLow, 1 => p.OfHigh, _ => p.OfTie };
            scores[code] = new(low, high, lead, fit.HasOrder ? side * lead : 0, fit.HasTies ? tie : 0);
        }
        return scores;
    }

    private static LikelihoodRatio? LackOfFit(ContestCell[] cells, int models, DavidsonFit fit)
    {
        var pairs = cells.Select(c => (c.Low, c.High)).Distinct().Count();
        if (pairs < models) return null;
        var strengths = fit.Strengths;
        var (deviance, outcomes, sparse) = (0.0, 0, 0);
        foreach (var cell in cells)
        {
            var p = fit.At(strengths[cell.Low] - strengths[cell.High] + cell.Side * fit.Order);
            foreach (var (count, chance) in (ReadOnlySpan<(double, double)>)[(cell.LowWins, p.Low), (cell.HighWins, p.High), (cell.Ties, p.Tie)])
            {
                if (chance == 0) continue;
                outcomes++;
                if (cell.N * chance < 5) sparse++;
                if (count > 0) deviance += 2 * count * Math.Log(count / (cell.N * chance));
            }
        }
        var df = outcomes - cells.Length - (models - 1) - (fit.HasOrder ? 1 : 0) - (fit.HasTies ? 1 : 0);
        return df > 0 && 2 * sparse <= outcomes ? Ratio(deviance, df) : null;
    }

    private static LikelihoodRatio Ratio(double statistic, int df)
    {
        var positive = Math.Max(0, statistic);
        return new() { Statistic = positive, Df = df, P = positive == 0 ? 1 : SpecialFunctions.GammaUpperRegularized(df / 2.0, positive / 2) };
    }

    private static int[] Rows(in ContestColumns judgments, int[] component, int c)
    {
        var rows = new List<int>();
        for (var i = 0; i < judgments.Count; i++)
            if (judgments.ModelA[i] != judgments.ModelB[i] && component[judgments.ModelA[i]] == c) rows.Add(i);
        return [.. rows];
    }
}
