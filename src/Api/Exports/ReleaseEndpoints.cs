using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Platform;
using PrefEval.Api.Reports;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Exports;

public static class ReleaseEndpoints
{
    private const int LongestLicense = 200;
    private static readonly HashSet<string> Known = ["at", "license", "adjudicated", "count"];

    public static void MapReleases(this IEndpointRouteBuilder study) => study.MapGet("/exports/release", Get).WithTags("Exports").Allow(Role.Researcher)
        .WithName("exportRelease").WithSummary("The study as a ZIP to publish: PrefEval's own files with new ids of raters, without their names and comments, times cut to the day, and a README; with count=true, what it holds");

    /// <param name="at">A number of the study's sequence; the newest where it is left out.</param>
    /// <param name="license">The licence that the README names; 'not stated' where it is left out.</param>
    /// <param name="adjudicated">Whether adjudications of pairs whose votes have no strict majority are in it (true, the default, where there are any).</param>
    /// <param name="count">Answers <see cref="ReleaseCounts"/> instead of the file.</param>
    private static async Task<Results<PushStreamHttpResult, Ok<ReleaseCounts>, ProblemHttpResult>> Get(
        StudyContext study, StudyStore studies, ReleaseWriter writer, ExportReader reader, ReportDesk desk, HttpContext http, long? at, string? license, bool? adjudicated, bool? count, CancellationToken cancel)
    {
        var row = (await studies.FindAsync(study.Id, cancel))!;
        var errors = new List<FieldError>();
        foreach (var name in http.Request.Query.Keys.Where(name => !Known.Contains(name)))
            errors.Add(new FieldError { Field = name, Message = $"This call knows {string.Join(", ", Known)}." });
        if (at is < 0 || at > row.Sequence) errors.Add(ReportDesk.NoSuchNumber(row.Sequence));
        if (license is { Length: > LongestLicense } || license?.Any(char.IsControl) == true)
            errors.Add(new FieldError { Field = "license", Message = $"One line of at most {LongestLicense} characters, such as CC-BY-4.0." });
        if (errors.Count > 0) return TypedResults.Problem(Problem.InvalidRequest.With("Correct the parameters named in 'errors'.", errors));

        var release = new Release
        {
            Study = row,
            At = at ?? row.Sequence,
            License = string.IsNullOrWhiteSpace(license) ? null : license.Trim(),
            AdjudicatedFor = adjudicated == false ? null : await desk.CountedKindAsync(row, at ?? row.Sequence, cancel),
        };
        if (count == true) return TypedResults.Ok(await writer.WriteAsync(release, Stream.Null, cancel));
        var simulated = await reader.HasSimulatedAsync(study.Id, cancel) ? ".simulated" : "";
        var undone = await reader.LastUndoneAsync(study.Id, cancel);
        return TypedResults.Stream(StreamAsync, "application/zip", Http.FileName($"{row.Name}.release.{release.At}{simulated}.zip"));

        async Task StreamAsync(Stream body)
        {
            http.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true; // the framework closes an entry of an archive no other way: a few small writes
            await writer.WriteAsync(release, body, cancel);
            // A file that lost rows while it was written must not look whole.
            if (await reader.LastUndoneAsync(study.Id, cancel) != undone) http.Abort();
        }
    }
}
