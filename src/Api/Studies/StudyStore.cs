using System.Text.Json;
using PrefEval.Api.Access;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Studies;

public sealed class StudyStore(Database database, WriteQueue writes, StudyTurns turns, Opening opening)
{
    private const string Columns = "s.study, s.external_id, s.name, s.state, s.settings, s.sequence, s.created_at, s.opened_at, s.closed_at, s.deleted_at";

    /// <summary>True for an admin, a member, or a rater of the study. A deleted study is there for accounts only: it can be restored.</summary>
    public Task<bool> MayEnterAsync(long study, Caller caller, CancellationToken cancel) => caller.Role switch
    {
        Role.Rater or Role.Viewer => database.FirstAsync<bool>("SELECT EXISTS (SELECT 1 FROM studies WHERE study = @study AND study = @OwnStudy AND deleted_at IS NULL)", new { study, caller.OwnStudy }, cancel),
        Role.Admin => database.FirstAsync<bool>("SELECT EXISTS (SELECT 1 FROM studies WHERE study = @study)", new { study }, cancel),
        _ => database.FirstAsync<bool>("SELECT EXISTS (SELECT 1 FROM members WHERE study = @study AND account = @Account)", new { study, caller.Account }, cancel),
    };

    public Task<StudyRow?> FindAsync(long study, CancellationToken cancel) =>
        database.FirstAsync<StudyRow>($"SELECT {Columns} FROM studies s WHERE s.study = @study", new { study }, cancel);

    public Task<IReadOnlyList<StudyRow>> ListAsync(Caller caller, bool deleted, long after, int limit, CancellationToken cancel) => database.QueryAsync<StudyRow>($"""
        SELECT {Columns} FROM studies s
        WHERE s.study > @after AND (s.deleted_at IS NOT NULL) = @deleted
          AND (@IsAdmin OR EXISTS (SELECT 1 FROM members m WHERE m.study = s.study AND m.account = @Account))
        ORDER BY s.study LIMIT @limit
        """, new { after, deleted, IsAdmin = caller.Role == Role.Admin, caller.Account, limit }, cancel);

    /// <summary>Stores a new draft; null when its external id is taken.</summary>
    public Task<StudyRow?> CreateAsync(string name, string? externalId, StudySettings settings, long? account) =>
        writes.RunAsync(0, write => Create(write, name, externalId, settings, account));

    public static StudyRow? Create(Write write, string name, string? externalId, StudySettings settings, long? account)
    {
        var row = write.First<StudyRow>($"""
            INSERT INTO studies AS s (external_id, name, state, settings, created_at) VALUES (@externalId, @name, 'draft', @Settings, @Now)
            ON CONFLICT (external_id) DO NOTHING
            RETURNING {Columns.Replace("s.", "", StringComparison.Ordinal)}
            """, new { externalId, name, Settings = settings.ToJson(), write.Now });
        if (row is not null && account is not null)
            write.Execute("INSERT INTO members (study, account) VALUES (@Study, @account)", new { row.Study, account });
        return row;
    }

    /// <summary>Takes the study's row first: whoever holds it is alone with the study until the commit.</summary>
    public static StudyRow? Lock(Write write, long study) => write.First<StudyRow>($"""
        UPDATE studies SET sequence = sequence WHERE study = @study AND deleted_at IS NULL RETURNING {Columns.Replace("s.", "", StringComparison.Ordinal)}
        """, new { study });

    /// <summary>The next number of the study, for a write that can change a report. The study's row must be locked.</summary>
    public static long NextSequence(Write write, long study) =>
        write.First<long>("UPDATE studies SET sequence = sequence + 1 WHERE study = @study RETURNING sequence", new { study });

    /// <summary>Changes settings and state together, or neither. Opening a draft draws the order of its pairs first.</summary>
    public async Task<Outcome<StudyRow>> UpdateAsync(long study, UpdateStudy change, bool isAdmin, long? account, CancellationToken cancel)
    {
        if (change.State != StudyState.Open || await FindAsync(study, cancel) is not { State: StudyState.Draft, DeletedAt: null })
            return await writes.RunAsync(study, write => Update(write, study, change, isAdmin, account, drawnFor: null, drawn: null));

        using var turn = await turns.TakeAsync(study, cancel);
        var draft = (await FindAsync(study, cancel))!;
        if (draft.State != StudyState.Draft) return await writes.RunAsync(study, write => Update(write, study, change, isAdmin, account, drawnFor: null, drawn: null));
        var drawn = await opening.DrawAsync(study, StudyFields.Apply(change, draft.ReadSettings()), cancel);
        if (drawn.Problem is { } notReady) return notReady;
        return await writes.RunAsync(study, write => Update(write, study, change, isAdmin, account, draft.Settings, drawn.Value));
    }

