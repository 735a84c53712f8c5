using PrefEval.Api.Platform;
using PrefEval.Api.Studies;
using PrefEval.Stats;
using static PrefEval.Api.Reports.Methods;

namespace PrefEval.Api.Reports;

/// <summary>What the preference report did, read off the report itself: a sentence stands there exactly where it applies.</summary>
internal static class MethodsOfPreference
{
    /// <param name="criterion">What was judged instead of the verdict.</param>
    /// <param name="hasScores">Some judgments are imported probabilities.</param>
    public static MethodsText Of(PreferenceReport report, string? criterion, bool hasScores) => MethodsText.Of(
        Compared(report),
        NotPeople(report.Raters, report.Items.Any(i => i.N > 0)),
        Filtered(report.Filter),
        criterion is null ? null : new($"Judgments are those by the criterion “{criterion}”, not the overall verdicts.", $"所用的是按标准“{criterion}”作出的评判，而非总体评判。"),
        Estimated(report.PrimaryEstimand, report.Items),
        Ties(report.PrimaryEstimand, report.Unit, report.Items.Sum(i => i.Ties), report.Items.Sum(i => i.BothBad)),
        hasScores ? Scores(report.PrimaryEstimand) : null,
        LeftOut(report),
        Leaks(report),
        IdenticalTies(report.Items),
        Repeats(report),
        Interval(Primaries(report)),
        NoInterval(Primaries(report), report.Items.Count),
        PlannedOnly(report),
        Live(report),
        Family(report),
        Slices(report),
        Trends(report),
        Threshold(report),
        AgainstEvery(report.AgainstEveryBaseline),
        Declared(report),
        Named(report));

    private static List<Interval> Primaries(PreferenceReport report) => [.. report.Items.Select(i => In(i, report.Scope)[report.PrimaryEstimand])];

    private static Estimands In(PreferenceRow row, Scope scope) => scope switch
    {
        Scope.RatersLikeThese => row.Scopes.RatersLikeThese,
        Scope.TheseRaters => row.Scopes.TheseRaters,
        _ => row.Scopes.Independent,
    };

    private static Words Compared(PreferenceReport report)
    {
        var items = report.Items;
        if (items.Count == 0) return new("The study compares no models yet.", "研究尚未比较任何模型。");
        var who = items.Count == 1 ? new Words($"{items[0].Model} is compared with {items[0].Baseline}", $"本报告比较 {items[0].Model} 与 {items[0].Baseline}")
            : items.All(i => i.Model == items[0].Model) ? new($"{items[0].Model} is compared with each of {Number(items.Count)} other models", $"本报告将 {items[0].Model} 与其他 {Number(items.Count)} 个模型逐一比较")
            : new($"{Number(items.Count)} pairs of models are compared", $"本报告比较 {Number(items.Count)} 对模型");
        if (items.All(i => i.N == 0)) return new($"{who.En}; none of the judgments asked for is counted yet, and nothing is estimated.", $"{who.Zh}；目前没有计入任何符合条件的评判，因此没有估计值。");

        var ofRaters = items.Select(i => i.Scopes.RatersLikeThese.WinRate).Where(i => i.N > 0).ToList();
        var (n, prompts) = (Range(items.Select(i => i.N)), Range(ofRaters.Select(i => i.Prompts)));
        var effective = Effective(report.Scope == Scope.Independent ? [] : [.. items.Select(i => In(i, report.Scope).WinRate)]);
        if (report.Unit == Unit.Pair)
        {
            var pairs = new Words($"{Plural(n, "pair")} of {Plural(prompts, "prompt")}", $"{n.Zh} 个配对、{prompts.Zh} 个题目");
            return new($"{who.En} by the strict majority of each pair's {Kind(report.Raters).En} raters (more than half, else a tie), over {pairs.En}{(items.Count > 1 ? " a comparison" : "")}{effective.En}.",
                $"{who.Zh}，以每个配对的{Kind(report.Raters).Zh}评判员的严格多数意见（超过半数，否则记为平局）为准，{(items.Count > 1 ? "每项比较" : "")}涉及 {pairs.Zh}{effective.Zh}。");
        }
        var raters = Range(ofRaters.Select(i => i.Raters ?? 0));
        var total = items.Sum(i => i.N);
        var rests = new Words($"{Plural(n, "judgment")} of {Plural(prompts, "prompt")} by {Plural(raters, $"{Kind(report.Raters).En} rater")}{effective.En}",
            $"{n.Zh} 次评判、{prompts.Zh} 个题目和 {raters.Zh} 名{Kind(report.Raters).Zh}评判员{effective.Zh}");
        return items.Count == 1
            ? new($"{who.En} on {rests.En}.", $"{who.Zh}，依据 {rests.Zh}。")
            : new($"{who.En} on {Plural(total, "judgment")} in all, each comparison on {rests.En}.", $"{who.Zh}，共 {Number(total)} 次评判，每项比较依据 {rests.Zh}。");
    }

