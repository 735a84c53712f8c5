namespace PrefEval.Api.Imports;

/// <summary>What columns are usually called, in English and Chinese, and the mapping that a table's header makes by itself.</summary>
internal static class TableNames
{
    private static readonly Dictionary<string, string> Fields = new[]
    {
        ("prompt", "prompt question instruction query 提示 提示词 问题 指令 题目 题干 用户问题"),
        ("prompt_id", "promptid id questionid qid 编号 题号 序号 问题编号 题目编号 提示编号 问题id"),
        ("category", "category class type 类别 分类 类型 任务类型 题型"),
        ("tags", "tags tag 标签"),
        ("language", "language lang 语言"),
        ("model", "model modelname modelid generator 模型 模型名 模型名称"),
        ("answer", "answer response output completion 回答 答案 回复 输出 模型回答"),
        ("model_a", "modela 模型a 模型甲"),
        ("model_b", "modelb 模型b 模型乙"),
        ("rater", "rater judge annotator 评审 评审员 评审人 标注员 标注者 标注人 评测员 评分员"),
        ("winner", "winner verdict 胜者 胜方 结果 判断 评判结果"),
        ("left", "left 左侧"),
        ("score", "score"),
        ("rater_kind", "raterkind"),
        ("created_at", "createdat time timestamp 时间 评审时间 标注时间"),
        ("duration_ms", "durationms"),
        ("comment", "comment note notes remark 备注 评论 说明"),
    }.SelectMany(field => field.Item2.Split(' ').Select(name => (name, field.Item1))).ToDictionary();

    // Columns that labs keep beside their models' answers, and that are none.
    private static readonly HashSet<string> Beside = [.. "source reference referenceanswer stdanswer difficulty date length 来源 参考答案 标准答案 难度 日期 长度".Split(' ')];

    /// <summary>Null where the names do not tell it beyond doubt.</summary>
    public static TableMapping? Guess(IReadOnlyList<string> columns, TableLayout? layout)
    {
        var found = new Dictionary<string, string>();
        var others = new List<string>();
        foreach (var column in columns.Where(c => c.Length > 0))
        {
            var name = Plain(column);
            if (Fields.TryGetValue(name, out var field))
            {
                if (!found.TryAdd(field, column)) return null;
            }
            else if (!Beside.Contains(name)) others.Add(column);
        }
        string? Of(string field) => found.GetValueOrDefault(field);
        bool Have(params ReadOnlySpan<string> fields)
        {
            foreach (var field in fields)
                if (!found.ContainsKey(field)) return false;
            return true;
        }

        if (layout is null or TableLayout.Judgments && Have("prompt_id", "model_a", "model_b", "rater", "winner"))
        {
            return new TableMapping
            {
                Layout = TableLayout.Judgments, PromptId = Of("prompt_id"), ModelA = Of("model_a"), ModelB = Of("model_b"), Rater = Of("rater"), Winner = Of("winner"), Left = Of("left"),
                Score = Of("score"), RaterKind = Of("rater_kind"), CreatedAt = Of("created_at"), DurationMs = Of("duration_ms"), Comment = Of("comment"),
            };
        }
        if (layout is TableLayout.Judgments || !Have("prompt")) return null;
        var prompt = new TableMapping { Prompt = Of("prompt"), PromptId = Of("prompt_id"), Category = Of("category"), Tags = Of("tags"), Language = Of("language") };
        if (layout is null or TableLayout.Long && Have("model", "answer")) return prompt with { Layout = TableLayout.Long, Model = Of("model"), Answer = Of("answer") };
        if (layout is TableLayout.Long || Have("model") || Have("answer") || Have("winner") || others.Count < (layout is null ? 2 : 1)) return null;
        return prompt with { Layout = TableLayout.Wide, Models = others.ToDictionary(column => column) };
    }

    /// <summary>A mapping to begin with, for a table that tells too little.</summary>
    public static TableMapping Example(IReadOnlyList<string> columns)
    {
        var named = columns.Where(c => c.Length > 0).ToList();
        var prompt = named.FirstOrDefault(c => Fields.GetValueOrDefault(Plain(c)) == "prompt") ?? named[0];
        var models = named.Where(c => c != prompt && Fields.GetValueOrDefault(Plain(c)) is null or "answer" && !Beside.Contains(Plain(c))).ToList();
        return new TableMapping
        {
            Layout = TableLayout.Wide,
            Prompt = prompt,
            PromptId = named.FirstOrDefault(c => c != prompt && Fields.GetValueOrDefault(Plain(c)) == "prompt_id"),
            Models = (models.Count > 0 ? models : named.Where(c => c != prompt).ToList()).Take(20).ToDictionary(column => column, column => column),
        };
    }

    private static string Plain(string column) => new([.. column.ToLowerInvariant().Where(c => !char.IsWhiteSpace(c) && c is not ('_' or '-'))]);
}
