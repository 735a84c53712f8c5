using System.Text.Json;
using PrefEval.Api.Imports;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Platform;

/// <summary>Loads the folders of seed/ into an empty database, through the same importer as any user's files.</summary>
public sealed class Seeds(StudyStore studies, ImportStore imports, RaterStore raters, Database database, TimeProvider time, IConfiguration configuration, IHostEnvironment environment)
{
    private const string DemoRater = "demo-rater";

    public async Task LoadAsync(CancellationToken cancel)
    {
        var wanted = configuration["PrefEval:Seed"] ?? (environment.IsDevelopment() ? "demo" : "none");
        if (wanted != "demo" || await database.FirstAsync<bool>("SELECT EXISTS (SELECT 1 FROM studies)", null, cancel)) return;
        var folder = Path.Combine(AppContext.BaseDirectory, "seed");
        foreach (var study in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)) await LoadAsync(study, cancel);
    }

    private async Task LoadAsync(string folder, CancellationToken cancel)
    {
        var request = JsonSerializer.Deserialize<CreateStudy>(await File.ReadAllTextAsync(Path.Combine(folder, "study.json"), cancel), StudySettings.Json)!;
        var study = (await studies.CreateAsync(request.Name!, request.ExternalId, StudyFields.Apply(request, StudyFields.Defaults), account: null))!.Study;
        foreach (var file in Directory.EnumerateFiles(folder, "*.jsonl").OrderBy(f => !f.EndsWith("prompts.jsonl", StringComparison.Ordinal)).ThenBy(f => f, StringComparer.Ordinal))
        {
            await using var body = File.OpenRead(file);
            Require(file, (await imports.CreateAsync(study, account: null, "auto", mapping: null, confirm: true, body, cancel)).Problem);
        }
        Require(folder, (await studies.UpdateAsync(study, new UpdateStudy(StudyState.Open), isAdmin: true, account: null, cancel)).Problem);
        await raters.InviteAsync(study, [new InviteRater(DemoRater, null, null, null)]);
    }

    /// <summary>A fresh one-time key of the demonstration's rater; null where there is none.</summary>
    public async Task<string?> RaterKeyAsync()
    {
        var found = await database.FirstAsync<(long Study, long Rater)>("SELECT study, rater FROM raters WHERE name = @DemoRater ORDER BY study LIMIT 1", new { DemoRater }, default);
        return found == default ? null : (await raters.NewKeyAsync(found.Study, found.Rater, oneTime: true, time.Micros() + Time.Minutes(24 * 60)))?.Secret;
    }

    private static void Require(string what, Microsoft.AspNetCore.Mvc.ProblemDetails? problem)
    {
        if (problem is null) return;
        var errors = problem.Extensions.TryGetValue("errors", out var list) ? JsonSerializer.Serialize(list, StudySettings.Json) : "";
        throw new InvalidOperationException($"{what}: {problem.Detail} {errors}");
    }
}
