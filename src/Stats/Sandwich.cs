using MathNet.Numerics.LinearAlgebra;

namespace PrefEval.Stats;

/// <summary>The covariance of a fit in every scope, and the contrasts that estimates and tests are made of.</summary>
internal sealed class Sandwich
{
    private readonly double[,]? _twoWay;
    private readonly double[,]? _byPrompt;
    private readonly double[,]? _independent;

    /// <param name="bread">The inverse information.</param>
    /// <param name="independent">The covariance where judgments are independent: the floor of the others.</param>
    public Sandwich(double[,] bread, ScoreMeat prompt, ScoreMeat rater, ScoreMeat cell, double[,]? independent, int n)
    {
        _independent = independent;
        Prompts = prompt.Clusters;
        Raters = rater.Clusters;
        EffectivePrompts = n * (double)n / prompt.Squares;
        EffectiveRaters = n * (double)n / rater.Squares;
        if (prompt.Corrected() is not { } p) return;
        _byPrompt = Around(p, bread);
        if (rater.Corrected() is not { } r || cell.Corrected() is not { } c) return;
        TwoWay = Around(Combine(p, r, c), bread);
        _twoWay = Clipped(TwoWay);
    }

    public int Prompts { get; }
    public int Raters { get; }
    public double EffectivePrompts { get; }
    public double EffectiveRaters { get; }

    /// <summary>Prompt + rater - cell as it comes out, perhaps with negative variances.</summary>
    internal double[,]? TwoWay { get; }
    internal double[,]? ByPrompt => _byPrompt;

    public EstimateStatus StatusIn(Scope scope) =>
        scope != Scope.Independent && Prompts == 1 ? EstimateStatus.SinglePrompt
        : scope == Scope.RatersLikeThese && Raters == 1 ? EstimateStatus.SingleRater
        : EstimateStatus.Ok;

    public double? DfIn(Scope scope) => scope switch
    {
        Scope.RatersLikeThese => Math.Max(1, Math.Min(EffectivePrompts, EffectiveRaters) - 1),
        Scope.TheseRaters => Math.Max(1, EffectivePrompts - 1),
        _ => null,
    };

    /// <summary>The variance of parameter i, or of the contrast i - j; never below the independent one.</summary>
    public (double Variance, double Floor)? Variance(Scope scope, int i, int? j = null)
    {
        double Of(double[,] v) => j is { } k ? v[i, i] - v[i, k] - v[k, i] + v[k, k] : v[i, i];
        var floor = _independent is null ? 0 : Math.Max(0, Of(_independent));
        var own = scope switch { Scope.RatersLikeThese => _twoWay, Scope.TheseRaters => _byPrompt, _ => _independent };
        if (own is null) return null;
        var variance = Math.Max(Of(own), floor);
        // Below this it is rounding: no spread at all.
        return variance > 1e-24 ? (variance, floor) : null;
    }

    /// <summary>Value, error, t interval and test of "0" for parameter i.</summary>
    public Estimate Estimate(Scope scope, double value, int i, Estimate bare)
    {
        var e = bare with
        {
            Scope = scope,
            Value = value,
            Prompts = Prompts,
            Raters = scope == Scope.RatersLikeThese ? Raters : null,
            EffectivePrompts = scope == Scope.Independent ? null : EffectivePrompts,
            EffectiveRaters = scope == Scope.RatersLikeThese ? EffectiveRaters : null,
            Status = StatusIn(scope),
        };
        if (e.Status != EstimateStatus.Ok) return e;
        if (Variance(scope, i) is not var (variance, floor)) return e with { Status = EstimateStatus.NoVariation };
        var se = Math.Sqrt(variance);
        var df = DfIn(scope);
        var half = se * (df is { } d ? Quantile.Student(e.Confidence, d) : Quantile.Normal(e.Confidence));
        return e with { Se = se, Lower = value - half, Upper = value + half, Df = df, Deff = floor > 0 ? variance / floor : null, PValue = Tails(value / se, df) };
    }

    public static double Tails(double t, double? df) => df is { } d ? Quantile.StudentTails(t, d) : Quantile.NormalTails(t);

    internal static double[,] Around(double[,] meat, double[,] bread)
    {
        var b = Matrix<double>.Build.DenseOfArray(bread);
        var v = (b * Matrix<double>.Build.DenseOfArray(meat) * b).ToArray();
        return v;
    }

    private static double[,] Combine(double[,] prompt, double[,] rater, double[,] cell)
    {
        var sum = (double[,])prompt.Clone();
        for (var i = 0; i < sum.GetLength(0); i++)
            for (var j = 0; j < sum.GetLength(1); j++) sum[i, j] += rater[i, j] - cell[i, j];
        return sum;
    }

    /// <summary>Without the parts of negative variance (Cameron, Gelbach and Miller 2011, section 2.3).</summary>
    private static double[,] Clipped(double[,] matrix)
    {
        var symmetric = Matrix<double>.Build.DenseOfArray(matrix);
        symmetric = (symmetric + symmetric.Transpose()) / 2;
        var parts = symmetric.Evd(Symmetricity.Symmetric);
        if (parts.EigenValues.All(v => v.Real >= 0)) return symmetric.ToArray();
        var kept = Matrix<double>.Build.DenseOfDiagonalVector(parts.EigenValues.Map(v => Math.Max(0, v.Real)));
        return (parts.EigenVectors * kept * parts.EigenVectors.Transpose()).ToArray();
    }
}
