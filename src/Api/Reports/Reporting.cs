using System.Runtime.InteropServices;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>What a preference report was asked for.</summary>
public sealed record PreferenceQuestion(string? Model, string? Baseline, Unit Unit, Scope Scope, double Confidence, Analysis Declared);

/// <summary>From selected judgments to the rows of reports: orients each comparison, hands it to Stats, and dresses the answer.</summary>
public static class Reporting
{
    /// <summary>The judgments of one pair of models, seen from one of them.</summary>
    private sealed class Comparison
    {
        public List<int> Pair { get; } = [];
        public List<int> Prompt { get; } = [];
        public List<int> Rater { get; } = [];
        public List<Winner> Winner { get; } = [];
        public List<double> Score { get; } = [];
        public List<bool> Repeat { get; } = [];
        public int Surplus { get; set; }

        public PreferenceEstimates Estimate(Unit unit, int overlap, IReadOnlyDictionary<int, int> ownOverlaps, double confidence, out int complete)
        {
            var majority = Majority.Of(Span(Pair), Span(Winner), overlap, ownOverlaps);
            complete = majority.Outcomes.Count;
            if (unit == Unit.Judgment) return Preference.Estimate(Columns(), confidence);
            var promptOf = new Dictionary<int, int>(Pair.Count);
            for (var i = 0; i < Pair.Count; i++) promptOf[Pair[i]] = Prompt[i];
            return Preference.EstimatePairs([.. majority.Outcomes.Select(o => promptOf[o.Pair])], [.. majority.Outcomes.Select(o => o.Winner)], confidence);
        }

        public PreferenceEstimates? EstimateWithoutRepeats(double confidence)
        {
            if (!Repeat.Contains(true)) return null;
            var first = new Comparison();
            for (var i = 0; i < Pair.Count; i++)
                if (!Repeat[i]) first.Add(Pair[i], Prompt[i], Rater[i], Winner[i], Score[i], false);
            return Preference.Estimate(first.Columns(), confidence);
        }

        public void Add(int pair, int prompt, int rater, Winner winner, double score, bool repeat)
        {
            Pair.Add(pair);
            Prompt.Add(prompt);
            Rater.Add(rater);
            Winner.Add(winner);
            Score.Add(score);
            Repeat.Add(repeat);
        }

        private JudgmentColumns Columns() => new(Span(Prompt), Span(Rater), Span(Winner), Score.TrueForAll(double.IsNaN) ? default : Span(Score));
    }

    /// <param name="modelPairs">Every pair of models that was compared.</param>
    /// <param name="ownOverlaps">The overlap of pairs that have one of their own.</param>
    /// <param name="denominators">By pair of models, given how many of its pairs are complete.</param>
    public static IReadOnlyList<PreferenceRow> Preferences(Selection judgments, IReadOnlyList<ModelPairRow> modelPairs, StudySettings settings, PreferenceQuestion question,
        IReadOnlyDictionary<int, int> ownOverlaps, Func<int, int, Denominators> denominators)
    {
        var sides = modelPairs.ToDictionary(m => m.ModelPair, m => Orient(m, settings.Design, question));
        var comparisons = modelPairs.ToDictionary(m => m.ModelPair, _ => new Comparison());
        for (var i = 0; i < judgments.Count; i++)
        {
            if (!comparisons.TryGetValue(judgments.ModelPair[i], out var comparison)) continue;
            if (!judgments.Counted[i])
            {
                comparison.Surplus++;
                continue;
            }
            var flipped = sides[judgments.ModelPair[i]].Flipped;
            comparison.Add(judgments.Pair[i], judgments.Prompt[i], judgments.Rater[i],
                flipped ? Flip(judgments.Winner[i]) : judgments.Winner[i], flipped ? 1 - judgments.Score[i] : judgments.Score[i], judgments.Repeat[i]);
        }

        var estimated = modelPairs.Select(m =>
        {
            var estimates = comparisons[m.ModelPair].Estimate(question.Unit, settings.Overlap.Base, ownOverlaps, question.Confidence, out var complete);
            return (m.ModelPair, Estimates: estimates, Complete: complete, P: Estimands.Of(estimates, question.Scope)[question.Declared.Estimand].P);
        }).ToList();
        // The declared family: a comparison of it that has no judgments yet counts all the same.
        var family = estimated.Where(f => settings.Design.Focal is not { } focal || sides[f.ModelPair].Model == focal || sides[f.ModelPair].Baseline == focal).ToList();
        var adjusted = family.Zip(Holm.Adjust([.. family.Select(f => f.P ?? 1)])).Where(z => z.First.P is not null).ToDictionary(z => z.First.ModelPair, z => z.Second);

        var rows = new List<PreferenceRow>();
        foreach (var (modelPair, estimates, complete, _) in estimated)
        {
            var (model, baseline, _) = sides[modelPair];
            if ((question.Model is not null && question.Model != model) || (question.Baseline is not null && question.Baseline != baseline)) continue;
            rows.Add(Row(model, baseline, estimates, comparisons[modelPair], denominators(modelPair, complete) with { Surplus = comparisons[modelPair].Surplus },
                adjusted.TryGetValue(modelPair, out var p) ? p : null, question));
        }
        return rows;
    }

