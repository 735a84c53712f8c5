namespace PrefEval.Api.Imports.Formats;

/// <summary>
/// A table (CSV, TSV, XLSX) with a header. <see cref="TableRows"/> has made a PrefEval row of each of its rows by the time it is read, so this only
/// gives the layout a name.
/// </summary>
public abstract class Tables(TableLayout layout, IImportFormat rows) : IImportFormat
{
    public TableLayout Layout => layout;
    public abstract string Name { get; }
    public abstract string Shape { get; }
    public FormatFields Fields => rows.Fields;

    /// <summary>Tables are known by their header, and not by the fields of rows.</summary>
    public bool Knows(IReadOnlySet<string> fields) => false;

    public void Read(FileRow row, Staging staging) => rows.Read(row, staging);
}

public sealed class LongTable() : Tables(TableLayout.Long, new PrefEvalPrompts())
{
    public override string Name => "table_long";
    public override string Shape => "CSV, TSV or XLSX with a row an answer: prompt, model, answer, and prompt_id, category, tags, language where there are";
}

public sealed class WideTable() : Tables(TableLayout.Wide, new PrefEvalPrompts())
{
    public override string Name => "table_wide";
    public override string Shape => "CSV, TSV or XLSX with a row a prompt: prompt, prompt_id, category, tags, language, and a column for each model's answers";
}

public sealed class JudgmentTable() : Tables(TableLayout.Judgments, new PrefEvalJudgments())
{
    public override string Name => "table_judgments";
    public override string Shape => "CSV, TSV or XLSX with a row a judgment: prompt_id, model_a, model_b, rater, winner";
}
