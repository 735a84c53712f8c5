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

    internal static double[,] Around(double[,] meat, double[,] bread)
    {
        var size = bread.GetLength(0);
        return Product(Product(bread, meat), bread);

        double[,] Product(double[,] left, double[,] right)
        {
            var product = new double[size, size];
            for (var i = 0; i < size; i++)
                for (var k = 0; k < size; k++)
                    for (var j = 0; j < size; j++) product[i, j] += left[i, k] * right[k, j];
            return product;
        }
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
