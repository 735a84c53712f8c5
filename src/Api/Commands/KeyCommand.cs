using System.CommandLine;
using System.Text.Json.Nodes;
using PrefEval.Api.Access;
using Spectre.Console;

namespace PrefEval.Api.Commands;

/// <summary>Keys of accounts. All of it goes through the server, which alone has the database open; the first admin's key is given to the server as a setting.</summary>
internal static class KeyCommand
{
    public static Command Create() => new("key", "Make, list and revoke keys.") { Generate(), Make(), List(), Revoke() };

    private static Command Generate()
    {
        var command = new Command("generate", """
            Print a new random key and do nothing else. Set it as PrefEval__AdminKey and start the server: it is an admin's from then on, also where every other one was lost.
            Example: PrefEval__AdminKey=$(prefeval key generate) prefeval serve
            """);
        command.SetAction(_ => Console.Out.WriteLine(AccessStore.NewSecret("pe_")));
        return command;
    }

    private static Command Make()
    {
        var account = new Argument<string>("account") { Description = "Whose; made when the name is new." };
        var role = new Option<string?>("--role") { Description = "Of a new account: researcher (else), or admin." }.AcceptOnlyFromAmong("researcher", "admin");
        var scope = new Option<string?>("--scope") { Description = "write (else), or read." }.AcceptOnlyFromAmong("write", "read");
        var command = new Command("create", """
            Make a key of an account, with an admin's key. It is printed once.
            Example: prefeval key create alice
            """) { account, role, scope };
        return WithServer(command, async (parsed, server, json, cancel) =>
        {
            var request = new Dictionary<string, string?> { ["account"] = parsed.GetValue(account), ["role"] = parsed.GetValue(role), ["scope"] = parsed.GetValue(scope) };
            var made = await server.JsonAsync(HttpMethod.Post, "keys", JsonContent.Create(request), cancel);
            if (json) Output.Print(made);
            else Console.Out.WriteLine((string?)made["secret"]);
        });
    }

    private static Command List() => WithServer(new Command("list", """
        The keys of all accounts, without their secrets.
        Example: prefeval key list
        """), async (_, server, json, cancel) =>
    {
        var keys = new JsonArray();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await server.JsonAsync(HttpMethod.Get, "keys?limit=1000" + (cursor == "" ? "" : "&cursor=" + Uri.EscapeDataString(cursor)), null, cancel);
            foreach (var key in page["items"]!.AsArray()) keys.Add(key!.DeepClone());
            cursor = (string?)page["next_cursor"];
        }
        if (json)
        {
            Output.Print(keys);
            return;
        }
        string[] fields = ["key", "account", "role", "scope", "expires_at", "revoked_at"];
        var table = new Table().Border(TableBorder.Minimal).AddColumns(fields);
        foreach (var key in keys) table.AddRow(fields.Select(f => new Text(key![f]?.ToString() ?? "")));
        Output.Results.Write(table);
    });

    private static Command Revoke()
    {
        var key = new Argument<string>("key") { Description = "Its id, as 'key list' tells it." };
        return WithServer(new Command("revoke", """
            Revoke a key and end its sessions.
            Example: prefeval key revoke K1abc...
            """) { key }, async (parsed, server, json, cancel) =>
        {
            using var done = await server.SendAsync(HttpMethod.Delete, "keys/" + Uri.EscapeDataString(parsed.GetValue(key)!), null, cancel);
            if (json) Output.Print(new { revoked = parsed.GetValue(key) });
        });
    }

    private static Command WithServer(Command command, Func<ParseResult, RemoteServer, bool, CancellationToken, Task> act)
    {
        var (address, secret, json) = (RemoteServer.AddressOption(), RemoteServer.KeyOption(), new Option<bool>("--json") { Description = "Print data instead of text." });
        foreach (var option in new Option[] { address, secret, json }) command.Options.Add(option);
        command.SetAction(async (parsed, cancel) =>
        {
            using var server = RemoteServer.Of(parsed, address, secret);
            await act(parsed, server, parsed.GetValue(json), cancel);
            return ExitCode.Ok;
        });
        return command;
    }
}
