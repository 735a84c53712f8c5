using PrefEval.Api.Imports.Formats;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Imports;

/// <summary>What a file holds that the study does not, once both were joined.</summary>
public sealed record ImportCounts
{
    public long Prompts { get; init; }
    public long Answers { get; init; }
    public long Pairs { get; init; }
    public long ListedPairs { get; init; }
    public long Judgments { get; init; }
    public long Raters { get; init; }
    public long Unchanged { get; init; }
    public long Kept { get; init; }
    public long Surplus { get; init; }
    public long NotJudged { get; init; }
    public long EmptyAnswers { get; init; }
    public long LeakingAnswers { get; init; }
    /// <summary>Those of them that stand with another text.</summary>
    public long LeakingChanges { get; init; }
    public IReadOnlyList<LeakExample> LeakExamples { get; init; } = [];
    public IReadOnlyList<AnswersOfModel> AnswersByModel { get; init; } = [];
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>The wave that it opened in a study at work, and how many pairs raters are asked about for it.</summary>
    public int? Wave { get; init; }
    public long WavePairs { get; init; }

    /// <summary>Answers that stand with another text; and what it sets aside, ends and reopens to replace them.</summary>
    public long AnswersChanged { get; init; }
    public long JudgmentsSetAside { get; init; }
    public long LeasesEnded { get; init; }
    public long PromptsReopened { get; init; }

    /// <summary>Rows that are written.</summary>
    public long Rows => Prompts + Answers + AnswersChanged + Pairs + Raters + Judgments;
}

/// <summary>
/// Gives each staged row its number in the study, known or new, and holds it against what stands there: set operations in the staging file. It may be
/// run again when the study has changed. Models and prompts that are only referred to get no number, and are errors.
/// </summary>
internal sealed class Resolver(Database database, Staging staging, IImportFormat format, long study, int overlap, OnChange onChange, CancellationToken cancel)
{
    private const int MostModelsListed = 1000, MostExamples = 50, ExamplesOfModel = 5;

    /// <summary>Newly staged judgments as the study orients them: net tells that the file has the models the other way round.</summary>
    public const string OrientedJudgments = "SELECT j.*, j.flipped <> g.turned AS net FROM judgments j JOIN pairings g ON g.low = j.low AND g.high = j.high";

    public async Task<ImportCounts> RunAsync(ImportErrors errors)
    {
        staging.Execute(StudyCopy.Schema);
        staging.Execute(Schema);
        var copy = new StudyCopy(database, staging, study, cancel);
        var checks = new ResolverChecks(staging, format.Fields, errors);

        await copy.ModelsAsync();
        NumberModels();
        await copy.PromptsAsync();
        NumberPrompts();
        checks.Prompts();
        await CopyAnswersAsync(copy);
        if (onChange == OnChange.Reject) checks.Answers();
        if (Has("pairs") || Has("judgments"))
        {
            if (Has("known_prompts")) await copy.AnsweredAsync();
            if (await AnyAsync("model_pairs")) await copy.PairsAsync();
            NumberPairs();
            await NumberNewPairsAsync();
            checks.UnknownReferences();
            checks.Pairs();
        }
        if (Has("judgments"))
        {
            if (await AnyAsync("raters")) await copy.RatersAsync();
            NumberRaters();
            checks.Raters();
            await CopyAssignmentsAsync(copy);
            checks.Judgments();
            PickNewJudgments();
        }
        PickBroughtAnswers();
        var counts = Count();
        return counts.AnswersChanged == 0 ? counts : await new Replacing(database, study).ForeseeAsync(counts, Changed(), cancel);
    }

    private void NumberModels() => staging.Execute("""
        INSERT INTO model_numbers (n, model, known) SELECT m.n, k.model, k.model IS NOT NULL FROM models m LEFT JOIN known_models k ON k.name = m.name;
        UPDATE model_numbers SET model = x.number FROM (
          SELECT m.n, (SELECT COALESCE(MAX(model), 0) FROM known_models) + ROW_NUMBER() OVER (ORDER BY m.n) AS number
          FROM model_numbers m JOIN (SELECT DISTINCT model FROM answers) a ON a.model = m.n WHERE m.model IS NULL
        ) x WHERE x.n = model_numbers.n;
        """);

