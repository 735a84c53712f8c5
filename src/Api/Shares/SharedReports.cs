using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Platform;
using PrefEval.Api.Reports;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Shares;

/// <summary>Reports as a share reads them: as of its number, and silent about who judged.</summary>
public static class SharedReports
{
    public static async ValueTask<object?> Filter(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var caller = http.RequestServices.GetRequiredService<Caller>();
        if (caller.Role != Role.Viewer) return await next(context);
        if (SliceBy.IsOfRaters(http.Request.Query["by"].ToString()))
            return TypedResults.Problem(Problem.NotAllowed.With("A shared report does not say who judged; slice it by something else."));
        if (caller.FrozenAt is { } at)
        {
            var asked = context.Arguments.Index().Single(argument => argument.Item is ReportParameters);
            context.Arguments[asked.Index] = (ReportParameters)asked.Item! with { At = at };
        }

        var result = await next(context);
        var answer = result is INestedHttpResult nested ? nested.Result : result;
        if (answer is ProblemHttpResult or StatusCodeHttpResult { StatusCode: StatusCodes.Status304NotModified }) return answer;
        var settings = (await http.RequestServices.GetRequiredService<StudyStore>().FindAsync(caller.OwnStudy, http.RequestAborted))!.ReadSettings();
        // What is not named here may say who judged, and stays behind.
        return answer switch
        {
            Ok<PreferenceReport> { Value: { } report } => TypedResults.Ok(Without(report)),
            Ok<LeaderboardReport> or Ok<LengthReport> or Ok<JudgesReport> => answer,
            Ok<AgreementReport> { Value: { } report } => TypedResults.Ok(Without(report, settings)),
            Ok<PositionReport> { Value: { } report } => TypedResults.Ok(Without(report, settings)),
            _ => TypedResults.Problem(Problem.NotAllowed.With("A share does not reach this report.")),
        };
    }

    /// <summary>Why judgments were excluded is a researcher's own text, and may well say whose they were.</summary>
    private static PreferenceReport Without(PreferenceReport report) => report with { Exclusions = [.. report.Exclusions.Select(act => act with { Reason = "" })] };

    private static AgreementReport Without(AgreementReport report, StudySettings settings)
    {
        var silent = report with { CohenKappa = [] };
        return silent with { Methods = MethodsOfRaters.Of(silent, settings) };
    }

    private static PositionReport Without(PositionReport report, StudySettings settings)
    {
        var silent = report with { Items = [] };
        return silent with { Methods = MethodsOfRaters.Of(silent, settings) };
    }
}
