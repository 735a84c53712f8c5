using System.Text;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Pairs;

/// <summary>Balanced random choices among the pairs of a design: a sample of them, and those that more raters judge than the others.</summary>
public static class Sampling
{
    /// <summary>
    /// Of each stratum the pairs with the smallest random numbers. A pair's number hangs on the seed and on its names alone, so that the same seed draws the same
    /// pairs, in whatever order the files came.
    /// </summary>
    /// <param name="asked">All pairs of the design; gone through twice, and never held as a whole.</param>
    /// <param name="wanted">How many pairs to draw of a design of that size.</param>
    /// <param name="nameOf">A number made of the pair's names: see <see cref="Hash"/>.</param>
    /// <returns>The sample, and the size of the design.</returns>
    public static (List<OrderedPair> Pairs, long Designed) Draw(IEnumerable<OrderedPair> asked, Sample sample, Func<long, long> wanted, Func<OrderedPair, ulong> nameOf)
    {
        var sizes = new Dictionary<(string?, int), long>();
        foreach (var pair in asked) sizes[Stratum(pair)] = sizes.GetValueOrDefault(Stratum(pair)) + 1;
        var designed = sizes.Values.Sum();
        var shares = Spread(wanted(designed), sizes);

        var drawn = sizes.Keys.ToDictionary(stratum => stratum, _ => new PriorityQueue<OrderedPair, ulong>(Comparer<ulong>.Create((x, y) => y.CompareTo(x))));
        foreach (var pair in asked)
        {
            var (queue, share) = (drawn[Stratum(pair)], shares[Stratum(pair)]);
            var number = Mix(nameOf(pair) ^ Mix((ulong)sample.Seed));
            if (queue.Count < share) queue.Enqueue(pair, number);
            else if (share > 0) queue.EnqueueDequeue(pair, number);
        }
        return ([.. drawn.Values.SelectMany(queue => queue.UnorderedItems.Select(item => item.Element))], designed);

        (string?, int) Stratum(OrderedPair pair) => sample.By == SampleBy.Category ? (pair.Category, 0) : (null, pair.ModelPair);
    }

    /// <summary>The overlap of each pair: systematic sampling through the strata, so that of each the share is met to within one pair, early and late in the order.</summary>
    /// <param name="ordered">The pairs in the order in which they are served.</param>
    public static int[] Overlaps(IReadOnlyList<OrderedPair> ordered, Overlap overlap, Random chance)
    {
        var overlaps = new int[ordered.Count];
        Array.Fill(overlaps, overlap.Base);
        if (overlap.Shared is not { } shared) return overlaps;
        var at = chance.NextDouble();
        foreach (var place in Enumerable.Range(0, ordered.Count).OrderBy(i => ordered[i].ModelPair).ThenBy(i => ordered[i].Category, StringComparer.Ordinal))
        {
            at += shared.Share;
            if (at < 1) continue;
            at -= 1;
            overlaps[place] = shared.Overlap;
        }
        return overlaps;
    }

    /// <summary>FNV-1a, well mixed: the same on every machine and in every release.</summary>
    public static ulong Hash(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in Encoding.UTF8.GetBytes(name)) hash = (hash ^ letter) * 1099511628211UL;
        return Mix(hash);
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014).</summary>
    public static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15UL;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }

    /// <summary>As evenly as the strata allow: what a small one cannot give, the larger ones do.</summary>
    private static Dictionary<(string?, int), long> Spread(long wanted, Dictionary<(string?, int), long> sizes)
    {
        var shares = new Dictionary<(string?, int), long>();
        var left = wanted;
        foreach (var (stratum, size) in sizes.OrderBy(s => s.Value).ThenBy(s => s.Key.Item2).ThenBy(s => s.Key.Item1, StringComparer.Ordinal))
        {
            shares[stratum] = Math.Min(size, left / (sizes.Count - shares.Count));
            left -= shares[stratum];
        }
        return shares;
    }
}
