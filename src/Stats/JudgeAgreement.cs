namespace PrefEval.Stats;

/// <summary>
/// A judge (a language model that rates) held against people, beside people held against each other. Each human of a unit is left out in turn: her verdict and the
/// judge's are both held against the strict majority of the k - 1 others (a split is a tie), so that the two are comparable and people's own figure is
/// the ceiling that a judge can be asked to reach. Over win, tie and loss; both bad is a tie, as in <see cref="Agreement"/>.
/// </summary>
/// <remarks>
/// Shares are means over the verdicts left out, with this project's interval for means (jackknife over prompts, then Tango at the effective sample size), which
/// stays on the scale and is never of zero width. Kappa: delete-one-prompt jackknife, t(P - 1). All of it speaks of these raters and this judge.
/// </remarks>
public static class JudgeAgreement
{
    // Ordered, so that a distance means something: loss, tie, win.
    private const int Categories = 3;

    /// <param name="unit">A prompt and an unordered pair of models; the winner is said from the same model's side throughout a unit.</param>
    /// <param name="prompt">The same for every judgment of a unit.</param>
    /// <param name="isJudge">Whether the judge said it, or one of the people; neither judges a unit twice. Several judges at once: each of them is held against a unit's people.</param>
    public static JudgeAgreementEstimates Estimate(ReadOnlySpan<int> unit, ReadOnlySpan<int> prompt, ReadOnlySpan<Winner> winner, ReadOnlySpan<bool> isJudge, double confidence = 0.95)
    {
        Check(unit, prompt, isJudge);
        if (winner.Length != unit.Length) throw new ArgumentException("One winner a judgment, please.", nameof(winner));
        JudgmentColumns.CheckWinners(winner, nameof(winner));
        _ = Quantile.Normal(confidence);

        var prompts = Grouping.Highest(prompt) + 1;
        // Cells: what the judge said and a human said; what the judge said, the human left out, and the others.
        var (each, left) = (new PromptCounts(Categories * Categories, prompts), new PromptCounts(Categories * Categories * Categories, prompts));
        var units = Grouping.By(unit);
        int n = 0, shared = 0, compared = 0;
        Span<int> people = stackalloc int[Categories], judges = stackalloc int[Categories];
        for (var u = 0; u < units.Count; u++)
        {
            people.Clear();
            judges.Clear();
            foreach (var row in units[u])
            {
                if (prompt[row] != prompt[units[u][0]]) throw new ArgumentException("A unit belongs to one prompt.", nameof(prompt));
                (isJudge[row] ? judges : people)[winner[row] switch { Winner.A => 2, Winner.B => 0, _ => 1 }]++;
            }
            var (k, said) = (people[0] + people[1] + people[2], judges[0] + judges[1] + judges[2]);
            n += said;
            if (said == 0 || k == 0) continue;
            shared++;
            if (k > 1) compared++;
            for (var human = 0; human < Categories; human++)
            {
                if (people[human] == 0) continue;
                var reference = WithoutOne(people, human, k - 1);
                for (var judge = 0; judge < Categories; judge++)
                {
                    var times = (long)judges[judge] * people[human];
                    each.Add(prompt[units[u][0]], Categories * judge + human, times);
                    if (k > 1) left.Add(prompt[units[u][0]], Categories * (Categories * judge + human) + reference, times);
                }
            }
        }
        var none = n == 0 ? EstimateStatus.NoJudgments : EstimateStatus.NoOverlap;
        return new()
        {
            N = n,
            Units = shared,
            ComparedUnits = compared,
            Confidence = confidence,
            Percent = Share("percent", static (a, b) => a == b ? 2 : 0),
            TieDiscounted = Share("tie_discounted", static (a, b) => 2 - Math.Abs(a - b)),
            KappaLinear = Kappa("kappa_linear"),
        };

        // Scores in halves: whole numbers, whose sums are exact in any order.
        JudgeMeasure Share(string name, Func<int, int, int> halves) => new()
        {
            EachHuman = each.Mean(name, Scoring.WinRate, cell => halves(cell / Categories, cell % Categories), none, confidence),
            Judge = left.Mean(name, Scoring.WinRate, cell => halves(JudgeIn(cell), OthersIn(cell)), none, confidence),
            Ceiling = left.Mean(name, Scoring.WinRate, cell => halves(HumanIn(cell), OthersIn(cell)), none, confidence),
            Difference = left.Mean(name + "_difference", Scoring.Net, cell => halves(JudgeIn(cell), OthersIn(cell)) - halves(HumanIn(cell), OthersIn(cell)), none, confidence),
        };

        JudgeMeasure Kappa(string name) => new()
        {
            EachHuman = each.Jackknifed(name, -1, counts => KappaOf(counts, cell => cell / Categories, cell => cell % Categories), none, confidence),
            Judge = left.Jackknifed(name, -1, counts => KappaOf(counts, JudgeIn, OthersIn), none, confidence),
            Ceiling = left.Jackknifed(name, -1, counts => KappaOf(counts, HumanIn, OthersIn), none, confidence),
            Difference = left.Jackknifed(name + "_difference", -2, counts => KappaOf(counts, JudgeIn, OthersIn) - KappaOf(counts, HumanIn, OthersIn), none, confidence, highest: 2),
        };
    }

