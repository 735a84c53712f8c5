using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Raters;

/// <summary>The categories and languages that a rater is asked about; empty: all.</summary>
public sealed record RaterLimits(IReadOnlyList<string> Categories, IReadOnlyList<string> Languages)
{
    public static readonly RaterLimits None = new([], []);

    public bool IsNone => Categories.Count + Languages.Count == 0;

    public bool Allow(string? category, string? language, string studyLanguage) =>
        (Categories.Count == 0 || Categories.Contains(category ?? "")) && (Languages.Count == 0 || Languages.Contains(language ?? studyLanguage));

    public static RaterLimits Of(IEnumerable<(string Kind, string Value)> rows)
    {
        var kinds = rows.ToLookup(row => row.Kind, row => row.Value);
        return new RaterLimits([.. kinds["category"].Order(StringComparer.Ordinal)], [.. kinds["language"].Order(StringComparer.Ordinal)]);
    }

    public static RaterLimits Read(Write write, long study, long rater) =>
        Of(write.Query<(string, string)>("SELECT kind, value FROM rater_limits WHERE study = @study AND rater = @rater", new { study, rater }));

    /// <summary>Sets the limits of the kinds that are given; an empty list lifts them. The rater's cursors begin anew, as other pairs are now hers.</summary>
    public static void Set(Write write, long study, long rater, IReadOnlyList<string>? categories, IReadOnlyList<string>? languages)
    {
        foreach (var (kind, values) in new[] { ("category", categories), ("language", languages) })
        {
            if (values is null) continue;
            write.Execute("DELETE FROM rater_limits WHERE study = @study AND rater = @rater AND kind = @kind", new { study, rater, kind });
            foreach (var value in values.Distinct())
                write.Execute("INSERT INTO rater_limits (study, rater, kind, value) VALUES (@study, @rater, @kind, @value)", new { study, rater, kind, value });
        }
        if (categories is not null || languages is not null)
            write.Execute("UPDATE raters SET new_cursor = 0, again_cursor = 0 WHERE study = @study AND rater = @rater", new { study, rater });
    }

    /// <summary>SQL, begun with AND, for rows of <paramref name="table"/> with a study and a prompt that @rater may be asked about; @language is the study's.</summary>
    public string Sql(string table)
    {
        var sql = "";
        if (Categories.Count > 0) sql += Condition("category", "COALESCE(q.category, '')");
        if (Languages.Count > 0) sql += Condition("language", "COALESCE(q.language, @language)");
        return sql;

        string Condition(string kind, string value) => $"""
             AND EXISTS (SELECT 1 FROM prompts q JOIN rater_limits f ON f.study = q.study AND f.rater = @rater AND f.kind = '{kind}' AND f.value = {value}
              WHERE q.study = {table}.study AND q.prompt = {table}.prompt)
            """;
    }
}

/// <summary>What a researcher should know before raters begin.</summary>
public sealed record StudyWarning
{
    /// <summary>A stable name: nobody_may_judge, too_few_raters, share_too_small.</summary>
    public required string Code { get; init; }
    public required string Message { get; init; }
    /// <summary>The prompts that it is about.</summary>
    public required string? Category { get; init; }
    public required string Language { get; init; }
    public required int Prompts { get; init; }
    /// <summary>Active raters who may be asked about them, and how many are to judge each pair.</summary>
    public required int Raters { get; init; }
    public required int Overlap { get; init; }
}

/// <summary>Places of pairs that nobody may take, told before the study opens.</summary>
public sealed class OpenSlots(Database database, RaterStore raters)
{
    private sealed record Group
    {
        public string? Category { get; init; }
        public string? Language { get; init; }
        public required int Prompts { get; init; }
    }

    /// <summary>Empty where nobody was invited yet: links may be handed out after the opening.</summary>
    public async Task<IReadOnlyList<StudyWarning>> WarningsAsync(StudyRow study, CancellationToken cancel)
    {
        var invited = await database.QueryAsync<(int Rater, RaterKind Kind)>(
            "SELECT rater, kind FROM raters WHERE study = @Study AND import = 0 AND state = 'active' ORDER BY rater", new { study.Study }, cancel);
        if (invited.Count == 0) return [];
        var limits = await raters.LimitsAsync(study.Study, cancel);
        var groups = await database.QueryAsync<Group>("""
            SELECT q.category, q.language, COUNT(*) AS prompts FROM prompts q JOIN imports i ON i.study = q.study AND i.import = q.import AND i.state = 'stored'
            WHERE q.study = @Study GROUP BY q.category, q.language ORDER BY q.category, q.language
            """, new { study.Study }, cancel);
        // People and machines are not reported together: where people were invited, they are to fill the places.
        var kind = invited.Any(r => r.Kind == RaterKind.Human) ? RaterKind.Human : RaterKind.Llm;
        var settings = study.ReadSettings();
        var overlap = Math.Max(settings.Overlap.Base, settings.Overlap.Shared?.Overlap ?? 0);
        var warnings = new List<StudyWarning>();
        foreach (var group in groups)
        {
            var may = invited.Count(r => r.Kind == kind && limits(r.Rater).Allow(group.Category, group.Language, settings.Language));
            if (may >= overlap) continue;
            var language = group.Language ?? settings.Language;
            var what = $"{group.Prompts} prompts of the category '{group.Category ?? ""}' in '{language}'";
            warnings.Add(new StudyWarning
            {
                Code = may == 0 ? "nobody_may_judge" : "too_few_raters",
                Message = may == 0
                    ? $"No active rater may be asked about {what}: invite one who may, or widen the limits of one."
                    : $"{may} active raters may be asked about {what}, and {overlap} are to judge each pair: such pairs stay incomplete until more are invited.",
                Category = group.Category,
                Language = language,
                Prompts = group.Prompts,
                Raters = may,
                Overlap = overlap,
            });
        }
        if (settings.MaxShare is { } share && share * invited.Count(r => r.Kind == kind) is var together and < 1)
        {
            var active = invited.Count(r => r.Kind == kind);
            warnings.Add(new StudyWarning
            {
                Code = "share_too_small",
                Message = $"With a max_share of {share} the {active} active raters may make {Math.Floor(100 * together)} % of the judgments: the rest stays open until more are invited.",
                Category = null,
                Language = settings.Language,
                Prompts = groups.Sum(g => g.Prompts),
                Raters = active,
                Overlap = overlap,
            });
        }
        return warnings;
    }
}
