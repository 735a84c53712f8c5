using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Pairs;

/// <summary>
/// Makes the pairs of a draft's design and draws their order, in small writes so that no vote on another study waits. Nothing of it is served while the
/// study is a draft; an opening that did not end is begun anew. Pairs made here carry import 0.
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
    }

    /// <summary>To be run while the caller holds the study's turn (<see cref="StudyTurns"/>).</summary>
    /// <returns>What is missing, or null when all is drawn.</returns>
    public async Task<ProblemDetails?> DrawAsync(long study, StudySettings settings, CancellationToken cancel)
    {
        if (await database.FirstAsync<bool>("SELECT EXISTS (SELECT 1 FROM imports WHERE study = @study AND state = 'storing')", new { study }, cancel)) // by another process
            return NotReady("state", "An import is being stored; open the study once it is, so that all of it takes part.");
        var models = await database.QueryAsync<(int Model, string Name)>("""
            SELECT m.model, m.name FROM models m JOIN imports i ON i.study = m.study AND i.import = m.import AND i.state = 'stored'
            WHERE m.study = @study ORDER BY m.model
            """, new { study }, cancel);
        var design = settings.Design;
        if (models.Count < 2) return NotReady("models", "The study has answers of fewer than two models; import prompts with answers first.");
        if (design.Kind == DesignKind.Focal && !models.Any(m => m.Name == design.Focal))
            return NotReady("design.focal", $"No answers of the focal model '{design.Focal}' were imported. The models are: {string.Join(", ", models.Select(m => m.Name))}.");

        await ResetAsync(study, settings);
        var standing = await database.QueryAsync<Standing>("SELECT pair, prompt, model_pair, role FROM pairs WHERE study = @study ORDER BY pair", new { study }, cancel);
        var listed = design.Kind == DesignKind.Listed;
        var modelPairs = listed ? [] : await ModelPairsAsync(study, models, design);
        var special = standing.Where(p => p.Role != PairRole.Normal).Select(p => (p.Prompt, p.ModelPair)).ToHashSet();
        var categories = new Dictionary<int, string?>();
        var pairs = new List<OrderedPair>();
        foreach (var prompt in await AnsweredAsync(study, cancel))
        {
            categories[prompt.Key.Prompt] = prompt.Key.Category;
            var answered = prompt.ToHashSet();
            foreach (var (number, a, b) in modelPairs)
                if (answered.Contains(a) && answered.Contains(b) && !special.Contains((prompt.Key.Prompt, number))) pairs.Add(new OrderedPair(prompt.Key.Prompt, number, prompt.Key.Category));
            if (pairs.Count > LargestDesign)
                return Problem.TooManyPairs.With($"The design makes more than {LargestDesign:N0} pairs. List a balanced sample of them in a pairs file and open the study with the design 'listed'.");
        }
        if (listed) pairs.AddRange(standing.Where(p => p.Role == PairRole.Normal).Select(p => new OrderedPair(p.Prompt, p.ModelPair, categories.GetValueOrDefault(p.Prompt))));
        if (pairs.Count == 0) return NotReady("pairs", "No prompt has the answers of two models that the design compares; import what is missing, or list pairs.");

        await WriteAsync(study, settings, pairs, standing);
        return null;
    }

    /// <summary>Takes back what an opening left that did not end, and lets the settings of now count for pairs that came with judgments.</summary>
    private Task ResetAsync(long study, StudySettings settings) => writes.RunAsync(study, write =>
    {
        StudyStore.Lock(write, study);
        write.Execute("DELETE FROM pairs WHERE study = @study AND import = 0 AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.study = pairs.study AND a.prompt = pairs.prompt AND a.pair = pairs.pair)", new { study });
        write.Execute("""
            UPDATE pairs SET position = NULL, open = FALSE, identical = identical AND @LeaveOut,
              overlap = CASE WHEN own_overlap THEN overlap WHEN taken > @Base THEN taken ELSE @Base END
            WHERE study = @study
            """, new { study, LeaveOut = settings.IdenticalAnswers == IdenticalAnswers.LeaveOut, settings.Overlap.Base });
    });

    private async Task<IReadOnlyList<(int Number, int A, int B)>> ModelPairsAsync(long study, IReadOnlyList<(int Model, string Name)> models, Design design) => await writes.RunAsync(study, write =>
    {
        var standing = write.Query<(int Number, int A, int B)>("SELECT model_pair, model_a, model_b FROM model_pairs WHERE study = @study", new { study }).ToList();
        var byName = models.OrderBy(m => m.Name, StringComparer.Ordinal).ToList();
        var wanted = new List<(int Number, int A, int B)>();
        var next = standing.Select(p => p.Number).DefaultIfEmpty(0).Max() + 1;
        for (var i = 0; i < byName.Count; i++)
        {
            for (var j = i + 1; j < byName.Count; j++)
            {
                if (design.Kind == DesignKind.Focal && byName[i].Name != design.Focal && byName[j].Name != design.Focal) continue;
                var (a, b) = (byName[i].Model, byName[j].Model);
                var known = standing.Find(p => (p.A, p.B) == (a, b) || (p.A, p.B) == (b, a));
                if (known == default)
                {
                    known = (next++, a, b);
                    write.Execute("INSERT INTO model_pairs (study, model_pair, model_a, model_b) VALUES (@study, @Number, @a, @b)", new { study, known.Number, a, b });
                }
                wanted.Add(known);
            }
        }
        return wanted;
    });

    /// <summary>The prompts of the study, each with the models that answered it.</summary>
    private async Task<IEnumerable<IGrouping<(int Prompt, string? Category), int>>> AnsweredAsync(long study, CancellationToken cancel) =>
        (await database.QueryAsync<(int Prompt, string? Category, int Model)>("""
            SELECT a.prompt, p.category, a.model FROM answers a
            JOIN imports i ON i.study = a.study AND i.import = a.import AND i.state = 'stored'
            JOIN prompts p ON p.study = a.study AND p.prompt = a.prompt
            WHERE a.study = @study ORDER BY a.prompt, a.model
            """, new { study }, cancel)).GroupBy(row => (row.Prompt, row.Category), row => row.Model);

    private async Task WriteAsync(long study, StudySettings settings, List<OrderedPair> pairs, IReadOnlyList<Standing> standing)
    {
        var numbers = standing.ToDictionary(p => (p.Prompt, p.ModelPair), p => p.Pair);
        var next = standing.Select(p => p.Pair).DefaultIfEmpty(0).Max() + 1;
        var leaveOut = settings.IdenticalAnswers == IdenticalAnswers.LeaveOut;
        var rows = PairOrder.Draw(pairs, chance).Select((index, place) => new
        {
            study,
            Pair = numbers.TryGetValue((pairs[index].Prompt, pairs[index].ModelPair), out var known) ? known : next++,
            pairs[index].Prompt,
            pairs[index].ModelPair,
            settings.Overlap.Base,
            Position = place + 1L,
            leaveOut,
        });
        foreach (var batch in rows.Chunk(Batch))
        {
            await writes.RunAsync(study, write =>
            {
                write.Execute("""
                    INSERT INTO pairs (study, pair, prompt, model_pair, overlap, position, identical, import)
                    VALUES (@study, @Pair, @Prompt, @ModelPair, @Base, @Position, @leaveOut AND EXISTS (
                      SELECT 1 FROM model_pairs m
                      JOIN answers x ON x.study = m.study AND x.prompt = @Prompt AND x.model = m.model_a
                      JOIN answers y ON y.study = m.study AND y.prompt = @Prompt AND y.model = m.model_b
                      WHERE m.study = @study AND m.model_pair = @ModelPair AND x.messages = y.messages), 0)
                    ON CONFLICT (study, pair) DO UPDATE SET position = excluded.position, identical = excluded.identical
                    """, batch);
                write.Execute($"UPDATE pairs SET open = {PairStore.IsOpen} WHERE study = @study AND pair = @Pair", batch);
            });
        }
    }

    private static ProblemDetails NotReady(string field, string message) => Problem.NotReadyToOpen.With(message, [new FieldError { Field = field, Message = message }]);
}
