namespace PrefEval.Stats;

/// <summary>Why a confidence sequence stands as it does.</summary>
public enum SequenceStatus
{
    Ok,

    /// <summary>No unit is complete yet.</summary>
    NoUnits,

    /// <summary>
    /// The mean of all units has left what earlier ones had made sure, as chance hardly does where the order was drawn: the interval is widened to hold it, or
    /// none where nothing is left.
    /// </summary>
    Drifted,

    /// <summary>No order was drawn before the judgments came (said by the caller), so that no part of them is a sample of all.</summary>
    NoDrawnOrder,
}

/// <summary>
/// An interval that holds whenever one looks, and however one decides when to stop: with the probability of its confidence the mean lies inside after every unit.
/// It rests on units that come in an order drawn by chance, each with the same mean given those before.
/// </summary>
public sealed record ConfidenceSequence
{
    /// <summary>A stable name of the method.</summary>
    public required string Method { get; init; }
    public required SequenceStatus Status { get; init; }
    public required double Confidence { get; init; }
    public required int Units { get; init; }

    /// <summary>The mean of the units.</summary>
    public double? Value { get; init; }
    public double? Lower { get; init; }
    public double? Upper { get; init; }

    /// <summary>What a bet against a mean of one half, begun with 1, has become by now; at the most the largest double.</summary>
    public double? EValue { get; init; }

    /// <summary>1 / the largest e-value so far, at the most 1: not above 1 - confidence exactly where one half was left out.</summary>
    public double? PValue { get; init; }

    /// <summary>Where there is nothing to go by.</summary>
    public static ConfidenceSequence None(string method, SequenceStatus status, double confidence)
    {
        Door.Known(status, nameof(status));
        Door.Confidence(confidence);
        return new() { Method = method, Status = status, Confidence = confidence, Units = 0 };
    }

    internal static ConfidenceSequence Of(string method, double confidence, int units, double mean, double lower, double upper, double logE, double logMostE)
    {
        var bare = new ConfidenceSequence
        {
            Method = method,
            Status = SequenceStatus.Ok,
            Confidence = confidence,
            Units = units,
            Value = mean,
            EValue = Math.Min(double.MaxValue, Math.Exp(logE)),
            PValue = Math.Exp(-Math.Max(0, logMostE)),
        };
        if (lower >= upper) return bare with { Status = SequenceStatus.Drifted };
        var isInside = lower <= mean && mean <= upper;
        return bare with { Status = isInside ? SequenceStatus.Ok : SequenceStatus.Drifted, Lower = Math.Min(lower, mean), Upper = Math.Max(upper, mean) };
    }

    internal static void CheckConfidence(double confidence) => Door.Confidence(confidence);
}
