using System.Runtime.InteropServices;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>What one row of a preference report rests on: its judgments, seen from one of the models, and what else there is of its pairs.</summary>
public sealed class Cell
{
    public List<int> Pair { get; } = [];
    public List<int> Prompt { get; } = [];
    public List<int> Rater { get; } = [];
    public List<Winner> Winner { get; } = [];
    public List<double> Score { get; } = [];
    public List<bool> Repeat { get; } = [];
    public Dictionary<string, int> Skipped { get; } = [];
    public int Surplus { get; set; }
    /// <summary>Judgments that a researcher set aside.</summary>
    public Cell? Excluded { get; set; }
    public int Replaced { get; set; }
    /// <summary>Counted judgments of which nobody knows which answer stood left.</summary>
    public int UnknownSides { get; set; }
    public int IdenticalTies { get; set; }
    public int Pairs { get; set; }
    public int Complete { get; set; }
    public int Identical { get; set; }
    public int Unjudgeable { get; set; }
    public int EmptyAnswers { get; set; }
    public int Leaking { get; set; }
    public int Masked { get; set; }
    public long ToCome { get; set; }

    public int Counted => Pair.Count - IdenticalTies;

    public void Add(int pair, int prompt, int rater, Winner winner, double score, bool repeat)
    {
        Pair.Add(pair);
        Prompt.Add(prompt);
        Rater.Add(rater);
        Winner.Add(winner);
        Score.Add(score);
        Repeat.Add(repeat);
    }

    /// <summary>The judgment <paramref name="i"/>, turned where the row's model is the second of the pair.</summary>
    public void Add(Selection judgments, int i, bool flipped) => Add(judgments.Pair[i], judgments.Prompt[i], judgments.Rater[i],
        flipped ? Flip(judgments.Winner[i]) : judgments.Winner[i], flipped ? 1 - judgments.Score[i] : judgments.Score[i], judgments.Repeat[i]);

    /// <summary>The judgments from the other model's point of view.</summary>
    public Cell Turned()
    {
        var turned = new Cell();
        for (var i = 0; i < Pair.Count; i++) turned.Add(Pair[i], Prompt[i], Rater[i], Flip(Winner[i]), 1 - Score[i], Repeat[i]);
        return turned;
    }

    public PreferenceEstimates Estimate(Unit unit, int overlap, IReadOnlyDictionary<int, int> ownOverlaps, double confidence)
    {
        if (unit == Unit.Judgment) return Preference.Estimate(Columns(), confidence);
        var majority = Majority.Of(Span(Pair), Span(Winner), overlap, ownOverlaps);
        var promptOf = new Dictionary<int, int>(Pair.Count);
        for (var i = 0; i < Pair.Count; i++) promptOf[Pair[i]] = Prompt[i];
        return Preference.EstimatePairs([.. majority.Outcomes.Select(o => promptOf[o.Pair])], [.. majority.Outcomes.Select(o => o.Winner)], confidence);
    }

    public PreferenceEstimates? EstimateWithoutRepeats(double confidence) => EstimateOf(i => !Repeat[i], confidence);

    /// <summary>Null where nothing is left out.</summary>
    /// <param name="keeps">Which of the judgments.</param>
    public PreferenceEstimates? EstimateOf(Predicate<int> keeps, double confidence)
    {
        var kept = new Cell();
        kept.AddAll(this, keeps);
        return kept.Pair.Count == Pair.Count ? null : Preference.Estimate(kept.Columns(), confidence);
    }

    public PreferenceEstimates? EstimateWithExcluded(double confidence)
    {
        if (Excluded is null) return null;
        var all = new Cell();
        all.AddAll(this);
        all.AddAll(Excluded);
        return Preference.Estimate(all.Columns(), confidence);
    }

    public void AddAll(Cell other, Predicate<int>? keeps = null)
    {
        for (var i = 0; i < other.Pair.Count; i++)
            if (keeps?.Invoke(i) != false) Add(other.Pair[i], other.Prompt[i], other.Rater[i], other.Winner[i], other.Score[i], other.Repeat[i]);
    }

    /// <param name="size">One a judgment.</param>
    public SizeTrendEstimates Trend(ReadOnlySpan<double> size, double confidence) => SizeTrend.Estimate(Columns(), size, confidence);

    public AgreementEstimates Agreement(double confidence) => PrefEval.Stats.Agreement.Estimate(Span(Pair), Span(Prompt), Span(Rater), Span(Winner), confidence);

    public Denominators ToDenominators() => new()
    {
        Planned = Counted + ToCome,
        ToCome = ToCome,
        Judged = Counted + Surplus + (Excluded?.Counted ?? 0) + Replaced,
        Counted = Counted,
        Surplus = Surplus,
        Excluded = Excluded?.Counted ?? 0,
        Replaced = Replaced,
        Pairs = Pairs,
        Complete = Complete,
        Incomplete = Pairs - Complete - Identical - Unjudgeable,
        Identical = Identical,
        IdenticalTies = IdenticalTies,
        Unjudgeable = Unjudgeable,
        Skipped = Skipped,
        EmptyAnswers = EmptyAnswers,
        Leaking = Leaking,
        Masked = Masked,
    };

    private JudgmentColumns Columns() => new(Span(Prompt), Span(Rater), Span(Winner), Score.TrueForAll(double.IsNaN) ? default : Span(Score));

    internal static Winner Flip(Winner winner) => winner switch { Stats.Winner.A => Stats.Winner.B, Stats.Winner.B => Stats.Winner.A, _ => winner };

    private static ReadOnlySpan<T> Span<T>(List<T> list) => CollectionsMarshal.AsSpan(list);
}
