using System.Net;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Requests that nobody should send: each is told what is wrong with it, and none is a crash.</summary>
public abstract class WhatIsRefused(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    [Theory]
    [InlineData("""{"title":"t","question":"q","design":{"kind":"round_robin"}}""", "name")]
    [InlineData("""{"name":"n","title":"t","question":"q"}""", "design")]
    [InlineData("""{"name":"n","title":"t","question":"q","design":{"kind":"focal"}}""", "design")]
    [InlineData("""{"name":"n","title":"t","question":"q","design":{"kind":"round_robin"},"overlap":0}""", "overlap")]
    [InlineData("""{"name":"n","title":"t","question":"q","design":{"kind":"round_robin"},"time_zone":"Mars/Base"}""", "time_zone")]
    [InlineData("""{"name":"n","title":"t","question":"q","design":{"kind":"round_robin"},"overlaps":3}""", "overlaps")]
    [InlineData("""{"name":"n","title":"t","question":"q","design":{"kind":"triangle"}}""", "design.kind")]
    [InlineData("""{"name":"n","title":"t","question":"q","design":{"kind":"round_robin"},"overlap":{"base":3,"shared":{}}}""", "overlap")]
    [InlineData("""{"name":"n\u0000","title":"t","question":"q","design":{"kind":"round_robin"}}""", "name")]
    [InlineData("""{"name":3,"title":"t","question":"q","design":{"kind":"round_robin"}}""", "name")]
    public async Task A_field_that_cannot_be_accepted_is_named(string body, string field)
    {
        var reply = await _server.Admin.Post("studies", body);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(reply["errors"].AsArray(), e => ((string?)e!["field"])?.StartsWith(field, StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("{\"name\":", "malformed-json")]
    [InlineData("[]", "malformed-json")]
    [InlineData("", "invalid-request")]
    public async Task A_broken_body_is_400_and_no_crash(string body, string problem)
    {
        var reply = await _server.Admin.Post("studies", body);
        Assert.Equal((HttpStatusCode.BadRequest, problem), (reply.Status, reply.Problem));
    }

    [Theory]
    [InlineData("reports/preference?confidence=1.2", "confidence")]
    [InlineData("reports/preference?model=gone", "model")]
    [InlineData("reports/preference?unit=vote", "unit")]
    [InlineData("reports/preference?at=99999", "at")]
    [InlineData("reports/preference?modle=demo-a", "modle")]
    [InlineData("reports/agreement?raters=robot", "raters")]
    [InlineData("pairs?limit=0", "limit")]
    [InlineData("pairs?limit=abc", "limit")]
    [InlineData("judgments?cursor=%24%24", "cursor")]
    [InlineData("reports/preference?at=abc", "at")]
    [InlineData("reports/leaderboard?confidence=much", "confidence")]
    [InlineData("exports/trl_dpo?min_margin=x", "min_margin")]
    public async Task A_parameter_that_cannot_be_accepted_is_named(string path, string field)
    {
        var study = await TestStudy.OpenAsync(_server, 2, ["demo-a", "demo-b"]);
        var reply = await study.Get(path);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid-request", field), (reply.Status, reply.Problem, (string)reply["errors"][0]!["field"]!));
    }

    [Theory]
    [InlineData("""{"raters":[null]}""")]
    [InlineData("""{"raters":[]}""")]
    [InlineData("""{"name":"r\u00001"}""")]
    [InlineData("""{"raters":[{"name":"r\u00001"}]}""")]
    public async Task Nobody_is_invited_without_a_name_that_can_be_stored(string body)
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await _server.Admin.Post($"{study.Path}/raters", body)).Status);
        Assert.Empty((await study.Get("raters")).Ok()["items"].AsArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task A_skip_needs_a_reason_that_can_be_stored(string reason)
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        var assignment = (string)Assert.Single(await rater.Assignments())["assignment"]!;

        var reply = await rater.GiveBack(assignment, reason);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid-request", "reason"), (reply.Status, reply.Problem, (string)reply["errors"][0]!["field"]!));
        Assert.Equal(assignment, (string?)Assert.Single(await rater.Assignments())["assignment"]); // she still has it
    }

    [Fact]
    public async Task A_method_that_an_address_does_not_take_is_named_as_such()
    {
        var study = await TestStudy.CreateAsync(_server);
        var reply = await _server.Admin.Put(study.Path, new { name = "x" });
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "method-not-allowed"), (reply.Status, reply.Problem));
    }

    [Fact]
    public async Task A_form_is_no_json()
    {
        using var form = new FormUrlEncodedContent([new("name", "n")]);
        var reply = await _server.Admin.Send(HttpMethod.Post, "studies", form);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "unsupported-media-type"), (reply.Status, reply.Problem));
    }

    public sealed class OnSQLite(Server shared) : WhatIsRefused(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : WhatIsRefused(shared.Value), IClassFixture<PostgresServer>;
}
