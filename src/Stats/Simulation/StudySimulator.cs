namespace PrefEval.Stats.Simulation;

/// <summary>Plays a study with known effects. Every answer is a function of the seed and the question alone, so neither order nor omissions change it.</summary>
public static class StudySimulator
{
    // What an effect is drawn for; part of its random source's name, so never renumber.
    private const int PromptTaste = 1, RaterTaste = 2, RaterHabits = 3, PromptHardness = 4, Judgment = 5;

    public static IEnumerable<SimulatedJudgment> Judge(SimulationSettings settings, IEnumerable<SimulatedAsk> asks)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(asks);
        settings.Check(nameof(settings));
        return JudgeEach(settings, asks);
    }

    private static IEnumerable<SimulatedJudgment> JudgeEach(SimulationSettings settings, IEnumerable<SimulatedAsk> asks)
    {
        var habits = new Dictionary<int, Habits>();
        var tastes = new Dictionary<(int Kind, int Who, int Model), double>();

        double Taste(int kind, int who, int model)
        {
            if (!tastes.TryGetValue((kind, who, model), out var taste))
                tastes[(kind, who, model)] = taste = Chance.For(settings.Seed, kind, who, model).NextNormal() / Math.Sqrt(2); // a contrast has two
            return taste;
        }
        double Merit(in SimulatedAsk ask, int model) =>
            settings.Strengths[model] + settings.PromptTaste * Taste(PromptTaste, ask.Prompt, model) + settings.RaterTaste * Taste(RaterTaste, ask.Rater, model);

        foreach (var ask in asks)
        {
            if (Math.Min(ask.ModelA, ask.ModelB) < 0 || Math.Max(ask.ModelA, ask.ModelB) >= settings.Strengths.Count)
                throw new ArgumentException("A question is about two models that have a strength.", nameof(asks));
            if (!habits.TryGetValue(ask.Rater, out var rater)) habits[ask.Rater] = rater = Habits.Of(settings, ask.Rater);
            // Asked the other way round, it is the same question.
            var (low, high) = (Math.Min(ask.ModelA, ask.ModelB), Math.Max(ask.ModelA, ask.ModelB));
            var chance = Chance.For(settings.Seed, Judgment, ask.Prompt, low, high, ask.Rater);
            var lowIsLeft = chance.NextDouble() < 0.5;
            var lead = Merit(ask, low) - Merit(ask, high) + (lowIsLeft ? rater.LeftBias : -rater.LeftBias) + rater.Noise * chance.NextLogistic();
            var bothBad = chance.NextDouble() < settings.BothBadShare * Hardness(settings, ask.Prompt);
            var winner = Math.Abs(lead) <= rater.TieWidth
                ? bothBad ? Winner.BothBad : Winner.Tie
                : lead > 0 == (ask.ModelA == low) ? Winner.A : Winner.B;
            yield return new(ask.Prompt, ask.ModelA, ask.ModelB, ask.Rater, winner, lowIsLeft ? low : high);
        }
    }

    /// <summary>Who judges which prompt: so many different raters a prompt, drawn with these weights (equal weights: a balanced load).</summary>
    public static IEnumerable<(int Prompt, int Rater)> Assign(ulong seed, int prompts, int ratersAPrompt, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfNegative(prompts);
        if (!weights.All(w => w > 0 && double.IsFinite(w))) throw new ArgumentException("A weight is a positive number.", nameof(weights));
        if (ratersAPrompt < 1 || ratersAPrompt > weights.Count)
            throw new ArgumentOutOfRangeException(nameof(ratersAPrompt), "As many different raters as there are, at the most.");
        return AssignEach(seed, prompts, ratersAPrompt, weights);
    }

    private static IEnumerable<(int Prompt, int Rater)> AssignEach(ulong seed, int prompts, int ratersAPrompt, IReadOnlyList<double> weights)
    {
        var chance = new Chance(seed);
        var key = new double[weights.Count];
        var rater = new int[weights.Count];
        for (var p = 0; p < prompts; p++)
        {
            // The first to ring, each at her own rate, is a weighted draw without replacement (Efraimidis and Spirakis 2006).
            for (var r = 0; r < rater.Length; r++) (rater[r], key[r]) = (r, -Math.Log(1 - chance.NextDouble()) / weights[r]);
            Array.Sort(key, rater);
            for (var i = 0; i < ratersAPrompt; i++) yield return (p, rater[i]);
        }
    }

    /// <summary>From 0 to 2, 1 on average.</summary>
    private static double Hardness(SimulationSettings settings, int prompt) => 2 * Chance.For(settings.Seed, PromptHardness, prompt).NextDouble();

    private sealed record Habits(double TieWidth, double LeftBias, double Noise)
    {
        public static Habits Of(SimulationSettings settings, int rater)
        {
            var chance = Chance.For(settings.Seed, RaterHabits, rater);
            return new(
                settings.TieWidth * Math.Exp(settings.TieLeniency * chance.NextNormal()),
                settings.LeftBias + settings.LeftBiasSpread * chance.NextNormal(),
                Math.Exp(settings.NoiseSpread * chance.NextNormal()));
        }
    }
}
