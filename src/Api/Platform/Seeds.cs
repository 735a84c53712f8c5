using System.Text.Json;
using PrefEval.Api.Imports;
using PrefEval.Api.Models;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Platform;

/// <summary>
/// Loads the folders of seed/ into an empty database, through the same importer as any user's files: the first before the service is ready, because the
/// rater's link that a start prints leads to it, the others once it listens. What a stop cuts short, the next start completes.
/// </summary>
public sealed class Seeds(
    StudyStore studies, Bin bin, ImportStore imports, ModelStore models, RaterStore raters, Database database, WriteQueue writes, TimeProvider time,
    IConfiguration configuration, IHostEnvironment environment, IHostApplicationLifetime lifetime, ILogger<Seeds> log) : BackgroundService
{
    private const string First = "human-preference", DemoRater = "demo-rater";
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "seed");
    private bool _loading;

    /// <summary>To be run once at start-up, before the service listens.</summary>
    public async Task LoadFirstAsync(CancellationToken cancel)
    {
        var wanted = configuration["PrefEval:Seed"] ?? (environment.IsDevelopment() ? "demo" : "none");
        _loading = wanted == "demo" && await writes.RunAsync(0, write =>
        {
            write.Execute("INSERT INTO settings (name, value) SELECT 'seed', 'loading' WHERE NOT EXISTS (SELECT 1 FROM studies) ON CONFLICT (name) DO NOTHING");
            return write.First<bool>("SELECT EXISTS (SELECT 1 FROM settings WHERE name = 'seed' AND value = 'loading')");
        });
        if (_loading) await LoadAsync(First, cancel);
    }

    /// <summary>A fresh one-time key of the demonstration's rater; null where there is none.</summary>
    public async Task<string?> RaterKeyAsync()
    {
        var found = await database.FirstAsync<(long Study, long Rater)>("SELECT study, rater FROM raters WHERE name = @DemoRater ORDER BY study LIMIT 1", new { DemoRater }, default);
        return found == default ? null : (await raters.NewKeyAsync(found.Study, found.Rater, oneTime: true, time.Micros() + Time.Minutes(24 * 60)))?.Secret;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_loading) return;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(stoppingToken);
            foreach (var study in Directory.EnumerateFiles(Folder, "study.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                await LoadAsync(Path.GetFileName(Path.GetDirectoryName(study))!, stoppingToken);
            await writes.RunAsync(0, write => { write.Execute("UPDATE settings SET value = 'loaded' WHERE name = 'seed'"); });
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            log.LogError(error, "A demonstration study could not be loaded; the next start tries again");
        }
    }

    /// <summary>Opening the study is the last step, so a draft is one that was cut short: it is loaded anew.</summary>
    private async Task LoadAsync(string name, CancellationToken cancel)
    {
        var folder = Path.Combine(Folder, name);
        var externalId = "seed/" + name;
        var found = await database.FirstAsync<(long Study, string State)>("SELECT study, state FROM studies WHERE external_id = @externalId", new { externalId }, cancel);
        if (found.State is not (null or "draft")) return;
        if (found != default) await bin.DeleteAsync(found.Study);

        var request = await ReadAsync<CreateStudy>(folder, "study.json", cancel);
        var study = (await studies.CreateAsync(request.Name!, externalId, StudyFields.Apply(request, StudyFields.Defaults), account: null))!.Study;
        foreach (var file in new[] { "prompts.jsonl", "judgments.simulated.jsonl" })
        {
            await using var body = File.OpenRead(Path.Combine(folder, file));
            Require($"{name}/{file}", (await imports.CreateAsync(study, account: null, "auto", mapping: null, confirm: true, onChange: null, Leaks.Keep, body, cancel)).Problem);
        }
        var changes = await ReadAsync<Dictionary<string, UpdateModel>>(folder, "models.json", cancel);
        foreach (var model in await models.ListAsync(study, cancel))
            if (changes.TryGetValue(model.Name, out var change)) await models.SetAttributesAsync(study, model.Model, JsonSerializer.Serialize(change.Attributes));
        Require(name, (await raters.InviteAsync(study, [new InviteRater(DemoRater, null, null, null, null, null)])).Problem);
        Require(name, (await studies.UpdateAsync(study, new UpdateStudy(StudyState.Open), isAdmin: true, account: null, cancel)).Problem);
    }

    private static async Task<T> ReadAsync<T>(string folder, string file, CancellationToken cancel) =>
        JsonSerializer.Deserialize<T>(await File.ReadAllTextAsync(Path.Combine(folder, file), cancel), StudySettings.Json)!;

    private static void Require(string what, Microsoft.AspNetCore.Mvc.ProblemDetails? problem)
    {
        if (problem is null) return;
        var errors = problem.Extensions.TryGetValue("errors", out var list) ? JsonSerializer.Serialize(list, StudySettings.Json) : "";
        throw new InvalidOperationException($"{what}: {problem.Detail} {errors}");
    }
}
