namespace PrefEval.Stats.Tests;

public sealed class TheAgreementOfRaters
{
    internal static IEnumerable<Estimate> Measures(AgreementEstimates a) =>
        [a.Percent, a.TieDiscounted, a.KrippendorffAlpha, a.KrippendorffAlphaLinear, a.FleissKappa, a.GwetAc1];

    private static AgreementEstimates Of(Rows rows) => Agreement.Estimate(rows.Prompt, rows.Prompt, rows.Rater, rows.Winner);

    [Fact]
    public void Matches_the_golden_values_of_d3()
    {
        var a = Of(Rows.D3);
        Assert.Equal((64, 20, 75L, 20, 4), (a.N, a.Units, a.Pairs, a.Prompts, a.Raters));
        // golden agreement_jackknife (estimate, se, interval) and agreement_d3_py
        Is(a.Percent, 0.5733333333333334, 0.08373406109557602, 0.39807592870700164, 0.7485907373796651);
        Is(a.TieDiscounted, 0.74, 0.054659694186555606, 0.6255959452609396, 0.8544040547390603);
        Is(a.KrippendorffAlpha, 0.2300564061240935, 0.0870844714302239, 0.047786512655205754, 0.4123262995929813);
        Is(a.KrippendorffAlphaLinear, 0.35349092908191326, 0.0997909416840075, 0.14462608772523336, 0.5623557704385932);
        // golden agreement_d3: irrCAC rounds to five digits
        Assert.Equal(0.25202, a.GwetAc1.Value!.Value, 5e-6);
        Assert.Equal(EstimateStatus.UnequalRaters, a.FleissKappa.Status);
        Assert.Null(a.FleissKappa.Value);
        Assert.Equal(19, a.Percent.Df);
    }

    private static void Is(Estimate e, double value, double se, double lower, double upper)
    {
        Assert.Equal(EstimateStatus.Ok, e.Status);
        Assert.Equal(value, e.Value!.Value, 1e-8);
        Assert.Equal(se, e.Se!.Value, 1e-8);
        Assert.Equal(lower, e.Lower!.Value, 1e-8);
        Assert.Equal(upper, e.Upper!.Value, 1e-8);
    }

    [Fact]
    public void Matches_Krippendorffs_own_example()
    {
        // golden krippendorff_4x12 (Krippendorff 2011: nominal .743), irrCAC_4raters, agreement_jackknife; rows: raters, 0: not rated
        string[] ratings = ["123321412000", "123322412503", "033323422510", "123324412510"];
        var (unit, rater, category) = (new List<int>(), new List<int>(), new List<int>());
        for (var r = 0; r < ratings.Length; r++)
            for (var u = 0; u < ratings[r].Length; u++)
            {
                if (ratings[r][u] == '0') continue;
                unit.Add(u);
                rater.Add(r);
                category.Add(ratings[r][u] - '1');
            }
        int[] units = [.. unit];
        var a = Agreement.Of(units, units, [.. rater], [.. category], 5, 0.95);
        Is(a.KrippendorffAlpha, 0.743421052631579, 0.14632665220070631, 0.4173849537852244, 1);
        Assert.Equal((11, 11), (a.Units, a.KrippendorffAlpha.Prompts));
        Assert.Equal(0.77544, a.GwetAc1.Value!.Value, 5e-6);
        Assert.Equal(0.80038, a.KrippendorffAlphaLinear.Value!.Value, 5e-6);
        Assert.Equal(EstimateStatus.UnequalRaters, a.FleissKappa.Status);
    }

    [Fact]
    public void Matches_Fleiss_own_example()
    {
        var counts = Golden.Entry("fleiss_1971").GetProperty("input").GetProperty("counts_30x5");
        var (unit, rater, category) = (new List<int>(), new List<int>(), new List<int>());
        foreach (var (u, row) in counts.EnumerateArray().Index())
        {
            var next = 0;
            foreach (var (k, count) in row.EnumerateArray().Index())
                for (var i = 0; i < count.GetInt32(); i++)
                {
                    unit.Add(u);
                    rater.Add(next++);
                    category.Add(k);
                }
        }
        int[] units = [.. unit];
        var a = Agreement.Of(units, units, [.. rater], [.. category], 5, 0.95);
        // golden fleiss_1971 (published .430) and fleiss_1971_irrCAC
        Assert.Equal(0.430244520060141, a.FleissKappa.Value!.Value, 1e-8);
        Assert.Equal(0.555555555555556, a.Percent.Value!.Value, 1e-8);
        Assert.Equal(0.44788, a.GwetAc1.Value!.Value, 5e-6);
        Assert.Equal(0.43341, a.KrippendorffAlpha.Value!.Value, 5e-6);
        Assert.Equal(EstimateStatus.Ok, a.FleissKappa.Status);
    }

