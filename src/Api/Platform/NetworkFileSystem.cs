namespace PrefEval.Api.Platform;

/// <summary>SQLite's locks and its shared memory do not hold across machines: on a network file system a database is lost sooner or later.</summary>
public static class NetworkFileSystem
{
    private static readonly string[] Kinds =
        ["nfs", "cifs", "smb", "ncp", "afs", "ceph", "lustre", "gluster", "beegfs", "davfs", "sshfs", "s3fs", "gcsfuse", "rclone", "goofys", "blobfuse", "juicefs", "vboxsf"];

    /// <summary>The kind of network file system that a path lies on; null for a local one, or where the system does not tell (it does on Linux).</summary>
    public static string? KindOf(string path) =>
        File.Exists("/proc/self/mountinfo") ? KindOf(WithoutLinks(Path.GetFullPath(path)), File.ReadAllText("/proc/self/mountinfo")) : null;

    /// <param name="path">Absolute, and free of links.</param>
    /// <param name="mounts">What /proc/self/mountinfo says; proc(5) has its form.</param>
    public static string? KindOf(string path, string mounts)
    {
        var (longest, found) = (-1, (string?)null);
        foreach (var line in mounts.Split('\n'))
        {
            // 36 35 98:0 /root /mount/point rw,noatime shared:1 - type source options
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-");
            if (dash < 5 || dash + 1 >= fields.Length) continue;
            var point = Unescaped(fields[4]);
            if (point.Length < longest || !Lies(path, point)) continue; // a later mount on the same point hides the earlier one
            (longest, found) = (point.Length, fields[dash + 1]);
        }
        var kind = found?.StartsWith("fuse.", StringComparison.Ordinal) == true ? found[5..] : found;
        return kind is not null && Kinds.Any(k => kind.StartsWith(k, StringComparison.Ordinal)) ? found : null;
    }

    private static bool Lies(string path, string point) =>
        point == "/" || (path.StartsWith(point, StringComparison.Ordinal) && (path.Length == point.Length || path[point.Length] == '/'));

    /// <summary>A blank stands as \040, and so on.</summary>
    private static string Unescaped(string text) => text.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
        .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);

    private static string WithoutLinks(string path, int depth = 0)
    {
        var real = "/";
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var folder = real;
            real = Path.Combine(folder, part);
            if (depth < 40 && new FileInfo(real).LinkTarget is { } target) real = WithoutLinks(Path.GetFullPath(target, folder), depth + 1);
        }
        return real;
    }
}
