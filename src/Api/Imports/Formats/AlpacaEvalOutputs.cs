namespace PrefEval.Api.Imports.Formats;

/// <summary>model_outputs.json of AlpacaEval: one model's answers to prompts without ids.</summary>
public sealed class AlpacaEvalOutputs : IImportFormat
{
    public string Name => "alpaca_eval_outputs";
    public string Shape => "a JSON array of {\"instruction\",\"input\"?,\"output\",\"generator\",\"dataset\"?}";
    public FormatFields Fields { get; } = new() { PromptId = "instruction", Prompt = "instruction" };
    public bool ReadsTables => true;

    public bool Knows(IReadOnlySet<string> fields) => fields.Contains("instruction") && fields.Contains("output") && fields.Contains("generator");

    public void Read(FileRow row, Staging staging)
    {
        var text = Prompt(row);
        var model = row.Name("generator");
        var output = row.Messages("output", "assistant");
        var category = row.OptionalText("dataset", FileRow.LongestName);
        if (!row.IsGood || staging.Prompt(row, new StagedPrompt { ExternalId = null, Text = text!, Category = category }, "instruction") is not { } prompt) return;
        staging.Answer(row, new StagedAnswer { Prompt = prompt, Model = staging.Model(model!), Text = output!, Field = "output" });
    }

    /// <summary>The instruction, and below it the input where there is one; all that write these two fields mean this.</summary>
    public static MessageText? Prompt(FileRow row)
    {
        var instruction = row.LongText("instruction");
        var input = row.OptionalText("input", int.MaxValue);
        if (instruction is null || !row.IsGood) return null;
        if (string.IsNullOrWhiteSpace(instruction + input)) row.Refuse("instruction", "The instruction is empty: nothing could be judged by it.");
        return row.Message("user", string.IsNullOrWhiteSpace(input) ? instruction : instruction + "\n\n" + input);
    }
}
