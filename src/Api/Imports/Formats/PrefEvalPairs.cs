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
        if (row.IsGood && role != "normal" && winner is null) row.Refuse("winner", $"A {role} pair needs its known verdict: \"a\", \"b\", \"tie\" or \"both_bad\".");
        if (row.IsGood && role == "normal" && winner is not null)
            row.Refuse("winner", "Only a gold or a practice pair has a known verdict. If this is a judgment, the field 'rater' is missing.");
        var (reason, explanation) = (row.OptionalText("reason", FileRow.LongestComment), row.OptionalText("explanation", FileRow.LongestComment));
        if (reason is not null && explanation is not null && reason != explanation) row.Refuse("explanation", "'explanation' is another name of 'reason'; give one of them.");
        reason ??= explanation;
        if (row.IsGood && role == "practice" && new[] { modelA!, modelB! }.FirstOrDefault(model => Names(reason ?? "", model)) is { } named)
            row.Refuse("reason", $"Raters read why a practice pair is judged as it is, and this names the model '{named}'. Say what is better about the answer instead.");
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

    /// <summary>Whether a text names a model: as a word of its own, where letters and digits of ASCII stand around it.</summary>
    private static bool Names(string text, string model)
    {
        for (var at = text.IndexOf(model, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(model, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + model.Length;
            if ((at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsAsciiLetterOrDigit(text[end]))) return true;
        }
        return false;
    }
}
