namespace PrefEval.Stats;

/// <summary>What a plan takes for granted of one comparison: shares of outcomes, and from what judgments differ, from a pilot or by default.</summary>
public sealed record PlanAssumptions
{
    /// <summary>
    /// Where nothing is known: four judgments of five decisive, net .1; of a judgment's variance prompts make 15 %, raters 3 %, which is about what
    /// <see cref="Simulation.SimulationSettings"/> has by default.
    /// </summary>
    public static PlanAssumptions Default { get; } = new() { Win = 0.45, Loss = 0.35, PromptShare = 0.15, RaterShare = 0.03 };

    /// <summary>Shares of all judgments; the rest are ties.</summary>
    public required double Win { get; init; }
    public required double Loss { get; init; }

    /// <summary>Shares of the variance of one judgment that prompts and raters make.</summary>
    public required double PromptShare { get; init; }
    public required double RaterShare { get; init; }

    /// <summary>R* / R: 1 where all raters do as much, less where some do most.</summary>
    public double Evenness { get; init; } = 1;

    public double RestShare => Math.Max(0, 1 - PromptShare - RaterShare);

    /// <summary>The variance of one score 1, 1/2, 0.</summary>
    public double Variance => (Win + Loss - (Win - Loss) * (Win - Loss)) / 4;

    internal void Check()
    {
        Share(Win, nameof(Win));
        Share(Loss, nameof(Loss));
        Share(PromptShare, nameof(PromptShare));
        Share(RaterShare, nameof(RaterShare));
        if (Win + Loss > 1 + 1e-12) throw new ArgumentOutOfRangeException(nameof(Loss), "Wins and losses are no more than all.");
        if (PromptShare + RaterShare > 1 + 1e-12) throw new ArgumentOutOfRangeException(nameof(RaterShare), "Prompts and raters make no more than all of the variance.");
        if (Evenness is not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(Evenness), "Above 0, at most 1.");
        if (!(Variance > 0)) throw new ArgumentOutOfRangeException(nameof(Win), "Where every judgment says the same, nothing can be planned.");

        static void Share(double value, string name)
        {
            if (value is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(name, "A share lies in [0, 1].");
        }
    }
}

/// <summary>What one design of a comparison comes to, in the scope "raters like these".</summary>
public sealed record PlanPoint
{
    public required int Prompts { get; init; }
    public required int Raters { get; init; }

    /// <summary>Judgments a prompt.</summary>
    public required int Overlap { get; init; }
    public required long Judgments { get; init; }

    /// <summary>The standard error of the win rate.</summary>
    public required double Se { get; init; }
    public required double Df { get; init; }
    public required double Deff { get; init; }

    /// <summary>As many independent judgments would be as sure.</summary>
    public required double NEff { get; init; }

    /// <summary>Half the width of the win rate's interval; net's is twice as wide.</summary>
    public required double HalfWidth { get; init; }
}

/// <summary>
/// Plans by components of variance: var = prompt / P + rater / R* + rest / n of a mean of n = P m judgments. More prompts do away with the first and
/// the last, only more raters with the middle one.
/// </summary>
public static class Planner
{
    /// <summary>Beyond these nobody plans.</summary>
    public const int MostPrompts = 5_000_000, MostRaters = 100_000;

    /// <summary>What so many prompts, each judged by so many of the raters, come to.</summary>
    public static PlanPoint At(PlanAssumptions assumptions, int prompts, int raters, int overlap, double confidence = 0.95)
    {
        Check(assumptions, raters, overlap);
        if (prompts is < 2 or > MostPrompts) throw new ArgumentOutOfRangeException(nameof(prompts), $"From 2 to {MostPrompts} prompts.");
        var judgments = (long)prompts * overlap;
        var deff = Deff(assumptions, prompts, raters, overlap);
        var df = Df(assumptions, prompts, raters);
        var size = EffectiveSample.SizeAt(judgments, deff, df, confidence);
        return new()
        {
            Prompts = prompts,
            Raters = raters,
            Overlap = overlap,
            Judgments = judgments,
            Se = Math.Sqrt(assumptions.Variance * deff / judgments),
            Df = df,
            Deff = deff,
            NEff = size,
            HalfWidth = HalfWidth(assumptions, size, confidence),
        };
    }

    /// <summary>The half-width that no number of prompts goes below with these raters; 0 where raters do not differ.</summary>
    public static double Floor(PlanAssumptions assumptions, int raters, double confidence = 0.95)
    {
        Check(assumptions, raters, 1);
        if (assumptions.RaterShare == 0) return 0;
        var effective = EffectiveRaters(assumptions, raters);
        return HalfWidth(assumptions, EffectiveSample.SizeAt(effective / assumptions.RaterShare, 1, Math.Max(1, effective - 1), confidence), confidence);
    }

