using Microsoft.AspNetCore.Mvc;
using Microsoft.Data.Sqlite;
using PrefEval.Api.Assignments;
using PrefEval.Api.Judgments;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Imports;

/// <summary>What an import is written into, and as what.</summary>
public sealed record ImportJob
{
    public required long Study { get; init; }
    public required int Import { get; init; }
    public required ImportCounts Counts { get; init; }
    public required ImportNotes Notes { get; init; }
    public required StudySettings Settings { get; init; }
    public required Leaks Leaks { get; init; }

    /// <summary>The wave that its pairs belong to: 1 in a draft, the next one once the study has opened.</summary>
    public required int Wave { get; init; }

    /// <summary>Told how many rows are written.</summary>
    public required Action<long> Progress { get; init; }
}

/// <summary>The study changed while an import was being written: what was written of it is removed again.</summary>
public sealed class ImportStoppedException(ProblemDetails problem) : Exception(problem.Detail)
{
    public ProblemDetails Problem => problem;
}

/// <summary>Writes a resolved staging file into the study, a few hundred rows at a time, so that votes go in between. One last update makes all of it seen.</summary>
public sealed class ImportWriter(WriteQueue writes, Opening opening)
{
    private const int BatchRows = 500, BatchCharacters = 1 << 20;

    /// <returns>The import's row, stored.</returns>
    /// <exception cref="ImportStoppedException">The study no longer takes it.</exception>
    public async Task<ImportRow> StoreAsync(ImportJob job, Staging staging)
    {
        await WriteAsync(job, Models(job, staging), 0, row => row.Name.Length,
            "INSERT INTO models (study, model, name, import) VALUES (@Study, @Model, @Name, @Import)");
        var done = 0L;
        done += await WriteAsync(job, Prompts(job, staging), done, row => row.Messages.Length, """
            INSERT INTO prompts (study, prompt, external_id, text_hash, messages, category, tags, language, import)
            VALUES (@Study, @Prompt, @ExternalId, @TextHash, @Messages, @Category, @Tags, @Language, @Import)
            """);
        done += await WriteAsync(job, Answers(job, staging), done, row => row.Messages.Length,
            """
            INSERT INTO answers (study, prompt, model, version, messages, characters, leak, shown, sequence, import)
            VALUES (@Study, @Prompt, @Model, @Version, @Messages, @Characters, @Leak, @Shown, @Sequence, @Import)
            """);
        await WriteAsync(job, ModelPairs(job, staging), done, _ => 0,
            "INSERT INTO model_pairs (study, model_pair, model_a, model_b) VALUES (@Study, @ModelPair, @ModelA, @ModelB)");
        done += await WriteAsync(job, Pairs(job, staging), done, row => row.Reason?.Length ?? 0, $"""
            INSERT INTO pairs (study, pair, prompt, model_pair, role, winner, reason, overlap, own_overlap, wave, import)
            VALUES (@Study, @Pair, @Prompt, @ModelPair, @Role, @Winner, @Reason, @Overlap, @OwnOverlap, @Wave, @Import);
            UPDATE pairs SET identical = @MarkIdentical AND {PairStore.HasEqualAnswers} WHERE study = @Study AND pair = @Pair;
            """);
        var wave = await DrawWaveAsync(job);
        done += await WriteRatersAsync(job, staging, done);
        var surplus = await WriteJudgmentsAsync(job, staging, done);
        return await FinishAsync(job, job.Counts with { Surplus = surplus }, wave);
    }

    /// <returns>What is to be served once the import is stored; null where it brings no pairs to a study that has opened.</returns>
    private async Task<Wave?> DrawWaveAsync(ImportJob job)
    {
        if (job.Wave == 1) return null;
        var drawn = await opening.DrawWaveAsync(job.Study, job.Settings, new Wave { Number = job.Wave, Import = job.Import }, default);
        if (drawn.Problem is { } problem) throw new ImportStoppedException(problem);
        return drawn.Value!.Pairs + job.Counts.Pairs > 0 ? drawn.Value : null;
    }

    private static IEnumerable<NewModel> Models(ImportJob job, Staging staging) =>
        Rows(staging, "SELECT x.model, m.name FROM model_numbers x JOIN models m ON m.n = x.n WHERE NOT x.known AND x.model IS NOT NULL ORDER BY x.n",
            row => new NewModel { Study = job.Study, Model = row.GetInt64(0), Name = row.GetString(1), Import = job.Import });

