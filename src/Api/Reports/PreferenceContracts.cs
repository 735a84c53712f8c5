using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Judgments;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>What a preference report may be asked beside its filter.</summary>
public sealed record PreferenceParameters
{
    [FromQuery(Name = "model")]
    public string? Model { get; init; }
    [FromQuery(Name = "baseline")]
    public string? Baseline { get; init; }
    /// <summary>
    /// Slices: category, source (tags such as source:exam), tag, tag:BEGINNING (tags such as BEGINNING:value), language, wave, prompt_length (quarters of the prompts),
    /// answer_length (quarters of the pairs by how many characters longer the model's answer is), rater, rater_group,
    /// model:ATTRIBUTE or baseline:ATTRIBUTE such as baseline:training_source.
    /// </summary>
    [FromQuery(Name = "by")]
    public string? By { get; init; }
    /// <summary>judgment or pair (the strict majority of a pair's raters).</summary>
    [FromQuery(Name = "unit")]
    public string? Unit { get; init; }
    /// <summary>raters_like_these, these_raters or independent: which scope the estimates beside the counts are of.</summary>
    [FromQuery(Name = "scope")]
    public string? Scope { get; init; }
    [FromQuery(Name = "confidence")]
    public double? Confidence { get; init; }
    /// <summary>A criterion of the study instead of the verdict itself; of the judgments that say something of it.</summary>
    [FromQuery(Name = "criterion")]
    public string? Criterion { get; init; }
}

/// <summary>What a preference report was asked for.</summary>
public sealed record PreferenceQuestion(string? Model, string? Baseline, string? By, Unit Unit, Scope Scope, double Confidence, Analysis Declared, string? Criterion);

/// <summary>
/// What stands beside a headline: what was planned, and what is in it and what is not. All of it is as it was at the report's number. It adds up:
/// judged = counted + surplus + excluded + replaced; planned = counted + to_come; n = counted + identical_ties (unit=judgment);
/// pairs = complete + incomplete + identical + unjudgeable. In a slice by rater or group, pairs are those that she judged, and nothing is to come. Overlaps are
/// those of the opened study: what a draft planned otherwise is not kept.
/// </summary>
public sealed record Denominators
{
    /// <summary>Judgments that raters are to make, those counted included.</summary>
    public required long Planned { get; init; }
    /// <summary>Judgments that still are to be made: what pairs that are served lack of their overlap.</summary>
    public required long ToCome { get; init; }
    /// <summary>Judgments of raters, in the latest revision: counted and not.</summary>
    public required int Judged { get; init; }
    /// <summary>Judgments that the estimates rest on.</summary>
    public required int Counted { get; init; }
    /// <summary>Judgments that came when their place was gone.</summary>
    public required int Surplus { get; init; }
    /// <summary>Judgments that a researcher set aside: see the study's exclusions.</summary>
    public required int Excluded { get; init; }
    /// <summary>Judgments of answers that were replaced since.</summary>
    public required int Replaced { get; init; }
    public required int Pairs { get; init; }
    /// <summary>Pairs with as many judgments as their overlap.</summary>
    public required int Complete { get; init; }
    /// <summary>Pairs with fewer judgments than their overlap, or none (unit=pair leaves them out).</summary>
    public required int Incomplete { get; init; }
    /// <summary>Pairs that are not shown because their answers are equal.</summary>
    public required int Identical { get; init; }
    /// <summary>
    /// Where the study counts identical pairs as ties: the ties among n that nobody cast, one for each place of such a pair. They are put down to the raters of
    /// the same two models in turn, since each of them would have tied; so they add prompts, but no raters. Where nobody judged yet there are none.
    /// </summary>
    public required int IdenticalTies { get; init; }
    /// <summary>Pairs that three raters skipped.</summary>
    public required int Unjudgeable { get; init; }
    /// <summary>Skips by reason.</summary>
    public required IReadOnlyDictionary<string, int> Skipped { get; init; }
    /// <summary>Pairs with an empty answer; they are judged like others.</summary>
    public required int EmptyAnswers { get; init; }
    /// <summary>Pairs with an answer that says who it is; they are judged like others (leaks=leave_out leaves them out).</summary>
    public required int Leaking { get; init; }
    /// <summary>Those of them with an answer of which the words that say it were hidden from raters.</summary>
    public required int Masked { get; init; }
}

