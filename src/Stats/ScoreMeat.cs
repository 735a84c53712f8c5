using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PrefEval.Stats;

/// <summary>The score of one judgment: what it pulls its two models apart (low up, high down), and the terms for order and ties.</summary>
internal readonly record struct ContestScore(int Low, int High, double Lead, double Order, double Tie)
{
    /// <summary>Of a judgment that belongs to another table.</summary>
    public static ContestScore Elsewhere { get; } = new(-1, -1, 0, 0, 0);
    public bool IsElsewhere => Low < 0;
}

/// <summary>
/// Sums of outer products of the judgments' scores, added up within prompts, within raters and within their cells: the middle of the sandwich
/// (Cameron, Gelbach and Miller 2011). A score touches two models and the terms for order and ties, so a judgment costs a few additions.
/// </summary>
internal sealed class ScoreMeat
{
    private readonly int _size;
    private readonly ContestScore[] _scores;

    // Clusters of one judgment are counted by code and multiplied out at the end: in most studies nearly all cells are such.
    private readonly int[] _single;
    private readonly double[] _sums;

    // The sum over the cluster at hand; of a small one also which entries are in use.
    private readonly double[] _sum;
    private readonly int[] _touched;
    private readonly bool[] _isTouched;
    private int _touches;

    private ScoreMeat(ContestScore[] byCode, int models)
    {
        (_scores, _size) = (byCode, models + 2);
        _single = new int[byCode.Length];
        _sums = new double[_size * _size];
        _sum = new double[_size];
        _touched = new int[_size];
        _isTouched = new bool[_size];
    }

    public int Clusters { get; private set; }

    /// <summary>The squared sizes of the clusters, summed: n^2 over it is the effective number.</summary>
    public double Squares { get; private set; }

    /// <summary>The sum times G / (G - 1); null below two clusters.</summary>
    public double[,]? Corrected()
    {
        if (Clusters < 2) return null;
        var meat = new double[_size, _size];
        for (var i = 0; i < _size; i++)
            for (var j = 0; j < _size; j++) meat[i, j] = _sums[i * _size + j];
        for (var code = 0; code < _single.Length; code++)
        {
            if (_single[code] == 0) continue;
            var s = _scores[code];
            ReadOnlySpan<(int At, double Value)> entries = [(s.Low, s.Lead), (s.High, -s.Lead), (_size - 2, s.Order), (_size - 1, s.Tie)];
            foreach (var (i, x) in entries)
                foreach (var (j, y) in entries) meat[i, j] += _single[code] * x * y;
        }
        for (var i = 0; i < _size; i++)
            for (var j = 0; j < _size; j++) meat[i, j] *= Clusters / (Clusters - 1.0);
        return meat;
    }

    private void AddSingle(int code)
    {
        _single[code]++;
        Clusters++;
        Squares++;
    }

    private static void AddTo(Span<double> sum, in ContestScore s)
    {
        sum[s.Low] += s.Lead;
        sum[s.High] -= s.Lead;
        sum[^2] += s.Order;
        sum[^1] += s.Tie;
    }

    /// <summary>A judgment of the cluster at hand, which is small against the number of models.</summary>
    private void AddFew(int code)
    {
        ref readonly var s = ref _scores[code];
        AddTo(_sum, s);
        Touch(s.Low);
        Touch(s.High);
    }

    private void Touch(int at)
    {
        if (_isTouched[at]) return;
        _isTouched[at] = true;
        _touched[_touches++] = at;
    }

    private void CloseFew(int judgments)
    {
        Touch(_size - 2);
        Touch(_size - 1);
        var touched = _touched.AsSpan(0, _touches);
        foreach (var i in touched)
        {
            var x = _sum[i];
            var row = _sums.AsSpan(i * _size, _size);
            foreach (var j in touched) row[j] += x * _sum[j];
        }
        foreach (var i in touched) (_sum[i], _isTouched[i]) = (0, false);
        _touches = 0;
        Count(judgments);
    }

