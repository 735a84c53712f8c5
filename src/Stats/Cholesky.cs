namespace PrefEval.Stats;

/// <summary>L L' of a symmetric positive definite matrix: small, dense, no surprises.</summary>
internal sealed class Cholesky
{
    // A pivot that lost this much to elimination is rounding.
    private const double Rounding = 1e-13;
    private readonly double[,] _lower;
    private readonly int _size;

    private Cholesky(double[,] lower, int size) => (_lower, _size) = (lower, size);

    /// <summary>Null where the matrix is singular to rounding.</summary>
    /// <param name="room">As large as the matrix, written over: for the many solutions of one size.</param>
    public static Cholesky? Of(double[,] matrix, double[,]? room = null)
    {
        var size = matrix.GetLength(0);
        var lower = room ?? new double[size, size];
        for (var j = 0; j < size; j++)
        {
            var pivot = matrix[j, j];
            for (var k = 0; k < j; k++) pivot -= lower[j, k] * lower[j, k];
            if (!(pivot > Rounding * matrix[j, j])) return null;
            lower[j, j] = Math.Sqrt(pivot);
            for (var i = j + 1; i < size; i++)
            {
                var sum = matrix[i, j];
                for (var k = 0; k < j; k++) sum -= lower[i, k] * lower[j, k];
                lower[i, j] = sum / lower[j, j];
            }
        }
        return new(lower, size);
    }

    public double LogDeterminant
    {
        get
        {
            var sum = 0.0;
            for (var i = 0; i < _size; i++) sum += 2 * Math.Log(_lower[i, i]);
            return sum;
        }
    }

    public double[] Solve(ReadOnlySpan<double> right)
    {
        var x = right.ToArray();
        SolveIn(x);
        return x;
    }

    /// <summary>The right side turns into the solution.</summary>
    public void SolveIn(Span<double> x)
    {
        for (var i = 0; i < _size; i++)
        {
            for (var k = 0; k < i; k++) x[i] -= _lower[i, k] * x[k];
            x[i] /= _lower[i, i];
        }
        for (var i = _size - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < _size; k++) x[i] -= _lower[k, i] * x[k];
            x[i] /= _lower[i, i];
        }
    }

    public double[,] Inverse()
    {
        var inverse = new double[_size, _size];
        var unit = new double[_size];
        for (var j = 0; j < _size; j++)
        {
            unit[j] = 1;
            var column = Solve(unit);
            unit[j] = 0;
            for (var i = 0; i < _size; i++) inverse[i, j] = column[i];
        }
        return inverse;
    }
}
