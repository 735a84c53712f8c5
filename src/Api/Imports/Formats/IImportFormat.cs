namespace PrefEval.Api.Imports.Formats;

/// <summary>A format that is read: how its rows are known, and what they become.</summary>
public interface IImportFormat
{
    string Name { get; }

    /// <summary>What a row looks like, in a few words.</summary>
    string Shape { get; }

    FormatFields Fields { get; }

    /// <summary>Whether these are the fields of its first rows.</summary>
    bool Knows(IReadOnlySet<string> fields);

    /// <summary>Whether its fields may also be the columns of a table.</summary>
    bool ReadsTables => false;

    /// <summary>Puts one row into the staging file, or notes on the row what is wrong with it.</summary>
    void Read(FileRow row, Staging staging);
}

/// <summary>The formats, in the order in which a file is held against them.</summary>
public static class ImportFormats
{
    public static readonly IReadOnlyList<IImportFormat> All =
    [
        new AlpacaEvalAnnotations(),
        new AlpacaEvalOutputs(),
        new LmsysBattles(),
        new MtBenchJudgments(),
        new KaggleBattles(),
        new PrefEvalPrompts(),
        new PrefEvalJudgments(),
        new PrefEvalPairs(),
        new LongTable(),
        new WideTable(),
        new JudgmentTable(),
    ];

    public static IImportFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);

    public static IImportFormat Of(TableLayout layout) => All.OfType<Tables>().First(table => table.Layout == layout);

    /// <summary>The sentence that lists them.</summary>
    public static string Listed => "Formats that are read: " + string.Join("; ", All.Select(f => $"{f.Name} ({f.Shape})")) + ".";
}