/// <summary>One part of the judgments.</summary>
public sealed record Slice
{
    /// <summary>As it was asked for.</summary>
    public required string By { get; init; }
    /// <summary>A category, tag (or the rest of it), language, rater or group, wave, range of characters, or value of the attribute; null: what has none.</summary>
    public required string? Value { get; init; }
    /// <summary>
    /// The models that share the value, where it is an attribute's. Their judgments are pooled, not their estimates averaged: who was judged more weighs more.
    /// Intervals take a prompt, and a rater, as one cluster across all of them.
    /// </summary>
    public required IReadOnlyList<string>? Pooled { get; init; }
}

/// <summary>One model against one other, from the model's point of view.</summary>
public sealed record PreferenceRow
{
    /// <summary>Where several are pooled, all of them, joined by ' + '; likewise the baseline.</summary>
    public required string Model { get; init; }
    public required string Baseline { get; init; }
    /// <summary>Null for the row of all judgments.</summary>
    public required Slice? Slice { get; init; }
    public required int N { get; init; }
    public required int Wins { get; init; }
    public required int Ties { get; init; }
    public required int BothBad { get; init; }
    public required int Losses { get; init; }
    public required Denominators Excluded { get; init; }
    /// <summary>The share of judgments whose score is a win, half of it for a tie, in the scope that was asked for; likewise below.</summary>
    public required Interval WinRate { get; init; }
    public required Interval Net { get; init; }
    public required Interval WinOrTie { get; init; }
    public required Interval WinOrGoodTie { get; init; }
    public required Interval DecisiveWinRate { get; init; }
    /// <summary>The p-value of the declared test, adjusted over the declared family (Holm), whatever is shown; null outside it, and in a slice.</summary>
    public required double? PHolm { get; init; }
    /// <summary>True for a comparison that the declared family does not hold, and for every slice: it suggests, and proves nothing.</summary>
    public required bool Exploratory { get; init; }
    /// <summary>For screening: the primary estimand's p-value in a slice, adjusted over the slices of this report (Benjamini and Hochberg).</summary>
    public required double? PBh { get; init; }
    /// <summary>Whether the lower bound lies above the declared threshold; null where none was declared, and in a slice.</summary>
    public required bool? AboveThreshold { get; init; }
    /// <summary>Judgments in which a rater met a prompt again.</summary>
    public required int RepeatExposures { get; init; }
    /// <summary>The win rate without them; null where there are none.</summary>
    public required Interval? WinRateWithoutRepeats { get; init; }
    /// <summary>The primary estimand with the judgments counted in that a researcher excluded; null where there are none, and for unit=pair.</summary>
    public required Interval? WithExcluded { get; init; }
    /// <summary>The primary estimand without the pairs of which an answer says who it is; null where there are none, and for unit=pair.</summary>
    public required Interval? WithoutLeaks { get; init; }
    /// <summary>An interval that is valid at any look; null in a slice and for a criterion.</summary>
    public required Live? Live { get; init; }
    /// <summary>When all the other intervals of this row are valid.</summary>
    public required FixedN FixedN { get; init; }
    /// <summary>Exact sign test of wins against losses, judgments taken as independent.</summary>
    public required SignTestRow SignTest { get; init; }
    /// <summary>Win, tie (both bad included) and loss with simultaneous intervals, judgments taken as independent.</summary>
    public required JointShareRow? Joint { get; init; }
    public required ScopesOfEstimands Scopes { get; init; }
}

public sealed record SignTestRow
{
    public required double P { get; init; }
    public required double MidP { get; init; }
}

public enum AnalysisKind { Primary, Changed, Sensitivity }

