using System.Numerics;
using System.Runtime.InteropServices;

namespace PrefEval.Stats;

/// <summary>Square matrices row by row, several numbers at a time: what a board of a thousand models is slow without.</summary>
internal static class Dense
{
    public static Span<double> Row(double[,] matrix, int i, int length) => length == 0 ? [] : MemoryMarshal.CreateSpan(ref matrix[i, 0], length);

    public static double[,] Product(double[,] left, double[,] right)
    {
        var size = left.GetLength(0);
        var product = new double[size, size];
        for (var i = 0; i < size; i++)
            for (var k = 0; k < size; k++) Add(Row(product, i, size), left[i, k], Row(right, k, size));
        return product;
    }

    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var wideX = MemoryMarshal.Cast<double, Vector<double>>(x);
        var wideY = MemoryMarshal.Cast<double, Vector<double>>(y);
        var wide = Vector<double>.Zero;
        for (var i = 0; i < wideX.Length; i++) wide += wideX[i] * wideY[i];
        var sum = Vector.Sum(wide);
        for (var i = wideX.Length * Vector<double>.Count; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    /// <summary>to += factor x from.</summary>
    public static void Add(Span<double> to, double factor, ReadOnlySpan<double> from)
    {
        var wideTo = MemoryMarshal.Cast<double, Vector<double>>(to);
        var wideFrom = MemoryMarshal.Cast<double, Vector<double>>(from);
        for (var i = 0; i < wideTo.Length; i++) wideTo[i] += factor * wideFrom[i];
        for (var i = wideTo.Length * Vector<double>.Count; i < to.Length; i++) to[i] += factor * from[i];
    }
}
