using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>The inbox of disagreement: pairs that raters could not agree about, decided by a researcher who does not know the models.</summary>
public sealed class DecidingDisagreement(Browser browser)
{
    private static readonly string[] Models = ["secret-model-one", "secret-model-two"];

    [Fact]
    public async Task A_researcher_decides_blind_is_told_who_wrote_what_and_goes_on()
    {
        var study = await Judged();
        await using var window = await browser.Open();
        window.RememberEverything();
        var page = await Open(window, study);
        await Assertions.Expect(page.Locator(".inbox tbody tr")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator(".states [aria-current]")).ToHaveTextAsync("To decide 3");
        await page.Locator(".inbox tbody a").First.ClickAsync();
        await page.Locator(".case .turns strong").First.WaitForAsync(); // drawn as raters see it: bold is bold
        var seen = await window.EverythingSeen();
        Assert.All(Models, model => Assert.DoesNotContain(model, seen, StringComparison.Ordinal));

        var pair = new Uri(page.Url).Query.Split("pair=")[1];
        await page.GetByLabel("Note").FillAsync("左边有出处");
        await page.GetByRole(AriaRole.Button, new() { Name = "A is better" }).ClickAsync();
        await page.Locator(".revealed").WaitForAsync();
        var stored = (await study.Get("disagreements/" + pair)).Ok();
        Assert.Equal(("left", "左边有出处"), ((string)stored["versions"][0]!["choice"]!, (string)stored["versions"][0]!["note"]!));
        Assert.Equal([(string)stored["revealed"]["left_model"]!, (string)stored["revealed"]["right_model"]!], await page.Locator(".revealed .model").AllInnerTextsAsync());
        await Assertions.Expect(page.Locator("[data-choice=left]")).ToHaveAttributeAsync("aria-pressed", "true");

        await page.GetByRole(AriaRole.Link, new() { Name = "Next pair" }).ClickAsync();
        await Assertions.Expect(page.Locator(".revealed")).ToHaveCountAsync(0);
        await page.Locator("[data-choice=undecided]").ClickAsync();
        await page.Locator(".versions").WaitForAsync();
        await Assertions.Expect(page.Locator(".revealed")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "All disagreements" }).ClickAsync();
        await Assertions.Expect(page.Locator(".states a")).ToHaveTextAsync(["To decide 1", "Left undecided 1", "Decided 1"]);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Axe_finds_nothing_in_the_list_before_a_decision_and_after()
    {
        var study = await Judged();
        await using var window = await browser.Open(360, 844, "zh-CN", ColorScheme.Dark);
        await window.AddAxe();
        var page = await Open(window, study);
        await window.CheckWithAxe("the inbox", ".inbox tbody");
        await page.Locator(".inbox tbody a").First.ClickAsync();
        await window.CheckWithAxe("a pair", ".deciding");
        await page.Locator("[data-choice=tie]").ClickAsync();
        await window.CheckWithAxe("a decided pair", ".revealed");
        Assert.Empty(window.Complaints);
    }

    private static async Task<IPage> Open(Window window, TestStudy study)
    {
        await window.Page.GotoAsync($"/console/studies/{study.Id}/inbox#{PrefEvalServer.AdminKey}");
        return window.Page;
    }

    /// <summary>Four pairs; the raters agree about the last.</summary>
    private async Task<TestStudy> Judged()
    {
        var study = await TestStudy.CreateAsync(browser.Server);
        (await study.Import(TestStudy.Prompts(4, Models).Replace("回答，", "**重点。**回答，", StringComparison.Ordinal))).Ok();
        var votes = from p in Enumerable.Range(1, 4)
                    from vote in new[] { ("r1", "a"), ("r2", p == 4 ? "a" : "b"), ("r3", p == 4 ? "a" : "tie") }
                    select TestStudy.Line(new { prompt_id = $"p{p:000}", model_a = Models[0], model_b = Models[1], rater = vote.Item1, winner = vote.Item2 });
        (await study.Import(string.Join('\n', votes))).Ok();
        return study;
    }
}
