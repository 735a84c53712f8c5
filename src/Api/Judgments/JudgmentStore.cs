using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Assignments;
using PrefEval.Api.Platform;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Judgments;

/// <summary>What a judgment keeps beside its verdict; part of what makes two of them equal.</summary>
public sealed record JudgmentDetails
{
    public string? Comment { get; init; }
    public IReadOnlyList<string>? Reasons { get; init; }
    public ScreenLayout? Layout { get; init; }

    public int? Strength { get; init; }
    /// <summary>Winners by name, in the order of the names.</summary>
    public SortedDictionary<string, Winner>? Criteria { get; init; }

    public string? ToJson() => this is { Comment: null, Reasons: null, Layout: null, Strength: null, Criteria: null } ? null : JsonSerializer.Serialize(this, Json);

    public static JudgmentDetails Parse(string? json) => json is null ? new JudgmentDetails() : JsonSerializer.Deserialize<JudgmentDetails>(json, Json)!;

    private static readonly JsonSerializerOptions Json = new(StudySettings.Json) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
}

public sealed class JudgmentStore(WriteQueue writes, OpaqueIds ids)
{
    private sealed record CurrentRow
    {
        public required Winner Winner { get; init; }
        public string? Details { get; init; }
    }

    /// <summary>Stores a vote exactly once. It is never refused for being late: where its place is gone, it is kept as surplus.</summary>
    public Task<Outcome<OwnJudgment>> PutAsync(long study, long assignment, int raterNumber, PutJudgment vote) => writes.RunAsync<Outcome<OwnJudgment>>(study, write =>
    {
        var unknown = Problem.NotFound.With("You have no such assignment.");
        if (StudyStore.Lock(write, study) is not { } row) return unknown;
        var held = write.First<AssignmentRow>($"{Places.Select} WHERE a.study = @study AND a.assignment = @assignment AND a.rater = @raterNumber", new { study, assignment, raterNumber });
        if (held is not { LeftSide: { } left, Import: 0 } || RaterStore.Find(write, study, raterNumber) is not { } rater) return unknown;
        var settings = row.ReadSettings();
        if (vote.Choice == Choice.BothBad && !settings.AllowBothBad)
            return Problem.InvalidRequest.With("This study does not take 'both_bad'; choose left, right or tie.", [new FieldError { Field = "choice", Message = "both_bad is not allowed here" }]);

        if (NotAsked(vote, settings) is { } notAsked) return notAsked;

        var winner = Verdict.Winner(vote.Choice!.Value, left);
        var details = new JudgmentDetails
        {
            Comment = vote.Comment,
            Reasons = vote.Reasons,
            Layout = vote.Layout,
            Strength = vote.Strength,
            Criteria = vote.Criteria is { Count: > 0 } given
                ? new SortedDictionary<string, Winner>(given.ToDictionary(c => c.Key, c => Verdict.Winner(c.Value, left)), StringComparer.Ordinal) : null,
        }.ToJson();
        if (held.Revision > 0)
        {
            var current = Current(write, study, assignment, held.Revision);
            if (current.Winner == winner && current.Details == details) return Answer(held.State, held.Revision, winner);
            if (rater.State == RaterState.Removed) return Problem.RaterInactive.With("You were taken off this study; what you judged stands. Ask whoever invited you.");
            if (vote.After != held.Revision)
            {
                var problem = Problem.JudgmentChanged.With($"Revision {held.Revision} stands. Show it to the rater, and send after={held.Revision} to change it.");
                problem.Extensions["current"] = Answer(held.State, held.Revision, current.Winner);
                return problem;
            }
            if (row.State == StudyState.Closed) return Problem.StudyState.With("The study is closed: judgments stand as they are.");
        }
        else if (vote.After is > 0)
        {
            return Problem.JudgmentChanged.With("Nothing is stored of this assignment yet; send after=0.");
        }

        var state = held.Revision > 0 ? held.State : Settle(write, row, held, rater, settings);
        var sequence = Append(write, study, held, state, winner, details, vote);
        if (held.State == AssignmentState.Skipped)
            write.Execute("UPDATE skips SET taken_back = @sequence WHERE study = @study AND assignment = @assignment AND taken_back IS NULL", new { study, assignment, sequence });
        if (held.Role is AssignmentRole.Practice or AssignmentRole.Qualification)
            Stages.Settle(write, row, rater, settings, RaterLimits.Read(write, study, raterNumber)); // the round may be over
        else if (held.Revision == 0)
            CountForRater(write, study, rater, held.Role, settings.TimeZone);
        return Answer(state, held.Revision + 1, winner);

        OwnJudgment Answer(AssignmentState itsState, int revision, Winner itsWinner) => new()
        {
            Assignment = ids.Encode(IdKind.Assignment, study, assignment),
            Choice = Verdict.Choice(itsWinner, left)!.Value,
            Revision = revision,
            Counted = itsState == AssignmentState.Counted,
            Feedback = held.Role == AssignmentRole.Practice ? FeedbackOn(write, study, held, itsWinner, settings) : null,
        };
    });