    /// <summary>The win rate of model A by people and by the judge on the units that both judged, each unit once, and by how much they differ.</summary>
    /// <param name="score">1, 1/2, 0, or an imported probability that A is preferred.</param>
    public static JudgeWinRates WinRates(ReadOnlySpan<int> unit, ReadOnlySpan<int> prompt, ReadOnlySpan<double> score, ReadOnlySpan<bool> isJudge, double confidence = 0.95)
    {
        Check(unit, prompt, isJudge);
        if (score.Length != unit.Length) throw new ArgumentException("One score a judgment, please.", nameof(score));
        foreach (var s in score)
            if (s is not (>= 0 and <= 1)) throw new ArgumentException("A score lies in [0, 1].", nameof(score));
        _ = Quantile.Normal(confidence);

        List<int> prompts = [];
        List<double> byPeople = [], byJudge = [], apart = [];
        var units = Grouping.By(unit);
        for (var u = 0; u < units.Count; u++)
        {
            var (people, judges) = ((Sum: 0.0, N: 0), (Sum: 0.0, N: 0));
            foreach (var row in units[u])
            {
                if (prompt[row] != prompt[units[u][0]]) throw new ArgumentException("A unit belongs to one prompt.", nameof(prompt));
                if (isJudge[row]) judges = (judges.Sum + score[row], judges.N + 1);
                else people = (people.Sum + score[row], people.N + 1);
            }
            if (people.N == 0 || judges.N == 0) continue;
            prompts.Add(prompt[units[u][0]]);
            byPeople.Add(people.Sum / people.N);
            byJudge.Add(judges.Sum / judges.N);
            apart.Add(Math.Clamp((1 + judges.Sum / judges.N - people.Sum / people.N) / 2, 0, 1)); // as a score, of which the difference is the net
        }
        int[] at = [.. prompts];
        Estimate Of(string name, Scoring scoring, List<double> scores)
        {
            var spread = scores.Count == 0 ? Spread.None : Spread.OfScores([.. scores], at, at);
            return ScoreInterval.OfMean(name, scoring, scoring == Scoring.Net ? spread.AsNet() : spread, EstimateStatus.NoOverlap, confidence);
        }
        return new()
        {
            Units = at.Length,
            Humans = Of("win_rate", Scoring.WinRate, byPeople),
            Judge = Of("win_rate", Scoring.WinRate, byJudge),
            Difference = Of("win_rate_difference", Scoring.Net, apart),
        };
    }

