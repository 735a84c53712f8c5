using System.Text;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>Practice with a word on each answer, a qualification without, and then the study; what is wrong with a pair can be told.</summary>
public sealed class Rounds(Browser browser)
{
    private const string Better = "好的回答";

    /// <summary>The prompts of practice and gold have an answer that says so; it is the better one by the file.</summary>
    private async Task<TestStudy> Open(int practice, int gold, int needed)
    {
        var study = await TestStudy.CreateAsync(browser.Server, overlap: 1);
        var (prompts, known) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < practice + gold + 3; i++)
        {
            prompts.AppendLine(TestStudy.Line(new { prompt_id = $"p{i}", prompt = $"题目{i}", answers = new { m1 = i < practice + gold ? $"{Better}{i}" : $"甲{i}", m2 = $"另一个{i}" } }));
            if (i < practice + gold)
                known.AppendLine(TestStudy.Line(new { prompt_id = $"p{i}", model_a = "m1", model_b = "m2", role = i < practice ? "practice" : "gold", winner = "a", explanation = "它回答了问题。" }));
        }
        (await study.Import(prompts.ToString())).Ok();
        (await study.Import(known.ToString())).Ok();
        if (gold > 0) (await study.Change(new { qualification = new { pairs = gold, needed } })).Ok();
        (await study.Change(new { state = "open" })).Ok();
        return study;
    }

    private static async Task<string> Key(Window window, bool right) =>
        (await window.Shown.Locator(".side.left").InnerTextAsync()).Contains(Better, StringComparison.Ordinal) == right ? "ArrowLeft" : "ArrowRight";

    [Fact]
    public async Task Practice_explains_each_answer_qualification_does_not_and_then_the_study_begins()
    {
        var study = await Open(practice: 2, gold: 3, needed: 2);
        await using var window = await browser.Open();
        var page = window.Page;
        await page.GotoAsync("/judge#" + await study.Key());
        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync("2 pairs to get used to the page");
        await page.Keyboard.PressAsync("Enter");
        await window.Ready();
        await Assertions.Expect(page.Locator(".progress")).ToContainTextAsync("practice 0 of 2");

        var pair = await window.PairShown();
        await page.Keyboard.PressAsync(await Key(window, right: true));
        await Assertions.Expect(page.Locator(".feedback[data-correct=true]")).ToContainTextAsync("它回答了问题。");
        await page.Keyboard.PressAsync("1"); // a vote is not taken twice
        Assert.Equal(pair, await window.PairShown());
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".bar[data-ready=true]:not(:has(.feedback))").WaitForAsync();
        Assert.NotEqual(pair, await window.PairShown());
        await page.Keyboard.PressAsync(await Key(window, right: false));
        await Assertions.Expect(page.Locator(".feedback[data-correct=false]")).ToContainTextAsync("Another answer was expected.");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync("3 pairs whose verdict is known; 2 right answers let you in");
        await page.Keyboard.PressAsync("Enter");
        await window.Ready();
        for (var i = 0; i < 3; i++)
        {
            await Assertions.Expect(page.Locator(".progress")).ToContainTextAsync("qualification");
            await window.Vote(await Key(window, right: i > 0));
            await Assertions.Expect(page.Locator(".feedback")).ToHaveCountAsync(0);
        }
        await Assertions.Expect(page.Locator(".notice")).ToContainTextAsync("From here on your choices count.");
        await page.Keyboard.PressAsync("Enter");
        await window.Ready();
        await Assertions.Expect(page.Locator(".progress")).ToContainTextAsync("today 0 · judged 0");
        for (var i = 0; i < 3; i++) await window.Vote("1");
        await Assertions.Expect(page.Locator(".notice h2")).ToHaveTextAsync("Everything is judged.");
        await window.AllSent();
        Assert.Equal(8, (await study.Judgments()).Count);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Who_does_not_pass_is_told_so_kindly_in_her_language()
    {
        var study = await Open(practice: 0, gold: 2, needed: 2);
        await using var window = await browser.Open(locale: "zh-CN");
        await window.Page.GotoAsync("/judge#" + await study.Key());
        await Assertions.Expect(window.Page.Locator(".notice")).ToContainTextAsync("接下来是资格测试");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Ready();
        for (var i = 0; i < 2; i++) await window.Vote(await Key(window, right: false));
        await Assertions.Expect(window.Page.Locator(".notice h2")).ToHaveTextAsync("谢谢您的参与。");
    }

    [Fact]
    public async Task A_practice_pair_answered_offline_is_explained_when_the_network_is_back()
    {
        var study = await Open(practice: 2, gold: 0, needed: 0);
        await using var window = await browser.Open();
        await window.Page.GotoAsync("/judge#" + await study.Key());
        await window.Page.Locator(".notice button").ClickAsync();
        await window.Ready();
        await window.Block("**/api/v1/assignments/**");
        await window.Page.Keyboard.PressAsync(await Key(window, right: true));
        await Assertions.Expect(window.Page.Locator(".feedback")).ToContainTextAsync("Waiting for the word on it");
        await window.Unblock("**/api/v1/assignments/**");
        await Assertions.Expect(window.Page.Locator(".feedback[data-correct=true]")).ToContainTextAsync("它回答了问题。");
    }

    [Fact]
    public async Task A_problem_with_a_pair_reaches_the_researcher_and_the_pair_can_still_be_judged()
    {
        var study = await browser.OpenWith(("题目", "我是某某模型。", "另一个"));
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        await window.Page.Keyboard.PressAsync("x");
        await window.Page.Locator("dialog textarea").FillAsync("第一句就说了 1 2 u");
        await window.Page.Locator("[data-kind=names_itself]").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".said")).ToContainTextAsync("Reported.");
        await window.Vote("1");
        await study.Judgments(window, 1);
        var problem = (await study.Get("problems")).Ok()["items"].AsArray().Single()!;
        Assert.Equal(("names_itself", "第一句就说了 1 2 u"), ((string)problem["kind"]!, (string?)problem["comment"]));
    }

    [Fact]
    public async Task Reasons_go_with_the_vote()
    {
        var study = await browser.OpenWith(("题目", "a", "b"));
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        await window.Page.Keyboard.PressAsync("c");
        await window.Page.Locator("[data-reason=correct]").ClickAsync();
        await window.Page.Locator("[data-reason=short]").ClickAsync();
        await window.Page.Locator("[data-reason=short]").ClickAsync();
        var put = await window.Page.RunAndWaitForRequestAsync(() => window.Page.Locator("[data-choice=left]").ClickAsync(), request => request.Method == "PUT");
        Assert.Equal(["correct"], System.Text.Json.Nodes.JsonNode.Parse(put.PostData!)!["reasons"]!.AsArray().Select(reason => (string)reason!));
        await study.Judgments(window, 1);
    }
}
