using System.Text.Json.Nodes;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>An annotation lead and her raters, without a spreadsheet.</summary>
public sealed class RunningRaters(Browser browser)
{
    [Fact]
    public async Task A_pasted_list_becomes_links_that_work_and_a_sheet_with_a_code_for_each()
    {
        var study = await browser.OpenWith(("p1", "一", "二"));
        await using var window = await browser.Open(scheme: ColorScheme.Dark);
        await window.AddAxe();
        var page = await Open(window, study);
        await page.Locator("textarea").FillAsync("李明, 校区A, 20\n王芳\t校区B\n王芳\n=cmd, , 5");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make 3 links" }).ClickAsync();
        await Assertions.Expect(page.Locator(".invitations tr")).ToHaveCountAsync(3);
        var links = await page.Locator(".invitations code").AllInnerTextsAsync();
        var table = await page.RunAndWaitForDownloadAsync(() => page.Locator(".invitations").GetByRole(AriaRole.Button, new() { Name = "CSV" }).ClickAsync());
        var csv = await File.ReadAllTextAsync(await table.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Contains("\"'=cmd\"", csv, StringComparison.Ordinal);
        Assert.All(links, link => Assert.Contains(link, csv, StringComparison.Ordinal));

        await page.GetByRole(AriaRole.Button, new() { Name = "Print a sheet" }).ClickAsync();
        await Assertions.Expect(page.Locator(".sheet svg.qr")).ToHaveCountAsync(3);
        Assert.Equal(3, (await page.Locator(".sheet svg.qr path").EvaluateAllAsync<string[]>("all => all.map(each => each.getAttribute('d'))")).Distinct().Count());
        await window.CheckWithAxe("the sheet", ".sheet");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await page.Locator(".tabs").IsVisibleAsync());
        Assert.True(await page.Locator(".sheet li").First.IsVisibleAsync());

        var raters = (await study.Get("raters")).Ok()["items"].AsArray().ToDictionary(rater => (string)rater!["name"]!, rater => rater!);
        Assert.Equal(("校区A", 20), ((string)raters["李明"]["group"]!, (int)raters["李明"]["quota"]!));
        await using var phone = await browser.Open(360, 740, "zh-CN");
        await phone.Page.GotoAsync(links[0]);
        await phone.Ready();
        Assert.Empty(window.Complaints);
    }

    [Theory]
    [InlineData(1366, "en", ColorScheme.Light)]
    [InlineData(360, "en", ColorScheme.Dark)]
    public async Task A_rater_is_paused_changed_and_removed_and_what_she_judged_is_set_aside_with_a_reason(int width, string locale, ColorScheme scheme)
    {
        var study = await browser.OpenWith(("p1", "一", "二"), ("p2", "三", "四"));
        var rater = await study.Invite("r1");
        foreach (var pair in await rater.Assignments(2)) (await rater.Vote((string)pair["assignment"]!, "left")).Ok();
        await using var window = await browser.Open(width, 800, locale, scheme);
        await window.AddAxe();
        var page = await Open(window, study);
        var row = page.Locator("tr[data-rater=r1]");
        await row.GetByRole(AriaRole.Button).ClickAsync();
        var change = page.Locator(".change");
        await change.GetByLabel("Quota").FillAsync("7");
        await change.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("2 / 7");
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await change.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("paused");
        await change.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await change.GetByText("Her judgments are set aside").ClickAsync();
        await change.GetByLabel("Reason", new() { Exact = false }).FillAsync("clicked through");
        await window.CheckWithAxe($"raters at {width}", ".pay");
        Assert.False(await window.ScrollsSideways());
        await change.Locator("fieldset button").ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("removed");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("clicked through");
        Assert.Equal(0, (int)(await study.Get("reports/progress")).Ok()["counted"]);

        await page.GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("taken back");
        Assert.Equal(2, (int)(await study.Get("reports/progress")).Ok()["counted"]);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_rater_is_handed_what_is_held_of_her_and_forgotten_and_her_judgments_stay()
    {
        var study = await browser.OpenWith(("p1", "一", "二"), ("p2", "三", "四"));
        var rater = await study.Invite("李明");
        await study.Invite("never came");
        foreach (var pair in await rater.Assignments(2)) (await rater.Vote((string)pair["assignment"]!, "left")).Ok();
        await using var window = await browser.Open();
        await window.AddAxe();
        var page = await Open(window, study);
        await Assertions.Expect(page.Locator("tr[data-rater='never came'] .when")).ToHaveTextAsync("not yet");
        var day = (string)(await study.Get("raters")).Ok()["items"][0]!["last_judged_on"]!;
        await Assertions.Expect(page.Locator("tr[data-rater=李明] .when")).ToHaveTextAsync(day);

        await page.Locator("tr[data-rater=李明]").GetByRole(AriaRole.Button).ClickAsync();
        var change = page.Locator(".change");
        var file = await page.RunAndWaitForDownloadAsync(() => change.GetByRole(AriaRole.Link, new() { Name = "All that is held of her" }).ClickAsync());
        Assert.Equal("李明.json", file.SuggestedFilename);
        var held = JsonNode.Parse(await File.ReadAllTextAsync(await file.PathAsync(), TestContext.Current.CancellationToken))!;
        Assert.Equal(("李明", 2), ((string?)held["name"], held["judgments"]!.AsArray().Count));

        await change.GetByRole(AriaRole.Button, new() { Name = "Forget who she is" }).ClickAsync();
        await Assertions.Expect(change.Locator("fieldset")).ToContainTextAsync("2 judgments of 2 pairs asked");
        await window.CheckWithAxe("forgetting a rater", ".change fieldset");
        await change.GetByRole(AriaRole.Button, new() { Name = "Forget her for good" }).ClickAsync();
        var row = page.Locator("tr[data-rater='erased-1']");
        await Assertions.Expect(row).ToContainTextAsync("forgotten");
        await Assertions.Expect(row.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync("李明");
        Assert.Equal(2, (int)(await study.Get("reports/progress")).Ok()["counted"]);
        Assert.Empty(window.Complaints);
    }

    private static async Task<IPage> Open(Window window, TestStudy study)
    {
        await window.Page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await window.Page.Locator("h1").WaitForAsync();
        await window.Page.GotoAsync($"/console/studies/{study.Id}/raters");
        await window.Page.Locator("textarea").WaitForAsync();
        return window.Page;
    }
}
