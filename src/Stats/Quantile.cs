using MathNet.Numerics;

namespace PrefEval.Stats;

/// <summary>Quantiles and tails of the normal and Student's t distribution.</summary>
public static class Quantile
{
    /// <summary>Beyond this, t is normal with Fisher's corrections, exact to rounding; the incomplete beta function loses digits there.</summary>
    private const double ManyDf = 2000;

    /// <summary>The two-sided normal critical value: 1.96 at a confidence of .95.</summary>
    public static double Normal(double confidence)
    {
        Door.Confidence(confidence);
        return Math.Sqrt(2) * SpecialFunctions.ErfcInv(1 - confidence);
    }

    /// <summary>The two-sided critical value of Student's t with real degrees of freedom.</summary>
    public static double Student(double confidence, double df)
    {
        var z = Normal(confidence);
        if (!(df > 0)) throw new ArgumentOutOfRangeException(nameof(df), "Degrees of freedom are positive.");
        if (df > ManyDf) return CornishFisher(z, df);
        // Not MathNet's InvCDF: it looks between -800 and 800 only, too narrow for one degree of freedom.
        var (low, high) = (z, 2 * z);
        while (StudentTails(high, df) > 1 - confidence) (low, high) = (high, 2 * high);
        for (var middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
        {
            if (StudentTails(middle, df) > 1 - confidence) low = middle;
            else high = middle;
        }
        return high;
    }

    /// <summary>P(|Z| > z).</summary>
    public static double NormalTails(double z)
    {
        if (double.IsNaN(z)) throw new ArgumentOutOfRangeException(nameof(z), "A number.");
        return SpecialFunctions.Erfc(Math.Abs(z) / Math.Sqrt(2));
    }

    /// <summary>P(|t| > t) with df degrees of freedom.</summary>
    public static double StudentTails(double t, double df)
    {
        if (double.IsNaN(t)) throw new ArgumentOutOfRangeException(nameof(t), "A number.");
        if (!(df > 0)) throw new ArgumentOutOfRangeException(nameof(df), "Degrees of freedom are positive.");
        if (t == 0) return 1;
        if (double.IsInfinity(t)) return 0;
        if (df <= ManyDf) return SpecialFunctions.BetaRegularized(df / 2, 0.5, df / (df + t * t));
        var (low, high) = (0.0, Math.Abs(t));
        for (var middle = high / 2; middle > low && middle < high; middle = (low + high) / 2)
        {
            if (CornishFisher(middle, df) < Math.Abs(t)) low = middle;
            else high = middle;
        }
        return NormalTails(high);
    }

    /// <summary>Abramowitz and Stegun (1964), 26.7.5.</summary>
    private static double CornishFisher(double z, double df)
    {
        var z2 = z * z;
        var g1 = (z2 + 1) / 4;
        var g2 = ((5 * z2 + 16) * z2 + 3) / 96;
        var g3 = (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
        return z * (1 + (g1 + (g2 + g3 / df) / df) / df);
    }
}
