namespace PrefEval.Stats.Tests;

/// <summary>How often a leaderboard's contrasts and rank sets hold the truth. The short form: 10,000 studies a design are in the benchmarks.</summary>
public sealed class TheCoverageOfRanks
{
    private const int Studies = 150;

    public static TheoryData<Load> Loads => [Load.Balanced(12, 2), Load.Balanced(3, 2), Load.Zipf(2), Load.DropOuts(2), Load.OneDoesHalf];

    [Theory]
    [MemberData(nameof(Loads))]
    public void Is_what_they_say_and_that_of_independent_judgments_is_not(Load load)
    {
        var (two, one, sets) = (0, 0, 0);
        for (ulong seed = 1; seed <= Studies; seed++)
        {
            var rows = SimulatedStudies.Board(seed, load, prompts: 100);
            for (var m = 0; m < rows.Length; m++)
            {
                if (SimulatedStudies.Holds(rows[m].Strength.RatersLikeThese, SimulatedStudies.TrueStrengths[m])) two++;
                if (SimulatedStudies.Holds(rows[m].Strength.Independent, SimulatedStudies.TrueStrengths[m])) one++;
            }
            if (SimulatedStudies.RankSetsHold(rows)) sets++;
        }
        double Share(int hits, int of) => (double)hits / of;
        // A study's four strengths lean together: as uncertain as two, about.
        Assert.True(Share(two, 4 * Studies) >= 0.935 - 3 * Math.Sqrt(0.05 * 0.95 / (2 * Studies)), $"two-way {Share(two, 4 * Studies):0.000}");
        Assert.True(Share(sets, Studies) >= 0.95 - 3 * Math.Sqrt(0.05 * 0.95 / Studies), $"rank sets {Share(sets, Studies):0.000}");
        Assert.True(Share(one, 4 * Studies) < 0.90, $"independent {Share(one, 4 * Studies):0.000}");
    }
}
