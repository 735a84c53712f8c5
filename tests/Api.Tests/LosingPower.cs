using PrefEval.Api.Platform;
using PrefEval.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace PrefEval.Api.Tests;

public sealed class LosingPower
{
    [Fact]
    public async Task A_vote_that_was_answered_is_there_after_the_process_is_killed()
    {
        var folder = Directory.CreateTempSubdirectory("prefeval-kill-");
        var file = Path.Combine(folder.FullName, "prefeval.db");
        string study, judged;
        using (var service = await ChildService.StartAsync(file))
        {
            var created = (await service.Admin.Post("studies", new { name = "n", title = "t", question = "q", design = new { kind = "round_robin" } })).Ok();
            study = $"studies/{created["study"]}";
            (await service.Admin.Upload($"{study}/imports?confirm=true", System.Text.Encoding.UTF8.GetBytes(TestStudy.Prompts(1, "demo-a", "demo-b")))).Ok();
            (await service.Admin.Patch(study, new { state = "open" })).Ok();
            var rater = service.As((string)(await service.Admin.Post($"{study}/raters", new { name = "r1" })).Ok()["key"]!);
            judged = (string)(await rater.Post($"{study}/assignments", new { count = 1 })).Ok()["items"][0]!["assignment"]!;
            (await rater.Put($"assignments/{judged}/judgment", new { choice = "tie", after = 0 })).Ok();
        } // killed, not stopped

        using (var again = await ChildService.StartAsync(file))
        {
            await again.Says("was looked through and is sound");
            Assert.Equal(judged, (string?)Assert.Single((await again.Admin.Get($"{study}/judgments")).Ok()["items"].AsArray())!["assignment"]);
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Votes_that_were_answered_outlive_kills_under_load_and_none_is_there_twice()
    {
        var folder = Directory.CreateTempSubdirectory("prefeval-crash-");
        var crashes = new Crashes(Path.Combine(folder.FullName, "prefeval.db"), raters: 16, prompts: 300);
        await crashes.RunAsync(rounds: 3, most: 300, seed: 5);
        Assert.NotEmpty(crashes.Answered);
        Assert.Empty(await crashes.CheckAsync());
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_full_disk_refuses_votes_with_a_word_and_heals_without_losing_one()
    {
        await using var server = new PrefEvalServer();
        var study = await TestStudy.OpenAsync(server, 40, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        var items = await rater.Assignments(10);
        (await rater.Vote((string)items[0]["assignment"]!, "left")).Ok();
        var queue = server.Services.GetRequiredService<WriteQueue>();
        await queue.RunAsync(0, write => write.First<long>($"PRAGMA max_page_count = {write.First<long>("PRAGMA page_count")}"));

        var refused = new List<string>();
        Reply reply;
        do
        {
            reply = await server.Admin.Post("studies", new { name = "n" + refused.Count, title = new string('t', 200), question = "q", guidelines = new string('g', 5000), design = new { kind = "round_robin" } });
            refused.Add(reply.Text);
        }
        while ((int)reply.Status < 300 && refused.Count < 50);
        Assert.Equal((503, "busy"), ((int)reply.Status, reply.Problem));
        Assert.Equal("1", reply.Headers.GetValues("Retry-After").Single());

        await queue.RunAsync(0, write => write.First<long>("PRAGMA max_page_count = 1000000"));
        foreach (var item in items.Skip(1)) (await rater.Vote((string)item["assignment"]!, "right")).Ok();
        Assert.Equal(items.Count, (await study.Judgments()).Count);
    }

    [Fact]
    public async Task One_write_that_fails_takes_no_other_with_it()
    {
        await using var server = new PrefEvalServer();
        var queue = server.Services.GetRequiredService<WriteQueue>();
        using var gate = new ManualResetEventSlim();
        var first = queue.RunAsync(0, _ => gate.Wait()); // holds the writer, so that the others queue up into one batch

        var writes = Enumerable.Range(0, 50).Select(n => queue.RunAsync(0, write =>
        {
            write.Execute("INSERT INTO settings (name, value) VALUES (@Name, '')", new { Name = "n" + n });
            if (n == 25) throw new InvalidOperationException("this one");
        })).ToList();
        gate.Set();
        await first;

        Assert.Equal("this one", (await Assert.ThrowsAsync<InvalidOperationException>(() => writes[25])).Message);
        await Task.WhenAll(writes.Where((_, n) => n != 25));
        var stored = await server.Services.GetRequiredService<Database>().QueryAsync<string>("SELECT name FROM settings WHERE value = ''", null, default);
        Assert.Equal(Enumerable.Range(0, 50).Where(n => n != 25).Select(n => "n" + n).Order(), stored.Order());
    }
}
