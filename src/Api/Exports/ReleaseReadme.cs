using System.Globalization;
using System.Text;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Exports;

/// <summary>The README of a release: what is in it, what was taken out, under which terms, and of which state of the study it is.</summary>
internal static class ReleaseReadme
{
    public static string Of(Release release, StudySettings settings, ReleaseCounts counts, IReadOnlyList<RaterKind> raters)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # {settings.Title}

            Raters compared two models' answers to a prompt, blind to the models, and were asked: {settings.Question}
            {(settings.AllowBothBad ? "They could say that one is better, that both are good (tie), or that both are bad." : "They could say that one is better, or that there is no difference (tie).")}

            Licence: {release.License ?? "not stated"}
            Sequence: {counts.Sequence}
            Data hash: {counts.DataHash}

            ## Files

            | file | holds | rows |
            |---|---|--:|
            | `prompts.jsonl` | each prompt with the answers of all models: {counts.Answers} answers of {counts.Models} models | {counts.Prompts} |
            | `pairs.jsonl` | which answers were compared; those whose verdict was known have a `role` and a `winner` | {counts.Pairs} |
            | `judgments.jsonl` | what each rater said of a pair, `a`, `b`, `tie` or `both_bad`; `left` is the answer that stood on the left | {counts.Judgments} |{Adjudications(counts)}

            {counts.Raters} raters made the judgments{Kinds(raters)}. Lines are JSON in UTF-8. PrefEval imports the first three files again, in this order.

            ## What was taken out

            - Names, groups and ids of raters. The ids in `judgments.jsonl` were drawn by chance for this bundle alone: another bundle of the same study has others.
            - Comments, reasons and explanations in free text.
            - The time of day: `created_at` is the beginning of the day in {settings.TimeZone}, and durations are rounded to whole seconds.
            - The order in which the judgments came.
            {LeftOut(counts)}
            """);
        return text.Replace("\r\n", "\n").Append('\n').ToString();
    }

    private static string Adjudications(ReleaseCounts counts) => counts.Adjudications == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
        $"\n| `adjudications.jsonl` | what a researcher who did not see the models decided of pairs whose votes have no strict majority; no judgment, and nothing to import | {counts.Adjudications} |");

    private static string Kinds(IReadOnlyList<RaterKind> raters)
    {
        if (raters.All(kind => kind == RaterKind.Human)) return "";
        var kinds = raters.GroupBy(kind => kind).OrderBy(group => group.Key).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {EnumText<RaterKind>.Of(group.Key)}"));
        return $" (`rater_kind`: {string.Join(", ", kinds)}){(raters.Contains(RaterKind.Simulated) ? "; no person made the simulated ones" : "")}";
    }

    private static string LeftOut(ReleaseCounts counts) => counts.LeftOut.Count == 0
        ? "- No judgment: all of them are in the file."
        : $"- Judgments that do not count: {string.Join(", ", counts.LeftOut.Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Value} {reason.Key}")))}.";
}
