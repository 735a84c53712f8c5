using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace PrefEval.TestKit;

public enum Move { Ask, Vote, Revise, GiveBack, Skip, Release, Wait, SetBack, Exclude, Include, Pause, Open, Close }

/// <summary>Who does what, with which of what she has. Numbers are taken modulo what there is, so that every list of steps can be run, and shortened.</summary>
public sealed record Step(Move Move, int Rater, int Which, int Choice);

/// <summary>A list of steps, one after the other, through the front door of a study of its own and through <see cref="StudyModel"/>: every answer must be the model's.</summary>
public sealed class Interleavings
{
    public const int Raters = 5;
    private const int Pairs = 4, Overlap = 2, CheckEvery = 40;
    private static readonly string[] Choices = ["left", "right", "tie", "both_bad"];

    /// <summary>Asking and voting often, the rest now and then.</summary>
    private static readonly Gen<Move> Moves = Gen.Frequency(
        (30, Gen.Const(Move.Ask)), (30, Gen.Const(Move.Vote)), (8, Gen.Const(Move.Revise)), (5, Gen.Const(Move.GiveBack)), (8, Gen.Const(Move.Skip)), (2, Gen.Const(Move.Release)), (6, Gen.Const(Move.Wait)),
        (1, Gen.Const(Move.SetBack)), (3, Gen.Const(Move.Exclude)), (4, Gen.Const(Move.Include)), (1, Gen.Const(Move.Pause)), (3, Gen.Const(Move.Open)), (1, Gen.Const(Move.Close)));

    private readonly PrefEvalServer _server;
    private readonly TestStudy _study;
    private readonly StudyModel _model;
    private readonly List<TestRater> _raters = [];

    private Interleavings(PrefEvalServer server, TestStudy study, StudyModel model) => (_server, _study, _model) = (server, study, model);

    /// <summary>Lists of this many steps by chance.</summary>
    public static Gen<Step[]> Steps(int count) => Gen.Select(Moves, Gen.Int[0, Raters - 1], Gen.Int[0, 99], Gen.Int[0, 3], (move, rater, which, choice) => new Step(move, rater, which, choice)).Array[count];

