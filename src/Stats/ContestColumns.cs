namespace PrefEval.Stats;

/// <summary>The model that stood on the left.</summary>
public enum LeftModel : byte
{
    A = 0,
    B = 1,

    /// <summary>As in many imported files: such a judgment says nothing about sides.</summary>
    Unknown = 2,
}

/// <summary>The judgments of many pairs of models as columns of equal length; the winner is said of the row's own model A and B.</summary>
/// <remarks>Prompt, rater and model are dense indices. Left is empty where no side is known. A judgment takes 14 bytes; what is done with them takes two more or less.</remarks>
public readonly ref struct ContestColumns
{
    /// <summary>A leaderboard is a system of as many equations as it has models, solved densely.</summary>
    public const int MaxModels = 1000;

    public ContestColumns(ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater, ReadOnlySpan<ushort> modelA, ReadOnlySpan<ushort> modelB,
        ReadOnlySpan<Winner> winner, ReadOnlySpan<LeftModel> left = default)
    {
        if (rater.Length != prompt.Length) throw new ArgumentException("One rater a judgment, please.", nameof(rater));
        if (modelA.Length != prompt.Length) throw new ArgumentException("One model A a judgment, please.", nameof(modelA));
        if (modelB.Length != prompt.Length) throw new ArgumentException("One model B a judgment, please.", nameof(modelB));
        if (winner.Length != prompt.Length) throw new ArgumentException("One winner a judgment, please.", nameof(winner));
        if (left.Length != 0 && left.Length != prompt.Length) throw new ArgumentException("No sides, or one a judgment, please.", nameof(left));
        JudgmentColumns.CheckIndices(prompt, nameof(prompt));
        JudgmentColumns.CheckIndices(rater, nameof(rater));
        JudgmentColumns.CheckWinners(winner, nameof(winner));
        CheckModels(modelA, nameof(modelA));
        CheckModels(modelB, nameof(modelB));
        Door.Lefts(left, nameof(left));
        Prompt = prompt;
        Rater = rater;
        ModelA = modelA;
        ModelB = modelB;
        Winner = winner;
        Left = left;
    }

    public ReadOnlySpan<int> Prompt { get; }
    public ReadOnlySpan<int> Rater { get; }
    public ReadOnlySpan<ushort> ModelA { get; }
    public ReadOnlySpan<ushort> ModelB { get; }
    public ReadOnlySpan<Winner> Winner { get; }
    public ReadOnlySpan<LeftModel> Left { get; }
    public int Count => Prompt.Length;

    /// <summary>Some of the judgments, as columns of their own.</summary>
    internal ContestColumns Pick(int[] rows)
    {
        static T[] Of<T>(ReadOnlySpan<T> column, int[] rows)
        {
            var picked = new T[rows.Length];
            for (var i = 0; i < rows.Length; i++) picked[i] = column[rows[i]];
            return picked;
        }
        return new(Of(Prompt, rows), Of(Rater, rows), Of(ModelA, rows), Of(ModelB, rows), Of(Winner, rows), Left.IsEmpty ? default : Of(Left, rows));
    }

    private static void CheckModels(ReadOnlySpan<ushort> model, string name)
    {
        if (model.ContainsAnyExceptInRange((ushort)0, (ushort)(MaxModels - 1))) throw new ArgumentException($"A model is an index in [0, {MaxModels - 1}].", name);
    }
}
