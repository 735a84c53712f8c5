using PrefEval.Api.Audit;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Raters;

/// <summary>Erases who the raters of a study were, so many days after it was closed (PrefEval__RetainRaterDays). Off unless that is set.</summary>
public sealed class Retention(PersonalDataStore store, AuditStore audit, OpaqueIds ids, IConfiguration configuration, TimeProvider time, ILogger<Retention> log) : BackgroundService
{
    private const int MinutesADay = 24 * 60;
    private static readonly TimeSpan Pause = TimeSpan.FromHours(6);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                await EraseDueAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                log.LogWarning(error, "The raters whose time is over could not be erased; it is tried again");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <returns>How many were erased.</returns>
    public async Task<int> EraseDueAsync(CancellationToken cancel)
    {
        if (configuration.GetValue<int?>("PrefEval:RetainRaterDays") is not (>= 0 and var days)) return 0;
        var due = await store.DueAsync(time.Micros() - (days * Time.Minutes(MinutesADay)), cancel);
        foreach (var (study, rater) in due)
        {
            await store.EraseAsync(study, rater);
            await audit.AddOwnAsync(study, "eraseRater", $"/api/v1/studies/{ids.Encode(IdKind.Study, 0, study)}/raters/{ids.Encode(IdKind.Rater, study, rater)}/erase");
        }
        if (due.Count > 0) log.LogInformation("{Count} raters of studies closed {Days} days ago or longer were erased", due.Count, days);
        return due.Count;
    }
}