    private void NumberPrompts() => staging.Execute("""
        INSERT INTO prompt_numbers (n, prompt, known)
        SELECT n, prompt, prompt IS NOT NULL FROM (
          SELECT s.n, CASE
            WHEN s.external_id IS NULL THEN (SELECT MIN(k.prompt) FROM known_prompts k WHERE k.text_hash = s.text_hash)
            ELSE (SELECT k.prompt FROM known_prompts k WHERE k.external_id = s.external_id) END AS prompt
          FROM prompts s);
        UPDATE prompt_numbers SET prompt = x.number FROM (
          SELECT p.n, (SELECT COALESCE(MAX(prompt), 0) FROM known_prompts) + ROW_NUMBER() OVER (ORDER BY p.n) AS number
          FROM prompt_numbers p JOIN prompts s ON s.n = p.n WHERE p.prompt IS NULL AND s.text_hash IS NOT NULL
        ) x WHERE x.n = prompt_numbers.n;
        """);

    private async Task CopyAnswersAsync(StudyCopy copy)
    {
        if (!Has("answers") || !Has("prompt_numbers WHERE known")) return;
        foreach (var model in Numbers("SELECT m.model FROM model_numbers m JOIN (SELECT DISTINCT model FROM answers) a ON a.model = m.n WHERE m.known"))
            await copy.AnswersAsync(model);
    }

    // Where a pair of models is new, the name that sorts first is its model_a: whatever the order of rows and files, the same study
    // results, and statistics of nominal categories (kappas) with it.
    private void NumberPairs() => staging.Execute($"""
        INSERT INTO pairings (low, high, model_pair, model_a, model_b, turned, known)
        SELECT r.low, r.high, k.model_pair,
          COALESCE(k.model_a, CASE WHEN x.name < y.name THEN a.model ELSE b.model END), COALESCE(k.model_b, CASE WHEN x.name < y.name THEN b.model ELSE a.model END),
          CASE WHEN k.model_pair IS NULL THEN x.name > y.name ELSE k.model_a <> a.model END, k.model_pair IS NOT NULL
        FROM (SELECT low, high FROM pairs UNION SELECT low, high FROM judgments) r
        JOIN model_numbers a ON a.n = r.low
        JOIN model_numbers b ON b.n = r.high
        JOIN models x ON x.n = r.low
        JOIN models y ON y.n = r.high
        LEFT JOIN known_model_pairs k ON (k.model_a = a.model AND k.model_b = b.model) OR (k.model_a = b.model AND k.model_b = a.model)
        WHERE a.model IS NOT NULL AND b.model IS NOT NULL;
        UPDATE pairings SET model_pair = x.number FROM (
          SELECT low, high, (SELECT COALESCE(MAX(model_pair), 0) FROM known_model_pairs) + ROW_NUMBER() OVER (ORDER BY model_a, model_b) AS number
          FROM pairings WHERE model_pair IS NULL
        ) x WHERE x.low = pairings.low AND x.high = pairings.high;
        INSERT INTO pair_numbers (prompt, low, high, pair, known, overlap, taken)
        SELECT r.prompt, r.low, r.high, k.pair, k.pair IS NOT NULL, COALESCE(k.overlap, p.overlap, {overlap}), COALESCE(k.taken, 0)
        FROM (SELECT prompt, low, high FROM pairs UNION SELECT prompt, low, high FROM judgments) r
        LEFT JOIN prompt_numbers n ON n.n = r.prompt
        LEFT JOIN pairings g ON g.low = r.low AND g.high = r.high
        LEFT JOIN pairs p ON p.prompt = r.prompt AND p.low = r.low AND p.high = r.high
        LEFT JOIN known_pairs k ON k.prompt = n.prompt AND k.model_pair = g.model_pair;
        """);

