using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Prompts;
using PrefEval.Api.Raters;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Assignments;

/// <summary>Who asks, and what the study and her limits say of it.</summary>
public sealed record Asked(long Study, int Rater, SamePrompt SamePrompt, string Language, RaterLimits Limits);

/// <summary>Who sees what, on which side. The places, the order and the sides are decided in the database, under the study's lock.</summary>
public sealed class AssignmentStore(WriteQueue writes, OpaqueIds ids, Random chance)
{
    /// <summary>How many candidates are looked at for one whose sides can be kept in balance.</summary>
    private const int Candidates = 8;

    /// <summary>Where a cursor stands once nothing is left after it; a pair that opens again calls it back.</summary>
    private const long PastTheEnd = long.MaxValue;

    /// <summary>How many are looked at for the prompt that was met longest ago, and how many judgments ago is far enough.</summary>
    private const int AgainCandidates = 128;
    public const int FarEnough = 50;

    /// <summary>The rater's live leases, oldest first, renewed; then those she gave back; then new ones, up to <paramref name="count"/>.</summary>
    public Task<Outcome<Assignments>> TopUpAsync(long study, int raterNumber, int count) => writes.RunAsync<Outcome<Assignments>>(study, write =>
    {
        if (StudyStore.Lock(write, study) is not { } row || RaterStore.Find(write, study, raterNumber) is not { } rater)
            return Problem.NotFound.With("The study that this link belongs to is gone.");
        if (rater.State == RaterState.Removed) return Problem.RaterInactive.With("You were taken off this study; ask whoever invited you.");
        var settings = row.ReadSettings();
        var expires = write.Now + Time.Minutes(settings.LeaseMinutes);
        Places.FreeExpired(write, study, longest: expires);

        var asked = new Asked(study, raterNumber, settings.SamePrompt, settings.Language, RaterLimits.Read(write, study, raterNumber));
        var (stage, rounds) = Stages.Settle(write, row, rater, settings, asked.Limits);
        var held = write.Query<long>($"SELECT a.assignment FROM assignments a WHERE a.study = @study AND a.rater = @raterNumber AND a.state < 3 AND a.state = 1 AND {Stages.Its(stage)} ORDER BY a.assignment",
            new { study, raterNumber }).Take(count).ToList();
        NoneLeft? noneLeft = null;
        var placed = rounds?.Asked ?? 0; // of the qualification
        while (held.Count < count)
        {
            noneLeft = Closed(row.State, rater.State) ?? (stage == Stage.NotQualified ? NoneLeft.NotQualified : stage == Stage.Judging ? Full(write, rater, settings, study, held.Count) : null);
            if (noneLeft is not null) break;
            var next = stage switch
            {
                Stage.Practice => Again(write, asked, stage) ?? Lease(write, asked, Checks.Practice(write, asked, chance)),
                Stage.Qualification => Again(write, asked, stage) ?? (placed++ < settings.Qualification!.Pairs ? Lease(write, asked, Checks.Qualification(write, asked, chance)) : null),
                _ => Judge(write, asked, settings),
            };
            if (next is not { } assignment)
            {
                noneLeft = stage == Stage.Judging ? WhyNone(write, asked, held.Count) : held.Count > 0 ? null : NoneLeft.OutsideLimits;
                break;
            }
            held.Add(assignment);
        }
        foreach (var assignment in held)
            write.Execute("UPDATE assignments SET expires_at = @expires WHERE study = @study AND assignment = @assignment", new { study, assignment, expires });
        return new Assignments { Items = [.. held.Select(assignment => Read(write, study, assignment))], NoneLeft = noneLeft };
    });

