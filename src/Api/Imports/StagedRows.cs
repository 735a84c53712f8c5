using PrefEval.Stats;

namespace PrefEval.Api.Imports;

/// <summary>What every format is read into. Prompts, models and raters are numbers of the staging file.</summary>
public sealed record StagedPrompt
{
    /// <summary>Null where the file has no ids: the prompt is then known by its text.</summary>
    public required string? ExternalId { get; init; }
    public required MessageText Text { get; init; }
    public string? Category { get; init; }
    public string Tags { get; init; } = "[]";
    public string? Language { get; init; }
}

public sealed record StagedAnswer
{
    public required long Prompt { get; init; }
    public required long Model { get; init; }
    public required MessageText Text { get; init; }
    /// <summary>The field that it stood in, for errors.</summary>
    public required string Field { get; init; }
}

/// <summary>A pair that a file lists, as the file orients it.</summary>
public sealed record StagedPair
{
    public required long Prompt { get; init; }
    public required long ModelA { get; init; }
    public required long ModelB { get; init; }
    public required string Role { get; init; }
    public Winner? Winner { get; init; }
    public string? Reason { get; init; }
    public int? Overlap { get; init; }
}

/// <summary>A judgment as the file orients it.</summary>
public sealed record StagedJudgment
{
    public required long Prompt { get; init; }
    public required long ModelA { get; init; }
    public required long ModelB { get; init; }
    public required long Rater { get; init; }
    public required Winner Winner { get; init; }
    /// <summary>The model that stood left: 0 a, 1 b, null unknown.</summary>
    public int? Left { get; init; }
    /// <summary>The probability that model_a is preferred.</summary>
    public double? Score { get; init; }
    public int? DurationMs { get; init; }
    public long? CreatedAt { get; init; }
    public string? Comment { get; init; }
}

/// <summary>What a format calls its fields, for errors that are found only once the whole file is read.</summary>
public sealed record FormatFields
{
    public string PromptId { get; init; } = "prompt_id";
    public string Prompt { get; init; } = "prompt";
    public string ModelA { get; init; } = "model_a";
    public string ModelB { get; init; } = "model_b";
    public string RaterKind { get; init; } = "rater_kind";
    public string Winner { get; init; } = "winner";
}
