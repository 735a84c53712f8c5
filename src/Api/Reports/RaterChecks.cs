using PrefEval.Api.Assignments;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>What is known of raters beside the evidence: their verdicts on gold pairs and on pairs that they met again, and how fast they were.</summary>
internal sealed class RaterChecks(Evidence evidence, StudyColumns columns, long at)
{
    private const int LeastMs = 1000, CharactersASecond = 300;

    /// <summary>Verdicts on gold pairs, mixed in or imported; those of a qualification are a test of their own.</summary>
    public IEnumerable<RaterCheck> OnGold(IReadOnlyDictionary<int, Winner> gold) => new[] { AssignmentRole.Normal, AssignmentRole.Gold }
        .Select(role => columns.Select(at, IsCounted, gold.ContainsKey, role: role))
        .SelectMany(found => Counted(found).Select(i => new RaterCheck(found.Rater[i], RaterCheckKind.Gold, found.Winner[i] == gold[found.Pair[i]])));

    /// <summary>A repeat has its sides swapped: she is consistent where the winner is the same. A first verdict that came too late to be counted is hers as well.</summary>
    public IEnumerable<RaterCheck> OnRepeats()
    {
        var repeats = columns.Select(at, IsCounted, pair => evidence.Passes[pair], role: AssignmentRole.Repeat);
        if (repeats.Count == 0) return [];
        var judgments = evidence.Judgments;
        var first = Enumerable.Range(0, judgments.Count).Where(i => judgments.Standing[i] is Judgments.Standing.Counted or Judgments.Standing.Surplus)
            .ToDictionary(i => (judgments.Rater[i], judgments.Pair[i]), i => judgments.Winner[i]);
        return Counted(repeats).Where(i => first.ContainsKey((repeats.Rater[i], repeats.Pair[i])))
            .Select(i => new RaterCheck(repeats.Rater[i], RaterCheckKind.Repeat, repeats.Winner[i] == first[(repeats.Rater[i], repeats.Pair[i])]));
    }

    /// <summary>By rater: counted judgments made in less time than a glance at every line of both answers takes.</summary>
    public static IReadOnlyDictionary<int, int> Fast(Selection judgments, IReadOnlyList<(int Pair, int CharactersA, int CharactersB)> lengths)
    {
        var least = lengths.ToDictionary(p => p.Pair, p => Math.Max(LeastMs, (p.CharactersA + p.CharactersB) * 1000L / CharactersASecond));
        return Counted(judgments).Where(i => judgments.DurationMs[i] is >= 0 and var took && took < least.GetValueOrDefault(judgments.Pair[i], LeastMs))
            .CountBy(i => judgments.Rater[i]).ToDictionary(r => r.Key, r => r.Value);
    }

    private bool IsCounted(int rater) => evidence.Raters[rater].Kind == evidence.Kind;

    private static IEnumerable<int> Counted(Selection some) => Enumerable.Range(0, some.Count).Where(i => some.Counted[i]);
}
