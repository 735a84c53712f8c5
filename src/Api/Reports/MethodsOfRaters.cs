using PrefEval.Api.Studies;
using PrefEval.Stats;
using static PrefEval.Api.Reports.Methods;

namespace PrefEval.Api.Reports;

/// <summary>What the reports on agreement, position, length and raters did, read off the reports themselves.</summary>
internal static class MethodsOfRaters
{
    public static MethodsText Of(AgreementReport report, StudySettings settings)
    {
        var one = report.Percent;
        (Interval Interval, Words Name)[] measures =
        [
            (report.Percent, new("the share of equal verdicts", "一致率")),
            (report.TieDiscounted, new("the same with half for a tie against a win or loss", "平局与胜负之间记一半的一致率")),
            (report.KrippendorffAlpha, new($"Krippendorff's alpha {Year(2011).En}", $"Krippendorff α{Year(2011).Zh}")),
            (report.KrippendorffAlphaLinear, new("the same with linear distance", "线性距离下的同一系数")),
            (report.FleissKappa, new($"Fleiss' kappa {Year(1971).En}", $"Fleiss κ{Year(1971).Zh}")),
            (report.GwetAc1, new($"Gwet's AC1 {Year(2008).En}", $"Gwet AC1{Year(2008).Zh}")),
        ];
        var given = measures.Where(m => m.Interval.Estimate is not null).ToList();
        var none = measures.Where(m => m.Interval.Estimate is null && report.Units > 0).ToList();
        var kind = Kind(report.Raters);
        return MethodsText.Of(
        [
            report.Units == 0 ? new("No pair that is asked for was judged by two raters, so that agreement cannot be told.", "没有符合条件的配对由两名以上评判员评判，无法得出一致性。")
                : new($"Agreement rests on {Plural(one.N, "judgment")} of {Plural(report.Units, "pair")} and {Plural(one.Prompts, "prompt")} that two or more {kind.En} raters judged.", $"一致性依据由两名以上{kind.Zh}评判员评判的 {Number(report.Units)} 个配对、{Number(one.Prompts)} 个题目，共 {Number(one.N)} 次评判。"),
            NotPeople(report.Raters, report.Units > 0),
            Filtered(report.Filter),
            WithoutIdenticalTies(settings),
            given.Count == 0 ? null : new($"Verdicts are win, tie (two bad answers included) and loss; given are {List([.. given.Select(m => m.Name)]).En}.", $"评判分为胜、平（含两个回答都不好）、负三类；所列为{List([.. given.Select(m => m.Name)]).Zh}。"),
            .. none.Select(m => (Words?)new Words($"There is none of {m.Name.En}: {MethodsOfPreference.Why(m.Interval.Status).En}.", $"{m.Name.Zh}没有结果：{MethodsOfPreference.Why(m.Interval.Status).Zh}。")),
            given.FirstOrDefault(m => m.Interval.Lower is not null).Interval is not { } first ? null
                : new($"Intervals are of {Percent(first.Confidence)} confidence, by the jackknife that leaves out one prompt at a time, with t quantiles; they speak of other prompts and of these raters.", $"区间的置信水平为 {Percent(first.Confidence)}，由逐一剔除题目的刀切法与 t 分位数得出，适用于其他题目，但只限这些评判员。"),
            report.CohenKappa.Any(c => c.Estimate is not null) ? new($"Of each two raters who share pairs there is Cohen's kappa {Year(1960).En}.", $"对有共同配对的每两名评判员，另给出 Cohen κ{Year(1960).Zh}。") : null,
            Named(report),
        ]);
    }

