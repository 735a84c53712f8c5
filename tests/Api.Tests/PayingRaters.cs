using System.Net;
using System.Text.Json.Nodes;
using MiniExcelLibs;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The pay sheet: what each rater did on each day of the study, and what that comes to.</summary>
public abstract class PayingRaters(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task Work_is_put_down_to_the_days_of_the_study_and_a_revision_is_no_more_work()
    {
        var study = await TestStudy.OpenAsync(_server, 6, ["demo-a", "demo-b"], overlap: 1);
        (await study.Change(new { time_zone = "Asia/Shanghai" })).Ok();
        var rater = await study.Invite("阿明");
        var pairs = await rater.Assignments(5);
        await Vote(rater, pairs[0], 60_000); // 12:00 in Shanghai
        (await rater.Vote((string)pairs[0]["assignment"]!, "tie", after: 1)).Ok();
        await Vote(rater, pairs[1], 30_000);
        (await rater.GiveBack((string)pairs[2]["assignment"]!, "cannot_tell")).Ok();
        var first = Today(8);
        _server.Time!.Advance(TimeSpan.FromHours(12.5)); // 16:30 UTC: half past midnight there
        pairs = await rater.Assignments(2);
        await Vote(rater, pairs[0], 3_600_000); // a pause, five minutes of which are paid
        var second = Today(8);

        var sheet = (await study.Get($"pay?from={first}&to={second}&rate=0.45")).Ok();

        Assert.Equal([(first, 2, 1, 1.5m, 0.9m), (second, 1, 0, 5m, 0.45m)],
            sheet["items"].AsArray().Select(row => ((string)row!["day"]!, (int)row["judged"]!, (int)row["skipped"]!, (decimal)row["active_minutes"]!, (decimal)row["amount"]!)));
        var total = Assert.Single(sheet["totals"].AsArray())!;
        Assert.Equal(("阿明", 3, 6.5m, 1.35m), ((string)total["rater"]!, (int)total["judged"]!, (decimal)total["active_minutes"]!, (decimal)total["amount"]!));
        var hourly = (await study.Get($"pay?from={first}&to={second}&rate=60&per=hour")).Ok();
        Assert.Equal(6.5m, (decimal)hourly["totals"][0]!["amount"]!);
        Assert.Single((await study.Get($"pay?from={second}&to={second}")).Ok()["items"].AsArray());
    }

    [Fact]
    public async Task A_vote_whose_place_was_gone_is_paid_and_shown_apart_and_imported_votes_are_not()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"], overlap: 1);
        var (late, quick) = (await study.Invite("late"), await study.Invite("quick"));
        var held = (await late.Assignments(1))[0];
        _server.Time!.Advance(TimeSpan.FromHours(3)); // her lease ends
        await Vote(quick, (await quick.Assignments(1))[0], 5000);
        await Vote(late, held, 5000);
        var other = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"], overlap: 1);
        (await other.Import(ImportingFiles.Judgment("p001", "demo-a", "demo-b", "r1", "a"))).Ok();

        var totals = (await study.Get("pay?rate=1")).Ok()["totals"].AsArray();

        Assert.Equal([("late", 0, 1, 1m), ("quick", 1, 0, 1m)], totals.Select(row => ((string)row!["rater"]!, (int)row["judged"]!, (int)row["surplus"]!, (decimal)row["amount"]!)));
        Assert.Empty((await other.Get("pay")).Ok()["items"].AsArray());
    }

    [Fact]
    public async Task As_a_table_a_name_is_never_a_formula()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"], overlap: 1);
        var rater = await study.Invite("=1+1");
        await Vote(rater, (await rater.Assignments(1))[0], 5000);

        Assert.Contains("\"'=1+1\"", (await study.Get("pay?rate=2&format=csv")).Ok().Text, StringComparison.Ordinal);
        var (status, workbook) = await _server.Admin.Download($"{study.Path}/pay?rate=2&format=xlsx");
        Assert.Equal(HttpStatusCode.OK, status);
        using var file = new MemoryStream(workbook);
        var rows = file.Query(useHeaderRow: true).Cast<IDictionary<string, object?>>().ToList();
        Assert.Equal(["=1+1", "=1+1"], rows.Select(row => row["rater"]));
        Assert.Equal("total", rows[^1]["day"]);
        Assert.Equal(2.0, Convert.ToDouble(rows[^1]["amount"], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-03-05&to=2026-03-01", "from")]
    [InlineData("from=2020-01-01&to=2026-03-01", "from")]
    [InlineData("rate=-1", "rate")]
    [InlineData("rate=NaN", "rate")]
    [InlineData("per=week", "per")]
    [InlineData("format=pdf", "format")]
    [InlineData("days=3", "days")]
    public async Task What_cannot_be_paid_by_is_refused_by_name(string query, string field)
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"], overlap: 1);

        var refused = await study.Get("pay?" + query);

        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string)refused["errors"][0]!["field"]!));
    }

    private string Today(int hoursFromUtc) => _server.Time!.GetUtcNow().AddHours(hoursFromUtc).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task Vote(TestRater rater, JsonNode pair, int duration) =>
        (await rater.Api.Put($"assignments/{(string)pair["assignment"]!}/judgment", new { choice = "left", after = 0, duration_ms = duration })).Ok();

    public sealed class OnSQLite(TimedServer shared) : PayingRaters(shared.Value), IClassFixture<TimedServer>;

    public sealed class OnPostgreSQL(TimedPostgresServer shared) : PayingRaters(shared.Value), IClassFixture<TimedPostgresServer>;
}
