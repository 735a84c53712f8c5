namespace PrefEval.Stats;

/// <summary>
/// The win rate of model A where both answers are equally long: a logistic curve of the score (a tie half) on tanh((length A - length B) / sd), read at 0.
/// Y. Dubois, B. Galambosi, P. Liang and T. Hashimoto (2024), Length-controlled AlpacaEval, without its term for the prompts' difficulty. The interval has the error of
/// the fit in it (clustered scores, then the curve), which the known implementation leaves out. Length lies between a model and its success: a row
/// for sensitivity, never a headline.
/// </summary>
public static class LengthControl
{
    private const int MostSteps = 100;
    private const double Tolerance = 1e-12;

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
        var score = new double[n];
        var difference = new double[n];
        for (var i = 0; i < n; i++)
        {
            score[i] = !judgments.Score.IsEmpty && !double.IsNaN(judgments.Score[i]) ? judgments.Score[i]
                : judgments.Winner[i] switch { Winner.A => 1, Winner.B => 0, _ => 0.5 };
            difference[i] = (double)lengthA[i] - lengthB[i];
        }
        var mean = n == 0 ? 0 : difference.Average();
        double? sd = n < 2 ? null : Math.Sqrt(difference.Sum(d => (d - mean) * (d - mean)) / (n - 1));
        var feature = sd is > 0 ? Array.ConvertAll(difference, d => Math.Tanh(d / sd.Value)) : [];
        var status = n == 0 ? EstimateStatus.NoJudgments
            : sd is not > 0 ? EstimateStatus.EqualLengths
            : Array.TrueForAll(score, s => s == score[0]) ? EstimateStatus.NoVariation
            // A curve fitted on one side of 0 says at 0 whatever its shape says.
            : Array.TrueForAll(difference, d => d > 0) || Array.TrueForAll(difference, d => d < 0) ? EstimateStatus.OneSidedLengths
            : EstimateStatus.Ok;
        var fit = status == EstimateStatus.Ok ? Fit(score, feature) : null;
        if (status == EstimateStatus.Ok && fit is null) status = EstimateStatus.LengthDecides;

        (TwoWayVariance Intercept, TwoWayVariance Slope)? spread = fit is null ? null : Influence(fit.Value, score, feature, judgments.Prompt, judgments.Rater);
        return new()
        {
            N = n,
            MeanDifference = n == 0 ? null : mean,
            Sd = sd,
            WinRate = InEveryScope("length_controlled_win_rate", status, fit?.Intercept, spread?.Intercept, judgments, confidence, x => 1 / (1 + Math.Exp(-x))),
            Slope = InEveryScope("length_slope", status, fit?.Slope, spread?.Slope, judgments, confidence, null),
        };
    }

    private static (double Intercept, double Slope)? Fit(double[] score, double[] feature)
    {
        var (intercept, slope, before) = (0.0, 0.0, double.PositiveInfinity);
        double LogLikelihood(double a, double b)
        {
            var sum = 0.0;
            for (var i = 0; i < score.Length; i++)
            {
                var eta = a + b * feature[i];
                sum += (score[i] - 0.5) * eta - Math.Abs(eta) / 2 - Math.Log(1 + Math.Exp(-Math.Abs(eta)));
            }
            return sum;
        }
        var reached = LogLikelihood(0, 0);
        for (var step = 0; step < MostSteps; step++)
        {
            double g0 = 0, g1 = 0;
            var information = new double[2, 2];
            for (var i = 0; i < score.Length; i++)
            {
                var p = 1 / (1 + Math.Exp(-intercept - slope * feature[i]));
                var (residual, weight) = (score[i] - p, p * (1 - p));
                g0 += residual;
                g1 += residual * feature[i];
                information[0, 0] += weight;
                information[0, 1] += weight * feature[i];
                information[1, 1] += weight * feature[i] * feature[i];
            }
            information[1, 0] = information[0, 1];
            if (Cholesky.Of(information) is not { } factor) return null;
            var move = factor.Solve([g0, g1]);
            var norm = Math.Sqrt(move[0] * move[0] + move[1] * move[1]);
            if (!double.IsFinite(norm)) return null;
            if (norm <= Tolerance || (norm < 1e-6 && norm >= before)) return (intercept, slope);
            var scale = 1.0;
            double next;
            while ((next = LogLikelihood(intercept + scale * move[0], slope + scale * move[1])) < reached - Tolerance * Math.Abs(reached) && scale > 1e-10) scale /= 2;
            (intercept, slope, reached, before) = (intercept + scale * move[0], slope + scale * move[1], next, norm);
        }
        return null;
    }

    /// <summary>What each judgment adds to the two estimates, times n: their clustered variance is that of a mean.</summary>
    private static (TwoWayVariance Intercept, TwoWayVariance Slope) Influence((double Intercept, double Slope) fit, double[] score, double[] feature, ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater)
    {
        double h00 = 0, h01 = 0, h11 = 0;
        var residual = new double[score.Length];
        for (var i = 0; i < score.Length; i++)
        {
            var p = 1 / (1 + Math.Exp(-fit.Intercept - fit.Slope * feature[i]));
            residual[i] = score[i] - p;
            h00 += p * (1 - p);
            h01 += p * (1 - p) * feature[i];
            h11 += p * (1 - p) * feature[i] * feature[i];
        }
        var determinant = h00 * h11 - h01 * h01;
        var (intercept, slope) = (new double[score.Length], new double[score.Length]);
        for (var i = 0; i < score.Length; i++)
        {
            intercept[i] = score.Length * residual[i] * (h11 - h01 * feature[i]) / determinant;
            slope[i] = score.Length * residual[i] * (h00 * feature[i] - h01) / determinant;
        }
        return (TwoWay.Cr1(intercept, prompt, rater), TwoWay.Cr1(slope, prompt, rater));
    }

    private static ScopedEstimates InEveryScope(string estimand, EstimateStatus status, double? value, TwoWayVariance? v, JudgmentColumns judgments, double confidence, Func<double, double>? curve)
    {
        var n = judgments.Prompt.Length;
        var prompts = v?.Prompts ?? Grouping.Distinct(judgments.Prompt);
        Estimate Of(Scope scope)
        {
            var bare = new Estimate
            {
                Estimand = estimand,
                Method = "quasi_logit" + scope switch { Scope.RatersLikeThese => "_two_way_t", Scope.TheseRaters => "_prompt_t", _ => "" },
                Scope = scope,
                Status = status,
                Confidence = confidence,
                N = n,
                Prompts = prompts,
            };
            if (v is null || value is null) return bare;
            var e = Clustered.Estimate(bare, value.Value, scope, scope switch { Scope.RatersLikeThese => v.TwoWay, Scope.TheseRaters => v.Prompt, _ => v.Independent },
                v.Independent ?? 0, v.Prompts, v.Raters, v.EffectivePrompts, v.EffectiveRaters);
            return curve is null ? e : e.Moved(estimand, curve, x => curve(x) * (1 - curve(x)));
        }
        return new() { RatersLikeThese = Of(Scope.RatersLikeThese), TheseRaters = Of(Scope.TheseRaters), Independent = Of(Scope.Independent) };
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