    public static AgreementEstimates Agreements(Selection judgments, double confidence)
    {
        var counted = new Comparison();
        for (var i = 0; i < judgments.Count; i++)
            if (judgments.Counted[i]) counted.Add(judgments.Pair[i], judgments.Prompt[i], judgments.Rater[i], judgments.Winner[i], double.NaN, false);
        return Agreement.Estimate(Span(counted.Pair), Span(counted.Prompt), Span(counted.Rater), Span(counted.Winner), confidence);
    }

    private static PreferenceRow Row(string model, string baseline, PreferenceEstimates e, Comparison comparison, Denominators excluded, double? holm, PreferenceQuestion question)
    {
        var asked = Estimands.Of(e, question.Scope);
        var primary = asked[question.Declared.Estimand];
        return new PreferenceRow
        {
            Model = model,
            Baseline = baseline,
            N = e.N,
            Wins = e.Wins,
            Ties = e.Ties,
            BothBad = e.BothBad,
            Losses = e.Losses,
            Excluded = excluded,
            WinRate = asked.WinRate,
            Net = asked.Net,
            WinOrTie = asked.WinOrTie,
            WinOrGoodTie = asked.WinOrGoodTie,
            DecisiveWinRate = asked.DecisiveWinRate,
            PHolm = holm,
            AboveThreshold = question.Declared.Threshold is { } threshold && primary.Lower is { } lower ? lower > threshold : null,
            RepeatExposures = comparison.Repeat.Count(repeat => repeat),
            WinRateWithoutRepeats = question.Unit == Unit.Judgment && comparison.EstimateWithoutRepeats(question.Confidence) is { } without
                ? Interval.Of(without.WinRate.In(question.Scope)) : null,
            SignTest = new SignTestRow { P = e.SignTest.Exact, MidP = e.SignTest.MidP },
            Joint = e.Joint,
            Scopes = new ScopesOfEstimands
            {
                RatersLikeThese = Estimands.Of(e, Scope.RatersLikeThese),
                TheseRaters = Estimands.Of(e, Scope.TheseRaters),
                Independent = Estimands.Of(e, Scope.Independent),
            },
        };
    }

    /// <summary>The model comes first that was asked for; else the focal one; else the pair's own order stands.</summary>
    private static (string Model, string Baseline, bool Flipped) Orient(ModelPairRow pair, Design design, PreferenceQuestion question)
    {
        var first = question.Model ?? (question.Baseline is null ? design.Focal : pair.ModelA == question.Baseline ? pair.ModelB : pair.ModelA);
        return first == pair.ModelB ? (pair.ModelB, pair.ModelA, true) : (pair.ModelA, pair.ModelB, false);
    }

    private static Winner Flip(Winner winner) => winner switch { Winner.A => Winner.B, Winner.B => Winner.A, _ => winner };

    private static ReadOnlySpan<T> Span<T>(List<T> list) => CollectionsMarshal.AsSpan(list);
}
