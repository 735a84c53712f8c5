using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using PrefEval.Api.Assignments;
using PrefEval.Api.Judgments;
using PrefEval.Api.Platform;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>
/// The judgments of one study as columns in memory, one entry a revision or change of standing, in the order of the sequence. An entry counts at sequence N
/// when it was written by then and not yet superseded; so any report can be computed again as it stood at an earlier number.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing to dispose.")]
public sealed class StudyColumns(JudgmentLog log, DataLines lines, long study, long undone)
{
    private readonly DataChain _chain = new();
    private const int PageSize = 20_000, LinesBetween = 512;
    private readonly SemaphoreSlim _catchUp = new(1, 1);
    private readonly Dictionary<long, int> _newest = [];
    private long[] _sequence = [], _superseded = [];
    /// <summary>The number of the judgment itself, where an entry gives it another standing.</summary>
    private long[] _judged = [];
    private int[] _pair = [], _prompt = [], _modelPair = [], _rater = [];
    private byte[] _exposure = [];
    private AssignmentRole[] _role = [];
    private Winner[] _winner = [];
    private double[] _score = [];
    private Side?[] _left = [];
    private int[] _duration = [];
    private Standing[] _standing = [];
    /// <summary>Which entry this one supersedes; -1: none.</summary>
    private int[] _replaces = [];
    /// <summary>By criterion: the winner plus 1; 0 where the rater gave none.</summary>
    private readonly Dictionary<string, byte[]> _criteria = [];
    private int _count;
    private long _read;

    /// <summary>The undoing of an import after which these columns were begun: see <see cref="JudgmentLog.LastUndoneAsync"/>.</summary>
    public long Undone => undone;

    /// <summary>Reads what was written since the last time, up to <paramref name="sequence"/> at least.</summary>
    public async Task CatchUpAsync(long sequence, CancellationToken cancel)
    {
        if (Volatile.Read(ref _read) >= sequence) return;
        await _catchUp.WaitAsync(cancel);
        try
        {
            while (_read < sequence)
            {
                var page = await log.ReadBareAsync(study, _read, PageSize, cancel);
                await lines.WriteAsync(page, _chain.Add, cancel);
                lock (_newest) Append(page);
                Volatile.Write(ref _read, page.Last);
            }
        }
        finally
        {
            _catchUp.Release();
        }
    }

    /// <summary>The hash of the data as of a number that was caught up with: from the last one kept before it, the lines in between are made again.</summary>
    public async Task<string> HashAsync(long at, CancellationToken cancel)
    {
        DataChain chain;
        await _catchUp.WaitAsync(cancel);
        try
        {
            if (_chain.Sequence <= at) return _chain.Head;
            chain = _chain.KeptBefore(at);
        }
        finally
        {
            _catchUp.Release();
        }
        for (var read = chain.Sequence; read < at;)
        {
            var page = (await log.ReadBareAsync(study, read, LinesBetween, cancel)).UpTo(at);
            await lines.WriteAsync(page, chain.Add, cancel);
            read = page.Last;
        }
        return chain.Head;
    }

    /// <summary>Picks the entries that stand at <paramref name="at"/> and pass the filter; of a criterion, its winners, where the rater gave one.</summary>
    /// <param name="role">What the assignments were for: none given, the evidence.</param>
    public Selection Select(long at, Func<int, bool> rater, Func<int, bool> pair, string? criterion = null, AssignmentRole role = AssignmentRole.Normal)
    {
        lock (_newest)
        {
            var picked = new Selection(_count);
            var winners = criterion is null ? null : _criteria.GetValueOrDefault(criterion);
            if (criterion is not null && winners is null) return picked;
            for (var i = 0; i < _count && _sequence[i] <= at; i++)
            {
                if (_superseded[i] <= at || _role[i] != role || !rater(_rater[i]) || !pair(_pair[i])) continue;
                if (winners is not null && winners[i] == 0) continue;
                var (winner, score) = winners is null ? (_winner[i], _score[i]) : ((Winner)(winners[i] - 1), double.NaN);
                picked.Add(_pair[i], _prompt[i], _modelPair[i], _rater[i], winner, score, _standing[i], _exposure[i] > 0, _left[i], _duration[i], _judged[i]);
            }
            return picked;
        }
    }

