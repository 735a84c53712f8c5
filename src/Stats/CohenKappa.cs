namespace PrefEval.Stats;

/// <summary>
/// Agreement of two raters beyond chance. J. Cohen (1960), A coefficient of agreement for nominal scales; its standard error after
/// J. L. Fleiss, J. Cohen and B. S. Everitt (1969), Large sample standard errors of kappa and weighted kappa, Psychological Bulletin 72, 323-327.
/// </summary>
internal static class CohenKappa
{
    /// <param name="table">Counts, first rater by rows, second by columns.</param>
    /// <param name="linear">Agreement falls linearly with the distance of ordered categories; else it is all or nothing.</param>
    public static (double? Kappa, double? Se, double Observed) OfTable(ReadOnlySpan<int> table, int categories, bool linear = false)
    {
        double Weight(int i, int j) => linear ? 1 - Math.Abs(i - j) / (categories - 1.0) : i == j ? 1 : 0;

        var n = 0.0;
        foreach (var count in table) n += count;
        var (row, column) = (new double[categories], new double[categories]);
        for (var i = 0; i < categories; i++)
            for (var j = 0; j < categories; j++)
            {
                row[i] += table[categories * i + j] / n;
                column[j] += table[categories * i + j] / n;
            }
        var (observed, expected) = (0.0, 0.0);
        var (rowWeight, columnWeight) = (new double[categories], new double[categories]);
        for (var i = 0; i < categories; i++)
            for (var j = 0; j < categories; j++)
            {
                observed += Weight(i, j) * table[categories * i + j] / n;
                expected += Weight(i, j) * row[i] * column[j];
                rowWeight[i] += Weight(i, j) * column[j];
                columnWeight[j] += Weight(i, j) * row[i];
            }
        // Counting decides whether chance alone agrees fully: rounding of the shares must not.
        if (OneCategory(table, categories)) return (null, null, 1);

        var kappa = (observed - expected) / (1 - expected);
        var sum = 0.0;
        for (var i = 0; i < categories; i++)
            for (var j = 0; j < categories; j++)
            {
                var term = Weight(i, j) - (rowWeight[i] + columnWeight[j]) * (1 - kappa);
                sum += table[categories * i + j] / n * term * term;
            }
        var bias = kappa - expected * (1 - kappa);
        return (kappa, Math.Sqrt(Math.Max(0, sum - bias * bias) / n) / (1 - expected), observed);
    }

    private static bool OneCategory(ReadOnlySpan<int> table, int categories)
    {
        var filled = 0;
        var diagonal = false;
        for (var i = 0; i < table.Length; i++)
            if (table[i] > 0)
            {
                filled++;
                diagonal = i % (categories + 1) == 0;
            }
        return filled == 1 && diagonal;
    }

    /// <summary>Every pair of raters who share a unit; a rater's own repeats are not agreement.</summary>
    public static IReadOnlyList<CohenKappaResult> OfPairs(Grouping units, ReadOnlySpan<int> rater, ReadOnlySpan<int> category, int categories)
    {
        int raters = Grouping.Highest(rater) + 1, size = categories * categories;
        var tables = new Dictionary<(int A, int B), int[]>();
        // Few raters: one block of tables, found without hashing. Many: only the pairs who met.
        var block = (long)raters * raters * size <= 16L * rater.Length ? new int[raters * raters * size] : null;
        for (var u = 0; u < units.Count; u++)
        {
            var rows = units[u];
            for (var i = 0; i < rows.Length; i++)
                for (var j = i + 1; j < rows.Length; j++)
                {
                    var (a, b) = rater[rows[i]] < rater[rows[j]] ? (rows[i], rows[j]) : (rows[j], rows[i]);
                    if (rater[a] == rater[b]) continue;
                    var cell = categories * category[a] + category[b];
                    if (block is not null) block[(rater[a] * raters + rater[b]) * size + cell]++;
                    else if (tables.TryGetValue((rater[a], rater[b]), out var table)) table[cell]++;
                    else (tables[(rater[a], rater[b])] = new int[size])[cell] = 1;
                }
        }

        var results = new List<CohenKappaResult>();
        if (block is not null)
            for (var pair = 0; pair < raters * raters; pair++)
            {
                var table = block.AsSpan(pair * size, size);
                if (table.ContainsAnyExcept(0)) results.Add(Result(pair / raters, pair % raters, table, categories));
            }
        foreach (var ((a, b), table) in tables) results.Add(Result(a, b, table, categories));
        results.Sort((x, y) => (x.RaterA, x.RaterB).CompareTo((y.RaterA, y.RaterB)));
        return results;
    }
    private static CohenKappaResult Result(int a, int b, ReadOnlySpan<int> table, int categories)
    {
        var (kappa, se, observed) = OfTable(table, categories);
        var units = 0;
        foreach (var count in table) units += count;
        return new()
        {
            RaterA = a,
            RaterB = b,
            Units = units,
            Percent = observed,
            Estimate = kappa,
            Se = se > 0 ? se : null,
            Status = kappa is null ? EstimateStatus.AllIdentical : se > 0 ? EstimateStatus.Ok : EstimateStatus.NoVariation,
        };
    }
}
