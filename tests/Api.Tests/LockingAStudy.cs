using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Design and analysis can be locked; what is changed of the analysis after the opening stands on every report.</summary>
public sealed class LockingAStudy(Server shared) : IClassFixture<Server>
{
    private readonly PrefEvalServer _server = shared.Value;

    [Fact]
    public async Task What_is_locked_is_changed_by_nobody_until_an_admin_lifts_the_lock_on_record()
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(3, "demo-a", "demo-b"))).Ok();
        var account = "locker";
        var alice = _server.As((string)(await _server.Admin.Post("keys", new { account })).Ok()["secret"]!);
        (await _server.Admin.Post($"{study.Path}/members", new { account })).Ok();
        Assert.False((bool)(await alice.Get(study.Path)).Ok()["locked"]!);

        Assert.True((bool)(await alice.Patch(study.Path, new { analysis = new { threshold = 0.6 }, locked = true })).Ok()["locked"]!);

        foreach (var change in new object[] { new { analysis = new { threshold = 0.5 } }, new { overlap = 5 }, new { design = new { kind = "listed" } }, new { locked = false } })
            Assert.Equal((409, "study-state"), await Refused(alice, change));
        (await alice.Patch(study.Path, new { guidelines = "As before.", analysis = new { threshold = 0.6 }, state = "open" })).Ok(); // neither of them differs
        Assert.Equal((409, "study-state"), await Refused(_server.Admin, new { analysis = new { threshold = 0.5 }, locked = false })); // two acts, each on record
        (await _server.Admin.Patch(study.Path, new { locked = false })).Ok();
        (await alice.Patch(study.Path, new { analysis = new { threshold = 0.5 } })).Ok();

        var copy = (await alice.Post("studies", new { name = "again", copy_of = study.Id })).Ok();
        Assert.False((bool)copy["locked"]!);
        Assert.Contains((await study.Get("audit")).Ok()["items"].AsArray(), each => ((string?)each!["details"])?.Contains("\"locked\":false", StringComparison.Ordinal) == true);

        async Task<(int, string)> Refused(ApiClient who, object change)
        {
            var reply = await who.Patch(study.Path, change);
            return ((int)reply.Status, (int)reply.Status < 300 ? reply.Text : reply.Problem);
        }
    }

    [Fact]
    public async Task A_report_says_what_was_changed_of_the_analysis_and_when_and_an_earlier_one_does_not()
    {
        var study = await TestStudy.OpenAsync(_server, 3, ["demo-a", "demo-b"]);
        var rater = await study.Invite("r1");
        foreach (var item in await rater.Assignments(3)) (await rater.Vote((string)item["assignment"]!, "left")).Ok();
        (await study.Change(new { analysis = new { threshold = 0.6, confidence = 0.9 } })).Ok();

        var now = (await study.Get("reports/preference")).Ok();
        var warning = Assert.Single(now["warnings"].AsArray(), w => (string)w!["code"]! == "analysis_changed")!;
        var sequence = (long)now["sequence"]!;
        Assert.Contains($"confidence from 0.95 to 0.9, threshold from none to 0.6 at number {sequence}", (string)warning["message"]!);
        Assert.Contains((string)now["changes"].AsArray()[0]!["changed_at"]! is { } at ? $"{at[..10]} {at[11..16]} UTC" : "", (string)warning["message"]!);
        Assert.DoesNotContain((await study.Get($"reports/preference?at={sequence - 1}")).Ok()["warnings"].AsArray(), w => (string)w!["code"]! == "analysis_changed");
    }
}