/// <summary>What a reader should know before believing a report.</summary>
public sealed record ReportWarning
{
    /// <summary>A stable name: different_waves, different_raters, few_raters, repeat_exposures, simulated_raters, llm_raters, unknown_sides, excluded_after_a_look, overlapping_slices.</summary>
    public required string Code { get; init; }
    public required string Message { get; init; }
}

/// <summary>An act that set judgments of the study aside, or took them back in.</summary>
public sealed record ReportExclusion
{
    public required long Sequence { get; init; }
    /// <summary>excluded: by a researcher; included: back again; replaced: answers that they were about were replaced.</summary>
    public required ExclusionKind Kind { get; init; }
    public required string Reason { get; init; }
    public required int Judgments { get; init; }
    /// <summary>Up to which number somebody had looked at a report by then; null: nobody had.</summary>
    public required long? ReportSequence { get; init; }
}

/// <summary>
/// Whether a model is above the threshold against every baseline of the declared family at once: an intersection-union test, which holds where each one-sided
/// lower bound lies above it, without a correction. R. L. Berger (1982), Multiparameter hypothesis testing and acceptance sampling, Technometrics 24, 295-300.
/// </summary>
public sealed record EveryBaselineClaim
{
    public required string Model { get; init; }
    public required IReadOnlyList<string> Baselines { get; init; }
    public required Estimand Estimand { get; init; }
    public required Scope Scope { get; init; }
    /// <summary>The declared one, else the value that means "no preference".</summary>
    public required double Threshold { get; init; }
    /// <summary>One-sided.</summary>
    public required double Confidence { get; init; }
    /// <summary>The smallest of the lower bounds, and against whom; null where one is unknown.</summary>
    public required double? SmallestLower { get; init; }
    public required string? SmallestAgainst { get; init; }
    /// <summary>Null where no known bound speaks against it, and one is unknown.</summary>
    public required bool? Holds { get; init; }
}

public sealed record PreferenceReport : Report
{
    /// <summary>primary: as declared before the study opened; changed: as declared, but later; every other one is a sensitivity analysis.</summary>
    public required AnalysisKind Analysis { get; init; }
    /// <summary>How the declared analysis was changed after the study opened.</summary>
    public required IReadOnlyList<AnalysisChange> Changes { get; init; }
    public required Estimand PrimaryEstimand { get; init; }
    /// <summary>The claim that was declared of it, such as .6; null: none.</summary>
    public required double? Threshold { get; init; }
    public required Unit Unit { get; init; }
    public required Scope Scope { get; init; }
    public required string TieRule { get; init; }
    /// <summary>The comparisons over which p_holm is adjusted, as they were declared; null: all that the design makes.</summary>
    public required IReadOnlyList<FamilyMember>? Family { get; init; }
    /// <summary>How many these are.</summary>
    public required int FamilySize { get; init; }
    /// <summary>Of the model that was asked for, else the focal one, else the only one that the family calls a model; null where there is none, or nothing to hold it against.</summary>
    public required EveryBaselineClaim? AgainstEveryBaseline { get; init; }
    public required IReadOnlyList<ReportWarning> Warnings { get; init; }
    /// <summary>Every act up to the report's number, whatever the filter.</summary>
    public required IReadOnlyList<ReportExclusion> Exclusions { get; init; }
    /// <summary>Answers of the study that say who they are and whose pairs nobody is asked about (imported with leaks=drop).</summary>
    public required int DroppedAnswers { get; init; }
    /// <summary>A row for each two models, over all judgments that pass the filter.</summary>
    public required IReadOnlyList<PreferenceRow> Items { get; init; }
    /// <summary>Where slices were asked for: a row for each two models and slice, those without judgments included. Prompts with several tags are in several.</summary>
    public required IReadOnlyList<PreferenceRow> Slices { get; init; }
    /// <summary>Where slices by an attribute of models were asked for, and it is a size: how the win rate goes with it.</summary>
    public required IReadOnlyList<TrendRow> Trends { get; init; }
}
