using CsvHelper;
using Microsoft.AspNetCore.Http.HttpResults;
using MiniExcelLibs;
using PrefEval.Api.Access;
using PrefEval.Api.Assignments;
using PrefEval.Api.Platform;
using PrefEval.Api.Reports;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Raters;

public enum PayPer { Judgment, Hour }

public enum PayFormat { Json, Csv, Xlsx }

/// <summary>What a rater did on one day of the study, or on all days of the sheet.</summary>
public sealed record PayRow
{
    public required string Rater { get; init; }
    public required string? Group { get; init; }
    /// <summary>The day in the study's time zone; null: all days of the sheet.</summary>
    public required DateOnly? Day { get; init; }
    /// <summary>Judgments that were asked for and have a place; pairs shown again included.</summary>
    public required int Judged { get; init; }
    /// <summary>Judgments that came when their place was gone: not counted by reports, and paid like others.</summary>
    public required int Surplus { get; init; }
    public required int Gold { get; init; }
    /// <summary>Pairs of the practice round and of the qualification.</summary>
    public required int Practice { get; init; }
    /// <summary>Pairs passed over for good; they are not paid. Each is put down to the day of the last vote before it.</summary>
    public required int Skipped { get; init; }
    /// <summary>From each pair's appearance to its first vote, a pair for five minutes at most, so that a pause is no work.</summary>
    public required decimal ActiveMinutes { get; init; }
    public required decimal? Amount { get; init; }
}

public sealed record PaySheet
{
    public required DateOnly From { get; init; }
    public required DateOnly To { get; init; }
    public required string TimeZone { get; init; }
    public required decimal? Rate { get; init; }
    public required PayPer Per { get; init; }
    /// <summary>A row a rater and day, by name and day.</summary>
    public required IReadOnlyList<PayRow> Items { get; init; }
    /// <summary>A row a rater; what she is owed is rounded once, here.</summary>
    public required IReadOnlyList<PayRow> Totals { get; init; }
}

/// <summary>What raters are to be paid for: first votes given here. Revisions are the same work, and imported judgments were done elsewhere.</summary>
public static class Pay
{
    private const int LongestPairMs = 5 * 60_000, MostDays = 366;
    /// <summary>Every time zone is a multiple of it from UTC, so a sum over one lies within a day.</summary>
    private const long Quarter = 15 * 60 * 1_000_000L;

    public static void MapPay(this IEndpointRouteBuilder study) =>
        study.MapGet("/pay", GetAsync).WithTags("Raters").Allow(Role.Researcher).WithName("getPaySheet").WithSummary("What each rater did on each day of the study, and what that comes to; also as CSV or XLSX")
            .AddEndpointFilterFactory(Http.KnownParametersOnly);

    /// <param name="from">The first day in the study's time zone, such as 2026-11-01; left out: 31 days before the last.</param>
    /// <param name="to">The last day; left out: today.</param>
    /// <param name="rate">What one judgment, or one hour, is worth, in any currency.</param>
    /// <param name="per">judgment (the default) or hour, of active minutes.</param>
    /// <param name="format">json (the default), csv or xlsx.</param>
    private static async Task<Results<Ok<PaySheet>, FileContentHttpResult, ProblemHttpResult>> GetAsync(
        StudyContext context, StudyStore studies, Database database, TimeProvider time, string? from, string? to, string? rate, string? per, string? format, CancellationToken cancel)
    {
        var row = (await studies.FindAsync(context.Id, cancel))!;
        var zone = row.ReadSettings().TimeZone;
        var errors = new List<FieldError>();
        var last = Day(to, "to", errors) ?? DateOnly.FromDayNumber(StudyDay.Of(time.Micros(), zone));
        var first = Day(from, "from", errors) ?? last.AddDays(-Math.Min(30, last.DayNumber));
        var worth = rate is null ? (decimal?)null : Money(rate, errors);
        var paidPer = ReportDesk.Parse(per, "per", PayPer.Judgment, errors);
        var form = ReportDesk.Parse(format, "format", PayFormat.Json, errors);
        if (errors.Count == 0 && (first > last || last.DayNumber - first.DayNumber >= MostDays))
            errors.Add(new FieldError { Field = "from", Message = $"Not after 'to', and at most {MostDays} days before it." });
        if (errors.Count > 0) return TypedResults.Problem(Problem.InvalidRequest.With("Correct the parameters named in 'errors'.", errors));

        var items = await ItemsAsync(database, context.Id, zone, first, last, worth, paidPer, cancel);
        var sheet = new PaySheet
        {
            From = first,
            To = last,
            TimeZone = zone,
            Rate = worth,
            Per = paidPer,
            Items = items,
            Totals = [.. items.GroupBy(item => (item.Rater, item.Group)).Select(rater => Priced(Sum(rater.Key.Rater, rater.Key.Group, null, [.. rater]), worth, paidPer))],
        };
        var name = Http.FileName($"{row.Name}.pay.{first:yyyy-MM-dd}.{last:yyyy-MM-dd}");
        return form switch
        {
            PayFormat.Csv => TypedResults.File(Csv(sheet), "text/csv; charset=utf-8", name + ".csv"),
            PayFormat.Xlsx => TypedResults.File(Xlsx(sheet), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name + ".xlsx"),
            _ => TypedResults.Ok(sheet),
        };
    }

