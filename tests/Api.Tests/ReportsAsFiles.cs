using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CsvHelper;
using Parquet.Serialization;
using PrefEval.TestKit;
using Xunit;

namespace PrefEval.Api.Tests;

/// <summary>The same report as JSON, CSV, JSON lines, Parquet, LaTeX and Markdown.</summary>
public sealed class ReportsAsFiles(Server shared) : IClassFixture<Server>
{
    private readonly PrefEvalServer _server = shared.Value;

    public static readonly TheoryData<string> Reports =
    [
        "preference?by=category", "preference?unit=pair", "preference?by=baseline:size&confidence=0.9", "leaderboard", "leaderboard?pairs=true", "agreement", "raters", "position", "length", "judges?by=category",
    ];

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task Every_estimate_of_the_json_is_in_each_table_and_none_besides(string report)
    {
        var study = await DrillingDown.AStudyOfAllSorts(_server);
        var json = (await study.Get($"reports/{report}")).Ok();
        var wanted = Estimates(json.Json).ToHashSet();
        Assert.NotEmpty(wanted);

        var lines = (await File(study, report, "jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(wanted.Order(), lines.Select(line => Numbers(name => (double?)line[name])).Distinct().Order());
        Assert.All(lines, line => Assert.Equal((string)json["hash"]!, (string)line["hash"]!));

        var table = ReadCsv(await File(study, report, "csv"));
        Assert.Equal(lines.Select(line => Numbers(name => (double?)line[name])), table.Select(row => Numbers(name => row.TryGetValue(name, out var text) && text != "" ? double.Parse(text, CultureInfo.InvariantCulture) : null)));

        var bytes = await Bytes(study, report, "parquet");
        using var file = new MemoryStream(bytes);
        var parquet = await ParquetSerializer.DeserializeUntypedAsync(file, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(lines.Select(line => Numbers(name => (double?)line[name])), parquet.Data.Select(row => Numbers(name => row.TryGetValue(name, out var number) ? (double?)number : null)));
        Assert.Equal(lines.Select(line => (string)line["estimand"]!), parquet.Data.Select(row => (string)row["estimand"]!));
    }

    [Fact]
    public async Task A_printed_table_says_each_estimand_of_each_row_rounded_and_its_methods()
    {
        var study = await DrillingDown.AStudyOfAllSorts(_server);
        var json = (await study.Get("reports/preference?by=category")).Ok();

        var latex = await File(study, "preference?by=category", "latex");
        var markdown = await File(study, "preference?by=category", "markdown");

        var rows = json["items"].AsArray().Concat(json["slices"].AsArray()).Select(row => row!).ToList();
        var printed = latex.Split('\n').Where(line => line.EndsWith(" \\\\", StringComparison.Ordinal) && !line.StartsWith("Model", StringComparison.Ordinal)).ToList();
        var marked = markdown.Split('\n').Where(line => line.StartsWith("| demo", StringComparison.Ordinal)).ToList();
        Assert.Equal((rows.Count, rows.Count), (printed.Count, marked.Count));
        foreach (var (row, at) in rows.Select((row, at) => (row, at)))
        {
            var cells = printed[at][..^3].Split(" & ");
            Assert.Equal([(string)row["model"]!, (string)row["baseline"]!], cells[..2]);
            var first = row["slice"] is null ? 2 : 3;
            Assert.Equal(new[] { "n", "wins", "ties", "both_bad", "losses" }.Select(name => row[name]!.ToString()), cells[first..(first + 5)]);
            string[] estimands = ["win_rate", "net", "win_or_tie", "win_or_good_tie", "decisive_win_rate"];
            var expected = estimands.Select(name => Rounded(row[name]!, signed: name == "net")).ToList();
            Assert.Equal(expected, cells[(first + 5)..(first + 10)].Select(cell => cell.Replace("{[}", "[", StringComparison.Ordinal).Replace("{]}", "]", StringComparison.Ordinal).Replace("$-$", "−", StringComparison.Ordinal).Replace("---", "—", StringComparison.Ordinal)));
            Assert.Equal(expected, marked[at].Split(" | ")[(first + 5)..(first + 10)].Select(cell => cell.Replace("\\", "", StringComparison.Ordinal)));
        }
        Assert.Contains("\\toprule", latex, StringComparison.Ordinal);
        Assert.Contains($"hash {(string)json["hash"]!}", latex, StringComparison.Ordinal);
        Assert.Contains("Methods", latex, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("leaderboard"), InlineData("agreement"), InlineData("raters"), InlineData("position"), InlineData("length"), InlineData("judges"), InlineData("preference")]
    public async Task A_report_without_judgments_is_still_a_table(string report)
    {
        var study = await TestStudy.CreateAsync(_server);
        (await study.Import(TestStudy.Prompts(1, "demo-a"))).Ok();

        foreach (var format in new[] { "csv", "jsonl", "parquet", "latex", "markdown" })
            Assert.DoesNotContain("NaN", Encoding.UTF8.GetString(await Bytes(study, report, format)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_a_spreadsheet_or_latex_would_run_are_text()
    {
        string[] models = ["=cmd|' /C calc'!A0", @"\input{secret}_50%"];
        var study = await TestStudy.OpenAsync(_server, 1, models);
        (await study.Import(ImportingFiles.Judgment("p001", models[0], models[1], "r1", "a"))).Ok();

        var csv = await File(study, "preference", "csv");
        Assert.Contains("\"'=cmd", csv, StringComparison.Ordinal);
        var latex = await File(study, "preference", "latex");
        Assert.DoesNotContain("\\input", latex, StringComparison.Ordinal);
        Assert.Contains(@"\textbackslash{}input\{secret\}\_50\%", latex, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_format_that_there_is_not_is_refused()
    {
        var study = await TestStudy.OpenAsync(_server, 1, ["demo-a", "demo-b"]);

        var refused = await study.Get("reports/preference?format=docx");

        Assert.Equal((HttpStatusCode.BadRequest, "format"), (refused.Status, (string)refused["errors"][0]!["field"]!));
        Assert.Equal(HttpStatusCode.BadRequest, (await study.Get("reports/progress?format=csv")).Status);
    }

    /// <summary>Whatever has an interval: the plain row of an estimand and the same in its scope are one.</summary>
    private static IEnumerable<string> Estimates(JsonNode? node)
    {
        if (node is JsonObject o)
        {
            if ((o.ContainsKey("lower") && o.ContainsKey("method")) || (o.ContainsKey("rater_b") && o.ContainsKey("se")))
                yield return Numbers(name => name == "estimate" && !o.ContainsKey(name) ? (double?)o["value"] : (double?)o[name]);
            foreach (var (_, inner) in o) foreach (var found in Estimates(inner)) yield return found;
        }
        else if (node is JsonArray list)
        {
            foreach (var inner in list) foreach (var found in Estimates(inner)) yield return found;
        }
    }

    private static string Numbers(Func<string, double?> of) => string.Join(' ', new[] { "estimate", "se", "lower", "upper", "p", "df" }.Select(name => of(name)?.ToString("R", CultureInfo.InvariantCulture) ?? "-"));

    private static string Rounded(JsonNode interval, bool signed)
    {
        if (interval["estimate"] is null) return "—";
        return interval["lower"] is null ? $"{One(interval["estimate"]!)} —" : $"{One(interval["estimate"]!)} [{One(interval["lower"]!)}, {One(interval["upper"]!)}]";

        string One(JsonNode number)
        {
            var text = Math.Round((decimal)(100 * (double)number), 1, MidpointRounding.AwayFromZero).ToString("F1", CultureInfo.InvariantCulture);
            if (text == "-0.0") text = "0.0";
            return signed && (double)number > 0 ? "+" + text : text.Replace('-', '−');
        }
    }

    private static List<IDictionary<string, string>> ReadCsv(string text)
    {
        using var csv = CsvReader.Create(new StringReader(text.TrimStart('\uFEFF')));
        csv.ReadHeader();
        var header = csv.Headers.ToList();
        var rows = new List<IDictionary<string, string>>();
        while (csv.Read()) rows.Add(header.Select((name, at) => (name, at)).ToDictionary(column => column.name, column => csv.GetString(column.at)));
        return rows;
    }

    private static async Task<string> File(TestStudy study, string report, string format) => Encoding.UTF8.GetString(await Bytes(study, report, format));

    private static async Task<byte[]> Bytes(TestStudy study, string report, string format)
    {
        var (status, bytes) = await study.Server.Admin.Download($"{study.Path}/reports/{report}{(report.Contains('?', StringComparison.Ordinal) ? '&' : '?')}format={format}");
        Assert.Equal(HttpStatusCode.OK, status);
        return bytes;
    }
}
