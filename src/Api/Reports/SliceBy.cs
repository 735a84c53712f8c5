using System.Globalization;
using System.Text.Json;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Reports;

/// <summary>What <c>by</c> may say, and the slices that it makes of a study.</summary>
public static class SliceBy
{
    private const string OfModel = "model:", OfBaseline = "baseline:";

    /// <summary>Words for slices of pairs, and all of them.</summary>
    public static readonly string[] OfPairs = ["category", "tag", "language", "wave", "prompt_length"];
    private static readonly string[] Words = [.. OfPairs, "rater"];

    public static bool IsOfModels(string by) => by.StartsWith(OfModel, StringComparison.Ordinal) || by.StartsWith(OfBaseline, StringComparison.Ordinal);

    public static void Check(PreferenceQuestion question, List<FieldError> errors)
    {
        if (question.By is not { } by) return;
        if (!IsOfModels(by)) Check(by, Words, errors, ", or an attribute of the models or of the baselines, such as model:training_source or baseline:training_source");
        if (by == "rater" && question.Unit == Unit.Pair)
            errors.Add(new FieldError { Field = "by", Message = "The majority of a pair belongs to no rater; ask with unit=judgment." });
    }

    public static void Check(string? by, string[] words, List<FieldError> errors, string orElse = "")
    {
        if (by is not null && !words.Contains(by)) errors.Add(new FieldError { Field = "by", Message = $"One of {string.Join(", ", words)}{orElse}." });
    }

    public static async Task<Slicing> ReadAsync(
        string by, ReportRequest request, Evidence evidence, IReadOnlyList<SkipRow> skips, IReadOnlyList<Comparison> comparisons, ReportStore store, CancellationToken cancel)
    {
        if (IsOfModels(by)) return await PoolAsync(by, request, comparisons, store, cancel);
        var facts = request.Facts;
        var ofStudy = comparisons.Select(c => c.ModelPair).ToHashSet();
        var pairs = facts.Pairs.Where(p => evidence.Passes[p.Pair] && ofStudy.Contains(p.ModelPair)).ToList();
        var prompts = pairs.Select(p => p.Prompt).Distinct().Select(facts.Prompt).ToList();
        switch (by)
        {
            case "rater":
                var skipped = skips.Where(s => evidence.Passes[s.Pair] && evidence.Raters[s.Rater].Kind == evidence.Kind).Select(s => s.Rater);
                var atWork = evidence.Judgments.Rater.Concat(skipped).ToHashSet();
                var raters = Slicing.InOrder(atWork.Select(r => evidence.Raters[r].Name));
                return Slicing.Of(by, comparisons, raters.Values, (_, rater) => atWork.Contains(rater) ? raters.PlaceOf(evidence.Raters[rater].Name) : [], byRater: true);
            case "wave":
                var waves = pairs.Select(p => p.Wave).Distinct().Order().Select((wave, at) => (wave, at)).ToDictionary(w => w.wave, w => new[] { w.at });
                return Slicing.Of(by, comparisons, [.. waves.Keys.Order().Select(w => w.ToString(CultureInfo.InvariantCulture))], (pair, _) => waves[pair.Wave]);
            case "category":
                var categories = Slicing.InOrder(prompts.Select(p => p.Category));
                return Slicing.Of(by, comparisons, categories.Values, (pair, _) => categories.PlaceOf(facts.Prompt(pair.Prompt).Category));
            case "language":
                var languages = Slicing.InOrder(prompts.Select(p => p.Language));
                return Slicing.Of(by, comparisons, languages.Values, (pair, _) => languages.PlaceOf(facts.Prompt(pair.Prompt).Language));
            case "tag":
                var tags = Slicing.InOrder(prompts.SelectMany(p => p.Tags.Count == 0 ? [null] : p.Tags.Cast<string?>()));
                var ofPrompt = prompts.ToDictionary(p => p.Prompt, p => p.Tags.Count == 0 ? tags.PlaceOf(null) : [.. p.Tags.SelectMany(tag => tags.PlaceOf(tag))]);
                return Slicing.Of(by, comparisons, tags.Values, (pair, _) => ofPrompt[pair.Prompt]);
            default:
                var known = prompts.Select(p => p.Prompt).ToHashSet();
                var lengths = (await store.PromptMessagesAsync(request.Study.Study, cancel)).Where(p => known.Contains(p.Prompt)).ToDictionary(p => p.Prompt, p => Slicing.LengthOf(p.Messages));
                var quarters = Slicing.Quarters(lengths.Values);
                return Slicing.Of(by, comparisons, quarters.Values, (pair, _) => quarters.PlaceOf(lengths[pair.Prompt]));
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
