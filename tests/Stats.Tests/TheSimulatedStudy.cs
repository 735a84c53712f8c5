using PrefEval.Stats.Simulation;

namespace PrefEval.Stats.Tests;

public sealed class TheSimulatedStudy
{
    private static readonly SimulationSettings Settings = new() { Seed = 7, Strengths = [0.5, 0, -0.5], LeftBias = 0.2 };

    private static IEnumerable<SimulatedAsk> Asks(int prompts) =>
        from p in Enumerable.Range(0, prompts) from r in Enumerable.Range(0, 3) from pair in new[] { (0, 1), (0, 2), (1, 2) } select new SimulatedAsk(p, pair.Item1, pair.Item2, r);

    [Fact]
    public void Chance_is_the_published_generator()
    {
        // xoshiro256** from SplitMix64(0): first SplitMix64 outputs are e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f, f88bb8a8724c81ec,
        // and the scrambler gives rotl(6e789e6aa1b965f4 * 5, 7) * 9.
        const ulong second = 0x6e789e6aa1b965f4;
        Assert.Equal(unchecked(System.Numerics.BitOperations.RotateLeft(unchecked(second * 5), 7) * 9), new Chance(0).NextULong());
    }

    [Fact]
    public void Chance_is_uniform_normal_and_fair()
    {
        var chance = new Chance(1);
        const int n = 200_000;
        var (mean, square, sum) = (0.0, 0.0, 0.0);
        var faces = new int[6];
        for (var i = 0; i < n; i++)
        {
            sum += chance.NextDouble();
            var z = chance.NextNormal();
            mean += z;
            square += z * z;
            faces[chance.NextInt(6)]++;
        }
        Assert.Equal(0.5, sum / n, 0.003);
        Assert.Equal(0, mean / n, 0.01);
        Assert.Equal(1, square / n, 0.015);
        Assert.All(faces, f => Assert.InRange(f, n / 6 - 700, n / 6 + 700));
    }

    [Fact]
    public void Is_the_same_for_the_same_seed_in_any_order_and_another_for_another()
    {
        var judgments = StudySimulator.Judge(Settings, Asks(50)).ToArray();
        Assert.Equal(judgments.Reverse(), StudySimulator.Judge(Settings, Asks(50).Reverse()));
        Assert.NotEqual(judgments, StudySimulator.Judge(Settings with { Seed = 8 }, Asks(50)));
    }

    [Fact]
    public void Means_the_same_asked_the_other_way_round()
    {
        var there = StudySimulator.Judge(Settings, Asks(50)).ToArray();
        var back = StudySimulator.Judge(Settings, Asks(50).Select(a => a with { ModelA = a.ModelB, ModelB = a.ModelA })).ToArray();
        Assert.Equal(there.Select(j => (j.Left, Said(j))), back.Select(j => (j.Left, Said(j))));
        static int Said(SimulatedJudgment j) => j.Winner switch { Winner.A => j.ModelA, Winner.B => j.ModelB, Winner.Tie => -1, _ => -2 };
    }

    [Fact]
    public void Shows_the_effects_it_was_given()
    {
        var judgments = StudySimulator.Judge(Settings, Asks(2000)).ToArray();
        double Rate(Func<SimulatedJudgment, bool> of, Func<SimulatedJudgment, bool> which) => (double)judgments.Count(j => of(j) && which(j)) / judgments.Count(of);
        Assert.True(Rate(j => j.ModelB == 1, j => j.Winner == Winner.A) > Rate(j => j.ModelB == 1, j => j.Winner == Winner.B) + 0.1);
        Assert.Equal(0.5, Rate(_ => true, j => j.Left == j.ModelA), 0.02);
        Assert.True(Rate(j => j.Winner is Winner.A or Winner.B, j => j.Winner == Winner.A == (j.Left == j.ModelA)) > 0.52);
        Assert.InRange(Rate(_ => true, j => j.Winner is Winner.Tie or Winner.BothBad), 0.1, 0.4);
        Assert.Equal(0.3, Rate(j => j.Winner is Winner.Tie or Winner.BothBad, j => j.Winner == Winner.BothBad), 0.04);
    }

    [Fact]
    public void Gives_every_prompt_different_raters_by_their_weights()
    {
        var load = StudySimulator.Assign(3, 3000, 3, [8, 1, 1, 1, 1]).ToArray();
        Assert.Equal(9000, load.Length);
        Assert.All(load.GroupBy(l => l.Prompt), g => Assert.Equal(3, g.Select(l => l.Rater).Distinct().Count()));
        Assert.True(load.Count(l => l.Rater == 0) > 1.5 * load.Count(l => l.Rater == 1));
    }
}
