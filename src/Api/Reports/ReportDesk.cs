using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Reports;

/// <summary>A report as it was asked for, and the study as it stood then. What is wrong with the request gathers in <c>Errors</c>.</summary>
public sealed record ReportRequest
{
    public required StudyRow Study { get; init; }
    public required StudySettings Settings { get; init; }
    public required long Sequence { get; init; }
    public required ReportFilter Filter { get; init; }
    /// <summary>The analysis that was declared at that number, and how it had been changed until then.</summary>
    public required Analysis Declared { get; init; }
    public required IReadOnlyList<AnalysisChange> Changes { get; init; }
    public required StudyFacts Facts { get; init; }
    public required List<FieldError> Errors { get; init; }
    internal string Stamp { get; init; } = "";
    internal long Erased { get; init; }

    /// <summary>The problem to answer, where the request has errors.</summary>
    public ProblemHttpResult? Refusal => Errors.Count == 0 ? null : TypedResults.Problem(Problem.InvalidRequest.With("Correct the parameters named in 'errors'.", Errors));
}

/// <summary>The judgments that a report is about.</summary>
public sealed record Evidence
{
    public required Selection Judgments { get; init; }
    /// <summary>Of the study's data as of the report's number, whatever the filter: see <see cref="DataChain"/>.</summary>
    public required string DataHash { get; init; }
    /// <summary>The kind of rater that is counted.</summary>
    public required RaterKind Kind { get; init; }
    public required IReadOnlyDictionary<int, ReportRater> Raters { get; init; }
    /// <summary>By number of the pair: whether it is known, is evidence (no gold, no practice) and passes the filter.</summary>
    public required bool[] Passes { get; init; }
    /// <summary>Pairs of which an answer says who it is, and whether one of them was masked.</summary>
    public required IReadOnlyDictionary<int, bool> Leaking { get; init; }
}

/// <summary>Where every report begins: reads what was asked, names it by a hash, and gathers the judgments.</summary>
public sealed class ReportDesk(StudyStore studies, ReportStore store, ColumnCache columns, FactCache facts)
{
    /// <summary>Part of every report's hash: raise it when a method changes what a report says.</summary>
    private const string MethodVersion = "5";

    /// <summary>Part of every ETag: another build may answer the same question in another form.</summary>
    private static readonly string Build = typeof(ReportDesk).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion + typeof(ReportDesk).Module.ModuleVersionId;

    public async Task<ReportRequest> ReadAsync(long study, ReportParameters asked, CancellationToken cancel)
    {
        var row = (await studies.FindAsync(study, cancel))!;
        var errors = new List<FieldError>();
        if (asked.At is < 0 || asked.At > row.Sequence) errors.Add(NoSuchNumber(row.Sequence));
        var filter = new ReportFilter
        {
            Category = asked.Category,
            Tag = asked.Tag,
            Language = asked.Language,
            Wave = asked.Wave,
            Raters = asked.Raters is null ? null : Parse(asked.Raters, "raters", RaterKind.Human, errors),
            Leaks = Parse(asked.Leaks, "leaks", LeaksInReports.Count, errors) == LeaksInReports.LeaveOut ? LeaksInReports.LeaveOut : null,
        };
        var settings = row.ReadSettings();
        var sequence = asked.At ?? row.Sequence;
        var changes = await studies.ChangesAsync(study, cancel);
        var stamp = await store.StampAsync(study, long.MaxValue, cancel);
        var known = await facts.OfAsync(row, stamp, cancel);
        filter.Check(known, errors);
        return new ReportRequest
        {
            Study = row,
            Settings = settings,
            Sequence = sequence,
            Filter = filter,
            Declared = changes.FirstOrDefault(c => c.Sequence > sequence)?.Before ?? settings.Analysis,
            Changes = [.. changes.Where(c => c.Sequence <= sequence)],
            Facts = known,
            Errors = errors,
            Erased = await store.ErasedAsync(study, cancel),
            Stamp = asked.At is null ? stamp : await store.StampAsync(study, sequence, cancel),
        };
    }

