using System.Net;
using System.Text;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Each way in which a file can be wrong has a stable type, a line and a field, and leaves nothing behind.</summary>
public sealed class ImportingBadFiles(Server shared) : IClassFixture<Server>
{
    private const string GoodPrompt = """{"prompt_id":"p0","prompt":"好的","answers":{"m1":"甲","m2":"乙"}}""";
    private const string GoodJudgment = """{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"r0","winner":"a"}""";

    private readonly PrefEvalServer _server = shared.Value;

    [Theory]
    [InlineData("""{"prompt_id":"p1","prompt":"x","answers":{"m1":"y"}""", null)]
    [InlineData("""["p1"]""", null)]
    [InlineData("""{"prompt_id":7,"prompt":"x","answers":{}}""", "prompt_id")]
    [InlineData("""{"prompt_id":"","prompt":"x","answers":{}}""", "prompt_id")]
    [InlineData("""{"prompt_id":"p1","answers":{}}""", "prompt")]
    [InlineData("""{"prompt_id":"p1","prompt":"  ","answers":{}}""", "prompt")]
    [InlineData("""{"prompt_id":"p1","prompt":[],"answers":{}}""", "prompt")]
    [InlineData("""{"prompt_id":"p1","prompt":[{"role":"user"}],"answers":{}}""", "prompt")]
    [InlineData("""{"prompt_id":"p1","prompt":{"text":"x"},"answers":{}}""", "prompt")]
    [InlineData("""{"prompt_id":"p1","prompt":"x"}""", "answers")]
    [InlineData("""{"prompt_id":"p1","prompt":"x","answers":["y"]}""", "answers")]
    [InlineData("""{"prompt_id":"p1","prompt":"x","answers":{"m1":null}}""", "answers.m1")]
    [InlineData("""{"prompt_id":"p1","prompt":"x","answers":{"m1":3}}""", "answers.m1")]
    [InlineData("""{"prompt_id":"p1","prompt":"x","answers":{"m1":"y","m1":"z"}}""", "answers.m1")]
    [InlineData("""{"prompt_id":"p1","prompt":"x","answers":{"":"y"}}""", "answers.")]
    [InlineData("""{"prompt_id":"p1","prompt":"x","answers":{"m1":"a\u0000b"}}""", "answers.m1")]
    [InlineData("""{"prompt_id":"p1","prompt":"x","answers":{"m1":"half \ud83d"}}""", "answers.m1")]
    [InlineData("""{"prompt_id":"p1","prompt":"x","answers":{"m\ud83d":"y"}}""", null)]
    [InlineData("""{"prompt_id":"p1","prompt":"x","tags":"easy","answers":{}}""", "tags")]
    [InlineData("""{"prompt_id":"p1","prompt":"x","category":4,"answers":{}}""", "category")]
    [InlineData("""{"prompt_id":"p0","prompt":"另一个","answers":{}}""", "prompt")]
    [InlineData("""{"prompt_id":"p0","prompt":"好的","answers":{"m1":"另一个"}}""", "answers.m1")]
    public async Task A_bad_prompt(string line, string? field)
    {
        var study = await TestStudy.CreateAsync(_server);

        await IsRefused(study, GoodPrompt + "\n" + line + "\n", field);

        Assert.Empty((await study.Get("prompts")).Ok()["items"].AsArray());
        Assert.Empty((await study.Get("models")).Ok()["items"].AsArray());
    }

