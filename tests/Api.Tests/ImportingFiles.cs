using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>What an import brings, what it finds there already, and when it is seen.</summary>
public sealed class ImportingFiles(Server shared) : IClassFixture<Server>
{
    private const string TwoPrompts = """
        {"prompt_id":"p1","prompt":"一加一等于几？","category":"数学","tags":["easy"],"language":"zh-CN","answers":{"m1":"二。","m2":"  ","m3":"二。"}}
        {"prompt_id":"p2","prompt":[{"role":"system","content":"简短"},{"role":"user","content":"写一句诗"}],"answers":{"m1":[{"role":"assistant","content":"床前明月光"}],"m2":"疑是地上霜"}}
        """;

    private readonly PrefEvalServer _server = shared.Value;

    [Fact]
    public async Task Prompts_and_answers_are_stored_and_counted()
    {
        var study = await TestStudy.CreateAsync(_server);

        var import = (await study.Import(TwoPrompts)).Ok();

        Assert.Equal(("prefeval_prompts", "stored"), ((string)import["format"]!, (string)import["state"]!));
        Assert.Equal((2, 5, 0, 0, 0, 1), Counts(import));
        Assert.Equal(["m1", "m2", "m3"], import["models"].AsArray().Select(m => (string)m!));
        var prompts = (await study.Get("prompts")).Ok()["items"].AsArray();
        Assert.Equal(["p1", "p2"], prompts.Select(p => (string)p!["prompt_id"]!));
        Assert.Equal(("数学", "easy", "user", "一加一等于几？"), ((string)prompts[0]!["category"]!, (string)prompts[0]!["tags"]![0]!, (string)prompts[0]!["messages"]![0]!["role"]!, (string)prompts[0]!["messages"]![0]!["content"]!));
        Assert.Equal(2, prompts[1]!["messages"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_staged_import_is_seen_only_once_it_is_confirmed()
    {
        var study = await TestStudy.CreateAsync(_server);

        var staged = (await study.Import(TwoPrompts, confirm: false)).Ok();
        Assert.Equal(("staged", 2, 5), ((string)staged["state"]!, (int)staged["prompts"]!, (int)staged["answers"]!));
        Assert.Empty((await study.Get("prompts")).Ok()["items"].AsArray());

        var path = $"imports/{staged["import"]}";
        var stored = (await _server.Admin.Send(HttpMethod.Post, $"{study.Path}/{path}/confirm", null)).Ok();
        Assert.Equal(("stored", 7, 7), ((string)stored["state"]!, (int)stored["rows"]!, (int)stored["rows_done"]!));
        Assert.Equal(2, (await study.Get("prompts")).Ok()["items"].AsArray().Count);
        Assert.Equal("stored", (string?)(await study.Get(path)).Ok()["state"]);
        Assert.Equal("stored", (string?)(await _server.Admin.Post($"{study.Path}/{path}/confirm", new { on_change = "reject" })).Ok()["state"]);
        Assert.Single((await study.Get("imports")).Ok()["items"].AsArray());
    }

    [Fact]
    public async Task A_staged_import_that_is_dropped_cannot_be_confirmed()
    {
        var study = await TestStudy.CreateAsync(_server);
        var path = $"{study.Path}/imports/{(await study.Import(TwoPrompts, confirm: false)).Ok()["import"]}";

        Assert.Equal("dropped", (string?)(await _server.Admin.Delete(path)).Ok()["state"]);

        var refused = await _server.Admin.Post(path + "/confirm", "{}");
        Assert.Equal((HttpStatusCode.Conflict, "import-state"), (refused.Status, refused.Problem));
        Assert.Empty((await study.Get("prompts")).Ok()["items"].AsArray());
    }

    [Fact]
    public async Task A_staged_import_is_held_against_the_study_again_when_it_is_confirmed()
    {
        var study = await TestStudy.CreateAsync(_server);
        var staged = (await study.Import(TwoPrompts, confirm: false)).Ok();
        var between = (await study.Import("""{"prompt_id":"p2","prompt":"另一个问题","answers":{}}""")).Ok();

        for (var time = 0; time < 2; time++)
        {
            var refused = await _server.Admin.Post($"{study.Path}/imports/{staged["import"]}/confirm", "{}");
            Assert.Equal("import-rejected", refused.Problem);
            Assert.Equal((2, "prompt"), FirstError(refused));
            Assert.Equal("staged", (string?)(await study.Get($"imports/{staged["import"]}")).Ok()["state"]);
            Assert.Single((await study.Get("prompts")).Ok()["items"].AsArray());
        }

        (await _server.Admin.Delete($"{study.Path}/imports/{between["import"]}")).Ok();
        Assert.Equal((2, 5, 0, 0, 0, 1), Counts((await _server.Admin.Post($"{study.Path}/imports/{staged["import"]}/confirm", "{}")).Ok()));
    }

    [Fact]
    public async Task The_same_files_twice_are_unchanged()
    {
        var study = await TestStudy.CreateAsync(_server);
        const string judgments = """
            {"prompt_id":"p1","model_a":"m1","model_b":"m2","rater":"甲","winner":"a","score":0.7}
            {"prompt_id":"p2","model_a":"m2","model_b":"m1","rater":"甲","winner":"tie","left":"b"}
            """;
        (await study.Import(TwoPrompts)).Ok();
        Assert.Equal((0, 0, 2, 2, 0, 0), Counts((await study.Import(judgments)).Ok()));

        Assert.Equal((0, 0, 0, 0, 7, 0), Counts((await study.Import(TwoPrompts)).Ok()));
        Assert.Equal((0, 0, 0, 0, 2, 0), Counts((await study.Import(judgments)).Ok()));
        Assert.Equal((0, 0, 0, 0, 2, 0), Counts((await study.Import("""
            {"prompt_id":"p1","model_a":"m2","model_b":"m1","rater":"甲","winner":"b","score":0.3}
            {"prompt_id":"p1","model_a":"m1","model_b":"m2","rater":"甲","winner":"a","score":0.7}
            """)).Ok()));
        Assert.Equal(2, (await study.Judgments()).Count);
    }

    [Fact]
    public async Task Several_files_add_up_by_id_and_by_text()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TwoPrompts)).Ok();

        Assert.Equal((0, 1, 0, 0, 1, 0), Counts((await study.Import("""{"prompt_id":"p1","prompt":"一加一等于几？","answers":{"m4":"2"}}""")).Ok()));
        var alpaca = (await study.Import("""
            [{"instruction":"一加一等于几？","output_1":"二。","generator_1":"m1","output_2":"贰","generator_2":"m5","annotator":"judge","preference":1.25,"dataset":"x"},
             {"instruction":"新问题","output_1":"甲","generator_1":"m1","output_2":"乙","generator_2":"m5","annotator":"judge","preference":null}]
            """)).Ok();

        Assert.Equal("alpaca_eval_annotations", (string?)alpaca["format"]);
        Assert.Equal((1, 3, 1, 1, 2, 0), Counts(alpaca));
        Assert.Equal((1, 1), ((int)alpaca["not_judged"]!, (int)alpaca["kept"]!));
        var judgment = Assert.Single(await study.Judgments());
        Assert.Equal(("p1", "m1", "m5", "a", 0.75, "llm"), ((string)judgment["prompt_id"]!, (string)judgment["model_a"]!, (string)judgment["model_b"]!, (string)judgment["winner"]!, (double)judgment["score"]!, (string)judgment["rater_kind"]!));
        Assert.StartsWith("text-", (string?)(await study.Get("prompts")).Ok()["items"][2]!["prompt_id"]);
    }

