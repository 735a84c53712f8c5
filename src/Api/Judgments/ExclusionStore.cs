using System.Globalization;
using System.Text;
using Dapper;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Judgments;

public sealed record ExclusionRow
{
    public required long Sequence { get; init; }
    public required ExclusionKind Kind { get; init; }
    public required string Filter { get; init; }
    public required string Reason { get; init; }
    public required int Judgments { get; init; }
    public long? ReportSequence { get; init; }
    public string? Account { get; init; }
    public required long CreatedAt { get; init; }
}

/// <summary>A filter as SQL over the assignments a.</summary>
public sealed record ChosenJudgments(string Sql, DynamicParameters Parameters);

public sealed class ExclusionStore(Database database, WriteQueue writes, OpaqueIds ids)
{
    /// <summary>As much as one write may change: votes wait for it, a second or so.</summary>
    public const int LargestAct = 100_000;

    public Task<IReadOnlyList<ExclusionRow>> ListAsync(long study, long after, int limit, CancellationToken cancel) => database.QueryAsync<ExclusionRow>("""
        SELECT e.sequence, e.kind, e.filter, e.reason, e.judgments, e.report_sequence, e.created_at, (SELECT a.name FROM accounts a WHERE a.account = e.account) AS account
        FROM exclusions e WHERE e.study = @study AND e.sequence > @after ORDER BY e.sequence LIMIT @limit
        """, new { study, after, limit }, cancel);

    public async Task<Outcome<SetAside>> SetAsideAsync(long study, ExclusionKind kind, SetJudgmentsAside request, long? account, CancellationToken cancel)
    {
        var chosen = await ReadAsync(study, request.Filter!, cancel);
        if (chosen.Problem is { } unknown) return unknown;
        var count = CountSql(kind, chosen.Value!.Sql);
        chosen.Value.Parameters.Add("study", study);
        var foreseen = await database.FirstAsync<int>(count, chosen.Value.Parameters, cancel);
        if (request.Preview == true || foreseen == 0) return new SetAside { Judgments = foreseen, Sequence = null };

        return await writes.RunAsync<Outcome<SetAside>>(study, write =>
        {
            if (StudyStore.Lock(write, study) is null) return Problem.NotFound.With("There is no such study, or it lies in the bin.");
            var judgments = write.First<int>(count, chosen.Value.Parameters);
            if (judgments > LargestAct)
                return Problem.InvalidRequest.With($"The filter takes {judgments:N0} judgments; one act changes {LargestAct:N0} at most. Narrow it, and go on with the rest.", [new FieldError { Field = "filter", Message = "too many judgments" }]);
            if (judgments == 0) return new SetAside { Judgments = 0, Sequence = null };
            var act = new Act(kind, request.Filter!, request.Reason!, account);
            var done = kind == ExclusionKind.Included
                ? SettingAside.Include(write, study, act, chosen.Value.Sql, chosen.Value.Parameters)
                : SettingAside.Exclude(write, study, act, chosen.Value.Sql, chosen.Value.Parameters);
            return new SetAside { Judgments = done.Judgments, Sequence = done.Sequence };
        });
    }

    private static string CountSql(ExclusionKind kind, string chosen) =>
        $"SELECT COUNT(*) FROM assignments a WHERE a.study = @study AND a.state = {(kind == ExclusionKind.Included ? 6 : 3)} AND {chosen}";

