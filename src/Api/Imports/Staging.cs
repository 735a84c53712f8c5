using Microsoft.Data.Sqlite;
using PrefEval.Stats;

namespace PrefEval.Api.Imports;

/// <summary>
/// A file that was read, row by row, into a SQLite file of its own, so that duplicates, joins and counts are SQL and memory does not grow with the
/// file. It is thrown away: nothing of it is journalled or synced.
/// </summary>
public sealed class Staging : IDisposable
{
    public const string SimulatedPrefix = "simulated:";

    // Names are looked up again and again; the cache is emptied when it is full, so that a file of a million names stays small in memory.
    private const int CachedNames = 20_000;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = [];
    private readonly Dictionary<string, long> _models = [], _prompts = [];
    private readonly Dictionary<string, (long Number, string? Kind)> _raters = [];
    private readonly Dictionary<long, OwnName?> _namesOfModels = [];
    private bool _hasNamelessPrompts;

    private Staging(string path, SqliteOpenMode mode)
    {
        Path = path;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        _connection.Open();
        Execute("PRAGMA page_size = 32768; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -32768");
    }

    public string Path { get; }

    /// <summary>Rows of this file that were equal to an earlier one of it, those without a verdict, and prompts whose other category, tags or language were passed over.</summary>
    public long Repeated { get; private set; }
    public long Unjudged { get; private set; }
    public long Kept { get; private set; }

    public static Staging Create(string path)
    {
        var staging = new Staging(path, SqliteOpenMode.ReadWriteCreate);
        staging.Execute(Schema);
        staging.Execute("BEGIN");
        return staging;
    }

    public static Staging Open(string path)
    {
        var staging = new Staging(path, SqliteOpenMode.ReadWrite);
        staging.Execute("BEGIN");
        using var counts = staging.Statement("SELECT repeated, unjudged, kept FROM counts").Read();
        if (counts.Read()) (staging.Repeated, staging.Unjudged, staging.Kept) = (counts.GetInt64(0), counts.GetInt64(1), counts.GetInt64(2));
        return staging;
    }

    /// <summary>Keeps what was staged, for a later <see cref="Open"/>.</summary>
    public void Commit()
    {
        Statement("INSERT OR REPLACE INTO counts (only, repeated, unjudged, kept) VALUES (1, @repeated, @unjudged, @kept)").Run(Repeated, Unjudged, Kept);
        Execute("COMMIT");
        Execute("BEGIN");
    }

    /// <summary>Stages a prompt and answers its number; null where the file has the id with another text.</summary>
    public long? Prompt(FileRow row, StagedPrompt prompt, string field)
    {
        var hash = prompt.Text.HashText;
        var known = prompt.ExternalId is { } id
            ? Find(FindPrompt + "external_id = @id", id) ?? (_hasNamelessPrompts ? Named(Find(FindPrompt + "text_hash = @hash AND external_id IS NULL", hash), id) : null)
            : Find(FindPrompt + "text_hash = @hash ORDER BY n LIMIT 1", hash);
        if (known is null || known.Hash is null)
        {
            _hasNamelessPrompts |= prompt.ExternalId is null;
            return Statement("""
                INSERT INTO prompts (n, external_id, text_hash, messages, category, tags, language, line) VALUES (@n, @id, @hash, @messages, @category, @tags, @language, @line)
                ON CONFLICT (n) DO UPDATE SET text_hash = excluded.text_hash, messages = excluded.messages, category = excluded.category, tags = excluded.tags,
                  language = excluded.language, line = excluded.line
                RETURNING n
                """).Number(known?.Number, prompt.ExternalId, hash, prompt.Text.Json, prompt.Category, prompt.Tags, prompt.Language, row.Line);
        }
        if (known.Hash != hash)
        {
            row.Refuse(field, $"The prompt '{prompt.ExternalId}' stands on line {known.Line} with another text. Give this one another id, or take one of them out.");
            return null;
        }
        Repeated++;
        if (Differs(prompt.Category, known.Category) || Differs(prompt.Language, known.Language) || (prompt.Tags != "[]" && prompt.Tags != known.Tags)) Kept++;
        return known.Number;

        static bool Differs(string? given, string? standing) => given is not null && given != standing;
    }

