using System.Globalization;
using PrefEval.Api.Assignments;
using PrefEval.Api.Judgments;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Raters;

/// <summary>Reads and erases what is known of a rater as a person. What reports count (verdicts, times, reasons of skips, her group) stays as it is.</summary>
public sealed class PersonalDataStore(Database database, WriteQueue writes, RaterStore raters, OpaqueIds ids)
{
    private const string Pseudonym = "erased-";

    private sealed record KeyRow
    {
        public required long CreatedAt { get; init; }
        public long? UsedAt { get; init; }
        public long? RevokedAt { get; init; }
    }

    private sealed record JudgmentRow
    {
        public required int Import { get; init; }
        public required long Number { get; init; }
        public required long Assignment { get; init; }
        public required int Revision { get; init; }
        public required Winner Winner { get; init; }
        public Side? LeftSide { get; init; }
        public int? DurationMs { get; init; }
        public long? ClientAt { get; init; }
        public required long CreatedAt { get; init; }
        public string? Details { get; init; }
    }

    private const string Judgments = """
        SELECT j.import, j.number, j.assignment, j.revision, j.winner, a.left_side, j.duration_ms, j.client_at, j.created_at, j.details
        FROM assignments a JOIN judgments j ON j.study = a.study AND j.import = a.import AND j.assignment = a.assignment
        WHERE a.study = @study AND a.rater = @rater
        """;

    public async Task<PersonalData?> ReadAsync(long study, int rater, CancellationToken cancel)
    {
        var hers = new { study, rater };
        if (await raters.FindAsync(study, rater, cancel) is not { } row) return null;
        var invitedAt = await database.FirstAsync<long>("SELECT created_at FROM raters WHERE study = @study AND rater = @rater", hers, cancel);
        var limits = (await raters.LimitsAsync(study, cancel))(rater);
        var keys = await database.QueryAsync<KeyRow>("SELECT created_at, used_at, revoked_at FROM keys WHERE study = @study AND rater = @rater ORDER BY key_id", hers, cancel);
        var sessions = await database.QueryAsync<long>("SELECT s.created_at FROM sessions s JOIN keys k ON k.key_id = s.key_id WHERE k.study = @study AND k.rater = @rater ORDER BY s.created_at", hers, cancel);
        var judgments = await database.QueryAsync<JudgmentRow>($"{Judgments} ORDER BY j.import, j.number", hers, cancel);
        var skips = await database.QueryAsync<(long Assignment, string Reason)>(
            "SELECT s.assignment, s.reason FROM skips s JOIN assignments a ON a.study = s.study AND a.assignment = s.assignment WHERE s.study = @study AND a.rater = @rater ORDER BY s.sequence", hers, cancel);
        var problems = await database.QueryAsync<(long Assignment, string Kind, string? Comment, long CreatedAt)>(
            "SELECT x.assignment, x.kind, x.comment, x.created_at FROM problems x JOIN assignments a ON a.study = x.study AND a.assignment = x.assignment WHERE x.study = @study AND a.rater = @rater ORDER BY x.problem", hers, cancel);
        return new PersonalData
        {
            Id = ids.Encode(IdKind.Rater, study, rater),
            ExternalId = row.ExternalId,
            Name = row.Name,
            Group = row.GroupName,
            Categories = limits.Categories,
            Languages = limits.Languages,
            InvitedAt = Time.FromMicros(invitedAt),
            ErasedAt = Time.FromMicros(row.ErasedAt),
            Keys = [.. keys.Select(key => new PersonalKey { CreatedAt = Time.FromMicros(key.CreatedAt), UsedAt = Time.FromMicros(key.UsedAt), RevokedAt = Time.FromMicros(key.RevokedAt) })],
            Sessions = [.. sessions.Select(Time.FromMicros)],
            Asked = row.Asked,
            Judgments = [.. judgments.Select(j => ToWire(study, j))],
            Skips = [.. skips.Select(skip => new PersonalSkip { Assignment = ids.Encode(IdKind.Assignment, study, skip.Assignment), Reason = skip.Reason })],
            Problems = [.. problems.Select(p => new PersonalProblem
            {
                Assignment = ids.Encode(IdKind.Assignment, study, p.Assignment),
                Kind = EnumText<ProblemKind>.TryParse(p.Kind, out var kind) ? kind : ProblemKind.Other,
                Comment = p.Comment,
                CreatedAt = Time.FromMicros(p.CreatedAt),
            })],
        };
    }

