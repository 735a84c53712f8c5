using System.Text.Json.Nodes;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>From the opening of the link to leaving: tabs, devices, breaks, restarts.</summary>
public sealed class OneVisit(Browser browser)
{
    private const string Votes = "**/api/v1/assignments/**";
    private static readonly string[] TwoModels = ["model-one", "model-two"];

    [Fact]
    public async Task Two_tabs_of_one_rater_never_show_a_pair_twice_and_store_every_vote_once()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 8, TwoModels, overlap: 1);
        await using var first = await browser.Open();
        await first.Enter(await study.Key());
        string[] voted = [await first.Vote("1")];

        var second = await first.AnotherTab();
        await second.Page.GotoAsync("/judge");
        await Assertions.Expect(second.Page.Locator(".notice h2")).ToHaveTextAsync("You are judging in another tab.");
        await Assertions.Expect(second.Page.Locator("article.pair")).ToHaveCountAsync(0);

        // A vote that is not sent yet moves over with her.
        await first.Block(Votes);
        voted = [.. voted, await first.Vote("2")];
        await second.Page.Keyboard.PressAsync("Enter");
        await second.Ready();
        await Assertions.Expect(first.Page.Locator(".notice h2")).ToHaveTextAsync("You are judging in another tab.");
        Assert.DoesNotContain(await second.PairShown(), voted);
        voted = [.. voted, await second.Vote("4")];
        await first.Unblock(Votes);
        await second.AllSent();

        // When the one that judges is closed, the other goes on.
        await second.Page.CloseAsync();
        await first.Ready();
        voted = [.. voted, await first.Vote("1")];
        var stored = await study.Judgments(first, 4);
        Assert.Equal(voted.Order(), stored.Select(judgment => (string)judgment["assignment"]!).Order());
        Assert.All(stored, judgment => Assert.Equal(1, (int)judgment["revision"]!));
    }

    [Fact]
    public async Task A_link_of_another_rater_in_the_same_browser_takes_no_vote_from_the_first()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 8, TwoModels, overlap: 1);
        var (anna, berta) = (await study.Key("anna"), await study.Key("berta"));
        await using var first = await browser.Open();
        await first.Enter(anna);
        await first.Block(Votes);
        var pair = await first.Vote("1");

        var second = await first.AnotherTab();
        await second.Page.GotoAsync("/judge#" + berta);
        await second.Page.Locator(".notice button.main").ClickAsync();
        await second.Ready();
        Assert.NotEqual(pair, await second.PairShown());
        await first.Unblock(Votes);
        await second.Vote("2");
        await second.Page.GotoAsync("about:blank"); // leaves
        Assert.Equal(["berta"], (await study.Judgments()).Select(judgment => (string)judgment["rater"]!));

        await first.Page.GotoAsync("/judge#" + anna); // in a tab that is there already
        await first.Ready();
        var stored = await study.Judgments(first, 2);
        Assert.Equal(pair, (string)Assert.Single(stored, judgment => (string)judgment["rater"]! == "anna")["assignment"]!);
    }

    [Fact]
    public async Task Pausing_gives_back_what_lies_ahead_and_going_on_works_here_and_on_another_device()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, TwoModels, overlap: 1);
        var key = await study.Key();
        await using var window = await browser.Open();
        await window.Enter(key);
        await window.Vote("1");
        await window.AllSent();

        await window.Page.RunAndWaitForResponseAsync(() => window.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync(), response => response.Url.EndsWith("/release", StringComparison.Ordinal) && response.Ok);
        await Assertions.Expect(window.Page.Locator(".notice h2")).ToHaveTextAsync("Paused.");
        var other = await study.Invite("r2");
        Assert.Equal(2, (await other.Assignments(3)).Count); // free at once, not after half an hour
        foreach (var item in await other.Assignments(3)) (await other.GiveBack((string)item["assignment"]!)).Ok();

        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await window.Ready();
        await window.Vote("2");
        await window.AllSent();
        await using var phone = await browser.Open(390, 844, "zh-CN");
        await phone.Enter(key);
        await Assertions.Expect(phone.Page.Locator(".progress")).ToContainTextAsync("今天 2 · 共 2");
    }

    [Fact]
    public async Task Leaving_the_page_gives_back_what_was_not_judged_and_a_reload_keeps_it()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        var pair = await window.PairShown();
        await window.Reload();
        Assert.Equal(pair, await window.PairShown());
        Assert.DoesNotContain(window.Requests, request => request.Url.EndsWith("/release", StringComparison.Ordinal));

        await window.Page.GotoAsync("about:blank");
        var other = await study.Invite("r2");
        for (var i = 0; i < 500 && (await other.Assignments(3)).Count < 3; i++) await other.Ask(1); // what gives them back is on its way
        Assert.Equal(3, (await other.Assignments(3)).Count);
    }

    [Fact]
    public async Task A_break_is_suggested_after_half_an_hour_of_work_and_not_after_one_of_rest()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 30, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Page.Clock.InstallAsync();
        await window.Enter(await study.Key());
        var tired = window.Page.Locator(".tired");

        for (var minute = 0; minute < 28; minute += 4) await VoteAfter(4);
        await Assertions.Expect(tired).ToHaveCountAsync(0);
        await VoteAfter(30); // she was away
        for (var minute = 0; minute < 28; minute += 4) await VoteAfter(4);
        await Assertions.Expect(tired).ToHaveCountAsync(0);
        await VoteAfter(4);
        await Assertions.Expect(tired).ToContainTextAsync("A short break does good.");
        await window.Vote("1"); // it hinders nothing
        await tired.GetByRole(AriaRole.Button, new() { Name = "Not now" }).ClickAsync();
        await Assertions.Expect(tired).ToHaveCountAsync(0);

        async Task VoteAfter(int minutes)
        {
            await window.Page.Clock.FastForwardAsync(minutes * 60_000);
            await window.Vote("1");
        }
    }

    [Fact]
    public async Task Votes_faster_than_anybody_reads_are_met_with_a_word_and_taken()
    {
        var text = string.Concat(Enumerable.Repeat("这是一段很长的回答。", 60));
        var study = await browser.OpenWith([.. Enumerable.Range(0, 6).Select(i => ($"题目{i}", $"{i}甲{text}", $"{i}乙{text}"))]);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        for (var i = 0; i < 2; i++) await window.Vote("1");
        await Assertions.Expect(window.Page.Locator(".said")).ToHaveCountAsync(0);
        await window.Vote("1");
        await Assertions.Expect(window.Page.Locator(".said")).ToContainTextAsync("came very fast");
        await window.Vote("1");
        await study.Judgments(window, 4);
    }

    [Fact]
    public async Task A_pair_whose_lease_ran_out_and_went_to_another_is_still_taken_and_nothing_is_lost()
    {
        await using var server = new PrefEvalServer(fakeTime: true);
        var study = await TestStudy.OpenAsync(server, 3, TwoModels, overlap: 1);
        await using var window = await browser.Open(address: server.Address);
        await window.Enter(await study.Key());
        var pair = await window.PairShown();

        server.Time!.Advance(TimeSpan.FromMinutes(31));
        var other = await study.Invite("r2");
        foreach (var item in await other.Assignments(3)) (await other.Vote((string)item["assignment"]!, "tie")).Ok();
        await window.Vote("1");
        await window.AllSent();

        var late = Assert.Single(await study.Judgments(), judgment => (string)judgment["rater"]! == "r1");
        Assert.Equal((pair, "surplus"), ((string)late["assignment"]!, (string)late["standing"]!));
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_restart_of_the_service_in_mid_visit_costs_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("prefeval-restart-");
        try
        {
            var database = $"Data Source={Path.Combine(folder.FullName, "kept.db")}";
            await using var window = await browser.Open();
            var voted = new List<string>();
            TestStudy study;
            await using (var server = new PrefEvalServer(database))
            {
                study = await TestStudy.OpenAsync(server, 8, TwoModels, overlap: 1);
                await window.Enter(await study.Key(), server.Address);
                voted.Add(await window.Vote("1"));
                await window.AllSent();
                // From here on the old port answers by whatever server there is; at first by none.
                await window.Block("**/api/**");
                voted.Add(await window.Vote("2"));
                voted.Add(await window.Vote("3"));
            }

            await using var next = new PrefEvalServer(database);
            await window.Unblock("**/api/**");
            await window.Page.RouteAsync("**/api/**", async route =>
            {
                var headers = route.Request.Headers.Where(header => header.Key is not ("origin" or "host")).ToDictionary();
                var answer = await route.FetchAsync(new() { Url = new Uri(next.Address, new Uri(route.Request.Url).PathAndQuery).ToString(), Headers = headers });
                await route.FulfillAsync(new() { Response = answer });
            });
            await window.Ready();
            voted.Add(await window.Vote("4"));
            await window.AllSent();
            var stored = (await next.Admin.Get($"{study.Path}/judgments")).Ok()["items"].AsArray();
            Assert.Equal(voted, stored.Select(judgment => (string)judgment!["assignment"]!));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_a_secure_context_the_page_works_and_says_that_it_wants_to_be_alone()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Page.AddInitScriptAsync("Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })");
        await window.Enter(await study.Key());
        await Assertions.Expect(window.Page.Locator(".said")).ToContainTextAsync("keep to one tab");
        await window.Vote("1");
        await study.Judgments(window, 1);
    }

    [Fact]
    public async Task Under_a_path_of_a_proxy_the_page_finds_all_that_is_its_own()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Page.RouteAsync("**/eval/**", async route =>
        {
            var answer = await route.FetchAsync(new() { Url = route.Request.Url.Replace("/eval/", "/", StringComparison.Ordinal), MaxRedirects = 0 });
            await route.FulfillAsync(new() { Response = answer });
        });
        await window.Page.GotoAsync("/eval/judge#" + await study.Key());
        await window.Ready();
        await window.Vote("1");
        await study.Judgments(window, 1);
        Assert.All(window.Requests, request => Assert.StartsWith("/eval/", new Uri(request.Url).AbsolutePath, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slash_too_much_after_the_address_does_no_harm()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Page.GotoAsync("/judge/#" + await study.Key());
        await window.Ready();
        Assert.EndsWith("/judge", window.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_service_refuses_is_said_in_the_raters_language()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 4, TwoModels, overlap: 1);
        await using var window = await browser.Open(locale: "zh-CN");
        await window.Enter(await study.Key());
        await window.Page.RouteAsync(Votes, route => route.FulfillAsync(new()
        {
            Status = 409,
            ContentType = "application/problem+json",
            Body = new JsonObject { ["type"] = "/problems/study-state", ["title"] = "x", ["detail"] = "An English sentence." }.ToJsonString(),
        }));
        await window.Page.Keyboard.PressAsync("1");
        await Assertions.Expect(window.Page.Locator(".said")).ToHaveTextAsync("有一项未能保存。 研究目前的状态不允许。");
    }
}
