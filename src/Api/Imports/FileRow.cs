using System.Text.Encodings.Web;
using System.Text.Json;
using PrefEval.Stats;

namespace PrefEval.Api.Imports;

/// <summary>One row of a file. Each reader of a field answers its value, or notes what is wrong with it and answers null.</summary>
public sealed partial class FileRow(ImportErrors errors) : IDisposable
{
    public const int LongestName = 200, LongestComment = 4000, MostTags = 100, DeepestJson = 64;

    private static readonly JsonDocumentOptions Parsing = new() { MaxDepth = DeepestJson };
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly MessageWriter _messages = new();
    private JsonDocument? _document;
    private JsonElement _root;

    public long Line { get; private set; }

    /// <summary>False once anything was wrong with the row.</summary>
    public bool IsGood { get; private set; }

    /// <summary>Begins a row; what is no JSON object is noted.</summary>
    public bool Begin(long line, ReadOnlyMemory<byte> json)
    {
        _document?.Dispose();
        _document = null;
        (Line, IsGood) = (line, true);
        try
        {
            _document = JsonDocument.Parse(json, Parsing);
        }
        catch (JsonException broken)
        {
            Refuse(null, Sentence(broken));
            return false;
        }
        _root = _document.RootElement;
        if (_root.ValueKind == JsonValueKind.Object) return true;
        Refuse(null, $"A row is one JSON object, such as {{\"prompt_id\":\"p1\",...}}; this is {Kind(_root)}.");
        return false;
    }

    public void Refuse(string? field, string message)
    {
        IsGood = false;
        errors.Add(Line, field, message);
    }

    public IEnumerable<string> FieldNames() => Properties(_root).Select(p => p.Name);

    /// <summary>Whether the row has the field, even if it is null.</summary>
    public bool Has(string field) => Properties(_root).Any(p => p.Name == field);

    public bool IsList(string field) => Find(field) is { ValueKind: JsonValueKind.Array };

    /// <summary>An id or the name of a model or rater: 1 to 200 characters, and not to be left out.</summary>
    public string? Name(string field)
    {
        if (Find(field) is not { } value) return Missing(field);
        return Text(field, value, LongestName) is not { } text ? null
            : text.Length > 0 ? text
            : Refused(field, "This is empty; it needs 1 to 200 characters.");
    }

    public string? OptionalName(string field) => Find(field) is null ? null : Name(field);

    public string? OptionalText(string field, int longest) => Find(field) is { } value ? Text(field, value, longest) : null;

    /// <summary>A text of any length that may be empty but not left out.</summary>
    public string? LongText(string field) => Find(field) is { } value ? Text(field, value, int.MaxValue) : Missing(field);

    public Winner? OptionalWinner(string field) => OptionalText(field, int.MaxValue) switch
    {
        null => null,
        "a" => Stats.Winner.A,
        "b" => Stats.Winner.B,
        "tie" => Stats.Winner.Tie,
        "both_bad" => Stats.Winner.BothBad,
        var other => RefusedValue<Winner>(field, $"The winner is \"a\", \"b\", \"tie\" or \"both_bad\"; this row says \"{Shortened(other)}\"."),
    };

    public Winner? Winner(string field)
    {
        if (Find(field) is null) Missing(field);
        return OptionalWinner(field);
    }

    /// <summary>One of a few words; null where the field is left out.</summary>
    public string? OptionalChoice(string field, params ReadOnlySpan<string> words)
    {
        if (OptionalText(field, int.MaxValue) is not { } text || words.Contains(text)) return OptionalText(field, int.MaxValue);
        var listed = string.Join(", ", words.ToArray().Select(w => $"\"{w}\""));
        return Refused(field, $"This is one of {listed}; this row says \"{Shortened(text)}\".");
    }

    public double? OptionalNumber(string field, double least, double most)
    {
        if (Find(field) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number) return RefusedValue<double>(field, $"This should be a number, and is {Kind(value)}.");
        return value.TryGetDouble(out var number) && number >= least && number <= most ? number
            : RefusedValue<double>(field, $"This should be a number from {least} to {most}; this row says {Shortened(value.GetRawText())}.");
    }

    public int? OptionalInteger(string field, int least, int most) =>
        OptionalNumber(field, least, most) is not { } number ? null
        : number == Math.Truncate(number) ? (int)number
        : RefusedValue<int>(field, $"This should be a whole number; this row says {number}.");

    /// <summary>An ISO 8601 time in microseconds; without an offset it is UTC.</summary>
    public long? OptionalTime(string field)
    {
        if (Find(field) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && value.TryGetDateTime(out var time) && time.Year is >= 1970 and < 3000)
        {
            var utc = time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : time.ToUniversalTime();
            return (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        }
        return RefusedValue<long>(field, "This should be a time such as \"2024-05-01T08:30:00Z\".");
    }

    /// <summary>A list of tags, as the JSON that it is stored as; "[]" where it is left out.</summary>
    public string Tags(string field)
    {
        if (Find(field) is not { } value) return "[]";
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MostTags)
        {
            Refuse(field, $"Tags are a list of up to {MostTags} texts, such as [\"easy\",\"math\"].");
            return "[]";
        }
        var tags = value.EnumerateArray().Select(tag => Text(field, tag, LongestName)).OfType<string>().ToArray();
        return tags.Length == 0 ? "[]" : JsonSerializer.Serialize(tags, Relaxed);
    }

