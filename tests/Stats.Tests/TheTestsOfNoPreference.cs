namespace PrefEval.Stats.Tests;

public sealed class TheTestsOfNoPreference
{
    // golden sign_test
    [Theory]
    [InlineData(12, 2, 0.012939453125, 0.00738525390625)]
    [InlineData(57, 43, 0.193347904495643, 0.163279261851428)]
    [InlineData(40, 20, 0.0134892937311919, 0.00985344819525929)]
    [InlineData(5, 0, 0.0625, 0.03125)]
    [InlineData(0, 0, 1.0, 1.0)]
    [InlineData(10, 10, 1.0, 0.911901473999023)]
    [InlineData(1, 0, 1.0, 0.5)]
    [InlineData(400, 350, 0.0735077740584357, 0.0680013482102832)]
    [InlineData(8, 1, 0.0390625, 0.021484375)]
    public void The_sign_test_matches_R(int wins, int losses, double exact, double midP)
    {
        var test = SignTest.Of(wins, losses);
        Assert.Equal(exact, test.Exact, 1e-12);
        Assert.Equal(midP, test.MidP, 1e-12);
        Assert.Equal(wins + losses == 0 ? EstimateStatus.NoDecisive : EstimateStatus.Ok, test.Status);
        Assert.Equal((exact, midP), (SignTest.Of(losses, wins).Exact, SignTest.Of(losses, wins).MidP), new Within(1e-12));
    }

    [Fact]
    public void The_sign_test_survives_a_landslide_and_a_million_judgments()
    {
        Assert.Equal(0, SignTest.Of(100_000, 0).Exact);
        Assert.Equal(1, SignTest.Of(500_000, 500_000).Exact);
        // the normal limit: z = 2 with continuity correction
        Assert.Equal(Quantile.NormalTails(2), SignTest.Of(501_000, 499_000).MidP, 1e-6);
    }

    // golden p_adjust
    private static readonly double[] P = [0.001, 0.008, 0.012, 0.03, 0.04, 0.2, 0.5, 0.74];

    [Fact]
    public void Holm_matches_R() => Assert.Equal([0.008, 0.056, 0.072, 0.15, 0.16, 0.6, 1, 1], Holm.Adjust(P), new Within(1e-8));

    [Fact]
    public void Benjamini_and_Hochberg_match_R() =>
        Assert.Equal([0.008, 0.032, 0.032, 0.06, 0.064, 0.266666666666667, 0.571428571428571, 0.74], BenjaminiHochberg.Adjust(P), new Within(1e-8));

    [Fact]
    public void Adjusted_values_stand_where_the_raw_ones_stood()
    {
        double[] backwards = [.. P.Reverse()];
        Assert.Equal(Holm.Adjust(P).Reverse(), Holm.Adjust(backwards));
        Assert.Equal(BenjaminiHochberg.Adjust(P).Reverse(), BenjaminiHochberg.Adjust(backwards));
        Assert.Empty(Holm.Adjust([]));
        Assert.Throws<ArgumentException>(() => Holm.Adjust([double.NaN]));
    }

    // closed forms for 1, 2 and 5 degrees of freedom; golden agreement_jackknife and headline_d1
    [Theory]
    [InlineData(0.95, 5, 2.5705818356363133)]
    [InlineData(0.95, 19, 2.093024054408263)]
    [InlineData(0.95, 4.932858596134283, 2.581141261587707)]
    [InlineData(0.95, 1, 12.706204736174698)]
    [InlineData(0.9999, 1, 6366.197671306)]
    [InlineData(0.95, 2, 4.302652729911275)]
    public void Students_quantile_matches_known_values(double confidence, double df, double t) =>
        Assert.Equal(1, Quantile.Student(confidence, df) / t, 1e-9);

    [Fact]
    public void Students_quantile_has_no_step_where_the_expansion_takes_over_and_ends_in_the_normal()
    {
        foreach (var confidence in new[] { 0.5, 0.9, 0.95, 0.99, 0.9999 })
        {
            Assert.Equal(Quantile.Student(confidence, 2000), Quantile.Student(confidence, 2000.0001), 1e-6 * 2000.0001 / 2000);
            Assert.Equal(Quantile.Normal(confidence), Quantile.Student(confidence, 1e9), 1e-7);
            foreach (var df in new[] { 1, 3.7, 150, 1999, 2001, 1e5 })
                Assert.Equal(1 - confidence, Quantile.StudentTails(Quantile.Student(confidence, df), df), 1e-10);
        }
    }
}

/// <summary>Equal up to an absolute distance, for collections and pairs.</summary>
public sealed class Within(double tolerance) : IEqualityComparer<double>, IEqualityComparer<(double, double)>
{
    public bool Equals(double x, double y) => Math.Abs(x - y) <= tolerance;

    public int GetHashCode(double obj) => 0;

    public bool Equals((double, double) x, (double, double) y) => Equals(x.Item1, y.Item1) && Equals(x.Item2, y.Item2);

    public int GetHashCode((double, double) obj) => 0;
}