    /// <summary>Judgments whose interval is no wider, were all of them independent.</summary>
    public static double IndependentForHalfWidth(PlanAssumptions assumptions, double halfWidth, double confidence = 0.95)
    {
        Check(assumptions, 2, 1);
        CheckHalfWidth(halfWidth);
        return Fewest(1, int.MaxValue, judgments => HalfWidth(assumptions, judgments, confidence) <= halfWidth) ?? int.MaxValue;
    }

    /// <summary>The power to show a net of this size; wins and losses are together as in the assumptions, or as many as the net needs.</summary>
    public static double Power(PlanAssumptions assumptions, int prompts, int raters, int overlap, double net, double confidence = 0.95)
    {
        Check(assumptions, raters, overlap);
        if (prompts is < 2 or > MostPrompts) throw new ArgumentOutOfRangeException(nameof(prompts), $"From 2 to {MostPrompts} prompts.");
        if (!(Math.Abs(net) is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(net), "A net between -1 and 1, and not 0.");
        var decisive = Math.Max(Math.Abs(net), assumptions.Win + assumptions.Loss);
        return NetPower.Power(prompts * (double)overlap / Deff(assumptions, prompts, raters, overlap), decisive, net, confidence, Df(assumptions, prompts, raters));
    }

    /// <summary>The fewest prompts whose interval is no wider; null where no number is enough with these raters.</summary>
    public static int? PromptsForHalfWidth(PlanAssumptions assumptions, double halfWidth, int raters, int overlap, double confidence = 0.95)
    {
        CheckHalfWidth(halfWidth);
        return Fewest(2, MostPrompts, prompts => At(assumptions, prompts, raters, overlap, confidence).HalfWidth <= halfWidth);
    }

    /// <summary>The fewest raters; null where no number is enough with these prompts.</summary>
    public static int? RatersForHalfWidth(PlanAssumptions assumptions, double halfWidth, int prompts, int overlap, double confidence = 0.95)
    {
        CheckHalfWidth(halfWidth);
        return Fewest(Math.Max(2, overlap), MostRaters, raters => At(assumptions, prompts, raters, overlap, confidence).HalfWidth <= halfWidth);
    }

    /// <summary>The fewest prompts that show a net of this size with this power; null where no number is enough with these raters.</summary>
    public static int? PromptsForPower(PlanAssumptions assumptions, double net, double power, int raters, int overlap, double confidence = 0.95)
    {
        CheckPower(power);
        return Fewest(2, MostPrompts, prompts => Power(assumptions, prompts, raters, overlap, net, confidence) >= power);
    }

    /// <summary>The fewest raters; null where no number is enough with these prompts.</summary>
    public static int? RatersForPower(PlanAssumptions assumptions, double net, double power, int prompts, int overlap, double confidence = 0.95)
    {
        CheckPower(power);
        return Fewest(Math.Max(2, overlap), MostRaters, raters => Power(assumptions, prompts, raters, overlap, net, confidence) >= power);
    }

    /// <summary>n var / s^2 = m prompt share + n rater share / R* + rest share, never below 1, as the interval has it.</summary>
    private static double Deff(PlanAssumptions assumptions, int prompts, int raters, int overlap) => Math.Max(1,
        overlap * assumptions.PromptShare + (double)prompts * overlap * assumptions.RaterShare / EffectiveRaters(assumptions, raters) + assumptions.RestShare);

    private static double Df(PlanAssumptions assumptions, int prompts, int raters) => Math.Max(1, Math.Min(prompts, EffectiveRaters(assumptions, raters)) - 1);

    private static double EffectiveRaters(PlanAssumptions assumptions, int raters) => Math.Max(1, assumptions.Evenness * raters);

    private static double HalfWidth(PlanAssumptions assumptions, double size, double confidence)
    {
        var (lower, upper) = Tango.FromShares(assumptions.Win, assumptions.Loss, size, Quantile.Normal(confidence));
        return (upper - lower) / 4; // the win rate is (1 + net) / 2
    }

    /// <summary>The fewest that are enough, where more always are.</summary>
    private static int? Fewest(int from, int to, Func<int, bool> isEnough)
    {
        if (!isEnough(to)) return null;
        while (from < to)
        {
            var middle = (int)(((long)from + to) / 2);
            if (isEnough(middle)) to = middle;
            else from = middle + 1;
        }
        return to;
    }

    private static void Check(PlanAssumptions assumptions, int raters, int overlap)
    {
        ArgumentNullException.ThrowIfNull(assumptions);
        assumptions.Check();
        if (overlap < 1) throw new ArgumentOutOfRangeException(nameof(overlap), "A prompt is judged once at least.");
        if (raters < Math.Max(2, overlap) || raters > MostRaters) throw new ArgumentOutOfRangeException(nameof(raters), $"From 2 to {MostRaters} raters, and as many as judge a prompt.");
    }

    private static void CheckHalfWidth(double halfWidth)
    {
        if (halfWidth is not (> 0 and < 0.5)) throw new ArgumentOutOfRangeException(nameof(halfWidth), "A half-width lies between 0 and 1/2.");
    }

    private static void CheckPower(double power)
    {
        if (power is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(power), "A power lies between 0 and 1.");
    }
}
