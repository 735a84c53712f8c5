using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>A link that reads one study's report: what it shows, what it keeps to itself, and how it ends.</summary>
public abstract class SharingAReport(PrefEvalServer server)
{
    private static readonly string[] Names = ["王小明", "韩梅梅", "Zoe Rater"], Reports = ["preference", "leaderboard", "agreement", "position", "length", "judges"];
    private const string Group = "北京一组", Why = "她说自己没有看题";

    [Fact]
    public async Task It_reads_the_report_and_nothing_that_says_who_judged()
    {
        var study = await Judged();
        var share = await Share(study, new { name = "审稿人二" });
        var viewer = server.As((string)share["key"]!);
        // What is not to be seen is there for a researcher.
        Assert.Contains(Names[0], (await study.Get("reports/agreement")).Ok().Text);
        Assert.Contains(Names[1], (await study.Get("reports/position")).Ok().Text);
        Assert.Contains(Why, (await study.Get("reports/preference")).Ok().Text);
        Assert.Contains(Group, (await study.Get("reports/preference?by=rater_group&unit=judgment")).Ok().Text);

        var told = new List<Reply> { (await viewer.Get("shared")).Ok() };
        foreach (var report in Reports)
            foreach (var query in new[] { "", "?format=csv", "?format=jsonl", "?format=latex", "?format=markdown", "?raters=human" })
                told.Add((await viewer.Get($"{study.Path}/reports/{report}{query}")).Ok());
        told.Add((await viewer.Get($"{study.Path}/reports/preference?by=category&unit=judgment&scope=these_raters")).Ok());
        foreach (var by in new[] { "rater", "rater_group" })
        {
            var refused = await viewer.Get($"{study.Path}/reports/preference?unit=judgment&by={by}");
            Assert.Equal((HttpStatusCode.Forbidden, "not-allowed"), (refused.Status, refused.Problem));
        }
        foreach (var secret in Names.Append(Group).Append(Why).Append("审稿人二"))
            Assert.DoesNotContain(told, reply => reply.Text.Contains(secret, StringComparison.Ordinal) || reply.Text.Contains(secret.Split(' ')[0], StringComparison.Ordinal));

        // The numbers are those that the researcher reads.
        var (hers, theirs) = ((await study.Get("reports/preference")).Ok(), (await viewer.Get($"{study.Path}/reports/preference")).Ok());
        Assert.Equal(hers["items"].ToJsonString(), theirs["items"].ToJsonString());
        Assert.Equal(["study", "name", "title", "question", "language", "criteria", "model_attributes", "sequence", "frozen", "expires_at"], told[0].Json.AsObject().Select(field => field.Key));
        Assert.Equal((study.Id, "cqia-vs-baselines", false), ((string?)told[0]["study"], (string?)told[0]["name"], (bool)told[0]["frozen"]));

        foreach (var path in new[] { "reports/raters", "reports/plan", "reports/progress", "log", "judgments", "pairs", "prompts", "models", "raters", "exclusions", "problems", "exports/csv", "shares", "audit", "" })
            Assert.Equal(HttpStatusCode.Forbidden, (await viewer.Get($"{study.Path}/{path}".TrimEnd('/'))).Status);
        var other = await TestStudy.OpenAsync(server, 2, ["demo-a", "demo-b"]);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.Get($"{other.Path}/reports/preference")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.Post($"{study.Path}/shares", new { })).Status);
    }

    [Fact]
    public async Task A_frozen_one_stays_as_it_was_while_votes_come_in_and_a_live_one_follows()
    {
        var study = await Judged();
        var at = (long)(await study.Get("reports/preference")).Ok()["sequence"];
        var (frozen, live) = (await Share(study, new { at }), await Share(study, new { }));
        var (then, now) = (server.As((string)frozen["key"]!), server.As((string)live["key"]!));
        var before = new Dictionary<string, string>();
        foreach (var report in Reports) before[report] = (await then.Get($"{study.Path}/reports/{report}")).Ok().Text;
        var liveBefore = (await now.Get($"{study.Path}/reports/preference")).Ok().Text;

        await Vote(await study.Invite("a late one"), 6);
        foreach (var report in Reports)
        {
            Assert.Equal(before[report], (await then.Get($"{study.Path}/reports/{report}")).Ok().Text);
            Assert.Equal(before[report], (await then.Get($"{study.Path}/reports/{report}?at={at + 6}")).Ok().Text);
        }
        Assert.Equal((at, true), ((long)(await then.Get("shared")).Ok()["sequence"], (bool)(await then.Get("shared")).Ok()["frozen"]));
        Assert.NotEqual(liveBefore, (await now.Get($"{study.Path}/reports/preference")).Ok().Text);
        Assert.Equal(at + 6, (long)(await now.Get("shared")).Ok()["sequence"]);
    }

    [Fact]
    public async Task What_one_reader_holds_is_never_taken_for_what_another_asks()
    {
        var study = await Judged();
        var at = (long)(await study.Get("reports/preference")).Ok()["sequence"];
        var readers = new List<ApiClient> { server.Admin };
        foreach (var wish in new object[] { new { at }, new { at }, new { } }) readers.Add(server.As((string)(await Share(study, wish))["key"]!));
        var path = $"{study.Path}/reports/agreement?at={at}";
        var tags = new List<string>();
        foreach (var reader in readers) tags.Add((await reader.Get(path)).Ok().Headers.ETag!.Tag);

        Assert.Equal(tags.Count, tags.Distinct().Count());
        for (var reader = 0; reader < readers.Count; reader++)
            for (var tag = 0; tag < tags.Count; tag++)
                Assert.Equal(reader == tag ? HttpStatusCode.NotModified : HttpStatusCode.OK, (await readers[reader].Get(path, ("If-None-Match", tags[tag]))).Status);
    }

    [Fact]
    public async Task One_browser_holds_a_researcher_and_two_shares_and_the_call_says_whose_session_counts()
    {
        var (study, other) = (await Judged(), await Judged());
        var (one, two) = (await Share(study, new { at = 3 }), await Share(other, new { }));
        var signedIn = new[] { await SignIn(PrefEvalServer.AdminKey), await SignIn((string)one["key"]!), await SignIn((string)two["key"]!) };
        var cookies = ("Cookie", string.Join("; ", signedIn.Select(each => each.Cookie)));
        var stranger = server.As(null);
        var session = signedIn[1].Session;
        Assert.Equal(("viewer", "", study.Id, (string?)one["share"]), ((string?)session["role"], (string?)session["name"], (string?)session["study"], (string?)session["share"]));

        Assert.Equal(Now(await study.Get("reports/preference")), Now(await stranger.Get($"{study.Path}/reports/preference", cookies)));
        Assert.Equal(3, Now(await stranger.Get($"{study.Path}/reports/preference?share={one["share"]}", cookies)));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Get($"{study.Path}/reports/preference?share={two["share"]}", cookies)).Status);
        Assert.Equal(other.Id, (string?)(await stranger.Get($"shared?share={two["share"]}", cookies)).Ok()["study"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Get($"studies?share={one["share"]}", cookies)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.Get($"{study.Path}/reports/preference?share=AAAAAAAAAAAAAAAAAAAAAA", cookies)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await study.Get($"reports/preference?share={one["share"]}")).Status); // a key says who it is

        static long Now(Reply reply) => (long)reply.Ok()["sequence"];
    }

    [Fact]
    public async Task It_ends_when_it_is_revoked_or_its_time_is_over_and_so_do_its_open_pages()
    {
        var study = await Judged();
        var revoked = await Share(study, new { name = "to be revoked" });
        var expiring = await Share(study, new { expires_at = server.Time!.GetUtcNow().AddHours(2) });
        var lasting = await Share(study, new { });
        foreach (var share in new[] { revoked, expiring, lasting }) await Reads(share, 200);
        var listed = (await study.Get("shares")).Ok();
        Assert.DoesNotContain("ps_", listed.Text);
        Assert.Equal([server.Time.GetUtcNow(), null, null], listed["items"].AsArray().Select(item => (DateTimeOffset?)item!["last_opened_at"]));

        var pages = new[] { await SignIn((string)revoked["key"]!), await SignIn((string)expiring["key"]!) };
        (await server.Admin.Delete($"{study.Path}/shares/{revoked["share"]}")).Ok();
        (await server.Admin.Delete($"{study.Path}/shares/{revoked["share"]}")).Ok();
        await Reads(revoked, 401);
        Assert.Equal(HttpStatusCode.Unauthorized, await Page(0));
        Assert.Equal(HttpStatusCode.OK, await Page(1));
        server.Time.Advance(TimeSpan.FromHours(2));
        await Reads(expiring, 401);
        Assert.Equal(HttpStatusCode.Unauthorized, await Page(1));
        await Reads(lasting, 200);
        var dead = await server.As(null).Post("sessions", new { key = (string)revoked["key"]! });
        var unknown = await server.As(null).Post("sessions", new { key = "ps_unknown" });
        Assert.Equal((dead.Status, dead.Problem, (string?)dead["detail"]), (unknown.Status, unknown.Problem, (string?)unknown["detail"]));
        Assert.Equal(HttpStatusCode.Unauthorized, dead.Status);

        (await server.Admin.Delete(study.Path)).Ok(); // into the bin
        await Reads(lasting, 401);
        (await server.Admin.Post($"{study.Path}/restore", new { })).Ok();
        await Reads(lasting, 200);
        var acts = (await study.Get("audit?limit=1000")).Ok()["items"].AsArray().Select(entry => (string?)entry!["operation"]).ToList();
        Assert.Equal((3, 2), (acts.Count(act => act == "createShare"), acts.Count(act => act == "revokeShare")));

        async Task Reads(JsonNode share, int status)
        {
            var viewer = server.As((string)share["key"]!);
            Assert.Equal(status, (int)(await viewer.Get($"{study.Path}/reports/leaderboard")).Status);
            if (share == revoked) Assert.Equal(status, (int)(await viewer.Get("shared")).Status);
        }

        async Task<HttpStatusCode> Page(int at) =>
            (await server.As(null).Get($"{study.Path}/reports/preference?share={pages[at].Session["share"]}", ("Cookie", pages[at].Cookie))).Status;
    }

    [Fact]
    public async Task What_cannot_be_shared_is_said_field_by_field()
    {
        var (study, other) = (await TestStudy.OpenAsync(server, 2, ["demo-a", "demo-b"]), await TestStudy.OpenAsync(server, 2, ["demo-a", "demo-b"]));
        foreach (var (wish, field) in new (object, string)[] { (new { at = 99 }, "at"), (new { at = -1 }, "at"), (new { expires_at = server.Time!.GetUtcNow() }, "expires_at"), (new { name = new string('x', 201) }, "name") })
        {
            var refused = await server.Admin.Post($"{study.Path}/shares", wish);
            Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string?)refused["errors"][0]!["field"]));
        }
        var share = await Share(other, new { });
        Assert.Equal(HttpStatusCode.NotFound, (await server.Admin.Delete($"{study.Path}/shares/{share["share"]}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Admin.Post("keys", new { account = "v", role = "viewer" })).Status);
        Assert.Equal("null", (await study.Get("shares")).Ok().Json["next_cursor"]?.ToJsonString() ?? "null");
        Assert.Empty((await study.Get("shares")).Ok()["items"].AsArray());
    }

    /// <summary>A study of six pairs, judged by three people of one group, with some judgments set aside.</summary>
    private async Task<TestStudy> Judged()
    {
        var study = await TestStudy.OpenAsync(server, 6, ["demo-a", "demo-b"], overlap: 5);
        foreach (var name in Names) await Vote(await study.Invite(name), 6);
        foreach (var rater in (await study.Get("raters")).Ok()["items"].AsArray()) (await server.Admin.Patch($"{study.Path}/raters/{rater!["rater"]}", new { group = Group })).Ok();
        (await server.Admin.Post($"{study.Path}/judgments/exclude", new { filter = new { rater = Names[2], category = "写作" }, reason = Why })).Ok();
        return study;
    }

    private static async Task Vote(TestRater rater, int pairs)
    {
        for (var done = 0; done < pairs;)
            foreach (var assignment in await rater.Assignments(3))
                (await rater.Vote((string)assignment["assignment"]!, done++ % 3 == 0 ? "tie" : "left")).Ok();
    }

    private static async Task<JsonNode> Share(TestStudy study, object wish) => (await study.Server.Admin.Post($"{study.Path}/shares", wish)).Ok().Json;

    private async Task<(string Cookie, Reply Session)> SignIn(string key)
    {
        var reply = (await server.As(null).Post("sessions", new { key })).Ok();
        var cookie = reply.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie);
        return (cookie.Split(';')[0], reply);
    }

    public sealed class OnSQLite(TimedServer shared) : SharingAReport(shared.Value), IClassFixture<TimedServer>;

    public sealed class OnPostgreSQL(TimedPostgresServer shared) : SharingAReport(shared.Value), IClassFixture<TimedPostgresServer>;
}
