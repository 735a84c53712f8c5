using System.Text;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

public sealed class TheConsole(Browser browser)
{
    private static readonly string[] Models = ["focal-model", "base-one", "base-two"];

    [Fact]
    public async Task A_researcher_creates_a_study_sees_the_bad_line_of_a_file_stores_a_good_one_invites_and_opens()
    {
        await using var window = await browser.Open();
        var page = window.Page;
        await page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await page.GetByRole(AriaRole.Link, new() { Name = "New study" }).ClickAsync();
        Assert.DoesNotContain("#", page.Url);
        await page.GetByLabel("Name").FillAsync("made-in-the-console");
        await page.GetByLabel("Title").FillAsync("中文问答比较");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the draft" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "made-in-the-console" }).WaitForAsync();

        // What stands in the way of opening is said.
        await page.GetByRole(AriaRole.Link, new() { Name = "Progress" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await Assertions.Expect(page.Locator(".problem")).ToContainTextAsync("cannot be opened yet");

        await page.GetByRole(AriaRole.Link, new() { Name = "Data" }).ClickAsync();
        var good = TestStudy.Prompts(6, Models);
        var bad = good.Insert(good.IndexOf('\n') + 1, "{\"prompt_id\":\"p-bad\",\"prompt\":\"x\",\"answers\":17}\n");
        await Choose(page, ("bad.jsonl", bad));
        await Assertions.Expect(page.Locator(".errors tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator(".errors tbody td").First).ToHaveTextAsync("2");
        await Assertions.Expect(page.Locator(".errors")).ToContainTextAsync("answers");

        await Choose(page, ("good.jsonl", good));
        var preview = page.Locator(".preview");
        await Assertions.Expect(preview.Locator("[data-count=prompts]")).ToHaveTextAsync("6");
        await Assertions.Expect(preview.Locator("[data-count=answers]")).ToHaveTextAsync("18");
        await Assertions.Expect(preview).ToContainTextAsync("base-two");
        await preview.GetByRole(AriaRole.Button, new() { Name = "Store it" }).ClickAsync();
        await Assertions.Expect(page.Locator(".import-list")).ToContainTextAsync("stored");

        await page.GetByRole(AriaRole.Link, new() { Name = "Raters" }).ClickAsync();
        await page.GetByLabel("Names, one a line").FillAsync("张三\n李四\n\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make" }).ClickAsync();
        var links = page.Locator(".invitations code");
        await Assertions.Expect(links).ToHaveCountAsync(2);

        await page.GetByRole(AriaRole.Link, new() { Name = "Progress" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).WaitForAsync();
        await Assertions.Expect(page.Locator(".figures dd").First).ToHaveTextAsync("0 / 54");
    }

    [Fact]
    public async Task An_invited_rater_opens_her_link_and_her_vote_shows_in_the_progress()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, Models);
        await using var window = await browser.Open();
        var page = window.Page;
        await page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await page.Locator("h1").WaitForAsync();
        await page.GotoAsync($"/console/studies/{study.Id}/raters");
        await page.GetByLabel("Names, one a line").FillAsync("王五");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make" }).ClickAsync();
        var link = await page.Locator(".invitations code").InnerTextAsync();

        await using var hers = await browser.Open();
        await hers.Enter(link.Split('#')[1]);
        await hers.Vote("1");
        await hers.AllSent();

        await page.GetByRole(AriaRole.Link, new() { Name = "Progress" }).ClickAsync();
        await Assertions.Expect(page.Locator(".figures dd").First).ToHaveTextAsync("1 / 27"); // by itself, within five seconds
        Assert.Empty(window.Complaints);
        Assert.Empty(hers.Complaints);
    }

    [Fact]
    public async Task The_numbers_of_the_report_are_those_of_the_api()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 12, Models, new { kind = "focal", focal = Models[0] });
        foreach (var (name, shift) in new[] { ("r1", 0), ("r2", 1), ("r3", 2) })
        {
            var rater = await study.Invite(name);
            var voted = 0;
            for (var items = await rater.Assignments(10); items.Count > 0; items = await rater.Assignments(10))
                foreach (var item in items)
                    (await rater.Vote((string)item["assignment"]!, ((voted++ * 7 + shift) % 5) switch { 0 => "tie", 1 => "both_bad", 2 => "right", _ => "left" })).Ok();
        }
        var report = (await study.Get("reports/preference")).Ok();
        Assert.Equal(2, report["items"].AsArray().Count);

        await using var window = await browser.Open();
        var page = window.Page;
        await page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await page.Locator("h1").WaitForAsync();
        await page.GotoAsync($"/console/studies/{study.Id}/report");
        await page.Locator("table.report").WaitForAsync();

        foreach (var item in report["items"].AsArray())
        {
            var row = page.Locator($"table.report tr[data-baseline='{item!["baseline"]}']");
            string[] counts = ["n", "wins", "ties", "both_bad", "losses"];
            var cells = await row.Locator("td").AllInnerTextsAsync();
            Assert.Equal(counts.Select(count => item[count]!.ToString()), cells.Take(counts.Length));
            foreach (var estimand in new[] { "win_rate", "net", "win_or_tie" })
            {
                var shown = await row.Locator($"[data-estimand={estimand}] data").EvaluateAllAsync<double[]>("all => all.map(each => Number(each.value))");
                var interval = item[estimand]!;
                Assert.Equal([(double)interval["estimate"]!, (double)interval["lower"]!, (double)interval["upper"]!], shown);
            }
            var rate = (double)item["win_rate"]!["estimate"]! * 100;
            Assert.StartsWith(rate.ToString("F1"), cells[counts.Length], StringComparison.Ordinal);
        }
        await Assertions.Expect(page.Locator(".caption").First).ToContainTextAsync((string)report["hash"]!);
        await Assertions.Expect(page.Locator(".chart circle")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator(".simulated")).ToHaveCountAsync(0);
        var text = await page.Locator("main").InnerTextAsync();
        Assert.DoesNotContain("NaN", text);
        Assert.DoesNotContain("undefined", text);
        Assert.DoesNotContain("Infinity", text);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_report_without_or_with_a_single_judgment_says_why_figures_are_missing()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, Models);
        var rater = await study.Invite("only-one");
        (await rater.Vote((string)(await rater.Assignments(1))[0]["assignment"]!, "left")).Ok();
        await using var window = await browser.Open(locale: "zh-CN");
        var page = window.Page;
        await page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await page.Locator("h1").WaitForAsync();
        await page.GotoAsync($"/console/studies/{study.Id}/report");
        await page.Locator("table.report").WaitForAsync();