    /// <summary>
    /// Names the report: of the study, the number, the settings that a report hangs on, what was asked and the version of the methods. Also says so in the
    /// ETag of the answer, which is another one for each share, and once a rater was erased.
    /// </summary>
    /// <param name="report">Which report.</param>
    /// <param name="question">What was asked beside the filter.</param>
    /// <param name="isKnown">Whether the caller has this answer already.</param>
    public static string Hash(ReportRequest request, string report, object? question, HttpContext http, out bool isKnown)
    {
        var (row, settings) = (request.Study, request.Settings);
        var named = JsonSerializer.SerializeToUtf8Bytes(new object?[]
        {
            MethodVersion, report, row.Study, row.CreatedAt, row.OpenedAt, request.Stamp, request.Sequence, request.Declared, settings.Design, settings.Overlap,
            settings.IdenticalAnswers, request.Filter, question,
        }, StudySettings.Json);
        var reader = http.RequestServices.GetRequiredService<Caller>() is { Role: Role.Viewer } viewer ? $"\nshare {viewer.KeyId}" : "";
        var hash = Convert.ToHexStringLower(SHA256.HashData(named))[..32];
        var tag = Convert.ToHexStringLower(SHA256.HashData([.. named, .. Encoding.UTF8.GetBytes($"{Build} {request.Erased}{reader}")]))[..32];
        http.Response.Headers.ETag = $"\"{tag}\"";
        http.Response.Headers.CacheControl = "private, no-cache";
        isKnown = http.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal);
        return hash;
    }

    /// <summary>The judgments of one kind of rater: the one asked for, else human if one is counted, else whichever is. Gold and practice pairs are no evidence.</summary>
    public async Task<Evidence> GatherAsync(ReportRequest request, CancellationToken cancel, string? criterion = null)
    {
        var all = await columns.AtAsync(request.Study.Study, request.Sequence, cancel);
        var hash = await all.HashAsync(request.Sequence, cancel);
        var raters = (await store.RatersAsync(request.Study.Study, request.Sequence, cancel)).ToDictionary(r => r.Rater);
        var leaking = (await store.LeakingAsync(request.Study.Study, request.Sequence, cancel)).ToDictionary(p => p.Pair, p => p.Masked);
        var passes = new bool[request.Facts.Highest + 1];
        foreach (var pair in request.Facts.Pairs)
            passes[pair.Pair] = pair.Role == PairRole.Normal && pair.Since <= request.Sequence && request.Filter.Passes(pair, request.Facts)
                && (request.Filter.Leaks != LeaksInReports.LeaveOut || !leaking.ContainsKey(pair.Pair));
        Evidence? uncounted = null;
        foreach (var kind in request.Filter.Raters is { } one ? [one] : Enum.GetValues<RaterKind>())
        {
            var ofKind = new bool[raters.Count == 0 ? 0 : raters.Keys.Max() + 1]; // it is asked a hundred thousand times
            foreach (var rater in raters.Values) ofKind[rater.Rater] = rater.Kind == kind;
            var judgments = all.Select(request.Sequence, rater => ofKind[rater], pair => passes[pair], criterion);
            var found = new Evidence { Judgments = judgments, DataHash = hash, Kind = kind, Raters = raters, Passes = passes, Leaking = leaking };
            if (judgments.Counted.Contains(true)) return found;
            if (judgments.Count > 0) uncounted ??= found;
        }
        return uncounted ?? new Evidence { Judgments = new Selection(0), DataHash = hash, Kind = request.Filter.Raters ?? RaterKind.Human, Raters = raters, Passes = passes, Leaking = leaking };
    }

    /// <summary>Pairs that were identical at the report's number and are not now, or the other way round.</summary>
    public async Task<IReadOnlyDictionary<int, bool>> IdenticalThenAsync(ReportRequest request, CancellationToken cancel) => request.Settings.MarksIdentical
        ? (await store.IdenticalThenAsync(request.Study.Study, request.Sequence, cancel)).ToDictionary(p => p.Pair, p => p.Identical) : new Dictionary<int, bool>();

    /// <summary>The completed prefixes of all comparisons, of the judgments that a report is about.</summary>
    public async Task<CompletedPrefixes> PrefixesAsync(ReportRequest request, Evidence evidence, IReadOnlyDictionary<int, bool> identicalThen, CancellationToken cancel)
    {
        var (study, at) = (request.Study.Study, request.Sequence);
        var ofKind = evidence.Raters.Values.Where(rater => rater.Kind == evidence.Kind).Select(rater => rater.Rater).ToHashSet();
        var completions = (await columns.AtAsync(study, at, cancel)).Completions(at, ofKind.Contains, evidence.Passes, request.Facts);
        var unjudgeable = CompletedPrefixes.UnjudgeableSince(await store.SkipHistoryAsync(study, at, cancel), at);
        return new CompletedPrefixes(request.Facts, at, evidence.Passes, completions, unjudgeable,
            pair => identicalThen.TryGetValue(pair.Pair, out var then) ? then : pair.Identical, request.Settings.IdenticalAnswers);
    }

    /// <summary>The kind of rater that a report counts unless it is asked for another: human if one is counted, else whichever is.</summary>
    public async Task<RaterKind> CountedKindAsync(StudyRow study, long at, CancellationToken cancel)
    {
        var all = await columns.AtAsync(study.Study, at, cancel);
        var kinds = (await store.RatersAsync(study.Study, at, cancel)).ToDictionary(r => r.Rater, r => r.Kind);
        var counted = all.Select(at, _ => true, _ => true);
        return Enumerable.Range(0, counted.Count).Where(i => counted.Counted[i]).Select(i => kinds[counted.Rater[i]]).DefaultIfEmpty(RaterKind.Human).Min();
    }

    /// <summary>A parameter of a few words; null says the default.</summary>
    public static T Parse<T>(string? text, string field, T otherwise, List<FieldError> errors) where T : struct, Enum
    {
        if (text is null) return otherwise;
        if (EnumText<T>.TryParse(text, out var value)) return value;
        errors.Add(new FieldError { Field = field, Message = "One of: " + string.Join(", ", Enum.GetValues<T>().Select(EnumText<T>.Of)) + "." });
        return otherwise;
    }

    public static FieldError NoSuchNumber(long newest) => new() { Field = "at", Message = $"A sequence number of the study, from 0 to {newest}; leave it out for the newest." };

    public static double ParseConfidence(double? asked, double otherwise, List<FieldError> errors)
    {
        if (asked is not (null or (>= 0.5 and <= 0.999))) errors.Add(new FieldError { Field = "confidence", Message = "A number from .5 to .999, such as .95." });
        return asked ?? otherwise;
    }
}
