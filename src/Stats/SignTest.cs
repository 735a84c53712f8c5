using MathNet.Numerics;

namespace PrefEval.Stats;

public sealed record SignTestResult
{
    public required long Wins { get; init; }
    public required long Losses { get; init; }

    /// <summary>Two-sided and exact: conservative.</summary>
    public required double Exact { get; init; }

    /// <summary>Two-sided mid-p: the observed outcome counts half.</summary>
    public required double MidP { get; init; }

    /// <summary><see cref="EstimateStatus.NoDecisive"/> where there are ties only; both p are then 1.</summary>
    public required EstimateStatus Status { get; init; }
}

/// <summary>
/// Wins against losses of independent judgments, ties left out. Mid-p after M. W. Fagerland, S. Lydersen and P. Laake (2013),
/// The McNemar test for binary matched-pairs data, BMC Medical Research Methodology 13:91.
/// </summary>
public static class SignTest
{
    /// <summary>A double counts no further one by one.</summary>
    private const long MostJudgments = 1L << 52;

    public static SignTestResult Of(long wins, long losses)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wins);
        ArgumentOutOfRangeException.ThrowIfNegative(losses);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wins, MostJudgments);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(losses, MostJudgments);
        var (exact, mid) = (1.0, 1.0);
        if (wins + losses > 0)
        {
            var n = wins + losses;
            var fewer = Math.Min(wins, losses);
            var point = Math.Exp(LogChoose(n, fewer) - n * Constants.Ln2);
            var (term, tail) = (point, 0.0);
            // Downwards from the outcome the terms shrink at least geometrically soon: stop when they no longer count.
            for (var k = fewer; k >= 0 && term > tail * 1e-17; k--)
            {
                tail += term;
                term *= k / (n - k + 1.0);
            }
            exact = Math.Min(1, 2 * tail);
            mid = wins == losses ? 1 - point / 2 : 2 * tail - point;
        }
        return new()
        {
            Wins = wins,
            Losses = losses,
            Exact = exact,
            MidP = mid,
            Status = wins + losses > 0 ? EstimateStatus.Ok : EstimateStatus.NoDecisive,
        };
    }

    private static double LogChoose(long n, long k) =>
        SpecialFunctions.GammaLn(n + 1.0) - SpecialFunctions.GammaLn(k + 1.0) - SpecialFunctions.GammaLn(n - k + 1.0);
}
