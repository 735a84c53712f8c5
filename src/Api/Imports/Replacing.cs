using PrefEval.Api.Assignments;
using PrefEval.Api.Judgments;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Imports;

/// <summary>
/// Answers that an import changes, and what that does to the pairs that have them: whatever raters made of the old version is set aside, and the pairs are
/// judged again, by others. A vote that comes late on the old version is kept, and not counted.
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
                SELECT a.assignment, a.prompt, a.state, a.revision FROM model_pairs m
                JOIN pairs p ON p.study = m.study AND p.prompt = @prompt AND p.model_pair = m.model_pair
                {Assignments}
                WHERE m.study = @study AND (m.model_a = @model OR m.model_b = @model) AND a.state <> 7
                """, new { study, prompt, model }, cancel));
        }
        return Counted(counts, seen);
    }

    /// <summary>Shows the later versions that an import has written, and sets aside what was made of the earlier ones. The study's row must be locked.</summary>
    public static ImportCounts Apply(Write write, long study, int import, StudySettings settings, ImportCounts counts)
    {
        // The act takes the study's next number, and the versions are shown from it on.
        var key = new { study, import, Sequence = write.First<long>("SELECT sequence + 1 FROM studies WHERE study = @study", new { study }), settings.MarksIdentical };
        write.Execute("UPDATE answers SET sequence = @Sequence WHERE study = @study AND version > 1 AND import = @import AND sequence > @Sequence", key);
        var seen = write.Query<SeenRow>($"""
            SELECT DISTINCT a.assignment, a.prompt, a.state, a.revision {Later} {Assignments} WHERE {IsLater} AND a.state <> 7 AND a.import <> @import
            """, key);
        var pairs = $"SELECT p.pair {Later} WHERE {IsLater}";
        write.Execute($"UPDATE pairs SET identical = @MarksIdentical AND {PairStore.HasEqualAnswers} WHERE study = @study AND pair IN ({pairs})", key);

        if (seen.Count == 0) // and so nothing to set aside
        {
            StudyStore.NextSequence(write, study);
            SettingAside.Reopen(write, study, pairs, key);
            return counts;
        }
        var account = write.First<long?>("SELECT account FROM imports WHERE study = @study AND import = @import", key);
        var act = new Act(ExclusionKind.Replaced, new JudgmentFilter(), $"{counts.AnswersChanged} answers were replaced by an import", account);
        SettingAside.Replace(write, study, act, pairs, key, import);
        return Counted(counts, seen);
    }

    // SQLite: by the index of replaced answers.
    private const string Later = """
        FROM answers x
        JOIN model_pairs m ON m.study = x.study AND (m.model_a = x.model OR m.model_b = x.model)
        JOIN pairs p ON p.study = x.study AND p.prompt = x.prompt AND p.model_pair = m.model_pair
        """;

    private const string IsLater = "x.study = @study AND x.version > 1 AND x.sequence = @Sequence";

    // Found by rater and prompt, which is how they are indexed.
    private const string Assignments = """
        JOIN raters r ON r.study = p.study
        JOIN assignments a ON a.study = p.study AND a.rater = r.rater AND a.prompt = p.prompt AND a.pair = p.pair
        """;

    private static ImportCounts Counted(ImportCounts counts, IReadOnlyCollection<SeenRow> seen)
    {
        var judged = seen.Where(a => a.Revision > 0).ToList();
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
        public required AssignmentState State { get; init; }
        public required int Revision { get; init; }
    }
}