    /// <summary>Numbers of clusters that are as good as those at even loads; nothing where no interval rests on them.</summary>
    internal static Words Effective(IReadOnlyList<Interval> intervals)
    {
        var prompts = intervals.Where(i => i.Df is not null).Select(i => i.EffectivePrompts).OfType<double>().ToList();
        var raters = intervals.Where(i => i.Df is not null).Select(i => i.EffectiveRaters).OfType<double>().ToList();
        if (prompts.Count == 0) return Words.None;
        var (p, r) = (Range(prompts, Tenths), raters.Count == 0 ? Words.None : Range(raters, Tenths));
        return raters.Count == 0
            ? new($" (effectively, allowing for uneven loads, {p.En} prompts)", $"（考虑任务量不均，有效题目数为 {p.Zh}）")
            : new($" (effectively, allowing for uneven loads, {p.En} prompts and {r.En} raters)", $"（考虑任务量不均，有效题目数为 {p.Zh}，有效评判员数为 {r.Zh}）");
    }

    internal static Words Name(Estimand estimand) => estimand switch
    {
        Estimand.Net => new("net win rate", "净胜率"),
        Estimand.WinOrTie => new("win-or-tie rate", "胜或平的比例"),
        Estimand.WinOrGoodTie => new("win-or-good-tie rate", "胜或良好平局的比例"),
        Estimand.DecisiveWinRate => new("win rate among decisive judgments", "有胜负评判中的胜率"),
        _ => new("win rate", "胜率"),
    };

    private static Words? Estimated(Estimand estimand, IReadOnlyList<PreferenceRow> items)
    {
        if (items.All(i => i.N == 0)) return null;
        var name = Name(estimand);
        var means = estimand switch
        {
            Estimand.Net => new Words("the share of wins minus the share of losses", "即胜的比例减去负的比例"),
            Estimand.WinOrTie => new("the share that are not losses", "即未负的比例"),
            Estimand.WinOrGoodTie => new("the share that are wins, or ties between answers that are not both bad", "即获胜，或平局且并非两个回答都不好的比例"),
            Estimand.DecisiveWinRate => new("the share of wins among those that are won or lost", "即分出胜负者中胜的比例"),
            _ => new("the mean score, where a win scores 1 and a loss 0", "即平均得分，胜记 1，负记 0"),
        };
        return new($"The headline is the {name.En}: {means.En}.", $"主要指标为{name.Zh}，{means.Zh}。");
    }

