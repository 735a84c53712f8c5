using System.Numerics;

namespace PrefEval.Stats.Simulation;

/// <summary>
/// A seeded random source whose sequence is written down here, because System.Random's is not promised from one runtime to the next.
/// xoshiro256** (D. Blackman and S. Vigna 2021, Scrambled linear pseudorandom number generators), its state filled by SplitMix64.
/// </summary>
public sealed class Chance
{
    private ulong _s0, _s1, _s2, _s3;

    public Chance(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>A source of its own for one thing among many, so that what is drawn for it does not depend on what was drawn before.</summary>
    public static Chance For(ulong seed, params ReadOnlySpan<int> thing)
    {
        var mixed = SplitMix(ref seed);
        foreach (var part in thing)
        {
            mixed ^= (uint)part;
            mixed = SplitMix(ref mixed);
        }
        return new(mixed);
    }

    public ulong NextULong()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>In [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextULong() >> 11) * (1.0 / (1UL << 53));

    /// <summary>In [0, bound), every value equally likely (D. Lemire 2019, Fast random integer generation in an interval).</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var high = Math.BigMul(NextULong(), (ulong)bound, out var low);
        if (low < (ulong)bound)
        {
            var threshold = unchecked(0UL - (ulong)bound) % (ulong)bound;
            while (low < threshold) high = Math.BigMul(NextULong(), (ulong)bound, out low);
        }
        return (int)high;
    }

    /// <summary>Standard normal (Box and Muller 1958; the second value is thrown away, which keeps the state in one place).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Standard logistic.</summary>
    public double NextLogistic()
    {
        var u = NextDouble() + 1.0 / (1UL << 54); // never 0
        return Math.Log(u / (1 - u));
    }

    /// <summary>Fisher and Yates.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
