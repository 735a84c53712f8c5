using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;
using PrefEval.Stats;

namespace PrefEval.Api.Pairs;

public enum PairRole { Normal, Gold, Practice }

public sealed record PairRow
{
    public required long Pair { get; init; }
    public required string PromptId { get; init; }
    public required string ModelA { get; init; }
    public required string ModelB { get; init; }
    public required PairRole Role { get; init; }
    public required int Overlap { get; init; }
    public required int Taken { get; init; }
    public required int Live { get; init; }
    public required int Skips { get; init; }
    public required bool Identical { get; init; }
    public required bool Open { get; init; }
    public long? Position { get; init; }
    public Winner? Winner { get; init; }
}

public sealed class PairStore(Database database, Random chance)
{
    public const int LargestDesign = 5_000_000, SkipsToUnjudgeable = 3;

    /// <summary>SQL for <c>pairs.open</c>: a place is free and raters may be asked.</summary>
    public const string IsOpen = "(position IS NOT NULL AND role = 'normal' AND NOT identical AND taken < overlap AND skips < 3)";

    public Task<IReadOnlyList<PairRow>> ListAsync(long study, long after, int limit, CancellationToken cancel) => database.QueryAsync<PairRow>("""
        SELECT p.pair, q.external_id AS prompt_id, a.name AS model_a, b.name AS model_b, p.role, p.overlap, p.taken, p.skips, p.identical, p.open, p.position, p.winner,
          (SELECT COUNT(*) FROM assignments x WHERE x.study = p.study AND x.prompt = p.prompt AND x.pair = p.pair AND x.state = 1) AS live
        FROM pairs p
        JOIN imports i ON i.study = p.study AND i.import = p.import AND i.state = 'stored'
        JOIN prompts q ON q.study = p.study AND q.prompt = p.prompt
        JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair
        JOIN models a ON a.study = p.study AND a.model = m.model_a
        JOIN models b ON b.study = p.study AND b.model = m.model_b
        WHERE p.study = @study AND p.pair > @after ORDER BY p.pair LIMIT @limit
        """, new { study, after, limit }, cancel);

    /// <summary>Makes the pairs of the design and draws their order, in the transaction that opens the study.</summary>
    /// <returns>What is missing, or null when the study is ready.</returns>
    public ProblemDetails? Draw(Write write, long study, StudySettings settings)
    {
        if (write.First<bool>("SELECT EXISTS (SELECT 1 FROM imports WHERE study = @study AND state = 'storing')", new { study }))
            return NotReady("state", "An import is being stored; open the study once it is, so that all of it takes part.");
        var models = write.Query<(int Model, string Name)>("""
            SELECT m.model, m.name FROM models m JOIN imports i ON i.study = m.study AND i.import = m.import AND i.state = 'stored'
            WHERE m.study = @study ORDER BY m.model
            """, new { study });
        var design = settings.Design;
        if (models.Count < 2) return NotReady("models", "The study has answers of fewer than two models; import prompts with answers first.");
        if (design.Kind == DesignKind.Focal && !models.Any(m => m.Name == design.Focal))
            return NotReady("design.focal", $"No answers of the focal model '{design.Focal}' were imported. The models are: {string.Join(", ", models.Select(m => m.Name))}.");

        var modelPairs = ModelPairs(write, study, [.. models.OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => m.Model)], models.FirstOrDefault(m => m.Name == design.Focal).Model, design.Kind);
        var standing = write.Query<(int Pair, int Prompt, int ModelPair, string Role)>("SELECT pair, prompt, model_pair, role FROM pairs WHERE study = @study ORDER BY pair", new { study });
        var numbers = standing.ToDictionary(p => (p.Prompt, p.ModelPair), p => p);
        var categories = new Dictionary<int, string?>();
        var pairs = new List<OrderedPair>();
        foreach (var (prompt, category, answered) in AnsweredPrompts(write, study))
        {
            categories[prompt] = category;
            if (design.Kind == DesignKind.Listed) continue;
            foreach (var (number, a, b) in modelPairs)
            {
                if (!answered.Contains(a) || !answered.Contains(b)) continue;
                if (numbers.TryGetValue((prompt, number), out var known) && known.Role != "normal") continue;
                pairs.Add(new OrderedPair(prompt, number, category));
                if (pairs.Count > LargestDesign)
                    return Problem.TooManyPairs.With($"The design makes more than {LargestDesign:N0} pairs. List a balanced sample of them in a pairs file and open the study with the design 'listed'.");
            }
        }
        if (design.Kind == DesignKind.Listed)
            pairs.AddRange(standing.Where(p => p.Role == "normal").Select(p => new OrderedPair(p.Prompt, p.ModelPair, categories.GetValueOrDefault(p.Prompt))));
        if (pairs.Count == 0) return NotReady("pairs", "No prompt has the answers of two models that the design compares; import what is missing, or list pairs.");

