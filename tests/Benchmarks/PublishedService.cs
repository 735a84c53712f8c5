using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PrefEval.TestKit;

namespace PrefEval.Benchmarks;

/// <summary>The published build in a process of its own, over a new SQLite file.</summary>
public sealed class PublishedService : IAsyncDisposable
{
    private static readonly Lazy<string> Build = new(Publish);
    private readonly string _folder = Directory.CreateTempSubdirectory("prefeval-bench-").FullName;
    private readonly Process _process;

    private PublishedService(string seed)
    {
        var start = new ProcessStartInfo("dotnet", [Build.Value, "--urls", Address.ToString()]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ConnectionStrings__PrefEval"] = $"Data Source={Path.Combine(_folder, "prefeval.db")}";
        start.Environment["PrefEval__AdminKey"] = PrefEvalServer.AdminKey;
        start.Environment["PrefEval__Seed"] = seed;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        var watch = Stopwatch.StartNew();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Output += line.Data + "\n";
        _process.ErrorDataReceived += (_, line) => Output += line.Data + "\n";
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Ready = WaitUntilReady(watch);
    }

    /// <summary>The published binary, which is made once.</summary>
    public static string Binary => Build.Value;

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort()}");
    public string Output { get; private set; } = "";
    public Task<TimeSpan> Ready { get; }
    public string DatabaseFile => Path.Combine(_folder, "prefeval.db");

    public ApiClient Admin => As(PrefEvalServer.AdminKey);

    /// <summary>The most memory that the process ever held, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }
    }

    public static async Task<PublishedService> StartAsync(string seed = "none")
    {
        var service = new PublishedService(seed);
        await service.Ready;
        return service;
    }

    public ApiClient As(string? key) => new(new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(10) }, key);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<TimeSpan> WaitUntilReady(Stopwatch watch)
    {
        using var http = new HttpClient { BaseAddress = Address };
        while (watch.Elapsed < TimeSpan.FromSeconds(60) && !_process.HasExited)
        {
            try
            {
                if ((await http.GetAsync("/readyz")).IsSuccessStatusCode) return watch.Elapsed;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(5);
            }
        }
        throw new InvalidOperationException("The service did not start: " + Output);
    }

    private static string Publish()
    {
        var folder = Path.Combine(Project.Root, "artifacts", "publish");
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", Path.Combine(Project.Root, "src", "Api"), "-c", "Release", "-o", folder, "--nologo", "-v", "quiet"]))!;
        publish.WaitForExit();
        return publish.ExitCode == 0 ? Path.Combine(folder, "PrefEval.Api.dll") : throw new InvalidOperationException("dotnet publish failed.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