    private static Outcome<StudyRow> Update(Write write, long study, UpdateStudy change, bool isAdmin, long? account, string? drawnFor, Wave? drawn)
    {
        if (Lock(write, study) is not { } row) return Problem.NotFound.With("There is no such study, or it lies in the bin.");
        var before = row.ReadSettings();
        var after = StudyFields.Apply(change, before) with { Locked = change.Locked ?? before.Locked };
        if (before.Locked && (Frozen(before, after) ?? (after.Analysis != before.Analysis ? "analysis" : null)) is { } held)
            return Problem.StudyState.With($"Design and analysis of this study are locked, and '{held}' is one of them. An admin lifts the lock with {{\"locked\": false}}; the audit log keeps that.", [new FieldError { Field = held, Message = "locked" }]);
        if (before.Locked && !after.Locked && !isAdmin)
            return Problem.StudyState.With("Only an admin can lift the lock on design and analysis.", [new FieldError { Field = "locked", Message = "an admin's to lift" }]);
        if (row.State != StudyState.Draft && Frozen(before, after) is { } frozen)
        {
            return Problem.StudyState.With($"'{frozen}' is fixed once the study is open: raters have judged under it. Copy the study to change it.",
                [new FieldError { Field = frozen, Message = "fixed since the study opened" }]);
        }

        var state = change.State ?? row.State;
        if (Forbidden(row.State, state, isAdmin) is { } reason) return Problem.StudyState.With(reason, [new FieldError { Field = "state", Message = reason }]);
        if (row.State == StudyState.Draft && state == StudyState.Open && row.Settings != drawnFor)
            return Problem.StudyState.With("The study was changed while the order of its pairs was drawn. Look at the settings and open it again.");
        if ((change.Analysis is not null || change.Design is not null || state != row.State) && DeclaredFamily.Check(write, study, after, isDrawn: state != StudyState.Draft) is { } unfit) return unfit;

        if (row.State != StudyState.Draft && after.Analysis != before.Analysis)
        {
            write.Execute("INSERT INTO study_changes (study, sequence, changes, account, changed_at) VALUES (@study, @Sequence, @Changes, @account, @Now)",
                new { study, Sequence = NextSequence(write, study), Changes = JsonSerializer.Serialize(new AnalysisChange { Before = before.Analysis, After = after.Analysis }, StudySettings.Json), account, write.Now });
        }
        if (after.Language != before.Language) // other prompts are theirs now who are limited to languages
        {
            write.Execute("""
                UPDATE raters SET new_cursor = 0, again_cursor = 0
                WHERE study = @study AND EXISTS (SELECT 1 FROM rater_limits f WHERE f.study = raters.study AND f.rater = raters.rater AND f.kind = 'language')
                """, new { study });
        }
        write.Execute("""
            UPDATE studies SET name = @Name, settings = @Settings, state = @State,
              opened_at = CASE WHEN @State = 'open' THEN COALESCE(opened_at, @Now) ELSE opened_at END,
              closed_at = CASE WHEN @State = 'closed' THEN COALESCE(closed_at, @Now) END
            WHERE study = @study
            """, new { study, Name = change.Name ?? row.Name, Settings = after.ToJson(), State = EnumText<StudyState>.Of(state), write.Now });
        if (row.State == StudyState.Draft && state == StudyState.Open) Waves.Open(write, study, drawn! with { Sequence = row.Sequence });
        return Lock(write, study)!;
    }

    /// <summary>The waves of these studies.</summary>
    public async Task<ILookup<long, Wave>> WavesAsync(long first, long last, CancellationToken cancel) =>
        (await database.QueryAsync<Wave>($"{Waves.Select} WHERE study >= @first AND study <= @last ORDER BY study, wave", new { first, last }, cancel)).ToLookup(wave => wave.Study);

    public Task<bool> RestoreAsync(long study) => writes.RunAsync(study, write =>
        write.Execute("UPDATE studies SET deleted_at = NULL WHERE study = @study AND deleted_at IS NOT NULL AND state <> 'draft'", new { study }) == 1);

    /// <summary>The names of the models that were imported.</summary>
    public Task<IReadOnlyList<string>> ModelsAsync(long study, CancellationToken cancel) => database.QueryAsync<string>(DeclaredFamily.SelectModels, new { study }, cancel);

    /// <summary>Changes of the analysis after the study opened, in order.</summary>
    public async Task<IReadOnlyList<AnalysisChange>> ChangesAsync(long study, CancellationToken cancel) =>
        [.. (await database.QueryAsync<(long Sequence, string Changes, long ChangedAt)>("SELECT sequence, changes, changed_at FROM study_changes WHERE study = @study ORDER BY sequence", new { study }, cancel))
            .Select(row => JsonSerializer.Deserialize<AnalysisChange>(row.Changes, StudySettings.Json)! with { Sequence = row.Sequence, ChangedAt = Time.FromMicros(row.ChangedAt) })];

    /// <summary>False when there is no such account.</summary>
    public Task<bool> AddMemberAsync(long study, string account) => writes.RunAsync(study, write => write.First<long?>("""
        INSERT INTO members (study, account) SELECT @study, account FROM accounts WHERE name = @account
        ON CONFLICT (study, account) DO UPDATE SET account = excluded.account RETURNING account
        """, new { study, account }) is not null);

    private static string? Forbidden(StudyState from, StudyState to, bool isAdmin) => (from, to) switch
    {
        _ when from == to => null,
        (StudyState.Draft, StudyState.Open) => null,
        (StudyState.Draft, _) => "A draft can only be opened.",
        (StudyState.Closed, StudyState.Open) => isAdmin ? null : "Only an admin can open a closed study again.",
        (StudyState.Closed, _) => "A closed study can only be opened again, by an admin.",
        _ => null,
    };

    private static string? Frozen(StudySettings before, StudySettings after) =>
        before.Design != after.Design ? "design"
        : before.Overlap != after.Overlap ? "overlap"
        : before.AllowBothBad != after.AllowBothBad ? "allow_both_bad"
        : before.Strength != after.Strength ? "strength"
        : !before.Criteria.SequenceEqual(after.Criteria) ? "criteria"
        : before.IdenticalAnswers != after.IdenticalAnswers ? "identical_answers"
        : before.GoldShare != after.GoldShare ? "gold_share"
        : before.RepeatShare != after.RepeatShare ? "repeat_share"
        : before.MaxShare != after.MaxShare ? "max_share"
        : before.Qualification != after.Qualification ? "qualification"
        : null;
}
