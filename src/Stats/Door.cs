namespace PrefEval.Stats;

/// <summary>What every public method asks of its arguments before it begins: a crooked one is turned away by name, so that nothing behind the door needs to ask again.</summary>
internal static class Door
{
    public static void Confidence(double confidence)
    {
        if (confidence is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(confidence), "A confidence lies between 0 and 1.");
    }

    public static void Known<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) throw new ArgumentOutOfRangeException(name, $"There is no such {typeof(T).Name}.");
    }

    public static void Lefts(ReadOnlySpan<LeftModel> left, string name)
    {
        foreach (var side in left)
            if (side > LeftModel.Unknown) throw new ArgumentException("The left model is A, B or Unknown.", name);
    }
}
