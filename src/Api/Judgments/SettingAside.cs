using Dapper;
using PrefEval.Api.Assignments;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Judgments;

public enum ExclusionKind { Excluded, Replaced, Included }

/// <summary>Why judgments came to stand otherwise, and by whom.</summary>
public sealed record Act(ExclusionKind Kind, JudgmentFilter Filter, string Reason, long? Account);

/// <summary>An act as it was stored.</summary>
/// <param name="Sequence">The one number of the study that the whole act has: a report at the number before it is as it was.</param>
/// <param name="Judgments">How many judgments it changed.</param>
public sealed record ActDone(long Sequence, int Judgments);

/// <summary>
/// Sets judgments aside and takes them back in, always under the study's lock and in one write, so that an act is seen whole or not at all. Places and sides
/// follow: what is no longer counted frees its place, and raters are asked again.
/// </summary>
public static class SettingAside
{
    /// <summary>SQL: whether the assignment a of the rater r takes a place of its pair when it is counted. Imported judgments of machines take none, nor does what is no evidence.</summary>
    private const string TakesPlace = "(a.role = 0 AND (a.import = 0 OR r.kind = 'human'))";

    /// <summary>What an act changes of places and sides, by assignment. CROSS JOIN: SQLite joins in this order, from the act's rows.</summary>
    private const string Moved = $"""
        SELECT a.pair, a.rater, p.model_pair,
          ({Change}) * CASE WHEN {TakesPlace} THEN 1 ELSE 0 END AS places,
          ({Change}) * CASE WHEN a.import <> 0 OR a.role <> 0 THEN 0 WHEN a.left_side = 0 THEN 1 ELSE -1 END AS sides,
          ({Change}) * CASE WHEN a.import <> 0 THEN 0 WHEN a.left_side = 0 THEN 1 ELSE -1 END AS own_sides
        FROM excluded e CROSS JOIN assignments a CROSS JOIN raters r CROSS JOIN pairs p
        WHERE e.study = @study AND e.sequence = @sequence AND a.study = e.study AND a.assignment = e.assignment
          AND r.study = a.study AND r.rater = a.rater AND p.study = a.study AND p.pair = a.pair
        """;

    private const string Change = "CASE WHEN e.state = 3 THEN 1 ELSE 0 END - CASE WHEN a.state IN (1, 3) THEN 1 ELSE 0 END";

    /// <summary>Counted judgments become excluded.</summary>
    /// <param name="chosen">SQL over the assignments a.</param>
    /// <param name="parameters">Those of <paramref name="chosen"/>.</param>
    public static ActDone Exclude(Write write, long study, Act act, string chosen, DynamicParameters parameters) =>
        Apply(write, study, act, $"SELECT a.assignment, 6 AS state FROM assignments a WHERE a.study = @study AND a.state = 3 AND {chosen}", parameters);

    /// <summary>Excluded judgments count again where a place is free, the earlier first; the others are surplus from now on.</summary>
    /// <inheritdoc cref="Exclude"/>
    public static ActDone Include(Write write, long study, Act act, string chosen, DynamicParameters parameters) => Apply(write, study, act, $"""
        SELECT x.assignment, CASE WHEN NOT x.takes_place OR x.turn <= x.free THEN 3 ELSE 4 END AS state FROM (
          SELECT a.assignment, {TakesPlace} AS takes_place, p.overlap - p.taken AS free, ROW_NUMBER() OVER (PARTITION BY a.pair, {TakesPlace} ORDER BY a.assignment) AS turn
          FROM assignments a JOIN raters r ON r.study = a.study AND r.rater = a.rater JOIN pairs p ON p.study = a.study AND p.pair = a.pair
          WHERE a.study = @study AND a.state = 6 AND {chosen}) x
        """, parameters);

