using System.Diagnostics;
using System.Globalization;
using PrefEval.Stats;
using PrefEval.Stats.Simulation;
using PrefEval.Stats.Tests;

namespace PrefEval.Benchmarks;

/// <summary>
/// How often intervals hold the truth, in seeded studies: the long form of what the tests of Stats check in short. Every study is drawn from its own number, so that threads change nothing.
/// </summary>
public static class Coverage
{
    private const int Studies = 10_000;
    private static readonly ParallelOptions Threads = new() { MaxDegreeOfParallelism = 2 };

    public static Task RunAsync()
    {
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        Console.WriteLine($"{Studies:N0} studies a row, nominal .95, Monte Carlo error .002.");
        var watch = Stopwatch.StartNew();
        Headline();
        Boards();
        Agreements();
        Lengths();
        Judges();
        Peeks();
        Console.WriteLine($"\n{watch.Elapsed.TotalMinutes:0.0} minutes, {Environment.CpuUsage.TotalTime.TotalMinutes:0.0} of a core.");
        return Task.CompletedTask;
    }

    private static void Headline()
    {
        Table("Two models, 300 prompts; held against the truth for all prompts and raters there are", "load (raters, judgments a prompt) | true win rate",
            "win rate", "win or tie", "decisive win rate", "these raters", "independent");
        var both = (Prompt: SimulatedStudies.PromptTaste, Rater: SimulatedStudies.RaterTaste);
        foreach (var (load, winRate, taste) in new[]
        {
            (Load.Balanced(12, 3), 0.56, both),
            (Load.Balanced(12, 3), 0.50, both),
            (Load.Balanced(12, 3), 0.90, both),
            (Load.Balanced(12, 3), 0.97, both),
            (Load.Balanced(3, 3), 0.50, both),
            (Load.Balanced(3, 3), 0.90, both),
            (Load.Balanced(5, 3), 0.56, both),
            (Load.Balanced(30, 3), 0.50, both),
            (Load.Balanced(30, 3), 0.97, both),
            (Load.Zipf(), 0.56, both),
            (Load.Zipf(), 0.90, both),
            (Load.Zipf(), 0.97, both),
            (Load.DropOuts(), 0.56, both),
            (Load.DropOuts(), 0.90, both),
            (Load.OneDoesHalf, 0.56, both),
            (Load.OneDoesHalf, 0.90, both),
            (Load.Balanced(5, 3), 0.56, (0.0, 0.0)),
        })
        {
            var spread = Math.Sqrt(taste.Item1 * taste.Item1 + taste.Item2 * taste.Item2);
            var strength = SimulatedStudies.StrengthFor(winRate, spread);
            var (win, loss) = SimulatedStudies.Chances(strength, spread);
            var shares = Shares(5, study =>
            {
                var e = SimulatedStudies.Headline((ulong)study, load, strength, taste.Item1, taste.Item2);
                return
                [
                    SimulatedStudies.Holds(e.WinRate.RatersLikeThese, winRate),
                    SimulatedStudies.Holds(e.WinOrTie.RatersLikeThese, 1 - loss),
                    SimulatedStudies.Holds(e.DecisiveWinRate.RatersLikeThese, win / (win + loss)),
                    SimulatedStudies.Holds(e.WinRate.TheseRaters, winRate),
                    SimulatedStudies.Holds(e.WinRate.Independent, winRate),
                ];
            });
            Row($"{load.Name}{(spread == 0 ? ", no effects" : "")} | {winRate:.00}", shares);
        }
    }

    private static void Boards()
    {
        Table("Leaderboard of four models, six pairs on each of 150 prompts: strengths against the average, rank sets of all four at once", "load (raters, a prompt)",
            "raters like these", "these raters", "independent", "rank sets");
        foreach (var load in new[] { Load.Balanced(12, 2), Load.Balanced(3, 2), Load.Balanced(30, 2), Load.Zipf(2), Load.DropOuts(2), Load.OneDoesHalf })
        {
            var shares = Shares(13, study =>
            {
                var rows = SimulatedStudies.Board((ulong)study, load);
                bool Holds(int m, Scope scope) => SimulatedStudies.Holds(rows[m].Strength.In(scope), SimulatedStudies.TrueStrengths[m]);
                return
                [
                    .. from scope in (Scope[])[Scope.RatersLikeThese, Scope.TheseRaters, Scope.Independent] from m in Enumerable.Range(0, 4) select Holds(m, scope),
                    SimulatedStudies.RankSetsHold(rows),
                ];
            });
            Row(load.Name, [.. shares[..12].Chunk(4).Select(c => c.Average()), shares[12]]);
        }
    }

