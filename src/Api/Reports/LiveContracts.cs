using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>
/// An interval that may be looked at whenever one likes, and stopped at: it holds with its confidence after every unit, not only at the planned end. It rests
/// on the completed prefix: pairs in the order that was drawn at the opening, up to the first that still waits for judgments, so that quick ones do not come
/// first. A unit is a completed pair (one prompt of this comparison): the mean of its judgments, frozen when it had as many as its overlap; later revisions, exclusions
/// and replaced answers leave it as it was. Passed over are pairs that cannot complete, by what happened and never by what was judged: see <c>passed_over</c>.
/// </summary>
public sealed record Live
{
    /// <summary>
    /// The declared estimand; decisive_win_rate only where every pair gets one judgment, else win_rate stands for it, since completed pairs
    /// weigh alike whatever the number of their ties.
    /// </summary>
    public required Estimand Estimand { get; init; }
    /// <summary>hedged_betting (means of completed pairs), or beta_mixture (single decisive judgments).</summary>
    public required string Method { get; init; }
    /// <summary>Always these_raters: the order of the prompts was drawn, that of the raters was not.</summary>
    public required Scope Scope { get; init; }
    /// <summary>Completed pairs in the prefix, of those in the order; for decisive_win_rate those without a tie.</summary>
    public required int Units { get; init; }
    /// <summary>Pairs of this comparison in the drawn order; those that are left out as identical are not in it, those that count as ties are complete from the start.</summary>
    public required int Of { get; init; }
    /// <summary>
    /// Pairs that the prefix does not wait for, and never counts: three raters skipped them, or they still waited when twenty pairs behind them (of more than two
    /// hundred: a tenth of all) had been completed.
    /// </summary>
    public required int PassedOver { get; init; }
    /// <summary>Completed pairs behind the first that waits: they join when it completes.</summary>
    public required int Behind { get; init; }
    public required double? Estimate { get; init; }
    public required double? Lower { get; init; }
    public required double? Upper { get; init; }
    /// <summary>Of this interval at all times: alpha is split evenly over the comparisons of the declared family, so that these hold all at once; one outside it holds by itself.</summary>
    public required double Confidence { get; init; }
    /// <summary>What a bet against "no preference" has become by now, begun with 1; null where the estimand has no such value.</summary>
    public required double? EValue { get; init; }
    /// <summary>1 / the largest e-value so far: valid at any look, for this confidence.</summary>
    public required double? P { get; init; }
    public required SequenceStatus Status { get; init; }
}

public enum ValidAt { PlannedNOnly }

/// <summary>When the fixed-n intervals of a row (all but <c>live</c>) mean what they say.</summary>
public sealed record FixedN
{
    /// <summary>planned_n_only: looked at earlier, and stopped at when they please, they are wrong far more often than they say.</summary>
    public required ValidAt ValidAt { get; init; }
    /// <summary>Whether all planned judgments have come.</summary>
    public required bool Reached { get; init; }

    public static FixedN Of(Cell cell) => new() { ValidAt = ValidAt.PlannedNOnly, Reached = cell.ToCome == 0 };
}
