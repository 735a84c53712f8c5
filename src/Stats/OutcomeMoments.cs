namespace PrefEval.Stats;

/// <summary>
/// Sums over clusters of the counts k of the four outcomes: how many clusters, sum of k, sum of k k'. Every linear score of the outcomes
/// has its sums of squares from these, so ten estimands cost one pass; and they are whole numbers, so no order or label changes a bit.
/// </summary>
internal sealed class OutcomeMoments
{
    private readonly long[] _first = new long[4];
    private readonly long[] _second = new long[16];

    public int Clusters { get; private set; }

    public void Add(ReadOnlySpan<int> k)
    {
        Clusters++;
        for (var i = 0; i < 4; i++)
        {
            if (k[i] == 0) continue;
            _first[i] += k[i];
            for (var j = 0; j <= i; j++) _second[4 * i + j] += (long)k[i] * k[j];
        }
    }

    /// <summary>Sum over clusters of (points . k).</summary>
    public long Sum(ReadOnlySpan<int> points) => _first[0] * points[0] + _first[1] * points[1] + _first[2] * points[2] + _first[3] * points[3];

    /// <summary>Sum over clusters of (points . k) (others . k).</summary>
    public Int128 Product(ReadOnlySpan<int> points, ReadOnlySpan<int> others)
    {
        Int128 sum = 0;
        for (var i = 0; i < 4; i++)
        {
            sum += (Int128)_second[5 * i] * (points[i] * others[i]);
            for (var j = 0; j < i; j++) sum += (Int128)_second[4 * i + j] * (points[i] * others[j] + points[j] * others[i]);
        }
        return sum;
    }
}

/// <summary>The clusters of one kind (prompts, or raters) in one denominator, as moments by size: clusters of one size share the jackknife's divisor.</summary>
internal sealed class ClusterMoments
{
    private readonly List<(long Size, OutcomeMoments Moments)> _bySize = [];
    private readonly long _n;

    public int Count { get; }

    /// <summary>n^2 / sum of n_g^2. A. V. Carter, K. T. Schnepel and D. G. Steigerwald (2017), Review of Economics and Statistics 99, 698-709.</summary>
    public double Effective { get; }

    /// <param name="outcomes">Four counts a cluster, in the order of <see cref="Winner"/>; a cluster without any that count is none.</param>
    public ClusterMoments(ReadOnlySpan<int> outcomes, Denominator denominator)
    {
        var sizes = new Dictionary<int, OutcomeMoments>();
        for (var g = 0; g < outcomes.Length; g += 4)
        {
            var k = outcomes.Slice(g, 4);
            var size = denominator.Of(k);
            if (size == 0) continue;
            if (!sizes.TryGetValue(size, out var moments)) sizes[size] = moments = new();
            moments.Add(k);
        }
        Int128 squares = 0;
        foreach (var (size, moments) in sizes)
        {
            _bySize.Add((size, moments));
            Count += moments.Clusters;
            _n += (long)size * moments.Clusters;
            squares += (Int128)size * size * moments.Clusters;
        }
        _bySize.Sort((x, y) => x.Size.CompareTo(y.Size));
        Effective = Count == 0 ? 0 : (double)((Int128)_n * _n) / (double)squares;
    }

    /// <summary>
    /// The delete-one-cluster jackknife variance of the mean of the points, (G - 1) / G sum of (mean without g - mean)^2.
    /// J. G. MacKinnon, M. O. Nielsen and M. D. Webb (2023), Fast and reliable jackknife and bootstrap methods for cluster-robust inference,
    /// Journal of Applied Econometrics 38, 671-694. Null below two clusters.
    /// </summary>
    /// <param name="points">Nought for every outcome outside the denominator.</param>
    public double? Jackknife(ReadOnlySpan<int> points)
    {
        if (Count < 2) return null;
        Int128 n = _n, total = 0;
        foreach (var (_, moments) in _bySize) total += moments.Sum(points);
        var sum = 0.0;
        foreach (var (size, moments) in _bySize)
        {
            // mean without g - mean = (n_g S - n S_g) / (n (n - n_g)); its squares are summed exactly before anything is divided.
            var squares = size * total * (size * total * moments.Clusters - 2 * n * moments.Sum(points)) + n * n * moments.Product(points, points);
            var divisor = (double)_n * (_n - size);
            sum += (double)squares / (divisor * divisor);
        }
        return sum * (Count - 1) / Count;
    }
}
