using System.Globalization;
using System.Text.Json;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Reports;

/// <summary>What <c>by</c> may say, and the slices that it makes of a study.</summary>
public static class SliceBy
{
    public const string RaterGroup = "rater_group";
    private const string OfModel = "model:", OfBaseline = "baseline:", OfTag = "tag:", Source = "source";

    /// <summary>Words for slices of pairs, and those for slices of raters.</summary>
    private static readonly string[] OfPairs = ["category", Source, "tag", "language", "wave", "prompt_length", "answer_length"], OfRaters = ["rater", RaterGroup];

    public static bool IsOfModels(string by) => by.StartsWith(OfModel, StringComparison.Ordinal) || by.StartsWith(OfBaseline, StringComparison.Ordinal);

    public static bool IsOfRaters(string by) => OfRaters.Contains(by);

    public static void Check(PreferenceQuestion question, List<FieldError> errors)
    {
        if (question.By is not { } by) return;
        if (!IsOfPairs(by) && !OfRaters.Contains(by) && !IsOfModels(by))
            errors.Add(new FieldError { Field = "by", Message = $"One of {string.Join(", ", OfPairs.Concat(OfRaters))}, tags that begin alike, such as tag:source, or an attribute of the models or of the baselines, such as model:training_source or baseline:training_source." });
        if (OfRaters.Contains(by) && question.Unit == Unit.Pair)
            errors.Add(new FieldError { Field = "by", Message = "The majority of a pair belongs to no rater; ask with unit=judgment." });
    }

    /// <summary>Where only slices of pairs make sense.</summary>
    public static void CheckOfPairs(string? by, List<FieldError> errors)
    {
        if (by is not null && !IsOfPairs(by)) errors.Add(new FieldError { Field = "by", Message = $"One of {string.Join(", ", OfPairs)}, or tags that begin alike, such as tag:source." });
    }

    private static bool IsOfPairs(string by) => OfPairs.Contains(by) || (by.StartsWith(OfTag, StringComparison.Ordinal) && by.Length > OfTag.Length);

