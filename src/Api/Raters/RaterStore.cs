using PrefEval.Api.Access;
using PrefEval.Api.Assignments;
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

    public int JudgedOn(int day) => Day == day ? JudgedToday : 0;
}

public sealed class RaterStore(Database database, WriteQueue writes)
{
    public const string Columns = "rater, external_id, name, kind, state, quota, new_cursor, again_cursor, asked, judged, day, judged_today";

    private const string OfStoredImport = "(import = 0 OR EXISTS (SELECT 1 FROM imports i WHERE i.study = raters.study AND i.import = raters.import AND i.state = 'stored'))";

    /// <summary>Invites all or none; answers the secrets in the order of the names.</summary>
    public Task<Outcome<IReadOnlyList<(int Rater, string Name, string Secret)>>> InviteAsync(long study, IReadOnlyList<InviteRater> invited) =>
        writes.RunAsync<Outcome<IReadOnlyList<(int, string, string)>>>(study, write =>
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
            var made = new List<(int, string, string)>(invited.Count);
            foreach (var rater in invited)
            {
                write.Execute("""
                    INSERT INTO raters (study, rater, external_id, name, kind, state, quota, created_at)
                    VALUES (@study, @Number, @ExternalId, @Name, @Kind, 'active', @Quota, @Now)
                    """, new { study, Number = ++next, rater.ExternalId, rater.Name, Kind = EnumText<RaterKind>.Of(rater.Kind ?? RaterKind.Human), rater.Quota, write.Now });
                var secret = AccessStore.NewSecret("pr_");
                AccessStore.CreateRaterKey(write, secret, study, next, rater.Name);
                made.Add((next, rater.Name, secret));
            }
            return made;
        });

    /// <summary>A new key for a rater who lost hers, or a one-time key; null when there is no such rater.</summary>
    public Task<(string Name, string Secret)?> NewKeyAsync(long study, long rater, bool oneTime, long? expiresAt = null) => writes.RunAsync<(string, string)?>(study, write =>
    {
        if (write.First<string>("SELECT name FROM raters WHERE study = @study AND rater = @rater", new { study, rater }) is not { } name) return null;
        if (!oneTime)
            write.Execute("UPDATE keys SET revoked_at = @Now WHERE study = @study AND rater = @rater AND revoked_at IS NULL", new { write.Now, study, rater });
        var secret = AccessStore.NewSecret("pr_");
        AccessStore.CreateRaterKey(write, secret, study, (int)rater, name, oneTime, expiresAt);
        return (name, secret);
    });

    public Task<IReadOnlyList<RaterRow>> ListAsync(long study, long after, int limit, CancellationToken cancel) => database.QueryAsync<RaterRow>(
        $"SELECT {Columns} FROM raters WHERE study = @study AND rater > @after AND {OfStoredImport} ORDER BY rater LIMIT @limit", new { study, after, limit }, cancel);

    public Task<RaterRow?> FindAsync(long study, long rater, CancellationToken cancel) =>
        database.FirstAsync<RaterRow>($"SELECT {Columns} FROM raters WHERE study = @study AND rater = @rater", new { study, rater }, cancel);

    public static RaterRow? Find(Write write, long study, long rater) =>
        write.First<RaterRow>($"SELECT {Columns} FROM raters WHERE study = @study AND rater = @rater", new { study, rater });

    /// <param name="quota">Null leaves it, 0 lifts it.</param>
    public Task<RaterRow?> UpdateAsync(long study, long rater, RaterState? state, int? quota) => writes.RunAsync(study, write =>
    {
        StudyStore.Lock(write, study);
        if (Find(write, study, rater) is not { } row) return null;
        var now = state ?? row.State;
        if (now == RaterState.Removed) Places.FreeAll(write, study, row.Rater);
        return write.First<RaterRow>($"UPDATE raters SET state = @State, quota = @Quota WHERE study = @study AND rater = @rater RETURNING {Columns}",
            new { study, rater, State = EnumText<RaterState>.Of(now), Quota = quota switch { null => row.Quota, 0 => null, _ => quota } });
    });
}
