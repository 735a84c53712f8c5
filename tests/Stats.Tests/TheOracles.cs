using MathNet.Numerics;

namespace PrefEval.Stats.Tests;

/// <summary>What other books recommend, held to its golden values and then against ours: none of it is offered.</summary>
public sealed class TheOracles
{
    /// <summary>
    /// Bell and McCaffrey's CR2 for a mean, with Satterthwaite's degrees of freedom (working model: independence): in each cluster the residuals are stretched by
    /// (1 - n_g/n)^(-1/2).
    /// </summary>
    private static (double Se, double Df) Cr2(double[] score, int[] cluster)
    {
        double n = score.Length, mean = score.Average();
        var groups = cluster.Zip(score).GroupBy(x => x.First).Select(g => (N: (double)g.Count(), Sum: g.Sum(x => x.Second - mean))).ToArray();
        var variance = groups.Sum(g => g.Sum * g.Sum / (1 - g.N / n)) / n / n;
        double Inner(int i, int j) => ((i == j ? groups[i].N : 0) - groups[i].N * groups[j].N / n) / Math.Sqrt((1 - groups[i].N / n) * (1 - groups[j].N / n));
        var (trace, squares) = (0.0, 0.0);
        for (var i = 0; i < groups.Length; i++)
        {
            trace += Inner(i, i);
            for (var j = 0; j < groups.Length; j++) squares += Inner(i, j) * Inner(i, j);
        }
        return (Math.Sqrt(variance), trace * trace / squares);
    }

    [Fact]
    public void Cr2_is_near_the_jackknife()
    {
        // golden clustered_mean_d1 (R clubSandwich)
        var d1 = Rows.D1;
        var (byPrompt, byRater) = (Cr2(d1.Scores, d1.Prompt), Cr2(d1.Scores, d1.Rater));
        Assert.Equal(0.0450646322796691, byPrompt.Se, 1e-12);
        Assert.Equal(26.0024819794009, byPrompt.Df, 1e-10);
        Assert.Equal(0.0783962840542234, byRater.Se, 1e-12);
        Assert.Equal(4.93472459195068, byRater.Df, 1e-10);
        var mean = d1.Scores.Average();
        Assert.Equal(0.379590974258966, mean - Quantile.Student(0.95, byPrompt.Df) * byPrompt.Se, 1e-9);
        Assert.Equal(0.67455071779005, mean + Quantile.Student(0.95, byRater.Df) * byRater.Se, 1e-9);

        var ours = TwoWay.Jackknife(d1.Scores, d1.Prompt, d1.Rater);
        Assert.Equal(1, Math.Sqrt(ours.Prompt!.Value) / byPrompt.Se, 0.01);
        Assert.Equal(1, Math.Sqrt(ours.Rater!.Value) / byRater.Se, 0.01);
        Assert.Equal(26, ours.EffectivePrompts - 1, 0.01);
        Assert.Equal(byRater.Df, ours.EffectiveRaters - 1, 0.01);
    }

    /// <summary>C. P. Sison and J. Glaz (1995), Simultaneous confidence intervals and sample size determination for multinomial proportions, JASA 90, 366-369.</summary>
    private static (double Lower, double Upper)[] SisonGlaz(int[] counts, double confidence)
    {
        int n = counts.Sum(), k = counts.Length;
        // The chance that every count comes within c of its own, counts drawn as Poisson given their sum (Edgeworth for the sum).
        double Within(int c)
        {
            double product = 1, mean = 0, variance = 0, third = 0, fourth = 0;
            foreach (var count in counts)
            {
                var (moments, mass) = (new double[5], 0.0);
                for (var x = Math.Max(0, count - c); x <= count + c; x++)
                {
                    var chance = Math.Exp((count == 0 ? x == 0 ? 0 : double.NegativeInfinity : x * Math.Log(count)) - count - SpecialFunctions.GammaLn(x + 1.0));
                    mass += chance;
                    for (var p = 1; p <= 4; p++) moments[p] += chance * Math.Pow(x, p);
                }
                for (var p = 1; p <= 4; p++) moments[p] /= mass;
                var (m, s2) = (moments[1], moments[2] - moments[1] * moments[1]);
                product *= mass;
                mean += m;
                variance += s2;
                third += moments[3] - 3 * moments[2] * m + 2 * m * m * m;
                fourth += moments[4] - 4 * moments[3] * m + 6 * moments[2] * m * m - 3 * m * m * m * m - 3 * s2 * s2;
            }
            var (z, skew, excess) = ((n - mean) / Math.Sqrt(variance), third / Math.Pow(variance, 1.5), fourth / variance / variance);
            var z2 = z * z;
            var density = Math.Exp(-z2 / 2) / Math.Sqrt(2 * Math.PI * variance)
                * (1 + (z * z2 - 3 * z) * skew / 6 + (z2 * z2 - 6 * z2 + 3) * excess / 24 + (z2 * z2 * z2 - 15 * z2 * z2 + 45 * z2 - 15) * skew * skew / 72);
            return density * product / Math.Exp(n * Math.Log(n) - n - SpecialFunctions.GammaLn(n + 1.0));
        }
        for (var c = 0; ; c++)
        {
            var (now, next) = (Within(c), Within(c + 1));
            if (now > confidence || next <= confidence) continue;
            var gamma = (confidence - now) / (next - now);
            return [.. counts.Select(x => (Math.Max(0, (double)(x - c) / n), Math.Min(1, (x + c + 2 * gamma) / n)))];
        }
    }

    [Theory]
    // golden multinomial_ci (statsmodels); the last also in Sison and Glaz
    [InlineData(new[] { 57, 20, 23 }, new[] { 0.48, 0.675705103991252, 0.11, 0.30570510399125206, 0.14, 0.3357051039912521 })]
    [InlineData(new[] { 12, 36, 2 }, new[] { 0.14, 0.3747663616479843, 0.62, 0.8547663616479844, 0.0, 0.17476636164798434 })]
    [InlineData(new[] { 400, 250, 350 }, new[] { 0.366, 0.43416766477950314, 0.216, 0.2841676647795031, 0.316, 0.3841676647795031 })]
    public void Sison_and_Glaz_give_the_same_shares_about_the_same_room(int[] counts, double[] limits)
    {
        var ours = Goodman.Intervals([.. counts.Select(c => (double)c)]);
        foreach (var ((lower, upper), at) in SisonGlaz(counts, 0.95).Select((x, i) => (x, i)))
        {
            Assert.Equal(limits[2 * at], lower, 1e-9);
            Assert.Equal(limits[2 * at + 1], upper, 1e-9);
            Assert.Equal(upper - lower, ours[at].Upper - ours[at].Lower, 0.1);
        }
    }
}
