using PrefEval.Api.Raters;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>A number with its uncertainty, and everything needed to defend it. What is undefined is null; <c>status</c> says why.</summary>
public sealed record Interval
{
    public required double? Estimate { get; init; }
    public required double? Se { get; init; }
    public required double? Lower { get; init; }
    public required double? Upper { get; init; }
    public required double Confidence { get; init; }
    public required string Method { get; init; }
    public required Scope Scope { get; init; }
    public required int N { get; init; }
    public required int Prompts { get; init; }
    public required int? Raters { get; init; }
    public required double? EffectivePrompts { get; init; }
    public required double? EffectiveRaters { get; init; }
    public required double? Df { get; init; }
    public required double? Deff { get; init; }
    public required double? NEff { get; init; }
    /// <summary>Two-sided, by inversion of this interval.</summary>
    public required double? P { get; init; }
    public required EstimateStatus Status { get; init; }

    public static Interval Of(Estimate e) => new()
    {
        Estimate = e.Value,
        Se = e.Se,
        Lower = e.Lower,
        Upper = e.Upper,
        Confidence = e.Confidence,
        Method = e.Method,
        Scope = e.Scope,
        N = e.N,
        Prompts = e.Prompts,
        Raters = e.Raters,
        EffectivePrompts = e.EffectivePrompts,
        EffectiveRaters = e.EffectiveRaters,
        Df = e.Df,
        Deff = e.Deff,
        NEff = e.NEff,
        P = e.PValue,
        Status = e.Status,
    };
}

/// <summary>All estimands in one scope.</summary>
public sealed record Estimands
{
    public required Interval WinRate { get; init; }
    public required Interval WinRateNotBothBad { get; init; }
    public required Interval Net { get; init; }
    public required Interval WinOrTie { get; init; }
    public required Interval WinOrGoodTie { get; init; }
    public required Interval DecisiveWinRate { get; init; }
    public required Interval WinShare { get; init; }
    public required Interval TieShare { get; init; }
    public required Interval BothBadShare { get; init; }
    public required Interval LossShare { get; init; }

    public Interval this[Estimand estimand] => estimand switch
    {
        Estimand.Net => Net,
        Estimand.WinOrTie => WinOrTie,
        Estimand.WinOrGoodTie => WinOrGoodTie,
        Estimand.DecisiveWinRate => DecisiveWinRate,
        _ => WinRate,
    };

    public static Estimands Of(PreferenceEstimates e, Scope scope) => new()
    {
        WinRate = Interval.Of(e.WinRate.In(scope)),
        WinRateNotBothBad = Interval.Of(e.WinRateNotBothBad.In(scope)),
        Net = Interval.Of(e.Net.In(scope)),
        WinOrTie = Interval.Of(e.WinOrTie.In(scope)),
        WinOrGoodTie = Interval.Of(e.WinOrGoodTie.In(scope)),
        DecisiveWinRate = Interval.Of(e.DecisiveWinRate.In(scope)),
        WinShare = Interval.Of(e.WinShare.In(scope)),
        TieShare = Interval.Of(e.TieShare.In(scope)),
        BothBadShare = Interval.Of(e.BothBadShare.In(scope)),
        LossShare = Interval.Of(e.LossShare.In(scope)),
    };
}

public sealed record ScopesOfEstimands
{
    public required Estimands RatersLikeThese { get; init; }
    public required Estimands TheseRaters { get; init; }
    public required Estimands Independent { get; init; }
}

/// <summary>What stands beside a headline: what was planned, and what is not in it.</summary>
public sealed record Denominators
{
    /// <summary>Judgments that raters are to make, those made included.</summary>
    public required long Planned { get; init; }
    /// <summary>Pairs with fewer judgments than their overlap, or none (unit=pair leaves them out).</summary>
    public required int Incomplete { get; init; }
    /// <summary>Judgments that came when their place was gone.</summary>
    public required int Surplus { get; init; }
    /// <summary>Pairs left out because their answers are equal.</summary>
    public required int Identical { get; init; }
    /// <summary>Pairs that three raters skipped.</summary>
    public required int Unjudgeable { get; init; }
    /// <summary>Skips by reason.</summary>
    public required IReadOnlyDictionary<string, int> Skipped { get; init; }
    /// <summary>Pairs with an empty answer; they are judged like others.</summary>
    public required int EmptyAnswers { get; init; }
}

