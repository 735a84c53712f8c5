namespace PrefEval.Stats;

/// <summary>What the judgments of one pair of models on one arrangement of sides came to; low and high are the models by their index.</summary>
/// <param name="Side">1: the low model stood left, -1: the high one, 0: unknown.</param>
internal readonly record struct ContestCell(int Low, int High, int Side, double LowWins, double HighWins, double Ties)
{
    public double N => LowWins + HighWins + Ties;
}

/// <summary>
/// Judgments counted by pair of models, side and outcome, so that a fit costs as much as there are pairs, not judgments. A code names a pair, a side and an
/// outcome of one judgment: 9 * pair + 3 * side + outcome, sides low, high, unknown, outcomes low, high, tie. Pairs are numbered in the order of the models, so that
/// the order of the judgments plays no part. Codes are not kept: one costs a look into a small table, four bytes a judgment would cost more.
/// </summary>
internal sealed class ContestCells
{
    public const int CodesPerPair = 9;

    // What a judgment adds to the code of its pair: 4 * left + winner where A is the low model, 12 more where B is.
    private static readonly byte[] Offsets = [.. from flipped in (int[])[0, 1] from left in Enumerable.Range(0, 3) from winner in Enumerable.Range(0, 4) select Offset(left, winner, flipped)];

    // By A and B: 2 * the code of their pair, + 1 where B is the low one; below 0 where they never met.
    private readonly int[] _codeOf;
    private readonly List<(int Low, int High)> _pairs = [];
    private readonly int[] _counts = [];

    public ContestCells(in ContestColumns rows)
    {
        foreach (var m in rows.ModelA) Models = Math.Max(Models, m + 1);
        foreach (var m in rows.ModelB) Models = Math.Max(Models, m + 1);
        _codeOf = new int[Models * Models];
        Array.Fill(_codeOf, -1);
        var met = new List<(int Low, int High)>(); // in the order of the judgments
        for (var i = 0; i < rows.Count; i++)
        {
            int a = rows.ModelA[i], b = rows.ModelB[i];
            if (_codeOf[a * Models + b] < 0)
            {
                if (a == b)
                {
                    AgainstItself++;
                    continue;
                }
                var pair = (Low: Math.Min(a, b), High: Math.Max(a, b));
                Number(pair, met.Count);
                met.Add(pair);
                if (_counts.Length < CodesPerPair * met.Count) Array.Resize(ref _counts, CodesPerPair * 2 * met.Count);
            }
            _counts[CodeOf(rows, i)]++;
        }

        var counted = _counts;
        var order = Enumerable.Range(0, met.Count).OrderBy(p => met[p]).ToArray();
        _counts = new int[CodesPerPair * order.Length];
        foreach (var p in order)
        {
            Array.Copy(counted, CodesPerPair * p, _counts, CodesPerPair * _pairs.Count, CodesPerPair);
            Number(met[p], _pairs.Count);
            _pairs.Add(met[p]);
        }
    }

    /// <summary>One more than the highest model.</summary>
    public int Models { get; }
    public int AgainstItself { get; }
    public int Pairs => _pairs.Count;

    /// <summary>One more than the highest code.</summary>
    public int Codes => _counts.Length;

    public (int Low, int High) PairOf(int code) => _pairs[code / CodesPerPair];
    public int CountOf(int code) => _counts[code];

    /// <summary>The code of a judgment that was counted; -1 where a model was set against itself, which says nothing.</summary>
    public int CodeOf(in ContestColumns rows, int i)
    {
        var code = _codeOf[rows.ModelA[i] * Models + rows.ModelB[i]];
        var left = rows.Left.IsEmpty ? (int)LeftModel.Unknown : (int)rows.Left[i];
        return code < 0 ? -1 : (code >> 1) + Offsets[12 * (code & 1) + 4 * left + (int)rows.Winner[i]];
    }

    /// <summary>In the order of the models.</summary>
    public IReadOnlyList<ContestCell> All() => All(_counts);

    /// <param name="counts">By code, in place of the study's own.</param>
    public IReadOnlyList<ContestCell> All(ReadOnlySpan<int> counts)
    {
        var cells = new List<ContestCell>();
        for (var pair = 0; pair < _pairs.Count; pair++)
            foreach (var side in (ReadOnlySpan<int>)[1, 2, 0]) // the high model left, unknown, the low one left: by their sign
            {
                var at = CodesPerPair * pair + 3 * side;
                var cell = new ContestCell(_pairs[pair].Low, _pairs[pair].High, SideOf(at), counts[at], counts[at + 1], counts[at + 2]);
                if (cell.N > 0) cells.Add(cell);
            }
        return cells;
    }

    public static int SideOf(int code) => (code % CodesPerPair / 3) switch { 0 => 1, 1 => -1, _ => 0 };

    private void Number((int Low, int High) pair, int number)
    {
        _codeOf[pair.Low * Models + pair.High] = 2 * CodesPerPair * number;
        _codeOf[pair.High * Models + pair.Low] = 2 * CodesPerPair * number + 1;
    }

    private static byte Offset(int left, int winner, int flipped)
    {
        var side = left < 2 ? left ^ flipped : 2;
        var outcome = winner < 2 ? winner ^ flipped : 2;
        return (byte)(3 * side + outcome);
    }
}
