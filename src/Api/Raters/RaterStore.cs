using Dapper;
using PrefEval.Api.Access;
using PrefEval.Api.Assignments;
using PrefEval.Api.Judgments;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Raters;

public sealed record RaterRow
{
    public required int Rater { get; init; }
    public string? ExternalId { get; init; }
    public required string Name { get; init; }
    public required RaterKind Kind { get; init; }
    public required RaterState State { get; init; }
    public int? Quota { get; init; }
    public required long NewCursor { get; init; }
    public required long AgainCursor { get; init; }
    public required int Asked { get; init; }
    public required int Judged { get; init; }
    public required int Day { get; init; }
    public required int JudgedToday { get; init; }
    public required int Checks { get; init; }
    public required bool Practised { get; init; }
    public bool? Qualified { get; init; }
    public long? QualifiedAt { get; init; }
    public string? QualifiedBy { get; init; }
    public int? QualificationRight { get; init; }
    public string? GroupName { get; init; }
    public long? ErasedAt { get; init; }

    public int JudgedOn(int day) => Day == day ? JudgedToday : 0;
}

public sealed class RaterStore(Database database, WriteQueue writes)
{
    public const string Columns = "rater, external_id, name, kind, state, quota, new_cursor, again_cursor, asked, judged, day, judged_today, checks, practised, qualified, qualified_at, "
        + "(SELECT c.name FROM accounts c WHERE c.account = raters.qualified_by) AS qualified_by, qualification_right, group_name, erased_at";

    private const string OfStoredImport = "(import = 0 OR EXISTS (SELECT 1 FROM imports i WHERE i.study = raters.study AND i.import = raters.import AND i.state = 'stored'))";

    /// <summary>Invites all or none; answers the secrets in the order of the names.</summary>
    public Task<Outcome<IReadOnlyList<(int Rater, InviteRater Invited, string Secret)>>> InviteAsync(long study, IReadOnlyList<InviteRater> invited) =>
        writes.RunAsync<Outcome<IReadOnlyList<(int, InviteRater, string)>>>(study, write =>
        {
            var errors = new List<FieldError>();
            for (var i = 0; i < invited.Count; i++)
            {
                var rater = invited[i];
                if (write.First<int?>("SELECT rater FROM raters WHERE study = @study AND (name = @Name OR external_id = @ExternalId)", new { study, rater.Name, rater.ExternalId }) is not null
                    || invited.Take(i).Any(earlier => earlier.Name == rater.Name || (rater.ExternalId is not null && earlier.ExternalId == rater.ExternalId)))
                    errors.Add(new FieldError { Field = $"raters[{i}].name", Message = $"The study has a rater '{rater.Name}' already, or one with this external_id." });
            }
            if (errors.Count > 0) return Problem.NameTaken.With("Give each rater of the study a name of her own; nobody was invited.", errors);

            var next = write.First<int>("SELECT COALESCE(MAX(rater), 0) FROM raters WHERE study = @study", new { study });
            var made = new List<(int, InviteRater, string)>(invited.Count);
            foreach (var rater in invited)
            {
                write.Execute("""
                    INSERT INTO raters (study, rater, external_id, name, kind, state, quota, group_name, created_at)
                    VALUES (@study, @Number, @ExternalId, @Name, @Kind, 'active', @Quota, @Group, @Now)
                    """, new { study, Number = ++next, rater.ExternalId, rater.Name, Kind = EnumText<RaterKind>.Of(rater.Kind ?? RaterKind.Human), rater.Quota, rater.Group, write.Now });
                var secret = AccessStore.NewSecret("pr_");
                AccessStore.CreateRaterKey(write, secret, study, next, rater.Name);
                RaterLimits.Set(write, study, next, rater.Categories, rater.Languages);
                made.Add((next, rater, secret));
            }
            return made;
        });

    /// <summary>A new key for a rater who lost hers, or a one-time key; null when there is no such rater.</summary>
    public Task<(string Name, string? ExternalId, string Secret)?> NewKeyAsync(long study, long rater, bool oneTime, long? expiresAt = null) => writes.RunAsync<(string, string?, string)?>(study, write =>
    {
        if (Find(write, study, rater) is not { Name: var name } row) return null;
        if (!oneTime)
            write.Execute("UPDATE keys SET revoked_at = @Now WHERE study = @study AND rater = @rater AND revoked_at IS NULL", new { write.Now, study, rater });
        var secret = AccessStore.NewSecret("pr_");
        AccessStore.CreateRaterKey(write, secret, study, (int)rater, name, oneTime, expiresAt);
        return (name, row.ExternalId, secret);
    });

    public Task<IReadOnlyList<RaterRow>> ListAsync(long study, long after, int limit, CancellationToken cancel) => database.QueryAsync<RaterRow>(
        $"SELECT {Columns} FROM raters WHERE study = @study AND rater > @after AND {OfStoredImport} ORDER BY rater LIMIT @limit", new { study, after, limit }, cancel);

