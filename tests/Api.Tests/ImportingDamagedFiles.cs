using System.Net;
using System.Text;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Fifty damaged variants of each format: row errors or a clear refusal, never a crash, and the study as it was. A shuffled file means the same.</summary>
public sealed class ImportingDamagedFiles(Server shared) : IClassFixture<Server>
{
    private const int Variants = 50;
    private static readonly string Prompts = string.Join('\n', Enumerable.Range(1, 4).Select(Prompt));
    private readonly PrefEvalServer _server = shared.Value;

    private static readonly SampleFile[] Samples =
    [
        new("prefeval_prompts", [.. Enumerable.Range(1, 4).Select(Prompt)]),
        new("prefeval_judgments", [.. from p in Enumerable.Range(1, 4) from r in "甲乙" select $$"""{"prompt_id":"p{{p}}","model_a":"m1","model_b":"m2","rater":"{{r}}","winner":"{{"ab"[p % 2]}}","left":"a","score":{{p % 2 * -0.5 + 0.75}},"comment":"一般"}"""], Before: Prompts),
        new("prefeval_pairs", [.. Enumerable.Range(1, 4).Select(p => $$"""{"prompt_id":"p{{p}}","model_a":"m1","model_b":"m2","role":"gold","winner":"tie","reason":"一样"}""")], Before: Prompts),
        new("alpaca_eval_outputs", [.. Enumerable.Range(1, 4).Select(p => $$"""{"dataset":"helpful","instruction":"问题{{p}}","output":"一个回答{{p}}","generator":"m1"}""")], SampleFile.As.Array),
        new("alpaca_eval_annotations", [.. Enumerable.Range(1, 4).Select(p => $$"""{"instruction":"问题{{p}}","output_1":"一{{p}}","generator_1":"m1","output_2":"二{{p}}","generator_2":"m2","annotator":"gpt-4","preference":1.{{p}}}""")], SampleFile.As.Array),
        new("lmsys_battles", [.. Enumerable.Range(1, 4).Select(p => ImportingOtherFormats.Battle($"q{p}", "m1", "m2", "model_b", "arena_user_1", [$"一{p}？", "二"], [$"甲{p}", "二"], [$"乙{p}", "丙"]))]),
        new("mt_bench_judgments", [.. from turn in new[] { 1, 2 } from pair in new[] { ("m1", "m2"), ("m3", "m1"), ("m2", "m3") } select ImportingOtherFormats.MtBench(81, pair.Item1, pair.Item2, turn)], SampleFile.As.Array),
        new("fastchat_questions", [.. Enumerable.Range(1, 4).Select(p => $$"""{"question_id":{{p}},"category":"写作","turns":["一{{p}}？","二"]}""")]),
        new("fastchat_answers", [.. Enumerable.Range(1, 4).Select(p => $$"""{"question_id":"p{{p}}","answer_id":"x","model_id":"m9","choices":[{"index":0,"turns":["一{{p}}","二"]}],"tstamp":1.5}""")], Before: Prompts),
        new("coig_cqia", [.. Enumerable.Range(1, 4).Select(p => $$"""{"instruction":"一{{p}}？","input":"","output":"二{{p}}","task_type":{"major":["问答"],"minor":["百科"]},"domain":["通用"],"metadata":null,"answer_from":"human","human_verified":true,"copyright":"无"}""")]),
        new("belle_eval", [.. Enumerable.Range(1, 4).Select(p => $$"""{"question":"一{{p}}？","class":"math","std_answer":"二{{p}}"}""")]),
        new("llm_comparator", [.. Enumerable.Range(1, 4).Select(p => $$"""{"input_text":"一{{p}}？","tags":["问答"],"output_text_a":"甲{{p}}","output_text_b":"乙","score":{{p}}}""")])
        {
            Pack = rows => Encoding.UTF8.GetBytes($$"""{"models":[{"name":"m1"},{"name":"m2"}],"examples":[{{string.Join(",\n", rows)}}]}"""),
        },
        new("kaggle_battles", ["id,model_a,model_b,prompt,response_a,response_b,winner_model_a,winner_model_b,winner_tie", .. Enumerable.Range(1, 4).Select(p => $"{p},m1,m2,\"[\"\"一{p}？\"\"]\",\"[\"\"甲{p}\"\"]\",\"[\"\"乙\"\"]\",0,1,0")], SampleFile.As.Table),
        new("table_long", ["编号,问题,模型,回答", .. from p in Enumerable.Range(1, 3) from m in new[] { "m1", "m2" } select $"{p},一{p}？,{m},\"回答{p}，{m}\""], SampleFile.As.Table),
        new("table_wide", ["编号,问题,类别,模型一,模型二", .. Enumerable.Range(1, 4).Select(p => $"{p},这是第{p}个问题,写作,一个回答,\"另一个\"\"回答\"\"\"")], SampleFile.As.Table) { Pack = rows => ImportingTables.Gb18030.GetBytes(string.Join("\r\n", rows)) },
        new("table_judgments", ["prompt_id,model_a,model_b,rater,winner,score,comment", .. Enumerable.Range(1, 4).Select(p => $"p{p},m1,m2,甲,a,0.75,一般")], SampleFile.As.Table, Before: Prompts),
        new("table_wide", ["编号,问题,模型一,模型二", .. Enumerable.Range(1, 4).Select(p => $"{p},一{p}？,一,二")], SampleFile.As.Binary)
        {
            Pack = rows => ImportingTables.Workbook([.. rows.Select(r => r.Split(',')).Select(r => ((object?)r[0], r.ElementAtOrDefault(1), r.ElementAtOrDefault(2), r.ElementAtOrDefault(3)))]),
        },
        new("prefeval_prompts", [.. Enumerable.Range(1, 4).Select(Prompt)], SampleFile.As.Lines) { Pack = rows => ImportingTables.Packed(Encoding.UTF8.GetBytes(string.Join('\n', rows))) },
    ];

