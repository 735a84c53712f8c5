using PrefEval.Api.Assignments;
using PrefEval.Api.Platform;
using PrefEval.Api.Prompts;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Imports;

/// <summary>
/// Answers that an import changes, and what that does to the pairs that have them: whatever a rater saw of the old version is set aside, and others judge the
/// new one. A vote that comes late on the old version is kept, and not counted.
/// </summary>
internal sealed class Replacing(Database database, long study)
{
    /// <summary>What replacing would do as things stand.</summary>
    /// <param name="changed">The prompts and models of the answers.</param>
    public async Task<ImportCounts> ForeseeAsync(ImportCounts counts, IReadOnlyList<(long Prompt, long Model)> changed, CancellationToken cancel)
    {
        if (!await database.FirstAsync<bool>("SELECT EXISTS (SELECT 1 FROM assignments WHERE study = @study)", new { study }, cancel)) return counts;
        var seen = new HashSet<SeenRow>();
        foreach (var (prompt, model) in changed)
        {
            seen.UnionWith(await database.QueryAsync<SeenRow>($"""
                SELECT a.assignment, a.prompt, p.pair, a.state FROM model_pairs m
                JOIN pairs p ON p.study = m.study AND p.prompt = @prompt AND p.model_pair = m.model_pair
                {Assignments}
                WHERE m.study = @study AND (m.model_a = @model OR m.model_b = @model)
                """, new { study, prompt, model }, cancel));
        }
        return Counted(counts, seen);
    }

    /// <summary>Shows the later versions that an import has written, and sets aside what was seen of the earlier ones. The study's row must be locked.</summary>
    public static ImportCounts Apply(Write write, long study, int import, StudySettings settings, ImportCounts counts)
    {
        var key = new { study, import, Answers.NotYet, Sequence = StudyStore.NextSequence(write, study) };
        var pairs = write.Query<PairRow>($"SELECT DISTINCT p.pair, p.open, p.position {Later} WHERE {IsLater}", key);
        var seen = write.Query<SeenRow>($"""
            SELECT DISTINCT a.assignment, a.prompt, p.pair, a.state {Later} {Assignments}
            WHERE {IsLater}
            """, key);
        if (seen.Count > 0)
            throw new ImportStoppedException(Problem.ImportState.With("Raters have seen answers that the file changes. Give the model another name, so that it is compared as a new one."));
        write.Execute($"UPDATE answers AS x SET sequence = @Sequence WHERE {IsLater}", key);
        return Counted(counts, seen);
    }

    private const string Later = """
        FROM answers x
        JOIN model_pairs m ON m.study = x.study AND (m.model_a = x.model OR m.model_b = x.model)
        JOIN pairs p ON p.study = x.study AND p.prompt = x.prompt AND p.model_pair = m.model_pair
        """;

    // They are found by rater and prompt, which is how they are indexed.
    private const string Assignments = """
        JOIN raters r ON r.study = p.study
        JOIN assignments a ON a.study = p.study AND a.rater = r.rater AND a.prompt = p.prompt AND a.pair = p.pair
        """;

    private const string IsLater = "x.study = @study AND x.version > 1 AND x.sequence = @NotYet AND x.import = @import";

    private sealed record PairRow
    {
        public required int Pair { get; init; }
        public required bool Open { get; init; }
        public long? Position { get; init; }
    }

    private static ImportCounts Counted(ImportCounts counts, IReadOnlyCollection<SeenRow> seen)
    {
        var judged = seen.Where(a => a.State is AssignmentState.Counted or AssignmentState.Surplus).ToList();
        return counts with
        {
            JudgmentsSetAside = judged.Count,
            LeasesEnded = seen.Count(a => a.State == AssignmentState.Leased),
            PromptsReopened = judged.Select(a => a.Prompt).Distinct().Count(),
        };
    }

    private sealed record SeenRow
    {
        public required long Assignment { get; init; }
        public required int Prompt { get; init; }
        public required int Pair { get; init; }
        public required AssignmentState State { get; init; }
    }
}
