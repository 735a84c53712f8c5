namespace PrefEval.Stats;

/// <summary>The variance of a mean, by what the judgments are clustered by. A kind with fewer than two clusters has none.</summary>
public sealed record TwoWayVariance
{
    public required int N { get; init; }
    public required double Mean { get; init; }

    /// <summary>s^2 / n, judgments taken as independent: the floor of the others.</summary>
    public required double? Independent { get; init; }
    public required double? Prompt { get; init; }
    public required double? Rater { get; init; }

    /// <summary>The prompt x rater cells, counted in both others.</summary>
    public required double? Cell { get; init; }
    public required int Prompts { get; init; }
    public required int Raters { get; init; }
    public required double EffectivePrompts { get; init; }
    public required double EffectiveRaters { get; init; }

    /// <summary>Prompt + rater - cell; may be negative, so never use it without the floor.</summary>
    public double? TwoWay => Prompt + Rater - Cell;
}

/// <summary>
/// The clustered variance of a mean of real scores, by prompt and by rater. A. C. Cameron, J. B. Gelbach and D. L. Miller (2011),
/// Robust inference with multiway clustering, Journal of Business and Economic Statistics 29, 238-249.
/// </summary>
public static class TwoWay
{
    /// <summary>The default: delete-one-cluster jackknife by prompt and by rater (MacKinnon, Nielsen and Webb 2023), cells as in <see cref="Cr1"/>.</summary>
    public static TwoWayVariance Jackknife(ReadOnlySpan<double> score, ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater) => Of(score, prompt, rater, true);

    /// <summary>The textbook's: G / (G - 1) n^-2 sum of (sum of residuals in g)^2. Too narrow where raters carry uneven loads.</summary>
    public static TwoWayVariance Cr1(ReadOnlySpan<double> score, ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater) => Of(score, prompt, rater, false);

    /// <summary>mean +- t se with df = min(P, R) - 1, the textbook's companion of <see cref="Cr1"/>; null where there is no variance or none to speak of.</summary>
    public static (double Lower, double Upper)? Wald(TwoWayVariance variance, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(variance);
        Door.Confidence(confidence);
        if (variance.TwoWay is not { } v || variance.Independent is not > 0) return null;
        var half = Quantile.Student(confidence, Math.Min(variance.Prompts, variance.Raters) - 1) * Math.Sqrt(Math.Max(v, variance.Independent.Value));
        return (variance.Mean - half, variance.Mean + half);
    }

    private static TwoWayVariance Of(ReadOnlySpan<double> score, ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater, bool jackknife)
    {
        if (score.Length == 0) throw new ArgumentException("No scores, no mean.", nameof(score));
        foreach (var s in score)
            if (!double.IsFinite(s)) throw new ArgumentException("A score is a finite number.", nameof(score));
        if (prompt.Length != score.Length) throw new ArgumentException("One prompt a score, please.", nameof(prompt));
        if (rater.Length != score.Length) throw new ArgumentException("One rater a score, please.", nameof(rater));
        JudgmentColumns.CheckIndices(prompt, nameof(prompt));
        JudgmentColumns.CheckIndices(rater, nameof(rater));

        // Residuals from the first score first: equal scores then have exactly no variance.
        var n = score.Length;
        var mean = 0.0;
        foreach (var s in score) mean += (s - score[0]) / n;
        var residual = new double[n];
        var squares = 0.0;
        for (var i = 0; i < n; i++)
        {
            residual[i] = score[i] - score[0] - mean;
            squares += residual[i] * residual[i];
        }
        var prompts = Clusters.By(prompt, residual);
        var raters = Clusters.By(rater, residual);
        var cells = Clusters.ByCell(prompt, rater, residual);
        return new()
        {
            N = n,
            Mean = score[0] + mean,
            Independent = n < 2 ? null : squares / (n - 1) / n,
            Prompt = jackknife ? prompts.Jackknife() : prompts.Cr1(),
            Rater = jackknife ? raters.Jackknife() : raters.Cr1(),
            Cell = cells.Cr1(),
            Prompts = prompts.Count,
            Raters = raters.Count,
            EffectivePrompts = prompts.Effective,
            EffectiveRaters = raters.Effective,
        };
    }

    /// <summary>Sizes and sums of residuals, one a cluster; an index nobody used has size 0 and is no cluster.</summary>
    private sealed class Clusters(int[] size, double[] sum, int n)
    {
        public int Count { get; } = size.Count(s => s > 0);

        public double Effective { get; } = (double)n * n / size.Sum(s => (double)s * s);

        public static Clusters By(ReadOnlySpan<int> index, double[] residual)
        {
            var length = Grouping.Highest(index) + 1;
            var (size, sum) = (new int[length], new double[length]);
            for (var i = 0; i < index.Length; i++)
            {
                size[index[i]]++;
                sum[index[i]] += residual[i];
            }
            return new(size, sum, index.Length);
        }

        public static Clusters ByCell(ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater, double[] residual)
        {
            var cell = new int[prompt.Length];
            var used = new int[Grouping.Highest(rater) + 1];
            var next = 0;
            var prompts = Grouping.By(prompt);
            for (var p = 0; p < prompts.Count; p++)
            {
                var first = next;
                foreach (var row in prompts[p])
                {
                    // 0 is "not yet", and whatever an earlier prompt left is below its first cell.
                    if (used[rater[row]] <= first) used[rater[row]] = ++next;
                    cell[row] = used[rater[row]] - 1;
                }
            }
            return By(cell, residual);
        }

        public double? Cr1()
        {
            if (Count < 2) return null;
            var squares = 0.0;
            foreach (var s in sum) squares += s * s;
            return squares / n / n * Count / (Count - 1);
        }

        public double? Jackknife()
        {
            if (Count < 2) return null;
            // The mean without g lies (sum of its residuals) / (n - n_g) from the mean.
            var squares = 0.0;
            for (var g = 0; g < size.Length; g++)
            {
                if (size[g] == 0) continue;
                var shift = sum[g] / (n - size[g]);
                squares += shift * shift;
            }
            return squares * (Count - 1) / Count;
        }
    }
}
