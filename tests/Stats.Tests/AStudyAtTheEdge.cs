namespace PrefEval.Stats.Tests;

/// <summary>Every way to have little or no answer has its status, and an interval with width inside the parameter space or none.</summary>
public sealed class AStudyAtTheEdge
{
    private static PreferenceEstimates Of(string rows) => Rows.Parse(rows).Estimate();

    private static EstimateStatus[] Statuses(ScopedEstimates e) => [e.RatersLikeThese.Status, e.TheseRaters.Status, e.Independent.Status];

    [Fact]
    public void Without_judgments_there_is_nothing_but_the_status()
    {
        var e = Preference.Estimate(default);
        Assert.Equal(0, e.N);
        Assert.Null(e.Joint);
        foreach (var scopes in e.All)
            foreach (var scope in Enum.GetValues<Scope>())
            {
                var estimate = scopes.In(scope);
                Assert.Equal(estimate.Estimand == "decisive_win_rate" ? EstimateStatus.NoDecisive : EstimateStatus.NoJudgments, estimate.Status);
                Assert.Equal((null, null, null, null, null), (estimate.Value, estimate.Se, estimate.Lower, estimate.PValue, estimate.EffectivePrompts));
            }
    }

    [Fact]
    public void A_model_against_itself_says_so() =>
        Assert.All(Preference.NoAnswer(EstimateStatus.SameModel).All, s => Assert.Equal([EstimateStatus.SameModel, EstimateStatus.SameModel, EstimateStatus.SameModel], Statuses(s)));

    [Fact]
    public void All_ties_are_no_preference_and_no_certainty()
    {
        var e = Of("0T 1T\n0T 1B\n1T 2T\n0T");
        Assert.Equal([EstimateStatus.NoVariation, EstimateStatus.NoVariation, EstimateStatus.NoVariation], Statuses(e.Net));
        Assert.Equal([EstimateStatus.NoDecisive, EstimateStatus.NoDecisive, EstimateStatus.NoDecisive], Statuses(e.DecisiveWinRate));
        Assert.Null(e.DecisiveWinRate.Independent.Value);
        Assert.Equal((1.0, 1.0, EstimateStatus.NoDecisive), (e.SignTest.Exact, e.SignTest.MidP, e.SignTest.Status));
        Assert.All(new[] { e.Net.RatersLikeThese, e.Net.TheseRaters, e.Net.Independent }, x => Assert.Equal(1, x.PValue));
        // 4 prompts, 3 raters: as wide as three judgments
        Assert.Equal(3, e.Net.RatersLikeThese.NEff);
        Assert.Equal(4, e.Net.TheseRaters.NEff);
        Assert.Equal(Tango.Net(3, 0, 0), (e.Net.RatersLikeThese.Lower!.Value, e.Net.RatersLikeThese.Upper!.Value));
        Assert.Null(e.Net.RatersLikeThese.Se);
        Assert.Null(e.Net.RatersLikeThese.Df);
    }

    [Fact]
    public void All_wins_end_at_one_and_begin_below()
    {
        var e = Of("0W 1W\n0W 1W\n0W 1W").WinRate;
        Assert.Equal([EstimateStatus.NoVariation, EstimateStatus.NoVariation, EstimateStatus.NoVariation], Statuses(e));
        Assert.Equal((1.0, 1.0), (e.RatersLikeThese.Value, e.RatersLikeThese.Upper));
        Assert.Equal(Wilson.Interval(2, 2).Lower, e.RatersLikeThese.Lower!.Value, 1e-12);
        Assert.Equal(Wilson.Interval(6, 6).Lower, e.Independent.Lower!.Value, 1e-12);
    }

    [Fact]
    public void Only_both_bad_leaves_no_pair_that_is_not()
    {
        var e = Of("0B 1B\n0B");
        Assert.Equal([EstimateStatus.NoJudgments, EstimateStatus.NoJudgments, EstimateStatus.NoJudgments], Statuses(e.WinRateNotBothBad));
        Assert.Equal(0.5, e.WinRate.TheseRaters.Value);
        Assert.Equal(1, e.BothBadShare.TheseRaters.Value);
        Assert.Equal(0, e.WinOrGoodTie.TheseRaters.Value);
    }

    [Fact]
    public void One_prompt_is_descriptive_only()
    {
        var e = Of("0W 1L 2T 3W").WinRate;
        Assert.Equal([EstimateStatus.SinglePrompt, EstimateStatus.SinglePrompt, EstimateStatus.Ok], Statuses(e));
        Assert.Equal(0.625, e.RatersLikeThese.Value);
        Assert.Null(e.RatersLikeThese.Lower);
    }

