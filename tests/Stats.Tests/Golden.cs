using System.Text.Json;

namespace PrefEval.Stats.Tests;

/// <summary>Golden entries whose rows are not ours to copy: read where the shared folder is at hand.</summary>
public static class Golden
{
    /// <summary>The entry with this id; skips the test where the file is not there.</summary>
    public static JsonElement Entry(string id)
    {
        var file = Path.Combine(Environment.GetEnvironmentVariable("PREFEVAL_GOLDEN") ?? Path.Combine(Root(), "..", "shared", "golden"), "golden.json");
        Assert.SkipUnless(File.Exists(file), $"The golden values are not at hand ({file}); set PREFEVAL_GOLDEN to their folder.");
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        return document.RootElement.GetProperty("golden").EnumerateArray().Single(e => e.GetProperty("id").GetString() == id).Clone();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PrefEval.sln"))) folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
