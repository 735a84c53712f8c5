using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Prompts;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Assignments;

/// <summary>The rounds before judging, as one rater has done them so far.</summary>
public sealed record Rounds
{
    public required int Practice { get; init; }
    public required int Practised { get; init; }
    /// <summary>Of the qualification: how many were put before her, answered or skipped, and answered right.</summary>
    public required int Asked { get; init; }
    public required int Answered { get; init; }
    public required int Right { get; init; }
}

/// <summary>
/// Where a rater stands: first the practice pairs in the order of their files, each answer met with a word on it; then, where the study has one, a qualification on
/// gold pairs that chance picks for her, which she will not meet again; then judging. A pair skipped in the qualification is answered, and not right. Once a round
/// is over it stays so, whatever is imported or revised later.
/// </summary>
public static class Stages
{
    /// <summary>SQL for the pairs p whose verdict is known and that may be shown. A query uses their index only where it repeats the condition on the role.</summary>
    public const string IsKnown = $"p.role <> 'normal' AND p.winner IS NOT NULL AND NOT p.identical AND {PairStore.IsSeen} AND NOT {Answers.HasDropped}";

    /// <summary>SQL for the verdict of a known pair p that a rater can give: where the study does not take both_bad, a tie says it.</summary>
    private const string Known = "CASE WHEN p.winner = 3 AND NOT @AllowBothBad THEN 2 ELSE p.winner END";

    /// <summary>SQL for one row of <see cref="Rounds"/>; takes <see cref="Parameters"/>. What was replaced before she answered it is over, and asks for another.</summary>
    public static string Count(RaterLimits limits) => $"""
        SELECT
          CAST(COUNT(*) FILTER (WHERE p.role = 'practice') AS INTEGER) AS practice,
          CAST(COUNT(*) FILTER (WHERE a.role = 1 AND (a.revision > 0 OR a.state IN (5, 7))) AS INTEGER) AS practised,
          CAST(COUNT(*) FILTER (WHERE a.role = 2 AND a.state <> 7) AS INTEGER) AS asked,
          CAST(COUNT(*) FILTER (WHERE a.role = 2 AND a.state <> 7 AND (a.revision > 0 OR a.state = 5)) AS INTEGER) AS answered,
          CAST(COUNT(*) FILTER (WHERE a.role = 2 AND a.state <> 7 AND a.revision > 0 AND a.winner = {Known}) AS INTEGER) AS "right"
        FROM pairs p LEFT JOIN assignments a ON a.study = p.study AND a.rater = @rater AND a.prompt = p.prompt AND a.pair = p.pair AND a.role IN (1, 2)
        WHERE p.study = @study AND {IsKnown}{limits.Sql("p")}
        """;

    public static object Parameters(long study, int rater, StudySettings settings) => new { study, rater, language = settings.Language, settings.AllowBothBad };

    public static Stage Of(RaterRow rater, StudySettings settings, Rounds rounds) =>
        !rater.Practised && rounds.Practised < rounds.Practice ? Stage.Practice
        : settings.Qualification is null || rater.Qualified == true ? Stage.Judging
        : rater.Qualified == false ? Stage.NotQualified
        : Stage.Qualification;

    /// <summary>Where she stands now; a round that has just ended is put down. The study's row must be locked.</summary>
    public static (Stage Stage, Rounds? Rounds) Settle(Write write, StudyRow study, RaterRow rater, StudySettings settings, RaterLimits limits)
    {
        if (rater.Practised && (settings.Qualification is null || rater.Qualified is not null)) return (Of(rater, settings, None), null);
        var rounds = write.First<Rounds>(Count(limits), Parameters(study.Study, rater.Rater, settings))!;
        if (study.State == StudyState.Draft) return (Of(rater, settings, rounds), rounds);
        if (!rater.Practised && rounds.Practised >= rounds.Practice)
        {
            write.Execute("UPDATE raters SET practised = TRUE WHERE study = @Study AND rater = @Rater", new { study.Study, rater.Rater });
            rater = rater with { Practised = true };
        }
        if (settings.Qualification is { } round && rater.Qualified is null && rounds.Answered >= round.Pairs)
        {
            rater = rater with { Qualified = rounds.Right >= round.Needed };
            write.Execute("UPDATE raters SET qualified = @Qualified, qualified_at = @Now, qualification_right = @Right WHERE study = @Study AND rater = @Rater",
                new { study.Study, rater.Rater, rater.Qualified, write.Now, rounds.Right });
        }
        return (Of(rater, settings, rounds), rounds);
    }

    public static Stage Of(AssignmentRole role) => role switch
    {
        AssignmentRole.Practice => Stage.Practice,
        AssignmentRole.Qualification => Stage.Qualification,
        _ => Stage.Judging,
    };

    /// <summary>SQL for the assignments a of a stage.</summary>
    public static string Its(Stage stage) => stage switch
    {
        Stage.Practice => "a.role = 1",
        Stage.Qualification => "a.role = 2",
        Stage.NotQualified => "FALSE",
        _ => "a.role IN (0, 3, 4)",
    };

    private static readonly Rounds None = new() { Practice = 0, Practised = 0, Asked = 0, Answered = 0, Right = 0 };
}
