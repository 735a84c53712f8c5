namespace PrefEval.Stats;

/// <summary>How often each of a few things was counted, by prompt: what a statistic of counts and its delete-one-prompt jackknife need.</summary>
internal sealed class PromptCounts(int cells, int prompts)
{
    private readonly long[] _counts = new long[cells * prompts];

    public void Add(int prompt, int cell, long times) => _counts[cells * prompt + cell] += times;

    /// <summary>The mean of what the cells score, for these raters.</summary>
    /// <param name="halves">What one count of a cell scores, in halves, from 0 to 2; of a net: from -2 to 2.</param>
    public Estimate Mean(string estimand, Scoring scoring, Func<int, int> halves, EstimateStatus none, double confidence)
    {
        int[] points = [.. Enumerable.Range(0, cells).Select(halves)];
        var (n, sum) = (new long[prompts], new long[prompts]);
        long all = 0, total = 0, squares = 0, decisive = 0;
        var clusters = 0;
        for (var p = 0; p < prompts; p++)
        {
            for (var cell = 0; cell < cells; cell++)
            {
                var times = _counts[cells * p + cell];
                n[p] += times;
                sum[p] += times * points[cell];
                squares += times * points[cell] * points[cell];
                // Tango's own scale is the net, from -1 to 1: in halves, a score is turned into one.
                var net = scoring == Scoring.Net ? points[cell] : 2 * (points[cell] - 1);
                decisive += times * net * net;
            }
            if (n[p] > 0) clusters++;
            all += n[p];
            total += sum[p];
        }
        if (all == 0) return ScoreInterval.OfMean(estimand, scoring, Spread.None, none, confidence);

        var sizes = 0.0;
        var shifts = new List<double>(clusters);
        for (var p = 0; p < prompts; p++)
        {
            sizes += (double)n[p] * n[p];
            if (n[p] == 0 || clusters < 2) continue;
            // Twice the mean without the prompt, less the mean of all.
            var shift = (double)((Int128)total * n[p] - (Int128)all * sum[p]) / all / (all - n[p]);
            shifts.Add(shift * shift);
        }
        shifts.Sort(); // so that the numbering of the prompts changes no bit
        var mean = (double)total / (2 * all);
        var value = scoring == Scoring.Net ? mean : 2 * mean - 1;
        var spread = Math.Clamp(decisive / (4.0 * all), Math.Abs(value), 1);
        return ScoreInterval.OfMean(estimand, scoring, new Spread
        {
            N = (int)all,
            Value = mean,
            Variance = all < 2 ? null : (double)((Int128)all * squares - (Int128)total * total) / (4.0 * all * (all - 1)),
            Win = (spread + value) / 2,
            Loss = (spread - value) / 2,
            Prompts = clusters,
            Raters = null,
            EffectivePrompts = (double)all * all / sizes,
            EffectiveRaters = 0,
            ByPrompt = clusters < 2 ? null : shifts.Sum() / 4 * (clusters - 1) / clusters,
            ByRater = null,
            ByCell = null,
        }, none, confidence);
    }

    /// <summary>Any statistic of the counts of all prompts, with a delete-one-prompt jackknife.</summary>
    public Estimate Jackknifed(string estimand, double lowest, Statistic statistic, EstimateStatus none, double confidence, double highest = 1)
    {
        var all = new long[cells];
        var has = new List<int>();
        for (var p = 0; p < prompts; p++)
        {
            var own = _counts.AsSpan(cells * p, cells);
            if (own.ContainsAnyExcept(0)) has.Add(p);
            for (var cell = 0; cell < cells; cell++) all[cell] += own[cell];
        }
        var bare = PromptJackknife.Bare(estimand, EstimateStatus.Ok, (int)all.Sum(), has.Count, confidence);
        if (has.Count == 0) return bare with { Status = none };
        var without = new long[cells];
        return PromptJackknife.Of(bare, lowest, highest, statistic(all), has.Select(p =>
        {
            for (var cell = 0; cell < cells; cell++) without[cell] = all[cell] - _counts[cells * p + cell];
            return statistic(without);
        }));
    }

    public delegate double? Statistic(ReadOnlySpan<long> counts);
}
