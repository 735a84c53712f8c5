using System.CommandLine;
using System.Text.Json;

namespace PrefEval.Api.Commands;

/// <summary>Writes a study in the format of another tool.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var format = new Option<string>("--format") { Description = "Such as prefeval_judgments, lmsys_battles or trl_dpo, or release, a ZIP to publish; /swagger and the README list them.", Required = true };
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The file to write; else the standard output." };
        var options = new StudyOptions();
        var command = new Command("export", """
            Write a study in the format of another tool. The file appears whole, or not at all.
            Example: prefeval export --study ID --format prefeval_judgments -o judgments.jsonl
            """) { format, output };
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var server = options.Connect(parsed);
            using var response = await server.SendAsync(HttpMethod.Get, options.Path(parsed, "exports/" + Uri.EscapeDataString(parsed.GetValue(format)!)), null, cancel);
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            try
            {
                if (parsed.GetValue(output) is not { } file)
                {
                    await using var standard = Console.OpenStandardOutput();
                    await body.CopyToAsync(standard, cancel);
                    return ExitCode.Ok;
                }
                var part = file.FullName + ".part";
                await using (var written = File.Create(part)) await body.CopyToAsync(written, cancel);
                File.Move(part, file.FullName, overwrite: true);
                if (parsed.GetValue(options.Json)) Output.Print(new { file = file.FullName, bytes = new FileInfo(file.FullName).Length });
                return ExitCode.Ok;
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or JsonException)
            {
                throw new CommandFailedException($"The export broke off: {broken.Message}");
            }
        });
        return command;
    }
}
