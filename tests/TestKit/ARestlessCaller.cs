using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace PrefEval.TestKit;

/// <summary>Sends requests of <see cref="OpenApiFuzz"/> as admin, researcher, rater or nobody, and remembers what should never have come back.</summary>
public sealed class ARestlessCaller
{
    private readonly HttpClient _http;
    private readonly string?[] _keys;
    private readonly OpenApiFuzz _fuzz;
    private readonly Random _chance;
    private int _signIns;

    private ARestlessCaller(HttpClient http, string?[] keys, OpenApiFuzz fuzz, int seed) => (_http, _keys, _fuzz, _chance) = (http, keys, fuzz, new Random(seed));

    public List<string> Wrong { get; } = [];
    public int Sent { get; private set; }
    public int Accepted { get; private set; }
    public required string StrangersKey { get; init; }

    /// <summary>Over a study that is open and partly judged.</summary>
    public static async Task<ARestlessCaller> OnAsync(PrefEvalServer server, int seed)
    {
        var study = await TestStudy.OpenAsync(server, 30, ["demo-a", "demo-b", "demo-c"]);
        var invited = (await server.Admin.Post($"{study.Path}/raters", new { name = "r1" })).Ok();
        var rater = new TestRater(server.As((string)invited["key"]!), study);
        var assignments = (await rater.Assignments(10)).Select(item => (string)item["assignment"]!).ToArray();
        foreach (var assignment in assignments[..6]) (await rater.Vote(assignment, "left")).Ok();
        async Task<string> Account(string account) => (string)(await server.Admin.Post("keys", new { account = account + seed })).Ok()["secret"]!;
        var member = await Account("member");
        (await server.Admin.Post($"{study.Path}/members", new { account = "member" + seed })).Ok();
        async Task<string[]> Ids(string list, string field) => [.. (await study.Get(list)).Ok()["items"].AsArray().Select(each => (string)each![field]!)];
        var ids = new Dictionary<string, string[]>
        {
            ["study"] = [study.Id],
            ["assignment"] = assignments,
            ["rater"] = [(string)invited["rater"]!],
            ["model"] = [.. await Ids("models", "model"), "demo-a"],
            ["import"] = await Ids("imports", "import"),
            ["format"] = ["prefeval_judgments", "csv", "lmsys_battles", "trl_dpo", "trl_kto", "alpaca_eval_annotations", "prefeval_prompts"],
        };
        var contract = (await server.Admin.Get("/swagger/v1/swagger.json")).Ok().Json;
        // The admin's own key is sent seldom: her requests may delete the study, after which little else is reached.
        return new(new HttpClient { BaseAddress = server.Address }, [member, member, member, (string)invited["key"]!, null], new OpenApiFuzz(contract, seed, ids), seed)
        {
            StrangersKey = await Account("stranger"),
        };
    }

    public async Task SendAsync()
    {
        using var request = _fuzz.Next();
        // Whoever deletes the study or closes it ends the search: those two are left to tests of their own.
        if (request.Method == HttpMethod.Delete && request.RequestUri!.OriginalString.Split('/', '?') is { Length: 5 } parts && parts[3] == "studies") return;
        if (request.RequestUri!.OriginalString.EndsWith("/sessions/current", StringComparison.Ordinal) && request.Method == HttpMethod.Delete) return;
        // Nor more sign-ins than one address may try with keys that are none.
        if (request.RequestUri!.OriginalString.EndsWith("/sessions", StringComparison.Ordinal) && ++_signIns > 2) return;
        var key = _keys[_chance.Next(_keys.Length)];
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Sent++;
        using var response = await _http.SendAsync(request);
        var status = (int)response.StatusCode;
        if (status < 400)
        {
            await response.Content.CopyToAsync(Stream.Null);
            if (status < 300) Accepted++;
            return;
        }
        var text = await response.Content.ReadAsStringAsync();
        if (status < 500 && response.Content.Headers.ContentType?.MediaType == "application/problem+json" && ((string?)JsonNode.Parse(text)!["type"])?.StartsWith("/problems/", StringComparison.Ordinal) == true) return;
        var sent = request.Content is null ? "" : await request.Content.ReadAsStringAsync();
        if (Wrong.Count < 20) Wrong.Add($"{status} {Cut(text)} <- {request.Method} {Cut(request.RequestUri!.OriginalString)} {Cut(sent)}");
    }

    private static string Cut(string text) => text.Length > 3000 ? text[..3000] + "..." : text;
}
