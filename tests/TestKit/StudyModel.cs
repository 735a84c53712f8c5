namespace PrefEval.TestKit;

/// <summary>How an assignment stands, by the names that judgments have on the wire.</summary>
public enum Stand { Leased, Returned, Counted, Surplus, Skipped, Excluded }

public sealed class ModelAssignment
{
    public required string Id { get; init; }
    public required int Rater { get; init; }
    public required string Pair { get; init; }
    public Stand Stand { get; set; } = Stand.Leased;
    public DateTimeOffset Expires { get; set; }
    public int Revision { get; set; }
    public int Choice { get; set; }
}

/// <summary>
/// The rules of places, leases and judgments in plain memory, one pair a prompt. Which new pair a rater gets is the
/// service's to say; whether she may get it is said here.
/// </summary>
public sealed class StudyModel(IReadOnlyCollection<string> pairs, int overlap, TimeSpan lease)
{
    public const int SkipsToUnjudgeable = 3;
    private readonly Dictionary<string, int> _skips = pairs.ToDictionary(pair => pair, _ => 0);

    /// <summary>In the order in which they were leased first.</summary>
    public List<ModelAssignment> Assignments { get; } = [];
    public string State { get; set; } = "open";
    public long Sequence { get; set; }

    public IEnumerable<ModelAssignment> Of(int rater) => Assignments.Where(a => a.Rater == rater);

    public int Count(string pair, Stand stand) => Assignments.Count(a => a.Pair == pair && a.Stand == stand);

    public int Taken(string pair) => Count(pair, Stand.Leased) + Count(pair, Stand.Counted);

    public bool IsUnjudgeable(string pair) => _skips[pair] >= SkipsToUnjudgeable;

    public bool IsOpen(string pair) => Taken(pair) < overlap && !IsUnjudgeable(pair);

    /// <summary>What <paramref name="rater"/> holds, then what she gave back and may have again, up to <paramref name="count"/>. Leases end when anybody asks.</summary>
    public IReadOnlyList<ModelAssignment> Ask(int rater, int count, DateTimeOffset now)
    {
        foreach (var each in Assignments.Where(a => a.Stand == Stand.Leased && (a.Expires <= now || a.Expires > now + lease))) each.Stand = Stand.Returned;
        var held = Of(rater).Where(a => a.Stand == Stand.Leased).Take(count).ToList();
        if (State == "open") held.AddRange(Of(rater).Where(a => a.Stand == Stand.Returned && IsOpen(a.Pair)).Take(count - held.Count).ToList());
        foreach (var each in held) (each.Stand, each.Expires) = (Stand.Leased, now + lease);
        return held;
    }

    /// <summary>How many pairs are open to her that she never met.</summary>
    public int New(int rater) => State == "open" ? pairs.Count(pair => IsOpen(pair) && !HasMet(rater, pair)) : 0;

    /// <summary>What she is told who got fewer than she asked for.</summary>
    public string? NoneLeft(int rater, int got)
    {
        if (State != "open") return "study_" + State;
        var open = pairs.Any(IsOpen);
        return open && got > 0 ? null
            : Assignments.Any(a => a.Stand == Stand.Leased && !HasMet(rater, a.Pair)) ? "waiting"
            : open ? "all_met" : "all_judged";
    }

    public bool HasMet(int rater, string pair) => Of(rater).Any(a => a.Pair == pair);

    public void Lease(string id, int rater, string pair, DateTimeOffset now)
    {
        if (!IsOpen(pair) || HasMet(rater, pair) || State != "open") throw new InvalidOperationException($"Rater {rater} got {pair}, which was not open to her.");
        Assignments.Add(new ModelAssignment { Id = id, Rater = rater, Pair = pair, Expires = now + lease });
    }

    /// <returns>The name of the problem, or null where the vote is stored or stands already.</returns>
    public string? Vote(ModelAssignment held, int choice, int after)
    {
        if (held.Revision > 0)
        {
            if (held.Choice == choice) return null;
            if (after != held.Revision) return "judgment-changed";
            if (State == "closed") return "study-state";
        }
        else
        {
            if (after > 0) return "judgment-changed";
            if (held.Stand == Stand.Skipped) _skips[held.Pair]--;
            held.Stand = State == "closed" ? Stand.Surplus : held.Stand == Stand.Leased || Taken(held.Pair) < overlap ? Stand.Counted : Stand.Surplus;
        }
        (held.Choice, held.Revision) = (choice, held.Revision + 1);
        Sequence++;
        return null;
    }

    public string? GiveBack(ModelAssignment held, bool forGood)
    {
        if (held.Revision > 0) return "assignment-judged";
        if (held.Stand == Stand.Skipped) return null;
        held.Stand = forGood ? Stand.Skipped : Stand.Returned;
        if (!forGood) return null;
        _skips[held.Pair]++;
        Sequence++;
        return null;
    }

    public int Release(int rater)
    {
        var held = Of(rater).Where(a => a.Stand == Stand.Leased).ToList();
        foreach (var each in held) each.Stand = Stand.Returned;
        return held.Count;
    }

    /// <param name="rater">Null: everybody.</param>
    public int Exclude(int? rater) => Change(rater, Stand.Counted, _ => Stand.Excluded);

    /// <summary>The earlier first, as far as places are free.</summary>
    public int Include(int? rater) => Change(rater, Stand.Excluded, pair => Taken(pair) < overlap ? Stand.Counted : Stand.Surplus);

    private int Change(int? rater, Stand from, Func<string, Stand> to)
    {
        var chosen = Assignments.Where(a => a.Stand == from && (rater is null || a.Rater == rater)).ToList();
        foreach (var each in chosen) each.Stand = to(each.Pair);
        if (chosen.Count > 0) Sequence++;
        return chosen.Count;
    }
}