    /// <summary>Gives an assignment back; with a reason, for good.</summary>
    public Task<Outcome<bool>> GiveBackAsync(long study, long assignment, int rater, string? reason) => writes.RunAsync<Outcome<bool>>(study, write =>
    {
        var standing = StudyStore.Lock(write, study);
        var row = standing is null ? null
            : write.First<AssignmentRow>($"{Places.Select} WHERE a.study = @study AND a.assignment = @assignment AND a.rater = @rater", new { study, assignment, rater });
        if (row is null) return Problem.NotFound.With("You have no such assignment.");
        if (row.Revision > 0)
            return Problem.AssignmentJudged.With("You have judged this pair; change the judgment instead of giving the pair back.");
        if (row.State is AssignmentState.Skipped or AssignmentState.Replaced) return true; // it will not come to her again
        var isEvidence = row.Role == AssignmentRole.Normal;
        if (reason is not null && isEvidence) write.Execute("UPDATE pairs SET skips = skips + 1 WHERE study = @study AND pair = @Pair", new { study, row.Pair });
        if (row.State == AssignmentState.Leased) Places.Free(write, study, row);
        else if (isEvidence) Places.Settle(write, study, row.Pair);
        Places.SetState(write, study, assignment, reason is null ? AssignmentState.Returned : AssignmentState.Skipped);
        if (reason is not null)
        {
            write.Execute("INSERT INTO skips (study, sequence, assignment, pair, reason) VALUES (@study, @Sequence, @assignment, @Pair, @reason)",
                new { study, Sequence = StudyStore.NextSequence(write, study), assignment, row.Pair, reason }); // reports count skips, so it takes a number
            if (row.Role is AssignmentRole.Practice or AssignmentRole.Qualification) // the round may be over
                Stages.Settle(write, standing!, RaterStore.Find(write, study, rater)!, standing!.ReadSettings(), RaterLimits.Read(write, study, rater));
        }
        return true;
    });

    /// <summary>The rater leaves: her live leases go back, and their places are free at once. They may come to her again, on the same sides.</summary>
    /// <param name="only">Null: all of them. What is not hers or not live is passed over, so that it is safe to repeat.</param>
    public Task<int> ReleaseAsync(long study, int rater, IReadOnlyCollection<long>? only) =>
        writes.RunAsync(study, write => StudyStore.Lock(write, study) is null ? 0 : Places.FreeAll(write, study, rater, only));

    private static NoneLeft? Full(Write write, RaterRow rater, StudySettings settings, long study, int held) =>
        rater.Quota is { } quota && rater.Judged + held >= quota ? NoneLeft.QuotaReached
        : Places.ShareReached(write, study, rater, settings) ? NoneLeft.ShareReached
        : null;

    /// <summary>What comes next in judging: something only where a pair is open to her. Then it is that pair, or a check in its stead.</summary>
    private long? Judge(Write write, Asked asked, StudySettings settings)
    {
        var rater = RaterStore.Find(write, asked.Study, asked.Rater)!;
        var next = Next(write, asked, rater);
        if (Again(write, asked, Stage.Judging, checks: next is not null) is { } again) return again;
        if (next is not { } found) return null;
        if (Checks.Draw(write, asked, rater, settings, found.Pick.Met > 0, chance) is { } check) return Lease(write, asked, check);
        MoveCursor(write, asked.Study, asked.Rater, found.Cursor, found.Past);
        var pick = found.Pick;
        return Lease(write, asked, new Check(AssignmentRole.Normal, pick.Pair, pick.Prompt, pick.ModelPair, pick.Met, pick.ChooseSide(chance).Left));
    }

    /// <summary>One that she gave back or let expire, if a place is free: she has seen it, on these sides.</summary>
    /// <param name="checks">Whether checks come again as well: not where nothing else is open to her, as their coming would tell them.</param>
    private static long? Again(Write write, Asked asked, Stage stage, bool checks = false)
    {
        var (study, rater) = (asked.Study, asked.Rater);
        var row = write.First<AssignmentRow>($"""
            {Places.Select} WHERE a.study = @study AND a.rater = @rater AND a.state < 3 AND a.state = 2 AND {Stages.Its(stage)}
              AND {(stage != Stage.Judging ? "TRUE" : checks ? "(a.role <> 0 OR p.open)" : "(a.role = 0 AND p.open)")}
              AND NOT EXISTS (SELECT 1 FROM assignments h WHERE h.study = a.study AND h.rater = a.rater AND h.prompt = a.prompt AND h.state = 1){asked.Limits.Sql("a")}
            ORDER BY a.assignment LIMIT 1
            """, new { study, rater, language = asked.Language });
        if (row is null) return null;
        Places.Take(write, study, rater, row.Role, row.Pair, row.ModelPair, row.Balance);
        Places.SetState(write, study, row.Assignment, AssignmentState.Leased);
        return row.Assignment;
    }

    /// <summary>A pair that is open to her, and where her cursor stands once it is leased.</summary>
    private sealed record Found(Candidate Pick, string Cursor, long Past);

