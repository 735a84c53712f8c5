using System.Text.Json;
using PrefEval.Stats;

namespace PrefEval.Api.Imports.Formats;

/// <summary>
/// What MT-bench and LMSYS share: a row is one judge's verdict on two conversations. Both models were told the same in each turn and went apart with their
/// first answers. So the prompt is all that was said to them (and what stood before the judged turns), and a model's answer is the list of its turns,
/// oldest first: whichever two models meet, the prompt and each model's answer are the same, which a split at the last turn they happen to share would
/// not give. FastChat's questions and answers come out alike and join by their ids. Only where the two were told different things does an answer hold
/// the rest of the conversation, both sides of it.
/// </summary>
public abstract class Battles : IImportFormat
{
    public abstract string Name { get; }
    public abstract string Shape { get; }
    public FormatFields Fields { get; } = new() { PromptId = "question_id", Prompt = "conversation_a", RaterKind = "judge" };

    public abstract bool Knows(IReadOnlySet<string> fields);

    public void Read(FileRow row, Staging staging)
    {
        var id = row.OptionalId(row.Has("question_id") ? "question_id" : "id");
        var modelA = row.Name("model_a");
        var modelB = row.Name("model_b");
        if (modelA is not null && modelA == modelB) row.Refuse("model_b", "A model is compared with another one; model_a and model_b are the same.");
        var winner = Verdict(row);
        var (judge, kind) = Judge(row);
        var a = row.Conversation("conversation_a");
        var b = row.Conversation("conversation_b");
        var turn = row.OptionalInteger("turn", 1, 10_000);
        var time = row.OptionalSeconds(row.Has("tstamp") ? "tstamp" : "timestamp");
        var language = row.OptionalText("language", FileRow.LongestName);
        var isSideUnknown = row.OptionalText("side", FileRow.LongestName) == "unknown"; // our export says so of judgments that no file gave a side
        if (!row.IsGood) return;
        if (Split(a!, b!, turn) is not { } split)
        {
            row.Refuse("conversation_b", "The two conversations begin with one prompt and hold an answer of the assistant each; these do not.");
            return;
        }
        var text = row.Messages(split.Prompt);
        if (text.IsEmpty) row.Refuse("conversation_a", "The prompt is empty: raters could not judge answers to it.");
        if (!row.IsGood || staging.Rater(row, judge!, kind, "judge") is not { } rater) return;

        var staged = new StagedPrompt { ExternalId = PromptId(id, turn), Text = text, Language = language, Tags = Tags(turn) };
        if (staging.Prompt(row, staged, "conversation_a") is not { } prompt) return;
        var (first, second) = (staging.Model(modelA!), staging.Model(modelB!));
        staging.Answer(row, new StagedAnswer { Prompt = prompt, Model = first, Text = row.Messages(split.AnswerA), Field = "conversation_a" });
        staging.Answer(row, new StagedAnswer { Prompt = prompt, Model = second, Text = row.Messages(split.AnswerB), Field = "conversation_b" });
        if (!row.IsGood) return;
        staging.Judgment(row, new StagedJudgment
        {
            Prompt = prompt,
            ModelA = first,
            ModelB = second,
            Rater = rater,
            Winner = winner!.Value,
            Left = isSideUnknown ? null : Left,
            CreatedAt = time,
        }, "winner");
    }

    /// <summary>Which model stood left, where the format says so.</summary>
    protected abstract int? Left { get; }

    /// <summary>The messages that stand before the judged turns, and how many turns of the whole conversation are judged or stand before them.</summary>
    /// <param name="turns">The turns of the conversation.</param>
    /// <param name="turn">What the row says.</param>
    protected abstract (int Before, int Until) Judged(int turns, int? turn);

    protected virtual string? PromptId(string? id, int? turn) => id;

    protected virtual string Tags(int? turn) => "[]";

    private static Winner? Verdict(FileRow row)
    {
        if (row.OptionalText("winner", int.MaxValue) is not { } said)
        {
            if (!row.Has("winner")) row.Refuse("winner", "The field 'winner' is missing.");
            else if (row.IsGood) row.Refuse("winner", "The winner is null.");
            return null;
        }
        switch (said)
        {
            case "model_a": return Winner.A;
            case "model_b": return Winner.B;
            case "tie" or "tie (inconsistent)": return Winner.Tie; // inconsistent: an LLM judge changed its mind when the sides were exchanged
            case "tie (bothbad)" or "both_bad" or "bothbad": return Winner.BothBad;
            default:
                row.Refuse("winner", "The winner is \"model_a\", \"model_b\", \"tie\", \"tie (bothbad)\" or \"both_bad\".");
                return null;
        }
    }