    internal static Words? Ties(Estimand estimand, Unit unit, int ties, int bad)
    {
        var unitWords = unit == Unit.Pair ? new Words("pair", "个配对") : new("judgment", "次评判");
        if (ties + bad == 0) return null;
        var what = bad == 0 ? new Words(Plural(ties, $"{unitWords.En} is a tie", $"{unitWords.En}s are ties"), $"有 {Number(ties)} {unitWords.Zh}为平局")
            : ties == 0 ? new(Plural(bad, $"{unitWords.En} finds both answers bad", $"{unitWords.En}s find both answers bad"), $"有 {Number(bad)} {unitWords.Zh}认为两个回答都不好")
            : new($"{Plural(ties, $"{unitWords.En} is a tie", $"{unitWords.En}s are ties")} and {Number(bad)} {(bad == 1 ? "finds" : "find")} both answers bad", $"有 {Number(ties)} {unitWords.Zh}为平局，{Number(bad)} {unitWords.Zh}认为两个回答都不好");
        var rule = estimand switch
        {
            Estimand.Net => new Words("such count neither as wins nor as losses", "这些既不计为胜，也不计为负"),
            Estimand.WinOrTie => new("such count as successes", "这些均计为成功"),
            Estimand.WinOrGoodTie => new("a tie counts as a success, two bad answers do not", "平局计为成功，两个回答都不好不计为成功"),
            Estimand.DecisiveWinRate => new("such are left out of the headline", "这些不计入主要指标"),
            _ => new("such score 0.5", "这些记 0.5"),
        };
        return new($"{what.En}; {rule.En}.", $"{what.Zh}；{rule.Zh}。");
    }

    internal static Words? Scores(Estimand estimand) => estimand is not (Estimand.WinRate or Estimand.Net) ? null : new(
        "Where a judgment was imported with a probability, that takes the place of the score.", "导入时带有概率的评判，以该概率代替得分。");

    private static Words? LeftOut(PreferenceReport report)
    {
        long Sum(Func<Denominators, long> of) => report.Items.Sum(i => of(i.Excluded));
        var parts = new List<Words>();
        void Say(long count, string one, string many, Func<string, string> zh)
        {
            if (count > 0) parts.Add(new(Plural(count, one, many), zh(Number(count))));
        }
        Say(Sum(d => d.Surplus), "judgment that came when its place was gone", "judgments that came when their places were gone", n => $"{n} 次名额已满后才到的超额评判");
        Say(Sum(d => d.Excluded), "judgment that a researcher excluded, with a reason", "judgments that researchers excluded, with a reason", n => $"{n} 次由研究者注明理由后排除的评判");
        Say(Sum(d => d.Replaced), "judgment of answers that were replaced since", "judgments of answers that were replaced since", n => $"{n} 次针对后来被替换的回答的评判");
        if (report.Unit == Unit.Pair) Say(Sum(d => d.Incomplete), "pair that has not all of its judgments", "pairs that have not all of their judgments", n => $"{n} 个评判数未满的配对");
        Say(Sum(d => d.Identical), "pair of identical answers, which is not shown", "pairs of identical answers, which are not shown", n => $"{n} 个回答相同因而不展示的配对");
        Say(Sum(d => d.Unjudgeable), "pair that several raters skipped", "pairs that several raters skipped", n => $"{n} 个被多名评判员跳过的配对");
        if (parts.Count == 0) return null;
        var list = List(parts);
        return new($"Not judged, or not counted, are {list.En}.", $"未评判或未计入的有：{list.Zh}。");
    }