    private Found? Next(Write write, Asked asked, RaterRow cursors)
    {
        var (study, rater, samePrompt) = (asked.Study, asked.Rater, asked.SamePrompt);
        if (samePrompt != SamePrompt.Allow)
        {
            var fresh = Look(write, asked, cursors.NewCursor, onlyNewPrompts: true, Candidates);
            if (fresh.Count > 0)
            {
                var pick = fresh.FirstOrDefault(c => c.ChooseSide(chance).RulesKept) ?? fresh[0];
                return new Found(pick, "new_cursor", pick == fresh[0] ? pick.Position : fresh[0].Position - 1);
            }
            MoveCursor(write, study, rater, "new_cursor", PastTheEnd);
            if (samePrompt == SamePrompt.Never) return null;
        }

        var met = Look(write, asked, cursors.AgainCursor, onlyNewPrompts: false, samePrompt == SamePrompt.Allow ? Candidates : AgainCandidates);
        if (met.Count == 0) MoveCursor(write, study, rater, "again_cursor", PastTheEnd);
        var open = met.Where(c => !c.PromptHeld).ToList();
        if (open.Count == 0) return null;
        var far = samePrompt == SamePrompt.Allow ? open : open.FindAll(c => cursors.Asked - c.LastOrdinal >= FarEnough);
        var choice = far.Find(c => c.ChooseSide(chance).RulesKept) ?? far.FirstOrDefault() ?? open.MinBy(c => c.LastOrdinal)!;
        return new Found(choice, "again_cursor", choice == met[0] ? choice.Position : met[0].Position - 1);
    }

    private sealed record Candidate
    {
        public required int Pair { get; init; }
        public required int Prompt { get; init; }
        public required int ModelPair { get; init; }
        public required long Position { get; init; }
        public required int PairBalance { get; init; }
        public required int StudyBalance { get; init; }
        public required int RaterBalance { get; init; }
        public required int Places { get; init; }
        /// <summary>Pairs of this prompt that the rater met, and when she last did.</summary>
        public required int Met { get; init; }
        public required int LastOrdinal { get; init; }
        public required bool PromptHeld { get; init; }

        public (Side Left, bool RulesKept) ChooseSide(Random chance) => Sides.Choose(RaterBalance, StudyBalance, PairBalance, Places, chance);
    }

    /// <summary>The next open pairs after the cursor. What it passes over she has met, or may not take.</summary>
    private static IReadOnlyList<Candidate> Look(Write write, Asked asked, long after, bool onlyNewPrompts, int limit) => write.Query<Candidate>($"""
        SELECT p.pair, p.prompt, p.model_pair, p.position, p.balance AS pair_balance, p.overlap - p.taken AS places,
          (SELECT m.balance FROM model_pairs m WHERE m.study = p.study AND m.model_pair = p.model_pair) AS study_balance,
          COALESCE((SELECT s.balance FROM rater_sides s WHERE s.study = p.study AND s.rater = @rater AND s.model_pair = p.model_pair), 0) AS rater_balance,
          {(onlyNewPrompts ? "0" : "(SELECT COUNT(*) FROM assignments x WHERE x.study = p.study AND x.rater = @rater AND x.prompt = p.prompt AND x.role <> 4)")} AS met,
          {(onlyNewPrompts ? "0" : "COALESCE((SELECT MAX(x.ordinal) FROM assignments x WHERE x.study = p.study AND x.rater = @rater AND x.prompt = p.prompt), -1000000)")} AS last_ordinal,
          {(onlyNewPrompts ? "FALSE" : "EXISTS (SELECT 1 FROM assignments x WHERE x.study = p.study AND x.rater = @rater AND x.prompt = p.prompt AND x.state = 1)")} AS prompt_held
        FROM pairs p
        WHERE p.study = @study AND {Waves.IsServed} AND p.position > @after
          AND NOT EXISTS (SELECT 1 FROM assignments x WHERE x.study = p.study AND x.rater = @rater AND x.prompt = p.prompt{(onlyNewPrompts ? "" : " AND x.pair = p.pair")}){asked.Limits.Sql("p")}
        ORDER BY p.position LIMIT @limit
        """, new { study = asked.Study, rater = asked.Rater, language = asked.Language, after, limit });

    private static void MoveCursor(Write write, long study, int rater, string cursor, long position) =>
        write.Execute($"UPDATE raters SET {cursor} = @position WHERE study = @study AND rater = @rater", new { study, rater, position });

