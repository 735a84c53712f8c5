namespace PrefEval.Stats.Tests;

public sealed class TheLeaderboard
{
    private static DavidsonFit Fit(Contests contests, bool order, TieModel ties, bool penalized = false)
    {
        var cells = new ContestCells(contests.Columns);
        return DavidsonFit.Of(cells.All(), cells.Models, order, ties != TieModel.HalfWins && contests.Winner.Contains(Winner.Tie), penalized, ties)!;
    }

    /// <summary>Against the first model, as most packages print it: M2 to M5 and then the other parameters.</summary>
    private static double[,] AgainstFirst(double[,] centred, params int[] others)
    {
        var models = centred.GetLength(0) - 2;
        int[] index = [.. Enumerable.Range(1, models - 1), .. others];
        var v = new double[index.Length, index.Length];
        double At(int i, int j) => (i, j) switch
        {
            _ when i < models && j < models => centred[i, j] - centred[i, 0] - centred[0, j] + centred[0, 0],
            _ when i < models => centred[i, j] - centred[0, j],
            _ when j < models => centred[i, j] - centred[i, 0],
            _ => centred[i, j],
        };
        for (var i = 0; i < index.Length; i++)
            for (var j = 0; j < index.Length; j++) v[i, j] = At(index[i], index[j]);
        return v;
    }

