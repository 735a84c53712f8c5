namespace PrefEval.Stats;

/// <summary>
/// The win rate of model A where both answers are equally long: a logistic curve of the score (a tie half) on tanh((length A - length B) / sd), read at 0.
/// Y. Dubois, B. Galambosi, P. Liang and T. Hashimoto (2024), Length-controlled AlpacaEval, without its term for the prompts' difficulty. The interval has the error of
/// the fit in it (clustered scores, then the curve), which the known implementation leaves out. Length lies between a model and its success: a row
/// for sensitivity, never a headline.
/// </summary>
public static class LengthControl
{
    /// <param name="judgments">Of one pair of models, oriented to A; scores, where there are some, take the place of winners.</param>
    /// <param name="lengthA">In characters.</param>
    public static LengthEstimates Estimate(in JudgmentColumns judgments, ReadOnlySpan<int> lengthA, ReadOnlySpan<int> lengthB, double confidence = 0.95)
    {
        var n = judgments.Prompt.Length;
        if (lengthA.Length != n) throw new ArgumentException("One length of answer A a judgment, please.", nameof(lengthA));
        if (lengthB.Length != n) throw new ArgumentException("One length of answer B a judgment, please.", nameof(lengthB));
        if (lengthA.ContainsAnyExceptInRange(0, int.MaxValue)) throw new ArgumentException("A length is not negative.", nameof(lengthA));
        if (lengthB.ContainsAnyExceptInRange(0, int.MaxValue)) throw new ArgumentException("A length is not negative.", nameof(lengthB));
        Door.Confidence(confidence);
        var score = judgments.Scores();
        var difference = new double[n];
        for (var i = 0; i < n; i++) difference[i] = (double)lengthA[i] - lengthB[i];
        var mean = n == 0 ? 0 : difference.Average();
        double? sd = n < 2 ? null : Math.Sqrt(difference.Sum(d => (d - mean) * (d - mean)) / (n - 1));
        var feature = sd is > 0 ? Array.ConvertAll(difference, d => Math.Tanh(d / sd.Value)) : [];
        var status = n == 0 ? EstimateStatus.NoJudgments
            : sd is not > 0 ? EstimateStatus.EqualLengths
            : Array.TrueForAll(score, s => s == score[0]) ? EstimateStatus.NoVariation
            // A curve fitted on one side of 0 says at 0 whatever its shape says.
            : Array.TrueForAll(difference, d => d > 0) || Array.TrueForAll(difference, d => d < 0) ? EstimateStatus.OneSidedLengths
            : EstimateStatus.Ok;
        var fit = status == EstimateStatus.Ok ? QuasiLogit.Fit(score, feature, judgments.Prompt, judgments.Rater) : null;
        if (status == EstimateStatus.Ok && fit is null) status = EstimateStatus.LengthDecides;

        return new()
        {
            N = n,
            MeanDifference = n == 0 ? null : mean,
            Sd = sd,
            WinRate = QuasiLogit.InEveryScope("length_controlled_win_rate", status, fit?.Intercept, fit?.OfIntercept, judgments, confidence, x => 1 / (1 + Math.Exp(-x))),
            Slope = QuasiLogit.InEveryScope("length_slope", status, fit?.Slope, fit?.OfSlope, judgments, confidence),
        };
    }
}

public sealed record LengthEstimates
{
    public required int N { get; init; }

    /// <summary>Of length A - length B, in characters.</summary>
    public required double? MeanDifference { get; init; }
    public required double? Sd { get; init; }

    /// <summary>At equal lengths; p tests one half.</summary>
    public required ScopedEstimates WinRate { get; init; }

    /// <summary>Log-odds that the longest answer gains on one that is equally long; p tests "length does not matter".</summary>
    public required ScopedEstimates Slope { get; init; }
}
