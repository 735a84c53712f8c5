using PrefEval.Api.Pairs;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>The judgments of a pair when it completed. Score: the sum of the scores, from the point of view of the pair's first model.</summary>
public readonly record struct Completion(long Sequence, int Wins, int Losses, int Ties, int BothBad, double Score)
{
    public int N => Wins + Losses + Ties + BothBad;

    public Completion Turned => this with { Wins = Losses, Losses = Wins, Score = N - Score };

    /// <summary>The mean of the judgments' scores, in [0, 1].</summary>
    public double Mean(Estimand estimand) => Math.Clamp(estimand switch
    {
        Estimand.WinOrTie => Wins + Ties + BothBad,
        Estimand.WinOrGoodTie => Wins + Ties,
        _ => Score,
    } / N, 0, 1);
}

/// <summary>
/// By pair of models, the completed prefix of the drawn order as it stood at a number (see <see cref="Live"/>). Whether the prefix waits for a pair or passes it over hangs on
/// when judgments and skips came, never on what they say; and what was once passed over stays so, as what was once counted stays as it was.
/// </summary>
public sealed class CompletedPrefixes
{
    private readonly Dictionary<int, Prefix> _byModelPair = [];

    /// <param name="Of">Pairs in the order.</param>
    /// <param name="Single">Whether every one of them gets one judgment.</param>
    private sealed record Prefix(List<Completion> Units, int Of, int PassedOver, int Behind, bool Single);

    /// <param name="Completed">long.MaxValue: not yet.</param>
    /// <param name="Skipped">From when on the pair cannot be judged; long.MaxValue: it can.</param>
    private readonly record struct Drawn(Completion? Unit, long Completed, long Skipped, bool ByOurRaters, bool Single);

    /// <param name="facts">The pairs.</param>
    /// <param name="at">As of which number.</param>
    /// <param name="passes">By number of the pair, whether it is evidence and passes the filter.</param>
    /// <param name="completions">By number of the pair; of the raters that count.</param>
    /// <param name="unjudgeable">From which number on a pair could not be judged.</param>
    /// <param name="isIdentical">Whether a pair is not shown since its answers are equal.</param>
    /// <param name="identical">What becomes of such pairs.</param>
    public CompletedPrefixes(StudyFacts facts, long at, bool[] passes, IReadOnlyDictionary<int, Completion> completions,
        IReadOnlyDictionary<int, long> unjudgeable, Func<PairFact, bool> isIdentical, IdenticalAnswers identical)
    {
        var drawn = new Dictionary<int, List<Drawn>>();
        foreach (var number in facts.DrawnOrder)
        {
            ref readonly var pair = ref facts.Pair(number);
            if (!passes[number] || pair.ServedSince is not { } since || since > at) continue;
            Completion? unit = completions.TryGetValue(number, out var known) ? known : null;
            if (unit is null && isIdentical(pair))
            {
                if (identical != IdenticalAnswers.Tie) continue;
                unit = new Completion(since, 0, 0, pair.Overlap, 0, pair.Overlap / 2.0);
            }
            if (!drawn.TryGetValue(pair.ModelPair, out var its)) drawn[pair.ModelPair] = its = [];
            var completed = unit?.Sequence ?? long.MaxValue;
            its.Add(new Drawn(unit, completed, unjudgeable.GetValueOrDefault(number, long.MaxValue), completed > since, pair.Overlap == 1));
        }
        foreach (var (modelPair, its) in drawn) _byModelPair[modelPair] = Walk(its);
    }

    private static Prefix Walk(List<Drawn> order)
    {
        var overtaken = OvertakenAt(order);
        var units = new List<Completion>(order.Count);
        int passedOver = 0, place = 0;
        for (; place < order.Count; place++)
        {
            var gone = Math.Min(order[place].Skipped, overtaken[place]);
            if (gone < order[place].Completed) passedOver++;
            else if (order[place].Unit is { } unit) units.Add(unit);
            else break;
        }
        return new(units, order.Count, passedOver, order.Skip(place).Count(d => d.Unit is not null), order.TrueForAll(d => d.Single));
    }

