namespace PrefEval.Stats.Tests;

/// <summary>How often intervals hold the truth in seeded studies, within three Monte Carlo errors. The short form: 10,000 studies a design are in the benchmarks.</summary>
public sealed class TheCoverage
{
    private const int Studies = 600;
    private static readonly double Error = Math.Sqrt(0.05 * 0.95 / Studies);

    public static TheoryData<Load, double> Designs => new()
    {
        { Load.Balanced(12, 3), 0.5 },
        { Load.Balanced(12, 3), 0.97 },
        { Load.Balanced(3, 3), 0.56 },
        { Load.Balanced(30, 3), 0.56 },
        { Load.Zipf(), 0.56 },
        { Load.Zipf(), 0.9 },
        { Load.DropOuts(), 0.56 },
        { Load.OneDoesHalf, 0.56 },
    };

    [Theory]
    [MemberData(nameof(Designs))]
    public void Of_the_default_interval_is_what_it_says(Load load, double winRate)
    {
        var covered = Share(load, winRate, e => e.WinRate.RatersLikeThese);
        Assert.True(covered >= 0.94 - 3 * Error && covered <= 0.99 + 3 * Error, $"{load.Name}, {winRate}: {covered:0.000}");
    }

    [Fact]
    public void Of_the_independent_interval_is_not_where_raters_differ()
    {
        var covered = Share(Load.Balanced(12, 3), 0.56, e => e.WinRate.Independent);
        Assert.True(covered < 0.8, $"{covered:0.000}");
    }

    [Fact]
    public void Of_the_independent_interval_is_what_it_says_where_votes_are_independent() =>
        Assert.InRange(Share(Load.Balanced(12, 3), 0.56, e => e.WinRate.Independent, promptTaste: 0, raterTaste: 0), 0.95 - 3 * Error, 0.95 + 3 * Error);

    /// <summary>Which holds for these raters; the long form has the table.</summary>
    [Theory]
    [InlineData(3, 3)]
    [InlineData(6, 3)]
    public void Of_alphas_interval_is_close_at_thirty_units(int raters, int perUnit)
    {
        var truth = SimulatedStudies.Agreement(1, 0, 30 * Studies, raters, perUnit, 1.5).KrippendorffAlpha.Value!.Value;
        var covered = Enumerable.Range(0, Studies).Count(s => SimulatedStudies.Holds(SimulatedStudies.Agreement(1, 30 * s, 30, raters, perUnit, 1.5).KrippendorffAlpha, truth));
        Assert.InRange((double)covered / Studies, 0.92 - 3 * Error, 0.99);
    }

    private static double Share(Load load, double winRate, Func<PreferenceEstimates, Estimate> of, double promptTaste = SimulatedStudies.PromptTaste, double raterTaste = SimulatedStudies.RaterTaste)
    {
        var strength = SimulatedStudies.StrengthFor(winRate, Math.Sqrt(promptTaste * promptTaste + raterTaste * raterTaste));
        return (double)Enumerable.Range(1, Studies).Count(s => SimulatedStudies.Holds(of(SimulatedStudies.Headline((ulong)s, load, strength, promptTaste, raterTaste)), winRate)) / Studies;
    }
}
