using PrefEval.Stats.Simulation;

namespace PrefEval.Stats;

/// <summary>Exact draws of counts: the multinomial as a chain of binomials, each of what is left.</summary>
internal static class Multinomial
{
    // log k! less Stirling's formula, for small k + 1.
    private static readonly double[] Rest = [.. Enumerable.Range(0, 10).Select(k => LogFactorial(k) - (k + 0.5) * Math.Log(k + 1) + (k + 1) - Math.Log(2 * Math.PI) / 2)];

    /// <summary>As many judgments as the study has, each one of the study's with equal chance: by code.</summary>
    public static void Draw(Chance chance, int n, ContestCells study, Span<int> counts)
    {
        int left = n, among = n;
        for (var code = 0; code < counts.Length; code++)
        {
            var own = study.CountOf(code);
            counts[code] = own == 0 || left == 0 ? 0 : own == among ? left : Binomial(chance, left, (double)own / among);
            left -= counts[code];
            among -= own;
        }
    }

    /// <summary>How many of n succeed, each with chance p in [0, 1].</summary>
    public static int Binomial(Chance chance, int n, double p) =>
        p > 0.5 ? n - Binomial(chance, n, 1 - p) : n * p < 10 ? BySearch(chance, n, p) : ByRejection(chance, n, p);

    private static int BySearch(Chance chance, int n, double p)
    {
        if (p <= 0) return 0;
        var odds = p / (1 - p);
        while (true)
        {
            var u = chance.NextDouble();
            var mass = Math.Exp(n * double.LogP1(-p));
            for (var k = 0; k <= n; k++)
            {
                if (u < mass) return k;
                u -= mass;
                mass *= odds * (n - k) / (k + 1);
            }
            // Rounding let u fall beyond the last one: draw again.
        }
    }

    /// <summary>W. Hoermann (1993), The generation of binomial random variates, Journal of Statistical Computation and Simulation 46, 101-110: algorithm BTRS, for np >= 10, p &lt;= 1/2.</summary>
    private static int ByRejection(Chance chance, int n, double p)
    {
        var spread = Math.Sqrt(n * p * (1 - p));
        var b = 1.15 + 2.53 * spread;
        var a = -0.0873 + 0.0248 * b + 0.01 * p;
        var centre = n * p + 0.5;
        var surely = 0.92 - 4.2 / b;
        while (true)
        {
            var u = chance.NextDouble() - 0.5;
            var v = chance.NextDouble();
            var edge = 0.5 - Math.Abs(u);
            var x = Math.Floor((2 * a / edge + b) * u + centre);
            if (edge >= 0.07 && v <= surely) return (int)x;
            if (!(x >= 0 && x <= n)) continue;

            var k = (int)x;
            var m = (int)((n + 1) * p);
            var odds = p / (1 - p);
            var bound = (m + 0.5) * Math.Log((m + 1) / (odds * (n - m + 1))) + (n + 1.0) * Math.Log((n - m + 1.0) / (n - k + 1.0))
                + (k + 0.5) * Math.Log(odds * (n - k + 1.0) / (k + 1.0)) + Stirling(m) + Stirling(n - m) - Stirling(k) - Stirling(n - k);
            if (Math.Log(v * (2.83 + 5.1 / b) * spread / (a / (edge * edge) + b)) <= bound) return k;
        }
    }

    private static double Stirling(int k)
    {
        if (k < Rest.Length) return Rest[k];
        double x = k + 1, square = x * x;
        return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / x;
    }

    private static double LogFactorial(int k)
    {
        var sum = 0.0;
        for (var i = 2; i <= k; i++) sum += Math.Log(i);
        return sum;
    }
}
