using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PrefEval.Api.Platform;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>More writes than can be stored, a file that may not grow, a service that is told to stop: what was answered is there, the rest is refused.</summary>
public sealed class WhenWritesFail
{
    private const int QueueHolds = 4096;

    [Fact]
    public async Task A_full_queue_takes_no_more_and_says_when_to_come_again()
    {
        await using var server = new PrefEvalServer();
        var study = await TestStudy.OpenAsync(server, 5, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        var items = await rater.Assignments(5);
        var queue = server.Services.GetRequiredService<WriteQueue>();
        using var gate = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = queue.RunAsync(0, _ => { entered.TrySetResult(); gate.Wait(); }); // the disk hangs
        await entered.Task;

        var waiting = Enumerable.Range(0, QueueHolds).Select(_ => queue.RunAsync(0, _ => { })).ToList();
        var refused = await rater.Vote((string)items[0]["assignment"]!, "left");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "busy", "1"), (refused.Status, refused.Problem, refused.Headers.GetValues("Retry-After").Single()));
        await Assert.ThrowsAsync<WriteUnavailableException>(() => queue.RunAsync(0, _ => { })); // it holds no more than that

        gate.Set();
        await Task.WhenAll([first, .. waiting]);
        Assert.Empty(await study.Judgments());
        foreach (var item in items) (await rater.Vote((string)item["assignment"]!, "left")).Ok();
        Assert.Equal(5, (await study.Judgments()).Count);
    }

    [Fact]
    public async Task Whatever_is_queued_when_the_service_stops_is_stored_and_answered_or_neither()
    {
        var folder = Directory.CreateTempSubdirectory("prefeval-stop-");
        var stops = new Crashes(Path.Combine(folder.FullName, "prefeval.db"), raters: 16, prompts: 300);
        await stops.RunAsync(rounds: 1, most: 300, seed: 3, end: service => service.StopAsync());
        Assert.NotEmpty(stops.Answered);
        Assert.Empty(await stops.CheckAsync());
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_file_that_may_not_grow_loses_no_vote_that_was_answered_and_heals_when_it_may()
    {
        if (!File.Exists(ChildService.FileLimits)) Assert.Skip("prlimit (util-linux) is not installed.");
        var folder = Directory.CreateTempSubdirectory("prefeval-limit-");
        var file = Path.Combine(folder.FullName, "prefeval.db");
        using (var service = await ChildService.StartAsync(file, under: [], mayHitLimits: true))
        {
            var created = (await service.Admin.Post("studies", new { name = "n", title = "t", question = "q", design = new { kind = "round_robin" } })).Ok();
            var study = $"studies/{created["study"]}";
            (await service.Admin.Upload($"{study}/imports?confirm=true", System.Text.Encoding.UTF8.GetBytes(TestStudy.Prompts(200, "demo-a", "demo-b")))).Ok();
            (await service.Admin.Patch(study, new { state = "open" })).Ok();
            var rater = service.As((string)(await service.Admin.Post($"{study}/raters", new { name = "r1" })).Ok()["key"]!);
            var answered = new List<string>();
            var refused = new List<string>();
            await JudgeAsync(most: 5);

            await service.LimitFilesAsync(new FileInfo(file + "-wal").Length + 40_000); // a few votes more
            await JudgeAsync(most: 150);
            Assert.NotEmpty(refused);
            Assert.All(refused, problem => Assert.Equal("503 busy", problem));
            var early = answered.Count;

            await service.LimitFilesAsync(null);
            await JudgeAsync(most: 20);
            Assert.Equal(early + 20, answered.Count);
            var stored = (await service.Admin.Get($"{study}/judgments?limit=1000")).Ok()["items"].AsArray().Select(j => (string)j!["assignment"]!).ToList();
            Assert.Equal(answered.Order(), stored.Order());

            async Task JudgeAsync(int most)
            {
                refused.Clear();
                for (var n = 0; n < most && refused.Count < 3; n++)
                {
                    var asked = await rater.Post($"{study}/assignments", new { count = 1 });
                    if ((int)asked.Status >= 300) { refused.Add($"{(int)asked.Status} {asked.Problem}"); continue; }
                    var assignment = (string)asked["items"][0]!["assignment"]!;
                    var reply = await rater.Put($"assignments/{assignment}/judgment", new { choice = "left", after = 0 });
                    if ((int)reply.Status >= 300) refused.Add($"{(int)reply.Status} {reply.Problem}");
                    else answered.Add(assignment);
                }
            }
        }
        Assert.Equal(0, (await CommandRun.Of("verify", file)).ExitCode);
        folder.Delete(recursive: true);
    }
}
