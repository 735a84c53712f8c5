using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Assignments;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>How far language models that judge agree with humans, beside how far humans agree with each other. The one report that reads two kinds of raters.</summary>
public static class JudgeReports
{
    private const int MostRows = 1000;

    public static async Task<Results<Ok<JudgesReport>, StatusCodeHttpResult, ProblemHttpResult>> GetAsync(
        StudyContext context, ReportDesk desk, ReportStore store, DetailStore details, HttpContext http, [AsParameters] JudgeParameters asked, [AsParameters] ReportParameters filter, CancellationToken cancel)
    {
        var request = await desk.ReadAsync(context.Id, filter, cancel);
        var level = ReportDesk.ParseConfidence(asked.Confidence, request.Declared.Confidence, request.Errors);
        if (request.Filter.Raters == RaterKind.Llm)
            request.Errors.Add(new FieldError { Field = "raters", Message = "Judges are held against human (or simulated) raters; their own figures are in the other reports." });
        SliceBy.CheckOfPairs(asked.By, request.Errors);
        if (request.Refusal is { } refusal) return refusal;
        var hash = ReportDesk.Hash(request, "judges", new { asked.By, level }, http, out var isKnown);
        if (isKnown) return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        var humans = await desk.GatherAsync(Of(request, request.Filter.Raters ?? RaterKind.Human), cancel);
        var llms = await desk.GatherAsync(Of(request, RaterKind.Llm), cancel);
        var votes = new Votes(humans.Judgments, llms.Judgments, level);
        var judges = votes.Judges.Select(rater => (Rater: (int?)rater, Name: (string?)llms.Raters[rater].Name)).OrderBy(j => j.Name, StringComparer.Ordinal).Prepend((null, null)).ToList();

        var modelPairs = await store.ModelPairsAsync(context.Id, cancel);
        List<JudgeRow> slices = [];
        if (asked.By is not null && modelPairs.Count > 0)
        {
            Comparison[] comparisons = [.. modelPairs.Select(m => new Comparison(m.ModelPair, m.ModelA, m.ModelB, m.ModelB == request.Settings.Design.Focal))];
            var slicing = await SliceBy.ReadAsync(asked.By, request, humans, [], comparisons, store, details, cancel);
            if (slicing.Values.Count * judges.Count > MostRows)
            {
                request.Errors.Add(new FieldError { Field = "by", Message = $"That makes {slicing.Values.Count * judges.Count:N0} rows, and a report holds {MostRows:N0}. Ask for the judgments of one category, tag, language or wave." });
                return request.Refusal!;
            }
            var parts = slicing.Values.Select((_, place) => votes.Where(pair => slicing.Slices(request.Facts.Pair(pair), 0).Contains(place))).ToList();
            slices.AddRange(from judge in judges from part in parts.Zip(slicing.Values) select Row(judge.Rater, judge.Name, new Slice { By = asked.By, Value = part.Second, Pooled = null }, part.First));
        }
        var report = new JudgesReport
        {
            Sequence = request.Sequence,
            Hash = hash,
            DataHash = humans.DataHash,
            Filter = request.Filter,
            Raters = humans.Kind,
            Confidence = level,
            Items = [.. judges.Select(j => Row(j.Rater, j.Name, null, votes))],
            Slices = slices,
            WinRates = [.. from m in modelPairs
                           let ofPair = votes.Of(m.ModelPair)
                           where !ofPair.IsEmpty
                           from j in judges
                           where j.Rater is null || ofPair.Judges.Contains(j.Rater.Value)
                           select WinRates(j.Rater, j.Name, m, m.ModelB == request.Settings.Design.Focal, ofPair)],
        };
        return TypedResults.Ok(report with { Methods = MethodsOfJudges.Of(report) });
    }

    private static ReportRequest Of(ReportRequest request, RaterKind kind) => request with { Filter = request.Filter with { Raters = kind } };

    private static JudgeRow Row(int? judge, string? name, Slice? slice, Votes votes)
    {
        var e = votes.Agreement(judge);
        var (left, decisive) = votes.LeftWins(judge);
        return new JudgeRow
        {
            Judge = name,
            Slice = slice,
            N = e.N,
            Pairs = e.Units,
            ComparedPairs = e.ComparedUnits,
            Percent = JudgeMeasureRow.Of(e.Percent),
            TieDiscounted = JudgeMeasureRow.Of(e.TieDiscounted),
            KappaLinear = JudgeMeasureRow.Of(e.KappaLinear),
            LeftShare = Proportion.Of("left_share", CountedShare.Of(left, decisive, e.Confidence), e.Confidence),
            LeftP = decisive == 0 ? null : SignTest.Of(left, decisive - left).MidP,
        };
    }

