using Dapper;
using Microsoft.Data.Sqlite;
using PrefEval.Api.Audit;

namespace PrefEval.Api.Platform;

/// <summary>What may be wrong with a database: the file's own pages, and what no study may ever hold.</summary>
public static class DatabaseCheck
{
    private const int MostNamed = 20;

    /// <summary>States of assignments as in the schema: 1 leased, 3 counted, 4 surplus. Sums come first and are joined then: no table is looked through once a row.</summary>
    private static readonly (string Sql, string Sentence)[] Rules =
    [
        ("""
            SELECT COUNT(*) FROM (SELECT study, pair, COUNT(*) AS counted FROM assignments WHERE role = 0 AND state = 3 GROUP BY study, pair) c
            JOIN pairs p ON p.study = c.study AND p.pair = c.pair WHERE c.counted > p.overlap
            """, "pairs with more counted judgments than their overlap"),
        ("""
            SELECT COUNT(*) FROM pairs p
            LEFT JOIN (SELECT study, pair, COUNT(*) AS held FROM assignments WHERE role = 0 AND state IN (1, 3) GROUP BY study, pair) c ON c.study = p.study AND c.pair = p.pair
            WHERE COALESCE(c.held, 0) <> p.taken
            """, "pairs whose places do not add up"),
        ("SELECT COUNT(*) FROM (SELECT study, assignment, revision FROM judgments GROUP BY study, assignment, revision HAVING COUNT(*) > 1) x", "judgments that are there twice"),
        ("SELECT COUNT(*) FROM judgments j LEFT JOIN assignments a ON a.study = j.study AND a.assignment = j.assignment WHERE a.assignment IS NULL", "judgments of no assignment"),
        ("""
            SELECT COUNT(*) FROM assignments a
            LEFT JOIN (SELECT study, assignment, MAX(revision) AS newest FROM judgments GROUP BY study, assignment) j ON j.study = a.study AND j.assignment = a.assignment
            WHERE a.import = 0 AND a.state IN (3, 4) AND (j.newest IS NULL OR j.newest < a.revision)
            """, "assignments whose judgment is missing"),
    ];

    /// <summary>Sentences; empty: all is well. Reads every page: some seconds a gigabyte.</summary>
    public static IReadOnlyList<string> Of(string file) => Read(file, connection =>
    {
        var wrong = Pages(connection, "integrity_check");
        if (wrong.Count > 0) return wrong; // nothing that it says beyond this could be believed
        wrong.AddRange(connection.Query("PRAGMA foreign_key_check").GroupBy(row => (string)row.table).Select(table => $"{table.Key}: {table.Count():N0} rows point to what is not there."));
        if (connection.ExecuteScalar<long>("SELECT COUNT(*) FROM sqlite_master WHERE name IN ('studies', 'judgments')") < 2) return ["This is no database of PrefEval: the tables of its studies are missing."];
        foreach (var (sql, sentence) in Rules)
            if (connection.ExecuteScalar<long>(sql) is > 0 and var count) wrong.Add($"{count:N0} {sentence}.");
        if (connection.ExecuteScalar<long>("SELECT COUNT(*) FROM sqlite_master WHERE name = 'audit'") == 1
            && AuditStore.FirstBroken(connection.Query<AuditRow>("SELECT entry, study, actor, key_id AS KeyId, operation, path, details, at, hash FROM audit ORDER BY entry", buffered: false)) is { } entry)
            wrong.Add($"The audit log does not go on at entry {entry:N0} as its hashes say: an entry there, or one before it, was changed or taken out.");
        return wrong;
    });

    /// <summary>The file's pages alone, without their indexes: what can be afforded while the service runs.</summary>
    public static IReadOnlyList<string> Quick(string file) => Read(file, connection => Pages(connection, "quick_check"));

    private static List<string> Pages(SqliteConnection connection, string pragma) =>
        [.. connection.Query<string>($"PRAGMA {pragma}({MostNamed})").Where(line => line != "ok")];

    private static IReadOnlyList<string> Read(string file, Func<SqliteConnection, IReadOnlyList<string>> check)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return check(connection);
        }
        catch (SqliteException damaged) when (IsDamage(damaged))
        {
            return [damaged.Message];
        }
    }

    /// <summary>Not a database, or a damaged one.</summary>
    public static bool IsDamage(SqliteException error) => error.SqliteErrorCode is 11 or 26;
}
