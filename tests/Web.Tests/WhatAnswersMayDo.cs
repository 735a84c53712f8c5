namespace PrefEval.Web.Tests;

/// <summary>An answer is text of a stranger: it is shown, and does nothing.</summary>
public sealed class WhatAnswersMayDo(Browser browser)
{
    [Fact]
    public async Task Nothing_of_a_list_of_attacks_fires_loads_leads_away_or_covers_the_page()
    {
        Assert.True(Attacks.All.Length >= 60);
        // A turn for each, so that none hides in another; every second one on the other side.
        object[] Side(int which) => [.. Attacks.All.Where((_, i) => i % 2 == which).Select(attack => new { role = "assistant", content = attack })];
        var study = await browser.OpenWithAnswers(("题目 " + Attacks.All[0], Side(0), Side(1)));
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        await Assertions.Expect(window.Shown.Locator(".turn.assistant")).ToHaveCountAsync(Attacks.All.Length);

        var sides = window.Shown;
        await Assertions.Expect(sides).ToContainTextAsync("<script>window.hit=1</script>"); // it is shown as it was written
        await Assertions.Expect(sides.Locator("img, script, style, iframe, object, embed, a, form, input, base, meta, link, template, video, audio, foreignObject, use, [href], [src], [srcset], [id]")).ToHaveCountAsync(0);
        var handlers = await sides.EvaluateAsync<string[]>("all => [...all.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(name => name.startsWith('on') || name.startsWith('xlink'))");
        Assert.Empty(handlers);
        foreach (var link in await sides.Locator(".link").AllAsync()) await link.ClickAsync();
        await window.Page.Mouse.MoveAsync(700, 300);

        // Nothing of it lies over the bar: the buttons get the click.
        Assert.True(await window.Page.EvaluateAsync<bool>("() => [...document.querySelectorAll('.vote')].every(b => { const r = b.getBoundingClientRect(); return b.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)); })"));
        Assert.False(await window.ScrollsSideways());
        await window.Vote("1");
        Assert.Null(await window.Page.EvaluateAsync<int?>("() => typeof window.hit === 'number' ? window.hit : null"));
        Assert.EndsWith("/judge", window.Page.Url, StringComparison.Ordinal);
        Assert.All(window.Requests, request => Assert.Equal(browser.Server.Address.Authority, new Uri(request.Url).Authority));
        Assert.Empty(window.Complaints);
    }

    [Theory]
    [InlineData("10,000 nested quotes", "> ", 10_000, " text")]
    [InlineData("10,000 nested lists", "- ", 10_000, " text")]
    [InlineData("10,000 open brackets", "[", 10_000, "text")]
    [InlineData("10,000 nested links", "![x](", 10_000, "text")]
    [InlineData("10,000 emphases", "*a **a ", 10_000, "text")]
    [InlineData("10,000 backticks", "`` ` ", 10_000, "text")]
    [InlineData("10,000 formulas that never end", "\\( $$ ", 10_000, "text")]
    [InlineData("10,000 formulas", "$x^2$ ", 10_000, "text")]
    [InlineData("10,000 nested braces", "$$" + "{", 10_000, "}$$ text")]
    [InlineData("a table of 5,000 rows that is broken", "| a | b\n|--\n| ", 5_000, "text")]
    [InlineData("10,000 overrides of the direction", "\u202e\u2067", 10_000, "text")]
    public async Task Text_made_to_be_slow_or_deep_is_shown_and_the_page_stays_usable(string what, string piece, int times, string end)
    {
        var text = string.Concat(Enumerable.Repeat(piece, times)) + end;
        var study = await browser.OpenWith((what, text, text + "."), ("next", "a", "b"));
        await using var window = await browser.Open();
        await window.Enter(await study.Key());

        if (await window.Shown.Locator(".prompt").InnerTextAsync() == "next") await window.Vote("1");
        await Assertions.Expect(window.Shown.Locator(".side.left")).ToContainTextAsync("text");
        await Assertions.Expect(window.Shown.Locator(".side.right")).ToContainTextAsync("text");
        Assert.False(await window.ScrollsSideways());
        await window.Vote("2");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Of_an_answer_of_a_million_characters_both_sides_show_as_much_and_all_of_it_on_demand()
    {
        var line = "很长的一行，**重点。**后文。\n\n";
        var huge = string.Concat(Enumerable.Repeat(line, 1_000_000 / line.Length)) + "the very end";
        var study = await browser.OpenWith(("题目", huge, "short answer"));
        await using var window = await browser.Open();
        await window.Enter(await study.Key());

        Assert.InRange((await window.Shown.TextContentAsync())!.Length, 60_000, 110_000);
        await window.Page.Keyboard.PressAsync("p");
        Assert.InRange((await window.Shown.TextContentAsync())!.Length, 60_000, 110_000);
        await window.Page.Keyboard.PressAsync("p");
        await window.Page.Locator(".cut button").ClickAsync();
        await Assertions.Expect(window.Shown).ToContainTextAsync("the very end");
        await Assertions.Expect(window.Page.Locator(".cut")).ToHaveCountAsync(0);
        await window.Vote("1");
        await study.Judgments(window, 1);
    }

    [Fact]
    public async Task An_empty_answer_and_one_with_a_null_character_are_shown_as_what_they_are()
    {
        // A null character does not come through an import; whatever may let one in, the page shows it as the sign for what cannot be shown.
        var study = await browser.OpenWith(("题目", "", "one\u0001two"));
        await using var window = await browser.Open();
        await window.Page.RouteAsync("**/assignments", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = (await answer.TextAsync()).Replace("\u0001", "\\u0000", StringComparison.Ordinal).Replace("\\u0001", "\\u0000", StringComparison.Ordinal) });
        });
        await window.Enter(await study.Key());

        await Assertions.Expect(window.Shown.Locator(".empty")).ToHaveTextAsync("(This answer is empty.)");
        await Assertions.Expect(window.Shown).ToContainTextAsync("one\uFFFDtwo");
        await window.Page.Keyboard.PressAsync("p");
        await Assertions.Expect(window.Shown).ToContainTextAsync("one\uFFFDtwo");
        Assert.Empty(window.Complaints);
    }

    [Theory]
    [InlineData(320, 640)]
    [InlineData(1366, 768)]
    public async Task A_wide_table_long_code_a_wide_formula_and_a_long_word_scroll_inside_their_pane_not_the_page(int width, int height)
    {
        var cells = string.Join('|', Enumerable.Range(0, 30).Select(i => $"column{i}"));
        var formula = "$$" + string.Join('+', Enumerable.Range(0, 150).Select(i => $"x_{{{i}}}")) + "$$";
        var wide = $"|{cells}|\n|{string.Join('|', Enumerable.Repeat("---", 30))}|\n|{cells}|\n\n```\n{new string('x', 2000)}\n```\n\n{formula}\n\n{new string('w', 1000)}\n\n{string.Concat(Enumerable.Repeat("很长的回答。", 5000))}";
        var study = await browser.OpenWith(("题目" + new string('t', 300), wide, wide + "."));
        await using var window = await browser.Open(width, height);
        await window.Enter(await study.Key());

        await Assertions.Expect(window.Shown.Locator(".side:visible .katex").First).ToBeVisibleAsync();
        Assert.False(await window.ScrollsSideways());
        var bar = await window.Bar.BoundingBoxAsync();
        Assert.InRange(bar!.Y + bar.Height, height - 1, height + 1);
        Assert.True(bar.Height < height / 2.0);
        Assert.Empty(window.Complaints);
    }
}
