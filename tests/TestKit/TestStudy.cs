using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PrefEval.TestKit;

/// <summary>A study made through the front door, with the calls that most tests need.</summary>
public sealed class TestStudy
{
    private TestStudy(PrefEvalServer server, string id) => (Server, Id) = (server, id);

    public PrefEvalServer Server { get; }
    public string Id { get; }
    public string Path => "studies/" + Id;

    public static async Task<TestStudy> CreateAsync(PrefEvalServer server, object? design = null, object? overlap = null, bool allowBothBad = true, string samePrompt = "avoid")
    {
        var made = (await server.Admin.Post("studies", new
        {
            name = "cqia-vs-baselines",
            title = "中文问答比较",
            question = "哪个回答更好？",
            language = "zh-CN",
            overlap = overlap ?? 3,
            allow_both_bad = allowBothBad,
            same_prompt = samePrompt,
            design = design ?? new { kind = "round_robin" },
        })).Ok();
        return new TestStudy(server, (string)made["study"]!);
    }

    /// <summary>A study of made-up prompts that is open: prompts p001.., the models given, and answers that say neither.</summary>
    public static async Task<TestStudy> OpenAsync(PrefEvalServer server, int prompts, string[] models, object? design = null, object? overlap = null, string samePrompt = "avoid")
    {
        var study = await CreateAsync(server, design, overlap, samePrompt: samePrompt);
        (await study.Import(Prompts(prompts, models))).Ok();
        (await study.Change(new { state = "open" })).Ok();
        return study;
    }

    /// <summary>Prompt and answer texts that are all different and tell nothing of the model.</summary>
    public static string Prompts(int prompts, params string[] models)
    {
        var lines = new StringBuilder();
        for (var p = 1; p <= prompts; p++)
        {
            lines.AppendLine(Line(new
            {
                prompt_id = $"p{p:000}",
                prompt = $"问题{p}：请解释一个概念。",
                category = p % 2 == 0 ? "写作" : "问答",
                language = "zh-CN",
                answers = models.Select((model, m) => (model, text: $"回答，编号{p * 7919 % 10007}之{(m + p) % models.Length}。")).ToDictionary(a => a.model, a => a.text),
            }));
        }
        return lines.ToString();
    }

    /// <summary>One line of JSON.</summary>
    public static string Line(object row) => JsonSerializer.Serialize(row, ApiClient.Json);

    public Task<Reply> Import(string file, string format = "auto", bool confirm = true) => Import(Encoding.UTF8.GetBytes(file), format, confirm);

    public Task<Reply> Import(byte[] file, string format = "auto", bool confirm = true) =>
        Server.Admin.Upload($"{Path}/imports?format={format}&confirm={(confirm ? "true" : "false")}", file);

    public Task<Reply> Change(object changes) => Server.Admin.Patch(Path, changes);

    public Task<Reply> Get(string path) => Server.Admin.Get($"{Path}/{path}");

    public async Task<TestRater> Invite(string name)
    {
        var invited = (await Server.Admin.Post($"{Path}/raters", new { name })).Ok();
        return new TestRater(Server.As((string)invited["key"]!), this);
    }

    /// <summary>All judgments, page by page.</summary>
    public async Task<IReadOnlyList<JsonNode>> Judgments()
    {
        var all = new List<JsonNode>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await Get($"judgments?limit=1000{(cursor == "" ? "" : "&cursor=" + cursor)}")).Ok().Json;
            all.AddRange(page["items"]!.AsArray().Select(item => item!));
            cursor = (string?)page["next_cursor"];
        }
        return all;
    }
}

/// <summary>A rater with her own key.</summary>
public sealed class TestRater(ApiClient api, TestStudy study)
{
    public ApiClient Api => api;

    public Task<Reply> Ask(int count = 3) => api.Post($"{study.Path}/assignments", new { count });

    public async Task<IReadOnlyList<JsonNode>> Assignments(int count = 3) => [.. (await Ask(count)).Ok()["items"].AsArray().Select(item => item!)];

    public Task<Reply> Vote(string assignment, string choice, int? after = 0) =>
        api.Put($"assignments/{assignment}/judgment", new { choice, after, duration_ms = 5300 });

    /// <summary>Gives leases back unjudged; none named: all.</summary>
    public Task<Reply> Release(params string[] assignments) => api.Post($"{study.Path}/assignments/release", assignments.Length == 0 ? new { } : new { assignments });

    public Task<Reply> GiveBack(string assignment, string? reason = null) =>
        api.Delete($"assignments/{assignment}{(reason is null ? "" : "?reason=" + Uri.EscapeDataString(reason))}");
}
