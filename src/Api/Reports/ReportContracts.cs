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

/// <summary>Which judgments a report is about and when it was computed: enough to compute it again.</summary>
public abstract record Report
{
    public required long Sequence { get; init; }
    /// <summary>Of the study, the sequence, the settings, the question asked and the version of the methods.</summary>
    public required string Hash { get; init; }
    public required ReportFilter Filter { get; init; }
    /// <summary>The one kind of rater that is counted.</summary>
    public required RaterKind Raters { get; init; }
    /// <summary>True when the judgments were made by a simulator, not by people.</summary>
    public bool Simulated => Raters == RaterKind.Simulated;
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
    public required IReadOnlyList<ProgressRow> Items { get; init; }
}
