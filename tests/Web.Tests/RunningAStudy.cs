using System.Globalization;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>The planner, the progress, the settings and the list of studies.</summary>
public sealed class RunningAStudy(Browser browser)
{
    [Fact]
    public async Task The_planner_says_the_numbers_of_the_api_the_floor_and_a_refusal_at_its_field()
    {
        var study = await TestStudy.CreateAsync(browser.Server, overlap: 2);
        (await study.Import(TestStudy.Prompts(40, "model-one", "model-two"))).Ok();
        await using var window = await browser.Open();
        var page = await Enter(window, study, "plan", ".answer");

        await page.GetByLabel("Half-width wanted").FillAsync("8");
        await page.GetByLabel("Raters", new() { Exact = true }).FillAsync("12");
        await page.Keyboard.PressAsync("Enter");
        var row = (await study.Get("reports/plan?half_width=.08&raters=12")).Ok()["items"][0]!;
        var wanted = row["for_half_width"]!;
        await Assertions.Expect(page.Locator(".answer .lead").First).ToHaveTextAsync($"For ±8: {wanted["prompts"]} prompts, 12 raters, {wanted["judgments"]} judgments (2 a pair).");
        await Assertions.Expect(page.Locator(".answer")).ToContainTextAsync($"below ±{(double)row["floor_half_width"]! * 100:F1} with 12 raters");
        Assert.Contains("half_width=8", page.Url, StringComparison.Ordinal);

        await page.GetByLabel("Half-width wanted").FillAsync("1"); // below the floor
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".answer .lead").First).ToContainTextAsync("no number of prompts is enough");
        await page.GetByLabel("Raters for each pair").FillAsync("20");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".field:has(input[name=raters]) .field-error")).ToContainTextAsync("A number from 20");
        Assert.All(window.Complaints, each => Assert.Contains("400", each, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_study_under_way_shows_its_pace_its_live_interval_and_its_waves()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 41, ["model-one", "model-two"], overlap: 1);
        var rater = await study.Invite("r1");
        foreach (var item in await rater.Assignments(4)) (await rater.Vote((string)item["assignment"]!, "left")).Ok();
        await using var window = await browser.Open();
        var page = await Enter(window, study, "progress", ".live svg");
        var live = (await study.Get("reports/progress")).Ok()["items"][0]!["live_interval"]!;
        await Assertions.Expect(page.Locator(".live")).ToContainTextAsync($"{(double)live["estimate"]! * 100:F1} [{(double)live["lower"]! * 100:F1}, {(double)live["upper"]! * 100:F1}]");
        await Assertions.Expect(page.Locator("table.waves tbody tr")).ToHaveCountAsync(1);

        (await study.Import(TestStudy.Line(new { prompt_id = "later", prompt = "x", answers = new Dictionary<string, string> { ["model-one"] = "a", ["model-two"] = "b" } }))).Ok();
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("table.waves tbody tr")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "Planner" }).ClickAsync();
        var pace = (await study.Get("reports/plan")).Ok()["pace"]!;
        await Assertions.Expect(page.Locator(".answer")).ToContainTextAsync($"pace of {(double)pace["judgments_a_day"]!:F1} judgments a day, the {pace["to_come"]} that are to come");
        await page.GetByLabel("Half-width wanted").FillAsync("30"); // so wide that the prompts that are there are enough
        await page.GetByLabel("Raters", new() { Exact = true }).FillAsync("12");
        await page.Keyboard.PressAsync("Enter");
        var day = DateOnly.Parse((string)(await study.Get("reports/plan?half_width=.3&raters=12")).Ok()["items"][0]!["for_half_width"]!["day"]!, CultureInfo.InvariantCulture);
        await Assertions.Expect(page.Locator(".answer .day").First).ToHaveTextAsync(day.ToString("'At today’s pace: ±30 on 'MMM d, yyyy'.'", CultureInfo.InvariantCulture));
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Settings_change_texts_analysis_and_the_day_lock_close_reopen_copy_bin_and_restore()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, ["model-one", "model-two"], overlap: 1);
        await using var window = await browser.Open();
        var page = await Enter(window, study, "settings", ".settings form");
        var asked = new List<string>();
        page.Dialog += (_, dialog) =>
        {
            asked.Add(dialog.Message);
            _ = dialog.AcceptAsync();
        };
        var name = "set-" + study.Id;

        var texts = page.GetByRole(AriaRole.Form, new() { Name = "What raters read" });
        await texts.GetByLabel("Name").FillAsync(name);
        await texts.GetByLabel("Title").FillAsync("Another title");
        await texts.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(texts.GetByRole(AriaRole.Status)).ToHaveTextAsync("Saved.");
        var analysis = page.GetByRole(AriaRole.Form, new() { Name = "Declared analysis" });
        await analysis.GetByLabel("Net wins").CheckAsync();
        await analysis.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(analysis.GetByRole(AriaRole.Status)).ToHaveTextAsync("Saved.");
        var change = Assert.Single((await study.Get("reports/preference")).Ok()["changes"].AsArray())!;
        Assert.Equal("win_rate net", $"{change["before"]!["estimand"]} {change["after"]!["estimand"]}");

        var day = page.GetByRole(AriaRole.Form, new() { Name = "Day and time for a pair" });
        await day.GetByLabel("Time zone").FillAsync("America/Santiago");
        await day.GetByLabel("Minutes").FillAsync("45");
        await day.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(day.GetByRole(AriaRole.Status)).ToHaveTextAsync("Saved.");

        var locking = page.GetByRole(AriaRole.Region, new() { Name = "Lock" });
        await locking.GetByRole(AriaRole.Button, new() { Name = "Lock design and analysis" }).ClickAsync();
        await Assertions.Expect(locking.GetByRole(AriaRole.Status)).ToContainTextAsync("Locked");
        await Assertions.Expect(analysis.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToBeDisabledAsync();
        var kept = (await browser.Server.Admin.Get(study.Path)).Ok();
        Assert.Equal("True America/Santiago 45", $"{kept["locked"]} {kept["time_zone"]} {kept["lease_minutes"]}", ignoreCase: true);
        await locking.GetByRole(AriaRole.Button, new() { Name = "Lift the lock" }).ClickAsync();
        await Assertions.Expect(locking.GetByRole(AriaRole.Status)).ToContainTextAsync("Not locked");
        Assert.Equal(["Lock design and analysis as they stand now?", "Lift the lock?"], asked.Select(each => each[..(each.IndexOf('?', StringComparison.Ordinal) + 1)]));

        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open again" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).WaitForAsync();

        await page.GetByLabel("Name of the copy").FillAsync(name + "-copy");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the copy" }).ClickAsync();
        await Assertions.Expect(page.Locator("#step-title")).ToHaveTextAsync("Question and scale");
        await Assertions.Expect(page.GetByLabel("Title")).ToHaveValueAsync("Another title");

        await page.GotoAsync($"/console/studies/{study.Id}/settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put it into the bin" }).ClickAsync();
        await page.GetByLabel("Find by name or title").FillAsync(name);
        await Assertions.Expect(page.Locator("table.studies tbody tr")).ToHaveCountAsync(1); // the copy
        await page.GetByLabel("State").SelectOptionAsync("bin");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take out of the bin" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("No study is like that.");
        await page.GetByLabel("State").SelectOptionAsync("");
        await Assertions.Expect(page.Locator("table.studies tbody tr")).ToHaveCountAsync(2);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Of_many_studies_one_is_found_by_its_name_and_the_others_page_by_page()
    {
        var mark = "many-" + Guid.NewGuid().ToString("N")[..8];
        for (var i = 0; i < 52; i++)
            (await browser.Server.Admin.Post("/api/v1/studies", new { name = $"{mark} {i:00}", title = "t", question = "q", design = new { kind = "round_robin" } })).Ok();
        await using var window = await browser.Open();
        var page = window.Page;
        await page.GotoAsync($"/console?q={mark}&state=draft#{PrefEvalServer.AdminKey}");
        await Assertions.Expect(page.Locator("table.studies tbody tr")).ToHaveCountAsync(50);
        await page.GetByRole(AriaRole.Button, new() { Name = "After" }).ClickAsync();
        await Assertions.Expect(page.Locator("table.studies tbody tr")).ToHaveCountAsync(2);
        await page.GetByLabel("Find by name or title").FillAsync(mark.ToUpperInvariant() + " 07");
        await Assertions.Expect(page.Locator("table.studies a")).ToHaveTextAsync([$"{mark} 07"]);
    }

    [Theory]
    [InlineData(1366, "en", ColorScheme.Dark)]
    [InlineData(360, "zh-CN", ColorScheme.Light)]
    public async Task Axe_finds_nothing_from_signing_in_to_the_planner_the_progress_the_settings_and_the_list(int width, string locale, ColorScheme scheme)
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, ["model-one", "model-two"], overlap: 1);
        await using var window = await browser.Open(width, 800, locale, scheme);
        await window.AddAxe();
        await window.Page.GotoAsync("/console");
        await window.CheckWithAxe($"signing in at {width}", "input[type=password]");
        window.Complaints.Clear(); // that nobody is signed in
        var page = await Enter(window, study, "plan", ".answer");
        await window.CheckWithAxe($"the planner at {width}", "table.needs");
        foreach (var (tab, there) in new[] { ("progress", "table.waves"), ("settings", ".settings form") })
        {
            await page.Locator($".tabs a[href$='/{tab}']").ClickAsync();
            await window.CheckWithAxe($"{tab} at {width}", there);
        }
        await page.Locator("a.brand").ClickAsync();
        await window.CheckWithAxe($"the list at {width}", "table.studies");
        await page.GotoAsync("/console/new");
        await window.CheckWithAxe($"a new study at {width}", "form.step");
        Assert.Empty(window.Complaints);
    }

    private static async Task<IPage> Enter(Window window, TestStudy study, string tab, string there)
    {
        await window.Page.GotoAsync($"/console/studies/{study.Id}/{tab}#{PrefEvalServer.AdminKey}");
        await window.Page.Locator(there).First.WaitForAsync();
        return window.Page;
    }
}
