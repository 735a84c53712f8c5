namespace PrefEval.Stats;

/// <summary>
/// Simultaneous intervals for k shares: Wilson's at alpha / k. L. A. Goodman (1965), On simultaneous confidence intervals for
/// multinomial proportions, Technometrics 7, 247-254.
/// </summary>
public static class Goodman
{
    public static (double Lower, double Upper)[] Intervals(ReadOnlySpan<double> counts, double confidence = 0.95)
    {
        var n = 0.0;
        foreach (var count in counts) n += count;
        var intervals = new (double Lower, double Upper)[counts.Length];
        for (var i = 0; i < counts.Length; i++) intervals[i] = Wilson.Interval(counts[i], n, 1 - (1 - confidence) / counts.Length);
        return intervals;
    }
}
