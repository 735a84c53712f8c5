using System.Buffers;
using Microsoft.Extensions.Options;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Imports;

/// <summary>The folder where staging files lie until they are stored or dropped.</summary>
public sealed class Spool(Database database, IOptions<ImportOptions> options)
{
    public string NewFile()
    {
        Directory.CreateDirectory(database.SpoolFolder);
        return Path.Combine(database.SpoolFolder, Guid.NewGuid().ToString("N") + ".staged");
    }

    /// <summary>Where the table that a staging file was read from is kept, to be read again with another mapping.</summary>
    public static string UploadOf(string staged) => Path.ChangeExtension(staged, ".upload");

    /// <summary>The path of a file that was named in the database.</summary>
    public string PathOf(string name) => Path.Combine(database.SpoolFolder, Path.GetFileName(name));

    /// <summary>Reads the rest of a body that is refused: many clients look for an answer only once they have sent all.</summary>
    public async Task DrainAsync(Stream body, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            int read;
            for (var total = 0L; total < options.Value.LargestFile && (read = await body.ReadAsync(buffer, cancel)) > 0;) total += read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Removes what was left behind: whatever is older than any import may wait. The folder may be shared with other databases.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(database.SpoolFolder)) return;
        var oldest = TimeProvider.System.GetUtcNow() // the clock that dates files
            .AddHours(-options.Value.StagedHours - 1).UtcDateTime;
        foreach (var file in new DirectoryInfo(database.SpoolFolder).EnumerateFiles())
            if (file.LastWriteTimeUtc < oldest) Delete(file.FullName);
    }

    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
            File.Delete(UploadOf(path));
        }
        catch (IOException)
        {
            // Somebody else holds it, or has removed it; the next sweep looks again.
        }
    }
}

/// <summary>A copy of an upload, up to a size; beyond it there is none.</summary>
internal sealed class UploadCopy(string path, long largest) : IDisposable
{
    private FileStream? _file = File.Create(path);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> part, CancellationToken cancel)
    {
        if (_file is null) return;
        await _file.WriteAsync(part, cancel);
        if (_file.Length <= largest) return;
        Dispose();
        Spool.Delete(path);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }
}
