namespace PrefEval.Stats.Tests;

public sealed class TheHeadlineInterval
{
    [Fact]
    public void Matches_the_golden_values_of_d1()
    {
        // golden headline_d1
        var d1 = Rows.D1.Estimate();
        Assert.Equal((108, 39, 24, 0, 45), (d1.N, d1.Wins, d1.Ties, d1.BothBad, d1.Losses));
        Assert.Equal((30, 6), (d1.Prompts, d1.Raters!.Value));
        Near(27.0, d1.EffectivePrompts);
        Near(5.932858596134283, d1.EffectiveRaters);

        var all = d1.WinRate.RatersLikeThese;
        Near(0.4722222222222222, all.Value);
        Near(0.07972650084910221, all.Se);
        Near(3.511724721245724, all.Deff);
        Near(4.932858596134283, all.Df);
        Near(17.73274324162453, all.NEff);
        Near(0.2861672926098237, all.Lower);
        Near(0.6670604793933734, all.Upper);
        Near(-0.4276654147803526, d1.Net.RatersLikeThese.Lower);
        Near(0.33412095878674686, d1.Net.RatersLikeThese.Upper);
        Near(2 * 0.07972650084910221, d1.Net.RatersLikeThese.Se);
        Assert.Equal("two_way_jackknife_tango_neff", all.Method);
        Assert.Equal(EstimateStatus.Ok, all.Status);

        var these = d1.WinRate.TheseRaters;
        Near(0.045130303876048966, these.Se);
        Near(1.1252566113335556, these.Deff);
        Near(26.0, these.Df);
        Near(87.26115604674013, these.NEff);
        Near(0.3823140433371154, these.Lower);
        Near(0.5641550483838109, these.Upper);
        Near(-0.23537191332576923, d1.Net.TheseRaters.Lower);
        Near(0.12831009676762178, d1.Net.TheseRaters.Upper);
        Assert.Null(these.Raters);
        Assert.Null(these.EffectiveRaters);

        // golden clustered_mean_d1_formulas: tango_iid_ci, iid_se
        var independent = d1.WinRate.Independent;
        Near(0.042544406652824156, independent.Se);
        Near(0.39107871281482054, independent.Lower);
        Near(0.5550122457452558, independent.Upper);
        Near(108, independent.NEff);
    }

    [Fact]
    public void The_variance_has_the_golden_parts_on_real_scores()
    {
        // golden headline_d1; the real-valued way and the whole-numbered way are two implementations of one formula
        var d1 = Rows.D1;
        var jackknife = TwoWay.Jackknife(d1.Scores, d1.Prompt, d1.Rater);
        Near(0.00203674432794452, jackknife.Prompt);
        Near(0.006129597147138244, jackknife.Rater);
        Near(0.0018100265374408678, jackknife.Cell);
        Near(27.0, jackknife.EffectivePrompts);
        Near(5.932858596134283, jackknife.EffectiveRaters);
        var spread = new Sample(d1.Prompt, d1.Rater, d1.Winner).SpreadOf(Scoring.WinRate);
        Assert.Equal(jackknife.Prompt!.Value, spread.ByPrompt!.Value, 1e-15);
        Assert.Equal(jackknife.Rater!.Value, spread.ByRater!.Value, 1e-15);
        Assert.Equal(jackknife.Cell!.Value, spread.ByCell!.Value, 1e-15);
    }

    [Fact]
    public void The_textbook_variance_matches_sandwich()
    {
        // golden clustered_mean_d1 (R sandwich) and clustered_mean_d1_formulas
        var d1 = Rows.D1;
        var cr1 = TwoWay.Cr1(d1.Scores, d1.Prompt, d1.Rater);
        Assert.Equal(0.472222222222222, cr1.Mean, 1e-12);
        Assert.Equal(0.0425444066528242, Math.Sqrt(cr1.Independent!.Value), 1e-12);
        Assert.Equal(0.0450010379921175, Math.Sqrt(cr1.Prompt!.Value), 1e-12);
        Assert.Equal(0.0785239616225523, Math.Sqrt(cr1.Rater!.Value), 1e-12);
        Assert.Equal(0.0798816589201001, Math.Sqrt(cr1.TwoWay!.Value), 1e-12);
        Assert.Equal(0.0442446641568872, Math.Sqrt(cr1.Prompt.Value * 29 / 30), 1e-12);
        Assert.Equal(0.0716822418089031, Math.Sqrt(cr1.Rater.Value * 5 / 6), 1e-12);
        Near(0.0019575903063557385, cr1.Prompt.Value * 29 / 30);
        Near(0.005138343790750055, cr1.Rater.Value * 5 / 6);
        Near(0.0017932670324645637, cr1.Cell!.Value * 107 / 108);
        Near(0.006381079431827203, cr1.TwoWay);
        var wald = TwoWay.Wald(cr1)!.Value;
        Near(0.26687988072355917, wald.Lower);
        Near(0.6775645637208852, wald.Upper);
        Near(2.5705818366147395, Quantile.Student(0.95, 5));
        Near(0.3801847653940035, cr1.Mean - Quantile.Student(0.95, 29) * Math.Sqrt(cr1.Prompt.Value));
    }