    /// <summary>The number of a prompt that this file may or may not hold itself.</summary>
    public long PromptReference(FileRow row, string externalId) => Cached(_prompts, externalId, () =>
        Statement("INSERT INTO prompts (external_id, line) VALUES (@id, @line) ON CONFLICT DO NOTHING RETURNING n").Number(externalId, row.Line)
        ?? Statement("SELECT n FROM prompts WHERE external_id = @id").Number(externalId)!.Value);

    public long Model(string name) => Cached(_models, name, () =>
        Statement("INSERT INTO models (name) VALUES (@name) ON CONFLICT DO NOTHING RETURNING n").Number(name)
        ?? Statement("SELECT n FROM models WHERE name = @name").Number(name)!.Value);

    /// <summary>The number of a rater; null where her kind is not what an earlier row, or her name, says.</summary>
    public long? Rater(FileRow row, string name, string? kind, string field)
    {
        var isSimulated = name.StartsWith(SimulatedPrefix, StringComparison.Ordinal);
        if (isSimulated && kind is not (null or "simulated"))
        {
            row.Refuse(field, $"A name that begins '{SimulatedPrefix}' is a simulated rater's, and cannot be of kind '{kind}'.");
            return null;
        }
        if (isSimulated) kind = "simulated";
        if (!_raters.TryGetValue(name, out var rater))
        {
            using (var found = Statement("SELECT n, kind FROM raters WHERE name = @name").Read(name))
                if (found.Read()) rater = (found.GetInt64(0), found.IsDBNull(1) ? null : found.GetString(1));
            if (rater.Number == 0) rater = (Statement("INSERT INTO raters (name, kind, line) VALUES (@name, @kind, @line) RETURNING n").Number(name, kind, row.Line)!.Value, kind);
        }
        if (kind is not null && rater.Kind is null)
        {
            Statement("UPDATE raters SET kind = @kind WHERE n = @n").Run(kind, rater.Number);
            rater.Kind = kind;
        }
        if (_raters.Count >= CachedNames) _raters.Clear();
        _raters[name] = rater;
        if (kind is null || kind == rater.Kind) return rater.Number;
        row.Refuse(field, $"The rater '{name}' is of kind '{rater.Kind}' on an earlier line, and of kind '{kind}' here. Give them different names.");
        return null;
    }

    public void Answer(FileRow row, StagedAnswer answer)
    {
        var inserted = Statement("""
            INSERT INTO answers (prompt, model, hash, messages, characters, empty, field, line) VALUES (@prompt, @model, @hash, @messages, @characters, @empty, @field, @line)
            ON CONFLICT DO NOTHING
            """).Run(answer.Prompt, answer.Model, answer.Text.Hash, answer.Text.Json, answer.Text.Characters, answer.Text.IsEmpty,
                answer.Field.StartsWith("answers.", StringComparison.Ordinal) ? null : answer.Field, row.Line);
        if (inserted == 1)
        {
            Scan(row, answer);
            return;
        }
        using var standing = Statement("SELECT hash, line FROM answers WHERE prompt = @prompt AND model = @model").Read(answer.Prompt, answer.Model);
        standing.Read();
        if (standing.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(answer.Text.Hash)) Repeated++;
        else row.Refuse(answer.Field, $"Line {standing.GetInt64(1)} has another answer of this model to this prompt. A model answers a prompt once; take one of them out.");
    }

