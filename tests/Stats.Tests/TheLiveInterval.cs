using CsCheck;
using PrefEval.Stats.Simulation;

namespace PrefEval.Stats.Tests;

/// <summary>Intervals that may be looked at whenever one likes.</summary>
public sealed class TheLiveInterval
{
    /// <summary>Golden entry cs_betting: 400 wins, ties and losses.</summary>
    private const string Golden = "TLLWWLWLLWWWWWTTLLTLWWTWWTWLTTWWWWTWWWLWWLTLTLWTTLWTWWWWLWLTTTTWWWWWLWTWLTWLLLTWWLTWLTTWWWWLWTWLWWWW"
        + "LTWTLWTTWTLLWLWLLWWLWTLTLWWWWWLTWWLWLTTLLTWLWLWWTLWLTLTLWWWWWLLWTWTTWLWTTWWWLLLWLLLTLWWWWWWTWTWTWWLT"
        + "LTTWTWLLLWWWWTLWLLWLLWTTTWTTLLWLLLWWTWTLWWWTWWWTLWWTWWWWWLTWWLWWWWLWWLTWWLWLWLLLTWWTLWWTLLWWLTLLLLLW"
        + "TWLLLWWWWLTWTLWLLWWLLWLLLWWLWWTWLWLWLWWWWWLWWLLLWWWWWTWWLWWTWTWTTTWLLWWWLLWLWTWLWWTWWWLLLLLLTLWWLWLT";

    private static readonly Gen<double[]> Scores = Gen.Frequency((3, Gen.Double[0, 1]), (4, Gen.Const(1.0)), (2, Gen.Const(0.0)), (2, Gen.Const(0.5))).Array[1, 120];

    private static double[] Read(string votes) => [.. votes.Select(v => v switch { 'W' => 1, 'T' => 0.5, _ => 0.0 })];

    /// <summary>The paper's own program, on a grid of 10,000 means.</summary>
    [Theory]
    [InlineData(1, 0.0, 1.0)]
    [InlineData(2, 0.0, 1.0)]
    [InlineData(5, 0.0319, 0.902)]
    [InlineData(10, 0.0961, 0.8212)]
    [InlineData(20, 0.226, 0.7711)]
    [InlineData(50, 0.401, 0.7468)]
    [InlineData(100, 0.4806, 0.7302)]
    [InlineData(200, 0.4961, 0.6881)]
    [InlineData(400, 0.5111, 0.6595)]
    public void By_betting_agrees_with_its_authors(int units, double lower, double upper)
    {
        var e = Betting.Of(Read(Golden[..units]), running: false);
        Assert.Equal((SequenceStatus.Ok, units), (e.Status, e.Units));
        Assert.Equal(lower, e.Lower!.Value, 1.1e-4);
        Assert.Equal(upper, e.Upper!.Value, 1.1e-4);
    }

    /// <summary>Golden entry cs_beta_binomial_mixture (root finding by another program).</summary>
    [Theory]
    [InlineData(1, 0, 0.5, 0.024999999999998402, 1.0, 1.0)]
    [InlineData(1, 0, 1, 0.02499999999999839, 1.0, 1.0)]
    [InlineData(5, 0, 0.5, 0.41496753184572327, 1.0, 7.875000000000001)]
    [InlineData(5, 0, 1, 0.3838519496373776, 1.0, 5.333333333333334)]
    [InlineData(5, 5, 0.5, 0.11756292407956939, 0.8824370759204306, 0.2460937499999998)]
    [InlineData(5, 5, 1, 0.12921901240078773, 0.8707809875992123, 0.36940836940836935)]
    [InlineData(12, 2, 0.5, 0.4707994277511588, 0.9940262257468836, 10.882324218750002)]
    [InlineData(12, 2, 1, 0.4753431263770468, 0.9937143633410866, 12.002930402930394)]
    [InlineData(57, 43, 0.5, 0.40482034735498224, 0.7251998053738692, 0.21274031822317838)]
    [InlineData(57, 43, 1, 0.4113367258055442, 0.7194481858913424, 0.3292795825924983)]
    [InlineData(40, 20, 0.5, 0.4584201898557832, 0.8378862743757148, 3.066397953447592)]
    [InlineData(40, 20, 1, 0.466236822185974, 0.8326428727727706, 4.508839129973072)]
    [InlineData(570, 430, 0.5, 0.5123632067582349, 0.6263956653672905, 469.81765987483084)]
    [InlineData(570, 430, 1, 0.514308357296967, 0.6245322337293264, 730.3621805414102)]
    [InlineData(5700, 4300, 0.5, 0.5503471915778706, 0.5895067784575478, 4.0079475052377733e+40)]
    [InlineData(5700, 4300, 1, 0.5509113263816761, 0.5889508799896109, 6.233360929724996e+40)]
    public void By_the_beta_mixture_has_the_known_values(int wins, int losses, double weight, double lower, double upper, double eValue)
    {
        var e = BetaMixture.At(wins, losses, 0.95, weight);
        Assert.Equal(lower, e.Lower!.Value, 1e-9);
        Assert.Equal(upper, e.Upper!.Value, 1e-9);
        Assert.Equal(1, e.EValue!.Value / eValue, 1e-9);
    }