    private static IEnumerable<NewPrompt> Prompts(ImportJob job, Staging staging) => Rows(staging, """
        SELECT x.prompt, COALESCE(s.external_id, 'text-' || s.text_hash), s.text_hash, s.messages, s.category, s.tags, s.language
        FROM prompt_numbers x CROSS JOIN prompts s ON s.n = x.n WHERE NOT x.known AND x.prompt IS NOT NULL
        """, row => new NewPrompt
        {
            Study = job.Study,
            Prompt = row.GetInt64(0),
            ExternalId = row.GetString(1),
            TextHash = row.GetString(2),
            Messages = row.GetString(3),
            Category = Text(row, 4),
            Tags = row.GetString(5),
            Language = Text(row, 6),
            Import = job.Import,
        });

    /// <summary>New answers, and later versions of known ones, which are not shown before the end.</summary>
    private static IEnumerable<NewAnswer> Answers(ImportJob job, Staging staging) =>
        new[] { Resolver.NewAnswers($"p.prompt, m.model, a.characters, a.messages, 1, {Masked}"), Resolver.ChangedAnswers($"p.prompt, m.model, a.characters, a.messages, k.version + 1, {Masked}") }
            .SelectMany(answers => Rows(staging, answers, row => new NewAnswer
            {
                Study = job.Study,
                Prompt = row.GetInt64(0),
                Model = row.GetInt64(1),
                Characters = row.GetInt64(2),
                Messages = row.GetString(3),
                Version = row.GetInt64(4),
                Sequence = row.GetInt64(4) == 1 ? 0 : Api.Prompts.Answers.NotYet,
                Leak = row.IsDBNull(5) ? 0 : 1 + (int)job.Leaks,
                Shown = job.Leaks == Leaks.Mask ? Text(row, 5) : null,
                Import = job.Import,
            }));

    private const string Masked = "(SELECT l.masked FROM leaks l WHERE l.prompt = a.prompt AND l.model = a.model)";

    private static IEnumerable<NewModelPair> ModelPairs(ImportJob job, Staging staging) =>
        Rows(staging, "SELECT model_pair, model_a, model_b FROM pairings WHERE NOT known ORDER BY model_pair",
            row => new NewModelPair { Study = job.Study, ModelPair = row.GetInt64(0), ModelA = row.GetInt64(1), ModelB = row.GetInt64(2) });

    private static IEnumerable<NewPair> Pairs(ImportJob job, Staging staging) => Rows(staging, """
        SELECT x.pair, q.prompt, g.model_pair, COALESCE(p.role, 'normal'),
          CASE WHEN g.turned AND p.winner < 2 THEN 1 - p.winner ELSE p.winner END, p.reason, x.overlap, p.overlap IS NOT NULL
        FROM pair_numbers x
        CROSS JOIN prompt_numbers q ON q.n = x.prompt
        CROSS JOIN pairings g ON g.low = x.low AND g.high = x.high
        LEFT JOIN pairs p ON p.prompt = x.prompt AND p.low = x.low AND p.high = x.high
        WHERE NOT x.known
        """, row => new NewPair
        {
            Study = job.Study,
            Pair = row.GetInt64(0),
            Prompt = row.GetInt64(1),
            ModelPair = row.GetInt64(2),
            Role = row.GetString(3),
            Winner = row.IsDBNull(4) ? null : row.GetInt32(4),
            Reason = Text(row, 5),
            Overlap = row.GetInt32(6),
            OwnOverlap = row.GetBoolean(7),
            Wave = job.Wave,
            MarkIdentical = job.Settings.MarksIdentical,
            Import = job.Import,
        });

    /// <summary>New raters get their numbers here, as others may have been invited since the file was read.</summary>
    private async Task<long> WriteRatersAsync(ImportJob job, Staging staging, long before)
    {
        var done = 0L;
        while (true)
        {
            var batch = Rows(staging, $"SELECT x.n, r.name, x.kind FROM rater_numbers x JOIN raters r ON r.n = x.n WHERE x.rater IS NULL ORDER BY x.n LIMIT {BatchRows}",
                row => new NewRater { Staged = row.GetInt64(0), Name = row.GetString(1), Kind = row.GetString(2) }).ToList();
            if (batch.Count == 0) return done;
            var numbers = await RunAsync(job, write => batch.ConvertAll(rater => write.First<long>("""
                INSERT INTO raters (study, rater, name, kind, state, import, created_at)
                SELECT @Study, COALESCE(MAX(rater), 0) + 1, @Name, @Kind, 'active', @Import, @Now FROM raters WHERE study = @Study
                ON CONFLICT (study, name) DO UPDATE SET name = excluded.name
                RETURNING rater
                """, new { job.Study, rater.Name, rater.Kind, job.Import, write.Now })));
            for (var i = 0; i < batch.Count; i++) staging.Statement("UPDATE rater_numbers SET rater = @rater WHERE n = @n").Run(numbers[i], batch[i].Staged);
            job.Progress(before + (done += batch.Count));
        }
    }

