namespace PrefEval.Stats;

/// <summary>The judgments that count in one denominator, with their own clusters.</summary>
internal sealed record Part(int N, ClusterMoments Prompts, ClusterMoments Raters, int Cells);

/// <summary>What one pass over the judgments leaves: outcomes by prompt and by rater, and the moments of the prompt x rater cells.</summary>
internal sealed class Sample
{
    private readonly Dictionary<Denominator, Part> _parts = [];
    private readonly OutcomeMoments _cells = new();

    public Sample(ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater, ReadOnlySpan<Winner> winner)
    {
        foreach (var w in winner) Outcomes[(int)w]++;
        var byPrompt = CountBy(prompt, winner);
        var byRater = CountBy(rater, winner);
        Span<int> cells = stackalloc int[3];
        AddCells(prompt, rater, winner, cells);
        var next = 0;
        foreach (var denominator in new[] { Denominator.All, Denominator.NotBothBad, Denominator.Decisive })
            _parts[denominator] = new(denominator.Of(Outcomes), new(byPrompt, denominator), new(byRater, denominator), cells[next++]);
    }

    /// <summary>Counts in the order of <see cref="Winner"/>.</summary>
    public int[] Outcomes { get; } = new int[4];

    public Part this[Denominator denominator] => _parts[denominator];

    public Spread SpreadOf(Scoring scoring)
    {
        var part = _parts[scoring.Denominator];
        int[] points = scoring.Points;
        long total = 0, squares = 0, n = part.N;
        for (var i = 0; i < 4; i++)
        {
            total += (long)points[i] * Outcomes[i];
            squares += (long)points[i] * points[i] * Outcomes[i];
        }
        double unit = scoring.Scale * scoring.Scale;
        double? Of(double? variance) => variance / unit;
        return new()
        {
            N = part.N,
            Value = n == 0 ? null : (double)total / ((double)n * scoring.Scale),
            Variance = n < 2 ? null : (double)((Int128)n * squares - (Int128)total * total) / ((double)n * (n - 1)) / unit,
            Win = n == 0 ? 0 : Outcomes[(int)Winner.A] / (double)n,
            Loss = n == 0 ? 0 : Outcomes[(int)Winner.B] / (double)n,
            Prompts = part.Prompts.Count,
            Raters = part.Raters.Count,
            EffectivePrompts = part.Prompts.Effective,
            EffectiveRaters = part.Raters.Effective,
            ByPrompt = Of(part.Prompts.Jackknife(points)),
            ByRater = Of(part.Raters.Jackknife(points)),
            ByCell = Of(CellVariance(part, points, scoring.Denominator.Counts, total)),
        };
    }

    /// <summary>G / (G - 1) n^-2 sum over cells of (sum of u)^2, where n sum of u = n S_c - n_c S.</summary>
    private double? CellVariance(Part part, int[] points, int[] counts, Int128 total)
    {
        if (part.Cells < 2) return null;
        Int128 n = part.N;
        var squares = n * n * _cells.Product(points, points) - 2 * n * total * _cells.Product(points, counts)
            + total * total * _cells.Product(counts, counts);
        var n2 = (double)(n * n);
        return (double)squares / n2 / n2 * part.Cells / (part.Cells - 1);
    }

    private static int[] CountBy(ReadOnlySpan<int> cluster, ReadOnlySpan<Winner> winner)
    {
        var counts = new int[4 * (Grouping.Highest(cluster) + 1)];
        for (var i = 0; i < cluster.Length; i++) counts[4 * cluster[i] + (int)winner[i]]++;
        return counts;
    }

    private void AddCells(ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater, ReadOnlySpan<Winner> winner, Span<int> cells)
    {
        var prompts = Grouping.By(prompt);
        var scratch = new int[4 * (Grouping.Highest(rater) + 1)];
        for (var p = 0; p < prompts.Count; p++)
        {
            foreach (var row in prompts[p]) scratch[4 * rater[row] + (int)winner[row]]++;
            foreach (var row in prompts[p])
            {
                var cell = scratch.AsSpan(4 * rater[row], 4);
                if (Denominator.All.Of(cell) == 0) continue; // this cell was already taken by an earlier row
                _cells.Add(cell);
                cells[0]++;
                if (Denominator.NotBothBad.Of(cell) > 0) cells[1]++;
                if (Denominator.Decisive.Of(cell) > 0) cells[2]++;
                cell.Clear();
            }
        }
    }
}
