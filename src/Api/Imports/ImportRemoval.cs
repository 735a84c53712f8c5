using PrefEval.Api.Assignments;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Imports;

/// <summary>Takes an import's rows out again, a chunk at a time. They are not seen by then: the import is no longer, or not yet, stored.</summary>
public sealed class ImportRemoval(Database database, WriteQueue writes)
{
    private const int Chunk = 1000;

    public async Task RemoveAsync(long study, int import)
    {
        await ForChunksAsync(study, import, "judgments", "number", (write, chunk) => RemoveJudgments(write, chunk));
        await ForChunksAsync(study, import, "pairs", "pair", (write, chunk) =>
        {
            write.Execute("DELETE FROM pairs WHERE study = @Study AND pair > @After AND pair <= @Last AND import = @Import", chunk);
            write.Execute("DELETE FROM adjudications WHERE study = @Study AND pair > @After AND pair <= @Last AND NOT EXISTS (SELECT 1 FROM pairs p WHERE p.study = adjudications.study AND p.pair = adjudications.pair)", chunk); // the numbers will be given again
        });
        await ForChunksAsync(study, import, "raters", "rater", (write, chunk) =>
        {
            write.Execute("""
                DELETE FROM raters WHERE study = @Study AND rater > @After AND rater <= @Last AND import = @Import
                  AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.study = raters.study AND a.rater = raters.rater)
                """, chunk);
            // Her number will be given again; her keys must not open the next one's door, nor her limits bind the next one.
            write.Execute("DELETE FROM rater_limits WHERE study = @Study AND rater > @After AND rater <= @Last AND NOT EXISTS (SELECT 1 FROM raters r WHERE r.study = rater_limits.study AND r.rater = rater_limits.rater)", chunk);
            write.Execute("DELETE FROM keys WHERE study = @Study AND rater > @After AND rater <= @Last AND NOT EXISTS (SELECT 1 FROM raters r WHERE r.study = keys.study AND r.rater = keys.rater)", chunk);
        });
        await ForChunksAsync(study, import, "answers", "prompt", (write, chunk) =>
        {
            // Where an earlier version is shown again, equal answers are told anew. Nothing of this is served: raters never saw the later one.
            var changed = write.Query<int>("SELECT DISTINCT prompt FROM answers WHERE study = @Study AND prompt > @After AND prompt <= @Last AND import = @Import AND version > 1", chunk);
            write.Execute("DELETE FROM answers WHERE study = @Study AND prompt > @After AND prompt <= @Last AND import = @Import", chunk);
            if (changed.Count == 0) return;
            var marked = StudySettings.Parse(write.First<string>("SELECT settings FROM studies WHERE study = @Study", chunk)!).MarksIdentical;
            write.Execute($"UPDATE pairs SET identical = @marked AND {PairStore.HasEqualAnswers} WHERE study = @Study AND prompt = @prompt",
                changed.Select(prompt => new { chunk.Study, prompt, marked }).ToList());
        });
        await ForChunksAsync(study, import, "prompts", "prompt",
            (write, chunk) => write.Execute("DELETE FROM prompts WHERE study = @Study AND prompt > @After AND prompt <= @Last AND import = @Import", chunk));
        await writes.RunAsync(study, write =>
        {
            // A pair that stood before may have been given a place in a wave that never opened.
            write.Execute("UPDATE pairs SET position = NULL, open = FALSE WHERE study = @Study AND position > (SELECT MAX(last_position) FROM waves WHERE study = @Study)", new { Study = study });
            write.Execute("DELETE FROM models WHERE study = @Study AND import = @Import", new { Study = study, Import = import });
            write.Execute("""
                DELETE FROM model_pairs WHERE study = @Study
                  AND NOT EXISTS (SELECT 1 FROM pairs p WHERE p.study = model_pairs.study AND p.model_pair = model_pairs.model_pair)
                  AND (SELECT COUNT(*) FROM models m WHERE m.study = model_pairs.study AND (m.model = model_pairs.model_a OR m.model = model_pairs.model_b)) < 2
                """, new { Study = study });
        });
    }

    private sealed record Slice
    {
        public required long Study { get; init; }
        public required int Import { get; init; }
        public required long After { get; init; }
        public required long Last { get; init; }
    }

    private sealed record Span
    {
        public long? First { get; init; }
        public long? Last { get; init; }
    }

    private async Task ForChunksAsync(long study, int import, string table, string key, Action<Write, Slice> remove)
    {
        var span = await database.FirstAsync<Span>($"SELECT MIN({key}) AS first, MAX({key}) AS last FROM {table} WHERE study = @Study AND import = @Import",
            new { Study = study, Import = import }, default);
        if (span is not { First: { } first, Last: { } last }) return;
        for (var after = first - 1; after < last; after += Chunk)
        {
            var chunk = new Slice { Study = study, Import = import, After = after, Last = after + Chunk };
            await writes.RunAsync(study, write => remove(write, chunk));
        }
    }

    /// <summary>Judgments go together with their assignments, and give back what they took: places of pairs, and the raters' counts.</summary>
    private static void RemoveJudgments(Write write, Slice chunk)
    {
        const string Its = """
            SELECT a.assignment, a.pair, a.rater, a.state, r.kind FROM judgments j
            JOIN assignments a ON a.study = j.study AND a.assignment = j.assignment
            JOIN raters r ON r.study = a.study AND r.rater = a.rater
            WHERE j.study = @Study AND j.import = @Import AND j.number > @After AND j.number <= @Last
            """;
        write.Execute("UPDATE studies SET sequence = sequence WHERE study = @Study", chunk); // alone with the study: see StudyStore.Lock
        write.Execute($"""
            UPDATE raters SET asked = asked - x.judgments, judged = judged - x.judgments
            FROM (SELECT rater, COUNT(*) AS judgments FROM ({Its}) i GROUP BY rater) x WHERE raters.study = @Study AND raters.rater = x.rater
            """, chunk);
        write.Execute($"""
            UPDATE pairs SET taken = taken - x.judgments
            FROM (SELECT pair, COUNT(*) AS judgments FROM ({Its}) i WHERE state = 3 AND kind = 'human' GROUP BY pair) x WHERE pairs.study = @Study AND pairs.pair = x.pair
            """, chunk);
        write.Execute($"UPDATE pairs SET open = {PairStore.IsOpen} WHERE study = @Study AND pair IN (SELECT pair FROM ({Its}) i)", chunk);
        if (write.First<long?>($"SELECT MIN(position) FROM pairs WHERE study = @Study AND open AND pair IN (SELECT pair FROM ({Its}) i)", chunk) is { } position)
            Places.LookAgain(write, chunk.Study, position);
        write.Execute($"DELETE FROM excluded WHERE study = @Study AND assignment IN (SELECT assignment FROM ({Its}) i)", chunk); // the numbers will be given again
        write.Execute($"DELETE FROM assignments WHERE study = @Study AND assignment IN (SELECT assignment FROM ({Its}) i)", chunk);
        write.Execute("DELETE FROM judgments WHERE study = @Study AND import = @Import AND number > @After AND number <= @Last", chunk);
    }
}
