using System.Text.Json;
using System.Text.Json.Serialization;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Imports;

public enum ImportState
{
    /// <summary>Read and found good; waits to be confirmed.</summary>
    Staged,
    /// <summary>Being written; nothing of it is seen yet.</summary>
    Storing,
    Stored,
    /// <summary>Could not be written, or waited too long; nothing of it was stored.</summary>
    Failed,
    /// <summary>Dropped before it was stored.</summary>
    Dropped,
    /// <summary>Stored, and taken out again.</summary>
    Undone,
}

/// <summary>What an import brings, or has brought.</summary>
public sealed record ImportSummary
{
    [JsonPropertyName("import")]
    public required string Id { get; init; }
    public required string Format { get; init; }
    public required ImportState State { get; init; }
    /// <summary>What the file was written in: utf-8, utf-16le, utf-16be or gb18030; null for an Excel workbook.</summary>
    public required string? Encoding { get; init; }
    /// <summary>Of a table: which column was read as what.</summary>
    public required TableMapping? Mapping { get; init; }
    /// <summary>Of a table: its columns, with the cells of its first rows.</summary>
    public required IReadOnlyList<TableColumn>? Table { get; init; }
    /// <summary>New prompts, answers, pairs and judgments. Pairs are those that are listed or judged.</summary>
    public required long Prompts { get; init; }
    public required long Answers { get; init; }
    public required long Pairs { get; init; }
    public required long Judgments { get; init; }
    /// <summary>Prompts, answers, listed pairs and judgments that were there already, just so.</summary>
    public required long Unchanged { get; init; }
    /// <summary>Prompts that stand with another category, other tags or another language than the file has: what stood was kept.</summary>
    public required long Kept { get; init; }
    /// <summary>Human judgments beyond a pair's overlap: stored, and not counted. Before an import is stored, an estimate.</summary>
    public required long Surplus { get; init; }
    /// <summary>Rows that bring no verdict of their own: answers alone, or a repeat of a judgment.</summary>
    public required long NotJudged { get; init; }
    /// <summary>New raters.</summary>
    public required long Raters { get; init; }
    /// <summary>The models that the file names, up to 1,000.</summary>
    public required IReadOnlyList<string> Models { get; init; }
    /// <summary>New answers that hold nothing but white space; they are judged like others.</summary>
    public required long EmptyAnswers { get; init; }
    /// <summary>New and replaced answers that say who they are; what is done with them, keep unless told otherwise (null before it is stored); and some of them, by line.</summary>
    public required long LeakingAnswers { get; init; }
    public required Leaks? Leaks { get; init; }
    public required IReadOnlyList<LeakExample> LeakExamples { get; init; }
    /// <summary>The new and replaced answers of each model, up to 1,000 models.</summary>
    public required IReadOnlyList<AnswersOfModel> AnswersByModel { get; init; }
    /// <summary>Answers that the study has with another text. They are replaced with on_change=replace only: a new version is shown from then on, and the old one is kept.</summary>
    public required long AnswersChanged { get; init; }
    /// <summary>What their replacing sets aside, ends and reopens: judgments of the old versions, kept and no longer counted; raters' live leases, whose votes will be
    /// kept likewise; prompts whose pairs are to be judged again. Before an import is stored, as things stand.</summary>
    public required long JudgmentsSetAside { get; init; }
    public required long LeasesEnded { get; init; }
    public required long PromptsReopened { get; init; }
    /// <summary>What it brought to a study that had opened is a wave of its own: its number, and how many pairs raters are asked about for it. Null before it is stored, and in a draft.</summary>
    public required int? Wave { get; init; }
    public required long? WavePairs { get; init; }
    /// <summary>Always empty: a file with errors is answered with a problem that lists them.</summary>
    public required IReadOnlyList<FieldError> Errors { get; init; }
    /// <summary>Rows to write, and how many of them are written.</summary>
    public required long Rows { get; init; }
    public required long RowsDone { get; init; }
    /// <summary>How many of them are written in a second, while it is being stored.</summary>
    public required double? RowsPerSecond { get; init; }
    /// <summary>Why it failed.</summary>
    public required string? Reason { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? StoredAt { get; init; }
}

/// <summary>How to store it.</summary>
/// <param name="OnChange">What to do with answers that the study has with another text.</param>
/// <param name="Mapping">Of a table: which column is what, where the preview read it wrongly.</param>
/// <param name="Leaks">
/// What to do with answers that say who they are: keep (the default) shows them as they are; mask hides the words from raters, behind a sign; drop asks nobody
/// about their pairs. In each case the answer itself is kept and exported as it came, and reports say how many pairs it touches.
/// </param>
public sealed record ConfirmImport(OnChange? OnChange = null, TableMapping? Mapping = null, Leaks? Leaks = null);

/// <summary>The answers of one model in an import, with the lengths in Unicode characters that half and nine tenths of them do not exceed.</summary>
public sealed record AnswersOfModel
{
    public required string Model { get; init; }
    public required long Answers { get; init; }
    public required long Empty { get; init; }
    /// <summary>Answers that say who they are.</summary>
    public required long Leaking { get; init; }
    public required long MedianCharacters { get; init; }
    public required long P90Characters { get; init; }
}

/// <summary>An answer that says who it is.</summary>
public sealed record LeakExample
{
    public required long Line { get; init; }
    public required string Model { get; init; }
    /// <summary>own_name: by the study's name of its model; says_who: "I am" and a known name of a model or its maker; says_its_maker: "trained by" and another name.</summary>
    public required LeakRule Rule { get; init; }
    public required IReadOnlyList<string> Words { get; init; }
    public required string Excerpt { get; init; }
}

/// <summary>What to do with answers that the study has with another text: refuse the file, each of them an error; or replace them by a new version.</summary>
public enum OnChange { Reject, Replace }

/// <summary>One row of <c>imports</c>.</summary>
public sealed record ImportRow
{
    public required int Import { get; init; }
    public required string Format { get; init; }
    public required string State { get; init; }
    public required string Summary { get; init; }
    public required int Judgments { get; init; }
    public required long CreatedAt { get; init; }
    public long? StoredAt { get; init; }
}

/// <summary>The JSON in <c>imports.summary</c>.</summary>
public sealed record ImportNotes
{
    public static readonly JsonSerializerOptions Json = new(StudySettings.Json) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public required ImportCounts Counts { get; init; }

    public string? Encoding { get; init; }
    public TableMapping? Mapping { get; init; }
    public IReadOnlyList<TableColumn>? Table { get; init; }
    public Leaks? Leaks { get; init; }

    /// <summary>The staging file's name, while it waits.</summary>
    public string? Staged { get; init; }
    public string? Reason { get; init; }

    /// <summary>What became of it where the column's states do not tell: dropped or undone.</summary>
    public ImportState? End { get; init; }

    public static ImportNotes Parse(string json) => JsonSerializer.Deserialize<ImportNotes>(json, Json)!;

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
