using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Judgments;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Reports;

/// <summary>The lines that a report's <c>data_hash</c> is made of, so that anybody who may read them can make it again.</summary>
public static class LogEndpoint
{
    private const int PageSize = 5000;

    public static void MapLog(this IEndpointRouteBuilder study) =>
        study.MapGet("/log", Get).WithTags("Judgments").Allow(Role.Researcher).WithName("readLog").WithSummary("Every numbered write that reports rest on, a line of JSON each: data_hash is made from these bytes");

    /// <param name="at">The last number to be read; none: the newest.</param>
    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Get(
        StudyContext context, StudyStore studies, JudgmentLog log, Database database, OpaqueIds ids, long? at, CancellationToken cancel)
    {
        var newest = (await studies.FindAsync(context.Id, cancel))!.Sequence;
        if (at is < 0 || at > newest) return TypedResults.Problem(Problem.InvalidRequest.With("Correct the parameters named in 'errors'.", [ReportDesk.NoSuchNumber(newest)]));
        return TypedResults.Stream(body => StreamAsync(body, context.Id, at ?? newest, log, new DataLines(database, ids, context.Id), cancel), "application/x-ndjson");
    }

    private static async Task StreamAsync(Stream body, long study, long at, JudgmentLog log, DataLines lines, CancellationToken cancel)
    {
        using var text = new MemoryStream();
        for (var read = 0L; read < at;)
        {
            var page = (await log.ReadBareAsync(study, read, PageSize, cancel)).UpTo(at);
            await lines.WriteAsync(page, (_, line) =>
            {
                text.Write(line);
                text.WriteByte((byte)'\n');
            }, cancel);
            await body.WriteAsync(text.GetBuffer().AsMemory(0, (int)text.Length), cancel);
            text.SetLength(0);
            read = page.Last;
        }
    }
}
