using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using PrefEval.Api.Imports;
using PrefEval.Api.Imports.Formats;
using PrefEval.Api.Raters;

namespace PrefEval.Api.Battles;

/// <summary>The judgments of a file as columns of equal length: models, prompts and raters are numbers, in the order in which the file first names them.</summary>
internal sealed class BattleFile
{
    private BattleFile()
    {
    }

    public required IReadOnlyList<string> Models { get; init; }
    public required int PromptCount { get; init; }

    /// <summary>Null where rows do not say who judged.</summary>
    public required IReadOnlyList<string>? Raters { get; init; }

    /// <summary>The one kind of rater that is counted, and how many judgments of others were left out.</summary>
    public required RaterKind Kind { get; init; }
    public required long OtherKinds { get; init; }

    /// <summary>Rows that hold no verdict.</summary>
    public required long NotJudged { get; init; }

    /// <summary>What is wrong with lines, which were left out.</summary>
    public required ImportErrors Errors { get; init; }
    public required List<Row> Rows { get; init; }
    public required Dictionary<int, double> Scores { get; init; }

    /// <summary>Reads a file on every core; memory holds the judgments and the names, never the file.</summary>
    public static async Task<BattleFile> ReadAsync(Stream file, CancellationToken cancel)
    {
        using var chunks = new Chunks(file, new ImportOptions());
        var parts = await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(() => ReadPartAsync(chunks, cancel), cancel)));
        var errors = new ImportErrors();
        foreach (var part in parts) errors.Add(part.Errors);
        if (chunks.Broken is var (element, message)) errors.Add(element, null, message);
        return Join([.. parts.Select(p => p.Rows)], errors);
    }

    private static async Task<(Rows Rows, ImportErrors Errors)> ReadPartAsync(Chunks chunks, CancellationToken cancel)
    {
        var (rows, errors, chunk) = (new Rows(), new ImportErrors(), new Chunk());
        var reader = new RowReader(rows, errors);
        while (await chunks.NextAsync(chunk, cancel))
        {
            if (!Utf8.IsValid(chunk.Content)) throw NotUtf8(chunk);
            reader.ReadLines(chunk);
        }
        return (rows, errors);
    }

    private static UnreadableFileException NotUtf8(Chunk chunk)
    {
        var line = chunk.FirstLine;
        foreach (var range in chunk.Content.Split((byte)'\n'))
        {
            if (!Utf8.IsValid(chunk.Content[range])) break;
            line++;
        }
        return new($"Line {line} is not UTF-8. A Chinese text of another program is often GB18030: convert the file, for example with 'iconv -f GB18030 -t UTF-8'.");
    }

    /// <summary>Puts the parts together in the order of the file, so that neither cores nor chance show in the result.</summary>
    private static BattleFile Join(Rows[] parts, ImportErrors errors)
    {
        var (models, prompts, raters) = (new NameTable(), new NameTable(), new NameTable());
        var maps = parts.Select(p => (Models: Unknown(p.Models), Prompts: Unknown(p.Prompts), Raters: Unknown(p.Raters))).ToArray();
        var rows = new List<Row>(parts.Sum(p => p.All.Count));
        var scores = new Dictionary<int, double>();
        var kinds = new List<KindSaid>();
        foreach (var (part, chunk) in parts.SelectMany((p, part) => p.Chunks.Select((_, chunk) => (part, chunk))).OrderBy(c => parts[c.part].Chunks[c.chunk].Chunk))
        {
            var from = parts[part];
            var map = maps[part];
            var end = chunk + 1 < from.Chunks.Count ? from.Chunks[chunk + 1].Row : from.All.Count;
            for (var i = from.Chunks[chunk].Row; i < end; i++)
            {
                var row = from.All[i];
                var joined = row with
                {
                    Prompt = Joined(prompts, from.Prompts, map.Prompts, row.Prompt),
                    ModelA = Joined(models, from.Models, map.Models, row.ModelA),
                    ModelB = Joined(models, from.Models, map.Models, row.ModelB),
                    Rater = row.Rater < 0 ? -1 : Joined(raters, from.Raters, map.Raters, row.Rater),
                };
                if (joined.Rater >= 0 && !TakeKind(joined, raters, kinds, errors)) continue;
                if (from.Scores.Count > 0 && from.Scores.TryGetValue(i, out var score)) scores[rows.Count] = score;
                rows.Add(joined);
            }
        }

        // One kind is counted: humans if there are any, else models that judge, else simulated raters.
        var named = raters.Count > 0 && !rows.Exists(r => r.Rater < 0);
        var counted = named ? kinds.Select(Told).DefaultIfEmpty(KindSaid.Human).Min() : KindSaid.Human;
        return new BattleFile
        {
            Models = Texts(models),
            PromptCount = prompts.Count,
            Raters = named ? Texts(raters) : null,
            Kind = counted switch { KindSaid.Llm => RaterKind.Llm, KindSaid.Simulated => RaterKind.Simulated, _ => RaterKind.Human },
            OtherKinds = named ? Keep(rows, scores, r => Told(kinds[r.Rater]) == counted) : 0,
            NotJudged = parts.Sum(p => p.NotJudged),
            Errors = errors,
            Rows = rows,
            Scores = scores,
        };
    }

    /// <summary>A rater is of one kind in all of a file; a name can tell it, too.</summary>
    private static bool TakeKind(in Row row, NameTable raters, List<KindSaid> kinds, ImportErrors errors)
    {
        var isNew = row.Rater == kinds.Count;
        if (!isNew && (row.Kind is KindSaid.Unsaid or KindSaid.ByName || row.Kind == kinds[row.Rater])) return true;
        if (isNew) kinds.Add(KindByName(raters[row.Rater], row.Kind));
        var known = kinds[row.Rater];
        if (known == KindSaid.Unsaid) kinds[row.Rater] = row.Kind;
        if (known == KindSaid.Unsaid || row.Kind is KindSaid.Unsaid or KindSaid.ByName || row.Kind == known) return true;
        if (known == KindSaid.Simulated && row.Kind == KindSaid.Llm) return true; // an annotator, whom the field makes a model, and the name a simulated one
        errors.Add(row.Line, "rater_kind", $"The rater '{Encoding.UTF8.GetString(raters[row.Rater])}' is of kind '{EnumText(known)}' on an earlier line or by name, and of kind '{EnumText(row.Kind)}' here. Give them different names.");
        return false;
    }

    private static KindSaid KindByName(ReadOnlySpan<byte> name, KindSaid said) =>
        name.StartsWith("simulated:"u8) ? KindSaid.Simulated
        : said != KindSaid.ByName ? said
        : Judges.Kind(Encoding.UTF8.GetString(name)) is null ? KindSaid.Unsaid : KindSaid.Llm;

    private static KindSaid Told(KindSaid kind) => kind == KindSaid.Unsaid ? KindSaid.Human : kind;

    private static string EnumText(KindSaid kind) => kind.ToString().ToLowerInvariant();

    private static int Joined(NameTable all, NameTable part, int[] map, int number)
    {
        if (map[number] < 0) map[number] = all.Intern(part[number], part.HashOf(number));
        return map[number];
    }

    private static int[] Unknown(NameTable names)
    {
        var map = new int[names.Count];
        map.AsSpan().Fill(-1);
        return map;
    }

    private static string[] Texts(NameTable names) => [.. Enumerable.Range(0, names.Count).Select(n => Encoding.UTF8.GetString(names[n]))];

    /// <summary>Keeps the rows that pass; answers how many did not.</summary>
    private static long Keep(List<Row> rows, Dictionary<int, double> scores, Predicate<Row> passes)
    {
        var kept = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            if (!passes(rows[i])) continue;
            if (kept < i && scores.Remove(i, out var score)) scores[kept] = score;
            rows[kept++] = rows[i];
        }
        var dropped = rows.Count - kept;
        CollectionsMarshal.SetCount(rows, kept);
        return dropped;
    }
}
