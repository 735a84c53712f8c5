namespace PrefEval.Stats;

/// <summary>
/// The sums over units from which every agreement statistic follows, kept by prompt too, so that leaving a prompt out is a subtraction.
/// </summary>
internal sealed class AgreementSums
{
    // One row of sums: the named ones, then the ratings by category in units judged twice or more, then the unit means of the shares.
    private const int TwiceJudged = 0, AllUnits = 1, InPairs = 2, Agreeing = 3, Distance = 4, Disagreeing = 5, LinearDistance = 6, UnitAgreement = 7, Named = 8;

    private readonly int _categories;
    private readonly int _width;
    private readonly int _observed;
    private readonly double[] _byPrompt;

    // Exact at rest: taking a prompt out works on a copy, so that no rounding piles up.
    private readonly double[] _total;
    private readonly double[] _now;

    public AgreementSums(Grouping units, ReadOnlySpan<int> prompt, ReadOnlySpan<int> category, int categories)
    {
        _categories = categories;
        _width = Named + 2 * categories;
        Prompts = Grouping.Highest(prompt) + 1;
        _byPrompt = new double[_width * Prompts];
        _total = new double[_width];
        var counts = new int[categories];
        var ratings = -1;
        EqualRaters = true;
        for (var u = 0; u < units.Count; u++)
        {
            var rows = units[u];
            if (rows.IsEmpty) continue;
            Array.Clear(counts);
            foreach (var row in rows)
            {
                if (prompt[row] != prompt[rows[0]]) throw new ArgumentException("A unit belongs to one prompt.", nameof(prompt));
                counts[category[row]]++;
            }
            AddUnit(_byPrompt.AsSpan(_width * prompt[rows[0]], _width), counts, rows.Length);
            if (rows.Length < 2) continue;
            EqualRaters &= ratings == -1 || ratings == rows.Length;
            ratings = rows.Length;
            Judgments += rows.Length;
        }
        for (var p = 0; p < Prompts; p++)
        {
            if (Overlaps(p)) OverlappingPrompts++;
            for (var i = 0; i < _width; i++) _total[i] += _byPrompt[_width * p + i];
        }
        _now = [.. _total];
        Units = (int)_total[TwiceJudged];
        Pairs = (long)_total[InPairs] / 2;
        for (var k = 0; k < categories; k++)
            if (_total[Named + categories + k] > 0) _observed++;
    }

    public int Prompts { get; }
    public int OverlappingPrompts { get; }
    public int Units { get; }

    /// <summary>Judgments in units judged twice or more.</summary>
    public int Judgments { get; }
    public long Pairs { get; }
    public bool EqualRaters { get; }

    public bool Overlaps(int prompt) => _byPrompt[_width * prompt + TwiceJudged] > 0;

    public void Leave(int prompt)
    {
        for (var i = 0; i < _width; i++) _now[i] = _total[i] - _byPrompt[_width * prompt + i];
    }

    public void TakeBack() => _total.CopyTo(_now, 0);

    /// <summary>Pairs of judgments that agree, pooled.</summary>
    public double? Percent => _now[InPairs] > 0 ? _now[Agreeing] / _now[InPairs] : null;

    /// <summary>1 for equal, 0 for opposite, in proportion between: with a tie in the middle, the tie-discounted score.</summary>
    public double? LinearScore => _now[InPairs] > 0 ? 1 - _now[Distance] / _now[InPairs] / (_categories - 1) : null;

    /// <summary>K. Krippendorff (2011), Computing Krippendorff's alpha-reliability: 1 - (n - 1) o / e over the coincidences of paired ratings.</summary>
    public double? AlphaNominal => Alpha(_now[Disagreeing], static (i, j) => i == j ? 0 : 1);

    public double? AlphaLinear => Alpha(_now[LinearDistance], static (i, j) => Math.Abs(i - j));

    /// <summary>J. L. Fleiss (1971), Measuring nominal scale agreement among many raters, Psychological Bulletin 76, 378-382. For equal numbers of raters.</summary>
    public double? FleissKappa
    {
        get
        {
            var (n, squares) = PairedRatings();
            var expected = squares / (n * n);
            return squares < n * n ? (Percent - expected) / (1 - expected) : null;
        }
    }

    /// <summary>
    /// K. L. Gwet (2008), Computing inter-rater reliability and its variance in the presence of high agreement, British Journal of Mathematical
    /// and Statistical Psychology 61, 29-48. Categories that were ever used count, also where leaving a prompt out empties one.
    /// </summary>
    public double? GwetAc1
    {
        get
        {
            if (_observed < 2 || _now[TwiceJudged] == 0) return null;
            var expected = 0.0;
            for (var k = 0; k < _categories; k++)
            {
                var share = _now[Named + _categories + k] / _now[AllUnits];
                expected += share * (1 - share) / (_observed - 1);
            }
            return (_now[UnitAgreement] / _now[TwiceJudged] - expected) / (1 - expected);
        }
    }

    private double? Alpha(double disagreement, Func<int, int, int> distance)
    {
        var n = 0.0;
        var expected = 0.0;
        for (var i = 0; i < _categories; i++)
        {
            n += _now[Named + i];
            for (var j = 0; j < _categories; j++) expected += _now[Named + i] * _now[Named + j] * distance(i, j);
        }
        return expected > 0 ? 1 - (n - 1) * disagreement / expected : null;
    }

    private (double N, double Squares) PairedRatings()
    {
        var (n, squares) = (0.0, 0.0);
        for (var k = 0; k < _categories; k++)
        {
            n += _now[Named + k];
            squares += _now[Named + k] * _now[Named + k];
        }
        return (n, squares);
    }

    private void AddUnit(Span<double> sums, ReadOnlySpan<int> counts, int ratings)
    {
        sums[AllUnits]++;
        for (var k = 0; k < _categories; k++) sums[Named + _categories + k] += (double)counts[k] / ratings;
        if (ratings < 2) return;

        double agreeing = 0, distance = 0;
        for (var k = 0; k < _categories; k++)
        {
            sums[Named + k] += counts[k];
            agreeing += (double)counts[k] * (counts[k] - 1);
            for (var l = 0; l < k; l++) distance += 2.0 * counts[k] * counts[l] * (k - l);
        }
        var pairs = (double)ratings * (ratings - 1);
        sums[TwiceJudged]++;
        sums[InPairs] += pairs;
        sums[Agreeing] += agreeing;
        sums[Distance] += distance;
        sums[Disagreeing] += (pairs - agreeing) / (ratings - 1);
        sums[LinearDistance] += distance / (ratings - 1);
        sums[UnitAgreement] += agreeing / pairs;
    }
}
