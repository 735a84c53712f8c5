using static PrefEval.Api.Reports.Methods;

namespace PrefEval.Api.Reports;

/// <summary>What the report on judges did, read off the report itself.</summary>
internal static class MethodsOfJudges
{
    public static MethodsText Of(JudgesReport report)
    {
        var all = report.Items[0];
        var judges = report.Items.Count - 1;
        var kind = Kind(report.Raters);
        var measured = all.Percent.EachHuman.Estimate is not null;
        return MethodsText.Of(
            judges == 0 ? new("No language model has judged what is asked for.", "没有语言模型对符合条件的配对作出评判。")
                : new($"{Plural(judges, "language model")} that {(judges == 1 ? "judges is" : "judge are")} held against {kind.En} raters: {Plural(all.N, "judgment")} by the models, on {Plural(all.Pairs, "pair")} that both judged, {Number(all.ComparedPairs)} of them by two or more {kind.En} raters.",
                    $"本报告将 {Number(judges)} 个充当评判者的语言模型与{kind.Zh}评判员对照：模型共作出 {Number(all.N)} 次评判，双方都评判过的配对有 {Number(all.Pairs)} 个，其中 {Number(all.ComparedPairs)} 个由两名以上{kind.Zh}评判员评判。"),
            NotPeople(report.Raters, judges > 0 && report.Raters == Raters.RaterKind.Simulated),
            Filtered(report.Filter),
            all.ComparedPairs == 0 ? null : new($"Each {kind.En} rater is left out in turn; she and the model are held against the strict majority of the others, a split counting as a tie, so that the agreement of the {kind.En} raters among themselves is the ceiling for the model.",
                $"依次剔除一名{kind.Zh}评判员，将其与模型分别同其余评判员的严格多数意见比较，意见分散时视为平局；{kind.Zh}评判员之间的一致性即为模型的上限。"),
            measured ? new($"Kappa has linear weights {Cite(1968, "Cohen").En}.", $"κ 采用线性权重{Cite(1968, "Cohen").Zh}。") : null,
            judges == 0 ? null : new($"Intervals are of {Percent(report.Confidence)} confidence and clustered by prompt: they speak of other prompts, and of these raters and these models only.", $"区间的置信水平为 {Percent(report.Confidence)}，按题目聚类：适用于其他题目，但只限这些评判员与这些模型。"),
            report.Slices.Count == 0 ? null : new($"{Plural(report.Slices.Count, "row")} of slices by {report.Slices[0].Slice!.By} {(report.Slices.Count == 1 ? "is" : "are")} for screening.", $"按 {report.Slices[0].Slice!.By} 切分的 {Number(report.Slices.Count)} 行只供筛查。"),
            Named(report));
    }
}
