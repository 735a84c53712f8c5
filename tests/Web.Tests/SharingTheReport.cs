using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>A link to the report: made by a researcher, opened by somebody without an account, and ended.</summary>
public sealed class SharingTheReport(Browser browser)
{
    private const string Rater = "王小明";
    private static readonly string[] Models = ["focal-model", "名称很长很长很长的模型二号"];

    /// <summary>She sits at a desk, and they open it on a phone.</summary>
    [Fact]
    public async Task From_a_running_study_to_a_link_that_opens_anywhere_and_dies_on_revocation()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 6, Models, overlap: 2);
        var rater = await study.Invite(Rater);
        await Vote(rater, 4);
        await using var hers = await browser.Open();
        await hers.AddAxe();
        var page = hers.Page;
        await page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await page.Locator("h1").WaitForAsync();
        await page.GotoAsync($"/console/studies/{study.Id}/report");
        await page.Locator(".sharing > summary").ClickAsync();
        await page.Locator(".sharing input:not([type])").FillAsync("reviewers");
        await page.Locator(".sharing button.main").ClickAsync();
        var link = await page.Locator(".made code").InnerTextAsync();
        await hers.CheckWithAxe("sharing", ".sharing tbody tr");
        Assert.Empty(hers.Complaints);

        await Vote(rater, 2); // the link stays as of when it was made
        await using var theirs = await browser.Open(360, 844, "zh-CN", ColorScheme.Dark);
        await theirs.AddAxe();
        theirs.RememberEverything();
        var shown = theirs.Page;
        await shown.GotoAsync(link);
        await shown.Locator(".position").WaitForAsync();
        Assert.DoesNotContain("#", shown.Url);
        await Assertions.Expect(shown.Locator("h1")).ToContainTextAsync("cqia-vs-baselines");
        var at = (await study.Get("shares")).Ok()["items"][0]!["at"]!.ToString();
        await Assertions.Expect(shown.Locator(".read-only")).ToContainTextAsync(at);
        await Assertions.Expect(shown.Locator("nav.tabs, nav a, .sharing")).ToHaveCountAsync(0);
        await Assertions.Expect(shown.Locator("main a:not([download])")).ToHaveCountAsync(0);
        var file = await shown.RunAndWaitForDownloadAsync(() => shown.Locator("main a[download][href*='/preference?'][href*='format=csv']").First.ClickAsync());
        Assert.Contains(Models[0], await File.ReadAllTextAsync(await file.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await theirs.CheckWithAxe("a shared report", ".board");
        Assert.DoesNotContain(Rater, await theirs.EverythingSeen(), StringComparison.Ordinal);
        Assert.Empty(theirs.Complaints);
        await shown.ReloadAsync();
        await shown.Locator(".board").WaitForAsync();

        await page.ReloadAsync();
        await page.Locator(".sharing > summary").ClickAsync();
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.Locator(".sharing td button").ClickAsync();
        await Assertions.Expect(page.Locator(".sharing td button")).ToHaveCountAsync(0);
        await shown.Locator(".filters select:has(option[value=independent])").SelectOptionAsync("independent"); // an open page dies with its next question
        await Assertions.Expect(shown.Locator(".position, .board, .filters")).ToHaveCountAsync(0);
        await theirs.CheckWithAxe("a dead link", "main.narrow h1");
        await shown.GotoAsync("about:blank");
        await shown.GotoAsync(link);
        await shown.Locator("main.narrow h1").WaitForAsync();
    }

    /// <summary>The researcher opens her own link: the page shows what others see, and her session stays hers.</summary>
    [Fact]
    public async Task Who_is_signed_in_sees_a_share_as_others_do_and_stays_signed_in()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, Models, overlap: 1);
        await Vote(await study.Invite(Rater), 3);
        var model = (await study.Get("models")).Ok()["items"][0]!["model"];
        (await browser.Server.Admin.Patch($"{study.Path}/models/{model}", new { attributes = new { size = "7B" } })).Ok();
        var share = (await browser.Server.Admin.Post($"{study.Path}/shares", new { at = 1 })).Ok();
        await using var window = await browser.Open();
        var page = window.Page;
        await page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await page.Locator("h1").WaitForAsync();
        await page.GotoAsync((string)share["link"]!);
        await page.Locator(".read-only").WaitForAsync();
        await Assertions.Expect(page.Locator(".read-only")).ToContainTextAsync("no. 1");
        await Assertions.Expect(page.Locator(".caption").First).ToContainTextAsync("1");
        await page.Locator(".filters select").First.SelectOptionAsync(Models[1]);
        await Assertions.Expect(page.Locator("table[data-table=preference] tbody tr")).ToHaveAttributeAsync("data-model", Models[1]);
        await Assertions.Expect(page.Locator(".filters select").Nth(1).Locator("option")).ToHaveTextAsync(["any", .. Models.Order(StringComparer.Ordinal)]);
        await Assertions.Expect(page.Locator(".filters option[value='model:size']")).ToHaveCountAsync(1);
        await page.GotoAsync($"/console/studies/{study.Id}/report");
        await page.Locator(".sharing").WaitForAsync();
        Assert.Empty(window.Complaints);
    }

    private static async Task Vote(TestRater rater, int pairs)
    {
        for (var done = 0; done < pairs;)
            foreach (var assignment in await rater.Assignments(Math.Min(3, pairs - done)))
                (await rater.Vote((string)assignment["assignment"]!, done++ % 3 == 0 ? "tie" : "left")).Ok();
    }
}
