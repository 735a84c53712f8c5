using System.IO.Compression;
using System.Text.RegularExpressions;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>The page of exports: every format the service writes, what is in the file before it is fetched, and the file itself.</summary>
public sealed class TakingFilesAway(Browser browser)
{
    [Fact]
    public async Task Every_format_says_how_many_rows_it_has_and_is_downloaded_by_a_link()
    {
        var study = await Judged();
        var refused = await study.Get("exports/none");
        var formats = ((string)refused["detail"]!).Split("The formats are: ")[1].TrimEnd('.').Split(", ");
        await using var window = await browser.Open();
        var page = await Open(window, study, "?min_votes=2");
        await page.Locator(".formats").WaitForAsync();
        Assert.Equal(formats.Append("release").Order(), (await page.Locator(".formats input").EvaluateAllAsync<string[]>("all => all.map(each => each.value)")).Order());

        foreach (var format in formats)
        {
            var counts = (await study.Get($"exports/{format}?count=true{(format.StartsWith("trl", StringComparison.Ordinal) ? "&min_votes=2" : "")}")).Ok();
            await page.Locator($".formats input[value={format}]").ClickAsync();
            await Assertions.Expect(page.Locator(".file h2")).ToHaveTextAsync(format);
            await page.Locator(".file [aria-busy=false]").WaitForAsync();
            await Assertions.Expect(page.Locator(".file .figures dd").First).ToHaveTextAsync(counts["rows"].ToString());
            foreach (var (reason, rows) in counts["left_out"].AsObject())
                await Assertions.Expect(page.Locator($"[data-reason={reason}] .number").First).ToHaveTextAsync(rows!.ToString());
        }
        await page.Locator(".formats input[value=release]").ClickAsync();
        await page.GetByLabel("Licence").FillAsync("CC BY 4.0");
        await Assertions.Expect(page.Locator(".file .figures")).ToContainTextAsync("judgments4");
        await Assertions.Expect(page.Locator(".command code")).ToContainTextAsync("--with 'license=CC BY 4.0' -o release.zip");
        var release = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        await using (var zip = await ZipFile.OpenReadAsync(await release.PathAsync(), TestContext.Current.CancellationToken)) Assert.Equal(4, zip.Entries.Count);
        await page.Locator(".formats input[value=csv]").ClickAsync();
        await Assertions.Expect(page.Locator(".command code")).ToContainTextAsync("--format csv -o csv.csv");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Download" })).ToHaveAttributeAsync("href", new Regex("/exports/csv"));
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        Assert.EndsWith(".csv", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.Equal((await study.Get("exports/csv")).Ok().Text.TrimStart('\uFEFF'), (await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken)).TrimStart('\uFEFF'));
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Axe_finds_nothing_on_the_page_of_exports()
    {
        var study = await Judged();
        await using var window = await browser.Open(360, 844, "zh-CN", ColorScheme.Dark);
        await window.AddAxe();
        await Open(window, study, "?format=trl_dpo");
        await window.CheckWithAxe("exports", ".reasons");
        Assert.Empty(window.Complaints);
    }

    private static async Task<IPage> Open(Window window, TestStudy study, string query)
    {
        await window.Page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await window.Page.Locator("h1").WaitForAsync();
        await window.Page.GotoAsync($"/console/studies/{study.Id}/export{query}");
        return window.Page;
    }

    /// <summary>Two pairs, of which the raters agree about one.</summary>
    private async Task<TestStudy> Judged()
    {
        var study = await TestStudy.CreateAsync(browser.Server);
        (await study.Import(TestStudy.Prompts(2, "m1", "m2"))).Ok();
        (await study.Import(string.Join('\n', new[] { (1, "r1", "a"), (1, "r2", "a"), (2, "r1", "a"), (2, "r2", "b") }.Select(vote =>
            TestStudy.Line(new { prompt_id = $"p{vote.Item1:000}", model_a = "m1", model_b = "m2", rater = vote.Item2, winner = vote.Item3 }))))).Ok();
        return study;
    }
}
