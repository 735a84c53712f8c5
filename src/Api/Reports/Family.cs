using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>The comparisons whose tests were declared: what Holm's adjustment and a claim against every baseline are made over, whatever is shown.</summary>
public sealed class Family
{
    private readonly IReadOnlyList<Comparison> _comparisons;
    private readonly Analysis _declared;
    private readonly Design _design;
    private readonly Estimand?[] _estimands;

    /// <param name="comparisons">All that the study makes.</param>
    public Family(IReadOnlyList<Comparison> comparisons, Analysis declared, Design design)
    {
        (_comparisons, _declared, _design) = (comparisons, declared, design);
        _estimands = [.. comparisons.Select(EstimandOf)];
        Size = declared.Family?.Count ?? _estimands.Count(e => e is not null);
    }

    public int Size { get; }

    /// <summary>Whether the comparison of a row is declared.</summary>
    public bool Holds(int row) => _estimands[row] is not null;

    /// <summary>Holm: a comparison of the family that has no judgments yet, or no pairs, counts all the same, and so does one that is not shown.</summary>
    public double?[] Adjust(Func<int, Estimand, double?> p)
    {
        int[] rows = [.. Enumerable.Range(0, _comparisons.Count).Where(Holds)];
        var known = rows.Select(row => p(row, _estimands[row]!.Value)).ToList();
        var adjusted = Holm.Adjust([.. known.Select(value => value ?? 1), .. Enumerable.Repeat(1.0, Size - rows.Length)]);
        var all = new double?[_comparisons.Count];
        for (var i = 0; i < rows.Length; i++) all[rows[i]] = known[i] is null ? null : adjusted[i];
        return all;
    }

    /// <param name="cells">Of all comparisons.</param>
    public EveryBaselineClaim? AgainstEvery(PreferenceQuestion question, IReadOnlyList<Cell> cells, Reporting reporting)
    {
        var threshold = _declared.Threshold ?? _declared.Estimand switch { Estimand.WinRate or Estimand.DecisiveWinRate => 0.5, Estimand.Net => 0, _ => null as double? };
        if (threshold is not { } above || question.Confidence <= 0.5 || (question.Model ?? _design.Focal ?? OnlyModel()) is not { } model) return null;
        var bounds = new List<(string Baseline, double? Lower)>();
        for (var row = 0; row < _comparisons.Count; row++)
        {
            var c = _comparisons[row];
            if (!Holds(row) || (c.Model != model && c.Baseline != model)) continue;
            bounds.Add(c.Model == model ? (c.Baseline, reporting.LowerBound(cells[row], question.Confidence)) : (c.Model, reporting.LowerBound(cells[row].Turned(), question.Confidence)));
        }
        if (bounds.Count == 0) return null;
        var isKnown = bounds.TrueForAll(b => b.Lower is not null);
        var smallest = bounds.MinBy(b => b.Lower ?? double.PositiveInfinity);
        return new EveryBaselineClaim
        {
            Model = model,
            Baselines = [.. bounds.Select(b => b.Baseline)],
            Estimand = _declared.Estimand,
            Scope = question.Scope,
            Threshold = above,
            Confidence = question.Confidence,
            SmallestLower = isKnown ? smallest.Lower : null,
            SmallestAgainst = isKnown ? smallest.Baseline : null,
            Holds = bounds.Exists(b => b.Lower <= above) ? false : isKnown ? true : null,
        };
    }

    /// <summary>What is tested of a comparison; null: it is not declared.</summary>
    private Estimand? EstimandOf(Comparison c)
    {
        if (_declared.Family is { } family) return family.FirstOrDefault(m => m.Compares(c.Model, c.Baseline)) is { } member ? member.Estimand ?? _declared.Estimand : null;
        return _design.Focal is not { } focal || c.Model == focal || c.Baseline == focal ? _declared.Estimand : null;
    }

    private string? OnlyModel() => _declared.Family?.Select(m => m.Model).Distinct().ToList() is [var only] ? only : null;
}
