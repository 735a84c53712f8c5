namespace PrefEval.Stats;

/// <summary>Whom an interval speaks of.</summary>
public enum Scope
{
    /// <summary>Other prompts and other raters of the same kind (two-way clusters): the one for claims.</summary>
    RatersLikeThese,

    /// <summary>Other prompts, but these very raters (clusters of prompts).</summary>
    TheseRaters,

    /// <summary>Every judgment on its own, as most tools assume: shown for comparison.</summary>
    Independent,
}

/// <summary>Why an estimate or its interval is what it is; every way to have no answer has a name.</summary>
public enum EstimateStatus
{
    Ok,

    /// <summary>Nothing in the denominator.</summary>
    NoJudgments,

    /// <summary>All scores are equal, so the spread is unknown: the interval (if any) rests on the number of clusters alone.</summary>
    NoVariation,

    /// <summary>Only ties: no win rate among decisive judgments.</summary>
    NoDecisive,

    /// <summary>One rater says nothing about raters like her: no interval in that scope.</summary>
    SingleRater,

    /// <summary>One prompt: descriptive only.</summary>
    SinglePrompt,

    /// <summary>A majority has no rater, so there is nothing to say about raters like these.</summary>
    NotDefinedForPairs,

    /// <summary>A model against itself.</summary>
    SameModel,

    /// <summary>No unit was judged twice.</summary>
    NoOverlap,

    /// <summary>One category only: agreement beyond chance is undefined.</summary>
    AllIdentical,

    /// <summary>Fleiss' kappa wants the same number of raters for every unit.</summary>
    UnequalRaters,

    /// <summary>Without one of the prompts the statistic is undefined, so the jackknife has no answer.</summary>
    OnePromptDecides,

    /// <summary>Order term: no judgment says which answer stood left.</summary>
    NoSides,

    /// <summary>Order term: sides went with the models, as where one always stood left, so strength would explain it as well.</summary>
    SidesConfounded,

    /// <summary>The fit found no answer, and none is given.</summary>
    NotConverged,

    /// <summary>Length: the two answers of every judgment differ by the same length, so there is nothing to control.</summary>
    EqualLengths,

    /// <summary>Length: one model's answers were always the longer, so equal lengths lie outside all that was judged.</summary>
    OneSidedLengths,

    /// <summary>Length: it alone tells every win from every loss, so no finite answer fits best.</summary>
    LengthDecides,

    /// <summary>Trend: fewer than three different sizes, through which any line goes.</summary>
    FewSizes,

    /// <summary>Trend: size alone tells every win from every loss, so no finite answer fits best.</summary>
    SizeDecides,
}

/// <summary>A number with its uncertainty and everything needed to say where both came from. What is undefined is null, never NaN.</summary>
public sealed record Estimate
{
    public required string Estimand { get; init; }

    /// <summary>A stable name of the interval's method.</summary>
    public required string Method { get; init; }
    public required Scope Scope { get; init; }
    public required EstimateStatus Status { get; init; }
    public required double Confidence { get; init; }
    public double? Value { get; init; }
    public double? Se { get; init; }
    public double? Lower { get; init; }
    public double? Upper { get; init; }

    /// <summary>Two-sided test of "no preference" by inversion of this interval: below 1 - confidence exactly where it leaves the null value out.</summary>
    public double? PValue { get; init; }

    /// <summary>Judgments in this estimand's own denominator.</summary>
    public required int N { get; init; }
    public required int Prompts { get; init; }

    /// <summary>Null where clustering by rater plays no part.</summary>
    public int? Raters { get; init; }
    public double? EffectivePrompts { get; init; }
    public double? EffectiveRaters { get; init; }
    public double? Df { get; init; }
    public double? Deff { get; init; }
    public double? NEff { get; init; }

    /// <summary>Fewer than five raters stand for all: worth a warning, never a switch to the narrower scope.</summary>
    public bool FewRaters => Raters is < 5;
}

/// <summary>One estimand in every scope.</summary>
public sealed record ScopedEstimates
{
    public required Estimate RatersLikeThese { get; init; }
    public required Estimate TheseRaters { get; init; }
    public required Estimate Independent { get; init; }

    public Estimate In(Scope scope) => scope switch
    {
        Scope.RatersLikeThese => RatersLikeThese,
        Scope.TheseRaters => TheseRaters,
        Scope.Independent => Independent,
        _ => throw new ArgumentOutOfRangeException(nameof(scope)),
    };
}

/// <summary>All that the judgments of one comparison say about model A against model B.</summary>
public sealed record PreferenceEstimates
{
    public required int N { get; init; }
    public required int Wins { get; init; }

    /// <summary>Ties without the both-bad ones.</summary>
    public required int Ties { get; init; }
    public required int BothBad { get; init; }
    public required int Losses { get; init; }
    public required int Prompts { get; init; }

    /// <summary>Null where a majority stands for the raters.</summary>
    public required int? Raters { get; init; }
    public required double? EffectivePrompts { get; init; }
    public required double? EffectiveRaters { get; init; }
    public required double Confidence { get; init; }

    /// <summary>Win, tie (both bad included) and loss with simultaneous intervals; null without judgments.</summary>
    public required JointShares? Joint { get; init; }

    /// <summary>Wins against losses, judgments taken as independent.</summary>
    public required SignTestResult SignTest { get; init; }
    public required ScopedEstimates WinRate { get; init; }
    public required ScopedEstimates WinRateNotBothBad { get; init; }
    public required ScopedEstimates Net { get; init; }
    public required ScopedEstimates WinOrTie { get; init; }
    public required ScopedEstimates WinOrGoodTie { get; init; }
    public required ScopedEstimates DecisiveWinRate { get; init; }
    public required ScopedEstimates WinShare { get; init; }
    public required ScopedEstimates TieShare { get; init; }
    public required ScopedEstimates BothBadShare { get; init; }
    public required ScopedEstimates LossShare { get; init; }

    /// <summary>Every estimand, in the order in which they are printed.</summary>
    public IReadOnlyList<ScopedEstimates> All =>
        [WinRate, WinRateNotBothBad, Net, WinOrTie, WinOrGoodTie, DecisiveWinRate, WinShare, TieShare, BothBadShare, LossShare];
}

/// <summary>Shares with simultaneous confidence.</summary>
public sealed record JointShares
{
    public required ShareInterval Win { get; init; }
    public required ShareInterval Tie { get; init; }
    public required ShareInterval Loss { get; init; }
}

public sealed record ShareInterval
{
    public required double Value { get; init; }
    public required double Lower { get; init; }
    public required double Upper { get; init; }
}
