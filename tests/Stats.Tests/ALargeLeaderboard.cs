using PrefEval.Stats.Simulation;

namespace PrefEval.Stats.Tests;

/// <summary>Judgments by the million are grouped a block at a time: what that may not change, and what it is for.</summary>
public sealed class ALargeLeaderboard
{
    private const int Models = 12;

    private sealed record Drawn(int[] Prompt, int[] Rater, ushort[] ModelA, ushort[] ModelB, Winner[] Winner, LeftModel[] Left)
    {
        public ContestColumns Columns => new(Prompt, Rater, ModelA, ModelB, Winner, Left);
    }

    /// <summary>In no order; some models against themselves.</summary>
    private static Drawn Draw(int n, int prompts, int raters)
    {
        var chance = new Chance(3);
        int[] Indices(int bound) => [.. Enumerable.Range(0, n).Select(_ => Math.Min(chance.NextInt(bound), chance.NextInt(bound)))]; // uneven loads
        ushort[] Any() => [.. Enumerable.Range(0, n).Select(_ => (ushort)chance.NextInt(Models))];
        return new(Indices(prompts), Indices(raters), Any(), Any(), [.. Enumerable.Range(0, n).Select(_ => (Winner)chance.NextInt(4))], [.. Enumerable.Range(0, n).Select(_ => (LeftModel)chance.NextInt(3))]);
    }

    [Theory]
    [InlineData(60_000, 9_000, 40)] // prompts in many blocks; a row of sums for every rater
    [InlineData(60_000, 300, 20_000)] // raters in many blocks
    [InlineData(100, 500_000, 500_000)] // next to nobody
    public void Is_grouped_in_blocks_as_it_would_be_at_once(int n, int prompts, int raters)
    {
        var drawn = Draw(n, prompts, raters);
        var columns = drawn.Columns;
        var counts = new ContestCells(columns);
        var codes = new int[n];
        for (var i = 0; i < n; i++) codes[i] = counts.CodeOf(columns, i);
        var chance = new Chance(4);
        ContestScore[] scores = [.. Enumerable.Range(0, counts.Codes).Select(code => new ContestScore(counts.PairOf(code).Low, counts.PairOf(code).High, chance.NextNormal(), chance.NextNormal(), chance.NextNormal()))];
        var (prompt, rater, cell) = ScoreMeat.Of(columns, counts, scores, Models);
        Check(prompt, i => drawn.Prompt[i]);
        Check(rater, i => drawn.Rater[i]);
        Check(cell, i => (drawn.Prompt[i], drawn.Rater[i]));

        void Check<T>(ScoreMeat meat, Func<int, T> cluster) where T : notnull
        {
            var sums = new Dictionary<T, (double[] Score, int Size)>();
            for (var i = 0; i < n; i++)
            {
                var code = codes[i];
                if (code < 0) continue;
                var (score, size) = sums.TryGetValue(cluster(i), out var known) ? known : (new double[Models + 2], 0);
                score[scores[code].Low] += scores[code].Lead;
                score[scores[code].High] -= scores[code].Lead;
                score[Models] += scores[code].Order;
                score[Models + 1] += scores[code].Tie;
                sums[cluster(i)] = (score, size + 1);
            }
            Assert.Equal(sums.Count, meat.Clusters);
            Assert.Equal(sums.Values.Sum(s => (double)s.Size * s.Size), meat.Squares);
            var corrected = meat.Corrected()!;
            for (var i = 0; i < Models + 2; i++)
                for (var j = 0; j < Models + 2; j++)
                {
                    var expected = sums.Values.Sum(s => s.Score[i] * s.Score[j]) * sums.Count / (sums.Count - 1);
                    Assert.Equal(expected, corrected[i, j], 1e-9 * (n + Math.Abs(expected)));
                }
        }
    }

    [Fact]
    public void Takes_sixteen_bytes_a_judgment_with_its_columns()
    {
        const int N = 1_000_000;
        var drawn = Draw(N, N / 50, N / 1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var board = Leaderboard.Estimate(drawn.Columns);
        var work = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(N, board.N + board.AgainstItself);
        Assert.InRange(4 + 4 + 2 + 2 + 1 + 1 + (double)work / N, 14, 16);
    }
}
