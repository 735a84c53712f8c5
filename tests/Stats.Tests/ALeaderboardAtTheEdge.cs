namespace PrefEval.Stats.Tests;

/// <summary>Where judgments cannot carry a ranking there is a status, and neither NaN nor an invented rank.</summary>
public sealed class ALeaderboardAtTheEdge
{
    private static void AllFinite(LeaderboardEstimates board)
    {
        foreach (var table in board.Tables)
            foreach (var e in table.Rows.SelectMany(r => new[] { r.Strength, r.WinRate, r.Elo }).Append(table.Order).SelectMany(s => new[] { s.RatersLikeThese, s.TheseRaters, s.Independent }))
            {
                Assert.DoesNotContain(true, new[] { e.Value, e.Se, e.Lower, e.Upper, e.PValue, e.Df, e.Deff }.Select(x => x is { } v && !double.IsFinite(v)));
                Assert.Equal(e.Status == EstimateStatus.Ok, e.Lower is not null);
                if (e.Lower is not null) Assert.True(e.Lower < e.Value && e.Value < e.Upper);
            }
    }

    [Fact]
    public void No_judgments_are_no_tables()
    {
        var board = Leaderboard.Estimate(default);
        Assert.Equal((EstimateStatus.NoJudgments, 0), (board.Status, board.N));
        Assert.Empty(board.Tables);
    }

    [Fact]
    public void A_model_against_itself_says_nothing()
    {
        var board = Contests.Parse("0:1>1 1:1=1").Estimate();
        Assert.Equal((EstimateStatus.NoJudgments, 0, 2), (board.Status, board.N, board.AgainstItself));
        var other = Contests.Parse("0:1>1 1:1>2\n0:2>1 1:1>2\n0:1=2 1:2>1").Estimate();
        Assert.Equal((5, 1, 5), (other.N, other.AgainstItself, Assert.Single(other.Tables).N));
    }

    [Theory]
    [InlineData(TieModel.Davidson)]
    [InlineData(TieModel.HalfWins)]
    public void Ties_alone_rank_nobody(TieModel ties)
    {
        var table = Contests.Parse("0:1=2 1:2=3\n0:3=1 1:2=1").Table(ties);
        Assert.Equal(EstimateStatus.NoDecisive, table.Status);
        Assert.All(table.Rows, r => Assert.Equal((EstimateStatus.NoDecisive, null, null, null), (r.Strength.RatersLikeThese.Status, r.Strength.RatersLikeThese.Value, r.Rank, r.RankSet)));
        Assert.Equal(4 * 2, table.Rows.Sum(r => r.Ties));
    }

    [Fact]
    public void Models_that_never_met_stand_in_tables_of_their_own()
    {
        var board = Contests.Parse("0:4>5 1:5<4\n0:5>4 1:4>5 2:5<4\n0:1>2 1:2>1").Estimate();
        Assert.Equal([5, 2], board.Tables.Select(t => t.N));
        Assert.Equal([3, 4], board.Tables[0].Rows.Select(r => r.Model));
        Assert.Equal([0, 1], board.Tables[1].Rows.Select(r => r.Model));
        Assert.Equal([1, 2], board.Tables[0].Rows.Select(r => r.Rank!.Value));
        Assert.Equal([1, 1], board.Tables[1].Rows.Select(r => r.Rank!.Value));
        AllFinite(board);
    }

    [Theory]
    [InlineData("0:1>2 1:1>2\n0:1>2 1:2<1")] // wins only
    [InlineData("0:1>2 1:1=2\n0:2=1 1:2<1")] // wins and ties: Davidson's own ties make even this one-sided
    [InlineData("0:1>2 1:3>1\n0:3>2 1:2<1")]
    public void Where_a_model_never_loses_the_fit_is_penalized_and_finite(string rows)
    {
        var board = Contests.Parse(rows).Estimate();
        Assert.True(Assert.Single(board.Tables).Penalized);
        AllFinite(board);
    }

    [Fact]
    public void All_wins_of_a_thousand_are_still_no_certainty()
    {
        var table = Contests.Of([(0, 1, 1000, 0, 0)]).Table();
        Assert.Equal((true, 1, 2), (table.Penalized, table.Rows[0].Rank!.Value, table.Rows[1].Rank!.Value));
        Assert.True(table.Rows[0].Strength.RatersLikeThese.Se > 0.5);
    }

