using System.Text.RegularExpressions;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>The steps from a name to an open study: each has an address, each is kept by the server.</summary>
public sealed partial class SettingUp(Browser browser)
{
    [Fact]
    public async Task From_a_wide_workbook_to_an_open_study_step_by_step_and_every_step_outlives_a_reload()
    {
        await using var window = await browser.Open();
        var page = window.Page;
        await page.GotoAsync("/console/new#" + PrefEvalServer.AdminKey);
        await page.GetByLabel("Name").FillAsync("from-a-workbook");
        await page.GetByLabel("Title").FillAsync("Answers compared");
        await page.GetByLabel("Guidelines").FillAsync("**Correct** first.");
        await page.GetByLabel("also “both bad”").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the draft" }).ClickAsync();

        await Step(page, "Models and answers");
        await Assertions.Expect(page.Locator(".missing-part")).ToContainTextAsync("at least two models");
        await Importing.Choose(page, "outputs.xlsx", Importing.Workbook(["prompt", "new-model", "old-model"], ["What is entropy?", "A **measure**.", "No idea."], ["What is beauty?", "Taste.", "Hard to say."]));
        await page.Locator(".preview").GetByRole(AriaRole.Button, new() { Name = "Store it" }).ClickAsync();
        await Assertions.Expect(page.Locator(".known")).ToContainTextAsync("new-model");
        await page.GetByRole(AriaRole.Link, new() { Name = "Go on" }).ClickAsync();

        await Step(page, "Comparisons");
        await page.GetByLabel("One model against each other").CheckAsync();
        await page.GetByLabel("The one model").SelectOptionAsync("new-model");
        await page.GetByLabel("Raters for each pair").FillAsync("2");
        await page.GetByRole(AriaRole.Link, new() { Name = "Analysis plan" }).ClickAsync(); // leaving by a link saves as well

        await Step(page, "Analysis plan");
        await page.GetByLabel("Net wins").CheckAsync();
        await page.GetByLabel("Confidence, %").FillAsync("90");
        await page.GetByLabel("only these").CheckAsync();
        await Continue(page);
        await Assertions.Expect(page.Locator(".field-error")).ToContainTextAsync("Declare 1 to 1,000 comparisons");
        await page.Locator(".members input").CheckAsync();
        await Continue(page);

        await Step(page, "Raters");
        await Assertions.Expect(page.Locator("#step-title")).ToBeFocusedAsync(); // whoever goes by keyboard goes on from here
        await page.GetByLabel("Most of the study that one rater may do").FillAsync("60");
        await Continue(page);

        await Step(page, "Review and open");
        await page.ReloadAsync();
        await Step(page, "Review and open");
        await Assertions.Expect(page.Locator("table.plan tbody tr")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Screen preview" }).ClickAsync();
        await page.Locator(".screen .side strong").WaitForAsync();
        var seen = await page.Locator(".screen").InnerTextAsync();
        Assert.DoesNotContain("-model", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Both bad", seen, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "Review and open" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the study" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).WaitForAsync();

        var id = new Uri(page.Url).AbsolutePath.Split('/')[3];
        var study = (await browser.Server.Admin.Get("/api/v1/studies/" + id)).Ok();
        Assert.Equal("""open|{"kind":"focal","focal":"new-model","sample":null}|2|net|0.9|new-model|0.6|False""", string.Join('|',
            study["state"], study["design"].ToJsonString(), study["overlap"]["base"], study["analysis"]["estimand"], study["analysis"]["confidence"],
            study["analysis"]["family"]![0]!["model"], study["max_share"], (bool)study["allow_both_bad"]));
        Assert.All(window.Complaints, each => Assert.Contains("400", each, StringComparison.Ordinal)); // the family that was refused
    }

    [Fact]
    public async Task A_study_with_one_model_says_what_is_missing_and_where_to_mend_it()
    {
        var study = await TestStudy.CreateAsync(browser.Server);
        (await study.Import(TestStudy.Prompts(2, "only-model"))).Ok();
        await using var window = await browser.Open();
        var page = await Enter(window, study, "review");
        await Assertions.Expect(page.Locator("ul.missing-part")).ToContainTextAsync("one model only");
        Assert.DoesNotMatch("NaN|undefined|null", await page.Locator("main").InnerTextAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the study" }).ClickAsync();
        await Assertions.Expect(page.Locator(".problem")).ToContainTextAsync("fewer than two models");
        await page.GetByRole(AriaRole.Link, new() { Name = "Mend it in “Models and answers”" }).ClickAsync();
        await Step(page, "Models and answers");
        await page.GetByRole(AriaRole.Link, new() { Name = "Screen preview" }).ClickAsync();
        await Assertions.Expect(page.Locator(".missing-part")).ToContainTextAsync("nothing to show yet");
        Assert.All(window.Complaints, each => Assert.Contains("409", each, StringComparison.Ordinal)); // the opening that was refused, and no preview that is not there
    }

    [Fact]
    public async Task A_step_is_saved_before_any_link_leads_away_and_asked_about_where_it_cannot_be()
    {
        var study = await TestStudy.CreateAsync(browser.Server);
        await using var window = await browser.Open();
        var page = await Enter(window, study, "design");
        await page.GetByLabel("Raters for each pair").FillAsync("4");
        await page.GetByRole(AriaRole.Link, new() { Name = "Planner" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(Plan());
        Assert.Equal(4, (int)(await study.Get("")).Ok()["overlap"]["base"]!);

        page = await Enter(window, study, "design");
        await page.GetByLabel("Raters for each pair").FillAsync("");
        var asked = new List<string>();
        var closing = new TaskCompletionSource();
        page.Dialog += (_, dialog) =>
        {
            asked.Add(dialog.Type);
            _ = asked.Count < 3 ? dialog.DismissAsync() : dialog.AcceptAsync();
            if (dialog.Type == "beforeunload") closing.SetResult();
        };
        await page.Locator("a.brand").ClickAsync();
        await Step(page, "Comparisons");
        await page.EvaluateAsync("() => location.reload()");
        await closing.Task.WaitAsync(TimeSpan.FromSeconds(40), TestContext.Current.CancellationToken);
        await page.Locator("a.brand").ClickAsync();
        await page.Locator("table.studies").WaitForAsync();
        Assert.Equal(["confirm", "beforeunload", "confirm"], asked);
        Assert.Equal(4, (int)(await study.Get("")).Ok()["overlap"]["base"]!);
        Assert.Empty(window.Complaints);
    }

    [Theory]
    [InlineData(1366, "en", ColorScheme.Dark, "question data analysis preview")]
    [InlineData(360, "zh-CN", ColorScheme.Light, "design preview raters review")]
    public async Task Axe_finds_nothing_on_any_step(int width, string locale, ColorScheme scheme, string steps)
    {
        var study = await TestStudy.CreateAsync(browser.Server);
        (await study.Import(TestStudy.Prompts(3, "model-one", "model-two"))).Ok();
        await using var window = await browser.Open(width, 800, locale, scheme);
        await window.AddAxe();
        var page = await Enter(window, study, "question");
        foreach (var step in steps.Split(' '))
        {
            await page.Locator($".steps a[href$='/{step}']").ClickAsync();
            await window.CheckWithAxe($"{step} at {width}", step switch { "data" => ".import-list td", "preview" => ".screen .side .text", "review" => "table.plan", _ => "form.step" });
        }
        Assert.Empty(window.Complaints);
    }

    private static async Task<IPage> Enter(Window window, TestStudy study, string step)
    {
        await window.Page.GotoAsync($"/console/studies/{study.Id}/setup/{step}#{PrefEvalServer.AdminKey}");
        await window.Page.Locator(".steps").WaitForAsync();
        return window.Page;
    }

    private static Task Step(IPage page, string title) => Assertions.Expect(page.Locator("#step-title")).ToHaveTextAsync(title);

    private static Task Continue(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Save and go on" }).ClickAsync();

    [GeneratedRegex("/plan$")]
    private static partial Regex Plan();
}
