namespace PrefEval.Stats;

/// <summary>
/// The number of independent judgments that would be as sure as the clustered ones: an interval for counts, drawn at that number,
/// keeps its shape and its bounds. E. L. Korn and B. I. Graubard (1998), Confidence intervals for proportions with small expected number of
/// positive counts estimated from survey data, Survey Methodology 24, 193-201.
/// </summary>
internal sealed record EffectiveSample(double Size, double? Deff, double? Df, double? Se)
{
    /// <param name="variance">Of the mean; not below s^2 / n, whatever it says.</param>
    public static EffectiveSample Of(int n, double independent, double variance, double df, double confidence)
    {
        var floored = Math.Max(variance, independent);
        var deff = Math.Max(1, floored / independent);
        return new(SizeAt(n, deff, df, confidence), deff, df, Math.Sqrt(floored));
    }

    public static double SizeAt(double n, double deff, double df, double confidence)
    {
        var ratio = Quantile.Normal(confidence) / Quantile.Student(confidence, df);
        return Math.Min(n, n / deff * ratio * ratio);
    }
}
