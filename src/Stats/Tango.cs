namespace PrefEval.Stats;

/// <summary>
/// Tango's score interval for the difference of the shares of wins and losses (net) in a trinomial.
/// T. Tango (1998), Equivalence test and confidence interval for the difference in proportions for the paired-sample design,
/// Statistics in Medicine 17, 891-908.
/// </summary>
public static class Tango
{
    /// <summary>The interval for net = (wins - losses) / n. Counts may be real: an effective sample scales all three.</summary>
    public static (double Lower, double Upper) Net(double n, double wins, double losses, double confidence = 0.95)
    {
        if (!(n > 0) || !double.IsFinite(n)) throw new ArgumentOutOfRangeException(nameof(n), "No judgments, no interval.");
        if (!(wins >= 0) || wins > n * (1 + 1e-12)) throw new ArgumentOutOfRangeException(nameof(wins), "Not negative, and no more than there are judgments.");
        if (!(losses >= 0) || wins + losses > n * (1 + 1e-12)) throw new ArgumentOutOfRangeException(nameof(losses), "Not negative, and with the wins no more than there are judgments.");
        return FromShares(wins / n, losses / n, n, Quantile.Normal(confidence));
    }

    /// <summary>The interval for the win rate, ties counting half: (1 + net) / 2.</summary>
    public static (double Lower, double Upper) WinRate(double n, double wins, double losses, double confidence = 0.95)
    {
        var (lower, upper) = Net(n, wins, losses, confidence);
        return ((1 + lower) / 2, (1 + upper) / 2);
    }

    /// <summary>Both limits by the same root, so that exchanging wins and losses mirrors the interval to the last bit.</summary>
    internal static (double Lower, double Upper) FromShares(double win, double loss, double n, double z) =>
        (-UpperLimit(loss, win, n, z), UpperLimit(win, loss, n, z));

    private static double UpperLimit(double win, double loss, double n, double z)
    {
        var net = win - loss;
        if (net >= 1) return 1;
        // The score grows from the estimate (where it is nil) to net = 1 (where the variance is nil): halve until doubles are used up.
        var (low, high) = (net, 1.0);
        for (var d = (low + high) / 2; d > low && d < high; d = (low + high) / 2)
        {
            if (n * (d - net) * (d - net) > z * z * VariancePerJudgment(win, loss, d)) high = d;
            else low = d;
        }
        return high;
    }

    /// <summary>2 q + d (1 - d), q the likeliest share of losses where net is d.</summary>
    private static double VariancePerJudgment(double win, double loss, double d)
    {
        var b = -win - loss + (2 - win + loss) * d;
        var c = -loss * d * (1 - d);
        var root = Math.Sqrt(Math.Max(0, b * b - 8 * c));
        // The same root twice: the form without cancellation.
        var q = b > 0 ? -2 * c / (b + root) : (root - b) / 4;
        return Math.Max(0, 2 * q + d * (1 - d));
    }
}
