using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PrefEval.Api.Imports;
using PrefEval.Stats;

namespace PrefEval.Api.Battles;

/// <summary>The judgments of a part of a file as columns, in the order of the file. Names are numbers of the part's own tables.</summary>
internal sealed class Rows
{
    public NameTable Models { get; } = new();
    public NameTable Prompts { get; } = new();
    public NameTable Raters { get; } = new();
    public List<Row> All { get; } = new(1 << 16);

    /// <summary>The imported probability of a row, by its place; most files have none.</summary>
    public Dictionary<int, double> Scores { get; } = [];

    /// <summary>Which chunk of the file begins at which row.</summary>
    public List<(int Chunk, int Row)> Chunks { get; } = [];
    public long NotJudged { get; set; }
}

/// <param name="Rater">-1: the row names none.</param>
/// <param name="Left">The side of a model is known: 1 model A stood left, 2 model B did; 0: not said.</param>
internal readonly record struct Row(long Line, int Prompt, int ModelA, int ModelB, int Rater, Winner Winner, KindSaid Kind, byte Left);

/// <summary>What a row says of the kind of its rater. ByName: a name such as gpt-4 tells it.</summary>
internal enum KindSaid : byte { Unsaid, Human, Llm, Simulated, ByName }

/// <summary>
/// Reads judgments in any of the formats that hold them, told apart by their fields, without making an object of a row: PrefEval judgments,
/// battles (LMSYS, MT-bench), annotations (AlpacaEval).
/// </summary>
internal sealed class RowReader(Rows rows, ImportErrors errors)
{
    public const string Shapes = "A row is a judgment: {\"prompt_id\",\"model_a\",\"model_b\",\"rater\",\"winner\"} (PrefEval), "
        + "{\"question_id\",\"model_a\",\"model_b\",\"judge\",\"winner\"} (LMSYS, MT-bench) or "
        + "{\"instruction\",\"generator_1\",\"generator_2\",\"annotator\",\"preference\"} (AlpacaEval).";

    private enum Field : byte { Other, Prompt, Id, Text, Input, ConversationA, ConversationB, ModelA, ModelB, Rater, Judge, Session, Annotator, RaterKind, Winner, Left, Preference, Score, Turn, Arena }

    private static readonly JsonReaderOptions Reading = new() { MaxDepth = FileRow.DeepestJson };
    private byte[] _scratch = new byte[4096];
    private string? _field;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ReadLines(Chunk chunk)
    {
        rows.Chunks.Add((chunk.Number, rows.All.Count));
        var content = chunk.Content;
        for (var line = chunk.FirstLine; content.Length > 0; line++)
        {
            var end = content.IndexOf((byte)'\n');
            var row = end < 0 ? content : content[..end];
            content = end < 0 ? default : content[(end + 1)..];
            if (row.Length == 0 || row.IndexOfAnyExcept(" \t\r"u8) < 0) continue;
            try
            {
                _field = null;
                if (Read(row, line) is { } wrong) errors.Add(line, _field, wrong);
            }
            catch (JsonException broken)
            {
                errors.Add(line, null, Sentence(row, broken));
            }
            catch (InvalidOperationException)
            {
                errors.Add(line, _field, "The text holds half of a character (a lone surrogate such as \\ud83d); write the whole character.");
            }
        }
    }

