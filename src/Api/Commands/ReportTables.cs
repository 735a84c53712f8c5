using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PrefEval.Api.Battles;
using Spectre.Console;

namespace PrefEval.Api.Commands;

/// <summary>A report as tables for a terminal. Everything in it, and more, is in --json.</summary>
internal static class ReportTables
{
    /// <summary>The report of a bare file.</summary>
    public static void Print(BattleReport report, string language)
    {
        var json = JsonSerializer.SerializeToNode(report, Output.Json)!;
        var raters = report.Raters is { } count ? count.ToString("N0", CultureInfo.InvariantCulture) : "unknown";
        Line($"{report.Judgments:N0} judgments of {report.Prompts:N0} prompts by {raters} raters{(report.RaterKind is null ? "" : $" (kind: {json["rater_kind"]})")}; {report.TieRule}.");
        foreach (var warning in report.Warnings) Line($"! {warning}");
        Comparisons([.. json["items"]!.AsArray().OfType<JsonNode>()], report.Confidence);
        foreach (var board in json["leaderboard"]!.AsArray()) Board(board!, report.Confidence);
        Methods(json, language);
    }

    /// <summary>The preference report or the leaderboard of a study, as its server tells it.</summary>
    public static void Print(JsonNode report, string language)
    {
        Line($"Sequence {report["sequence"]}, raters of kind {report["raters"]}{(report["analysis"] is { } analysis ? $", {analysis} analysis, unit {report["unit"]}; {report["tie_rule"]}" : "")}.");
        foreach (var warning in report["warnings"] as JsonArray ?? []) Line($"! {warning!["message"]}");
        foreach (var group in report["groups"] as JsonArray ?? []) Board(group!, (double)report["confidence"]!);
        var rows = (report["items"] as JsonArray ?? []).Concat(report["slices"] as JsonArray ?? []).OfType<JsonNode>().ToList();
        if (report["groups"] is null && rows.Count > 0) Comparisons(rows, (double)rows[0]["win_rate"]!["confidence"]!);
        Methods(report, language);
    }

    /// <summary>The paragraph on methods, to be printed beside the numbers.</summary>
    private static void Methods(JsonNode report, string language)
    {
        if (report["methods"]?[language] is not { } text) return;
        Output.Results.WriteLine();
        Output.Results.WriteLine((string)text!);
    }

    private static void Comparisons(List<JsonNode> items, double confidence)
    {
        if (items.Count == 0) return;
        var sliced = items.Any(i => i["slice"] is not null);
        var table = new Table().Border(TableBorder.Minimal).AddColumns(sliced ? ["slice", "model", "against"] : ["model", "against"]);
        Numbers(table, "n", "win", "tie", "both bad", "loss", "win rate", $"{confidence:P0} raters like these", $"{confidence:P0} these raters", "p", "prompts", "raters");
        var methods = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var scopes = item["scopes"] ?? item;
            var (wide, narrow) = (scopes["raters_like_these"]?["win_rate"], scopes["these_raters"]!["win_rate"]!);
            foreach (var known in new[] { wide, narrow }) if (known is not null) methods.Add((string)known["method"]!);
            string[] slice = !sliced ? [] : [item["slice"] is { } part ? $"{part["by"]}: {part["value"] ?? "-"}" : "all"];
            Row(table, [.. slice, Text(item["model"]), Text(item["baseline"]), Text(item["n"]), Text(item["wins"]), Text(item["ties"]), Text(item["both_bad"]), Text(item["losses"]),
                Number((wide ?? narrow)["estimate"]), wide is null ? "raters unknown" : Range(wide), Range(narrow), Chance((wide ?? narrow)["p"]),
                Text(narrow["prompts"]), wide is null ? "unknown" : Text(wide["raters"])]);
        }
        Output.Results.Write(table);
        Line($"Methods: {string.Join("; ", methods)}. p: two-sided, of 'no preference', in the wider scope that is known, not adjusted for the number of rows.");
    }

    private static void Board(JsonNode board, double confidence)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumn(new TableColumn("rank").RightAligned()).AddColumns("ranks at once", "model");
        Numbers(table, "n", "Elo", $"{confidence:P0}", "win rate against the average", $"{confidence:P0}");
        foreach (var item in board["items"]!.AsArray().OfType<JsonNode>())
        {
            var set = item["rank_set"];
            Row(table, [Text(item["rank"]), set is null ? "" : $"{set["best"]} to {set["worst"]}", Text(item["model"]), Text(item["n"]),
                Number(item["elo"]!["estimate"], "0"), Range(item["elo"]!, "0"), Number(item["win_rate"]!["estimate"]), Range(item["win_rate"]!)]);
        }
        Output.Results.WriteLine();
        Output.Results.Write(table);
        var order = board["order"]!;
        var side = order["estimate"] is null ? $"side: {order["status"]}" : $"standing left is worth {Number(order["estimate"])} log-odds ({Range(order)})";
        var strength = board["items"]![0]!["strength"]!;
        Line($"Leaderboard of {board["n"]} judgments, {strength["scope"]}: {strength["method"]}, {board["status"]}; {side}.");
    }

    private static void Numbers(Table table, params string[] names)
    {
        foreach (var name in names) table.AddColumn(new TableColumn(new Text(name)).RightAligned());
    }

    private static void Row(Table table, string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));

    private static void Line(FormattableString text) => Output.Results.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static string Text(JsonNode? value) => value?.ToString() ?? "";

    private static string Number(JsonNode? value, string format = "0.000") => value is null ? "" : ((double)value).ToString(format, CultureInfo.InvariantCulture);

    private static string Chance(JsonNode? p) => p is null ? "" : (double)p < 0.001 ? "<.001" : Number(p);

    /// <summary>The interval, or why there is none.</summary>
    private static string Range(JsonNode interval, string format = "0.000") =>
        interval["lower"] is { } lower && interval["upper"] is { } upper ? $"{Number(lower, format)} to {Number(upper, format)}" : Text(interval["status"]);
}