        Insert(write, study, pairs, numbers.ToDictionary(p => p.Key, p => p.Value.Pair), settings);
        return null;
    }

    private void Insert(Write write, long study, List<OrderedPair> pairs, Dictionary<(int, int), int> numbers, StudySettings settings)
    {
        var next = numbers.Count == 0 ? 1 : numbers.Values.Max() + 1;
        var import = write.First<int>("SELECT MAX(import) FROM imports WHERE study = @study AND state = 'stored'", new { study });
        var rows = PairOrder.Draw(pairs, chance).Select((index, place) =>
        {
            var pair = pairs[index];
            var number = numbers.TryGetValue((pair.Prompt, pair.ModelPair), out var known) ? known : next++;
            return new { study, Pair = number, pair.Prompt, pair.ModelPair, settings.Overlap.Base, Position = place + 1L, import };
        });
        write.Execute("""
            INSERT INTO pairs (study, pair, prompt, model_pair, overlap, position, import) VALUES (@study, @Pair, @Prompt, @ModelPair, @Base, @Position, @import)
            ON CONFLICT (study, pair) DO UPDATE SET position = excluded.position
            """, rows);
        if (settings.Design.Kind != DesignKind.Listed) // a list may give each pair an overlap of its own
            write.Execute("UPDATE pairs SET overlap = CASE WHEN taken > @Base THEN taken ELSE @Base END WHERE study = @study", new { study, settings.Overlap.Base });
        if (settings.IdenticalAnswers == IdenticalAnswers.LeaveOut)
        {
            write.Execute("""
                UPDATE pairs SET identical = TRUE WHERE study = @study AND EXISTS (
                  SELECT 1 FROM model_pairs m
                  JOIN answers x ON x.study = m.study AND x.model = m.model_a AND x.prompt = pairs.prompt
                  JOIN answers y ON y.study = m.study AND y.model = m.model_b AND y.prompt = pairs.prompt
                  WHERE m.study = pairs.study AND m.model_pair = pairs.model_pair AND x.messages = y.messages)
                """, new { study });
        }
        write.Execute($"UPDATE pairs SET open = {IsOpen} WHERE study = @study", new { study });
    }

    private static List<(int Number, int A, int B)> ModelPairs(Write write, long study, int[] models, int focal, DesignKind kind)
    {
        var standing = write.Query<(int Number, int A, int B)>("SELECT model_pair, model_a, model_b FROM model_pairs WHERE study = @study", new { study }).ToList();
        if (kind == DesignKind.Listed) return standing;
        var wanted = new List<(int Number, int A, int B)>();
        var next = standing.Select(p => p.Number).DefaultIfEmpty(0).Max() + 1;
        for (var i = 0; i < models.Length; i++)
        {
            for (var j = i + 1; j < models.Length; j++)
            {
                var (a, b) = (models[i], models[j]);
                if (kind == DesignKind.Focal && a != focal && b != focal) continue;
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
    }

    private static IEnumerable<(int Prompt, string? Category, HashSet<int> Answered)> AnsweredPrompts(Write write, long study) => write
        .Query<(int Prompt, string? Category, int Model)>("""
            SELECT a.prompt, p.category, a.model FROM answers a
            JOIN imports i ON i.study = a.study AND i.import = a.import AND i.state = 'stored'
            JOIN prompts p ON p.study = a.study AND p.prompt = a.prompt
            WHERE a.study = @study ORDER BY a.prompt, a.model
            """, new { study })
        .GroupBy(row => (row.Prompt, row.Category))
        .Select(prompt => (prompt.Key.Prompt, prompt.Key.Category, prompt.Select(row => row.Model).ToHashSet()));

    private static ProblemDetails NotReady(string field, string message) => Problem.NotReadyToOpen.With(message, [new FieldError { Field = field, Message = message }]);
}
