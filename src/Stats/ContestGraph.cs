namespace PrefEval.Stats;

/// <summary>Who met whom, and who beat whom: what decides whether strengths can be compared and whether they are finite.</summary>
internal static class ContestGraph
{
    /// <summary>The component of every model, numbered from 0 in the order of the models; -1 for a model that met nobody.</summary>
    public static int[] Components(IReadOnlyList<ContestCell> cells, int models, out int count)
    {
        var root = Enumerable.Range(0, models).ToArray();
        int Find(int m)
        {
            while (root[m] != m) m = root[m] = root[root[m]];
            return m;
        }
        var met = new bool[models];
        foreach (var cell in cells)
        {
            met[cell.Low] = met[cell.High] = true;
            root[Find(cell.Low)] = Find(cell.High);
        }
        var number = new Dictionary<int, int>();
        var component = new int[models];
        for (var m = 0; m < models; m++)
        {
            if (!met[m]) component[m] = -1;
            else
            {
                if (!number.TryGetValue(Find(m), out var known)) number[Find(m)] = known = number.Count;
                component[m] = known;
            }
        }
        count = number.Count;
        return component;
    }

    /// <summary>
    /// From every model a chain of wins or ties leads to every other one: L. R. Ford (1957), Solution of a ranking problem from binary comparisons,
    /// American Mathematical Monthly 64(8), 28-33. Without it some strengths are infinite.
    /// </summary>
    public static bool IsStronglyConnected(IReadOnlyList<ContestCell> cells, int models) =>
        Reached(cells, models, static c => c.LowWins + c.Ties > 0, static c => c.HighWins + c.Ties > 0) == models
        && Reached(cells, models, static c => c.HighWins + c.Ties > 0, static c => c.LowWins + c.Ties > 0) == models;

    /// <summary>
    /// Whether a lean to one side can be told from strength: it cannot where some strengths alone would explain it, as when one model always stood left.
    /// </summary>
    public static bool TellsSidesFromStrength(IReadOnlyList<ContestCell> cells, int models)
    {
        var steps = Steps(cells, models);
        var potential = new int?[models];
        var open = new Stack<int>();
        for (var start = 0; start < models; start++)
        {
            if (potential[start] is not null) continue;
            potential[start] = 0;
            open.Push(start);
            while (open.TryPop(out var from))
                foreach (var (to, gain) in steps[from])
                {
                    if (potential[to] is { } known)
                    {
                        if (known != potential[from] + gain) return true;
                        continue;
                    }
                    potential[to] = potential[from] + gain;
                    open.Push(to);
                }
        }
        return false;
    }

    /// <summary>The one model that is part of every pair, where three models or more leave only one such design: the others never met.</summary>
    public static int? Centre(IReadOnlyList<ContestCell> cells, int models)
    {
        if (models < 3) return null;
        foreach (var candidate in new[] { cells[0].Low, cells[0].High })
            if (cells.All(c => c.Low == candidate || c.High == candidate)) return candidate;
        return null;
    }

    private static List<(int To, int Gain)>[] Steps(IReadOnlyList<ContestCell> cells, int models)
    {
        var steps = new List<(int, int)>[models];
        for (var m = 0; m < models; m++) steps[m] = [];
        foreach (var cell in cells)
        {
            steps[cell.Low].Add((cell.High, cell.Side));
            steps[cell.High].Add((cell.Low, -cell.Side));
        }
        return steps;
    }

    private static int Reached(IReadOnlyList<ContestCell> cells, int models, Func<ContestCell, bool> up, Func<ContestCell, bool> down)
    {
        var next = new List<int>[models];
        for (var m = 0; m < models; m++) next[m] = [];
        foreach (var cell in cells)
        {
            if (up(cell)) next[cell.Low].Add(cell.High);
            if (down(cell)) next[cell.High].Add(cell.Low);
        }
        var seen = new bool[models];
        var open = new Stack<int>([0]);
        seen[0] = true;
        var reached = 1;
        while (open.TryPop(out var from))
            foreach (var to in next[from])
            {
                if (seen[to]) continue;
                seen[to] = true;
                reached++;
                open.Push(to);
            }
        return reached;
    }
}
