namespace PrefEval.Stats;

/// <summary>
/// A confidence sequence for the mean of scores in [0, 1]: a mean is left out once a bet against it would have multiplied its stake by 2 / alpha.
/// I. Waudby-Smith and A. Ramdas (2024), Estimating means of bounded random variables by betting, Journal of the Royal Statistical Society B 86, 1-27:
/// the hedged capital process, stakes by the predictable plug-in empirical Bernstein rule, cut so that no unit takes more than half of the capital.
/// </summary>
public static class Betting
{
    public const string Method = "hedged_betting";

    /// <summary>No bet risks more than this share of its capital.</summary>
    private const double MostAtRisk = 0.5;

    /// <summary>Halvings of [0, 1]: to the 14th decimal.</summary>
    private const int Halvings = 47;

    /// <summary>The interval after the last unit. Linear in units.</summary>
    /// <param name="score">One score in [0, 1] a unit, in the order drawn.</param>
    /// <param name="confidence">Of the whole sequence. It also sets the stakes, so p is that of this confidence only.</param>
    /// <param name="running">What every earlier unit left is kept (the intersection): it never widens. Else what the last one leaves.</param>
    public static ConfidenceSequence Of(ReadOnlySpan<double> score, double confidence = 0.95, bool running = true)
    {
        ConfidenceSequence.CheckConfidence(confidence);
        foreach (var s in score)
            if (s is not (>= 0 and <= 1)) throw new ArgumentException("A score lies in [0, 1].", nameof(score));
        if (score.Length == 0) return ConfidenceSequence.None(Method, SequenceStatus.NoUnits, confidence);

        var mirrored = new double[score.Length];
        var sum = 0.0; // exact for wins, ties and losses
        for (var i = 0; i < score.Length; i++)
        {
            mirrored[i] = 1 - score[i];
            sum += score[i];
        }
        var threshold = 2 / (1 - confidence);
        double[] stake = Stakes(score, threshold), mirroredStake = Stakes(mirrored, threshold);
        // Both limits by the same steps, so that exchanging the models mirrors them.
        var lower = LowerLimit(score, stake, threshold, running);
        var upper = 1 - LowerLimit(mirrored, mirroredStake, threshold, running);
        var (logE, logMostE) = AgainstOneHalf(score, stake, mirroredStake);
        return ConfidenceSequence.Of(Method, confidence, score.Length, sum / score.Length, lower, upper, logE, logMostE);
    }

    /// <summary>The stake on each unit, known before it: sqrt(2 ln(2 / alpha) / (variance t ln(1 + t))), mean and variance of what came before with one made-up unit.</summary>
    private static double[] Stakes(ReadOnlySpan<double> score, double threshold)
    {
        var stake = new double[score.Length];
        double sum = 0.5, squares = 0.25, variance = 0.25;
        for (var i = 0; i < score.Length; i++)
        {
            double t = i + 1;
            stake[i] = Math.Sqrt(2 * Math.Log(threshold) / (variance * t * Math.Log(1 + t)));
            sum += score[i];
            var away = score[i] - sum / (t + 1);
            squares += away * away;
            variance = squares / (t + 1);
        }
        return stake;
    }

    /// <summary>The capital of a bet on a larger mean falls as that mean grows, so the means that it leaves out are all those below a point.</summary>
    private static double LowerLimit(ReadOnlySpan<double> score, double[] stake, double threshold, bool running)
    {
        if (!IsLeftOut(0, score, stake, threshold, running)) return 0;
        var (low, high) = (0.0, 1.0);
        for (var step = 0; step < Halvings; step++)
        {
            var middle = (low + high) / 2;
            if (IsLeftOut(middle, score, stake, threshold, running)) low = middle;
            else high = middle;
        }
        return low;
    }

    private static bool IsLeftOut(double mean, ReadOnlySpan<double> score, double[] stake, double threshold, bool running)
    {
        const double Scale = 1e150;
        var most = MostAtRisk / mean; // infinite at 0, where nothing can be lost
        var (capital, scaled) = (1.0, 0); // capital x Scale^scaled
        for (var i = 0; i < score.Length; i++)
        {
            capital *= 1 + Math.Min(stake[i], most) * (score[i] - mean);
            if (capital > Scale) (capital, scaled) = (capital / Scale, scaled + 1);
            else if (capital < 1 / Scale) (capital, scaled) = (capital * Scale, scaled - 1);
            if (running && (scaled > 0 || scaled == 0 && capital >= threshold)) return true;
        }
        return scaled > 0 || scaled == 0 && capital >= threshold;
    }

    /// <summary>The logarithm of the larger of the two bets against one half, each begun with a half: now, and at its most.</summary>
    private static (double Now, double Most) AgainstOneHalf(ReadOnlySpan<double> score, double[] stake, double[] mirroredStake)
    {
        double up = 0, down = 0, now = 0, most = 0;
        for (var i = 0; i < score.Length; i++)
        {
            up += Math.Log(1 + Math.Min(stake[i], 2 * MostAtRisk) * (score[i] - 0.5));
            down += Math.Log(1 + Math.Min(mirroredStake[i], 2 * MostAtRisk) * (0.5 - score[i]));
            now = Math.Max(up, down) - Math.Log(2);
            most = Math.Max(most, now);
        }
        return (now, most);
    }
}
