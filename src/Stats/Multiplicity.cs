namespace PrefEval.Stats;

/// <summary>
/// P-values that hold over the whole declared family. S. Holm (1979), A simple sequentially rejective multiple test procedure,
/// Scandinavian Journal of Statistics 6, 65-70.
/// </summary>
public static class Holm
{
    public static double[] Adjust(ReadOnlySpan<double> p)
    {
        var order = Multiplicity.Ascending(p);
        var adjusted = new double[p.Length];
        var largest = 0.0;
        for (var i = 0; i < order.Length; i++)
            adjusted[order[i]] = largest = Math.Max(largest, Math.Min(1, (p.Length - i) * p[order[i]]));
        return adjusted;
    }
}

/// <summary>
/// For screening: the false discovery rate instead of the family's error. Y. Benjamini and Y. Hochberg (1995), Controlling the false
/// discovery rate, Journal of the Royal Statistical Society B 57, 289-300.
/// </summary>
public static class BenjaminiHochberg
{
    public static double[] Adjust(ReadOnlySpan<double> p)
    {
        var order = Multiplicity.Ascending(p);
        var adjusted = new double[p.Length];
        var smallest = 1.0;
        for (var i = order.Length - 1; i >= 0; i--)
            adjusted[order[i]] = smallest = Math.Min(smallest, p.Length / (i + 1.0) * p[order[i]]);
        return adjusted;
    }
}

internal static class Multiplicity
{
    public static int[] Ascending(ReadOnlySpan<double> p)
    {
        var order = new int[p.Length];
        for (var i = 0; i < p.Length; i++)
        {
            if (p[i] is not (>= 0 and <= 1)) throw new ArgumentException("A p-value lies in [0, 1].", nameof(p));
            order[i] = i;
        }
        Array.Sort(p.ToArray(), order);
        return order;
    }
}