    /// <summary>A plain text, as a message of <paramref name="role"/>, or a list of messages.</summary>
    public MessageText? Messages(string field, string role) => Find(field) is { } value ? Messages(field, value, role) : MissingText(field);

    public MessageText Message(string role, string content) => _messages.One(role, content);

    /// <summary>An object of a text, or a list of messages, for each model.</summary>
    public IReadOnlyList<(string Model, MessageText Text)> TextsByModel(string field)
    {
        var found = new List<(string, MessageText)>();
        if (Find(field) is not { } value)
        {
            Missing(field);
            return found;
        }
        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse(field, $"This should be an object with an answer for each model, such as {{\"model-1\":\"...\"}}, and is {Kind(value)}.");
            return found;
        }
        foreach (var (model, answer) in Properties(value))
        {
            var path = $"{field}.{Shortened(model)}";
            if (model.Length is 0 or > LongestName) Refuse(path, $"A model's name has 1 to {LongestName} characters.");
            else if (model.Contains('\0')) Refuse(path, NullCharacter);
            else if (answer.ValueKind == JsonValueKind.Null) Refuse(path, "This is null. Leave the model out where it gave no answer; an empty answer is \"\".");
            else if (Messages(path, answer, "assistant") is { } text) found.Add((model, text));
        }
        return found;
    }

    /// <summary>What the parser says of broken JSON, for somebody who looks at the file.</summary>
    public static string Sentence(JsonException broken)
    {
        var at = broken.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (at < 0) at = broken.Message.IndexOf(" Path:", StringComparison.Ordinal);
        var what = at < 0 ? broken.Message : broken.Message[..at];
        if (what.Contains("maximum configured depth", StringComparison.Ordinal)) return $"The JSON is nested more than {DeepestJson} deep.";
        return broken.BytePositionInLine is { } place ? $"This is not valid JSON, at byte {place + 1}: {what}" : $"This is not valid JSON: {what}";
    }

    public void Dispose()
    {
        _document?.Dispose();
        _messages.Dispose();
    }

    private const string NullCharacter = "The text holds the null character \\u0000, which not every database can keep; take it out.";
    private const string LoneSurrogate = "The text holds half of a character (a lone surrogate such as \\ud83d); write the whole character.";

    private JsonElement? Find(string field)
    {
        try
        {
            return _root.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
        }
        catch (InvalidOperationException) // another field's name holds a lone surrogate
        {
            return Properties(_root).Where(p => p.Name == field && p.Value.ValueKind != JsonValueKind.Null).Select(p => (JsonElement?)p.Value).LastOrDefault();
        }
    }

    private List<(string Name, JsonElement Value)> Properties(JsonElement value)
    {
        var properties = new List<(string, JsonElement)>();
        foreach (var property in value.EnumerateObject())
        {
            try
            {
                properties.Add((property.Name, property.Value));
            }
            catch (InvalidOperationException)
            {
                if (IsGood) Refuse(null, "A field's name holds half of a character (a lone surrogate such as \\ud83d); write the whole character.");
            }
        }
        return properties;
    }

    private MessageText? Messages(string field, JsonElement value, string role)
    {
        if (value.ValueKind == JsonValueKind.String) return Text(field, value, int.MaxValue) is { } plain ? _messages.One(role, plain) : null;
        if (value.ValueKind != JsonValueKind.Array) return RefusedText(field, $"This should be a text, or a list of {{\"role\",\"content\"}}, and is {Kind(value)}.");
        if (value.GetArrayLength() == 0) return RefusedText(field, "The list of messages is empty; give one message at least.");
        _messages.Begin();
        foreach (var message in value.EnumerateArray())
        {
            if (Read(field, message) is not var (who, what)) return null;
            _messages.Add(who, what);
        }
        return _messages.End();
    }

    private static bool TryProperty(JsonElement value, string name, out JsonElement found)
    {
        try
        {
            return value.TryGetProperty(name, out found);
        }
        catch (InvalidOperationException)
        {
            found = default;
            return false;
        }
    }

    private string? Text(string field, JsonElement value, int longest)
    {
        if (value.ValueKind != JsonValueKind.String) return Refused(field, $"This should be a text, and is {Kind(value)}.");
        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Refused(field, LoneSurrogate);
        }
        if (text.Length > longest) return Refused(field, $"This has {text.Length:N0} characters, and may have {longest:N0}.");
        return text.Contains('\0') ? Refused(field, NullCharacter) : text;
    }

    private string? Missing(string field) => Refused(field, $"The field '{field}' is missing.");

    private MessageText? MissingText(string field)
    {
        Missing(field);
        return null;
    }

    private string? Refused(string field, string message)
    {
        Refuse(field, message);
        return null;
    }

    private T? RefusedValue<T>(string field, string message) where T : struct
    {
        Refuse(field, message);
        return null;
    }

    private MessageText? RefusedText(string field, string message)
    {
        Refuse(field, message);
        return null;
    }

    private static string Shortened(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => "null",
    };
}
