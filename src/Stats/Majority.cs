namespace PrefEval.Stats;

/// <summary>One outcome a complete pair, in ascending order of the pair's index.</summary>
public sealed record MajorityOutcomes
{
    public required IReadOnlyList<PairOutcome> Outcomes { get; init; }

    /// <summary>Pairs with judgments, but fewer than the overlap: left out.</summary>
    public required int Incomplete { get; init; }
}

public readonly record struct PairOutcome(int Pair, Winner Winner);

/// <summary>The strict majority of a pair's judgments.</summary>
public static class Majority
{
    /// <summary>More than half over win, tie (both bad is one) and loss; else a tie. The outcome depends on the overlap: never compare across overlaps.</summary>
    public static MajorityOutcomes Of(ReadOnlySpan<int> pair, ReadOnlySpan<Winner> winner, int overlap) => Of(pair, winner, overlap, new Dictionary<int, int>());

    /// <param name="exceptions">The overlap of pairs that have one of their own.</param>
    public static MajorityOutcomes Of(ReadOnlySpan<int> pair, ReadOnlySpan<Winner> winner, int overlap, IReadOnlyDictionary<int, int> exceptions)
    {
        if (winner.Length != pair.Length) throw new ArgumentException("One winner a judgment, please.", nameof(winner));
        JudgmentColumns.CheckIndices(pair, nameof(pair));
        JudgmentColumns.CheckWinners(winner, nameof(winner));
        ArgumentOutOfRangeException.ThrowIfLessThan(overlap, 1);
        ArgumentNullException.ThrowIfNull(exceptions);
        foreach (var (_, own) in exceptions)
            if (own < 1) throw new ArgumentException("An overlap is one judgment at least.", nameof(exceptions));

        var highest = -1;
        foreach (var p in pair) highest = Math.Max(highest, p);
        var votes = new (int A, int B, int All)[highest + 1];
        for (var i = 0; i < pair.Length; i++)
        {
            ref var v = ref votes[pair[i]];
            v.All++;
            if (winner[i] == Winner.A) v.A++;
            if (winner[i] == Winner.B) v.B++;
        }
        var outcomes = new List<PairOutcome>();
        var incomplete = 0;
        for (var p = 0; p < votes.Length; p++)
        {
            var (a, b, all) = votes[p];
            if (all == 0) continue;
            if (all >= exceptions.GetValueOrDefault(p, overlap)) outcomes.Add(new(p, 2 * a > all ? Winner.A : 2 * b > all ? Winner.B : Winner.Tie));
            else incomplete++;
        }
        return new() { Outcomes = outcomes, Incomplete = incomplete };
    }
}
