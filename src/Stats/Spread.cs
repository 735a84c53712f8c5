namespace PrefEval.Stats;

/// <summary>One mean and its variances, whether it came from whole outcomes or from imported probabilities.</summary>
internal sealed record Spread
{
    public required int N { get; init; }
    public required double? Value { get; init; }

    /// <summary>s^2 with n - 1; null below two judgments.</summary>
    public required double? Variance { get; init; }

    /// <summary>The shares of wins and losses that Tango's interval takes.</summary>
    public required double Win { get; init; }
    public required double Loss { get; init; }
    public required int Prompts { get; init; }

    /// <summary>Null where a majority stands for the raters.</summary>
    public required int? Raters { get; init; }
    public required double EffectivePrompts { get; init; }
    public required double EffectiveRaters { get; init; }
    public required double? ByPrompt { get; init; }
    public required double? ByRater { get; init; }
    public required double? ByCell { get; init; }

    /// <summary>Of nothing.</summary>
    public static Spread None { get; } = new()
    {
        N = 0,
        Value = null,
        Variance = null,
        Win = 0,
        Loss = 0,
        Prompts = 0,
        Raters = null,
        EffectivePrompts = 0,
        EffectiveRaters = 0,
        ByPrompt = null,
        ByRater = null,
        ByCell = null,
    };

    /// <summary>The mean of scores in [0, 1].</summary>
    public static Spread OfScores(ReadOnlySpan<double> score, ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater)
    {
        var v = TwoWay.Jackknife(score, prompt, rater);
        var decisive = 0.0;
        foreach (var s in score) decisive += (2 * s - 1) * (2 * s - 1) / score.Length;
        // Wins and losses with the mean and spread of the scores; where no such counts exist (scores all near one value), the most even ones.
        var net = Math.Clamp(2 * v.Mean - 1, -1, 1);
        decisive = Math.Clamp(decisive, Math.Abs(net), 1);
        return new()
        {
            N = v.N,
            Value = Math.Clamp(v.Mean, 0, 1),
            Variance = v.Independent * v.N,
            Win = (decisive + net) / 2,
            Loss = (decisive - net) / 2,
            Prompts = v.Prompts,
            Raters = v.Raters,
            EffectivePrompts = v.EffectivePrompts,
            EffectiveRaters = v.EffectiveRaters,
            ByPrompt = v.Prompt,
            ByRater = v.Rater,
            ByCell = v.Cell,
        };
    }

    /// <summary>From the win rate to the net, 2 psi - 1.</summary>
    public Spread AsNet() => this with
    {
        Value = 2 * Value - 1,
        Variance = 4 * Variance,
        ByPrompt = 4 * ByPrompt,
        ByRater = 4 * ByRater,
        ByCell = 4 * ByCell,
    };
}
