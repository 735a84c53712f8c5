using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>
/// While raters judge, all at once, seven answers are corrected, and later seven others; a rater is removed with what she judged; another model is added. Only the
/// first correction waits until everybody has put her pen down, so that its preview can be held against what it then does.
/// </summary>
public abstract class AStudyChangedInMidFlight(AStudyChangedInMidFlight.Flight flight)
{
    private const int Overlap = 3, Corrections = 7;

    [Fact]
    public void No_vote_is_lost()
    {
        Assert.Equal(flight.Answered.Count, flight.Judgments.Count);
        var stored = flight.Judgments.ToDictionary(j => (string)j["assignment"]!, j => (string)j["choice"]!);
        Assert.All(flight.Answered, vote => Assert.Equal(vote.Choice, stored[vote.Assignment]));
    }

    [Fact]
    public void Each_pair_has_as_many_counted_judgments_as_it_shall_by_as_many_raters()
    {
        var counted = flight.Judgments.Where(j => (bool)j["counted"]!).GroupBy(Pair).ToDictionary(pair => pair.Key, pair => pair.Select(j => (string)j["rater"]!).ToList());

        Assert.Equal(flight.Prompts * Flight.Models.Length, flight.Pairs.Count); // the focal model against four others, and against the added one
        Assert.Equal(flight.Pairs.Count, counted.Count);
        Assert.All(counted.Values, raters => Assert.Equal((Overlap, Overlap), (raters.Count, raters.Distinct().Count())));
    }

    [Fact]
    public void The_places_taken_are_those_of_the_counted_judgments() => Assert.All(flight.Pairs, pair => Assert.Equal((Overlap, 0), ((int)pair["counted"]!, (int)pair["live"]!)));

    [Fact]
    public void The_preview_says_what_then_happens()
    {
        Assert.Equal(ReplacingAnswers.Effect(flight.Preview), ReplacingAnswers.Effect(flight.First));
        Assert.Equal((int)flight.Preview["leases_ended"]!, (int)flight.First["leases_ended"]!);
        Assert.Equal(Corrections, (int)flight.First["answers_changed"]!);
        // Early in the study chance may have brought none of them before a rater yet; by the second correction it has.
        Assert.True((int)flight.First["judgments_set_aside"]! + (int)flight.Second["judgments_set_aside"]! > 0, "Nothing had been judged of the answers that were corrected.");
    }

    [Fact]
    public void What_was_set_aside_is_what_the_imports_say_and_what_came_late()
    {
        var late = flight.Answered.Where(vote => !vote.Counted).Select(vote => vote.Assignment).ToHashSet();
        var replaced = flight.Judgments.Where(j => (string?)j["standing"] == "replaced").ToList();

        // A vote that the removed rater still sent was surplus before anything was replaced, or came late as well: either way it was answered as not counted.
        var inTime = replaced.Count(j => !late.Contains((string)j["assignment"]!));
        var hers = replaced.Count(j => late.Contains((string)j["assignment"]!) && (string?)j["rater"] == Flight.Removed);
        Assert.InRange((int)flight.First["judgments_set_aside"]! + (int)flight.Second["judgments_set_aside"]!, inTime, inTime + hers);
    }

    [Fact]
    public void Of_the_removed_rater_nothing_is_counted()
    {
        var hers = flight.Judgments.Where(j => (string?)j["rater"] == Flight.Removed).ToList();
        Assert.NotEmpty(hers);
        Assert.DoesNotContain(hers, j => (bool)j["counted"]!);
    }

    [Fact]
    public void Who_is_asked_after_a_correction_is_shown_the_corrected_answer() => Assert.Empty(flight.Outdated);

    [Fact]
    public void The_added_model_is_a_wave() => Assert.Equal([(1, flight.Prompts * 4), (2, flight.Prompts)], flight.Waves.Select(w => ((int)w["wave"]!, (int)w["pairs"]!)));

