using CsCheck;

namespace PrefEval.Stats.Tests;

/// <summary>Properties over random studies: order, names, sides.</summary>
public sealed class WhatMayNotMatter
{
    private static readonly Gen<Rows> Studies =
        from prompts in Gen.Int[1, 12]
        from raters in Gen.Int[1, 6]
        from rows in Gen.Select(Gen.Int[0, prompts - 1], Gen.Int[0, raters - 1], Gen.Int[0, 3]).Array[1, 60]
        select new Rows([.. rows.Select(r => r.Item1)], [.. rows.Select(r => r.Item2)], [.. rows.Select(r => (Winner)r.Item3)]);

    private static IEnumerable<Estimate> Flat(PreferenceEstimates e) => e.All.SelectMany(s => new[] { s.RatersLikeThese, s.TheseRaters, s.Independent });

    [Fact]
    public void The_order_of_the_rows_changes_no_bit() => Gen.Select(Studies, Gen.ULong).Sample((rows, seed) =>
    {
        var order = Enumerable.Range(0, rows.Count).ToArray();
        new Simulation.Chance(seed).Shuffle<int>(order);
        Assert.Equal(Flat(rows.Estimate()), Flat(rows.Pick(order).Estimate()));
    });

    [Fact]
    public void The_numbering_of_prompts_and_raters_changes_no_bit() => Gen.Select(Studies, Gen.ULong).Sample((rows, seed) =>
    {
        var chance = new Simulation.Chance(seed);
        var (prompt, rater) = (Enumerable.Range(0, 40).ToArray(), Enumerable.Range(0, 90).ToArray());
        chance.Shuffle<int>(prompt);
        chance.Shuffle<int>(rater);
        var renumbered = rows with { Prompt = [.. rows.Prompt.Select(p => prompt[p])], Rater = [.. rows.Rater.Select(r => rater[r])] };
        Assert.Equal(Flat(rows.Estimate()), Flat(renumbered.Estimate()));
    });

    [Fact]
    public void Swapping_the_models_mirrors_every_symmetric_estimate() => Studies.Sample(rows =>
    {
        var (e, s) = (rows.Estimate(), rows.Swapped().Estimate());
        Assert.Equal((e.Wins, e.Losses, e.Ties, e.BothBad), (s.Losses, s.Wins, s.Ties, s.BothBad));
        Assert.Equal(e.SignTest.MidP, s.SignTest.MidP);
        foreach (var scope in Enum.GetValues<Scope>())
        {
            Mirrored(e.WinRate.In(scope), s.WinRate.In(scope), 1);
            Mirrored(e.WinRateNotBothBad.In(scope), s.WinRateNotBothBad.In(scope), 1);
            Mirrored(e.DecisiveWinRate.In(scope), s.DecisiveWinRate.In(scope), 1);
            Mirrored(e.Net.In(scope), s.Net.In(scope), 0);
            Assert.Equal(e.WinShare.In(scope) with { Estimand = "" }, s.LossShare.In(scope) with { Estimand = "" });
        }
    });

    private static void Mirrored(Estimate e, Estimate s, double sum)
    {
        Assert.Equal(e.Status, s.Status);
        Assert.Equal((e.Se, e.Deff, e.Df, e.NEff, e.N), (s.Se, s.Deff, s.Df, s.NEff, s.N));
        if (e.Value is not null) Assert.Equal(sum, e.Value.Value + s.Value!.Value, 1e-12);
        if (e.Lower is null) return;
        Assert.Equal(sum, e.Lower.Value + s.Upper!.Value, 1e-12);
        Assert.Equal(sum, e.Upper!.Value + s.Lower!.Value, 1e-12);
        if (e.PValue is not null) Assert.Equal(e.PValue.Value, s.PValue!.Value, 1e-12);
    }