    [Fact]
    public void An_effective_sample_from_the_textbook_variance_matches_too()
    {
        // golden neff_tango_d1 (an alternative, not the default)
        var d1 = Rows.D1;
        var cr1 = TwoWay.Cr1(d1.Scores, d1.Prompt, d1.Rater);
        var deff = cr1.TwoWay!.Value / cr1.Independent!.Value;
        Near(3.5254065616348274, deff);
        var size = EffectiveSample.SizeAt(108, deff, 5, 0.95);
        // The golden t(5) (scipy 1.10) is 3.8e-10 too large against its closed form, so the sizes agree relatively, the intervals as they should.
        Near(1, size / 17.809341425913274);
        var (lower, upper) = Tango.WinRate(size, 39 * size / 108, 45 * size / 108);
        Near(0.2865049787746141, lower);
        Near(0.6666906794024796, upper);
        var byPrompt = EffectiveSample.SizeAt(108, cr1.Prompt!.Value / cr1.Independent.Value, 29, 0.95);
        Near(1, byPrompt / 88.64937136282269);
        (lower, upper) = Tango.WinRate(byPrompt, 39 * byPrompt / 108, 45 * byPrompt / 108);
        Near(0.38299181881149286, lower);
        Near(0.5634466206775329, upper);
    }

    [Fact]
    public void A_negative_two_way_variance_falls_to_the_floor()
    {
        // golden twoway_negative_variance
        var rows = Rows.Parse("0W 1L\n0L 1W");
        var cr1 = TwoWay.Cr1(rows.Scores, rows.Prompt, rows.Rater);
        Near(0, cr1.Prompt);
        Near(0, cr1.Rater);
        Near(0.0625, cr1.Cell * 3 / 4);
        Near(-0.0625, cr1.Prompt + cr1.Rater - cr1.Cell * 3 / 4);

        var estimate = rows.Estimate().WinRate.RatersLikeThese;
        Assert.Equal(EstimateStatus.Ok, estimate.Status);
        Near(Math.Sqrt(1.0 / 12), estimate.Se);
        Near(1, estimate.Deff);
        Near(1, estimate.Df);
        Assert.True(estimate.Lower < 0.5 && estimate.Upper > 0.5);
    }

    [Theory]
    // AlpacaEval's published leaderboard: wins, losses, draws, win rate and standard error in per cent
    [InlineData(737, 68, 0, 91.5527950310559, 0.9807635016419884)]
    [InlineData(642, 134, 25, 81.7103620474407, 1.3306133328057392)]
    [InlineData(205, 584, 16, 26.459627329192543, 1.535711469748)]
    public void The_independent_standard_error_is_the_leaderboards(int wins, int losses, int draws, double winRate, double se)
    {
        Winner[] winner = [.. Enumerable.Repeat(Winner.A, wins), .. Enumerable.Repeat(Winner.B, losses), .. Enumerable.Repeat(Winner.Tie, draws)];
        var prompt = Enumerable.Range(0, winner.Length).ToArray();
        var rows = new Rows(prompt, new int[winner.Length], winner);
        foreach (var estimates in new[] { rows.Estimate(), Preference.Estimate(new(prompt, rows.Rater, winner, rows.Scores)) })
        {
            Assert.Equal(winRate / 100, estimates.WinRate.Independent.Value!.Value, 1e-9);
            Assert.Equal(se / 100, estimates.WinRate.Independent.Se!.Value, 1e-9);
        }
    }

    [Fact]
    public void The_printed_interval_and_its_test_agree_at_any_confidence()
    {
        var estimate = Rows.D1.Where(i => i % 5 != 0 || Rows.D1.Winner[i] != Winner.B).Estimate().Net;
        foreach (var scope in Enum.GetValues<Scope>())
        {
            var p = estimate.In(scope).PValue!.Value;
            // At the confidence 1 - p the interval just touches "no preference".
            var touching = Rows.D1.Where(i => i % 5 != 0 || Rows.D1.Winner[i] != Winner.B).Estimate(1 - p).Net.In(scope);
            Assert.Equal(0, Math.Min(Math.Abs(touching.Lower!.Value), Math.Abs(touching.Upper!.Value)), 1e-8);
        }
    }

    [Fact]
    public void A_decisive_win_rate_has_its_own_clusters()
    {
        var rows = Rows.Parse("0W 1T\n0L 1W\n1T 2T\n0W 2B");
        var estimate = rows.Estimate().DecisiveWinRate.RatersLikeThese;
        Assert.Equal((4, 3, 2), (estimate.N, estimate.Prompts, estimate.Raters!.Value));
        Assert.Equal(0.75, estimate.Value);
        Assert.Equal(EstimateStatus.Ok, estimate.Status);
    }

    [Fact]
    public void Every_estimand_has_its_definition()
    {
        // 3 wins, 2 ties, 1 both bad, 2 losses
        var e = Rows.Parse("0W 1W 2T\n0W 1T 2B\n0L 1L").Estimate();
        Assert.Equal(
            [4.5 / 8, 4.0 / 7, 1.0 / 8, 6.0 / 8, 5.0 / 8, 3.0 / 5, 3.0 / 8, 2.0 / 8, 1.0 / 8, 2.0 / 8],
            e.All.Select(s => s.Independent.Value!.Value));
        Assert.Equal(
            ["win_rate", "win_rate_not_both_bad", "net", "win_or_tie", "win_or_good_tie", "decisive_win_rate", "win_share", "tie_share", "both_bad_share", "loss_share"],
            e.All.Select(s => s.Independent.Estimand));
        Assert.Equal(3.0 / 8, e.Joint!.Tie.Value);
        Assert.Equal(7, e.WinRateNotBothBad.Independent.N);
    }

    private static void Near(double expected, double? actual) => Assert.Equal(expected, actual!.Value, 1e-8);
}
