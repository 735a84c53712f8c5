namespace PrefEval.Api.Imports.Formats;

/// <summary>prompts.jsonl: a prompt with the answers to it.</summary>
public sealed class PrefEvalPrompts : IImportFormat
{
    public string Name => "prefeval_prompts";
    public string Shape => "lines that begin {\"prompt_id\":...,\"prompt\":...,\"answers\":{model:...}}";
    public FormatFields Fields { get; } = new();

    public bool Knows(IReadOnlySet<string> fields) => fields.Contains("prompt") && fields.Contains("answers");

    public void Read(FileRow row, Staging staging)
    {
        var id = row.OptionalName("prompt_id");
        var text = row.Messages("prompt", "user");
        if (text?.IsEmpty == true) row.Refuse("prompt", "The prompt is empty: raters could not judge answers to it.");
        var category = row.OptionalText("category", FileRow.LongestName);
        var tags = row.Tags("tags");
        var language = row.OptionalText("language", FileRow.LongestName);
        var answers = row.TextsByModel("answers");
        if (!row.IsGood) return;

        var prompt = new StagedPrompt { ExternalId = id, Text = text!, Category = category, Tags = tags, Language = language };
        if (staging.Prompt(row, prompt, "prompt") is not { } number) return;
        foreach (var (model, answer) in answers)
            staging.Answer(row, new StagedAnswer { Prompt = number, Model = staging.Model(model), Text = answer, Field = "answers." + model });
    }
}
