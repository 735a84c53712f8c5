using System.CommandLine;
using System.CommandLine.Help;

namespace PrefEval.Api.Commands;

/// <summary>How a command ended, for whoever called it.</summary>
public static class ExitCode
{
    public const int Ok = 0, Failed = 1, Usage = 2, LinesLeftOut = 3;
}

/// <summary>
/// The commands of the one binary. Without a command, or with 'serve', it is the server. Commands that need a study speak HTTP to a running server, so that
/// one process owns the database; those about the database file work on the file.
/// </summary>
public static class CommandLine
{
    private const string Ends = "Exit codes: 0 done, 1 failed or refused, 2 wrong usage, 3 done but lines of the file were left out.";

    /// <summary>Whether the arguments ask for the server; takes 'serve' away, so that what is left are its settings (--urls ...).</summary>
    public static bool Serves(ref string[] args)
    {
        var rest = args is ["serve", ..] ? args[1..] : args;
        if (rest.Length < args.Length ? rest.Any(IsHelp) : rest is [var first, ..] && (IsHelp(first) || !(first.StartsWith('-') || first.Contains('=')))) return false;
        args = rest;
        return true;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Root().Parse(args);
        try
        {
            var ended = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return parsed.Errors.Count > 0 ? ExitCode.Usage : ended;
        }
        catch (CommandFailedException failed)
        {
            if (failed.Refusal is { Errors.Count: > 0 } refusal) Output.Errors(refusal.Errors, refusal.ErrorCount);
            return Output.Fail(failed.Message, failed.Code);
        }
    }

    private static Command Root()
    {
        var root = new Command("prefeval", "Find out, and prove, which language model people prefer. " + Ends)
        {
            Serve(),
            ImportCommand.Create(),
            ExportCommand.Create(),
            ReportCommand.Create(),
            SimulateCommand.Create(),
            KeyCommand.Create(),
            BackupCommands.Backup(),
            BackupCommands.Restore(),
            BackupCommands.Verify(),
            HealthCommand.Create(),
        };
        root.Options.Add(new HelpOption());
        return root;
    }

    private static Command Serve() => new("serve", """
        Run the server; this is what happens without a command, too. Settings are given as --urls http://0.0.0.0:8080, --PrefEval:Seed=none, or by the environment.
        Example: prefeval serve --urls http://0.0.0.0:8080
        """) { TreatUnmatchedTokensAsErrors = false };

    private static bool IsHelp(string argument) => argument is "--help" or "-h" or "-?" or "/?" or "/h";
}