    // Listed pairs in the order of the file: practice is shown in it.
    private async Task NumberNewPairsAsync()
    {
        var last = await database.FirstAsync<long?>("SELECT MAX(pair) FROM pairs WHERE study = @study", new { study }, cancel) ?? 0;
        staging.Execute($"""
            UPDATE pair_numbers SET pair = x.number FROM (
              SELECT n.prompt, n.low, n.high, {last} + ROW_NUMBER() OVER (ORDER BY p.line IS NULL, p.line, n.prompt, n.low, n.high) AS number
              FROM pair_numbers n LEFT JOIN pairs p ON p.prompt = n.prompt AND p.low = n.low AND p.high = n.high WHERE n.pair IS NULL
            ) x WHERE x.prompt = pair_numbers.prompt AND x.low = pair_numbers.low AND x.high = pair_numbers.high
            """);
    }

    // New raters get their numbers when they are stored: others may be invited until then.
    private void NumberRaters() => staging.Execute($"""
        INSERT INTO rater_numbers (n, rater, kind, known)
        SELECT r.n, k.rater, COALESCE(k.kind, r.kind, 'human'), k.rater IS NOT NULL FROM raters r LEFT JOIN known_raters k ON k.name = r.name
        """);

    private async Task CopyAssignmentsAsync(StudyCopy copy)
    {
        foreach (var rater in Numbers("SELECT rater FROM rater_numbers WHERE known")) await copy.AssignmentsAsync(rater);
        if (Has("known_assignments")) await copy.ScoresAsync();
    }

    // Exposure: the pairs of this prompt that the rater has met before, here or earlier in the file.
    private void PickNewJudgments() => staging.Execute("""
        INSERT INTO new_judgments (n, exposure)
        SELECT j.n, ROW_NUMBER() OVER (PARTITION BY j.rater, j.prompt ORDER BY j.n) - 1
          + (SELECT COUNT(*) FROM known_assignments k WHERE k.rater = r.rater AND k.prompt = q.prompt)
        FROM judgments j
        JOIN rater_numbers r ON r.n = j.rater
        JOIN prompt_numbers q ON q.n = j.prompt
        JOIN pair_numbers p ON p.prompt = j.prompt AND p.low = j.low AND p.high = j.high
        WHERE NOT EXISTS (SELECT 1 FROM known_assignments k WHERE k.rater = r.rater AND k.prompt = q.prompt AND k.pair = p.pair)
        ORDER BY j.n
        """);

    // The answers that it brings, new ones and others for those that stand, without their texts: these are read through once.
    private void PickBroughtAnswers() => staging.Execute("""
        INSERT INTO brought (prompt, model, characters, empty, changed, leaks)
        SELECT a.prompt, a.model, a.characters, a.empty, k.prompt IS NOT NULL, EXISTS (SELECT 1 FROM leaks l WHERE l.prompt = a.prompt AND l.model = a.model)
        FROM answers a
        CROSS JOIN prompt_numbers p ON p.n = a.prompt
        CROSS JOIN model_numbers m ON m.n = a.model
        LEFT JOIN known_answers k ON k.prompt = p.prompt AND k.model = m.model
        WHERE k.prompt IS NULL OR k.hash <> a.hash
        """);

