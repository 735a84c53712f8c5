using System.Runtime.InteropServices;

namespace PrefEval.Stats;

/// <summary>What a judgment says once the sides are undone, from the point of view of model A.</summary>
public enum Winner : byte
{
    A = 0,
    B = 1,
    Tie = 2,

    /// <summary>Neither answer would do: a tie for the win rate, always counted apart as well.</summary>
    BothBad = 3,
}

/// <summary>The judgments of one comparison as columns of equal length, oriented to model A.</summary>
/// <remarks>
/// Prompt and rater are dense indices: any numbering does, but memory grows with the largest one.
/// A score is empty, or one value a judgment: NaN where the winner says it all, else an imported probability in [0, 1] that A is
/// preferred; it counts for the win rate and the net, never for the shares.
/// </remarks>
public readonly ref struct JudgmentColumns
{
    /// <summary>Indices reach up to here: a larger one is an identifier that was not made dense.</summary>
    public const int MaxIndex = (1 << 24) - 1;

    public JudgmentColumns(ReadOnlySpan<int> prompt, ReadOnlySpan<int> rater, ReadOnlySpan<Winner> winner, ReadOnlySpan<double> score = default)
    {
        if (rater.Length != prompt.Length) throw new ArgumentException("One rater a judgment, please.", nameof(rater));
        if (winner.Length != prompt.Length) throw new ArgumentException("One winner a judgment, please.", nameof(winner));
        if (score.Length != 0 && score.Length != prompt.Length) throw new ArgumentException("No scores, or one a judgment, please.", nameof(score));
        CheckIndices(prompt, nameof(prompt));
        CheckIndices(rater, nameof(rater));
        CheckWinners(winner, nameof(winner));
        foreach (var s in score)
            if (!double.IsNaN(s) && s is not (>= 0 and <= 1)) throw new ArgumentException("A score lies in [0, 1].", nameof(score));
        Prompt = prompt;
        Rater = rater;
        Winner = winner;
        Score = score;
    }

    public ReadOnlySpan<int> Prompt { get; }
    public ReadOnlySpan<int> Rater { get; }
    public ReadOnlySpan<Winner> Winner { get; }
    public ReadOnlySpan<double> Score { get; }

    /// <summary>One a judgment: the imported one, else 1, 1/2 or 0.</summary>
    internal double[] Scores()
    {
        var scores = new double[Prompt.Length];
        for (var i = 0; i < scores.Length; i++)
            scores[i] = !Score.IsEmpty && !double.IsNaN(Score[i]) ? Score[i] : Winner[i] switch { Stats.Winner.A => 1, Stats.Winner.B => 0, _ => 0.5 };
        return scores;
    }

    internal static void CheckIndices(ReadOnlySpan<int> index, string name)
    {
        if (index.ContainsAnyExceptInRange(0, MaxIndex)) throw new ArgumentException($"An index lies in [0, {MaxIndex}].", name);
    }

    internal static void CheckWinners(ReadOnlySpan<Winner> winner, string name)
    {
        if (MemoryMarshal.AsBytes(winner).ContainsAnyExceptInRange((byte)0, (byte)3)) throw new ArgumentException("A winner is A, B, Tie or BothBad.", name);
    }
}
