using System.Globalization;
using PrefEval.Api.Judgments;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>What makes the rows of a report less comparable, or less sure, than they look.</summary>
public static class Warnings
{
    private const int FewRaters = 5;
    private const double ManyRepeats = 0.1, FewInCommon = 0.5;

    public static IReadOnlyList<ReportWarning> Of(ReportRequest request, Evidence evidence, IReadOnlyList<(Comparison Head, Cell Cell)> rows, IReadOnlyList<ReportExclusion> exclusions, bool slicesOverlap)
    {
        var warnings = new List<ReportWarning>();
        var judged = rows.Where(row => row.Cell.Counted > 0).Select(row => (row.Head, row.Cell, Raters: row.Cell.Rater.ToHashSet(), Waves: WavesOf(row.Cell))).ToList();

        if (evidence.Kind != RaterKind.Human && evidence.Judgments.Count > 0)
        {
            Warn(evidence.Kind == RaterKind.Llm ? "llm_raters" : "simulated_raters", evidence.Kind == RaterKind.Llm
                ? "These judgments were made by language models, not by people."
                : "These judgments were made by a simulator, not by people.");
        }
        if (Pairs(judged).FirstOrDefault(two => !two.One.Waves.SetEquals(two.Other.Waves)) is { One.Head: not null } apart)
        {
            Warn("different_waves", $"{Name(apart.One.Head)} was judged in wave {Numbers(apart.One.Waves)}, {Name(apart.Other.Head)} in wave {Numbers(apart.Other.Waves)}: prompts, raters and "
                + "the time may differ as well as the models. Ask for one wave to compare them.");
        }
        if (Pairs(judged).Select(two => (two.One, two.Other, Common: Common(two.One.Raters, two.Other.Raters))).OrderBy(two => two.Common).FirstOrDefault() is { One.Head: not null, Common: < FewInCommon } strangers)
        {
            Warn("different_raters", (strangers.Common == 0 ? "No rater" : $"Few of the raters ({Math.Round(100 * strangers.Common)} %)")
                + $" judged both {Name(strangers.One.Head)} and {Name(strangers.Other.Head)}: a difference between them may be one of the raters.");
        }
        if (judged.Where(row => row.Raters.Count < FewRaters).OrderBy(row => row.Raters.Count).FirstOrDefault() is { Head: not null } few)
        {
            Warn("few_raters", $"{few.Raters.Count} {(few.Raters.Count == 1 ? "rater" : "raters")} judged {Name(few.Head)}: too few to say much of raters like these.");
        }
        if (judged.Select(row => (row.Head, Share: row.Cell.Repeat.Count(r => r) / (double)row.Cell.Counted)).OrderByDescending(row => row.Share).FirstOrDefault() is { Share: > ManyRepeats } met)
        {
            Warn("repeat_exposures", $"In {Math.Round(100 * met.Share)} % of the judgments of {Name(met.Head)} the rater had met the prompt before, and may have known an answer again. Compare the row without them.");
        }
        if (judged.OrderByDescending(row => row.Cell.UnknownSides / (double)row.Cell.Counted).FirstOrDefault() is { Cell.UnknownSides: > 0 } blind)
        {
            Warn("unknown_sides", $"Which answer stood left is unknown of {blind.Cell.UnknownSides} of the {blind.Cell.Counted} judgments of {Name(blind.Head)}: a preference for a side cannot be told from one for a model.");
        }
        if (exclusions.Count(e => e is { Kind: ExclusionKind.Excluded, ReportSequence: not null }) is > 0 and var acts)
        {
            Warn("excluded_after_a_look", $"Judgments were excluded after somebody had looked at a report ({acts} {(acts == 1 ? "time" : "times")}): see 'exclusions', and compare 'with_excluded'.");
        }
        if (request.Changes.Count > 0)
        {
            Warn("analysis_changed", "The declared analysis was changed after the study opened: "
                + string.Join("; ", request.Changes.Select(c => string.Create(CultureInfo.InvariantCulture, $"{What(c.Before, c.After)} at number {c.Sequence}, {c.ChangedAt:yyyy-MM-dd HH:mm} UTC"))) + ".");
        }
        if (slicesOverlap) Warn("overlapping_slices", "A prompt with several such tags is in the slice of each: the slices overlap and do not add up to the whole.");
        return warnings;

        HashSet<int> WavesOf(Cell cell) => request.Facts.HasWaves ? [.. cell.Pair.Select(pair => request.Facts.Pair(pair).Wave)] : [1];

        void Warn(string code, string message) => warnings.Add(new ReportWarning { Code = code, Message = message });
    }

    /// <summary>Which fields of an analysis differ, and how.</summary>
    private static string What(Analysis before, Analysis after)
    {
        var changed = new List<string>();
        Compare("estimand", EnumText<Estimand>.Of(before.Estimand), EnumText<Estimand>.Of(after.Estimand));
        Compare("scope", EnumText<Scope>.Of(before.Scope), EnumText<Scope>.Of(after.Scope));
        Compare("unit", EnumText<Unit>.Of(before.Unit), EnumText<Unit>.Of(after.Unit));
        Compare("confidence", Text(before.Confidence), Text(after.Confidence));
        Compare("threshold", Text(before.Threshold), Text(after.Threshold));
        if ((before.Family is null) != (after.Family is null) || !(before.Family ?? []).SequenceEqual(after.Family ?? [])) changed.Add("family");
        return string.Join(", ", changed);

        void Compare(string field, string was, string now)
        {
            if (was != now) changed.Add($"{field} from {was} to {now}");
        }

        static string Text(double? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "none";
    }

    private static IEnumerable<(T One, T Other)> Pairs<T>(List<T> rows) => rows.SelectMany((one, at) => rows.Skip(at + 1).Select(other => (one, other)));

    /// <summary>The share of the raters of either who judged both.</summary>
    private static double Common(HashSet<int> one, HashSet<int> other)
    {
        var both = one.Count(other.Contains);
        return both / (double)(one.Count + other.Count - both);
    }

    private static string Name(Comparison row) => $"{row.Model} against {row.Baseline}";

    private static string Numbers(HashSet<int> waves) => string.Join(" and ", waves.Order());
}