    [Fact]
    public void Never_widens_holds_the_mean_and_is_never_a_point() => Gen.Select(Scores, Gen.Double[0.5, 0.99]).Sample((scores, confidence) =>
    {
        var (lower, upper) = (0.0, 1.0);
        for (var n = 1; n <= scores.Length; n++)
        {
            var e = Betting.Of(scores.AsSpan(0, n), confidence);
            if (e.Status == SequenceStatus.Drifted) return; // its own test
            Assert.True(0 <= e.Lower && e.Lower < e.Upper && e.Upper <= 1, $"{e}");
            Assert.InRange(e.Value!.Value, e.Lower!.Value, e.Upper!.Value);
            Assert.True(e.Lower >= lower && e.Upper <= upper, $"{e} after [{lower}, {upper}]");
            (lower, upper) = (e.Lower.Value, e.Upper.Value);
        }
    }, iter: 200);

    [Fact]
    public void Is_what_the_intervals_of_all_looks_have_in_common() => Scores.Sample(scores =>
    {
        var looks = Enumerable.Range(1, scores.Length).Select(n => Betting.Of(scores.AsSpan(0, n), 0.8, running: false)).ToList();
        var whole = Betting.Of(scores, 0.8);
        if (whole.Status == SequenceStatus.Drifted || looks.Exists(e => e.Status == SequenceStatus.Drifted)) return;
        Assert.Equal(looks.Max(e => e.Lower!.Value), whole.Lower!.Value, 1e-12);
        Assert.Equal(looks.Min(e => e.Upper!.Value), whole.Upper!.Value, 1e-12);
    }, iter: 200);

    [Fact]
    public void Of_the_swapped_models_is_mirrored() => Scores.Sample(scores =>
    {
        var (e, s) = (Betting.Of(scores), Betting.Of([.. scores.Select(x => 1 - x)]));
        Assert.Equal(e.Status, s.Status);
        if (e.Lower is null) return;
        Assert.Equal(e.Lower.Value, 1 - s.Upper!.Value, 1e-12);
        Assert.Equal(e.Upper!.Value, 1 - s.Lower!.Value, 1e-12);
        Assert.Equal(e.PValue!.Value, s.PValue!.Value, 1e-9);
    });

    [Fact]
    public void By_the_beta_mixture_of_the_swapped_models_is_mirrored() => Gen.Bool.Array[1, 300].Sample(won =>
    {
        var (e, s) = (BetaMixture.Of(won), BetaMixture.Of([.. won.Select(w => !w)]));
        Assert.Equal(e.Status, s.Status);
        if (e.Lower is null) return;
        Assert.Equal(e.Lower.Value, 1 - s.Upper!.Value, 1e-12);
        Assert.Equal(e.PValue!.Value, s.PValue!.Value, 1e-9);
        Assert.True(e.Lower < e.Upper);
        var last = BetaMixture.At(won.Count(w => w), won.Count(w => !w));
        Assert.True(e.Status == SequenceStatus.Drifted || e.Lower >= last.Lower - 1e-12 && e.Upper <= last.Upper + 1e-12);
    });

