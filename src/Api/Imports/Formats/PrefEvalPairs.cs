namespace PrefEval.Api.Imports.Formats;

/// <summary>pairs.jsonl: the pairs that are to be judged, and those whose verdict is known.</summary>
public sealed class PrefEvalPairs : IImportFormat
{
    public const int LargestOverlap = 1000;

    public string Name => "prefeval_pairs";
    public string Shape => "lines that begin {\"prompt_id\":...,\"model_a\":...,\"model_b\":...} and name no rater";
    public FormatFields Fields { get; } = new();
    public bool ReadsTables => true;

    public bool Knows(IReadOnlySet<string> fields) =>
        fields.Contains("prompt_id") && fields.Contains("model_a") && fields.Contains("model_b") && !fields.Contains("rater");

    public void Read(FileRow row, Staging staging)
    {
        var id = row.Name("prompt_id");
        var modelA = row.Name("model_a");
        var modelB = row.Name("model_b");
        if (modelA is not null && modelA == modelB) row.Refuse("model_b", "A model is compared with another one; model_a and model_b are the same.");
        var role = row.OptionalChoice("role", "normal", "gold", "practice") ?? "normal";
        var winner = row.OptionalWinner("winner");
        if (row.IsGood && role == "gold" && winner is null) row.Refuse("winner", "A gold pair needs its known verdict: \"a\", \"b\", \"tie\" or \"both_bad\".");
        if (row.IsGood && role == "normal" && winner is not null)
            row.Refuse("winner", "Only a gold or a practice pair has a known verdict. If this is a judgment, the field 'rater' is missing.");
        var reason = row.OptionalText("reason", FileRow.LongestComment);
        var overlap = row.OptionalInteger("overlap", 1, LargestOverlap);
        if (!row.IsGood) return;

        staging.Pair(row, new StagedPair
        {
            Prompt = staging.PromptReference(row, id!),
            ModelA = staging.Model(modelA!),
            ModelB = staging.Model(modelB!),
            Role = role,
            Winner = winner,
            Reason = reason,
            Overlap = overlap,
        });
    }
}
