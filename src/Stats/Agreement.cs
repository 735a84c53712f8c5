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
        if (winner.Length != unit.Length) throw new ArgumentException("One winner a judgment, please.", nameof(winner));
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
        Door.Confidence(confidence);
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

    /// <summary>Prompts on which nobody overlaps are not counted: they say nothing.</summary>
    private sealed class Jackknifed(AgreementSums sums, double confidence)
    {
        public Estimate Bare(string estimand, EstimateStatus status) => PromptJackknife.Bare(estimand, status, sums.Judgments, sums.OverlappingPrompts, confidence);

        public Estimate Of(string estimand, double lowest, Func<AgreementSums, double?> statistic) => sums.Units == 0
            ? Bare(estimand, EstimateStatus.NoOverlap)
            : PromptJackknife.Of(Bare(estimand, EstimateStatus.Ok), lowest, 1, statistic(sums), Without(statistic));

        private IEnumerable<double?> Without(Func<AgreementSums, double?> statistic)
        {
            for (var p = 0; p < sums.Prompts; p++)
            {
                if (!sums.Overlaps(p)) continue;
                sums.Leave(p);
                var replicate = statistic(sums);
                sums.TakeBack();
                yield return replicate;
            }
        }
    }
}
