using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>One number in every scope.</summary>
public sealed record ScopesOfInterval
{
    public required Interval RatersLikeThese { get; init; }
    public required Interval TheseRaters { get; init; }
    public required Interval Independent { get; init; }

    public static ScopesOfInterval Of(ScopedEstimates e, string? estimand = null) => new()
    {
        RatersLikeThese = Interval.Of(e.RatersLikeThese, estimand),
        TheseRaters = Interval.Of(e.TheseRaters, estimand),
        Independent = Interval.Of(e.Independent, estimand),
    };
}

/// <summary>One model against one other, with the length of the answers allowed for.</summary>
public sealed record LengthRow
{
    public required string Model { get; init; }
    public required string Baseline { get; init; }
    public required int N { get; init; }
    /// <summary>The model's characters minus the baseline's, over the judgments.</summary>
    public required double? MeanDifference { get; init; }
    public required double? Sd { get; init; }
    /// <summary>As the judgments stand.</summary>
    public required Interval WinRate { get; init; }
    /// <summary>As it would be at equal lengths. Length lies between a model and its success: for sensitivity only.</summary>
    public required Interval LengthControlledWinRate { get; init; }
    /// <summary>The length-controlled win rate in every scope.</summary>
    public required ScopesOfInterval Scopes { get; init; }
    /// <summary>Log-odds that the longest answers gain on equally long ones; p tests that length does not matter.</summary>
    public required Interval Slope { get; init; }
}

public sealed record LengthReport : Report
{
    public required Scope Scope { get; init; }
    /// <summary>A sensitivity analysis, always.</summary>
    public AnalysisKind Analysis => AnalysisKind.Sensitivity;
    public required IReadOnlyList<LengthRow> Items { get; init; }
}
