using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public sealed class TheContract(Server shared) : IClassFixture<Server>
{
    private readonly PrefEvalServer _server = shared.Value;

    /// <summary>To accept a change of the contract, run this test once with PREFEVAL_UPDATE=1 and commit the file.</summary>
    [Fact]
    public async Task Is_the_one_that_is_committed()
    {
        var file = Path.Combine(Project.Root, "src", "Web", "openapi.json");
        var served = (await _server.As(null).Get("/swagger/v1/swagger.json")).Ok().Text.ReplaceLineEndings("\n");
        if (Project.Updates) await File.WriteAllTextAsync(file, served);
        Assert.Equal(await File.ReadAllTextAsync(file), served);
    }

    [Fact]
    public async Task Names_every_operation_its_failures_and_an_example_of_every_body()
    {
        var contract = (await _server.As(null).Get("/swagger/v1/swagger.json")).Ok().Json;
        var operations = contract["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(o => o.Value!).ToList();

        Assert.True(operations.Count > 30);
        Assert.Equal(operations.Count, operations.Select(o => (string?)o["operationId"]).Distinct().Count());
        Assert.All(operations, o => Assert.NotNull(o["summary"]));
        Assert.All(operations, o => Assert.NotNull(o["responses"]!["default"]));
        Assert.All(operations, o => Assert.NotNull(o["responses"]!["429"]!["headers"]!["Retry-After"]));
        foreach (var operation in operations)
            if (operation["requestBody"]?["content"] is JsonObject content)
                Assert.True(content.All(c => c.Value!["example"] is not null), $"{operation["operationId"]} has no example");
    }

    [Fact]
    public async Task Each_problem_has_a_page_under_its_type()
    {
        var stranger = _server.As(null);
        var all = (await stranger.Get("/problems")).Ok().Json.AsArray();
        Assert.True(all.Count > 15);
        foreach (var problem in all)
            Assert.Equal((string?)problem!["title"], (string?)(await stranger.Get((string)problem["type"]!)).Ok()["title"]);
    }

    [Fact]
    public async Task An_unknown_address_is_a_json_404_and_no_page()
    {
        var reply = await _server.Admin.Get("nope");
        Assert.Equal("not-found", reply.Problem);
        Assert.Equal("application/problem+json", reply.ContentHeaders.ContentType!.MediaType);
    }
}
