using System.Text.Json.Nodes;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

public sealed class TheJudgePage(Browser browser)
{
    private const string Votes = "**/api/v1/assignments/**";
    private static readonly string[] TwoModels = ["model-one", "model-two"];

    [Fact]
    public async Task A_rater_judges_ten_pairs_with_keys_only_and_each_is_stored_once()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 10, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        Assert.DoesNotContain("#", window.Page.Url);

        var keys = new Dictionary<string, string> { ["1"] = "left", ["2"] = "tie", ["3"] = "both_bad", ["4"] = "right", ["ArrowLeft"] = "left", ["ArrowRight"] = "right" };
        var said = new Dictionary<string, string>();
        for (var i = 0; i < 10; i++)
        {
            var key = keys.Keys.ElementAt(i % keys.Count);
            said[await window.Vote(key)] = keys[key];
        }

        await Assertions.Expect(window.Page.Locator(".notice h2")).ToHaveTextAsync("Everything is judged.");
        var stored = await study.Judgments(window, 10);
        Assert.All(stored, judgment => Assert.Equal(1, (int)judgment["revision"]!));
        Assert.Equal(said, stored.ToDictionary(judgment => (string)judgment["assignment"]!, judgment => (string)judgment["choice"]!));
        Assert.All(stored, judgment => Assert.True((int)judgment["duration_ms"]! >= 300));
        await Assertions.Expect(window.Page.Locator(".progress")).ToContainTextAsync("today 10 · judged 10");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_key_held_down_votes_once()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 5, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());

        await window.Page.Keyboard.DownAsync("1");
        await window.Page.Locator(".bar[data-ready=true][data-showing='2']").WaitForAsync();
        for (var i = 0; i < 20; i++) await window.Page.Keyboard.DownAsync("1"); // the browser marks these as repeats
        await window.Page.Keyboard.UpAsync("1");
        Assert.Equal("2", await window.Showing());

        await window.Vote("2");
        Assert.Equal(["left", "tie"], (await study.Judgments(window, 2)).Select(judgment => (string)judgment["choice"]!));
    }

    [Fact]
    public async Task A_new_pair_takes_no_vote_before_it_can_have_been_seen()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 5, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());

        // Both keys within one task: the second falls upon a pair that was not painted yet.
        await window.Page.EvaluateAsync("() => ['1', '4'].forEach(key => dispatchEvent(new KeyboardEvent('keydown', { key })))");
        await window.Page.Locator(".bar[data-ready=true][data-showing='2']").WaitForAsync();

        Assert.Equal("left", (string)(await study.Judgments(window, 1))[0]["choice"]!);
    }

    [Fact]
    public async Task Typing_1_2_and_u_in_the_comment_votes_nothing()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 5, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        var first = await window.Vote("2");
        var pair = await window.PairShown();

        await window.Page.Keyboard.PressAsync("c");
        await window.Page.Locator("textarea").WaitForAsync();
        await window.Page.Keyboard.TypeAsync("12u 34s g?");
        await window.Page.Keyboard.PressAsync("Escape");
        Assert.Equal(pair, await window.PairShown());
        await window.Page.EvaluateAsync("() => dispatchEvent(new KeyboardEvent('keydown', { key: '1', isComposing: true }))");
        await window.Page.EvaluateAsync("() => dispatchEvent(new KeyboardEvent('keydown', { key: '1', keyCode: 229 }))");
        Assert.Equal(pair, await window.PairShown());

        await window.Vote("4");
        var stored = await study.Judgments(window, 2);
        Assert.Equal([first, pair], stored.Select(judgment => (string)judgment["assignment"]!));
        Assert.Equal("12u 34s g?", (string)stored[1]["comment"]!);
        Assert.Equal("right", (string)stored[1]["choice"]!);
    }

    [Fact]
    public async Task Strength_and_criteria_go_with_the_vote_where_the_study_asks_for_them()
    {
        var study = await TestStudy.CreateAsync(browser.Server, overlap: 1);
        (await study.Change(new { strength = true, criteria = new[] { new { name = "accuracy", label = "哪个更准确？" } } })).Ok();
        (await study.Import(TestStudy.Prompts(2, TwoModels))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        await using var window = await browser.Open();
        await window.Enter(await study.Key());

        await window.Page.Locator("[data-criterion=accuracy] button").Last.ClickAsync();
        await window.Page.Keyboard.PressAsync("m");
        await Assertions.Expect(window.Page.Locator("[data-strength='1']")).ToBeVisibleAsync();
        await window.Vote("1");
        await Assertions.Expect(window.Page.Locator("[data-strength='0']")).ToBeVisibleAsync(); // nothing is carried over to the next pair
        await window.Vote("2");

        var stored = await study.Judgments(window, 2);
        Assert.Equal([1, null], stored.Select(judgment => (int?)judgment["strength"]));
        var (right, left) = ((string?)stored[0]["left"] == "a" ? "b" : "a", (string?)stored[0]["left"]);
        Assert.Equal((left, right), ((string?)stored[0]["winner"], (string?)stored[0]["criteria"]!["accuracy"]));
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Undo_brings_back_the_pair_with_its_choice_marked_and_a_changed_vote_is_revision_2()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 5, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        var left = await window.Shown.Locator(".side.left").InnerTextAsync();
        var pair = await window.Vote("1");
        var next = await window.PairShown();

        await window.Vote("u");
        Assert.Equal(pair, await window.PairShown());
        Assert.Equal(left, await window.Shown.Locator(".side.left").InnerTextAsync());
        await Assertions.Expect(window.Page.Locator("[aria-pressed=true]")).ToHaveAttributeAsync("data-choice", "left");

        await window.Vote("4");
        Assert.Equal(next, await window.PairShown());
        var stored = await study.Judgments(window, 2);
        Assert.All(stored, judgment => Assert.Equal(pair, (string)judgment["assignment"]!));
        Assert.Equal([(1, "left"), (2, "right")], stored.Select(judgment => ((int)judgment["revision"]!, (string)judgment["choice"]!)));
    }

    [Fact]
    public async Task A_vote_changed_before_it_was_sent_arrives_as_two_revisions_in_order()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 5, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        await window.Block(Votes);
        await window.Vote("1");
        await window.Vote("u");
        await window.Vote("4");
        Assert.Equal(2, await window.Waiting());

        await window.Unblock(Votes);
        Assert.Equal(["left", "right"], (await study.Judgments(window, 2)).Select(judgment => (string)judgment["choice"]!));
    }

    [Fact]
    public async Task A_vote_made_while_the_network_is_away_is_stored_exactly_once_when_it_is_back()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 8, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());

        await window.Block(Votes);
        string[] voted = [await window.Vote("1"), await window.Vote("2")];
        await Assertions.Expect(window.Page.Locator(".chip")).ToHaveAttributeAsync("data-waiting", "2");

        await window.Unblock(Votes);
        var stored = await study.Judgments(window, 2);
        Assert.Equal(voted, stored.Select(judgment => (string)judgment["assignment"]!));
        await Assertions.Expect(window.Page.Locator(".chip")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_vote_whose_answer_got_lost_is_stored_once()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 5, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        var sent = 0;
        await window.Page.RouteAsync(Votes, async route =>
        {
            var first = Interlocked.Increment(ref sent) == 1;
            if (!first) await route.ContinueAsync();
            else
            {
                await route.FetchAsync();
                await route.AbortAsync();
            }
        });

        await window.Vote("1");
        await study.Judgments(window, 1);
        Assert.Equal(2, sent);
    }

    [Fact]
    public async Task Votes_that_wait_survive_a_reload_and_arrive_in_order()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 8, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        await window.Block(Votes);
        string[] voted = [await window.Vote("1"), await window.Vote("2"), await window.Vote("4")];

        await window.Reload();
        Assert.Equal(3, await window.Waiting());
        Assert.DoesNotContain(await window.PairShown(), voted);
        await Assertions.Expect(window.Page.Locator(".progress")).ToContainTextAsync("today 3 · judged 3");

        await window.Unblock(Votes);
        Assert.Equal(voted, (await study.Judgments(window, 3)).Select(judgment => (string)judgment["assignment"]!));
    }

    [Fact]
    public async Task A_skipped_pair_does_not_come_back_and_nothing_is_stored_as_a_vote()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 4, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        var skipped = await window.PairShown();

        await window.Page.Keyboard.PressAsync("s");
        await window.Page.Locator("[data-reason=not_my_field]").ClickAsync();
        await window.Page.Locator(".bar[data-ready=true][data-showing='2']").WaitForAsync();
        for (var i = 0; i < 3; i++) Assert.NotEqual(skipped, await window.Vote("1"));

        await window.Page.Locator(".notice").WaitForAsync();
        await study.Judgments(window, 3);
        var report = (await study.Get("reports/preference")).Ok();
        Assert.Equal(1, (int)report["items"][0]!["excluded"]!["skipped"]!["not_my_field"]!);
    }

    [Fact]
    public async Task On_a_narrow_screen_the_vote_opens_once_both_answers_were_seen_and_says_how_they_stood()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 4, TwoModels, overlap: 1);
        await using var window = await browser.Open(390, 844, "zh-CN");
        await window.Enter(await study.Key());
        var pair = await window.PairShown();
        await Assertions.Expect(window.Shown.Locator(".side:visible")).ToHaveCountAsync(1);

        await window.Page.Keyboard.PressAsync("1");
        await Assertions.Expect(window.Page.Locator("[data-choice=left]")).ToHaveAttributeAsync("aria-disabled", "true");
        Assert.Equal(pair, await window.PairShown());
        await window.Page.Locator(".switch [aria-pressed=false]").ClickAsync();
        var put = await window.Page.RunAndWaitForRequestAsync(() => window.Page.Locator("[data-choice=left]").ClickAsync(), request => request.Method == "PUT");

        Assert.Equal("stacked", (string)JsonNode.Parse(put.PostData!)!["layout"]!);
        Assert.Equal(pair, (string)(await study.Judgments(window, 1))[0]["assignment"]!);
    }

    [Theory]
    [InlineData(0.1, "A")]
    [InlineData(0.9, "B")]
    public async Task Which_answer_a_narrow_screen_shows_first_is_drawn_for_each_pair(double drawn, string first)
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, TwoModels, overlap: 1);
        await using var window = await browser.Open(390, 844);
        await window.Page.AddInitScriptAsync(FormattableString.Invariant($"Math.random = () => {drawn}"));
        await window.Enter(await study.Key());
        await Assertions.Expect(window.Shown.Locator(".side:visible h3")).ToHaveTextAsync(first);
        await window.Page.Locator(".switch [aria-pressed=false]").ClickAsync();
        await window.Vote("1");
        await Assertions.Expect(window.Shown.Locator(".side:visible h3")).ToHaveTextAsync(first);
    }

    [Fact]
    public async Task Where_both_bad_is_not_allowed_three_keys_are_left()
    {
        var study = await TestStudy.CreateAsync(browser.Server, overlap: 1, allowBothBad: false);
        (await study.Import(TestStudy.Prompts(3, TwoModels))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        await using var window = await browser.Open();
        await window.Enter(await study.Key());

        await Assertions.Expect(window.Page.Locator(".vote")).ToHaveCountAsync(3);
        await window.Vote("3");
        Assert.Equal("right", (string)(await study.Judgments(window, 1))[0]["choice"]!);
    }

    [Fact]
    public async Task Guidelines_are_read_before_the_first_pair_and_are_one_key_away_later()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, TwoModels, overlap: 1);
        (await study.Change(new { guidelines = "先看**正确。**再看清楚。" })).Ok();
        await using var window = await browser.Open();
        await window.Page.GotoAsync("/judge#" + await study.Key());
        await Assertions.Expect(window.Page.Locator(".notice strong")).ToHaveTextAsync("正确。");

        await window.Page.Keyboard.PressAsync("Enter");
        await window.Ready();
        await window.Page.Keyboard.PressAsync("g");
        await Assertions.Expect(window.Page.Locator("dialog strong")).ToHaveTextAsync("正确。");
        await window.Page.Keyboard.PressAsync("1");
        await window.Page.Keyboard.PressAsync("Escape");
        Assert.Empty(await study.Judgments());

        await window.Reload();
    }

    [Theory]
    [InlineData("/judge", "You need your link.")]
    [InlineData("/judge#pr_no-such-key", "This link does not work any more.")]
    [InlineData("/judge#" + PrefEvalServer.AdminKey, "This link is for researchers.")]
    public async Task Who_has_no_valid_link_is_told_so_in_words(string link, string words)
    {
        await using var window = await browser.Open();
        await window.Page.GotoAsync(link);
        await Assertions.Expect(window.Page.Locator(".notice h2")).ToHaveTextAsync(words);
    }

    [Fact]
    public async Task A_paused_study_says_so()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, TwoModels, overlap: 1);
        var key = await study.Key();
        (await study.Change(new { state = "paused" })).Ok();
        await using var window = await browser.Open(locale: "zh-CN");
        await window.Page.GotoAsync("/judge#" + key);
        await Assertions.Expect(window.Page.Locator(".notice h2")).ToHaveTextAsync("研究暂停了。");
    }
}
