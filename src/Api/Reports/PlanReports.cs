using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>The plan: what the study's design comes to, and what a wished interval or power asks for. The study's own judgments are the pilot.</summary>
public static class PlanReports
{
    /// <summary>A pilot with fewer tells next to nothing.</summary>
    private const int LeastJudgments = 50, LeastPrompts = 20, LeastRaters = 3;
    private const int RatersByDefault = 10;
    private static readonly TimeSpan Recent = TimeSpan.FromDays(7);

    private sealed record Wish(double HalfWidth, double Net, double Power, double Confidence);

    /// <param name="Prompts">Pairs of the comparison that are to be judged.</param>
    /// <param name="ToCome">Judgments that they lack.</param>
    private readonly record struct Planned(int Prompts, long ToCome);

    public static async Task<Results<Ok<PlanReport>, StatusCodeHttpResult, ProblemHttpResult>> GetAsync(
        StudyContext context, ReportDesk desk, ReportStore store, TimeProvider time, HttpContext http,
        [AsParameters] PlanParameters asked, CancellationToken cancel)
    {
        var request = await desk.ReadAsync(context.Id, asked.Filter, cancel);
        var (facts, errors) = (request.Facts, request.Errors);
        for (var i = 0; i < errors.Count; i++)
            if (errors[i].Field == "raters") errors[i] = errors[i] with { Field = "kind" }; // which is what it is called here
        var wish = new Wish(Within(asked.HalfWidth ?? 0.05, 0.001, 0.4, "half_width", errors), Within(asked.Net ?? 0.1, 0.005, 0.95, "net", errors),
            Within(asked.Power ?? 0.8, 0.05, 0.999, "power", errors), ReportDesk.ParseConfidence(asked.Confidence, request.Declared.Confidence, errors));
        var overlap = (int)Within(asked.Overlap ?? request.Settings.Overlap.Base, 1, 1000, "overlap", errors);
        Within(asked.Prompts ?? 2, 2, Planner.MostPrompts, "prompts", errors);
        Within(asked.Raters ?? Planner.MostRaters, Math.Max(2, overlap), Planner.MostRaters, "raters", errors);
        var question = new PreferenceQuestion(asked.Model, asked.Baseline, null, Unit.Judgment, Scope.RatersLikeThese, wish.Confidence, request.Declared, null);
        var isOpened = facts.Opened <= request.Sequence;
        var modelPairs = isOpened || request.Settings.Design.Kind == DesignKind.Listed ? await store.ModelPairsAsync(context.Id, cancel) : await DesignedAsync(request, store, cancel);
        PreferenceReports.CheckModels(modelPairs, question, errors);
        if (request.Refusal is { } refusal) return refusal;

        // Pace and days are of the last full hour, so that a plan stays the same for as long.
        var hour = Time.Minutes(60);
        var now = request.Study.State == StudyState.Open && asked.At is null ? time.Micros() / hour * hour : (long?)null;
        var (judgments, since) = now is { } full ? await store.RecentAsync(context.Id, Math.Max(request.Study.OpenedAt ?? 0, Time.ToMicros(Time.FromMicros(full) - Recent)), cancel) : default;
        var invited = asked.At is null ? (await store.RatersAsync(context.Id, request.Sequence, cancel)).Count(r => r.Kind == RaterKind.Human) : 0;
        var hash = ReportDesk.Hash(request, "plan", new { asked, now, judgments, since, invited }, http, out var isKnown);
        if (isKnown) return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        var evidence = await desk.GatherAsync(request, cancel);
        var pilots = Pilot.Read(evidence.Judgments);
        var skips = await store.SkipsAsync(context.Id, request.Sequence, cancel);
        var drawn = isOpened ? Count(request, evidence, skips.GroupBy(s => s.Pair).Where(p => p.Count() >= PairStore.SkipsToUnjudgeable).Select(p => p.Key).ToHashSet()) : [];
        var planned = modelPairs.ToDictionary(m => m.ModelPair, m => isOpened ? drawn.GetValueOrDefault(m.ModelPair)
            : new Planned(m is DesignedPair made ? made.Prompts : facts.Pairs.Count(p => p.ModelPair == m.ModelPair && p.Role == PairRole.Normal), 0));
        var (pairsAPrompt, judgmentsAPrompt) = APrompt(request, modelPairs, isOpened);
        var raters = asked.Raters ?? Math.Max(Math.Max(2, overlap), RatersOf(evidence, invited));
        var pace = now is { } at ? PaceOf(judgments, since, planned.Values.Sum(p => p.ToCome), request, at) : null;
        var report = new PlanReport
        {
            Sequence = request.Sequence,
            Hash = hash,
            DataHash = evidence.DataHash,
            Filter = request.Filter,
            Raters = evidence.Kind,
            Confidence = wish.Confidence,
            HalfWidth = wish.HalfWidth,
            Net = wish.Net,
            Power = wish.Power,
            PairsAPrompt = pairsAPrompt,
            RatersWithoutRepeats = asked.Overlap is null ? judgmentsAPrompt : pairsAPrompt * overlap,
            Pace = pace,
            Items = [.. modelPairs.Select(m => (m.ModelPair, Comparison: PreferenceReports.Orient(m, request.Settings.Design, question))).Where(m => PreferenceReports.IsAsked(m.Comparison, question)).Select(m =>
            {
                var its = planned[m.ModelPair];
                var pilot = pilots.GetValueOrDefault(m.ModelPair);
                var share = pace is { ToCome: > 0 } ? its.ToCome / (double)pace.ToCome : 0;
                return Row(m.Comparison, pilot, Math.Clamp(asked.Prompts ?? its.Prompts, 2, Planner.MostPrompts), raters, overlap, wish,
                    (prompts, wanted) => prompts <= its.Prompts && pace is not null ? DayAfter((wanted - (pilot?.N ?? 0)) / (pace.JudgmentsADay * share), request, now!.Value) : null);
            })],
        };
        return TypedResults.Ok(report with { Methods = MethodsOfPlan.Of(report) });
    }

