using System.Buffers;
using System.Text.Json;

namespace PrefEval.Api.Imports;

/// <summary>
/// The elements of the list 'examples' in a file that is one JSON object, as LLM Comparator writes it: read one by one, each with the names of the two
/// 'models' that stand before the list. What follows the list is passed over.
/// </summary>
internal sealed class ExamplesSource(FileWindow window, ArraySource examples, byte[] models) : IRowSource
{
    public const string ModelA = "model_a", ModelB = "model_b";
    private readonly ArrayBufferWriter<byte> _row = new(4096);

    public long Line => examples.Line;
    public ReadOnlyMemory<byte> Row => _row.WrittenMemory;
    public string? Problem => examples.Problem;

    /// <summary>Begins at the list, where the window holds the beginning of such an object; null where it is any other.</summary>
    public static ExamplesSource? Open(FileWindow window, int largest)
    {
        if (Find(window.Unread.Span) is not var (start, models)) return null;
        window.Skip(start);
        return new ExamplesSource(window, new ArraySource(window, largest, endsFile: false), models);
    }

    public async ValueTask<RowFound> ReadAsync(CancellationToken cancel)
    {
        var found = await examples.ReadAsync(cancel);
        if (found == RowFound.Row) Take(examples.Row.Span);
        if (found != RowFound.End) return found;
        while (!window.AtEnd)
        {
            window.Skip(window.Unread.Length);
            if (!await window.FillAsync(cancel)) return RowFound.TooLarge;
        }
        return found;
    }

    private void Take(ReadOnlySpan<byte> example)
    {
        _row.ResetWrittenCount();
        if (example is [(byte)'{', .. var fields])
        {
            _row.Write(models);
            if (models.Length > 1 && !fields.TrimStart(" \t\r\n"u8).StartsWith("}"u8)) _row.Write(","u8);
            _row.Write(fields);
        }
        else _row.Write(example);
    }

    /// <summary>Where the list begins, and the beginning of a row that names the models.</summary>
    private static (int Start, byte[] Models)? Find(ReadOnlySpan<byte> file)
    {
        byte[] models = [(byte)'{'];
        try
        {
            var reader = new Utf8JsonReader(file, isFinalBlock: false, default);
            if (!reader.Read()) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isModels, isExamples) = (reader.ValueTextEquals("models"u8), reader.ValueTextEquals("examples"u8));
                if (!reader.Read()) return null;
                var start = (int)reader.TokenStartIndex;
                if (isExamples) return reader.TokenType == JsonTokenType.StartArray ? (start, models) : null;
                if (!reader.TrySkip()) return null;
                if (isModels) models = Named(file[start..(int)reader.BytesConsumed]);
            }
        }
        catch (JsonException)
        {
        }
        return null;
    }

    private static byte[] Named(ReadOnlySpan<byte> json)
    {
        using var models = JsonDocument.Parse(json.ToArray());
        if (models.RootElement.ValueKind != JsonValueKind.Array) return [(byte)'{'];
        var row = new ArrayBufferWriter<byte>();
        foreach (var (field, model) in new[] { ModelA, ModelB }.Zip(models.RootElement.EnumerateArray()))
        {
            if (model.ValueKind != JsonValueKind.Object || !model.TryGetProperty("name"u8, out var name)) continue;
            row.Write(row.WrittenCount == 0 ? "{"u8 : ","u8);
            row.Write(JsonSerializer.SerializeToUtf8Bytes(field));
            row.Write(":"u8);
            row.Write(JsonSerializer.SerializeToUtf8Bytes(name));
        }
        return row.WrittenCount == 0 ? [(byte)'{'] : row.WrittenSpan.ToArray();
    }
}
