namespace PrefEval.Stats;

/// <summary>
/// Simultaneous confidence sets for ranks: a model's best rank is one more than the models surely above it, its worst leaves those surely below it.
/// "Surely" is a one-sided test of every ordered pair, Holm over all of them. M. Mogstad, J. P. Romano, A. M. Shaikh and D. Wilhelm (2024),
/// Inference for ranks with applications to mobility across neighbourhoods and academic achievement across countries, Review of Economic Studies 91, 476-518.
/// </summary>
internal static class RankSets
{
    /// <param name="isAbove">One-sided p for "i is not above j".</param>
    public static RankSet[] Of(int models, double confidence, Func<int, int, double> isAbove)
    {
        var family = new List<(int Upper, int Lower)>();
        for (var i = 0; i < models; i++)
            for (var j = 0; j < models; j++)
                if (i != j) family.Add((i, j));
        var adjusted = Holm.Adjust([.. family.Select(f => isAbove(f.Upper, f.Lower))]);
        var (above, below) = (new int[models], new int[models]);
        for (var h = 0; h < adjusted.Length; h++)
        {
            if (adjusted[h] > 1 - confidence) continue;
            below[family[h].Upper]++;
            above[family[h].Lower]++;
        }
        return [.. Enumerable.Range(0, models).Select(m => new RankSet(1 + above[m], models - below[m]))];
    }
}
