namespace PrefEval.Stats;

/// <summary>
/// Raters' error rates without known truths, by expectation and maximization. A. P. Dawid and A. M. Skene (1979), Maximum likelihood estimation of
/// observer error-rates using the EM algorithm, Applied Statistics 28, 20-28. It starts from the shares of the ratings and stops at the nearest maximum; raters are taken to err
/// independently of each other given the truth, which people who share a taste do not: a diagnostic, never a verdict.
/// </summary>
internal sealed record DawidSkene
{
    private const int MostRounds = 10_000;

    /// <summary>It has settled where no unit's truth moves further in a round. The likelihood says so too early: it is flat where raters are hardly better than chance.</summary>
    private const double Settled = 1e-8;

    /// <summary>The share of units by true category.</summary>
    public required double[] Marginals { get; init; }

    /// <summary>By rater, true category and rating; a rater without ratings has none.</summary>
    public required double[]?[] ErrorRates { get; init; }

    /// <summary>By unit and category: how likely each is the true one.</summary>
    public required double[] Truth { get; init; }
    public required double LogLikelihood { get; init; }
    public required bool Converged { get; init; }

    /// <summary>How often a rater's rating is the true one.</summary>
    public double? Accuracy(int rater)
    {
        if (ErrorRates[rater] is not { } rates) return null;
        var (right, weight) = (0.0, 0.0);
        for (var k = 0; k < Marginals.Length; k++)
        {
            if (!rates.AsSpan(k * Marginals.Length, Marginals.Length).ContainsAnyExcept(0)) continue; // she met no such unit
            right += Marginals[k] * rates[k * Marginals.Length + k];
            weight += Marginals[k];
        }
        return weight > 0 ? Math.Clamp(right / weight, 0, 1) : null;
    }

    /// <param name="unit">Dense; units without ratings count for nothing.</param>
    /// <param name="settled">How far a unit's truth may still move in the last round.</param>
    public static DawidSkene Fit(ReadOnlySpan<int> unit, ReadOnlySpan<int> rater, ReadOnlySpan<int> category, int categories, double settled = Settled)
    {
        int units = Grouping.Highest(unit) + 1, raters = Grouping.Highest(rater) + 1, size = categories * categories;
        var truth = new double[units * categories];
        for (var i = 0; i < unit.Length; i++) truth[unit[i] * categories + category[i]]++;
        Scale(truth, categories);
        var used = new bool[units];
        var rated = new bool[raters];
        for (var i = 0; i < unit.Length; i++) used[unit[i]] = rated[rater[i]] = true;
        var inUse = used.Count(u => u);

        var marginals = new double[categories];
        var rates = new double[raters * size];
        var logRates = new double[raters * size];
        var before = new double[truth.Length];
        var (reached, converged) = (double.NegativeInfinity, false);
        for (var round = 0; round < MostRounds && !converged; round++)
        {
            Array.Clear(marginals);
            Array.Clear(rates);
            for (var u = 0; u < units; u++)
                for (var k = 0; k < categories; k++) marginals[k] += truth[u * categories + k] / inUse;
            for (var i = 0; i < unit.Length; i++)
                for (var k = 0; k < categories; k++) rates[rater[i] * size + k * categories + category[i]] += truth[unit[i] * categories + k];
            Scale(rates, categories);

            truth.CopyTo(before, 0);
            for (var i = 0; i < rates.Length; i++) logRates[i] = Math.Log(rates[i]);
            reached = Expect(truth, used, unit, rater, category, marginals, logRates);
            converged = true;
            for (var i = 0; i < truth.Length && converged; i++) converged = Math.Abs(truth[i] - before[i]) <= settled;
        }
        return new()
        {
            Marginals = marginals,
            ErrorRates = [.. Enumerable.Range(0, raters).Select(r => rated[r] ? rates.AsSpan(r * size, size).ToArray() : null)],
            Truth = truth,
            LogLikelihood = reached,
            Converged = converged,
        };
    }

    /// <summary>The truth given the rates, and the likelihood of it all; sums of logarithms, so that many ratings do not underflow.</summary>
    private static double Expect(double[] truth, bool[] used, ReadOnlySpan<int> unit, ReadOnlySpan<int> rater, ReadOnlySpan<int> category, double[] marginals, double[] logRates)
    {
        var categories = marginals.Length;
        for (var u = 0; u < used.Length; u++)
            for (var k = 0; k < categories; k++) truth[u * categories + k] = Math.Log(marginals[k]);
        for (var i = 0; i < unit.Length; i++)
            for (var k = 0; k < categories; k++)
                truth[unit[i] * categories + k] += logRates[rater[i] * categories * categories + k * categories + category[i]];
        var likelihood = 0.0;
        for (var u = 0; u < used.Length; u++)
        {
            var row = truth.AsSpan(u * categories, categories);
            if (!used[u])
            {
                row.Clear();
                continue;
            }
            var (highest, sum) = (double.NegativeInfinity, 0.0);
            foreach (var t in row) highest = Math.Max(highest, t);
            foreach (ref var t in row) sum += t = Math.Exp(t - highest);
            foreach (ref var t in row) t /= sum;
            likelihood += highest + Math.Log(sum);
        }
        return likelihood;
    }

    /// <summary>Rows to sum 1; a row of nothing stays nothing.</summary>
    private static void Scale(double[] rows, int width)
    {
        for (var at = 0; at < rows.Length; at += width)
        {
            var row = rows.AsSpan(at, width);
            var sum = 0.0;
            foreach (var x in row) sum += x;
            if (sum == 0) continue;
            foreach (ref var x in row) x /= sum;
        }
    }
}