    private async Task<long> WriteJudgmentsAsync(ImportJob job, Staging staging, long before)
    {
        var (done, surplus) = (0L, 0L);
        var pending = Task.FromResult(0L);
        foreach (var batch in Batches(Judgments(staging), row => row.Comment?.Length ?? 0))
        {
            surplus += await pending;
            job.Progress(before + done);
            var first = done + 1;
            pending = RunAsync(job, write => Insert(write, job, batch, first));
            done += batch.Count;
        }
        return surplus + await pending;
    }

    private static IEnumerable<NewJudgment> Judgments(Staging staging) => Rows(staging, """
        SELECT p.pair, q.prompt, r.rater, r.kind = 'human',
          CASE WHEN j.flipped <> g.turned AND j.winner < 2 THEN 1 - j.winner ELSE j.winner END,
          CASE WHEN j.flipped <> g.turned THEN 1 - j.left_side ELSE j.left_side END,
          CASE WHEN j.flipped <> g.turned THEN 1 - j.score ELSE j.score END,
          j.duration_ms, j.created_at, j.comment, n.exposure
        FROM new_judgments n
        CROSS JOIN judgments j ON j.n = n.n
        CROSS JOIN pairings g ON g.low = j.low AND g.high = j.high
        CROSS JOIN pair_numbers p ON p.prompt = j.prompt AND p.low = j.low AND p.high = j.high
        CROSS JOIN prompt_numbers q ON q.n = j.prompt
        CROSS JOIN rater_numbers r ON r.n = j.rater
        """, row => new NewJudgment
        {
            Pair = row.GetInt64(0),
            Prompt = row.GetInt64(1),
            Rater = row.GetInt64(2),
            IsHuman = row.GetBoolean(3),
            Winner = row.GetInt32(4),
            Left = row.IsDBNull(5) ? null : row.GetInt32(5),
            Score = row.IsDBNull(6) ? null : row.GetDouble(6),
            DurationMs = row.IsDBNull(7) ? null : row.GetInt32(7),
            CreatedAt = row.IsDBNull(8) ? null : row.GetInt64(8),
            Comment = Text(row, 9),
            Exposure = row.GetInt32(10),
        });

    /// <summary>A human judgment takes a place of its pair while there is one; an LLM's or a simulated one is counted and takes none.</summary>
    /// <returns>How many found no place.</returns>
    private static long Insert(Write write, ImportJob job, List<NewJudgment> batch, long first)
    {
        var assignment = write.First<long>("SELECT COALESCE(MAX(assignment), 0) FROM assignments WHERE study = @Study", new { job.Study });
        var asked = batch.CountBy(row => row.Rater).ToDictionary(rater => rater.Key, rater => write.First<int>("""
            UPDATE raters SET asked = asked + @Count, judged = judged + @Count WHERE study = @Study AND rater = @Rater RETURNING asked
            """, new { job.Study, Rater = rater.Key, Count = rater.Value }) - rater.Value);
        var places = TakePlaces(write, job, batch);
        var rows = new List<JudgmentInsert>(batch.Count);
        foreach (var row in batch)
        {
            var counted = !row.IsHuman || --places[row.Pair] >= 0;
            rows.Add(new JudgmentInsert
            {
                Study = job.Study,
                Import = job.Import,
                Number = first + rows.Count,
                Assignment = assignment + rows.Count + 1,
                Pair = row.Pair,
                Prompt = row.Prompt,
                Rater = row.Rater,
                LeftSide = row.Left,
                State = (int)(counted ? AssignmentState.Counted : AssignmentState.Surplus),
                Winner = row.Winner,
                Ordinal = ++asked[row.Rater],
                Exposure = row.Exposure,
                Score = row.Score,
                Counted = counted,
                DurationMs = row.DurationMs,
                CreatedAt = row.CreatedAt ?? write.Now,
                Details = row.Comment is null ? null : new JudgmentDetails { Comment = row.Comment }.ToJson(),
            });
        }
        write.Execute("""
            INSERT INTO assignments (study, assignment, pair, prompt, rater, left_side, state, revision, winner, ordinal, exposure, import)
            VALUES (@Study, @Assignment, @Pair, @Prompt, @Rater, @LeftSide, @State, 1, @Winner, @Ordinal, @Exposure, @Import)
            """, rows);
        write.Execute("""
            INSERT INTO judgments (study, import, number, assignment, revision, winner, score, counted, duration_ms, created_at, details)
            VALUES (@Study, @Import, @Number, @Assignment, 1, @Winner, @Score, @Counted, @DurationMs, @CreatedAt, @Details)
            """, rows);
        return rows.Count(row => !row.Counted);
    }

