using System.Globalization;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports.Tables;

/// <summary>
/// A report as a table to read, rounded as on the screen: shares in percent with one decimal, an estimate followed by its interval. One for each list
/// that the report shows.
/// </summary>
/// <param name="Caption">What it shows, of how much, when.</param>
/// <param name="Columns">The headers; those of numbers are set to the right.</param>
public sealed record PrintedTable(string Caption, IReadOnlyList<PrintedColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public const string Missing = "—";
    private const string Minus = "−";

    /// <summary>The tables of a report that hold rows; the first always.</summary>
    public static IReadOnlyList<PrintedTable> Of(Report report)
    {
        PrintedTable[] all = report switch
        {
            PreferenceReport r => Preference(r),
            LeaderboardReport r => [.. r.Groups.Select((group, at) => Board(r, group, at)).DefaultIfEmpty(Board(r, null, 0))],
            AgreementReport r => Agreement(r),
            RatersReport r => Raters(r),
            PositionReport r => Position(r),
            LengthReport r => [Length(r)],
            JudgesReport r => Judges(r),
            _ => throw new ArgumentException($"No table is made of {report.GetType().Name}.", nameof(report)),
        };
        return [all[0], .. all.Skip(1).Where(table => table.Rows.Count > 0)];
    }

    private static PrintedTable[] Preference(PreferenceReport report)
    {
        Column<PreferenceRow>[] counted =
        [
            new("n", r => Whole(r.N), true), new("Win", r => Whole(r.Wins), true), new("Tie", r => Whole(r.Ties), true), new("Both bad", r => Whole(r.BothBad), true), new("Loss", r => Whole(r.Losses), true),
            new("Win rate, %", r => Share(r.WinRate), true), new("Net, points", r => Points(r.Net), true), new("Win or tie, %", r => Share(r.WinOrTie), true),
            new("Win or good tie, %", r => Share(r.WinOrGoodTie), true), new("Win rate of decisive, %", r => Share(r.DecisiveWinRate), true),
        ];
        Column<PreferenceRow>[] names = [new("Model", r => r.Model), new("Against", r => r.Baseline)];
        Column<PreferenceRow>[] slice = [new("Slice", r => r.Slice!.Value ?? Missing)];
        var by = report.Slices.Count == 0 ? "" : $" by {report.Slices[0].Slice!.By}";
        var unit = report.Unit == Unit.Pair ? "pairs by majority" : "judgments";
        return
        [
            Table(About(report, $"Preferences ({unit}; {report.TieRule})", report.Items.Select(i => i.WinRate)), report.Items, [.. names, .. counted, new("p (Holm)", r => Chance(r.PHolm), true)]),
            Table(About(report, $"Preferences{by} ({unit}; exploratory)", report.Slices.Select(i => i.WinRate)), report.Slices, [.. names, .. slice, .. counted, new("p (Benjamini and Hochberg)", r => Chance(r.PBh), true)]),
        ];
    }

    private static PrintedTable Board(LeaderboardReport report, LeaderboardGroup? group, int at)
    {
        var which = report.Groups.Count > 1 ? $", group {at + 1} of {report.Groups.Count} that never met" : "";
        return Table<LeaderboardItem>(About(report, $"Leaderboard{which}", group?.Items.Select(i => i.Elo) ?? []), group?.Items ?? [],
        [
            new("Rank", r => r.Rank is { } rank ? Whole(rank) : Missing, true), new("Possible ranks", r => r.RankSet is { } set ? set.Best == set.Worst ? Whole(set.Best) : $"{set.Best} to {set.Worst}" : Missing),
            new("Model", r => r.Model), new("n", r => Whole(r.N), true), new("Win", r => Whole(r.Wins), true), new("Tie", r => Whole(r.Ties), true), new("Loss", r => Whole(r.Losses), true),
            new("Elo", r => Ranged(r.Elo, v => Fixed(v, 0)), true), new("Win rate against the average, %", r => Share(r.WinRate), true), new("Strength, log-odds", r => Ranged(r.Strength, v => Fixed(v, 3)), true),
        ]);
    }

    private static PrintedTable[] Agreement(AgreementReport report)
    {
        (string Name, Interval Of, bool Share)[] measures =
        [
            ("Agreement, %", report.Percent, true), ("Agreement, a tie counting half, %", report.TieDiscounted, true), ("Krippendorff's alpha (nominal)", report.KrippendorffAlpha, false),
            ("Krippendorff's alpha (linear distance)", report.KrippendorffAlphaLinear, false), ("Fleiss' kappa", report.FleissKappa, false), ("Gwet's AC1", report.GwetAc1, false),
        ];
        return
        [
            Table<(string Name, Interval Of, bool Share)>(About(report, $"Agreement of raters on {Whole(report.Units)} pairs", measures.Select(m => m.Of)), measures,
                [new("Measure", m => m.Name), new("Value", m => m.Share ? Share(m.Of) : Ranged(m.Of, v => Fixed(v, 3)), true)]),
            Table<CohenKappaRow>(About(report, "Cohen's kappa of each two raters", []), report.CohenKappa,
                [new("Rater", r => r.RaterA), new("Rater", r => r.RaterB), new("Pairs", r => Whole(r.Units), true), new("Kappa", r => Number(r.Estimate, v => Fixed(v, 3)), true), new("SE", r => Number(r.Se, v => Fixed(v, 3)), true)]),
        ];
    }

    private static PrintedTable[] Raters(RatersReport report) =>
    [
        Table<RaterRow>(About(report, "Raters (judgments taken as independent)", []), report.Items,
        [
            new("Rater", r => r.Rater), new("n", r => Whole(r.N), true), new("Agreement, %", r => Share(r.Agreement), true), new("Left, %", r => Share(r.LeftShare), true), new("Ties, %", r => Share(r.TieShare), true),
            new("Median seconds", r => Number(r.MedianMs, v => Fixed(v / 1000, 1)), true), new("Gold, %", r => Share(r.Gold), true), new("Same when repeated, %", r => Share(r.SelfConsistency), true),
            new("Fast", r => Whole(r.Fast), true), new("Flags", r => string.Join(", ", r.Flags.Select(EnumText<RaterFlag>.Of))),
        ]),
        Table<WithoutFlaggedRow>(About(report, "Win rates without flagged raters", report.WithoutFlagged.Select(r => r.WinRate)), report.WithoutFlagged,
            [new("Model", r => r.Model), new("Against", r => r.Baseline), new("Win rate, %", r => Share(r.WinRate), true), new("Without flagged raters, %", r => Share(r.WinRateWithoutFlagged), true)]),
    ];

    private static PrintedTable[] Position(PositionReport report) =>
    [
        Table<PositionReport>(About(report, "Whether the left answer wins more often", [report.LeftShare]), [report],
        [
            new("Judgments", r => Whole(r.N), true), new("Left wins", r => Whole(r.LeftWins), true), new("Right wins", r => Whole(r.RightWins), true), new("Tie", r => Whole(r.Ties), true),
            new("Both bad", r => Whole(r.BothBad), true), new("Left share of decisive, %", r => Share(r.LeftShare), true), new("p", r => Chance(r.LeftShare.P), true),
        ]),
        Table<RaterPositionRow>(About(report, "The left answer by rater (judgments taken as independent)", []), report.Items,
        [
            new("Rater", r => r.Rater), new("Left wins", r => Whole(r.LeftWins), true), new("Right wins", r => Whole(r.RightWins), true), new("Tie", r => Whole(r.Ties), true),
            new("Left share, %", r => Share(r.LeftShare), true), new("p (Benjamini and Hochberg)", r => Chance(r.PAdjusted), true),
        ]),
    ];

    private static PrintedTable Length(LengthReport report) => Table<LengthRow>(About(report, "Win rates at equal length (sensitivity analysis)", report.Items.Select(i => i.WinRate)), report.Items,
    [
        new("Model", r => r.Model), new("Against", r => r.Baseline), new("n", r => Whole(r.N), true), new("Characters more", r => Number(r.MeanDifference, v => Fixed(v, 1)), true),
        new("Win rate, %", r => Share(r.WinRate), true), new("At equal length, %", r => Share(r.LengthControlledWinRate), true), new("Slope, log-odds", r => Ranged(r.Slope, v => Fixed(v, 3)), true),
    ]);

    private static PrintedTable[] Judges(JudgesReport report)
    {
        Column<JudgeRow>[] columns =
        [
            new("Judge", r => r.Judge ?? "all judges"), new("Slice", r => r.Slice is null ? "all" : r.Slice.Value ?? Missing), new("n", r => Whole(r.N), true), new("Pairs compared", r => Whole(r.ComparedPairs), true),
            new("Agrees with humans, %", r => Share(r.Percent.Judge), true), new("Humans with humans, %", r => Share(r.Percent.Ceiling), true), new("Difference, points", r => Points(r.Percent.Difference), true),
            new("Kappa (linear)", r => Ranged(r.KappaLinear.Judge, v => Fixed(v, 3)), true),
        ];
        return
        [
            Table(About(report, "Agreement of language models that judge with humans", report.Items.Select(i => i.Percent.Judge)), [.. report.Items, .. report.Slices], columns),
            Table<JudgeWinRateRow>(About(report, "Win rates by humans and by judges", report.WinRates.Select(r => r.Humans)), report.WinRates,
            [
                new("Judge", r => r.Judge ?? "all judges"), new("Model", r => r.Model), new("Against", r => r.Baseline), new("Humans, %", r => Share(r.Humans), true), new("Judge, %", r => Share(r.JudgeAlone), true),
                new("Shared pairs", r => Whole(r.SharedPairs), true), new("Difference on shared, points", r => Points(r.Difference), true),
            ]),
        ];
    }

    private sealed record Column<T>(string Header, Func<T, string> Cell, bool IsNumber = false);

    private static PrintedTable Table<T>(string caption, IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns) =>
        new(caption, [.. columns.Select(c => new PrintedColumn(c.Header, c.IsNumber))], [.. rows.Select(row => (IReadOnlyList<string>)[.. columns.Select(c => c.Cell(row))])]);

    /// <summary>What is shown, whose judgments, how the intervals were made, and as of when.</summary>
    private static string About(Report report, string what, IEnumerable<Interval> intervals)
    {
        var known = intervals.Where(i => i.Lower is not null).ToList();
        var made = known.Count == 0 ? "" : $" In brackets: {Methods.Percent(known[0].Confidence)} intervals by {string.Join(", ", known.Select(i => i.Method).Distinct())}, for {EnumText<Scope>.Of(known[0].Scope).Replace('_', ' ')}.";
        var simulated = report.Simulated ? " The judgments were simulated by a program; no person made them." : "";
        return $"{what}.{simulated}{made} Sequence {Whole(report.Sequence)}, hash {report.Hash}.";
    }

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Of what the number is to the last bit, a half up: as the screen's toFixed rounds.</summary>
    private static string Fixed(double number, int decimals)
    {
        var text = Math.Abs(number) is var size && size < 1e7
            ? decimal.Round(decimal.Parse(size.ToString("F20", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), decimals, MidpointRounding.AwayFromZero).ToString("F" + decimals, CultureInfo.InvariantCulture)
            : size.ToString("F" + decimals, CultureInfo.InvariantCulture);
        return number < 0 && text.AsSpan().ContainsAnyInRange('1', '9') ? Minus + text : text;
    }

    private static string Percent(double share) => Fixed(100 * share, 1);

    /// <summary>A difference always says its sign.</summary>
    private static string Signed(double share) => (share > 0 ? "+" : "") + Percent(share);

    private static string Number(double? number, Func<double, string> write) => number is { } known ? write(known) : Missing;

    private static string Chance(double? p) => p is < 0.001 ? "<0.001" : Number(p, v => Fixed(v, 3));

    private static string Share(Interval interval) => Ranged(interval, Percent);

    private static string Share(Proportion share) => Ranged(share.Value, share.Lower, share.Upper, Percent);

    private static string Points(Interval interval) => Ranged(interval, Signed);

    private static string Ranged(Interval interval, Func<double, string> write) => Ranged(interval.Estimate, interval.Lower, interval.Upper, write);

    private static string Ranged(double? estimate, double? lower, double? upper, Func<double, string> write) =>
        estimate is not { } value ? Missing : lower is { } from && upper is { } to ? $"{write(value)} [{write(from)}, {write(to)}]" : $"{write(value)} {Missing}";
}

/// <param name="IsNumber">To be set to the right.</param>
public sealed record PrintedColumn(string Header, bool IsNumber);
