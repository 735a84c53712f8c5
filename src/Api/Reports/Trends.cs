using System.Globalization;
using System.Text.RegularExpressions;

namespace PrefEval.Api.Reports;

/// <summary>How the win rate goes with the size of the models on one side, such as their parameters, the model on the other side being the same.</summary>
public sealed record TrendRow
{
    /// <summary>The model that is the same throughout; null where it is the models whose sizes differ. Likewise the baseline.</summary>
    public required string? Model { get; init; }
    public required string? Baseline { get; init; }
    /// <summary>The values of the attribute that say a size, by size.</summary>
    public required IReadOnlyList<TrendSize> Sizes { get; init; }
    /// <summary>Models whose value says none.</summary>
    public required IReadOnlyList<string> LeftOut { get; init; }
    public required int N { get; init; }
    /// <summary>The log-odds of a win that one doubling of the size gains; p tests that size does not matter.</summary>
    public required Interval Slope { get; init; }
    public required ScopesOfInterval Scopes { get; init; }
    /// <summary>By how much one doubling multiplies the odds of a win: e to the slope, and to its ends.</summary>
    public required double? OddsRatio { get; init; }
    public required double? OddsRatioLower { get; init; }
    public required double? OddsRatioUpper { get; init; }
    /// <summary>The win rate that the line says for the smallest and for the largest.</summary>
    public required double? WinRateAtSmallest { get; init; }
    public required double? WinRateAtLargest { get; init; }
    /// <summary>What was fitted, in words.</summary>
    public required string Fitted { get; init; }
}

public sealed record TrendSize
{
    public required string Value { get; init; }
    public required double Size { get; init; }
    public required IReadOnlyList<string> Models { get; init; }
    public required int N { get; init; }
}

/// <summary>Trends over the pools of a slicing by an attribute of models.</summary>
public static partial class Trends
{
    private static readonly Dictionary<string, double> Units = new() { [""] = 1, ["K"] = 1e3, ["万"] = 1e4, ["M"] = 1e6, ["亿"] = 1e8, ["B"] = 1e9, ["T"] = 1e12 };

    /// <param name="cells">The judgments of each pool.</param>
    public static IReadOnlyList<TrendRow> Of(Slicing slicing, IReadOnlyList<Cell> cells, PreferenceQuestion question)
    {
        var ofModels = question.By!.StartsWith("model:", StringComparison.Ordinal);
        var pools = slicing.Rows.Select((head, row) => (Head: head, Cell: cells[row], Size: SizeOf(head.Slice!.Value))).ToList();
        if (pools.TrueForAll(pool => pool.Size is null)) return [];
        return [.. pools.GroupBy(pool => ofModels ? pool.Head.Baseline : pool.Head.Model).Select(group => Of(group.Key, ofModels, [.. group], question))];
    }

    private static TrendRow Of(string other, bool ofModels, List<(RowHead Head, Cell Cell, double? Size)> pools, PreferenceQuestion question)
    {
        var sized = pools.Where(pool => pool.Size is not null).OrderBy(pool => pool.Size).ThenBy(pool => pool.Head.Slice!.Value, StringComparer.Ordinal).ToList();
        var all = new Cell();
        var sizes = new List<double>();
        foreach (var (_, cell, size) in sized)
        {
            all.AddAll(cell);
            sizes.AddRange(Enumerable.Repeat(size!.Value, cell.Pair.Count));
        }
        var trend = all.Trend([.. sizes], question.Confidence);
        var slope = trend.Slope.In(question.Scope);
        return new TrendRow
        {
            Model = ofModels ? null : other,
            Baseline = ofModels ? other : null,
            Sizes = [.. sized.Select(pool => new TrendSize { Value = pool.Head.Slice!.Value!, Size = pool.Size!.Value, Models = pool.Head.Slice.Pooled!, N = pool.Cell.Pair.Count })],
            LeftOut = [.. pools.Where(pool => pool.Size is null).SelectMany(pool => pool.Head.Slice!.Pooled!).Order(StringComparer.Ordinal)],
            N = trend.N,
            Slope = Interval.Of(slope),
            Scopes = ScopesOfInterval.Of(trend.Slope),
            OddsRatio = Odds(slope.Value),
            OddsRatioLower = Odds(slope.Lower),
            OddsRatioUpper = Odds(slope.Upper),
            WinRateAtSmallest = trend.AtSmallest,
            WinRateAtLargest = trend.AtLargest,
            Fitted = string.Create(CultureInfo.InvariantCulture, $"The log-odds of a win {(ofModels ? $"of the models against {other}" : $"of {other} against the baselines")} as a line in the logarithm of {question.By![(question.By!.IndexOf(':', StringComparison.Ordinal) + 1)..]}, ")
                + string.Create(CultureInfo.InvariantCulture, $"fitted to {trend.N} judgments at {trend.Sizes} sizes by quasi-likelihood; a tie, or both bad, counts one half. ")
                + "The slope is what one doubling adds. Its errors are clustered by prompt and, for raters like these, by rater; the models are not a sample: another one of the same size may lie off the line.",
        };
    }

    /// <summary>Such as 6B, 1.8b, 7e9, 6_700_000_000, 70M or 60亿; null where a value says no size above 0.</summary>
    internal static double? SizeOf(string? value)
    {
        if (value is null || Size().Match(value) is not { Success: true } match) return null;
        var number = double.Parse(match.Groups["number"].ValueSpan.ToString().Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var size = number * Units[match.Groups["unit"].Value.ToUpperInvariant()];
        return size > 0 && double.IsFinite(size) ? size : null;
    }

    /// <summary>An odds ratio beyond what a double holds is none to print.</summary>
    private static double? Odds(double? slope) => slope is { } s && Math.Exp(s) is var odds && double.IsFinite(odds) ? odds : null;

    [GeneratedRegex("^ *(?<number>[0-9][0-9_]{0,20}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?) *(?<unit>[KkMmBbTt万亿]?) *$", RegexOptions.ExplicitCapture)]
    private static partial Regex Size();
}
