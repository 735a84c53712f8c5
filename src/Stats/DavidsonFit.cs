namespace PrefEval.Stats;

/// <summary>
/// Strengths, a lean to the left and the inclination to ties of one connected group of models, by Newton's method on a concave likelihood.
/// R. R. Davidson (1970), On extending the Bradley-Terry model to accommodate ties in paired comparison experiments, JASA 65, 317-328; the order
/// term multiplies the left model's worth by e^order: R. R. Davidson and R. J. Beaver (1977), On extending the Bradley-Terry model to incorporate within-pair
/// order effects, Biometrics 33, 693-702 (ties take its root, so that it adds to the lead and nothing else).
/// Or with ties as P. V. Rao and L. L. Kupper (1967), Ties in paired-comparison experiments: a generalization of the Bradley-Terry model, JASA 62, 194-204.
/// Without a term for ties it is Bradley and Terry's model, a tie half a win for either.
/// </summary>
internal sealed class DavidsonFit
{
    private const int MostSteps = 100, MostPenalizedSteps = 2000, MostHalvings = 40;
    private const double Tolerance = 1e-12, HeldTolerance = 1e-6; // a ratio of likelihoods is flat at its maximum
    private readonly IReadOnlyList<ContestCell> _cells;
    private readonly int _models;
    private readonly int _reference;
    private readonly bool _penalized;
    private readonly TieModel _model;
    private double[] _now;

    private DavidsonFit(DavidsonFit other) =>
        (_cells, _models, HasOrder, HasTies, _penalized, _model, _reference, _now) =
        (other._cells, other._models, other.HasOrder, other.HasTies, other._penalized, other._model, other._reference, other._now);

    private DavidsonFit(IReadOnlyList<ContestCell> cells, int models, bool order, bool ties, bool penalized, TieModel model)
    {
        (_cells, _models, HasOrder, HasTies, _penalized, _model) = (cells, models, order, ties, penalized, model);
        var judgments = new double[models];
        foreach (var cell in cells)
        {
            judgments[cell.Low] += cell.N;
            judgments[cell.High] += cell.N;
        }
        _reference = Array.IndexOf(judgments, judgments.Max()); // the best known one keeps the equations well conditioned
        _now = new double[models - 1 + (order ? 1 : 0) + (ties ? 1 : 0)];
        if (ties && model == TieModel.RaoKupper) _now[TieParameter] = 1; // log theta is positive where there are ties
    }

    public bool HasOrder { get; }
    public bool HasTies { get; }

    /// <summary>With Firth's penalty: some estimates would be infinite without it.</summary>
    public bool Penalized => _penalized;
    public double LogLikelihood { get; private set; }

    /// <summary>Strengths that sum to 0, in log-odds.</summary>
    public double[] Strengths
    {
        get
        {
            var strengths = Enumerable.Range(0, _models).Select(m => StrengthAt(_now, m)).ToArray();
            var mean = strengths.Average();
            return [.. strengths.Select(s => s - mean)];
        }
    }

    /// <summary>Log-odds that the left answer gains; 0 without such a term.</summary>
    public double Order => OrderAt(_now);

    /// <summary>Davidson's log nu, Rao and Kupper's log theta; without such a term that which makes no ties.</summary>
    public double Tie => TieAt(_now);

    /// <summary>What the fit says of an arrangement with this lead of the low model.</summary>
    public ContestChances At(double lead) => new(_model, lead, Tie);

    /// <summary>The inverse information with strengths centred: models, then order, then ties; the rows of terms that were not fitted are 0.</summary>
    public double[,] Covariance { get; private set; } = new double[0, 0];

    /// <summary>Null where the likelihood has no maximum (or, penalized, was not found): never an estimate that did not converge.</summary>
    /// <param name="ties">Whether ties have a term of their own.</param>
    /// <param name="model">What that term means.</param>
    public static DavidsonFit? Of(IReadOnlyList<ContestCell> cells, int models, bool order, bool ties, bool penalized, TieModel model = TieModel.Davidson)
    {
        var fit = new DavidsonFit(cells, models, order, ties, penalized, model);
        return fit.Climb() ? fit : null;
    }

