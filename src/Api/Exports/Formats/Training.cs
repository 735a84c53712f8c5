using System.Text.Json;
using PrefEval.Api.Adjudications;
using PrefEval.Api.Pairs;
using PrefEval.Stats;

namespace PrefEval.Api.Exports.Formats;

/// <summary>
/// TRL's preference rows: a prompt, the answer that a strict majority of the votes on the pair preferred, and the other. <c>margin</c> is the share of
/// votes for the chosen answer minus that for the rejected one. Where the votes have no strict majority, the adjudication of the pair chooses, if there is
/// one; a file in which one does says of each row whether it was <c>adjudicated</c>. Ties cannot be held.
/// </summary>
public sealed class TrlDpo(ExportReader reader, VoteReader voteReader) : IExportFormat
{
    public string Name => "trl_dpo";
    public bool TellsRaters => false;

    public async Task WriteAsync(Export export, CancellationToken cancel)
    {
        var (votes, decided) = await export.VotesAsync(voteReader, cancel);
        var plain = await reader.IsPlainAsync(export.Study.Study, cancel);
        await foreach (var pair in reader.PairsWithTextsAsync(export.Study.Study, export.At, cancel))
        {
            if (pair.Role != PairRole.Normal || !votes.TryGetValue(pair.Pair, out var cast)) continue;
            var clear = Math.Abs(cast.A - cast.B) / (double)cast.All;
            var adjudicated = decided.GetValueOrDefault(pair.Pair);
            var verdict = 2 * cast.A > cast.All ? Winner.A : 2 * cast.B > cast.All ? Winner.B : adjudicated?.Winner;
            if ((pair.A == pair.B ? "identical_answers" : Reason(cast, verdict, clear, export)) is { } reason)
            {
                export.Leave(reason);
                continue;
            }
            var first = verdict == Winner.A;
            await export.Rows.WriteAsync(json =>
            {
                WriteTexts(json, plain, [("prompt", pair.Prompt, "user"), ("chosen", first ? pair.A : pair.B, "assistant"), ("rejected", first ? pair.B : pair.A, "assistant")]);
                json.WriteNumber("margin", (first ? cast.A - cast.B : cast.B - cast.A) / (double)cast.All);
                json.WriteNumber("votes", cast.All);
                if (decided.Count > 0) json.WriteBoolean("adjudicated", adjudicated is not null);
            }, cancel);
        }
    }

    private static string? Reason(Votes cast, Winner? verdict, double clear, Export export) =>
        cast.All < export.MinVotes ? "few_votes" : verdict is null ? "no_majority" : verdict is Winner.Tie or Winner.BothBad ? "adjudicated_tie" : clear < export.MinMargin ? "small_margin" : null;

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
/// pairs that it stood in. Ties say neither. An adjudication of votes without a strict majority stands for all of them.
/// </summary>
public sealed class TrlKto(ExportReader reader, VoteReader voteReader) : IExportFormat
{
    public string Name => "trl_kto";
    public bool TellsRaters => false;

    public async Task WriteAsync(Export export, CancellationToken cancel)
    {
        var (votes, decided) = await export.VotesAsync(voteReader, cancel);
        var plain = await reader.IsPlainAsync(export.Study.Study, cancel);
        var marks = new Dictionary<(int Prompt, int Model), (int Good, int Bad, int All)>();
        await foreach (var pair in reader.PairsAsync(export.Study.Study, export.At, cancel))
        {
            if (pair.Role != PairRole.Normal || !votes.TryGetValue(pair.Pair, out var cast)) continue;
            if (decided.GetValueOrDefault(pair.Pair)?.Winner is { } winner) cast = cast.AllFor(winner);
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
