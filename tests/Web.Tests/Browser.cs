using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using PrefEval.Web.Tests;

[assembly: AssemblyFixture(typeof(Browser))]

namespace PrefEval.Web.Tests;

/// <summary>One service and one browser for all tests; each test has a study and a window of its own.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>In milliseconds: five seconds, the usual, are too few where other work shares the machine.</summary>
    private const int Patience = 40_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public PrefEvalServer Server { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
                "--renderer-process-limit=2", // none is started in advance for a window that has its own
            ],
        });
    }

    public async Task<Window> Open(int width = 1366, int height = 768, string locale = "en", ColorScheme scheme = ColorScheme.Light, ReducedMotion motion = ReducedMotion.NoPreference, Uri? address = null)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = (address ?? Server.Address).ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Locale = locale,
            ColorScheme = scheme,
            ReducedMotion = motion,
        });
        context.SetDefaultTimeout(Patience);
        Assertions.SetDefaultExpectTimeout(Patience);
        return new Window(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        await Server.DisposeAsync();
    }
}

/// <summary>A browser window that remembers what was asked of the service and what the browser complained of.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentBag<Task<string>> _traffic = [];

    public Window(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Request += (_, request) => Requests.Add(request);
        page.PageError += (_, error) => Complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Complaints.Add(message.Text);
        };
    }

    /// <summary>To be called before the first page, for <see cref="EverythingSeen"/>.</summary>
    public void RememberEverything()
    {
        Page.Response += (_, response) => _traffic.Add(Describe(response));
        Page.Console += (_, message) => _traffic.Add(Task.FromResult(message.Text));
    }

    public IPage Page { get; }

    public ConcurrentBag<IRequest> Requests { get; } = [];

    /// <summary>Errors and warnings of the console, blocked content included.</summary>
    public ConcurrentBag<string> Complaints { get; } = [];

    public ILocator Bar => Page.Locator(".bar[data-ready=true]");

    public ILocator Shown => Page.Locator("article.pair:visible");

    /// <summary>Opens the judging page and waits until the first pair takes votes.</summary>
    public async Task Enter(string key, Uri? address = null)
    {
        await Page.GotoAsync(address is null ? "/judge#" + key : new Uri(address, "/judge#" + key).ToString());
        await Ready();
    }

    public Task Ready() => Bar.WaitForAsync();

    /// <summary>Votes by a key, and waits until the pair after that takes votes. Answers the pair that was voted on.</summary>
    public async Task<string> Vote(string key)
    {
        var (pair, showing) = (await PairShown(), await Showing());
        await Page.Keyboard.PressAsync(key);
        await Page.Locator($".bar[data-ready=true]:not([data-showing='{showing}']), .notice").First.WaitForAsync();
        return pair;
    }

    public async Task<string> PairShown() => await Shown.GetAttributeAsync("data-pair") ?? "";

    public async Task<string> Showing() => await Bar.GetAttributeAsync("data-showing") ?? "";

    /// <summary>Waits until the outbox is empty.</summary>
    public Task AllSent() => Page.WaitForFunctionAsync("() => !Object.keys(localStorage).some(key => key.startsWith('prefeval.outbox/'))");

    public Task<int> Waiting() => Page.EvaluateAsync<int>("() => Object.keys(localStorage).filter(key => key.startsWith('prefeval.outbox/')).length");

    public Task Block(string calls) => _context.RouteAsync(calls, route => route.AbortAsync());

    public Task Unblock(string calls) => _context.UnrouteAsync(calls);

    /// <summary>A tab beside this one: the same session, the same storage.</summary>
    public async Task<Window> AnotherTab() => new(_context, await _context.NewPageAsync());

    public async Task Reload()
    {
        await Page.ReloadAsync();
        await Ready();
    }

    /// <summary>Everything that the browser was sent, sent, said or kept: addresses, headers, bodies, console, storage.</summary>
    public async Task<string> EverythingSeen()
    {
        Assert.NotEmpty(_traffic);
        var kept = await Page.EvaluateAsync<string>("() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.documentElement.outerHTML])");
        return string.Join('\n', await Task.WhenAll(_traffic)) + kept;
    }

    /// <summary>Whether the page can be scrolled sideways.</summary>
    public Task<bool> ScrollsSideways() => Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > document.documentElement.clientWidth");

    /// <summary>To be called before the first page, for <see cref="CheckWithAxe"/>.</summary>
    public Task AddAxe() => Page.AddInitScriptAsync(scriptPath: Path.Combine(Project.Root, "src", "Web", "node_modules", "axe-core", "axe.min.js"));

    /// <summary>axe finds nothing in light nor in dark, and the page does not scroll sideways.</summary>
    /// <param name="there">What is there once the state is.</param>
    public async Task CheckWithAxe(string state, string there)
    {
        await Page.Locator(there).First.WaitForAsync();
        Assert.False(await ScrollsSideways(), $"{state} scrolls sideways");
        await Check("['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']", 10);

        // The other scheme has other colours and is the same page: only what looks at colours is asked again.
        var isDark = await Page.EvaluateAsync<bool>("() => matchMedia('(prefers-color-scheme: dark)').matches");
        await Page.EmulateMediaAsync(new() { ColorScheme = isDark ? ColorScheme.Light : ColorScheme.Dark });
        await Check("{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }", 1);
        await Page.EmulateMediaAsync(new() { ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light });

        async Task Check(string runOnly, int fewest)
        {
            var found = await Page.EvaluateAsync<string[]>($$"""
                async () => {
                  const { violations, passes } = await axe.run(document, { runOnly: {{runOnly}}, resultTypes: ['violations'] });
                  if (passes.length < {{fewest}}) return ['axe checked next to nothing'];
                  return violations.map(each => each.id + ': ' + each.nodes.map(node => node.target.join(' ') + ' ' + node.failureSummary.replace(/\s+/g, ' ')).join(' | '));
                }
                """);
            var scheme = await Page.EvaluateAsync<string>("() => matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'");
            Assert.True(found.Length == 0, $"{state}, {scheme}: {string.Join('\n', found)}");
        }
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private static async Task<string> Describe(IResponse response)
    {
        var request = response.Request;
        var headers = string.Join('\n', (await request.AllHeadersAsync()).Concat(await response.AllHeadersAsync()).Select(header => $"{header.Key}: {header.Value}"));
        var isText = response.Url.Contains("/api/", StringComparison.Ordinal) && response.Status != 204;
        return $"{response.Url}\n{headers}\n{request.PostData}\n{(isText ? await response.TextAsync() : "")}";
    }
}

