using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Imports;

/// <summary>A table's rows as a source of rows: its header is read first, and tells what they become.</summary>
internal interface ITableSource : IRowSource
{
    IReadOnlyList<string> Columns { get; }

    /// <summary>Reads the header; null where there is none, or a row's worth of reading ended otherwise.</summary>
    ValueTask<RowFound> ReadHeaderAsync(CancellationToken cancel);

    /// <summary>To be called between the header and the first row.</summary>
    void Become(TableRows rows);
}

/// <summary>The cells of one row, in one buffer that is kept from row to row.</summary>
internal sealed class Cells
{
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);
    private readonly List<int> _ends = [];

    public int Count => _ends.Count;

    public ReadOnlySpan<byte> this[int index] => index >= Count ? default : _bytes.WrittenSpan[(index == 0 ? 0 : _ends[index - 1]).._ends[index]];

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _ends.Clear();
    }

    public void Write(ReadOnlySpan<byte> part) => _bytes.Write(part);

    public void Write(string text)
    {
        var written = Encoding.UTF8.GetBytes(text, _bytes.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        _bytes.Advance(written);
    }

    public void End() => _ends.Add(_bytes.WrittenCount);
}

/// <summary>
/// Makes of a table's row the PrefEval row that it means, as JSON, so that one reader checks both: prompts with their answers, or judgments. Of a table
/// in another tool's form the columns are the fields. An empty cell is no value; in the column of answers of a long table it is an empty answer.
/// </summary>
internal sealed class TableRows : IDisposable
{
    public const int MostSamples = 3;
    private const int LongestSample = 60;
    private static readonly HashSet<string> Numbers = ["score", "duration_ms", "preference", "overlap"];

    private readonly TableLayout? _layout;
    private readonly List<(int Column, string Field)> _fields = [];
    private readonly List<(int Column, string Model)> _models = [];
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly IReadOnlyList<string> _columns;
    private readonly List<string[]> _samples = [];