    /// <returns>Null where there is nothing to lease.</returns>
    private static long? Lease(Write write, Asked asked, Check? pick)
    {
        if (pick is null) return null;
        var (study, rater) = (asked.Study, asked.Rater);
        Places.Take(write, study, rater, pick.Role, pick.Pair, pick.ModelPair, pick.Left == Side.A ? 1 : -1);
        var ordinal = write.First<int>("UPDATE raters SET asked = asked + 1 WHERE study = @study AND rater = @rater RETURNING asked", new { study, rater });
        return write.First<long>("""
            INSERT INTO assignments (study, assignment, pair, prompt, rater, left_side, role, state, ordinal, exposure)
            SELECT @study, COALESCE(MAX(assignment), 0) + 1, @Pair, @Prompt, @rater, @left, @role, 1, @ordinal, @Met FROM assignments WHERE study = @study
            RETURNING assignment
            """, new { study, pick.Pair, pick.Prompt, rater, left = (int)pick.Left, role = (int)pick.Role, ordinal, pick.Met });
    }

    private static NoneLeft? Closed(StudyState study, RaterState rater) => (study, rater) switch
    {
        (StudyState.Draft, _) => NoneLeft.StudyNotOpen,
        (StudyState.Closed, _) => NoneLeft.StudyClosed,
        (StudyState.Paused, _) or (_, RaterState.Paused) => NoneLeft.StudyPaused,
        _ => null,
    };

    /// <summary>Waiting is worth it while another rater holds a place of something that she has not met, and may take.</summary>
    private static NoneLeft? WhyNone(Write write, Asked asked, int held)
    {
        var parameters = new { study = asked.Study, rater = asked.Rater, language = asked.Language };
        var open = IsOpen(asked.Limits.Sql("p"));
        if (open && held > 0) return null;
        var mayComeFree = write.First<bool>($"""
            SELECT EXISTS (SELECT 1 FROM assignments l WHERE l.study = @study AND l.state = 1 AND l.role = 0 AND l.rater <> @rater{asked.Limits.Sql("l")} AND NOT EXISTS (
              SELECT 1 FROM assignments x WHERE x.study = l.study AND x.rater = @rater AND x.prompt = l.prompt{(asked.SamePrompt == SamePrompt.Never ? "" : " AND x.pair = l.pair")}))
            """, parameters);
        return mayComeFree ? NoneLeft.Waiting : open ? NoneLeft.AllMet : !asked.Limits.IsNone && IsOpen("") ? NoneLeft.OutsideLimits : NoneLeft.AllJudged;

        bool IsOpen(string limits) => write.First<bool>($"SELECT EXISTS (SELECT 1 FROM pairs p WHERE p.study = @study AND {Waves.IsServed}{limits})", parameters);
    }

    private Assignment Read(Write write, long study, long assignment)
    {
        // The only statement that reads answers for a rater: it never selects a model.
        var row = write.First<ShownRow>($"""
            SELECT q.messages AS prompt, q.language, a.role, a.revision, a.expires_at,
              (SELECT COALESCE(x.shown, x.messages) FROM answers x WHERE x.study = a.study AND x.prompt = a.prompt AND x.model = CASE WHEN a.left_side = 0 THEN m.model_a ELSE m.model_b END AND {Answers.IsShown} ORDER BY x.version DESC LIMIT 1) AS left_answer,
              (SELECT COALESCE(x.shown, x.messages) FROM answers x WHERE x.study = a.study AND x.prompt = a.prompt AND x.model = CASE WHEN a.left_side = 0 THEN m.model_b ELSE m.model_a END AND {Answers.IsShown} ORDER BY x.version DESC LIMIT 1) AS right_answer
            FROM assignments a
            JOIN pairs p ON p.study = a.study AND p.pair = a.pair
            JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair
            JOIN prompts q ON q.study = a.study AND q.prompt = a.prompt
            WHERE a.study = @study AND a.assignment = @assignment
            """, new { study, assignment })!;
        return new Assignment
        {
            Id = ids.Encode(IdKind.Assignment, study, assignment),
            Stage = Stages.Of(row.Role),
            Prompt = Message.ParseList(row.Prompt),
            Left = Message.ParseList(row.LeftAnswer),
            Right = Message.ParseList(row.RightAnswer),
            Language = row.Language,
            Revision = row.Revision,
            ExpiresAt = Time.FromMicros(row.ExpiresAt),
        };
    }

    private sealed record ShownRow
    {
        public required string Prompt { get; init; }
        public string? Language { get; init; }
        public required AssignmentRole Role { get; init; }
        public required int Revision { get; init; }
        public required long ExpiresAt { get; init; }
        public required string LeftAnswer { get; init; }
        public required string RightAnswer { get; init; }
    }
}
