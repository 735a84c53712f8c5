using CsCheck;
using PrefEval.Stats.Simulation;

namespace PrefEval.Stats.Tests;

/// <summary>Every fit against a slow solver that is right by construction: a slope that is nil along every direction of a concave function, or steps that can only climb.</summary>
public sealed class TheFitsTwice
{
    private const int Chain = 40;

    private static readonly Gen<TieModel> Models = Gen.Enum<TieModel>();

    /// <summary>Each pair by chance, neighbours always and with every outcome, so that a largest likelihood exists; counts from one to hundreds.</summary>
    private static readonly Gen<(ContestCell[] Cells, int Models)> Solvable =
        from models in Gen.Int[2, 7]
        from counts in Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 5], Gen.Int[0, 3]).Array[models * (models - 1)]
        select (Cells(models, counts), models);

    private static ContestCell[] Cells(int models, (int Low, int High, int Ties, int Scale)[] counts)
    {
        var cells = new List<ContestCell>();
        var next = 0;
        for (var low = 0; low < models; low++)
            for (var high = low + 1; high < models; high++)
                foreach (var side in new[] { 1, -1 })
                {
                    var (l, h, t, scale) = counts[next++];
                    if (scale == 3) l *= 60; // uneven
                    if (high == low + 1) (l, h, t) = (l + 1, h + 1, t + 1);
                    if (l + h + t > 0) cells.Add(new(low, high, side, l, h, t));
                }
        return [.. cells];
    }

    private static ContestCell[] AChain(Func<int, int, (int Low, int High, int Ties)> counts, int models = Chain) =>
        [.. from low in Enumerable.Range(0, models - 1) from side in new[] { 1, -1 } let c = counts(low, side) select new ContestCell(low, low + 1, side, c.Low, c.High, c.Ties)];

    private static ContestCell[] WithoutTies(ContestCell[] cells) => [.. cells.Select(c => c with { Ties = 0 })];

    /// <summary>The slopes of the log-likelihood in the lead and in the term for ties, from the chances as the papers print them.</summary>
    private static (double Lead, double Tie) Slopes(TieModel model, in ContestCell c, double eta, double tie)
    {
        double low, high, n = c.LowWins + c.HighWins + c.Ties;
        if (model == TieModel.RaoKupper)
        {
            (low, high) = (1 / (1 + Math.Exp(tie - eta)), 1 / (1 + Math.Exp(tie + eta)));
            var (a, b) = ((c.LowWins + c.Ties) * (1 - low), (c.HighWins + c.Ties) * (1 - high));
            return (a - b, (c.Ties > 0 ? 2 * c.Ties / (1 - Math.Exp(-2 * tie)) : 0) - a - b);
        }
        double x = Math.Exp(eta / 2), y = Math.Exp(-eta / 2), even = Math.Exp(tie), all = x + y + even;
        (low, high) = (x / all, y / all);
        return ((c.LowWins - c.HighWins) / 2 - n * (low - high) / 2, c.Ties - n * even / all);
    }

    /// <summary>
    /// Every direction in turn to where its own slope is nil, by halving, until none moves. Directions are the models one by one, or (a chain) all models beyond
    /// each link; then the order, then the ties.
    /// </summary>
    private static double[] ByHalving(ContestCell[] cells, int models, TieModel model, bool chain, bool order = true)
    {
        var ties = model != TieModel.HalfWins && cells.Any(c => c.Ties > 0);
        var tie = !ties ? model == TieModel.RaoKupper ? 0 : double.NegativeInfinity : 1.0;
        // Along direction d the lead of cell c changes by d[c].
        var directions = new List<double[]>();
        for (var m = 1; m < models; m++)
            directions.Add([.. cells.Select(c => chain ? (c.Low < m ? 0.0 : 1) - (c.High < m ? 0 : 1) : (c.Low == m ? 1.0 : 0) - (c.High == m ? 1 : 0))]);
        if (order) directions.Add([.. cells.Select(c => (double)c.Side)]);
        var touched = directions.Select(d => Enumerable.Range(0, cells.Length).Where(i => d[i] != 0).ToArray()).ToArray();
        var (at, eta) = (new double[directions.Count], new double[cells.Length]);

        static double Root(Func<double, double> slope, double lowest, double highest)
        {
            for (var middle = (lowest + highest) / 2; middle > lowest && middle < highest; middle = (lowest + highest) / 2)
                (lowest, highest) = slope(middle) > 0 ? (middle, highest) : (lowest, middle);
            return highest;
        }
        for (var (sweep, moved) = (0, 1.0); moved > 2e-14 && sweep < 30_000; sweep++)
        {
            moved = 0;
            var reach = sweep < 20 ? 60.0 : 1;
            for (var d = 0; d < directions.Count; d++)
            {
                foreach (var i in touched[d]) eta[i] -= directions[d][i] * at[d];
                var now = at[d];
                at[d] = Root(x => touched[d].Sum(i => directions[d][i] * Slopes(model, cells[i], eta[i] + directions[d][i] * x, tie).Lead), now - reach, now + reach);
                foreach (var i in touched[d]) eta[i] += directions[d][i] * at[d];
                moved = Math.Max(moved, Math.Abs(at[d] - now) / Math.Max(1, Math.Abs(now)));
            }
            if (!ties) continue;
            var before = tie;
            tie = Root(x => Enumerable.Range(0, cells.Length).Sum(i => Slopes(model, cells[i], eta[i], x).Tie), model == TieModel.RaoKupper ? 1e-9 : -40, 40);
            moved = Math.Max(moved, Math.Abs(tie - before));
            // Small sums leave rounding behind: start from the parameters again.
            for (var i = 0; i < eta.Length; i++) eta[i] = Enumerable.Range(0, at.Length).Sum(d => directions[d][i] * at[d]);
        }
        var strengths = new double[models];
        for (var m = 1; m < models; m++) strengths[m] = chain ? strengths[m - 1] + at[m - 1] : at[m - 1];
        return [.. strengths, order ? at[^1] : 0, tie];
    }

    private static void Same(double[] slow, DavidsonFit? fast, int models, double tolerance = 1e-10)
    {
        Assert.NotNull(fast);
        for (var m = 1; m < models; m++) Assert.Equal(slow[m] - slow[m - 1], fast.Strengths[m] - fast.Strengths[m - 1], tolerance);
        for (var m = 1; m < models; m++) Assert.Equal(slow[m], fast.Strengths[m] - fast.Strengths[0], tolerance * Math.Max(1, Math.Abs(slow[m])));
        Assert.Equal(slow[models], fast.Order, tolerance);
        if (fast.HasTies) Assert.Equal(slow[models + 1], fast.Tie, tolerance);
    }

    private static DavidsonFit? Newton(ContestCell[] cells, int models, TieModel model, bool order = true) =>
        DavidsonFit.Of(cells, models, order, model != TieModel.HalfWins && cells.Any(c => c.Ties > 0), false, model);

    [Fact]
    public void Newton_is_as_right_as_halving_in_every_model_of_ties() => Gen.Select(Solvable, Models, Gen.Bool).Sample((contest, model, ties) =>
    {
        var cells = ties ? contest.Cells : WithoutTies(contest.Cells);
        Same(ByHalving(cells, contest.Models, model, chain: false), Newton(cells, contest.Models, model), contest.Models);
    }, iter: 60);

    [Fact]
    public void Chains_of_forty_with_ties_and_sides_and_uneven_counts_too() =>
        Gen.Select(Gen.Select(Gen.Int[1, 400], Gen.Int[1, 9], Gen.Int[0, 30]).Array[2 * Chain], Models).Sample((counts, model) =>
        {
            var cells = AChain((low, side) => counts[2 * low + (side > 0 ? 1 : 0)]);
            Same(ByHalving(cells, Chain, model, chain: true), Newton(cells, Chain, model), Chain);
        }, iter: 12);

    [Theory]
    [InlineData(TieModel.Davidson)]
    [InlineData(TieModel.RaoKupper)]
    [InlineData(TieModel.HalfWins)]
    public void Chains_of_forty_that_one_judgment_keeps_from_falling_apart(TieModel model)
    {
        // Every link 20,000 to 1 on either side, a tie on every fifth: the strongest leads by hundreds.
        var cells = AChain((low, side) => (20_000, 1, low % 5 == 0 && side > 0 ? 1 : 0));
        Same(ByHalving(cells, Chain, model, chain: true), Newton(cells, Chain, model), Chain);
    }

    /// <summary>
    /// Minorise and maximise: D. R. Hunter (2004), MM algorithms for generalized Bradley-Terry models, Annals of Statistics 32, 384-406; for Davidson's ties the root of a
    /// product is below the mean of its factors. Every round climbs, without a matrix.
    /// </summary>
    private static double[] ByClimbing(ContestCell[] cells, int models, TieModel model)
    {
        var worth = Enumerable.Repeat(1.0, models).ToArray();
        var (nu, theta) = (model == TieModel.Davidson && cells.Any(c => c.Ties > 0) ? 1.0 : 0, cells.Any(c => c.Ties > 0) ? 2.0 : 1);
        for (var round = 0; round < 400_000; round++)
        {
            var (won, weight) = (new double[models], new double[models]);
            foreach (var c in cells)
            {
                double a = worth[c.Low], b = worth[c.High];
                if (model == TieModel.RaoKupper)
                {
                    double low = (c.LowWins + c.Ties) / (a + theta * b), high = (c.HighWins + c.Ties) / (theta * a + b);
                    won[c.Low] += c.LowWins + c.Ties;
                    won[c.High] += c.HighWins + c.Ties;
                    weight[c.Low] += low + theta * high;
                    weight[c.High] += theta * low + high;
                }
                else
                {
                    var all = a + b + nu * Math.Sqrt(a * b);
                    won[c.Low] += c.LowWins + c.Ties / 2;
                    won[c.High] += c.HighWins + c.Ties / 2;
                    weight[c.Low] += c.N / all * (1 + nu / 2 * Math.Sqrt(b / a));
                    weight[c.High] += c.N / all * (1 + nu / 2 * Math.Sqrt(a / b));
                }
            }
            var moved = 0.0;
            for (var m = 0; m < models; m++)
            {
                var next = won[m] / weight[m];
                moved = Math.Max(moved, Math.Abs(next / worth[m] - 1));
                worth[m] = next;
            }
            var before = (nu, theta);
            double ties = cells.Sum(c => c.Ties), even = 0;
            if (ties > 0 && model != TieModel.HalfWins)
            {
                foreach (var c in cells)
                {
                    double a = worth[c.Low], b = worth[c.High];
                    even += model == TieModel.Davidson ? c.N * Math.Sqrt(a * b) / (a + b + nu * Math.Sqrt(a * b))
                        : (c.LowWins + c.Ties) * b / (a + theta * b) + (c.HighWins + c.Ties) * a / (theta * a + b);
                }
                if (model == TieModel.Davidson) nu = ties / even;
                else
                {
                    // 2 theta ties / (theta^2 - 1) = even
                    var half = ties / even;
                    theta = half + Math.Sqrt(half * half + 1);
                }
            }
            if (Math.Max(moved, Math.Max(Math.Abs(nu - before.nu), Math.Abs(theta - before.theta))) < 1e-15) break;
        }
        return [.. worth.Select(w => Math.Log(w / worth[0])), 0, Math.Log(model == TieModel.RaoKupper ? theta : nu)];
    }

    [Fact]
    public void Newton_is_as_right_as_minorising_and_maximising() => Gen.Select(Solvable, Models).Sample((contest, model) =>
        Same(ByClimbing(contest.Cells, contest.Models, model), Newton(contest.Cells, contest.Models, model, order: false), contest.Models), iter: 25);

    [Theory]
    [InlineData(TieModel.Davidson)]
    [InlineData(TieModel.RaoKupper)]
    [InlineData(TieModel.HalfWins)]
    public void Chains_of_forty_too(TieModel model)
    {
        var cells = AChain((low, side) => (6 + low % 7, 4 + low % 3, side > 0 ? 2 + low % 2 : 1));
        Same(ByClimbing(cells, Chain, model), Newton(cells, Chain, model, order: false), Chain, 2e-10);
    }

    /// <summary>Log-likelihood, information and their penalty from the chances alone, by differences: nothing of the fit's algebra.</summary>
    private static double[] PenalizedStep(ContestCell[] cells, int models, DavidsonFit fit, TieModel model)
    {
        var size = models - 1 + (fit.HasOrder ? 1 : 0) + (fit.HasTies ? 1 : 0);
        double[] at = [.. Enumerable.Range(1, models - 1).Select(m => fit.Strengths[m] - fit.Strengths[0])];
        if (fit.HasOrder) at = [.. at, fit.Order];
        if (fit.HasTies) at = [.. at, fit.Tie];
        double Lead(double[] p, in ContestCell c) =>
            (c.Low == 0 ? 0 : p[c.Low - 1]) - (c.High == 0 ? 0 : p[c.High - 1]) + (fit.HasOrder ? c.Side * p[models - 1] : 0);
        double Tie(double[] p) => fit.HasTies ? p[^1] : model == TieModel.RaoKupper ? 0 : double.NegativeInfinity;

        double[] Score(double[] p, Func<ContestCell, ContestCell> seen)
        {
            var score = new double[size];
            foreach (var c in cells)
            {
                var (lead, tie) = Slopes(model, seen(c), Lead(p, c), Tie(p));
                if (c.Low > 0) score[c.Low - 1] += lead;
                if (c.High > 0) score[c.High - 1] -= lead;
                if (fit.HasOrder) score[models - 1] += c.Side * lead;
                if (fit.HasTies) score[^1] += tie;
            }
            return score;
        }
        // The expected information: minus the slope of the score, at p, of the counts that p expects.
        double[,] Information(double[] p)
        {
            var information = new double[size, size];
            ContestCell Expected(ContestCell c)
            {
                var (eta, tie) = (Lead(p, c), Tie(p));
                double low, high;
                if (model == TieModel.RaoKupper) (low, high) = (1 / (1 + Math.Exp(tie - eta)), 1 / (1 + Math.Exp(tie + eta)));
                else (low, high) = (1 / (1 + Math.Exp(-eta) + Math.Exp(tie - eta / 2)), 1 / (1 + Math.Exp(eta) + Math.Exp(tie + eta / 2)));
                return c with { LowWins = c.N * low, HighWins = c.N * high, Ties = fit.HasTies ? c.N * (1 - low - high) : 0 };
            }
            for (var j = 0; j < size; j++)
            {
                var column = Slope(h => Score([.. p.Select((x, k) => k == j ? x + h : x)], Expected), 1e-3);
                for (var i = 0; i < size; i++) information[i, j] = -column[i];
            }
            return information;
        }
        var pull = Slope(h => [], 1);
        pull = [.. Enumerable.Range(0, size).Select(j => Slope(h => [LogDeterminant(Information([.. at.Select((x, k) => k == j ? x + h : x)])) / 2], 1e-3)[0])];
        double[] penalized = [.. Score(at, c => c).Zip(pull, (s, p) => s + p)];
        return Solve(Information(at), penalized);
    }

    /// <summary>The derivative at 0, by differences of sixth order.</summary>
    private static double[] Slope(Func<double, double[]> of, double h)
    {
        double[] a = of(h), b = of(-h), c = of(2 * h), d = of(-2 * h), e = of(3 * h), f = of(-3 * h);
        return [.. a.Select((_, i) => (45 * (a[i] - b[i]) - 9 * (c[i] - d[i]) + e[i] - f[i]) / (60 * h))];
    }

    private static double LogDeterminant(double[,] matrix)
    {
        var (m, log) = ((double[,])matrix.Clone(), 0.0);
        for (var k = 0; k < m.GetLength(0); k++)
        {
            log += Math.Log(m[k, k]);
            for (var i = k + 1; i < m.GetLength(0); i++)
                for (var j = m.GetLength(0) - 1; j >= k; j--) m[i, j] -= m[i, k] / m[k, k] * m[k, j];
        }
        return log;
    }

    private static double[] Solve(double[,] matrix, double[] right)
    {
        var n = right.Length;
        var (m, x) = ((double[,])matrix.Clone(), (double[])right.Clone());
        for (var k = 0; k < n; k++)
            for (var i = 0; i < n; i++)
            {
                if (i == k) continue;
                var factor = m[i, k] / m[k, k];
                for (var j = k; j < n; j++) m[i, j] -= factor * m[k, j];
                x[i] -= factor * x[k];
            }
        for (var k = 0; k < n; k++) x[k] /= m[k, k];
        return x;
    }

    [Fact]
    public void Firths_penalized_slope_is_nil_at_the_fit() =>
        Gen.Select(Gen.Int[2, 5], Gen.Select(Gen.Int[0, 6], Gen.Int[0, 1], Gen.Int[0, 2]).Array[20], Models, Gen.Bool).Sample((models, counts, model, order) =>
        {
            // The lower model hardly ever loses; every pair meets on both sides.
            var next = 0;
            ContestCell[] cells = [.. from low in Enumerable.Range(0, models) from high in Enumerable.Range(low + 1, models - low - 1) from side in new[] { 1, -1 }
                let c = counts[next++ % 20] select new ContestCell(low, high, side, c.Item1 + 1, low == 0 ? 0 : c.Item2, c.Item3)];
            var fit = DavidsonFit.Of(cells, models, order, model != TieModel.HalfWins && cells.Any(c => c.Ties > 0), true, model);
            Assert.NotNull(fit);
            // What another step of Newton's would still move.
            Assert.All(PenalizedStep(cells, models, fit, model), s => Assert.Equal(0, s, 1e-7)); // the differences are good to some 1e-8
        }, iter: 40);

    /// <summary>Of two models without ties the likelihood at "equal" is known, and Firth's penalty is half a win for either.</summary>
    [Theory]
    [InlineData(12, 5, false)]
    [InlineData(3, 90, false)]
    [InlineData(100, 0, true)]
    [InlineData(7, 2, true)]
    public void The_root_of_the_likelihood_ratio_has_its_closed_form(int wins, int losses, bool penalized)
    {
        var fit = DavidsonFit.Of([new ContestCell(0, 1, 0, wins, losses, 0)], 2, false, false, penalized)!;
        double half = penalized ? 0.5 : 0, w = wins + half, l = losses + half, p = w / (w + l);
        foreach (var value in new[] { 0, 0.7, -1.3 })
        {
            var held = 1 / (1 + Math.Exp(-value));
            var ratio = 2 * (w * Math.Log(p / held) + l * Math.Log((1 - p) / (1 - held)));
            Assert.Equal(Math.Sign(Math.Log(w / l) - value) * Math.Sqrt(ratio), fit.Root([1, -1], value)!.Value, 1e-9);
        }
    }

    [Fact]
    public void The_length_of_answers_is_controlled_as_by_halving() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 2000], Gen.Int[1, 2000], Gen.Int[0, 3]).Array[8, 60].Sample(rows =>
        {
            var winner = rows.Select(r => r.Item1 switch { 0 => Winner.A, 1 => Winner.B, _ => Winner.Tie }).ToArray();
            int[] prompt = [.. Enumerable.Range(0, rows.Length)], rater = [.. rows.Select(r => r.Item4)];
            var e = LengthControl.Estimate(new(prompt, rater, winner), [.. rows.Select(r => r.Item2)], [.. rows.Select(r => r.Item3)]);
            if (e.WinRate.Independent.Status != EstimateStatus.Ok) return;
            var difference = rows.Select(r => (double)r.Item2 - r.Item3).ToArray();
            var x = difference.Select(d => Math.Tanh(d / e.Sd!.Value)).ToArray();
            var y = winner.Select(w => w switch { Winner.A => 1.0, Winner.B => 0, _ => 0.5 }).ToArray();
            double a = 0, b = 0;
            double Root(Func<double, double> slope)
            {
                var (lowest, highest) = (-200.0, 200.0);
                for (var middle = 0.0; middle > lowest && middle < highest; middle = (lowest + highest) / 2)
                    (lowest, highest) = slope(middle) > 0 ? (middle, highest) : (lowest, middle);
                return highest;
            }
            for (var (round, moved) = (0, 1.0); round < 5000 && moved > 1e-14; round++)
            {
                var before = (a, b);
                a = Root(v => x.Select((f, i) => y[i] - 1 / (1 + Math.Exp(-v - b * f))).Sum());
                b = Root(v => x.Select((f, i) => f * (y[i] - 1 / (1 + Math.Exp(-a - v * f)))).Sum());
                moved = Math.Max(Math.Abs(a - before.a), Math.Abs(b - before.b));
            }
            Assert.Equal(1 / (1 + Math.Exp(-a)), e.WinRate.Independent.Value!.Value, 1e-10);
            Assert.Equal(b, e.Slope.Independent.Value!.Value, 1e-10 * Math.Max(1, Math.Abs(b)));
        }, iter: 40);

    /// <summary>Expectation and maximization as in the paper: products of chances, one unit, one rater, one category at a time.</summary>
    [Fact]
    public void Dawid_and_Skenes_errors_are_those_of_the_plain_algorithm()
    {
        var compared = 0;
        // The same forty studies each time: a climb that begins on a ridge goes the way that rounding says.
        for (var study = 0; study < 40; study++)
        {
            var drawn = Chance.For(11, study);
            var (categories, raters) = (2 + drawn.NextInt(3), 3 + drawn.NextInt(3));
            const int Units = 30;
            List<int> unit = [], rater = [], category = [];
            for (var u = 0; u < Units; u++)
                for (var r = 0; r < raters; r++)
                {
                    unit.Add(u);
                    rater.Add(r);
                    var said = drawn.NextInt(100);
                    category.Add(said < 70 ? u % categories : said % categories);
                }
            const double Settled = 1e-10; // both stop there: a slow climb is some way from its end
            var fit = DawidSkene.Fit([.. unit], [.. rater], [.. category], categories, Settled);
            if (!fit.Converged) continue;
            compared++;

            var said2 = new int[Units, raters];
            for (var i = 0; i < unit.Count; i++) said2[unit[i], rater[i]] = category[i];
            var truth = new double[Units, categories];
            for (var i = 0; i < unit.Count; i++) truth[unit[i], category[i]] += 1.0 / raters;
            var (share, error) = (new double[categories], new double[raters, categories, categories]);
            var (reached, moved) = (0.0, 1.0);
            while (moved > Settled)
            {
                for (var k = 0; k < categories; k++)
                {
                    share[k] = 0;
                    for (var u = 0; u < Units; u++) share[k] += truth[u, k] / Units;
                    for (var r = 0; r < raters; r++)
                        for (var l = 0; l < categories; l++)
                        {
                            double of = 0, all = 0;
                            for (var u = 0; u < Units; u++)
                            {
                                all += truth[u, k];
                                if (said2[u, r] == l) of += truth[u, k];
                            }
                            error[r, k, l] = all > 0 ? of / all : 0;
                        }
                }
                (reached, moved) = (0, 0);
                for (var u = 0; u < Units; u++)
                {
                    var (chance, sum) = (new double[categories], 0.0);
                    for (var k = 0; k < categories; k++)
                    {
                        chance[k] = share[k];
                        for (var r = 0; r < raters; r++) chance[k] *= error[r, k, said2[u, r]];
                        sum += chance[k];
                    }
                    reached += Math.Log(sum);
                    for (var k = 0; k < categories; k++)
                    {
                        moved = Math.Max(moved, Math.Abs(truth[u, k] - chance[k] / sum));
                        truth[u, k] = chance[k] / sum;
                    }
                }
            }
            Assert.Equal(reached, fit.LogLikelihood, 1e-8);
            for (var k = 0; k < categories; k++)
            {
                Assert.Equal(share[k], fit.Marginals[k], 1e-5);
                for (var r = 0; r < raters; r++)
                    for (var l = 0; l < categories; l++) Assert.Equal(error[r, k, l], fit.ErrorRates[r]![k * categories + l], 1e-5);
            }
        }
        Assert.InRange(compared, 30, 40);
    }
}
