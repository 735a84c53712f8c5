namespace PrefEval.Stats.Simulation;

/// <summary>
/// A study with known effects, all in log-odds. Model a beats b where
/// strength + prompt's taste + rater's taste + side + noise leads by more than the rater's tie width; falls behind by as much: b; between: a tie.
/// </summary>
public sealed record SimulationSettings
{
    public required ulong Seed { get; init; }
    public required IReadOnlyList<double> Strengths { get; init; }

    /// <summary>How differently prompts favour two models (standard deviation of a contrast).</summary>
    public double PromptTaste { get; init; } = 0.8;

    /// <summary>How differently raters favour two models (standard deviation of a contrast).</summary>
    public double RaterTaste { get; init; } = 0.3;

    /// <summary>Half the width of the band that an average rater calls a tie; 0: no ties.</summary>
    public double TieWidth { get; init; } = 0.6;

    /// <summary>How differently raters lean to ties (standard deviation of the log of the width).</summary>
    public double TieLeniency { get; init; } = 0.3;

    /// <summary>The share of ties that are called "both bad" on an average prompt.</summary>
    public double BothBadShare { get; init; } = 0.3;

    /// <summary>How much an average rater leans to the left answer.</summary>
    public double LeftBias { get; init; }

    /// <summary>How differently raters lean to a side.</summary>
    public double LeftBiasSpread { get; init; } = 0.1;

    /// <summary>How differently attentive raters are (standard deviation of the log of the noise's scale).</summary>
    public double NoiseSpread { get; init; } = 0.2;

    internal void Check(string name)
    {
        if (!Strengths.All(double.IsFinite) || !double.IsFinite(LeftBias)) throw new ArgumentException("Strengths and the lean to the left are finite numbers.", name);
        double[] spreads = [PromptTaste, RaterTaste, TieWidth, TieLeniency, LeftBiasSpread, NoiseSpread];
        if (!spreads.All(s => s >= 0 && double.IsFinite(s))) throw new ArgumentException("Tastes, widths and spreads are finite and not negative.", name);
        if (BothBadShare is not (>= 0 and <= 1)) throw new ArgumentException("The share of ties that are both bad lies in [0, 1].", name);
    }
}

/// <summary>A question to one rater: which of two models answered this prompt better?</summary>
public readonly record struct SimulatedAsk(int Prompt, int ModelA, int ModelB, int Rater);

/// <summary>The answer. <paramref name="Left"/> is the model that stood on the left.</summary>
public readonly record struct SimulatedJudgment(int Prompt, int ModelA, int ModelB, int Rater, Winner Winner, int Left);
