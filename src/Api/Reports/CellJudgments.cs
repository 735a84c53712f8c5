using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Judgments;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>How a judgment came out for the model that is looked at.</summary>
public enum CellOutcome { Win, Tie, BothBad, Loss }

/// <summary>Which cell of a preference report: what that report was asked (its filter stands in <see cref="ReportParameters"/>), then which row, slice and column of it.</summary>
public sealed record CellParameters
{
    /// <summary>As the report was asked; likewise baseline, by, unit and criterion. Where it names the model, outcomes are told from that model's side.</summary>
    [FromQuery(Name = "model")]
    public string? Model { get; init; }
    [FromQuery(Name = "baseline")]
    public string? Baseline { get; init; }
    /// <summary>The model of the one row, as the report writes it (pooled ones joined by ' + '), where the report holds several; likewise row_baseline.</summary>
    [FromQuery(Name = "row_model")]
    public string? RowModel { get; init; }
    [FromQuery(Name = "row_baseline")]
    public string? RowBaseline { get; init; }
    /// <summary>win, tie, both_bad or loss.</summary>
    [FromQuery(Name = "outcome")]
    public string? Outcome { get; init; }
    /// <summary>How the report was sliced, such as category or baseline:training_source.</summary>
    [FromQuery(Name = "by")]
    public string? By { get; init; }
    /// <summary>The value of the slice; empty: what has none.</summary>
    [FromQuery(Name = "slice")]
    public string? Slice { get; init; }
    /// <summary>judgment, or pair: judgments of the pairs that came out so by the strict majority of their raters.</summary>
    [FromQuery(Name = "unit")]
    public string? Unit { get; init; }
    [FromQuery(Name = "criterion")]
    public string? Criterion { get; init; }
    /// <summary>A rater's name.</summary>
    [FromQuery(Name = "rater")]
    public string? Rater { get; init; }
    /// <summary>The id that the study's file gave a prompt.</summary>
    [FromQuery(Name = "prompt")]
    public string? Prompt { get; init; }
    /// <summary>true: only what counts, as reports do. Else also what is surplus, set aside, or about an answer that was replaced.</summary>
    [FromQuery(Name = "counts")]
    public bool? Counts { get; init; }
}

/// <summary>A judgment of a cell, by its number in the study's log, and what it stood for at the number that was asked for.</summary>
public readonly record struct CellJudgment(long Sequence, int Pair, Standing Standing);

