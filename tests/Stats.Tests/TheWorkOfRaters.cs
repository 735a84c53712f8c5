using System.Text.Json;

namespace PrefEval.Stats.Tests;

public sealed class TheWorkOfRaters
{
    [Fact]
    public void Dawid_and_Skenes_anaesthetists_err_as_published()
    {
        var golden = Golden.Entry("dawid_skene_1979");
        List<int> unit = [], rater = [], category = [];
        var u = 0;
        foreach (var patient in golden.GetProperty("input").GetProperty("counts_45x5x4").EnumerateArray())
        {
            var r = 0;
            foreach (var observer in patient.EnumerateArray())
            {
                var k = 0;
                foreach (var count in observer.EnumerateArray())
                {
                    for (var i = 0; i < count.GetInt32(); i++) (unit, rater, category) = ([.. unit, u], [.. rater, r], [.. category, k]);
                    k++;
                }
                r++;
            }
            u++;
        }
        var fit = DawidSkene.Fit([.. unit], [.. rater], [.. category], 4);
        var output = golden.GetProperty("output");
        static double[] Flat(JsonElement e) => e.ValueKind == JsonValueKind.Array ? [.. e.EnumerateArray().SelectMany(Flat)] : [e.GetDouble()];
        Assert.True(fit.Converged);
        Assert.Equal(output.GetProperty("loglik").GetDouble(), fit.LogLikelihood, 1e-5);
        foreach (var (e, a) in Flat(output.GetProperty("class_marginals")).Zip(fit.Marginals)) Assert.Equal(e, a, 1e-5);
        foreach (var (e, a) in Flat(output.GetProperty("error_rates")).Zip(fit.ErrorRates.SelectMany(x => x!))) Assert.Equal(e, a, 1e-5);
        var labels = Enumerable.Range(0, 45).Select(i => fit.Truth.AsSpan(4 * i, 4).ToArray()).Select(t => 1.0 + Array.IndexOf(t, t.Max()));
        Assert.Equal(Flat(output.GetProperty("hard_labels")), labels);
    }

    [Theory, InlineData(3), InlineData(4), InlineData(8)]
    public void Dawid_and_Skenes_accuracies_have_settled_when_they_are_given(ulong seed)
    {
        // Raters who are hardly better than guessing: the likelihood is flat, and the rounds creep.
        var chance = new Simulation.Chance(seed);
        List<int> unit = [], rater = [], category = [];
        for (var u = 0; u < 200; u++)
        {
            var truth = chance.NextInt(3);
            var first = chance.NextInt(12);
            for (var r = first; r < first + 3; r++)
                (unit, rater, category) = ([.. unit, u], [.. rater, r % 12], [.. category, chance.NextDouble() < 0.35 ? truth : chance.NextInt(3)]);
        }
        var fit = DawidSkene.Fit([.. unit], [.. rater], [.. category], 3);
        Assert.True(fit.Converged);
        var further = DawidSkene.Fit([.. unit], [.. rater], [.. category], 3, settled: 1e-13);
        Assert.All(Enumerable.Range(0, 12), r => Assert.Equal(further.Accuracy(r)!.Value, fit.Accuracy(r)!.Value, 1e-4));
    }

    private static RaterQualityEstimates Of(Rows rows, IReadOnlyList<RaterCheck>? checks = null) =>
        RaterQuality.Estimate(rows.Prompt, rows.Rater, rows.Winner, [], [], checks ?? []);

    [Fact]
    public void Each_is_compared_with_the_majority_of_the_others()
    {
        // 0 against {W, W}: no; 1 and 2 against {L, W}, a split, which is a tie: no. Second unit: 1 against T: yes, 0 against T: yes. Third: alone.
        var e = Of(Rows.Parse("0L 1W 2W\n0T 1B\n2W"));
        Assert.Equal([(2, 1), (2, 1), (1, 0)], e.Raters.Select(r => (r.Agreement.N, r.Agreement.Hits)));
        Assert.Equal([2, 2, 2], e.Raters.Select(r => r.N));
        Assert.Equal([1, 1, 0], e.Raters.Select(r => r.TieShare.Hits));
    }

    [Fact]
    public void One_who_guesses_is_flagged_and_the_careful_are_not()
    {
        var chance = new Simulation.Chance(1);
        var text = string.Join("\n", Enumerable.Range(0, 120).Select(_ =>
        {
            var truth = chance.NextDouble() < 0.5 ? 'W' : 'L';
            string Say(int r, double right) => $"{r}{(chance.NextDouble() < right ? truth : truth == 'W' ? 'L' : 'W')}";
            return string.Join(' ', Say(0, 0.9), Say(1, 0.9), Say(2, 0.9), Say(3, 0.9), Say(4, 0.5));
        }));
        var e = Of(Rows.Parse(text), [.. Enumerable.Range(0, 20).SelectMany(i => new[] { new RaterCheck(4, RaterCheckKind.Gold, i % 2 == 0), new RaterCheck(0, RaterCheckKind.Gold, true), new RaterCheck(1, RaterCheckKind.Repeat, i > 1) })]);
        Assert.Equal([RaterFlag.Disagrees, RaterFlag.FailsGold], e.Raters[4].Flags);
        Assert.All(e.Raters.Take(4), r => Assert.Empty(r.Flags));
        Assert.Equal((20, 10), (e.Raters[4].Gold.N, e.Raters[4].Gold.Hits));
        Assert.Equal(0.9, e.Raters[1].SelfConsistency.Value);
        Assert.Equal(EstimateStatus.Ok, e.DawidSkene);
        Assert.All(e.Raters.Take(4), r => Assert.InRange(r.EstimatedAccuracy!.Value, 0.8, 1));
        Assert.InRange(e.Raters[4].EstimatedAccuracy!.Value, 0.35, 0.65);
    }

    [Fact]
    public void A_lean_and_the_time_are_told()
    {
        var n = 40;
        var e = RaterQuality.Estimate([.. Enumerable.Range(0, n)], [.. Enumerable.Range(0, n).Select(i => i % 2)], [.. Enumerable.Repeat(Winner.A, n)],
            [.. Enumerable.Range(0, n).Select(i => i % 2 == 0 ? LeftModel.A : i % 4 == 1 ? LeftModel.A : LeftModel.B)], [.. Enumerable.Range(0, n).Select(i => i < 2 ? -1 : 1000 * i)], []);
        Assert.Equal([RaterFlag.LeansToOneSide], e.Raters[0].Flags);
        Assert.Empty(e.Raters[1].Flags);
        Assert.Equal((1.0, 0.5), (e.Raters[0].LeftShare.Value, e.Raters[1].LeftShare.Value));
        Assert.Equal((20_000.0, 21_000.0), (e.Raters[0].MedianMs, e.Raters[1].MedianMs));
        Assert.Equal(EstimateStatus.NoOverlap, e.DawidSkene);
        Assert.Equal((0, null), (e.Raters[0].Agreement.N, e.Raters[0].Agreement.Value));
        Assert.Null(e.Raters[0].EstimatedAccuracy);
    }

    [Fact]
    public void Nothing_judged_is_nobody()
    {
        Assert.Empty(RaterQuality.Estimate([], [], [], [], [], []).Raters);
        Assert.Equal(EstimateStatus.AllIdentical, Of(Rows.Parse("0W 1W 2W")).DawidSkene);
    }
}
