using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Imports;

/// <summary>Whether a stored import can be taken out again, and the moment from which it is no longer seen.</summary>
internal static class ImportUndo
{
    /// <returns>Why not; null once the import is no longer seen and its rows may be removed.</returns>
    public static ProblemDetails? Begin(Write write, long study, ImportRow row, ImportNotes notes)
    {
        if (StudyStore.Lock(write, study) is not { State: StudyState.Draft })
            return Problem.ImportState.With("An import can be undone only while its study is a draft: raters may have seen what it brought. Copy the study and leave the file out.");
        var key = new { study, row.Import };
        if (write.First<bool>(HasOthersJudgments, key))
            return Problem.ImportState.With("Judgments of another import hang on the pairs or the raters that this one brought. Undo that import first.");
        if (write.First<bool>(HasOthersContent, key))
            return Problem.ImportState.With("Answers or pairs of another import hang on the prompts, models or answers that this one brought. Undo that import first.");

        if (write.First<bool>(HasSetAside, key))
            return Problem.ImportState.With("The import replaced answers that raters had judged: those judgments were set aside, and do not come back. Send the earlier answers with on_change=replace.");
        if (write.First<bool>(HasLaterVersions, key))
            return Problem.ImportState.With("Another import replaced answers that this one brought. Undo that import first.");

        // What a report has read by sequence is no longer so: the study moves on by one, and the import's base says when.
        write.Execute("""
            UPDATE imports SET state = 'storing', judgments = 0, summary = @Summary, base_sequence = @Sequence WHERE study = @study AND import = @Import
            """, new { study, row.Import, Summary = notes.ToJson(), Sequence = StudyStore.NextSequence(write, study) });
        return null;
    }

    private const string HasOthersJudgments = """
        SELECT EXISTS (
          SELECT 1 FROM assignments a
          JOIN pairs p ON p.study = a.study AND p.pair = a.pair
          JOIN raters r ON r.study = a.study AND r.rater = a.rater
          WHERE a.study = @study AND a.import <> @Import AND (p.import = @Import OR r.import = @Import))
        """;

    private const string HasOthersContent = """
        SELECT EXISTS (
          SELECT 1 FROM answers a
          JOIN prompts q ON q.study = a.study AND q.prompt = a.prompt
          JOIN models m ON m.study = a.study AND m.model = a.model
          WHERE a.study = @study AND a.import <> @Import AND (q.import = @Import OR m.import = @Import))
        OR EXISTS (
          SELECT 1 FROM pairs p
          JOIN model_pairs m ON m.study = p.study AND m.model_pair = p.model_pair
          JOIN answers a ON a.study = p.study AND a.prompt = p.prompt AND (a.model = m.model_a OR a.model = m.model_b)
          WHERE p.study = @study AND p.import <> @Import AND a.import = @Import AND a.version = 1)
        """;

    private const string HasSetAside = """
        SELECT EXISTS (
          SELECT 1 FROM answers n
          JOIN exclusions e ON e.study = n.study AND e.sequence = n.sequence AND e.kind = 'replaced'
          WHERE n.study = @study AND n.version > 1 AND n.import = @Import)
        """;

    private const string HasLaterVersions = """
        SELECT EXISTS (
          SELECT 1 FROM answers n
          JOIN answers a ON a.study = n.study AND a.prompt = n.prompt AND a.model = n.model AND a.version < n.version
          WHERE n.study = @study AND n.version > 1 AND n.import <> @Import AND a.import = @Import)
        """;
}