    /// <summary>
    /// The signed root of the (penalized) likelihood ratio against "the contrast of strengths has this value": positive where the estimate is above it. Null where the
    /// maximum under that constraint was not found.
    /// </summary>
    /// <param name="contrast">One weight a model, summing to 0.</param>
    public double? Root(double[] contrast, double value)
    {
        var along = new double[_now.Length];
        for (var m = 0; m < _models; m++)
            if (ParameterOf(m) >= 0) along[ParameterOf(m)] = contrast[m];
        if (Cholesky.Of(Information(_now)) is not { } information) return null;
        // From the nearest point, in the metric of the information, at which the contrast has the value.
        var (towards, apart) = (information.Solve(along), value - Dot(along, _now));
        var constrained = new DavidsonFit(this);
        var share = apart / Dot(along, towards);
        constrained._now = [.. _now.Zip(towards, (b, t) => b + share * t)];
        if (!constrained.Climb(along)) return null;
        return -Math.Sign(apart) * Math.Sqrt(Math.Max(0, 2 * (Objective(_now) - constrained.Objective(constrained._now))));
    }

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    /// <param name="held">A direction along which nothing may move; null: the estimate itself is sought.</param>
    private bool Climb(double[]? held = null)
    {
        var tolerance = held is null ? Tolerance : HeldTolerance;
        var objective = Objective(_now);
        var previous = double.PositiveInfinity;
        for (var i = 0; i < (_penalized ? MostPenalizedSteps : MostSteps); i++)
        {
            if (Cholesky.Of(Information(_now)) is not { } information) return false;
            var (gradient, curvature) = (Gradient(_now, null), information);
            if (_penalized)
            {
                var inverse = information.Inverse();
                gradient = Gradient(_now, inverse);
                // The prior has a curvature too, as if every cell held as many judgments more as it has leverage: without it steps overshoot.
                if (Cholesky.Of(Information(_now, inverse)) is not { } sharper) return false;
                curvature = sharper;
            }
            var step = curvature.Solve(gradient);
            if (held is not null)
            {
                var off = curvature.Solve(held);
                var share = Dot(step, held) / Dot(off, held);
                step = [.. step.Zip(off, (s, o) => s - share * o)];
            }
            var rise = Dot(gradient, step);
            var norm = Math.Sqrt(step.Sum(s => s * s));
            if (!double.IsFinite(norm)) return false;
            if (norm <= tolerance || (norm < 1e-6 && norm >= previous)) return held is not null || Finish();

            var (scale, halvings) = (1.0, 0);
            double[] next;
            double reached;
            do
            {
                next = [.. _now.Zip(step, (b, s) => b + scale * s)];
                reached = Objective(next);
                scale /= 2;
            }
            while (!(reached >= objective + 2e-4 * scale * rise - Tolerance * Math.Abs(objective)) && ++halvings < MostHalvings);
            if (halvings == MostHalvings) return norm < 1e-6 && (held is not null || Finish());
            (_now, objective, previous) = (next, reached, norm);
        }
        return false;
    }

    private bool Finish()
    {
        if (Cholesky.Of(Information(_now)) is not { } information) return false;
        LogLikelihood = LogLikelihoodAt(_now);
        Covariance = Centred(information.Inverse());
        return true;
    }

    private int ParameterOf(int model) => model == _reference ? -1 : model < _reference ? model : model - 1;
    private int OrderParameter => HasOrder ? _models - 1 : -1;
    private int TieParameter => HasTies ? _now.Length - 1 : -1;

    private double StrengthAt(double[] at, int model) => model == _reference ? 0 : at[ParameterOf(model)];
    private double OrderAt(double[] at) => HasOrder ? at[OrderParameter] : 0;
    private double TieAt(double[] at) => HasTies ? at[TieParameter] : _model == TieModel.RaoKupper ? 0 : double.NegativeInfinity;
    private ContestChances ChancesAt(double[] at, in ContestCell cell) => new(_model, LeadAt(at, cell), TieAt(at));

    private double LeadAt(double[] at, in ContestCell cell) => StrengthAt(at, cell.Low) - StrengthAt(at, cell.High) + cell.Side * OrderAt(at);

    private double Objective(double[] at)
    {
        var value = LogLikelihoodAt(at);
        if (_penalized) value += Cholesky.Of(Information(at)) is { } information ? information.LogDeterminant / 2 : double.NegativeInfinity;
        return double.IsNaN(value) ? double.NegativeInfinity : value;
    }

    private double LogLikelihoodAt(double[] at)
    {
        var sum = 0.0;
        foreach (var cell in _cells) sum += ChancesAt(at, cell).LogLikelihood(cell);
        return sum;
    }

    /// <summary>Where the lead of a cell has its parameters, with their signs; -1: none.</summary>
    private ((int At, int Sign) Low, (int At, int Sign) High, (int At, int Sign) Order) Terms(in ContestCell cell) =>
        ((ParameterOf(cell.Low), 1), (ParameterOf(cell.High), -1), (cell.Side == 0 ? -1 : OrderParameter, cell.Side));

