using System.Globalization;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>How a report came about, as a paragraph to print beside it. Both languages say the same, in the same order, with the same numbers.</summary>
public sealed record MethodsText
{
    public required string En { get; init; }
    public required string Zh { get; init; }

    internal static MethodsText None { get; } = new() { En = "", Zh = "" };

    /// <param name="sentences">Whole sentences; null: it does not apply.</param>
    internal static MethodsText Of(params IEnumerable<Words?> sentences)
    {
        var said = sentences.OfType<Words>().ToList();
        return new MethodsText { En = string.Join(' ', said.Select(s => s.En)), Zh = string.Concat(said.Select(s => s.Zh)) };
    }
}

/// <summary>A sentence, or a part of one, in both languages: written side by side, so that they cannot drift apart.</summary>
internal readonly record struct Words(string En, string Zh)
{
    public static readonly Words None = new("", "");
}

/// <summary>What sentences of several reports are made of: numbers, lists, citations, and the facts that every report has.</summary>
internal static class Methods
{
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Effective numbers: one decimal.</summary>
    public static string Tenths(double number) => number.ToString("N1", CultureInfo.InvariantCulture);

    public static string Short(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);

    public static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    public static string Chance(double p) => p < 0.001 ? "p < 0.001" : "p = " + p.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>"1 judgment", "2 judgments".</summary>
    public static string Plural(long number, string one, string? many = null) => Number(number) + " " + (number == 1 ? one : many ?? one + "s");

    /// <summary>One number where all are equal, else from the least to the greatest.</summary>
    public static Words Range(IEnumerable<int> numbers) => Range(numbers.Select(n => (double)n), n => Number((long)n));

    public static Words Range(IEnumerable<double> numbers, Func<double, string> format)
    {
        var texts = numbers.Order().Select(format).ToList();
        return texts[0] == texts[^1] ? new(texts[0], texts[0]) : new($"{texts[0]} to {texts[^1]}", $"{texts[0]} 至 {texts[^1]}");
    }

    /// <summary>"1 rater", "1 to 3 raters".</summary>
    public static string Plural(Words range, string one) => range.En + " " + (range.En == "1" ? one : one + "s");

    public static Words List(IReadOnlyList<Words> parts) => parts.Count switch
    {
        0 => Words.None,
        1 => parts[0],
        _ => new(string.Join(", ", parts.SkipLast(1).Select(p => p.En)) + " and " + parts[^1].En, string.Join("、", parts.SkipLast(1).Select(p => p.Zh)) + Apart(parts[^2].Zh[^1]) + "和" + Apart(parts[^1].Zh[0]) + parts[^1].Zh),
    };

    /// <summary>Chinese sets Latin letters and figures apart by a space.</summary>
    private static string Apart(char neighbour) => char.IsAscii(neighbour) ? " " : "";

    /// <summary>The year, where the authors' names have just been said.</summary>
    public static Words Year(int year) => new($"({year})", $"（{year}）");

    /// <summary>Authors and year, in brackets.</summary>
    public static Words Cite(int year, params string[] authors)
    {
        var list = List([.. authors.Select(a => new Words(a, a))]);
        return new($"({list.En} {year})", $"（{string.Join('、', authors)}，{year}）");
    }

    public static Words Kind(RaterKind kind) => kind switch
    {
        RaterKind.Human => new("human", "真人"),
        RaterKind.Llm => new("LLM", " LLM "),
        _ => new("simulated", "模拟"),
    };

    /// <summary>Who did not judge must be said plainly.</summary>
    public static Words? NotPeople(RaterKind kind, bool any) => !any ? null : kind switch
    {
        RaterKind.Llm => new("The judgments were made by language models, not by people.", "这些评判由语言模型作出，并非真人评判。"),
        RaterKind.Simulated => new("The judgments are simulated: no person made them, and they say nothing of any model.", "这些评判是模拟的：没有真人参与，不能说明任何模型的优劣。"),
        _ => null,
    };

    public static Words? Filtered(ReportFilter filter)
    {
        var parts = new List<Words>();
        if (filter.Category is { } category) parts.Add(category == "" ? new("prompts without a category", "没有类别的题目") : new($"prompts of the category “{category}”", $"类别为“{category}”的题目"));
        if (filter.Tag is { } tag) parts.Add(new($"prompts with the tag “{tag}”", $"带有标签“{tag}”的题目"));
        if (filter.Language is { } language) parts.Add(language == "" ? new("prompts without a language", "未注明语言的题目") : new($"prompts in the language “{language}”", $"语言为“{language}”的题目"));
        if (filter.Wave is { } wave) parts.Add(new($"pairs of wave {Number(wave)}", $"第 {Number(wave)} 批的配对"));
        if (filter.Leaks is not null) parts.Add(new("pairs whose answers do not say who gave them", "回答未透露自身身份的配对"));
        if (filter.Raters is { } kind) parts.Add(new($"{Kind(kind).En} raters", $"{Kind(kind).Zh.TrimStart()}评判员"));
        if (parts.Count == 0) return null;
        var all = List(parts);
        return parts.Count == 1
            ? new($"Only judgments of {all.En} are counted.", $"只计入{Apart(all.Zh[0])}{all.Zh}的评判。")
            : new($"Only judgments that are at once of {all.En} are counted.", $"只计入同时属于以下各项的评判：{all.Zh}。");
    }

    /// <summary>For reports that know nothing of ties that nobody cast.</summary>
    public static Words? WithoutIdenticalTies(StudySettings settings) => settings.IdenticalAnswers != IdenticalAnswers.Tie ? null : new(
        "Identical answers, which the study counts as ties without showing them to anybody, are counted in the preference report only: here nobody judged them.",
        "内容相同的回答不展示给评判员，研究将其记为平局；它们只计入偏好报告，本报告不计入，因为没有人评判过。");

    /// <summary>Of fitted models and of the win rate: how the variance allows for prompts and raters that repeat. Ends with a comma or a bracket, not a full stop.</summary>
    public static Words Clusters(Scope scope) => scope switch
    {
        Scope.RatersLikeThese => new("prompts and raters both taken as samples, so that they speak of other prompts and of raters like these", "题目与评判员均视为抽样所得，区间适用于其他题目与同类评判员"),
        Scope.TheseRaters => new("prompts taken as a sample and raters as given, so that they speak of other prompts and of these raters only", "题目视为抽样所得，评判员视为固定，区间适用于其他题目，但只限这些评判员"),
        _ => new("every judgment taken as independent of every other one, which is for comparison only and is too narrow where prompts or raters repeat", "视各次评判相互独立；此区间只供比较，在题目或评判员重复出现时过窄"),
    };

    /// <summary>By which number and hashes the report can be found and computed again.</summary>
    public static Words Named(Report report) => new(
        $"Computed at sequence number {report.Sequence} of the study; the report has the hash {report.Hash}, the data as of that number {report.DataHash}.",
        $"本报告按研究的序号 {report.Sequence} 计算，报告哈希为 {report.Hash}，截至该序号的数据哈希为 {report.DataHash}。");
}
