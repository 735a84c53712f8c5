namespace PrefEval.Api.Assignments;

/// <summary>Which model stands left.</summary>
public enum Side : byte { A, B }

/// <summary>
/// Which side a model stands on: random, but no rater sees a pair of models more than 2 times more often one way than the other, nor does the study, and the
/// raters of a pair see it as evenly as their number allows. A balance is the times that model a stood left minus the times that b did.
/// </summary>
public static class Sides
{
    private const int LargestImbalance = 2;

    /// <param name="rater">Balance of this rater on this pair of models.</param>
    /// <param name="study">Balance of this pair of models over the study.</param>
    /// <param name="pair">Balance of this pair.</param>
    /// <param name="places">Free places of the pair, this one included.</param>
    /// <param name="chance">Decides where no rule does.</param>
    /// <returns>The side, and whether every rule could be kept: the rater's comes before the pair's, the pair's before the study's.</returns>
    public static (Side Left, bool RulesKept) Choose(int rater, int study, int pair, int places, Random chance)
    {
        Side? byRater = rater >= LargestImbalance ? Side.B : rater <= -LargestImbalance ? Side.A : null;
        Side? byPair = pair >= places ? Side.B : -pair >= places ? Side.A : null;
        Side? byStudy = study >= LargestImbalance ? Side.B : study <= -LargestImbalance ? Side.A : null;
        var left = byRater ?? byPair ?? byStudy ?? Evening(pair) ?? (Side)chance.Next(2);
        return (left, (byPair ?? left) == left && (byStudy ?? left) == left);
    }

    private static Side? Evening(int pair) => pair > 0 ? Side.B : pair < 0 ? Side.A : null;
}
