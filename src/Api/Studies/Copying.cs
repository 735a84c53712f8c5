using PrefEval.Api.Imports;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Studies;

/// <summary>
/// A new draft with what another study compares. It is copied like an import, a few hundred rows at a time under an import that is being stored, so that no vote
/// waits and all of it is seen at once; a draft whose copying did not end is dropped at the next start.
/// </summary>
public sealed class Copying(Database database, WriteQueue writes, StudyTurns turns, ImportRemoval removal, ILogger<Copying> log)
{
    /// <summary>The format of an import that is a copy.</summary>
    public const string Format = "copy";

    private const int Import = 1, PromptsAtOnce = 100, PairsAtOnce = 1000;

    /// <param name="name">Null: the source's, marked as a copy.</param>
    /// <returns>The draft; null when its external id is taken.</returns>
    public async Task<StudyRow?> CopyAsync(StudyRow source, string? name, string? externalId, StudySettings settings, long? account, CancellationToken cancel)
    {
        using var turn = await turns.TakeAsync(source.Study, cancel); // nothing is imported into the source meanwhile
        if (await BeginAsync(name ?? source.Name + " (copy)", externalId, settings, account) is not { } draft) return null;
        var key = new Keys { From = source.Study, To = draft.Study, Listed = source.ReadSettings().Design.Kind == DesignKind.Listed, Marked = settings.MarksIdentical, Base = settings.Overlap.Base };
        try
        {
            await writes.RunPatientlyAsync(draft.Study, write => write.Execute(Models, key));
            await InSlicesAsync(key, "prompts", "prompt", PromptsAtOnce, Prompts);
            await InSlicesAsync(key, "answers", "prompt", PromptsAtOnce, Answers);
            await InSlicesAsync(key, "pairs", "pair", PairsAtOnce, Pairs);
            return await EndAsync(draft.Study);
        }
        catch (Exception error)
        {
            log.LogWarning(error, "Study {Source} could not be copied; the draft {Draft} is dropped", source.Study, draft.Study);
            await removal.RemoveAsync(draft.Study, Import);
            await writes.RunPatientlyAsync(draft.Study, write => Drop(write, draft.Study));
            throw;
        }
    }

    /// <summary>Drops a draft whose copying did not end.</summary>
    public static int Drop(Write write, long study) => write.Execute("DELETE FROM studies WHERE study = @study AND state = 'draft'", new { study });

    private Task<StudyRow?> BeginAsync(string name, string? externalId, StudySettings settings, long? account) => writes.RunAsync(0, write =>
    {
        if (StudyStore.Create(write, name.Length > 200 ? name[..200] : name, externalId, settings, account) is not { } draft) return null;
        write.Execute("INSERT INTO imports (study, import, format, state, summary, account, created_at) VALUES (@Study, @Import, @Format, 'storing', @Summary, @account, @Now)",
            new { draft.Study, Import, Format, Summary = new ImportNotes { Counts = new ImportCounts() }.ToJson(), account, write.Now });
        return draft;
    });

    private Task<StudyRow> EndAsync(long study) => writes.RunPatientlyAsync(study, write =>
    {
        long Count(string table) => write.First<long>($"SELECT COUNT(*) FROM {table} WHERE study = @study", new { study });
        var counts = new ImportCounts
        {
            Prompts = Count("prompts"),
            Answers = Count("answers"),
            Pairs = Count("pairs"),
            ListedPairs = Count("pairs"),
            Models = write.Query<string>("SELECT name FROM models WHERE study = @study ORDER BY model LIMIT 1000", new { study }),
        };
        write.Execute("UPDATE imports SET state = 'stored', base_sequence = 0, summary = @Summary, stored_at = @Now WHERE study = @study AND import = @Import",
            new { study, Import, Summary = new ImportNotes { Counts = counts }.ToJson(), write.Now });
        return StudyStore.Lock(write, study)!;
    });

    private sealed record Keys
    {
        public required long From { get; init; }
        public required long To { get; init; }
        public required bool Listed { get; init; }
        public required bool Marked { get; init; }
        public required int Base { get; init; }
        public long After { get; init; }
        public long Last { get; init; }
    }

    private async Task InSlicesAsync(Keys key, string table, string column, int atOnce, string copy)
    {
        var last = await database.FirstAsync<long>($"SELECT COALESCE(MAX({column}), 0) FROM {table} WHERE study = @From", key, default);
        for (var after = 0L; after < last; after += atOnce)
        {
            var slice = key with { After = after, Last = after + atOnce };
            await writes.RunPatientlyAsync(key.To, write => write.Execute(copy, slice));
        }
    }

    private const string IsStored = "EXISTS (SELECT 1 FROM imports i WHERE i.study = x.study AND i.import = x.import AND i.state = 'stored')";

    private const string Models = $"""
        INSERT INTO models (study, model, name, attributes, import) SELECT @To, x.model, x.name, x.attributes, 1 FROM models x WHERE x.study = @From AND {IsStored};
        INSERT INTO model_pairs (study, model_pair, model_a, model_b) SELECT @To, model_pair, model_a, model_b FROM model_pairs WHERE study = @From;
        """;

    private const string Prompts = $"""
        INSERT INTO prompts (study, prompt, external_id, text_hash, messages, category, tags, language, import)
        SELECT @To, x.prompt, x.external_id, x.text_hash, x.messages, x.category, x.tags, x.language, 1 FROM prompts x
        WHERE x.study = @From AND x.prompt > @After AND x.prompt <= @Last AND {IsStored}
        """;

    private const string Answers = $"""
        INSERT INTO answers (study, prompt, model, messages, characters, leak, shown, import)
        SELECT @To, x.prompt, x.model, x.messages, x.characters, x.leak, x.shown, 1 FROM answers x
        WHERE x.study = @From AND x.prompt > @After AND x.prompt <= @Last AND {IsStored}
          AND NOT EXISTS (SELECT 1 FROM answers n JOIN imports i ON i.study = n.study AND i.import = n.import AND i.state = 'stored'
            WHERE n.study = x.study AND n.prompt = x.prompt AND n.model = x.model AND n.version > x.version)
        """;

    // A pair that came with judgments is none that was listed, unless the design is to judge what files list.
    private const string Pairs = $"""
        INSERT INTO pairs (study, pair, prompt, model_pair, role, winner, reason, overlap, own_overlap, import)
        SELECT @To, x.pair, x.prompt, x.model_pair, x.role, x.winner, x.reason, CASE WHEN x.own_overlap THEN x.overlap ELSE @Base END, x.own_overlap, 1 FROM pairs x
        WHERE x.study = @From AND x.pair > @After AND x.pair <= @Last AND x.import > 0 AND (x.role <> 'normal' OR x.own_overlap OR @Listed) AND {IsStored};
        UPDATE pairs SET identical = @Marked AND {PairStore.HasEqualAnswers} WHERE study = @To AND pair > @After AND pair <= @Last;
        """;
}
