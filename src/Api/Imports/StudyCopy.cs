using System.Data.Common;
using Dapper;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Imports;

/// <summary>Copies what the study holds already, as far as a file touches it, beside the file, so that the two are joined there and not row by row.</summary>
internal sealed class StudyCopy(Database database, Staging staging, long study, CancellationToken cancel)
{
    private const int PageSize = 5000;

    public const string Schema = """
        DROP TABLE IF EXISTS known_models;
        DROP TABLE IF EXISTS known_prompts;
        DROP TABLE IF EXISTS known_answers;
        DROP TABLE IF EXISTS known_model_pairs;
        DROP TABLE IF EXISTS known_pairs;
        DROP TABLE IF EXISTS known_raters;
        DROP TABLE IF EXISTS known_assignments;
        CREATE TABLE known_models (model INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE known_prompts (prompt INTEGER PRIMARY KEY, external_id TEXT NOT NULL UNIQUE, text_hash TEXT NOT NULL, category TEXT, tags TEXT NOT NULL, language TEXT);
        CREATE INDEX known_prompts_by_text ON known_prompts (text_hash);
        CREATE TABLE known_answers (prompt INTEGER, model INTEGER, hash BLOB, version INTEGER, PRIMARY KEY (prompt, model)) WITHOUT ROWID;
        CREATE TABLE known_model_pairs (model_pair INTEGER PRIMARY KEY, model_a INTEGER NOT NULL, model_b INTEGER NOT NULL);
        CREATE TABLE known_pairs (pair INTEGER, prompt INTEGER, model_pair INTEGER, role TEXT, winner INTEGER, reason TEXT, overlap INTEGER, taken INTEGER,
          PRIMARY KEY (prompt, model_pair)) WITHOUT ROWID;
        CREATE TABLE known_raters (rater INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL);
        CREATE TABLE known_assignments (rater INTEGER, prompt INTEGER, pair INTEGER, assignment INTEGER, state INTEGER, winner INTEGER, left_side INTEGER, score REAL,
          PRIMARY KEY (rater, prompt, pair)) WITHOUT ROWID;
        CREATE INDEX known_assignments_by_number ON known_assignments (assignment);
        """;

    public Task ModelsAsync() => CopyAsync("SELECT model, name FROM models WHERE study = @study AND model > @after ORDER BY model",
        "INSERT INTO known_models (model, name) VALUES (@model, @name)");

    public Task PromptsAsync() => CopyAsync(
        "SELECT prompt, external_id, text_hash, category, tags, language FROM prompts WHERE study = @study AND prompt > @after ORDER BY prompt",
        "INSERT INTO known_prompts (prompt, external_id, text_hash, category, tags, language) VALUES (@prompt, @id, @hash, @category, @tags, @language)");

    /// <summary>The hashes of a model's answers; of several versions the newest stands.</summary>
    public Task AnswersAsync(long model) => CopyAsync("""
        SELECT a.prompt, a.model, a.messages, a.version FROM answers a
        WHERE a.study = @study AND a.model = @of AND a.prompt > @after
          AND NOT EXISTS (SELECT 1 FROM answers n WHERE n.study = a.study AND n.prompt = a.prompt AND n.model = a.model AND n.version > a.version)
        ORDER BY a.prompt
        """, "INSERT INTO known_answers (prompt, model, hash, version) VALUES (@prompt, @model, @hash, @version)",
        of: model, value: (reader, column) => column == 2 ? MessageText.HashOf(reader.GetString(column)) : reader.GetValue(column));

    /// <summary>Which model answered which prompt, without the texts.</summary>
    public Task AnsweredAsync() => CopyAsync(
        "SELECT DISTINCT prompt, model FROM answers WHERE study = @study AND (prompt, model) > (@after, @then) ORDER BY prompt, model",
        "INSERT OR IGNORE INTO known_answers (prompt, model) VALUES (@prompt, @model)");

    public async Task PairsAsync()
    {
        await CopyAsync("SELECT model_pair, model_a, model_b FROM model_pairs WHERE study = @study AND model_pair > @after ORDER BY model_pair",
            "INSERT INTO known_model_pairs (model_pair, model_a, model_b) VALUES (@model_pair, @model_a, @model_b)");
        await CopyAsync("SELECT pair, prompt, model_pair, role, winner, reason, overlap, taken FROM pairs WHERE study = @study AND pair > @after ORDER BY pair",
            "INSERT INTO known_pairs (pair, prompt, model_pair, role, winner, reason, overlap, taken) VALUES (@pair, @prompt, @model_pair, @role, @winner, @reason, @overlap, @taken)");
    }

    public Task RatersAsync() => CopyAsync("SELECT rater, name, kind FROM raters WHERE study = @study AND rater > @after ORDER BY rater",
        "INSERT INTO known_raters (rater, name, kind) VALUES (@rater, @name, @kind)");

    /// <summary>What a rater was asked and what she said, the first time.</summary>
    public Task AssignmentsAsync(long rater) => CopyAsync(
        "SELECT prompt, pair, rater, assignment, state, winner, left_side FROM assignments WHERE study = @study AND rater = @of AND role <> 4 AND (prompt, pair) > (@after, @then) ORDER BY prompt, pair",
        "INSERT INTO known_assignments (prompt, pair, rater, assignment, state, winner, left_side) VALUES (@prompt, @pair, @rater, @assignment, @state, @winner, @left)",
        of: rater);

    /// <summary>Scores stand in the log only, and only imported judgments have them.</summary>
    public Task ScoresAsync() => CopyAsync(
        "SELECT import, number, score, assignment FROM judgments WHERE study = @study AND import > 0 AND (import, number) > (@after, @then) AND score IS NOT NULL ORDER BY import, number",
        "UPDATE known_assignments SET score = @score WHERE assignment = @assignment",
        skip: 2);

    /// <summary>Copies in pages, so that no reader stays open on the study. The first two columns, or the first alone, are the key to go on from.</summary>
    /// <param name="skip">The columns that are key only.</param>
    private async Task CopyAsync(string from, string into, long of = 0, int skip = 0, Func<DbDataReader, int, object>? value = null)
    {
        var statement = staging.Statement(into);
        await using var connection = await database.OpenAsync(cancel);
        long after = 0, then = 0;
        for (var rows = PageSize; rows == PageSize;)
        {
            var page = new CommandDefinition($"{from} LIMIT {PageSize}", new { study, of, after, then }, cancellationToken: cancel);
            await using var reader = await connection.ExecuteReaderAsync(page);
            var values = new object?[reader.FieldCount - skip];
            for (rows = 0; await reader.ReadAsync(cancel); rows++)
            {
                after = Convert.ToInt64(reader.GetValue(0));
                then = reader.GetValue(1) is int or long ? Convert.ToInt64(reader.GetValue(1)) : 0;
                for (var i = 0; i < values.Length; i++) values[i] = value?.Invoke(reader, i + skip) ?? reader.GetValue(i + skip);
                statement.Run(values);
            }
        }
    }
}
