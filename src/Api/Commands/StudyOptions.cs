using System.CommandLine;

namespace PrefEval.Api.Commands;

/// <summary>What every command about a study on a server is told: which server, whose key, which study, and how to print.</summary>
internal sealed class StudyOptions
{
    public Option<string?> Server { get; } = RemoteServer.AddressOption();
    public Option<string?> Key { get; } = RemoteServer.KeyOption();
    public Option<string?> Study { get; } = new("--study") { Description = "The study's id, as in the address of its page." };
    public Option<string[]> With { get; } = new("--with") { Description = "A parameter of the call, such as --with by=category; may be repeated. /swagger lists them.", HelpName = "NAME=VALUE" };
    public Option<bool> Json { get; } = new("--json") { Description = "Print data instead of tables." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Study, With, Server, Key, Json }) command.Options.Add(option);
    }

    public RemoteServer Connect(ParseResult parsed) => RemoteServer.Of(parsed, Server, Key);

    /// <summary>The address of a call about the study.</summary>
    public string Path(ParseResult parsed, string call, params (string Name, string Value)[] more)
    {
        var study = parsed.GetValue(Study) ?? throw new CommandFailedException("Name the study: --study ID.", ExitCode.Usage);
        var given = (parsed.GetValue(With) ?? []).Select(w => w.Split('=', 2) is [{ Length: > 0 } name, var value] ? (name, value)
            : throw new CommandFailedException($"--with takes NAME=VALUE, such as by=category; '{w}' is not.", ExitCode.Usage));
        var query = string.Join('&', more.Concat(given).Select(p => $"{Uri.EscapeDataString(p.Item1)}={Uri.EscapeDataString(p.Item2)}"));
        return $"studies/{Uri.EscapeDataString(study)}/{call}{(query.Length > 0 ? "?" + query : "")}";
    }
}
