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

    public EstimateStatus StatusIn(Scope scope) => Clustered.StatusIn(scope, Prompts, Raters);

    public double? DfIn(Scope scope) => Clustered.DfIn(scope, EffectivePrompts, EffectiveRaters);

    /// <summary>The variance of parameter i, or of the contrast i - j, and that of independent judgments, which is its floor.</summary>
    private (double? Variance, double Floor) Of(Scope scope, int i, int? j = null)
    {
        double At(double[,] v) => j is { } k ? v[i, i] - v[i, k] - v[k, i] + v[k, k] : v[i, i];
        var own = scope switch { Scope.RatersLikeThese => _twoWay, Scope.TheseRaters => _byPrompt, _ => _independent };
        return (own is null ? null : At(own), _independent is null ? 0 : Math.Max(0, At(_independent)));
    }

    /// <summary>Null where there is none to speak of.</summary>
    public double? Variance(Scope scope, int i, int j)
    {
        var (variance, floor) = Of(scope, i, j);
        return Clustered.Floored(variance, floor);
    }

    /// <summary>Value, error, t interval and test of 0 for parameter i.</summary>
    public Estimate Estimate(Scope scope, double value, int i, Estimate bare) => Estimate(scope, value, i, null, bare);

    /// <summary>The same for the contrast i - j; j null: for i alone.</summary>
    public Estimate Estimate(Scope scope, double value, int i, int? j, Estimate bare)
    {
        var (variance, floor) = Of(scope, i, j);
        return Clustered.Estimate(bare, value, scope, variance, floor, Prompts, Raters, EffectivePrompts, EffectiveRaters);
    }

    internal static double[,] Around(double[,] meat, double[,] bread) => Dense.Product(Dense.Product(bread, meat), bread);

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
        var size = matrix.GetLength(0);
        var clipped = new double[size, size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++) clipped[i, j] = (matrix[i, j] + matrix[j, i]) / 2;
        var parts = Matrix<double>.Build.DenseOfArray(clipped).Evd(Symmetricity.Symmetric);
        for (var part = 0; part < size; part++)
        {
            var value = parts.EigenValues[part].Real;
            if (value >= 0) continue;
            var vector = parts.EigenVectors.Column(part).AsArray();
            for (var i = 0; i < size; i++) Dense.Add(Dense.Row(clipped, i, size), -value * vector[i], vector);
        }
        return clipped;
    }
}
