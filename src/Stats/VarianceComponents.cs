namespace PrefEval.Stats;

public enum ComponentStatus
{
    Ok,

    /// <summary>The equations gave less than nothing, as chance does where there is little or none; taken as 0, the others solved again without it.</summary>
    ClippedAtZero,

    /// <summary>No two judgments tell it from the rest: one rater or prompt, or none with two judgments. It is within the rest.</summary>
    NotSeparable,
}

/// <summary>From what the scores of one comparison differ: prompts that favour a model, raters who do, and everything else.</summary>
/// <remarks>
/// score = mean + prompt + rater + rest, all three by chance. Solved from the sums of squares between prompts, between raters and in all, each set equal to what is expected of
/// it: C. R. Henderson (1953), Estimation of variance and covariance components, Biometrics 9, 226-252, method 1, for any loads.
/// </remarks>
public sealed record VarianceComponents
{
    public required int N { get; init; }
    public required int Prompts { get; init; }
    public required int Raters { get; init; }

    /// <summary>R* = n^2 / sum of n_r^2.</summary>
    public required double EffectiveRaters { get; init; }
    public required double Prompt { get; init; }
    public required double Rater { get; init; }

    /// <summary>What differs within a prompt and a rater, and whatever could not be told from it.</summary>
    public required double Rest { get; init; }
    public required ComponentStatus PromptStatus { get; init; }
    public required ComponentStatus RaterStatus { get; init; }

    /// <summary>The variance of one judgment; 0 where all scores are equal.</summary>
    public double Total => Prompt + Rater + Rest;

    /// <summary>Linear in judgments.</summary>
    /// <param name="score">One a judgment, such as 1, 1/2, 0.</param>
    /// <param name="prompt">A dense index a judgment.</param>
    /// <param name="rater">The same.</param>
    public static VarianceComponents Estimate(ReadOnlySpan<double> score, ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater)
    {
        if (score.Length < 2) throw new ArgumentException("Two scores at least, to differ.", nameof(score));
        if (prompt.Length != score.Length) throw new ArgumentException("One prompt a score, please.", nameof(prompt));
        if (rater.Length != score.Length) throw new ArgumentException("One rater a score, please.", nameof(rater));
        JudgmentColumns.CheckIndices(prompt, nameof(prompt));
        JudgmentColumns.CheckIndices(rater, nameof(rater));
        foreach (var s in score)
            if (!double.IsFinite(s)) throw new ArgumentException("A score is a finite number.", nameof(score));

        double n = score.Length, mean = 0;
        foreach (var s in score) mean += (s - score[0]) / n;
        var centred = new double[score.Length];
        var total = 0.0;
        for (var i = 0; i < centred.Length; i++)
        {
            centred[i] = score[i] - score[0] - mean;
            total += centred[i] * centred[i];
        }
        var prompts = Kind.By(prompt, centred);
        var raters = Kind.By(rater, centred);
        var (cellsByPrompt, cellsByRater) = Cells(prompt, rater, prompts, raters);

        // What the three sums of squares about the mean are expected to be, as multiples of (prompt, rater, rest).
        double[] ofAll = [n - prompts.Squares / n, n - raters.Squares / n, n - 1, total];
        double[] ofPrompts = [n - prompts.Squares / n, cellsByPrompt - raters.Squares / n, prompts.Count - 1, prompts.Between];
        double[] ofRaters = [cellsByRater - prompts.Squares / n, n - raters.Squares / n, raters.Count - 1, raters.Between];
        var promptStatus = prompts.Count > 1 && prompts.Count < score.Length ? ComponentStatus.Ok : ComponentStatus.NotSeparable;
        var raterStatus = raters.Count > 1 && raters.Count < score.Length ? ComponentStatus.Ok : ComponentStatus.NotSeparable;
        if (promptStatus == ComponentStatus.Ok && raterStatus == ComponentStatus.Ok && Solve(ofAll, ofPrompts, ofRaters) is not { })
            (promptStatus, raterStatus) = (ComponentStatus.NotSeparable, ComponentStatus.NotSeparable); // each rater has prompts of her own

        double a = 0, b = 0, rest = total / (n - 1);
        if (promptStatus == ComponentStatus.Ok && raterStatus == ComponentStatus.Ok)
        {
            (a, b, rest) = Solve(ofAll, ofPrompts, ofRaters)!.Value;
            if (a < 0) promptStatus = ComponentStatus.ClippedAtZero;
            if (b < 0) raterStatus = ComponentStatus.ClippedAtZero;
        }
        if (promptStatus == ComponentStatus.Ok && raterStatus != ComponentStatus.Ok) (a, b, rest) = Alone(0, ofPrompts);
        else if (raterStatus == ComponentStatus.Ok && promptStatus != ComponentStatus.Ok) (b, a, rest) = Alone(1, ofRaters);
        if (a < 0) (promptStatus, a, rest) = (ComponentStatus.ClippedAtZero, 0, total / (n - 1));
        if (b < 0) (raterStatus, b, rest) = (ComponentStatus.ClippedAtZero, 0, total / (n - 1));
        if (promptStatus != ComponentStatus.Ok && raterStatus != ComponentStatus.Ok) (a, b, rest) = (0, 0, total / (n - 1));
        return new()
        {
            N = score.Length,
            Prompts = prompts.Count,
            Raters = raters.Count,
            EffectiveRaters = n * n / raters.Squares,
            Prompt = a,
            Rater = b,
            Rest = Math.Max(0, rest),
            PromptStatus = promptStatus,
            RaterStatus = raterStatus,
        };

        // One kind and the rest, the other kind being nothing.
        (double, double, double) Alone(int which, double[] between)
        {
            var determinant = ofAll[which] * between[2] - between[which] * ofAll[2];
            var its = (ofAll[3] * between[2] - between[3] * ofAll[2]) / determinant;
            return (its, 0, (ofAll[3] - ofAll[which] * its) / ofAll[2]);
        }
    }

