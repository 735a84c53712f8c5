using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PrefEval.Api.Raters;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>What is known of a rater can be handed to her, and erased without changing what was found.</summary>
public abstract class PersonalDataOfRaters(PrefEvalServer server)
{
    private const string Name = "陈一", Comment = "左边的像我同事写的";
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task All_that_is_held_of_a_rater_is_handed_out_and_nothing_of_a_model_or_another_rater()
    {
        var (study, rater, _) = await Judged();
        await Judge(await study.Invite("another"), 4, "another");

        var reply = (await study.Get($"raters/{rater}/export")).Ok();

        Assert.Equal((Name, 4), ((string)reply["name"]!, reply["judgments"].AsArray().Count));
        Assert.Contains(reply["judgments"].AsArray(), j => (string?)j!["comment"] == Comment && (string?)j["choice"] == "left");
        Assert.Equal("太长", (string?)Assert.Single(reply["skips"].AsArray())!["reason"]);
        Assert.Equal(Comment, (string?)Assert.Single(reply["problems"].AsArray())!["comment"]);
        Assert.Single(reply["keys"].AsArray());
        foreach (var word in new[] { "demo-a", "demo-b", "another", "pr_", "gold" }) Assert.DoesNotContain(word, reply.Text);
    }

    [Fact]
    public async Task An_erased_rater_is_nobody_and_every_report_says_what_it_said()
    {
        var (study, rater, api) = await Judged();
        var then = await Listed();
        var held = (await study.Get($"raters/{rater}/export")).Ok();
        var zone = TimeZoneInfo.FindSystemTimeZoneById((string)(await study.Get("")).Ok()["time_zone"]!);
        var day = TimeZoneInfo.ConvertTime((DateTimeOffset)held["judgments"][3]!["created_at"]!, zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal((null, (string?)held["sessions"][0], day), ((string?)then["erased_at"], (string?)then["signed_in_at"], (string?)then["last_judged_on"]));
        await Judge(await study.Invite("another"), 5, "another");
        (await _server.Admin.Post($"{study.Path}/judgments/exclude", new { filter = new { rater = Name, faster_than_ms = 1 }, reason = "too fast" })).Ok();
        (await _server.Admin.Post($"{study.Path}/judgments/exclude", new { filter = new { rater = Name, assignments = new[] { (string)(await study.Judgments())[0]["assignment"]! } }, reason = "slipped" })).Ok();
        var sequence = (long)(await study.Get("")).Ok()["sequence"]!;
        string[] reports = ["reports/preference", $"reports/preference?at={sequence - 2}", "reports/leaderboard", "reports/agreement", "reports/position", "log"];
        var before = await Say(study, reports);
        var tag = (await study.Get("reports/raters")).Headers.ETag!.Tag;

        var erased = (await _server.Admin.Post($"{study.Path}/raters/{rater}/erase", new { })).Ok();

        Assert.Equal(before.Select(text => text.Replace(Name, (string)erased["name"]!, StringComparison.Ordinal)), await Say(study, reports));
        Assert.Equal((string)erased["erased_at"]!, (string)(await _server.Admin.Post($"{study.Path}/raters/{rater}/erase", new { })).Ok()["erased_at"]!); // once
        foreach (var path in new[] { "raters", "judgments?limit=1000", "problems", "exclusions", "audit", "reports/raters", $"raters/{rater}/export", "exports/prefeval_judgments", "pairs" })
        {
            var text = (await study.Get(path)).Ok().Text;
            Assert.False(text.Contains(Name, StringComparison.Ordinal) || text.Contains(Comment, StringComparison.Ordinal) || text.Contains("emp-17", StringComparison.Ordinal), path + ": " + text);
        }
        Assert.Equal(HttpStatusCode.OK, (await _server.Admin.Get($"{study.Path}/reports/raters", ("If-None-Match", tag))).Status); // what a browser kept of it names her
        Assert.Contains((await study.Get("audit")).Ok()["items"].AsArray(), each => (string)each!["operation"]! == "eraseRater");
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.Get("me")).Status);
        var left = (await study.Get($"raters/{rater}/export")).Ok();
        Assert.Equal((string)erased["name"]!, (string)left["name"]!);
        Assert.Empty(left["keys"].AsArray());
        var now = await Listed();
        Assert.Equal(((string?)erased["erased_at"], null, (string?)then["last_judged_on"]), ((string?)now["erased_at"], (string?)now["signed_in_at"], (string?)now["last_judged_on"]));
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Admin.Post($"{study.Path}/raters/{study.Id}/erase", new { })).Status);

        async Task<JsonNode> Listed() => Assert.Single((await study.Get("raters")).Ok()["items"].AsArray(), each => (string)each!["rater"]! == rater)!;
    }

    private static async Task<IReadOnlyList<string>> Say(TestStudy study, string[] reports)
    {
        var said = new List<string>();
        foreach (var report in reports) said.Add((await study.Get(report)).Ok().Text);
        return said;
    }

    private async Task<(TestStudy Study, string Rater, ApiClient Api)> Judged()
    {
        var study = await TestStudy.OpenAsync(_server, 5, ["demo-a", "demo-b"]);
        var invited = (await _server.Admin.Post($"{study.Path}/raters", new { name = Name, external_id = "emp-17" })).Ok();
        (await _server.As(null).Post("sessions", new { key = (string)invited["key"]! })).Ok();
        var rater = new TestRater(_server.As((string)invited["key"]!), study);
        await Judge(rater, 4);
        (await rater.GiveBack((string)(await rater.Assignments(1))[0]["assignment"]!, "太长")).Ok();
        return (study, (string)invited["rater"]!, rater.Api);
    }

    private static async Task Judge(TestRater rater, int count, string comment = Comment)
    {
        var items = await rater.Assignments(count);
        foreach (var item in items)
            (await rater.Api.Put($"assignments/{item["assignment"]}/judgment", new { choice = "left", after = 0, duration_ms = 5000, comment, reasons = new[] { comment } })).Ok();
        (await rater.Api.Post($"assignments/{items[0]["assignment"]}/problems", new { kind = "other", comment })).Ok();
    }

    public sealed class OnSQLite(Server shared) : PersonalDataOfRaters(shared.Value), IClassFixture<Server>
    {
        [Fact]
        public async Task Raters_are_erased_so_many_days_after_their_study_was_closed_and_not_before()
        {
            await using var server = new PrefEvalServer(fakeTime: true, settings: ("PrefEval:RetainRaterDays", "30"));
            var (closed, open) = (await TestStudy.OpenAsync(server, 2, ["demo-a", "demo-b"]), await TestStudy.OpenAsync(server, 2, ["demo-a", "demo-b"]));
            foreach (var study in new[] { closed, open }) await study.Invite(Name);
            (await closed.Change(new { state = "closed" })).Ok();
            var retention = server.Services.GetRequiredService<Retention>();
            server.Time!.AdjustTime(server.Time.GetUtcNow().AddDays(29));
            Assert.Equal(0, await retention.EraseDueAsync(default));
            server.Time.AdjustTime(server.Time.GetUtcNow().AddDays(2));
            await retention.EraseDueAsync(default);
            var erased = Assert.Single((await closed.Get("raters")).Ok()["items"].AsArray())!;
            Assert.NotEqual(Name, (string?)erased["name"]);
            var entry = (await closed.Get("audit")).Ok()["items"].AsArray()[^1]!;
            Assert.Equal(("eraseRater", "", null), ((string?)entry["operation"], (string?)entry["actor"], (string?)entry["key"]));
            Assert.EndsWith($"/raters/{erased["rater"]}/erase", (string?)entry["path"], StringComparison.Ordinal);
            Assert.Contains(Name, (await open.Get("raters")).Ok().Text);
        }
    }

    public sealed class OnPostgreSQL(PostgresServer shared) : PersonalDataOfRaters(shared.Value), IClassFixture<PostgresServer>;
}