    private ImportCounts Count()
    {
        var prompts = One("SELECT COUNT(*) FROM prompts WHERE text_hash IS NOT NULL");
        var newPrompts = One("SELECT COUNT(*) FROM prompt_numbers p JOIN prompts s ON s.n = p.n WHERE NOT p.known AND s.text_hash IS NOT NULL");
        var answers = One("SELECT COUNT(*) FROM answers");
        var newAnswers = One("SELECT COUNT(*) FROM brought WHERE NOT changed");
        var changed = One("SELECT COUNT(*) FROM brought WHERE changed");
        var listed = One("SELECT COUNT(*) FROM pairs");
        var newListed = One("SELECT COUNT(*) FROM pairs JOIN pair_numbers USING (prompt, low, high) WHERE NOT known");
        var judgments = One("SELECT COUNT(*) FROM judgments");
        var newJudgments = One("SELECT COUNT(*) FROM new_judgments");
        return new ImportCounts
        {
            Prompts = newPrompts,
            Answers = newAnswers,
            AnswersChanged = changed,
            Pairs = One("SELECT COUNT(*) FROM pair_numbers WHERE NOT known"),
            ListedPairs = newListed,
            Judgments = newJudgments,
            Raters = One("SELECT COUNT(*) FROM rater_numbers WHERE NOT known"),
            Unchanged = staging.Repeated + (prompts - newPrompts) + (answers - newAnswers - changed) + (listed - newListed) + (judgments - newJudgments),
            Kept = staging.Kept + One("""
                SELECT COUNT(*) FROM prompts s JOIN prompt_numbers p ON p.n = s.n AND p.known JOIN known_prompts k ON k.prompt = p.prompt
                WHERE (s.category IS NOT NULL AND s.category IS NOT k.category) OR (s.language IS NOT NULL AND s.language IS NOT k.language) OR (s.tags <> '[]' AND s.tags <> k.tags)
                """),
            Surplus = One("""
                SELECT COALESCE(SUM(MAX(0, x.judged - (x.overlap - x.taken))), 0) FROM (
                  SELECT COUNT(*) AS judged, p.overlap, p.taken
                  FROM new_judgments n JOIN judgments j ON j.n = n.n JOIN rater_numbers r ON r.n = j.rater AND r.kind = 'human'
                  JOIN pair_numbers p ON p.prompt = j.prompt AND p.low = j.low AND p.high = j.high
                  GROUP BY p.pair) x
                """),
            NotJudged = staging.Unjudged,
            EmptyAnswers = One("SELECT COUNT(*) FROM brought WHERE empty AND NOT changed"),
            LeakingAnswers = One("SELECT COUNT(*) FROM brought WHERE leaks"),
            LeakingChanges = One("SELECT COUNT(*) FROM brought WHERE leaks AND changed"),
            LeakExamples = LeakExamples(),
            AnswersByModel = AnswersByModel(),
            Models = [.. Names("SELECT name FROM models ORDER BY n LIMIT " + MostModelsListed)],
        };
    }

    /// <summary>SQL for the answers that the study does not have, in the order of the file.</summary>
    public static string NewAnswers(string columns) => $"""
        SELECT {columns} FROM answers a
        CROSS JOIN prompt_numbers p ON p.n = a.prompt
        CROSS JOIN model_numbers m ON m.n = a.model
        LEFT JOIN known_answers k ON k.prompt = p.prompt AND k.model = m.model
        WHERE k.prompt IS NULL
        """;

    /// <summary>SQL for the answers that the study has with another text, which stands in its newest version.</summary>
    public static string ChangedAnswers(string columns) => $"""
        SELECT {columns} FROM answers a
        CROSS JOIN prompt_numbers p ON p.n = a.prompt AND p.known
        CROSS JOIN model_numbers m ON m.n = a.model AND m.known
        CROSS JOIN known_answers k ON k.prompt = p.prompt AND k.model = m.model
        WHERE k.hash <> a.hash
        """;

    private List<LeakExample> LeakExamples()
    {
        var found = new List<LeakExample>();
        using var rows = staging.Statement($"""
            SELECT line, name, rule, words, excerpt FROM (
              SELECT l.line, m.name, l.rule, l.words, l.excerpt, ROW_NUMBER() OVER (PARTITION BY l.model ORDER BY l.line) AS place
              FROM brought b JOIN leaks l ON l.prompt = b.prompt AND l.model = b.model JOIN models m ON m.n = l.model WHERE b.leaks)
            WHERE place <= {ExamplesOfModel} ORDER BY line LIMIT {MostExamples}
            """).Read();
        while (rows.Read())
            found.Add(new LeakExample { Line = rows.GetInt64(0), Model = rows.GetString(1), Rule = (LeakRule)rows.GetInt32(2), Words = rows.GetString(3).Split('\n'), Excerpt = rows.GetString(4) });
        return found;
    }

