using System.Text.Json.Nodes;
using System.Xml.Linq;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>The sections of the report: what they show is what the service says, and where it says nothing they say why.</summary>
public sealed class ReadingTheReport(Browser browser)
{
    [Fact]
    public async Task The_leaderboard_and_the_position_bias_are_those_of_the_api_and_figures_can_be_taken_away()
    {
        var study = await Judged((p, r) => ((p * 7 + r * 3) % 5) switch { 0 => "tie", 1 => "both_bad", 2 => "b", _ => "a" }, ["m1", "m2", "模型三"], 12, 3);
        var board = (await study.Get("reports/leaderboard?raters=simulated")).Ok();
        await using var window = await browser.Open(scheme: ColorScheme.Dark);
        var page = await Open(window, study);
        await page.Locator(".board").WaitForAsync();
        foreach (var item in board["groups"]![0]!["items"]!.AsArray())
        {
            var row = page.Locator($".board tr[data-model='{item!["model"]}']");
            foreach (var estimand in new[] { "strength", "elo", "win_rate" })
                Assert.Equal(Ends(item[estimand]!), await Shown(row.Locator($"[data-estimand={estimand}]")));
        }
        var position = (await study.Get("reports/position?raters=simulated")).Ok();
        Assert.Equal(Ends(position["left_share"]!), await Shown(page.Locator("[data-measure=left_share] td").First));

        foreach (var figure in new[] { ".chart >> nth=0", ".chart >> nth=1", ".plotted >> nth=0" })
        {
            var download = await page.RunAndWaitForDownloadAsync(() => page.Locator(figure).GetByRole(AriaRole.Button, new() { Name = "as SVG" }).ClickAsync());
            var svg = XDocument.Load(await download.PathAsync());
            Assert.Contains("n = ", svg.Root!.Value, StringComparison.Ordinal);
            Assert.DoesNotContain("var(", svg.ToString(), StringComparison.Ordinal);
            Assert.Equal("#ffffff", svg.Root.Elements().First().Attribute("fill")!.Value);
        }
        var png = await page.RunAndWaitForDownloadAsync(() => page.Locator(".plotted").First.GetByRole(AriaRole.Button, new() { Name = "as PNG" }).ClickAsync());
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], (await File.ReadAllBytesAsync(await png.PathAsync(), TestContext.Current.CancellationToken))[..4]);
        Assert.Empty(window.Complaints);
    }

    [Theory]
    [InlineData("nothing judged", "No judgment falls under what is asked here")]
    [InlineData("open, nothing judged", "No judgment falls under what is asked here", "planned judgments")]
    [InlineData("all ties", "No ranks: there are ties only")]
    [InlineData("disconnected", "2 groups that never met")]
    [InlineData("one rater", "Only one rater judged", "whether raters agree cannot be told")]
    public async Task A_design_that_allows_no_ranking_gets_a_sentence_and_no_blank_figure(string design, params string[] sentences)
    {
        var study = design switch
        {
            "nothing judged" => await Judged((_, _) => "a", ["m1", "m2"], 3, 0),
            "open, nothing judged" => await TestStudy.OpenAsync(browser.Server, 3, ["m1", "m2"]),
            "one rater" => await Judged((p, _) => p % 3 == 0 ? "tie" : p % 3 == 1 ? "a" : "b", ["m1", "m2", "m3"], 4, 1),
            "all ties" => await Judged((_, _) => "tie", ["m1", "m2"], 4, 2),
            _ => await Judged((p, r) => (p + r) % 2 == 0 ? "a" : "b", ["m1", "m2"], 6, 2, ["m3", "m4"]),
        };
        await using var window = await browser.Open();
        var page = await Open(window, study);
        foreach (var sentence in sentences) await Assertions.Expect(page.Locator("main")).ToContainTextAsync(sentence);
        foreach (var closed in await page.Locator(".on-demand > summary").AllAsync()) await closed.ClickAsync();
        await Assertions.Expect(page.Locator(".reading").GetByText("Loading…")).ToHaveCountAsync(0);
        foreach (var figure in await page.Locator("main svg[role=img]").AllAsync()) Assert.NotEqual(0, await figure.Locator("circle, rect, line.interval").CountAsync());
        Assert.DoesNotMatch("NaN|undefined|Infinity|null", await page.Locator("main").InnerTextAsync());
        if (design.EndsWith("nothing judged", StringComparison.Ordinal))
        {
            await page.Locator(".filters select").Filter(new() { HasText = "simulated" }).SelectOptionAsync("");
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Open the study and invite raters");
        }
        Assert.Empty(window.Complaints);
    }

    [Theory]
    [InlineData(1366, "en", ColorScheme.Light)]
    [InlineData(360, "zh-CN", ColorScheme.Dark)]
    public async Task Axe_finds_nothing_in_a_report_with_every_figure_and_a_cell_of_the_heat_map_opens_its_judgments(int width, string locale, ColorScheme scheme)
    {
        var study = await Judged((p, r) => ((p * 7 + r * 3) % 5) switch { 0 => "tie", 1 => "both_bad", 2 => "b", _ => "a" }, ["a-model-with-a-very-long-name-7b-chat", "m2", "名称很长很长很长的模型三号"], 6, 2);
        await using var window = await browser.Open(width, 844, locale, scheme);
        await window.AddAxe();
        var page = await Open(window, study);
        await page.Locator(".board").WaitForAsync();
        await page.Locator(".position").WaitForAsync();
        await Assertions.Expect(page.Locator(".plotted svg")).ToHaveCountAsync(2);
        await window.CheckWithAxe($"the report at {width}", ".plotted svg");
        await page.Locator(".plotted .opens").First.ClickAsync(); // a cell of the heat map
        await Assertions.Expect(page.Locator("strong[data-count]")).ToHaveAttributeAsync("data-count", "12");
        Assert.Empty(window.Complaints);
    }

    private static async Task<IPage> Open(Window window, TestStudy study)
    {
        await window.Page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await window.Page.Locator("h1").WaitForAsync();
        await window.Page.GotoAsync($"/console/studies/{study.Id}/report?raters=simulated");
        return window.Page;
    }

    /// <summary>A study whose first two models, and each next one with the first, were judged; <paramref name="apart"/> met only each other.</summary>
    private async Task<TestStudy> Judged(Func<int, int, string> verdict, string[] models, int prompts, int raters, string[]? apart = null)
    {
        var study = await TestStudy.CreateAsync(browser.Server);
        (await study.Import(TestStudy.Prompts(prompts, [.. models, .. apart ?? []]))).Ok();
        var pairs = models.SelectMany((a, at) => models.Skip(at + 1).Select(b => (a, b)));
        if (apart is not null) pairs = pairs.Append((apart[0], apart[1]));
        var lines = from pair in pairs
                    from p in Enumerable.Range(1, prompts)
                    from r in Enumerable.Range(0, raters)
                    select TestStudy.Line(new { prompt_id = $"p{p:000}", model_a = pair.a, model_b = pair.b, winner = verdict(p, r), left = p % 2 == 0 ? "a" : "b", rater = $"simulated:r{r}", rater_kind = "simulated" });
        if (raters > 0) (await study.Import(string.Join('\n', lines))).Ok();
        return study;
    }

    private static double[] Ends(JsonNode interval) => [(double)interval["estimate"]!, (double)interval["lower"]!, (double)interval["upper"]!];

    private static Task<double[]> Shown(ILocator cell) => cell.Locator("data").EvaluateAllAsync<double[]>("all => all.map(each => Number(each.value))");
}