    private static PlanRow Row(Comparison comparison, Pilot? pilot, int prompts, int raters, int overlap, Wish wish, Func<int, long, DateOnly?> dayOf)
    {
        var (assumptions, basis) = BasisOf(pilot, comparison.Flipped);
        PlanNeed Need(int? wanted, int? byRaters, double independent) => new()
        {
            Prompts = wanted,
            Judgments = wanted is { } number ? (long)number * overlap : null,
            Raters = byRaters,
            IndependentJudgments = (long)Math.Ceiling(independent),
            Day = wanted is { } n ? dayOf(n, (long)n * overlap) : null,
        };
        return new PlanRow
        {
            Model = comparison.Model,
            Baseline = comparison.Baseline,
            Basis = basis,
            Planned = Design(prompts, raters),
            OneMorePrompt = Design(Math.Min(prompts + 1, Planner.MostPrompts), raters),
            OneMoreRater = Design(prompts, Math.Min(raters + 1, Planner.MostRaters)),
            FloorHalfWidth = Planner.Floor(assumptions, raters, wish.Confidence),
            ForHalfWidth = Need(Planner.PromptsForHalfWidth(assumptions, wish.HalfWidth, raters, overlap, wish.Confidence),
                Planner.RatersForHalfWidth(assumptions, wish.HalfWidth, prompts, overlap, wish.Confidence), Planner.IndependentForHalfWidth(assumptions, wish.HalfWidth, wish.Confidence)),
            ForPower = Need(Planner.PromptsForPower(assumptions, wish.Net, wish.Power, raters, overlap, wish.Confidence),
                Planner.RatersForPower(assumptions, wish.Net, wish.Power, prompts, overlap, wish.Confidence),
                NetPower.Judgments(Math.Max(wish.Net, assumptions.Win + assumptions.Loss), wish.Net, wish.Power, wish.Confidence)),
        };

        PlanDesign Design(int ofPrompts, int ofRaters)
        {
            var point = Planner.At(assumptions, ofPrompts, ofRaters, overlap, wish.Confidence);
            return new PlanDesign
            {
                Prompts = point.Prompts,
                Raters = point.Raters,
                Overlap = point.Overlap,
                Judgments = point.Judgments,
                Se = point.Se,
                Df = point.Df,
                Deff = point.Deff,
                NEff = point.NEff,
                HalfWidth = point.HalfWidth,
                Power = Planner.Power(assumptions, ofPrompts, ofRaters, overlap, wish.Net, wish.Confidence),
            };
        }
    }

