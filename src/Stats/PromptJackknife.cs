namespace PrefEval.Stats;

/// <summary>
/// estimate +- t(P - 1) se, se^2 = (P - 1) / P sum of (estimate without a prompt - their mean)^2, cut at the ends of the scale; for these raters.
/// </summary>
internal static class PromptJackknife
{
    // Below this a spread is rounding, not variation.
    private const double Rounding = 1e-12;

    public static Estimate Bare(string estimand, EstimateStatus status, int n, int prompts, double confidence) => new()
    {
        Estimand = estimand,
        Method = "prompt_jackknife_t",
        Scope = Scope.TheseRaters,
        Status = status,
        Confidence = confidence,
        N = n,
        Prompts = prompts,
    };

    /// <param name="value">Null where the statistic is undefined: one category is all there is.</param>
    /// <param name="without">The statistic without each of the prompts that say something; asked for only where it is needed.</param>
    public static Estimate Of(Estimate bare, double lowest, double highest, double? value, IEnumerable<double?> without)
    {
        if (value is null) return bare with { Status = EstimateStatus.AllIdentical };
        if (bare.Prompts == 1) return bare with { Status = EstimateStatus.SinglePrompt, Value = value };
        var replicates = new List<double>(bare.Prompts);
        foreach (var replicate in without)
        {
            if (replicate is not { } v) return bare with { Status = EstimateStatus.OnePromptDecides, Value = value };
            replicates.Add(v);
        }
        replicates.Sort(); // so that the numbering of the prompts matters less
        var mean = replicates.Average();
        var squares = 0.0;
        foreach (var v in replicates) squares += (v - mean) * (v - mean);
        var se = Math.Sqrt(squares * (bare.Prompts - 1) / bare.Prompts);
        if (se < Rounding) return bare with { Status = EstimateStatus.NoVariation, Value = value };

        var half = Quantile.Student(bare.Confidence, bare.Prompts - 1) * se;
        return bare with
        {
            Status = EstimateStatus.Ok,
            Value = value,
            Se = se,
            Lower = Math.Max(Math.Min(lowest, value.Value), value.Value - half),
            Upper = Math.Min(Math.Max(highest, value.Value), value.Value + half),
            Df = bare.Prompts - 1,
        };
    }
}