    /// <summary>The numbers of all judgments of a pair, revised ones and those of checks included.</summary>
    public IReadOnlyList<long> OfPair(int pair)
    {
        lock (_newest)
        {
            var found = new List<long>();
            for (var i = 0; i < _count; i++)
                if (_pair[i] == pair && _sequence[i] == _judged[i]) found.Add(_sequence[i]);
            return found;
        }
    }

    /// <summary>What the judgments of each pair said when it first had as many as its overlap; pairs that never had by <paramref name="at"/> are missing.</summary>
    public Dictionary<int, Completion> Completions(long at, Func<int, bool> rater, bool[] pair, StudyFacts facts)
    {
        lock (_newest)
        {
            var completed = new Dictionary<int, Completion>();
            var growing = new Completion[facts.Highest + 1];
            for (var i = 0; i < _count && _sequence[i] <= at; i++)
            {
                var number = _pair[i];
                if (!pair[number] || _role[i] != AssignmentRole.Normal || !rater(_rater[i]) || growing[number].Sequence > 0) continue;
                var now = growing[number];
                if (_replaces[i] is >= 0 and var earlier && _standing[earlier] == Standing.Counted) now = With(now, earlier, -1);
                if (_standing[i] == Standing.Counted) now = With(now, i, 1);
                if (now.N > 0 && now.N >= facts.Pair(number).Overlap) completed[number] = now = now with { Sequence = _sequence[i] };
                growing[number] = now;
            }
            return completed;
        }

        Completion With(in Completion sum, int i, int times)
        {
            var score = double.IsNaN(_score[i]) ? _winner[i] switch { Winner.A => 1, Winner.B => 0, _ => 0.5 } : _score[i];
            var next = sum with { Score = sum.Score + times * score };
            return _winner[i] switch
            {
                Winner.A => next with { Wins = sum.Wins + times },
                Winner.B => next with { Losses = sum.Losses + times },
                Winner.Tie => next with { Ties = sum.Ties + times },
                _ => next with { BothBad = sum.BothBad + times },
            };
        }
    }

    private void Append(LogPage page)
    {
        MakeRoom(_count + page.Judgments.Count + page.Changes.Count);
        var change = 0;
        foreach (var row in page.Judgments)
        {
            while (change < page.Changes.Count && page.Changes[change].Sequence < row.Sequence) Append(page.Changes[change++]);
            Supersede(row.Assignment, row.Sequence);
            _judged[_count] = row.Sequence;
            foreach (var (name, winner) in JudgmentDetails.Parse(row.Details).Criteria ?? [])
            {
                if (!_criteria.TryGetValue(name, out var winners)) _criteria[name] = winners = new byte[_sequence.Length];
                winners[_count] = (byte)((byte)winner + 1);
            }
            (_pair[_count], _prompt[_count], _modelPair[_count], _rater[_count]) = (row.Pair, row.Prompt, row.ModelPair, row.Rater);
            (_winner[_count], _score[_count]) = (row.Winner, row.Score ?? double.NaN);
            _standing[_count] = row.Counted ? Standing.Counted : Standing.Surplus;
            (_left[_count], _duration[_count]) = (row.LeftSide, row.DurationMs ?? -1);
            _exposure[_count] = (byte)Math.Min(row.Exposure, byte.MaxValue);
            _role[_count] = row.Role;
            _count++;
        }
        while (change < page.Changes.Count) Append(page.Changes[change++]);
    }

    /// <summary>The judgment as it was, with another standing. A lease that ended because an answer was replaced has no judgment yet.</summary>
    private void Append(StandingChange change)
    {
        if (!_newest.TryGetValue(change.Assignment, out var earlier)) return;
        Supersede(change.Assignment, change.Sequence);
        _judged[_count] = _judged[earlier];
        (_pair[_count], _prompt[_count], _modelPair[_count], _rater[_count]) = (_pair[earlier], _prompt[earlier], _modelPair[earlier], _rater[earlier]);
        (_winner[_count], _score[_count], _exposure[_count]) = (_winner[earlier], _score[earlier], _exposure[earlier]);
        (_left[_count], _duration[_count], _role[_count]) = (_left[earlier], _duration[earlier], _role[earlier]);
        _standing[_count] = change.State;
        foreach (var winners in _criteria.Values) winners[_count] = winners[earlier];
        _count++;
    }