    private static void Agreements()
    {
        Table("Agreement, for these raters: a unit a prompt", "units, raters, a unit, spread of prompts | true alpha", "alpha", "alpha, linear", "percent", "tie-discounted", "Gwet's AC1", "no interval");
        foreach (var (units, raters, perUnit, noise) in new[] { (30, 3, 3, 1.5), (30, 3, 3, 4.0), (30, 2, 2, 1.5), (30, 6, 3, 1.5), (30, 3, 3, 0.5), (100, 3, 3, 1.5), (300, 6, 3, 1.5) })
        {
            // All studies' prompts together are the population.
            var truth = SimulatedStudies.Agreement(1, 0, 300_000, raters, perUnit, noise);
            static Estimate[] Of(AgreementEstimates a) => [a.KrippendorffAlpha, a.KrippendorffAlphaLinear, a.Percent, a.TieDiscounted, a.GwetAc1];
            double[] values = [.. Of(truth).Select(t => t.Value!.Value)];
            var shares = Shares(6, study =>
            {
                var e = Of(SimulatedStudies.Agreement(1, study * units, units, raters, perUnit, noise));
                return [.. e.Zip(values).Select(x => SimulatedStudies.Holds(x.First, x.Second)), e.Any(x => x.Lower is null)];
            });
            Row($"{units}, {raters}, {perUnit}, {noise:0.0} | {values[0]:.00}", shares);
        }
    }

    private static void Lengths()
    {
        Table("Win rate at equal lengths (a logistic curve on length), 200 prompts", "load (raters, judgments a prompt) | gain of the longest answer", "raters like these", "these raters", "independent");
        foreach (var (load, gain) in new[] { (Load.Balanced(12, 3), 0.0), (Load.Balanced(12, 3), 1.0), (Load.Balanced(30, 3), 1.0), (Load.Zipf(), 1.0) })
        {
            var truth = Length([.. Enumerable.Range(20_000, 2_000)], load, gain).WinRate.Independent.Value!.Value;
            var shares = Shares(3, study =>
            {
                var e = Length([study], load, gain).WinRate;
                return [SimulatedStudies.Holds(e.RatersLikeThese, truth), SimulatedStudies.Holds(e.TheseRaters, truth), SimulatedStudies.Holds(e.Independent, truth)];
            });
            Row($"{load.Name} | {gain:0.0}", shares);
        }
    }

    /// <summary>Several studies, each with prompts and raters of its own, as one.</summary>
    private static LengthEstimates Length(int[] studies, Load load, double gain)
    {
        const int Prompts = 200;
        List<int> prompt = [], rater = [], lengthA = [], lengthB = [];
        List<Winner> winner = [];
        for (var s = 0; s < studies.Length; s++)
        {
            var chance = Chance.For(1, studies[s]);
            double[] raterTaste = [.. load.Weights.Select(_ => SimulatedStudies.RaterTaste * chance.NextNormal())];
            (double Taste, int A, int B)[] prompts = [.. Enumerable.Range(0, Prompts).Select(_ => (SimulatedStudies.PromptTaste * chance.NextNormal(), 500 + chance.NextInt(700), 400 + chance.NextInt(700)))];
            foreach (var (p, r) in StudySimulator.Assign((ulong)studies[s], Prompts, load.RatersAPrompt, load.Weights))
            {
                var lead = 0.3 + gain * Math.Tanh((prompts[p].A - prompts[p].B) / 286.0) + prompts[p].Taste + raterTaste[r] + chance.NextLogistic();
                prompt.Add(Prompts * s + p);
                rater.Add(load.Weights.Length * s + r);
                lengthA.Add(prompts[p].A);
                lengthB.Add(prompts[p].B);
                winner.Add(Math.Abs(lead) <= SimulatedStudies.TieWidth ? Winner.Tie : lead > 0 ? Winner.A : Winner.B);
            }
        }
        return LengthControl.Estimate(new([.. prompt], [.. rater], [.. winner]), [.. lengthA], [.. lengthB]);
    }

