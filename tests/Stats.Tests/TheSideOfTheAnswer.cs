namespace PrefEval.Stats.Tests;

public sealed class TheSideOfTheAnswer
{
    [Fact]
    public void Is_tested_over_all_and_by_rater()
    {
        // Models 1 and 2 swap sides; rater 0 takes the left whatever stands there, rater 1 goes by the model.
        var line = "0:1>2 1:1>2\n0:2>1 1:2<1\n";
        var contests = Contests.Parse(string.Concat(Enumerable.Repeat(line, 10)) + "1:1=2");
        var position = Position.Estimate(contests.Columns);
        Assert.Equal((41, 30, 10, 1), (position.Left.N, position.Left.Wins, position.Left.Losses, position.Left.Ties));
        Assert.Equal(SignTest.Of(30, 10), position.Left.SignTest);
        Assert.Equal(0.75, position.Left.DecisiveWinRate.RatersLikeThese.Value);
        Assert.Equal([(0, 20, 0), (1, 10, 10)], position.Raters.Select(r => (r.Rater, r.LeftWins, r.RightWins)));
        Assert.True(position.Raters[0].PAdjusted < 1e-4);
        Assert.Equal(1, position.Raters[1].PAdjusted, 1e-1);
        Assert.Equal((1.0, 0.5), (position.Raters[0].LeftShare.Value, position.Raters[1].LeftShare.Value));
        var table = Assert.Single(position.Tables);
        Assert.True(table.Order.RatersLikeThese.Value > 0.5);
        Assert.True(table.OrderTest!.P < 0.01);
    }

    [Fact]
    public void Is_no_matter_where_it_is_unknown()
    {
        var position = Position.Estimate(Contests.D2.WithoutSides().Columns);
        Assert.Equal((240, 0), (position.SideUnknown, position.Left.N));
        Assert.Equal(EstimateStatus.NoJudgments, position.Left.WinRate.RatersLikeThese.Status);
        Assert.Empty(position.Raters);
        Assert.Equal(EstimateStatus.NoSides, Assert.Single(position.Tables).Order.RatersLikeThese.Status);
    }

    [Fact]
    public void Does_not_hang_on_which_model_is_called_A()
    {
        var (x, y) = (Position.Estimate(Contests.D2.Columns), Position.Estimate(Contests.D2.Turned().Columns));
        Assert.Equal(x.Left.WinRate, y.Left.WinRate);
        Assert.Equal(x.Raters, y.Raters);
    }
}
