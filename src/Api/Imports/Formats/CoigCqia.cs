namespace PrefEval.Api.Imports.Formats;

/// <summary>
/// Rows of COIG-CQIA, which have no ids: instruction and input are the prompt, the first major task its category, and the other fields tags, of which a
/// prompt has several, so that slices overlap. The output is the answer of <see cref="Reference"/>.
/// </summary>
public sealed class CoigCqia : IImportFormat
{
    public string Name => "coig_cqia";
    public string Shape => "rows of {\"instruction\",\"input\",\"output\",\"task_type\":{\"major\":[],\"minor\":[]},\"domain\":[],\"answer_from\",\"human_verified\"}";
    public FormatFields Fields { get; } = new() { PromptId = "instruction", Prompt = "instruction" };

    public bool Knows(IReadOnlySet<string> fields) => fields.Contains("instruction") && fields.Contains("output") && (fields.Contains("task_type") || fields.Contains("answer_from"));

    public void Read(FileRow row, Staging staging)
    {
        var text = AlpacaEvalOutputs.Prompt(row);
        var output = row.OptionalText("output", int.MaxValue);
        var major = row.OptionalTexts("task_type", "major");
        var tags = new List<string>([.. major, .. row.OptionalTexts("task_type", "minor"), .. row.OptionalTexts("domain")]);
        if (row.OptionalText("answer_from", FileRow.LongestName) is { Length: > 0 } from) tags.Add("answer_from:" + from);
        if (row.OptionalTruth("human_verified") is { } verified) tags.Add(verified ? "human_verified" : "not_human_verified");
        if (row.OptionalText("copyright", int.MaxValue) is { Length: > 0 and < 100 } copyright) tags.Add("copyright:" + copyright);
        var tagged = row.TagsOf("task_type", tags);
        if (!row.IsGood) return;

        var staged = new StagedPrompt { ExternalId = null, Text = text!, Category = major.Count > 0 ? major[0] : null, Tags = tagged };
        if (staging.Prompt(row, staged, "instruction") is { } prompt) Reference.Add(row, staging, prompt, output, "output");
    }
}