/// <summary>One model against one other, from the model's point of view.</summary>
public sealed record PreferenceRow
{
    public required string Model { get; init; }
    public required string Baseline { get; init; }
    public required int N { get; init; }
    public required int Wins { get; init; }
    public required int Ties { get; init; }
    public required int BothBad { get; init; }
    public required int Losses { get; init; }
    public required Denominators Excluded { get; init; }
    /// <summary>The share of judgments whose score is a win, half of it for a tie, in the scope that was asked for; likewise below.</summary>
    public required Interval WinRate { get; init; }
    public required Interval Net { get; init; }
    public required Interval WinOrTie { get; init; }
    public required Interval WinOrGoodTie { get; init; }
    public required Interval DecisiveWinRate { get; init; }
    /// <summary>The primary estimand's p-value, adjusted over all comparisons of the study (Holm).</summary>
    public required double? PHolm { get; init; }
    /// <summary>Whether the lower bound lies above the declared threshold; null where none was declared.</summary>
    public required bool? AboveThreshold { get; init; }
    /// <summary>Judgments in which a rater met a prompt again.</summary>
    public required int RepeatExposures { get; init; }
    /// <summary>The win rate without them; null where there are none.</summary>
    public required Interval? WinRateWithoutRepeats { get; init; }
    /// <summary>Exact sign test of wins against losses, judgments taken as independent.</summary>
    public required SignTestRow SignTest { get; init; }
    /// <summary>Win, tie (both bad included) and loss with simultaneous intervals, judgments taken as independent.</summary>
    public required JointShares? Joint { get; init; }
    public required ScopesOfEstimands Scopes { get; init; }
}

public sealed record SignTestRow
{
    public required double P { get; init; }
    public required double MidP { get; init; }
}

/// <summary>Which judgments a report is about and when it was computed: enough to compute it again.</summary>
public abstract record Report
{
    public required long Sequence { get; init; }
    /// <summary>Of the study, the sequence, the settings, the question asked and the version of the methods.</summary>
    public required string Hash { get; init; }
    /// <summary>The one kind of rater that is counted.</summary>
    public required RaterKind Raters { get; init; }
    /// <summary>True when the judgments were made by a simulator, not by people.</summary>
    public bool Simulated => Raters == RaterKind.Simulated;
}

public enum AnalysisKind { Primary, Changed, Sensitivity }

public sealed record PreferenceReport : Report
{
    /// <summary>primary: as declared before the study opened; changed: as declared, but later; every other one is a sensitivity analysis.</summary>
    public required AnalysisKind Analysis { get; init; }
    /// <summary>How the declared analysis was changed after the study opened.</summary>
    public required IReadOnlyList<AnalysisChange> Changes { get; init; }
    public required Estimand PrimaryEstimand { get; init; }
    public required Unit Unit { get; init; }
    public required Scope Scope { get; init; }
    public required string TieRule { get; init; }
    public required IReadOnlyList<PreferenceRow> Items { get; init; }
}

public sealed record CohenKappaRow
{
    public required string RaterA { get; init; }
    public required string RaterB { get; init; }
    public required int Units { get; init; }
    public required double? Estimate { get; init; }
    public required double? Se { get; init; }
    public required EstimateStatus Status { get; init; }
}

public sealed record AgreementReport : Report
{
    /// <summary>Pairs that two raters or more judged.</summary>
    public required int Units { get; init; }
    public required Interval Percent { get; init; }
    public required Interval TieDiscounted { get; init; }
    public required Interval KrippendorffAlpha { get; init; }
    public required Interval KrippendorffAlphaLinear { get; init; }
    public required Interval FleissKappa { get; init; }
    public required Interval GwetAc1 { get; init; }
    public required IReadOnlyList<CohenKappaRow> CohenKappa { get; init; }
}

public sealed record ProgressRow
{
    public required string ModelA { get; init; }
    public required string ModelB { get; init; }
    public required int Pairs { get; init; }
    /// <summary>Judgments wanted, and how many are counted and leased.</summary>
    public required long Planned { get; init; }
    public required long Counted { get; init; }
    public required long Live { get; init; }
    public required int CompletePairs { get; init; }
    public required int Identical { get; init; }
    public required int Unjudgeable { get; init; }
}

public sealed record ProgressReport
{
    public required StudyState State { get; init; }
    public required long Sequence { get; init; }
    public required long Planned { get; init; }
    public required long Counted { get; init; }
    public required long Live { get; init; }
    /// <summary>Raters who judged within the last hour, and judgments of that hour.</summary>
    public required int RatersAtWork { get; init; }
    public required int JudgmentsLastHour { get; init; }
    public required IReadOnlyList<ProgressRow> Items { get; init; }
}
