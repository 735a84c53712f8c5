using Microsoft.Data.Sqlite;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Imports;

/// <summary>What of a file cannot stand beside what the study holds, each with its line, its field, and how to mend it.</summary>
internal sealed class ResolverChecks(Staging staging, FormatFields fields, ImportErrors errors)
{
    private const int NamesShown = 8;
    private string? _knownPrompts;

    // Every row that refers to a prompt and two models.
    private const string References = """
        (SELECT line, prompt, low, high, flipped FROM judgments UNION ALL SELECT line, prompt, low, high, flipped FROM pairs)
        """;

    public void Prompts() => Check("""
        SELECT s.line, COALESCE(s.external_id, k.external_id) FROM prompts s
        JOIN prompt_numbers p ON p.n = s.n AND p.known
        JOIN known_prompts k ON k.prompt = p.prompt
        WHERE s.text_hash <> k.text_hash
        """, row => (fields.Prompt, $"The study has the prompt '{row.GetString(1)}' with another text. Give this one another id, or send the text that stands."));

    /// <summary>Answers that name a prompt which is neither in the study nor in the file, or stand there with another text.</summary>
    public void Answers()
    {
        Check("""
            SELECT a.line, s.external_id FROM answers a JOIN prompt_numbers p ON p.n = a.prompt AND p.prompt IS NULL JOIN prompts s ON s.n = a.prompt
            """, row => (fields.PromptId, $"The study has no prompt '{row.GetString(1)}'.{KnownPrompts()}"));
        AnswersThatStand();
    }

    private void AnswersThatStand() => Check("""
        SELECT a.line, a.field, x.name, k.external_id FROM answers a
        JOIN prompt_numbers p ON p.n = a.prompt AND p.known
        JOIN model_numbers m ON m.n = a.model AND m.known
        JOIN models x ON x.n = a.model
        JOIN known_prompts k ON k.prompt = p.prompt
        JOIN known_answers y ON y.prompt = p.prompt AND y.model = m.model
        WHERE y.hash <> a.hash
        """, row => (row.IsDBNull(1) ? "answers." + row.GetString(2) : row.GetString(1),
            $"The study has another answer of '{row.GetString(2)}' to the prompt '{row.GetString(3)}'. Give the model another name, send the answer that stands, or replace it with on_change=replace."));

    /// <summary>Prompts, models and answers that are neither in the study nor in the file.</summary>
    public void UnknownReferences()
    {
        Check($"""
            SELECT r.line, s.external_id FROM {References} r JOIN prompt_numbers p ON p.n = r.prompt JOIN prompts s ON s.n = r.prompt WHERE p.prompt IS NULL
            """, row => (fields.PromptId, $"The study has no prompt '{row.GetString(1)}'.{KnownPrompts()}"));

        var models = new Lazy<List<string>>(() => Names("SELECT name FROM known_models UNION SELECT m.name FROM models m JOIN model_numbers x ON x.n = m.n WHERE x.model IS NOT NULL"));
        Check($"""
            SELECT r.line, m.name, (m.n = r.low) <> r.flipped FROM {References} r
            JOIN model_numbers x ON (x.n = r.low OR x.n = r.high) AND x.model IS NULL
            JOIN models m ON m.n = x.n
            """, row => (row.GetBoolean(2) ? fields.ModelA : fields.ModelB, $"The study has no answers of a model '{row.GetString(1)}'.{Nearest(row.GetString(1), models.Value)}"));

        staging.Execute("""
            CREATE TEMP TABLE IF NOT EXISTS gaps (prompt INTEGER, model INTEGER, PRIMARY KEY (prompt, model)) WITHOUT ROWID;
            DELETE FROM gaps;
            INSERT INTO gaps
            SELECT g.prompt, g.model FROM (SELECT prompt, low AS model FROM pair_numbers UNION SELECT prompt, high FROM pair_numbers) g
            JOIN prompt_numbers p ON p.n = g.prompt AND p.prompt IS NOT NULL
            JOIN model_numbers m ON m.n = g.model AND m.model IS NOT NULL
            WHERE NOT EXISTS (SELECT 1 FROM known_answers k WHERE k.prompt = p.prompt AND k.model = m.model)
              AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.prompt = g.prompt AND a.model = g.model);
            """);
        if (staging.Statement("SELECT 1 FROM gaps LIMIT 1").Number() is null) return;
        Check($"""
            SELECT r.line, m.name, (m.n = r.low) <> r.flipped, COALESCE(s.external_id, 'text-' || s.text_hash) FROM {References} r
            JOIN gaps g ON g.prompt = r.prompt AND (g.model = r.low OR g.model = r.high)
            JOIN models m ON m.n = g.model
            JOIN prompts s ON s.n = r.prompt
            """, row => (row.GetBoolean(2) ? fields.ModelA : fields.ModelB,
                $"The model '{row.GetString(1)}' has no answer to the prompt '{row.GetString(3)}'. Import that answer first, or take this row out."));
    }

