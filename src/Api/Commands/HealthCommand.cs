using System.CommandLine;

namespace PrefEval.Api.Commands;

/// <summary>Whether a server is there and its database answers: for containers, which have no curl.</summary>
internal static class HealthCommand
{
    public static Command Create()
    {
        var server = RemoteServer.AddressOption();
        var command = new Command("health", """
            Ask a server whether its database answers. Silent, and 0, when it does.
            Example: prefeval health --server http://127.0.0.1:8080
            """) { server };
        command.SetAction(async (parsed, cancel) =>
        {
            using var http = new HttpClient { BaseAddress = RemoteServer.Address(parsed, server), Timeout = TimeSpan.FromSeconds(5) };
            try
            {
                using var reply = await http.GetAsync(new Uri("readyz", UriKind.Relative), cancel);
                return reply.IsSuccessStatusCode ? ExitCode.Ok : Output.Fail($"{http.BaseAddress} answers {(int)reply.StatusCode}.");
            }
            catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException)
            {
                return Output.Fail($"{http.BaseAddress} does not answer.");
            }
        });
        return command;
    }
}