    [Fact]
    public async Task Every_report_at_an_earlier_number_is_the_same_to_the_letter()
    {
        Assert.NotEmpty(flight.Reports);
        foreach (var (path, text) in flight.Reports) Assert.Equal(text, (await flight.Study.Get(path)).Ok().Text);
    }

    private static string Pair(JsonNode row) => $"{row["prompt_id"]}|{row["model_a"]}|{row["model_b"]}";

    public sealed class OnSQLite(OnSQLite.Twenty flight) : AStudyChangedInMidFlight(flight), IClassFixture<OnSQLite.Twenty>
    {
        public sealed class Twenty() : Flight(new PrefEvalServer(), prompts: 60, raters: 20);
    }

    public sealed class OnPostgreSQL(OnPostgreSQL.Twelve flight) : AStudyChangedInMidFlight(flight), IClassFixture<OnPostgreSQL.Twelve>
    {
        public sealed class Twelve(Postgres postgres) : Flight(new PrefEvalServer(postgres.NewSchema()), prompts: 16, raters: 12);
    }

    public sealed record Vote(string Assignment, string Choice, bool Counted);

    public abstract class Flight(PrefEvalServer server, int prompts, int raters) : IAsyncLifetime
    {
        public const string Removed = "r02";
        public static readonly string[] Models = ["demo-cqia-6b", "demo-base-one", "demo-base-two", "demo-base-three", "demo-base-four"];

        private readonly ConcurrentBag<Vote> _answered = [];
        private readonly ConcurrentBag<string> _outdated = [];
        private readonly Dictionary<string, JsonNode> _texts = TestStudy.Prompts(prompts, Models).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToDictionary(p => (string)p["prompt_id"]!);
        private readonly SemaphoreSlim _desks = new(raters, raters);
        private readonly (int Votes, TaskCompletionSource Reached)[] _milestones = [.. new[] { 1, 2, 3, 4 }.Select(n => (n * prompts * 2, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)))];
        private volatile HashSet<string> _outOfDate = [];
        private volatile bool _landing;
        private int _votes;

        public int Prompts => prompts;
        public TestStudy Study { get; private set; } = null!;
        public Reply Preview { get; private set; } = null!;
        public Reply First { get; private set; } = null!;
        public Reply Second { get; private set; } = null!;
        public Dictionary<string, string> Reports { get; } = [];
        public IReadOnlyCollection<Vote> Answered => _answered;
        public IReadOnlyCollection<string> Outdated => _outdated;
        public IReadOnlyList<JsonNode> Judgments { get; private set; } = [];
        public IReadOnlyList<JsonNode> Pairs { get; private set; } = [];
        public IReadOnlyList<JsonNode> Waves { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            Study = await TestStudy.OpenAsync(server, prompts, Models, design: new { kind = "focal", focal = Models[0] }, overlap: Overlap);
            var invited = await Task.WhenAll(Enumerable.Range(1, raters).Select(n => Study.Invite($"r{n:00}")));
            var work = invited.Select((rater, n) => Task.Run(() => JudgeUntilTheEnd(rater, new Random(n)))).ToArray();
            await Change();
            _landing = true;
            await Task.WhenAll(work);
            // What was set aside after some had gone home is for those who look in again.
            for (var found = true; found;)
            {
                found = false;
                foreach (var rater in invited) found |= await JudgeOnce(rater, new Random(1)) == true;
            }
            Judgments = await Study.Judgments();
            Pairs = [.. (await Study.Get("pairs?limit=1000")).Ok()["items"].AsArray().Select(pair => pair!)];
            Waves = [.. (await server.Admin.Get(Study.Path)).Ok()["waves"].AsArray().Select(wave => wave!)];
        }

