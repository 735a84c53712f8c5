namespace PrefEval.Stats.Simulation;

/// <summary>How often looks at a growing study call a difference where there is none, by the fixed-n interval and by the confidence sequences.</summary>
public sealed record PeekingResult
{
    public required int Studies { get; init; }

    /// <summary>Studies that some look, one every so many units, would have ended: Tango's interval left 0 out.</summary>
    public required int FixedN { get; init; }

    /// <summary>The same for Tango's interval after the last unit only.</summary>
    public required int FixedNAtTheEnd { get; init; }

    /// <summary>Studies whose betting sequence left one half out after any unit.</summary>
    public required int Betting { get; init; }

    /// <summary>Studies of which the beta mixture of the decisive ones did.</summary>
    public required int BetaMixture { get; init; }
}

/// <summary>Studies of two equal models that somebody keeps looking at.</summary>
public static class Peeking
{
    /// <param name="studies">How many.</param>
    /// <param name="units">Single judgments a study.</param>
    /// <param name="every">The fixed-n interval is looked at after so many; the sequences after each.</param>
    /// <param name="ties">The share of ties.</param>
    /// <param name="seed">Of the first study.</param>
    public static PeekingResult Play(int studies, int units, int every, double ties, ulong seed, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(studies);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        if (ties is not (>= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(ties), "A share below 1.");
        int fixedN = 0, atTheEnd = 0, betting = 0, mixture = 0;
        var z = Quantile.Normal(confidence);
        var score = new double[units];
        var decisive = new List<bool>(units);
        for (var study = 0; study < studies; study++)
        {
            var chance = new Chance(seed + (ulong)study);
            decisive.Clear();
            int wins = 0, losses = 0;
            bool called = false, now = false;
            for (var i = 0; i < units; i++)
            {
                var isTie = chance.NextDouble() < ties;
                var won = chance.NextDouble() < 0.5;
                score[i] = isTie ? 0.5 : won ? 1 : 0;
                if (!isTie)
                {
                    decisive.Add(won);
                    if (won) wins++;
                    else losses++;
                }
                // Tango's interval leaves 0 out exactly where its score there is beyond z.
                now = Math.Abs(wins - losses) > z * Math.Sqrt(wins + losses);
                if ((i + 1) % every == 0) called |= now;
            }
            if (called) fixedN++;
            if (now) atTheEnd++;
            if (Stats.Betting.Of(score, confidence).PValue <= 1 - confidence) betting++;
            if (Stats.BetaMixture.Of([.. decisive], confidence).PValue <= 1 - confidence) mixture++;
        }
        return new() { Studies = studies, FixedN = fixedN, FixedNAtTheEnd = atTheEnd, Betting = betting, BetaMixture = mixture };
    }
}
