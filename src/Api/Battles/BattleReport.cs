using System.Text;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Reports;
using PrefEval.Stats;

namespace PrefEval.Api.Battles;

/// <summary>What a file of judgments says, without a study: each pair of models that met.</summary>
public sealed record BattleReport
{
    /// <summary>The one kind of rater that is counted; null where rows do not say who judged.</summary>
    public required RaterKind? RaterKind { get; init; }
    public bool Simulated => RaterKind == Api.Raters.RaterKind.Simulated;
    public required int Judgments { get; init; }
    public required int Prompts { get; init; }
    public required int? Raters { get; init; }
    public required double Confidence { get; init; }
    public required string TieRule { get; init; }

    /// <summary>Rows that say again what an earlier one said: left out.</summary>
    public required long Repeated { get; init; }
    /// <summary>Rows without a verdict.</summary>
    public required long NotJudged { get; init; }
    /// <summary>Judgments of other kinds of rater: left out.</summary>
    public required long OtherKinds { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }
    public required IReadOnlyList<BattleRow> Items { get; init; }

    /// <summary>The table with most judgments first; models of different tables never met, and cannot be ranked against each other.</summary>
    public required IReadOnlyList<BattleBoard> Leaderboard { get; init; }

    /// <summary>Lines that could not be read, and so are in no number above; the first hundred of them.</summary>
    public required long ErrorCount { get; init; }
    public required IReadOnlyList<FieldError> Errors { get; init; }
    /// <summary>How it came about, in English and in Chinese, to print beside it.</summary>
    public MethodsText Methods { get; init; } = MethodsText.None;

    /// <param name="file">Its judgments.</param>
    /// <param name="confidence">Of every interval.</param>
    internal static BattleReport Of(BattleFile file, double confidence)
    {
        using var comparisons = new Comparisons(file);
        var compared = new Compared[comparisons.Count];
        Parallel.For(0, compared.Length, i => compared[i] = comparisons.Estimate(i, confidence));
        foreach (var line in compared.SelectMany(c => c.Contradictions))
            file.Errors.Add(line, "winner", "An earlier line has another judgment by this rater of this pair. A rater judges a pair once; take one of them out.");

        var report = new BattleReport
        {
            RaterKind = file.Raters is null ? null : file.Kind,
            Judgments = compared.Sum(c => c.Row.N),
            Prompts = file.Rows.Select(r => r.Prompt).Distinct().Count(),
            Raters = file.Raters is null ? null : file.Rows.Select(r => r.Rater).Distinct().Count(),
            Confidence = confidence,
            TieRule = PreferenceReports.TieRule,
            Repeated = compared.Sum(c => c.Repeated),
            NotJudged = file.NotJudged,
            OtherKinds = file.OtherKinds,
            Warnings = [],
            Leaderboard = BattleBoards.Of(file, comparisons.LeftOut, confidence),
            Items = [.. compared.Select(c => c.Row).OrderBy(i => i.Model, StringComparer.Ordinal).ThenBy(i => i.Baseline, StringComparer.Ordinal)],
            ErrorCount = file.Errors.Count,
            Errors = file.Errors.Lowest(),
        };
        return report with { Warnings = [.. report.Warn(file.Models.Count)], Methods = MethodsOfBattles.Of(report, file.Scores.Count > 0) };
    }

    private IEnumerable<string> Warn(int models)
    {
        if (ErrorCount > 0) yield return $"{ErrorCount:N0} line(s) could not be read and are in no number here; see the errors.";
        if (Simulated) yield return "The judgments are simulated: nobody judged.";
        if (RaterKind is null) yield return "Raters unknown: the rows do not say who judged, so intervals speak of these raters only, and rows that repeat a judgment cannot be told.";
        else if (Raters is 1) yield return "One rater says nothing about raters like her: intervals speak of this rater only.";
        else if (Raters < 5) yield return $"Only {Raters} raters stand for all: intervals for raters like these rest on few.";
        if (OtherKinds > 0) yield return $"{OtherKinds:N0} judgment(s) by other kinds of rater are left out: only kind '{RaterKind.ToString()!.ToLowerInvariant()}' is counted.";
        if (Repeated > 0) yield return $"{Repeated:N0} row(s) say again what an earlier row said and are left out.";
        if (Leaderboard.Count > 1) yield return $"The models fall into {Leaderboard.Count} groups that never met: there are no ranks across them.";
        else if (Leaderboard.Count == 0 && Items.Count > 0) yield return $"No leaderboard: it holds {ContestColumns.MaxModels:N0} models at most.";
        else if (Items.Count < models * (models - 1L) / 2) yield return $"{models * (models - 1L) / 2 - Items.Count:N0} pair(s) of models never met: their ranks rest on how they did against others.";
        if (Leaderboard.Any(b => b.Penalized)) yield return "A model never lost, or never won, against the rest: strengths are drawn in by a penalty (Firth).";
        if (NotJudged > 0) yield return $"{NotJudged:N0} row(s) hold no verdict and are left out.";
    }
}

/// <summary>One model against one other. The model is the one whose name sorts first, as in the service.</summary>
public sealed record BattleRow
{
    public required string Model { get; init; }
    public required string Baseline { get; init; }
    public required int N { get; init; }
    public required int Wins { get; init; }
    public required int Ties { get; init; }
    public required int BothBad { get; init; }
    public required int Losses { get; init; }
    public required int Prompts { get; init; }
    public required int? Raters { get; init; }