    private void Close(ReadOnlySpan<double> sum, int judgments)
    {
        var wide = MemoryMarshal.Cast<double, Vector<double>>(sum);
        var rest = wide.Length * Vector<double>.Count;
        for (var i = 0; i < _size; i++)
        {
            var x = sum[i];
            var row = _sums.AsSpan(i * _size, _size);
            if (x == 0) continue;
            var wideRow = MemoryMarshal.Cast<double, Vector<double>>(row);
            for (var j = 0; j < wide.Length; j++) wideRow[j] += x * wide[j];
            for (var j = rest; j < row.Length; j++) row[j] += x * sum[j];
        }
        Count(judgments);
    }

    private void Count(int judgments)
    {
        Clusters++;
        Squares += (double)judgments * judgments;
    }

    private void AddCluster(ReadOnlySpan<long> judgments)
    {
        if (judgments.Length == 1)
        {
            AddSingle((int)judgments[0]);
            return;
        }
        if (2 * judgments.Length < _size)
        {
            foreach (var judgment in judgments) AddFew((int)judgment);
            CloseFew(judgments.Length);
            return;
        }
        foreach (var judgment in judgments) AddTo(_sum, _scores[(int)judgment]);
        Close(_sum, judgments.Length);
        Array.Clear(_sum);
    }

    /// <summary>By prompt, by rater and by cell. Linear, in little memory, and where it reads at random it reads little: see <see cref="Blocks"/>.</summary>
    /// <param name="byCode">The score of every code of <paramref name="counts"/>; <see cref="ContestScore.Elsewhere"/> where the judgment is not of this table.</param>
    public static (ScoreMeat Prompt, ScoreMeat Rater, ScoreMeat Cell) Of(in ContestColumns rows, ContestCells counts, ContestScore[] byCode, int models)
    {
        ScoreMeat byPrompt = new(byCode, models), byCell = new(byCode, models);
        var raters = Grouping.Highest(rows.Rater) + 1;
        var cells = new Cells(raters);
        var blocks = new Blocks(rows.Prompt);
        while (blocks.Next(rows, counts, byCode))
            for (var p = 0; p < blocks.Groups; p++)
            {
                var cluster = blocks[p];
                if (cluster.IsEmpty) continue;
                byPrompt.AddCluster(cluster);
                if (cluster.Length == 1) byCell.AddSingle((int)cluster[0]);
                else cells.Add(cluster, byCell);
            }
        return (byPrompt, ByRater(rows, counts, byCode, models, raters), byCell);
    }

    private static ScoreMeat ByRater(in ContestColumns rows, ContestCells counts, ContestScore[] byCode, int models, int raters)
    {
        var meat = new ScoreMeat(byCode, models);
        if (8L * raters * meat._size > rows.Count) // too many raters for a row of sums each
        {
            var blocks = new Blocks(rows.Rater);
            while (blocks.Next(rows, counts, byCode))
                for (var r = 0; r < blocks.Groups; r++)
                    if (!blocks[r].IsEmpty) meat.AddCluster(blocks[r]);
            return meat;
        }
        var (sums, sizes) = (new double[raters * meat._size], new int[raters]);
        for (var i = 0; i < rows.Count; i++)
        {
            var code = counts.CodeOf(rows, i);
            if (code < 0 || byCode[code].IsElsewhere) continue;
            AddTo(sums.AsSpan(rows.Rater[i] * meat._size, meat._size), byCode[code]);
            sizes[rows.Rater[i]]++;
        }
        for (var r = 0; r < raters; r++)
            if (sizes[r] > 0) meat.Close(sums.AsSpan(r * meat._size, meat._size), sizes[r]);
        return meat;
    }

    /// <summary>Every judgment a cluster of its own, times n / (n - 1).</summary>
    public static double[,]? Independent(ContestCells counts, ContestScore[] byCode, int models)
    {
        var meat = new ScoreMeat(byCode, models);
        for (var code = 0; code < byCode.Length; code++)
        {
            if (byCode[code].IsElsewhere) continue;
            meat._single[code] = counts.CountOf(code);
            meat.Clusters += counts.CountOf(code);
        }
        return meat.Corrected();
    }

    /// <summary>The judgments of one prompt by rater: nearly always one each.</summary>
    private sealed class Cells(int raters)
    {
        private readonly int[] _latest = new int[raters]; // one more than the place of the rater's latest judgment of this prompt
        private int[] _before = [];
        private long[] _cell = [];

