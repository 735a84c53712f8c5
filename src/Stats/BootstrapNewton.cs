namespace PrefEval.Stats;

/// <summary>
/// Davidson's model for the many resamples of one study: Newton from the study's own estimate, over pairs and sides. Where <see cref="DavidsonFit"/> takes every care,
/// this takes the near way and says no as soon as a step is not smaller than the one before.
/// </summary>
internal sealed class WarmNewton
{
    private const int MostSteps = 25;

    // After a step as small as this the next would be rounding: the error is about its square.
    private const double Small = 1e-7;
    private readonly (int Low, int High, int Side, int Code)[] _cells;
    private readonly int _models, _order, _tie; // where the terms for order and ties are; -1: none
    private readonly double[] _from, _at, _gradient, _root;
    private readonly double[,] _information, _room;

    /// <param name="models">Those that were judged, ascending; parameters go by their place.</param>
    public WarmNewton(ContestCells counts, int[] models, DavidsonFit from)
    {
        _models = models.Length;
        _order = from.HasOrder ? _models : -1;
        _tie = from.HasTies ? _models + (from.HasOrder ? 1 : 0) : -1;
        _from = [.. from.Strengths, .. from.HasOrder ? [from.Order] : Array.Empty<double>(), .. from.HasTies ? [from.Tie] : Array.Empty<double>()];
        (_at, _gradient, _root) = (new double[_from.Length], new double[_from.Length], new double[_models]);
        (_information, _room) = (new double[_from.Length, _from.Length], new double[_from.Length, _from.Length]);
        var cells = new List<(int, int, int, int)>();
        for (var code = 0; code < counts.Codes; code += 3)
        {
            if (counts.CountOf(code) + counts.CountOf(code + 1) + counts.CountOf(code + 2) == 0) continue;
            var (low, high) = counts.PairOf(code);
            cells.Add((Array.BinarySearch(models, low), Array.BinarySearch(models, high), ContestCells.SideOf(code), code));
        }
        _cells = [.. cells];
    }

    /// <param name="counts">By code.</param>
    /// <param name="strengths">In log-odds, their sum 0; nothing to rely on where the answer is no.</param>
    public bool Fit(ReadOnlySpan<int> counts, Span<double> strengths)
    {
        _from.CopyTo(_at, 0);
        var before = double.PositiveInfinity;
        for (var i = 0; i < MostSteps; i++)
        {
            Differentiate(counts);
            if (Cholesky.Of(_information, _room) is not { } information) return false;
            information.SolveIn(_gradient); // which is the step now
            var norm = 0.0;
            foreach (var s in _gradient) norm += s * s;
            norm = Math.Sqrt(norm);
            if (!(norm < before)) return false;
            for (var j = 0; j < _at.Length; j++) _at[j] += _gradient[j];
            before = norm;
            if (norm > Small) continue;
            var mean = 0.0;
            for (var m = 0; m < _models; m++) mean += _at[m] / _models;
            for (var m = 0; m < _models; m++) strengths[m] = _at[m] - mean;
            return true;
        }
        return false;
    }

    private void Differentiate(ReadOnlySpan<int> counts)
    {
        Array.Clear(_gradient);
        Array.Clear(_information);
        for (var m = 0; m < _models; m++) _root[m] = Math.Exp(_at[m] / 2);
        var lean = _order < 0 ? 1 : Math.Exp(_at[_order] / 2);
        var nu = _tie < 0 ? 0 : Math.Exp(_at[_tie]);
        var total = 0.0;
        foreach (var (l, h, side, code) in _cells)
        {
            int wins = counts[code], losses = counts[code + 1], ties = counts[code + 2];
            double n = wins + losses + ties;
            if (n == 0) continue;
            // e^(eta/2) : e^(-eta/2) : nu, all times the roots of the two models' strengths: no more than K exponentials.
            var shift = side switch { 1 => lean, -1 => 1 / lean, _ => 1 };
            var (low, high, tie) = (_root[l] * _root[l] * shift, _root[h] * _root[h] / shift, nu * _root[l] * _root[h]);
            var all = 1 / (low + high + tie);
            (low, high, tie) = (low * all, high * all, tie * all);
            var lead = wins * (high + tie / 2) - losses * (low + tie / 2) - ties * (low - high) / 2;
            var variance = n * (low * high + (low + high) * tie / 4);
            total += variance;
            _gradient[l] += lead;
            _gradient[h] -= lead;
            _information[l, l] += variance;
            _information[h, h] += variance;
            _information[h, l] -= variance; // low comes before high, and the upper triangle is not asked for
            if (_order >= 0 && side != 0)
            {
                _gradient[_order] += side * lead;
                _information[_order, l] += side * variance;
                _information[_order, h] -= side * variance;
                _information[_order, _order] += variance;
            }
            if (_tie < 0) continue;
            var mixed = -n * tie * (low - high) / 2;
            _gradient[_tie] += ties * (low + high) - (wins + losses) * tie;
            _information[_tie, l] += mixed;
            _information[_tie, h] -= mixed;
            if (_order >= 0) _information[_tie, _order] += side * mixed;
            _information[_tie, _tie] += n * tie * (low + high);
        }
        // The strengths' sum is free: tying it to itself leaves steps that keep it, and the equations regular.
        var tied = total / _models / _models;
        for (var i = 0; i < _models; i++)
            for (var j = 0; j <= i; j++) _information[i, j] += tied;
    }
}
