using PrefEval.Stats;

namespace PrefEval.Api.Imports.Formats;

/// <summary>
/// A file of LLM Comparator: one object with two models and a list of examples, each of which comes here as a row with the models' names
/// (<see cref="ExamplesSource"/>). The score is the mean over one LLM judge's repetitions, so it is one judgment: above 0 model_a's answer is better.
/// </summary>
public sealed class LlmComparator : IImportFormat
{
    private const string Judge = "llm-comparator";

    public string Name => "llm_comparator";
    public string Shape => "{\"metadata\",\"models\":[{\"name\"},{\"name\"}],\"examples\":[{\"input_text\",\"tags\",\"output_text_a\",\"output_text_b\",\"score\"}]}";
    public FormatFields Fields { get; } = new() { PromptId = "input_text", Prompt = "input_text", ModelA = "models", ModelB = "models", Winner = "score" };

    public bool Knows(IReadOnlySet<string> fields) => fields.Contains("input_text") && fields.Contains("output_text_a") && fields.Contains("output_text_b");

    public void Read(FileRow row, Staging staging)
    {
        var modelA = row.Name(ExamplesSource.ModelA);
        var modelB = row.Name(ExamplesSource.ModelB);
        if (modelA is not null && modelA == modelB) row.Refuse("models", "A model is compared with another one; the two names are the same.");
        var text = row.Messages("input_text", "user");
        if (text?.IsEmpty == true) row.Refuse("input_text", "The prompt is empty: raters could not judge answers to it.");
        var tags = row.Tags("tags");
        var a = row.Messages("output_text_a", "assistant");
        var b = row.Messages("output_text_b", "assistant");
        var score = row.OptionalNumber("score", -1000, 1000);
        if (!row.IsGood || staging.Prompt(row, new StagedPrompt { ExternalId = null, Text = text!, Tags = tags }, "input_text") is not { } prompt) return;

        var (first, second) = (staging.Model(modelA!), staging.Model(modelB!));
        staging.Answer(row, new StagedAnswer { Prompt = prompt, Model = first, Text = a!, Field = "output_text_a" });
        staging.Answer(row, new StagedAnswer { Prompt = prompt, Model = second, Text = b!, Field = "output_text_b" });
        if (!row.IsGood || staging.Rater(row, Judge, "llm", "score") is not { } rater) return;
        if (score is { } mean)
            staging.Judgment(row, new StagedJudgment { Prompt = prompt, ModelA = first, ModelB = second, Rater = rater, Winner = mean > 0 ? Winner.A : mean < 0 ? Winner.B : Winner.Tie }, "score");
        else staging.NotJudged();
    }
}
