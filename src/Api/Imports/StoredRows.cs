namespace PrefEval.Api.Imports;

// The rows that an import writes, as its statements name their parameters.

internal sealed record NewModel
{
    public required long Study { get; init; }
    public required long Model { get; init; }
    public required string Name { get; init; }
    public required int Import { get; init; }
}

internal sealed record NewPrompt
{
    public required long Study { get; init; }
    public required long Prompt { get; init; }
    public required string ExternalId { get; init; }
    public required string TextHash { get; init; }
    public required string Messages { get; init; }
    public required string? Category { get; init; }
    public required string Tags { get; init; }
    public required string? Language { get; init; }
    public required int Import { get; init; }
}

internal sealed record NewAnswer
{
    public required long Study { get; init; }
    public required long Prompt { get; init; }
    public required long Model { get; init; }
    public required string Messages { get; init; }
    public required long Characters { get; init; }
    public required long Version { get; init; }
    public required int Leak { get; init; }
    public string? Shown { get; init; }
    public required long Sequence { get; init; }
    public required int Import { get; init; }
}

internal sealed record NewModelPair
{
    public required long Study { get; init; }
    public required long ModelPair { get; init; }
    public required long ModelA { get; init; }
    public required long ModelB { get; init; }
}

internal sealed record NewPair
{
    public required long Study { get; init; }
    public required long Pair { get; init; }
    public required long Prompt { get; init; }
    public required long ModelPair { get; init; }
    public required string Role { get; init; }
    public required int? Winner { get; init; }
    public required string? Reason { get; init; }
    public required int Overlap { get; init; }
    public required bool OwnOverlap { get; init; }
    public required int Wave { get; init; }
    public required bool MarkIdentical { get; init; }
    public required int Import { get; init; }
}

internal sealed record NewRater
{
    public required long Staged { get; init; }
    public required string Name { get; init; }
    public required string Kind { get; init; }
}

/// <summary>A judgment as the study orients it, before its place and numbers are given.</summary>
internal sealed record NewJudgment
{
    public required long Pair { get; init; }
    public required long Prompt { get; init; }
    public required long Rater { get; init; }
    public required bool IsHuman { get; init; }
    public required int Winner { get; init; }
    public required int? Left { get; init; }
    public required double? Score { get; init; }
    public required int? DurationMs { get; init; }
    public required long? CreatedAt { get; init; }
    public required string? Comment { get; init; }
    public required int Exposure { get; init; }
}

/// <summary>One row of <c>assignments</c> and one of <c>judgments</c>.</summary>
internal sealed record JudgmentInsert
{
    public required long Study { get; init; }
    public required int Import { get; init; }
    public required long Number { get; init; }
    public required long Assignment { get; init; }
    public required long Pair { get; init; }
    public required long Prompt { get; init; }
    public required long Rater { get; init; }
    public required int? LeftSide { get; init; }
    public required int State { get; init; }
    public required int Winner { get; init; }
    public required int Ordinal { get; init; }
    public required int Exposure { get; init; }
    public required double? Score { get; init; }
    public required bool Counted { get; init; }
    public required int? DurationMs { get; init; }
    public required long CreatedAt { get; init; }
    public required string? Details { get; init; }
}
