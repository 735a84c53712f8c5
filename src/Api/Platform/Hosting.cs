using PrefEval.Api.Access;
using PrefEval.Api.Adjudications;
using PrefEval.Api.Assignments;
using PrefEval.Api.Audit;
using PrefEval.Api.Exports;
using PrefEval.Api.Imports;
using PrefEval.Api.Judgments;
using PrefEval.Api.Models;
using PrefEval.Api.Pairs;
using PrefEval.Api.Prompts;
using PrefEval.Api.Raters;
using PrefEval.Api.Reports;
using PrefEval.Api.Shares;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Platform;

/// <summary>Why the server does not start: a sentence for whoever started it.</summary>
public sealed class StartRefusedException(string sentence) : Exception(sentence);

/// <summary>What is there when the process starts, and what it does before it listens.</summary>
public static class Hosting
{
    private const string DefaultUrl = "http://127.0.0.1:5080";
    private const string AdminKey = "PrefEval:AdminKey";

    /// <summary>Where containers are given their secrets: a file PrefEval__AdminKey is that setting.</summary>
    private const string SecretsFolder = "/run/secrets";

    private const int ShortestAdminKey = 20;

    public static void AddPlatform(this WebApplicationBuilder builder)
    {
        builder.Configuration.AddKeyPerFile(SecretsFolder, optional: true);
        if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is null) builder.WebHost.UseUrls(DefaultUrl);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Http.LargestRequest;
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Random, CryptoRandom>();
        builder.Services.AddSingleton<Database>();
        builder.Services.AddSingleton<WriteQueue>();
        builder.Services.AddSingleton<StudyTurns>();
        builder.Services.AddSingleton<OpaqueIds>();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<Links>();
        builder.Services.AddHttp();
    }

    /// <summary>The SQLite file of the settings, for commands that run without a server; null on PostgreSQL.</summary>
    public static string? DatabaseFile()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = ContentRoot });
        builder.AddPlatform();
        using var app = builder.Build();
        return app.Services.GetRequiredService<Database>().File;
    }

    /// <summary>The folder with the settings: the project's in development, else the program's.</summary>
    public static string? ContentRoot => File.Exists("appsettings.json") ? null : AppContext.BaseDirectory;

    public static void AddStores(this IServiceCollection services)
    {
        EnumText<StudyState>.Register();
        EnumText<PairRole>.Register();
        EnumText<RaterKind>.Register();
        EnumText<RaterState>.Register();
        EnumText<ExclusionKind>.Register();
        EnumText<ProblemKind>.Register();
        services.AddSingleton<StudyStore>();
        services.AddSingleton<Copying>();
        services.AddSingleton<Bin>();
        services.AddHostedService<BinPurge>();
        services.AddSingleton<ModelStore>();
        services.AddSingleton<PromptStore>();
        services.AddSingleton<PairStore>();
        services.AddSingleton<PairPreviewStore>();
        services.AddSingleton<Opening>();
        services.AddSingleton<RaterStore>();
        services.AddSingleton<PersonalDataStore>();
        services.AddSingleton<Retention>();
        services.AddHostedService(provider => provider.GetRequiredService<Retention>());
        services.AddSingleton<OpenSlots>();
        services.AddSingleton<StudyDone>();
        services.AddSingleton<AssignmentStore>();
        services.AddSingleton<ProblemStore>();
        services.AddSingleton<JudgmentStore>();
        services.AddSingleton<JudgmentLog>();
        services.AddSingleton<ExclusionStore>();
        services.AddSingleton<AdjudicationStore>();
        services.AddSingleton<VoteReader>();
        services.AddSingleton<AuditStore>();
        services.AddSingleton<ShareStore>();
        services.AddSingleton<ColumnCache>();
        services.AddSingleton<ReportStore>();
        services.AddSingleton<DetailStore>();
        services.AddSingleton<FactCache>();
        services.AddSingleton<ReportDesk>();
        services.AddSingleton<CellReader>();
        services.AddImports();
        services.AddExports();
        services.AddHostedService<Caretaker>();
        services.AddSingleton<Seeds>();
        services.AddHostedService(provider => provider.GetRequiredService<Seeds>());
    }

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => TypedResults.Text("ok")).ExcludeFromDescription();
        app.MapGet("/readyz", async (Database database, CancellationToken cancel) =>
        {
            await database.FirstAsync<long>("SELECT COUNT(*) FROM settings", null, cancel);
            return TypedResults.Text("ready");
        }).ExcludeFromDescription();
    }

    /// <summary>Prepares, listens, and says so; false, and a sentence in the log, where that cannot be.</summary>
    public static async Task<bool> BeginAsync(this WebApplication app)
    {
        try
        {
            await app.PrepareAsync();
            await app.StartAsync();
            await app.AnnounceAsync();
            return true;
        }
        catch (Exception refused) when (refused is StartRefusedException or IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException })
        {
            app.Logger.LogCritical("PrefEval did not start. {Why}", refused.Message);
            return false;
        }
    }

    /// <summary>Migrates, clears what a crash left behind, and loads the first demonstration where they are wanted.</summary>
    private static async Task PrepareAsync(this WebApplication app)
    {
        var services = app.Services;
        services.GetRequiredService<Database>().Migrate();
        await services.GetRequiredService<ImportStore>().RemoveUnfinishedAsync();
        await services.GetRequiredService<Bin>().PurgeAsync();
        if (app.Configuration[AdminKey] is { Length: > 0 } key)
        {
            if (key.Length < ShortestAdminKey) throw new StartRefusedException($"{AdminKey} is shorter than {ShortestAdminKey} characters; make one with 'openssl rand -base64 24'.");
            await services.GetRequiredService<AccessStore>().CreateAccountKeyAsync(key, "admin", Role.Admin, KeyScope.Write, AdminKey, oneTime: false, expiresAt: null);
        }
        await services.GetRequiredService<Seeds>().LoadFirstAsync(app.Lifetime.ApplicationStopping);
    }

    /// <summary>Prints where the service is, and how to get in.</summary>
    private static async Task AnnounceAsync(this WebApplication app)
    {
        var access = app.Services.GetRequiredService<AccessStore>();
        var address = (app.Configuration["PrefEval:PublicUrl"] ?? app.Urls.FirstOrDefault() ?? "").TrimEnd('/');
        app.Logger.LogInformation("PrefEval listens on {Address}", address);

        if (!app.Environment.IsDevelopment())
        {
            if (await access.HasAdminAsync(default)) return;
            app.Logger.LogInformation("Sign in as admin, once, within a day: {Link}", $"{address}/console#{await OneTimeAdminAsync(app, access)}");
            return;
        }
        app.Logger.LogInformation("Researcher, once: {Link}", $"{address}/console#{await OneTimeAdminAsync(app, access)}");
        if (await app.Services.GetRequiredService<Seeds>().RaterKeyAsync() is { } raterKey)
            app.Logger.LogInformation("Rater, once: {Link}", $"{address}/judge#{raterKey}");
    }

    private static async Task<string> OneTimeAdminAsync(WebApplication app, AccessStore access)
    {
        var secret = AccessStore.NewSecret("pe_");
        var tomorrow = app.Services.GetRequiredService<TimeProvider>().Micros() + Time.Minutes(24 * 60);
        await access.CreateAccountKeyAsync(secret, "admin", Role.Admin, KeyScope.Write, "one-time sign-in", oneTime: true, tomorrow);
        return secret;
    }
}
