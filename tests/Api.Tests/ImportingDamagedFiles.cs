using System.Net;
using System.Text;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>Fifty damaged variants of each format: row errors or a clear refusal, never a crash, and the study as it was. A shuffled file means the same.</summary>
public sealed class ImportingDamagedFiles(Server shared) : IClassFixture<Server>
{
    private const int Variants = 50;
    private readonly PrefEvalServer _server = shared.Value;

    public static IEnumerable<TheoryDataRow<int, string>> Formats => SampleFiles.All.Select((sample, i) => new TheoryDataRow<int, string>(i, sample.Format));

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_damaged_file_is_refused_or_means_something_and_nothing_is_half_stored(int sample, string format)
    {
        var file = SampleFiles.All[sample];
        var study = await Study(file);
        Assert.Equal(format, (string?)(await study.Import(file.Bytes, confirm: false)).Ok()["format"]);
        var (before, outcomes) = (await Contents(study), new List<HttpStatusCode>());

        for (var variant = 0; variant < Variants; variant++)
        {
            var reply = await study.Import(file.Damaged(variant));
            outcomes.Add(reply.Status);
            if (reply.Status == HttpStatusCode.OK)
            {
                (await study.Server.Admin.Delete($"{study.Path}/imports/{(string)reply["import"]!}")).Ok();
                continue;
            }
            Assert.True(reply.Status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"Variant {variant}: {(int)reply.Status} {reply.Text}");
            Assert.NotEmpty((string)reply["detail"]!);
            if (reply.Problem == "import-rejected") Assert.All(reply["errors"].AsArray(), e => Assert.True((int)e!["line"]! > 0 && (string)e["message"]! != ""));
        }

        Assert.Equal(before, await Contents(study));
        Assert.InRange(outcomes.Count(o => o != HttpStatusCode.OK), Variants / 3, Variants - 1);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_shuffled_file_means_the_same(int sample, string format)
    {
        var file = SampleFiles.All[sample];
        var (one, other) = (await Study(file), await Study(file));

        var counts = ImportingFiles.Counts((await one.Import(file.Bytes)).Ok());
        var shuffled = (await other.Import(file.Shuffled(new Random(sample)))).Ok();

        Assert.Equal((format, counts), ((string?)shuffled["format"], ImportingFiles.Counts(shuffled)));
        Assert.Equal(await Meaning(one), await Meaning(other));
    }

    private async Task<TestStudy> Study(SampleFile file)
    {
        var study = await TestStudy.CreateAsync(_server);
        if (file.Before is not null) (await study.Import(file.Before)).Ok();
        return study;
    }

    private static async Task<string> Contents(TestStudy study)
    {
        var all = new StringBuilder();
        foreach (var list in new[] { "prompts", "models", "raters", "pairs", "judgments" }) all.AppendLine((await study.Get(list)).Ok().Text);
        return all.ToString();
    }

    /// <summary>What the study holds, whatever the order in which it came.</summary>
    private static async Task<string> Meaning(TestStudy study)
    {
        var prompts = (await study.Get("prompts")).Ok()["items"].AsArray().Select(p => $"{p!["prompt_id"]} {p["messages"]!.ToJsonString()} {p["category"]} {p["tags"]!.ToJsonString()}");
        var models = (await study.Get("models")).Ok()["items"].AsArray().Select(m => (string)m!["name"]!);
        var judgments = (await study.Judgments()).Select(j => $"{j["prompt_id"]} {j["model_a"]} {j["model_b"]} {j["rater"]} {j["winner"]} {j["left"]} {j["score"]}");
        return string.Join('\n', prompts.Order(StringComparer.Ordinal).Concat(models.Order(StringComparer.Ordinal)).Concat(judgments.Order(StringComparer.Ordinal)));
    }
}