    private static void Near(double[,] expected, double[,] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.GetLength(0); i++)
            for (var j = 0; j < expected.GetLength(1); j++) Assert.Equal(expected[i, j], actual[i, j], 1e-8);
    }

    private static double[] AgainstFirst(double[] strengths) => [.. strengths.Skip(1).Select(s => s - strengths[0])];

    private static void Near(double[] expected, double[] actual, double tolerance = 1e-8)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (e, a) in expected.Zip(actual)) Assert.Equal(e, a, tolerance);
    }

    private static Sandwich SandwichOf(Contests contests, DavidsonFit fit) => Leaderboard.SandwichOf(contests.Columns, fit);

    [Fact]
    public void Davidsons_model_matches_gnm()
    {
        // golden davidson_d2 (R gnm)
        var plain = Fit(Contests.D2, false, TieModel.Davidson);
        Near([-0.509726565699859, -0.643219262043445, -0.91400043826589, -1.64158309095951], AgainstFirst(plain.Strengths));
        Assert.Equal(-0.431750228324575, plain.Tie, 1e-8);
        Assert.Equal(-242.097530471651, plain.LogLikelihood, 1e-8);
        Near(new[,]
        {
            { 0.103516118256693, 0.0494455042958386, 0.0539200196446108, 0.052843560480503, -0.00312477171000759 },
            { 0.0494455042958386, 0.0942317954293834, 0.0500304132512127, 0.0481665052979608, -0.00393398351866995 },
            { 0.0539200196446108, 0.0500304132512127, 0.0977021277359046, 0.0535011647289078, -0.00558493536826766 },
            { 0.052843560480503, 0.0481665052979608, 0.0535011647289078, 0.109040662663987, -0.010057229154089 },
            { -0.0031247717100076, -0.00393398351866995, -0.00558493536826766, -0.010057229154089, 0.0246148415691162 },
        }, AgainstFirst(plain.Covariance, 6));

        var order = Fit(Contests.D2, true, TieModel.Davidson);
        Near([-0.530824898135617, -0.673742464415262, -0.953838834166314, -1.68764745539839], AgainstFirst(order.Strengths));
        Assert.Equal(-0.424348572075887, order.Tie, 1e-8);
        Assert.Equal(0.244877140878729, order.Order, 1e-8);
        Assert.Equal(-240.902172819255, order.LogLikelihood, 1e-8);
        Near(new[,]
        {
            { 0.10497407866482, 0.0503338492504176, 0.0550969242443475, 0.0540567229909758, -0.00328863940473024, -0.00273933605586892 },
            { 0.0503338492504176, 0.0954965719080885, 0.0513559433178815, 0.0497113646745575, -0.00416691572179553, -0.00387643009097453 },
            { 0.0550969242443475, 0.0513559433178815, 0.100008414571554, 0.055385832548445, -0.00589341181066297, -0.00515246440656496 },
            { 0.0540567229909757, 0.0497113646745576, 0.055385832548445, 0.111736918101288, -0.010449639076454, -0.00655684800414547 },
            { -0.00328863940473024, -0.00416691572179553, -0.00589341181066297, -0.010449639076454, 0.0247061928093356, 0.00152347167869745 },
            { -0.00273933605586892, -0.00387643009097453, -0.00515246440656496, -0.00655684800414548, 0.00152347167869745, 0.0253616639200493 },
        }, AgainstFirst(order.Covariance, 6, 5));
    }

    [Fact]
    public void Half_wins_and_their_two_way_covariance_match_sandwich()
    {
        // golden bt_halfties_clustered_d2 (R glm quasibinomial, sandwich::vcovCL)
        var plain = Fit(Contests.D2, false, TieModel.HalfWins);
        Near([-0.381615285162724, -0.482168793976015, -0.685514062758887, -1.22955805078318], AgainstFirst(plain.Strengths));
        var sandwich = SandwichOf(Contests.D2, plain);
        Near(new[,]
        {
            { 0.0770983870721519, 0.0364248135405209, 0.0395819145226581, 0.0383008810366477 },
            { 0.0364248135405209, 0.0699909490827451, 0.0365237098967766, 0.0345320191563751 },
            { 0.0395819145226581, 0.0365237098967766, 0.0719789062961902, 0.0379057859860861 },
            { 0.0383008810366477, 0.0345320191563751, 0.0379057859860861, 0.0775390638255279 },
        }, AgainstFirst(plain.Covariance));
        Near(new[,]
        {
            { 0.0593383837247364, 0.0289891636078606, 0.0327174541518319, 0.0413017761103467 },
            { 0.0289891636078606, 0.0506274608813243, 0.018455052592204, 0.0209322810502199 },
            { 0.0327174541518319, 0.018455052592204, 0.0559430806030695, 0.034351213559958 },
            { 0.0413017761103467, 0.0209322810502199, 0.034351213559958, 0.0641394907395242 },
        }, AgainstFirst(sandwich.ByPrompt!));
        Near(new[,]
        {
            { 0.0505478661147145, 0.0347308318524766, 0.062955193642723, 0.0283015565062717 },
            { 0.0347308318524766, 0.0526548482957233, 0.0463167259583469, 0.0167167320050418 },
            { 0.062955193642723, 0.0463167259583469, 0.0942943687278327, 0.0443820738696133 },
            { 0.0283015565062717, 0.0167167320050418, 0.0443820738696133, 0.0578458440701939 },
        }, AgainstFirst(sandwich.TwoWay!));

        var order = Fit(Contests.D2, true, TieModel.HalfWins);
        Assert.Equal(0.182430406360736, order.Order, 1e-8);
        Near([-0.39632911646768, -0.503536638653563, -0.713287375051473, -1.2606009943689], AgainstFirst(order.Strengths));
        var v = AgainstFirst(SandwichOf(Contests.D2, order).TwoWay!, 5);
        Assert.Equal(0.030954222515131, v[4, 4], 1e-8);
        Assert.Equal(0.00855741203031904, v[4, 0], 1e-8);
        Assert.Equal(0.0549359859253518, v[3, 3], 1e-8);
    }

    [Fact]
    public void Bradley_and_Terrys_model_matches_the_journals_that_cite_each_other()
    {
        // golden bt_citations (BradleyTerry2; S. M. Stigler 1994): Biometrika, Comm Statist, JASA, JRSS-B
        var contests = Contests.Of([(0, 1, 730, 33, 0), (0, 2, 498, 320, 0), (0, 3, 221, 284, 0), (1, 2, 68, 813, 0), (1, 3, 17, 276, 0), (2, 3, 142, 325, 0)]);
        var fit = Fit(contests, false, TieModel.Davidson);
        Near([-2.94907249684391, -0.479569769751992, 0.268954055819472], AgainstFirst(fit.Strengths));
        Near(new[,]
        {
            { 0.0105155458061165, 0.00227454711886455, 0.00146041939920181 },
            { 0.00227454711886455, 0.00367099411087275, 0.0016835576782738 },
            { 0.00146041939920181, 0.0016835576782738, 0.0050168839568755 },
        }, AgainstFirst(fit.Covariance));

        var table = contests.Table();
        Assert.Equal((EstimateStatus.Ok, false, null, null), (table.Status, table.Penalized, table.Centre, table.Nu));
        Assert.Equal(EstimateStatus.NoSides, table.Order.RatersLikeThese.Status);
        Assert.Equal(4.29338396988906, table.LackOfFit!.Statistic, 1e-8);
        Assert.Equal(3, table.LackOfFit.Df);
        Assert.Equal(0.231, table.LackOfFit.P, 1e-3);
        Assert.Equal([3, 0, 2, 1], table.Rows.Select(r => r.Model));
        Assert.Equal([1, 2, 3, 4], table.Rows.Select(r => r.Rank!.Value));
    }

    [Fact]
    public void Davidsons_puddings_are_as_published()
    {
        var contests = Puddings();
        var output = Golden.Entry("davidson_pudding").GetProperty("output");
        var table = contests.Table();
        var fit = Fit(contests, false, TieModel.Davidson);
        for (var m = 2; m <= 6; m++)
        {
            Assert.Equal(output.GetProperty("loglambda").GetProperty($"L{m}").GetDouble(), fit.Strengths[m - 1] - fit.Strengths[0], 1e-7);
            Assert.Equal(output.GetProperty("se").GetProperty($"L{m}").GetDouble(), Math.Sqrt(AgainstFirst(fit.Covariance)[m - 2, m - 2]), 1e-7);
        }
        Assert.Equal(output.GetProperty("nu").GetDouble(), table.Nu!.Value, 1e-7);
        Assert.Equal(output.GetProperty("residual_deviance").GetDouble(), table.LackOfFit!.Statistic, 1e-7);
        Assert.Equal(24, table.LackOfFit.Df);
        var worth = fit.Strengths.Select(Math.Exp).ToArray();
        Near(Numbers(output.GetProperty("worth_sum1")), [.. worth.Select(w => w / worth.Sum())], 1e-7);
        Assert.Equal(output.GetProperty("log_nu").GetDouble(), fit.Tie, 1e-7);
        Assert.Equal(output.GetProperty("se").GetProperty("tie").GetDouble(), Math.Sqrt(fit.Covariance[7, 7]), 1e-7);
    }

    [Fact]
    public void Rao_and_Kuppers_model_matches_two_programs()
    {
        // Newton in forty digits; golden rao_kupper_d2 stopped where the slopes were still 5e-7, so its strengths are good to 3e-8; rao_kupper_d2_polr (MASS::polr on mirrored data)
        var plain = Fit(Contests.D2, false, TieModel.RaoKupper);
        Near([-0.3745135252486376, -0.4797951505672746, -0.6934441178090026, -1.238796811038273], AgainstFirst(plain.Strengths), 1e-12);
        Assert.Equal(0.5178916101752321, plain.Tie, 1e-12);
        Near([-0.37451350984014886, -0.4797951464479598, -0.6934440940010512, -1.238796815483111], AgainstFirst(plain.Strengths), 3e-8);
        Near([-0.374513525985212, -0.479795151353061, -0.693444120538381, -1.23879680515509], AgainstFirst(plain.Strengths), 1e-6);
        Assert.Equal(1.6784850129512667, Math.Exp(plain.Tie), 1e-8);
        Assert.Equal(0.517891615038363, plain.Tie, 1e-6);
        Assert.Equal(-242.81736085784456, plain.LogLikelihood, 1e-8);
        double[] errors = [.. Enumerable.Range(0, 4).Select(i => Math.Sqrt(AgainstFirst(plain.Covariance)[i, i]))];
        Near([0.25265909123805347, 0.24119602226165235, 0.2451139420752107, 0.24857059440995566], errors, 3e-8);
        Near([0.25265910596429, 0.241196043563065, 0.2451139640362, 0.248570613141503], errors, 1e-6);

        var order = Fit(Contests.D2, true, TieModel.RaoKupper);
        Near([-0.3993600677008482, -0.5084568842831721, -0.7373789613107299, -1.2828099679813384], AgainstFirst(order.Strengths), 1e-12);
        Assert.Equal(0.2109671303020434, order.Order, 1e-12);
        Near([-0.3993600485282179, -0.5084568621980252, -0.7373789540075351, -1.2828099551146082], AgainstFirst(order.Strengths), 3e-8);
        Assert.Equal(1.6864579054235977, Math.Exp(order.Tie), 1e-8);
        Assert.Equal(0.21096713267290215, order.Order, 1e-8);
        Assert.Equal(-241.38703614235686, order.LogLikelihood, 1e-8);

        var table = Contests.D2.Table(TieModel.RaoKupper);
        Assert.Equal((null, Math.Exp(order.Tie)), (table.Nu, table.Theta!.Value));
        Assert.Equal(2 * (-241.38703614235686 + 242.81736085784456), table.OrderTest!.Statistic, 1e-7);
        Assert.All(table.Rows, r => Assert.Equal("rao_kupper_two_way_t", r.Strength.RatersLikeThese.Method));
        foreach (var e in table.Rows.Select(r => r.WinRate.Independent)) Assert.True(0 < e.Lower && e.Lower < e.Value && e.Value < e.Upper && e.Upper < 1);
    }

    [Fact]
    public void Rao_and_Kuppers_puddings_match_two_programs()
    {
        var contests = Puddings();
        var fit = Fit(contests, false, TieModel.RaoKupper);
        double[] errors = [.. Enumerable.Range(0, 5).Select(i => Math.Sqrt(AgainstFirst(fit.Covariance)[i, i]))];
        var own = Golden.Entry("rao_kupper_pudding").GetProperty("output");
        Near([.. Numbers(own.GetProperty("loglambda")).Skip(1)], AgainstFirst(fit.Strengths), 1e-6);
        Near(Numbers(own.GetProperty("se_loglambda")), errors, 1e-6);
        Assert.Equal(own.GetProperty("theta").GetDouble(), contests.Table(TieModel.RaoKupper).Theta!.Value, 1e-6);
        Assert.Equal(own.GetProperty("loglik_no_multinomial_const").GetDouble(), fit.LogLikelihood, 1e-6);
        var polr = Golden.Entry("rao_kupper_pudding_polr").GetProperty("output");
        Near(Numbers(polr.GetProperty("loglambda")), AgainstFirst(fit.Strengths), 1e-6);
        Near(Numbers(polr.GetProperty("se")), errors, 1e-6);
        Assert.Equal(polr.GetProperty("eta").GetDouble(), fit.Tie, 1e-6);
        Assert.Equal(polr.GetProperty("loglik").GetDouble(), fit.LogLikelihood, 1e-6);
    }

    private static double[] Numbers(System.Text.Json.JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetDouble())];

    private static Contests Puddings() => Contests.Of(Golden.Entry("davidson_pudding").GetProperty("input").GetProperty("data").EnumerateArray()
        .Select(d => (d.GetProperty("i").GetInt32() - 1, d.GetProperty("j").GetInt32() - 1, d.GetProperty("w_ij").GetInt32(), d.GetProperty("w_ji").GetInt32(), d.GetProperty("t_ij").GetInt32())));

    [Fact]
    public void Firths_penalty_matches_brglm2_where_a_model_never_loses()
    {
        // golden bt_firth_separation (R brglm2)
        var contests = Contests.Of([(0, 1, 5, 0, 0), (1, 2, 3, 1, 0), (0, 2, 4, 0, 0)]);
        var fit = Fit(contests, false, TieModel.Davidson, penalized: true);
        Assert.Equal(3.40524939117768, fit.Strengths[0] - fit.Strengths[2], 1e-8);
        Assert.Equal(0.834643115609095, fit.Strengths[1] - fit.Strengths[2], 1e-8);
        double Se(int i) => Math.Sqrt(fit.Covariance[i, i] - 2 * fit.Covariance[i, 2] + fit.Covariance[2, 2]);
        Assert.Equal(1.66281310555209, Se(0), 1e-8);
        Assert.Equal(1.03440863304249, Se(1), 1e-8);
        Assert.Null(DavidsonFit.Of(new ContestCells(contests.Columns).All(), 3, false, false, penalized: false));

        var table = contests.Table();
        Assert.True(table.Penalized);
        Assert.Null(table.LackOfFit);
        Assert.All(table.Rows, r => Assert.Equal("davidson_firth_two_way_t", r.Strength.RatersLikeThese.Method));
        // Certainty is not to be had from thirteen judgments, however one-sided.
        Assert.True(table.Rows[0].Strength.RatersLikeThese.Se >= Math.Sqrt(fit.Covariance[0, 0]) - 1e-12);
    }

    [Fact]
    public void A_chain_of_forty_models_is_solved_to_the_last_digits()
    {
        // golden bt_chain: closed form log(6/4) a step
        foreach (var (wins, losses) in new[] { (6, 4), (99, 1), (100_000, 1) })
        {
            var fit = Fit(Contests.Of(Enumerable.Range(0, 39).Select(i => (i, i + 1, wins, losses, 0))), false, TieModel.Davidson);
            for (var i = 0; i < 39; i++) Assert.Equal(Math.Log((double)wins / losses), fit.Strengths[i] - fit.Strengths[i + 1], 1e-10);
            Assert.Equal(39 * Math.Log((double)wins / losses), fit.Strengths[0] - fit.Strengths[39], 1e-9);
        }
    }

    [Fact]
    public void Pairs_of_models_are_differences_of_strengths()
    {
        var table = Assert.Single(Contests.D2.Estimate(rankScope: Scope.Independent, pairs: true).Tables);
        Assert.Equal(5 * 4 / 2, table.Pairs!.Count);
        Assert.Equal(Holm.Adjust([.. table.Pairs.Select(p => p.Difference.PValue!.Value)]), table.Pairs.Select(p => p.PHolm!.Value));
        Assert.Equal(240, table.Pairs.Sum(p => p.N));
        var strength = table.Rows.ToDictionary(r => r.Model, r => r.Strength.Independent.Value!.Value);
        foreach (var pair in table.Pairs)
        {
            Assert.Equal(strength[pair.Model] - strength[pair.Other], pair.Difference.Value!.Value, 1e-12);
            Assert.True(pair.Difference.Value >= 0 && pair.WinRate.Value >= 0.5);
            Assert.Equal(pair.Difference.PValue < 0.05, pair.WinRate.Lower > 0.5);
        }
        // golden davidson_d2, order_geometric: the variance of M5 against M1
        var extreme = table.Pairs.Single(p => p.Model == 0 && p.Other == 4);
        Assert.Equal(1.68764745539839, extreme.Difference.Value!.Value, 1e-8);
        Assert.Equal(Math.Sqrt(0.111736918101288), extreme.Difference.Se!.Value, 1e-8);
        var (low, high, tie) = (1.0, Math.Exp(-1.68764745539839), Math.Exp(-0.424348572075887 - 1.68764745539839 / 2));
        Assert.Equal((low + tie / 2) / (low + high + tie), extreme.WinRate.Value!.Value, 1e-8);
        Assert.Null(Contests.D2.Table().Pairs);
    }

    [Fact]
    public void Every_scale_says_the_same()
    {
        var table = Contests.D2.Table();
        Assert.Equal(0, table.Rows.Sum(r => r.Strength.RatersLikeThese.Value!.Value), 1e-12);
        foreach (var row in table.Rows)
        {
            var (strength, elo, rate) = (row.Strength.RatersLikeThese, row.Elo.RatersLikeThese, row.WinRate.RatersLikeThese);
            Assert.Equal(400 / Math.Log(10) * strength.Lower!.Value, elo.Lower!.Value, 1e-9);
            Assert.True(0 < rate.Lower && rate.Lower < rate.Value && rate.Value < rate.Upper && rate.Upper < 1);
            Assert.Equal(strength.Value > 0, rate.Value > 0.5);
            Assert.Equal(strength.PValue < 0.05, strength.Lower > 0 || strength.Upper < 0);
            Assert.True(row.Strength.RatersLikeThese.Se >= row.Strength.Independent.Se);
            Assert.Equal(row.N, row.Wins + row.Ties + row.Losses);
        }
        Assert.Equal(2 * 240, table.Rows.Sum(r => r.N));
        Assert.Equal(60, table.Prompts);
        Assert.Equal(8, table.Raters);
        Assert.Equal(Math.Min(table.EffectivePrompts, table.EffectiveRaters) - 1, table.Rows[0].Elo.RatersLikeThese.Df!.Value, 1e-12);
        // 2 (loglik with order - loglik without), golden davidson_d2
        Assert.Equal(2 * (-240.902172819255 + 242.097530471651), table.OrderTest!.Statistic, 1e-7);
        Assert.Equal(0.122, table.OrderTest.P, 1e-3);
    }
}
