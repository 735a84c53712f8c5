using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The field's own files, read where they are. What reports make of them is in <see cref="PublishedResults"/>.</summary>
public sealed class ImportingRealData(Server shared, Postgres postgres) : IClassFixture<Server>
{
    private readonly PrefEvalServer _server = shared.Value;

    [Fact]
    public async Task PandaLM_has_183_prompts_and_2997_judgments_of_999_pairs()
    {
        var study = await TestStudy.CreateAsync(_server);

        Assert.Equal((183, 824, 0, 0, 0, 31), ImportingFiles.Counts((await study.Import(await RealFile("pandalm", "items.jsonl"))).Ok()));
        var judgments = (await study.Import(await RealFile("pandalm", "judgments.jsonl"))).Ok();

        Assert.Equal((0, 0, 999, 2997, 0, 0), ImportingFiles.Counts(judgments));
        Assert.Equal((0, 3), ((int)judgments["surplus"]!, (int)judgments["raters"]!));
        Assert.Equal(2997, (await study.Judgments()).Count);
        Assert.Equal((0, 0, 0, 0, 1007, 0), ImportingFiles.Counts((await study.Import(await RealFile("pandalm", "items.jsonl"))).Ok()));
        Assert.Equal((0, 0, 0, 0, 2997, 0), ImportingFiles.Counts((await study.Import(await RealFile("pandalm", "judgments.jsonl"))).Ok()));
        Assert.Equal(2997, (await study.Judgments()).Count);
    }

    [Theory]
    [InlineData("alpaca-7b", 805, 584, 205, 16)]
    [InlineData("claude", 805, 68, 737, 0)]
    [InlineData("gpt35_turbo_instruct", 801, 134, 642, 25)]
    public async Task AlpacaEval_has_its_published_numbers_of_preferences(string model, int judged, int baseline, int wins, int draws)
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);

        var import = (await study.Import(await RealFile("alpaca_eval", model, "annotations.json"))).Ok();

        Assert.Equal((805, 1610, judged, judged), ((int)import["prompts"]!, (int)import["answers"]!, (int)import["pairs"]!, (int)import["judgments"]!));
        Assert.Equal(805 - judged, (int)import["not_judged"]!);
        var judgments = await study.Judgments();
        Assert.Equal((baseline, wins, draws), (judgments.Count(j => Preferred(j) == "text_davinci_003"), judgments.Count(j => Preferred(j) == model), judgments.Count(j => Preferred(j) == "tie")));
        Assert.All(judgments, j => Assert.Null(j["score"]));

        static string Preferred(JsonNode judgment) => (string)judgment["winner"]! switch
        {
            "a" => (string)judgment["model_a"]!,
            "b" => (string)judgment["model_b"]!,
            var neither => neither,
        };
    }

    [Theory]
    [InlineData("alpaca-7b", 805)]
    [InlineData("claude", 805)]
    [InlineData("gpt35_turbo_instruct", 804)]
    public async Task Published_outputs_of_AlpacaEval_are_read(string model, int answers)
    {
        var import = (await (await TestStudy.CreateAsync(_server)).Import(await RealFile("alpaca_eval", model, "model_outputs.json"))).Ok();

        Assert.Equal(("alpaca_eval_outputs", answers, answers), ((string?)import["format"], (int)import["prompts"]!, (int)import["answers"]!));
    }

    [Fact]
    public async Task The_AlpacaEval_files_join_by_their_instructions()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        (await study.Import(await RealFile("alpaca_eval", "alpaca-7b", "annotations.json"))).Ok();

        Assert.Equal((0, 805, 805, 805, 1610, 0), ImportingFiles.Counts((await study.Import(await RealFile("alpaca_eval", "claude", "annotations.json"))).Ok()));
        Assert.Equal((0, 805, 801, 801, 1610, 1), ImportingFiles.Counts((await study.Import(await RealFile("alpaca_eval", "gpt35_turbo_instruct", "annotations.json"))).Ok()));
    }

    [Fact]
    public async Task On_PostgreSQL_the_counts_are_the_same()
    {
        await using var server = new PrefEvalServer(postgres.NewSchema());
        var study = await TestStudy.CreateAsync(server);
        (await study.Import(await RealFile("pandalm", "items.jsonl"))).Ok();
        var staged = (await study.Import(await RealFile("pandalm", "judgments.jsonl"), confirm: false)).Ok();
        var judgments = (await server.Admin.Post($"{study.Path}/imports/{staged["import"]}/confirm", "{}")).Ok();
        Assert.Equal((0, 0, 999, 2997, 0, 0), ImportingFiles.Counts(judgments));
        Assert.Equal((0, 0, 0, 0, 2997, 0), ImportingFiles.Counts((await study.Import(await RealFile("pandalm", "judgments.jsonl"))).Ok()));
        var alpaca = (await study.Import(await RealFile("alpaca_eval", "gpt35_turbo_instruct", "annotations.json"))).Ok();
        Assert.Equal((643, 1610, 801, 801, 162, 1), ImportingFiles.Counts(alpaca)); // 162 of PandaLM's prompts are AlpacaEval's, to the letter
        Assert.Equal("import-rejected", (await study.Import(ImportingFiles.Judgment("pandalm-001", "bloom-7b", "llama-7b", "annotator1", "a"))).Problem);

        Assert.Equal("undone", (string?)(await server.Admin.Delete($"{study.Path}/imports/{alpaca["import"]}")).Ok()["state"]);
        Assert.Equal(2997, (await study.Judgments()).Count);
        Assert.Equal(183, (await study.Get("prompts?limit=1000")).Ok()["items"].AsArray().Count);
        (await server.Admin.Delete($"{study.Path}/imports/{judgments["import"]}")).Ok();
        Assert.Empty((await study.Get("raters")).Ok()["items"].AsArray());
        Assert.Empty((await study.Get("pairs")).Ok()["items"].AsArray());
    }

    internal static async Task<byte[]> RealFile(params string[] path)
    {
        if (Project.RealData(path) is not { } file)
        {
            Assert.Skip($"{Path.Combine(path)} is not here; PREFEVAL_REAL_DATA names the folder of real data.");
            return [];
        }
        return await File.ReadAllBytesAsync(file);
    }
}
