using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Assignments;
using PrefEval.Api.Platform;
using PrefEval.Api.Prompts;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Pairs;

/// <summary>
/// Makes the pairs that a study's design asks for and draws their order, in small writes so that no vote waits: all of them when a draft opens, and behind
/// them those of each wave that is imported later. Nothing of it is served before its row in <c>waves</c> stands; what did not come so far is begun anew (an
/// opening) or removed with its import (a wave). The pairs of an opening carry import 0, those of a wave its import.
/// </summary>
public sealed class Opening(Database database, WriteQueue writes, Random chance)
{
    public const int LargestDesign = 5_000_000;
    private const int Batch = 500;

    private sealed record Standing
    {
        public required int Pair { get; init; }
        public required int Prompt { get; init; }
        public required int ModelPair { get; init; }
        public required PairRole Role { get; init; }
        public long? Position { get; init; }
        public required int Import { get; init; }
        public required string PromptId { get; init; }
        public string? Category { get; init; }
        public required bool Dropped { get; init; }
    }

    private const string SelectStanding = $"""
        SELECT p.pair, p.prompt, p.model_pair, p.role, p.position, p.import, q.external_id AS prompt_id, q.category, {Answers.HasDropped} AS dropped
        FROM pairs p JOIN prompts q ON q.study = p.study AND q.prompt = p.prompt
        """;

    /// <param name="Models">Those that answered the prompt.</param>
    /// <param name="New">Those whose answers the wave brings.</param>
    private sealed record Answered(int Prompt, string PromptId, string? Category, HashSet<int> Models, HashSet<int> New);

    /// <summary>Draws the pairs of a draft. To be run while the caller holds the study's turn (<see cref="StudyTurns"/>).</summary>
    /// <returns>The first wave, or what is missing.</returns>
    public async Task<Outcome<Wave>> DrawAsync(long study, StudySettings settings, CancellationToken cancel)
    {
        if (await database.FirstAsync<bool>("SELECT EXISTS (SELECT 1 FROM imports WHERE study = @study AND state = 'storing')", new { study }, cancel)) // by another process
            return NotReady("state", "An import is being stored; open the study once it is, so that all of it takes part.");
        var models = await ModelsAsync(study, import: 0, cancel);
        var design = settings.Design;
        if (models.Count < 2) return NotReady("models", "The study has answers of fewer than two models; import prompts with answers first.");
        if (design.Kind == DesignKind.Focal && !models.Any(m => m.Name == design.Focal))
            return NotReady("design.focal", $"No answers of the focal model '{design.Focal}' were imported. The models are: {string.Join(", ", models.Select(m => m.Name))}.");

        if (await MissingAsync(study, settings, cancel) is { } missing) return missing;

        await ResetAsync(study, settings);
        var standing = await database.QueryAsync<Standing>($"{SelectStanding} WHERE p.study = @study ORDER BY p.pair", new { study }, cancel);
        var drawn = await DrawAsync(study, settings, new Wave { Number = 1 }, models, standing, designed => settings.Design.Sample!.N, cancel);
        return drawn.Value is { Designed: 0 } ? NotReady("pairs", "No prompt has the answers of two models that the design compares; import what is missing, or list pairs.") : drawn;
    }

    /// <summary>What the settings ask of gold pairs and the files do not bring.</summary>
    private async Task<ProblemDetails?> MissingAsync(long study, StudySettings settings, CancellationToken cancel)
    {
        var wanted = settings.Qualification is { } round ? round.Pairs : settings.GoldShare > 0 ? 1 : 0;
        if (wanted == 0) return null;
        var gold = await database.FirstAsync<int>($"SELECT COUNT(*) FROM pairs p WHERE p.study = @study AND p.role = 'gold' AND {Stages.IsKnown}", new { study }, cancel);
        return gold >= wanted ? null : settings.Qualification is not null
            ? NotReady("qualification", $"The qualification asks for {wanted} gold pairs, and the study has {gold}. Import more pairs with \"role\":\"gold\" and their winner, or ask for fewer.")
            : NotReady("gold_share", "The study has no gold pairs to mix in. Import some with \"role\":\"gold\" and their winner, or set gold_share to 0.");
    }

    /// <summary>Draws what an import brings to a study that has opened: the pairs that the design now asks for and that are not served yet.</summary>
    /// <param name="wave">Its number and its import; the rest is answered.</param>
    public async Task<Outcome<Wave>> DrawWaveAsync(long study, StudySettings settings, Wave wave, CancellationToken cancel)
    {
        var models = await ModelsAsync(study, wave.Import, cancel);
        var standing = await database.QueryAsync<Standing>($"""
            {SelectStanding}
            WHERE p.study = @study AND (p.import = @Import OR EXISTS (SELECT 1 FROM answers a WHERE a.study = p.study AND a.prompt = p.prompt AND a.import = @Import AND a.version = 1))
            ORDER BY p.pair
            """, new { study, wave.Import }, cancel);
        var first = await database.FirstAsync<Wave>($"{Waves.Select} WHERE study = @study AND wave = 1", new { study }, cancel);
        return await DrawAsync(study, settings, wave, models, standing,
            designed => first is { Designed: > 0 } ? (long)Math.Round(designed * (double)first.Pairs / first.Designed) : designed, cancel);
    }

