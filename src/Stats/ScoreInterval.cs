namespace PrefEval.Stats;

/// <summary>From a mean and its variances to a printed estimate: which scope has an answer, at which effective sample, with which interval and test.</summary>
internal static class ScoreInterval
{
    public static ScopedEstimates InEveryScope(Scoring scoring, Spread spread, double confidence) => new()
    {
        RatersLikeThese = Of(scoring, spread, Scope.RatersLikeThese, confidence),
        TheseRaters = Of(scoring, spread, Scope.TheseRaters, confidence),
        Independent = Of(scoring, spread, Scope.Independent, confidence),
    };

    /// <summary>Any other mean on the scale of scores or of nets, by prompts. A score has no value that means "no difference", a net has: 0.</summary>
    /// <param name="none">The status where nothing was averaged.</param>
    public static Estimate OfMean(string estimand, Scoring scoring, Spread spread, EstimateStatus none, double confidence)
    {
        var e = Of(scoring, spread, Scope.TheseRaters, confidence) with { Estimand = estimand };
        return e.N == 0 ? e with { Status = none } : scoring == Scoring.Net ? e : e with { PValue = null };
    }

    private static Estimate Of(Scoring scoring, Spread spread, Scope scope, double confidence)
    {
        var z = Quantile.Normal(confidence);
        var bare = new Estimate
        {
            Estimand = scoring.Estimand,
            Method = Method(scoring, scope),
            Scope = scope,
            Status = StatusOf(scoring, spread, scope),
            Confidence = confidence,
            Value = spread.Value,
            N = spread.N,
            Prompts = spread.Prompts,
            Raters = scope == Scope.RatersLikeThese ? spread.Raters : null,
            EffectivePrompts = scope == Scope.Independent || spread.N == 0 ? null : spread.EffectivePrompts,
            EffectiveRaters = scope == Scope.RatersLikeThese && spread is { N: > 0, Raters: not null } ? spread.EffectiveRaters : null,
        };
        if (bare.Status is not (EstimateStatus.Ok or EstimateStatus.NoVariation)) return bare;

        var effective = Effective(spread, scope, confidence);
        var (lower, upper) = Interval(scoring, spread, effective.Size, z);
        return bare with
        {
            Se = effective.Se,
            // Rounding never leaves the estimate outside.
            Lower = Math.Min(lower, spread.Value!.Value),
            Upper = Math.Max(upper, spread.Value!.Value),
            PValue = PValue(scoring, spread, effective),
            Df = effective.Df,
            Deff = effective.Deff,
            NEff = effective.Size,
        };
    }

    private static EstimateStatus StatusOf(Scoring scoring, Spread spread, Scope scope)
    {
        if (spread.N == 0) return scoring == Scoring.DecisiveWinRate ? EstimateStatus.NoDecisive : EstimateStatus.NoJudgments;
        if (scope == Scope.RatersLikeThese && spread.Raters is null) return EstimateStatus.NotDefinedForPairs;
        if (scope != Scope.Independent && spread.Prompts == 1) return EstimateStatus.SinglePrompt;
        if (scope == Scope.RatersLikeThese && spread.Raters == 1) return EstimateStatus.SingleRater;
        // One judgment has no spread of its own either.
        return spread.Variance is > 0 ? EstimateStatus.Ok : EstimateStatus.NoVariation;
    }

    private static EffectiveSample Effective(Spread spread, Scope scope, double confidence)
    {
        if (spread.Variance is not > 0)
            return new(scope switch
            {
                Scope.RatersLikeThese => Math.Min(spread.Prompts, spread.Raters!.Value),
                Scope.TheseRaters => spread.Prompts,
                _ => spread.N,
            }, null, null, null);

        var independent = spread.Variance.Value / spread.N;
        return scope switch
        {
            Scope.RatersLikeThese => EffectiveSample.Of(spread.N, independent, (spread.ByPrompt + spread.ByRater - spread.ByCell)!.Value,
                Math.Max(1, Math.Min(spread.EffectivePrompts, spread.EffectiveRaters) - 1), confidence),
            Scope.TheseRaters => EffectiveSample.Of(spread.N, independent, spread.ByPrompt!.Value, Math.Max(1, spread.EffectivePrompts - 1), confidence),
            _ => new(spread.N, 1, null, Math.Sqrt(independent)),
        };
    }

    private static (double Lower, double Upper) Interval(Scoring scoring, Spread spread, double n, double z)
    {
        if (scoring.IsShare) return Wilson.FromShare(spread.Value!.Value, n, z);
        var (lower, upper) = Tango.FromShares(spread.Win, spread.Loss, n, z);
        return scoring == Scoring.Net ? (lower, upper) : ((1 + lower) / 2, (1 + upper) / 2);
    }

    /// <summary>
    /// The confidence at which the interval would just touch "no preference": the score there, which has no quantile in it, against t.
    /// Against the normal at the scaled counts it would only be right at this one confidence, and Holm's steps need others.
    /// </summary>
    private static double? PValue(Scoring scoring, Spread spread, EffectiveSample effective)
    {
        double distance, variance;
        if (scoring == Scoring.DecisiveWinRate) (distance, variance) = (2 * spread.Value!.Value - 1, 1);
        else if (!scoring.IsShare) (distance, variance) = (spread.Win - spread.Loss, spread.Win + spread.Loss);
        else return null;

        if (distance == 0) return 1;
        var n = effective.Df is null ? effective.Size : spread.N / effective.Deff!.Value;
        var score = Math.Abs(distance) * Math.Sqrt(n / variance);
        return effective.Df is { } df ? Quantile.StudentTails(score, df) : Quantile.NormalTails(score);
    }

    private static string Method(Scoring scoring, Scope scope)
    {
        var interval = scoring.IsShare ? "wilson" : "tango";
        return scope switch
        {
            Scope.RatersLikeThese => $"two_way_jackknife_{interval}_neff",
            Scope.TheseRaters => $"prompt_jackknife_{interval}_neff",
            _ => interval,
        };
    }
}