    private TableRows(TableLayout? layout, IReadOnlyList<string> columns)
    {
        (_layout, _columns) = (layout, columns);
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>The columns are the fields.</summary>
    public static TableRows Of(IReadOnlyList<string> columns)
    {
        var rows = new TableRows(null, columns);
        for (var i = 0; i < columns.Count; i++)
            if (columns[i].Length > 0) rows._fields.Add((i, columns[i]));
        return rows;
    }

    public static Outcome<TableRows> Of(IReadOnlyList<string> columns, TableMapping mapping)
    {
        var rows = new TableRows(mapping.LayoutOrTold, columns);
        var missing = new List<FieldError>();
        var taken = new HashSet<int>();
        foreach (var (field, column) in mapping.Columns())
        {
            if (Find(field, column) is >= 0 and var at) rows._fields.Add((at, field));
        }
        if (rows._layout == TableLayout.Wide)
        {
            var models = mapping.Models ?? columns.Where((c, i) => c.Length > 0 && !taken.Contains(i)).ToDictionary(c => c, c => c);
            foreach (var (column, model) in models)
            {
                if (Find("models", column) is not (>= 0 and var at)) continue;
                if (rows._models.Exists(m => m.Model == model)) missing.Add(new FieldError { Field = "mapping.models", Message = $"Two columns are named as the model '{model}'." });
                rows._models.Add((at, model));
            }
        }
        string[] needed = rows._layout switch
        {
            TableLayout.Judgments => ["prompt_id", "model_a", "model_b", "rater", "winner"],
            TableLayout.Long => ["prompt", "model", "answer"],
            _ => ["prompt"],
        };
        foreach (var field in needed.Where(field => !mapping.Columns().Any(c => c.Field == field)))
            missing.Add(new FieldError { Field = "mapping." + field, Message = $"This layout needs a column for '{field}'." });
        return missing.Count == 0 ? rows : NotMapped(columns, "The mapping does not fit the table.", missing);

        int Find(string field, string column)
        {
            var at = columns.ToList().IndexOf(column.Trim());
            if (at < 0) missing.Add(new FieldError { Field = "mapping." + field, Message = $"The table has no column '{column}'." });
            else taken.Add(at);
            return at;
        }
    }

    /// <summary>The columns, and a mapping to send.</summary>
    public static ProblemDetails NotMapped(IReadOnlyList<string> columns, string what, IReadOnlyList<FieldError>? errors = null)
    {
        var example = TableNames.Example(columns);
        var problem = Problem.MappingNeeded.With(
            $"{what} Its columns are {string.Join(", ", columns.Take(30).Select(c => $"'{c}'"))}. Say which is what with 'mapping', for example mapping={example.ToJson()}, "
            + "where layout is wide (a column a model), long (prompt, model, answer) or judgments (prompt_id, model_a, model_b, rater, winner).", errors);
        problem.Extensions["columns"] = columns;
        problem.Extensions["mapping"] = JsonSerializer.SerializeToElement(example, ImportNotes.Json);
        return problem;
    }

    /// <summary>The table's columns, with what its first rows have in them.</summary>
    public IReadOnlyList<TableColumn> Table => [.. _columns.Select((name, i) => new TableColumn { Name = Shown(name), Samples = [.. _samples.Select(row => Shown(row[i]))] }).Where(column => column.Name.Length > 0)];

    /// <summary>The row as JSON, valid until the next.</summary>
    public ReadOnlyMemory<byte> ToJson(Cells cells)
    {
        if (_samples.Count < MostSamples) _samples.Add([.. Enumerable.Range(0, _columns.Count).Select(i => Sample(Encoding.UTF8.GetString(cells[i]).Trim()))]);
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        foreach (var (column, field) in _fields)
        {
            var cell = cells[column];
            if (cell.Trim(" \t\r\n"u8).IsEmpty || (_layout == TableLayout.Long && field is "model" or "answer")) continue;
            if (field == "tags" && _layout is not null) WriteTags(Encoding.UTF8.GetString(cell));
            else if (field == "winner" && _layout == TableLayout.Judgments) _json.WriteString(field, Winner(cells, Encoding.UTF8.GetString(cell).Trim()));
            else if (Numbers.Contains(field) && double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) _json.WriteNumber(field, number);
            else if (field is "prompt" or "comment" || _layout is null) _json.WriteString(field, cell);
            else _json.WriteString(field, cell.Trim(" \t\r\n"u8));
        }
        if (_layout is TableLayout.Long or TableLayout.Wide) WriteAnswers(cells);
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenMemory;
    }

    public void Dispose() => _json.Dispose();

    /// <summary>No text that is sent may hold a null character; here one says that the file is damaged.</summary>
    private static string Shown(string cell) => cell.Replace('\0', '\uFFFD');

    private static string Sample(string cell) => cell.Length <= LongestSample ? cell : cell[..(char.IsHighSurrogate(cell[LongestSample - 1]) ? LongestSample - 1 : LongestSample)] + "…";

    private void WriteAnswers(Cells cells)
    {
        _json.WriteStartObject("answers");
        if (_layout == TableLayout.Long)
        {
            _json.WritePropertyName(Cell(cells, "model").Trim(" \t\r\n"u8)); // an empty name is refused with the row
            _json.WriteStringValue(Cell(cells, "answer"));
        }
        foreach (var (column, model) in _models)
            if (!cells[column].Trim(" \t\r\n"u8).IsEmpty) _json.WriteString(model, cells[column]);
        _json.WriteEndObject();
    }

    private ReadOnlySpan<byte> Cell(Cells cells, string field) => cells[_fields.Find(f => f.Field == field).Column];

    private void WriteTags(string cell)
    {
        _json.WriteStartArray("tags");
        foreach (var tag in cell.Split([';', '；', '|', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) _json.WriteStringValue(tag);
        _json.WriteEndArray();
    }

    /// <summary>People write the winner as a letter, in Chinese, or by its model's name.</summary>
    private string Winner(Cells cells, string said) => said.ToLowerInvariant() switch
    {
        "a" or "model_a" => "a",
        "b" or "model_b" => "b",
        "tie" or "draw" or "平" or "平局" or "平手" => "tie",
        "both_bad" or "tie (bothbad)" or "都不好" or "都差" or "都很差" => "both_bad",
        _ when said == Encoding.UTF8.GetString(Cell(cells, "model_a")).Trim() => "a",
        _ when said == Encoding.UTF8.GetString(Cell(cells, "model_b")).Trim() => "b",
        _ => said,
    };
}