    /// <summary>An LLM judge may be a list of its model and its prompt. Newer sets have no judge, but the session of a voter.</summary>
    private static (string? Name, string? Kind) Judge(FileRow row)
    {
        var told = row.OptionalChoice("rater_kind", "human", "llm", "simulated");
        if (row.IsList("judge")) return (row.Texts("judge") is { } parts ? string.Join('/', parts) : null, told ?? "llm");
        var name = row.Name(row.Has("judge") || !row.Has("evaluation_session_id") ? "judge" : "evaluation_session_id");
        return (name, told ?? (name is null ? null : Judges.Kind(name)));
    }

    private sealed record Parts(List<Message> Prompt, List<Message> AnswerA, List<Message> AnswerB);

    private Parts? Split(IReadOnlyList<Message> a, IReadOnlyList<Message> b, int? turn)
    {
        var turns = Math.Min(Turns(a), Turns(b));
        if (turns == 0) return null;
        var (before, until) = Judged(turns, turn);
        var cutA = Cut(a, until);
        var cutB = Cut(b, until);
        var context = EndOf(cutA, before);
        if (!cutA.Take(context).SequenceEqual(cutB.Take(context))) context = 0;
        var told = cutA.Where((m, i) => i < context || m.Role != Assistant).ToList();
        if (told.SequenceEqual(cutB.Where((m, i) => i < context || m.Role != Assistant)))
            return new Parts(told, Spoken(cutA, context), Spoken(cutB, context));
        var shared = cutA.FindIndex(m => m.Role == Assistant);
        return cutA.Take(shared).SequenceEqual(cutB.Take(shared)) ? new Parts(cutA[..shared], cutA[shared..], cutB[shared..]) : null;
    }

    private const string Assistant = "assistant";

    private static int Turns(IReadOnlyList<Message> messages) => messages.Count(m => m.Role == Assistant);

    /// <summary>The conversation up to the end of this turn; what a user said after the last answer is not judged.</summary>
    private static List<Message> Cut(IReadOnlyList<Message> messages, int turn) => [.. messages.Take(EndOf(messages, turn))];

    private static int EndOf(IReadOnlyList<Message> messages, int turn)
    {
        var (end, seen) = (0, 0);
        for (var i = 0; i < messages.Count && seen < turn; i++)
            if (messages[i].Role == Assistant) (end, seen) = (i + 1, seen + 1);
        return end;
    }

    private static List<Message> Spoken(List<Message> messages, int from) => [.. messages.Skip(from).Where(m => m.Role == Assistant)];
}

/// <summary>
/// The battles of Chatbot Arena: 33k, 140k and what copies their form. The last <c>turn</c> turns were judged; what stands before them, in both
/// conversations the same, belongs to the prompt. model_a stood left.
/// </summary>
public sealed class LmsysBattles : Battles
{
    public override string Name => "lmsys_battles";
    public override string Shape => "rows of {\"question_id\",\"model_a\",\"model_b\",\"winner\",\"judge\",\"conversation_a\",\"conversation_b\",\"turn\",\"language\",\"tstamp\"}";

    public override bool Knows(IReadOnlySet<string> fields) =>
        fields.Contains("conversation_a") && fields.Contains("conversation_b") && (fields.Contains("tstamp") || fields.Contains("timestamp") || fields.Contains("anony") || fields.Contains("language"));

    protected override int? Left => (int)Winner.A;

    protected override (int Before, int Until) Judged(int turns, int? turn) => (turns - Math.Min(turn ?? turns, turns), int.MaxValue);
}

/// <summary>
/// The judgments of MT-bench, by experts or by GPT-4. <c>turn</c> tells which turn of the conversation was judged, with what stands before it. A judge
/// judges each turn of a question by itself, so each is a prompt of its own: the first turn of question 81 is the prompt 81-turn-1, and 81 is the
/// question with all its turns, as in FastChat's files.
/// </summary>
public sealed class MtBenchJudgments : Battles
{
    public override string Name => "mt_bench_judgments";
    public override string Shape => "rows of {\"question_id\",\"model_a\",\"model_b\",\"winner\",\"judge\",\"conversation_a\",\"conversation_b\",\"turn\"}";

    public override bool Knows(IReadOnlySet<string> fields) => fields.Contains("conversation_a") && fields.Contains("conversation_b") && fields.Contains("turn");

    protected override int? Left => null;

    protected override (int Before, int Until) Judged(int turns, int? turn) => (0, turn ?? int.MaxValue);

    protected override string? PromptId(string? id, int? turn) => turn == 1 && id is not null ? id + "-turn-1" : id;

    protected override string Tags(int? turn) => turn is { } number ? JsonSerializer.Serialize(new[] { $"turn-{number}" }) : "[]";
}
