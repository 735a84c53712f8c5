using System.Data.Common;
using System.Threading.Channels;
using Dapper;

namespace PrefEval.Api.Platform;

/// <summary>What a store writes through: the open transaction, and the time of the write in UTC microseconds.</summary>
public sealed class Write(DbConnection connection, DbTransaction transaction, long now)
{
    public long Now => now;

    public int Execute(string sql, object? parameters = null) => connection.Execute(sql, parameters, transaction);

    public T? First<T>(string sql, object? parameters = null) => connection.QueryFirstOrDefault<T>(sql, parameters, transaction);

    public IReadOnlyList<T> Query<T>(string sql, object? parameters = null) => connection.Query<T>(sql, parameters, transaction).AsList();
}

/// <summary>The queue is full, or the batch could not be committed: nothing was stored, the caller may try again.</summary>
public sealed class WriteUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Every write goes through here. A lane is a bounded channel with one thread that runs what has queued up as one transaction and
/// answers after the commit. SQLite has one writer, so one lane; on PostgreSQL studies are spread over a few, a transaction per study.
/// A work item sees the database only through its <see cref="Write"/>, decides before it writes, and may be run again.
/// </summary>
public sealed class WriteQueue : IAsyncDisposable
{
    private const int Capacity = 4096, LargestBatch = 256, PostgresLanes = 4, Tries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly Lane[] _lanes;

    public WriteQueue(Database database, TimeProvider time, ILogger<WriteQueue> log) =>
        _lanes = [.. Enumerable.Range(0, database.IsSqlite ? 1 : PostgresLanes).Select(_ => new Lane(database, time, log))];

    /// <summary>Runs <paramref name="work"/> in a transaction and answers once it is committed.</summary>
    /// <param name="study">The study written to; 0 for what belongs to none.</param>
    /// <param name="work">Reads and writes through the <see cref="Write"/> that it is handed.</param>
    /// <exception cref="WriteUnavailableException">Nothing was stored; try again.</exception>
    public async Task<T> RunAsync<T>(long study, Func<Write, T> work)
    {
        var item = new Item(study, write => work(write));
        if (!_lanes[study % _lanes.Length].Queue.Writer.TryWrite(item))
            throw new WriteUnavailableException("The write queue is full.");
        return (T)(await item.Done.Task)!;
    }

    public Task RunAsync(long study, Action<Write> work) => RunAsync<object?>(study, write => { work(write); return null; });

    /// <summary>The same for one of many small writes that belong together: where the queue is full it waits and tries again.</summary>
    public async Task<T> RunPatientlyAsync<T>(long study, Func<Write, T> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunAsync(study, work);
            }
            catch (WriteUnavailableException) when (attempt < Tries)
            {
                await Task.Delay(Pause);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes) await lane.StopAsync();
    }

    private sealed record Item(long Study, Func<Write, object?> Work)
    {
        public TaskCompletionSource<object?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Lane
    {
        private readonly Database _database;
        private readonly TimeProvider _time;
        private readonly ILogger _log;
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private DbConnection? _connection;

        public Lane(Database database, TimeProvider time, ILogger log)
        {
            (_database, _time, _log) = (database, time, log);
            new Thread(Loop) { IsBackground = true, Name = "writes" }.Start();
        }

        public Channel<Item> Queue { get; } = Channel.CreateBounded<Item>(new BoundedChannelOptions(Capacity) { SingleReader = true });

        public Task StopAsync()
        {
            Queue.Writer.TryComplete();
            return _stopped.Task;
        }

        private void Loop()
        {
            var batch = new List<Item>();
            var reader = Queue.Reader;
            while (reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                batch.Clear();
                while (batch.Count < LargestBatch && reader.TryPeek(out var next)
                    && (_database.IsSqlite || batch.Count == 0 || batch[0].Study == next.Study) && reader.TryRead(out next))
                    batch.Add(next);
                try
                {
                    Run(batch);
                }
                catch (Exception error)
                {
                    _log.LogError(error, "A batch of {Count} writes was rolled back", batch.Count);
                    foreach (var item in batch) item.Done.TrySetException(new WriteUnavailableException("The write could not be stored.", error));
                    _connection?.Dispose();
                    _connection = null;
                }
            }
            _connection?.Dispose();
            _stopped.SetResult();
        }

        /// <summary>One transaction for all. Where one item throws, all is undone and each runs in a transaction of its own: only the culprit fails.</summary>
        private void Run(List<Item> batch)
        {
            if (batch.Count > 1 && TryCommit(batch)) return;
            foreach (var item in batch) TryCommit([item]);
        }

        private bool TryCommit(IReadOnlyList<Item> items)
        {
            _connection ??= _database.Open();
            using var transaction = _connection.BeginTransaction();
            var write = new Write(_connection, transaction, _time.Micros());
            var results = new object?[items.Count];
            for (var i = 0; i < items.Count; i++)
            {
                try
                {
                    results[i] = items[i].Work(write);
                }
                catch (Exception error)
                {
                    transaction.Rollback();
                    if (items.Count == 1)
                        items[0].Done.TrySetException(Database.IsRetryable(error) ? new WriteUnavailableException("The write could not be stored.", error) : error);
                    return false;
                }
            }
            transaction.Commit();
            for (var i = 0; i < items.Count; i++) items[i].Done.TrySetResult(results[i]);
            return true;
        }
    }
}