    [Fact]
    public void Of_two_raters_matches_vcd_and_statsmodels()
    {
        // golden cohen_kappa_3x3 and cohen_kappa_3x3_statsmodels
        int[] table = [44, 5, 1, 7, 20, 3, 9, 5, 6];
        var (kappa, se, observed) = CohenKappa.OfTable(table, 3);
        Assert.Equal(0.491525423728813, kappa!.Value, 1e-8);
        Assert.Equal(0.0721274592933407, se!.Value, 1e-8);
        Assert.Equal(0.005202370384112516, se.Value * se.Value, 1e-8);
        Assert.Equal(0.7, observed, 1e-8);
        var linear = CohenKappa.OfTable(table, 3, linear: true);
        Assert.Equal(0.473684210526316, linear.Kappa!.Value, 1e-8);
        Assert.Equal(0.0769789098703061, linear.Se!.Value, 1e-8);
        Assert.Equal(0.8, linear.Observed, 1e-8);
    }

    [Fact]
    public void Lists_every_pair_of_raters_who_met()
    {
        var a = Of(Rows.Parse("0W 1W\n0L 1T\n0T 1T\n2W 1W\n3L"));
        Assert.Equal([(0, 1, 3), (1, 2, 1)], a.CohenKappa.Select(k => (k.RaterA, k.RaterB, k.Units)));
        Assert.Equal(0.5, a.CohenKappa[0].Estimate!.Value, 1e-12);
        Assert.Equal((EstimateStatus.AllIdentical, null, 1.0), (a.CohenKappa[1].Status, a.CohenKappa[1].Estimate, a.CohenKappa[1].Percent));
    }

    [Fact]
    public void Of_two_raters_is_the_same_among_a_crowd()
    {
        // A large rater index leaves the block of tables for the pairs who met.
        var few = Of(Rows.D3);
        var many = Of(Rows.D3 with { Rater = [.. Rows.D3.Rater.Select(r => 1000 * r)] });
        Assert.Equal(6, few.CohenKappa.Count);
        Assert.Equal(few.CohenKappa, many.CohenKappa.Select(k => k with { RaterA = k.RaterA / 1000, RaterB = k.RaterB / 1000 }));
    }

    [Fact]
    public void Takes_both_bad_for_a_tie()
    {
        var (tie, bad) = (Of(Rows.Parse("0T 1T\n0W 1T\n0L 1L\n0W 1W")), Of(Rows.Parse("0B 1T\n0W 1B\n0L 1L\n0W 1W")));
        Assert.Equal(Measures(tie), Measures(bad));
        Assert.Equal(tie.CohenKappa, bad.CohenKappa);
    }

    [Fact]
    public void Counts_units_of_one_prompt_as_one_cluster()
    {
        // the same prompt with two pairs of models each
        var d3 = Rows.D3;
        var a = Agreement.Estimate(d3.Prompt, [.. d3.Prompt.Select(u => u / 2)], d3.Rater, d3.Winner);
        Assert.Equal((20, 10), (a.Units, a.Prompts));
        Assert.Equal(9, a.Percent.Df);
        Assert.Equal(Of(d3).Percent.Value, a.Percent.Value);
        Assert.Throws<ArgumentException>(() => Agreement.Estimate([0, 0], [0, 1], [0, 1], [Winner.A, Winner.A]));
    }

    [Fact]
    public void Without_overlap_is_none() =>
        Assert.All(Measures(Of(Rows.Parse("0W\n1L\n2T"))), e => Assert.Equal((EstimateStatus.NoOverlap, null, null), (e.Status, e.Value, e.Lower)));

    [Fact]
    public void Without_judgments_is_none() => Assert.All(Measures(Agreement.Estimate([], [], [], [])), e => Assert.Equal(EstimateStatus.NoOverlap, e.Status));

    [Fact]
    public void Beyond_chance_is_undefined_when_all_is_identical()
    {
        var a = Of(Rows.Parse("0W 1W\n0W 1W\n0W 1W"));
        Assert.Equal((EstimateStatus.NoVariation, 1.0, null), (a.Percent.Status, a.Percent.Value, a.Percent.Lower));
        Assert.All(Measures(a).Skip(2), e => Assert.Equal((EstimateStatus.AllIdentical, null), (e.Status, e.Value)));
    }

    [Fact]
    public void That_hangs_on_one_prompt_has_no_interval()
    {
        var a = Of(Rows.Parse("0W 1W\n0W 1W\n0L 1L"));
        Assert.Equal((EstimateStatus.OnePromptDecides, 1.0, null), (a.KrippendorffAlpha.Status, a.KrippendorffAlpha.Value, a.KrippendorffAlpha.Lower));
    }

    [Fact]
    public void On_one_prompt_is_descriptive_only()
    {
        var a = Of(Rows.Parse("0W 1W 2L"));
        Assert.All(Measures(a), e => Assert.Equal((EstimateStatus.SinglePrompt, null), (e.Status, e.Lower)));
        Assert.Equal(1.0 / 3, a.Percent.Value!.Value, 1e-12);
    }
}
