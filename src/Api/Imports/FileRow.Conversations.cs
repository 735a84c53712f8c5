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
        ? OptionalNumber(field, 0, 32_503_680_000) is { } seconds ? (long)Math.Round(seconds * 1e6) : null
        : OptionalTime(field);

    /// <summary>A list of texts that is not empty.</summary>
    public IReadOnlyList<string>? Texts(string field)
    {
        if (Find(field) is { } value) return Texts(field, value);
        Missing(field);
        return null;
    }

    /// <summary>The list of texts in the first object of a list.</summary>
    public IReadOnlyList<string>? FirstTexts(string field, string inner)
    {
        if (Find(field) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.Object && TryProperty(list[0], inner, out var value))
            return Texts($"{field}[0].{inner}", value);
        Refuse(field, $"This should be a list of objects with the list '{inner}', and one at least.");
        return null;
    }

    /// <summary>The texts of a field that may be left out, be one text, a list of them, or an object of such lists, of which <paramref name="inner"/> is meant.</summary>
    public IReadOnlyList<string> OptionalTexts(string field, string? inner = null)
    {
        if (Find(field) is not { } value) return [];
        if (inner is not null && value.ValueKind == JsonValueKind.Object && (!TryProperty(value, inner, out value) || value.ValueKind == JsonValueKind.Null)) return [];
        if (value.ValueKind == JsonValueKind.String) return Text(field, value, LongestName) is { Length: > 0 } text ? [text] : [];
        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0 ? [] : Texts(field, value) ?? [];
    }

    public bool? OptionalTruth(string field) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => RefusedValue<bool>(field, $"This should be true or false, and is {Kind(other)}."),
    };

    /// <summary>Tags that a format makes of its fields, each once, as the JSON that they are stored as.</summary>
    public string TagsOf(string field, IEnumerable<string> tags)
    {
        var all = tags.Distinct().ToArray();
        if (all.Length <= MostTags && all.All(tag => tag.Length <= LongestName)) return all.Length == 0 ? "[]" : JsonSerializer.Serialize(all, Relaxed);
        Refuse(field, $"These make tags, of which there may be {MostTags} with {LongestName} characters each.");
        return "[]";
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

    private IReadOnlyList<string>? Texts(string field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Refuse(field, $"This should be a list of texts with one at least, and is {(value.ValueKind == JsonValueKind.Array ? "an empty list" : Kind(value))}.");
            return null;
        }
        var texts = value.EnumerateArray().Select(text => Text(field, text, int.MaxValue)).ToList();
        return texts.Contains(null) ? null : [.. texts.OfType<string>()];
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