    [Fact]
    public void Leaves_one_half_out_exactly_where_p_says_so() => Gen.Select(Scores, Gen.Double[0.5, 0.99]).Sample((scores, confidence) =>
    {
        foreach (var e in new[] { Betting.Of(scores, confidence), BetaMixture.Of([.. scores.Where(s => s != 0.5).Select(s => s > 0.5).DefaultIfEmpty(true)], confidence) })
        {
            if (e.Status == SequenceStatus.Drifted) continue;
            Assert.Equal(e.Lower > 0.5 || e.Upper < 0.5, e.PValue < 1 - confidence);
        }
    });

    [Fact]
    public void Lets_nobody_call_a_difference_by_looking_often_where_a_fixed_interval_does()
    {
        const int Studies = 500;
        var peeked = Peeking.Play(Studies, units: 1000, every: 10, ties: 0.3, seed: 1);
        var allowed = 0.05 + 3 * Math.Sqrt(0.05 * 0.95 / Studies);
        Assert.InRange(peeked.Betting / (double)Studies, 0, allowed);
        Assert.InRange(peeked.BetaMixture / (double)Studies, 0, allowed);
        Assert.InRange(peeked.FixedNAtTheEnd / (double)Studies, 0.02, allowed);
        Assert.True(peeked.FixedN > 0.25 * Studies, $"The fixed interval was wrong in {peeked.FixedN} of {Studies}.");
    }

    [Theory]
    [InlineData(0.62, 0.2)]
    [InlineData(0.93, 0.05)]
    [InlineData(0.3, 0.6)]
    public void Holds_the_mean_at_all_times(double mean, double ties)
    {
        const int Studies = 400, Units = 500;
        var (missed, mixtureMissed) = (0, 0);
        var wins = (mean - ties / 2) / (1 - ties);
        for (ulong seed = 1; seed <= Studies; seed++)
        {
            var chance = new Chance(seed);
            double[] scores = [.. Enumerable.Range(0, Units).Select(_ => chance.NextDouble() < ties ? 0.5 : chance.NextDouble() < wins ? 1 : 0)];
            var e = Betting.Of(scores); // a mean that was ever left out is left out in the end
            if (e.Lower is null || e.Lower > mean || e.Upper < mean) missed++;
            var m = BetaMixture.Of([.. scores.Where(s => s != 0.5).Select(s => s == 1)]);
            if (m.Lower is null || m.Lower > wins || m.Upper < wins) mixtureMissed++;
        }
        var allowed = 0.05 + 3 * Math.Sqrt(0.05 * 0.95 / Studies);
        Assert.InRange(missed / (double)Studies, 0, allowed);
        Assert.InRange(mixtureMissed / (double)Studies, 0, allowed);
    }

    [Fact]
    public void Stays_valid_where_the_drawn_order_mixes_unlike_categories_evenly()
    {
        // As orders are drawn: the n-th prompts of two categories, one won and one lost by most, stand close together.
        const int Studies = 400;
        var alarms = 0;
        for (ulong seed = 1; seed <= Studies; seed++)
        {
            var chance = new Chance(seed);
            var alarm = Betting.Of([.. Enumerable.Range(0, 600).Select(i => chance.NextDouble() < (i % 2 == 0 ? 0.8 : 0.2) ? 1.0 : 0)]).PValue <= 0.05;
            if (alarm) alarms++;
        }
        Assert.InRange(alarms / (double)Studies, 0, 0.05 + 3 * Math.Sqrt(0.05 * 0.95 / Studies));
    }