    private static async Task<IReadOnlyList<PayRow>> ItemsAsync(Database database, long study, string zone, DateOnly first, DateOnly last, decimal? rate, PayPer per, CancellationToken cancel)
    {
        // A day more on either side holds the days of every time zone.
        var range = new { study, from = Micros(first.AddDays(-1)), until = Micros(last.AddDays(2)), quarter = Quarter, longest = LongestPairMs };
        var work = await database.QueryAsync<(int Rater, long Quarter, int Role, bool Surplus, long Votes, long Ms)>("""
            SELECT a.rater, j.created_at / @quarter AS quarter,
              CASE WHEN a.role <> 0 THEN a.role ELSE (SELECT CASE p.role WHEN 'gold' THEN 3 WHEN 'practice' THEN 1 ELSE 0 END FROM pairs p WHERE p.study = a.study AND p.pair = a.pair) END AS role,
              NOT j.counted AS surplus, CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN j.duration_ms > @longest THEN @longest ELSE j.duration_ms END), 0) AS BIGINT)
            FROM judgments j JOIN assignments a ON a.study = j.study AND a.assignment = j.assignment
            WHERE j.study = @study AND j.import = 0 AND j.revision = 1 AND j.created_at >= @from AND j.created_at < @until
            GROUP BY 1, 2, 3, 4
            """, range, cancel);
        var skips = await database.QueryAsync<(int Rater, long? At)>("""
            SELECT a.rater, (SELECT j.created_at FROM judgments j WHERE j.study = s.study AND j.import = 0 AND j.number < s.sequence ORDER BY j.number DESC LIMIT 1)
            FROM skips s JOIN assignments a ON a.study = s.study AND a.assignment = s.assignment WHERE s.study = @study AND s.taken_back IS NULL
            """, range, cancel);
        var names = (await database.QueryAsync<(int Rater, string Name, string? Group)>("SELECT rater, name, group_name FROM raters WHERE study = @study", range, cancel)).ToDictionary(r => r.Rater);
        var rows = work.Select(w => (w.Rater, Day: DayOf(w.Quarter * Quarter), Row: RowOf((AssignmentRole)w.Role, w.Surplus, (int)w.Votes, w.Ms)))
            .Concat(skips.Where(s => s.At is not null).Select(s => (s.Rater, Day: DayOf(s.At!.Value), Row: Nothing with { Skipped = 1 })));
        return [.. rows.Where(r => r.Day >= first && r.Day <= last).GroupBy(r => (names[r.Rater].Name, r.Rater, r.Day)).OrderBy(g => g.Key.Name, StringComparer.Ordinal).ThenBy(g => g.Key.Day)
            .Select(g => Priced(Sum(g.Key.Name, names[g.Key.Rater].Group, g.Key.Day, [.. g.Select(r => r.Row)]), rate, per))];

        DateOnly DayOf(long micros) => DateOnly.FromDayNumber(StudyDay.Of(micros, zone));
    }

