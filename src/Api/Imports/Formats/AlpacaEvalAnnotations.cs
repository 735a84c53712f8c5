using PrefEval.Stats;

namespace PrefEval.Api.Imports.Formats;

/// <summary>
/// annotations.json of AlpacaEval: an LLM judge's preference between a baseline's output and a model's. It brings the prompts, which have no ids, both
/// answers, and the judgments. See https://github.com/tatsu-lab/alpaca_eval, whose convention of preferences is kept.
/// </summary>
public sealed class AlpacaEvalAnnotations : IImportFormat
{
    public string Name => "alpaca_eval_annotations";
    public string Shape => "a JSON array of {\"instruction\",\"output_1\",\"generator_1\",\"output_2\",\"generator_2\",\"annotator\",\"preference\"}";

    public FormatFields Fields { get; } = new()
    {
        PromptId = "instruction",
        Prompt = "instruction",
        ModelA = "generator_1",
        ModelB = "generator_2",
        RaterKind = "annotator",
        Winner = "preference",
    };
    public bool ReadsTables => true;

    public bool Knows(IReadOnlySet<string> fields) => fields.Contains("instruction") && fields.Contains("output_1") && fields.Contains("output_2");

    public void Read(FileRow row, Staging staging)
    {
        var text = AlpacaEvalOutputs.Prompt(row);
        var first = row.Name("generator_1");
        var second = row.Name("generator_2");
        if (first is not null && first == second) row.Refuse("generator_2", "A model is compared with another one; generator_1 and generator_2 are the same.");
        var output1 = row.Messages("output_1", "assistant");
        var output2 = row.Messages("output_2", "assistant");
        var annotator = row.Name("annotator");
        var category = row.OptionalText("dataset", FileRow.LongestName);
        var verdict = Verdict(row);
        if (!row.IsGood || staging.Rater(row, annotator!, annotator!.StartsWith(Staging.SimulatedPrefix, StringComparison.Ordinal) ? null : "llm", "annotator") is not { } rater) return;

        if (staging.Prompt(row, new StagedPrompt { ExternalId = null, Text = text!, Category = category }, "instruction") is not { } prompt) return;
        var (modelA, modelB) = (staging.Model(first!), staging.Model(second!));
        staging.Answer(row, new StagedAnswer { Prompt = prompt, Model = modelA, Text = output1!, Field = "output_1" });
        staging.Answer(row, new StagedAnswer { Prompt = prompt, Model = modelB, Text = output2!, Field = "output_2" });
        if (!row.IsGood) return;
        if (verdict is var (winner, score))
            staging.Judgment(row, new StagedJudgment { Prompt = prompt, ModelA = modelA, ModelB = modelB, Rater = rater, Winner = winner, Score = score }, "preference");
        else staging.NotJudged();
    }

    /// <summary>1: output_1 wins; 2: output_2; 1.5, or 0 in old files: a draw; between them the probability of output_2 is preference - 1; null: not judged.</summary>
    private static (Winner Winner, double? Score)? Verdict(FileRow row)
    {
        if (!row.Has("preference"))
        {
            row.Refuse("preference", "The field 'preference' is missing; it is null where the annotator gave none.");
            return null;
        }
        if (row.OptionalNumber("preference", 0, 2) is not { } preference) return null;
        switch (preference)
        {
            case 1: return (Winner.A, null);
            case 2: return (Winner.B, null);
            case 0 or 1.5: return (Winner.Tie, null);
            case < 1:
                row.Refuse("preference", $"A preference is 0 (a draw), or from 1 (output_1) to 2 (output_2); this row says {preference}.");
                return null;
            default: return (preference < 1.5 ? Winner.A : Winner.B, 2 - preference);
        }
    }
}
