using PrefEval.Stats.Simulation;

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

    /// <summary>One model so strong, or so few judgments, that some strength would be infinite: the sets of penalized tables.</summary>
    [Theory]
    [InlineData(6.0, 20, 6, 1.0, 60)] // a model that (nearly) always wins among four, raters who differ
    [InlineData(0.0, 8, 5, 3.0, 300)] // two equal models and five raters so headstrong that by chance they all say the same
    public void Is_kept_where_strengths_are_drawn_in(double top, int prompts, int raters, double raterTaste, int studies)
    {
        double[] strengths = top > 0 ? [top, 0.3, 0, 0] : [0, 0];
        var (right, penalized, alone) = (0, 0, 0);
        for (ulong seed = 1; seed <= (ulong)studies; seed++)
        {
            var settings = new SimulationSettings { Seed = seed, Strengths = strengths, PromptTaste = 0.8, RaterTaste = raterTaste, TieWidth = 0.05, TieLeniency = 0, LeftBiasSpread = 0, NoiseSpread = 0 };
            var asks = StudySimulator.Assign(seed, prompts, 2, [.. Enumerable.Repeat(1.0, raters)])
                .SelectMany(a => from i in Enumerable.Range(0, strengths.Length) from j in Enumerable.Range(i + 1, strengths.Length - i - 1) select new SimulatedAsk(a.Prompt, i, j, a.Rater));
            var table = Contests.Of(StudySimulator.Judge(settings, asks)).Table();
            var sets = table.Rows.ToDictionary(r => r.Model, r => r.RankSet!);
            if (Enumerable.Range(0, strengths.Length).All(m => sets[m].Best <= 1 + strengths.Count(t => t > strengths[m]) && sets[m].Worst >= strengths.Count(t => t >= strengths[m]))) right++;
            if (!table.Penalized) continue;
            penalized++;
            if (sets[0] == new RankSet(1, 1)) alone++;
        }
        Assert.True(penalized >= studies / 20, $"penalized {penalized} of {studies}");
        Assert.True((double)right / studies >= 0.95 - 3 * Math.Sqrt(0.05 * 0.95 / studies), $"rank sets {(double)right / studies:0.000}");
        if (top > 0) Assert.True(alone >= 0.8 * penalized, $"the first alone at the top in {alone} of {penalized}");
    }
}
