using System.Text.Json.Nodes;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Whatever has a lower and an upper end, in whichever report, carries all that is needed to defend it.</summary>
public sealed class EveryInterval(TheMethodsParagraph.Demo demo) : IClassFixture<TheMethodsParagraph.Demo>
{
    private static readonly string[] Contract =
        ["estimand", "method", "confidence", "scope", "status", "n", "prompts", "raters", "effective_prompts", "effective_raters", "df", "deff", "n_eff"];

    /// <summary>An interval over time rests on units, not on clusters of judgments.</summary>
    private static readonly string[] ContractOfLive = ["estimand", "method", "confidence", "scope", "status", "units"];

    [Fact]
    public async Task Says_its_estimand_method_confidence_and_everything_that_it_rests_on()
    {
        var server = demo.Server;
        var contract = (await server.As(null).Get("/swagger/v1/swagger.json")).Ok().Json;
        const string Reports = "/api/v1/studies/{study}/reports/";
        var reports = contract["paths"]!.AsObject().Select(p => p.Key).Where(p => p.StartsWith(Reports, StringComparison.Ordinal)).Select(p => p[Reports.Length..]).ToList();
        Assert.True(reports.Count >= 8);
        var (seen, methods) = (0, new SortedSet<string>(StringComparer.Ordinal));
        foreach (var study in (await server.Admin.Get("studies?limit=100")).Ok()["items"].AsArray().Where(s => ((string)s!["name"]!).StartsWith("demo-", StringComparison.Ordinal)))
        {
            foreach (var report in reports.SelectMany(r => r is "preference" ? [r, "preference?unit=pair", "preference?by=rater"] : new[] { r }))
            {
                var reply = (await server.Admin.Get($"studies/{study!["study"]}/reports/{report}")).Ok();
                Assert.DoesNotContain("NaN", reply.Text, StringComparison.Ordinal);
                Visit(reply.Json, report);
            }
        }
        Assert.True(seen > 5000, $"{seen}");
        foreach (var method in new[] { "two_way_jackknife_tango_neff", "prompt_jackknife_wilson_neff", "tango", "wilson", "goodman", "davidson_two_way_t", "quasi_logit_two_way_t", "prompt_jackknife_t" })
            Assert.Contains(method, methods);

        void Visit(JsonNode? node, string at)
        {
            if (node is JsonArray list) for (var i = 0; i < list.Count; i++) Visit(list[i], $"{at}[{i}]");
            if (node is not JsonObject fields) return;
            foreach (var (name, value) in fields) Visit(value, $"{at}.{name}");
            if (!fields.ContainsKey("lower") && !fields.ContainsKey("upper")) return;
            seen++;
            foreach (var name in fields.ContainsKey("units") ? ContractOfLive : Contract) Assert.True(fields.ContainsKey(name), $"{at} has no {name}: {fields.ToJsonString()}");
            foreach (var name in new[] { "estimand", "method", "scope", "status" }) Assert.False(string.IsNullOrEmpty((string?)fields[name]), $"{at}.{name}");
            methods.Add((string)fields["method"]!);
            Assert.InRange((double)fields["confidence"]!, 0.5, 1);
            var (lower, upper, status) = ((double?)fields["lower"], (double?)fields["upper"], (string)fields["status"]!);
            Assert.Equal(lower is null, upper is null);
            if (lower is null) Assert.True(status != "ok", $"{at}: no interval, and no reason");
            else Assert.True(lower < upper, $"{at}: {lower} to {upper}");
            if (lower is not null && (double?)(fields["estimate"] ?? fields["value"]) is { } estimate) Assert.InRange(estimate, lower.Value, upper!.Value);
            if (fields.ContainsKey("units") || status != "ok" || (string)fields["method"]! is "prompt_jackknife_t") return;
            if ((string)fields["scope"]! != "independent") Assert.True((double)fields["df"]! >= 1 && (double)fields["effective_prompts"]! <= (int)fields["prompts"]! + 1e-9, at);
            if ((string)fields["scope"]! == "raters_like_these") Assert.True((double)fields["effective_raters"]! <= (int)fields["raters"]! + 1e-9, at);
            Assert.True((double)fields["n_eff"]! <= (int)fields["n"]! + 1e-9, at);
        }
    }
}
