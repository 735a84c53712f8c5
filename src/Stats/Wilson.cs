namespace PrefEval.Stats;

/// <summary>
/// The score interval for one share. E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference,
/// Journal of the American Statistical Association 22, 209-212.
/// </summary>
public static class Wilson
{
    /// <summary>Counts may be real: an effective sample scales both.</summary>
    public static (double Lower, double Upper) Interval(double successes, double n, double confidence = 0.95)
    {
        if (!(n > 0) || !double.IsFinite(n)) throw new ArgumentOutOfRangeException(nameof(n), "No judgments, no interval.");
        if (!(successes >= 0) || successes > n) throw new ArgumentOutOfRangeException(nameof(successes), "Not negative, and no more than there are tries.");
        return FromShare(successes / n, n, Quantile.Normal(confidence));
    }

    internal static (double Lower, double Upper) FromShare(double share, double n, double z)
    {
        var z2 = z * z;
        var centre = (share + z2 / (2 * n)) / (1 + z2 / n);
        var half = z / (1 + z2 / n) * Math.Sqrt(share * (1 - share) / n + z2 / (4 * n * n));
        // Exactly 0 and 1 at the ends, and rounding never pushes the share out.
        return (share <= 0 ? 0 : Math.Clamp(centre - half, 0, share), share >= 1 ? 1 : Math.Clamp(centre + half, share, 1));
    }
}
