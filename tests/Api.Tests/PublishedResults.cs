using System.Globalization;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Real judgments in, the published figures out.</summary>
public sealed class PublishedResults(Server shared) : IClassFixture<Server>
{
    private readonly PrefEvalServer _server = shared.Value;

    [Fact]
    public async Task PandaLM_gives_its_wins_losses_ties_and_kappas()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 3);
        var prompts = (await study.Import(await ImportingRealData.RealFile("pandalm", "items.jsonl"))).Ok();
        Assert.Equal((183, "prefeval_prompts"), ((int)prompts["prompts"]!, (string)prompts["format"]!));
        var judgments = (await study.Import(await ImportingRealData.RealFile("pandalm", "judgments.jsonl"))).Ok();
        Assert.Equal((2997, 0, 0), ((int)judgments["judgments"]!, (int)judgments["surplus"]!, (int)judgments["unchanged"]!));

        foreach (var (model, baseline, wins, losses, ties) in new[]
        {
            ("llama-7b", "bloom-7b", 72, 28, 11), ("llama-7b", "cerebras-gpt-6.7B", 80, 24, 6), ("llama-7b", "opt-7b", 71, 24, 11), ("llama-7b", "pythia-6.9b", 58, 27, 9),
            ("bloom-7b", "cerebras-gpt-6.7B", 59, 30, 11), ("bloom-7b", "opt-7b", 43, 35, 11),
        })
        {
            var row = Assert.Single((await study.Get($"reports/preference?model={model}&baseline={baseline}&unit=pair")).Ok()["items"].AsArray())!;
            Assert.Equal((wins, losses, ties, 0), ((int)row["wins"]!, (int)row["losses"]!, (int)row["ties"]!, (int)row["excluded"]!["incomplete"]!));
            Assert.Equal("not_defined_for_pairs", (string?)row["scopes"]!["raters_like_these"]!["win_rate"]!["status"]);
            Assert.InRange((double)row["scopes"]!["these_raters"]!["win_rate"]!["lower"]!, 0.3, (double)row["scopes"]!["these_raters"]!["win_rate"]!["estimate"]!);
        }

        var agreement = (await study.Get("reports/agreement")).Ok();
        Assert.Equal(999, (int)agreement["units"]!);
        Assert.Equal([.85202268, .87894381, .86166145], agreement["cohen_kappa"].AsArray().Select(c => Math.Round((double)c!["estimate"]!, 8)));
        Assert.Equal(.8642, Math.Round((double)agreement["fleiss_kappa"]["estimate"]!, 4));
    }

    [Theory]
    [InlineData("alpaca-7b")]
    [InlineData("claude")]
    [InlineData("gpt35_turbo_instruct")]
    public async Task AlpacaEval_gives_its_leaderboard_row(string model)
    {
        var published = await Published(model);
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(await ImportingRealData.RealFile("alpaca_eval", model, "annotations.json"))).Ok();

        var report = (await study.Get($"reports/preference?model={model}&baseline=text_davinci_003&scope=independent")).Ok();

        var row = Assert.Single(report["items"].AsArray())!;
        Assert.Equal("llm", (string?)report["raters"]);
        Assert.Equal((published["n_wins"], published["n_wins_base"], published["n_draws"], published["n_total"]),
            ((double)row["wins"]!, (double)row["losses"]!, (double)row["ties"]!, (double)row["n"]!));
        Assert.Equal(published["win_rate"], 100 * (double)row["win_rate"]!["estimate"]!, 1e-9);
        Assert.Equal(published["standard_error"], 100 * (double)row["win_rate"]!["se"]!, 1e-9);
    }

    [Fact]
    public async Task The_three_AlpacaEval_files_join_in_one_study_by_their_instructions()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        foreach (var model in new[] { "alpaca-7b", "claude", "gpt35_turbo_instruct" })
            (await study.Import(await ImportingRealData.RealFile("alpaca_eval", model, "annotations.json"))).Ok();

        var rows = (await study.Get("reports/preference?baseline=text_davinci_003")).Ok()["items"].AsArray();

        Assert.Equal([805, 805, 801], rows.Select(r => (int)r!["n"]!));
        Assert.Equal(["alpaca-7b", "claude", "gpt35_turbo_instruct"], rows.Select(r => (string)r!["model"]!));
    }

    [Fact]
    public async Task An_import_that_is_undone_is_in_no_report()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(2, "demo-a", "demo-b"))).Ok();
        var import = (await study.Import(TestStudy.Line(new { prompt_id = "p001", model_a = "demo-a", model_b = "demo-b", rater = "r1", winner = "a" }))).Ok();
        Assert.Equal(1, (int)(await study.Get("reports/preference")).Ok()["items"][0]!["n"]!);

        (await _server.Admin.Delete($"{study.Path}/imports/{import["import"]}")).Ok();

        Assert.Empty(await study.Judgments());
        Assert.All((await study.Get("reports/preference")).Ok()["items"].AsArray(), row => Assert.Equal(0, (int)row!["n"]!));
    }

    private static async Task<Dictionary<string, double>> Published(string model)
    {
        var lines = System.Text.Encoding.UTF8.GetString(await ImportingRealData.RealFile("alpaca_eval", "published.csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var names = lines[0].Trim().Split(',');
        var values = lines.First(line => line.StartsWith(model + ",", StringComparison.Ordinal)).Trim().Split(',');
        return names.Zip(values).Where(p => double.TryParse(p.Second, CultureInfo.InvariantCulture, out _)).ToDictionary(p => p.First, p => double.Parse(p.Second, CultureInfo.InvariantCulture));
    }
}
