using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace PrefEval.TestKit;

/// <summary>The whole service on a real port of the loopback, over a database of its own that goes with it.</summary>
public sealed class PrefEvalServer : WebApplicationFactory<Program>
{
    public const string AdminKey = "pe_the-admin-key-of-the-tests";

    private readonly string _folder = Directory.CreateTempSubdirectory("prefeval-test-").FullName;
    private readonly string? _connectionString;
    private readonly string _seed;
    private readonly Random? _chance;
    private readonly (string Name, string Value)[] _settings;

    /// <param name="connectionString">Null: a new SQLite file.</param>
    /// <param name="seed">"demo" loads the demonstration studies.</param>
    /// <param name="fakeTime">Time stands still until <see cref="Time"/> is moved.</param>
    /// <param name="chance">Decides in the stead of the secret source: the same calls in the same order then have the same answers.</param>
    /// <param name="settings">What is set besides, such as ("PrefEval:RequestsPerMinute", "0").</param>
    public PrefEvalServer(string? connectionString = null, string seed = "none", bool fakeTime = false, Random? chance = null, params (string Name, string Value)[] settings)
    {
        (_connectionString, _seed, _chance, _settings) = (connectionString, seed, chance, settings);
        if (fakeTime) Time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 4, 0, 0, TimeSpan.Zero));
        UseKestrel(0);
        StartServer();
        Address = new Uri(ClientOptions.BaseAddress.ToString());
    }

    public FakeTimeProvider? Time { get; }

    public Uri Address { get; }

    public string DatabaseFile => Path.Combine(_folder, "prefeval.db");

    /// <summary>A client that sends this key; null sends none.</summary>
    public ApiClient As(string? key) => new(new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) }, key);

    public ApiClient Admin => field ??= As(AdminKey);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("ConnectionStrings:PrefEval", _connectionString ?? $"Data Source={DatabaseFile}");
        builder.UseSetting("PrefEval:AdminKey", AdminKey);
        builder.UseSetting("PrefEval:Seed", _seed);
        foreach (var (name, value) in _settings) builder.UseSetting(name, value);
        builder.ConfigureLogging(logging => logging.AddFilter(null, LogLevel.Error).AddFilter((_, level) => level >= LogLevel.Error));
        builder.ConfigureTestServices(services =>
        {
            if (Time is not null) services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
            if (_chance is not null) services.Replace(ServiceDescriptor.Singleton(_chance));
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
