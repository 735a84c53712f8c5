using System.Net;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Every parameter of every report, given wrongly: refused with its name and how to mend it. The contract says which parameters there are.</summary>
public sealed class WhatReportsRefuse(Server shared) : IClassFixture<Server>
{
    /// <summary>By parameter: values that no report takes.</summary>
    private static readonly Dictionary<string, string[]> Wrong = new()
    {
        ["confidence"] = ["1.2", "95", "0", "-0.95", "NaN", "Infinity", "0,95", "high", ""],
        ["scope"] = ["everybody", "", "Raters_like_these", "RatersLikeThese", "0"],
        ["unit"] = ["vote", "", "Pair"],
        ["ties"] = ["ignore", "", "Davidson"],
        ["transitive"] = ["yes", "2", ""],
        ["pairs"] = ["yes", ""],
        ["by"] = ["colour", "", "Category", "model:", "model:nothing"],
        ["model"] = ["demo-z", "", "Demo-a", "demo-a,demo-b"],
        ["baseline"] = ["demo-z", "", "DEMO-B"],
        ["criterion"] = ["taste", ""],
        ["category"] = ["诗", "写作 "],
        ["tag"] = ["none", ""],
        ["language"] = ["fr", "ZH-CN"],
        ["wave"] = ["7", "0", "-1", "one", "1.5", ""],
        ["half_width"] = ["0", "2", "wide", "0,05"],
        ["net"] = ["0", "2", "big"],
        ["power"] = ["0", "1.5", "high"],
        ["overlap"] = ["0", "5000", "two"],
        ["prompts"] = ["1", "-5", "many"],
        ["kind"] = ["robots", "", "Human"],
        ["raters"] = ["robots", "", "Human", "human,llm"],
        ["leaks"] = ["keep", "", "LeaveOut"],
        ["format"] = ["docx", "CSV", ""],
        ["at"] = ["-1", "999", "now", "1.5", "99999999999999999999", ""],
    };

    private readonly PrefEvalServer _server = shared.Value;

    [Fact]
    public async Task Every_parameter_of_every_report_given_wrongly_twice_or_under_another_name()
    {
        var study = await TestStudy.OpenAsync(_server, 4, ["demo-a", "demo-b"]);
        (await study.Import(string.Join('\n', Enumerable.Range(1, 4).Select(p => ImportingFiles.Judgment($"p00{p}", "demo-a", "demo-b", "r1", "a"))))).Ok();
        var contract = (await _server.As(null).Get("/swagger/v1/swagger.json")).Ok().Json;
        const string Reports = "/api/v1/studies/{study}/reports/";
        var tried = 0;
        foreach (var (path, item) in contract["paths"]!.AsObject().Where(p => p.Key.StartsWith(Reports, StringComparison.Ordinal)))
        {
            var report = "reports/" + path[Reports.Length..];
            var parameters = (item!["get"]!["parameters"]?.AsArray() ?? []).Where(p => (string)p!["in"]! == "query").Select(p => (string)p!["name"]!).ToList();
            foreach (var name in parameters)
            {
                Assert.True(Wrong.TryGetValue(name, out var values), $"{report} has a parameter '{name}': say here which values are wrong for it.");
                foreach (var value in values)
                {
                    await Refused($"{report}?{name}={Uri.EscapeDataString(value)}", name);
                    tried++;
                }
                await Refused($"{report}?{name}=1&{name}=1", name);
                await Refused($"{report}?{name}x=1", name + "x");
            }
        }
        Assert.True(tried > 150, $"{tried}");

        async Task Refused(string question, string field)
        {
            var reply = await study.Get(question);
            Assert.True(reply.Status == HttpStatusCode.BadRequest, $"{question}: {(int)reply.Status} {reply.Text[..Math.Min(200, reply.Text.Length)]}");
            Assert.Equal("invalid-request", reply.Problem);
            var error = reply["errors"].AsArray().FirstOrDefault(e => (string?)e!["field"] == field);
            Assert.True(error is not null, $"{question}: {reply.Text}");
            Assert.True(((string)error["message"]!).Length > 15 && !reply.Text.Contains("System.", StringComparison.Ordinal), $"{question}: {reply.Text}");
        }
    }

    [Fact]
    public async Task Several_wrong_parameters_are_told_at_once()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"]);

        var reply = await study.Get("reports/preference?confidence=1.2&scope=all&model=demo-z&at=99&raters=x");

        Assert.Equal(["at", "confidence", "model", "raters", "scope"], reply["errors"].AsArray().Select(e => (string)e!["field"]!).Order(StringComparer.Ordinal));
    }
}