    /// <summary>For each place, when so many places behind it had been completed since the opening that the prefix waits no longer.</summary>
    private static long[] OvertakenAt(List<Drawn> order)
    {
        var patience = Math.Max(20, order.Count / 10);
        var at = new long[order.Count];
        var earliest = new PriorityQueue<long, long>(Comparer<long>.Create((x, y) => y.CompareTo(x))); // the earliest so many, the latest of them on top
        for (var place = order.Count - 1; place >= 0; place--)
        {
            at[place] = earliest.Count < patience ? long.MaxValue : earliest.Peek();
            if (order[place] is not { Unit: not null, ByOurRaters: true }) continue;
            earliest.Enqueue(order[place].Completed, order[place].Completed);
            if (earliest.Count > patience) earliest.Dequeue();
        }
        return at;
    }

    /// <param name="modelPair">The comparison.</param>
    /// <param name="turned">Seen from its second model.</param>
    /// <param name="declared">The declared estimand.</param>
    /// <param name="confidence">Of all comparisons together.</param>
    /// <param name="family">How many the study declares.</param>
    public Live Of(int modelPair, bool turned, Estimand declared, double confidence, int family)
    {
        var split = 1 - (1 - confidence) / Math.Max(1, family);
        if (!_byModelPair.TryGetValue(modelPair, out var prefix))
            return Say(ConfidenceSequence.None(Betting.Method, SequenceStatus.NoDrawnOrder, split), new Prefix([], 0, 0, 0, false), declared == Estimand.DecisiveWinRate ? Estimand.WinRate : declared);
        var units = turned ? prefix.Units.Select(unit => unit.Turned) : prefix.Units;
        if (declared == Estimand.DecisiveWinRate && prefix.Single)
            return Say(BetaMixture.Of([.. units.Where(unit => unit.Wins + unit.Losses > 0).Select(unit => unit.Wins > 0)], split), prefix, declared);
        var estimand = declared == Estimand.DecisiveWinRate ? Estimand.WinRate : declared;
        return Say(Betting.Of([.. units.Select(unit => unit.Mean(estimand))], split), prefix, estimand);
    }

    private static Live Say(ConfidenceSequence e, Prefix prefix, Estimand estimand)
    {
        double? Scale(double? mean) => estimand == Estimand.Net ? 2 * mean - 1 : mean;
        var hasNull = estimand is not (Estimand.WinOrTie or Estimand.WinOrGoodTie);
        return new Live
        {
            Estimand = estimand,
            Method = e.Method,
            Scope = Scope.TheseRaters,
            Units = e.Units,
            Of = prefix.Of,
            PassedOver = prefix.PassedOver,
            Behind = prefix.Behind,
            Estimate = Scale(e.Value),
            Lower = Scale(e.Lower),
            Upper = Scale(e.Upper),
            Confidence = e.Confidence,
            EValue = hasNull ? e.EValue : null,
            P = hasNull ? e.PValue : null,
            Status = e.Status,
        };
    }

    /// <summary>From which number on a pair could not be judged: so many skips stood that it was not served any more.</summary>
    public static Dictionary<int, long> UnjudgeableSince(IEnumerable<(int Pair, long Sequence, long? TakenBack)> skips, long at)
    {
        var since = new Dictionary<int, long>();
        foreach (var pair in skips.GroupBy(s => s.Pair).Where(p => p.Count() >= PairStore.SkipsToUnjudgeable))
        {
            var standing = 0;
            foreach (var (sequence, change) in pair.SelectMany(s => new[] { (s.Sequence, Change: 1), (Sequence: s.TakenBack ?? long.MaxValue, Change: -1) }).Where(e => e.Sequence <= at).Order())
            {
                standing += change;
                if (standing < PairStore.SkipsToUnjudgeable) continue;
                since[pair.Key] = sequence;
                break;
            }
        }
        return since;
    }
}