    /// <summary>
    /// Answers of these pairs have changed: what was judged of them is set aside for good, whatever it stood for; whoever has one before her keeps it, and her
    /// vote will be stored and not counted, but it no longer holds a place; skips are forgotten. To be called once the pairs are what they now shall be
    /// (their answers, <c>identical</c>): raters are asked about those that are open.
    /// </summary>
    /// <param name="pairs">SQL for the numbers of the pairs, without parameters other than @study and those given.</param>
    /// <param name="import">The import that brought the new answers: judgments that it brought are of those.</param>
    public static ActDone Replace(Write write, long study, Act act, string pairs, object? parameters = null, int import = -1)
    {
        var given = new DynamicParameters(parameters);
        given.Add("study", study);
        given.Add("import", import);
        var done = Apply(write, study, act, $"SELECT a.assignment, 7 AS state FROM assignments a WHERE a.study = @study AND a.state <> 7 AND a.import <> @import AND a.pair IN ({pairs})", given);
        given.Add("sequence", done.Sequence);
        write.Execute($"UPDATE skips SET taken_back = @sequence WHERE study = @study AND taken_back IS NULL AND pair IN ({pairs})", given);
        write.Execute($"UPDATE pairs SET skips = 0 WHERE study = @study AND pair IN ({pairs})", given);
        Reopen(write, study, pairs, given);
        return done;
    }

    /// <summary>SQL that counts what <see cref="Replace"/> would set aside.</summary>
    public static string CountReplaced(string pairs) => $"SELECT COUNT(*) FROM assignments a WHERE a.study = @study AND a.state <> 7 AND a.revision > 0 AND a.pair IN ({pairs})";

    private static ActDone Apply(Write write, long study, Act act, string changes, DynamicParameters parameters)
    {
        var sequence = StudyStore.NextSequence(write, study);
        parameters.Add("study", study);
        parameters.Add("sequence", sequence);
        write.Execute($"INSERT INTO excluded (study, sequence, assignment, state) SELECT @study, @sequence, c.assignment, c.state FROM ({changes}) c", parameters);

        var key = new { study, sequence };
        var judgments = write.First<int>("""
            SELECT COUNT(*) FROM excluded e JOIN assignments a ON a.study = e.study AND a.assignment = e.assignment
            WHERE e.study = @study AND e.sequence = @sequence AND a.revision > 0
            """, key);
        write.Execute($"""
            UPDATE pairs SET taken = taken + x.places, balance = balance + x.sides
            FROM (SELECT pair, SUM(places) AS places, SUM(sides) AS sides FROM ({Moved}) m GROUP BY pair) x WHERE pairs.study = @study AND pairs.pair = x.pair
            """, key);
        write.Execute($"""
            UPDATE model_pairs SET balance = balance + x.sides
            FROM (SELECT model_pair, SUM(sides) AS sides FROM ({Moved}) m GROUP BY model_pair) x WHERE model_pairs.study = @study AND model_pairs.model_pair = x.model_pair
            """, key);
        write.Execute($"""
            UPDATE rater_sides SET balance = balance + x.sides
            FROM (SELECT rater, model_pair, SUM(own_sides) AS sides FROM ({Moved}) m GROUP BY rater, model_pair) x
            WHERE rater_sides.study = @study AND rater_sides.rater = x.rater AND rater_sides.model_pair = x.model_pair
            """, key);
        write.Execute("""
            UPDATE assignments SET state = x.state, expires_at = NULL
            FROM (SELECT assignment, state FROM excluded WHERE study = @study AND sequence = @sequence) x WHERE assignments.study = @study AND assignments.assignment = x.assignment
            """, key);
        Reopen(write, study, "SELECT a.pair FROM excluded e JOIN assignments a ON a.study = e.study AND a.assignment = e.assignment WHERE e.study = @study AND e.sequence = @sequence", key);

        write.Execute("""
            INSERT INTO exclusions (study, sequence, kind, filter, reason, judgments, report_sequence, account, created_at)
            SELECT @study, @sequence, @Kind, @Filter, @Reason, @judgments, report_sequence, @Account, @Now FROM studies WHERE study = @study
            """, new { study, sequence, Kind = EnumText<ExclusionKind>.Of(act.Kind), Filter = act.Filter.ToJson(), act.Reason, judgments, act.Account, write.Now });
        return new ActDone(sequence, judgments);
    }

    /// <summary>Says again of these pairs whether raters may be asked, and lets raters look there again.</summary>
    public static void Reopen(Write write, long study, string pairs, object parameters)
    {
        write.Execute($"UPDATE pairs SET open = {PairStore.IsOpen} WHERE study = @study AND pair IN ({pairs})", parameters);
        if (write.First<long?>($"SELECT MIN(position) FROM pairs WHERE study = @study AND open AND pair IN ({pairs})", parameters) is { } position)
            Places.LookAgain(write, study, position);
    }
}
