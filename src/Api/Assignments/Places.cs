using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Assignments;

/// <summary>Excluded: a researcher set the judgment aside. Replaced: an answer changed since it was shown; with revision 0 nothing was judged yet.</summary>
public enum AssignmentState { Leased = 1, Returned, Counted, Surplus, Skipped, Excluded, Replaced }

/// <summary>
/// What an assignment is for: the evidence itself, one of the two rounds before it, or a check on the rater (a pair with a known verdict, or one of hers again).
/// All but normal ones hold no place of their pair and are no evidence.
/// </summary>
public enum AssignmentRole : byte { Normal, Practice, Qualification, Gold, Repeat }

/// <summary>An assignment together with the pair that it holds, or held, a place of.</summary>
public sealed record AssignmentRow
{
    public required long Assignment { get; init; }
    public required int Pair { get; init; }
    public required int Prompt { get; init; }
    public required int Rater { get; init; }
    public Side? LeftSide { get; init; }
    public required AssignmentRole Role { get; init; }
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
        SELECT a.assignment, a.pair, a.prompt, a.rater, a.left_side, a.role, a.state, a.revision, a.expires_at, a.import, p.model_pair, p.taken, p.overlap, p.open, p.position
        FROM assignments a JOIN pairs p ON p.study = a.study AND p.pair = a.pair
        """;

    /// <summary>Takes a place for a new assignment or one that comes back, and counts its side; what is no evidence takes none, and counts for the rater's sides alone.</summary>
    public static void Take(Write write, long study, int rater, AssignmentRole role, int pair, int modelPair, int balance)
    {
        CountSide(write, study, rater, modelPair, balance);
        if (role != AssignmentRole.Normal) return;
        write.Execute("UPDATE pairs SET taken = taken + 1, balance = balance + @balance WHERE study = @study AND pair = @pair", new { study, pair, balance });
        write.Execute("UPDATE model_pairs SET balance = balance + @balance WHERE study = @study AND model_pair = @modelPair", new { study, modelPair, balance });
        Settle(write, study, pair);
    }

    /// <summary>Gives the place of an assignment back, and its side.</summary>
    public static void Free(Write write, long study, AssignmentRow row)
    {
        CountSide(write, study, row.Rater, row.ModelPair, -row.Balance);
        if (row.Role != AssignmentRole.Normal) return;
        write.Execute("UPDATE pairs SET taken = taken - 1, balance = balance - @Balance WHERE study = @study AND pair = @Pair", new { study, row.Pair, row.Balance });
        write.Execute("UPDATE model_pairs SET balance = balance - @Balance WHERE study = @study AND model_pair = @ModelPair", new { study, row.ModelPair, row.Balance });
        Settle(write, study, row.Pair);
        if (!row.Open && row.Position is { } position) LookAgain(write, study, position);
    }

    /// <summary>A pair at this place of the order has opened again: raters whose cursors have passed it look there again.</summary>
    public static void LookAgain(Write write, long study, long position) => write.Execute("""
        UPDATE raters SET
          new_cursor = CASE WHEN new_cursor >= @position THEN @position - 1 ELSE new_cursor END,
          again_cursor = CASE WHEN again_cursor >= @position THEN @position - 1 ELSE again_cursor END
        WHERE study = @study AND (new_cursor >= @position OR again_cursor >= @position)
        """, new { study, position });

    /// <summary>
    /// Leases that ran out give their places back; the raters may still vote. So do those that end later than any could that is made now: the clock was
    /// ahead when they were made, and would keep their places for as long.
    /// </summary>
    public static void FreeExpired(Write write, long study, long longest)
    {
        foreach (var row in write.Query<AssignmentRow>($"{Select} WHERE a.study = @study AND a.state = 1 AND (a.expires_at <= @Now OR a.expires_at > @longest) ORDER BY a.expires_at LIMIT 500", new { study, write.Now, longest }))
        {
            var current = write.First<AssignmentRow>($"{Select} WHERE a.study = @study AND a.assignment = @Assignment", new { study, row.Assignment })!;
            Free(write, study, current);
            SetState(write, study, row.Assignment, AssignmentState.Returned);
        }
    }

    /// <summary>What a rater holds goes back: all of it, or what is named.</summary>
    /// <returns>How many leases ended.</returns>
    public static int FreeAll(Write write, long study, int rater, IReadOnlyCollection<long>? only = null)
    {
        var ended = 0;
        foreach (var assignment in write.Query<long>("SELECT assignment FROM assignments WHERE study = @study AND rater = @rater AND state < 3 AND state = 1", new { study, rater }))
        {
            if (only?.Contains(assignment) == false) continue;
            Free(write, study, write.First<AssignmentRow>($"{Select} WHERE a.study = @study AND a.assignment = @assignment", new { study, assignment })!);
            SetState(write, study, assignment, AssignmentState.Returned);
            ended++;
        }
        return ended;
    }

    /// <summary>Whether a rater has made, or holds, as much of the study as one rater may (<c>max_share</c>).</summary>
    public static bool ShareReached(Write write, long study, RaterRow rater, StudySettings settings)
    {
        if (settings.MaxShare is not { } share) return false;
        var planned = write.First<long>("SELECT COALESCE(SUM(planned), 0) FROM waves WHERE study = @study", new { study });
        var held = write.First<int>("SELECT COUNT(*) FROM assignments WHERE study = @study AND rater = @Rater AND state < 3 AND state = 1 AND role = 0", new { study, rater.Rater });
        return rater.Judged - rater.Checks + held >= Math.Max(1, Math.Floor(share * planned + 1e-9));
    }

    public static void SetState(Write write, long study, long assignment, AssignmentState state) =>
        write.Execute("UPDATE assignments SET state = @state WHERE study = @study AND assignment = @assignment", new { study, assignment, state = (int)state });

    /// <summary>Says again whether raters may be asked about the pair.</summary>
    public static void Settle(Write write, long study, int pair) =>
        write.Execute($"UPDATE pairs SET open = {PairStore.IsOpen} WHERE study = @study AND pair = @pair", new { study, pair });

    private static void CountSide(Write write, long study, int rater, int modelPair, int balance) =>
        write.Execute("""
            INSERT INTO rater_sides (study, rater, model_pair, balance) VALUES (@study, @rater, @modelPair, @balance)
            ON CONFLICT (study, rater, model_pair) DO UPDATE SET balance = rater_sides.balance + excluded.balance
            """, new { study, rater, modelPair, balance });
}
