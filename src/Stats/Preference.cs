namespace PrefEval.Stats;

/// <summary>How often model A is preferred to model B, and how sure that is.</summary>
/// <remarks>
/// Default interval: two-way jackknife variance by prompt and rater, turned into an effective sample size with effective degrees of freedom,
/// at which Tango's (net, win rate) or Wilson's (shares) score interval is drawn. The README beside this file gives the formulas and sources.
/// </remarks>
public static class Preference
{
    public static PreferenceEstimates Estimate(in JudgmentColumns judgments, double confidence = 0.95)
    {
        Door.Confidence(confidence);
        var sample = new Sample(judgments.Prompt, judgments.Rater, judgments.Winner);
        if (judgments.Score.IsEmpty) return Assemble(sample, null, true, confidence);

        return Assemble(sample, Spread.OfScores(judgments.Scores(), judgments.Prompt, judgments.Rater), true, confidence);
    }

    /// <summary>The same after <see cref="Majority"/>: one outcome a pair, clustered by prompt; a majority has no rater, so there are no raters like these.</summary>
    public static PreferenceEstimates EstimatePairs(ReadOnlySpan<int> prompt, ReadOnlySpan<Winner> outcome, double confidence = 0.95)
    {
        Door.Confidence(confidence);
        if (outcome.Length != prompt.Length) throw new ArgumentException("One outcome a pair, please.", nameof(outcome));
        JudgmentColumns.CheckIndices(prompt, nameof(prompt));
        JudgmentColumns.CheckWinners(outcome, nameof(outcome));
        return Assemble(new Sample(prompt, prompt, outcome), null, false, confidence);
    }

    /// <summary>The shape of an answer where there is none: a model against itself, or nothing judged.</summary>
    public static PreferenceEstimates NoAnswer(EstimateStatus status, double confidence = 0.95)
    {
        Door.Confidence(confidence);
        Door.Known(status, nameof(status));
        if (status == EstimateStatus.Ok) throw new ArgumentException("No answer has a reason.", nameof(status));
        var nothing = Assemble(new Sample([], [], []), null, true, confidence);
        ScopedEstimates Say(ScopedEstimates e) => new()
        {
            RatersLikeThese = e.RatersLikeThese with { Status = status },
            TheseRaters = e.TheseRaters with { Status = status },
            Independent = e.Independent with { Status = status },
        };
        return nothing with
        {
            WinRate = Say(nothing.WinRate),
            WinRateNotBothBad = Say(nothing.WinRateNotBothBad),
            Net = Say(nothing.Net),
            WinOrTie = Say(nothing.WinOrTie),
            WinOrGoodTie = Say(nothing.WinOrGoodTie),
            DecisiveWinRate = Say(nothing.DecisiveWinRate),
            WinShare = Say(nothing.WinShare),
            TieShare = Say(nothing.TieShare),
            BothBadShare = Say(nothing.BothBadShare),
            LossShare = Say(nothing.LossShare),
        };
    }

    private static PreferenceEstimates Assemble(Sample sample, Spread? scores, bool haveRaters, double confidence)
    {
        var all = sample[Denominator.All];
        int wins = sample.Outcomes[(int)Winner.A], losses = sample.Outcomes[(int)Winner.B];
        int ties = sample.Outcomes[(int)Winner.Tie], bothBad = sample.Outcomes[(int)Winner.BothBad];
        ScopedEstimates Of(Scoring scoring, Spread? imported = null)
        {
            var spread = imported ?? sample.SpreadOf(scoring);
            return ScoreInterval.InEveryScope(scoring, haveRaters ? spread : spread with { Raters = null }, confidence);
        }
        return new()
        {
            N = all.N,
            Wins = wins,
            Ties = ties,
            BothBad = bothBad,
            Losses = losses,
            Prompts = all.Prompts.Count,
            Raters = haveRaters ? all.Raters.Count : null,
            EffectivePrompts = all.N > 0 ? all.Prompts.Effective : null,
            EffectiveRaters = haveRaters && all.N > 0 ? all.Raters.Effective : null,
            Confidence = confidence,
            Joint = all.N > 0 ? Joint(wins, ties + bothBad, losses, confidence) : null,
            SignTest = SignTest.Of(wins, losses),
            WinRate = Of(Scoring.WinRate, scores),
            WinRateNotBothBad = Of(Scoring.WinRateNotBothBad),
            Net = Of(Scoring.Net, scores?.AsNet()),
            WinOrTie = Of(Scoring.WinOrTie),
            WinOrGoodTie = Of(Scoring.WinOrGoodTie),
            DecisiveWinRate = Of(Scoring.DecisiveWinRate),
            WinShare = Of(Scoring.WinShare),
            TieShare = Of(Scoring.TieShare),
            BothBadShare = Of(Scoring.BothBadShare),
            LossShare = Of(Scoring.LossShare),
        };
    }

    private static JointShares Joint(double wins, double ties, double losses, double confidence)
    {
        double[] counts = [wins, ties, losses];
        var intervals = Goodman.Intervals(counts, confidence);
        ShareInterval Of(int i) => new() { Value = counts[i] / (wins + ties + losses), Lower = intervals[i].Lower, Upper = intervals[i].Upper };
        return new() { Win = Of(0), Tie = Of(1), Loss = Of(2) };
    }
}
