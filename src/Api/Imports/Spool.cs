using System.Buffers;
using Microsoft.Extensions.Options;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Imports;

/// <summary>The folder where uploads and staging files lie until they are stored or dropped.</summary>
public sealed class Spool(Database database, IOptions<ImportOptions> options)
{
    public string NewFile(string ending)
    {
        Directory.CreateDirectory(database.SpoolFolder);
        return Path.Combine(database.SpoolFolder, Guid.NewGuid().ToString("N") + ending);
    }

    /// <summary>The path of a file that was named in the database.</summary>
    public string PathOf(string name) => Path.Combine(database.SpoolFolder, Path.GetFileName(name));

    /// <summary>Takes a body in; false where it is larger than a file may be.</summary>
    public async Task<bool> ReceiveAsync(Stream body, string path, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(256 << 10);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            for (long total = 0; ;)
            {
                var read = await body.ReadAsync(buffer, cancel);
                if (read == 0) return true;
                if ((total += read) > options.Value.LargestFile) return false;
                await file.WriteAsync(buffer.AsMemory(0, read), cancel);
            }
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
        }
        catch (IOException)
        {
            // Somebody else holds it, or has removed it; the next sweep looks again.
        }
    }
}
