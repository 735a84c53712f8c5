using PrefEval.Stats;

namespace PrefEval.Api.Exports.Formats;

/// <summary>AlpacaEval's annotations: output_2 is the model in question, the focal one where the study has one, and output_1 its baseline.</summary>
public sealed class AlpacaEvalAnnotations(ExportReader reader) : IExportFormat
{
    public string Name => "alpaca_eval_annotations";
    public string MediaType => "application/json";
    public string Extension => "json";
    public bool IsArray => true;

    public async Task WriteAsync(Export export, CancellationToken cancel)
    {
        var focal = export.Study.ReadSettings().Design.Focal;
        await foreach (var judgment in reader.JudgmentsAsync(export.Study.Study, export.At, withTexts: true, cancel))
        {
            if (!export.Wants(judgment, withTexts: true)) continue;
            var row = judgment.Row;
            var turned = row.ModelA == focal;
            if (Conversation.OnlyText(row.Prompt!, "user") is not { } instruction
                || Conversation.OnlyText(turned ? row.AnswerB! : row.AnswerA!, "assistant") is not { } baseline
                || Conversation.OnlyText(turned ? row.AnswerA! : row.AnswerB!, "assistant") is not { } answer)
            {
                export.Leave("several_turns");
                continue;
            }
            if (row.Winner == Winner.BothBad) export.Lose("both_bad");
            if (row.LeftSide is not null) export.Lose("side");
            if (row.Details is not null) export.Lose("comment");
            await export.Rows.WriteAsync(json =>
            {
                json.WriteString("instruction", instruction);
                json.WriteString("output_1", baseline);
                json.WriteString("generator_1", turned ? row.ModelB : row.ModelA);
                json.WriteString("output_2", answer);
                json.WriteString("generator_2", turned ? row.ModelA : row.ModelB);
                if (row.Category is not null) json.WriteString("dataset", row.Category);
                json.WriteString("annotator", row.Rater);
                var better = row.Score ?? row.Winner switch { Winner.A => 1, Winner.B => 0, _ => 0.5 };
                json.WriteNumber("preference", turned ? 1 + better : 2 - better);
            }, cancel);
        }
    }
}
