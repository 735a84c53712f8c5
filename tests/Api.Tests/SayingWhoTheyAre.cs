using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Answers that say which model gave them: found before they are stored, and then shown, masked or left out as the researcher says.</summary>
public abstract class SayingWhoTheyAre(PrefEvalServer server)
{
    private readonly PrefEvalServer _server = server;

    private static readonly string[] Telling =
    [
        "我是通义千问，由阿里云开发的语言模型。",
        "您好！我是ChatGPT，很高兴为您服务。",
        "作为OpenAI训练的语言模型，我不能预测天气。",
        "我叫文心一言，是百度研发的人工智能助手。",
        "我是一个由贝壳训练的模型，名叫BELLE。",
        "作为由星河实验室训练的AI助手，我会尽力回答。",
        "As an AI language model trained by OpenAI, I cannot feel.",
        "Hello! I'm Claude, an AI assistant made by Anthropic.",
        "I am LLaMA-2-7B, at your service.",
        "I was created by Google. I am a large language model.",
        "I am a language model developed by Acme Labs.",
        "作为demo-b的回答：二加二等于四。",
    ];

    private static readonly string[] Telltale = ["通义千问", "ChatGPT", "OpenAI", "文心一言", "贝壳", "星河实验室", "OpenAI", "Claude", "LLaMA-2-7B", "Google", "Acme Labs", "demo-b"];

    private static readonly string[] Silent =
    [
        "ChatGPT是OpenAI在2022年发布的聊天机器人，文心一言则来自百度。",
        "作为一个人工智能语言模型，我没有感情。",
        "作为百度开发的语言模型，文心一言支持中文。",
        "我是一名老师，我喜欢使用ChatGPT备课。",
        "我是百度的忠实用户。",
        "I am a researcher using ChatGPT at Google.",
        "As an AI language model, I do not have feelings.",
        "As a chatbot developed by OpenAI, ChatGPT was released in 2022.",
        "My name is Claude Monet, and I paint water lilies.",
        "I'm a Gemini and love astrology.",
        "I was born in Meta, Italy.",
        "I am not as advanced as ChatGPT, but I can help.",
        "The alpaca and the falcon live apart; the gpt table is a partition table.",
    ];

