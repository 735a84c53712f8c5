using static PrefEval.Api.Reports.Methods;

namespace PrefEval.Api.Reports;

/// <summary>What a plan took for granted and how it counted, read off the report itself.</summary>
internal static class MethodsOfPlan
{
    public static MethodsText Of(PlanReport report)
    {
        var rows = report.Items;
        var piloted = rows.Count(r => r.Basis.Outcomes == PlanSource.Judgments);
        return MethodsText.Of(
            rows.Count == 0 ? new("The study compares no models yet.", "研究尚未比较任何模型。")
                : new($"The plan is for {Plural(rows.Count, "comparison")}: a half-width of {Short(report.HalfWidth)} for the interval of the win rate, and a power of {Short(report.Power)} to find a net win rate of {Short(report.Net)}, at {Percent(report.Confidence)} confidence.",
                    $"本计划针对 {Number(rows.Count)} 项比较：胜率区间的半宽为 {Short(report.HalfWidth)}，检出 {Short(report.Net)} 的净胜率的功效为 {Short(report.Power)}，置信水平为 {Percent(report.Confidence)}。"),
            rows.Count == 0 ? null : new("The variance is that of prompts over the number of prompts, that of raters over their effective number, and the rest over the number of judgments, so that it speaks of other prompts and of raters like these.",
                "方差由三部分相加：题目的方差除以题目数，评判员的方差除以有效评判员数，其余部分除以评判数；因此适用于其他题目与同类评判员。"),
            rows.Count == 0 ? null : piloted == 0 ? new("There is no pilot that is large enough: shares of wins and ties and the parts of prompts and raters are stated defaults.", "没有足够大的预试：胜平负的比例以及题目与评判员所占部分均为设定的默认值。")
                : new($"Shares of wins and ties are those of the study's own judgments in {Number(piloted)} of {Plural(rows.Count, "comparison")}; what these cannot tell is a stated default.", $"在 {Number(rows.Count)} 项比较中，有 {Number(piloted)} 项的胜平负比例取自研究自身的评判；评判不足以得出的部分采用设定的默认值。"),
            NotPeople(report.Raters, piloted > 0),
            Filtered(report.Filter),
            rows.Count == 0 ? null : new($"Beside it stands the number of independent judgments that would do {Cite(1987, "Connor").En}, which is for comparison only.", $"另附各次评判相互独立时所需的评判数{Cite(1987, "Connor").Zh}，只供比较。"),
            Named(report));
    }
}