    public static async Task<Slicing> ReadAsync(
        string by, ReportRequest request, Evidence evidence, IReadOnlyList<SkipRow> skips, IReadOnlyList<Comparison> comparisons, ReportStore store, DetailStore details, CancellationToken cancel)
    {
        if (IsOfModels(by)) return await PoolAsync(by, request, comparisons, store, cancel);
        var facts = request.Facts;
        var ofStudy = comparisons.Select(c => c.ModelPair).ToHashSet();
        var pairs = facts.Pairs.Where(p => evidence.Passes[p.Pair] && ofStudy.Contains(p.ModelPair)).ToList();
        var prompts = pairs.Select(p => p.Prompt).Distinct().Select(facts.Prompt).ToList();
        switch (by)
        {
            case "rater" or RaterGroup:
                string? NameOf(int rater) => by == RaterGroup ? evidence.Raters[rater].GroupName : evidence.Raters[rater].Name;
                var skipped = skips.Where(s => evidence.Passes[s.Pair] && evidence.Raters[s.Rater].Kind == evidence.Kind).Select(s => s.Rater);
                var atWork = evidence.Judgments.Rater.Concat(skipped).ToHashSet();
                var raters = Slicing.InOrder(atWork.Select(NameOf));
                return Slicing.Of(by, comparisons, raters.Values, (_, rater) => atWork.Contains(rater) ? raters.PlaceOf(NameOf(rater)) : [], byRater: true);
            case "wave":
                var waves = pairs.Select(p => p.Wave).Distinct().Order().Select((wave, at) => (wave, at)).ToDictionary(w => w.wave, w => new[] { w.at });
                return Slicing.Of(by, comparisons, [.. waves.Keys.Order().Select(w => w.ToString(CultureInfo.InvariantCulture))], (pair, _) => waves[pair.Wave]);
            case "category":
                var categories = Slicing.InOrder(prompts.Select(p => p.Category));
                return Slicing.Of(by, comparisons, categories.Values, (pair, _) => categories.PlaceOf(facts.Prompt(pair.Prompt).Category));
            case "language":
                var languages = Slicing.InOrder(prompts.Select(p => p.Language));
                return Slicing.Of(by, comparisons, languages.Values, (pair, _) => languages.PlaceOf(facts.Prompt(pair.Prompt).Language));
            case "answer_length":
                // Not how long, but how much longer: whether a model wins only where it says more is what a researcher fears.
                var turned = comparisons.ToDictionary(c => c.ModelPair, c => c.Flipped);
                var longer = (await details.LengthsAsync(request.Study.Study, request.Sequence, cancel)).ToDictionary(p => p.Pair, p => p.CharactersA - p.CharactersB);
                int? Longer(in PairFact pair) => !longer.TryGetValue(pair.Pair, out var by) ? null : turned[pair.ModelPair] ? -by : by;
                var differences = pairs.Select(p => Longer(p)).OfType<int>().ToList();
                var ranges = Slicing.Quarters(differences, " to ");
                var hasUnknown = differences.Count < pairs.Count; // a pair of an import may have come without its answers
                return Slicing.Of(by, comparisons, hasUnknown ? [.. ranges.Values, null] : ranges.Values, (pair, _) => Longer(pair) is { } difference ? ranges.PlaceOf(difference) : [ranges.Values.Count]);
            case "prompt_length":
                var known = prompts.Select(p => p.Prompt).ToHashSet();
                var lengths = (await store.PromptMessagesAsync(request.Study.Study, cancel)).Where(p => known.Contains(p.Prompt)).ToDictionary(p => p.Prompt, p => Slicing.LengthOf(p.Messages));
                var quarters = Slicing.Quarters(lengths.Values);
                return Slicing.Of(by, comparisons, quarters.Values, (pair, _) => quarters.PlaceOf(lengths[pair.Prompt]));
            default: // tags, or what follows the beginning that some of them share: 'source' is tag:source
                var beginning = by == "tag" ? "" : (by == Source ? Source : by[OfTag.Length..]) + ":";
                string?[] TagsOf(PromptFact prompt) =>
                    [.. prompt.Tags.Where(tag => tag.StartsWith(beginning, StringComparison.Ordinal)).Select(tag => tag[beginning.Length..]).Cast<string?>().DefaultIfEmpty(null)];
                var tags = Slicing.InOrder(prompts.SelectMany(TagsOf));
                var ofPrompt = prompts.ToDictionary(p => p.Prompt, p => TagsOf(p).SelectMany(tag => tags.PlaceOf(tag)).ToArray());
                return Slicing.Of(by, comparisons, tags.Values, (pair, _) => ofPrompt[pair.Prompt], overlaps: ofPrompt.Values.Any(places => places.Length > 1));
        }
    }

    private static async Task<Slicing> PoolAsync(string by, ReportRequest request, IReadOnlyList<Comparison> comparisons, ReportStore store, CancellationToken cancel)
    {
        var attribute = by[(by.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var models = (await store.AttributesAsync(request.Study.Study, request.Sequence, cancel))
            .ToDictionary(m => m.Name, m => JsonSerializer.Deserialize<Dictionary<string, string>>(m.Attributes)!);
        if (!models.Values.Any(attributes => attributes.ContainsKey(attribute)))
        {
            var known = models.Values.SelectMany(attributes => attributes.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
            request.Errors.Add(new FieldError { Field = "by", Message = $"No model has an attribute '{attribute}'" + (known.Count == 0 ? "; none has any." : $"; they have {string.Join(", ", known)}.") });
        }
        return Slicing.Pool(by, by.StartsWith(OfModel, StringComparison.Ordinal), comparisons, model => models[model].GetValueOrDefault(attribute));
    }
}
