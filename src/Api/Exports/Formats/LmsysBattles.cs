using PrefEval.Api.Assignments;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Stats;

namespace PrefEval.Api.Exports.Formats;

/// <summary>
/// Battles as Chatbot Arena publishes them: model_a is the one that stood left. <c>rater_kind</c> and <c>side: unknown</c> stand beside the fields of the
/// original, so that an LLM's or a simulator's judgments stay known as such, and nobody takes model_a for the left one where no side is known.
/// </summary>
public sealed class LmsysBattles(ExportReader reader) : IExportFormat
{
    public string Name => "lmsys_battles";

    public async Task WriteAsync(Export export, CancellationToken cancel)
    {
        await foreach (var judgment in reader.JudgmentsAsync(export.Study.Study, export.At, withTexts: true, cancel))
        {
            if (!export.Wants(judgment, withTexts: true)) continue;
            var row = judgment.Row;
            if (row.LeftSide is null) export.Lose("unknown_side");
            if (row.Score is not null) export.Lose("score");
            if (row.Details is not null) export.Lose("comment");
            var turned = row.LeftSide == Side.B;
            var (a, turns) = Conversation.Join(row.Prompt!, turned ? row.AnswerB! : row.AnswerA!);
            var (b, turnsB) = Conversation.Join(row.Prompt!, turned ? row.AnswerA! : row.AnswerB!);
            await export.Rows.WriteAsync(json =>
            {
                json.WriteString("question_id", row.PromptId);
                json.WriteString("model_a", turned ? row.ModelB : row.ModelA);
                json.WriteString("model_b", turned ? row.ModelA : row.ModelB);
                json.WriteString("winner", row.Winner switch
                {
                    Winner.Tie => "tie",
                    Winner.BothBad => "tie (bothbad)",
                    _ => (row.Winner == Winner.A) == turned ? "model_b" : "model_a",
                });
                json.WriteString("judge", row.Rater);
                json.WriteString("rater_kind", EnumText<RaterKind>.Of(row.RaterKind));
                json.WriteMessages("conversation_a", a);
                json.WriteMessages("conversation_b", b);
                json.WriteNumber("turn", Math.Min(turns, turnsB));
                json.WriteBoolean("anony", true);
                if (row.Language is not null) json.WriteString("language", row.Language);
                json.WriteNumber("tstamp", row.CreatedAt / 1e6);
                if (row.LeftSide is null) json.WriteString("side", "unknown");
            }, cancel);
        }
    }
}
