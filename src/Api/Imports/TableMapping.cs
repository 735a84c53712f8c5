using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Imports;

public enum TableLayout
{
    /// <summary>A row an answer: prompt, model, answer.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "The field's word for it.")]
    Long,
    /// <summary>A row a prompt, and a column for each model's answers.</summary>
    Wide,
    /// <summary>A row a judgment: prompt_id, model_a, model_b, rater, winner.</summary>
    Judgments,
}

/// <summary>A column of a table, with the cells of its first three rows.</summary>
public sealed record TableColumn
{
    public required string Name { get; init; }
    public required IReadOnlyList<string> Samples { get; init; }
}

/// <summary>Which column of a table holds what. Each field names a column; a column that no field names is passed over.</summary>
public sealed record TableMapping
{
    /// <summary>Told by the fields where it is left out.</summary>
    public TableLayout? Layout { get; init; }
    public string? Prompt { get; init; }
    public string? PromptId { get; init; }
    public string? Category { get; init; }
    /// <summary>Tags in one cell, with semicolons between them.</summary>
    public string? Tags { get; init; }
    public string? Language { get; init; }
    /// <summary>Long: the column of the models' names, and that of their answers.</summary>
    public string? Model { get; init; }
    public string? Answer { get; init; }
    /// <summary>Wide: the model's name for each column of answers; left out, every column that is named nowhere else is a model.</summary>
    public IReadOnlyDictionary<string, string>? Models { get; init; }
    public string? ModelA { get; init; }
    public string? ModelB { get; init; }
    public string? Rater { get; init; }
    public string? Winner { get; init; }
    public string? Left { get; init; }
    public string? Score { get; init; }
    public string? RaterKind { get; init; }
    public string? CreatedAt { get; init; }
    public string? DurationMs { get; init; }
    public string? Comment { get; init; }

    [JsonIgnore]
    public TableLayout LayoutOrTold => Layout ?? (Winner is not null ? TableLayout.Judgments : Model is not null || Answer is not null ? TableLayout.Long : TableLayout.Wide);

    /// <summary>The field of a PrefEval row that each column is, apart from the models.</summary>
    public IEnumerable<(string Field, string Column)> Columns()
    {
        (string, string?)[] all = LayoutOrTold switch
        {
            TableLayout.Judgments =>
            [
                ("prompt_id", PromptId), ("model_a", ModelA), ("model_b", ModelB), ("rater", Rater), ("winner", Winner), ("left", Left), ("score", Score),
                ("rater_kind", RaterKind), ("created_at", CreatedAt), ("duration_ms", DurationMs), ("comment", Comment),
            ],
            TableLayout.Long => [("prompt", Prompt), ("prompt_id", PromptId), ("category", Category), ("tags", Tags), ("language", Language), ("model", Model), ("answer", Answer)],
            _ => [("prompt", Prompt), ("prompt_id", PromptId), ("category", Category), ("tags", Tags), ("language", Language)],
        };
        return all.Where(f => f.Item2 is not null).Select(f => (f.Item1, f.Item2!));
    }

    /// <summary>The column that a field of the row came from, for errors.</summary>
    public string ColumnOf(string field)
    {
        foreach (var (name, column) in Columns())
            if (name == field) return column;
        const string answers = "answers.";
        if (!field.StartsWith(answers, StringComparison.Ordinal)) return field;
        if (LayoutOrTold == TableLayout.Long) return Answer ?? field;
        var model = field[answers.Length..];
        return Models?.FirstOrDefault(m => m.Value == model).Key ?? model;
    }

    /// <summary>The mapping that a caller wrote; null for none.</summary>
    public static Outcome<TableMapping?> Parse(string? json)
    {
        if (string.IsNullOrWhiteSpace(json)) return (TableMapping?)null;
        try
        {
            if (JsonSerializer.Deserialize<TableMapping>(json, Strict) is { } mapping) return mapping;
        }
        catch (JsonException)
        {
        }
        const string how = """Write it as JSON, such as {"layout":"wide","prompt":"问题","models":{"列名":"model-1"}}.""";
        return Problem.InvalidRequest.With("'mapping' could not be read. " + how, [new FieldError { Field = "mapping", Message = how }]);
    }

    public string ToJson() => JsonSerializer.Serialize(this, ImportNotes.Json);

    private static readonly JsonSerializerOptions Strict = MakeStrict();

    private static JsonSerializerOptions MakeStrict()
    {
        var options = new JsonSerializerOptions();
        Http.SetJson(options);
        return options;
    }
}