    private async Task<Outcome<Wave>> DrawAsync(
        long study, StudySettings settings, Wave wave, IReadOnlyList<(int Model, string Name)> models, IReadOnlyList<Standing> standing, Func<long, long> sampled, CancellationToken cancel)
    {
        var design = settings.Design;
        var listed = design.Kind == DesignKind.Listed;
        var modelPairs = await ModelPairsAsync(study, models, listed ? null : design);
        var answered = listed ? [] : await AnsweredAsync(study, wave.Import, cancel);
        List<OrderedPair> pairs;
        long designed;
        if (design.Sample is { } sample)
        {
            var ofPrompt = answered.Select(p => (p.Prompt, p.PromptId)).Concat(standing.Select(p => (p.Prompt, p.PromptId))).Distinct().ToDictionary(p => p.Prompt, p => Sampling.Hash(p.PromptId));
            var ofModels = modelPairs.ToDictionary(m => m.Number, m => m.Name);
            (pairs, designed) = Sampling.Draw(Asked(), sample, sampled, pair => ofPrompt[pair.Prompt] ^ Sampling.Mix(ofModels[pair.ModelPair]));
        }
        else
        {
            pairs = [.. Asked().Take(LargestDesign + 1)];
            designed = pairs.Count;
            if (designed > LargestDesign)
            {
                return Problem.TooManyPairs.With($"The design makes more than {LargestDesign:N0} pairs. Ask for a balanced random sample of them, with "
                    + "\"sample\":{\"n\":100000,\"by\":\"model_pair\",\"seed\":1} in the design, or list the pairs in a file.");
            }
        }

        wave = wave with { Designed = designed, Pairs = pairs.Count, FirstPosition = await LastPositionAsync(study, wave, cancel) + 1 };
        await WriteAsync(study, settings, wave, pairs, standing, cancel);
        return wave with
        {
            LastPosition = wave.FirstPosition - 1 + pairs.Count,
            Planned = await database.FirstAsync<long>("SELECT COALESCE(SUM(overlap), 0) FROM pairs WHERE study = @study AND position >= @FirstPosition AND NOT identical", new { study, wave.FirstPosition }, cancel),
        };

        IEnumerable<OrderedPair> Asked()
        {
            var taken = standing.Where(p => p.Role != PairRole.Normal || p.Position is not null).Select(p => (p.Prompt, p.ModelPair)).ToHashSet();
            if (listed)
            {
                return standing.Where(p => p.Role == PairRole.Normal && p.Position is null && !p.Dropped && (p.Import == wave.Import || wave.Import == 0))
                    .Select(p => new OrderedPair(p.Prompt, p.ModelPair, p.Category));
            }
            return from prompt in answered
                   from models in modelPairs
                   where prompt.Models.Contains(models.A) && prompt.Models.Contains(models.B) && (prompt.New.Contains(models.A) || prompt.New.Contains(models.B))
                     && !taken.Contains((prompt.Prompt, models.Number))
                   select new OrderedPair(prompt.Prompt, models.Number, prompt.Category);
        }
    }

    /// <summary>The models of imports that are stored, and of the one that is being stored.</summary>
    private Task<IReadOnlyList<(int Model, string Name)>> ModelsAsync(long study, int import, CancellationToken cancel) => database.QueryAsync<(int Model, string Name)>("""
        SELECT m.model, m.name FROM models m JOIN imports i ON i.study = m.study AND i.import = m.import AND (i.state = 'stored' OR i.import = @import)
        WHERE m.study = @study ORDER BY m.model
        """, new { study, import }, cancel);

    /// <summary>Takes back what an opening left that did not end, and lets the settings of now count for pairs that came with judgments.</summary>
    private Task ResetAsync(long study, StudySettings settings) => writes.RunAsync(study, write =>
    {
        StudyStore.Lock(write, study);
        write.Execute("DELETE FROM pairs WHERE study = @study AND import = 0 AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.study = pairs.study AND a.prompt = pairs.prompt AND a.pair = pairs.pair)", new { study });
        write.Execute("""
            UPDATE pairs SET position = NULL, open = FALSE, identical = identical AND @Marked,
              overlap = CASE WHEN own_overlap THEN overlap WHEN taken > @Base THEN taken ELSE @Base END
            WHERE study = @study
            """, new { study, Marked = settings.MarksIdentical, settings.Overlap.Base });
    });

