using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;
using static PrefEval.TestKit.SampleFiles;

namespace PrefEval.Api.Tests;

/// <summary>Files of other tools, told by their content: what of them becomes prompts, answers and judgments.</summary>
public sealed class ImportingOtherFormats(Server shared) : IClassFixture<Server>
{
    private readonly PrefEvalServer _server = shared.Value;

    [Fact]
    public async Task A_battle_has_the_left_model_first_and_the_turns_of_each_model_as_its_answer()
    {
        var study = await TestStudy.CreateAsync(_server);

        var import = (await study.Import(Battle("q1", "m2", "m1", "tie (bothbad)", "arena_user_7", ["一？", "二？"], ["甲一", "甲二"], ["乙一", "乙二"]) + "\n"
            + Battle("q2", "m1", "m2", "model_b", "gpt-4-turbo", ["三？"], ["丙"], ["丁"]) + "\n"
            + Battle("q3", "m1", "m2", "both_bad", "arena_user_7", ["四？"], ["戊"], ["己"]))).Ok();

        Assert.Equal("lmsys_battles", (string?)import["format"]);
        Assert.Equal((3, 6, 3, 3, 0, 0), ImportingFiles.Counts(import));
        var prompts = (await study.Get("prompts")).Ok()["items"].AsArray();
        Assert.Equal(["一？", "二？"], prompts[0]!["messages"]!.AsArray().Select(m => (string)m!["content"]!));
        Assert.Equal("Chinese", (string?)prompts[0]!["language"]);
        var judgments = (await study.Judgments()).ToDictionary(j => (string)j["prompt_id"]!);
        Assert.Equal(("both_bad", "b", "human"), Told(judgments["q1"])); // m1 sorts first, m2 stood left
        Assert.Equal(("b", "a", "llm"), Told(judgments["q2"]));
        Assert.Equal("both_bad", (string?)judgments["q3"]["winner"]);
        Assert.StartsWith("2023-", (string?)judgments["q1"]["created_at"]);

        static (string?, string?, string?) Told(JsonNode judgment) => ((string?)judgment["winner"], (string?)judgment["left"], (string?)judgment["rater_kind"]);
    }

    [Fact]
    public async Task What_stands_before_the_judged_turns_belongs_to_the_prompt()
    {
        var study = await TestStudy.CreateAsync(_server);

        (await study.Import(Battle("q1", "m1", "m2", "tie", "r1", ["一？", "二？"], ["同", "甲"], ["同", "乙"], turn: 1))).Ok();

        Assert.Equal(["user", "assistant", "user"], (await study.Get("prompts")).Ok()["items"][0]!["messages"]!.AsArray().Select(m => (string)m!["role"]!));
    }

    [Fact]
    public async Task The_turns_of_MT_bench_are_judged_by_themselves()
    {
        var study = await TestStudy.CreateAsync(_server);
        var rows = from turn in new[] { 1, 2 }
                   from pair in new[] { ("m1", "m2"), ("m1", "m3"), ("m2", "m3") }
                   select MtBench(81, pair.Item1, pair.Item2, turn);

        var import = (await study.Import($"[{string.Join(",\n", rows)}]")).Ok();

        Assert.Equal("mt_bench_judgments", (string?)import["format"]);
        Assert.Equal((2, 6, 6, 6, 6 + 4, 0), ImportingFiles.Counts(import)); // each prompt and answer comes again with other pairs
        var prompts = (await study.Get("prompts")).Ok()["items"].AsArray().ToDictionary(p => (string)p!["prompt_id"]!);
        Assert.Single(prompts["81-turn-1"]!["messages"]!.AsArray());
        Assert.Equal(2, prompts["81"]!["messages"]!.AsArray().Count);
        Assert.Equal("turn-2", (string?)prompts["81"]!["tags"]![0]);
        Assert.All(await study.Judgments(), j => Assert.Equal((null, "llm", "gpt-4/pair-v2"), ((string?)j["left"], (string?)j["rater_kind"], (string?)j["rater"])));
    }

