namespace PrefEval.Stats;

/// <summary>The last step of every fitted model: from a value and its clustered variance to interval, test and status.</summary>
internal static class Clustered
{
    // Below this a variance is rounding, for in log-odds that of n judgments is 4/n at least: no spread at all.
    private const double Rounding = 1e-14;

    public static EstimateStatus StatusIn(Scope scope, int prompts, int raters) =>
        scope != Scope.Independent && prompts == 1 ? EstimateStatus.SinglePrompt
        : scope == Scope.RatersLikeThese && raters == 1 ? EstimateStatus.SingleRater
        : EstimateStatus.Ok;

    public static double? DfIn(Scope scope, double effectivePrompts, double effectiveRaters) => scope switch
    {
        Scope.RatersLikeThese => Math.Max(1, Math.Min(effectivePrompts, effectiveRaters) - 1),
        Scope.TheseRaters => Math.Max(1, effectivePrompts - 1),
        _ => null,
    };

    public static double Tails(double t, double? df) => df is { } d ? Quantile.StudentTails(t, d) : Quantile.NormalTails(t);

    /// <summary>The larger of the clustered variance and its floor; null where there is no spread.</summary>
    public static double? Floored(double? variance, double floor) => variance is { } v && Math.Max(v, floor) is > Rounding and var larger ? larger : null;

    /// <summary>value +- t se, and the test of 0.</summary>
    /// <param name="floor">The variance of independent judgments.</param>
    public static Estimate Estimate(Estimate bare, double value, Scope scope, double? variance, double floor, int prompts, int raters, double effectivePrompts, double effectiveRaters)
    {
        var e = bare with
        {
            Value = value,
            Prompts = prompts,
            Raters = scope == Scope.RatersLikeThese ? raters : null,
            EffectivePrompts = scope == Scope.Independent ? null : effectivePrompts,
            EffectiveRaters = scope == Scope.RatersLikeThese ? effectiveRaters : null,
            Status = StatusIn(scope, prompts, raters),
        };
        if (e.Status != EstimateStatus.Ok) return e;
        if (Floored(variance, floor) is not { } larger) return e with { Status = EstimateStatus.NoVariation };
        var se = Math.Sqrt(larger);
        var df = DfIn(scope, effectivePrompts, effectiveRaters);
        var half = se * (df is { } d ? Quantile.Student(e.Confidence, d) : Quantile.Normal(e.Confidence));
        return e with { Se = se, Lower = value - half, Upper = value + half, Df = df, Deff = floor > 0 ? larger / floor : null, PValue = Tails(value / se, df) };
    }

    /// <summary>On another scale: the ends of the interval move with the estimate, the error by the slope there (the delta method).</summary>
    public static Estimate Moved(this Estimate e, string estimand, Func<double, double> scale, Func<double, double> slope) => e with
    {
        Estimand = estimand,
        Value = e.Value is { } v ? scale(v) : null,
        Se = e.Se * (e.Value is { } at ? slope(at) : null),
        Lower = e.Lower is { } l ? scale(l) : null,
        Upper = e.Upper is { } u ? scale(u) : null,
    };
}
