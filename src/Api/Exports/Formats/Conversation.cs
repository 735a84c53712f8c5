using System.Text.Json;
using PrefEval.Api.Prompts;

namespace PrefEval.Api.Exports.Formats;

/// <summary>Prompts and answers as other tools hold them.</summary>
internal static class Conversation
{
    /// <summary>Writes messages as the importer reads them: one message of the usual role as its text, anything else as the list.</summary>
    public static void WriteText(this Utf8JsonWriter json, string field, string messages, string role)
    {
        json.WritePropertyName(field);
        if (OnlyText(messages, role) is { } text) json.WriteStringValue(text);
        else json.WriteRawValue(messages, skipInputValidation: true);
    }

    /// <summary>The text of a single message of this role; null where there is more to it.</summary>
    public static string? OnlyText(string messages, string role) => Message.ParseList(messages) is [var one] && one.Role == role ? one.Content : null;

    /// <summary>
    /// The prompt and the answer as one conversation, and how many of its turns were judged. Where a prompt's last messages are the user's, one for each
    /// of the answer's, they take turns; else the answer follows the prompt.
    /// </summary>
    public static (IReadOnlyList<Message> Messages, int Turns) Join(string prompt, string answer)
    {
        var (told, said) = (Message.ParseList(prompt), Message.ParseList(answer));
        var turns = said.Count(m => m.Role == "assistant");
        var asked = told.Reverse().TakeWhile(m => m.Role == "user").Count();
        if (turns < 2 || turns != said.Count || asked < turns) return ([.. told, .. said], turns);
        var before = told.Count - turns;
        return ([.. told.Take(before), .. told.Skip(before).Zip(said).SelectMany(turn => new[] { turn.First, turn.Second })], turns);
    }

    public static void WriteMessages(this Utf8JsonWriter json, string field, IEnumerable<Message> messages)
    {
        json.WriteStartArray(field);
        foreach (var message in messages)
        {
            json.WriteStartObject();
            json.WriteString("role", message.Role);
            json.WriteString("content", message.Content);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
