using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PrefEval.Stats.Simulation;

namespace PrefEval.Stats;

/// <summary>
/// Strengths by drawing the study again and again and fitting each drawing: slower than the sandwich, and a check on it that shares none of its algebra.
/// <code>
/// var drawn = LeaderboardBootstrap.PromptsAndRaters(new ContestColumns(prompt, rater, modelA, modelB, winner, left), seed: 1);
/// drawn.Rows[0].Se    // in log-odds, as the leaderboard's strengths
/// </code>
/// A drawing is a function of the seed and its number alone, and counts are whole numbers: the same seed gives the same bits, whatever the order of the rows.
/// </summary>
public static class LeaderboardBootstrap
{
    /// <summary>Votes drawn with replacement, as if they were independent: what arenas print, too narrow wherever prompts or raters differ.</summary>
    /// <param name="resamples">Enough for both tails: at least 2 / (1 - confidence).</param>
    public static BootstrapEstimates Votes(in ContestColumns judgments, ulong seed, int resamples = 1000, double confidence = 0.95, TieModel ties = TieModel.Davidson)
    {
        Check(resamples, confidence, ties);
        var study = Study.Of(judgments, ties);
        if (study.Fit is null) return study.NoAnswer("votes_bootstrap", seed, resamples, confidence);
        var drawn = new Drawn(study, resamples);
        var counts = new int[study.Counts.Codes];
        for (var b = 0; b < resamples; b++)
        {
            Multinomial.Draw(Chance.For(seed, b), study.N, study.Counts, counts);
            drawn.Add(counts);
        }
        return drawn.Estimates("votes_bootstrap", seed, confidence);
    }

    /// <summary>
    /// Prompts and raters drawn with replacement, each apart; a judgment counts as often as its prompt was drawn times its rater: A. B. Owen (2007), The pigeonhole
    /// bootstrap, Annals of Applied Statistics 1, 386-411. Errs to the safe side: what belongs to neither prompt nor rater it counts about three times, so its variance
    /// is the two-way one and two variances of independent judgments more (by cell, to be exact), which is little where prompts or raters matter.
    /// </summary>
    public static BootstrapEstimates PromptsAndRaters(in ContestColumns judgments, ulong seed, int resamples = 1000, double confidence = 0.95, TieModel ties = TieModel.Davidson)
    {
        Check(resamples, confidence, ties);
        var study = Study.Of(judgments, ties);
        if (study.Fit is null) return study.NoAnswer("pigeonhole_bootstrap", seed, resamples, confidence);
        var drawn = new Drawn(study, resamples);
        const int Lanes = sizeof(ulong); // drawn side by side, so that one pass over the columns serves all
        var (prompts, raters) = (new Weights(judgments.Prompt), new Weights(judgments.Rater));
        var sums = new Vector256<int>[study.Counts.Codes];
        var counts = new int[sums.Length];
        for (var first = 0; first < resamples; first += Lanes)
        {
            prompts.Clear();
            raters.Clear();
            Array.Clear(sums);
            for (var lane = 0; lane < Lanes; lane++)
            {
                var chance = Chance.For(seed, first + lane);
                prompts.Draw(chance, lane);
                raters.Draw(chance, lane);
            }
            for (var i = 0; i < judgments.Count; i++)
            {
                var code = study.Counts.CodeOf(judgments, i);
                if (code < 0) continue;
                var times = Weights.Side(prompts.Of[judgments.Prompt[i]]) * Weights.Side(raters.Of[judgments.Rater[i]]); // 255 x 255 at most
                sums[code] += Vector256.WidenLower(times.ToVector256Unsafe()).AsInt32();
            }
            for (var lane = 0; lane < Lanes && first + lane < resamples; lane++)
            {
                for (var code = 0; code < counts.Length; code++) counts[code] = sums[code][lane];
                drawn.Add(counts);
            }
        }
        return drawn.Estimates("pigeonhole_bootstrap", seed, confidence);
    }

    private static void Check(int resamples, double confidence, TieModel ties)
    {
        Door.Confidence(confidence);
        Door.Known(ties, nameof(ties));
        if ((resamples + 1.0) * (1 - confidence) / 2 < 1 - 1e-9) throw new ArgumentOutOfRangeException(nameof(resamples), "Too few resamples to reach into both tails at this confidence.");
    }

