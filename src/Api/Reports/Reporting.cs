using PrefEval.Api.Judgments;
using PrefEval.Api.Pairs;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>From gathered judgments to the rows of a preference report: sorts them into cells, hands each to Stats, and dresses the answer.</summary>
public sealed class Reporting
{
    private readonly ReportRequest _request;
    private readonly Evidence _evidence;
    private readonly PreferenceQuestion _question;
    private readonly IReadOnlyDictionary<int, bool> _identicalThen;
    private readonly IReadOnlySet<int> _empty;
    private readonly IReadOnlyList<SkipRow> _skips;
    private readonly int[] _counted, _skipped;
    private readonly List<(int Pair, int Rater)> _ties = [];

    /// <param name="identicalThen">Pairs that were identical at the report's number and are not now, or the other way round.</param>
    /// <param name="empty">Pairs with an empty answer.</param>
    /// <param name="skips">The skips that stood.</param>
    public Reporting(ReportRequest request, Evidence evidence, PreferenceQuestion question, IReadOnlyDictionary<int, bool> identicalThen, IReadOnlySet<int> empty, IReadOnlyList<SkipRow> skips)
    {
        (_request, _evidence, _question, _identicalThen, _empty, _skips) = (request, evidence, question, identicalThen, empty, skips);
        _counted = new int[request.Facts.Highest + 1];
        _skipped = new int[request.Facts.Highest + 1];
        var judgments = evidence.Judgments;
        for (var i = 0; i < judgments.Count; i++)
            if (judgments.Counted[i]) _counted[judgments.Pair[i]]++;
        foreach (var skip in skips) _skipped[skip.Pair]++;
        if (request.Settings.IdenticalAnswers == IdenticalAnswers.Tie) PutDownTies();
    }

    /// <summary>Ties of pairs that nobody was shown, put down in turn to the raters who judged the same two models.</summary>
    private void PutDownTies()
    {
        var judgments = _evidence.Judgments;
        var raters = new Dictionary<int, SortedSet<int>>();
        for (var i = 0; i < judgments.Count; i++)
        {
            if (!judgments.Counted[i]) continue;
            if (!raters.TryGetValue(judgments.ModelPair[i], out var its)) raters[judgments.ModelPair[i]] = its = [];
            its.Add(judgments.Rater[i]);
        }
        var inTurn = raters.ToDictionary(r => r.Key, r => r.Value.ToArray());
        var turn = new Dictionary<int, int>();
        foreach (ref readonly var pair in _request.Facts.Pairs.AsSpan())
        {
            if (!_evidence.Passes[pair.Pair] || !IsIdentical(pair) || !inTurn.TryGetValue(pair.ModelPair, out var its)) continue;
            for (var place = _counted[pair.Pair]; place < pair.Overlap; place++)
            {
                var next = turn.GetValueOrDefault(pair.ModelPair);
                _ties.Add((pair.Pair, its[next % its.Length]));
                turn[pair.ModelPair] = next + 1;
            }
        }
    }

    /// <summary>The judgments of every row.</summary>
    public Cell[] Sort(Slicing slicing)
    {
        var (facts, judgments) = (_request.Facts, _evidence.Judgments);
        var cells = new Cell[slicing.Rows.Count];
        var found = new List<(Cell Cell, bool Flipped)>(); // one list for all of them: a hundred thousand would be slower than the rest
        for (var row = 0; row < cells.Length; row++) cells[row] = new Cell();
        for (var i = 0; i < judgments.Count; i++)
        {
            foreach (var (cell, flipped) in CellsOf(judgments.Pair[i], judgments.Rater[i]))
            {
                switch (judgments.Standing[i])
                {
                    case Standing.Counted:
                        cell.Add(judgments, i, flipped);
                        if (judgments.Left[i] is null) cell.UnknownSides++;
                        break;
                    case Standing.Excluded: (cell.Excluded ??= new Cell()).Add(judgments, i, flipped); break;
                    case Standing.Replaced: cell.Replaced++; break;
                    default: cell.Surplus++; break;
                }
            }
        }
        if (slicing.ByRater) // her pairs are those that she judged
        {
            foreach (var cell in cells) cell.Pairs = cell.Complete = cell.Pair.Distinct().Count();
        }
        else
        {
            foreach (var (pair, rater) in _ties)
            {
                foreach (var (cell, _) in CellsOf(pair, rater))
                {
                    cell.Add(pair, facts.Pair(pair).Prompt, rater, Winner.Tie, double.NaN, false);
                    cell.IdenticalTies++;
                }
            }
            foreach (ref readonly var pair in facts.Pairs.AsSpan())
                if (_evidence.Passes[pair.Pair]) Count(pair, CellsOf(pair.Pair, 0));
        }
        foreach (var skip in _skips)
        {
            if (!_evidence.Passes[skip.Pair]) continue;
            foreach (var (cell, _) in CellsOf(skip.Pair, skip.Rater)) cell.Skipped[skip.Reason] = cell.Skipped.GetValueOrDefault(skip.Reason) + 1;
        }
        return cells;

        List<(Cell Cell, bool Flipped)> CellsOf(int number, int rater)
        {
            found.Clear();
            ref readonly var pair = ref facts.Pair(number);
            if (!slicing.RowsOf.TryGetValue(pair.ModelPair, out var rows)) return found;
            var slices = slicing.Slices(pair, rater);
            foreach (var (row, flipped) in rows)
                foreach (var slice in slices)
                    found.Add((cells[row + slice], flipped));
            return found;
        }
    }

