using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using PrefEval.Api.Platform;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The paragraph of every report: true to its numbers, the same in both languages, and fit to be printed.</summary>
public sealed partial class TheMethodsParagraph(TheMethodsParagraph.Demo demo) : IClassFixture<TheMethodsParagraph.Demo>
{
    /// <summary>The demonstrations, all of them loaded.</summary>
    public sealed class Demo : IAsyncLifetime
    {
        public PrefEvalServer Server { get; } = new(seed: "demo");

        public async ValueTask InitializeAsync() => await Server.Services.GetRequiredService<Seeds>().ExecuteTask!;

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    private static readonly string[] Questions =
    [
        "preference", "preference?unit=pair", "preference?scope=these_raters", "preference?scope=independent&confidence=0.9", "preference?by=category", "preference?by=rater", "preference?raters=human",
        "leaderboard", "leaderboard?ties=half_wins&scope=these_raters", "leaderboard?ties=rao_kupper&transitive=true", "agreement", "position", "position?scope=independent", "length", "length?scope=these_raters",
        "raters", "judges", "judges?raters=simulated", "plan", "plan?half_width=0.03",
    ];

    private readonly PrefEvalServer _server = demo.Server;

    [Fact]
    public async Task Is_fit_to_print_in_both_languages_for_the_demonstrations()
    {
        var studies = (await _server.Admin.Get("studies?limit=100")).Ok()["items"].AsArray().Where(s => ((string)s!["name"]!).StartsWith("demo-", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, studies.Count);
        foreach (var study in studies)
        {
            foreach (var question in Questions)
            {
                var report = (await _server.Admin.Get($"studies/{study!["study"]}/reports/{question}")).Ok();
                IsFitToPrint(report, question);
                Assert.True(question.Contains("raters=human", StringComparison.Ordinal) || question.StartsWith("judges", StringComparison.Ordinal) || question.StartsWith("plan", StringComparison.Ordinal) || En(report).Contains("simulated: no person made them", StringComparison.Ordinal), question);
            }
        }
    }

    /// <summary>Studies of any few judgments: none, one, ties only, one rater, one prompt, probabilities.</summary>
    [Fact]
    public async Task Says_the_same_numbers_in_both_languages_whatever_was_judged()
    {
        var judgment = Gen.Select(Gen.Int[1, 4], Gen.Int[1, 3], OneOf("a", "b", "tie", "both_bad"), OneOf("ab", "ac"), OneOf(null, "a", "b"), OneOf("human", "llm"));
        var studies = new List<(int, int, string?, string?, string?, string?)[]>();
        Gen.OneOf(judgment.Array[0, 1], judgment.Array[2, 4], judgment.Array[10, 24]).Sample(some =>
        {
            lock (studies) studies.Add([.. some.DistinctBy(j => (j.Item1, j.Item2, j.Item4))]);
        }, iter: 12, threads: 1);
        foreach (var judgments in studies)
        {
            var study = await TestStudy.OpenAsync(_server, 4, ["demo-a", "demo-b", "demo-c"], overlap: 3);
            if (judgments.Length > 0)
            {
                (await study.Import(string.Join('\n', judgments.Select(j => TestStudy.Line(new
                {
                    prompt_id = $"p00{j.Item1}", model_a = "demo-a", model_b = j.Item4 == "ab" ? "demo-b" : "demo-c", rater = $"{j.Item6}{j.Item2}", rater_kind = j.Item6, winner = j.Item3, left = j.Item5,
                }))))).Ok();
            }
            foreach (var question in Questions.Where(q => !q.Contains("raters=human", StringComparison.Ordinal) && !q.Contains("raters=simulated", StringComparison.Ordinal)))
            {
                var report = (await study.Get("reports/" + question)).Ok();
                IsFitToPrint(report, question);
                if (question == "preference") NamesItsNumbers(report);
            }
        }
    }

    [Fact]
    public async Task Names_exactly_the_numbers_of_one_comparison()
    {
        var study = await Judged(6, p => p % 3 == 0 ? "tie" : p % 2 == 0 ? "b" : "a", "r1", "r2", "r3");

        var report = (await study.Get("reports/preference")).Ok();

        NamesItsNumbers(report);
        var en = En(report);
        Assert.StartsWith("demo-a is compared with demo-b on 18 judgments of 6 prompts by 3 human raters (effectively, allowing for uneven loads, 6.0 prompts and 3.0 raters).", en, StringComparison.Ordinal);
        Assert.Contains("6 judgments are ties; such score 0.5.", en, StringComparison.Ordinal);
        Assert.Contains($"Computed at sequence number {report["sequence"]} of the study; the report has the hash {report["hash"]}, the data as of that number {report["data_hash"]}.", en, StringComparison.Ordinal);
        Assert.Contains("本报告比较 demo-a 与 demo-b，依据 18 次评判、6 个题目和 3 名真人评判员", Zh(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Speaks_of_ties_exclusions_families_claims_and_statuses_exactly_where_there_are_some()
    {
        var plain = await Judged(4, p => p % 2 == 0 ? "b" : "a", "r1", "r2");
        var en = En((await plain.Get("reports/preference")).Ok());
        foreach (var absent in new[] { " tie", "excluded", "surplus", "Holm", "claim", "cannot", "replaced", "identical", "had met the prompt", "Only judgments", "simulated", "language model", "sensitivity", "both answers bad" })
            Assert.DoesNotContain(absent, en, StringComparison.Ordinal);
        Assert.Contains("the study declares one comparison, and nothing is adjusted", en, StringComparison.Ordinal);

        (await plain.Server.Admin.Post($"{plain.Path}/judgments/exclude", new { filter = new { rater = "r2" }, reason = "too fast" })).Ok();
        en = En((await plain.Get("reports/preference")).Ok());
        Assert.Contains("4 judgments that researchers excluded, with a reason", en, StringComparison.Ordinal);
        Assert.Contains("a single rater says nothing about other raters", en, StringComparison.Ordinal);
        Assert.DoesNotContain("Tango", en, StringComparison.Ordinal); // no interval was drawn
        Assert.Contains("Tango", En((await plain.Get("reports/preference?scope=these_raters")).Ok()), StringComparison.Ordinal);

        (await plain.Change(new { analysis = new { threshold = 0.6 } })).Ok();
        en = En((await plain.Get("reports/preference?scope=these_raters")).Ok());
        Assert.Contains("sensitivity analysis", en, StringComparison.Ordinal);
        Assert.Contains("The claim that the win rate lies above 0.6", en, StringComparison.Ordinal);
        Assert.Contains("was changed after the study opened, at sequence number", En((await plain.Get("reports/preference")).Ok()), StringComparison.Ordinal);

        var three = await TestStudy.OpenAsync(_server, 2, ["demo-a", "demo-b", "demo-c"]);
        (await three.Import(string.Join('\n', new[] { "r1", "r2" }.SelectMany(r => new[] { "p001", "p002" }.Select(p => ImportingFiles.Judgment(p, "demo-a", "demo-b", r, p == "p001" ? "tie" : "a")))))).Ok();
        Assert.Contains("adjusted over all 3 comparisons of the study by Holm's method (1979)", En((await three.Get("reports/preference")).Ok()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ties_of_identical_answers_are_told_where_they_count_and_where_they_do_not()
    {
        var made = (await _server.Admin.Post("studies", new { name = "same", title = "t", question = "q", overlap = 2, design = new { kind = "round_robin" }, identical_answers = "tie" })).Ok();
        var path = $"studies/{made["study"]}";
        (await _server.Admin.Post($"{path}/imports?confirm=true", """{"prompt_id":"p1","prompt":"x","answers":{"m1":"same","m2":"same"}}""" + "\n" + """{"prompt_id":"p2","prompt":"y","answers":{"m1":"one","m2":"other"}}""")).Ok();
        (await _server.Admin.Patch(path, new { state = "open" })).Ok();
        (await _server.Admin.Post($"{path}/imports?confirm=true", ImportingFiles.Judgment("p2", "m1", "m2", "r1", "a") + "\n" + ImportingFiles.Judgment("p2", "m1", "m2", "r2", "b"))).Ok();

        var preference = (await _server.Admin.Get($"{path}/reports/preference")).Ok();

        Assert.Equal(2, (int)preference["items"][0]!["excluded"]!["identical_ties"]!);
        Assert.Contains("2 ties among the judgments were cast by nobody", En(preference), StringComparison.Ordinal);
        foreach (var report in new[] { "leaderboard", "agreement", "position", "length", "raters" })
            Assert.Contains("are counted in the preference report only", En((await _server.Admin.Get($"{path}/reports/{report}")).Ok()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_printed_below_the_table_of_the_command_line_in_the_language_that_is_asked_for()
    {
        var study = await Judged(4, p => p % 2 == 0 ? "b" : "a", "r1", "r2");
        var report = (await study.Get("reports/preference")).Ok();
        string[] server = ["--server", _server.Address.ToString(), "--key", PrefEvalServer.AdminKey];

        var en = await CommandRun.Of(["report", "--study", study.Id, .. server]);
        var zh = await CommandRun.Of(["report", "--study", study.Id, "--language", "zh", .. server]);
        var file = await CommandRun.Of(ImportingFiles.Judgment("p1", "demo-a", "demo-b", "r1", "a"), new Dictionary<string, string>(), "report", "-");

        Assert.Contains(Unwrapped(En(report)), Unwrapped(en.Output), StringComparison.Ordinal);
        Assert.Contains(Unwrapped(Zh(report)), Unwrapped(zh.Output), StringComparison.Ordinal);
        Assert.Contains(Unwrapped("The file compares demo-a with demo-b on 1 judgment of 1 prompt by 1 human rater."), Unwrapped(file.Output), StringComparison.Ordinal);

        static string Unwrapped(string text) => Space().Replace(text, "");
    }

    private static Gen<string?> OneOf(params string?[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private async Task<TestStudy> Judged(int prompts, Func<int, string> winner, params string[] raters)
    {
        var study = await TestStudy.OpenAsync(_server, prompts, ["demo-a", "demo-b"]);
        (await study.Import(string.Join('\n', Enumerable.Range(1, prompts).SelectMany(p => raters.Select(r => ImportingFiles.Judgment($"p{p:000}", "demo-a", "demo-b", r, winner(p))))))).Ok();
        return study;
    }

    private static string En(Reply report) => (string)report["methods"]["en"]!;

    private static string Zh(Reply report) => (string)report["methods"]["zh"]!;

    private static void IsFitToPrint(Reply report, string question)
    {
        var (en, zh) = (En(report), Zh(report));
        Assert.Equal(Numbers(en), Numbers(zh));
        foreach (var text in new[] { en, zh })
        {
            foreach (var hole in new[] { "NaN", "null", "  ", "()", "（）", " .", " ,", "..", "。。", "，，", "Infinity", "∞", "System.", "{", "}" })
                Assert.False(text.Contains(hole, StringComparison.Ordinal), $"{question}: '{hole}' in {text}");
        }
        Assert.True(en.EndsWith('.') && zh.EndsWith('。'), question);
        Assert.False(HalfWidth().IsMatch(zh), $"{question}: half-width punctuation or a missing space: {HalfWidth().Match(zh).Value} in {zh}");
        Assert.False(OneOfMany().IsMatch(en), $"{question}: {OneOfMany().Match(en).Value}");
        Assert.Equal(64, ((string)report["data_hash"]!).Length);
    }

    private static void NamesItsNumbers(Reply report)
    {
        var numbers = Numbers(En(report)).ToHashSet();
        var items = report["items"].AsArray().Select(i => i!).ToList();
        var judged = items.Where(i => (int)i["n"]! > 0).Select(i => i["scopes"]!["raters_like_these"]!["win_rate"]!).ToList();
        if (judged.Count == 0) return;
        foreach (var field in new[] { "prompts", "raters" })
        {
            Assert.Contains($"{judged.Min(i => (int)i[field]!)}", numbers);
            Assert.Contains($"{judged.Max(i => (int)i[field]!)}", numbers);
        }
        Assert.Contains($"{items.Sum(i => (int)i["n"]!)}", numbers);
        Assert.Equal(items.Sum(i => (int)i["ties"]!) > 0, Tie().IsMatch(En(report)));
    }

    private static IEnumerable<string> Numbers(string text) => Number().Matches(Hex().Replace(text, "")).Select(m => m.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex("[0-9a-f]{32,64}")]
    private static partial Regex Hex();

    [GeneratedRegex("[0-9]+(?:[.,][0-9]+)*")]
    private static partial Regex Number();

    /// <summary>A Latin comma, semicolon or bracket beside a Chinese character, or one that stands against a letter or figure.</summary>
    [GeneratedRegex(@"[\u4e00-\u9fff][,;:()?!]|[,;:()?!][\u4e00-\u9fff]|[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]")]
    private static partial Regex HalfWidth();

    [GeneratedRegex(@"(?<![0-9.,]|to )1 (judgments|prompts|raters|pairs|models|ties|comparisons|rows|units)\b")]
    private static partial Regex OneOfMany();

    [GeneratedRegex("is a tie|are ties")]
    private static partial Regex Tie();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
