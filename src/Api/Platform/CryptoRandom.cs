using System.Security.Cryptography;

namespace PrefEval.Api.Platform;

/// <summary>The injected source of chance. Sides must not be foretold by who has seen many of them, so nothing that can be guessed stands behind it.</summary>
public sealed class CryptoRandom() : Random(0)
{
    public override int Next(int maxValue) => maxValue <= 1 ? 0 : RandomNumberGenerator.GetInt32(maxValue);

    public override int Next(int minValue, int maxValue) => minValue + Next(maxValue - minValue);

    public override double NextDouble() => (BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) >> 11) * (1.0 / (1UL << 53));
}
