namespace PrefEval.Stats;

/// <summary>The rows of each group, by counting: linear in rows, rows keep their order.</summary>
internal readonly struct Grouping
{
    private readonly int[] _start;
    private readonly int[] _rows;

    private Grouping(int[] start, int[] rows) => (_start, _rows) = (start, rows);

    /// <summary>Groups run from 0 to the largest index; some may be empty.</summary>
    public int Count => _start.Length - 1;

    public ReadOnlySpan<int> this[int group] => _rows.AsSpan(_start[group], _start[group + 1] - _start[group]);

    public static Grouping By(ReadOnlySpan<int> index)
    {
        var start = new int[Highest(index) + 2];
        foreach (var i in index) start[i]++;
        for (var g = 1; g < start.Length; g++) start[g] += start[g - 1];
        // Now start[g] is the end of g; filling from the back turns it into the start.
        var rows = new int[index.Length];
        for (var row = index.Length - 1; row >= 0; row--) rows[--start[index[row]]] = row;
        return new(start, rows);
    }

    public static int Highest(ReadOnlySpan<int> index)
    {
        var highest = -1;
        foreach (var i in index) highest = Math.Max(highest, i);
        return highest;
    }

    public static int Distinct(ReadOnlySpan<int> index)
    {
        var seen = new bool[Highest(index) + 1];
        foreach (var i in index) seen[i] = true;
        return seen.Count(s => s);
    }
}
