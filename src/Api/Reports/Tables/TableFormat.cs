using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;
using Parquet.Schema;
using Parquet.Serialization;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Reports.Tables;

/// <summary>What <c>format</c> may say: csv, jsonl and parquet hold a row an estimate with all its digits, latex and markdown are to be printed.</summary>
public enum TableFormat { Json, Csv, Jsonl, Parquet, Latex, Markdown }

/// <summary>Reports as files: the same numbers as in the JSON, from the same report.</summary>
public static class TableFiles
{
    /// <summary>Marks the operations that take <c>format</c>.</summary>
    public sealed record HasTables;

    private static readonly JsonSerializerOptions Lines = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly CsvWriterOptions Csv = new() { Injection = CsvInjection.Escape, WriteByteOrderMark = true };

    /// <summary>Answers the report as a file, where one was asked for.</summary>
    public static async ValueTask<object?> Filter(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var errors = new List<FieldError>();
        var http = context.HttpContext;
        var format = ReportDesk.Parse(http.Request.Query["format"].FirstOrDefault(), "format", TableFormat.Json, errors);
        if (errors.Count > 0) return TypedResults.Problem(Problem.InvalidRequest.With("Correct the parameters named in 'errors'.", errors));
        var result = await next(context);
        var answer = result is INestedHttpResult nested ? nested.Result : result;
        if (format == TableFormat.Json || answer is not IValueHttpResult { Value: Report report }) return result;
        var study = (await http.RequestServices.GetRequiredService<StudyStore>().FindAsync(http.RequestServices.GetRequiredService<StudyContext>().Id, http.RequestAborted))!;
        var (bytes, media, extension) = format switch
        {
            TableFormat.Csv => (await CsvAsync(TidyTable.Of(report)), "text/csv; charset=utf-8", "csv"),
            TableFormat.Jsonl => (Jsonl(TidyTable.Of(report)), "application/x-ndjson", "jsonl"),
            TableFormat.Parquet => (await ParquetAsync(TidyTable.Of(report)), "application/vnd.apache.parquet", "parquet"),
            TableFormat.Latex => (Encoding.UTF8.GetBytes(PrintedText.Latex(report)), "text/plain; charset=utf-8", "tex"),
            _ => (Encoding.UTF8.GetBytes(PrintedText.Markdown(report)), "text/markdown; charset=utf-8", "md"),
        };
        var name = http.Request.Path.Value!.Split('/')[^1];
        return TypedResults.File(bytes, media, Http.FileName($"{study.Name}.{name}.{report.Sequence}{(report.Simulated ? ".simulated" : "")}.{extension}"));
    }

    private static async Task<byte[]> CsvAsync(TidyTable table)
    {
        using var file = new MemoryStream();
        await using (var csv = CsvWriter.Create(file, Csv, leaveOpen: true))
        {
            csv.WriteHeader([.. table.Columns]);
            foreach (var row in table.Rows)
            {
                foreach (var column in table.Columns) csv.WriteField(row[column]);
                await csv.EndRecordAsync(CancellationToken.None);
            }
        }
        return file.ToArray();
    }

    private static byte[] Jsonl(TidyTable table)
    {
        using var file = new MemoryStream();
        foreach (var row in table.Rows)
        {
            JsonSerializer.Serialize(file, row, Lines);
            file.WriteByte((byte)'\n');
        }
        return file.ToArray();
    }

    private static async Task<byte[]> ParquetAsync(TidyTable table)
    {
        var schema = new ParquetSchema(table.Columns.Select(column => new DataField(column, TypeOf(column), isNullable: true)));
        using var file = new MemoryStream();
        await ParquetSerializer.SerializeUntypedAsync([.. table.Rows.Select(row => (IDictionary<string, object?>)row.ToDictionary(cell => cell.Key, cell => cell.Value is long whole && TypeOf(cell.Key) == typeof(double) ? whole : cell.Value))], schema, file);
        return file.ToArray();

        Type TypeOf(string column)
        {
            var types = table.Rows.Select(row => row[column]?.GetType()).OfType<Type>().Distinct().ToList();
            return types.Count == 1 ? types[0] : types.TrueForAll(type => type == typeof(long) || type == typeof(double)) && types.Count > 0 ? typeof(double) : typeof(string);
        }
    }
}
