namespace PrefEval.Stats;

/// <summary>
/// Which of two models of a table is the stronger, pair by pair. Where the likelihood has a maximum: the lead over its clustered error against t.
/// </summary>
/// <remarks>
/// In a penalized table Wald's ratio falls again as evidence grows (W. W. Hauck and A. Donner 1977, Wald's test as applied to hypotheses in logit analysis, JASA 72,
/// 851-853): a model that won all of a hundred has hardly any. There two models that no chain of wins joins both ways are held apart by the penalized
/// likelihood ratio (G. Heinze and M. Schemper 2002, A solution to the problem of separation in logistic regression, Statistics in Medicine 21, 2409-2419), its signed root over the
/// square root of a design effect against the same t. Such a pair cannot show its own design effect, for its judgments all agree: it takes the largest of the table's
/// other pairs; where there is none, each of the fewer of effective prompts and raters is worth one judgment, as where all scores of a comparison are equal.
/// </remarks>
internal sealed class Leads
{
    /// <summary>Beyond this many models a penalized table keeps Wald's test, which is too careful: every pair would take a fit of its own.</summary>
    public const int MostModelsHeldApart = 30;

    /// <summary>Strengths closer than this are equal: the fit is no sharper.</summary>
    public const double Equal = 1e-9;

    private readonly DavidsonFit _fit;
    private readonly Sandwich _sandwich;
    private readonly Scope _scope;
    private readonly double[] _strengths;
    private readonly int[] _judgments;
    private readonly bool[,]? _joined;
    private readonly double? _design;

    public Leads(ContestCell[] cells, int models, DavidsonFit fit, Sandwich sandwich, Scope scope)
    {
        (_fit, _sandwich, _scope, _strengths) = (fit, sandwich, scope, fit.Strengths);
        _judgments = new int[models];
        foreach (var cell in cells)
        {
            _judgments[cell.Low] += (int)cell.N;
            _judgments[cell.High] += (int)cell.N;
        }
        if (!fit.Penalized || models > MostModelsHeldApart) return;
        _joined = Joined(cells, models);
        for (var i = 0; i < models; i++)
            for (var j = 0; j < i; j++)
                if (_joined[i, j] && _joined[j, i] && DesignEffect(i, j) is { } own) _design = Math.Max(_design ?? 1, own);
    }

    /// <summary>One-sided p for "i is not above j"; 1 where there is nothing to go by.</summary>
    public double P(int i, int j)
    {
        var lead = _strengths[i] - _strengths[j];
        if (lead <= Equal || _sandwich.Variance(_scope, i, j) is not { } variance) return 1;
        var wald = lead / Math.Sqrt(variance);
        var t = _joined is null || (_joined[i, j] && _joined[j, i]) ? wald : HeldApart(i, j) ?? wald;
        return Clustered.Tails(t, _sandwich.DfIn(_scope)) / 2;
    }

    private double? HeldApart(int i, int j)
    {
        var contrast = new double[_strengths.Length];
        (contrast[i], contrast[j]) = (1, -1);
        if (_fit.Root(contrast, 0) is not { } root) return null;
        var few = _scope switch
        {
            Scope.RatersLikeThese => Math.Min(_sandwich.EffectivePrompts, _sandwich.EffectiveRaters),
            Scope.TheseRaters => _sandwich.EffectivePrompts,
            _ => double.PositiveInfinity,
        };
        var design = _design ?? Math.Max(1, Math.Min(_judgments[i], _judgments[j]) / few);
        return root / Math.Sqrt(Math.Max(design, DesignEffect(i, j) ?? 1));
    }

    private double? DesignEffect(int i, int j) => _scope == Scope.Independent ? 1 : _sandwich.Variance(_scope, i, j) / _sandwich.Variance(Scope.Independent, i, j);

    /// <summary>From whom a chain of wins leads to whom.</summary>
    private static bool[,] Joined(ContestCell[] cells, int models)
    {
        var joined = new bool[models, models];
        foreach (var cell in cells)
        {
            if (cell.LowWins > 0) joined[cell.Low, cell.High] = true;
            if (cell.HighWins > 0) joined[cell.High, cell.Low] = true;
        }
        for (var by = 0; by < models; by++)
            for (var i = 0; i < models; i++)
                for (var j = 0; j < models; j++) joined[i, j] |= joined[i, by] && joined[by, j];
        return joined;
    }
}