    /// <summary>Null where rows do not say who judged.</summary>
    public required Estimands? RatersLikeThese { get; init; }
    public required Estimands TheseRaters { get; init; }
    public required Estimands Independent { get; init; }
}

/// <summary>A row of the report, and the lines of the file that are in no number of it.</summary>
internal readonly record struct Compared(BattleRow Row, long Repeated, IReadOnlyList<long> Contradictions);

/// <summary>The judgments of a file put in order by the pair of models, each pair seen from the model whose name sorts first.</summary>
internal sealed class Comparisons : IDisposable
{
    private readonly BattleFile _file;
    private readonly int[] _order; // the rows, pair by pair, in the order of the file
    private readonly int[] _start;
    private readonly List<(int Model, int Baseline)> _pairs = [];
    /// <summary>Rows that say again, or say otherwise, what an earlier one of the same rater said: complete once every pair was estimated.</summary>
    public bool[] LeftOut { get; }

    private readonly ThreadLocal<(int[] Prompt, int[] Rater)> _dense;

    public Comparisons(BattleFile file)
    {
        _file = file;
        LeftOut = new bool[file.Rows.Count];
        _dense = new(() => (new int[file.PromptCount], new int[Math.Max(1, file.Raters?.Count ?? 0)]));
        var names = file.Models.Select(Encoding.UTF8.GetBytes).ToArray();
        var models = file.Models.Count;
        var numbers = new Dictionary<long, int>();
        var pairOf = new int[file.Rows.Count];
        for (var i = 0; i < pairOf.Length; i++)
        {
            var (a, b) = (file.Rows[i].ModelA, file.Rows[i].ModelB);
            var key = (long)Math.Min(a, b) * models + Math.Max(a, b);
            if (!numbers.TryGetValue(key, out var number))
            {
                numbers[key] = number = _pairs.Count;
                _pairs.Add(names[a].AsSpan().SequenceCompareTo(names[b]) < 0 ? (a, b) : (b, a));
            }
            pairOf[i] = number;
        }
        _start = new int[_pairs.Count + 1];
        foreach (var pair in pairOf) _start[pair + 1]++;
        for (var i = 0; i < _pairs.Count; i++) _start[i + 1] += _start[i];
        var next = _start.ToArray();
        _order = new int[pairOf.Length];
        for (var i = 0; i < pairOf.Length; i++) _order[next[pairOf[i]]++] = i;
    }

    public int Count => _pairs.Count;

    public void Dispose() => _dense.Dispose();

    public Compared Estimate(int pair, double confidence)
    {
        var (model, baseline) = _pairs[pair];
        var rows = _order.AsSpan(_start[pair].._start[pair + 1]);
        var named = _file.Raters is not null;
        var (denseOfPrompt, denseOfRater) = _dense.Value;
        int[] prompt = new int[rows.Length], rater = new int[rows.Length];
        var winner = new Winner[rows.Length];
        var score = new double[rows.Length];
        var seen = new Dictionary<(int Prompt, int Rater), int>(named ? rows.Length : 0);
        var contradictions = new List<long>();
        int n = 0, prompts = 0, raters = 0;
        long repeated = 0;
        foreach (var i in rows)
        {
            var row = _file.Rows[i];
            var flipped = row.ModelA != model;
            winner[n] = !flipped ? row.Winner : row.Winner switch { Winner.A => Winner.B, Winner.B => Winner.A, var same => same };
            score[n] = !_file.Scores.TryGetValue(i, out var given) ? double.NaN : flipped ? 1 - given : given;
            if (named && !seen.TryAdd((row.Prompt, row.Rater), n))
            {
                var earlier = seen[(row.Prompt, row.Rater)];
                if (winner[earlier] == winner[n] && score[earlier].Equals(score[n])) repeated++;
                else contradictions.Add(row.Line);
                LeftOut[i] = true;
                continue;
            }
            // A dense number from 1 while this pair is in hand; 0 is none.
            ref var p = ref denseOfPrompt[row.Prompt];
            ref var r = ref denseOfRater[Math.Max(0, row.Rater)];
            if (p == 0) p = ++prompts;
            if (r == 0) r = ++raters;
            (prompt[n], rater[n]) = (p - 1, r - 1);
            n++;
        }
        foreach (var i in rows) (denseOfPrompt[_file.Rows[i].Prompt], denseOfRater[Math.Max(0, _file.Rows[i].Rater)]) = (0, 0);

        var hasScores = _file.Scores.Count > 0 && !score.AsSpan(0, n).ToArray().All(double.IsNaN);
        var estimates = Preference.Estimate(new JudgmentColumns(prompt.AsSpan(0, n), rater.AsSpan(0, n), winner.AsSpan(0, n), hasScores ? score.AsSpan(0, n) : default), confidence);
        var compared = new BattleRow
        {
            Model = _file.Models[model],
            Baseline = _file.Models[baseline],
            N = estimates.N,
            Wins = estimates.Wins,
            Ties = estimates.Ties,
            BothBad = estimates.BothBad,
            Losses = estimates.Losses,
            Prompts = estimates.Prompts,
            Raters = named ? estimates.Raters : null,
            RatersLikeThese = named ? Estimands.Of(estimates, Scope.RatersLikeThese) : null,
            TheseRaters = Estimands.Of(estimates, Scope.TheseRaters),
            Independent = Estimands.Of(estimates, Scope.Independent),
        };
        return new(compared, repeated, contradictions);
    }
}
