using System.Diagnostics;
using System.Text.Json.Nodes;

namespace PrefEval.TestKit;

/// <summary>The built binary as a child process, with a time limit: what it printed, and how it ended.</summary>
public sealed record CommandRun(int ExitCode, string Output, string Notes)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public JsonNode Json => JsonNode.Parse(Output) ?? throw new InvalidOperationException(Output + Notes);

    public static Task<CommandRun> Of(params string[] arguments) => Of(null, new Dictionary<string, string>(), arguments);

    /// <param name="input">What stands on the standard input; null: nothing.</param>
    /// <param name="environment">Variables that are set for it.</param>
    /// <param name="arguments">The words after the program's name.</param>
    public static async Task<CommandRun> Of(string? input, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var notes = process.StandardError.ReadToEndAsync(limit.Token);
            if (input is not null) await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return new CommandRun(process.ExitCode, await output, await notes);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