    [Fact]
    public void Holds_for_these_raters_where_a_unit_is_a_prompt_that_three_of_them_judge()
    {
        const int Studies = 60, Prompts = 250, Many = 3000;
        var missed = 0;
        for (ulong seed = 1; seed <= Studies; seed++)
        {
            // The same raters on many more prompts: what the sequence is about.
            var settings = new SimulationSettings { Seed = seed, Strengths = [0.4, 0], RaterTaste = 1 };
            double[] scores = [.. StudySimulator.Judge(settings, StudySimulator.Assign(seed, Many, 3, [4, 2, 1, 1, 1]).Select(a => new SimulatedAsk(a.Prompt, 0, 1, a.Rater)))
                .Select(j => j.Winner switch { Winner.A => 1, Winner.B => 0, _ => 0.5 }).Chunk(3).Select(unit => unit.Average())];
            var e = Betting.Of(scores.AsSpan(0, Prompts));
            var truth = scores.Average();
            if (e.Lower is null || e.Lower > truth || e.Upper < truth) missed++;
        }
        Assert.InRange(missed / (double)Studies, 0, 0.05 + 3 * Math.Sqrt(0.05 * 0.95 / Studies));
    }

    [Fact]
    public void Says_so_where_the_units_contradict_an_order_drawn_by_chance()
    {
        double[] drifting = [.. Enumerable.Repeat(1.0, 200), .. Enumerable.Repeat(0.0, 600)];
        var e = Betting.Of(drifting);
        Assert.Equal(SequenceStatus.Drifted, e.Status);
        Assert.True(e.Lower is null && e.Upper is null || e.Lower <= e.Value && e.Value <= e.Upper);
        Assert.Equal(SequenceStatus.Drifted, BetaMixture.Of([.. drifting.Select(s => s == 1)]).Status);
    }

    [Fact]
    public void Of_one_sided_studies_ends_at_the_end_and_overflows_nowhere()
    {
        var won = Betting.Of([.. Enumerable.Repeat(1.0, 50_000)]);
        Assert.Equal((SequenceStatus.Ok, 1.0, 1.0), (won.Status, won.Value, won.Upper));
        Assert.InRange(won.Lower!.Value, 0.99, 1 - 1e-9);
        Assert.Equal(double.MaxValue, won.EValue);
        Assert.InRange(won.PValue!.Value, 0, 1e-300);
        var tied = Betting.Of([.. Enumerable.Repeat(0.5, 400)]);
        Assert.True(tied.Lower < 0.5 && tied.Upper > 0.5);
        Assert.Equal(1, tied.PValue);
        var mixture = BetaMixture.Of([.. Enumerable.Repeat(true, 3000)]);
        Assert.True(mixture.Lower > 0.99 && mixture.Upper == 1 && mixture.EValue == double.MaxValue);
    }

    [Fact]
    public void Of_no_units_is_none()
    {
        foreach (var e in new[] { Betting.Of([]), BetaMixture.Of([]), BetaMixture.At(0, 0) })
        {
            Assert.Equal((SequenceStatus.NoUnits, 0, 0.95), (e.Status, e.Units, e.Confidence));
            Assert.Null(e.Value ?? e.Lower ?? e.Upper ?? e.EValue ?? e.PValue);
        }
    }

    [Fact]
    public void Refuses_what_is_no_score_and_no_confidence_by_name()
    {
        foreach (var wrong in new[] { -0.1, 1.1, double.NaN })
            Assert.Equal("score", Assert.ThrowsAny<ArgumentException>(() => Betting.Of([0.5, wrong])).ParamName);
        foreach (var wrong in new[] { 0, 1, 1.2, double.NaN })
        {
            Assert.Equal("confidence", Assert.ThrowsAny<ArgumentException>(() => Betting.Of([0.5], wrong)).ParamName);
            Assert.Equal("confidence", Assert.ThrowsAny<ArgumentException>(() => BetaMixture.Of([true], wrong)).ParamName);
        }
        Assert.Equal("weight", Assert.ThrowsAny<ArgumentException>(() => BetaMixture.Of([true], weight: 0)).ParamName);
        Assert.Equal("wins", Assert.ThrowsAny<ArgumentException>(() => BetaMixture.At(-1, 0)).ParamName);
        Assert.Equal("losses", Assert.ThrowsAny<ArgumentException>(() => BetaMixture.At(0, -1)).ParamName);
    }
}
