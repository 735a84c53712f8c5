using System.Net;
using System.Text.Json.Nodes;
using PrefEval.Stats;
using PrefEval.Stats.Simulation;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>How many prompts, raters and judgments a study needs.</summary>
public abstract class PlanningAStudy(PrefEvalServer server)
{
    private const string Plan = "reports/plan";

    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task Before_it_opens_a_draft_is_planned_by_stated_defaults()
    {
        var study = await TestStudy.CreateAsync(_server, new { kind = "focal", focal = "demo-f" });
        (await study.Import(TestStudy.Prompts(200, "demo-f", "demo-1", "demo-2"))).Ok();

        var plan = (await study.Get($"{Plan}?raters=12")).Ok();

        Assert.Equal((2, 6), ((int)plan["pairs_a_prompt"]!, (int)plan["raters_without_repeats"]!));
        Assert.Null(plan.Json["pace"]);
        Assert.Equal(["demo-f demo-1", "demo-f demo-2"], plan["items"].AsArray().Select(r => $"{r!["model"]} {r["baseline"]}"));
        var row = plan["items"][0]!;
        Assert.Equal(("defaults", "defaults", "defaults", 0), ((string)row["basis"]!["outcomes"]!, (string)row["basis"]!["prompts"]!, (string)row["basis"]!["raters"]!, (int)row["basis"]!["pilot_judgments"]!));
        var point = Planner.At(PlanAssumptions.Default, 200, 12, 3);
        Assert.Equal((200, 12, 3, 600L), ((int)row["planned"]!["prompts"]!, (int)row["planned"]!["raters"]!, (int)row["planned"]!["overlap"]!, (long)row["planned"]!["judgments"]!));
        Assert.Equal((point.HalfWidth, point.Deff, point.NEff), ((double)row["planned"]!["half_width"]!, (double)row["planned"]!["deff"]!, (double)row["planned"]!["n_eff"]!));
        Assert.Equal(626, (int)row["for_power"]!["independent_judgments"]!); // Connor's
        Assert.True((double)row["one_more_rater"]!["half_width"]! < point.HalfWidth && (double)row["one_more_prompt"]!["half_width"]! < point.HalfWidth);
        Assert.Equal(603, (int)row["one_more_prompt"]!["judgments"]!);

        // Judgments that came by a file are the pilot of a draft as well, whichever model the file names first.
        (await study.Import(string.Join('\n', from p in Enumerable.Range(1, 30) from r in Enumerable.Range(1, 3) select ImportingFiles.Judgment($"p{p:000}", "demo-f", "demo-2", $"r{r}", (p * r) % 3 == 0 ? "a" : "b")))).Ok();
        var piloted = (await study.Get($"{Plan}?baseline=demo-2")).Ok();
        Assert.Equal((90, 200, 50 / 90.0), ((int)piloted["items"][0]!["basis"]!["pilot_judgments"]!, (int)piloted["items"][0]!["planned"]!["prompts"]!, (double)piloted["items"][0]!["basis"]!["win_share"]!));
        Assert.True((double)row["floor_half_width"]! > 0 && (double)row["floor_half_width"]! < point.HalfWidth);
    }

    [Fact]
    public async Task What_more_prompts_cannot_reach_is_said()
    {
        var study = await TestStudy.OpenAsync(_server, 30, ["demo-a", "demo-b"]);

        var row = (await study.Get($"{Plan}?half_width=0.05&raters=4")).Ok()["items"][0]!;

        Assert.True((double)row["floor_half_width"]! > 0.05);
        Assert.Null(row["for_half_width"]!["prompts"] ?? row["for_half_width"]!["judgments"]);
        Assert.Null(row["for_half_width"]!["raters"]); // thirty prompts are too few for any number of raters
        var more = (await study.Get($"{Plan}?half_width=0.05&raters=40&prompts=1000&overlap=2")).Ok()["items"][0]!;
        var prompts = (int)more["for_half_width"]!["prompts"]!;
        Assert.Equal(2 * prompts, (int)more["for_half_width"]!["judgments"]!);
        Assert.InRange((int)more["for_half_width"]!["raters"]!, 3, 40);
        Assert.InRange((double)(await study.Get($"{Plan}?raters=40&overlap=2&prompts={prompts}")).Ok()["items"][0]!["planned"]!["half_width"]!, 0.0499, 0.05);
    }

