using Microsoft.AspNetCore.Mvc;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>What a plan may be asked. The last six pick the pilot's judgments, as in every report; only that <c>raters</c> is a number here, and their kind is <c>kind</c>.</summary>
public sealed record PlanParameters
{
    [FromQuery(Name = "model")]
    public string? Model { get; init; }
    [FromQuery(Name = "baseline")]
    public string? Baseline { get; init; }
    /// <summary>The half-width wanted of the win rate's interval, such as .05.</summary>
    [FromQuery(Name = "half_width")]
    public double? HalfWidth { get; init; }
    /// <summary>The net (wins less losses, as a share of all) that is to be found, such as .1.</summary>
    [FromQuery(Name = "net")]
    public double? Net { get; init; }
    /// <summary>How likely it is to be found, such as .8.</summary>
    [FromQuery(Name = "power")]
    public double? Power { get; init; }
    /// <summary>Judgments a pair; none: the study's.</summary>
    [FromQuery(Name = "overlap")]
    public int? Overlap { get; init; }
    /// <summary>Raters; none: those who have judged, else those invited, else ten.</summary>
    [FromQuery(Name = "raters")]
    public int? Raters { get; init; }
    /// <summary>Prompts of each comparison; none: the study's.</summary>
    [FromQuery(Name = "prompts")]
    public int? Prompts { get; init; }
    [FromQuery(Name = "confidence")]
    public double? Confidence { get; init; }
    [FromQuery(Name = "category")]
    public string? Category { get; init; }
    [FromQuery(Name = "tag")]
    public string? Tag { get; init; }
    [FromQuery(Name = "language")]
    public string? Language { get; init; }
    [FromQuery(Name = "wave")]
    public int? Wave { get; init; }
    /// <summary>The one kind of rater to count: human, llm or simulated.</summary>
    [FromQuery(Name = "kind")]
    public string? Kind { get; init; }
    /// <summary>The sequence number as of which to plan; none: now.</summary>
    [FromQuery(Name = "at")]
    public long? At { get; init; }

    internal ReportParameters Filter => new() { Category = Category, Tag = Tag, Language = Language, Wave = Wave, Raters = Kind, At = At };
}

public enum PlanSource { Judgments, Defaults }

/// <summary>What the plan of one comparison takes for granted, and where each part is from.</summary>
public sealed record PlanBasis
{
    /// <summary>Counted judgments of the comparison that could serve as a pilot, their prompts and raters.</summary>
    public required int PilotJudgments { get; init; }
    public required int PilotPrompts { get; init; }
    public required int PilotRaters { get; init; }
    /// <summary>Shares of wins, ties (both bad included) and losses: of the pilot from 50 judgments of 20 prompts on; else stated defaults.</summary>
    public required PlanSource Outcomes { get; init; }
    public required double WinShare { get; init; }
    public required double TieShare { get; init; }
    public required double LossShare { get; init; }
    /// <summary>The share of a judgment's variance that prompts make: of such a pilot where pairs were judged twice; else a stated default.</summary>
    public required PlanSource Prompts { get; init; }
    public required double PromptShare { get; init; }
    /// <summary>The share that raters make: of such a pilot by three raters or more; else a stated default.</summary>
    public required PlanSource Raters { get; init; }
    public required double RaterShare { get; init; }
    public required double RestShare { get; init; }
    /// <summary>What the pilot says of either; null without a pilot.</summary>
    public required ComponentStatus? PromptStatus { get; init; }
    public required ComponentStatus? RaterStatus { get; init; }
    /// <summary>How evenly raters share the work: effective raters by raters, 1 where all do as much; of the pilot where its raters count.</summary>
    public required double Evenness { get; init; }
}

/// <summary>One design of a comparison, and what it comes to in the scope raters_like_these.</summary>
public sealed record PlanDesign
{
    public required int Prompts { get; init; }
    public required int Raters { get; init; }
    public required int Overlap { get; init; }
    public required long Judgments { get; init; }
    public required double Se { get; init; }
    public required double Df { get; init; }
    public required double Deff { get; init; }
    public required double NEff { get; init; }
    /// <summary>Half the width of the win rate's interval; that of net is twice as wide.</summary>
    public required double HalfWidth { get; init; }
    /// <summary>Of the two-sided test of net, for the net that was asked for.</summary>
    public required double Power { get; init; }
}

/// <summary>What a wish asks for; where no number is enough, null.</summary>
public sealed record PlanNeed
{
    /// <summary>With the planned raters and overlap: prompts, and so many judgments. Null: the floor that raters make lies above the wish; more prompts do not help.</summary>
    public required int? Prompts { get; init; }
    public required long? Judgments { get; init; }
    /// <summary>With the planned prompts and overlap. Null: more raters alone do not help.</summary>
    public required int? Raters { get; init; }
    /// <summary>Judgments that would do were all of them independent (for power: Connor 1987); never plan with these where prompts or raters differ.</summary>
    public required long IndependentJudgments { get; init; }
    /// <summary>The study's local day on which today's pace has brought the judgments; null: the study is not open, stands still, or has not as many prompts.</summary>
    public required DateOnly? Day { get; init; }
}

public sealed record PlanRow
{
    public required string Model { get; init; }
    public required string Baseline { get; init; }
    public required PlanBasis Basis { get; init; }
    public required PlanDesign Planned { get; init; }
    /// <summary>The same with one more, to see what each buys: the prompt brings its judgments with it, the rater shares those that there are.</summary>
    public required PlanDesign OneMorePrompt { get; init; }
    public required PlanDesign OneMoreRater { get; init; }
    /// <summary>The half-width that more prompts never go below with the planned raters; 0: raters do not differ.</summary>
    public required double FloorHalfWidth { get; init; }
    public required PlanNeed ForHalfWidth { get; init; }
    public required PlanNeed ForPower { get; init; }
}

/// <summary>How fast judgments come: those of the last seven days, or since the opening, at least one day.</summary>
public sealed record Pace
{
    public required double JudgmentsADay { get; init; }
    public required int Judgments { get; init; }
    public required double Days { get; init; }
    /// <summary>Judgments that still are to come, of all comparisons.</summary>
    public required long ToCome { get; init; }
    /// <summary>The study's local day on which the last comes at this pace; null: it stands still.</summary>
    public required DateOnly? Done { get; init; }
}

public sealed record PlanReport : Report
{
    public required double Confidence { get; init; }
    /// <summary>What was wished for.</summary>
    public required double HalfWidth { get; init; }
    public required double Net { get; init; }
    public required double Power { get; init; }
    /// <summary>Pairs of one prompt, at the most, and the raters who are needed so that nobody meets a prompt twice: one for each judgment of a prompt's pairs.</summary>
    public required int PairsAPrompt { get; init; }
    public required int RatersWithoutRepeats { get; init; }
    /// <summary>Null where the study is not open, and for an earlier number.</summary>
    public required Pace? Pace { get; init; }
    public required IReadOnlyList<PlanRow> Items { get; init; }
}
