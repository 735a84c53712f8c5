using PrefEval.Api.Reports;
using PrefEval.Api.Studies;
using PrefEval.Stats;
using static PrefEval.Api.Reports.Methods;

namespace PrefEval.Api.Battles;

/// <summary>What the report of a bare file did, read off the report itself.</summary>
internal static class MethodsOfBattles
{
    public static MethodsText Of(BattleReport report, bool hasScores)
    {
        List<Interval> primaries = [.. report.Items.Select(i => (i.RatersLikeThese ?? i.TheseRaters).WinRate)];
        return MethodsText.Of(
        [
            Judged(report, MethodsOfPreference.Effective(primaries)),
            report.RaterKind is { } kind ? NotPeople(kind, report.Judgments > 0) : null,
            report.Judgments == 0 ? null : new("The headline is the win rate: the mean score, where a win scores 1 and a loss 0.", "主要指标为胜率，即平均得分，胜记 1，负记 0。"),
            MethodsOfPreference.Ties(Estimand.WinRate, Unit.Judgment, report.Items.Sum(i => i.Ties), report.Items.Sum(i => i.BothBad)),
            hasScores ? MethodsOfPreference.Scores(Estimand.WinRate) : null,
            LeftOut(report),
            MethodsOfPreference.Interval(primaries),
            MethodsOfPreference.NoInterval(primaries, report.Items.Count),
            primaries.Exists(i => i.P is not null) ? new("P-values are two-sided, of no preference, by inversion of the intervals, and not adjusted.", "p 值为无偏好假设的双侧检验，由区间反推，未经校正。") : null,
            report.Leaderboard.Count == 0 ? null : new("The leaderboard gives each model one strength.", "排行榜为每个模型给出一个强度。"),
            .. MethodsOfLeaderboard.Model(TieModel.Davidson, report.Confidence, [.. report.Leaderboard.Select(Facts)]),
        ]);
    }

    private static Words Judged(BattleReport report, Words effective)
    {
        if (report.Judgments == 0) return new("The file holds no judgment that could be read.", "文件中没有可读取的评判。");
        var kind = report.RaterKind is { } known ? Kind(known) : Words.None;
        var (by, zhBy) = report.Raters is { } raters
            ? ($" by {Plural(raters, $"{kind.En} rater")}", $"、{Number(raters)} 名{kind.Zh}评判员")
            : (" by raters whom it does not name", "，评判员未注明");
        var models = report.Items.Count == 1 ? new Words($"{report.Items[0].Model} with {report.Items[0].Baseline}", $"{report.Items[0].Model} 与 {report.Items[0].Baseline}")
            : new($"{Number(report.Items.Count)} pairs of models", $" {Number(report.Items.Count)} 对模型");
        var each = report.Items.Count == 1 ? effective : Words.None;
        return new($"The file compares {models.En} on {Plural(report.Judgments, "judgment")} of {Plural(report.Prompts, "prompt")}{by}{each.En}.",
            $"文件比较{(report.Items.Count == 1 ? " " : "")}{models.Zh}，依据 {Number(report.Judgments)} 次评判、{Number(report.Prompts)} 个题目{zhBy}{each.Zh}。");
    }

    private static Words? LeftOut(BattleReport report)
    {
        var parts = new List<Words>();
        if (report.Repeated > 0) parts.Add(new(Plural(report.Repeated, "row that says again what an earlier one said", "rows that say again what earlier ones said"), $"{Number(report.Repeated)} 行重复内容"));
        if (report.NotJudged > 0) parts.Add(new(Plural(report.NotJudged, "row without a verdict", "rows without a verdict"), $"{Number(report.NotJudged)} 行没有结论"));
        if (report.OtherKinds > 0) parts.Add(new(Plural(report.OtherKinds, "judgment by another kind of rater", "judgments by other kinds of rater"), $"{Number(report.OtherKinds)} 次其他类别评判员的评判"));
        if (report.ErrorCount > 0) parts.Add(new(Plural(report.ErrorCount, "line that could not be read", "lines that could not be read"), $"{Number(report.ErrorCount)} 行无法读取"));
        if (parts.Count == 0) return null;
        return new($"Left out are {List(parts).En}.", $"未计入的有：{List(parts).Zh}。");
    }

    private static MethodsOfLeaderboard.GroupFacts Facts(BattleBoard b) => new(b.Status, b.Penalized, null, b.Status == EstimateStatus.Ok ? RanksShown.Shown : RanksShown.None,
        b.N, b.Order, b.LackOfFit, b.HasTies, b.Items.Any(i => i.RankSet is not null), b.Items[0].Strength);
}
