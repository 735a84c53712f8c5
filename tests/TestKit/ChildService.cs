using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace PrefEval.TestKit;

/// <summary>The service in a process of its own, which ends without warning.</summary>
public sealed class ChildService : IDisposable
{
    /// <summary>Sets the limits of a process that runs.</summary>
    public const string FileLimits = "/usr/bin/prlimit";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly bool _isUnder;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _awaited = [];
    private readonly ConcurrentQueue<string> _said = [];
    private Uri _address = new("about:blank");

    private ChildService(string file, (string Name, string Value)[] settings, string[] under, bool mayHitLimits)
    {
        _isUnder = under.Length > 0;
        string[] command = [.. under, "dotnet", typeof(Program).Assembly.Location, "--urls", "http://127.0.0.1:0"];
        if (mayHitLimits) command = ["bash", "-c", "trap '' XFSZ; exec \"$@\"", "bash", .. command]; // else the signal would end it before it hears of the error
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (mayHitLimits) start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // the runtime's own files in memory are none to be limited
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ConnectionStrings__PrefEval"] = $"Data Source={file}";
        start.Environment["PrefEval__AdminKey"] = PrefEvalServer.AdminKey;
        foreach (var (name, value) in settings) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public ApiClient Admin => As(PrefEvalServer.AdminKey);

    public static Task<ChildService> StartAsync(string file, params (string Name, string Value)[] settings) => StartAsync(file, under: [], mayHitLimits: false, settings);

    /// <param name="file">Its database.</param>
    /// <param name="under">A command that runs it, such as strace.</param>
    /// <param name="mayHitLimits">Whether a file that may not grow is an error to it, and not its end.</param>
    /// <param name="settings">What is set besides.</param>
    public static async Task<ChildService> StartAsync(string file, string[] under, bool mayHitLimits, params (string Name, string Value)[] settings)
    {
        var service = new ChildService(file, settings, under, mayHitLimits);
        service._address = new Uri((await service.Says("listens on ")).Split("listens on ")[1]);
        return service;
    }

    public ApiClient As(string? key) => new(new HttpClient { BaseAddress = _address }, key);

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill(entireProcessTree: _isUnder);

    /// <summary>SIGTERM, and its end: it answers what is under way first.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])!;
        await _process.WaitForExitAsync().WaitAsync(Limit);
        if (_process.ExitCode != 0) throw new InvalidOperationException($"The service ended with {_process.ExitCode}.");
    }

    /// <summary>How long a file may be that it writes to; null: as long as it likes.</summary>
    public async Task LimitFilesAsync(long? bytes)
    {
        using var limit = Process.Start(FileLimits, ["--pid", _process.Id.ToString(CultureInfo.InvariantCulture), $"--fsize={bytes?.ToString(CultureInfo.InvariantCulture) ?? "unlimited"}:unlimited"])!;
        await limit.WaitForExitAsync();
        if (limit.ExitCode != 0) throw new InvalidOperationException("The limit was not set.");
    }

    /// <summary>The first line of the log that holds this, once it is there.</summary>
    public Task<string> Says(string part)
    {
        var line = _awaited.GetOrAdd(part, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_said.FirstOrDefault(said => said.Contains(part, StringComparison.Ordinal)) is { } said) line.TrySetResult(said);
        return line.Task.WaitAsync(Limit);
    }

    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        _said.Enqueue(line);
        foreach (var (part, awaited) in _awaited)
            if (line.Contains(part, StringComparison.Ordinal)) awaited.TrySetResult(line);
    }
}