    [Fact]
    public void An_interval_holds_its_estimate_inside_the_parameter_space_has_width_and_is_never_narrower_than_the_independent_one() =>
        Gen.Select(Studies, Gen.Double[0.5, 0.999]).Sample((rows, confidence) =>
        {
            foreach (var scopes in rows.Estimate(confidence).All)
                foreach (var scope in Enum.GetValues<Scope>())
                {
                    var e = scopes.In(scope);
                    Assert.Equal(e.Status is EstimateStatus.Ok or EstimateStatus.NoVariation, e.Lower is not null);
                    Assert.DoesNotContain(true, new[] { e.Value, e.Se, e.Lower, e.Upper, e.PValue, e.Df, e.Deff, e.NEff }.Select(x => x is { } v && !double.IsFinite(v)));
                    if (e.Lower is null) continue;
                    var lowest = e.Estimand == "net" ? -1 : 0;
                    Assert.True(lowest <= e.Lower && e.Lower <= e.Value && e.Value <= e.Upper && e.Upper <= 1 && e.Lower < e.Upper, e.ToString());
                    Assert.True(e.Lower <= scopes.Independent.Lower + 1e-12 && e.Upper >= scopes.Independent.Upper - 1e-12, e.ToString());
                    if (e.PValue is null) continue;
                    var none = e.Estimand == "net" ? 0 : 0.5;
                    // Where the limit lies on the null value itself, rounding decides.
                    if (Math.Min(Math.Abs(e.Lower.Value - none), Math.Abs(e.Upper!.Value - none)) < 1e-9) continue;
                    Assert.Equal(e.PValue < 1 - confidence, e.Lower > none || e.Upper < none);
                }
        });

    [Fact]
    public void Whole_scores_in_a_column_say_the_same_as_the_winners() => Studies.Sample(rows =>
    {
        var (e, s) = (rows.Estimate(), Preference.Estimate(new(rows.Prompt, rows.Rater, rows.Winner, rows.Scores)));
        foreach (var scope in Enum.GetValues<Scope>())
            foreach (var (x, y) in new[] { (e.WinRate.In(scope), s.WinRate.In(scope)), (e.Net.In(scope), s.Net.In(scope)) })
            {
                Assert.Equal(x.Status, y.Status);
                var (left, right) = (new[] { x.Value, x.Se, x.Lower, x.Upper, x.PValue, x.NEff }, new[] { y.Value, y.Se, y.Lower, y.Upper, y.PValue, y.NEff });
                foreach (var (a, b) in left.Zip(right)) Assert.Equal(a ?? -9, b ?? -9, 1e-9 * Math.Max(1, Math.Abs(a ?? 0)));
            }
    });

    [Fact]
    public void The_two_implementations_of_the_variance_are_one() => Studies.Where(r => r.Count > 1).Sample(rows =>
    {
        var real = TwoWay.Jackknife(rows.Scores, rows.Prompt, rows.Rater);
        var whole = new Sample(rows.Prompt, rows.Rater, rows.Winner).SpreadOf(Scoring.WinRate);
        Assert.Equal(real.Prompt ?? -1, whole.ByPrompt ?? -1, 1e-12);
        Assert.Equal(real.Rater ?? -1, whole.ByRater ?? -1, 1e-12);
        Assert.Equal(real.Cell ?? -1, whole.ByCell ?? -1, 1e-12);
        Assert.Equal(real.Independent!.Value * rows.Count, whole.Variance!.Value, 1e-12);
    });

    [Fact]
    public void Agreement_knows_no_order_and_no_names() => Gen.Select(Studies, Gen.ULong).Sample((rows, seed) =>
    {
        var order = Enumerable.Range(0, rows.Count).ToArray();
        new Simulation.Chance(seed).Shuffle<int>(order);
        var shuffled = rows.Pick(order);
        var a = Agreement.Estimate(rows.Prompt, rows.Prompt, rows.Rater, rows.Winner);
        var b = Agreement.Estimate(shuffled.Prompt, shuffled.Prompt, shuffled.Rater, shuffled.Winner);
        foreach (var (x, y) in TheAgreementOfRaters.Measures(a).Zip(TheAgreementOfRaters.Measures(b)))
        {
            Assert.Equal(x.Status, y.Status);
            Assert.Equal(x.Value ?? -9, y.Value ?? -9, 1e-12);
            Assert.Equal(x.Lower ?? -9, y.Lower ?? -9, 1e-9);
            if (x.Lower is not null) Assert.True(x.Lower <= x.Value && x.Value <= x.Upper && x.Lower < x.Upper && x.Lower >= -1 && x.Upper <= 1, x.ToString());
        }
        Assert.Equal(a.CohenKappa, b.CohenKappa);
    });
}
