namespace PrefEval.Web.Tests;

/// <summary>How an answer looks is part of what is measured: one pipeline, both sides alike, and nothing fetched that a pair does not need.</summary>
public sealed class HowAnswersLook(Browser browser)
{
    [Fact]
    public async Task Chinese_bold_tables_and_code_are_rendered_on_both_sides_alike()
    {
        const string text = "**重点。**后文\n\n| 甲 | 乙 |\n|---|--:|\n| 1 | 2 |\n\n```py\nprint(1)\n```";
        var study = await browser.OpenWith(("题目", text, text + "\n"));
        await using var window = await browser.Open(locale: "zh-CN");
        await window.Enter(await study.Key());

        foreach (var side in new[] { ".left", ".right" })
        {
            var pane = window.Shown.Locator(".side" + side);
            await Assertions.Expect(pane.Locator("strong")).ToHaveTextAsync("重点。");
            await Assertions.Expect(pane.Locator("td.right")).ToHaveTextAsync("2");
            await Assertions.Expect(pane.Locator("pre code")).ToHaveTextAsync("print(1)\n");
            await Assertions.Expect(pane.Locator("pre .hljs-built_in")).ToHaveTextAsync("print");
            await Assertions.Expect(pane).ToHaveAttributeAsync("lang", "zh-CN");
            await Assertions.Expect(pane).ToHaveAttributeAsync("translate", "no"); // a browser's translation would be judged instead
        }
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Formulas_are_drawn_from_all_four_ways_to_write_them_and_prices_and_code_are_none()
    {
        const string text = """
            行内 $E = mc^2$ 和 \(a_1 \le b\)。

            $$
            \int_0^1 x^2 \, dx = \frac{1}{3}

            + 0
            $$

            \[ \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \left( \sum_{i=1}^{n} \frac{\frac{a}{b}}{\frac{c}{d}} \right) \]

            苹果 $5，梨 $6；costs $5 and $7 more; `$x$`; \$z\$; $\broken{$
            """;
        var study = await browser.OpenWith(("题目", text, text + " "));
        await using var window = await browser.Open();
        await window.Enter(await study.Key());

        foreach (var side in new[] { ".left", ".right" })
        {
            var pane = window.Shown.Locator(".side" + side);
            await Assertions.Expect(pane.Locator(".katex")).ToHaveCountAsync(4);
            await Assertions.Expect(pane.Locator(".formula.display .katex")).ToHaveCountAsync(2);
            await Assertions.Expect(pane.Locator("math")).ToHaveCountAsync(4); // for those who hear it
            await Assertions.Expect(pane).ToContainTextAsync("苹果 $5，梨 $6；costs $5 and $7 more; $x$; $z$; $\\broken{$");
            // Its parts stand where KaTeX says, though the policy forbids style attributes: the one is above the three.
            var parts = await pane.Locator(".katex-html .mfrac").First.Locator(".mord.mtight, .mord").EvaluateAllAsync<double[][]>("all => all.filter(e => e.children.length === 0 && /^[13]$/.test(e.textContent)).map(e => [Number(e.textContent), e.getBoundingClientRect().top])");
            Assert.True(parts.Single(part => part[0] == 1)[1] < parts.Single(part => part[0] == 3)[1] - 10);
        }
        Assert.Contains(window.Requests, request => request.Url.EndsWith(".woff2", StringComparison.Ordinal));
        Assert.Empty(window.Complaints); // no style attribute met the policy
    }

    [Fact]
    public async Task Scripts_for_formulas_and_code_are_fetched_for_the_first_pair_that_has_some_and_not_before()
    {
        var study = await browser.OpenWith(("题目", "只有文字，$5。\n\n```\nplain\n```", "也只有**文字**。"));
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        Assert.DoesNotContain(window.Requests, request => request.Url.Contains("katex", StringComparison.OrdinalIgnoreCase) || request.Url.Contains("highlight", StringComparison.Ordinal));
        Assert.DoesNotContain(window.Requests, request => request.ResourceType == "font");

        var withSome = await browser.OpenWith(("题目", "$x^2$", "```python\nprint(1)\n```"));
        await using var other = await browser.Open();
        await other.Enter(await withSome.Key());
        Assert.Contains(other.Requests, request => request.Url.Contains("katex", StringComparison.Ordinal));
        Assert.Contains(other.Requests, request => request.Url.Contains("highlight", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_scripts_for_formulas_cannot_be_had_the_pair_is_shown_as_it_was_written()
    {
        var study = await browser.OpenWith(("题目", "一 $x^2$ 二", "三 $y^2$ 四"));
        await using var window = await browser.Open();
        await window.Page.RouteAsync("**/katex*", route => route.AbortAsync());
        await window.Enter(await study.Key());
        await Assertions.Expect(window.Shown.Locator(".side").GetByText("一 $x^2$ 二")).ToBeVisibleAsync();
        await Assertions.Expect(window.Shown.Locator(".side").GetByText("三 $y^2$ 四")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task One_key_shows_both_sides_as_they_were_written_and_back()
    {
        var study = await browser.OpenWith(("# 题目", "**甲**\n\n- 一", "**乙**\n\n> 二"));
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        await Assertions.Expect(window.Shown.Locator(".side strong")).ToHaveCountAsync(2);

        await window.Page.Keyboard.PressAsync("p");
        await Assertions.Expect(window.Shown.Locator(".text strong")).ToHaveCountAsync(0);
        await Assertions.Expect(window.Shown.Locator(".side").GetByText("**甲**")).ToBeVisibleAsync();
        await Assertions.Expect(window.Shown.Locator(".side").GetByText("**乙**")).ToBeVisibleAsync();
        await Assertions.Expect(window.Shown.Locator(".prompt").GetByText("# 题目")).ToBeVisibleAsync();

        await window.Page.Keyboard.PressAsync("p");
        await Assertions.Expect(window.Shown.Locator(".side strong")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Text_from_right_to_left_runs_so_within_its_pane_and_turns_nothing_else()
    {
        var study = await browser.OpenWith(("题目", "שלום עולם.\n\n```py\nx = 1\n```", "latin text \u202eturned around"), ("next", "a", "b"));
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        if (await window.Shown.Locator(".prompt").InnerTextAsync() == "next") await window.Vote("1");

        var hebrew = window.Shown.Locator(".text", new() { HasText = "שלום" });
        Assert.Equal("rtl", await hebrew.EvaluateAsync<string>("e => getComputedStyle(e).direction"));
        Assert.Equal("ltr", await hebrew.Locator("pre").EvaluateAsync<string>("e => getComputedStyle(e).direction"));
        Assert.Equal("ltr", await window.Shown.Locator(".text", new() { HasText = "latin" }).EvaluateAsync<string>("e => getComputedStyle(e).direction"));
        Assert.Equal(["ltr", "ltr"], await window.Shown.Locator(".side h3").EvaluateAllAsync<string[]>("all => all.map(e => getComputedStyle(e).direction)"));
        var (a, b) = (await window.Shown.Locator(".side.left").BoundingBoxAsync(), await window.Shown.Locator(".side.right").BoundingBoxAsync());
        Assert.True(a!.X < b!.X);
    }

    [Fact]
    public async Task A_conversation_is_shown_turn_by_turn_with_who_speaks()
    {
        object[] Turns(string last) => [new { role = "assistant", content = "第一轮" }, new { role = "user", content = "追问" }, new { role = "assistant", content = last }];
        var study = await browser.OpenWithAnswers(("题目", Turns("**甲**"), Turns("**乙**")));
        await using var window = await browser.Open(locale: "zh-CN");
        await window.Enter(await study.Key());
        Assert.Equal(["助手", "用户", "助手"], await window.Shown.Locator(".side.left .role").AllInnerTextsAsync());
        await Assertions.Expect(window.Shown.Locator(".side strong")).ToHaveCountAsync(2);
    }

    [Theory]
    [InlineData(3840, 2160)]
    [InlineData(1366, 768)]
    [InlineData(900, 700)]
    public async Task Two_aligned_columns_of_at_most_42em_share_one_page_scroll(int width, int height)
    {
        var text = string.Concat(Enumerable.Repeat("一段相当长的回答，用来看每一行有多长。", 200));
        var study = await browser.OpenWith(("题目", text, "短"));
        await using var window = await browser.Open(width, height);
        await window.Enter(await study.Key());

        var (a, b) = (await window.Shown.Locator(".side.left").BoundingBoxAsync(), await window.Shown.Locator(".side.right").BoundingBoxAsync());
        Assert.Equal(a!.Y, b!.Y, 1.0);
        Assert.Equal(a.Width, b.Width, 1.0);
        Assert.True(a.Width <= (42 * 16) + 1);
        Assert.Equal(width - a.X, b.X + b.Width, 16.0); // in the middle, but for a scroll bar
        Assert.Empty(await window.Shown.EvaluateAsync<string[]>("e => [...e.querySelectorAll('.side, .side *')].filter(x => x.scrollHeight > x.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(x).overflowY)).map(x => x.className)"));
        var lineHeight = await window.Shown.Locator(".side.left .text").EvaluateAsync<double>("e => parseFloat(getComputedStyle(e).lineHeight) / parseFloat(getComputedStyle(e).fontSize)");
        Assert.InRange(lineHeight, 1.7, 1.8);
    }
}