    private static (PlanAssumptions, PlanBasis) BasisOf(Pilot? pilot, bool turned)
    {
        var assumed = PlanAssumptions.Default;
        var components = pilot is { N: >= LeastJudgments } && pilot.Components is { Prompts: >= LeastPrompts, Total: > 0 } enough ? enough : null;
        var byPrompt = components is { PromptStatus: not ComponentStatus.NotSeparable };
        var byRater = components is { RaterStatus: not ComponentStatus.NotSeparable, Raters: >= LeastRaters };
        if (components is not null)
        {
            // Where every judgment says the same but for its imported score, wins and losses have no variance to share out.
            var (win, loss) = turned ? (pilot!.Losses, pilot.Wins) : (pilot!.Wins, pilot.Losses);
            if (win + loss > 0 && win < pilot.N && loss < pilot.N) assumed = assumed with { Win = win / (double)pilot.N, Loss = loss / (double)pilot.N };
            else components = null;
        }
        (byPrompt, byRater) = (byPrompt && components is not null, byRater && components is not null);
        var prompt = byPrompt ? components!.Prompt / components.Total : assumed.PromptShare;
        var rater = byRater ? components!.Rater / components.Total : assumed.RaterShare;
        assumed = assumed with { PromptShare = Math.Min(prompt, 1 - rater), RaterShare = rater, Evenness = byRater ? Math.Min(1, components!.EffectiveRaters / components.Raters) : 1 };
        return (assumed, new PlanBasis
        {
            PilotJudgments = pilot?.N ?? 0,
            PilotPrompts = pilot?.Components?.Prompts ?? 0,
            PilotRaters = pilot?.Components?.Raters ?? 0,
            Outcomes = components is null ? PlanSource.Defaults : PlanSource.Judgments,
            WinShare = assumed.Win,
            TieShare = Math.Max(0, 1 - assumed.Win - assumed.Loss),
            LossShare = assumed.Loss,
            Prompts = byPrompt ? PlanSource.Judgments : PlanSource.Defaults,
            PromptShare = assumed.PromptShare,
            Raters = byRater ? PlanSource.Judgments : PlanSource.Defaults,
            RaterShare = assumed.RaterShare,
            RestShare = assumed.RestShare,
            PromptStatus = pilot?.Components?.PromptStatus,
            RaterStatus = pilot?.Components?.RaterStatus,
            Evenness = assumed.Evenness,
        });
    }

    /// <summary>What each comparison still asks for, by pair of models.</summary>
    private static Dictionary<int, Planned> Count(ReportRequest request, Evidence evidence, HashSet<int> unjudgeable)
    {
        var counted = new int[request.Facts.Highest + 1];
        for (var i = 0; i < evidence.Judgments.Count; i++)
            if (evidence.Judgments.Counted[i]) counted[evidence.Judgments.Pair[i]]++;
        var planned = new Dictionary<int, Planned>();
        foreach (ref readonly var pair in request.Facts.Pairs.AsSpan())
        {
            if (!evidence.Passes[pair.Pair] || pair.Identical || !(pair.ServedSince <= request.Sequence)) continue;
            var before = planned.GetValueOrDefault(pair.ModelPair);
            planned[pair.ModelPair] = new(before.Prompts + 1, before.ToCome + (unjudgeable.Contains(pair.Pair) ? 0 : Math.Max(0, pair.Overlap - counted[pair.Pair])));
        }
        return planned;
    }

    /// <summary>The most pairs of one prompt, and the most judgments of them.</summary>
    private static (int Pairs, int Judgments) APrompt(ReportRequest request, IReadOnlyList<ModelPairRow> modelPairs, bool isOpened)
    {
        if (!isOpened && request.Settings.Design.Kind != DesignKind.Listed) return (modelPairs.Count, modelPairs.Count * request.Settings.Overlap.Base);
        var prompts = request.Facts.Pairs.Where(p => p.Role == PairRole.Normal && !p.Identical && (!isOpened || p.ServedSince <= request.Sequence)).GroupBy(p => p.Prompt).ToList();
        return (prompts.Select(p => p.Count()).DefaultIfEmpty(0).Max(), prompts.Select(p => p.Sum(pair => pair.Overlap)).DefaultIfEmpty(0).Max());
    }