    /// <summary>Takes one row in; answers what is wrong with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private string? Read(ReadOnlySpan<byte> row, long line)
    {
        var reader = Reader(row);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return "A row is one JSON object. " + Shapes;

        int modelA = -1, modelB = -1, rater = -1;
        Utf8JsonReader id = default, text = default, input = default, conversation = default;
        Field idField = default, raterField = default;
        KindSaid kind = default;
        byte left = 0;
        Winner? winner = null;
        double? score = null;
        bool judged = true, hasText = false, hasInput = false, hasConversation = false, isArena = false, isFirstTurn = false;
        for (var begun = 0; ;)
        {
            var before = reader.CurrentState;
            var isFirst = reader.TokenType == JsonTokenType.StartObject && begun == 0;
            if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName) break;
            var field = FieldOf(reader.ValueSpan);
            if (!isFirst && field is (Field.ConversationA or Field.ConversationB))
            {
                // Behind the value the reader goes on as if it had just read the field before: with a comma.
                var behindName = begun + (int)reader.BytesConsumed;
                var start = behindName + Math.Max(0, row[behindName..].IndexOfAnyExcept(" \t\r\n"u8));
                if (Nested.Length(row[start..]) is > 0 and var length)
                {
                    if (field == Field.ConversationA)
                    {
                        conversation = Reader(row.Slice(start, length));
                        hasConversation = conversation.Read();
                    }
                    begun = start + length;
                    reader = new Utf8JsonReader(row[begun..], isFinalBlock: true, before);
                    continue;
                }
            }
            reader.Read();
            if (field == Field.Arena) isArena = true;
            if (field is Field.Other or Field.Arena or Field.ConversationB || (reader.TokenType == JsonTokenType.Null && field != Field.Preference))
            {
                reader.Skip();
                continue;
            }
            switch (field)
            {
                case Field.Prompt:
                case Field.Id when idField != Field.Prompt:
                    id = reader;
                    idField = field;
                    reader.Skip();
                    break;
                case Field.ModelA:
                    if (Name(ref reader, rows.Models, out modelA) is { } badA) return At("model_a", badA);
                    break;
                case Field.ModelB:
                    if (Name(ref reader, rows.Models, out modelB) is { } badB) return At("model_b", badB);
                    break;
                case Field.Session when raterField == Field.Judge:
                    break;
                case Field.Rater or Field.Judge or Field.Session or Field.Annotator:
                    raterField = field;
                    if (kind == KindSaid.Unsaid) kind = field switch { Field.Annotator => KindSaid.Llm, Field.Rater => KindSaid.Unsaid, _ => KindSaid.ByName };
                    if (reader.TokenType == JsonTokenType.StartArray && kind == KindSaid.ByName) kind = KindSaid.Llm; // a model that judges, and how it was asked
                    if (Name(ref reader, rows.Raters, out rater, joined: true) is { } badRater) return At("rater", badRater);
                    break;
                case Field.RaterKind:
                    kind = reader.TokenType != JsonTokenType.String ? default : reader.ValueTextEquals("human"u8) ? KindSaid.Human
                        : reader.ValueTextEquals("llm"u8) ? KindSaid.Llm : reader.ValueTextEquals("simulated"u8) ? KindSaid.Simulated : default;
                    if (kind == default) return At("rater_kind", "This is one of \"human\", \"llm\", \"simulated\".");
                    break;
                case Field.Left:
                    left = reader.TokenType != JsonTokenType.String ? (byte)0 : reader.ValueTextEquals("a"u8) ? (byte)1 : reader.ValueTextEquals("b"u8) ? (byte)2 : (byte)0;
                    if (left == 0) return At("left", "This is one of \"a\", \"b\".");
                    break;
                case Field.Winner:
                    if ((winner = WinnerOf(ref reader)) is null)
                        return At("winner", "The winner is \"model_a\" (or \"a\"), \"model_b\" (or \"b\"), \"tie\", \"both_bad\" or \"tie (bothbad)\".");
                    break;
                case Field.Preference:
                    if (reader.TokenType == JsonTokenType.Null)
                    {
                        judged = false;
                        break;
                    }
                    if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var preference) || preference is not (0 or (>= 1 and <= 2)))
                        return At("preference", "A preference is 0 (a draw), or from 1 (output_1) to 2 (output_2).");
                    winner = preference is 0 or 1.5 ? Winner.Tie : preference < 1.5 ? Winner.A : Winner.B;
                    if (preference is not (0 or 1 or 1.5 or 2)) score = 2 - preference;
                    break;
                case Field.Score:
                    if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var given) || given is not (>= 0 and <= 1)) return At("score", "This should be a number from 0 to 1.");
                    score = given;
                    break;
                case Field.Turn:
                    isFirstTurn = reader.TokenType == JsonTokenType.Number && reader.TryGetInt16(out var turn) && turn == 1;
                    reader.Skip();
                    break;
                case Field.Text:
                    text = reader;
                    hasText = true;
                    reader.Skip();
                    break;
                case Field.Input:
                    input = reader;
                    hasInput = true;
                    reader.Skip();
                    break;
                case Field.ConversationA:
                    conversation = reader;
                    hasConversation = true;
                    reader.Skip();
                    break;
            }
        }
        if (reader.Read()) return null; // never: the reader refuses more after the object

        if (modelA < 0) return Missing("model_a");
        if (modelB < 0) return Missing("model_b");
        if (modelA == modelB) return At("model_b", "A model is compared with another one; both names are the same.");
        int prompt;
        if (idField != default)
        {
            // MT-bench: the first turn of a question is judged apart from the whole of it.
            if (Name(ref id, rows.Prompts, out prompt, numbers: true, isFirstTurn && !isArena ? "-turn-1"u8 : default) is { } badId) return At("prompt_id", badId);
        }
        else
        {
            var (length, bad) = hasText ? Text(ref text, 0) : hasConversation ? Asked(ref conversation) : (-1, null);
            if (hasInput && input.ValueSpan.Length > 0 && bad is null && length >= 0) (length, bad) = Text(ref input, length);
            if (bad is not null) return At("prompt", bad);
            if (length < 0) return At("question_id", "The row tells no prompt: it needs a 'question_id' or 'prompt_id', or the prompt's text ('prompt', 'instruction' or 'conversation_a').");
            prompt = rows.Prompts.Intern(TextKey(_scratch.AsSpan(0, length)));
        }
        if (!judged)
        {
            rows.NotJudged++;
            return null;
        }
        if (winner is not { } who) return Missing("winner");
        if (score is { } s)
        {
            if (who != (s > 0.5 ? Winner.A : s < 0.5 ? Winner.B : who is Winner.BothBad ? who : Winner.Tie)) return At("score", "The score says another winner than 'winner' does: above .5 is a, below it b, .5 a tie.");
            rows.Scores[rows.All.Count] = s;
        }
        rows.All.Add(new Row(line, prompt, modelA, modelB, rater, who, kind, left == 0 && isArena ? (byte)1 : left));
        return null;
    }

    private static Utf8JsonReader Reader(ReadOnlySpan<byte> json) => new(json, isFinalBlock: true, new JsonReaderState(Reading));

    /// <summary>What is broken in a row, by its place in the row as a whole.</summary>
    private static string Sentence(ReadOnlySpan<byte> row, JsonException broken)
    {
        try
        {
            var reader = Reader(row);
            while (reader.Read())
            {
            }
        }
        catch (JsonException whole)
        {
            return FileRow.Sentence(whole);
        }
        return FileRow.Sentence(broken);
    }

    private string Missing(string field) => At(field, $"The field '{field}' is missing. {Shapes}");

    private string At(string field, string message)
    {
        _field = field;
        return message;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Field FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => Field.Id,
        4 when name.SequenceEqual("turn"u8) => Field.Turn,
        4 when name.SequenceEqual("left"u8) => Field.Left,
        5 when name.SequenceEqual("judge"u8) => Field.Judge,
        5 when name.SequenceEqual("rater"u8) => Field.Rater,
        5 when name.SequenceEqual("anony"u8) => Field.Arena,
        5 when name.SequenceEqual("score"u8) => Field.Score,
        5 when name.SequenceEqual("input"u8) => Field.Input,
        6 when name.SequenceEqual("winner"u8) => Field.Winner,
        6 when name.SequenceEqual("prompt"u8) => Field.Text,
        6 when name.SequenceEqual("tstamp"u8) => Field.Arena,
        7 when name.SequenceEqual("model_a"u8) => Field.ModelA,
        7 when name.SequenceEqual("model_b"u8) => Field.ModelB,
        8 when name.SequenceEqual("language"u8) => Field.Arena,
        9 when name.SequenceEqual("timestamp"u8) => Field.Arena,
        9 when name.SequenceEqual("prompt_id"u8) => Field.Prompt,
        9 when name.SequenceEqual("annotator"u8) => Field.Annotator,
        10 when name.SequenceEqual("preference"u8) => Field.Preference,
        10 when name.SequenceEqual("rater_kind"u8) => Field.RaterKind,
        11 when name.SequenceEqual("question_id"u8) => Field.Prompt,
        11 when name.SequenceEqual("generator_1"u8) => Field.ModelA,
        11 when name.SequenceEqual("generator_2"u8) => Field.ModelB,
        11 when name.SequenceEqual("instruction"u8) => Field.Text,
        21 when name.SequenceEqual("evaluation_session_id"u8) => Field.Session,
        14 when name.SequenceEqual("conversation_a"u8) => Field.ConversationA,
        14 when name.SequenceEqual("conversation_b"u8) => Field.ConversationB,
        _ => Field.Other,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Winner? WinnerOf(ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.String ? null
        : reader.ValueTextEquals("model_a"u8) || reader.ValueTextEquals("a"u8) ? Winner.A
        : reader.ValueTextEquals("model_b"u8) || reader.ValueTextEquals("b"u8) ? Winner.B
        : reader.ValueTextEquals("tie (bothbad)"u8) || reader.ValueTextEquals("both_bad"u8) || reader.ValueTextEquals("bothbad"u8) ? Winner.BothBad
        : reader.ValueTextEquals("tie"u8) || reader.ValueTextEquals("tie (inconsistent)"u8) ? Winner.Tie
        : null;

    /// <summary>The number of a name of 1 to 200 characters.</summary>
    /// <param name="numbers">An id may be a whole number: 81 and "81" are the same.</param>
    /// <param name="ending">What is put behind it.</param>
    /// <param name="joined">A list of texts is one name, too.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private string? Name(ref Utf8JsonReader reader, NameTable table, out int number, bool numbers = false, ReadOnlySpan<byte> ending = default, bool joined = false)
    {
        number = -1;
        ReadOnlySpan<byte> name;
        if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && ending.IsEmpty) name = reader.ValueSpan;
        else if (numbers && reader.TokenType == JsonTokenType.Number && reader.ValueSpan.IndexOfAny(".eE"u8) < 0 && ending.IsEmpty) name = reader.ValueSpan;
        else
        {
            var length = 0;
            var isList = joined && reader.TokenType == JsonTokenType.StartArray;
            if (isList) reader.Read();
            do
            {
                if (reader.TokenType != JsonTokenType.String && !(numbers && reader.TokenType == JsonTokenType.Number)) return "This should be a text.";
                Reserve(length + reader.ValueSpan.Length + ending.Length + 1);
                if (length > 0) _scratch[length++] = (byte)'/';
                if (reader.TokenType == JsonTokenType.String) length += reader.CopyString(_scratch.AsSpan(length));
                else
                {
                    reader.ValueSpan.CopyTo(_scratch.AsSpan(length));
                    length += reader.ValueSpan.Length;
                }
            }
            while (isList && reader.Read() && reader.TokenType != JsonTokenType.EndArray);
            ending.CopyTo(_scratch.AsSpan(length));
            name = _scratch.AsSpan(0, length + ending.Length);
        }
        if (name.Length == 0) return "This is empty; it needs 1 to 200 characters.";
        if (name.Length > FileRow.LongestName && Encoding.UTF8.GetCharCount(name) > FileRow.LongestName) return $"This may have {FileRow.LongestName} characters.";
        if (name.Contains((byte)0)) return "The text holds the null character \\u0000; take it out.";
        number = table.Intern(name);
        return null;
    }

    /// <summary>Puts a prompt's text, or the text of its messages, behind what the scratch holds.</summary>
    private (int Length, string? Wrong) Text(ref Utf8JsonReader reader, int length)
    {
        if (reader.TokenType == JsonTokenType.StartArray) return Asked(ref reader, length);
        if (reader.TokenType != JsonTokenType.String) return (-1, "This should be a text, or a list of {\"role\",\"content\"}.");
        Reserve(length + reader.ValueSpan.Length + 1);
        _scratch[length++] = (byte)'\n';
        return (length + reader.CopyString(_scratch.AsSpan(length)), null);
    }

    /// <summary>What the user says in a conversation.</summary>
    private (int Length, string? Wrong) Asked(ref Utf8JsonReader reader, int length = 0)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return (-1, "This should be a list of {\"role\",\"content\"}.");
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            Utf8JsonReader content = default;
            bool isUser = false, hasContent = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isRole, isContent) = (reader.ValueTextEquals("role"u8), reader.ValueTextEquals("content"u8));
                reader.Read();
                if (isRole) isUser = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("user"u8);
                if (isContent)
                {
                    content = reader;
                    hasContent = true;
                }
                reader.Skip();
            }
            if (!isUser || !hasContent) continue;
            (length, var wrong) = content.TokenType == JsonTokenType.String ? Text(ref content, length) : (-1, "Each message is an object with the texts \"role\" and \"content\".");
            if (wrong is not null) return (-1, wrong);
        }
        return length == 0 ? (-1, "The conversation holds no message of the role \"user\".") : (length, null);
    }

    /// <summary>A text's key among prompt ids, which begin with no null character.</summary>
    private static ReadOnlySpan<byte> TextKey(ReadOnlySpan<byte> text)
    {
        var key = new byte[1 + SHA256.HashSizeInBytes];
        SHA256.HashData(text, key.AsSpan(1));
        return key;
    }

    private void Reserve(int length)
    {
        if (_scratch.Length < length) Array.Resize(ref _scratch, Math.Max(length, _scratch.Length * 2));
    }
}