    private List<AnswersOfModel> AnswersByModel()
    {
        var found = new List<AnswersOfModel>();
        using var rows = staging.Statement($"""
            SELECT m.name, COUNT(*), SUM(x.empty), SUM(x.leaks), MIN(x.characters) FILTER (WHERE 2 * x.place >= x.size), MIN(x.characters) FILTER (WHERE 10 * x.place >= 9 * x.size)
            FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY model ORDER BY characters) AS place, COUNT(*) OVER (PARTITION BY model) AS size FROM brought) x
            JOIN models m ON m.n = x.model GROUP BY x.model ORDER BY x.model LIMIT {MostModelsListed}
            """).Read();
        while (rows.Read())
        {
            found.Add(new AnswersOfModel
            {
                Model = rows.GetString(0), Answers = rows.GetInt64(1), Empty = rows.GetInt64(2), Leaking = rows.GetInt64(3), MedianCharacters = rows.GetInt64(4), P90Characters = rows.GetInt64(5),
            });
        }
        return found;
    }

    private List<(long Prompt, long Model)> Changed()
    {
        var found = new List<(long, long)>();
        using var rows = staging.Statement(ChangedAnswers("p.prompt, m.model")).Read();
        while (rows.Read()) found.Add((rows.GetInt64(0), rows.GetInt64(1)));
        return found;
    }

    private bool Has(string table) => One($"SELECT EXISTS (SELECT 1 FROM {table})") == 1;

    private Task<bool> AnyAsync(string table) => database.FirstAsync<bool>($"SELECT EXISTS (SELECT 1 FROM {table} WHERE study = @study)", new { study }, cancel);

    private long One(string sql) => staging.Statement(sql).Number()!.Value;

    private List<long> Numbers(string sql)
    {
        var found = new List<long>();
        using var rows = staging.Statement(sql).Read();
        while (rows.Read()) found.Add(rows.GetInt64(0));
        return found;
    }

    private List<string> Names(string sql)
    {
        var found = new List<string>();
        using var rows = staging.Statement(sql).Read();
        while (rows.Read()) found.Add(rows.GetString(0));
        return found;
    }

    private const string Schema = """
        DROP TABLE IF EXISTS model_numbers;
        DROP TABLE IF EXISTS prompt_numbers;
        DROP TABLE IF EXISTS brought;
        DROP TABLE IF EXISTS rater_numbers;
        DROP TABLE IF EXISTS pairings;
        DROP TABLE IF EXISTS pair_numbers;
        DROP TABLE IF EXISTS new_judgments;
        CREATE TABLE model_numbers (n INTEGER PRIMARY KEY, model INTEGER, known INTEGER NOT NULL);
        CREATE TABLE prompt_numbers (n INTEGER PRIMARY KEY, prompt INTEGER, known INTEGER NOT NULL);
        CREATE TABLE brought (prompt INTEGER, model INTEGER, characters INTEGER NOT NULL, empty INTEGER NOT NULL, changed INTEGER NOT NULL, leaks INTEGER NOT NULL);
        CREATE TABLE rater_numbers (n INTEGER PRIMARY KEY, rater INTEGER, kind TEXT NOT NULL, known INTEGER NOT NULL);
        CREATE TABLE pairings (low INTEGER, high INTEGER, model_pair INTEGER, model_a INTEGER, model_b INTEGER, turned INTEGER NOT NULL, known INTEGER NOT NULL,
          PRIMARY KEY (low, high)) WITHOUT ROWID;
        CREATE TABLE pair_numbers (prompt INTEGER, low INTEGER, high INTEGER, pair INTEGER, known INTEGER NOT NULL, overlap INTEGER NOT NULL, taken INTEGER NOT NULL,
          PRIMARY KEY (prompt, low, high)) WITHOUT ROWID;
        CREATE TABLE new_judgments (n INTEGER PRIMARY KEY, exposure INTEGER NOT NULL);
        """;
}
