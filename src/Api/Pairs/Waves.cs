using PrefEval.Api.Assignments;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Pairs;

/// <summary>Pairs that came together: with the opening (wave 1) or with an import after it.</summary>
public sealed record Wave
{
    public long Study { get; init; }
    public required int Number { get; init; }
    public long Sequence { get; init; }
    public int Import { get; init; }
    /// <summary>Pairs that are served of those that the design asked for: fewer where it asks for a sample.</summary>
    public int Pairs { get; init; }
    public long Designed { get; init; }
    /// <summary>The judgments that it asks for.</summary>
    public long Planned { get; init; }
    /// <summary>Where it stands in the order.</summary>
    public long FirstPosition { get; init; }
    public long LastPosition { get; init; }
    public long OpenedAt { get; init; }
}

/// <summary>The waves of a study: what stands in no wave is not served.</summary>
public static class Waves
{
    public const string Select = "SELECT study, wave AS number, sequence, import, pairs, designed, last_position, opened_at FROM waves";

    /// <summary>SQL for the pairs p that raters are asked about. The order ends where the last wave does: what lies beyond is still being drawn.</summary>
    public const string IsServed = "(p.open AND p.position <= (SELECT MAX(w.last_position) FROM waves w WHERE w.study = @study))";

    /// <summary>Makes a wave whose pairs are written be served, and raters look there who had come to the end. The study's row must be locked.</summary>
    public static void Open(Write write, long study, Wave wave)
    {
        write.Execute("""
            INSERT INTO waves (study, wave, sequence, import, pairs, designed, planned, last_position, opened_at)
            VALUES (@study, @Number, @Sequence, @Import, @Pairs, @Designed, @Planned, @LastPosition, @Now)
            """, new { study, wave.Number, wave.Sequence, wave.Import, wave.Pairs, wave.Designed, wave.Planned, wave.LastPosition, write.Now });
        Places.LookAgain(write, study, wave.FirstPosition);
    }
}
