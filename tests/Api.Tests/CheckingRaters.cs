using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Gold pairs and repeats that are mixed in: about as many as the study asks for, told by nothing, counted nowhere.</summary>
public abstract class CheckingRaters(CheckingRaters.Day day)
{
    [Fact]
    public void Gold_and_repeats_come_at_about_their_shares()
    {
        // Binomial: more than 4 standard deviations off happens once in 15,000 days, and chance is seeded here.
        var (n, gold, repeats) = (day.Items.Count, Of("gold").Count, Of("repeat").Count);
        var allowed = 4 * Math.Sqrt(n * 0.15 * 0.85);
        Assert.InRange(gold, 0.15 * n - allowed, 0.15 * n + allowed);
        Assert.InRange(repeats, 0.15 * (n - 20) - allowed, 0.15 * n + allowed);
        Assert.Equal(day.Prompts, Of("normal").Count);
    }

    [Fact]
    public void No_gold_pair_comes_twice_and_a_repeat_is_a_pair_judged_long_before_with_the_sides_swapped()
    {
        Assert.Equal(Of("gold").Count, Of("gold").Select(item => CheckedStudy.Content(item, "prompt")).Distinct().Count());
        var normal = Of("normal").ToDictionary(item => CheckedStudy.Content(item, "prompt"));
        var repeats = Of("repeat");
        Assert.Equal(repeats.Count, repeats.Select(item => CheckedStudy.Content(item, "prompt")).Distinct().Count());
        foreach (var repeat in repeats)
        {
            var first = normal[CheckedStudy.Content(repeat, "prompt")];
            Assert.Equal((CheckedStudy.Content(first, "left"), CheckedStudy.Content(first, "right")), (CheckedStudy.Content(repeat, "right"), CheckedStudy.Content(repeat, "left")));
            Assert.True(day.Items.IndexOf(repeat) - day.Items.IndexOf(first) >= 20);
        }
    }

    [Fact]
    public void No_field_no_kind_of_value_and_no_size_tells_a_check_from_the_rest()
    {
        foreach (var part in new Func<Step, string>[] { s => Shape(s.Item), s => Shape(s.Vote), s => s.Headers, s => Expiry(s), s => $"{(string?)s.Item["language"]}" })
        {
            var seen = day.Steps.GroupBy(step => day.Roles[CheckedStudy.Id(step.Item)]).ToDictionary(role => role.Key, role => role.Select(part).Distinct().Order().ToList());
            Assert.Equal(["gold", "normal", "repeat"], seen.Keys.Order());
            Assert.Equal(seen["normal"], seen["gold"]);
            Assert.Equal(seen["normal"], seen["repeat"]);
        }
    }

    [Fact]
    public void An_attacker_who_learns_on_one_half_of_the_day_guesses_the_other_no_better_than_chance()
    {
        var isCheck = day.Steps.Select(step => day.Roles[CheckedStudy.Id(step.Item)] != "normal").ToList();
        foreach (var feature in new Func<int, double>[]
        {
            i => CheckedStudy.Id(day.Steps[i].Item)[0], i => CheckedStudy.Id(day.Steps[i].Item)[^1], i => CheckedStudy.Id(day.Steps[i].Item).Sum(c => c),
            i => day.Steps[i].Place, i => i, i => i % 2, i => i % 5, i => i % 7, i => i % 10,
            i => i > 0 && isCheck[i - 1] ? 1 : 0, i => i > 1 && isCheck[i - 2] ? 1 : 0, i => i > 4 ? Enumerable.Range(1, 4).Count(back => isCheck[i - back]) : 0,
            i => CheckedStudy.Content(day.Steps[i].Item, "prompt").Length, i => day.Steps[i].ItemBytes, i => day.Steps[i].VoteBytes,
        })
        {
            // The rank of checks among the rest (Mann and Whitney): .5 is chance.
            var (checks, others) = (Enumerable.Range(20, day.Steps.Count - 20).Where(i => isCheck[i]).Select(feature).ToList(), Enumerable.Range(20, day.Steps.Count - 20).Where(i => !isCheck[i]).Select(feature).ToList());
            var rank = checks.Sum(c => others.Sum(o => c > o ? 1 : c == o ? 0.5 : 0)) / (checks.Count * others.Count);
            var allowed = 4 * Math.Sqrt((checks.Count + others.Count + 1) / (12.0 * checks.Count * others.Count));
            Assert.InRange(rank, 0.5 - allowed, 0.5 + allowed);
        }
    }