    [Fact]
    public async Task The_studys_own_judgments_are_the_pilot()
    {
        var study = await TestStudy.OpenAsync(_server, 60, ["demo-a", "demo-b"]);
        var settings = new SimulationSettings { Seed = 5, Strengths = [0.5, 0], RaterTaste = 0.8 };
        var votes = StudySimulator.Judge(settings, StudySimulator.Assign(5, 60, 3, [3, 1, 1, 1, 1, 1]).Select(a => new SimulatedAsk(a.Prompt, 0, 1, a.Rater))).ToList();
        (await study.Import(string.Join('\n', votes.Select(v => ImportingFiles.Judgment($"p{v.Prompt + 1:000}", "demo-a", "demo-b", $"r{v.Rater}",
            v.Winner switch { Winner.A => "a", Winner.B => "b", Winner.Tie => "tie", _ => "both_bad" }))))).Ok();

        var plan = (await study.Get(Plan)).Ok();

        var basis = plan["items"][0]!["basis"]!;
        var e = VarianceComponents.Estimate([.. votes.Select(v => v.Winner switch { Winner.A => 1, Winner.B => 0, _ => 0.5 })], [.. votes.Select(v => v.Prompt)], [.. votes.Select(v => v.Rater)]);
        Assert.Equal((180, 60, 6), ((int)basis["pilot_judgments"]!, (int)basis["pilot_prompts"]!, (int)basis["pilot_raters"]!));
        Assert.Equal(("judgments", "judgments", "judgments"), ((string)basis["outcomes"]!, (string)basis["prompts"]!, (string)basis["raters"]!));
        Assert.Equal(e.Prompt / e.Total, (double)basis["prompt_share"]!, 1e-12);
        Assert.Equal(e.Rater / e.Total, (double)basis["rater_share"]!, 1e-12);
        Assert.Equal(votes.Count(v => v.Winner == Winner.A) / 180.0, (double)basis["win_share"]!, 1e-12);
        Assert.Equal(e.EffectiveRaters / 6, (double)basis["evenness"]!, 1e-12);
        Assert.Equal((6, 60), ((int)plan["items"][0]!["planned"]!["raters"]!, (int)plan["items"][0]!["planned"]!["prompts"]!));

        var turned = (await study.Get($"{Plan}?model=demo-b")).Ok()["items"][0]!;
        Assert.Equal((double)basis["win_share"]!, (double)turned["basis"]!["loss_share"]!);
        Assert.Equal((double)plan["items"][0]!["planned"]!["half_width"]!, (double)turned["planned"]!["half_width"]!, 1e-12);
        // Half of them say less: the pilot of one category is too small.
        Assert.Equal("judgments", (string)(await study.Get($"{Plan}?category=写作")).Ok()["items"][0]!["basis"]!["outcomes"]!);
        Assert.Equal("defaults", (string)(await study.Get($"{Plan}?at=40")).Ok()["items"][0]!["basis"]!["outcomes"]!);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_by_name()
    {
        var study = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b"]);
        string[] wrong = ["half_width=0", "half_width=0.5", "net=1.5", "power=1", "overlap=0", "raters=1", "raters=2", "raters=many", "prompts=1", "confidence=1.2", "model=demo-x", "kind=robot", "at=1000", "prompt=5"];
        foreach (var query in wrong) // two raters are fewer than judge a pair
        {
            var refused = await study.Get($"{Plan}?{query}");
            Assert.Equal((HttpStatusCode.BadRequest, "invalid-request"), (refused.Status, refused.Problem));
            Assert.Equal(query.Split('=')[0], (string)Assert.Single(refused["errors"].AsArray())!["field"]!);
        }
    }

    [Fact]
    public async Task Todays_pace_names_a_day()
    {
        var study = await TestStudy.OpenAsync(_server, 41, ["demo-a", "demo-b"], overlap: 1);
        var rater = await study.Invite("r1");
        Assert.Null(Day((await study.Get(Plan)).Ok()["pace"]["done"])); // it stands still
        for (var day = 0; day < 2; day++)
        {
            for (var vote = 0; vote < 5; vote++) (await rater.Vote((string)Assert.Single(await rater.Assignments(1))["assignment"]!, "left")).Ok();
            _server.Time!.Advance(TimeSpan.FromDays(1));
        }

        var plan = (await study.Get($"{Plan}?half_width=0.3&raters=12")).Ok();

        var pace = plan["pace"];
        Assert.Equal((5.0, 10, 2.0, 31L), ((double)pace["judgments_a_day"]!, (int)pace["judgments"]!, (double)pace["days"]!, (long)pace["to_come"]!));
        var today = DateOnly.FromDateTime(_server.Time!.GetUtcNow().AddHours(8).Date); // Shanghai's
        Assert.Equal(today.AddDays(6), Day(pace["done"])); // 31 at 5 a day: 6.2 days after noon
        var need = plan["items"][0]!["for_half_width"]!;
        Assert.Equal(today.AddDays((int)(0.5 + ((int)need["judgments"]! - 10) / 5.0)), Day(need["day"]));
        Assert.Null(Day((await study.Get($"{Plan}?half_width=0.1&raters=12")).Ok()["items"][0]!["for_half_width"]!["day"])); // not as many prompts

        var etag = plan.Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.NotModified, (await Again()).Status);
        _server.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(HttpStatusCode.NotModified, (await Again()).Status);
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await Again()).Status);
        (await study.Change(new { state = "paused" })).Ok();
        Assert.Null((await study.Get(Plan)).Ok().Json["pace"]);

        Task<Reply> Again() => _server.Admin.Get($"{study.Path}/{Plan}?half_width=0.3&raters=12", ("If-None-Match", etag));
    }

    [Fact]
    public async Task Raters_that_nobody_meets_a_prompt_twice_with_are_one_for_each_judgment_of_its_pairs()
    {
        var study = await TestStudy.OpenAsync(_server, 4, ["demo-a", "demo-b", "demo-c"], overlap: 2);
        Assert.Equal((3, 6), Needed((await study.Get(Plan)).Ok()));
        Assert.Equal((3, 12), Needed((await study.Get($"{Plan}?overlap=4")).Ok()));

        static (int, int) Needed(Reply plan) => ((int)plan["pairs_a_prompt"]!, (int)plan["raters_without_repeats"]!);
    }

    private static DateOnly? Day(JsonNode? node) => node is null ? null : DateOnly.Parse((string)node!, System.Globalization.CultureInfo.InvariantCulture);

    public sealed class OnSQLite(StoppedServer shared) : PlanningAStudy(shared.Value), IClassFixture<StoppedServer>;

    public sealed class OnPostgreSQL(StoppedPostgresServer shared) : PlanningAStudy(shared.Value), IClassFixture<StoppedPostgresServer>;

    /// <summary>A server whose time the tests move.</summary>
    public sealed class StoppedServer : IDisposable
    {
        public PrefEvalServer Value { get; } = new(fakeTime: true);

        public void Dispose() => Value.Dispose();
    }

    public sealed class StoppedPostgresServer(Postgres postgres) : IDisposable
    {
        public PrefEvalServer Value { get; } = new(postgres.NewSchema(), fakeTime: true);

        public void Dispose() => Value.Dispose();
    }
}
