using System.Net;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The report on language models that judge. The figures are counted by hand.</summary>
public abstract class HoldingJudgesAgainstHumans(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    /// <summary>What h1, h2 and h3 say of demo-a against demo-b, then gpt-judge; odd prompts are 问答, even ones 写作.</summary>
    private static readonly string[] Five = ["aab:a", "at:t", "bbb:a", "a:a", "tx:b"];

    [Fact]
    public async Task A_judge_stands_beside_what_humans_reach_among_themselves()
    {
        var study = await Judged(Five);

        var report = (await study.Get("reports/judges")).Ok();

        Assert.Equal(("human", 0.95), ((string)report["raters"]!, (double)report["confidence"]!));
        var rows = report["items"].AsArray();
        Assert.Equal([null, "gpt-judge"], rows.Select(row => (string?)row!["judge"]));
        var row = rows[1]!;
        Assert.Equal((5, 5, 4), ((int)row["n"]!, (int)row["pairs"]!, (int)row["compared_pairs"]!));
        Is(row["percent"]!, 0.2, 0.5, 4.0 / 11);
        Is(row["tie_discounted"]!, 0.45, 0.7, 0.5);
        Assert.Equal(1 - 110.0 / 94, (double)row["kappa_linear"]!["judge"]!["estimate"]!, 1e-12);
        Assert.Equal(1 - 60.0 / 84, (double)row["kappa_linear"]!["ceiling"]!["estimate"]!, 1e-12);
        var difference = row["percent"]!["difference"]!;
        Assert.Equal(("prompt_jackknife_tango_neff", "these_raters", 10, 4), ((string)difference["method"]!, (string)difference["scope"]!, (int)difference["n"]!, (int)difference["prompts"]!));
        Assert.True((double)difference["lower"]! < -0.3 && (double)difference["upper"]! > 0 && (double)difference["p"]! > 0.05);
        Assert.Equal(row["percent"]!.ToJsonString(), rows[0]!["percent"]!.ToJsonString()); // one judge is all of them
    }

    [Fact]
    public async Task The_two_headlines_stand_side_by_side_on_the_pairs_that_both_judged()
    {
        var study = await Judged([.. Five, "aaa:"]);

        var row = (await study.Get("reports/judges")).Ok()["win_rates"].AsArray().Single(row => (string?)row!["judge"] == "gpt-judge")!;

        Assert.Equal(("demo-a", "demo-b", 5), ((string)row["model"]!, (string)row["baseline"]!, (int)row["shared_pairs"]!));
        Assert.Equal(((2 + 1.5 + 0 + 1 + 1) + 3) / 14, (double)row["humans"]!["estimate"]!, 1e-12); // as in the preference report
        var headline = (await study.Get("reports/preference?scope=these_raters")).Ok()["items"][0]!["win_rate"]!;
        Assert.Equal(headline.ToJsonString(), row["humans"]!.ToJsonString());
        Assert.Equal(3.5 / 5, (double)row["judge_alone"]!["estimate"]!, 1e-12);
        Assert.Equal((2.0 / 3 + 0.75 + 0 + 1 + 0.5) / 5, (double)row["humans_on_shared"]!["estimate"]!, 1e-12);
        Assert.Equal(3.5 / 5 - (2.0 / 3 + 0.75 + 0 + 1 + 0.5) / 5, (double)row["difference"]!["estimate"]!, 1e-12);
        Assert.True((double)row["difference"]!["lower"]! < (double)row["difference"]!["estimate"]! && (double)row["difference"]!["upper"]! <= 1);
    }

    [Fact]
    public async Task The_focal_model_comes_first_here_too()
    {
        var study = await Judged(Five, focal: "demo-b");

        var row = (await study.Get("reports/judges")).Ok()["win_rates"][0]!;

        Assert.Equal(("demo-b", "demo-a"), ((string)row["model"]!, (string)row["baseline"]!));
        Assert.Equal(1.5 / 5, (double)row["judge_on_shared"]!["estimate"]!, 1e-12);
    }

    [Fact]
    public async Task Judges_are_told_apart_and_pooled_whole_and_in_slices()
    {
        var study = await Judged(["aab:ab", "tt:t", "aa:-b", "bb:bb"]); // the second judge: rival-judge; - : nothing said

        var report = (await study.Get("reports/judges?by=category")).Ok();

        Assert.Equal([(null, 6), ("gpt-judge", 3), ("rival-judge", 3)], report["items"].AsArray().Select(row => ((string?)row!["judge"], (int)row["n"]!)));
        var slices = report["slices"].AsArray();
        Assert.Equal([(null, "写作"), (null, "问答"), ("gpt-judge", "写作"), ("gpt-judge", "问答"), ("rival-judge", "写作"), ("rival-judge", "问答")],
            slices.Select(row => ((string?)row!["judge"], (string)row["slice"]!["value"]!)));
        // 问答 is p001 and p003: gpt-judge has 1 of 3; rival-judge 0 of 3 and 0 of 2; people 0 of 3 and, where rival-judge was, 2 of 2.
        Is(slices[3]!["percent"]!, 1 / 3.0, 0, 2 / 3.0, status: "single_prompt");
        Is(slices[5]!["percent"]!, 0, 2 / 5.0, 1 / 5.0);
        Is(slices[1]!["percent"]!, 1 / 8.0, 2 / 8.0, 3 / 8.0);
        Assert.Equal(report["items"].AsArray().Sum(row => (int)row!["n"]!), slices.Sum(row => (int)row!["n"]!));
    }

    [Fact]
    public async Task What_cannot_be_said_is_said_so()
    {
        var study = await TestStudy.OpenAsync(_server, 4, ["demo-a", "demo-b"]);
        var nobody = Assert.Single((await study.Get("reports/judges")).Ok()["items"].AsArray())!;
        Assert.Equal(("no_judgments", 0), ((string)nobody["percent"]!["judge"]!["status"]!, (int)nobody["n"]!));

        await Judge(study, [":a", ":b"]);
        var alone = (await study.Get("reports/judges")).Ok()["items"][1]!;
        Assert.Equal(("no_overlap", "no_overlap", 2), ((string)alone["percent"]!["each_human"]!["status"]!, (string)alone["percent"]!["ceiling"]!["status"]!, (int)alone["n"]!));

        await Judge(study, ["a", "a"]); // one human: agreement, and no ceiling
        var single = (await study.Get("reports/judges")).Ok()["items"][1]!;
        Assert.Equal(("ok", 0.5), ((string)single["percent"]!["each_human"]!["status"]!, (double)single["percent"]!["each_human"]!["estimate"]!));
        Assert.Equal(("no_overlap", "no_overlap"), ((string)single["percent"]!["judge"]!["status"]!, (string)single["tie_discounted"]!["difference"]!["status"]!));
        Assert.Null(single["percent"]!["difference"]!["estimate"]);
    }

    [Fact]
    public async Task A_judge_who_takes_the_left_shows_it()
    {
        var study = await TestStudy.OpenAsync(_server, 6, ["demo-a", "demo-b"]);
        (await study.Import(string.Join('\n', Enumerable.Range(1, 6).Select(p => Sided($"p00{p}", p % 2 == 0 ? "a" : "b", p % 2 == 0 ? "a" : "b"))))).Ok();

        var row = (await study.Get("reports/judges")).Ok()["items"][1]!;

        Assert.Equal((6, 6), ((int)row["left_share"]!["n"]!, (int)row["left_share"]!["hits"]!));
        Assert.Equal(1.0 / 64, (double)row["left_p"]!, 1e-12); // two-sided mid-p of 6 of 6
    }

    [Fact]
    public async Task A_filter_an_earlier_number_and_another_confidence_are_minded()
    {
        var study = await Judged(Five);
        var before = (long)(await study.Get("reports/judges")).Ok()["sequence"]!;
        await Judge(study, ["", "", "", "", "", "aa:b"]);

        var filtered = (await study.Get("reports/judges?category=问答")).Ok();
        var then = (await study.Get($"reports/judges?at={before}&confidence=0.8")).Ok();

        Assert.Equal(3, (int)filtered["items"][1]!["n"]!); // p001, p003, p005
        Assert.Equal((5, 0.8), ((int)then["items"][1]!["n"]!, (double)then["items"][1]!["percent"]!["judge"]!["confidence"]!));
        var known = await _server.Admin.Get($"{study.Path}/reports/judges", ("If-None-Match", (await study.Get("reports/judges")).Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.NotModified, known.Status);
    }

    [Theory]
    [InlineData("by=model:size", "by")]
    [InlineData("by=rater", "by")]
    [InlineData("raters=llm", "raters")]
    [InlineData("confidence=1.2", "confidence")]
    [InlineData("category=无", "category")]
    [InlineData("scope=independent", "scope")]
    public async Task A_wrong_question_is_answered_with_the_field(string question, string field)
    {
        var study = await Judged(Five);
        var refused = await study.Get("reports/judges?" + question);
        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, (string)refused["errors"][0]!["field"]!));
    }

    [Fact]
    public async Task Nobody_but_researchers_reads_it()
    {
        var study = await Judged(Five);
        var rater = await study.Invite("reader");
        Assert.Equal(HttpStatusCode.Forbidden, (await rater.Api.Get($"{study.Path}/reports/judges")).Status);
    }

    private static void Is(JsonNode measure, double judge, double ceiling, double eachHuman, string status = "ok")
    {
        Assert.Equal(judge, (double)measure["judge"]!["estimate"]!, 1e-12);
        Assert.Equal(ceiling, (double)measure["ceiling"]!["estimate"]!, 1e-12);
        Assert.Equal(judge - ceiling, (double)measure["difference"]!["estimate"]!, 1e-12);
        Assert.Equal(eachHuman, (double)measure["each_human"]!["estimate"]!, 1e-12);
        Assert.Equal(status, (string)measure["difference"]!["status"]!);
    }

    private async Task<TestStudy> Judged(string[] prompts, string? focal = null)
    {
        var study = await TestStudy.OpenAsync(_server, Math.Max(6, prompts.Length), ["demo-a", "demo-b"], design: focal is null ? null : new { kind = "focal", focal });
        await Judge(study, prompts);
        return study;
    }

    /// <summary>By prompt: the verdicts of h1, h2, ... and behind the colon those of gpt-judge and rival-judge. x: both bad; -: none.</summary>
    private static async Task Judge(TestStudy study, string[] prompts)
    {
        var lines = from prompt in prompts.Select((votes, at) => (Id: $"p{at + 1:000}", Sides: votes.Split(':')))
                    from side in prompt.Sides.Select((votes, at) => (Votes: votes, IsJudge: at == 1))
                    from vote in side.Votes.Select((said, at) => (Said: said, Rater: side.IsJudge ? (at == 0 ? "gpt-judge" : "rival-judge") : $"h{at + 1}"))
                    where vote.Said != '-'
                    select ImportingFiles.Judgment(prompt.Id, "demo-a", "demo-b", vote.Rater, vote.Said switch { 't' => "tie", 'x' => "both_bad", var winner => $"{winner}" }, side.IsJudge ? "llm" : "human");
        (await study.Import(string.Join('\n', lines))).Ok();
    }

    private static string Sided(string prompt, string left, string winner) =>
        TestStudy.Line(new { prompt_id = prompt, model_a = "demo-a", model_b = "demo-b", rater = "gpt-judge", rater_kind = "llm", left, winner });

    public sealed class OnSQLite(Server shared) : HoldingJudgesAgainstHumans(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : HoldingJudgesAgainstHumans(shared.Value), IClassFixture<PostgresServer>;
}