    public Task<RaterRow?> FindAsync(long study, long rater, CancellationToken cancel) =>
        database.FirstAsync<RaterRow>($"SELECT {Columns} FROM raters WHERE study = @study AND rater = @rater", new { study, rater }, cancel);

    /// <summary>When each rater last signed in, of those whose session lives.</summary>
    public async Task<IReadOnlyDictionary<int, long>> SignInsAsync(long study, CancellationToken cancel) => (await database.QueryAsync<(int Rater, long At)>("""
        SELECT k.rater, MAX(s.created_at) FROM sessions s JOIN keys k ON k.key_id = s.key_id WHERE k.study = @study AND k.rater IS NOT NULL GROUP BY k.rater
        """, new { study }, cancel)).ToDictionary(row => row.Rater, row => row.At);

    /// <summary>How far she is in the rounds before judging.</summary>
    public async Task<Rounds> RoundsAsync(long study, int rater, StudySettings settings, CancellationToken cancel)
    {
        var limits = RaterLimits.Of(await database.QueryAsync<(string, string)>("SELECT kind, value FROM rater_limits WHERE study = @study AND rater = @rater", new { study, rater }, cancel));
        return (await database.FirstAsync<Rounds>(Stages.Count(limits), Stages.Parameters(study, rater, settings), cancel))!;
    }

    public static RaterRow? Find(Write write, long study, long rater) =>
        write.First<RaterRow>($"SELECT {Columns} FROM raters WHERE study = @study AND rater = @rater", new { study, rater });

    /// <summary>The limits of every rater who has some; of the others: none.</summary>
    public async Task<Func<int, RaterLimits>> LimitsAsync(long study, CancellationToken cancel)
    {
        var limits = (await database.QueryAsync<(int Rater, string Kind, string Value)>("SELECT rater, kind, value FROM rater_limits WHERE study = @study", new { study }, cancel))
            .GroupBy(row => row.Rater).ToDictionary(rater => rater.Key, rater => RaterLimits.Of(rater.Select(row => (row.Kind, row.Value))));
        return rater => limits.GetValueOrDefault(rater, RaterLimits.None);
    }

    /// <summary>Whoever is removed gives back what she holds; her judgments stay, or are set aside in the same write.</summary>
    /// <param name="change">A quota of null leaves it, 0 lifts it.</param>
    /// <param name="filter">Names her judgments.</param>
    public Task<Outcome<RaterRow>> UpdateAsync(long study, long rater, UpdateRater change, JudgmentFilter filter, long? account) => writes.RunAsync<Outcome<RaterRow>>(study, write =>
    {
        if (StudyStore.Lock(write, study) is null || Find(write, study, rater) is not { } row) return Problem.NotFound.With("The study has no such rater.");
        var excludes = change.Judgments == JudgmentsOfRemoved.Exclude;
        if (excludes && row.Judged > ExclusionStore.LargestAct)
            return Problem.InvalidRequest.With("She judged too much for one act; remove her, and exclude her judgments in parts.", [new FieldError { Field = "judgments", Message = "too many" }]);
        var now = change.State ?? row.State;
        if (now == RaterState.Removed) Places.FreeAll(write, study, row.Rater);
        if (excludes)
            SettingAside.Exclude(write, study, new Act(ExclusionKind.Excluded, filter, change.Reason!, account), "a.rater = @rater", new DynamicParameters(new { rater }));
        RaterLimits.Set(write, study, rater, change.Categories, change.Languages);
        if (change.Qualified is { } qualified && qualified != row.Qualified)
        {
            write.Execute("UPDATE raters SET qualified = @qualified, qualified_at = @Now, qualified_by = @account WHERE study = @study AND rater = @rater", new { study, rater, qualified, write.Now, account });
            Places.FreeAll(write, study, row.Rater); // she may hold pairs of the stage that she leaves
        }
        if (change.Group is not null && change.Group != (row.GroupName ?? "")) // reports slice by it
            write.Execute("INSERT INTO rater_changes (study, sequence, rater, previous) VALUES (@study, @Sequence, @rater, @Previous)",
                new { study, Sequence = StudyStore.NextSequence(write, study), rater, Previous = row.GroupName ?? "" });
        return write.First<RaterRow>($"UPDATE raters SET state = @State, quota = @Quota, group_name = @Group WHERE study = @study AND rater = @rater RETURNING {Columns}", new
        {
            study,
            rater,
            State = EnumText<RaterState>.Of(now),
            Quota = change.Quota switch { null => row.Quota, 0 => null, var quota => quota },
            Group = change.Group switch { null => row.GroupName, "" => null, var group => group },
        })!;
    });
}