    private void Scan(FileRow row, StagedAnswer answer)
    {
        if (!_namesOfModels.TryGetValue(answer.Model, out var name))
        {
            if (_namesOfModels.Count >= CachedNames) _namesOfModels.Clear();
            name = _namesOfModels[answer.Model] = OwnName.Of(Text("SELECT name FROM models WHERE n = @n", answer.Model)!);
        }
        if (LeakScan.Of(answer.Text.Messages, name, () => Text("SELECT messages FROM prompts WHERE n = @n", answer.Prompt)) is not { } leak) return;
        Statement("INSERT INTO leaks (prompt, model, rule, words, excerpt, masked, line) VALUES (@prompt, @model, @rule, @words, @excerpt, @masked, @line)")
            .Run(answer.Prompt, answer.Model, (int)leak.Rule, string.Join('\n', leak.Words), leak.Excerpt, leak.Masked, row.Line);
    }

    private string? Text(string sql, long number)
    {
        using var found = Statement(sql).Read(number);
        return found.Read() && !found.IsDBNull(0) ? found.GetString(0) : null;
    }

    public void Pair(FileRow row, StagedPair pair)
    {
        var flipped = pair.ModelA > pair.ModelB;
        var (low, high) = flipped ? (pair.ModelB, pair.ModelA) : (pair.ModelA, pair.ModelB);
        var winner = Turned((int?)pair.Winner, flipped);
        var inserted = Statement("""
            INSERT INTO pairs (prompt, low, high, flipped, role, winner, reason, overlap, line) VALUES (@prompt, @low, @high, @flipped, @role, @winner, @reason, @overlap, @line)
            ON CONFLICT DO NOTHING
            """).Run(pair.Prompt, low, high, flipped, pair.Role, winner, pair.Reason, pair.Overlap, row.Line);
        if (inserted == 1) return;
        using var standing = Statement("""
            SELECT line, role = @role AND winner IS @winner AND reason IS @reason AND overlap IS @overlap FROM pairs WHERE prompt = @prompt AND low = @low AND high = @high
            """).Read(pair.Role, winner, pair.Reason, pair.Overlap, pair.Prompt, low, high);
        standing.Read();
        if (standing.GetBoolean(1)) Repeated++;
        else row.Refuse("prompt_id", $"Line {standing.GetInt64(0)} lists this pair with another role, verdict, reason or overlap. Keep one of them.");
    }

    public void Judgment(FileRow row, StagedJudgment judgment, string field)
    {
        var flipped = judgment.ModelA > judgment.ModelB;
        var (low, high) = flipped ? (judgment.ModelB, judgment.ModelA) : (judgment.ModelA, judgment.ModelB);
        var inserted = Statement("""
            INSERT INTO judgments (prompt, low, high, flipped, rater, winner, left_side, score, duration_ms, created_at, comment, line)
            VALUES (@prompt, @low, @high, @flipped, @rater, @winner, @left, @score, @duration, @created, @comment, @line)
            ON CONFLICT DO NOTHING
            """).Run(judgment.Prompt, low, high, flipped, judgment.Rater, (int)judgment.Winner, judgment.Left, judgment.Score,
                judgment.DurationMs, judgment.CreatedAt, judgment.Comment, row.Line);
        if (inserted == 1) return;
        using var standing = Statement("SELECT line, flipped, winner, left_side, score FROM judgments WHERE rater = @rater AND prompt = @prompt AND low = @low AND high = @high")
            .Read(judgment.Rater, judgment.Prompt, low, high);
        standing.Read();
        var turned = standing.GetBoolean(1) != flipped;
        var same = Turned(standing.GetInt32(2), turned) == (int)judgment.Winner
            && (standing.IsDBNull(3) || judgment.Left is null || Turned(standing.GetInt32(3), turned) == judgment.Left)
            && SameScore(standing.IsDBNull(4) ? null : turned ? 1 - standing.GetDouble(4) : standing.GetDouble(4), judgment.Score);
        if (same) Repeated++;
        else row.Refuse(field, $"Line {standing.GetInt64(0)} has another judgment of this rater on these two answers. A rater judges a pair once; keep the one that stands.");
    }

    /// <summary>Counts a row that brings answers and no verdict.</summary>
    public void NotJudged() => Unjudged++;

