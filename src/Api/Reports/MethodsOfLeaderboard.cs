using PrefEval.Api.Studies;
using PrefEval.Stats;
using static PrefEval.Api.Reports.Methods;

namespace PrefEval.Api.Reports;

/// <summary>What a leaderboard did, read off the report itself.</summary>
internal static class MethodsOfLeaderboard
{
    public static MethodsText Of(LeaderboardReport report, StudySettings settings) => MethodsText.Of(
    [
        Fitted(report),
        NotPeople(report.Raters, report.Groups.Count > 0),
        Filtered(report.Filter),
        WithoutIdenticalTies(settings),
        .. Model(report.Ties, report.Confidence, [.. report.Groups.Select(Facts)]),
        Named(report),
    ]);

    private static GroupFacts Facts(LeaderboardGroup g) => new(g.Status, g.Penalized, g.Centre, g.Ranks, g.N, g.Order, g.LackOfFit, g.Items.Any(i => i.Ties > 0),
        g.Items.Any(i => i.RankSet is not null), g.Items[0].Strength);

    private static Words Fitted(LeaderboardReport report)
    {
        var groups = report.Groups;
        if (groups.Count == 0) return new("None of the judgments asked for is counted yet, so that there is no leaderboard.", "目前没有计入任何符合条件的评判，因此没有排行榜。");
        var kind = Kind(report.Raters);
        Words Of(LeaderboardGroup g)
        {
            var effective = MethodsOfPreference.Effective([g.Items[0].Strength]);
            return new($"{Plural(g.Items.Count, "model")} on {Plural(g.N, "judgment")} of {Plural(g.Prompts, "prompt")} by {Plural(g.Raters, kind.En + " rater")}{effective.En}",
                $"{Number(g.Items.Count)} 个模型，依据 {Number(g.N)} 次评判、{Number(g.Prompts)} 个题目和 {Number(g.Raters)} 名{kind.Zh}评判员{effective.Zh}");
        }
        if (groups.Count == 1) return new($"The leaderboard compares {Of(groups[0]).En}.", $"本排行榜比较 {Of(groups[0]).Zh}。");
        return new($"The models fall into {Number(groups.Count)} groups that never met, whose strengths and ranks cannot be compared with each other: {string.Join("; ", groups.Select(g => Of(g).En))}.",
            $"各模型分为 {Number(groups.Count)} 组，组与组之间从未比较，强度与名次不可跨组相比：{string.Join("；", groups.Select(g => Of(g).Zh))}。");
    }

    /// <summary>What the sentences about the model need of one group of models that met.</summary>
    internal sealed record GroupFacts(EstimateStatus Status, bool Penalized, string? Centre, RanksShown Ranks, int N, Interval Order, LikelihoodRatio? LackOfFit,
        bool HasTies, bool HasRankSets, Interval Strength);

    internal static IEnumerable<Words?> Model(TieModel ties, double confidence, IReadOnlyList<GroupFacts> groups)
    {
        var fitted = groups.Where(g => g.Strength.Estimate is not null).ToList();
        foreach (var g in groups.Where(g => g.Strength.Estimate is null))
            yield return new($"Of {Plural(g.N, "judgment")} no strength could be estimated: {MethodsOfPreference.Why(g.Status).En}.", $"有 {Number(g.N)} 次评判无法据以估计强度：{MethodsOfPreference.Why(g.Status).Zh}。");
        if (fitted.Count == 0) yield break;

        yield return Likelihood(ties, fitted.Any(g => g.HasTies));
        yield return fitted.Any(g => g.Order.Estimate is not null)
            ? new("A term of its own allows for which answer stood left.", "另设一项，用以扣除回答居左的影响。")
            : new($"What standing left is worth could not be told apart ({MethodsOfPreference.Why(fitted[0].Order.Status).En}), and is not allowed for.", $"居左的影响无法分辨（{MethodsOfPreference.Why(fitted[0].Order.Status).Zh}），未予扣除。");
        if (fitted.Any(g => g.Penalized))
        {
            var firth = Year(1993);
            yield return new($"As the largest likelihood does not exist (a model never lost, never won, or the like), strengths are drawn in by Firth's penalty {firth.En}.", $"由于最大似然估计不存在（例如某个模型从未负过或从未胜过），强度以 Firth 罚项收缩{firth.Zh}。");
        }
        yield return new("Strengths are log-odds against the average model of the table, shown also as the expected win rate against it and on the Elo scale (400 / ln 10 times the log-odds).",
            "强度为相对于表中平均模型的对数几率，并换算为对平均模型的期望胜率和 Elo 分（对数几率乘以 400 / ln 10）。");
        yield return Spread(confidence, fitted);
        yield return Ranks(fitted);
        foreach (var star in fitted.Where(g => g.Centre is not null && g.Ranks is RanksShown.Hidden or RanksShown.Transitive))
        {
            yield return star.Ranks == RanksShown.Hidden
                ? new($"All models but {star.Centre} never met each other; their ranks would rest on transitivity alone and are not shown.", $"除 {star.Centre} 外，其余模型从未相互比较，其名次只能依赖传递性，故不显示。")
                : new($"All models but {star.Centre} never met each other: their ranks rest on transitivity alone.", $"除 {star.Centre} 外，其余模型从未相互比较，其名次仅依赖传递性。");
        }
        foreach (var g in fitted.Where(g => g.LackOfFit is not null))
        {
            yield return new($"Against a chance of its own for every pair of models and side, one strength a model has {Chance(g.LackOfFit!.P)} (deviance, {Number(g.LackOfFit.Df)} df, judgments taken as independent).",
                $"与每对模型、每种左右位置各设一个概率的饱和模型相比，“每个模型一个强度”的拟合检验为 {Chance(g.LackOfFit.P)}（偏差检验，自由度 {Number(g.LackOfFit.Df)}，视评判为独立）。");
        }
    }