    public static IEnumerable<TheoryDataRow<int, string>> Formats => Samples.Select((sample, i) => new TheoryDataRow<int, string>(i, sample.Format));

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_damaged_file_is_refused_or_means_something_and_nothing_is_half_stored(int sample, string format)
    {
        var file = Samples[sample];
        var study = await Study(file);
        Assert.Equal(format, (string?)(await study.Import(file.Bytes, confirm: false)).Ok()["format"]);
        var (before, outcomes) = (await Contents(study), new List<HttpStatusCode>());

        for (var variant = 0; variant < Variants; variant++)
        {
            var reply = await study.Import(file.Damaged(variant));
            outcomes.Add(reply.Status);
            if (reply.Status == HttpStatusCode.OK)
            {
                (await study.Server.Admin.Delete($"{study.Path}/imports/{(string)reply["import"]!}")).Ok();
                continue;
            }
            Assert.True(reply.Status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"Variant {variant}: {(int)reply.Status} {reply.Text}");
            Assert.NotEmpty((string)reply["detail"]!);
            if (reply.Problem == "import-rejected") Assert.All(reply["errors"].AsArray(), e => Assert.True((int)e!["line"]! > 0 && (string)e["message"]! != ""));
        }

        Assert.Equal(before, await Contents(study));
        Assert.InRange(outcomes.Count(o => o != HttpStatusCode.OK), Variants / 3, Variants - 1);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_shuffled_file_means_the_same(int sample, string format)
    {
        var file = Samples[sample];
        var (one, other) = (await Study(file), await Study(file));

        var counts = ImportingFiles.Counts((await one.Import(file.Bytes)).Ok());
        var shuffled = (await other.Import(file.Shuffled(new Random(sample)))).Ok();

        Assert.Equal((format, counts), ((string?)shuffled["format"], ImportingFiles.Counts(shuffled)));
        Assert.Equal(await Meaning(one), await Meaning(other));
    }

    private async Task<TestStudy> Study(SampleFile file)
    {
        var study = await TestStudy.CreateAsync(_server);
        if (file.Before is not null) (await study.Import(file.Before)).Ok();
        return study;
    }

    private static string Prompt(int p) => $$$"""{"prompt_id":"p{{{p}}}","prompt":"一{{{p}}}？","category":"数学","tags":["二"],"answers":{"m1":"一","m2":"二"}}""";

    private static async Task<string> Contents(TestStudy study)
    {
        var all = new StringBuilder();
        foreach (var list in new[] { "prompts", "models", "raters", "pairs", "judgments" }) all.AppendLine((await study.Get(list)).Ok().Text);
        return all.ToString();
    }

    /// <summary>What the study holds, whatever the order in which it came.</summary>
    private static async Task<string> Meaning(TestStudy study)
    {
        var prompts = (await study.Get("prompts")).Ok()["items"].AsArray().Select(p => $"{p!["prompt_id"]} {p["messages"]!.ToJsonString()} {p["category"]} {p["tags"]!.ToJsonString()}");
        var models = (await study.Get("models")).Ok()["items"].AsArray().Select(m => (string)m!["name"]!);
        var judgments = (await study.Judgments()).Select(j => $"{j["prompt_id"]} {j["model_a"]} {j["model_b"]} {j["rater"]} {j["winner"]} {j["left"]} {j["score"]}");
        return string.Join('\n', prompts.Order(StringComparer.Ordinal).Concat(models.Order(StringComparer.Ordinal)).Concat(judgments.Order(StringComparer.Ordinal)));
    }
}