    /// <param name="design">Null: those that stand.</param>
    private async Task<IReadOnlyList<(int Number, int A, int B, ulong Name)>> ModelPairsAsync(long study, IReadOnlyList<(int Model, string Name)> models, Design? design) => await writes.RunAsync(study, write =>
    {
        var standing = write.Query<(int Number, int A, int B)>("SELECT model_pair, model_a, model_b FROM model_pairs WHERE study = @study", new { study }).ToList();
        var byName = models.OrderBy(m => m.Name, StringComparer.Ordinal).ToList();
        var wanted = new List<(int Number, int A, int B, ulong Name)>();
        var next = standing.Select(p => p.Number).DefaultIfEmpty(0).Max() + 1;
        for (var i = 0; i < byName.Count; i++)
        {
            for (var j = i + 1; j < byName.Count; j++)
            {
                if (design?.Kind == DesignKind.Focal && byName[i].Name != design.Focal && byName[j].Name != design.Focal) continue;
                var (a, b) = (byName[i].Model, byName[j].Model);
                var known = standing.Find(p => (p.A, p.B) == (a, b) || (p.A, p.B) == (b, a));
                if (known == default)
                {
                    if (design is null) continue;
                    known = (next++, a, b);
                    write.Execute("INSERT INTO model_pairs (study, model_pair, model_a, model_b) VALUES (@study, @Number, @a, @b)", new { study, known.Number, a, b });
                }
                wanted.Add((known.Number, known.A, known.B, Sampling.Hash($"{byName[i].Name}\n{byName[j].Name}")));
            }
        }
        return wanted;
    });

    /// <summary>The prompts of the study, or those that an import brings answers to, each with the models that answered it.</summary>
    private async Task<IReadOnlyList<Answered>> AnsweredAsync(long study, int import, CancellationToken cancel) =>
        [.. (await database.QueryAsync<(int Prompt, string PromptId, string? Category, int Model, int Import)>($"""
            SELECT a.prompt, p.external_id AS prompt_id, p.category, a.model, a.import FROM answers a
            JOIN imports i ON i.study = a.study AND i.import = a.import AND (i.state = 'stored' OR i.import = @import)
            JOIN prompts p ON p.study = a.study AND p.prompt = a.prompt
            WHERE a.study = @study AND a.version = 1
              AND NOT EXISTS (SELECT 1 FROM answers x WHERE x.study = a.study AND x.prompt = a.prompt AND x.model = a.model AND x.leak = 3
                AND NOT EXISTS (SELECT 1 FROM answers n WHERE n.study = x.study AND n.prompt = x.prompt AND n.model = x.model AND n.version > x.version))
            {(import == 0 ? "" : "AND EXISTS (SELECT 1 FROM answers n WHERE n.study = a.study AND n.prompt = a.prompt AND n.import = @import AND n.version = 1)")}
            ORDER BY a.prompt, a.model
            """, new { study, import }, cancel))
            .GroupBy(row => (row.Prompt, row.PromptId, row.Category))
            .Select(prompt => new Answered(prompt.Key.Prompt, prompt.Key.PromptId, prompt.Key.Category,
                [.. prompt.Select(row => row.Model)], [.. prompt.Where(row => import == 0 || row.Import == import).Select(row => row.Model)]))];

    private async Task<long> LastPositionAsync(long study, Wave wave, CancellationToken cancel) => wave.Number == 1 ? 0
        : await database.FirstAsync<long>("SELECT COALESCE(MAX(last_position), 0) FROM waves WHERE study = @study", new { study }, cancel);

    private async Task WriteAsync(long study, StudySettings settings, Wave wave, List<OrderedPair> pairs, IReadOnlyList<Standing> standing, CancellationToken cancel)
    {
        var numbers = standing.ToDictionary(p => (p.Prompt, p.ModelPair), p => p.Pair);
        var next = await database.FirstAsync<int>("SELECT COALESCE(MAX(pair), 0) + 1 FROM pairs WHERE study = @study", new { study }, cancel);
        var ordered = PairOrder.Draw(pairs, chance).Select(index => pairs[index]).ToList();
        var overlaps = Sampling.Overlaps(ordered, settings.Overlap, chance);
        var rows = ordered.Select((pair, place) => new
        {
            study,
            Pair = numbers.TryGetValue((pair.Prompt, pair.ModelPair), out var known) ? known : next++,
            pair.Prompt,
            pair.ModelPair,
            Overlap = overlaps[place],
            Position = wave.FirstPosition + place,
            Wave = wave.Number,
            Marked = settings.MarksIdentical,
            wave.Import,
        });
        foreach (var batch in rows.Chunk(Batch))
        {
            await writes.RunPatientlyAsync(study, write =>
            {
                write.Execute($"""
                    INSERT INTO pairs (study, pair, prompt, model_pair, overlap, position, wave, identical, import)
                    VALUES (@study, @Pair, @Prompt, @ModelPair, @Overlap, @Position, @Wave, FALSE, @Import)
                    ON CONFLICT (study, pair) DO UPDATE SET position = excluded.position, wave = excluded.wave,
                      overlap = CASE WHEN pairs.own_overlap THEN pairs.overlap WHEN pairs.taken > excluded.overlap THEN pairs.taken ELSE excluded.overlap END
                    """, batch);
                write.Execute($"UPDATE pairs SET identical = @Marked AND {PairStore.HasEqualAnswers} WHERE study = @study AND pair = @Pair", batch);
                return write.Execute($"UPDATE pairs SET open = {PairStore.IsOpen} WHERE study = @study AND pair = @Pair", batch);
            });
        }
    }

    private static ProblemDetails NotReady(string field, string message) => Problem.NotReadyToOpen.With(message, [new FieldError { Field = field, Message = message }]);
}
