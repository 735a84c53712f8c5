using System.Net;
using System.Text;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public abstract class GettingIn(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;
    private static readonly string[] Two = ["demo-a", "demo-b"];

    [Fact]
    public async Task No_call_but_the_sign_in_works_without_a_key()
    {
        var contract = (await _server.Admin.Get("/swagger/v1/swagger.json")).Ok().Json;
        var stranger = _server.As(null);
        foreach (var (path, operations) in contract["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                if ((string?)operation!["operationId"] == "signIn") continue;
                var reply = await stranger.Send(new HttpMethod(method.ToUpperInvariant()), path, method is "get" or "delete" ? null : new StringContent("{}", Encoding.UTF8, "application/json"));
                Assert.True(reply.Status == HttpStatusCode.Unauthorized && reply.Problem == "sign-in-required", $"{method} {path}: {reply.Status}");
            }
        }
    }

    [Fact]
    public async Task A_key_that_is_not_one_is_refused()
    {
        var reply = await _server.As("pe_guessed").Get("studies");
        Assert.Equal((HttpStatusCode.Unauthorized, "key-not-accepted"), (reply.Status, reply.Problem));
    }

    [Fact]
    public async Task A_rater_reaches_her_own_calls_only()
    {
        var study = await TestStudy.OpenAsync(_server, 2, Two);
        var other = await TestStudy.OpenAsync(_server, 2, Two);
        var rater = await study.Invite("r1");

        foreach (var path in new[] { study.Path, $"{study.Path}/models", $"{study.Path}/prompts", $"{study.Path}/pairs", $"{study.Path}/raters", $"{study.Path}/judgments", $"{study.Path}/reports/preference", "studies", "keys" })
        {
            var reply = await rater.Api.Get(path);
            Assert.Equal((HttpStatusCode.Forbidden, "not-allowed"), (reply.Status, reply.Problem));
        }
        Assert.Equal(HttpStatusCode.NotFound, (await rater.Api.Post($"{other.Path}/assignments", new { count = 1 })).Status);
    }

    [Fact]
    public async Task A_rater_is_told_what_to_judge_and_nothing_of_the_design()
    {
        var study = await TestStudy.OpenAsync(_server, 2, Two);
        var me = (await (await study.Invite("r1")).Api.Get("me")).Ok();

        Assert.Equal(["study", "name", "title", "question", "guidelines", "language", "allow_both_bad", "strength", "criteria", "open", "stage", "practice", "qualification", "judged", "judged_today", "quota", "study_done"], me.Json.AsObject().Select(f => f.Key));
        Assert.Equal(("中文问答比较", study.Id), ((string?)me["title"], (string?)me["study"]));
    }

    [Fact]
    public async Task A_researcher_sees_her_own_studies_and_those_she_was_let_into()
    {
        var study = await TestStudy.OpenAsync(_server, 2, Two);
        var researcher = await Researcher("alice");

        Assert.Equal(HttpStatusCode.NotFound, (await researcher.Get(study.Path)).Status);
        Assert.Empty((await researcher.Get("studies")).Ok()["items"].AsArray());
        Assert.Equal(HttpStatusCode.Forbidden, (await researcher.Get("keys")).Status);
        (await _server.Admin.Post($"{study.Path}/members", new { account = "alice" })).Ok();
        Assert.Equal(study.Id, (string?)(await researcher.Get("studies")).Ok()["items"][0]!["study"]);
        (await researcher.Get($"{study.Path}/reports/progress")).Ok();
    }

    [Fact]
    public async Task A_key_that_may_only_read_changes_nothing()
    {
        var made = (await _server.Admin.Post("keys", new { account = "reader", role = "admin", scope = "read" })).Ok();
        var reader = _server.As((string)made["secret"]!);

        (await reader.Get("studies")).Ok();
        var reply = await reader.Post("studies", new { name = "x", title = "x", question = "x", design = new { kind = "round_robin" } });
        Assert.Equal((HttpStatusCode.Forbidden, "not-allowed"), (reply.Status, reply.Problem));
    }

    [Fact]
    public async Task A_revoked_key_is_dead_and_so_are_its_sessions()
    {
        var made = (await _server.Admin.Post("keys", new { account = "bob" })).Ok();
        var secret = (string)made["secret"]!;
        var session = await SignIn(secret);
        (await _server.As(secret).Get("studies")).Ok();

        Assert.Equal(HttpStatusCode.NoContent, (await _server.Admin.Delete($"keys/{made["key"]}")).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, (await _server.As(secret).Get("studies")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _server.As(null).Get("studies", ("Cookie", session))).Status);
    }

    [Fact]
    public async Task A_link_signs_in_with_a_cookie_that_scripts_cannot_read()
    {
        var study = await TestStudy.OpenAsync(_server, 2, Two);
        var invited = (await _server.Admin.Post($"{study.Path}/raters", new { name = "r1" })).Ok();
        Assert.Contains($"/judge#{invited["key"]}", (string)invited["link"]!);

        var attributes = await SetCookie((string)invited["key"]!);
        var cookie = attributes.Split(';')[0];

        Assert.Contains("httponly", attributes, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", attributes, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("r1", (string?)(await _server.As(null).Get("me", ("Cookie", cookie))).Ok()["name"]);
        var again = await SignIn((string)invited["key"]!); // the same link on another device
        (await _server.As(null).Get("me", ("Cookie", again))).Ok();
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_write_with_the_cookie()
    {
        var made = (await _server.Admin.Post("keys", new { account = "carol" })).Ok();
        var cookie = await SignIn((string)made["secret"]!);
        object study = new { name = "x", title = "x", question = "x", design = new { kind = "round_robin" } };

        var reply = await _server.As(null).Post("studies", study, ("Cookie", cookie), ("Sec-Fetch-Site", "cross-site"));
        var older = await _server.As(null).Post("studies", study, ("Cookie", cookie), ("Origin", "https://elsewhere.example"));

        Assert.Equal((HttpStatusCode.Forbidden, "cross-site-request"), (reply.Status, reply.Problem));
        Assert.Equal(HttpStatusCode.Forbidden, older.Status);
        (await _server.As(null).Post("studies", study, ("Cookie", cookie), ("Sec-Fetch-Site", "same-origin"))).Ok();
    }

    [Fact]
    public async Task A_new_link_ends_the_old_one()
    {
        var study = await TestStudy.OpenAsync(_server, 2, Two);
        var invited = (await _server.Admin.Post($"{study.Path}/raters", new { name = "r1" })).Ok();
        var renewed = (await _server.Admin.Post($"{study.Path}/raters/{invited["rater"]}/link", new { })).Ok();

        Assert.Equal(HttpStatusCode.Unauthorized, (await _server.As((string)invited["key"]!).Get("me")).Status);
        (await _server.As((string)renewed["key"]!).Get("me")).Ok();
    }

    [Fact]
    public async Task A_post_repeated_with_its_idempotency_key_is_carried_out_once_and_gets_the_same_answer()
    {
        var study = await TestStudy.OpenAsync(_server, 2, Two);
        var header = ("Idempotency-Key", Guid.NewGuid().ToString());
        var first = (await _server.Admin.Post($"{study.Path}/raters", new { name = "r1" }, header)).Ok();

        var again = (await _server.Admin.Post($"{study.Path}/raters", new { name = "r1" }, header)).Ok();
        var other = await _server.Admin.Post($"{study.Path}/raters", new { name = "r2" }, header);

        Assert.Equal(first.Text, again.Text);
        Assert.Equal(first.Status, again.Status);
        Assert.Equal((HttpStatusCode.Conflict, "idempotency-conflict"), (other.Status, other.Problem));
        Assert.Single((await study.Get("raters")).Ok()["items"].AsArray());
    }

    [Fact]
    public async Task Pages_forbid_foreign_scripts_and_frames()
    {
        var reply = await _server.As(null).Get("/healthz");
        var policy = reply.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Equal("nosniff", reply.Headers.GetValues("X-Content-Type-Options").Single());
    }

    private async Task<ApiClient> Researcher(string account) => _server.As((string)(await _server.Admin.Post("keys", new { account })).Ok()["secret"]!);

    /// <summary>The cookie, as a browser would send it back.</summary>
    private async Task<string> SignIn(string key) => (await SetCookie(key)).Split(';')[0];

    private async Task<string> SetCookie(string key) => (await _server.As(null).Post("sessions", new { key })).Ok().Headers.GetValues("Set-Cookie").Single();

    public sealed class OnSQLite(Server shared) : GettingIn(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : GettingIn(shared.Value), IClassFixture<PostgresServer>;
}