    /// <summary>The filter as SQL, or what of it the study does not know.</summary>
    private async Task<Outcome<ChosenJudgments>> ReadAsync(long study, JudgmentFilter filter, CancellationToken cancel)
    {
        var errors = new List<FieldError>();
        var parameters = new DynamicParameters();
        var sql = new StringBuilder("(a.import = 0 OR EXISTS (SELECT 1 FROM imports i WHERE i.study = a.study AND i.import = a.import AND i.state = 'stored'))");

        if (filter.Rater is { } rater)
        {
            var number = ids.Number(rater, IdKind.Rater, study)
                ?? await database.FirstAsync<long?>("SELECT rater FROM raters WHERE study = @study AND name = @rater", new { study, rater }, cancel);
            And("a.rater = @rater", "rater", number, "filter.rater", rater);
        }
        if (filter.Assignments is { } assignments) AndAny("a.assignment", assignments.Select(id => (id, ids.Number(id, IdKind.Assignment, study))), "filter.assignments");
        if (filter.Pairs is { } pairs) AndAny("a.pair", pairs.Select(id => (id, ids.Number(id, IdKind.Pair, study))), "filter.pairs");
        if (filter.PromptIds is { } prompts)
        {
            var known = new List<(string, long?)>();
            foreach (var id in prompts) known.Add((id, await database.FirstAsync<long?>("SELECT prompt FROM prompts WHERE study = @study AND external_id = @id", new { study, id }, cancel)));
            AndAny("a.prompt", known, "filter.prompt_ids");
        }
        if (filter.Models is { } models)
        {
            var known = (await database.QueryAsync<(string Name, long Model)>("SELECT name, model FROM models WHERE study = @study", new { study }, cancel)).ToDictionary(m => m.Name, m => m.Model);
            if (Numbers(models.Select(name => (name, known.TryGetValue(name, out var model) ? model : (long?)null)), "filter.models") is { } numbers)
            {
                sql.Append(CultureInfo.InvariantCulture, $"""
                     AND EXISTS (SELECT 1 FROM pairs p JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair
                      WHERE p.study = a.study AND p.pair = a.pair AND (m.model_a IN ({numbers}) OR m.model_b IN ({numbers})))
                    """);
            }
        }
        if (filter.Category is { } category)
            And("EXISTS (SELECT 1 FROM prompts q WHERE q.study = a.study AND q.prompt = a.prompt AND COALESCE(q.category, '') = @category)", "category", category);
        if (filter.Origin is { } origin) sql.Append(origin == Origin.Native ? " AND a.import = 0" : " AND a.import > 0");
        if (filter.Import is { } import) And("a.import = @import", "import", ids.Number(import, IdKind.Import, study), "filter.import", import);
        if (filter.Sequence is { } act)
            And("EXISTS (SELECT 1 FROM excluded x WHERE x.study = a.study AND x.sequence = @act AND x.assignment = a.assignment)", "act", act);
        if (filter.After is not null || filter.Before is not null || filter.FasterThanMs is not null)
        {
            // The log is read from its own side: an imported judgment cannot be found from its assignment.
            And("""
                a.assignment IN (SELECT j.assignment FROM judgments j WHERE j.study = @study
                  AND (j.import > 0 OR j.number = (SELECT n.sequence FROM assignments n WHERE n.study = j.study AND n.assignment = j.assignment))
                  AND j.created_at >= @from AND j.created_at < @until AND (@fasterThan IS NULL OR j.duration_ms < @fasterThan))
                """, "from", filter.After is { } after ? Time.ToMicros(after) : long.MinValue);
            parameters.Add("until", filter.Before is { } before ? Time.ToMicros(before) : long.MaxValue);
            parameters.Add("fasterThan", filter.FasterThanMs, System.Data.DbType.Int32);
        }
        return errors.Count > 0
            ? Problem.InvalidRequest.With("The filter names what the study does not have; nothing was changed.", errors)
            : new ChosenJudgments(sql.ToString(), parameters);

        void And(string condition, string name, object? value, string? field = null, string? given = null)
        {
            if (value is null) errors.Add(new FieldError { Field = field, Message = $"The study has no '{given}'." });
            sql.Append(" AND ").Append(condition);
            parameters.Add(name, value);
        }

        void AndAny(string column, IEnumerable<(string Given, long? Number)> found, string field)
        {
            if (Numbers(found, field) is { } numbers) sql.Append(" AND ").Append(column).Append(" IN (").Append(numbers).Append(')');
        }

        // Numbers stand in the SQL itself, as the databases take lists as parameters in different ways.
        string? Numbers(IEnumerable<(string Given, long? Number)> found, string field)
        {
            var all = found.ToList();
            if (all.Find(f => f.Number is null) is { Given: { } unknown }) errors.Add(new FieldError { Field = field, Message = $"The study has no '{unknown}'." });
            return all.TrueForAll(f => f.Number is not null) ? string.Join(',', all.Select(f => f.Number!.Value.ToString(CultureInfo.InvariantCulture))) : null;
        }
    }
}
