using System.Globalization;
using PrefEval.Api.Prompts;

namespace PrefEval.Api.Reports;

/// <summary>A row to be made: which models, and what part of their judgments.</summary>
public sealed record RowHead(string Model, string Baseline, Slice? Slice);

/// <summary>Which rows a judgment belongs to: those of its two models, each from one side, and of them the slices that its pair or its rater is in.</summary>
public sealed class Slicing
{
    private static readonly int[] One = [0];
    private readonly Func<PairFact, int, int[]> _slices;

    private Slicing(IReadOnlyList<RowHead> rows, IReadOnlyDictionary<int, (int Row, bool Flipped)[]> rowsOf, Func<PairFact, int, int[]> slices) =>
        (Rows, RowsOf, _slices) = (rows, rowsOf, slices);

    public IReadOnlyList<RowHead> Rows { get; }

    /// <summary>Of a comparison in slices of its pairs or of raters, the slices' values in the order of the rows.</summary>
    public IReadOnlyList<string?> Values { get; private init; } = [];

    /// <summary>By pair of models: the first row of each comparison that it is part of, and whether it is turned there.</summary>
    public IReadOnlyDictionary<int, (int Row, bool Flipped)[]> RowsOf { get; }

    /// <summary>True where a slice is one rater's, or a group's: nothing is planned for it alone.</summary>
    public bool ByRater { get; private init; }

    /// <summary>Whether something is in more slices than one.</summary>
    public bool Overlaps { get; private init; }

    /// <summary>How far behind a comparison's first row the rows of a judgment lie.</summary>
    public int[] Slices(in PairFact pair, int rater) => _slices(pair, rater);

    /// <summary>One row for each two models.</summary>
    public static Slicing None(IReadOnlyList<Comparison> comparisons) => new(
        [.. comparisons.Select(c => new RowHead(c.Model, c.Baseline, null))],
        comparisons.Select((c, row) => (c.ModelPair, row, c.Flipped)).ToDictionary(c => c.ModelPair, c => new[] { (c.row, c.Flipped) }),
        (_, _) => One);

    /// <summary>Every comparison in slices of its pairs or of raters.</summary>
    /// <param name="values">In the order of the rows.</param>
    /// <param name="slices">The values that a pair and a rater belong to, by their places in the list.</param>
    public static Slicing Of(string by, IReadOnlyList<Comparison> comparisons, IReadOnlyList<string?> values, Func<PairFact, int, int[]> slices, bool byRater = false, bool overlaps = false) => new(
        [.. comparisons.SelectMany(c => values.Select(value => new RowHead(c.Model, c.Baseline, new Slice { By = by, Value = value, Pooled = null })))],
        comparisons.Select((c, at) => (c.ModelPair, Row: at * values.Count, c.Flipped)).ToDictionary(c => c.ModelPair, c => new[] { (c.Row, c.Flipped) }),
        slices) { Values = values, ByRater = byRater, Overlaps = overlaps };

    /// <summary>Comparisons pooled over the models that share a value of an attribute.</summary>
    /// <param name="comparisons">Seen from either side where the question does not say from which.</param>
    /// <param name="valueOf">A model's value; null where it has none.</param>
    public static Slicing Pool(string by, bool ofModel, IReadOnlyList<Comparison> comparisons, Func<string, string?> valueOf)
    {
        var pools = comparisons.GroupBy(c => ofModel ? (Value: valueOf(c.Model), Other: c.Baseline) : (Value: valueOf(c.Baseline), Other: c.Model))
            .OrderBy(pool => pool.Key.Other, StringComparer.Ordinal).ThenBy(pool => pool.Key.Value is null).ThenBy(pool => pool.Key.Value, StringComparer.Ordinal).ToList();
        var rows = new List<RowHead>();
        var rowsOf = new Dictionary<int, List<(int, bool)>>();
        foreach (var pool in pools)
        {
            string[] pooled = [.. pool.Select(c => ofModel ? c.Model : c.Baseline).Order(StringComparer.Ordinal)];
            foreach (var c in pool)
            {
                if (!rowsOf.TryGetValue(c.ModelPair, out var its)) rowsOf[c.ModelPair] = its = [];
                its.Add((rows.Count, c.Flipped));
            }
            var names = string.Join(" + ", pooled);
            rows.Add(new RowHead(ofModel ? names : pool.Key.Other, ofModel ? pool.Key.Other : names, new Slice { By = by, Value = pool.Key.Value, Pooled = pooled }));
        }
        return new(rows, rowsOf.ToDictionary(r => r.Key, r => r.Value.ToArray()), (_, _) => One);
    }

    /// <summary>Values in order, none last, and where each stands.</summary>
    public static (IReadOnlyList<string?> Values, Func<string?, int[]> PlaceOf) InOrder(IEnumerable<string?> values)
    {
        List<string?> ordered = [.. values.Distinct().OrderBy(v => v is null).ThenBy(v => v, StringComparer.Ordinal)];
        var places = ordered.Select((value, at) => (value, at)).ToDictionary(v => v.value ?? "\0", v => new[] { v.at });
        return (ordered, value => places[value ?? "\0"]);
    }

    /// <summary>Quarters by a length; what has the same length stays together, so there may be fewer.</summary>
    /// <param name="to">What stands between the ends of a range.</param>
    /// <returns>The range of each, in characters, and the quarter of a length.</returns>
    public static (IReadOnlyList<string?> Values, Func<int, int[]> PlaceOf) Quarters(IEnumerable<int> lengths, string to = "-")
    {
        var sorted = lengths.Order().ToArray();
        if (sorted.Length == 0) return ([], _ => []);
        int[] starts = [.. Enumerable.Range(0, 4).Select(quarter => sorted[quarter * sorted.Length / 4]).Distinct()];
        int[][] places = [.. starts.Select((_, at) => new[] { at })];
        return ([.. starts.Select((from, at) => Range(from, at + 1 < starts.Length ? sorted.Last(length => length < starts[at + 1]) : sorted[^1]))],
            length => places[starts.Count(from => from <= length) - 1]);

        string Range(int first, int last) => first == last ? first.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{first}{to}{last}");
    }

    /// <summary>Unicode characters of a prompt, all of its messages together.</summary>
    public static int LengthOf(string messages) => Message.ParseList(messages).Sum(m => m.Content.EnumerateRunes().Count());
}

/// <summary>A pair of models as a report looks at it.</summary>
public sealed record Comparison(int ModelPair, string Model, string Baseline, bool Flipped);
