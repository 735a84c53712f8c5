using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Assignments;

/// <summary>A pair that is put before a rater for another reason than its verdict.</summary>
/// <param name="Met">The pairs of this prompt that she met before.</param>
public sealed record Check(AssignmentRole Role, int Pair, int Prompt, int ModelPair, int Met, Side Left);

/// <summary>
/// Picks the pairs of the two rounds and those that check on a rater. A check comes in the stead of a pair that was open to her, with a chance of its own each
/// time: what she has met says nothing of what comes, and she is never asked where somebody without checks would not be.
/// </summary>
public static class Checks
{
    /// <summary>How many judgments lie between a pair and its repeat, where the study has as many.</summary>
    public const int RepeatAfter = 20;

    private const int Candidates = 64, LargestImbalance = 2;

    private sealed record KnownPair
    {
        public required int Pair { get; init; }
        public required int Prompt { get; init; }
        public required int ModelPair { get; init; }
        public required int RaterBalance { get; init; }
        public required int Met { get; init; }
        /// <summary>When she last met the prompt.</summary>
        public required int LastOrdinal { get; init; }

        public Check As(AssignmentRole role, Random chance) => new(role, Pair, Prompt, ModelPair, Met, Sides.Choose(RaterBalance, 0, 0, int.MaxValue, chance).Left);
    }

    private sealed record Judged
    {
        public required int Pair { get; init; }
        public required int Prompt { get; init; }
        public required int ModelPair { get; init; }
        public required Side LeftSide { get; init; }
        public required int Met { get; init; }
    }

    /// <summary>The next practice pair in the order of the files; null when she has met all.</summary>
    public static Check? Practice(Write write, Asked asked, Random chance) =>
        Find(write, asked, "p.role = 'practice'", "x.pair = p.pair AND x.role = 1", 1) is [var next] ? next.As(AssignmentRole.Practice, chance) : null;

    /// <summary>A gold pair that she has not met, of a prompt that she does not hold.</summary>
    public static Check? Qualification(Write write, Asked asked, Random chance)
    {
        var found = Find(write, asked, "p.role = 'gold'", "(x.pair = p.pair OR x.state = 1)", Candidates);
        return found.Count == 0 ? null : found[chance.Next(found.Count)].As(AssignmentRole.Qualification, chance);
    }

    /// <summary>Whether a check comes in the stead of a pair, and which. All is looked up whatever chance says: the time that it takes tells nothing.</summary>
    /// <param name="again">The pair is of a prompt that she has met: only then may a gold pair be.</param>
    public static Check? Draw(Write write, Asked asked, RaterRow rater, StudySettings settings, bool again, Random chance)
    {
        if (settings.GoldShare + settings.RepeatShare == 0) return null;
        var drawn = chance.NextDouble();
        var gold = settings.GoldShare > 0 ? Gold(write, asked, rater, again, chance) : null;
        var repeat = settings.RepeatShare > 0 ? Repeat(write, asked, rater, chance) : null;
        return drawn < settings.GoldShare ? gold : drawn < settings.GoldShare + settings.RepeatShare ? repeat : null;
    }

    private static Check? Gold(Write write, Asked asked, RaterRow rater, bool again, Random chance)
    {
        var found = Find(write, asked, "p.role = 'gold'", again ? "(x.pair = p.pair OR x.state = 1)" : "TRUE", Candidates);
        var far = found.Where(p => rater.Asked - p.LastOrdinal >= AssignmentStore.FarEnough).ToList();
        var pick = far.Count > 0 ? far[chance.Next(far.Count)] : found.MinBy(p => p.LastOrdinal);
        return pick?.As(AssignmentRole.Gold, chance);
    }

    /// <summary>Known pairs by number.</summary>
    /// <param name="met">SQL over the rater's assignments x of the prompt: one that keeps the pair from her.</param>
    private static IReadOnlyList<KnownPair> Find(Write write, Asked asked, string role, string met, int limit) => write.Query<KnownPair>($"""
        SELECT p.pair, p.prompt, p.model_pair,
          COALESCE((SELECT s.balance FROM rater_sides s WHERE s.study = p.study AND s.rater = @rater AND s.model_pair = p.model_pair), 0) AS rater_balance,
          CAST((SELECT COUNT(*) FROM assignments x WHERE x.study = p.study AND x.rater = @rater AND x.prompt = p.prompt AND x.role <> 4) AS INTEGER) AS met,
          COALESCE((SELECT MAX(x.ordinal) FROM assignments x WHERE x.study = p.study AND x.rater = @rater AND x.prompt = p.prompt), -1000000) AS last_ordinal
        FROM pairs p
        WHERE p.study = @study AND {role} AND {Stages.IsKnown}
          AND NOT EXISTS (SELECT 1 FROM assignments x WHERE x.study = p.study AND x.rater = @rater AND x.prompt = p.prompt AND {met}){asked.Limits.Sql("p")}
        ORDER BY p.pair LIMIT @limit
        """, new { study = asked.Study, rater = asked.Rater, language = asked.Language, limit });

    /// <summary>
    /// A pair that she judged, long enough ago, with the sides swapped; once each, and only where her balance of sides allows the swap. Prompts are looked through
    /// from a random one on, as their numbers have nothing to do with the order in which they were served.
    /// </summary>
    private static Check? Repeat(Write write, Asked asked, RaterRow rater, Random chance)
    {
        var key = new { study = asked.Study, rater = asked.Rater };
        var last = write.First<int?>("SELECT MAX(prompt) FROM assignments WHERE study = @study AND rater = @rater", key) ?? 0;
        var reach = write.First<long>("SELECT COALESCE(SUM(pairs), 0) FROM waves WHERE study = @study", key);
        var gap = (int)Math.Clamp(Math.Min(reach, rater.Quota ?? reach) / 2, 1, RepeatAfter);
        var from = chance.Next(last + 1);
        var pick = Look(from) ?? Look(0);
        return pick is null ? null : new Check(AssignmentRole.Repeat, pick.Pair, pick.Prompt, pick.ModelPair, pick.Met, pick.LeftSide == Side.A ? Side.B : Side.A);

        Judged? Look(int first) => write.First<Judged>($"""
            SELECT a.pair, a.prompt, p.model_pair, a.left_side,
              CAST((SELECT COUNT(*) FROM assignments x WHERE x.study = @study AND x.rater = @rater AND x.prompt = a.prompt AND x.role <> 4) AS INTEGER) AS met
            FROM (
              SELECT pair, prompt, left_side, role, state, import, ordinal FROM assignments
              WHERE study = @study AND rater = @rater AND prompt >= @first ORDER BY prompt, pair LIMIT {Candidates}) a
            JOIN pairs p ON p.study = @study AND p.pair = a.pair
            WHERE a.role = 0 AND a.import = 0 AND a.state IN (3, 4) AND a.ordinal <= @latest AND NOT p.identical
              AND ABS(CASE WHEN a.left_side = 0 THEN -1 ELSE 1 END
                + COALESCE((SELECT s.balance FROM rater_sides s WHERE s.study = @study AND s.rater = @rater AND s.model_pair = p.model_pair), 0)) <= {LargestImbalance}
              AND NOT EXISTS (SELECT 1 FROM assignments x WHERE x.study = @study AND x.rater = @rater AND x.prompt = a.prompt AND (x.state = 1 OR (x.pair = a.pair AND x.role = 4)))
            ORDER BY a.prompt, a.pair LIMIT 1
            """, new { study = asked.Study, rater = asked.Rater, first, latest = rater.Asked - gap });
    }
}