    /// <summary>How often each cluster was drawn, eight resamples side by side, a byte each: rows come in any order, and small weights stay near.</summary>
    private sealed class Weights
    {
        private readonly int[] _clusters; // an index that nobody used is no cluster

        public Weights(ReadOnlySpan<int> index)
        {
            var used = new bool[Grouping.Highest(index) + 1];
            foreach (var i in index) used[i] = true;
            _clusters = [.. Enumerable.Range(0, used.Length).Where(i => used[i])];
            Of = new ulong[used.Length];
        }

        public ulong[] Of { get; }

        public static Vector128<ushort> Side(ulong weights) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(weights).AsByte());

        public void Clear() => Array.Clear(Of);

        public void Draw(Chance chance, int lane)
        {
            // Of many clusters one is drawn 256 times with a chance of 1e-500: the byte does not run over.
            var weights = MemoryMarshal.AsBytes(Of.AsSpan());
            for (var g = 0; g < _clusters.Length; g++) weights[sizeof(ulong) * _clusters[chance.NextInt(_clusters.Length)] + lane]++;
        }
    }

    /// <summary>The study as it was: its counts and its fit, from which every resample's starts.</summary>
    private sealed record Study(ContestCells Counts, int N, BootstrapStatus Status, int[] Models, DavidsonFit? Fit, TieModel Ties)
    {
        public static Study Of(in ContestColumns judgments, TieModel ties)
        {
            var counts = new ContestCells(judgments);
            var cells = counts.All();
            var component = ContestGraph.Components(cells, counts.Models, out var components);
            int[] models = [.. Enumerable.Range(0, counts.Models).Where(m => component[m] >= 0)];
            var fit = components == 1 ? Unpenalized(Placed(cells, models), models.Length, ties) : null;
            var status = components == 0 ? BootstrapStatus.NoJudgments : components > 1 ? BootstrapStatus.NotConnected : fit is null ? BootstrapStatus.NoMaximum : BootstrapStatus.Ok;
            return new(counts, judgments.Count - counts.AgainstItself, status, models, fit, ties);
        }

        public BootstrapEstimates NoAnswer(string method, ulong seed, int resamples, double confidence) => new()
        {
            Status = Status,
            Method = method,
            Seed = seed,
            Resamples = resamples,
            WithoutMaximum = 0,
            N = N,
            Confidence = confidence,
            Rows = [.. Models.Select(m => new BootstrapRow { Model = m, Value = null, Se = null, Lower = null, Upper = null })],
        };
    }

    /// <summary>Models by their place among those that were judged.</summary>
    private static ContestCell[] Placed(IEnumerable<ContestCell> cells, int[] models) =>
        [.. cells.Select(c => c with { Low = Array.BinarySearch(models, c.Low), High = Array.BinarySearch(models, c.High) })];

    /// <summary>The fit that the leaderboard makes of one table, but never with a penalty.</summary>
    private static DavidsonFit? Unpenalized(ContestCell[] cells, int models, TieModel ties)
    {
        if (!cells.Any(c => c.LowWins + c.HighWins > 0) || !ContestGraph.IsStronglyConnected(cells, models)) return null;
        var order = cells.Any(c => c.Side != 0) && ContestGraph.TellsSidesFromStrength(cells, models);
        return DavidsonFit.Of(cells, models, order, ties != TieModel.HalfWins && cells.Any(c => c.Ties > 0), penalized: false, ties);
    }

    /// <summary>The strengths of every resample so far.</summary>
    private sealed class Drawn
    {
        private readonly Study _study;
        private readonly WarmNewton? _newton; // Rao and Kupper's ties go the long way
        private readonly List<double>[] _strengths;
        private readonly double[] _now;
        private readonly int _resamples;

        public Drawn(Study study, int resamples)
        {
            (_study, _resamples) = (study, resamples);
            _newton = study.Ties == TieModel.RaoKupper ? null : new(study.Counts, study.Models, study.Fit!);
            _strengths = [.. study.Models.Select(_ => new List<double>(resamples))];
            _now = new double[study.Models.Length];
        }

        /// <param name="counts">By code.</param>
        public void Add(int[] counts)
        {
            if (_newton?.Fit(counts, _now) == true)
            {
                for (var m = 0; m < _now.Length; m++) _strengths[m].Add(_now[m]);
                return;
            }
            // Rare: Newton left the neighbourhood of the study's own estimate, or there is nowhere to go.
            var cells = Placed(_study.Counts.All(counts), _study.Models);
            _ = ContestGraph.Components(cells, _now.Length, out var components);
            var met = cells.SelectMany(c => new[] { c.Low, c.High }).Distinct().Count();
            if (components != 1 || met < _now.Length || Unpenalized(cells, _now.Length, _study.Ties) is not { } fit) return;
            var strengths = fit.Strengths;
            for (var m = 0; m < _now.Length; m++) _strengths[m].Add(strengths[m]);
        }

        public BootstrapEstimates Estimates(string method, ulong seed, double confidence)
        {
            var kept = _strengths[0].Count;
            var bare = _study.NoAnswer(method, seed, _resamples, confidence) with { WithoutMaximum = _resamples - kept };
            var values = _study.Fit!.Strengths;
            if (2 * kept < _resamples || (kept + 1) * (1 - confidence) / 2 < 1 - 1e-9) return bare with { Status = BootstrapStatus.NoMaximum };
            var rows = _study.Models.Select((model, m) =>
            {
                var drawn = _strengths[m];
                drawn.Sort();
                var (mean, squares) = (drawn.Average(), 0.0);
                foreach (var s in drawn) squares += (s - mean) * (s - mean);
                var se = Math.Sqrt(squares / (kept - 1));
                var (lower, upper) = (Percentile(drawn, (1 - confidence) / 2), Percentile(drawn, (1 + confidence) / 2));
                return upper - lower > 1e-9
                    ? new BootstrapRow { Model = model, Value = values[m], Se = se, Lower = lower, Upper = upper }
                    : new BootstrapRow { Model = model, Value = values[m], Se = null, Lower = null, Upper = null };
            }).ToArray();
            return bare with
            {
                Status = rows.Any(r => r.Se is null) ? BootstrapStatus.NoVariation : kept < _resamples ? BootstrapStatus.SomeWithoutMaximum : BootstrapStatus.Ok,
                Rows = rows,
            };
        }

        /// <summary>The (B + 1) p-th smallest, between two of them by their distance.</summary>
        private static double Percentile(List<double> sorted, double p)
        {
            var at = Math.Clamp((sorted.Count + 1) * p - 1, 0, sorted.Count - 1);
            var below = Math.Min((int)at, sorted.Count - 2);
            return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
        }
    }
}