    /// <summary>The only place where a rater is told a known verdict.</summary>
    private static Feedback? FeedbackOn(Write write, long study, AssignmentRow held, Winner winner, StudySettings settings)
    {
        var (verdict, reason) = write.First<(int?, string?)>("SELECT CAST(winner AS INTEGER), reason FROM pairs WHERE study = @study AND pair = @Pair", new { study, held.Pair });
        if (verdict is not { } number) return null;
        var known = settings.Verdict((Winner)number);
        return new Feedback { Correct = winner == known, Choice = Verdict.Choice(known, held.LeftSide)!.Value, Explanation = reason };
    }

    /// <summary>What the vote says that the study does not ask.</summary>
    private static ProblemDetails? NotAsked(PutJudgment vote, StudySettings settings)
    {
        if (vote.Strength is not null && !settings.Strength)
            return Problem.InvalidRequest.With("This study does not ask how much better an answer is; leave 'strength' out.", [new FieldError { Field = "strength", Message = "not asked here" }]);
        foreach (var (name, choice) in vote.Criteria ?? new Dictionary<string, Choice>())
        {
            if (settings.Criteria.All(c => c.Name != name))
                return Problem.InvalidRequest.With($"This study has no criterion '{name}'.", [new FieldError { Field = $"criteria.{name}", Message = "unknown" }]);
            if (choice == Choice.BothBad && !settings.AllowBothBad)
                return Problem.InvalidRequest.With("This study does not take 'both_bad'; choose left, right or tie.", [new FieldError { Field = $"criteria.{name}", Message = "both_bad is not allowed here" }]);
        }
        return null;
    }

    /// <summary>Whether a first vote is counted: its place is still held, or is free to be taken again.</summary>
    private static AssignmentState Settle(Write write, StudyRow row, AssignmentRow held, RaterRow rater, StudySettings settings)
    {
        var (study, isEvidence) = (row.Study, held.Role == AssignmentRole.Normal);
        if (held.State == AssignmentState.Replaced) return AssignmentState.Replaced;
        if (held.State == AssignmentState.Skipped && isEvidence) // she thought better of it
        {
            write.Execute("UPDATE pairs SET skips = skips - 1 WHERE study = @study AND pair = @Pair", new { study, held.Pair });
            Places.Settle(write, study, held.Pair);
            if (!held.Open && held.Position is { } position) Places.LookAgain(write, study, position);
        }
        if (row.State == StudyState.Closed || rater.State == RaterState.Removed)
        {
            if (held.State == AssignmentState.Leased) Places.Free(write, study, held);
            return AssignmentState.Surplus;
        }
        if (held.State == AssignmentState.Leased) return AssignmentState.Counted;
        if (isEvidence && (held.Taken >= held.Overlap || Places.ShareReached(write, study, rater, settings))) return AssignmentState.Surplus;
        Places.Take(write, study, held.Rater, held.Role, held.Pair, held.ModelPair, held.Balance);
        return AssignmentState.Counted;
    }

    private static CurrentRow Current(Write write, long study, long assignment, int revision) => write.First<CurrentRow>("""
        SELECT j.winner, j.details FROM assignments a JOIN judgments j ON j.study = a.study AND j.import = 0 AND j.number = a.sequence
        WHERE a.study = @study AND a.assignment = @assignment AND j.revision = @revision
        """, new { study, assignment, revision })!;

    /// <returns>The number that the judgment took.</returns>
    private static long Append(Write write, long study, AssignmentRow held, AssignmentState state, Winner winner, string? details, PutJudgment vote)
    {
        var row = new
        {
            study,
            Sequence = StudyStore.NextSequence(write, study),
            held.Assignment,
            Revision = held.Revision + 1,
            Winner = (int)winner,
            Counted = state == AssignmentState.Counted,
            vote.DurationMs,
            ClientAt = vote.ClientAt is { } at ? Time.ToMicros(at) : (long?)null,
            write.Now,
            details,
            State = (int)state,
        };
        write.Execute("""
            INSERT INTO judgments (study, import, number, assignment, revision, winner, counted, duration_ms, client_at, created_at, details)
            VALUES (@study, 0, @Sequence, @Assignment, @Revision, @Winner, @Counted, @DurationMs, @ClientAt, @Now, @details)
            """, row);
        write.Execute("UPDATE assignments SET state = @State, revision = @Revision, winner = @Winner, sequence = @Sequence, expires_at = NULL WHERE study = @study AND assignment = @Assignment", row);
        if (state is AssignmentState.Excluded or AssignmentState.Replaced)
            write.Execute("INSERT INTO excluded (study, sequence, assignment, state) VALUES (@study, @Sequence, @Assignment, @State)", row);
        return row.Sequence;
    }

    private static void CountForRater(Write write, long study, RaterRow rater, AssignmentRole role, string timeZone)
    {
        var today = StudyDay.Of(write.Now, timeZone);
        write.Execute("UPDATE raters SET judged = judged + 1, checks = checks + @Checks, day = @today, judged_today = @Count WHERE study = @study AND rater = @Rater",
            new { study, rater.Rater, today, Checks = role == AssignmentRole.Normal ? 0 : 1, Count = rater.JudgedOn(today) + 1 });
    }
}