    private static readonly PayRow Nothing = new() { Rater = "", Group = null, Day = null, Judged = 0, Surplus = 0, Gold = 0, Practice = 0, Skipped = 0, ActiveMinutes = 0, Amount = null };

    private static PayRow RowOf(AssignmentRole role, bool surplus, int votes, long ms)
    {
        var row = Nothing with { ActiveMinutes = ms / 60_000m };
        return role switch
        {
            AssignmentRole.Practice or AssignmentRole.Qualification => row with { Practice = votes },
            AssignmentRole.Gold => row with { Gold = votes },
            AssignmentRole.Normal when surplus => row with { Surplus = votes },
            _ => row with { Judged = votes },
        };
    }

    private static PayRow Sum(string rater, string? group, DateOnly? day, IReadOnlyList<PayRow> rows) => Nothing with
    {
        Rater = rater,
        Group = group,
        Day = day,
        Judged = rows.Sum(r => r.Judged),
        Surplus = rows.Sum(r => r.Surplus),
        Gold = rows.Sum(r => r.Gold),
        Practice = rows.Sum(r => r.Practice),
        Skipped = rows.Sum(r => r.Skipped),
        ActiveMinutes = rows.Sum(r => r.ActiveMinutes),
    };

    private static PayRow Priced(PayRow row, decimal? rate, PayPer per) => row with
    {
        ActiveMinutes = decimal.Round(row.ActiveMinutes, 2, MidpointRounding.AwayFromZero),
        Amount = rate is not { } worth ? null
            : decimal.Round(worth * (per == PayPer.Hour ? row.ActiveMinutes / 60 : row.Judged + row.Surplus + row.Gold + row.Practice), 2, MidpointRounding.AwayFromZero),
    };

    private static readonly string[] Columns = ["rater", "group", "day", "judged", "surplus", "gold", "practice", "skipped", "active_minutes", "rate", "per", "amount"];

    private static IEnumerable<object?[]> Cells(PaySheet sheet) => sheet.Items.Concat(sheet.Totals).Select(row => new object?[]
    {
        row.Rater, row.Group, row.Day?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) ?? "total", row.Judged, row.Surplus, row.Gold, row.Practice, row.Skipped,
        row.ActiveMinutes, sheet.Rate, EnumText<PayPer>.Of(sheet.Per), row.Amount,
    });

    private static byte[] Csv(PaySheet sheet)
    {
        using var file = new MemoryStream();
        using (var csv = CsvWriter.Create(file, new CsvWriterOptions { WriteByteOrderMark = true, Injection = CsvInjection.Escape }, leaveOpen: true))
        {
            csv.WriteHeader(Columns);
            foreach (var cells in Cells(sheet))
            {
                foreach (var cell in cells) csv.WriteField(cell);
                csv.EndRecord();
            }
        }
        return file.ToArray();
    }

    /// <summary>Cells of text stay text in a workbook, whatever they begin with.</summary>
    private static byte[] Xlsx(PaySheet sheet)
    {
        using var file = new MemoryStream();
        var rows = Cells(sheet).Select(cells => Columns.Zip(cells).ToDictionary(cell => cell.First, cell => cell.Second)).ToList();
        if (rows.Count == 0) rows.Add(Columns.ToDictionary(column => column, object? (_) => null));
        file.SaveAs(rows, sheetName: "pay");
        return file.ToArray();
    }

    private static long Micros(DateOnly day) => Time.ToMicros(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));

    private static DateOnly? Day(string? text, string field, List<FieldError> errors)
    {
        if (text is null) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) && day.Year is >= 2000 and <= 2200) return day;
        errors.Add(new FieldError { Field = field, Message = "A day such as 2026-11-23, of the years 2000 to 2200." });
        return null;
    }

    private static decimal? Money(string text, List<FieldError> errors)
    {
        if (decimal.TryParse(text, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var rate) && rate is >= 0 and <= 1_000_000) return rate;
        errors.Add(new FieldError { Field = "rate", Message = "An amount from 0 to 1000000, such as 0.45." });
        return null;
    }
}