    /// <summary>Takes as many places of each pair as are free and asked for; answers how many.</summary>
    private static Dictionary<long, int> TakePlaces(Write write, ImportJob job, List<NewJudgment> batch)
    {
        var places = new Dictionary<long, int>();
        var taken = new List<object>();
        foreach (var (pair, wanted) in batch.Where(row => row.IsHuman).CountBy(row => row.Pair))
        {
            var free = write.First<int>("SELECT overlap - taken FROM pairs WHERE study = @Study AND pair = @pair", new { job.Study, pair });
            places[pair] = Math.Min(free, wanted);
            if (places[pair] > 0) taken.Add(new { job.Study, pair, Count = places[pair] });
        }
        write.Execute("UPDATE pairs SET taken = taken + @Count, open = open AND taken + @Count < overlap WHERE study = @Study AND pair = @pair", taken);
        return places;
    }

    /// <summary>The study's row gives the judgments one block of numbers, and the state makes every row of the import seen.</summary>
    private Task<ImportRow> FinishAsync(ImportJob job, ImportCounts counts, Wave? wave) => RunAsync(job, write =>
    {
        if (wave is not null)
        {
            wave = wave with { Sequence = StudyStore.NextSequence(write, job.Study) };
            Waves.Open(write, job.Study, wave);
            counts = counts with { Wave = wave.Number, WavePairs = wave.Pairs };
        }
        if (counts.AnswersChanged > 0) counts = Replacing.Apply(write, job.Study, job.Import, job.Settings, counts);
        var sequence = write.First<long>("UPDATE studies SET sequence = sequence + @Judgments WHERE study = @Study RETURNING sequence", new { job.Study, counts.Judgments });
        return write.First<ImportRow>($"""
            UPDATE imports SET state = 'stored', base_sequence = @Base, judgments = @Judgments, summary = @Summary, stored_at = @Now
            WHERE study = @Study AND import = @Import RETURNING {ImportStore.Columns}
            """, new { job.Study, job.Import, Base = sequence - counts.Judgments, counts.Judgments, Summary = (job.Notes with { Counts = counts, Staged = null }).ToJson(), write.Now })!;
    });

    /// <summary>Writes rows in batches. While one is being committed the next is read.</summary>
    private async Task<long> WriteAsync<T>(ImportJob job, IEnumerable<T> rows, long before, Func<T, int> characters, string insert)
    {
        var done = 0L;
        var pending = Task.FromResult(0);
        foreach (var batch in Batches(rows, characters))
        {
            done += await pending;
            job.Progress(before + done);
            pending = RunAsync(job, write => write.Execute(insert, batch));
        }
        return done + await pending;
    }

    /// <summary>Each write looks first whether the study still takes the import.</summary>
    private Task<T> RunAsync<T>(ImportJob job, Func<Write, T> work) => writes.RunPatientlyAsync(job.Study, write =>
    {
        CheckStillWanted(write, job);
        return work(write);
    });

    private static void CheckStillWanted(Write write, ImportJob job)
    {
        var refusal = StudyStore.Lock(write, job.Study) is { } study
            ? ImportStore.Refusal(study.State)
            : Problem.StudyState.With("The study was deleted while the import was being stored.");
        refusal ??= write.First<string>("SELECT state FROM imports WHERE study = @Study AND import = @Import", new { job.Study, job.Import }) == "storing"
            ? null
            : Problem.ImportState.With("The import was stopped, because the service was started again beside this one. Send the file again.");
        if (refusal is not null) throw new ImportStoppedException(refusal);
    }

    private static IEnumerable<T> Rows<T>(Staging staging, string sql, Func<SqliteDataReader, T> map)
    {
        using var rows = staging.Statement(sql).Read();
        while (rows.Read()) yield return map(rows);
    }

    private static IEnumerable<List<T>> Batches<T>(IEnumerable<T> rows, Func<T, int> characters)
    {
        var batch = new List<T>(BatchRows);
        var held = 0;
        foreach (var row in rows)
        {
            batch.Add(row);
            held += characters(row);
            if (batch.Count < BatchRows && held < BatchCharacters) continue;
            yield return batch;
            (batch, held) = (new List<T>(BatchRows), 0);
        }
        if (batch.Count > 0) yield return batch;
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
