using System.Globalization;
using System.Text.Json;
using PrefEval.Api.Assignments;
using PrefEval.Api.Judgments;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Stats;

namespace PrefEval.Api.Exports.Formats;

/// <summary>prompts.jsonl: every prompt with its answers.</summary>
public sealed class PrefEvalPrompts(ExportReader reader) : IExportFormat
{
    public string Name => "prefeval_prompts";

    public async Task WriteAsync(Export export, CancellationToken cancel)
    {
        await foreach (var prompt in reader.PromptsAsync(export.Study.Study, export.At, cancel)) await export.Rows.WriteAsync(json => Write(json, prompt), cancel);
    }

    internal static void Write(Utf8JsonWriter json, ExportedPrompt prompt)
    {
        json.WriteString("prompt_id", prompt.ExternalId);
        json.WriteText("prompt", prompt.Messages, "user");
        if (prompt.Category is not null) json.WriteString("category", prompt.Category);
        if (prompt.Tags != "[]")
        {
            json.WritePropertyName("tags");
            json.WriteRawValue(prompt.Tags, skipInputValidation: true);
        }
        if (prompt.Language is not null) json.WriteString("language", prompt.Language);
        json.WriteStartObject("answers");
        foreach (var answer in prompt.Answers) json.WriteText(answer.Name, answer.Messages, "assistant");
        json.WriteEndObject();
    }
}

/// <summary>judgments.jsonl: one row a judgment that stands.</summary>
public sealed class PrefEvalJudgments(ExportReader reader) : IExportFormat
{
    public string Name => "prefeval_judgments";

    public async Task WriteAsync(Export export, CancellationToken cancel)
    {
        await foreach (var judgment in reader.JudgmentsAsync(export.Study.Study, export.At, withTexts: false, cancel))
            if (export.Wants(judgment, withRoles: true)) await export.Rows.WriteAsync(json => Write(json, judgment, export), cancel);
    }

    private static void Write(Utf8JsonWriter json, StandingJudgment judgment, Export export)
    {
        var row = judgment.Row;
        json.WriteString("prompt_id", row.PromptId);
        json.WriteString("model_a", row.ModelA);
        json.WriteString("model_b", row.ModelB);
        json.WriteString("rater", row.Rater);
        json.WriteString("winner", EnumText<Winner>.Of(row.Winner));
        if (row.LeftSide is { } left) json.WriteString("left", EnumText<Side>.Of(left));
        if (row.Score is { } score) json.WriteNumber("score", score);
        json.WriteString("rater_kind", EnumText<RaterKind>.Of(row.RaterKind));
        json.WriteString("created_at", TimeText(row.CreatedAt));
        if (row.DurationMs is { } duration) json.WriteNumber("duration_ms", duration);
        if (JudgmentDetails.Parse(row.Details).Comment is { } comment) json.WriteString("comment", comment);
        if (export.Standings != ExportedStandings.All) return;
        json.WriteString("standing", EnumText<Standing>.Of(judgment.Standing));
        if (row.AssignedAs != AssignmentRole.Normal) json.WriteString("role", EnumText<AssignmentRole>.Of(row.AssignedAs));
    }

    public static string TimeText(long micros) => Time.FromMicros(micros).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}

/// <summary>pairs.jsonl: every pair of the study, those of a design included.</summary>
public sealed class PrefEvalPairs(ExportReader reader) : IExportFormat
{
    public string Name => "prefeval_pairs";

    public async Task WriteAsync(Export export, CancellationToken cancel)
    {
        await foreach (var pair in reader.PairsAsync(export.Study.Study, export.At, cancel)) await export.Rows.WriteAsync(json => Write(json, pair, withReason: true), cancel);
    }

    internal static void Write(Utf8JsonWriter json, ExportedPair pair, bool withReason)
    {
        json.WriteString("prompt_id", pair.PromptId);
        json.WriteString("model_a", pair.ModelA);
        json.WriteString("model_b", pair.ModelB);
        if (pair.Role != PairRole.Normal) json.WriteString("role", EnumText<PairRole>.Of(pair.Role));
        if (pair.Winner is { } winner) json.WriteString("winner", EnumText<Winner>.Of(winner));
        if (withReason && pair.Reason is not null) json.WriteString("reason", pair.Reason);
        if (pair.Overlap is { } overlap) json.WriteNumber("overlap", overlap);
    }
}
