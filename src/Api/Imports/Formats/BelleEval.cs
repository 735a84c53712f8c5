namespace PrefEval.Api.Imports.Formats;

/// <summary>The evaluation set of BELLE, which has no ids: the class is the category, its no-break spaces made plain ones, and the standard answer that of <see cref="Reference"/>.</summary>
public sealed class BelleEval : IImportFormat
{
    public string Name => "belle_eval";
    public string Shape => "rows of {\"question\",\"class\",\"std_answer\"}";
    public FormatFields Fields { get; } = new() { PromptId = "question", Prompt = "question" };
    public bool ReadsTables => true;

    public bool Knows(IReadOnlySet<string> fields) => fields.Contains("question") && fields.Contains("class") && fields.Contains("std_answer");

    public void Read(FileRow row, Staging staging)
    {
        var text = row.Messages("question", "user");
        if (text?.IsEmpty == true) row.Refuse("question", "The prompt is empty: raters could not judge answers to it.");
        var category = row.OptionalText("class", FileRow.LongestName)?.Replace('\u00A0', ' ').Trim();
        var answer = row.OptionalText("std_answer", int.MaxValue);
        if (!row.IsGood) return;

        var staged = new StagedPrompt { ExternalId = null, Text = text!, Category = string.IsNullOrEmpty(category) ? null : category };
        if (staging.Prompt(row, staged, "question") is { } prompt) Reference.Add(row, staging, prompt, answer, "std_answer");
    }
}
