using System.CommandLine;
using PrefEval.Api.Platform;
using Spectre.Console;

namespace PrefEval.Api.Commands;

/// <summary>Copies of the database file, and what is wrong with one: the commands that work on the file and not through a server.</summary>
internal static class BackupCommands
{
    public static Command Backup()
    {
        var database = DatabaseOption();
        var output = new Option<FileInfo>("--output", "-o") { Description = "The copy; it may not exist yet.", Required = true };
        var command = new Command("backup", """
            Copy the SQLite database, as of one moment and checked, while the server runs. PostgreSQL has pg_dump.
            Example: prefeval backup -o /backups/monday.db
            """) { output, database };
        command.SetAction(parsed => Do(() =>
        {
            var target = parsed.GetRequiredValue(output).FullName;
            Backups.Write(FileOf(parsed, database), target);
            Output.Notes.WriteLine($"Copied to {target}.");
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command Restore()
    {
        var database = DatabaseOption();
        var file = new Argument<FileInfo>("FILE") { Description = "A copy that 'backup' made." };
        var command = new Command("restore", """
            Put a checked copy in the place of the SQLite database; what was there is kept beside it. The server must be stopped.
            Example: prefeval restore /backups/monday.db
            """) { file, database };
        command.SetAction(parsed => Do(() =>
        {
            var target = FileOf(parsed, database, mayBeMissing: true);
            var kept = Backups.Restore(parsed.GetRequiredValue(file).FullName, target, TimeProvider.System.GetUtcNow());
            Output.Notes.WriteLine(kept is null ? $"{target} is restored." : $"{target} is restored; what was there is {kept}.");
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command Verify()
    {
        var database = DatabaseOption();
        var file = new Argument<FileInfo?>("FILE") { Description = "A database or a backup; else the database of the settings.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("verify", """
            Read a SQLite database whole: its pages, that what rows point to is there, that no vote is missing or there twice, no pair judged beyond its overlap, and the audit log's chain whole. Beside a running server, too.
            Example: prefeval verify /backups/monday.db
            """) { file, database };
        command.SetAction(parsed => Do(() =>
        {
            var target = parsed.GetValue(file)?.FullName ?? FileOf(parsed, database);
            if (!File.Exists(target)) return Output.Fail($"{target} is not there.");
            var wrong = DatabaseCheck.Of(target);
            foreach (var sentence in wrong) Output.Results.WriteLine(sentence);
            if (wrong.Count > 0) return Output.Fail($"{target} is not sound.");
            Output.Notes.WriteLine($"{target} is sound.");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Option<FileInfo?> DatabaseOption() => new("--database") { Description = "The SQLite file; else that of ConnectionStrings__PrefEval." };

    private static int Do(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (Exception refused) when (refused is StartRefusedException or IOException or UnauthorizedAccessException)
        {
            return Output.Fail(refused.Message);
        }
    }

    private static string FileOf(ParseResult parsed, Option<FileInfo?> option, bool mayBeMissing = false)
    {
        var file = parsed.GetValue(option)?.FullName ?? Hosting.DatabaseFile()
            ?? throw new CommandFailedException("The settings name a PostgreSQL database; use pg_dump and pg_restore.");
        return mayBeMissing || File.Exists(file) ? file : throw new CommandFailedException($"{file} is not there; name another with --database FILE.");
    }
}
