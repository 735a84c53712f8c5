using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PrefEval.Api.Adjudications;
using PrefEval.Api.Assignments;
using PrefEval.Api.Exports.Formats;
using PrefEval.Api.Imports;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Reports;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Exports;

/// <summary>
/// Writes a study as a ZIP that may be published: the files of PrefEval, from which the counts can be had again, without what tells who judged. Raters get
/// ids by chance, anew in every bundle, so that no two bundles can be joined by them; judgments stand in the order of prompts and models, and of one pair in the
/// order of those ids, as the order in which they came would tell one rater from another. To be put in order they are held in memory, forty bytes each.
/// </summary>
public sealed class ReleaseWriter(ExportReader reader, ColumnCache columns, VoteReader voteReader)
{
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // the archive's first

    private readonly record struct Vote(int Prompt, int ModelA, int ModelB, int Rater, Winner Winner, Side? Left, double Score, int Day, int Seconds);

    /// <summary>Numbers for names, in the order in which they come.</summary>
    private sealed class Numbers
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

        public List<string> Names { get; } = [];

        public int Of(string name)
        {
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, name, out var known);
            if (known) return number;
            Names.Add(name);
            return number = Names.Count - 1;
        }
    }

    public async Task<ReleaseCounts> WriteAsync(Release release, Stream body, CancellationToken cancel)
    {
        var (study, at) = (release.Study.Study, release.At);
        var settings = release.Study.ReadSettings();
        var (prompts, models, raters) = (new Numbers(), new Numbers(), new Numbers());
        var kinds = new List<RaterKind>();
        long answers = 0, pairs = 0;
        await using var zip = await ZipArchive.CreateAsync(body, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancel);

        await EntryAsync(zip, "prompts.jsonl", async rows =>
        {
            await foreach (var prompt in reader.PromptsAsync(study, at, cancel))
            {
                prompts.Of(prompt.ExternalId);
                foreach (var answer in prompt.Answers) models.Of(answer.Name);
                answers += prompt.Answers.Count;
                await rows.WriteAsync(json => PrefEvalPrompts.Write(json, prompt), cancel);
            }
        }, cancel);

        var said = release.AdjudicatedFor is { } kind ? await voteReader.DecidedAsync(study, at, await voteReader.OfPairsAsync(study, at, kind, cancel), cancel) : [];
        var adjudicated = new List<(ExportedPair Pair, StandingAdjudication Said)>();
        await EntryAsync(zip, "pairs.jsonl", async rows =>
        {
            await foreach (var pair in reader.PairsAsync(study, at, cancel))
            {
                if (pair.Role == PairRole.Normal && said.TryGetValue(pair.Pair, out var its)) adjudicated.Add((pair, its));
                await rows.WriteAsync(json => PrefEvalPairs.Write(json, pair, withReason: false), cancel);
            }
            pairs = rows.Count;
        }, cancel);

        var votes = new List<Vote>();
        var leftOut = new Export
        {
            Study = release.Study, At = at, Raters = null, Standings = ExportedStandings.Counted, MinMargin = 0, MinVotes = 1, Adjudicated = false, Rows = null!,
        };
        await foreach (var judgment in reader.JudgmentsAsync(study, at, withTexts: false, cancel))
        {
            if (!leftOut.Wants(judgment)) continue;
            var row = judgment.Row;
            var rater = raters.Of(row.Rater);
            if (rater == kinds.Count) kinds.Add(row.RaterKind);
            votes.Add(new Vote(prompts.Of(row.PromptId), models.Of(row.ModelA), models.Of(row.ModelB), rater, row.Winner, row.LeftSide, row.Score ?? double.NaN,
                StudyDay.Of(row.CreatedAt, settings.TimeZone), row.DurationMs is { } duration ? (int)Math.Round(duration / 1000.0) : -1));
        }
        var ids = NewIds(kinds);
        votes.Sort((x, y) => (x.Prompt, x.ModelA, x.ModelB).CompareTo((y.Prompt, y.ModelA, y.ModelB)) is var order and not 0 ? order : string.CompareOrdinal(ids[x.Rater], ids[y.Rater]));
        var zone = TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone);
        await EntryAsync(zip, "judgments.jsonl", async rows =>
        {
            foreach (var vote in votes) await rows.WriteAsync(json => Write(json, vote), cancel);
        }, cancel);
        if (adjudicated.Count > 0)
        {
            await EntryAsync(zip, "adjudications.jsonl", async rows =>
            {
                foreach (var (pair, its) in adjudicated) await rows.WriteAsync(json => WriteAdjudication(json, pair, its), cancel);
            }, cancel);
        }

        var counts = new ReleaseCounts
        {
            Sequence = at,
            DataHash = await (await columns.AtAsync(study, at, cancel)).HashAsync(at, cancel),
            Prompts = prompts.Names.Count,
            Answers = answers,
            Models = models.Names.Count,
            Pairs = pairs,
            Judgments = votes.Count,
            Raters = ids.Count,
            Adjudications = adjudicated.Count,
            LeftOut = leftOut.LeftOut,
        };
        await TextAsync(zip, "README.md", ReleaseReadme.Of(release, settings, counts, kinds), cancel);
        return counts;

        void Write(Utf8JsonWriter json, in Vote vote)
        {
            json.WriteString("prompt_id", prompts.Names[vote.Prompt]);
            json.WriteString("model_a", models.Names[vote.ModelA]);
            json.WriteString("model_b", models.Names[vote.ModelB]);
            json.WriteString("rater", ids[vote.Rater]);
            json.WriteString("winner", EnumText<Winner>.Of(vote.Winner));
            if (vote.Left is { } left) json.WriteString("left", EnumText<Side>.Of(left));
            if (!double.IsNaN(vote.Score)) json.WriteNumber("score", vote.Score);
            json.WriteString("rater_kind", EnumText<RaterKind>.Of(kinds[vote.Rater]));
            json.WriteString("created_at", DayText(vote.Day, zone));
            if (vote.Seconds >= 0) json.WriteNumber("duration_ms", vote.Seconds * 1000L);
        }
    }

    private static void WriteAdjudication(Utf8JsonWriter json, ExportedPair pair, StandingAdjudication said)
    {
        json.WriteString("prompt_id", pair.PromptId);
        json.WriteString("model_a", pair.ModelA);
        json.WriteString("model_b", pair.ModelB);
        json.WriteString("winner", EnumText<Winner>.Of(said.Winner!.Value));
        json.WriteString("left", EnumText<Side>.Of(said.LeftSide));
    }

    /// <summary>The day's first moment, with the zone's offset from UTC, so that it is of the same day when it comes in again.</summary>
    private static string DayText(int day, TimeZoneInfo zone)
    {
        var start = DateOnly.FromDayNumber(day).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(start, zone.GetUtcOffset(start)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
    }

    /// <summary>64 random bits each: of the raters there will ever be, no two get the same.</summary>
    private static List<string> NewIds(List<RaterKind> kinds) =>
        [.. kinds.Select(kind => (kind == RaterKind.Simulated ? Staging.SimulatedPrefix : "") + RandomNumberGenerator.GetHexString(16, lowercase: true))];

    private static async Task EntryAsync(ZipArchive zip, string name, Func<RowWriter, Task> write, CancellationToken cancel)
    {
        await using var entry = await OpenAsync(zip, name, cancel);
        using var rows = new RowWriter(entry, array: false);
        await write(rows);
        await rows.EndAsync(cancel);
    }

    private static async Task TextAsync(ZipArchive zip, string name, string text, CancellationToken cancel)
    {
        await using var entry = await OpenAsync(zip, name, cancel);
        await entry.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
    }

    private static Task<Stream> OpenAsync(ZipArchive zip, string name, CancellationToken cancel)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = NoTime;
        return entry.OpenAsync(cancel);
    }
}
