using System.Collections.Concurrent;
using System.Text.Json;
using PrefEval.Api.Pairs;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Reports;

/// <summary>A pair as reports see it. It is known from the number <c>Since</c> on, and served from <c>ServedSince</c> on (null: never).</summary>
public readonly record struct PairFact(int Pair, int Prompt, int ModelPair, PairRole Role, int Overlap, bool Identical, int Wave, long Since, long? ServedSince, long? Position);

/// <summary>By what a prompt can be filtered and sliced.</summary>
public sealed record PromptFact(int Prompt, string? Category, IReadOnlyList<string> Tags, string? Language);

/// <summary>The pairs and prompts of a study: what a report's denominators, filters and slices are made from.</summary>
public sealed class StudyFacts
{
    private readonly int[] _at;
    private readonly Dictionary<int, PromptFact> _prompts;

    public StudyFacts(IReadOnlyList<PairRowOfReport> pairs, IReadOnlyList<PromptRowOfReport> prompts, int overlap)
    {
        Pairs = [.. pairs.Select(p => new PairFact(p.Pair, p.Prompt, p.ModelPair, p.Role, p.Overlap, p.Identical, p.Wave, p.Since, p.ServedSince, p.Position))];
        _at = new int[Pairs.Length == 0 ? 0 : Pairs.Max(p => p.Pair) + 1];
        for (var i = 0; i < Pairs.Length; i++) _at[Pairs[i].Pair] = i;
        DrawnOrder = [.. Pairs.Where(p => p.Position is not null).OrderBy(p => p.Position).Select(p => p.Pair)];
        HasWaves = Pairs.Any(p => p.Wave != Pairs[0].Wave);
        Opened = Pairs.Min(p => p.ServedSince) ?? long.MaxValue;
        OwnOverlaps = Pairs.Where(p => p.Overlap != overlap).ToDictionary(p => p.Pair, p => p.Overlap);
        var texts = new Dictionary<string, string>(); // thousands of prompts share a few words
        _prompts = prompts.ToDictionary(p => p.Prompt, p => new PromptFact(p.Prompt, Share(p.Category), p.Tags == "[]" ? [] : [.. JsonSerializer.Deserialize<string[]>(p.Tags)!.Distinct().Select(t => Share(t)!)], Share(p.Language)));

        string? Share(string? text) => text is null ? null : texts.TryGetValue(text, out var known) ? known : texts[text] = text;
    }

    public PairFact[] Pairs { get; }

    /// <summary>Numbers of the pairs that raters are asked about, in the order that was drawn at the opening; later waves behind it.</summary>
    public int[] DrawnOrder { get; }

    /// <summary>The number at which the study opened; before it, it was a draft that planned every pair.</summary>
    public long Opened { get; }

    public bool HasWaves { get; }

    /// <summary>The highest number of a pair.</summary>
    public int Highest => _at.Length - 1;

    public ref readonly PairFact Pair(int number) => ref Pairs[_at[number]];

    /// <summary>The overlap of pairs that do not have the study's.</summary>
    public IReadOnlyDictionary<int, int> OwnOverlaps { get; }

    public PromptFact Prompt(int prompt) => _prompts[prompt];
}

/// <summary>The facts of the studies that reports were lately asked of. They change with imports and the opening, not with judgments.</summary>
public sealed class FactCache(ReportStore store)
{
    private const int MostStudies = 32;
    private readonly ConcurrentDictionary<long, (string Stamp, StudyFacts Facts, long Used)> _studies = new();
    private long _uses;

    /// <param name="stamp">What <see cref="ReportStore.StampAsync"/> says of the study now.</param>
    public async Task<StudyFacts> OfAsync(StudyRow study, string stamp, CancellationToken cancel)
    {
        var use = Interlocked.Increment(ref _uses);
        stamp += $"|{study.CreatedAt}|{study.OpenedAt}|{(study.State == StudyState.Draft ? study.Settings : "")}";
        if (!_studies.TryGetValue(study.Study, out var known) || known.Stamp != stamp)
        {
            known = (stamp, new StudyFacts(await store.PairsAsync(study.Study, cancel), await store.PromptsAsync(study.Study, cancel), study.ReadSettings().Overlap.Base), use);
            _studies[study.Study] = known;
            if (_studies.Count > MostStudies) _studies.TryRemove(_studies.MinBy(s => s.Value.Used).Key, out _);
        }
        _studies.TryUpdate(study.Study, known with { Used = use }, known);
        return known.Facts;
    }
}
