using PrefEval.Stats;

namespace PrefEval.Api.Imports.Formats;

/// <summary>judgments.jsonl: what a rater said of two models' answers to a prompt.</summary>
public sealed class PrefEvalJudgments : IImportFormat
{
    public string Name => "prefeval_judgments";
    public string Shape => "lines that begin {\"prompt_id\":...,\"model_a\":...,\"model_b\":...,\"rater\":...,\"winner\":...}";
    public FormatFields Fields { get; } = new();

    public bool Knows(IReadOnlySet<string> fields) => fields.Contains("prompt_id") && fields.Contains("model_a") && fields.Contains("rater");

    public void Read(FileRow row, Staging staging)
    {
        var id = row.Name("prompt_id");
        var modelA = row.Name("model_a");
        var modelB = row.Name("model_b");
        if (modelA is not null && modelA == modelB) row.Refuse("model_b", "A model is compared with another one; model_a and model_b are the same.");
        var name = row.Name("rater");
        var winner = row.Winner("winner");
        var left = row.OptionalChoice("left", "a", "b");
        var score = row.OptionalNumber("score", 0, 1);
        if (score is { } s && winner is { } w && w != (s > 0.5 ? Winner.A : s < 0.5 ? Winner.B : w is Winner.BothBad ? w : Winner.Tie))
            row.Refuse("score", "The score says another winner than 'winner' does: above .5 is a, below it b, .5 a tie.");
        var kind = row.OptionalChoice("rater_kind", "human", "llm", "simulated");
        var createdAt = row.OptionalTime("created_at");
        var duration = row.OptionalInteger("duration_ms", 0, int.MaxValue);
        var comment = row.OptionalText("comment", FileRow.LongestComment);
        var role = row.OptionalChoice("role", "normal", "practice", "qualification", "gold", "repeat");
        if (row.IsGood && role == "repeat") // a rater judges a pair once; that she was asked again is no other verdict
        {
            staging.NotJudged();
            return;
        }
        if (!row.IsGood || staging.Rater(row, name!, kind, "rater_kind") is not { } rater) return;

        staging.Judgment(row, new StagedJudgment
        {
            Prompt = staging.PromptReference(row, id!),
            ModelA = staging.Model(modelA!),
            ModelB = staging.Model(modelB!),
            Rater = rater,
            Winner = winner!.Value,
            Left = left is null ? null : left == "a" ? (int)Winner.A : (int)Winner.B,
            Score = score,
            DurationMs = duration,
            CreatedAt = createdAt,
            Comment = comment,
        }, "winner");
    }
}