        public void Add(ReadOnlySpan<long> judgments, ScoreMeat meat)
        {
            if (_before.Length < judgments.Length) (_before, _cell) = (new int[2 * judgments.Length], new long[2 * judgments.Length]);
            for (var i = 0; i < judgments.Length; i++)
            {
                ref var latest = ref _latest[judgments[i] >> 32];
                (_before[i], latest) = (latest, i + 1);
            }
            foreach (var judgment in judgments)
            {
                ref var latest = ref _latest[judgment >> 32];
                if (latest == 0) continue; // this cell was already taken with an earlier judgment
                var size = 0;
                for (var at = latest; at != 0; at = _before[at - 1]) _cell[size++] = judgments[at - 1];
                meat.AddCluster(_cell.AsSpan(0, size));
                latest = 0;
            }
        }
    }

    /// <summary>
    /// Rater and code of every judgment, group by group, by counting. A block of groups at a time: each one costs another look at the column of groups, all at once
    /// would cost twenty bytes a judgment, a block of one in twenty costs one. Within a group judgments keep their order.
    /// </summary>
    private ref struct Blocks
    {
        private const int Least = 1 << 13, Bins = 1 << 12, Share = 20;
        private readonly ReadOnlySpan<int> _group;
        private readonly int _shift; // a bin holds 2^shift groups
        private readonly int[] _bin;
        private readonly int _most;
        private readonly int[] _rows;
        private readonly long[] _unsorted;
        private readonly long[] _judgments;
        private int[] _start = [];
        private int _nextBin;

        public Blocks(ReadOnlySpan<int> group)
        {
            _group = group;
            var groups = Grouping.Highest(group) + 1;
            while (groups >> _shift >= Bins) _shift++;
            _bin = new int[(groups >> _shift) + 1];
            foreach (var g in group) _bin[g >> _shift]++;
            _most = Math.Min(group.Length, Math.Max(Math.Max(Least, group.Length / Share), _bin.Max()));
            (_rows, _unsorted, _judgments) = (new int[_most], new long[_most], new long[_most]);
        }

        public int Groups { get; private set; }

        /// <summary>Those of the block at hand, from 0.</summary>
        public readonly ReadOnlySpan<long> this[int group] => _judgments.AsSpan(_start[group], _start[group + 1] - _start[group]);

        public bool Next(in ContestColumns rows, ContestCells counts, ContestScore[] byCode)
        {
            if (_nextBin == _bin.Length) return false;
            var from = _nextBin << _shift;
            var size = _bin[_nextBin++];
            while (_nextBin < _bin.Length && size + _bin[_nextBin] <= _most) size += _bin[_nextBin++];
            Groups = (_nextBin << _shift) - from;
            if (_start.Length <= Groups) _start = new int[Groups + 1];

            var taken = Find(from);
            Array.Clear(_start);
            var kept = 0;
            foreach (var i in _rows.AsSpan(0, taken))
            {
                var code = counts.CodeOf(rows, i);
                if (code < 0 || byCode[code].IsElsewhere) continue;
                _unsorted[kept] = ((long)rows.Rater[i] << 32) | (uint)code;
                var group = _group[i] - from;
                _rows[kept++] = group; // in the place of a row that was read
                _start[group]++;
            }
            for (var g = 1; g <= Groups; g++) _start[g] += _start[g - 1];
            for (var k = kept - 1; k >= 0; k--) _judgments[--_start[_rows[k]]] = _unsorted[k];
            return true;
        }

        /// <summary>The rows of the block's groups, eight at a look: most looks find none.</summary>
        private readonly int Find(int from)
        {
            var taken = 0;
            var eights = MemoryMarshal.Cast<int, Vector256<int>>(_group);
            for (var e = 0; e < eights.Length; e++)
                for (var hits = Vector256.LessThan((eights[e] - Vector256.Create(from)).AsUInt32(), Vector256.Create((uint)Groups)).ExtractMostSignificantBits(); hits != 0; hits &= hits - 1)
                    _rows[taken++] = 8 * e + BitOperations.TrailingZeroCount(hits);
            for (var i = 8 * eights.Length; i < _group.Length; i++)
                if ((uint)(_group[i] - from) < (uint)Groups) _rows[taken++] = i;
            return taken;
        }
    }
}