        Assert.All(await page.Locator("abbr.missing").EvaluateAllAsync<string[]>("all => all.map(each => each.title)"), Assert.NotEmpty);
        Assert.DoesNotMatch("NaN|undefined|Infinity|null", await page.Locator("main").InnerTextAsync());
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Agreement_that_is_undefined_says_why_in_words_that_are_true()
    {
        var study = await TestStudy.CreateAsync(browser.Server, new { kind = "focal", focal = Models[0] });
        (await study.Import(TestStudy.Prompts(2, Models))).Ok();
        (await study.Import(string.Join('\n', Enumerable.Range(0, 5).Select(i => TestStudy.Line(new
        {
            prompt_id = i < 3 ? "p001" : "p002", model_a = Models[0], model_b = Models[1], winner = "a", rater = $"simulated:r{i}", rater_kind = "simulated",
        }))))).Ok();
        await using var window = await browser.Open(locale: "zh-CN");
        var page = window.Page;
        await page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await page.Locator("h1").WaitForAsync();
        await page.GotoAsync($"/console/studies/{study.Id}/report");
        string Why(string measure) => $"tr:has(th:text-is('{measure}')) abbr.missing";
        // All five agree, so nothing goes beyond chance; and three judged the one prompt, two the other.
        await Assertions.Expect(page.Locator(Why("Krippendorff α（线性距离）")).First).ToHaveAttributeAsync("title", "所有评判都属同一类，超出偶然的一致性没有定义");
        await Assertions.Expect(page.Locator(Why("Fleiss κ")).First).ToHaveAttributeAsync("title", "各配对的评判人数不等，Fleiss κ 没有定义");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Simulated_judgments_are_announced_loudly()
    {
        var study = await TestStudy.CreateAsync(browser.Server, new { kind = "focal", focal = Models[0] });
        (await study.Import(TestStudy.Prompts(4, Models))).Ok();
        (await study.Import(string.Join('\n', Enumerable.Range(1, 4).Select(p => TestStudy.Line(new
        {
            prompt_id = $"p{p:000}", model_a = Models[0], model_b = Models[1], winner = p % 2 == 0 ? "a" : "b", rater = "simulated:r01", rater_kind = "simulated",
        }))))).Ok();
        await using var window = await browser.Open(locale: "zh-CN");
        var page = window.Page;
        await page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await page.Locator("h1").WaitForAsync();
        await page.GotoAsync($"/console/studies/{study.Id}/report");
        await Assertions.Expect(page.Locator(".simulated")).ToContainTextAsync("模拟的评判，并非真人");
    }

    [Fact]
    public async Task Without_a_session_the_sign_in_page_takes_a_key_and_a_wrong_one_is_refused_in_words()
    {
        await using var window = await browser.Open(390, 844);
        var page = window.Page;
        await page.GotoAsync("/console");
        await page.GetByLabel("Key").FillAsync("pe_wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.Locator(".problem")).ToContainTextAsync("unknown, used up, expired or revoked");
        await page.GetByLabel("Key").FillAsync(PrefEvalServer.AdminKey);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Studies");
        Assert.False(await window.ScrollsSideways());

        await page.GetByRole(AriaRole.Button, new() { Name = "中文" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("研究");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("研究");
    }

    [Fact]
    public async Task A_session_that_ended_leads_back_to_the_sign_in_page()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, Models);
        await using var window = await browser.Open();
        var page = window.Page;
        await page.GotoAsync("/console#" + PrefEvalServer.AdminKey);
        await page.Locator("h1").WaitForAsync();
        await page.GotoAsync($"/console/studies/{study.Id}/raters");
        await page.Locator("h2").First.WaitForAsync();
        await page.Context.ClearCookiesAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Report" }).ClickAsync();
        await page.GetByLabel("Key").WaitForAsync();
    }

    private static Task Choose(IPage page, params (string Name, string Text)[] files) =>
        page.Locator("input[type=file]").SetInputFilesAsync(files.Select(file => new FilePayload { Name = file.Name, MimeType = "application/x-ndjson", Buffer = Encoding.UTF8.GetBytes(file.Text) }));
}