    /// <summary>Cramer's rule; null where the equations say the same thing twice.</summary>
    private static (double, double, double)? Solve(double[] x, double[] y, double[] z)
    {
        double Determinant(int i, int j, int k) =>
            x[i] * (y[j] * z[k] - y[k] * z[j]) - x[j] * (y[i] * z[k] - y[k] * z[i]) + x[k] * (y[i] * z[j] - y[j] * z[i]);
        var d = Determinant(0, 1, 2);
        return Math.Abs(d) <= 1e-9 * Math.Abs(x[0] * x[1] * x[2]) ? null : (Determinant(3, 1, 2) / d, Determinant(0, 3, 2) / d, Determinant(0, 1, 3) / d);
    }

    /// <summary>Sums over prompt x rater cells of n_pr^2 / n_p, and of n_pr^2 / n_r.</summary>
    private static (double ByPrompt, double ByRater) Cells(ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater, Kind prompts, Kind raters)
    {
        double byPrompt = 0, byRater = 0;
        var seen = new int[raters.Size.Length];
        var groups = Grouping.By(prompt);
        for (var p = 0; p < groups.Count; p++)
        {
            foreach (var row in groups[p]) seen[rater[row]]++;
            foreach (var row in groups[p])
            {
                var r = rater[row];
                double k = seen[r];
                byPrompt += k * k / prompts.Size[p];
                byRater += k * k / raters.Size[r];
                seen[r] = 0;
            }
        }
        return (byPrompt, byRater);
    }

    /// <param name="Size">Judgments a cluster.</param>
    /// <param name="Count">Clusters that have any.</param>
    /// <param name="Squares">Sum of sizes squared.</param>
    /// <param name="Between">Sum of (sum of centred scores)^2 / size.</param>
    private sealed record Kind(int[] Size, int Count, double Squares, double Between)
    {
        public static Kind By(ReadOnlySpan<int> index, double[] centred)
        {
            var size = new int[Grouping.Highest(index) + 1];
            var sum = new double[size.Length];
            for (var i = 0; i < centred.Length; i++)
            {
                size[index[i]]++;
                sum[index[i]] += centred[i];
            }
            var (count, squares, between) = (0, 0.0, 0.0);
            for (var g = 0; g < size.Length; g++)
            {
                if (size[g] == 0) continue;
                count++;
                squares += (double)size[g] * size[g];
                between += sum[g] * sum[g] / size[g];
            }
            return new(size, count, squares, between);
        }
    }
}