public enum BootstrapStatus
{
    Ok,
    NoJudgments,

    /// <summary>Some models never met, not even through others: bootstrap each group by itself.</summary>
    NotConnected,

    /// <summary>The study itself, or most of what was drawn from it, has no finite strengths that are likeliest: nothing is given.</summary>
    NoMaximum,

    /// <summary>Errors and intervals rest on the resamples that had a maximum; <see cref="BootstrapEstimates.WithoutMaximum"/> says how many had none, which would have been the most extreme.</summary>
    SomeWithoutMaximum,

    /// <summary>Every resample said the same of some model, so nothing is known of its spread.</summary>
    NoVariation,
}

public sealed record BootstrapEstimates
{
    public required BootstrapStatus Status { get; init; }
    public required string Method { get; init; }
    public required ulong Seed { get; init; }
    public required int Resamples { get; init; }

    /// <summary>Resamples left out because no finite strengths were likeliest.</summary>
    public required int WithoutMaximum { get; init; }
    public required int N { get; init; }
    public required double Confidence { get; init; }

    /// <summary>In the order of the models.</summary>
    public required IReadOnlyList<BootstrapRow> Rows { get; init; }
}

public sealed record BootstrapRow
{
    public required int Model { get; init; }

    /// <summary>The study's own strength in log-odds against the average model, as on the leaderboard.</summary>
    public required double? Value { get; init; }
    public required double? Se { get; init; }

    /// <summary>Percentiles of the resampled strengths.</summary>
    public required double? Lower { get; init; }
    public required double? Upper { get; init; }
}