    [Fact]
    public void One_rater_speaks_for_herself()
    {
        var e = Of("0W\n0L\n0T\n0W").WinRate;
        Assert.Equal([EstimateStatus.SingleRater, EstimateStatus.Ok, EstimateStatus.Ok], Statuses(e));
        Assert.Null(e.RatersLikeThese.Lower);
        Assert.NotNull(e.TheseRaters.Lower);
        Assert.True(e.RatersLikeThese.FewRaters);
    }

    [Fact]
    public void One_judgment_has_the_widest_interval_and_no_error_of_its_own()
    {
        var e = Of("0W").WinRate;
        Assert.Equal([EstimateStatus.SinglePrompt, EstimateStatus.SinglePrompt, EstimateStatus.NoVariation], Statuses(e));
        Assert.Null(e.Independent.Se);
        Assert.Equal(0.2065493143772374, e.Independent.Lower!.Value, 1e-10); // golden tango_winrate
    }

    [Fact]
    public void Two_raters_give_an_interval_on_one_degree_of_freedom_that_is_wide_and_inside()
    {
        var e = Of("0W 1L\n0W 1L\n0W 1T\n0L 1L").WinRate.RatersLikeThese;
        Assert.Equal(EstimateStatus.Ok, e.Status);
        Assert.Equal(1, e.Df);
        Assert.True(e.NEff < 1 && e.Lower >= 0 && e.Upper <= 1 && e.Upper - e.Lower > 0.8);
    }

    [Fact]
    public void Scores_that_no_counts_could_have_keep_their_estimate_inside()
    {
        // Probabilities near one value have less spread than any wins and losses with that mean.
        int[] prompt = [0, 0, 1, 1, 2, 2], rater = [0, 1, 0, 1, 0, 1];
        double[] score = [0.7, 0.75, 0.8, 0.7, 0.75, double.NaN];
        var winner = Enumerable.Repeat(Winner.A, 6).ToArray();
        var e = Preference.Estimate(new(prompt, rater, winner, score)).WinRate.RatersLikeThese;
        Assert.Equal((0.7 + 0.75 + 0.8 + 0.7 + 0.75 + 1) / 6, e.Value!.Value, 1e-12);
        Assert.True(e.Lower >= 0 && e.Lower < e.Value && e.Value < e.Upper && e.Upper <= 1);
        var equal = Preference.Estimate(new(prompt, rater, winner, [0.7, 0.7, 0.7, 0.7, 0.7, 0.7])).Net;
        Assert.Equal([EstimateStatus.NoVariation, EstimateStatus.NoVariation, EstimateStatus.NoVariation], Statuses(equal));
        Assert.Equal(0.4, equal.Independent.Value!.Value, 1e-12);
        Assert.True(equal.Independent.Lower < 0.4 && equal.Independent.Upper > 0.4);
    }

    [Fact]
    public void Crooked_columns_are_turned_away_by_name()
    {
        Assert.Equal("rater", Assert.Throws<ArgumentException>(() => new JudgmentColumns([0], [], [Winner.A]).Prompt.Length).ParamName);
        Assert.Equal("winner", Assert.Throws<ArgumentException>(() => new JudgmentColumns([0], [0], []).Prompt.Length).ParamName);
        Assert.Equal("score", Assert.Throws<ArgumentException>(() => new JudgmentColumns([0], [0], [Winner.A], [0, 1]).Prompt.Length).ParamName);
        Assert.Equal("score", Assert.Throws<ArgumentException>(() => new JudgmentColumns([0], [0], [Winner.A], [1.1]).Prompt.Length).ParamName);
        Assert.Equal("prompt", Assert.Throws<ArgumentException>(() => new JudgmentColumns([-1], [0], [Winner.A]).Prompt.Length).ParamName);
        Assert.Equal("rater", Assert.Throws<ArgumentException>(() => new JudgmentColumns([0], [int.MaxValue], [Winner.A]).Prompt.Length).ParamName);
        Assert.Equal("winner", Assert.Throws<ArgumentException>(() => new JudgmentColumns([0], [0], [(Winner)4]).Prompt.Length).ParamName);
        Assert.Equal("confidence", Assert.Throws<ArgumentOutOfRangeException>(() => Rows.D1.Estimate(1)).ParamName);
    }
}
