namespace PrefEval.Stats.Tests;

public sealed class TheMajorityOfAPair
{
    private static MajorityOutcomes Of(int overlap, string rows)
    {
        var r = Rows.Parse(rows);
        return Majority.Of(r.Prompt, r.Winner, overlap);
    }

    [Theory]
    [InlineData("0W 1W 2L", Winner.A)]
    [InlineData("0L 1T 2L", Winner.B)]
    [InlineData("0T 1B 2W", Winner.Tie)]
    [InlineData("0W 1L 2T", Winner.Tie)]
    [InlineData("0B 1B 2B", Winner.Tie)]
    [InlineData("0W 1W 2L 3T", Winner.Tie)]
    [InlineData("0W 1W 2W 3T", Winner.A)]
    public void Is_what_more_than_half_said_and_else_a_tie(string votes, Winner outcome) =>
        Assert.Equal([new PairOutcome(0, outcome)], Of(3, votes).Outcomes);

    [Fact]
    public void Leaves_out_and_counts_pairs_that_are_not_complete()
    {
        var m = Of(2, "0W 1W\n0W\n\n0L 1L 2W");
        Assert.Equal([new PairOutcome(0, Winner.A), new PairOutcome(3, Winner.B)], m.Outcomes);
        Assert.Equal(1, m.Incomplete);
    }

    [Fact]
    public void Has_no_raters_like_these()
    {
        var e = Preference.EstimatePairs([0, 1, 2, 3, 3], [Winner.A, Winner.A, Winner.B, Winner.Tie, Winner.A]);
        Assert.Equal(EstimateStatus.NotDefinedForPairs, e.WinRate.RatersLikeThese.Status);
        Assert.Equal(0.7, e.WinRate.RatersLikeThese.Value!.Value, 1e-12);
        Assert.Null(e.WinRate.RatersLikeThese.Lower);
        Assert.Equal(EstimateStatus.Ok, e.WinRate.TheseRaters.Status);
        Assert.Equal((5, 4), (e.N, e.Prompts));
        Assert.Null(e.Raters);
        Assert.Null(e.EffectiveRaters);
    }
}
