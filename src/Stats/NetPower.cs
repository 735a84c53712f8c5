using MathNet.Numerics;

namespace PrefEval.Stats;

/// <summary>How many judgments show a net preference, judgments taken as independent.</summary>
public static class NetPower
{
    /// <summary>
    /// Judgments of which the score test of net = 0 has this power: (z_{a/2} sqrt(pd) + z_b sqrt(pd - D^2))^2 / D^2; round up. R. J. Connor (1987), Sample size
    /// for testing differences in proportions for the paired-sample design, Biometrics 43, 207-211 (after O. S. Miettinen 1968).
    /// </summary>
    /// <param name="decisive">pd: the share of judgments that are no tie, at least |net|.</param>
    /// <param name="net">D: the share of wins less that of losses; not 0.</param>
    /// <param name="power">Of finding it, in (0, 1).</param>
    /// <param name="confidence">1 - alpha, two-sided.</param>
    public static double Judgments(double decisive, double net, double power = 0.8, double confidence = 0.95)
    {
        Check(decisive, net);
        if (net == 0) throw new ArgumentOutOfRangeException(nameof(net), "No net, no number of judgments that shows it.");
        if (power is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(power), "A power lies between 0 and 1.");
        var zPower = power == 0.5 ? 0 : Math.Sign(power - 0.5) * Quantile.Normal(Math.Abs(2 * power - 1));
        var root = Quantile.Normal(confidence) * Math.Sqrt(decisive) + zPower * Math.Sqrt(decisive - net * net);
        return Math.Max(0, root) * Math.Max(0, root) / (net * net);
    }

    /// <summary>The power of so many judgments; with df the score is held against t, as clustered tests do.</summary>
    /// <param name="judgments">Independent ones, or n / deff.</param>
    public static double Power(double judgments, double decisive, double net, double confidence = 0.95, double? df = null)
    {
        Check(decisive, net);
        if (!(judgments > 0) || !double.IsFinite(judgments)) throw new ArgumentOutOfRangeException(nameof(judgments), "No judgments, no power.");
        if (df is not (null or > 0)) throw new ArgumentOutOfRangeException(nameof(df), "Degrees of freedom are positive.");
        var critical = (df is { } d ? Quantile.Student(confidence, d) : Quantile.Normal(confidence)) * Math.Sqrt(decisive);
        var spread = Math.Sqrt(decisive - net * net);
        var away = Math.Abs(net) * Math.Sqrt(judgments);
        if (spread == 0) return away > critical ? 1 : 0;
        // The noncentral t by the normal, Abramowitz and Stegun 26.7.10; without df it is the normal itself.
        var (x, shrink, widen) = (critical / spread, df is { } k ? 1 - 1 / (4 * k) : 1, 1.0);
        if (df is { } f) widen = Math.Sqrt(1 + x * x / (2 * f));
        return SpecialFunctions.Erfc((x * shrink - away / spread) / widen / Math.Sqrt(2)) / 2;
    }

    /// <summary>The exact two-sided sign test: its power where decisive judgments are won with this chance, and how often it is wrong where it is one half.</summary>
    public static (double Power, double Size) OfSignTest(int decisive, double winRate, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decisive);
        if (winRate is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(winRate), "A chance lies in [0, 1].");
        if (confidence is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(confidence), "A confidence lies between 0 and 1.");
        // The most losses, or wins, that still are too few.
        var (low, high) = (-1, decisive / 2);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (2 * AtMost(middle, decisive, 0.5) <= 1 - confidence && 2 * middle < decisive) low = middle;
            else high = middle - 1;
        }
        return low < 0 ? (0, 0) : (AtMost(low, decisive, winRate) + AtMost(low, decisive, 1 - winRate), 2 * AtMost(low, decisive, 0.5));
    }

    /// <summary>P(X at most k) of n tries with this chance.</summary>
    private static double AtMost(int k, int n, double chance) =>
        k >= n || chance == 0 ? 1 : chance == 1 ? 0 : SpecialFunctions.BetaRegularized(n - k, k + 1, 1 - chance);

    private static void Check(double decisive, double net)
    {
        if (decisive is not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(decisive), "A share above 0, at most 1.");
        if (!(Math.Abs(net) <= decisive)) throw new ArgumentOutOfRangeException(nameof(net), "Wins less losses are no more than both together.");
    }
}
