using MathNet.Numerics;

namespace PrefEval.Stats;

/// <summary>
/// A confidence sequence for the share of wins among single decisive judgments: all p against which the likelihood, averaged over p with beta(a, a) weights,
/// is not 1 / alpha times as large. H. Robbins (1970), Statistical methods related to the law of the iterated logarithm, Annals of Mathematical Statistics 41,
/// 1397-1409; S. R. Howard, A. Ramdas, J. McAuliffe and J. Sekhon (2021), Annals of Statistics 49, 1055-1080.
/// </summary>
public static class BetaMixture
{
    public const string Method = "beta_mixture";

    /// <summary>The interval after the last judgment, with what every earlier one left: it never widens. Linear in judgments.</summary>
    /// <param name="won">One decisive judgment a unit, in the order drawn.</param>
    /// <param name="confidence">Of the whole sequence.</param>
    /// <param name="weight">a of the beta(a, a) weights; 1/2 is the default of the reports.</param>
    public static ConfidenceSequence Of(ReadOnlySpan<bool> won, double confidence = 0.95, double weight = 0.5)
    {
        Check(confidence, weight);
        if (won.Length == 0) return ConfidenceSequence.None(Method, SequenceStatus.NoUnits, confidence);
        var logThreshold = -Math.Log(1 - confidence);
        double lower = 0, fromAbove = 0, logE = 0, logMostE = 0;
        int wins = 0, losses = 0;
        foreach (var win in won)
        {
            if (win) wins++;
            else losses++;
            var logBeta = LogBeta(wins, losses, weight);
            lower = Raise(lower, wins, losses, logBeta, logThreshold);
            fromAbove = Raise(fromAbove, losses, wins, logBeta, logThreshold);
            logE = LogE(0.5, wins, losses, logBeta);
            logMostE = Math.Max(logMostE, logE);
        }
        return ConfidenceSequence.Of(Method, confidence, won.Length, (double)wins / won.Length, lower, 1 - fromAbove, logE, logMostE);
    }

    /// <summary>What so many wins and losses leave, whatever came before: their order plays no part.</summary>
    public static ConfidenceSequence At(int wins, int losses, double confidence = 0.95, double weight = 0.5)
    {
        Check(confidence, weight);
        ArgumentOutOfRangeException.ThrowIfNegative(wins);
        ArgumentOutOfRangeException.ThrowIfNegative(losses);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(losses, int.MaxValue - wins);
        if (wins + losses == 0) return ConfidenceSequence.None(Method, SequenceStatus.NoUnits, confidence);
        var logThreshold = -Math.Log(1 - confidence);
        var logBeta = LogBeta(wins, losses, weight);
        var logE = LogE(0.5, wins, losses, logBeta);
        return ConfidenceSequence.Of(Method, confidence, wins + losses, (double)wins / (wins + losses),
            Raise(0, wins, losses, logBeta, logThreshold), 1 - Raise(0, losses, wins, logBeta, logThreshold), logE, logE);
    }

    /// <summary>The lower limit after one more judgment: e falls from the limit to the share of wins, so halve in between until doubles are used up.</summary>
    private static double Raise(double lower, int wins, int losses, double logBeta, double logThreshold)
    {
        var share = (double)wins / (wins + losses);
        if (lower >= share || LogE(lower, wins, losses, logBeta) < logThreshold) return lower;
        var (low, high) = (lower, share);
        for (var middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
        {
            if (LogE(middle, wins, losses, logBeta) >= logThreshold) low = middle;
            else high = middle;
        }
        return low;
    }

    private static double LogE(double p, int wins, int losses, double logBeta) =>
        logBeta - (wins == 0 ? 0 : wins * Math.Log(p)) - (losses == 0 ? 0 : losses * Math.Log(1 - p));

    /// <summary>ln B(a + wins, a + losses) - ln B(a, a).</summary>
    private static double LogBeta(int wins, int losses, double weight) => SpecialFunctions.BetaLn(weight + wins, weight + losses) - SpecialFunctions.BetaLn(weight, weight);

    private static void Check(double confidence, double weight)
    {
        ConfidenceSequence.CheckConfidence(confidence);
        if (!(weight > 0) || !double.IsFinite(weight)) throw new ArgumentOutOfRangeException(nameof(weight), "A positive number, such as 1/2.");
    }
}
