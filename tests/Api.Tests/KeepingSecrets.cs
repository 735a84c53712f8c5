using System.Net;
using System.Security.Cryptography;
using System.Text;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>What is stored of keys, and how long they open.</summary>
public sealed class KeepingSecrets
{
    [Fact]
    public async Task No_secret_lies_in_the_database()
    {
        await using var server = new PrefEvalServer();
        var study = await TestStudy.OpenAsync(server, 2, ["demo-a", "demo-b"]);
        var invited = (await server.Admin.Post($"{study.Path}/raters", new { name = "r1" }, ("Idempotency-Key", "once"))).Ok();
        var token = (await SignIn(server, (string)invited["key"]!)).Split('=')[1];

        var stored = Encoding.Latin1.GetString(Directory.GetFiles(Path.GetDirectoryName(server.DatabaseFile)!, "prefeval.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).SelectMany(ReadShared).ToArray());

        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes((string)invited["key"]!))), stored);
        Assert.DoesNotContain((string)invited["key"]!, stored);
        Assert.DoesNotContain(PrefEvalServer.AdminKey, stored);
        Assert.DoesNotContain(token, stored);
    }

    [Fact]
    public async Task A_key_that_expires_ends_its_sessions()
    {
        await using var server = new PrefEvalServer(fakeTime: true);
        var made = (await server.Admin.Post("keys", new { account = "guest", expires_at = server.Time!.GetUtcNow().AddHours(1) })).Ok();
        var secret = (string)made["secret"]!;
        var session = await SignIn(server, secret);
        (await server.As(null).Get("studies", ("Cookie", session))).Ok();

        server.Time.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal("key-not-accepted", (await server.As(null).Get("studies", ("Cookie", session))).Problem);
        Assert.Equal("key-not-accepted", (await server.As(secret).Get("studies")).Problem);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.As(null).Post("sessions", new { key = secret })).Status);
    }

    private static async Task<string> SignIn(PrefEvalServer server, string key) =>
        (await server.As(null).Post("sessions", new { key })).Ok().Headers.GetValues("Set-Cookie").Single().Split(';')[0];

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
