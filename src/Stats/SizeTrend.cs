namespace PrefEval.Stats;

/// <summary>
/// Whether a win is the likelier the larger a model: a logistic curve of the score (a tie half) on the logarithm of a size, such as the number of parameters. The slope
/// is the log-odds that one doubling gains. Prompts and raters are samples, the models are not: the line is one through these models, and another one of
/// the same size may lie off it.
/// </summary>
public static class SizeTrend
{
    private const int FewestSizes = 3;

    /// <param name="judgments">Each oriented to the model, or against the model, whose size it is; scores, where there are some, take the place of winners.</param>
    /// <param name="size">One a judgment, above 0, in any unit.</param>
    public static SizeTrendEstimates Estimate(in JudgmentColumns judgments, ReadOnlySpan<double> size, double confidence = 0.95)
    {
        var n = judgments.Prompt.Length;
        if (size.Length != n) throw new ArgumentException("One size a judgment, please.", nameof(size));
        foreach (var s in size)
            if (!(s > 0) || !double.IsFinite(s)) throw new ArgumentException("A size is a number above 0.", nameof(size));
        Door.Confidence(confidence);

        double[] sizes = [.. size.ToArray().Distinct().Order()];
        // From the middle of the sizes, so that a size in another unit is the same line.
        var middle = sizes.Length == 0 ? 0 : (Math.Log2(sizes[0]) + Math.Log2(sizes[^1])) / 2;
        var (score, doublings) = (judgments.Scores(), new double[n]);
        for (var i = 0; i < n; i++) doublings[i] = Math.Log2(size[i]) - middle;
        var status = n == 0 ? EstimateStatus.NoJudgments
            : sizes.Length < FewestSizes ? EstimateStatus.FewSizes
            : Array.TrueForAll(score, s => s == score[0]) ? EstimateStatus.NoVariation
            : EstimateStatus.Ok;
        var fit = status == EstimateStatus.Ok ? QuasiLogit.Fit(score, doublings, judgments.Prompt, judgments.Rater) : null;
        if (status == EstimateStatus.Ok && fit is null) status = EstimateStatus.SizeDecides;
        double? At(double s) => fit is null ? null : 1 / (1 + Math.Exp(-fit.Intercept - fit.Slope * (Math.Log2(s) - middle)));
        return new()
        {
            N = n,
            Sizes = sizes.Length,
            Smallest = sizes.Length == 0 ? null : sizes[0],
            Largest = sizes.Length == 0 ? null : sizes[^1],
            AtSmallest = sizes.Length == 0 ? null : At(sizes[0]),
            AtLargest = sizes.Length == 0 ? null : At(sizes[^1]),
            Slope = QuasiLogit.InEveryScope("size_slope", status, fit?.Slope, fit?.OfSlope, judgments, confidence),
        };
    }
}

public sealed record SizeTrendEstimates
{
    public required int N { get; init; }

    /// <summary>Different ones.</summary>
    public required int Sizes { get; init; }
    public required double? Smallest { get; init; }
    public required double? Largest { get; init; }

    /// <summary>The win rate that the line says at the ends.</summary>
    public required double? AtSmallest { get; init; }
    public required double? AtLargest { get; init; }

    /// <summary>Log-odds of a win that one doubling gains; p tests that size does not matter.</summary>
    public required ScopedEstimates Slope { get; init; }
}