    [Fact]
    public async Task Rows_without_ids_join_those_with_ids_of_the_same_file()
    {
        var study = await TestStudy.CreateAsync(_server);

        var import = (await study.Import("""
            {"prompt":"同一问题","answers":{"m1":"甲"}}
            {"prompt_id":"p9","prompt":"同一问题","answers":{"m2":"乙"}}
            {"prompt":"同一问题","answers":{"m3":"丙"}}
            """)).Ok();

        Assert.Equal((1, 3), ((int)import["prompts"]!, (int)import["answers"]!));
        Assert.Equal("p9", (string?)Assert.Single((await study.Get("prompts")).Ok()["items"].AsArray())!["prompt_id"]);
    }

    [Fact]
    public async Task A_judgment_is_turned_to_the_studys_order_of_the_two_models()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TwoPrompts)).Ok();

        (await study.Import("""
            {"prompt_id":"p1","model_a":"m2","model_b":"m1","rater":"r1","winner":"a","left":"a","score":0.8,"duration_ms":1200,"created_at":"2024-05-01T08:30:00+08:00","comment":"更完整"}
            {"prompt_id":"p1","model_a":"m1","model_b":"m3","rater":"r1","winner":"both_bad"}
            """)).Ok();

        var judgments = await study.Judgments();
        Assert.Equal(("m1", "m2", "b", "b", "left", "更完整", 1200), ((string)judgments[0]["model_a"]!, (string)judgments[0]["model_b"]!, (string)judgments[0]["winner"]!, (string)judgments[0]["left"]!,
            (string)judgments[0]["choice"]!, (string)judgments[0]["comment"]!, (int)judgments[0]["duration_ms"]!));
        Assert.Equal(0.2, (double)judgments[0]["score"]!, 1e-12);
        Assert.Equal(DateTimeOffset.Parse("2024-05-01T00:30:00Z"), (DateTimeOffset)judgments[0]["created_at"]!);
        Assert.Equal(("both_bad", "import", 2L), ((string)judgments[1]["winner"]!, (string)judgments[1]["origin"]!, (long)judgments[1]["sequence"]!));
        Assert.Null(judgments[1]["left"]);
    }

    [Fact]
    public async Task Human_judgments_take_places_and_those_beyond_the_overlap_are_surplus()
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 2);
        (await study.Import(TwoPrompts)).Ok();

        var import = (await study.Import(string.Join('\n',
            new[] { "r1", "r2", "r3", "simulated:r1", "gpt" }.Select(name => Judgment("p1", "m1", "m2", name, "a", name == "gpt" ? "llm" : null))))).Ok();

        Assert.Equal((5, 1, 5), ((int)import["judgments"]!, (int)import["surplus"]!, (int)import["raters"]!));
        Assert.Equal([true, true, false, true, true], (await study.Judgments()).Select(j => (bool)j["counted"]!));
        Assert.Equal(["human", "human", "human", "simulated", "llm"], (await study.Judgments()).Select(j => (string)j["rater_kind"]!));
        Assert.Equal(2, (int)Assert.Single((await study.Get("pairs")).Ok()["items"].AsArray())!["counted"]!);
        var rater = (await study.Get("raters")).Ok()["items"][0]!;
        Assert.Equal((1, 1), ((int)rater["asked"]!, (int)rater["judged"]!));
    }

    [Fact]
    public async Task Listed_pairs_keep_their_role_and_verdict()
    {
        var study = await TestStudy.CreateAsync(_server, design: new { kind = "listed" });
        (await study.Import(TwoPrompts)).Ok();

        const string pairs = """
            {"prompt_id":"p1","model_a":"m2","model_b":"m1","role":"gold","winner":"a","reason":"算对了"}
            {"prompt_id":"p2","model_a":"m1","model_b":"m2","overlap":5}
            """;
        var import = (await study.Import(pairs)).Ok();

        Assert.Equal(("prefeval_pairs", 2), ((string)import["format"]!, (int)import["pairs"]!));
        var items = (await study.Get("pairs")).Ok()["items"].AsArray();
        Assert.Equal(("gold", "m1", "m2", "b", 3), ((string)items[0]!["role"]!, (string)items[0]!["model_a"]!, (string)items[0]!["model_b"]!, (string)items[0]!["winner"]!, (int)items[0]!["overlap"]!));
        Assert.Equal(("normal", 5), ((string)items[1]!["role"]!, (int)items[1]!["overlap"]!));
        Assert.Equal((0, 0, 0, 0, 2, 0), Counts((await study.Import(pairs)).Ok()));
        var refused = await study.Import("""{"prompt_id":"p1","model_a":"m1","model_b":"m2","role":"gold","winner":"a"}""");
        Assert.Equal((1, "winner"), FirstError(refused));
    }

    [Fact]
    public async Task An_open_study_takes_judgments_and_a_closed_one_takes_nothing()
    {
        var study = await TestStudy.OpenAsync(_server, 2, ["m1", "m2"], overlap: 1);

        Assert.Equal((0, 0, 0, 1, 0, 0), Counts((await study.Import(Judgment("p001", "m1", "m2", "r1", "a"))).Ok()));

        var rater = await study.Invite("r2");
        Assert.Single(await rater.Assignments()); // the other pair's one place is taken
        Assert.Equal((1, "winner"), FirstError(await study.Import(Judgment("p002", "m1", "m2", "r2", "a"))));

        (await study.Change(new { state = "closed" })).Ok();
        Assert.Equal("study-state", (await study.Import(Judgment("p002", "m1", "m2", "r1", "a"))).Problem);
    }

    [Fact]
    public async Task Elements_of_an_array_are_rows_too()
    {
        var study = await TestStudy.CreateAsync(_server);
        var array = "[\n" + string.Join(",\n", TwoPrompts.TrimEnd().Split('\n')) + "\n]\n";

        Assert.Equal((2, 5, 0, 0, 0, 1), Counts((await study.Import(array)).Ok()));
    }

    [Fact]
    public async Task A_byte_order_mark_and_Windows_line_ends_do_no_harm()
    {
        var study = await TestStudy.CreateAsync(_server);

        var import = (await study.Import([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes("\r\n" + TwoPrompts.Replace("\n", "\r\n", StringComparison.Ordinal))])).Ok();

        Assert.Equal(2, (int)import["prompts"]!);
    }

    [Fact]
    public async Task The_format_may_be_told()
    {
        var study = await TestStudy.CreateAsync(_server);

        Assert.Equal(2, (int)(await study.Import(TwoPrompts, "prefeval_prompts")).Ok()["prompts"]!);
        var unknown = await study.Import(TwoPrompts, "csv");
        Assert.Equal(("invalid-request", "format"), (unknown.Problem, (string?)unknown["errors"][0]!["field"]));
    }

    [Fact]
    public async Task Two_imports_at_once_are_stored_one_after_the_other()
    {
        var study = await TestStudy.CreateAsync(_server);

        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => study.Import(TestStudy.Prompts(300, $"m{i}", $"n{i}"))));

        Assert.Equal([0, 0, 0, 300], replies.Select(r => (int)r.Ok()["prompts"]!).Order());
        Assert.All(replies, r => Assert.Equal(600, (int)r["answers"]!));
        Assert.Equal(8, (await study.Get("models")).Ok()["items"].AsArray().Count);
    }

    internal static (int Prompts, int Answers, int Pairs, int Judgments, int Unchanged, int Empty) Counts(Reply import) =>
        ((int)import["prompts"]!, (int)import["answers"]!, (int)import["pairs"]!, (int)import["judgments"]!, (int)import["unchanged"]!, (int)import["empty_answers"]!);

    internal static (int Line, string? Field) FirstError(Reply reply)
    {
        var error = reply["errors"][0]!;
        return ((int)error["line"]!, (string?)error["field"]);
    }

    internal static string Judgment(string prompt, string modelA, string modelB, string rater, string winner, string? kind = null)
    {
        var row = new JsonObject { ["prompt_id"] = prompt, ["model_a"] = modelA, ["model_b"] = modelB, ["rater"] = rater, ["winner"] = winner };
        if (kind is not null) row["rater_kind"] = kind;
        return row.ToJsonString();
    }
}
