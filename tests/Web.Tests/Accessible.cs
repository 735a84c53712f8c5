using System.Text;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>Everybody can judge: by keyboard, with a screen reader, on a small screen, without motion. axe checks every state, light and dark.</summary>
public sealed class Accessible(Browser browser)
{
    private const string Votes = "**/api/v1/assignments/**";
    private static readonly string[] TwoModels = ["model-one", "model-two"];

    private static readonly string Long = $"""
        ## 一个标题

        {string.Concat(Enumerable.Repeat("这是一段很长的回答，**重点。**后文。", 60))}

        | 甲 | 乙 |
        |---|--:|
        | 1 | 2 |

        ```python
        def f(x): return "text" + str(1)  # {new string('x', 300)}
        ```

        $$ \frac{"{a}"}{"{b}"} $$

        [a link](https://example.org) ![a picture](https://example.org/p.png)
        """;

    [Theory]
    [InlineData(1366, 768, "en", ColorScheme.Light)]
    [InlineData(320, 640, "zh-CN", ColorScheme.Light)]
    public async Task Axe_finds_nothing_in_any_state_and_no_state_scrolls_sideways(int width, int height, string locale, ColorScheme scheme)
    {
        var study = await TestStudy.CreateAsync(browser.Server, overlap: 1);
        (await study.Change(new { strength = true, criteria = new[] { new { name = "accuracy", label = "哪个更准确？" } }, guidelines = "先看**正确。**再看清楚。" })).Ok();
        (await study.Import(string.Join('\n', Enumerable.Range(0, 2).Select(i => TestStudy.Line(new { prompt_id = $"p{i}", prompt = $"题目{i}", answers = new { m1 = Long, m2 = Long + i } }))))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        await using var window = await browser.Open(width, height, locale, scheme);
        var page = window.Page;
        await window.AddAxe();

        await page.GotoAsync("/judge");
        await Check("without a link", ".notice");
        await page.GotoAsync("about:blank");
        await page.GotoAsync("/judge#" + await study.Key());
        await Check("guidelines", ".notice.wide");
        await page.Keyboard.PressAsync("Enter");
        await window.Ready();
        await Check("a pair", ".bar");
        if (width < 900) await page.Locator(".switch [aria-pressed=false]").ClickAsync();
        foreach (var key in new[] { "?", "s", "x", "g" })
        {
            await page.Keyboard.PressAsync(key);
            await Check("dialog " + key, "dialog");
            await page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(page.Locator("dialog")).ToHaveCountAsync(0);
        }
        await page.Keyboard.PressAsync("p");
        await Check("plain", ".plain");
        await page.Keyboard.PressAsync("c");
        await page.Locator(".comment [data-reason]").First.ClickAsync();
        await Check("comment", "textarea");
        await page.Locator("textarea").PressAsync("Escape");
        await window.Block(Votes);
        await window.Vote("1");
        if (width < 900) await page.Locator(".switch [aria-pressed=false]").ClickAsync();
        await page.Keyboard.PressAsync("u");
        await Check("undone, with a vote that waits", "[aria-pressed=true]");
        var tab = await window.AnotherTab();
        await tab.AddAxe();
        await tab.Page.GotoAsync("/judge");
        await tab.Page.Locator(".notice button").WaitForAsync();
        await Check("another tab", ".notice button", tab);
        await tab.Page.CloseAsync();
        await page.Locator("nav button", new() { HasTextRegex = new("Pause|休息") }).ClickAsync();
        await Check("paused", ".notice button");

        Task Check(string state, string there, Window? other = null) => (other ?? window).CheckWithAxe($"{state} at {width}", there);
    }

    [Theory]
    [InlineData(1366, 768, "en", ColorScheme.Light)]
    [InlineData(360, 740, "zh-CN", ColorScheme.Dark)]
    public async Task Axe_finds_nothing_while_files_are_imported(int width, int height, string locale, ColorScheme scheme)
    {
        var study = await TestStudy.OpenAsync(browser.Server, 6, TwoModels, overlap: 1);
        await using var window = await browser.Open(width, height, locale, scheme);
        await window.AddAxe();
        var page = await Importing.Data(window, study);
        await window.CheckWithAxe($"no file at {width}", ".import-list");
        await Importing.Choose(page, "bad.csv", Encoding.UTF8.GetBytes("题目,甲模型,乙模型\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"问题{i},回答\n"))));
        await window.CheckWithAxe($"bad rows at {width}", ".errors");
        await Importing.Choose(page, "odd.csv", Encoding.UTF8.GetBytes("c1,c2,c3\n问题,回答,另一个回答\n"));
        await window.CheckWithAxe($"columns that are not known at {width}", ".mapping[open]");
        await Importing.Choose(page, "changed.jsonl", Encoding.UTF8.GetBytes(TestStudy.Prompts(6, "model-two", "model-one").Replace("回答，", "我是通义千问，", StringComparison.Ordinal)));
        await page.Locator(".preview .leaks summary").ClickAsync();
        await window.CheckWithAxe($"a preview at {width}", ".changes");
    }

    [Fact]
    public async Task From_the_link_to_the_end_by_keyboard_alone_and_what_has_the_focus_is_never_under_the_bar()
    {
        var study = await browser.OpenWith(("题目" + Long, Long, Long + "."), ("题目二", "a", "b"));
        (await study.Change(new { guidelines = "先看**正确。**再看清楚。" })).Ok();
        await using var window = await browser.Open();
        var page = window.Page;
        await page.GotoAsync("/judge#" + await study.Key());
        await page.Locator(".notice.wide").WaitForAsync();
        await page.Keyboard.PressAsync("Enter"); // the button has the focus
        await window.Ready();
        if (!(await window.Shown.Locator(".prompt").InnerTextAsync()).Contains("标题", StringComparison.Ordinal)) await window.Vote("1");

        var seen = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var at = await page.EvaluateAsync<string[]?>("""
                () => {
                  const [focus, bar] = [document.activeElement, document.querySelector('.bar')];
                  if (!focus || focus === document.body) return null;
                  const [its, bars] = [focus.getBoundingClientRect(), bar.getBoundingClientRect()];
                  const hidden = !bar.contains(focus) && (its.top >= bars.top - 1 || its.bottom <= 0);
                  return [focus.tagName + focus.className + focus.textContent.slice(0, 20), String(hidden)];
                }
                """);
            if (at is not [var where, var hidden]) continue;
            Assert.False(hidden == "true", where + " has the focus and cannot be seen");
            seen.Add(where);
        }
        Assert.Contains(seen, each => each.StartsWith("PRE", StringComparison.Ordinal));
        Assert.Contains(seen, each => each.Contains("A is better", StringComparison.Ordinal));

        // A vote by the button that has the focus, a dialog opened and left, a skip chosen with Tab and Enter: all without a mouse.
        await page.Keyboard.PressAsync("s");
        await page.Locator("dialog").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("dialog")).ToHaveCountAsync(0);
        await page.Locator("[data-choice=tie]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".notice, .bar[data-ready=true]").First.WaitForAsync();
        while (await page.Locator(".notice").CountAsync() == 0) await window.Vote("1");
        await Assertions.Expect(page.Locator(".notice h2")).ToHaveTextAsync("Everything is judged.");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Keys_can_be_changed_switched_off_one_by_one_or_all_and_stay_so()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 8, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        var page = window.Page;
        await window.Enter(await study.Key());

        await page.Keyboard.PressAsync("?");
        await page.Locator("[data-key-of=left]").ClickAsync();
        await page.Keyboard.PressAsync("j");
        await Assertions.Expect(page.Locator("[data-key-of=left]")).ToHaveTextAsync("J");
        await page.Locator("[data-key-of=first]").ClickAsync();
        await page.Keyboard.PressAsync("Backspace");
        await page.Locator("[data-key-of=skip]").ClickAsync();
        await page.Keyboard.PressAsync("u"); // undo had it, and has none now
        await Assertions.Expect(page.Locator("[data-key-of=undo]")).ToHaveTextAsync("–");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("dialog")).ToHaveCountAsync(0);

        await window.Reload();
        var pair = await window.PairShown();
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal(pair, await window.PairShown());
        await window.Vote("j");
        await page.Keyboard.PressAsync("u");
        await page.Locator("[data-reason]").First.WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("dialog")).ToHaveCountAsync(0);

        await page.Keyboard.PressAsync("?");
        await page.Locator("dialog input[type=checkbox]").UncheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator(".bar kbd")).ToHaveCountAsync(0);
        pair = await window.PairShown();
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("2");
        Assert.Equal(pair, await window.PairShown());
        await page.Locator("[data-choice=right]").ClickAsync();
        await window.AllSent();
        Assert.Equal(["left", "right"], (await study.Judgments()).Select(judgment => (string)judgment["choice"]!));
    }

    [Fact]
    public async Task Keys_with_an_input_method_work_for_votes_and_never_while_it_composes()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 4, TwoModels, overlap: 1);
        await using var window = await browser.Open(locale: "zh-CN");
        await window.Enter(await study.Key());
        var pair = await window.PairShown();
        var cdp = await window.Page.Context.NewCDPSessionAsync(window.Page);
        await window.Page.Keyboard.PressAsync("c");
        await window.Page.Locator("textarea").WaitForAsync();
        await cdp.SendAsync("Input.imeSetComposition", new() { ["text"] = "ni1", ["selectionStart"] = 3, ["selectionEnd"] = 3 });
        await window.Page.Keyboard.PressAsync("1"); // chooses the first candidate
        await cdp.SendAsync("Input.insertText", new() { ["text"] = "你" });
        await window.Page.Locator("textarea").PressAsync("Escape");
        Assert.Equal(pair, await window.PairShown());

        await window.Page.EvaluateAsync("() => dispatchEvent(new KeyboardEvent('keydown', { key: '２' }))"); // full width
        await window.Page.Locator(".bar[data-ready=true][data-showing='2']").WaitForAsync();
        var stored = (await study.Judgments(window, 1))[0];
        Assert.Equal("tie", (string)stored["choice"]!);
        Assert.Contains("你", (string)stored["comment"]!);
    }

    [Fact]
    public async Task With_reduced_motion_nothing_moves_and_a_screen_reader_is_told_of_the_next_pair()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 4, TwoModels, overlap: 1);
        await using var window = await browser.Open(motion: ReducedMotion.Reduce);
        await window.Enter(await study.Key());
        await window.Vote("1");
        await window.Page.Keyboard.PressAsync("?");
        Assert.Equal(0, await window.Page.EvaluateAsync<int>("() => document.getAnimations().filter(each => each.effect.getComputedTiming().duration > 0).length"));
        await Assertions.Expect(window.Page.Locator("[aria-live]")).ToHaveTextAsync("A new pair is shown. 2");
    }
}