    /// <param name="server">One whose time stands still until a step moves it.</param>
    /// <param name="steps">What is done.</param>
    /// <exception cref="InvalidOperationException">The service and the model differ.</exception>
    public static async Task RunAsync(PrefEvalServer server, IReadOnlyList<Step> steps)
    {
        var file = TestStudy.Prompts(Pairs, "demo-a", "demo-b");
        var study = await TestStudy.CreateAsync(server, overlap: Overlap);
        (await study.Import(file)).Ok();
        var opened = (await study.Change(new { state = "open" })).Ok();
        var texts = file.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (string)JsonNode.Parse(line)!["prompt"]!).ToList();
        var run = new Interleavings(server, study, new StudyModel(texts, Overlap, TimeSpan.FromMinutes((int)opened["lease_minutes"]!)) { Sequence = (long)opened["sequence"]! });
        var invited = (await server.Admin.Post($"{study.Path}/raters", new { raters = Enumerable.Range(0, Raters).Select(n => new { name = "r" + n }) })).Ok();
        run._raters.AddRange(invited["items"].AsArray().Select(rater => new TestRater(server.As((string)rater!["key"]!), study)));
        for (var n = 0; n < steps.Count; n++)
        {
            try
            {
                await run.DoAsync(steps[n]);
                if (n % CheckEvery == CheckEvery - 1 || n == steps.Count - 1) await run.CompareAsync();
            }
            catch (InvalidOperationException different)
            {
                throw new InvalidOperationException($"Step {n + 1}, {steps[n]}: {different.Message}", different);
            }
        }
    }

    private DateTimeOffset Now => _server.Time!.GetUtcNow();

    private async Task DoAsync(Step step)
    {
        var rater = _raters[step.Rater];
        switch (step.Move)
        {
            case Move.Ask: await AskAsync(step.Rater, 1 + step.Choice); break;
            case Move.Vote when Pick(a => a.Revision == 0 && (a.Stand != Stand.Skipped || step.Which % 8 == 0)) is { } held: await VoteAsync(held, step.Choice, after: step.Which % 10 == 9 ? 1 : 0); break;
            case Move.Revise when Pick(a => a.Revision > 0) is { } held: await VoteAsync(held, step.Choice, held.Revision - (step.Which % 5 == 4 ? 1 : 0)); break;
            case Move.GiveBack or Move.Skip when Pick(a => a.Revision == 0 || step.Which % 8 == 0) is { } held:
                var gone = await rater.GiveBack(held.Id, step.Move == Move.Skip ? "unclear" : null);
                Same(_model.GiveBack(held, forGood: step.Move == Move.Skip), (int)gone.Status < 300 ? null : gone.Problem, gone.Text);
                break;
            case Move.Release:
                Same(_model.Release(step.Rater), (int)(await rater.Release()).Ok()["released"]!, "released");
                break;
            case Move.Wait: _server.Time!.Advance(TimeSpan.FromMinutes(1 + step.Which % 20)); break;
            case Move.SetBack: _server.Time!.AdjustTime(Now - TimeSpan.FromMinutes(1 + step.Which)); break;
            case Move.Exclude or Move.Include:
                int? whose = step.Which % 3 == 0 ? null : step.Rater;
                var (foreseen, act) = step.Move == Move.Exclude ? (_model.Exclude(whose), "exclude") : (_model.Include(whose), "include");
                object filter = whose is null ? new { origin = "native" } : new { rater = "r" + whose };
                Same(foreseen, (int)(await _server.Admin.Post($"{_study.Path}/judgments/{act}", new { filter, reason = "a step" })).Ok()["judgments"]!, act);
                break;
            case Move.Pause or Move.Open or Move.Close:
                var state = step.Move switch { Move.Pause => "paused", Move.Open => "open", _ => "closed" };
                var refused = state == "paused" && _model.State == "closed";
                Same(refused, (int)(await _study.Change(new { state })).Status >= 300, state);
                if (!refused) _model.State = state;
                break;
            default: break; // she has nothing to do it with
        }

        ModelAssignment? Pick(Func<ModelAssignment, bool> which)
        {
            var hers = _model.Of(step.Rater).Where(which).ToList();
            return hers.Count == 0 ? null : hers[step.Which % hers.Count];
        }
    }

    private async Task AskAsync(int rater, int count)
    {
        var reply = (await _raters[rater].Ask(count)).Ok();
        var got = reply["items"].AsArray().Select(item => (Id: (string)item!["assignment"]!, Pair: (string)item["prompt"]![0]!["content"]!)).ToList();
        var known = _model.Ask(rater, count, Now);
        Same(string.Join(' ', known.Select(a => a.Id)), string.Join(' ', got.Take(known.Count).Select(item => item.Id)), "what she had before");
        Same(Math.Min(count - known.Count, _model.New(rater)), got.Count - known.Count, "new ones");
        foreach (var (id, pair) in got.Skip(known.Count)) _model.Lease(id, rater, pair, Now);
        Same(got.Count < count ? _model.NoneLeft(rater, got.Count) : null, (string?)reply.Json["none_left"], reply.Text);
    }

    private async Task VoteAsync(ModelAssignment held, int choice, int after)
    {
        var reply = await _raters[held.Rater].Vote(held.Id, Choices[choice], after);
        Same(_model.Vote(held, choice, after), (int)reply.Status < 300 ? null : reply.Problem, reply.Text);
        if ((int)reply.Status < 300) Same((held.Revision, held.Stand == Stand.Counted), ((int)reply["revision"]!, (bool)reply["counted"]!), reply.Text);
    }

    /// <summary>All that a researcher sees: pairs, judgments, the report and the study's number.</summary>
    private async Task CompareAsync()
    {
        var pairs = (await _study.Get("pairs")).Ok()["items"].AsArray();
        Same(Pairs, pairs.Count, "pairs");
        foreach (var pair in pairs)
        {
            var prompt = $"问题{int.Parse(((string)pair!["prompt_id"]!)[1..])}：请解释一个概念。";
            Same((_model.Count(prompt, Stand.Counted), _model.Count(prompt, Stand.Leased), _model.IsUnjudgeable(prompt)), ((int)pair["counted"]!, (int)pair["live"]!, (bool)pair["unjudgeable"]!), prompt);
        }
        var judgments = await _study.Judgments();
        var latest = judgments.GroupBy(j => (string)j["assignment"]!).Select(revisions => revisions.MaxBy(j => (int)j["revision"]!)!);
        Same(Lines(_model.Assignments.Where(a => a.Revision > 0).Select(a => $"{a.Id} {a.Revision} {Choices[a.Choice]} {a.Stand.ToString().ToLowerInvariant()}")),
            Lines(latest.Select(j => $"{j["assignment"]} {j["revision"]} {j["choice"]} {j["standing"]}")), "judgments");
        Same(_model.Assignments.Sum(a => a.Revision), judgments.Count, "revisions");
        var report = (await _study.Get("reports/preference")).Ok();
        Same((_model.Assignments.Count(a => a.Stand == Stand.Counted), _model.Sequence), (report["items"].AsArray().Sum(row => (int)row!["n"]!), (long)report["sequence"]!), "report");
    }

    private static string Lines(IEnumerable<string> lines) => new StringBuilder().AppendJoin('\n', lines.Order(StringComparer.Ordinal)).ToString();

    private static void Same<T>(T model, T service, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(model, service)) throw new InvalidOperationException($"The model says {model}, the service {service}: {what}");
    }
}