    /// <param name="inverse">The inverse information, for the penalty's pull; null for none.</param>
    private double[] Gradient(double[] at, double[,]? inverse)
    {
        var gradient = new double[at.Length];
        foreach (var cell in _cells)
        {
            var p = ChancesAt(at, cell);
            var (ofLow, ofHigh, ofTie) = (p.OfLow, p.OfHigh, p.OfTie);
            var lead = cell.LowWins * ofLow.Lead + cell.HighWins * ofHigh.Lead + cell.Ties * ofTie.Lead;
            var tie = cell.LowWins * ofLow.Tie + cell.HighWins * ofHigh.Tie + cell.Ties * ofTie.Tie;
            var (low, high, order) = Terms(cell);
            if (inverse is not null)
            {
                var (pullLead, pullTie) = Pull(cell, p, inverse, [low, high, order]);
                lead += pullLead;
                tie += pullTie;
            }
            foreach (var (where, sign) in (ReadOnlySpan<(int, int)>)[low, high, order])
                if (where >= 0) gradient[where] += sign * lead;
            if (HasTies) gradient[TieParameter] += tie;
        }
        return gradient;
    }

    /// <summary>
    /// Half the trace of (inverse information x its derivative), the pull of Jeffreys' prior on a cell's lead and ties. D. Firth (1993), Bias reduction of
    /// maximum likelihood estimates, Biometrika 80, 27-38; in Rao and Kupper's model it keeps estimates finite all the same: I. Kosmidis and D. Firth (2021),
    /// Jeffreys-prior penalty, finiteness and shrinkage in binomial-response generalized linear models, Biometrika 108, 71-82.
    /// </summary>
    private (double Lead, double Tie) Pull(in ContestCell cell, in ContestChances p, double[,] inverse, ReadOnlySpan<(int At, int Sign)> terms)
    {
        var v = Variances(inverse, terms);
        var (byLead, byTie) = p.Slopes;
        return (cell.N / 2 * Trace(byLead, v), cell.N / 2 * Trace(byTie, v));
    }

    private static double Trace(PairInformation information, PairInformation variances) =>
        information.Lead * variances.Lead + 2 * information.Mixed * variances.Mixed + information.Tie * variances.Tie;

    /// <summary>Of a cell's lead and of the tie term, and their covariance.</summary>
    private PairInformation Variances(double[,] inverse, ReadOnlySpan<(int At, int Sign)> terms)
    {
        double leads = 0, mixed = 0;
        foreach (var (i, si) in terms)
        {
            if (i < 0) continue;
            foreach (var (j, sj) in terms)
                if (j >= 0) leads += si * sj * inverse[i, j];
            if (HasTies) mixed += si * inverse[i, TieParameter];
        }
        return new(leads, mixed, HasTies ? inverse[TieParameter, TieParameter] : 0);
    }

    /// <param name="inverse">With it, every cell counts its leverage as judgments.</param>
    private double[,] Information(double[] at, double[,]? inverse = null)
    {
        var matrix = new double[at.Length, at.Length];
        foreach (var cell in _cells)
        {
            var p = ChancesAt(at, cell);
            var (low, high, order) = Terms(cell);
            ReadOnlySpan<(int At, int Sign)> terms = [low, high, order];
            // A prior's curvature is that of the expected information, which it is made of.
            var told = _penalized ? cell.N * p.Expected : p.Observed(cell);
            if (inverse is not null) told = (1 + Trace(p.Expected, Variances(inverse, terms))) * told;
            foreach (var (i, si) in terms)
            {
                if (i < 0) continue;
                foreach (var (j, sj) in terms)
                    if (j >= 0) matrix[i, j] += si * sj * told.Lead;
                if (!HasTies) continue;
                matrix[i, TieParameter] += si * told.Mixed;
                matrix[TieParameter, i] += si * told.Mixed;
            }
            if (HasTies) matrix[TieParameter, TieParameter] += told.Tie;
        }
        return matrix;
    }

    /// <summary>From "against the reference model" to "against the mean of the models": exact, where a pseudo-inverse leaves rounding in the null space.</summary>
    private double[,] Centred(double[,] inverse)
    {
        int size = _models + 2;
        var full = new double[size, size];
        int From(int i) => i < _models ? ParameterOf(i) : i == _models ? OrderParameter : TieParameter;
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
                if (From(i) >= 0 && From(j) >= 0) full[i, j] = inverse[From(i), From(j)];
        for (var i = 0; i < size; i++)
        {
            var mean = 0.0;
            for (var j = 0; j < _models; j++) mean += full[i, j] / _models;
            for (var j = 0; j < _models; j++) full[i, j] -= mean;
        }
        for (var j = 0; j < size; j++)
        {
            var mean = 0.0;
            for (var i = 0; i < _models; i++) mean += full[i, j] / _models;
            for (var i = 0; i < _models; i++) full[i, j] -= mean;
        }
        return full;
    }
}