    public static MethodsText Of(PositionReport report, StudySettings settings)
    {
        var kind = Kind(report.Raters);
        var (share, effective) = (report.Scopes.RatersLikeThese, MethodsOfPreference.Effective([report.LeftShare]));
        var orders = report.Orders.Count(o => o.Order.Estimate is not null);
        var decisive = report.LeftWins + report.RightWins;
        return MethodsText.Of(
            report.N == 0 ? new("No judgment that is asked for says which answer stood left.", "没有符合条件的评判注明哪个回答在左。")
                : new($"The left answer won {Number(report.LeftWins)} times and the right one {Number(report.RightWins)} times, in {Plural(report.N, "judgment")} by {kind.En} raters whose left answer is known.", $"在 {Number(report.N)} 次已知左侧回答的{kind.Zh}评判员评判中，左侧胜 {Number(report.LeftWins)} 次，右侧胜 {Number(report.RightWins)} 次。"),
            report.SideUnknown == 0 ? null : new($"Of {Plural(report.SideUnknown, "further judgment")} the sides are unknown.", $"另有 {Number(report.SideUnknown)} 次评判左右不明。"),
            NotPeople(report.Raters, report.N > 0),
            Filtered(report.Filter),
            WithoutIdenticalTies(settings),
            decisive == 0 ? null : new($"The left share is that of left wins among the {Plural(decisive, "decisive judgment")}, of {Plural(share.Prompts, "prompt")} by {Plural(share.Raters ?? 0, "rater")}{effective.En}.", $"左侧份额为左侧胜在 {Number(decisive)} 次分出胜负的评判中的比例，涉及 {Number(share.Prompts)} 个题目、{Number(share.Raters ?? 0)} 名评判员{effective.Zh}。"),
            decisive == 0 ? null : MethodsOfPreference.Interval([report.LeftShare]),
            decisive == 0 ? null : MethodsOfPreference.NoInterval([report.LeftShare], 1),
            orders == 0 ? null : new($"The order term is that of Davidson's model with sides {Cite(1977, "Davidson", "Beaver").En}, which allows for the models that stood there.", $"位置项取自含左右位置的 Davidson 模型{Cite(1977, "Davidson", "Beaver").Zh}，已扣除所涉模型强弱的影响。"),
            report.Items.Count == 0 ? null : report.Items.Count == 1
                ? new("The one rater's left wins are tested against her right wins by the mid-p sign test.", "对唯一一名评判员，以 mid-p 符号检验比较其左侧胜与右侧胜。")
                : new($"For each of {Number(report.Items.Count)} raters, left wins are tested against right wins by the mid-p sign test, adjusted among the raters {Cite(1995, "Benjamini", "Hochberg").En}: for screening.", $"对 {Number(report.Items.Count)} 名评判员各以 mid-p 符号检验比较左侧胜与右侧胜，并在评判员之间校正{Cite(1995, "Benjamini", "Hochberg").Zh}，仅供筛查。"),
            Named(report));
    }

    public static MethodsText Of(LengthReport report, StudySettings settings)
    {
        var items = report.Items;
        var kind = Kind(report.Raters);
        var controlled = items.Select(i => i.LengthControlledWinRate).ToList();
        var fitted = controlled.Where(c => c.Estimate is not null).ToList();
        var cite = Cite(2024, "Dubois", "Galambosi", "Liang", "Hashimoto");
        var effective = MethodsOfPreference.Effective(fitted);
        return MethodsText.Of(
            items.Count == 0 ? new("No judgment that is asked for is counted on answers whose lengths are known.", "没有计入长度已知的回答的评判。")
                : items.Count == 1 ? new($"{items[0].Model} is compared with {items[0].Baseline} at equal lengths of answers, on {Plural(items[0].N, "judgment")} by {kind.En} raters{effective.En}.", $"本报告在回答长度相等的条件下比较 {items[0].Model} 与 {items[0].Baseline}，依据{kind.Zh}评判员的 {Number(items[0].N)} 次评判{effective.Zh}。")
                : new($"{Number(items.Count)} pairs of models are compared at equal lengths of answers, each on {Plural(Range(items.Select(i => i.N)), "judgment")} by {kind.En} raters{effective.En}.", $"本报告在回答长度相等的条件下比较 {Number(items.Count)} 对模型，每对依据{kind.Zh}评判员的 {Range(items.Select(i => i.N)).Zh} 次评判{effective.Zh}。"),
            NotPeople(report.Raters, items.Count > 0),
            Filtered(report.Filter),
            items.Count == 0 ? null : WithoutIdenticalTies(settings),
            fitted.Count == 0 ? null : new($"The score (a win 1, a tie 0.5, a loss 0) is fitted by a logistic curve of tanh of the difference of lengths in characters over its standard deviation, and read at a difference of 0 {cite.En}, without a term for the prompts' difficulty.", $"以得分（胜 1，平 0.5，负 0）对“字符数之差除以其标准差”的 tanh 作逻辑斯蒂拟合，取差为 0 处的值{cite.Zh}，不含题目难度项。"),
            Fit(fitted.FirstOrDefault(c => c.Lower is not null)),
            MethodsOfPreference.NoInterval(controlled, items.Count),
            items.Count == 0 ? null : new("Length lies between a model and its success, so that this is a sensitivity analysis and never the headline.", "长度处于模型与其胜负之间的因果路径上，因此本分析只是敏感性分析，不作为主要结论。"),
            Named(report));
    }

