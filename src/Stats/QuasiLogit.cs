namespace PrefEval.Stats;

/// <summary>
/// A logistic curve of a score in [0, 1] (a tie half) on one number: logit E s = a + b x, by quasi-likelihood (L. E. Papke and J. M. Wooldridge 1996, Econometric
/// methods for fractional response variables, Journal of Applied Econometrics 11, 619-632), with errors clustered by prompt and by rater.
/// </summary>
internal sealed record QuasiLogit(double Intercept, double Slope, TwoWayVariance OfIntercept, TwoWayVariance OfSlope)
{
    private const int MostSteps = 100;
    private const double Tolerance = 1e-12;

    /// <returns>Null where no finite curve fits best.</returns>
    public static QuasiLogit? Fit(double[] score, double[] feature, ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater)
    {
        if (Solve(score, feature) is not { } fit) return null;
        var (intercept, slope) = Influence(fit, score, feature, prompt, rater);
        return new(fit.Intercept, fit.Slope, intercept, slope);
    }

    private static (double Intercept, double Slope)? Solve(double[] score, double[] feature)
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

    /// <summary>One of the two numbers with its uncertainty, or the status of why there is none.</summary>
    /// <param name="curve">A logistic scale to move it to; null: log-odds.</param>
    public static ScopedEstimates InEveryScope(string estimand, EstimateStatus status, double? value, TwoWayVariance? v, JudgmentColumns judgments, double confidence, Func<double, double>? curve = null)
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
