using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>
/// Every operation of the contract, by every kind of caller, on her own study and on another. An operation that stands in no list below fails:
/// whoever adds one says here whose it is.
/// </summary>
public sealed class WhoMayCallWhat : IDisposable
{
    private readonly PrefEvalServer _server = new();

    private static readonly Dictionary<string, string[]> Whose = new()
    {
        ["anyone"] = ["signIn"],
        ["rater"] = ["getMe", "askForAssignments", "giveBackAssignment", "releaseAssignments", "putJudgment", "reportProblem"],
        ["viewer"] = ["getShared"],
        ["admin"] = ["createKey", "listKeys", "revokeKey", "listAudit"],
        ["researcher"] =
        [
            "getSession", "signOut", "listStudyAudit", "createStudy", "listStudies", "getStudy", "updateStudy", "deleteStudy", "restoreStudy", "addMember",
            "exportStudy", "exportRelease", "createImport", "listImports", "getImport", "deleteImport", "confirmImport", "listJudgments", "listProblems", "excludeJudgments",
            "includeJudgments", "listExclusions", "listDisagreements", "getAdjudication", "putAdjudication", "readLog", "listModels", "updateModel", "listPairs", "getPair", "previewPair", "listPrompts", "getPaySheet", "inviteRaters", "listRaters", "updateRater",
            "renewRaterLink", "exportRater", "eraseRater", "getPreferenceReport", "getAgreementReport", "getLeaderboardReport", "getPositionReport", "getLengthReport", "getRatersReport",
            "getJudgesReport", "getPlan", "getProgressReport", "createShare", "listShares", "revokeShare",
        ],
    };

    /// <summary>What of a researcher's the viewer of a share reads as well.</summary>
    private static readonly string[] Shared = ["getPreferenceReport", "getAgreementReport", "getLeaderboardReport", "getPositionReport", "getLengthReport", "getJudgesReport"];

    [Fact]
    public async Task Each_caller_reaches_what_is_hers_and_nothing_else()
    {
        var operations = await Operations();
        Assert.Equal(operations.Select(each => each.Name).Order(), Whose.Values.SelectMany(names => names).Order());
        var study = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b"]);
        var other = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b"]);
        var hers = (string)(await (await other.Invite("theirs")).Assignments(1))[0]["assignment"]!;
        var callers = new Dictionary<string, ApiClient>
        {
            ["rater"] = _server.As(await Key(study.Path)),
            ["researcher"] = await Account("member", "write"),
            ["reader"] = await Account("reader", "read"),
            ["admin"] = _server.Admin,
            ["viewer"] = _server.As((string)(await _server.Admin.Post($"{study.Path}/shares", new { })).Ok()["key"]!),
        };
        foreach (var account in new[] { "member", "reader" }) (await _server.Admin.Post($"{study.Path}/members", new { account })).Ok();

        foreach (var (caller, client) in callers)
        {
            foreach (var operation in operations)
            {
                var owner = Whose.Single(each => each.Value.Contains(operation.Name)).Key;
                if (owner == "anyone") continue;
                var reads = operation.Method == HttpMethod.Get;
                var allowed = owner == caller || (owner == "researcher" && (caller == "admin" || (caller == "reader" && reads) || (caller == "viewer" && Shared.Contains(operation.Name))));
                var said = $"{caller}: {operation.Method} {operation.Path}";
                if (!allowed) Assert.True((await Send(client, operation, study.Id)).Status == HttpStatusCode.Forbidden, said);
                else if (reads) Assert.True((int)(await Send(client, operation, study.Id)).Status is 200 or 400 or 404, said);
                // Somebody else's study is not there; a rater's forbidden calls stay forbidden. An admin's are all.
                if (caller != "admin" && operation.Path.Contains("{study}", StringComparison.Ordinal))
                    Assert.True((int)(await Send(client, operation, other.Id)).Status == (allowed ? 404 : 403), said + ", another study");
                if (allowed && operation.Path.Contains("{assignment}", StringComparison.Ordinal))
                    Assert.True((await Send(client, operation, study.Id, hers)).Status == HttpStatusCode.NotFound, said + ", another rater's");
            }
        }
        // Nothing of all this changed either study.
        foreach (var each in new[] { study, other }) Assert.Equal("open", (string?)(await _server.Admin.Get(each.Path)).Ok()["state"]);
        Assert.Empty(await other.Judgments());
    }

    /// <summary>What an allowed caller is told of an id that is not there is the same for one that never was, one of another study, and one of another kind.</summary>
    [Fact]
    public async Task An_id_of_another_study_is_told_from_one_that_never_was_by_nothing()
    {
        var study = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b"]);
        var other = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b"]);
        var rater = _server.As(await Key(study.Path));
        var theirs = (string)(await (await other.Invite("theirs")).Assignments(1))[0]["assignment"]!;
        var replies = new List<Reply>();
        foreach (var id in new[] { theirs, "AAAAAAAAAAAAAAAAAAAAAA", study.Id, "x" })
            replies.Add(await rater.Put($"assignments/{id}/judgment", new { choice = "left", after = 0 }));
        Assert.All(replies, reply => Assert.Equal((HttpStatusCode.NotFound, Said(replies[0])), (reply.Status, Said(reply))));
    }

    private static string Said(Reply reply)
    {
        var problem = reply.Json.AsObject();
        problem.Remove("trace_id"); // each request's own
        return problem.ToJsonString();
    }

    private async Task<List<(string Name, HttpMethod Method, string Path)>> Operations()
    {
        var contract = (await _server.Admin.Get("/swagger/v1/swagger.json")).Ok().Json;
        return [.. from path in contract["paths"]!.AsObject()
                   from operation in path.Value!.AsObject()
                   where operation.Value is JsonObject body && body.ContainsKey("operationId")
                   select ((string)operation.Value!["operationId"]!, new HttpMethod(operation.Key.ToUpperInvariant()), path.Key)];
    }

    private static Task<Reply> Send(ApiClient client, (string Name, HttpMethod Method, string Path) operation, string study, string assignment = "AAAAAAAAAAAAAAAAAAAAAA")
    {
        var path = operation.Path.Replace("{study}", study, StringComparison.Ordinal).Replace("{assignment}", assignment, StringComparison.Ordinal);
        var body = operation.Name == "putJudgment" ? """{"choice":"left","after":0}""" : operation.Name == "reportProblem" ? """{"kind":"broken"}""" : "{}";
        return client.Send(operation.Method, path, operation.Method.Method is "GET" or "DELETE" ? null : new StringContent(body, Encoding.UTF8, "application/json"));
    }

    private async Task<string> Key(string study) => (string)(await _server.Admin.Post($"{study}/raters", new { name = "hers" })).Ok()["key"]!;

    private async Task<ApiClient> Account(string name, string scope) => _server.As((string)(await _server.Admin.Post("keys", new { account = name, scope })).Ok()["secret"]!);

    public void Dispose() => _server.Dispose();
}