    [Fact]
    public async Task Who_speaks_of_itself_by_name_is_found_and_who_speaks_of_others_is_not()
    {
        var study = await TestStudy.CreateAsync(_server);
        var file = string.Join('\n', Telling.Concat(Silent).Select((answer, i) => TestStudy.Line(new
        {
            prompt_id = $"p{i + 1:000}", prompt = $"问题{i + 1}", answers = new Dictionary<string, string> { ["demo-a"] = $"回答{i}。", ["demo-b"] = answer },
        })).Append(TestStudy.Line(new { prompt_id = "p100", prompt = "demo-b 是什么？", answers = new Dictionary<string, string> { ["demo-b"] = "demo-b 是一个模型。" } })));

        var staged = (await study.Import(file, confirm: false)).Ok();

        // five examples a model are shown; the rest are counted
        Assert.Equal(Telling.Length, (int)staged["leaking_answers"]!);
        Assert.Equal([1, 2, 3, 4, 5], staged["leak_examples"].AsArray().Select(e => (int)e!["line"]!));
        Assert.Equal(["demo-a:25/0", $"demo-b:26/{Telling.Length}"], staged["answers_by_model"].AsArray().Select(m => $"{m!["model"]}:{m["answers"]}/{m["leaking"]}"));
        (await study.Server.Admin.Post($"{study.Path}/imports/{staged["import"]}/confirm", new { leaks = "mask" })).Ok();
        (await study.Change(new { state = "open" })).Ok();
        var rater = await study.Invite("r1");
        var shown = new Dictionary<string, string>();
        while (await rater.Assignments(10) is { Count: > 0 } items)
        {
            foreach (var item in items)
            {
                shown[Content(item["prompt"]!)] = Content(item["left"]!) + Content(item["right"]!);
                (await rater.Vote((string)item["assignment"]!, "tie")).Ok();
            }
        }
        for (var i = 0; i < Telling.Length; i++)
        {
            Assert.Contains("▇▇▇", shown[$"问题{i + 1}"], StringComparison.Ordinal);
            Assert.DoesNotContain(Telltale[i], shown[$"问题{i + 1}"], StringComparison.Ordinal);
        }
        for (var i = 0; i < Silent.Length; i++) Assert.Contains(Silent[i], shown[$"问题{Telling.Length + i + 1}"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_preview_says_which_rule_found_which_words_and_how_long_answers_are()
    {
        var study = await TestStudy.CreateAsync(_server);
        var staged = (await study.Import(Four, confirm: false)).Ok();

        Assert.Equal(["1 demo-a says_who 通义千问 ‖ 我是通义千问。", "4 demo-a own_name demo-a ‖ 回答来自demo-a。"], staged["leak_examples"].AsArray().Select(e =>
            $"{e!["line"]} {e["model"]} {e["rule"]} {string.Join(",", e["words"]!.AsArray())} ‖ {e["excerpt"]}"));
        Assert.Equal("""{"model":"demo-a","answers":4,"empty":1,"leaking":2,"median_characters":7,"p90_characters":11}""", staged["answers_by_model"][0]!.ToJsonString());
        Assert.Null(staged.Json["leaks"]);
        Assert.Equal("invalid-request", (await ReplacingAnswers.Upload(study, Four, "leaks=hide")).Problem);
    }

    [Fact]
    public async Task Kept_answers_are_shown_as_they_are_and_reports_say_what_they_change()
    {
        var (study, rater) = await Judged("keep");
        var row = (await study.Get("reports/preference")).Ok()["items"][0]!;
        Assert.Equal((4, 2, 0), Beside(row));
        // demo-a won where it gave itself away, and lost else
        Assert.Equal((0.5, 0), ((double)row["win_rate"]!["estimate"]!, (double)row["without_leaks"]!["estimate"]!));
        Assert.Contains("In 2 pairs an answer says which model it is of", (string)(await study.Get("reports/preference")).Ok()["methods"]["en"]!, StringComparison.Ordinal);

        var without = (await study.Get("reports/preference?leaks=leave_out")).Ok();
        Assert.Equal((2, 0, "sensitivity"), ((int)without["items"][0]!["n"]!, (double)without["items"][0]!["win_rate"]!["estimate"]!, (string)without["analysis"]!));
        Assert.Contains("只计入回答未透露自身身份的配对的评判", (string)without["methods"]["zh"]!, StringComparison.Ordinal);
        Assert.Equal("invalid-request", (await study.Get("reports/preference?leaks=hide")).Problem);
        Assert.Empty(await rater.Assignments());
    }

    [Fact]
    public async Task Masked_answers_are_judged_without_the_words_and_exported_with_them()
    {
        var (study, _) = await Judged("mask");
        var row = (await study.Get("reports/preference")).Ok();
        Assert.Equal((4, 2, 2), Beside(row["items"][0]!));
        Assert.Contains("隐去", (string)row["methods"]["zh"]!, StringComparison.Ordinal);
        var export = (await study.Get("exports/prefeval_prompts")).Ok().Text;
        Assert.Contains("通义千问", export, StringComparison.Ordinal);
        Assert.DoesNotContain("▇", export, StringComparison.Ordinal);

        var copy = (await _server.Admin.Post("studies", new { copy_of = study.Id, name = "copy" })).Ok();
        Assert.Equal("open", (string)(await _server.Admin.Patch($"studies/{copy["study"]}", new { state = "open" })).Ok()["state"]!);
        var key = (string)(await _server.Admin.Post($"studies/{copy["study"]}/raters", new { name = "r2" })).Ok()["key"]!;
        Assert.DoesNotContain("通义千问", (await _server.As(key).Post($"studies/{copy["study"]}/assignments", new { count = 10 })).Ok().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_asked_about_a_pair_with_a_dropped_answer()
    {
        var (study, _) = await Judged("drop");
        var report = (await study.Get("reports/preference")).Ok();
        Assert.Equal((2, 0, 0), Beside(report["items"][0]!));
        Assert.Equal(2, (int)report["dropped_answers"]!);
        Assert.Equal(0, (int)report["items"][0]!["excluded"]!["to_come"]!);

        var changed = TestStudy.Line(new { prompt_id = "p2", prompt = "问题2", answers = new Dictionary<string, string> { ["demo-a"] = "我是ChatGPT。" } });
        Assert.Equal("invalid-request", (await ReplacingAnswers.Upload(study, changed, "confirm=true&on_change=replace&leaks=drop")).Problem);
        Assert.Equal("mask", (string)(await ReplacingAnswers.Upload(study, changed, "confirm=true&on_change=replace&leaks=mask")).Ok()["leaks"]!);
    }

    /// <summary>Two of the four answers of demo-a tell.</summary>
    private static readonly string Four = string.Join('\n', new[] { "我是通义千问。", "二加二等于四，没错。", "", "回答来自demo-a。" }.Select((answer, i) => TestStudy.Line(new
    {
        prompt_id = $"p{i + 1}", prompt = $"问题{i + 1}", answers = new Dictionary<string, string> { ["demo-a"] = answer, ["demo-b"] = $"另一个回答{i}" },
    })));

    /// <summary>All that is asked is judged for demo-a where its answer tells, or was masked, and for demo-b else.</summary>
    private async Task<(TestStudy Study, TestRater Rater)> Judged(string leaks)
    {
        var study = await TestStudy.CreateAsync(_server, overlap: 1);
        Assert.Equal(leaks, (string)(await ReplacingAnswers.Upload(study, Four, $"confirm=true&leaks={leaks}")).Ok()["leaks"]!);
        (await study.Change(new { state = "open" })).Ok();
        var rater = await study.Invite("r1");
        while (await rater.Assignments(1) is [var item])
        {
            var left = Content(item["left"]!);
            var isA = !left.StartsWith("另一个", StringComparison.Ordinal);
            var tells = Content(item["prompt"]!) is "问题1" or "问题4";
            Assert.Equal(tells && leaks == "mask", (left + Content(item["right"]!)).Contains("▇▇▇", StringComparison.Ordinal));
            (await rater.Vote((string)item["assignment"]!, isA == tells ? "left" : "right")).Ok();
        }
        return (study, rater);
    }

    private static (int Pairs, int Leaking, int Masked) Beside(JsonNode row) =>
        ((int)row["excluded"]!["complete"]!, (int)row["excluded"]!["leaking"]!, (int)row["excluded"]!["masked"]!);

    private static string Content(JsonNode messages) => (string)messages[0]!["content"]!;

    public sealed class OnSQLite(Server shared) : SayingWhoTheyAre(shared.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer shared) : SayingWhoTheyAre(shared.Value), IClassFixture<PostgresServer>;
}