    private static Words? Leaks(PreferenceReport report)
    {
        var (leaking, masked, dropped) = (report.Items.Sum(i => i.Excluded.Leaking), report.Items.Sum(i => i.Excluded.Masked), report.DroppedAnswers);
        if (leaking + dropped == 0) return null;
        var said = new List<Words>();
        if (leaking > 0)
        {
            var hidden = masked == 0 ? new Words("raters saw it as it is", "评判员看到的是原文") : masked == leaking ? new("the words that say it were hidden from raters", "这些字样对评判员隐去")
                : new($"the words that say it were hidden from raters in {Number(masked)} of them", $"其中 {Number(masked)} 个的这些字样对评判员隐去");
            var one = report.Items is [{ WithoutLeaks: { Estimate: { } estimate } }] ? estimate.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture) : null;
            said.Add(new($"In {Plural(leaking, "pair")} an answer says which model it is of, or who made that; {hidden.En}{(one is null ? "" : $". Without {(leaking == 1 ? "it" : "them")} the {Name(report.PrimaryEstimand).En} is {one}")}.",
                $"有 {Number(leaking)} 个配对的回答透露了自己是什么模型或由谁开发，{hidden.Zh}{(one is null ? "" : $"；不计这些配对时，{Name(report.PrimaryEstimand).Zh}为 {one}")}。"));
        }
        if (dropped > 0)
        {
            said.Add(new($"{Plural(dropped, "answer")} of the study that {(dropped == 1 ? "says" : "say")} so {(dropped == 1 ? "was" : "were")} left out with {(dropped == 1 ? "its" : "their")} pairs.",
                $"研究中另有 {Number(dropped)} 个透露自身身份的回答，其所在配对未交付评判。"));
        }
        return new(string.Join(' ', said.Select(s => s.En)), string.Concat(said.Select(s => s.Zh)));
    }

    private static Words? IdenticalTies(IReadOnlyList<PreferenceRow> items)
    {
        var ties = items.Sum(i => i.Excluded.IdenticalTies);
        return ties == 0 ? null : new($"{Plural(ties, "tie", "ties")} among the judgments {(ties == 1 ? "was" : "were")} cast by nobody: the study counts one for each place of a pair of identical answers, put down to the raters in turn.",
            $"其中 {Number(ties)} 次平局并非由人作出：回答相同的配对，研究按每个名额各记一次平局，并依次记在各评判员名下。");
    }

    private static Words? Repeats(PreferenceReport report)
    {
        var repeats = report.Items.Sum(i => i.RepeatExposures);
        return repeats == 0 || report.Unit == Unit.Pair ? null : new($"In {Plural(repeats, "judgment")} the rater had met the prompt before, and may have known an answer again; the win rate without {(repeats == 1 ? "it" : "them")} is given beside.",
            $"在 {Number(repeats)} 次评判中，评判员此前见过同一题目，可能认出某个回答；另附剔除后的胜率。");
    }

    internal static Words? Interval(IReadOnlyList<Interval> intervals)
    {
        if ((intervals.FirstOrDefault(i => i.Df is not null) ?? intervals.FirstOrDefault(i => i.Lower is not null)) is not { } first) return null;
        var tango = first.Method.Contains("tango", StringComparison.Ordinal);
        var score = tango ? new Words($"Tango's {Year(1998).En} score interval for a difference of shares", $"比例之差的 Tango{Year(1998).Zh}得分区间")
            : new($"Wilson's {Year(1927).En} score interval", $"比例的 Wilson{Year(1927).Zh}得分区间");
        var head = new Words($"Intervals are of {Percent(first.Confidence)} confidence, with {Clusters(first.Scope).En}", $"区间的置信水平为 {Percent(first.Confidence)}：{Clusters(first.Scope).Zh}");
        if (first.Scope == Scope.Independent || intervals.All(i => i.Df is null)) return new($"{head.En}: {score.En}.", $"{head.Zh}；采用{score.Zh}。");
        var jackknife = Cite(2023, "MacKinnon", "Nielsen", "Webb");
        var variance = first.Scope == Scope.RatersLikeThese
            ? new Words($"The variance is that of the delete-one-cluster jackknife by prompt plus that by rater {jackknife.En}, minus that of their intersections {Cite(2011, "Cameron", "Gelbach", "Miller").En}",
                $"方差为按题目与按评判员的逐一剔除刀切方差之和{jackknife.Zh}，减去两者交叉部分的方差{Cite(2011, "Cameron", "Gelbach", "Miller").Zh}")
            : new($"The variance is that of the delete-one-cluster jackknife by prompt {jackknife.En}", $"方差由按题目的逐一剔除刀切法得出{jackknife.Zh}");
        var effective = new Words($"with degrees of freedom from the effective number of clusters {Cite(2017, "Carter", "Schnepel", "Steigerwald").En} it gives an effective sample size {Cite(1998, "Korn", "Graubard").En}, at which the interval is {score.En}",
            $"自由度取自有效聚类数{Cite(2017, "Carter", "Schnepel", "Steigerwald").Zh}，据此得出有效样本量{Cite(1998, "Korn", "Graubard").Zh}，再按{score.Zh}计算");
        return new($"{head.En}. {variance.En}, and never below that of independent judgments; {effective.En}.", $"{head.Zh}。{variance.Zh}，且不低于各次评判相互独立时的方差；{effective.Zh}。");
    }

    internal static Words? NoInterval(IReadOnlyList<Interval> intervals, int of)
    {
        var reasons = intervals.Where(i => i.Status != EstimateStatus.Ok).GroupBy(i => i.Status).OrderBy(g => g.Key)
            .Select(g => of == 1 ? Why(g.Key) : new Words($"{Why(g.Key).En} ({Number(g.Count())})", $"{Why(g.Key).Zh}（{Number(g.Count())} 项）")).ToList();
        if (reasons.Count == 0) return null;
        var list = new Words(string.Join("; ", reasons.Select(r => r.En)), string.Join("；", reasons.Select(r => r.Zh)));
        return of == 1
            ? new($"The usual interval cannot be given: {list.En}.", $"无法给出通常的区间：{list.Zh}。")
            : new($"Of {Number(of)} comparisons, {Number(intervals.Count(i => i.Status != EstimateStatus.Ok))} cannot have the usual interval: {list.En}.", $"{Number(of)} 项比较中，有 {Number(intervals.Count(i => i.Status != EstimateStatus.Ok))} 项无法给出通常的区间：{list.Zh}。");
    }

    /// <summary>Why there is no interval, or none of the usual kind.</summary>
    internal static Words Why(EstimateStatus status) => status switch
    {
        EstimateStatus.NoJudgments => new("nothing is judged", "没有评判"),
        EstimateStatus.NoVariation => new("all judgments say the same, so that the spread is unknown and only the number of clusters can be gone by", "所有评判相同，无法估计波动，只能依据聚类数"),
        EstimateStatus.NoDecisive => new("nothing but ties", "只有平局"),
        EstimateStatus.SingleRater => new("a single rater says nothing about other raters", "只有一名评判员，不能推及其他评判员"),
        EstimateStatus.SinglePrompt => new("a single prompt says nothing about other prompts", "只有一个题目，不能推及其他题目"),
        EstimateStatus.NotDefinedForPairs => new("a majority has no rater to speak of", "多数意见不属于任何一名评判员"),
        EstimateStatus.NoOverlap => new("no pair was judged twice", "没有配对被评判两次以上"),
        EstimateStatus.AllIdentical => new("all judgments fall into one category", "所有评判同属一类"),
        EstimateStatus.UnequalRaters => new("pairs were not all judged by equally many raters", "各配对的评判员人数不等"),
        EstimateStatus.OnePromptDecides => new("without one of the prompts the statistic is undefined", "去掉某一题目后该统计量没有定义"),
        EstimateStatus.NoSides => new("no judgment says which answer stood left", "没有评判注明哪个回答在左"),
        EstimateStatus.SidesConfounded => new("sides went with the models", "左右位置与模型完全重合"),
        EstimateStatus.EqualLengths => new("the difference of lengths is the same throughout", "两个回答的长度差始终相同"),
        EstimateStatus.OneSidedLengths => new("one model's answers were always the longer", "其中一个模型的回答始终更长"),
        EstimateStatus.LengthDecides => new("length alone tells every win from every loss", "仅凭长度即可分出全部胜负"),
        _ => new($"no answer ({EnumText<EstimateStatus>.Of(status)})", $"没有结果（{EnumText<EstimateStatus>.Of(status)}）"),
    };

    private static Words? PlannedOnly(PreferenceReport report)
    {
        var early = report.Items.Count(i => i.N > 0 && !i.FixedN.Reached);
        return early == 0 ? null : report.Items.Count == 1
            ? new("Not all planned judgments have come: these intervals mean what they say at the planned number only, not at every look before.", "计划的评判尚未全部完成：上述区间只在达到计划数量时成立，并非提前查看时也成立。")
            : new($"Not all planned judgments have come in {Plural(early, "comparison")}: these intervals mean what they say at the planned number only, not at every look before.", $"有 {Number(early)} 项比较的计划评判尚未全部完成：上述区间只在达到计划数量时成立，并非提前查看时也成立。");
    }

    private static Words? Live(PreferenceReport report)
    {
        var live = report.Items.Select(i => i.Live).OfType<Live>().Where(l => l.Lower is not null).ToList();
        if (live.Count == 0) return null;
        var units = Range(live.Select(l => l.Units));
        var how = live[0].Method == "beta_mixture" ? new Words("a beta mixture over single decisive judgments", "基于有胜负的单次评判的贝塔混合法")
            : new Words($"hedged betting {Cite(2024, "Waudby-Smith", "Ramdas").En}", $"对冲下注法{Cite(2024, "Waudby-Smith", "Ramdas").Zh}");
        return new($"Beside them stand intervals that may be looked at at any time, by {how.En}: over the completed prefix of the drawn order, {Plural(units, "unit")}{(live.Count == 1 ? "" : " a comparison")}, at {Percent(live[0].Confidence)} confidence each, for these raters.",
            $"另附可随时查看的区间，采用{how.Zh}：依据随机顺序中已完成的前段，{(live.Count == 1 ? "" : "每项比较")}共 {units.Zh} 个单元，各自的置信水平为 {Percent(live[0].Confidence)}，只限这些评判员。");
    }

    private static Words? Family(PreferenceReport report)
    {
        if (report.Items.All(i => i.PHolm is null)) return null;
        var (size, holm, exploratory) = (report.FamilySize, Year(1979), report.Items.Count(i => i.Exploratory));
        var others = exploratory == 0 ? Words.None : new($" {Plural(exploratory, "comparison is", "comparisons are")} not of this family, and exploratory.", $"另有 {Number(exploratory)} 项比较不在其列，属探索性。");
        if (size == 1)
        {
            return new($"The p-value is two-sided, of no preference, by inversion of the interval; the study declares one comparison, and nothing is adjusted.{others.En}",
                $"p 值为无偏好假设的双侧检验，由区间反推；研究只声明一项比较，无须校正。{others.Zh}");
        }
        var family = report.Family is null ? new Words($"all {Number(size)} comparisons of the study", $"研究的全部 {Number(size)} 项比较") : new($"the {Number(size)} comparisons that the study declares", $"研究声明的 {Number(size)} 项比较");
        return new($"P-values are two-sided, of no preference, by inversion of the intervals, and adjusted over {family.En} by Holm's method {holm.En}, shown here or not.{others.En}",
            $"p 值为无偏好假设的双侧检验，由区间反推，并按 Holm 法{holm.Zh}对{family.Zh}（无论是否在此列出）校正。{others.Zh}");
    }

    private static Words? Slices(PreferenceReport report)
    {
        if (report.Slices.Count == 0) return null;
        var by = report.Slices[0].Slice!.By;
        var tested = report.Slices.Count(s => s.PBh is not null);
        var rows = new Words($"{Plural(report.Slices.Count, "row")} of slices by {by} {(report.Slices.Count == 1 ? "is" : "are")} for screening", $"按 {by} 切分的 {Number(report.Slices.Count)} 行只供筛查");
        var cite = Cite(1995, "Benjamini", "Hochberg");
        return tested == 0 ? new($"{rows.En}.", $"{rows.Zh}。")
            : new($"{rows.En}; the {(tested == 1 ? "p-value" : "p-values")} of {Number(tested)} of them {(tested == 1 ? "is" : "are")} adjusted among themselves {cite.En}.", $"{rows.Zh}；其中 {Number(tested)} 行的 p 值在彼此之间校正{cite.Zh}。");
    }

    private static Words? Trends(PreferenceReport report) => !report.Trends.Any(t => t.Slope.Estimate is not null) ? null : new(
        "A trend over the sizes of models is the log-odds of a win that each doubling gains, fitted to single judgments.", "模型规模的趋势为规模每翻一番所增加的获胜对数几率，按单次评判拟合。");

    private static Words? Threshold(PreferenceReport report)
    {
        var held = report.Items.Where(i => i.AboveThreshold is not null).ToList();
        if (held.Count == 0 || report.Threshold is not { } threshold) return null;
        var (above, name) = (held.Count(i => i.AboveThreshold == true), Name(report.PrimaryEstimand));
        return held.Count == 1
            ? new($"The claim that the {name.En} lies above {Short(threshold)} is {(above == 1 ? "held up" : "not held up")} by the lower end of the interval.", $"“{name.Zh}高于 {Short(threshold)}”的论断以区间下限判定，{(above == 1 ? "成立" : "不成立")}。")
            : new($"The claim that the {name.En} lies above {Short(threshold)} is judged by the lower ends of the intervals, and holds in {Number(above)} of {Number(held.Count)} comparisons.",
                $"“{name.Zh}高于 {Short(threshold)}”的论断以区间下限判定，在 {Number(above)}/{Number(held.Count)} 项比较中成立。");
    }

    private static Words? AgainstEvery(EveryBaselineClaim? claim)
    {
        if (claim is null || claim.Baselines.Count < 2) return null;
        var (name, berger) = (Name(claim.Estimand), Cite(1982, "Berger"));
        var verdict = claim.Holds switch { true => new Words("it holds", "成立"), false => new("it does not hold", "不成立"), _ => new("it cannot be told", "尚无法判定") };
        return new($"That the {name.En} of {claim.Model} lies above {Short(claim.Threshold)} against every one of {Number(claim.Baselines.Count)} baselines is an intersection-union test {berger.En} of one-sided lower bounds at {Percent(claim.Confidence)} confidence, which needs no correction: {verdict.En}.",
            $"“{claim.Model} 对全部 {Number(claim.Baselines.Count)} 个基线的{name.Zh}均高于 {Short(claim.Threshold)}”的论断采用交并检验{berger.Zh}，以置信水平 {Percent(claim.Confidence)} 的单侧下限判定，无须校正：{verdict.Zh}。");
    }

    private static Words? Declared(PreferenceReport report) => report.Items.All(i => i.N == 0) ? null : report.Analysis switch
    {
        AnalysisKind.Primary => new("This is the study's primary analysis, as it was declared.", "本分析是研究按事先声明进行的主要分析。"),
        AnalysisKind.Changed => Changed(report.Changes),
        _ => new("This is a sensitivity analysis: it departs from the one that the study declared.", "本分析为敏感性分析，与研究所声明的主要分析不同。"),
    };

    private static Words Changed(IReadOnlyList<AnalysisChange> changes)
    {
        var at = List([.. changes.Select(c => new Words($"{c.Sequence}", $"{c.Sequence}"))]);
        return new($"This is the analysis that the study declares, which was changed after the study opened, at sequence {(changes.Count == 1 ? "number" : "numbers")} {at.En}.", $"本分析是研究所声明的主要分析；该声明在研究开放后有过更改，序号为 {at.Zh}。");
    }
}
