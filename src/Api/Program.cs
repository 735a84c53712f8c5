using PrefEval.Api.Access;
using PrefEval.Api.Adjudications;
using PrefEval.Api.Assignments;
using PrefEval.Api.Audit;
using PrefEval.Api.Commands;
using PrefEval.Api.Exports;
using PrefEval.Api.Imports;
using PrefEval.Api.Judgments;
using PrefEval.Api.Models;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Prompts;
using PrefEval.Api.Raters;
using PrefEval.Api.Reports;
using PrefEval.Api.Shares;
using PrefEval.Api.Studies;

if (!CommandLine.Serves(ref args)) return await CommandLine.RunAsync(args);

var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = Hosting.ContentRoot,
});
builder.AddPlatform();
builder.Services.AddAccess();
builder.Services.AddStores();
builder.Services.AddContract();

await using var app = builder.Build();
app.UseHttp();
app.UseWeb();
app.UseAccess();
app.UseContract();

var api = app.MapGroup("/api/v1").WithValidation().WithAudit();
api.MapAccess();
api.MapAudit();
api.MapStudies();
api.MapMe();
api.MapShared();
api.MapAssignments();
api.MapJudgments();
api.MapReportedProblems();

var study = api.MapGroup("/studies/{study}");
study.MapImports();
study.MapModels();
study.MapPrompts();
study.MapPairs();
study.MapRaters();
study.MapPay();
study.MapPersonalData();
study.MapExclusions();
study.MapAdjudications();
study.MapLog();
study.MapReports();
study.MapExports();
study.MapReleases();
study.MapShares();

app.MapHealth();
app.MapProblems();
app.MapWeb();

if (!await app.BeginAsync()) return ExitCode.Failed;
await app.WaitForShutdownAsync();
return ExitCode.Ok;
