using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace PrefEval.Api.Commands;

/// <summary>Sends files to a study, each staged, looked at, and stored whole or not at all.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var files = new Argument<FileInfo[]>("files") { Arity = ArgumentArity.OneOrMore, Description = "Files of any format that the server reads, one after another." }.AcceptExistingOnly();
        var preview = new Option<bool>("--preview") { Description = "Only say what the files would bring; nothing is stored." };
        var options = new StudyOptions();
        var command = new Command("import", """
            Read files into a study. A file with bad rows is refused whole, and its rows are listed. Tables (CSV, Excel) take --with mapping='...'.
            Example: prefeval import prompts.jsonl judgments.jsonl --study ID
            """) { files, preview };
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var server = options.Connect(parsed);
            var path = options.Path(parsed, "imports", ("confirm", parsed.GetValue(preview) ? "false" : "true"));
            var summaries = new JsonArray();
            foreach (var file in parsed.GetValue(files)!) summaries.Add(await SendAsync(server, path, file, cancel));
            if (parsed.GetValue(options.Json)) Output.Print(summaries);
            else Print(parsed.GetValue(files)!, summaries);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<JsonNode> SendAsync(RemoteServer server, string path, FileInfo file, CancellationToken cancel)
    {
        await using var stream = file.OpenRead();
        var progress = Output.Notes.Progress().AutoClear(true).Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn());
        try
        {
            return await progress.StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(file.Name), maxValue: Math.Max(1, file.Length));
                using var content = new CountedContent(stream, sent => task.Value = sent);
                return await server.JsonAsync(HttpMethod.Post, path, content, cancel);
            });
        }
        catch (CommandFailedException refused) when (refused.Refusal is { } refusal)
        {
            throw new CommandFailedException(refusal with { Sentence = $"{file.Name}: {refusal.Sentence}" });
        }
    }

    private static void Print(FileInfo[] files, JsonArray summaries)
    {
        string[] counts = ["prompts", "answers", "pairs", "judgments", "raters", "unchanged", "surplus"];
        var table = new Table().Border(TableBorder.Minimal).AddColumns("file", "format", "state");
        foreach (var count in counts) table.AddColumn(new TableColumn(count).RightAligned());
        for (var i = 0; i < files.Length; i++)
            table.AddRow(new[] { files[i].Name, (string?)summaries[i]!["format"] ?? "", (string?)summaries[i]!["state"] ?? "" }
                .Concat(counts.Select(c => summaries[i]![c]?.ToString() ?? "")).Select(text => new Text(text)));
        Output.Results.Write(table);
    }

    /// <summary>A file as a body that tells how far it was sent.</summary>
    private sealed class CountedContent : HttpContent
    {
        private readonly Stream _file;
        private readonly Action<long> _sent;

        public CountedContent(Stream file, Action<long> sent)
        {
            (_file, _sent) = (file, sent);
            Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var buffer = new byte[128 << 10];
            long sent = 0;
            for (int read; (read = await _file.ReadAsync(buffer)) > 0; _sent(sent += read)) await stream.WriteAsync(buffer.AsMemory(0, read));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _file.Length;
            return true;
        }
    }
}