/// <summary>The judgments behind a cell of a preference report: picked by the same questions, filters and slices as the report's own, so that they are as many as it says.</summary>
public sealed class CellReader(ReportDesk desk, ReportStore store, DetailStore details, JudgmentLog log)
{
    /// <returns>In the order of the log.</returns>
    public async Task<Outcome<List<CellJudgment>>> ReadAsync(long study, CellParameters asked, ReportParameters filter, CancellationToken cancel)
    {
        var request = await desk.ReadAsync(study, filter, cancel);
        var errors = request.Errors;
        var unit = ReportDesk.Parse(asked.Unit, "unit", Unit.Judgment, errors);
        var outcome = asked.Outcome is null ? (CellOutcome?)null : ReportDesk.Parse(asked.Outcome, "outcome", CellOutcome.Win, errors);
        var question = new PreferenceQuestion(asked.Model, asked.Baseline, asked.By, unit, Scope.TheseRaters, request.Declared.Confidence, request.Declared, asked.Criterion);
        var modelPairs = await PreferenceReports.KnownModelPairsAsync(request, store, cancel);
        PreferenceReports.Check(request, question, modelPairs);
        if (asked.Slice is not null && asked.By is null) errors.Add(new FieldError { Field = "by", Message = "Say what 'slice' is a value of, such as by=category." });
        if (asked.By is not null && asked.Slice is null) errors.Add(new FieldError { Field = "slice", Message = "Say which slice; empty for what has no value." });
        if (unit == Unit.Pair && asked.Counts == false) errors.Add(new FieldError { Field = "counts", Message = "A majority is of judgments that count; leave it out, or say true." });
        if (Refusal(errors) is { } refusal) return refusal;

        var evidence = await desk.GatherAsync(request, cancel, question.Criterion);
        int? rater = asked.Rater is { } name ? evidence.Raters.Values.FirstOrDefault(r => r.Name == name)?.Rater ?? NotFound("rater", $"No rater '{name}' had judged by then.") : null;
        int? prompt = asked.Prompt is { } id ? await store.PromptAsync(study, id, cancel) ?? NotFound("prompt", $"The study has no prompt '{id}'.") : null;
        var comparisons = PreferenceReports.Comparisons(modelPairs, request.Settings.Design, question);
        var slicing = question.By is null ? Slicing.None(comparisons)
            : await SliceBy.ReadAsync(question.By, request, evidence, await store.SkipsAsync(study, request.Sequence, cancel), comparisons, store, details, cancel);
        var wanted = slicing.Rows.Select(row => (asked.RowModel ?? row.Model) == row.Model && (asked.RowBaseline ?? row.Baseline) == row.Baseline).ToArray();
        if (errors.Count == 0 && slicing.Rows.Count > 0 && !wanted.Contains(true)) // in a study without pairs there are no rows, and no judgments
            errors.Add(new FieldError { Field = "row_model", Message = $"The report has no such row; it has {Told(slicing.Rows.Select(row => $"'{row.Model}' against '{row.Baseline}'"))}." });
        for (var row = 0; row < wanted.Length; row++) wanted[row] &= asked.By is null || (slicing.Rows[row].Slice!.Value ?? "") == asked.Slice;
        if (errors.Count == 0 && slicing.Rows.Count > 0 && !wanted.Contains(true))
            errors.Add(new FieldError { Field = "slice", Message = $"There is no slice '{asked.Slice}' by {asked.By}; there is {Told(slicing.Rows.Select(row => $"'{row.Slice!.Value}'"))}." });
        if (Refusal(errors) is { } unknown) return unknown;

        var judgments = evidence.Judgments;
        var found = new List<(CellJudgment Judgment, int Row, Winner Winner)>();
        for (var i = 0; i < judgments.Count; i++)
        {
            if ((asked.Counts == true || unit == Unit.Pair) && !judgments.Counted[i]) continue;
            if ((rater is not null && judgments.Rater[i] != rater) || (prompt is not null && judgments.Prompt[i] != prompt)) continue;
            if (RowOf(i) is not (var row, var flipped)) continue;
            found.Add((new CellJudgment(judgments.Sequence[i], judgments.Pair[i], judgments.Standing[i]), row, flipped ? Cell.Flip(judgments.Winner[i]) : judgments.Winner[i]));
        }
        if (outcome is { } one) found = unit == Unit.Pair ? OfMajority(found, one, request) : [.. found.Where(f => OutcomeOf(f.Winner) == one)];
        return found.Select(f => f.Judgment).OrderBy(j => j.Sequence).ToList();

        static string Told(IEnumerable<string> known) => known.Distinct().Take(21).ToList() is var some && some.Count > 20 ? string.Join(", ", some[..20]) + " and more" : string.Join(", ", some);

        int? NotFound(string field, string message)
        {
            errors.Add(new FieldError { Field = field, Message = message });
            return null;
        }

        (int Row, bool Flipped)? RowOf(int i)
        {
            ref readonly var pair = ref request.Facts.Pair(judgments.Pair[i]);
            if (!slicing.RowsOf.TryGetValue(pair.ModelPair, out var rows)) return null;
            var slices = slicing.Slices(pair, judgments.Rater[i]);
            foreach (var (first, flipped) in rows)
                foreach (var slice in slices)
                    if (wanted[first + slice]) return (first + slice, flipped);
            return null;
        }
    }

    /// <summary>Rows to be shown, with what each stood for.</summary>
    public async Task<IReadOnlyList<(NamedJudgment Row, Standing Standing)>> NameAsync(long study, IEnumerable<CellJudgment> judgments, CancellationToken cancel)
    {
        var standings = judgments.ToDictionary(j => j.Sequence, j => j.Standing);
        return [.. (await log.ReadNamedAsync(study, [.. standings.Keys], cancel)).Select(row => (row, standings[row.Sequence]))];
    }

    private static ProblemDetails? Refusal(List<FieldError> errors) => errors.Count == 0 ? null : Problem.InvalidRequest.With("Correct the parameters named in 'errors'.", errors);

    private static List<(CellJudgment, int, Winner)> OfMajority(List<(CellJudgment Judgment, int Row, Winner Winner)> found, CellOutcome outcome, ReportRequest request)
    {
        var majority = Majority.Of([.. found.Select(f => f.Judgment.Pair)], [.. found.Select(f => f.Winner)], request.Settings.Overlap.Base, request.Facts.OwnOverlaps);
        var pairs = majority.Outcomes.Where(o => OutcomeOf(o.Winner) == outcome).Select(o => o.Pair).ToHashSet();
        return [.. found.Where(f => pairs.Contains(f.Judgment.Pair))];
    }

    private static CellOutcome OutcomeOf(Winner winner) => winner switch
    {
        Winner.A => CellOutcome.Win,
        Winner.B => CellOutcome.Loss,
        Winner.Tie => CellOutcome.Tie,
        _ => CellOutcome.BothBad,
    };
}