    private static int RatersOf(Evidence evidence, int invited)
    {
        var judged = evidence.Judgments.Rater.Where((_, i) => evidence.Judgments.Counted[i]).Distinct().Count();
        return judged > 1 ? judged : invited > 1 ? invited : RatersByDefault;
    }

    /// <summary>A comparison that a draft's design asks for.</summary>
    private sealed record DesignedPair : ModelPairRow
    {
        public required int Prompts { get; init; }
    }

    private static async Task<IReadOnlyList<ModelPairRow>> DesignedAsync(ReportRequest request, ReportStore store, CancellationToken cancel)
    {
        var design = request.Settings.Design;
        var known = (await store.ModelPairsAsync(request.Study.Study, cancel)).ToDictionary(m => (m.ModelA, m.ModelB));
        var answered = (await store.AnsweredTogetherAsync(request.Study.Study, cancel)).Where(m => design.Focal is not { } focal || m.ModelA == focal || m.ModelB == focal).ToList();
        var sampled = design.Sample is { } sample ? Math.Min(1, sample.N / (double)Math.Max(1, answered.Sum(m => (long)m.Prompts))) : 1;
        return [.. answered.Select((m, i) =>
        {
            var standing = known.GetValueOrDefault((m.ModelA, m.ModelB)) ?? known.GetValueOrDefault((m.ModelB, m.ModelA)); // judgments that were imported made it
            return new DesignedPair { ModelPair = standing?.ModelPair ?? -1 - i, ModelA = standing?.ModelA ?? m.ModelA, ModelB = standing?.ModelB ?? m.ModelB, Prompts = (int)(m.Prompts * sampled) };
        })];
    }

    private static Pace PaceOf(int judgments, long since, long toCome, ReportRequest request, long now)
    {
        var days = Math.Max(1, (now - since) / (double)TimeSpan.FromDays(1).TotalMicroseconds);
        var aDay = judgments / days;
        return new Pace { JudgmentsADay = aDay, Judgments = judgments, Days = days, ToCome = toCome, Done = DayAfter(toCome / aDay, request, now) };
    }

    /// <summary>The study's local day so many days from now; null: never, or not in ten years.</summary>
    private static DateOnly? DayAfter(double days, ReportRequest request, long now)
    {
        const double Never = 3650;
        if (!(days < Never)) return null;
        return DateOnly.FromDayNumber(StudyDay.Of(now + (long)(Math.Max(0, days) * TimeSpan.FromDays(1).TotalMicroseconds), request.Settings.TimeZone));
    }

    private static double Within(double value, double from, double to, string field, List<FieldError> errors)
    {
        if (value >= from && value <= to) return value;
        errors.Add(new FieldError { Field = field, Message = FormattableString.Invariant($"A number from {from} to {to}.") });
        return from;
    }

    /// <summary>The judgments of one comparison, from the point of view of the pair's first model.</summary>
    private sealed record Pilot(int N, int Wins, int Losses, VarianceComponents? Components)
    {
        public static Dictionary<int, Pilot> Read(Selection judgments)
        {
            var rows = new Dictionary<int, List<int>>();
            for (var i = 0; i < judgments.Count; i++)
            {
                if (!judgments.Counted[i]) continue;
                if (!rows.TryGetValue(judgments.ModelPair[i], out var its)) rows[judgments.ModelPair[i]] = its = [];
                its.Add(i);
            }
            return rows.ToDictionary(r => r.Key, r => Of(judgments, r.Value));
        }

        private static Pilot Of(Selection judgments, List<int> rows)
        {
            double[] score = [.. rows.Select(i => !double.IsNaN(judgments.Score[i]) ? judgments.Score[i] : judgments.Winner[i] switch { Winner.A => 1, Winner.B => 0, _ => 0.5 })];
            return new(rows.Count, rows.Count(i => judgments.Winner[i] == Winner.A), rows.Count(i => judgments.Winner[i] == Winner.B),
                rows.Count < 2 ? null : VarianceComponents.Estimate(score, [.. rows.Select(i => judgments.Prompt[i])], [.. rows.Select(i => judgments.Rater[i])]));
        }
    }
}
