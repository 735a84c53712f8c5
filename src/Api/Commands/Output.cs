using System.Text.Json;
using PrefEval.Api.Platform;
using Spectre.Console;

namespace PrefEval.Api.Commands;

/// <summary>What a command prints: results on the standard output, everything else on the error output. Neither is coloured or wrapped when it is no terminal.</summary>
internal static class Output
{
    private const int WidthOfNoTerminal = 240;

    public static IAnsiConsole Results { get; } = To(Console.Out, Console.IsOutputRedirected);
    public static IAnsiConsole Notes { get; } = To(Console.Error, Console.IsErrorRedirected);

    public static JsonSerializerOptions Json { get; } = MakeJson();

    public static void Print<T>(T result) => Console.Out.WriteLine(JsonSerializer.Serialize(result, Json));

    public static int Fail(string sentence, int code = ExitCode.Failed)
    {
        Notes.WriteLine(sentence);
        return code;
    }

    public static void Errors(IReadOnlyCollection<FieldError> errors, long count)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumn(new TableColumn("line").RightAligned()).AddColumn("field").AddColumn("what to mend");
        foreach (var error in errors) table.AddRow(new Text($"{error.Line}"), new Text(error.Field ?? ""), new Text(error.Message));
        Notes.Write(table);
        if (count > errors.Count) Notes.WriteLine($"... and {count - errors.Count:N0} more.");
    }

    private static IAnsiConsole To(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect });
        if (redirected) console.Profile.Width = WidthOfNoTerminal;
        return console;
    }

    private static JsonSerializerOptions MakeJson()
    {
        var json = new JsonSerializerOptions { WriteIndented = true };
        Http.SetJson(json);
        return json;
    }
}
