using System.IO.Compression;
using System.Text;
using MiniExcelLibs;

namespace PrefEval.TestKit;

/// <summary>A small good file of each format that is imported.</summary>
public static class SampleFiles
{
    public static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    private static readonly string Prompts = string.Join('\n', Enumerable.Range(1, 4).Select(Prompt));

    public static readonly SampleFile[] All =
    [
        new("prefeval_prompts", [.. Enumerable.Range(1, 4).Select(Prompt)]),
        new("prefeval_judgments", [.. from p in Enumerable.Range(1, 4) from r in "甲乙" select $$"""{"prompt_id":"p{{p}}","model_a":"m1","model_b":"m2","rater":"{{r}}","winner":"{{"ab"[p % 2]}}","left":"a","score":{{p % 2 * -0.5 + 0.75}},"comment":"一般"}"""], Before: Prompts),
        new("prefeval_pairs", [.. Enumerable.Range(1, 4).Select(p => $$"""{"prompt_id":"p{{p}}","model_a":"m1","model_b":"m2","role":"gold","winner":"tie","reason":"一样"}""")], Before: Prompts),
        new("alpaca_eval_outputs", [.. Enumerable.Range(1, 4).Select(p => $$"""{"dataset":"helpful","instruction":"问题{{p}}","output":"一个回答{{p}}","generator":"m1"}""")], SampleFile.As.Array),
        new("alpaca_eval_annotations", [.. Enumerable.Range(1, 4).Select(p => $$"""{"instruction":"问题{{p}}","output_1":"一{{p}}","generator_1":"m1","output_2":"二{{p}}","generator_2":"m2","annotator":"gpt-4","preference":1.{{p}}}""")], SampleFile.As.Array),
        new("lmsys_battles", [.. Enumerable.Range(1, 4).Select(p => Battle($"q{p}", "m1", "m2", "model_b", "arena_user_1", [$"一{p}？", "二"], [$"甲{p}", "二"], [$"乙{p}", "丙"]))]),
        new("mt_bench_judgments", [.. from turn in new[] { 1, 2 } from pair in new[] { ("m1", "m2"), ("m3", "m1"), ("m2", "m3") } select MtBench(81, pair.Item1, pair.Item2, turn)], SampleFile.As.Array),
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
        new("table_wide", ["编号,问题,类别,模型一,模型二", .. Enumerable.Range(1, 4).Select(p => $"{p},这是第{p}个问题,写作,一个回答,\"另一个\"\"回答\"\"\"")], SampleFile.As.Table) { Pack = rows => Gb18030.GetBytes(string.Join("\r\n", rows)) },
        new("table_judgments", ["prompt_id,model_a,model_b,rater,winner,score,comment", .. Enumerable.Range(1, 4).Select(p => $"p{p},m1,m2,甲,a,0.75,一般")], SampleFile.As.Table, Before: Prompts),
        new("table_wide", ["编号,问题,模型一,模型二", .. Enumerable.Range(1, 4).Select(p => $"{p},一{p}？,一,二")], SampleFile.As.Binary)
        {
            Pack = rows => Workbook([.. rows.Select(r => r.Split(',')).Select(r => ((object?)r[0], r.ElementAtOrDefault(1), r.ElementAtOrDefault(2), r.ElementAtOrDefault(3)))]),
        },
        new("prefeval_prompts", [.. Enumerable.Range(1, 4).Select(Prompt)], SampleFile.As.Lines) { Pack = rows => Packed(Encoding.UTF8.GetBytes(string.Join('\n', rows))) },
    ];

    private static string Prompt(int p) => $$$"""{"prompt_id":"p{{{p}}}","prompt":"一{{{p}}}？","category":"数学","tags":["二"],"answers":{"m1":"一","m2":"二"}}""";

    public static string Battle(string id, string modelA, string modelB, string winner, string judge, string[] said, string[] a, string[] b, int? turn = null) => TestStudy.Line(new
    {
        question_id = id,
        model_a = modelA,
        model_b = modelB,
        winner,
        judge,
        conversation_a = Conversation(said, a),
        conversation_b = Conversation(said, b),
        turn = turn ?? said.Length,
        anony = true,
        language = "Chinese",
        tstamp = 1682351591.1322,
    });

    public static string MtBench(int question, string modelA, string modelB, int turn) => TestStudy.Line(new
    {
        question_id = question,
        model_a = modelA,
        model_b = modelB,
        winner = turn == 1 ? "model_a" : "tie (inconsistent)",
        judge = new[] { "gpt-4", "pair-v2" },
        conversation_a = Conversation(["写一篇游记。", "改写它。"], ["同样的开头", $"回答之{modelA[^1]}"]),
        conversation_b = Conversation(["写一篇游记。", "改写它。"], ["同样的开头", $"回答之{modelB[^1]}"]),
        turn,
    });

    private static object[] Conversation(string[] said, string[] answered) =>
        [.. said.Zip(answered).SelectMany(turn => new object[] { new { role = "user", content = turn.First }, new { role = "assistant", content = turn.Second } })];

    public static byte[] Packed(byte[] file)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(file);
        return packed.ToArray();
    }

    public static byte[] Workbook(IReadOnlyList<(object?, object?, object?, object?)> rows)
    {
        using var file = new MemoryStream();
        file.SaveAs(rows.Select(r => new Dictionary<string, object?> { ["a"] = r.Item1, ["b"] = r.Item2, ["c"] = r.Item3, ["d"] = r.Item4 }), printHeader: false);
        return file.ToArray();
    }
}