    [Fact]
    public void A_model_that_won_all_of_a_hundred_stands_alone_at_the_top()
    {
        // Five others met each other with wins both ways; the first met each of them on twenty prompts and always won.
        var pairs = from low in Enumerable.Range(0, 6) from high in Enumerable.Range(low + 1, 5 - low) select (low, high, low == 0 ? 20 : 11, low == 0 ? 0 : 9, 0);
        foreach (var raters in new[] { 8, 12, 40 })
        {
            var table = Assert.Single(Contests.Of(pairs, raters).Estimate(pairs: true).Tables);
            Assert.True(table.Penalized);
            Assert.Equal((0, new RankSet(1, 1)), (table.Rows[0].Model, table.Rows[0].RankSet!));
            Assert.All(table.Pairs!.Where(p => p.Model == 0), p => Assert.True(p.PHolm < 0.05));
            Assert.All(table.Pairs!.Where(p => p.Model != 0), p => Assert.True(p.PHolm > 0.05));
            // Wald's ratio would not have told them apart where raters are few.
            if (raters == 8) Assert.All(table.Pairs!, p => Assert.True(15 * Quantile.StudentTails(p.Difference.Value!.Value / p.Difference.Se!.Value, p.Difference.Df!.Value) > 0.05));
        }
    }

    [Fact]
    public void Three_raters_who_all_like_one_model_best_are_three_and_no_more()
    {
        var table = Contests.Of([(0, 1, 300, 0, 0)], raters: 3).Table();
        Assert.Equal(new RankSet(1, 2), table.Rows[0].RankSet);
        Assert.Equal(new RankSet(1, 1), Contests.Of([(0, 1, 300, 0, 0)], raters: 12).Table().Rows[0].RankSet);
    }

    [Fact]
    public void One_prompt_or_one_rater_has_no_interval_that_speaks_of_others()
    {
        var onePrompt = Contests.Parse("0:1>2 1:2>1 2:1>2 3:1=2").Table();
        Assert.All(onePrompt.Rows, r => Assert.Equal((EstimateStatus.SinglePrompt, EstimateStatus.SinglePrompt, EstimateStatus.Ok),
            (r.Strength.RatersLikeThese.Status, r.Strength.TheseRaters.Status, r.Strength.Independent.Status)));
        Assert.All(onePrompt.Rows, r => Assert.Null(r.RankSet));
        var oneRater = Contests.Parse("0:1>2\n0:2>1\n0:1>2\n0:1=2").Table(rankScope: Scope.TheseRaters);
        Assert.All(oneRater.Rows, r => Assert.Equal((EstimateStatus.SingleRater, EstimateStatus.Ok), (r.Strength.RatersLikeThese.Status, r.Strength.TheseRaters.Status)));
        Assert.All(oneRater.Rows, r => Assert.NotNull(r.RankSet));
    }

    [Fact]
    public void Sides_that_went_with_the_models_leave_no_order_term()
    {
        var always = Contests.Parse("0:1>2 1:1>3\n0:1<2 1:1<3\n0:1>2 1:1>3 2:1=2").Table();
        Assert.Equal(EstimateStatus.SidesConfounded, always.Order.RatersLikeThese.Status);
        Assert.Null(always.OrderTest);
        var once = Contests.Parse("0:1>2 1:1>3\n0:1<2 1:1<3\n0:1>2 1:1>3 2:2=1").Table();
        Assert.Equal(EstimateStatus.Ok, once.Order.RatersLikeThese.Status);
    }

    [Fact]
    public void Judgments_without_sides_carry_no_order_term_but_count()
    {
        var half = Contests.D2 with { Left = [.. Contests.D2.Left.Select((l, i) => i % 2 == 0 ? l : LeftModel.Unknown)] };
        Assert.Equal(EstimateStatus.Ok, half.Table().Order.RatersLikeThese.Status);
        Assert.Equal(240, half.Table().N);
        Assert.Equal(EstimateStatus.NoSides, Contests.D2.WithoutSides().Table().Order.RatersLikeThese.Status);
    }

    [Fact]
    public void A_star_is_told()
    {
        var star = Contests.Parse("0:1>2 1:3>1\n0:2>1 1:1>3 2:4<1\n2:4>1 3:1=4\n0:1>4 1:2>1").Table();
        Assert.Equal(0, star.Centre);
        Assert.Null(star.LackOfFit);
        Assert.Null(Contests.D2.Table().Centre);
    }

    [Fact]
    public void Crooked_columns_are_turned_away_by_name()
    {
        Assert.Equal("modelB", Assert.Throws<ArgumentException>(() => new ContestColumns([0], [0], [0], [2000], [Winner.A]).Count).ParamName);
        Assert.Equal("modelA", Assert.Throws<ArgumentException>(() => new ContestColumns([0], [0], [], [1], [Winner.A]).Count).ParamName);
        Assert.Equal("left", Assert.Throws<ArgumentException>(() => new ContestColumns([0], [0], [0], [1], [Winner.A], [(LeftModel)3]).Count).ParamName);
        Assert.Equal("confidence", Assert.Throws<ArgumentOutOfRangeException>(() => Contests.D2.Estimate(1)).ParamName);
    }
}