public static class Studies
{
    /// <summary>A study whose prompts are given whole: two answers each.</summary>
    public static Task<TestStudy> OpenWith(this Browser browser, params (string Prompt, string A, string B)[] rows) =>
        browser.OpenWithAnswers([.. rows.Select(row => (row.Prompt, (object)row.A, (object)row.B))]);

    /// <summary>The same, with answers that are texts or conversations.</summary>
    public static async Task<TestStudy> OpenWithAnswers(this Browser browser, params (string Prompt, object A, object B)[] rows)
    {
        var study = await TestStudy.CreateAsync(browser.Server, overlap: 1);
        var lines = rows.Select((row, i) => TestStudy.Line(new
        {
            prompt_id = $"p{i}",
            prompt = row.Prompt,
            language = "zh-CN",
            answers = new Dictionary<string, object> { ["m1"] = row.A, ["m2"] = row.B },
        }));
        (await study.Import(string.Join('\n', lines))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        return study;
    }

    public static async Task<string> Key(this TestStudy study, string name = "r1") =>
        (string)(await study.Server.Admin.Post($"{study.Path}/raters", new { name })).Ok()["items"][0]!["key"]!;

    /// <summary>The judgments, once there are that many.</summary>
    public static async Task<IReadOnlyList<JsonNode>> Judgments(this TestStudy study, Window window, int count)
    {
        await window.AllSent();
        var all = await study.Judgments();
        Assert.Equal(count, all.Count);
        return all;
    }
}
