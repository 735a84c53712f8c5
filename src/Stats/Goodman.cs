namespace PrefEval.Stats;

/// <summary>
/// Simultaneous intervals for k shares: Wilson's at alpha / k. L. A. Goodman (1965), On simultaneous confidence intervals for
/// multinomial proportions, Technometrics 7, 247-254.
/// </summary>
public static class Goodman
{
    /// <summary>One interval a count. Counts may be real; one of them at least is above 0.</summary>
    public static (double Lower, double Upper)[] Intervals(ReadOnlySpan<double> counts, double confidence = 0.95)
    {
        Door.Confidence(confidence);
        var n = 0.0;
        foreach (var count in counts)
        {
            if (!(count >= 0) || !double.IsFinite(count)) throw new ArgumentException("A count is finite and not negative.", nameof(counts));
            n += count;
        }
        if (n == 0) throw new ArgumentException("No judgments, no interval.", nameof(counts));
        var intervals = new (double Lower, double Upper)[counts.Length];
        for (var i = 0; i < counts.Length; i++) intervals[i] = Wilson.Interval(counts[i], n, 1 - (1 - confidence) / counts.Length);
        return intervals;
    }
}
