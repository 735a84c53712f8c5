namespace PrefEval.Api.Platform;

/// <summary>
/// Held by the one process that writes a SQLite file: a file beside it that the system unlocks whichever way the process ends. Readers do not ask for it.
/// What is written into it says whether the last owner came to its end.
/// </summary>
public sealed class DatabaseLock : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Pause = TimeSpan.FromMilliseconds(100);
    private readonly FileStream _file;

    private DatabaseLock(FileStream file)
    {
        _file = file;
        EndedUncleanly = file.ReadByte() == 'o';
        Mark('o');
    }

    /// <summary>The last owner was killed, or its machine lost power.</summary>
    public bool EndedUncleanly { get; }

    /// <summary>Waits as long as a service needs to end that is being replaced.</summary>
    /// <exception cref="StartRefusedException">Another process keeps it.</exception>
    public static DatabaseLock Take(string database)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return new(new FileStream(database + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
            }
            catch (IOException) when (waited < Patience && Directory.Exists(Path.GetDirectoryName(database)))
            {
                Thread.Sleep(Pause);
            }
            catch (IOException kept)
            {
                throw new StartRefusedException($"Another process writes {database}, and one alone may. Stop it first; reports, exports and 'backup' work beside it. ({kept.Message})");
            }
        }
    }

    public void Dispose()
    {
        if (_file.CanWrite) Mark('e');
        _file.Dispose();
    }

    private void Mark(char state)
    {
        _file.Position = 0;
        _file.WriteByte((byte)state);
        _file.Flush(flushToDisk: true);
    }
}