    /// <summary>A winner or a side with the two models exchanged.</summary>
    public static int? Turned(int? winner, bool turned) => turned && winner is (int)Winner.A or (int)Winner.B ? 1 - winner : winner;

    /// <summary>Scores that went through 1 - x are equal to within rounding.</summary>
    public static bool SameScore(double? one, double? other) => one is { } x && other is { } y ? Math.Abs(x - y) < 1e-12 : one == other;

    /// <summary>A statement of this file, prepared at its first use.</summary>
    internal Statement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements.Add(sql, statement = new Statement(_connection, sql));
        return statement;
    }

    internal void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _connection.Dispose();
    }

    private sealed record KnownPrompt(long Number, string? Hash, string? Category, string? Tags, string? Language, long Line);

    private const string FindPrompt = "SELECT n, text_hash, category, tags, language, line FROM prompts WHERE ";

    private KnownPrompt? Find(string sql, string value)
    {
        using var found = Statement(sql).Read(value);
        return !found.Read() ? null : new KnownPrompt(found.GetInt64(0), Text(1), Text(2), Text(3), Text(4), found.GetInt64(5));

        string? Text(int column) => found.IsDBNull(column) ? null : found.GetString(column);
    }

    /// <summary>A prompt that came without an id is the one that now comes with the same text and an id.</summary>
    private KnownPrompt? Named(KnownPrompt? nameless, string id)
    {
        if (nameless is not null) Statement("UPDATE prompts SET external_id = @id WHERE n = @n").Run(id, nameless.Number);
        return nameless;
    }

    private static long Cached(Dictionary<string, long> cache, string name, Func<long> find)
    {
        if (cache.TryGetValue(name, out var number)) return number;
        if (cache.Count >= CachedNames) cache.Clear();
        return cache[name] = find();
    }

    // Messages are UTF-8, kept as the bytes that they are.
    // A pair of models is kept with the smaller staging number first (low), flipped telling that the file had it the other way round.
    private const string Schema = """
        CREATE TABLE counts (only INTEGER PRIMARY KEY, repeated INTEGER NOT NULL, unjudged INTEGER NOT NULL, kept INTEGER NOT NULL);
        CREATE TABLE models (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE raters (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT, line INTEGER NOT NULL);
        CREATE TABLE prompts (n INTEGER PRIMARY KEY, external_id TEXT UNIQUE, text_hash TEXT, messages BLOB, category TEXT, tags TEXT, language TEXT, line INTEGER NOT NULL);
        CREATE INDEX prompts_by_text ON prompts (text_hash);
        CREATE TABLE answers (prompt INTEGER NOT NULL, model INTEGER NOT NULL, hash BLOB NOT NULL, characters INTEGER NOT NULL, empty INTEGER NOT NULL, field TEXT,
          line INTEGER NOT NULL, messages BLOB NOT NULL, UNIQUE (prompt, model));
        CREATE TABLE leaks (prompt INTEGER NOT NULL, model INTEGER NOT NULL, rule INTEGER NOT NULL, words TEXT NOT NULL, excerpt TEXT NOT NULL, masked BLOB NOT NULL, line INTEGER NOT NULL,
          PRIMARY KEY (prompt, model)) WITHOUT ROWID;
        CREATE TABLE pairs (prompt INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, flipped INTEGER NOT NULL, role TEXT NOT NULL, winner INTEGER, reason TEXT,
          overlap INTEGER, line INTEGER NOT NULL, PRIMARY KEY (prompt, low, high)) WITHOUT ROWID;
        CREATE TABLE judgments (n INTEGER PRIMARY KEY, prompt INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, flipped INTEGER NOT NULL, rater INTEGER NOT NULL,
          winner INTEGER NOT NULL, left_side INTEGER, score REAL, duration_ms INTEGER, created_at INTEGER, comment TEXT, line INTEGER NOT NULL,
          UNIQUE (rater, prompt, low, high));
        """;
}