    private static void Judges()
    {
        Table("A judge against people and people against each other (tie-discounted), three people, two units a prompt", "prompts | judge's lean", "judge", "ceiling", "difference", "kappa's difference");
        foreach (var (prompts, lean) in new[] { (30, 0.5), (80, 0.5), (80, 2.0), (300, 0.5) })
        {
            static Estimate[] Of(JudgeAgreementEstimates e) => [e.TieDiscounted.Judge, e.TieDiscounted.Ceiling, e.TieDiscounted.Difference, e.KappaLinear.Difference];
            var truth = Of(Judge(Chance.For(3, -1), 300_000, lean)).Select(e => e.Value!.Value).ToArray();
            Row($"{prompts} | {lean:0.0}", Shares(4, study => [.. Of(Judge(Chance.For(3, study), prompts, lean)).Zip(truth).Select(x => SimulatedStudies.Holds(x.First, x.Second))]));
        }
    }

    private static JudgeAgreementEstimates Judge(Chance chance, int prompts, double judgeLean)
    {
        const int Units = 2, Voices = 4; // the last is the judge
        var (unit, prompt, winner, isJudge) = (new int[prompts * Units * Voices], new int[prompts * Units * Voices], new Winner[prompts * Units * Voices], new bool[prompts * Units * Voices]);
        var i = 0;
        for (var p = 0; p < prompts; p++)
        {
            var lean = 1.5 * chance.NextNormal();
            for (var u = 0; u < Units; u++)
                for (var who = 0; who < Voices; who++)
                {
                    isJudge[i] = who == Voices - 1;
                    var lead = lean + (isJudge[i] ? judgeLean : 0) + chance.NextLogistic();
                    (unit[i], prompt[i]) = (Units * p + u, p);
                    winner[i++] = Math.Abs(lead) <= SimulatedStudies.TieWidth ? Winner.Tie : lead > 0 ? Winner.A : Winner.B;
                }
        }
        return JudgeAgreement.Estimate(unit, prompt, winner, isJudge);
    }

    private static void Peeks()
    {
        const int Chunk = 100;
        Table("False alarms under unlimited peeking: two equal models, 2,000 single judgments, alpha .05", "ties", "betting, every look", "beta mixture, every look", "fixed n, a look every 10", "fixed n, at the end");
        foreach (var ties in new[] { 0, 0.3, 0.6 })
        {
            var parts = new PeekingResult[Studies / Chunk];
            Parallel.For(0, parts.Length, Threads, i => parts[i] = Peeking.Play(Chunk, units: 2000, every: 10, ties, seed: (ulong)(1 + Chunk * i)));
            double Share(Func<PeekingResult, int> of) => (double)parts.Sum(of) / Studies;
            Row($"{ties:0.0}", [Share(p => p.Betting), Share(p => p.BetaMixture), Share(p => p.FixedN), Share(p => p.FixedNAtTheEnd)]);
        }
    }

    /// <summary>Of each of so many questions, the share of studies that say yes.</summary>
    private static double[] Shares(int questions, Func<int, bool[]> play)
    {
        var yes = new int[questions];
        Parallel.For(0, Studies, Threads, study =>
        {
            var answers = play(study);
            for (var q = 0; q < questions; q++)
                if (answers[q]) Interlocked.Increment(ref yes[q]);
        });
        return [.. yes.Select(y => (double)y / Studies)];
    }

    private static void Table(string title, string design, params string[] columns)
    {
        Console.WriteLine();
        Console.WriteLine(title + ".");
        Console.WriteLine();
        Console.WriteLine($"| {design} | {string.Join(" | ", columns)} |");
        Console.WriteLine("|" + string.Concat(Enumerable.Repeat("---|", design.Count(c => c == '|') + 1 + columns.Length)));
    }

    private static void Row(string design, double[] shares) => Console.WriteLine($"| {design} | {string.Join(" | ", shares.Select(s => s == 1 ? "1.000" : $"{s:.000}"))} |");
}