    private static Words Likelihood(TieModel ties, bool hasTies)
    {
        var (davidson, bradley) = (Year(1970), Year(1952));
        return ties switch
        {
            TieModel.Davidson when hasTies => new($"The model is Davidson's {davidson.En}: a tie or two bad answers are an outcome of their own, likelier between equals.", $"所用模型为 Davidson 模型{davidson.Zh}：平局和两个回答都不好视为单独的一种结果，实力越接近越可能出现。"),
            TieModel.RaoKupper when hasTies => new($"The model is Rao and Kupper's {Year(1967).En}: a tie or two bad answers mean that neither leads by more than a threshold.", $"所用模型为 Rao–Kupper 模型{Year(1967).Zh}：平局和两个回答都不好表示双方差距未超过某一阈值。"),
            TieModel.Davidson or TieModel.RaoKupper => new($"The model is Bradley and Terry's {bradley.En}, as there are no ties.", $"没有平局，所用模型为 Bradley–Terry 模型{bradley.Zh}。"),
            _ when hasTies => new($"The model is Bradley and Terry's {bradley.En}; a tie or two bad answers are half a win for either, as arenas count.", $"所用模型为 Bradley–Terry 模型{bradley.Zh}；平局和两个回答都不好按双方各胜半场计，与竞技场的算法一致。"),
            _ => new($"The model is Bradley and Terry's {bradley.En}.", $"所用模型为 Bradley–Terry 模型{bradley.Zh}。"),
        };
    }

    private static Words? Spread(double confidence, List<GroupFacts> groups)
    {
        if (groups.FirstOrDefault(g => g.Strength.Lower is not null)?.Strength is not { } first)
        {
            var why = MethodsOfPreference.Why(groups[0].Strength.Status);
            return new($"No intervals can be given: {why.En}.", $"无法给出区间：{why.Zh}。");
        }
        var cite = Cite(2011, "Cameron", "Gelbach", "Miller");
        var by = first.Scope switch
        {
            Scope.RatersLikeThese => new Words($"The covariance is clustered by prompt and by rater {cite.En}, with t quantiles at degrees of freedom from the effective numbers of clusters", $"协方差按题目与评判员双向聚类{cite.Zh}，t 分位数的自由度取自有效聚类数"),
            Scope.TheseRaters => new("The covariance is clustered by prompt, with t quantiles at degrees of freedom from the effective number of prompts", "协方差按题目聚类，t 分位数的自由度取自有效题目数"),
            _ => new("The covariance is that of independent judgments", "协方差按各次评判相互独立计算"),
        };
        var head = new Words($"Intervals are of {Percent(confidence)} confidence, with {Clusters(first.Scope).En}", $"区间的置信水平为 {Percent(confidence)}：{Clusters(first.Scope).Zh}");
        return new($"{head.En}. {by.En}.", $"{head.Zh}。{by.Zh}。");
    }

    private static Words? Ranks(List<GroupFacts> groups)
    {
        if (!groups.Any(g => g.HasRankSets)) return null;
        var cite = Cite(2024, "Mogstad", "Romano", "Shaikh", "Wilhelm");
        return new($"At the same confidence all true ranks of a table lie in their sets at once {cite.En}, by one-sided tests of every ordered pair of models with Holm's {Year(1979).En} adjustment.",
            $"在同一置信水平下，表中所有真实名次同时落在各自的名次集合内{cite.Zh}，依据对每个有序模型对的单侧检验并作 Holm{Year(1979).Zh}校正。");
    }
}
