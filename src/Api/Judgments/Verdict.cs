using PrefEval.Api.Assignments;
using PrefEval.Stats;

namespace PrefEval.Api.Judgments;

/// <summary>The rater says left or right; what it means of the models depends on where they stood.</summary>
public static class Verdict
{
    public static Winner Winner(Choice choice, Side left) => choice switch
    {
        Assignments.Choice.Tie => Stats.Winner.Tie,
        Assignments.Choice.BothBad => Stats.Winner.BothBad,
        Assignments.Choice.Left => left == Side.A ? Stats.Winner.A : Stats.Winner.B,
        _ => left == Side.A ? Stats.Winner.B : Stats.Winner.A,
    };

    /// <summary>Null when a win cannot be told left from right, because the sides are unknown.</summary>
    public static Choice? Choice(Winner winner, Side? left) => winner switch
    {
        Stats.Winner.Tie => Assignments.Choice.Tie,
        Stats.Winner.BothBad => Assignments.Choice.BothBad,
        _ when left is null => null,
        _ => (winner == Stats.Winner.A) == (left == Side.A) ? Assignments.Choice.Left : Assignments.Choice.Right,
    };
}
