using System.Globalization;
using System.Text.Json;

namespace PrefEval.Api.Imports;

/// <summary>One message of a conversation.</summary>
public readonly record struct Message(string Role, string Content);

// The readers for what other tools write: conversations, ids that are numbers, times that are seconds.
public sealed partial class FileRow
{
    /// <summary>An id that is a text or a whole number, as a text; null where it is left out.</summary>
    public string? OptionalId(string field) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var id) => id.ToString(CultureInfo.InvariantCulture),
        _ => Name(field),
    };

    public string? Id(string field) => Find(field) is null ? Missing(field) : OptionalId(field);

    /// <summary>A time as seconds since 1970, or as ISO 8601, in microseconds.</summary>
    public long? OptionalSeconds(string field) => Find(field) is { ValueKind: JsonValueKind.Number }
        ? OptionalNumber(field, 0, 32_503_680_000) is { } seconds ? (long)(seconds * 1e6) : null
        : OptionalTime(field);

    /// <summary>A list of texts that is not empty.</summary>
    public IReadOnlyList<string>? Texts(string field)
    {
        if (Find(field) is not { } value)
        {
            Missing(field);
            return null;
        }
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Refuse(field, $"This should be a list of texts with one at least, and is {(value.ValueKind == JsonValueKind.Array ? "an empty list" : Kind(value))}.");
            return null;
        }
        var texts = value.EnumerateArray().Select(text => Text(field, text, int.MaxValue)).ToList();
        return texts.Contains(null) ? null : [.. texts.OfType<string>()];
    }

    /// <summary>A list of messages; a message's content is a text, or a list of parts that are texts.</summary>
    public IReadOnlyList<Message>? Conversation(string field)
    {
        if (Find(field) is not { } value)
        {
            Missing(field);
            return null;
        }
        if (value.ValueKind != JsonValueKind.Array)
        {
            Refuse(field, $"This should be a list of {{\"role\",\"content\"}}, and is {Kind(value)}.");
            return null;
        }
        var messages = new List<Message>();
        foreach (var message in value.EnumerateArray())
        {
            if (Read(field, message) is not { } read) return null;
            messages.Add(read);
        }
        return messages;
    }

    public MessageText Messages(IEnumerable<Message> messages)
    {
        _messages.Begin();
        foreach (var (role, content) in messages) _messages.Add(role, content);
        return _messages.End();
    }

    private Message? Read(string field, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !TryProperty(message, "role", out var speaker) || !TryProperty(message, "content", out var content))
            return RefusedValue<Message>(field, "Each message is an object with \"role\" and \"content\".");
        if (Text(field, speaker, LongestName) is not { } role || Content(field, content) is not { } text) return null;
        return role is "user" or "assistant" or "system" or "tool" // it is shown to raters, and could name a model
            ? new Message(role, text)
            : RefusedValue<Message>(field, "A message's role is \"user\", \"assistant\", \"system\" or \"tool\".");
    }

    private string? Content(string field, JsonElement content)
    {
        if (content.ValueKind != JsonValueKind.Array) return Text(field, content, int.MaxValue);
        var parts = new List<string>();
        foreach (var part in content.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object || !TryProperty(part, "text", out var text) || text.ValueKind == JsonValueKind.Null)
                return Refused(field, "A part of a message that is no text, such as an image, cannot be shown; take the row out.");
            if (Text(field, text, int.MaxValue) is not { } words) return null;
            parts.Add(words);
        }
        return string.Join('\n', parts);
    }
}
