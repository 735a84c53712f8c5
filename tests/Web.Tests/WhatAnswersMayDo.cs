using Microsoft.Playwright;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>An answer is text of a stranger: it is shown, and does nothing.</summary>
public sealed class WhatAnswersMayDo(Browser browser)
{
    [Fact]
    public async Task Scripts_pictures_and_links_in_answers_do_nothing_and_no_request_leaves_the_origin()
    {
        const string attack = """
            <img src=x onerror="window.hit=1"> <svg onload="window.hit=2"></svg> <script>window.hit=3</script>
            <a href="javascript:window.hit=4">a</a> <style>body{display:none}</style> <iframe src="https://evil.example/"></iframe>

            [click](javascript:window.hit=5) [data](data:text/html,<script>window.hit=6</script>) [away](https://evil.example/away)

            ![picture](https://evil.example/p.png) ![x](x"onerror="window.hit=7)

            <math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.hit=8&gt;">

            | a |
            |:-:|
            | <b onmouseover="window.hit=9">b</b> |
            """;
        var study = await browser.OpenWith(("题目 <img src=x onerror=window.hit=10>", attack, attack + "."));
        await using var window = await browser.Open();
        await window.Enter(await study.Key());

        var side = window.Shown.Locator(".side.left");
        await Assertions.Expect(side).ToContainTextAsync("<script>window.hit=3</script>");
        await Assertions.Expect(side.Locator("img, svg, script, style, iframe, a, math, [style], [onmouseover]")).ToHaveCountAsync(0);
        await side.Locator(".link").GetByText("away").ClickAsync();
        foreach (var text in new[] { "click", "data" }) await side.GetByText(text).First.ClickAsync();

        Assert.Null(await window.Page.EvaluateAsync<int?>("() => window.hit ?? null"));
        Assert.EndsWith("/judge", window.Page.Url, StringComparison.Ordinal);
        Assert.All(window.Requests, request => Assert.Equal(browser.Server.Address.Authority, new Uri(request.Url).Authority));
        Assert.Empty(window.Complaints);
    }

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
            await Assertions.Expect(pane).ToHaveAttributeAsync("lang", "zh-CN");
        }
        Assert.Empty(window.Complaints);
    }

    [Theory]
    [InlineData(320, 640)]
    [InlineData(1366, 768)]
    public async Task A_wide_table_long_code_and_a_long_word_scroll_inside_their_pane_not_the_page(int width, int height)
    {
        var cells = string.Join('|', Enumerable.Range(0, 30).Select(i => $"column{i}"));
        var wide = $"|{cells}|\n|{string.Join('|', Enumerable.Repeat("---", 30))}|\n|{cells}|\n\n```\n{new string('x', 2000)}\n```\n\n{new string('w', 1000)}\n\n{string.Concat(Enumerable.Repeat("很长的回答。", 3000))}";
        var study = await browser.OpenWith(("题目" + new string('t', 300), wide, wide + "."));
        await using var window = await browser.Open(width, height);
        await window.Enter(await study.Key());

        Assert.False(await window.ScrollsSideways());
        var bar = await window.Bar.BoundingBoxAsync();
        Assert.InRange(bar!.Y + bar.Height, height - 1, height + 1);
        Assert.True(bar.Height < height / 2.0);
    }

    [Fact]
    public async Task Nothing_that_reaches_the_rater_names_a_model_over_twenty_pairs()
    {
        string[] models = ["secret-model-alpha", "secret-model-beta", "secret-model-gamma"];
        var study = await TestStudy.OpenAsync(browser.Server, 20, models, new { kind = "focal", focal = models[0] }, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        for (var i = 0; i < 20; i++) await window.Vote((i % 4 + 1).ToString());

        var seen = await window.EverythingSeen();
        Assert.Contains("编号", seen); // the search looks where the answers are
        Assert.DoesNotContain("secret-model", seen);
        Assert.DoesNotContain("cqia-vs-baselines", seen); // the study's name, which raters are not told
        Assert.DoesNotContain("\"p0", seen); // ids of prompts
    }
}
