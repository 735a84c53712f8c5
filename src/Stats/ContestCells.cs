namespace PrefEval.Stats;

/// <summary>What the judgments of one pair of models on one arrangement of sides came to; low and high are the models by their index.</summary>
/// <param name="Side">1: the low model stood left, -1: the high one, 0: unknown.</param>
internal readonly record struct ContestCell(int Low, int High, int Side, double LowWins, double HighWins, double Ties)
{
    public double N => LowWins + HighWins + Ties;
}

/// <summary>
/// Judgments counted by pair of models, side and outcome, so that a fit costs as much as there are pairs, not judgments. A code names a pair, a side and an
/// outcome of one judgment: 9 * pair + 3 * side + outcome, sides low, high, unknown, outcomes low, high, tie.
/// </summary>
internal sealed class ContestCells
{
    public const int CodesPerPair = 9;
    private readonly List<(int Low, int High)> _pairs = [];
    private readonly int[] _counts;

    public ContestCells(in ContestColumns rows)
    {
        Models = Math.Max(Grouping.Highest(rows.ModelA), Grouping.Highest(rows.ModelB)) + 1;
        var number = new int[Models * Models]; // 0: not met yet
        Codes = new int[rows.Count];
        _counts = [];
        for (var i = 0; i < rows.Count; i++)
        {
            int a = rows.ModelA[i], b = rows.ModelB[i];
            if (a == b)
            {
                Codes[i] = -1;
                AgainstItself++;
                continue;
            }
            var flipped = a > b;
            ref var pair = ref number[flipped ? b * Models + a : a * Models + b];
            if (pair == 0)
            {
                _pairs.Add(flipped ? (b, a) : (a, b));
                pair = _pairs.Count;
                if (_counts.Length < CodesPerPair * pair) Array.Resize(ref _counts, CodesPerPair * 2 * pair);
            }
            var side = rows.Left.IsEmpty ? 2 : (int)rows.Left[i];
            var outcome = Math.Min((int)rows.Winner[i], 2);
            if (flipped)
            {
                if (side < 2) side = 1 - side;
                if (outcome < 2) outcome = 1 - outcome;
            }
            var code = CodesPerPair * (pair - 1) + 3 * side + outcome;
            Codes[i] = code;
            _counts[code]++;
        }
    }

    /// <summary>One more than the highest model.</summary>
    public int Models { get; }

    /// <summary>One a judgment; -1 where a model was set against itself, which says nothing.</summary>
    public int[] Codes { get; }

    public int AgainstItself { get; }
    public int Pairs => _pairs.Count;

    public (int Low, int High) PairOf(int code) => _pairs[code / CodesPerPair];
    public int CountOf(int code) => _counts[code];

    /// <summary>In the order of the models, so that the order of the judgments plays no part.</summary>
    public IReadOnlyList<ContestCell> All()
    {
        var cells = new List<ContestCell>();
        for (var pair = 0; pair < _pairs.Count; pair++)
            for (var side = 0; side < 3; side++)
            {
                var at = CodesPerPair * pair + 3 * side;
                var cell = new ContestCell(_pairs[pair].Low, _pairs[pair].High, SideOf(at), _counts[at], _counts[at + 1], _counts[at + 2]);
                if (cell.N > 0) cells.Add(cell);
            }
        cells.Sort((x, y) => (x.Low, x.High, x.Side).CompareTo((y.Low, y.High, y.Side)));
        return cells;
    }

    public static int SideOf(int code) => (code % CodesPerPair / 3) switch { 0 => 1, 1 => -1, _ => 0 };
}