    [Fact]
    public async Task Outputs_of_AlpacaEval_join_by_their_instructions()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import("""[{"dataset":"koala","instruction":"写诗","output":"床前","generator":"m1"},{"dataset":"koala","instruction":"翻译","input":"hello","output":"","generator":"m1"}]""")).Ok();

        var import = (await study.Import("""[{"dataset":"koala","instruction":"翻译","input":"hello","output":"你好","generator":"m2","datasplit":"eval"}]""")).Ok();

        Assert.Equal("alpaca_eval_outputs", (string?)import["format"]);
        Assert.Equal((0, 1, 0, 0, 1, 0), ImportingFiles.Counts(import));
        Assert.Contains("翻译\n\nhello", (await study.Get("prompts")).Ok()["items"].AsArray().Select(p => (string)p!["messages"]![0]!["content"]!));
    }

    [Fact]
    public async Task Questions_and_answers_of_FastChat_join_and_so_do_judgments_of_the_last_turn()
    {
        var study = await TestStudy.CreateAsync(_server);
        var questions = (await study.Import("""{"question_id":81,"category":"writing","turns":["写一篇游记。","改写它。"],"reference":["x"]}""" + "\n" + """{"question_id":82,"category":"math","turns":["一？"]}""")).Ok();
        Assert.Equal("fastchat_questions", (string?)questions["format"]);

        const string answers = """{"question_id":81,"answer_id":"x","model_id":"m1","choices":[{"index":0,"turns":["同样的开头","回答之1"]}],"tstamp":1686000000.1}""";
        var import = (await study.Import(answers)).Ok();
        Assert.Equal(("fastchat_answers", (0, 1, 0, 0, 0, 0)), ((string?)import["format"], ImportingFiles.Counts(import)));
        Assert.Equal((0, 1, 1, 1, 2, 0), ImportingFiles.Counts((await study.Import(MtBench(81, "m1", "m2", 2))).Ok()));
        Assert.Equal("writing", (string?)(await study.Get("prompts")).Ok()["items"][0]!["category"]);
        Assert.Equal((2, "question_id"), ImportingFiles.FirstError(await study.Import(answers + "\n" + answers.Replace("81", "83", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Rows_of_COIG_CQIA_are_prompts_with_tags_and_a_reference_answer()
    {
        var study = await TestStudy.CreateAsync(_server);

        var import = (await study.Import("""
            {"instruction":"把它译成英文","input":"你好","output":"Hello","task_type":{"major":["翻译","问答"],"minor":["中译英"]},"domain":["通用"],"metadata":null,"answer_from":"human","human_verified":true,"copyright":"作者"}
            {"instruction":"写诗","input":"","output":"床前明月光","task_type":{"major":["写作"],"minor":[]},"domain":[],"metadata":{"x":1},"answer_from":"llm","human_verified":false,"copyright":null}
            """)).Ok();

        Assert.Equal(("coig_cqia", (2, 2, 0, 0, 0, 0)), ((string?)import["format"], ImportingFiles.Counts(import)));
        Assert.Equal(["reference"], import["models"].AsArray().Select(m => (string)m!));
        var first = (await study.Get("prompts")).Ok()["items"][0]!;
        Assert.Equal(("翻译", "把它译成英文\n\n你好"), ((string?)first["category"], (string?)first["messages"]![0]!["content"]));
        Assert.Equal(["翻译", "问答", "中译英", "通用", "answer_from:human", "human_verified", "copyright:作者"], first["tags"]!.AsArray().Select(t => (string)t!));
    }

    [Fact]
    public async Task The_classes_of_BELLE_are_categories()
    {
        var study = await TestStudy.CreateAsync(_server);

        var import = (await study.Import("{\"question\":\"一加一？\",\"class\":\"math\u00a0\",\"std_answer\":\"二\"}\n{\"question\":\"写诗\",\"class\":\"open\u00a0qa\",\"std_answer\":\"\"}\n")).Ok();

        Assert.Equal(("belle_eval", (2, 1, 0, 0, 0, 0)), ((string?)import["format"], ImportingFiles.Counts(import)));
        Assert.Equal(["math", "open qa"], (await study.Get("prompts")).Ok()["items"].AsArray().Select(p => (string)p!["category"]!));
    }

    [Fact]
    public async Task The_examples_of_LLM_Comparator_are_judgments_of_one_llm()
    {
        var study = await TestStudy.CreateAsync(_server);

        var import = (await study.Import(Comparator([("一？", "甲", "乙", "1.25"), ("二？", "丙", "丁", "-0.5"), ("三？", "戊", "己", "0"), ("四？", "庚", "辛", "null")]))).Ok();

        Assert.Equal(("llm_comparator", (4, 8, 3, 3, 0, 0), 1), ((string?)import["format"], ImportingFiles.Counts(import), (int)import["not_judged"]!));
        Assert.Equal(["a", "b", "tie"], (await study.Judgments()).Select(j => (string)j["winner"]!));
        Assert.All(await study.Judgments(), j => Assert.Equal("llm", (string?)j["rater_kind"]));
        var refused = await study.Import(Comparator([("五？", "甲", "乙", "1"), ("六？", "甲", "乙", "\"1\"")]));
        Assert.Equal((2, "score"), ImportingFiles.FirstError(refused));
        Assert.Equal((1, "model_a"), ImportingFiles.FirstError(await study.Import(Comparator([("七？", "甲", "乙", "1")]).Replace("\"name\"", "\"title\"", StringComparison.Ordinal))));
    }

    internal static string Comparator((string Prompt, string A, string B, string Score)[] examples) => $$"""
        {"metadata": {"source_path": "x", "custom_fields_schema": []},
         "models": [{"name": "m1"}, {"name": "m2"}],
         "examples": [{{string.Join(",\n", examples.Select(e => $$$"""{"input_text":"{{{e.Prompt}}}","tags":["问答"],"output_text_a":"{{{e.A}}}","output_text_b":"{{{e.B}}}","score":{{{e.Score}}},"individual_rater_scores":[]}"""))}}],
         "rationale_clusters": []}
        """;
}
