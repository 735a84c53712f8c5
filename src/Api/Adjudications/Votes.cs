using PrefEval.Api.Raters;
using PrefEval.Api.Reports;
using PrefEval.Stats;

namespace PrefEval.Api.Adjudications;

/// <summary>The counted votes on one pair. Both bad is no vote for either answer: where votes are held against each other it is a tie, as in reports by pair.</summary>
public readonly record struct Votes(int A, int B, int BothBad, int All)
{
    private int Ties => All - A - B;

    /// <summary>More than half say the same of win, tie and loss.</summary>
    public bool HaveMajority => 2 * Math.Max(Math.Max(A, B), Ties) > All;

    /// <summary>How far apart two of the raters are on average: 1 where one prefers the one answer and one the other, half of it where one of them sees a tie.</summary>
    public double Disagreement => All < 2 ? 0 : (A * B + 0.5 * Ties * (A + B)) / (0.5 * All * (All - 1));

    public Votes Plus(Winner winner) => new(A + (winner == Winner.A ? 1 : 0), B + (winner == Winner.B ? 1 : 0), BothBad + (winner == Winner.BothBad ? 1 : 0), All + 1);

    /// <summary>As if every rater had said the same.</summary>
    public Votes AllFor(Winner winner) => new(winner == Winner.A ? All : 0, winner == Winner.B ? All : 0, winner == Winner.BothBad ? All : 0, All);
}

/// <summary>Reads the votes on every pair, and the adjudications that stand in for those that came to nothing.</summary>
public sealed class VoteReader(ColumnCache columns, ReportStore store, AdjudicationStore adjudications)
{
    /// <summary>By pair. Only votes that count, of one kind of rater.</summary>
    public async Task<Dictionary<int, Votes>> OfPairsAsync(long study, long at, RaterKind kind, CancellationToken cancel)
    {
        var kinds = (await store.RatersAsync(study, at, cancel)).ToDictionary(r => r.Rater, r => r.Kind);
        var all = (await columns.AtAsync(study, at, cancel)).Select(at, rater => kinds[rater] == kind, _ => true);
        var votes = new Dictionary<int, Votes>();
        for (var i = 0; i < all.Count; i++)
            if (all.Counted[i]) votes[all.Pair[i]] = votes.GetValueOrDefault(all.Pair[i]).Plus(all.Winner[i]);
        return votes;
    }

    /// <summary>By pair, what was decided where the votes have no strict majority; a majority is never overruled.</summary>
    public async Task<Dictionary<int, StandingAdjudication>> DecidedAsync(long study, long at, IReadOnlyDictionary<int, Votes> votes, CancellationToken cancel) =>
        (await adjudications.StandingAsync(study, at, cancel)).Values
            .Where(said => said.Winner is not null && votes.TryGetValue(said.Pair, out var cast) && !cast.HaveMajority).ToDictionary(said => said.Pair);
}
