namespace PrefEval.Stats;

/// <summary>
/// Agreement over win, tie and loss. Both bad counts as a tie here: agreement is about which answer is better, and "neither" on
/// either ground says "no difference".
/// </summary>
public static class Agreement
{
    // Ordered, so that a distance means something: loss, tie, win.
    private const int Categories = 3;

    /// <param name="unit">A prompt and an unordered pair of models; the winner is said from the same model's side throughout a unit.</param>
    /// <param name="prompt">The same for every judgment of a unit.</param>
    /// <param name="rater">A rater judges a unit once: leave out repeats.</param>
    public static AgreementEstimates Estimate(ReadOnlySpan<int> unit, ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater,
        ReadOnlySpan<Winner> winner, double confidence = 0.95)
    {
        JudgmentColumns.CheckWinners(winner, nameof(winner));
        var category = new int[winner.Length];
        for (var i = 0; i < winner.Length; i++) category[i] = winner[i] switch { Winner.A => 2, Winner.B => 0, _ => 1 };
        return Of(unit, prompt, rater, category, Categories, confidence);
    }

    /// <summary>The same over any ordered categories 0 to categories - 1.</summary>
    internal static AgreementEstimates Of(ReadOnlySpan<int> unit, ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater,
        ReadOnlySpan<int> category, int categories, double confidence)
    {
        if (prompt.Length != unit.Length) throw new ArgumentException("One prompt a judgment, please.", nameof(prompt));
        if (rater.Length != unit.Length) throw new ArgumentException("One rater a judgment, please.", nameof(rater));
        if (category.Length != unit.Length) throw new ArgumentException("One outcome a judgment, please.", nameof(category));
        JudgmentColumns.CheckIndices(unit, nameof(unit));
        JudgmentColumns.CheckIndices(prompt, nameof(prompt));
        JudgmentColumns.CheckIndices(rater, nameof(rater));

        var units = Grouping.By(unit);
        var sums = new AgreementSums(units, prompt, category, categories);
        var estimator = new Jackknifed(sums, confidence);
        return new()
        {
            N = unit.Length,
            Units = sums.Units,
            Pairs = sums.Pairs,
            Prompts = sums.OverlappingPrompts,
            Raters = Grouping.Distinct(rater),
            Confidence = confidence,
            Percent = estimator.Of("percent", 0, static s => s.Percent),
            TieDiscounted = estimator.Of("tie_discounted", 0, static s => s.LinearScore),
            KrippendorffAlpha = estimator.Of("krippendorff_alpha", -1, static s => s.AlphaNominal),
            KrippendorffAlphaLinear = estimator.Of("krippendorff_alpha_linear", -1, static s => s.AlphaLinear),
            FleissKappa = sums.EqualRaters || sums.Units == 0
                ? estimator.Of("fleiss_kappa", -1, static s => s.FleissKappa)
                : estimator.Bare("fleiss_kappa", EstimateStatus.UnequalRaters),
            GwetAc1 = estimator.Of("gwet_ac1", -1, static s => s.GwetAc1),
            CohenKappa = CohenKappa.OfPairs(units, rater, category, categories),
        };
    }

    /// <summary>
    /// estimate +- t(P - 1) se, se^2 = (P - 1) / P sum of (estimate without prompt - their mean)^2, cut at the ends of the scale.
    /// Prompts on which nobody overlaps are not counted: they say nothing.
    /// </summary>
    private sealed class Jackknifed(AgreementSums sums, double confidence)
    {
        // Below this a spread is rounding, not variation.
        private const double Rounding = 1e-12;

        public Estimate Bare(string estimand, EstimateStatus status) => new()
        {
            Estimand = estimand,
            Method = "prompt_jackknife_t",
            Scope = Scope.TheseRaters,
            Status = status,
            Confidence = confidence,
            N = sums.Judgments,
            Prompts = sums.OverlappingPrompts,
        };

        public Estimate Of(string estimand, double lowest, Func<AgreementSums, double?> statistic)
        {
            if (sums.Units == 0) return Bare(estimand, EstimateStatus.NoOverlap);
            if (statistic(sums) is not { } value) return Bare(estimand, EstimateStatus.AllIdentical);
            var prompts = sums.OverlappingPrompts;
            if (prompts == 1) return Bare(estimand, EstimateStatus.SinglePrompt) with { Value = value };

            var without = new double[prompts];
            for (int p = 0, next = 0; p < sums.Prompts; p++)
            {
                if (!sums.Overlaps(p)) continue;
                sums.Leave(p);
                var replicate = statistic(sums);
                sums.TakeBack();
                if (replicate is not { } v) return Bare(estimand, EstimateStatus.OnePromptDecides) with { Value = value };
                without[next++] = v;
            }
            var mean = without.Average();
            var squares = 0.0;
            foreach (var v in without) squares += (v - mean) * (v - mean);
            var se = Math.Sqrt(squares * (prompts - 1) / prompts);
            if (se < Rounding) return Bare(estimand, EstimateStatus.NoVariation) with { Value = value };

            var half = Quantile.Student(confidence, prompts - 1) * se;
            return Bare(estimand, EstimateStatus.Ok) with
            {
                Value = value,
                Se = se,
                Lower = Math.Max(Math.Min(lowest, value), value - half),
                Upper = Math.Min(1, value + half),
                Df = prompts - 1,
            };
        }
    }
}
