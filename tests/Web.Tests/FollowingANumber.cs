using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>From files to a number of the report, from the number to what it is made of, and out of the house as a figure and a table.</summary>
public sealed partial class FollowingANumber(Browser browser)
{
    private static readonly string[] Estimands = ["win_rate", "net", "win_or_tie", "win_or_good_tie", "decisive_win_rate"];

    [Fact]
    public async Task Each_number_of_the_page_is_the_apis_the_csvs_and_the_latexs()
    {
        var study = await AStudy();
        var json = (await study.Get("reports/preference?by=category&raters=simulated")).Ok();
        await using var window = await browser.Open();
        var page = await Open(window, study, "report?by=category&raters=simulated");
        await page.Locator("[data-table=slices]").WaitForAsync();
        var csv = Csv(await Take(page, "The figures in numbers” as CSV"));
        var latex = (await Take(page, "The figures in numbers” as LaTeX")).Split('\n').Where(line => line.EndsWith(" \\\\", StringComparison.Ordinal) && !line.StartsWith("Model ", StringComparison.Ordinal)).ToList();

        var rows = json["items"].AsArray().Concat(json["slices"].AsArray()).Select(row => row!).ToList();
        var shown = await page.Locator("table.report tbody tr").AllAsync();
        Assert.Equal((rows.Count, rows.Count), (shown.Count, latex.Count));
        foreach (var (row, at) in rows.Select((row, at) => (row, at)))
        {
            var slice = (string?)row["slice"]?["value"];
            Assert.Equal(((string)row["model"]!, (string)row["baseline"]!, row["slice"] is null ? null : slice ?? ""),
                (await shown[at].GetAttributeAsync("data-model"), await shown[at].GetAttributeAsync("data-baseline"), await shown[at].GetAttributeAsync("data-slice")));
            var cells = latex[at][..^3].Split(" & ");
            foreach (var (estimand, place) in Estimands.Select((estimand, place) => (estimand, place)))
            {
                var interval = row[estimand]!;
                double[] known = [.. new[] { "estimate", "lower", "upper" }.Select(end => (double?)interval[end]).OfType<double>()];
                var cell = shown[at].Locator($"[data-estimand={estimand}]");
                Assert.Equal(known, await cell.Locator("data").EvaluateAllAsync<double[]>("all => all.map(each => Number(each.value))"));
                var printed = cells[^6..][place].Replace("{[}", "[", StringComparison.Ordinal).Replace("{]}", "]", StringComparison.Ordinal).Replace("$-$", "−", StringComparison.Ordinal).Replace("---", "—", StringComparison.Ordinal);
                Assert.Equal(printed, (await cell.InnerTextAsync()).Trim());
                var line = Assert.Single(csv, line => line["model"] == (string)row["model"]! && line["baseline"] == (string)row["baseline"]! && line.GetValueOrDefault("slice_value", "") == (slice ?? "")
                    && line["part"] == (row["slice"] is null ? "items" : "slices") && line["estimand"] == estimand && line["estimand_scope"] == (string)interval["scope"]!);
                Assert.Equal(known, new[] { "estimate", "lower", "upper" }.Select(end => line[end]).Where(text => text != "").Select(text => double.Parse(text, CultureInfo.InvariantCulture)));
            }
        }
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Each_count_of_the_report_opens_as_many_judgments_down_to_one_pair_with_both_names()
    {
        var study = await AStudy();
        await using var window = await browser.Open();
        await window.AddAxe();
        var page = await Open(window, study, "report?by=category&raters=simulated");
        await page.Locator("[data-table=slices]").WaitForAsync();
        var links = await page.Locator("td[data-count] a").EvaluateAllAsync<string[][]>("all => all.map(each => [each.textContent, each.getAttribute('href')])");
        Assert.True(links.Length >= 15, $"{links.Length} counts");
        foreach (var link in links)
        {
            await page.EvaluateAsync("href => { history.pushState({}, '', href); dispatchEvent(new PopStateEvent('popstate')); }", link[1]);
            await Assertions.Expect(page.Locator("strong[data-count]")).ToHaveAttributeAsync("data-count", link[0]);
            await Assertions.Expect(page.Locator("table.judgments tbody tr")).ToHaveCountAsync(Math.Min(50, int.Parse(link[0], CultureInfo.InvariantCulture)));
        }
        await window.CheckWithAxe("the judgments of a cell", "table.judgments");
        await page.Locator("table.judgments a").First.ClickAsync();
        await page.Locator(".answers").WaitForAsync();
        Assert.Equal(["demo-a", "demo-b"], (await page.Locator(".answers h3").AllInnerTextsAsync()).Order(StringComparer.Ordinal));
        await Assertions.Expect(page.Locator("table.judgments tbody tr")).ToHaveCountAsync(2);
        await window.CheckWithAxe("a pair", ".answers");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Two_files_become_a_figure_and_a_latex_table()
    {
        // PandaLM's, or the demonstration's where they are not here.
        var (items, judgments) = Project.RealData("pandalm", "items.jsonl") is { } pandalm ? (pandalm, Project.RealData("pandalm", "judgments.jsonl")!)
            : (Path.Combine(DemoJudgments.Folder("model-scaling"), "prompts.jsonl"), Path.Combine(DemoJudgments.Folder("model-scaling"), "judgments.simulated.jsonl"));
        var study = await TestStudy.CreateAsync(browser.Server);
        await using var window = await browser.Open();
        var page = await Open(window, study, "data");
        await page.Locator("input[type=file]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        foreach (var (file, count) in new[] { (items, 1), (judgments, 2) })
        {
            await page.SetInputFilesAsync("input[type=file]", file);
            await page.Locator(".preview button.main").ClickAsync();
            await Assertions.Expect(page.Locator(".import-list tbody tr", new() { HasText = "stored" })).ToHaveCountAsync(count, new() { Timeout = 30_000 });
        }

        await page.GetByRole(AriaRole.Link, new() { Name = "Report", Exact = true }).ClickAsync();
        await page.Locator("[data-table=preference]").WaitForAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator(".chart").First.GetByRole(AriaRole.Button, new() { Name = "as SVG" }).ClickAsync());
        var svg = XDocument.Load(await download.PathAsync());
        var first = (await study.Get("reports/preference")).Ok()["items"][0]!;
        Assert.Contains((string)first["baseline"]!, svg.Root!.Value, StringComparison.Ordinal);
        Assert.Contains($"n = {first["n"]}", svg.Root.Value, StringComparison.Ordinal);
        var latex = await Take(page, "The figures in numbers” as LaTeX");
        Assert.Matches($@"{Regex.Escape((string)first["model"]!)} & {Regex.Escape((string)first["baseline"]!)} & {first["n"]} & {first["wins"]} & {first["ties"]}", latex);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_slice_becomes_a_filter_that_stands_in_the_address_and_can_be_taken_off()
    {
        var study = await AStudy();
        await using var window = await browser.Open(360, 800, "zh-CN", ColorScheme.Dark);
        await window.AddAxe();
        var page = await Open(window, study, "report?raters=simulated");
        await page.Locator("[data-table=preference]").WaitForAsync();
        await page.Locator(".filters label", new() { HasTextRegex = Slices() }).Locator("select").SelectOptionAsync("category");
        await page.Locator("[data-table=slices] button", new() { HasText = "写作" }).ClickAsync();

        await Assertions.Expect(page).ToHaveURLAsync(CategoryOnly());
        var wanted = (await study.Get("reports/preference?category=写作&raters=simulated")).Ok()["items"][0]!;
        await Assertions.Expect(page.Locator("[data-table=preference] [data-count=n]")).ToHaveTextAsync(wanted["n"]!.ToString());
        await Assertions.Expect(page.Locator(".caption").First).ToContainTextAsync("仅限：类别：写作");
        foreach (var more in await page.Locator("details.on-demand summary").AllAsync()) await more.ClickAsync();
        await page.Locator("[data-table=raters]").WaitForAsync();
        await page.Locator("[data-table=length]").WaitForAsync();
        await window.CheckWithAxe("a filtered report with everything open", "[data-table=raters]");
        Assert.False(await window.ScrollsSideways());
        await page.Locator(".chips button").ClickAsync();
        await Assertions.Expect(page.Locator("[data-table=preference] [data-count=n]")).ToHaveTextAsync("24");
        Assert.Empty(window.Complaints);
    }

    /// <summary>Two models, twelve prompts of two categories, two simulated raters, every outcome.</summary>
    private async Task<TestStudy> AStudy()
    {
        var study = await TestStudy.CreateAsync(browser.Server, overlap: 2);
        (await study.Import(TestStudy.Prompts(12, "demo-a", "demo-b"))).Ok();
        string[] winners = ["a", "b", "a", "tie", "a", "both_bad", "b"];
        (await study.Import(string.Join('\n', Enumerable.Range(0, 24).Select(i => TestStudy.Line(new
        {
            prompt_id = $"p{i / 2 + 1:000}",
            model_a = "demo-a",
            model_b = "demo-b",
            winner = winners[i * 3 % 7],
            left = i % 3 == 0 ? "a" : "b",
            rater = $"simulated:r{i % 2}",
            rater_kind = "simulated",
        }))))).Ok();
        return study;
    }

    private static async Task<IPage> Open(Window window, TestStudy study, string tab)
    {
        await window.Page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await window.Page.Locator("h1").WaitForAsync();
        await window.Page.GotoAsync($"/console/studies/{study.Id}/{tab}");
        return window.Page;
    }

    private static async Task<string> Take(IPage page, string name)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync());
        return await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
    }

    /// <summary>Only cells that hold JSON are quoted in these files.</summary>
    private static List<Dictionary<string, string>> Csv(string text)
    {
        var lines = text.TrimStart('\uFEFF').Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Quoted().Replace(line.TrimEnd('\r'), "filter").Split(',')).ToList();
        return [.. lines.Skip(1).Select(line => lines[0].Zip(line).ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    [GeneratedRegex("\"(?:[^\"]|\"\")*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("^分组")]
    private static partial Regex Slices();

    [GeneratedRegex("[?&]category=")]
    private static partial Regex CategoryOnly();
}
