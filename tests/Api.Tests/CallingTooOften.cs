using System.Net;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

public sealed class CallingTooOften
{
    [Fact]
    public async Task A_key_that_calls_too_often_is_told_to_wait_and_another_is_not()
    {
        var folder = Directory.CreateTempSubdirectory("prefeval-often-");
        using (var service = await ChildService.StartAsync(Path.Combine(folder.FullName, "prefeval.db"), ("PrefEval__RequestsPerMinute", "20")))
        {
            var other = service.As((string)(await service.Admin.Post("keys", new { account = "alice" })).Ok()["secret"]!);
            var replies = new List<Reply>();
            for (var n = 0; n < 40; n++) replies.Add(await service.Admin.Get("studies"));
            var refused = replies.First(reply => reply.Status == HttpStatusCode.TooManyRequests);
            Assert.Equal(("too-many-requests", "60"), (refused.Problem, refused.Headers.GetValues("Retry-After").Single()));
            Assert.Equal("\"key\";q=20;w=60", replies[0].Headers.GetValues("RateLimit-Policy").Single());
            Assert.Equal("\"key\";r=18", replies[0].Headers.GetValues("RateLimit").Single()); // the second call of this key
            (await other.Get("studies")).Ok();
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Whoever_guesses_keys_is_stopped_and_who_has_a_session_is_not()
    {
        await using var server = new PrefEvalServer();
        var session = (await server.As(null).Post("sessions", new { key = PrefEvalServer.AdminKey })).Ok().Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        var replies = new List<Reply>();
        for (var n = 0; n < 70; n++)
            replies.Add(n % 2 == 0 ? await server.As("pe_a-guess-that-is-wrong-" + n).Get("studies") : await server.As(null).Post("sessions", new { key = "pe_a-guess-that-is-wrong-" + n }));
        Assert.Equal(HttpStatusCode.Unauthorized, replies[0].Status);
        Assert.Equal((HttpStatusCode.TooManyRequests, "too-many-requests"), (replies[^1].Status, replies[^1].Problem));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.Admin.Get("studies")).Status); // the right one is told from a wrong one by nothing
        (await server.As(null).Get("studies", ("Cookie", session))).Ok();
    }

    [Fact]
    public async Task A_program_that_repeats_an_old_key_shuts_nobody_out()
    {
        await using var server = new PrefEvalServer();
        for (var n = 0; n < 70; n++) Assert.Equal(HttpStatusCode.Unauthorized, (await server.As("pe_a-key-that-was-revoked").Get("studies")).Status);
        (await server.Admin.Get("studies")).Ok();
    }
}
