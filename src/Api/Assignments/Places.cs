using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Assignments;

/// <summary>Excluded: a researcher set the judgment aside. Replaced: an answer changed since it was shown; with revision 0 nothing was judged yet.</summary>
public enum AssignmentState { Leased = 1, Returned, Counted, Surplus, Skipped, Excluded, Replaced }

/// <summary>An assignment together with the pair that it holds, or held, a place of.</summary>
public sealed record AssignmentRow
{
    public required long Assignment { get; init; }
    public required int Pair { get; init; }
    public required int Prompt { get; init; }
    public required int Rater { get; init; }
    public Side? LeftSide { get; init; }
    public required AssignmentState State { get; init; }
    public required int Revision { get; init; }
    public long? ExpiresAt { get; init; }
    public required long Import { get; init; }
    public required int ModelPair { get; init; }
    public required int Taken { get; init; }
    public required int Overlap { get; init; }
    public required bool Open { get; init; }
    public long? Position { get; init; }

    /// <summary>What this assignment adds to the balance of sides.</summary>
    public int Balance => LeftSide == Side.A ? 1 : -1;
}

/// <summary>Places of pairs: taken and given back together with the balance of sides, always under the study's lock.</summary>
public static class Places
{
    public const string Select = """
        SELECT a.assignment, a.pair, a.prompt, a.rater, a.left_side, a.state, a.revision, a.expires_at, a.import, p.model_pair, p.taken, p.overlap, p.open, p.position
        FROM assignments a JOIN pairs p ON p.study = a.study AND p.pair = a.pair
        """;

    /// <summary>Takes a place for a new assignment or one that comes back, and counts its side.</summary>
    public static void Take(Write write, long study, int rater, int pair, int modelPair, int balance)
    {
        write.Execute($"UPDATE pairs SET taken = taken + 1, balance = balance + @balance WHERE study = @study AND pair = @pair", new { study, pair, balance });
        Settle(write, study, pair);
        CountSide(write, study, rater, modelPair, balance);
    }

    /// <summary>Gives the place of an assignment back, and its side.</summary>
    public static void Free(Write write, long study, AssignmentRow row)
    {
        write.Execute("UPDATE pairs SET taken = taken - 1, balance = balance - @Balance WHERE study = @study AND pair = @Pair", new { study, row.Pair, row.Balance });
        Settle(write, study, row.Pair);
        CountSide(write, study, row.Rater, row.ModelPair, -row.Balance);
        if (!row.Open && row.Position is { } position) LookAgain(write, study, position);
    }

    /// <summary>A pair at this place of the order has opened again: raters whose cursors have passed it look there again.</summary>
    public static void LookAgain(Write write, long study, long position) => write.Execute("""
        UPDATE raters SET
          new_cursor = CASE WHEN new_cursor >= @position THEN @position - 1 ELSE new_cursor END,
          again_cursor = CASE WHEN again_cursor >= @position THEN @position - 1 ELSE again_cursor END
        WHERE study = @study AND (new_cursor >= @position OR again_cursor >= @position)
        """, new { study, position });

    /// <summary>Leases that ran out give their places back; the raters may still vote.</summary>
    public static void FreeExpired(Write write, long study)
    {
        foreach (var row in write.Query<AssignmentRow>($"{Select} WHERE a.study = @study AND a.state = 1 AND a.expires_at <= @Now ORDER BY a.expires_at LIMIT 500", new { study, write.Now }))
        {
            var current = write.First<AssignmentRow>($"{Select} WHERE a.study = @study AND a.assignment = @Assignment", new { study, row.Assignment })!;
            Free(write, study, current);
            SetState(write, study, row.Assignment, AssignmentState.Returned);
        }
    }

    /// <summary>All that a rater holds goes back.</summary>
    public static void FreeAll(Write write, long study, int rater)
    {
        foreach (var assignment in write.Query<long>("SELECT assignment FROM assignments WHERE study = @study AND rater = @rater AND state < 3 AND state = 1", new { study, rater }))
        {
            Free(write, study, write.First<AssignmentRow>($"{Select} WHERE a.study = @study AND a.assignment = @assignment", new { study, assignment })!);
            SetState(write, study, assignment, AssignmentState.Returned);
        }
    }

    public static void SetState(Write write, long study, long assignment, AssignmentState state) =>
        write.Execute("UPDATE assignments SET state = @state WHERE study = @study AND assignment = @assignment", new { study, assignment, state = (int)state });

    /// <summary>Says again whether raters may be asked about the pair.</summary>
    public static void Settle(Write write, long study, int pair) =>
        write.Execute($"UPDATE pairs SET open = {PairStore.IsOpen} WHERE study = @study AND pair = @pair", new { study, pair });

    private static void CountSide(Write write, long study, int rater, int modelPair, int balance)
    {
        write.Execute("UPDATE model_pairs SET balance = balance + @balance WHERE study = @study AND model_pair = @modelPair", new { study, modelPair, balance });
        write.Execute("""
            INSERT INTO rater_sides (study, rater, model_pair, balance) VALUES (@study, @rater, @modelPair, @balance)
            ON CONFLICT (study, rater, model_pair) DO UPDATE SET balance = rater_sides.balance + excluded.balance
            """, new { study, rater, modelPair, balance });
    }
}
