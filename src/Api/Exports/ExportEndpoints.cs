using System.IO.Compression;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Access;
using PrefEval.Api.Exports.Formats;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Reports;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Exports;

public static class ExportEndpoints
{
    private static readonly HashSet<string> Known = ["at", "judgments", "raters", "min_margin", "min_votes", "adjudicated", "gzip", "count"];

    public static void AddExports(this IServiceCollection services)
    {
        services.AddSingleton<ExportReader>();
        services.AddSingleton<ExportFormats>();
        services.AddSingleton<ReleaseWriter>();
    }

    public static void MapExports(this IEndpointRouteBuilder study) => study.MapGet("/exports/{format}", Get).WithTags("Exports").Allow(Role.Researcher)
        .WithName("exportStudy").WithSummary("The study's prompts, pairs or judgments as a file that another tool reads, as of one number of the sequence; with count=true, what that file holds and leaves out");

    /// <param name="format">prefeval_prompts, prefeval_judgments, prefeval_pairs, lmsys_battles, alpaca_eval_annotations, trl_dpo, trl_kto or csv.</param>
    /// <param name="at">A number of the study's sequence; the newest where it is left out.</param>
    /// <param name="judgments">counted (those that count) or all (that stand, each with what it counts for).</param>
    /// <param name="raters">human, llm or simulated. Left out: every kind where the format names raters, else the kind that reports count.</param>
    /// <param name="minMargin">For trl_dpo and trl_kto: the least margin, from 0 to 1.</param>
    /// <param name="minVotes">For trl_dpo and trl_kto: the fewest votes.</param>
    /// <param name="adjudicated">For trl_dpo and trl_kto: whether adjudications are used where the votes on a pair have no strict majority (true, the default), or votes alone.</param>
    /// <param name="gzip">true: the file itself is a .gz. Without it, a client that accepts gzip gets it for the transport.</param>
    /// <param name="count">Answers <see cref="ExportCounts"/> instead of the file.</param>
    private static async Task<Results<PushStreamHttpResult, Ok<ExportCounts>, ProblemHttpResult>> Get(
        string format, StudyContext study, StudyStore studies, ReportDesk desk, ExportFormats formats, ExportReader reader, HttpContext http,
        long? at, string? judgments, string? raters, [FromQuery(Name = "min_margin")] double? minMargin, [FromQuery(Name = "min_votes")] int? minVotes, bool? adjudicated, bool? gzip, bool? count,
        CancellationToken cancel)
    {
        var row = (await studies.FindAsync(study.Id, cancel))!;
        var errors = new List<FieldError>();
        foreach (var name in http.Request.Query.Keys.Where(name => !Known.Contains(name)))
            errors.Add(new FieldError { Field = name, Message = $"This call knows {string.Join(", ", Known)}." });
        if (formats.Find(format) is not { } written)
            return TypedResults.Problem(Problem.NotFound.With($"There is no format '{format}' to export. The formats are: {string.Join(", ", formats.All.Select(f => f.Name))}."));
        if (at is < 0 || at > row.Sequence) errors.Add(new FieldError { Field = "at", Message = $"A sequence number from 0 to {row.Sequence}." });
        if (minMargin is not (null or (>= 0 and <= 1))) errors.Add(new FieldError { Field = "min_margin", Message = "A number from 0 to 1." });
        if (minVotes is < 1) errors.Add(new FieldError { Field = "min_votes", Message = "A whole number from 1 on." });
        var standings = ReportDesk.Parse(judgments, "judgments", ExportedStandings.Counted, errors);
        var kind = raters is null ? (RaterKind?)null : ReportDesk.Parse(raters, "raters", RaterKind.Human, errors);
        if (errors.Count > 0) return TypedResults.Problem(Problem.InvalidRequest.With("Correct the parameters named in 'errors'.", errors));
        if (kind is null && !written.TellsRaters) kind = await desk.CountedKindAsync(row, at ?? row.Sequence, cancel);

        if (count == true)
        {
            var counted = await WriteAsync(Stream.Null, cancel);
            return TypedResults.Ok(new ExportCounts { Format = format, Sequence = counted.At, Rows = counted.Rows.Count, LeftOut = counted.LeftOut, NotHeld = counted.NotHeld });
        }
        var holdsVerdicts = written.Name is not ("prefeval_prompts" or "prefeval_pairs");
        var simulated = holdsVerdicts && (kind == RaterKind.Simulated || (kind is null && await reader.HasSimulatedAsync(study.Id, cancel))) ? ".simulated" : "";
        var file = $"{row.Name}.{format}.{at ?? row.Sequence}{simulated}.{written.Extension}{(gzip == true ? ".gz" : "")}";
        var undone = await reader.LastUndoneAsync(study.Id, cancel);
        return TypedResults.Stream(StreamAsync, gzip == true ? "application/gzip" : written.MediaType, fileDownloadName: Http.FileName(file));

        async Task StreamAsync(Stream body)
        {
            await using (var packed = gzip == true ? new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true) : null) await WriteAsync(packed ?? body, cancel);
            // A file that lost rows while it was written must not look whole.
            if (await reader.LastUndoneAsync(study.Id, cancel) != undone) http.Abort();
        }

        async Task<Export> WriteAsync(Stream body, CancellationToken cancel)
        {
            using var rows = new RowWriter(body, written.IsArray);
            var export = new Export
            {
                Study = row,
                At = at ?? row.Sequence,
                Raters = kind,
                Standings = standings,
                MinMargin = minMargin ?? 0,
                MinVotes = minVotes ?? 1,
                Adjudicated = adjudicated ?? true,
                Rows = rows,
            };
            await written.WriteAsync(export, cancel);
            await rows.EndAsync(cancel);
            return export;
        }
    }
}
