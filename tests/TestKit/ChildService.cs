using System.Collections.Concurrent;
using System.Diagnostics;

namespace PrefEval.TestKit;

/// <summary>The service in a process of its own, which ends without warning.</summary>
public sealed class ChildService : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _awaited = [];
    private readonly ConcurrentQueue<string> _said = [];
    private Uri _address = new("about:blank");

    private ChildService(string file, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true, RedirectStandardError = true };
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

    public static async Task<ChildService> StartAsync(string file, params (string Name, string Value)[] settings)
    {
        var service = new ChildService(file, settings);
        service._address = new Uri((await service.Says("listens on ")).Split("listens on ")[1]);
        return service;
    }

    public ApiClient As(string? key) => new(new HttpClient { BaseAddress = _address }, key);

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

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
