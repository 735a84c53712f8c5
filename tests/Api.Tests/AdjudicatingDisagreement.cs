using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Pairs whose raters disagree are decided blind; that reaches training data and releases, and no report.</summary>
public abstract class AdjudicatingDisagreement(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    [Fact]
    public async Task Pairs_without_a_majority_come_first_and_those_that_are_agreed_about_are_not_there()
    {
        var study = await Judged("aab", "abt", "aaa", "tbt", "aat", "tbx"); // x: both bad, which is a tie against the others
        var all = (await study.Get("disagreements")).Ok();
        Assert.Equal([("p002", "0.667", false), ("p001", "0.667", true), ("p004", "0.333", true), ("p005", "0.333", true), ("p006", "0.333", true)],
            all["items"].AsArray().Select(item => ((string)item!["prompt_id"]!, ((double)item["disagreement"]!).ToString("F3"), (bool)item["majority"]!))
                .Select((item, place) => (place, item)).OrderBy(each => each.place < 2 ? "" : each.item.Item1).Select(each => each.item)); // equal ones come in any order
        Assert.Equal((5, 0, 0), ((int)all["open"], (int)all["undecided"], (int)all["decided"]));
        Assert.StartsWith("问题2", (string)all["items"][0]!["prompt"]!, StringComparison.Ordinal);

        var paged = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await study.Get("disagreements?limit=2" + (cursor == "" ? "" : "&cursor=" + cursor))).Ok().Json;
            paged.AddRange(page["items"]!.AsArray().Select(item => (string)item!["prompt_id"]!));
            cursor = (string?)page["next_cursor"];
        }
        Assert.Equal(all["items"].AsArray().Select(item => (string)item!["prompt_id"]!), paged);
        Assert.Equal(["p001", "p005"], (await study.Get("disagreements?category=问答")).Ok()["items"].AsArray().Select(item => (string)item!["prompt_id"]!));
        var wrong = await study.Get("disagreements?state=new&raters=dogs");
        Assert.Equal(["raters", "state"], wrong["errors"].AsArray().Select(error => (string)error!["field"]!).Order());
    }

    [Fact]
    public async Task A_pair_shows_no_model_and_no_vote_before_it_is_decided_and_stands_on_the_same_sides_again()
    {
        var study = await Judged([.. Enumerable.Repeat("abt", 16)]);
        var sides = new HashSet<string>();
        foreach (var item in (await study.Get("disagreements")).Ok()["items"].AsArray())
        {
            Assert.DoesNotContain("demo-", item!.ToJsonString(), StringComparison.Ordinal);
            var path = "disagreements/" + item["pair"];
            var seen = (await study.Get(path)).Ok();
            Assert.DoesNotContain("demo-", seen.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("votes", seen.Text, StringComparison.Ordinal);
            Assert.Null(seen.Json["revealed"]);
            Assert.Equal(seen.Text, (await study.Get(path)).Text);

            var left = (string)seen["left"][0]!["content"]!;
            var undecided = (await Decide(study, item["pair"]!, "undecided", "难说")).Ok();
            Assert.Null(undecided.Json["revealed"]);
            var decided = (await Decide(study, item["pair"]!, "left")).Ok();
            Assert.Equal(left, (string)decided["left"][0]!["content"]!);
            var model = (string)decided["revealed"]["left_model"]!;
            Assert.Equal(model, ModelOf(left, (string)item["prompt_id"]!));
            Assert.Equal((1, 1, 1), ((int)decided["revealed"]["left_votes"]!, (int)decided["revealed"]["right_votes"]!, (int)decided["revealed"]["ties"]!));
            sides.Add(model);
        }
        Assert.Equal(2, sides.Count); // of sixteen pairs, a stands left in some and b in others
    }

    [Fact]
    public async Task Every_version_is_kept_with_who_decided_and_whether_blind_and_a_decision_on_an_older_one_is_refused()
    {
        var study = await Judged("abt");
        var pair = (await study.Get("disagreements")).Ok()["items"][0]!["pair"]!;
        var first = (await Decide(study, pair, "left", "左边有出处", after: 0)).Ok();
        var before = await Sequence(study);
        Assert.Equal(1, (int)(await Decide(study, pair, "left", "左边有出处", after: 0)).Ok()["revision"]); // said again: nothing new
        Assert.Equal(before, await Sequence(study));
        var late = await Decide(study, pair, "right", after: 0);
        Assert.Equal((HttpStatusCode.Conflict, "judgment-changed"), (late.Status, late.Problem));
        var second = (await Decide(study, pair, "tie", after: 1)).Ok();

        Assert.Equal([("left", "左边有出处", true), ("tie", null, false)], second["versions"].AsArray().Select(v => ((string)v!["choice"]!, (string?)v["note"], (bool)v["blind"]!)));
        Assert.All(second["versions"].AsArray(), version => Assert.Equal("admin", (string)version!["account"]!));
        Assert.Equal((int)first["versions"][0]!["sequence"]! + 1, (int)second["versions"][1]!["sequence"]!);
        Assert.Equal(["p001"], (await study.Get("disagreements?state=decided")).Ok()["items"].AsArray().Select(item => (string)item!["prompt_id"]!));
        Assert.Empty((await study.Get("disagreements")).Ok()["items"].AsArray());
        Assert.Equal(3, (await study.Get("audit")).Ok()["items"].AsArray().Count(entry => (string)entry!["operation"]! == "putAdjudication")); // the one that said the same is one
        var lines = (await study.Get("log")).Ok().Text.Split('\n').Where(line => line.Contains("\"adjudication\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(["tie"], lines.Select(line => (string?)JsonNode.Parse(line)!["winner"]).Skip(1));

        Assert.Equal("choice", (string)(await study.Server.Admin.Put($"{study.Path}/disagreements/{pair}", new { note = "x" }))["errors"][0]!["field"]!);
        (await study.Change(new { allow_both_bad = false })).Ok();
        Assert.Equal("choice", (string)(await Decide(study, pair, "both_bad"))["errors"][0]!["field"]!); // what raters cannot say, nobody says for them
        Assert.Equal(HttpStatusCode.NotFound, (await Decide(study, "AAAAAAAAAAAAAAAAAAAAAA", "left")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await (await Judged("abt")).Get("disagreements/" + pair)).Status); // of another study
    }

    [Fact]
    public async Task No_report_changes_and_training_data_changes_only_where_the_votes_have_no_majority()
    {
        var study = await Judged("aab", "abt", "abt", "abt", "ab", "abt");
        string[] reports = ["preference", "preference?unit=pair", "leaderboard", "agreement"];
        var before = new List<string>();
        foreach (var report in reports) before.Add(Figures((await study.Get("reports/" + report)).Ok().Json));
        var (at, votesOnly) = (await Sequence(study), (await study.Get("exports/trl_dpo")).Ok().Text);
        Assert.Single(Rows(votesOnly));

        await DecideFor(study, "p001", "b"); // two of three say a: a majority is not overruled
        await DecideFor(study, "p002", "b");
        await DecideFor(study, "p003", "tie");
        await DecideFor(study, "p004", "undecided");
        await DecideFor(study, "p005", "a");

        foreach (var (report, was) in reports.Zip(before)) Assert.Equal(was, Figures((await study.Get("reports/" + report)).Ok().Json));
        var rows = Rows((await study.Get("exports/trl_dpo")).Ok().Text);
        Assert.Equal([("p001", "demo-a", false), ("p002", "demo-b", true), ("p005", "demo-a", true)], rows.Select(row => (Prompt(row), ModelOf((string)row["chosen"]!, Prompt(row)), (bool)row["adjudicated"]!)));
        Assert.Equal(0, (double)rows[1]["margin"]!);
        var counts = (await study.Get("exports/trl_dpo?count=true")).Ok()["left_out"];
        Assert.Equal((1, 2), ((int)counts["adjudicated_tie"]!, (int)counts["no_majority"]!));
        Assert.Equal(votesOnly, (await study.Get("exports/trl_dpo?adjudicated=false")).Ok().Text);
        Assert.Equal(votesOnly, (await study.Get($"exports/trl_dpo?at={at}")).Ok().Text);
        Assert.Single(Rows((await study.Get("exports/trl_dpo?min_margin=0.1")).Ok().Text)); // the votes on the others are not that clear

        var single = Rows((await study.Get("exports/trl_kto")).Ok().Text);
        Assert.Equal([("p001", 2), ("p002", 2), ("p005", 2)], single.GroupBy(Prompt).Select(group => (group.Key, group.Count())));
        Assert.True((bool)single.Single(row => Prompt(row) == "p002" && ModelOf((string)row["completion"]!, "p002") == "demo-b")["label"]!);
        Assert.Equal(2, Rows((await study.Get("exports/trl_kto?adjudicated=false")).Ok().Text).Count);

        Assert.Equal([("p002", "b"), ("p003", "tie"), ("p005", "a")], Rows((await Released(study, ""))["adjudications.jsonl"]).Select(row => ((string)row["prompt_id"]!, (string)row["winner"]!)));
        Assert.DoesNotContain("adjudications.jsonl", (await Released(study, "?adjudicated=false")).Keys);
        Assert.Equal(3, (int)(await study.Get("exports/release?count=true")).Ok()["adjudications"]);
        Assert.DoesNotContain("机密的备注", string.Concat((await Released(study, "")).Values), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_an_answer_is_replaced_the_pair_is_open_again_and_blind()
    {
        var study = await Judged("abt");
        var pair = await DecideFor(study, "p001", "a");
        var seen = (long)(await study.Get("disagreements/" + pair)).Ok()["sequence"];
        (await _server.Admin.Upload($"{study.Path}/imports?confirm=true&on_change=replace", System.Text.Encoding.UTF8.GetBytes(
            TestStudy.Prompts(1, "demo-a", "demo-b").Replace("回答，", "新的回答，", StringComparison.Ordinal)))).Ok();
        Assert.Empty(Rows((await study.Get("exports/trl_dpo")).Ok().Text));

        foreach (var rater in new[] { ("r7", "a"), ("r8", "b") })
            (await study.Import(TestStudy.Line(new { prompt_id = "p001", model_a = "demo-a", model_b = "demo-b", rater = rater.Item1, winner = rater.Item2 }))).Ok();
        Assert.Equal("open", (string)(await study.Get("disagreements")).Ok()["items"][0]!["state"]!);
        var again = (await study.Get("disagreements/" + pair)).Ok();
        Assert.Null(again.Json["revealed"]);
        Assert.Contains("新的", (string)again["left"][0]!["content"]!, StringComparison.Ordinal);
        var late = await _server.Admin.Put($"{study.Path}/disagreements/{pair}", new { choice = "right", after = 1, sequence = seen });
        Assert.Equal(("judgment-changed", "sequence"), (late.Problem, (string)late["errors"][0]!["field"]!)); // she had the old answer before her
        (await _server.Admin.Put($"{study.Path}/disagreements/{pair}", new { choice = "left", after = 1, sequence = (long)again["sequence"] })).Ok();
        Assert.Single(Rows((await study.Get("exports/trl_dpo")).Ok().Text));
    }

    /// <summary>A study of one pair a prompt; each text says what its raters said: a, b, t (tie), x (both bad).</summary>
    private async Task<TestStudy> Judged(params string[] votes)
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(votes.Length, "demo-a", "demo-b"))).Ok();
        (await study.Import(string.Join('\n', votes.SelectMany((all, p) => all.Select((vote, r) => TestStudy.Line(new
        {
            prompt_id = $"p{p + 1:000}",
            model_a = "demo-a",
            model_b = "demo-b",
            rater = $"r{r}",
            winner = vote switch { 't' => "tie", 'x' => "both_bad", _ => vote.ToString() },
        })))))).Ok();
        return study;
    }

    private static Task<Reply> Decide(TestStudy study, object pair, string choice, string? note = null, int? after = null) =>
        study.Server.Admin.Put($"{study.Path}/disagreements/{pair}", new { choice, note, after });

    /// <summary>Decides the pair of a prompt for a model (a or b), or as a tie or undecided.</summary>
    private static async Task<string> DecideFor(TestStudy study, string prompt, string winner)
    {
        var pair = (string)(await study.Get("disagreements?state=all")).Ok()["items"].AsArray().Single(item => (string)item!["prompt_id"]! == prompt)!["pair"]!;
        var left = ModelOf((string)(await study.Get("disagreements/" + pair)).Ok()["left"][0]!["content"]!, prompt);
        (await Decide(study, pair, winner is "tie" or "undecided" ? winner : left == "demo-" + winner ? "left" : "right", "机密的备注")).Ok();
        return pair;
    }

    /// <summary>Whose a text of TestStudy.Prompts is: of the first model "...之1" for odd prompts, "...之0" for even ones.</summary>
    private static string ModelOf(string answer, string prompt) =>
        (int.Parse(prompt[1..]) % 2 == 1) == answer.EndsWith("之1。", StringComparison.Ordinal) ? "demo-a" : "demo-b";

    private static string Prompt(JsonNode row) => $"p{int.Parse(((string)row["prompt"]!)["问题".Length..].Split('：')[0]):000}";

    private static async Task<long> Sequence(TestStudy study) => (long)(await study.Server.Admin.Get(study.Path)).Ok()["sequence"];

    private static async Task<Dictionary<string, string>> Released(TestStudy study, string query)
    {
        using var zip = new ZipArchive(new MemoryStream((await study.Server.Admin.Download($"{study.Path}/exports/release{query}")).Body));
        return zip.Entries.ToDictionary(entry => entry.FullName, entry => new StreamReader(entry.Open()).ReadToEnd());
    }

    /// <summary>A report without what names its number.</summary>
    private static string Figures(JsonNode report)
    {
        foreach (var field in new[] { "sequence", "hash", "data_hash", "methods" }) report.AsObject().Remove(field);
        return report.ToJsonString();
    }

    private static List<JsonNode> Rows(string file) => [.. file.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    public sealed class OnSQLite(Server shared) : AdjudicatingDisagreement(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : AdjudicatingDisagreement(shared.Value), IClassFixture<PostgresServer>;
}