    /// <summary>A listed pair that the study holds already must say the same.</summary>
    public void Pairs() => Check("""
        SELECT line, field FROM (
          SELECT p.line, CASE
            WHEN p.role <> k.role THEN 'role'
            WHEN CASE WHEN g.turned AND p.winner < 2 THEN 1 - p.winner ELSE p.winner END IS NOT k.winner THEN 'winner'
            WHEN p.reason IS NOT NULL AND p.reason IS NOT k.reason THEN 'reason'
            WHEN p.overlap <> k.overlap THEN 'overlap' END AS field
          FROM pairs p
          JOIN pairings g ON g.low = p.low AND g.high = p.high
          JOIN prompt_numbers q ON q.n = p.prompt
          JOIN known_pairs k ON k.prompt = q.prompt AND k.model_pair = g.model_pair)
        WHERE field IS NOT NULL
        """, row => (row.GetString(1), $"The study has this pair with another {row.GetString(1)}. What stands is not changed by an import: undo the import that brought it, or take this row out."));

    public void Raters() => Check("""
        SELECT r.line, r.name, r.kind, k.kind FROM raters r JOIN known_raters k ON k.name = r.name WHERE r.kind <> k.kind
        """, row => (fields.RaterKind, $"The study has the rater '{row.GetString(1)}' of kind '{row.GetString(3)}'; this file says '{row.GetString(2)}'. Give one of them another name."));

    /// <summary>What a rater has judged, or has before her, in the study.</summary>
    public void Judgments() => Check($"""
        SELECT j.line, r.name, k.winner IS NOT NULL FROM ({Resolver.OrientedJudgments}) j
        JOIN rater_numbers x ON x.n = j.rater
        JOIN raters r ON r.n = j.rater
        JOIN prompt_numbers q ON q.n = j.prompt
        JOIN pair_numbers p ON p.prompt = j.prompt AND p.low = j.low AND p.high = j.high
        JOIN known_assignments k ON k.rater = x.rater AND k.prompt = q.prompt AND k.pair = p.pair
        WHERE k.winner IS NULL
          OR k.winner <> CASE WHEN j.net AND j.winner < 2 THEN 1 - j.winner ELSE j.winner END
          OR k.left_side <> CASE WHEN j.net THEN 1 - j.left_side ELSE j.left_side END
          OR COALESCE(ABS(k.score - CASE WHEN j.net THEN 1 - j.score ELSE j.score END) >= 1e-12, (k.score IS NULL) <> (j.score IS NULL))
        """, row => (fields.Winner, row.GetBoolean(2)
            ? $"The study has another judgment of '{row.GetString(1)}' on these two answers. A rater judges a pair once; take this row out, or give the rater another name."
            : $"The study has put this pair before '{row.GetString(1)}', who has not judged it there. Take this row out, or give the rater another name."));

    private string KnownPrompts()
    {
        _knownPrompts ??= Names("SELECT external_id FROM known_prompts ORDER BY prompt LIMIT 3") is { Count: > 0 } some
            ? $" Its prompts are such as {string.Join(", ", some.Select(id => $"'{id}'"))}. Correct the id, or import the prompt first."
            : " It has no prompts yet: import the prompts and answers first.";
        return _knownPrompts;
    }

    private static string Nearest(string name, List<string> known) => known.Count == 0
        ? " It has no answers yet: import the prompts and answers first."
        : $" It has those of {string.Join(", ", known.OrderBy(k => EditDistance(name, k)).Take(NamesShown).Select(k => $"'{k}'"))}{(known.Count > NamesShown ? " and others" : "")}.";

    /// <summary>The letters to change, add or leave out to come from one name to the other, whatever their case.</summary>
    private static int EditDistance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var change = diagonal + (char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }

    private List<string> Names(string sql)
    {
        var found = new List<string>();
        using var rows = staging.Statement(sql).Read();
        while (rows.Read()) found.Add(rows.GetString(0));
        return found;
    }

    private void Check(string select, Func<SqliteDataReader, (string Field, string Message)> describe)
    {
        if (staging.Statement($"SELECT COUNT(*) FROM ({select})").Number() is not (> 0 and var count)) return;
        var lowest = new List<FieldError>();
        using var rows = staging.Statement($"SELECT * FROM ({select}) ORDER BY 1 LIMIT {ImportErrors.Listed}").Read();
        while (rows.Read())
        {
            var (field, message) = describe(rows);
            lowest.Add(new FieldError { Line = rows.GetInt64(0), Field = field, Message = message });
        }
        errors.Add(lowest, count);
    }
}