    private static JudgeWinRateRow WinRates(int? judge, string? name, ModelPairRow models, bool flipped, Votes votes)
    {
        var shared = votes.WinRates(judge, flipped);
        return new JudgeWinRateRow
        {
            Judge = name,
            Model = flipped ? models.ModelB : models.ModelA,
            Baseline = flipped ? models.ModelA : models.ModelB,
            Humans = Interval.Of(votes.WinRate(votes.Humans, flipped)),
            JudgeAlone = Interval.Of(votes.WinRate(votes.JudgedBy(judge), flipped)),
            SharedPairs = shared.Units,
            HumansOnShared = Interval.Of(shared.Humans),
            JudgeOnShared = Interval.Of(shared.Judge),
            Difference = Interval.Of(shared.Difference),
        };
    }

    private readonly record struct Vote(int Pair, int Prompt, int ModelPair, int Rater, Winner Winner, double Score, Side? Left);

    /// <summary>What humans and judges said, or a part of it.</summary>
    private sealed class Votes(IReadOnlyList<Vote> humans, IReadOnlyList<Vote> judged, double confidence)
    {
        private readonly HashSet<int> _judges = [.. judged.Select(v => v.Rater)];
        private readonly ILookup<int, Vote> _byJudge = judged.ToLookup(v => v.Rater);

        public Votes(Selection humans, Selection llms, double confidence) : this(Counted(humans), Counted(llms), confidence) { }

        public IReadOnlyList<Vote> Humans => humans;

        public HashSet<int> Judges => _judges;

        public bool IsEmpty => humans.Count == 0 && judged.Count == 0;

        public Votes Where(Func<int, bool> pair) => new([.. humans.Where(v => pair(v.Pair))], [.. judged.Where(v => pair(v.Pair))], confidence);

        public Votes Of(int modelPair) => new([.. humans.Where(v => v.ModelPair == modelPair)], [.. judged.Where(v => v.ModelPair == modelPair)], confidence);

        /// <param name="judge">Null: all of them.</param>
        public IReadOnlyList<Vote> JudgedBy(int? judge) => judge is { } one ? [.. _byJudge[one]] : judged;

        public JudgeAgreementEstimates Agreement(int? judge)
        {
            var (rows, unit, prompt, isJudge) = Shared(judge);
            return JudgeAgreement.Estimate(unit, prompt, [.. rows.Select(v => v.Winner)], isJudge, confidence);
        }

        public JudgeWinRates WinRates(int? judge, bool flipped)
        {
            var (rows, unit, prompt, isJudge) = Shared(judge);
            return JudgeAgreement.WinRates(unit, prompt, [.. rows.Select(v => ScoreOf(v, flipped))], isJudge, confidence);
        }

        public Estimate WinRate(IReadOnlyList<Vote> votes, bool flipped)
        {
            double[] score = [.. votes.Select(v => flipped ? 1 - v.Score : v.Score)];
            return Preference.Estimate(new JudgmentColumns([.. votes.Select(v => v.Prompt)], [.. votes.Select(v => v.Rater)],
                [.. votes.Select(v => v.Winner switch { Winner.A when flipped => Winner.B, Winner.B when flipped => Winner.A, var w => w })],
                Array.TrueForAll(score, double.IsNaN) ? default : score), confidence).WinRate.TheseRaters;
        }

        public (int Left, int Decisive) LeftWins(int? judge)
        {
            var decisive = JudgedBy(judge).Where(v => v.Left is not null && v.Winner is Winner.A or Winner.B).ToList();
            return (decisive.Count(v => v.Winner == Winner.A == (v.Left == Side.A)), decisive.Count);
        }

        /// <summary>The judge's votes and those of humans on the same pairs, pairs and prompts numbered among themselves.</summary>
        private (List<Vote> Rows, int[] Unit, int[] Prompt, bool[] IsJudge) Shared(int? judge)
        {
            var own = JudgedBy(judge);
            var (units, prompts) = (new Dictionary<int, int>(), new Dictionary<int, int>());
            foreach (var vote in own)
            {
                units.TryAdd(vote.Pair, units.Count);
                prompts.TryAdd(vote.Prompt, prompts.Count);
            }
            List<Vote> rows = [.. own, .. humans.Where(v => units.ContainsKey(v.Pair))];
            return (rows, [.. rows.Select(v => units[v.Pair])], [.. rows.Select(v => prompts[v.Prompt])], [.. rows.Select((_, at) => at < own.Count)]);
        }

        private static double ScoreOf(Vote vote, bool flipped)
        {
            var score = !double.IsNaN(vote.Score) ? vote.Score : vote.Winner switch { Winner.A => 1, Winner.B => 0, _ => 0.5 };
            return flipped ? 1 - score : score;
        }

        private static List<Vote> Counted(Selection s) =>
            [.. Enumerable.Range(0, s.Count).Where(i => s.Counted[i]).Select(i => new Vote(s.Pair[i], s.Prompt[i], s.ModelPair[i], s.Rater[i], s.Winner[i], s.Score[i], s.Left[i]))];
    }
}
