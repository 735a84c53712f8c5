namespace PrefEval.TestKit;

/// <summary>Where the project's own files are, and the real ones that it is tried on.</summary>
public static class Project
{
    public static string Root { get; } = FindRoot();

    /// <summary>PREFEVAL_UPDATE=1: tests that compare a committed file with what the code makes write it anew.</summary>
    public static bool Updates => Environment.GetEnvironmentVariable("PREFEVAL_UPDATE") == "1";

    /// <summary>A file of the field's own data sets; null where it is missing. They are read where they are (PREFEVAL_REAL_DATA).</summary>
    public static string? RealData(params string[] path)
    {
        var folder = Environment.GetEnvironmentVariable("PREFEVAL_REAL_DATA") ?? Path.Combine(Root, "..", "shared", "data");
        var file = Path.Combine([folder, .. path]);
        return File.Exists(file) ? file : null;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "PrefEval.sln"))) return folder.FullName;
        throw new InvalidOperationException("PrefEval.sln was not found above the tests.");
    }
}
