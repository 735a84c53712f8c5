using PrefEval.Api.Raters;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>A number with its uncertainty, and everything needed to defend it. What is undefined is null; <c>status</c> says why.</summary>
public sealed record Interval
{
    /// <summary>What is estimated, such as win_rate or left_share.</summary>
    public required string Estimand { get; init; }
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

    /// <param name="estimand">Where the report calls it otherwise than Stats does.</param>
    public static Interval Of(Estimate e, string? estimand = null) => new()
    {
        Estimand = estimand ?? e.Estimand,
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
        NEff = e.NEff ?? (e.Deff is > 0 and var deff ? e.N / deff : null), // of fitted models: the judgments that as many independent ones are worth
        P = e.PValue,
        Status = e.Status,
    };
}

/// <summary>A share among judgments that are taken as independent, so that neither prompts nor raters are clusters of it.</summary>
public sealed record Proportion
{
    public required string Estimand { get; init; }
    public required int N { get; init; }
    public required int Hits { get; init; }
    public required double? Value { get; init; }
    public required double? Lower { get; init; }
    public required double? Upper { get; init; }
    public required double Confidence { get; init; }
    /// <summary>wilson; goodman: one of several that hold at once.</summary>
    public required string Method { get; init; }
    public required EstimateStatus Status { get; init; }
    public Scope Scope => Scope.Independent;
    public int? Prompts => null;
    public int? Raters => null;
    public double? EffectivePrompts => null;
    public double? EffectiveRaters => null;
    public double? Df => null;
    public double? Deff => N == 0 ? null : 1;
    public double? NEff => N == 0 ? null : N;

    public static Proportion Of(string estimand, CountedShare share, double confidence) => new()
    {
        Estimand = estimand,
        N = share.N,
        Hits = share.Hits,
        Value = share.Value,
        Lower = share.Lower,
        Upper = share.Upper,
        Confidence = confidence,
        Method = "wilson",
        Status = share.N == 0 ? EstimateStatus.NoJudgments : EstimateStatus.Ok,
    };
}

/// <summary>Win, tie (both bad included) and loss with intervals that hold at once.</summary>
public sealed record JointShareRow
{
    public required Proportion Win { get; init; }
    public required Proportion Tie { get; init; }
    public required Proportion Loss { get; init; }

    public static JointShareRow? Of(PreferenceEstimates e) => e.Joint is not { } joint ? null : new()
    {
        Win = Joint("win_share", joint.Win, e.Wins, e),
        Tie = Joint("tie_share", joint.Tie, e.Ties + e.BothBad, e),
        Loss = Joint("loss_share", joint.Loss, e.Losses, e),
    };

    private static Proportion Joint(string estimand, ShareInterval share, int hits, PreferenceEstimates e) =>
        Proportion.Of(estimand, new CountedShare { N = e.N, Hits = hits, Value = share.Value, Lower = share.Lower, Upper = share.Upper }, e.Confidence) with { Method = "goodman" };
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

/// <summary>Which judgments a report is about and when it was computed: enough to compute it again.</summary>
public abstract record Report
{
    public required long Sequence { get; init; }
    /// <summary>Of the study, the sequence, the settings, the question asked and the version of the methods.</summary>
    public required string Hash { get; init; }
    /// <summary>SHA-256 over every line of GET /studies/{study}/log up to the sequence, each hashed with the hash before it: what the study's data were, whatever the filter.</summary>
    public string DataHash { get; init; } = "";
    public required ReportFilter Filter { get; init; }
    /// <summary>The one kind of rater that is counted.</summary>
    public required RaterKind Raters { get; init; }
    /// <summary>True when the judgments were made by a simulator, not by people.</summary>
    public bool Simulated => Raters == RaterKind.Simulated;
    /// <summary>How it came about, in English and in Chinese, to print beside it.</summary>
    public MethodsText Methods { get; init; } = MethodsText.None;
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
    /// <summary>How model_a stands, in an interval that is valid at any look.</summary>
    public required Live LiveInterval { get; init; }
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
    /// <summary>Whose judgments the intervals are of; people, where any have judged.</summary>
    public required RaterKind Raters { get; init; }
    public bool Simulated => Raters == RaterKind.Simulated;
    public required IReadOnlyList<ProgressRow> Items { get; init; }
}