    private void Supersede(long assignment, long sequence)
    {
        _replaces[_count] = _newest.TryGetValue(assignment, out var earlier) ? earlier : -1;
        if (_replaces[_count] >= 0) _superseded[earlier] = sequence;
        _newest[assignment] = _count;
        (_sequence[_count], _superseded[_count]) = (sequence, long.MaxValue);
    }

    private void MakeRoom(int wanted)
    {
        if (_sequence.Length >= wanted) return;
        var size = Math.Max(wanted, _sequence.Length * 2);
        Array.Resize(ref _sequence, size);
        Array.Resize(ref _superseded, size);
        Array.Resize(ref _judged, size);
        Array.Resize(ref _pair, size);
        Array.Resize(ref _prompt, size);
        Array.Resize(ref _modelPair, size);
        Array.Resize(ref _rater, size);
        Array.Resize(ref _winner, size);
        Array.Resize(ref _score, size);
        Array.Resize(ref _left, size);
        Array.Resize(ref _duration, size);
        Array.Resize(ref _standing, size);
        Array.Resize(ref _exposure, size);
        Array.Resize(ref _replaces, size);
        Array.Resize(ref _role, size);
        foreach (var name in _criteria.Keys.ToList())
        {
            var winners = _criteria[name];
            Array.Resize(ref winners, size);
            _criteria[name] = winners;
        }
    }
}

/// <summary>Judgments that a report was asked for, as columns of equal length.</summary>
public sealed class Selection(int capacity)
{
    public List<int> Pair { get; } = new(capacity);
    public List<int> Prompt { get; } = new(capacity);
    public List<int> ModelPair { get; } = new(capacity);
    public List<int> Rater { get; } = new(capacity);
    public List<Winner> Winner { get; } = new(capacity);
    public List<double> Score { get; } = new(capacity);
    public List<bool> Counted { get; } = new(capacity);
    public List<Standing> Standing { get; } = new(capacity);
    public List<bool> Repeat { get; } = new(capacity);
    public List<Side?> Left { get; } = new(capacity);
    /// <summary>-1: unknown.</summary>
    public List<int> DurationMs { get; } = new(capacity);
    /// <summary>The number that the judgment has in the study's log.</summary>
    public List<long> Sequence { get; } = new(capacity);
    public int Count => Pair.Count;

    public void Add(int pair, int prompt, int modelPair, int rater, Winner winner, double score, Standing standing, bool repeat, Side? left, int durationMs, long sequence)
    {
        Pair.Add(pair);
        Prompt.Add(prompt);
        ModelPair.Add(modelPair);
        Rater.Add(rater);
        Winner.Add(winner);
        Score.Add(score);
        Counted.Add(standing == Judgments.Standing.Counted);
        Standing.Add(standing);
        Repeat.Add(repeat);
        Left.Add(left);
        DurationMs.Add(durationMs);
        Sequence.Add(sequence);
    }
}

/// <summary>The columns of the studies that reports were lately asked of.</summary>
public sealed class ColumnCache(JudgmentLog log, Database database, OpaqueIds ids)
{
    private const int MostStudies = 32;
    private readonly ConcurrentDictionary<long, (StudyColumns Columns, long Used)> _studies = new();
    private long _uses;

    public async Task<StudyColumns> AtAsync(long study, long sequence, CancellationToken cancel)
    {
        var undone = await log.LastUndoneAsync(study, cancel);
        var use = Interlocked.Increment(ref _uses);
        var columns = _studies.AddOrUpdate(study, _ => (New(), use), (_, known) => (known.Columns.Undone == undone ? known.Columns : New(), use)).Columns;
        if (_studies.Count > MostStudies) _studies.TryRemove(_studies.MinBy(s => s.Value.Used).Key, out _);
        await columns.CatchUpAsync(sequence, cancel);
        return columns;

        StudyColumns New() => new(log, new DataLines(database, ids, study), study, undone);
    }
}