    private static Words? Fit(Interval? first)
    {
        if (first is null) return null;
        var cite = Cite(2011, "Cameron", "Gelbach", "Miller");
        var by = first.Scope switch
        {
            Scope.RatersLikeThese => new Words($"clustered by prompt and by rater {cite.En}", $"按题目与评判员双向聚类{cite.Zh}"),
            Scope.TheseRaters => new("clustered by prompt", "按题目聚类"),
            _ => new("of independent judgments", "按各次评判相互独立计算"),
        };
        return new($"Intervals are of {Percent(first.Confidence)} confidence, with {Clusters(first.Scope).En}; the error is that of the fit, {by.En}.", $"区间的置信水平为 {Percent(first.Confidence)}：{Clusters(first.Scope).Zh}；误差为拟合误差，{by.Zh}。");
    }

    public static MethodsText Of(RatersReport report, StudySettings settings)
    {
        var items = report.Items;
        var kind = Kind(report.Raters);
        var flagged = items.Count(i => i.Flags.Count > 0);
        var gold = items.Sum(i => i.Gold.N);
        return MethodsText.Of(
            items.Count == 0 ? new("None of the judgments asked for is counted yet.", "目前没有计入任何符合条件的评判。")
                : new($"The work of {Plural(items.Count, $"{kind.En} rater")} is shown on {Plural(items.Sum(i => i.N), "judgment")}.", $"本报告依据 {Number(items.Sum(i => i.N))} 次评判，说明 {Number(items.Count)} 名{kind.Zh}评判员的工作情况。"),
            NotPeople(report.Raters, items.Count > 0),
            Filtered(report.Filter),
            items.Count == 0 ? null : WithoutIdenticalTies(settings),
            items.All(i => i.Agreement.N == 0) ? null : new("Agreement is with the strict majority of a pair's other raters, a split counting as a tie.", "一致指与同一配对其他评判员的严格多数意见相同；意见分散时视为平局。"),
            gold == 0 ? null : new($"{Plural(gold, "verdict")} on gold pairs {(gold == 1 ? "is" : "are")} held against the known answers.", $"{Number(gold)} 次对金标配对的评判与已知答案作了对照。"),
            items.Count == 0 ? null : new($"Shares have Wilson's {Year(1927).En} interval of {Percent(report.Confidence)} confidence, each rater's judgments taken as independent; p-values among raters are adjusted {Cite(1995, "Benjamini", "Hochberg").En}.", $"各比例附 Wilson{Year(1927).Zh}区间，置信水平为 {Percent(report.Confidence)}，视同一评判员的各次评判为独立；评判员之间的 p 值经过校正{Cite(1995, "Benjamini", "Hochberg").Zh}。"),
            report.DawidSkene == EstimateStatus.Ok ? new($"The estimated accuracy is that of Dawid and Skene's model {Year(1979).En}: a diagnostic, not a measurement.", $"估计准确率取自 Dawid–Skene 模型{Year(1979).Zh}，只供诊断，并非测量。") : null,
            flagged == 0 ? null : new($"{Plural(flagged, "rater is", "raters are")} flagged for a look; nobody was left out, and the headline is given with and without {(flagged == 1 ? "her" : "them")}.", $"有 {Number(flagged)} 名评判员被标记以供查看；没有剔除任何人，主要指标给出包含与不包含被标记者的两种结果。"),
            Named(report));
    }
}