    /// <summary>A pair is complete, or else identical, or else unjudgeable, or else incomplete; only an incomplete one that is served is still to be judged.</summary>
    private void Count(in PairFact pair, List<(Cell Cell, bool)> cells)
    {
        var complete = _counted[pair.Pair] >= pair.Overlap;
        var identical = !complete && IsIdentical(pair);
        var unjudgeable = !complete && !identical && _skipped[pair.Pair] >= PairStore.SkipsToUnjudgeable;
        var isServed = _request.Sequence < _request.Facts.Opened || pair.ServedSince <= _request.Sequence;
        var toCome = complete || identical || unjudgeable || !isServed ? 0 : pair.Overlap - _counted[pair.Pair];
        foreach (var (cell, _) in cells)
        {
            cell.Pairs++;
            if (complete) cell.Complete++;
            if (identical) cell.Identical++;
            if (unjudgeable) cell.Unjudgeable++;
            if (_empty.Contains(pair.Pair)) cell.EmptyAnswers++;
            if (_evidence.Leaking.TryGetValue(pair.Pair, out var masked)) cell.Leaking++;
            if (masked) cell.Masked++;
            cell.ToCome += toCome;
        }
    }

    private bool IsIdentical(in PairFact pair) => _identicalThen.TryGetValue(pair.Pair, out var then) ? then : pair.Identical;

    public IReadOnlyList<PreferenceEstimates> Estimate(IEnumerable<Cell> cells) =>
        [.. cells.Select(cell => cell.Estimate(_question.Unit, _request.Settings.Overlap.Base, _request.Facts.OwnOverlaps, _question.Confidence))];

    /// <summary>An estimand's p-value, in the scope that was asked for; null: the declared one's.</summary>
    public double? P(PreferenceEstimates estimates, Estimand? estimand = null) => Estimands.Of(estimates, _question.Scope)[estimand ?? _question.Declared.Estimand].P;

    /// <summary>A one-sided lower bound of the declared estimand: the lower end of an interval that leaves out as much on the other side too.</summary>
    /// <param name="confidence">One-sided, above one half.</param>
    public double? LowerBound(Cell cell, double confidence) =>
        Estimands.Of(cell.Estimate(_question.Unit, _request.Settings.Overlap.Base, _request.Facts.OwnOverlaps, 2 * confidence - 1), _question.Scope)[_question.Declared.Estimand].Lower;

    public PreferenceRow Row(RowHead head, PreferenceEstimates e, Cell cell, double? holm, double? bh, bool exploratory)
    {
        var asked = Estimands.Of(e, _question.Scope);
        var primary = asked[_question.Declared.Estimand];
        return new PreferenceRow
        {
            Model = head.Model,
            Baseline = head.Baseline,
            Slice = head.Slice,
            N = e.N,
            Wins = e.Wins,
            Ties = e.Ties,
            BothBad = e.BothBad,
            Losses = e.Losses,
            Excluded = cell.ToDenominators(),
            WinRate = asked.WinRate,
            Net = asked.Net,
            WinOrTie = asked.WinOrTie,
            WinOrGoodTie = asked.WinOrGoodTie,
            DecisiveWinRate = asked.DecisiveWinRate,
            PHolm = holm,
            Exploratory = exploratory,
            PBh = bh,
            AboveThreshold = head.Slice is null && _question.Declared.Threshold is { } threshold && primary.Lower is { } lower ? lower > threshold : null,
            RepeatExposures = cell.Repeat.Count(repeat => repeat),
            WinRateWithoutRepeats = _question.Unit == Unit.Judgment && cell.EstimateWithoutRepeats(_question.Confidence) is { } without
                ? Interval.Of(without.WinRate.In(_question.Scope)) : null,
            WithExcluded = _question.Unit == Unit.Judgment && cell.EstimateWithExcluded(_question.Confidence) is { } with
                ? Estimands.Of(with, _question.Scope)[_question.Declared.Estimand] : null,
            WithoutLeaks = _question.Unit == Unit.Judgment && _evidence.Leaking.Count > 0 && cell.EstimateOf(i => !_evidence.Leaking.ContainsKey(cell.Pair[i]), _question.Confidence) is { } pure
                ? Estimands.Of(pure, _question.Scope)[_question.Declared.Estimand] : null,
            Live = null,
            FixedN = FixedN.Of(cell),
            SignTest = new SignTestRow { P = e.SignTest.Exact, MidP = e.SignTest.MidP },
            Joint = JointShareRow.Of(e),
            Scopes = new ScopesOfEstimands
            {
                RatersLikeThese = Estimands.Of(e, Scope.RatersLikeThese),
                TheseRaters = Estimands.Of(e, Scope.TheseRaters),
                Independent = Estimands.Of(e, Scope.Independent),
            },
        };
    }

    public static AgreementEstimates Agreements(Selection judgments, double confidence)
    {
        var counted = new Cell();
        for (var i = 0; i < judgments.Count; i++)
            if (judgments.Counted[i]) counted.Add(judgments.Pair[i], judgments.Prompt[i], judgments.Rater[i], judgments.Winner[i], double.NaN, false);
        return counted.Agreement(confidence);
    }
}
