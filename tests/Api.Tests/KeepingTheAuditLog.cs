using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Who changed what, and when, for whoever doubts a result later.</summary>
public abstract class KeepingTheAuditLog(PrefEvalServer server)
{
    [Fact]
    public async Task Every_change_of_a_study_is_kept_with_who_and_what_and_no_rater_is_named()
    {
        var study = await TestStudy.OpenAsync(server, 3, ["demo-a", "demo-b"]);
        var rater = await study.Invite("陈一");
        var who = (string)(await study.Get("raters")).Ok()["items"][0]!["rater"]!;
        foreach (var item in await rater.Assignments(3)) (await rater.Vote((string)item["assignment"]!, "left")).Ok();
        var researcher = (string)(await server.Admin.Post("keys", new { account = "alice" })).Ok()["secret"]!;
        (await server.Admin.Post($"{study.Path}/members", new { account = "alice" })).Ok();
        (await server.As(researcher).Post($"{study.Path}/judgments/exclude", new { filter = new { rater = "陈一" }, reason = "two seconds an answer" })).Ok();
        (await server.As(researcher).Patch(study.Path, new { state = "closed" })).Ok();
        Assert.Equal(400, (int)(await server.As(researcher).Patch(study.Path, new { state = "gone" })).Status); // refused: no entry

        var entries = await Entries($"{study.Path}/audit");
        Assert.Equal(["createStudy", "createImport", "updateStudy", "inviteRaters", "addMember", "excludeJudgments", "updateStudy"], entries.Select(each => (string)each["operation"]!));
        Assert.Equal(["alice", "alice"], entries[^2..].Select(each => (string)each["actor"]!));
        Assert.Equal($$"""{"made":["{{who}}"]}""", (string)entries[3]["details"]!);
        Assert.Contains("two seconds an answer", (string)entries[^2]["details"]!);
        Assert.Contains("\"state\":\"closed\"", (string)entries[^1]["details"]!);
        Assert.All(entries, each => Assert.DoesNotContain("陈一", (string?)each["details"] ?? ""));
        var file = (await study.Get("audit?format=jsonl")).Ok().Text;
        Assert.Equal(entries.Select(each => each.ToJsonString()), file.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.ToJsonString()));
        Assert.Equal("format", (string)(await study.Get("audit?format=csv"))["errors"]![0]!["field"]!);
    }

    [Fact]
    public async Task Keys_stand_in_it_without_their_secrets_and_the_chain_of_hashes_closes()
    {
        var made = (await server.Admin.Post("keys", new { account = "bob" })).Ok();
        (await server.Admin.Delete($"keys/{made["key"]}")).Ok();
        (await server.Admin.Post("studies", new { name = "n", title = "t", question = "q", design = new { kind = "round_robin" } })).Ok();
        var entries = await Entries("audit");
        Assert.Contains(entries, each => (string)each["operation"]! == "createKey" && ((string)each["details"]!).Contains($"\"made\":[\"{made["key"]}\"]", StringComparison.Ordinal));
        var text = new JsonArray([.. entries.Select(each => each.DeepClone())]).ToJsonString();
        Assert.DoesNotContain((string)made["secret"]!, text);
        Assert.DoesNotContain(PrefEvalServer.AdminKey, text);
        Assert.Contains(entries, each => (string)each["operation"]! == "revokeKey" && ((string)each["path"]!).EndsWith((string)made["key"]!, StringComparison.Ordinal));

        Assert.Equal(entries.Count, entries.Select(each => (string)each["hash"]!).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(n => (long)n), entries.Select(each => (long)each["entry"]!));
        // An entry of no study can be hashed from what is shown of it.
        var at = entries.FindIndex(1, each => (string)each["operation"]! == "revokeKey");
        string[] fields = [$"{entries[at]["entry"]}", "", (string)entries[at]["actor"]!, "revokeKey", (string)entries[at]["path"]!, (string?)entries[at]["details"] ?? "", $"{Micros(entries[at])}"];
        var line = (string)entries[at - 1]["hash"]! + string.Concat(fields.Select(field => $"\n{field.Length} {field}"));
        Assert.Equal((string)entries[at]["hash"]!, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line))));
    }

    private static long Micros(JsonNode entry) => (((DateTimeOffset)entry["at"]!).UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10;

    private async Task<List<JsonNode>> Entries(string path)
    {
        var all = new List<JsonNode>();
        for (string? cursor = null; ;)
        {
            var page = (await server.Admin.Get($"{path}?limit=3{(cursor is null ? "" : "&cursor=" + cursor)}")).Ok();
            all.AddRange(page["items"].AsArray().Select(each => each!));
            if ((cursor = (string?)page.Json["next_cursor"]) is null) return all;
        }
    }

    public sealed class OnSQLite(Server server) : KeepingTheAuditLog(server.Value), IClassFixture<Server>;

    public sealed class OnPostgreSQL(PostgresServer server) : KeepingTheAuditLog(server.Value), IClassFixture<PostgresServer>;
}
