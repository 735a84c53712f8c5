using PrefEval.Stats.Simulation;

namespace PrefEval.Stats.Tests;

/// <summary>Seeded studies of four models, prompts and raters with tastes: how often contrasts and rank sets hold the truth. The short form.</summary>
public sealed class TheCoverageOfRanks
{
    private const int Studies = 300, Prompts = 120, Models = 4;
    private const double TieWidth = 0.6, PromptTaste = 0.8, RaterTaste = 0.5;
    private static readonly double[] True = [0.5, 0.5, 0.2, 0];

    [Fact]
    public void Is_what_they_say_and_that_of_independent_judgments_is_not()
    {
        var truth = Truth();
        var (two, one, sets) = (0, 0, 0);
        for (ulong seed = 1; seed <= Studies; seed++)
        {
            var board = Study(seed).Estimate();
            var rows = Assert.Single(board.Tables).Rows.OrderBy(r => r.Model).ToArray();
            for (var m = 0; m < Models; m++)
            {
                two += Holds(rows[m].Strength.RatersLikeThese, truth[m]);
                one += Holds(rows[m].Strength.Independent, truth[m]);
            }
            // The first two are equal: each has rank 1 or 2, whichever way.
            sets += Enumerable.Range(0, Models).All(m => rows[m].RankSet!.Best <= 1 + truth.Count(t => t > truth[m] + 1e-6) && rows[m].RankSet!.Worst >= truth.Count(t => t >= truth[m] - 1e-6)) ? 1 : 0;
        }
        double Share(int hits, int of) => (double)hits / of;
        var error = Math.Sqrt(0.05 * 0.95 / Studies);
        Assert.True(Share(two, Models * Studies) is >= 0.93 and <= 0.99, $"two-way {Share(two, Models * Studies):0.000}");
        Assert.True(Share(sets, Studies) >= 0.95 - 3 * error, $"rank sets {Share(sets, Studies):0.000}");
        Assert.True(Share(one, Models * Studies) < 0.90, $"independent {Share(one, Models * Studies):0.000}");
    }

    private static int Holds(Estimate e, double truth) => e.Lower <= truth && truth <= e.Upper ? 1 : 0;

    private static Contests Study(ulong seed)
    {
        var settings = new SimulationSettings { Seed = seed, Strengths = True, PromptTaste = PromptTaste, RaterTaste = RaterTaste, TieWidth = TieWidth, TieLeniency = 0, LeftBiasSpread = 0, NoiseSpread = 0 };
        var asks = StudySimulator.Assign(seed, Prompts, 2, [.. Enumerable.Repeat(1.0, 12)])
            .SelectMany(a => from i in Enumerable.Range(0, Models) from j in Enumerable.Range(i + 1, Models - i - 1) select new SimulatedAsk(a.Prompt, i, j, a.Rater));
        return Contests.Of(StudySimulator.Judge(settings, asks));
    }

    /// <summary>What the model would say of all prompts and raters there are: fitted to the chances themselves.</summary>
    private static double[] Truth()
    {
        var cells = new List<ContestCell>();
        for (var i = 0; i < Models; i++)
            for (var j = i + 1; j < Models; j++)
            {
                var (low, high, weight) = (0.0, 0.0, 0.0);
                for (var x = -8.0; x <= 8; x += 0.01)
                {
                    var density = Math.Exp(-x * x / 2);
                    var lead = True[i] - True[j] + Math.Sqrt(PromptTaste * PromptTaste + RaterTaste * RaterTaste) * x;
                    low += density / (1 + Math.Exp(TieWidth - lead));
                    high += density / (1 + Math.Exp(TieWidth + lead));
                    weight += density;
                }
                cells.Add(new(i, j, 0, low / weight, high / weight, 1 - (low + high) / weight));
            }
        return DavidsonFit.Of(cells, Models, false, true, false)!.Strengths;
    }
}
