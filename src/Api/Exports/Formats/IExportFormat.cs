namespace PrefEval.Api.Exports.Formats;

/// <summary>A format that is written. To add one: a class here, and a line in <see cref="ExportFormats.All"/>.</summary>
public interface IExportFormat
{
    string Name { get; }
    string MediaType => "application/x-ndjson";
    string Extension => "jsonl";
    bool IsArray => false;

    /// <summary>The format has a place for a rater's kind, or for her name; else one kind is exported alone.</summary>
    bool TellsRaters => true;

    Task WriteAsync(Export export, CancellationToken cancel);
}

public sealed class ExportFormats(ExportReader reader, Adjudications.VoteReader votes)
{
    public IReadOnlyList<IExportFormat> All { get; } =
    [
        new PrefEvalPrompts(reader),
        new PrefEvalJudgments(reader),
        new PrefEvalPairs(reader),
        new LmsysBattles(reader),
        new AlpacaEvalAnnotations(reader),
        new TrlDpo(reader, votes),
        new TrlKto(reader, votes),
        new JudgmentsCsv(reader),
    ];

    public IExportFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);
}
