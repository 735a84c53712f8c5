using System.Text.Json;
using PrefEval.Api.Pairs;
using PrefEval.Api.Reports;
using PrefEval.Stats;

namespace PrefEval.Api.Exports.Formats;

/// <summary>The counted votes on one pair.</summary>
internal readonly record struct Votes(int A, int B, int BothBad, int All)
{
    public Votes Plus(Winner winner) => new(A + (winner == Winner.A ? 1 : 0), B + (winner == Winner.B ? 1 : 0), BothBad + (winner == Winner.BothBad ? 1 : 0), All + 1);

    /// <summary>By pair. Only votes that count, of one kind of rater.</summary>
    public static async Task<Dictionary<int, Votes>> ReadAsync(Export export, ColumnCache columns, ReportStore store, CancellationToken cancel)
    {
        var kinds = (await store.RatersAsync(export.Study.Study, export.At, cancel)).ToDictionary(r => r.Rater, r => r.Kind);
        var all = (await columns.AtAsync(export.Study.Study, export.At, cancel)).Select(export.At, rater => kinds[rater] == export.Raters, _ => true);
        var votes = new Dictionary<int, Votes>();
        for (var i = 0; i < all.Count; i++)
            if (all.Counted[i]) votes[all.Pair[i]] = votes.GetValueOrDefault(all.Pair[i]).Plus(all.Winner[i]);
        return votes;
    }
}

/// <summary>
/// TRL's preference rows: a prompt, the answer that a strict majority of the votes on the pair preferred, and the other. <c>margin</c> is the share of
/// votes for the chosen answer minus that for the rejected one. Ties cannot be held.
/// </summary>
public sealed class TrlDpo(ExportReader reader, ColumnCache columns, ReportStore store) : IExportFormat
{
    public string Name => "trl_dpo";
    public bool TellsRaters => false;

    public async Task WriteAsync(Export export, CancellationToken cancel)
    {
        var votes = await Votes.ReadAsync(export, columns, store, cancel);
        var plain = await reader.IsPlainAsync(export.Study.Study, cancel);
        await foreach (var pair in reader.PairsWithTextsAsync(export.Study.Study, export.At, cancel))
        {
            if (pair.Role != PairRole.Normal || !votes.TryGetValue(pair.Pair, out var cast)) continue;
            var margin = Math.Abs(cast.A - cast.B) / (double)cast.All;
            if ((pair.A == pair.B ? "identical_answers" : Reason(cast, margin, export)) is { } reason)
            {
                export.Leave(reason);
                continue;
            }
            await export.Rows.WriteAsync(json =>
            {
                WriteTexts(json, plain, [("prompt", pair.Prompt, "user"), ("chosen", cast.A > cast.B ? pair.A : pair.B, "assistant"), ("rejected", cast.A > cast.B ? pair.B : pair.A, "assistant")]);
                json.WriteNumber("margin", margin);
                json.WriteNumber("votes", cast.All);
            }, cancel);
        }
    }

    private static string? Reason(Votes cast, double margin, Export export) =>
        cast.All < export.MinVotes ? "few_votes" : 2 * Math.Max(cast.A, cast.B) <= cast.All ? "no_majority" : margin < export.MinMargin ? "small_margin" : null;

    /// <summary>As texts where all of the study are single messages, else as lists of messages: a column of a data set is of one type.</summary>
    internal static void WriteTexts(Utf8JsonWriter json, bool plain, IReadOnlyList<(string Field, string Messages, string Role)> texts)
    {
        foreach (var (field, messages, role) in texts)
        {
            if (plain) json.WriteText(field, messages, role);
            else json.WriteMessages(field, Prompts.Message.ParseList(messages));
        }
    }
}

/// <summary>
/// TRL's unpaired rows: an answer is good (<c>label</c>) where more votes preferred it than found it the worse or bad, and bad where fewer did, over all
/// pairs that it stood in. Ties say neither.
/// </summary>
public sealed class TrlKto(ExportReader reader, ColumnCache columns, ReportStore store) : IExportFormat
{
    public string Name => "trl_kto";
    public bool TellsRaters => false;

    public async Task WriteAsync(Export export, CancellationToken cancel)
    {
        var votes = await Votes.ReadAsync(export, columns, store, cancel);
        var plain = await reader.IsPlainAsync(export.Study.Study, cancel);
        var marks = new Dictionary<(int Prompt, int Model), (int Good, int Bad, int All)>();
        await foreach (var pair in reader.PairsAsync(export.Study.Study, export.At, cancel))
        {
            if (pair.Role != PairRole.Normal || !votes.TryGetValue(pair.Pair, out var cast)) continue;
            Mark((pair.Prompt, pair.NumberA), cast.A, cast.B + cast.BothBad, cast.All);
            Mark((pair.Prompt, pair.NumberB), cast.B, cast.A + cast.BothBad, cast.All);
        }
        await foreach (var prompt in reader.PromptsAsync(export.Study.Study, export.At, cancel))
        {
            foreach (var answer in prompt.Answers)
            {
                if (!marks.TryGetValue((prompt.Prompt, answer.Model), out var mark)) continue;
                var margin = Math.Abs(mark.Good - mark.Bad) / (double)mark.All;
                if ((mark.All < export.MinVotes ? "few_votes" : mark.Good == mark.Bad ? "no_majority" : margin < export.MinMargin ? "small_margin" : null) is { } reason)
                {
                    export.Leave(reason);
                    continue;
                }
                await export.Rows.WriteAsync(json =>
                {
                    TrlDpo.WriteTexts(json, plain, [("prompt", prompt.Messages, "user"), ("completion", answer.Messages, "assistant")]);
                    json.WriteBoolean("label", mark.Good > mark.Bad);
                    json.WriteNumber("votes", mark.All);
                }, cancel);
            }
        }

        void Mark((int, int) answer, int good, int bad, int all)
        {
            var known = marks.GetValueOrDefault(answer);
            marks[answer] = (known.Good + good, known.Bad + bad, known.All + all);
        }
    }
}