    [Theory]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"r1","winner":"A"}""", "winner")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"r1"}""", "winner")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"r1","winner":1}""", "winner")]
    [InlineData("""{"prompt_id":"p999","model_a":"m1","model_b":"m2","rater":"r1","winner":"a"}""", "prompt_id")]
    [InlineData("""{"prompt_id":"p001","model_a":"M1","model_b":"m2","rater":"r1","winner":"a"}""", "model_a")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m22","rater":"r1","winner":"a"}""", "model_b")]
    [InlineData("""{"prompt_id":"p001","model_a":"m2","model_b":"m1x","rater":"r1","winner":"a"}""", "model_b")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m1","rater":"r1","winner":"a"}""", "model_b")]
    [InlineData("""{"prompt_id":"p002","model_a":"m1","model_b":"m3","rater":"r1","winner":"a"}""", "model_b")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","winner":"a"}""", "rater")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"r1","winner":"a","left":"left"}""", "left")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"r1","winner":"a","score":1.01}""", "score")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"r1","winner":"a","score":"0.5"}""", "score")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"r1","winner":"a","duration_ms":-1}""", "duration_ms")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"r1","winner":"a","created_at":"yesterday"}""", "created_at")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"r1","winner":"a","rater_kind":"robot"}""", "rater_kind")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"simulated:r1","winner":"a","rater_kind":"human"}""", "rater_kind")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"r1","winner":"a","comment":5}""", "comment")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","rater":"r0","winner":"b"}""", "winner")]
    [InlineData("""{"prompt_id":"p001","model_a":"m2","model_b":"m1","rater":"r0","winner":"a"}""", "winner")]
    public async Task A_bad_judgment(string line, string field)
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(2, "m1", "m2") + """{"prompt_id":"p003","prompt":"第三个","answers":{"m3":"丙"}}""")).Ok();

        await IsRefused(study, GoodJudgment + "\n" + line, field);

        Assert.Empty(await study.Judgments());
        Assert.Empty((await study.Get("raters")).Ok()["items"].AsArray());
        Assert.Empty((await study.Get("pairs")).Ok()["items"].AsArray());
    }

    [Theory]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","role":"golden"}""", "role")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","role":"gold"}""", "winner")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","winner":"a"}""", "winner")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","overlap":0}""", "overlap")]
    [InlineData("""{"prompt_id":"p001","model_a":"m1","model_b":"m2","overlap":2.5}""", "overlap")]
    [InlineData("""{"prompt_id":"p001","model_a":"m2","model_b":"m1","role":"practice","winner":"a"}""", "prompt_id")]
    public async Task A_bad_pair(string line, string field)
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(1, "m1", "m2"))).Ok();

        await IsRefused(study, """{"prompt_id":"p001","model_a":"m1","model_b":"m2","role":"practice","winner":"a"}""" + "\n" + line, field);

        Assert.Empty((await study.Get("pairs")).Ok()["items"].AsArray());
    }

    [Theory]
    [InlineData("\"preference\":3", "preference")]
    [InlineData("\"preference\":0.5", "preference")]
    [InlineData("\"preference\":\"1\"", "preference")]
    [InlineData("\"preferences\":1", "preference")]
    [InlineData("\"preference\":1,\"generator_2\":\"m1\"", "generator_2")]
    [InlineData("\"preference\":1,\"output_1\":null", "output_1")]
    [InlineData("\"preference\":1,\"output_1\":\"another\",\"instruction\":\"i0\"", "output_1")]
    public async Task A_bad_annotation(string fields, string field)
    {
        var study = await TestStudy.CreateAsync(_server);
        const string good = """{"instruction":"i0","output_1":"x","generator_1":"m1","output_2":"y","generator_2":"m2","annotator":"gpt","preference":1}""";

        await IsRefused(study, $$"""[{{good}},{"instruction":"i1","output_1":"x","generator_1":"m1","output_2":"y","generator_2":"m2","annotator":"gpt",{{fields}}}]""", field);
    }

    [Fact]
    public async Task An_array_that_breaks_off_is_told_by_its_element()
    {
        var study = await TestStudy.CreateAsync(_server);

        var refused = await IsRefused(study, $"[{GoodPrompt},{GoodPrompt[..30]}", null);
        Assert.Equal(1, (int)refused["error_count"]!);
        await IsRefused(study, $"[{GoodPrompt},\n]", null);
        await IsRefused(study, $"[{GoodPrompt}] {GoodPrompt}", null);
        await IsRefused(study, $"[{GoodPrompt},7]", null);
    }

    [Fact]
    public async Task Broken_lines_do_not_hide_one_another_and_the_first_hundred_are_listed()
    {
        var study = await TestStudy.CreateAsync(_server);
        var lines = Enumerable.Range(1, 250).Select(i => i % 2 == 0 ? "{\"prompt_id\":" : GoodPrompt.Replace("p0", $"p{i}", StringComparison.Ordinal).Replace("好的", "", StringComparison.Ordinal));

        var refused = await study.Import(GoodPrompt + "\n" + string.Join('\n', lines));

        Assert.Equal((HttpStatusCode.BadRequest, "import-rejected", 250), (refused.Status, refused.Problem, (int)refused["error_count"]!));
        Assert.Equal(Enumerable.Range(2, 100), refused["errors"].AsArray().Select(e => (int)e!["line"]!));
    }

    [Fact]
    public async Task A_text_nested_beyond_reason_is_an_error_of_its_line()
    {
        var study = await TestStudy.CreateAsync(_server);

        await IsRefused(study, GoodPrompt + "\n" + GoodPrompt.Replace("\"好的\"", new string('[', 100_000), StringComparison.Ordinal), null);
    }

    [Fact]
    public async Task Names_and_comments_are_bounded()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(1, "m1", "m2"))).Ok();

        await IsRefused(study, GoodJudgment + "\n" + GoodJudgment.Replace("r0", new string('r', 201), StringComparison.Ordinal), "rater");
        await IsRefused(study, GoodJudgment + "\n" + GoodJudgment.Replace("\"r0\"", "\"r1\",\"comment\":\"" + new string('c', 4001) + "\"", StringComparison.Ordinal), "comment");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\n\t ")]
    [InlineData("\uFEFF")]
    [InlineData("[ ]")]
    public async Task An_empty_file(string file)
    {
        var refused = await (await TestStudy.CreateAsync(_server)).Import(file);

        Assert.Equal((HttpStatusCode.BadRequest, "empty-file"), (refused.Status, refused.Problem));
    }

    [Theory]
    [InlineData("""{"question_id":81,"turn":["x"]}""")]
    [InlineData("[1,2,3]")]
    [InlineData("not json at all")]
    public async Task A_format_that_is_not_known_lists_those_that_are(string file)
    {
        var refused = await (await TestStudy.CreateAsync(_server)).Import(file);

        Assert.Equal((HttpStatusCode.BadRequest, "unknown-format"), (refused.Status, refused.Problem));
        Assert.Contains("prefeval_judgments", (string?)refused["detail"]);
    }

    [Fact]
    public async Task A_file_that_is_not_UTF8()
    {
        var study = await TestStudy.CreateAsync(_server);
        byte[] gb18030 = [.. Encoding.UTF8.GetBytes(GoodPrompt + "\n{\"prompt_id\":\"p1\",\"prompt\":\""), 0xD6, 0xD0, 0xCE, 0xC4, .. "\",\"answers\":{}}"u8];

        var refused = await study.Import(gb18030);
        Assert.Equal(("import-rejected", 2), (refused.Problem, (int)refused["errors"][0]!["line"]!));
        Assert.Contains("GB18030", (string?)refused["errors"][0]!["message"]);
        Assert.Contains("UTF-16", (string?)(await study.Import(Encoding.BigEndianUnicode.GetBytes(GoodPrompt)))["detail"]);
        Assert.Contains("gzip", (string?)(await study.Import([0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 5]))["detail"]);
        Assert.Empty((await study.Get("imports")).Ok()["items"].AsArray());
    }

    [Fact]
    public async Task A_line_that_is_too_long_stops_the_import()
    {
        var study = await TestStudy.CreateAsync(_server);
        var file = Encoding.UTF8.GetBytes(GoodPrompt + "\n" + GoodPrompt.Replace("好的", new string('x', 17 << 20), StringComparison.Ordinal) + "\n" + GoodPrompt);

        var refused = await study.Import(file);
        var inArray = await study.Import([(byte)'[', .. file.AsSpan(GoodPrompt.Length), (byte)']']);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too-large", 2), (refused.Status, refused.Problem, (int)refused["errors"][0]!["line"]!));
        Assert.NotEqual(HttpStatusCode.OK, inArray.Status);
        Assert.Empty((await study.Get("imports")).Ok()["items"].AsArray());
    }

    [Fact]
    public async Task A_long_line_within_the_limit_is_taken()
    {
        var study = await TestStudy.CreateAsync(_server);

        var import = await study.Import(GoodPrompt.Replace("甲", new string('x', 9 << 20), StringComparison.Ordinal));

        Assert.Equal(2, (int)import.Ok()["answers"]!);
    }

    /// <summary>The second line is refused, and nothing is left of the import.</summary>
    private static async Task<Reply> IsRefused(TestStudy study, string file, string? field)
    {
        var before = (await study.Get("imports")).Ok()["items"].AsArray().Count;
        var refused = await study.Import(file);
        Assert.Equal((HttpStatusCode.BadRequest, "import-rejected"), (refused.Status, refused.Problem));
        Assert.Equal((2, field), ImportingFiles.FirstError(refused));
        Assert.NotEmpty((string)refused["errors"][0]!["message"]!);
        var staged = await study.Import(file, confirm: false);
        Assert.Equal("import-rejected", staged.Problem);
        Assert.Equal(before, (await study.Get("imports")).Ok()["items"].AsArray().Count);
        return refused;
    }
}