    /// <returns>Her pseudonym and when she was erased, now or earlier; null where there is no such rater.</returns>
    public Task<(string Name, long At)?> EraseAsync(long study, int rater) => writes.RunAsync<(string, long)?>(study, write =>
    {
        if (StudyStore.Lock(write, study) is null || RaterStore.Find(write, study, rater) is not { } row) return null;
        var hers = new { study, rater };
        if (row.ErasedAt is { } earlier) return (row.Name, earlier);

        Places.FreeAll(write, study, rater); // she comes back no more
        var name = Pseudonym + rater.ToString(CultureInfo.InvariantCulture);
        while (write.First<bool>("SELECT EXISTS (SELECT 1 FROM raters WHERE study = @study AND name = @name)", new { study, name })) name += "x";
        write.Execute("UPDATE raters SET name = @name, external_id = NULL, state = 'removed', erased_at = @Now WHERE study = @study AND rater = @rater", new { study, rater, name, write.Now });
        write.Execute("DELETE FROM idempotency WHERE caller IN (SELECT key_id FROM keys WHERE study = @study AND rater = @rater)", hers);
        write.Execute("DELETE FROM sessions WHERE key_id IN (SELECT key_id FROM keys WHERE study = @study AND rater = @rater)", hers);
        write.Execute("DELETE FROM keys WHERE study = @study AND rater = @rater", hers);
        write.Execute("UPDATE problems SET comment = NULL WHERE study = @study AND assignment IN (SELECT assignment FROM assignments WHERE study = @study AND rater = @rater)", hers);
        foreach (var judgment in write.Query<JudgmentRow>($"{Judgments} AND j.details IS NOT NULL", hers))
        {
            var details = JudgmentDetails.Parse(judgment.Details);
            if (details is { Comment: null, Reasons: null }) continue;
            write.Execute("UPDATE judgments SET details = @Details WHERE study = @study AND import = @Import AND number = @Number",
                new { study, judgment.Import, judgment.Number, Details = (details with { Comment = null, Reasons = null }).ToJson() });
        }
        foreach (var (sequence, filter) in write.Query<(long, string)>("SELECT sequence, filter FROM exclusions WHERE study = @study", hers)) // it may name her
        {
            if (JudgmentFilter.Parse(filter) is { Rater: { } whom } named && (whom == row.Name || whom == row.ExternalId))
                write.Execute("UPDATE exclusions SET filter = @Filter WHERE study = @study AND sequence = @sequence", new { study, sequence, Filter = (named with { Rater = name }).ToJson() });
        }
        return (name, write.Now);
    });

    /// <summary>Everybody who judged in a study that was closed before this time and stayed closed, and is not erased yet.</summary>
    public Task<IReadOnlyList<(long Study, int Rater)>> DueAsync(long closedBefore, CancellationToken cancel) => database.QueryAsync<(long, int)>("""
        SELECT r.study, r.rater FROM raters r JOIN studies s ON s.study = r.study
        WHERE s.state = 'closed' AND s.closed_at <= @closedBefore AND s.deleted_at IS NULL AND r.kind = 'human' AND r.erased_at IS NULL ORDER BY r.study, r.rater
        """, new { closedBefore }, cancel);

    private PersonalJudgment ToWire(long study, JudgmentRow row)
    {
        var details = JudgmentDetails.Parse(row.Details);
        return new PersonalJudgment
        {
            Assignment = ids.Encode(IdKind.Assignment, study, row.Assignment),
            Revision = row.Revision,
            Choice = Verdict.Choice(row.Winner, row.LeftSide),
            Strength = details.Strength,
            Criteria = details.Criteria?.ToDictionary(c => c.Key, c => Verdict.Choice(c.Value, row.LeftSide)),
            Comment = details.Comment,
            Reasons = details.Reasons,
            Layout = details.Layout,
            DurationMs = row.DurationMs,
            ClientAt = Time.FromMicros(row.ClientAt),
            CreatedAt = Time.FromMicros(row.CreatedAt),
        };
    }
}