    [Fact]
    public void No_model_is_named_by_anything_that_she_receives() =>
        Assert.All(day.Steps, step => Assert.DoesNotContain("demo", step.Item.ToJsonString() + step.Vote.ToJsonString() + step.Headers, StringComparison.OrdinalIgnoreCase));

    [Fact]
    public async Task Nothing_of_them_is_evidence_nor_takes_a_place()
    {
        var report = (await day.Study.Study.Get("reports/preference")).Ok()["items"][0]!;
        Assert.Equal((day.Prompts, 0, day.Prompts), ((int)report["n"]!, (int)report["ties"]!, (int)report["excluded"]!["complete"]!));
        var pairs = (await day.Study.Study.Get("pairs?limit=1000")).Ok()["items"].AsArray();
        Assert.All(pairs, pair => Assert.Equal((string?)pair!["role"] == "normal" ? 1 : 0, (int)pair["counted"]!));
        var progress = (await day.Study.Study.Get("reports/progress")).Ok();
        Assert.Equal(day.Prompts, progress["items"].AsArray().Sum(row => (int)row!["counted"]!));
        Assert.Equal(day.Prompts, (await day.Study.Study.Get("exports/prefeval_judgments")).Ok().Text.TrimEnd().Split('\n').Length);
        Assert.Equal(day.Prompts + 1, (await day.Study.Study.Get("exports/csv?judgments=all")).Ok().Text.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task An_export_that_is_asked_for_all_has_them_and_comes_in_again_but_for_the_repeats()
    {
        var file = (await day.Study.Study.Get("exports/prefeval_judgments?judgments=all")).Ok().Text;
        var roles = file.TrimEnd().Split('\n').Select(line => (string?)JsonNode.Parse(line)!["role"] ?? "normal").CountBy(role => role).ToDictionary();
        Assert.Equal((Of("gold").Count, Of("repeat").Count, day.Prompts), (roles["gold"], roles["repeat"], roles["normal"]));

        var copy = (await day.Server.Admin.Post("studies", new { copy_of = day.Study.Study.Id })).Ok();
        var import = (await day.Server.Admin.Upload($"studies/{copy["study"]}/imports?confirm=true", Encoding.UTF8.GetBytes(file))).Ok();
        Assert.Equal((Of("gold").Count + day.Prompts, Of("repeat").Count), ((int)import["judgments"]!, (int)import["not_judged"]!));
        var gold = (await day.Server.Admin.Get($"studies/{copy["study"]}/reports/raters")).Ok()["items"][0]!["gold"]!;
        Assert.Equal(Of("gold").Count, (int)gold["n"]!);
    }

    [Fact]
    public async Task The_report_on_raters_has_them()
    {
        var row = (await day.Study.Study.Get("reports/raters")).Ok()["items"][0]!;
        // She finds demo-a better on gold but for every fourth, and says left on all the rest: a swapped repeat is never the same winner.
        Assert.Equal((Of("gold").Count, Of("gold").Count(item => !Day.ErrsOn(item))), ((int)row["gold"]!["n"]!, (int)row["gold"]!["hits"]!));
        Assert.Equal((Of("repeat").Count, Of("repeat").Count(Day.ErrsOn)), ((int)row["self_consistency"]!["n"]!, (int)row["self_consistency"]!["hits"]!));
        Assert.Equal(day.Prompts, (int)row["n"]!);
        Assert.Equal(day.Steps.Count(s => s.Fast && day.Roles[CheckedStudy.Id(s.Item)] == "normal"), (int)row["fast"]!);
        var listed = (await day.Study.Study.Get("raters")).Ok()["items"][0]!;
        Assert.Equal((day.Items.Count, Of("gold").Count + Of("repeat").Count), ((int)listed["judged"]!, (int)listed["checks"]!));
    }

    private List<JsonNode> Of(string role) => [.. day.Items.Where(item => day.Roles[CheckedStudy.Id(item)] == role)];

    /// <summary>Every field with the kind of its value; of texts that are not the answers' own, their lengths.</summary>
    private static string Shape(JsonNode node, string path = "") => node switch
    {
        JsonObject fields => string.Join(';', fields.Select(field => field.Value is null ? $"{path}.{field.Key}:null" : Shape(field.Value, $"{path}.{field.Key}"))),
        JsonArray list => $"{path}[{list.Count}]" + string.Join(';', list.Select(each => Shape(each!, path + "[]"))),
        _ => $"{path}:{node.GetValueKind()}" + (path.EndsWith("content", StringComparison.Ordinal) || path.EndsWith("choice", StringComparison.Ordinal) ? "" : $"({node.ToJsonString().Length})"),
    };

    private static string Expiry(Step step) => $"{(DateTimeOffset)step.Item["expires_at"]! - step.Asked}";

    public sealed record Step(JsonNode Item, JsonNode Vote, string Headers, int Place, int ItemBytes, int VoteBytes, DateTimeOffset Asked, bool Fast);

    /// <summary>One rater judges a whole study with many checks, as the page does: three ahead.</summary>
    public abstract class Day(PrefEvalServer server, int prompts) : IAsyncLifetime
    {
        public int Prompts => prompts;
        public PrefEvalServer Server => server;
        public CheckedStudy Study { get; private set; } = null!;
        
        public List<Step> Steps { get; } = [];
        public List<JsonNode> Items => [.. Steps.Select(s => s.Item)];
        public Dictionary<string, string> Roles { get; private set; } = [];

        /// <summary>Every fourth of all pairs, whichever way it stands.</summary>
        public static bool ErrsOn(JsonNode item) => CheckedStudy.Content(item, "prompt").Sum(c => c) % 4 == 0;

        public async ValueTask InitializeAsync()
        {
            Study = await CheckedStudy.OpenAsync(server, prompts, gold: prompts / 2, overlap: 1, settings: new { gold_share = 0.15, repeat_share = 0.15 });
            var rater = await Study.Study.Invite("r1");
            while (true)
            {
                var asked = server.Time!.GetUtcNow();
                var reply = (await rater.Ask(3)).Ok();
                var items = reply["items"].AsArray();
                if (items.Count == 0) break;
                var (item, place) = (items[0]!, Steps.Count % 3);
                var fast = Steps.Count % 7 == 0;
                // Where she does not err, gold is answered right; else she says left. On repeats that is another winner, unless she errs.
                var choice = ErrsOn(item) ? Study.Wrong(item) : Study.IsGold(item) ? Study.Right(item) : "left";
                var vote = (await rater.Api.Put($"assignments/{CheckedStudy.Id(item)}/judgment", new { choice, after = 0, duration_ms = fast ? 400 : 5300 })).Ok();
                Steps.Add(new Step(item, vote.Json, Names(reply.Headers) + Names(vote.Headers), place, Encoding.UTF8.GetByteCount(item.ToJsonString()), Encoding.UTF8.GetByteCount(vote.Text), asked, fast));
                server.Time!.Advance(TimeSpan.FromSeconds(7));
            }
            Roles = await Study.RolesAsync();
        }

        /// <summary>Of two the names alone: what is left of her quota counts her own calls.</summary>
        private static string Names(HttpResponseHeaders headers) => string.Join(',', headers.Select(h => h.Key is "Date" or "RateLimit" ? h.Key : $"{h.Key}={string.Join('|', h.Value)}").Order());

        public ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            return server.DisposeAsync();
        }
    }

    public sealed class OnSQLite(OnSQLite.One day) : CheckingRaters(day), IClassFixture<OnSQLite.One>
    {
        public sealed class One() : Day(new PrefEvalServer(fakeTime: true, chance: new Random(5)), prompts: 220);
    }

    public sealed class OnPostgreSQL(OnPostgreSQL.One day) : CheckingRaters(day), IClassFixture<OnPostgreSQL.One>
    {
        public sealed class One(Postgres postgres) : Day(new PrefEvalServer(postgres.NewSchema(), fakeTime: true, chance: new Random(6)), prompts: 90);
    }
}
