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

/// <summary>The model that the reference answers of a data set are stored under. It meets the others like any model: a design of listed or focal pairs leaves it out.</summary>
internal static class Reference
{
    public const string Model = "reference";

    public static void Add(FileRow row, Staging staging, long prompt, string? answer, string field)
    {
        if (!string.IsNullOrWhiteSpace(answer))
            staging.Answer(row, new StagedAnswer { Prompt = prompt, Model = staging.Model(Model), Text = row.Message("assistant", answer), Field = field });
    }
}

/// <summary>The formats, in the order in which a file is held against them.</summary>
public static class ImportFormats
{
    public static readonly IReadOnlyList<IImportFormat> All =
    [
        new AlpacaEvalAnnotations(),
        new CoigCqia(),
        new AlpacaEvalOutputs(),
        new LmsysBattles(),
        new MtBenchJudgments(),
        new KaggleBattles(),
        new LlmComparator(),
        new FastChatQuestions(),
        new FastChatAnswers(),
        new BelleEval(),
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