        public ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            _desks.Dispose();
            return server.DisposeAsync();
        }

        private async Task Change()
        {
            await _milestones[0].Reached.Task;
            for (var n = 0; n < raters; n++) await _desks.WaitAsync(); // everybody puts her pen down
            await KeepReports();
            var correction = Correction(Models[1], from: 1);
            Preview = (await Study.Import(correction, confirm: false)).Ok();
            First = (await ReplacingAnswers.Confirm(Study, Preview, new { on_change = "replace" })).Ok();
            Outdate(Models[1], from: 1);
            await KeepReports();
            _desks.Release(raters);

            await _milestones[1].Reached.Task;
            var id = (string)(await Study.Get("raters")).Ok()["items"].AsArray().Single(r => (string?)r!["name"] == Removed)!["rater"]!;
            (await server.Admin.Patch($"{Study.Path}/raters/{id}", new { state = "removed" })).Ok();
            (await server.Admin.Post($"{Study.Path}/judgments/exclude", new { filter = new { rater = Removed }, reason = "always left" })).Ok();
            await KeepReports();

            await _milestones[2].Reached.Task;
            (await Study.Import(AddingWaves.Answers(prompts, "demo-added"))).Ok();
            await KeepReports();

            await _milestones[3].Reached.Task;
            Second = (await ReplacingAnswers.Upload(Study, Correction(Models[0], from: 5), "confirm=true&on_change=replace")).Ok();
            Outdate(Models[0], from: 5);
            await KeepReports();
        }

        private static string Correction(string model, int from) => ReplacingAnswers.Corrected(model, [.. Enumerable.Range(from, Corrections).Select(n => $"p{n:000}")]);

        private void Outdate(string model, int from) =>
            _outOfDate = [.. _outOfDate, .. Enumerable.Range(from, Corrections).Select(n => _texts[$"p{n:000}"]).Select(p => Shown((string)p["prompt"]!, (string)p["answers"]![model]!))];

        /// <summary>The reports as they stand at this moment, by the address at which they can be asked for again.</summary>
        private async Task KeepReports()
        {
            var sequence = (long)(await server.Admin.Get(Study.Path)).Ok()["sequence"]!;
            foreach (var path in new[] { $"reports/preference?at={sequence}", $"reports/preference?unit=pair&at={sequence}", $"reports/agreement?at={sequence}" })
                Reports[path] = (await Study.Get(path)).Ok().Text;
        }

        private async Task JudgeUntilTheEnd(TestRater rater, Random chance)
        {
            while (await JudgeOnce(rater, chance) is { } found && (found || !_landing)) await Task.Yield();
        }

        /// <returns>Whether there was anything for her; null once she was removed.</returns>
        private async Task<bool?> JudgeOnce(TestRater rater, Random chance)
        {
            var outOfDate = _outOfDate;
            await _desks.WaitAsync();
            IReadOnlyList<JsonNode> items;
            bool waiting;
            try
            {
                var reply = await rater.Ask(1 + chance.Next(3));
                if (reply.Problem == "rater-inactive") return null;
                items = [.. reply.Ok()["items"].AsArray().Select(item => item!)];
                waiting = (string?)reply.Json["none_left"] == "waiting";
                foreach (var item in items)
                    foreach (var side in new[] { "left", "right" })
                        if (outOfDate.Contains(Shown(Text(item, "prompt"), Text(item, side)))) _outdated.Add(Text(item, "prompt"));
            }
            finally
            {
                _desks.Release();
            }
            foreach (var item in items)
            {
                await _desks.WaitAsync();
                try
                {
                    await Judge(rater, (string)item["assignment"]!, new[] { "left", "right", "tie", "both_bad" }[chance.Next(4)]);
                }
                finally
                {
                    _desks.Release();
                }
            }
            return items.Count > 0 || waiting;
        }

        private async Task Judge(TestRater rater, string assignment, string choice)
        {
            var vote = (await rater.Vote(assignment, choice)).Ok();
            _answered.Add(new Vote(assignment, choice, (bool)vote["counted"]!));
            var votes = Interlocked.Increment(ref _votes);
            foreach (var (wanted, reached) in _milestones)
                if (votes >= wanted) reached.TrySetResult();
        }

        private static string Shown(string prompt, string answer) => $"{prompt}|{answer}";

        private static string Text(JsonNode item, string part) => (string)item[part]![0]!["content"]!;
    }
}
