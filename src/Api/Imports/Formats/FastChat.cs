namespace PrefEval.Api.Imports.Formats;

/// <summary>
/// question.jsonl of FastChat (MT-bench, Vicuna): a prompt is all turns that a user takes, as in <see cref="Battles"/>, so that the judgments of its last
/// turn find it.
/// </summary>
public sealed class FastChatQuestions : IImportFormat
{
    public string Name => "fastchat_questions";
    public string Shape => "lines of {\"question_id\",\"category\",\"turns\":[...]}";
    public FormatFields Fields { get; } = new() { PromptId = "question_id", Prompt = "turns" };

    public bool Knows(IReadOnlySet<string> fields) => fields.Contains("question_id") && fields.Contains("turns");

    public void Read(FileRow row, Staging staging)
    {
        var id = row.Id("question_id");
        var category = row.OptionalText("category", FileRow.LongestName);
        var turns = row.Texts("turns");
        if (!row.IsGood) return;
        var text = row.Messages(turns!.Select(turn => new Message("user", turn)));
        if (text.IsEmpty) row.Refuse("turns", "The prompt is empty: raters could not judge answers to it.");
        else staging.Prompt(row, new StagedPrompt { ExternalId = id, Text = text, Category = category }, "turns");
    }
}

/// <summary>A model's answers file of FastChat, to questions that the study holds: the turns of the first choice are the answer.</summary>
public sealed class FastChatAnswers : IImportFormat
{
    public string Name => "fastchat_answers";
    public string Shape => "lines of {\"question_id\",\"model_id\",\"choices\":[{\"turns\":[...]}]}";
    public FormatFields Fields { get; } = new() { PromptId = "question_id" };

    public bool Knows(IReadOnlySet<string> fields) => fields.Contains("question_id") && fields.Contains("model_id") && fields.Contains("choices");

    public void Read(FileRow row, Staging staging)
    {
        var id = row.Id("question_id");
        var model = row.Name("model_id");
        var turns = row.FirstTexts("choices", "turns");
        if (!row.IsGood) return;
        var text = row.Messages(turns!.Select(turn => new Message("assistant", turn)));
        staging.Answer(row, new StagedAnswer { Prompt = staging.PromptReference(row, id!), Model = staging.Model(model!), Text = text, Field = "choices" });
    }
}
