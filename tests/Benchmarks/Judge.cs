using System.Globalization;
using Microsoft.Playwright;
using PrefEval.TestKit;

namespace PrefEval.Benchmarks;

/// <summary>The judging page in headless Chromium: from the key to the next pair painted, with and without a slow service, and the memory that pairs leave behind.</summary>
public static class Judge
{
    private const int Votes = 200, SlowVotes = 20, Pairs = 500;
    private const int SlowMs = 2000;

    /// <summary>From the key's own time stamp to the first task after the frame that shows another pair.</summary>
    private const string Measure = """
        window.times = [];
        const shown = () => [...document.querySelectorAll('article.pair')].find(pair => !pair.hidden)?.dataset.pair;
        addEventListener('keydown', event => {
          const before = shown();
          if (!document.querySelector('article.pair[hidden]')) return;
          const frame = () => shown() === before ? requestAnimationFrame(frame) : setTimeout(() => window.times.push(performance.now() - event.timeStamp));
          requestAnimationFrame(frame);
        }, true);
        """;

    public static async Task RunAsync()
    {
        await using var service = await PublishedService.StartAsync();
        var key = await MakeStudyAsync(service);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var page = await browser.NewPageAsync(new() { BaseURL = service.Address.ToString(), ViewportSize = new() { Width = 1366, Height = 768 } });
        await page.AddInitScriptAsync(Measure);
        await page.GotoAsync("/judge#" + key);
        await page.Locator(".bar[data-ready=true]").WaitForAsync();
        var devtools = await page.Context.NewCDPSessionAsync(page);
        for (var i = 0; i < 40; i++) await Vote(page, i); // what is kept for undo is kept
        var before = await Heap(devtools);
        await page.EvaluateAsync("() => { window.times = []; }");
        for (var i = 0; i < Pairs; i++)
        {
            await Vote(page, i);
            if (i == Votes - 1) await Say(page, $"{Votes} votes");
        }
        var grown = await Heap(devtools) - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"heap after {Pairs} more pairs: {grown:+0.0;-0.0} MiB"));

        await page.RouteAsync("**/api/**", async route =>
        {
            await Task.Delay(SlowMs);
            await route.ContinueAsync();
        });
        await page.EvaluateAsync("() => { window.times = []; }");
        for (var i = 0; i < SlowVotes; i++) await Vote(page, i);
        await Say(page, $"{SlowVotes} votes, every call {SlowMs} ms late");
    }

    private static async Task Vote(IPage page, int i)
    {
        var showing = await page.Locator(".bar").GetAttributeAsync("data-showing");
        await page.Keyboard.PressAsync((i % 4 + 1).ToString(CultureInfo.InvariantCulture));
        await page.Locator($".bar[data-ready=true]:not([data-showing='{showing}'])").WaitForAsync();
    }

    private static async Task Say(IPage page, string what)
    {
        var times = (await page.EvaluateAsync<double[]>("() => window.times")).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"key to next pair painted, {what}: p50 {times[times.Length / 2]:0} ms, p95 {times[(int)(times.Length * 0.95)]:0} ms ({times.Length} measured)"));
    }

    /// <summary>MiB in use once everything that is not reachable was collected.</summary>
    private static async Task<double> Heap(ICDPSession devtools)
    {
        await devtools.SendAsync("HeapProfiler.collectGarbage");
        return (await devtools.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble() / (1 << 20);
    }

    private static async Task<string> MakeStudyAsync(PublishedService service)
    {
        var study = (string)(await service.Admin.Post("studies", new
        {
            name = "judge", title = "中文问答比较", question = "哪个回答更好？", language = "zh-CN", overlap = 1, design = new { kind = "round_robin" },
        })).Ok()["study"]!;
        var body = string.Concat(Enumerable.Repeat("这是一段回答，**重点。**后文。\n\n- 一\n- 二\n\n", 15));
        var lines = Enumerable.Range(0, Pairs + Votes).Select(i => TestStudy.Line(new { prompt_id = $"p{i}", prompt = $"题目{i}", answers = new { m1 = $"甲{i} {body}", m2 = $"乙{i} {body}" } }));
        (await service.Admin.Upload($"studies/{study}/imports?confirm=true", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)))).Ok();
        (await service.Admin.Patch("studies/" + study, new { state = "open" })).Ok();
        return (string)(await service.Admin.Post($"studies/{study}/raters", new { name = "r1" })).Ok()["items"][0]!["key"]!;
    }
}