    private static int JudgeIn(int cell) => cell / (Categories * Categories);

    private static int HumanIn(int cell) => cell / Categories % Categories;

    private static int OthersIn(int cell) => cell % Categories;

    /// <summary>The strict majority of all but one who said <paramref name="human"/>.</summary>
    private static int WithoutOne(ReadOnlySpan<int> people, int human, int others) =>
        2 * (people[2] - (human == 2 ? 1 : 0)) > others ? 2 : 2 * (people[0] - (human == 0 ? 1 : 0)) > others ? 0 : 1;

    /// <summary>Cohen's kappa with linear weights: the tie-discounted score beyond what the two sets of verdicts would share by chance. J. Cohen (1968), Weighted kappa, Psychological Bulletin 70, 213-220.</summary>
    /// <returns>Null where one category is all there is.</returns>
    private static double? KappaOf(ReadOnlySpan<long> counts, Func<int, int> one, Func<int, int> other)
    {
        Span<double> rows = stackalloc double[Categories], columns = stackalloc double[Categories];
        double n = 0, observed = 0, expected = 0;
        for (var cell = 0; cell < counts.Length; cell++)
        {
            rows[one(cell)] += counts[cell];
            columns[other(cell)] += counts[cell];
            observed += counts[cell] * Math.Abs(one(cell) - other(cell));
            n += counts[cell];
        }
        for (var i = 0; i < Categories; i++)
            for (var j = 0; j < Categories; j++) expected += rows[i] * columns[j] * Math.Abs(i - j);
        return expected > 0 ? 1 - n * observed / expected : null;
    }

    private static void Check(ReadOnlySpan<int> unit, ReadOnlySpan<int> prompt, ReadOnlySpan<bool> isJudge)
    {
        if (prompt.Length != unit.Length) throw new ArgumentException("One prompt a judgment, please.", nameof(prompt));
        if (isJudge.Length != unit.Length) throw new ArgumentException("Say of every judgment whether it is the judge's.", nameof(isJudge));
        JudgmentColumns.CheckIndices(unit, nameof(unit));
        JudgmentColumns.CheckIndices(prompt, nameof(prompt));
    }
}

/// <summary>One measure of agreement, of a judge and of people. All of it for these raters, by prompts.</summary>
public sealed record JudgeMeasure
{
    /// <summary>The judge with every single human of a unit: needs one.</summary>
    public required Estimate EachHuman { get; init; }

    /// <summary>The judge with the majority of all humans of a unit but one, each left out in turn: needs two, and so does what follows.</summary>
    public required Estimate Judge { get; init; }

    /// <summary>The human left out with the same others.</summary>
    public required Estimate Ceiling { get; init; }

    /// <summary>Judge minus ceiling. Where it is a share, p tests that they are equal.</summary>
    public required Estimate Difference { get; init; }
}

public sealed record JudgeAgreementEstimates
{
    /// <summary>Judgments of the judge.</summary>
    public required int N { get; init; }

    /// <summary>Units that the judge and at least one human judged, and of them those that two or more humans did.</summary>
    public required int Units { get; init; }
    public required int ComparedUnits { get; init; }
    public required double Confidence { get; init; }
    public required JudgeMeasure Percent { get; init; }

    /// <summary>1 for equal, 1/2 where exactly one is a tie, 0 for opposite.</summary>
    public required JudgeMeasure TieDiscounted { get; init; }

    /// <summary>The tie-discounted score beyond chance.</summary>
    public required JudgeMeasure KappaLinear { get; init; }
}

public sealed record JudgeWinRates
{
    /// <summary>Units that both judged; each counts once, with the mean of its people and of its judges.</summary>
    public required int Units { get; init; }
    public required Estimate Humans { get; init; }
    public required Estimate Judge { get; init; }

    /// <summary>Judge minus people; p tests that they are equal.</summary>
    public required Estimate Difference { get; init; }
}
