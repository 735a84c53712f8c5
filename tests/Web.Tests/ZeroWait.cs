using System.Text.Json;
using PrefEval.TestKit;

namespace PrefEval.Web.Tests;

/// <summary>One key votes, and the next pair is on the screen: it is in the page already, and nothing is asked of the service in between.</summary>
public sealed class ZeroWait(Browser browser)
{
    private static readonly string[] TwoModels = ["model-one", "model-two"];

    /// <summary>From the key on, frame by frame: which pair is visible, and what was asked of the service before it was painted.</summary>
    private const string Measure = """
        const asked = { count: 0 };
        const ask = window.fetch;
        window.fetch = (...call) => { asked.count++; return ask(...call); };
        const shown = () => [...document.querySelectorAll('article.pair')].find(pair => !pair.hidden)?.dataset.pair;
        addEventListener('keydown', event => {
          if (!/[1-4]/.test(event.key)) return;
          const [before, ahead, calls] = [shown(), document.querySelector('article.pair[hidden]')?.dataset.pair ?? null, asked.count];
          window.measured = new Promise(resolve => {
            let frames = 0;
            const frame = () => {
              frames++;
              if (shown() !== before || frames > 60) resolve({ frames, ahead, then: shown() ?? null, calls: asked.count - calls });
              else requestAnimationFrame(frame);
            };
            requestAnimationFrame(frame);
          });
        }, true);
        const shifts = { sum: 0 };
        new PerformanceObserver(list => list.getEntries().forEach(each => { if (!each.hadRecentInput) shifts.sum += each.value; })).observe({ type: 'layout-shift', buffered: true });
        window.shifts = shifts;
        """;

    [Fact]
    public async Task The_next_pair_is_in_the_page_before_the_key_and_painted_within_two_frames_without_a_request_while_the_service_takes_two_seconds()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 12, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Page.AddInitScriptAsync(Measure);
        await window.Enter(await study.Key());
        var waiting = 0;
        await window.Page.RouteAsync("**/api/**", async route =>
        {
            Interlocked.Increment(ref waiting);
            await Task.Delay(2000); // the service's latency
            await route.ContinueAsync();
        });

        for (var i = 0; i < 4; i++)
        {
            await window.Bar.WaitForAsync();
            await window.Page.Keyboard.PressAsync((i % 4 + 1).ToString());
            var measured = await window.Page.EvaluateAsync<JsonElement>("() => window.measured");
            Assert.InRange(measured.GetProperty("frames").GetInt32(), 1, 2);
            Assert.Equal(measured.GetProperty("ahead").GetString(), measured.GetProperty("then").GetString());
            Assert.NotNull(measured.GetProperty("then").GetString());
            Assert.Equal(0, measured.GetProperty("calls").GetInt32());
            if (i == 1) await window.AllSent(); // two are ahead, a third one comes with the answers
        }

        Assert.True(waiting > 0);
        await study.Judgments(window, 4);
        Assert.InRange(await window.Page.EvaluateAsync<double>("() => window.shifts.sum"), 0, 0.1);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task The_page_starts_with_little_and_from_its_own_origin_alone()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 3, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        var sizes = await window.Page.EvaluateAsync<Dictionary<string, double>>("() => Object.fromEntries(performance.getEntriesByType('resource').map(each => [each.name, each.encodedBodySize]))");

        double Sum(string end) => sizes.Where(file => file.Key.EndsWith(end, StringComparison.Ordinal)).Sum(file => file.Value) / 1024;
        Assert.InRange(Sum(".js"), 10, 120);
        Assert.InRange(Sum(".css"), 1, 15);
        Assert.DoesNotContain(window.Requests, request => request.ResourceType == "font");
        Assert.All(window.Requests, request => Assert.Equal(browser.Server.Address.Authority, new Uri(request.Url).Authority));
    }

    [Fact]
    public async Task Typing_ahead_of_a_slow_service_ends_in_a_word_not_in_a_lost_vote()
    {
        var study = await TestStudy.OpenAsync(browser.Server, 8, TwoModels, overlap: 1);
        await using var window = await browser.Open();
        await window.Enter(await study.Key());
        await window.Block("**/api/**");
        string[] voted = [await window.Vote("1"), await window.Vote("2"), await window.Vote("4")];
        await Assertions.Expect(window.Page.Locator(".notice h2")).ToHaveTextAsync("The service cannot be reached.");

        await window.Unblock("**/api/**");
        await window.Ready(); // it tries again by itself
        Assert.Equal(voted, (await study.Judgments(window, 3)).Select(judgment => (string)judgment["assignment"]!));
    }
}
