using PrefEval.Stats.Simulation;

namespace PrefEval.Stats.Tests;

/// <summary>Who judges how much: so many different raters a prompt, drawn with these weights.</summary>
public sealed record Load(string Name, double[] Weights, int RatersAPrompt)
{
    public static Load Balanced(int raters, int aPrompt) => new($"balanced ({raters}, {aPrompt})", Even(raters), aPrompt);
    public static Load Zipf(int aPrompt = 3) => new($"Zipf, 1/rank (12, {aPrompt})", [.. Enumerable.Range(1, 12).Select(r => 1.0 / r)], aPrompt);
    public static Load DropOuts(int aPrompt = 3) => new($"4 core + 8 drop-outs (12, {aPrompt})", [.. Enumerable.Range(0, 12).Select(r => r < 4 ? 30.0 : 1)], aPrompt);
    public static Load OneDoesHalf { get; } = new("one rater does half (12, 1)", [11, .. Even(11)], 1);

    private static double[] Even(int raters) => [.. Enumerable.Repeat(1.0, raters)];
}

/// <summary>
/// Seeded studies whose truth is known, for the coverage of intervals: the short form in these tests, the long one in the benchmarks. Contrasts of models differ between
/// prompts and between raters with these standard deviations, in log-odds; raters do not differ in anything else.
/// </summary>
public static class SimulatedStudies
{
    public const double TieWidth = 0.6, PromptTaste = 0.8, RaterTaste = 0.5;

    /// <summary>Two models, 300 prompts.</summary>
    /// <param name="strength">Of A over B, in log-odds.</param>
    public static PreferenceEstimates Headline(ulong seed, Load load, double strength, double promptTaste = PromptTaste, double raterTaste = RaterTaste)
    {
        var asks = StudySimulator.Assign(seed, 300, load.RatersAPrompt, load.Weights).Select(a => new SimulatedAsk(a.Prompt, 0, 1, a.Rater));
        var rows = StudySimulator.Judge(Settings(seed, [strength, 0], promptTaste, raterTaste), asks).ToArray();
        return Preference.Estimate(new(Array.ConvertAll(rows, r => r.Prompt), Array.ConvertAll(rows, r => r.Rater), Array.ConvertAll(rows, r => r.Winner)));
    }

    /// <summary>The chances that A wins and that B does, over all prompts and raters there are: means over a normal lead, by the trapezoid rule.</summary>
    /// <param name="spread">The lead's standard deviation.</param>
    public static (double Win, double Loss) Chances(double strength, double spread)
    {
        var (win, loss, weight) = (0.0, 0.0, 0.0);
        for (var x = -8.0; x <= 8; x += 0.01)
        {
            var density = Math.Exp(-x * x / 2);
            var lead = strength + spread * x;
            win += density / (1 + Math.Exp(TieWidth - lead));
            loss += density / (1 + Math.Exp(TieWidth + lead));
            weight += density;
        }
        return (win / weight, loss / weight);
    }

    public static double WinRate(double strength, double spread)
    {
        var (win, loss) = Chances(strength, spread);
        return (1 + win - loss) / 2;
    }

    /// <summary>What A needs for that win rate.</summary>
    public static double StrengthFor(double winRate, double spread)
    {
        var (low, high) = (-20.0, 20.0);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (WinRate(middle, spread) < winRate) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>Four models, of which the first two are equal, all six pairs on every prompt.</summary>
    public static IReadOnlyList<double> Strengths { get; } = [0.5, 0.5, 0.2, 0];

    /// <summary>What the leaderboard's model would say of all prompts and raters there are: fitted to the chances themselves.</summary>
    public static IReadOnlyList<double> TrueStrengths { get; } = Fitted();

    /// <summary>By model.</summary>
    public static LeaderboardRow[] Board(ulong seed, Load load, int prompts = 150)
    {
        var models = Strengths.Count;
        var asks = StudySimulator.Assign(seed, prompts, load.RatersAPrompt, load.Weights)
            .SelectMany(a => from i in Enumerable.Range(0, models) from j in Enumerable.Range(i + 1, models - i - 1) select new SimulatedAsk(a.Prompt, i, j, a.Rater));
        var rows = StudySimulator.Judge(Settings(seed, Strengths, PromptTaste, RaterTaste), asks).ToArray();
        var board = Leaderboard.Estimate(new(Array.ConvertAll(rows, r => r.Prompt), Array.ConvertAll(rows, r => r.Rater), Array.ConvertAll(rows, r => (ushort)r.ModelA),
            Array.ConvertAll(rows, r => (ushort)r.ModelB), Array.ConvertAll(rows, r => r.Winner), Array.ConvertAll(rows, r => r.Left == r.ModelA ? LeftModel.A : LeftModel.B)));
        return [.. board.Tables[0].Rows.OrderBy(r => r.Model)];
    }

    /// <summary>All of them at once; of equal models each has every one of their ranks, whichever way.</summary>
    public static bool RankSetsHold(LeaderboardRow[] rows) => Enumerable.Range(0, rows.Length).All(m =>
        rows[m].RankSet is { } set && set.Best <= 1 + TrueStrengths.Count(t => t > TrueStrengths[m] + 1e-6) && set.Worst >= TrueStrengths.Count(t => t >= TrueStrengths[m] - 1e-6));

    /// <summary>
    /// Studies of agreement: raters who lean to ties and to models differently and stay the same, a number of new prompts each. All their prompts together are the population, so that
    /// what it says of them is the truth for these raters.
    /// </summary>
    /// <param name="perUnit">Of so many raters, so many judge a prompt, in turn.</param>
    /// <param name="noise">The spread of prompts' tastes in log-odds: the more, the better raters agree.</param>
    public static AgreementEstimates Agreement(ulong seed, int firstPrompt, int prompts, int raters, int perUnit, double noise)
    {
        var settings = new SimulationSettings { Seed = seed, Strengths = [0.3, 0], PromptTaste = noise, RaterTaste = 0.3, TieWidth = TieWidth };
        var asks = Enumerable.Range(firstPrompt, prompts).SelectMany(p => Enumerable.Range(0, perUnit).Select(k => new SimulatedAsk(p, 0, 1, (p + k) % raters)));
        var rows = StudySimulator.Judge(settings, asks).ToArray();
        var prompt = Array.ConvertAll(rows, r => r.Prompt - firstPrompt);
        return Stats.Agreement.Estimate(prompt, prompt, Array.ConvertAll(rows, r => r.Rater), Array.ConvertAll(rows, r => r.Winner));
    }

    public static bool Holds(Estimate e, double truth) => e.Lower <= truth && truth <= e.Upper;

    private static SimulationSettings Settings(ulong seed, IReadOnlyList<double> strengths, double promptTaste, double raterTaste) => new()
    {
        Seed = seed,
        Strengths = strengths,
        PromptTaste = promptTaste,
        RaterTaste = raterTaste,
        TieWidth = TieWidth,
        TieLeniency = 0,
        LeftBiasSpread = 0,
        NoiseSpread = 0,
    };

    private static double[] Fitted()
    {
        var cells = new List<ContestCell>();
        for (var i = 0; i < Strengths.Count; i++)
            for (var j = i + 1; j < Strengths.Count; j++)
            {
                var (win, loss) = Chances(Strengths[i] - Strengths[j], Math.Sqrt(PromptTaste * PromptTaste + RaterTaste * RaterTaste));
                cells.Add(new(i, j, 0, win, loss, 1 - win - loss));
            }
        return DavidsonFit.Of(cells, Strengths.Count, false, true, false)!.Strengths;
    }
}
