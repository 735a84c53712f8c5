using System.Collections.Concurrent;

namespace PrefEval.Api.Platform;

/// <summary>What is written into a study in many small pieces (an import, the opening) is done one at a time; votes go in between.</summary>
public sealed class StudyTurns
{
    private readonly ConcurrentDictionary<long, SemaphoreSlim> _turns = new();

    /// <summary>Waits for the study's turn; disposing the answer gives it back.</summary>
    public async Task<IDisposable> TakeAsync(long study, CancellationToken cancel)
    {
        var semaphore = _turns.GetOrAdd(study, _ => new SemaphoreSlim(1));
        await semaphore.WaitAsync(cancel);
        return new Turn(semaphore);
    }

    private sealed class Turn(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
