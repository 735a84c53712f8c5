namespace PrefEval.Stats;

/// <summary>L L' of a symmetric positive definite matrix: dense, row by row and several numbers at a time, so that hundreds of models stay quick.</summary>
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
        var factor = new Cholesky(room ?? new double[size, size], size);
        for (var i = 0; i < size; i++)
        {
            var row = factor.Row(i, i + 1);
            for (var j = 0; j < i; j++) row[j] = (matrix[i, j] - Dense.Dot(row[..j], factor.Row(j, j))) / factor._lower[j, j];
            var pivot = matrix[i, i] - Dense.Dot(row[..i], row[..i]);
            if (!(pivot > Rounding * matrix[i, i])) return null;
            row[i] = Math.Sqrt(pivot);
        }
        return factor;
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
        for (var i = 0; i < _size; i++) x[i] = (x[i] - Dense.Dot(Row(i, i), x[..i])) / _lower[i, i];
        for (var i = _size - 1; i >= 0; i--)
        {
            x[i] /= _lower[i, i];
            Dense.Add(x[..i], -x[i], Row(i, i));
        }
    }

    /// <summary>The rows of L^-1 one after the other, and of each what it adds to L'^-1 L^-1.</summary>
    public double[,] Inverse()
    {
        var (inverse, rows) = (new double[_size, _size], new double[_size, _size]);
        for (var i = 0; i < _size; i++)
        {
            var row = Dense.Row(rows, i, i + 1);
            for (var k = 0; k < i; k++) Dense.Add(row[..(k + 1)], -_lower[i, k] / _lower[i, i], Dense.Row(rows, k, k + 1));
            row[i] = 1 / _lower[i, i];
            for (var j = 0; j <= i; j++) Dense.Add(Dense.Row(inverse, j, j + 1), row[j], row[..(j + 1)]);
        }
        for (var i = 0; i < _size; i++)
            for (var j = 0; j < i; j++) inverse[j, i] = inverse[i, j];
        return inverse;
    }

    private Span<double> Row(int i, int length) => Dense.Row(_lower, i, length);
}
