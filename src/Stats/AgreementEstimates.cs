namespace PrefEval.Stats;

/// <summary>How far the raters agree; all intervals by delete-one-prompt jackknife, for these raters.</summary>
public sealed record AgreementEstimates
{
    public required int N { get; init; }

    /// <summary>Units (a prompt and an unordered pair of models) that were judged at least twice.</summary>
    public required int Units { get; init; }

    /// <summary>Pairs of judgments on one unit.</summary>
    public required long Pairs { get; init; }
    public required int Prompts { get; init; }
    public required int Raters { get; init; }
    public required double Confidence { get; init; }
    public required Estimate Percent { get; init; }
    public required Estimate TieDiscounted { get; init; }
    public required Estimate KrippendorffAlpha { get; init; }
    public required Estimate KrippendorffAlphaLinear { get; init; }
    public required Estimate FleissKappa { get; init; }
    public required Estimate GwetAc1 { get; init; }

    /// <summary>By ascending raters; pairs of raters who share no unit are not listed.</summary>
    public required IReadOnlyList<CohenKappaResult> CohenKappa { get; init; }
}

public sealed record CohenKappaResult
{
    public required int RaterA { get; init; }
    public required int RaterB { get; init; }
    public required int Units { get; init; }
    public required double Percent { get; init; }

    /// <summary>Null where both raters used one and the same category throughout.</summary>
    public required double? Estimate { get; init; }

    /// <summary>Asymptotic, units taken as independent.</summary>
    public required double? Se { get; init; }
    public required EstimateStatus Status { get; init; }
}
