using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using PrefEval.Api.Imports.Formats;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Imports;

/// <summary>
/// The way of a file into a study: spooled, read into a staging file, held against the study, and then either kept for a confirmation or stored. Of a
/// study one import is stored at a time.
/// </summary>
public sealed class ImportStore(
    Database database, WriteQueue writes, StudyTurns turns, Spool spool, ImportWriter writer, ImportRemoval removal, TimeProvider time, IOptions<ImportOptions> options, ILogger<ImportStore> log)
{
    public const string Columns = "import, format, state, summary, judgments, created_at, stored_at";
    private readonly ConcurrentDictionary<(long Study, int Import), (long Rows, long Of, long Began)> _progress = new();

    public Task<ImportRow?> FindAsync(long study, long import, CancellationToken cancel) =>
        database.FirstAsync<ImportRow>($"SELECT {Columns} FROM imports WHERE study = @study AND import = @import", new { study, import }, cancel);

    public Task<IReadOnlyList<ImportRow>> ListAsync(long study, long after, int limit, CancellationToken cancel) => database.QueryAsync<ImportRow>(
        $"SELECT {Columns} FROM imports WHERE study = @study AND import > @after ORDER BY import LIMIT @limit", new { study, after, limit }, cancel);

    /// <summary>How many rows of an import that is being stored here are written, of how many, and in a second.</summary>
    public (long Rows, long Of, double? PerSecond) Progress(long study, int import)
    {
        if (!_progress.TryGetValue((study, import), out var so)) return default;
        var seconds = time.GetElapsedTime(so.Began).TotalSeconds;
        return (so.Rows, so.Of, so.Rows > 0 && seconds > 0 ? Math.Round(so.Rows / seconds) : null);
    }

    /// <summary>Reads a file, and stages or stores it.</summary>
    /// <param name="study">A study that the caller may change.</param>
    /// <param name="account">Who sends it.</param>
    /// <param name="formatName">The format's name, or <c>auto</c>.</param>
    /// <param name="mapping">Of a table: which column is what; null to tell it by their names.</param>
    /// <param name="confirm">Store it at once where it has no error.</param>
    /// <param name="onChange">Null: a preview tells what replacing would do, and storing refuses.</param>
    /// <param name="leaks">What to do with answers that say who they are, where it is stored at once.</param>
    public async Task<Outcome<ImportRow>> CreateAsync(long study, long? account, string formatName, TableMapping? mapping, bool confirm, OnChange? onChange, Leaks leaks, Stream body, CancellationToken cancel)
    {
        var told = ImportFormats.Find(formatName);
        if (told is null && formatName != "auto")
        {
            return Problem.InvalidRequest.With($"'{formatName}' is no format that is read; leave 'format' out to have it told by the file. {ImportFormats.Listed}",
                [new FieldError { Field = "format", Message = "unknown" }]);
        }
        if (Refusal((await StudyAsync(study, cancel))?.State) is { } refusal) return refusal;
        await ExpireAsync(study);

        var staged = spool.NewFile();
        try
        {
            using var staging = Staging.Create(staged);
            var errors = new ImportErrors();
            using var parser = new FileParser(body, staging, errors, options.Value, Spool.UploadOf(staged), keep: !confirm);
            var parsed = await parser.ParseAsync(new ToldOfFile(told, mapping), cancel);
            var notes = new ImportNotes { Counts = new ImportCounts(), Encoding = parsed.Encoding, Mapping = parsed.Mapping, Table = parsed.Table };
            if (parsed.Problem is { } unread)
            {
                await spool.DrainAsync(body, cancel);
                return unread;
            }

            using var turn = await turns.TakeAsync(study, cancel);
            var format = parsed.Format!;
            if (confirm && errors.Count == 0)
            {
                var begun = await BeginAsync(study, account, format, notes);
                return begun.Problem is { } busy ? busy : await StoreAsync(study, begun.Value!, staging, onChange ?? OnChange.Reject, leaks, wasStaged: false);
            }
            var counts = await ResolveAsync(study, staging, format, onChange ?? OnChange.Replace, errors, cancel);
            if (errors.Count > 0)
            {
                var rejected = errors.ToProblem();
                (rejected.Extensions["format"], rejected.Extensions["encoding"]) = (format.Name, parsed.Encoding);
                if (parsed.Mapping is { } read) (rejected.Extensions["table"], rejected.Extensions["mapping"]) = (parsed.Table, JsonSerializer.SerializeToElement(read, ImportNotes.Json));
                return rejected;
            }
            if (Refusal((await StudyAsync(study, cancel))?.State) is { } notNow) return notNow;
            staging.Commit();
            var row = await InsertAsync(study, account, format, "staged", notes with { Counts = counts, Staged = Path.GetFileName(staged) });
            staged = null;
            return row;
        }
        finally
        {
            if (staged is not null) Spool.Delete(staged);
        }
    }

    /// <summary>Stores a staged import. It is held against the study anew, which may have changed since.</summary>
    /// <param name="mapping">Of a table: read it again so; null to leave it as it was read.</param>
    public async Task<Outcome<ImportRow>> ConfirmAsync(long study, long import, TableMapping? mapping, OnChange onChange, Leaks leaks, CancellationToken cancel)
    {
        using var turn = await turns.TakeAsync(study, cancel);
        await ExpireAsync(study);
        if (await FindAsync(study, import, cancel) is not { } row) return Problem.NotFound.With("The study has no such import.");
        if (row.State == "stored") return row;
        var notes = ImportNotes.Parse(row.Summary);
        if (row.State != "staged")
        {
            var state = EnumText<ImportState>.Of(notes.End ?? Enum.Parse<ImportState>(row.State, ignoreCase: true));
            return Problem.ImportState.With($"The import is {state}; only a staged one can be confirmed. Send the file again. {notes.Reason}".TrimEnd());
        }
        var path = spool.PathOf(notes.Staged!);
        if (!File.Exists(path))
        {
            await EndAsync(study, row, notes with { Reason = "Its staged file is gone." });
            return Problem.ImportState.With("The staged file is gone. Send the file again.");
        }
        if (mapping is not null)
        {
            var read = await ReadAgainAsync(study, row, notes, mapping, cancel);
            if (read.Problem is { } refused) return refused;
            (row, path) = (read.Value!, spool.PathOf(ImportNotes.Parse(read.Value!.Summary).Staged!));
        }

        try
        {
            using var staging = Staging.Open(path);
            var begun = await BeginAsync(study, row);
            return begun.Problem is { } busy ? busy : await StoreAsync(study, row, staging, onChange, leaks, wasStaged: true);
        }
        finally
        {
            if ((await FindAsync(study, import, default))?.State != "staged") Spool.Delete(path);
        }
    }

    /// <summary>Reads the table of a staged import with another mapping; where that fails, the import stands as it was staged.</summary>
    private async Task<Outcome<ImportRow>> ReadAgainAsync(long study, ImportRow row, ImportNotes notes, TableMapping mapping, CancellationToken cancel)
    {
        var upload = Spool.UploadOf(spool.PathOf(notes.Staged!));
        if (!File.Exists(upload))
            return Problem.ImportState.With("The file is no table, or too large a one to be kept while its import is staged. Send it again, with the mapping.");
        var staged = spool.NewFile();
        var taken = false;
        try
        {
            using var staging = Staging.Create(staged);
            var errors = new ImportErrors();
            await using var file = File.OpenRead(upload);
            using var parser = new FileParser(file, staging, errors, options.Value, Spool.UploadOf(staged), keep: true);
            var parsed = await parser.ParseAsync(new ToldOfFile(null, mapping), cancel);
            if (parsed.Problem is { } unread) return unread;
            if (errors.Count > 0) return errors.ToProblem();
            staging.Commit();
            var changed = await writes.RunAsync(study, write => write.First<ImportRow>($"""
                UPDATE imports SET format = @Name, summary = @Summary WHERE study = @study AND import = @Import AND state = 'staged' RETURNING {Columns}
                """, new { study, row.Import, parsed.Format!.Name, Summary = (notes with { Mapping = mapping, Staged = Path.GetFileName(staged) }).ToJson() }));
            if (changed is null) return Problem.ImportState.With("The import is no longer staged; look at it again.");
            taken = true;
            return changed;
        }
        finally
        {
            Spool.Delete(taken ? spool.PathOf(notes.Staged!) : staged);
        }
    }

    /// <summary>Drops a staged import, or undoes a stored one.</summary>
    public async Task<Outcome<ImportRow>> DeleteAsync(long study, long import, CancellationToken cancel)
    {
        using var turn = await turns.TakeAsync(study, cancel);
        if (await FindAsync(study, import, cancel) is not { } row) return Problem.NotFound.With("The study has no such import.");
        var notes = ImportNotes.Parse(row.Summary);
        switch (row.State)
        {
            case "staged":
                Spool.Delete(spool.PathOf(notes.Staged!));
                return await EndAsync(study, row, notes with { Staged = null, End = ImportState.Dropped });
            case "stored":
                var undone = notes with { End = ImportState.Undone };
                if (await writes.RunAsync(study, write => ImportUndo.Begin(write, study, row, undone)) is { } refusal) return refusal;
                await removal.RemoveAsync(study, row.Import);
                return await EndAsync(study, row, undone);
            case "storing":
                return Problem.ImportState.With("The import is being stored; wait until it is, and undo it then.");
            default:
                return row;
        }
    }

    /// <summary>To be run once at start-up: takes out what was being stored when the service stopped, and lets go of staged files that are gone or too old.</summary>
    public async Task RemoveUnfinishedAsync()
    {
        spool.Sweep();
        var unfinished = await database.QueryAsync<(long Study, int Import)>("SELECT study, import FROM imports WHERE state IN ('storing', 'staged') ORDER BY study, import", null, default);
        foreach (var (study, import) in unfinished)
        {
            var row = (await FindAsync(study, import, default))!;
            var notes = ImportNotes.Parse(row.Summary);
            if (row.State == "staged")
            {
                if (!File.Exists(spool.PathOf(notes.Staged!))) await EndAsync(study, row, notes with { Reason = "Its staged file is gone." });
                continue;
            }
            await removal.RemoveAsync(study, row.Import);
            if (row.Format == Copying.Format)
            {
                await writes.RunAsync(study, write => Copying.Drop(write, study));
                continue;
            }
            await EndAsync(study, row, notes.End is null ? notes with { Reason = "The service stopped while it was being stored; nothing of it was kept." } : notes);
            log.LogWarning("Import {Import} of study {Study} was unfinished; its rows were removed", row.Import, study);
        }
    }

    /// <summary>Why a study does not take an import now; null when it does.</summary>
    public static ProblemDetails? Refusal(StudyState? state) => state switch
    {
        null => Problem.StudyState.With("The study is in the bin; restore it first."),
        StudyState.Closed => Problem.StudyState.With("The study is closed, and takes no more imports. Copy the study, or ask an admin to open it again."),
        _ => null,
    };

    /// <summary>Resolves and writes an import whose row says 'storing'; where that fails, what was written is removed.</summary>
    private async Task<Outcome<ImportRow>> StoreAsync(long study, ImportRow row, Staging staging, OnChange onChange, Leaks leaks, bool wasStaged)
    {
        var key = (study, row.Import);
        try
        {
            var notes = ImportNotes.Parse(row.Summary);
            var errors = new ImportErrors { ColumnOf = notes.Mapping is null ? null : notes.Mapping.ColumnOf };
            var counts = await ResolveAsync(study, staging, ImportFormats.Find(row.Format)!, onChange, errors, default);
            var standing = await StudyAsync(study, default);
            var refused = errors.Count > 0 ? errors.ToProblem() : Refusal(standing?.State);
            if (leaks == Leaks.Drop && standing?.State != StudyState.Draft && counts.LeakingChanges > 0)
                refused ??= Problem.InvalidRequest.With($"{counts.LeakingChanges} of the answers that say who they are would replace some that raters may have been asked about; such pairs cannot be dropped any more. Mask them, or keep them.",
                    [new FieldError { Field = "leaks", Message = "mask or keep" }]);
            if (refused is { } refusal)
            {
                if (wasStaged) staging.Commit(); // it has no journal to roll back by
                await writes.RunAsync(study, write => write.Execute(
                    wasStaged
                        ? "UPDATE imports SET state = 'staged' WHERE study = @study AND import = @Import"
                        : "DELETE FROM imports WHERE study = @study AND import = @Import",
                    new { study, row.Import }));
                return refusal;
            }
            var began = time.GetTimestamp();
            _progress[key] = (0, counts.Rows, began);
            return await writer.StoreAsync(new ImportJob
            {
                Study = study,
                Import = row.Import,
                Counts = counts,
                Settings = standing!.ReadSettings(),
                Wave = await database.FirstAsync<int>("SELECT COALESCE(MAX(wave), 0) + 1 FROM waves WHERE study = @study", new { study }, default),
                Notes = notes with { Leaks = counts.LeakingAnswers > 0 ? leaks : null },
                Leaks = leaks,
                Progress = rows => _progress[key] = (rows, counts.Rows, began),
            }, staging);
        }
        catch (Exception error)
        {
            log.LogWarning(error, "Import {Import} of study {Study} could not be stored; its rows are removed", row.Import, study);
            await removal.RemoveAsync(study, row.Import);
            await EndAsync(study, row, ImportNotes.Parse(row.Summary) with { Reason = error is ImportStoppedException ? error.Message : "It could not be written; nothing of it was kept." });
            if (error is ImportStoppedException stopped) return stopped.Problem;
            throw;
        }
        finally
        {
            _progress.TryRemove(key, out _);
        }
    }

    private async Task<ImportCounts> ResolveAsync(long study, Staging staging, IImportFormat format, OnChange onChange, ImportErrors errors, CancellationToken cancel)
    {
        var overlap = (await StudyAsync(study, cancel))?.ReadSettings().Overlap.Base ?? 1;
        return await Task.Run(() => new Resolver(database, staging, format, study, overlap, onChange, cancel).RunAsync(errors), cancel);
    }

    private Task<StudyRow?> StudyAsync(long study, CancellationToken cancel) => database.FirstAsync<StudyRow>(
        "SELECT study, name, state, settings, sequence, created_at FROM studies WHERE study = @study AND deleted_at IS NULL", new { study }, cancel);

    private Task<ImportRow> InsertAsync(long study, long? account, IImportFormat format, string state, ImportNotes notes) =>
        writes.RunAsync(study, write => Insert(write, study, account, format, state, notes));

    private static ImportRow Insert(Write write, long study, long? account, IImportFormat format, string state, ImportNotes notes) => write.First<ImportRow>($"""
        INSERT INTO imports (study, import, format, state, summary, account, created_at)
        SELECT @study, COALESCE(MAX(import), 0) + 1, @Name, @state, @Summary, @account, @Now FROM imports WHERE study = @study
        RETURNING {Columns}
        """, new { study, format.Name, state, Summary = notes.ToJson(), account, write.Now })!;

    private Task<Outcome<ImportRow>> BeginAsync(long study, long? account, IImportFormat format, ImportNotes notes) => writes.RunAsync<Outcome<ImportRow>>(study, write =>
        NotNow(write, study) is { } problem ? problem : Insert(write, study, account, format, "storing", notes));

    private Task<Outcome<ImportRow>> BeginAsync(long study, ImportRow row) => writes.RunAsync<Outcome<ImportRow>>(study, write =>
    {
        if (NotNow(write, study) is { } problem) return problem;
        return write.First<ImportRow>($"""
            UPDATE imports SET state = 'storing' WHERE study = @study AND import = @Import AND state = 'staged' RETURNING {Columns}
            """, new { study, row.Import }) is { } begun
            ? begun
            : Problem.ImportState.With("The import is no longer staged; look at it again.");
    });

    /// <summary>Another process on the same database may be storing one.</summary>
    private static ProblemDetails? NotNow(Write write, long study) =>
        Refusal(StudyStore.Lock(write, study)?.State)
        ?? (write.First<bool>("SELECT EXISTS (SELECT 1 FROM imports WHERE study = @study AND state = 'storing')", new { study })
            ? Problem.ImportState.With("Another import of this study is being stored. Try again once it is.")
            : null);

    private Task<ImportRow> EndAsync(long study, ImportRow row, ImportNotes notes) => writes.RunAsync(study, write => write.First<ImportRow>($"""
        UPDATE imports SET state = 'failed', judgments = 0, summary = @Summary WHERE study = @study AND import = @Import RETURNING {Columns}
        """, new { study, row.Import, Summary = (notes with { Staged = null }).ToJson() })!);

    private async Task ExpireAsync(long study)
    {
        spool.Sweep();
        var before = time.Micros() - Time.Minutes(options.Value.StagedHours * 60);
        var old = await database.QueryAsync<ImportRow>($"SELECT {Columns} FROM imports WHERE study = @study AND state = 'staged' AND created_at < @before", new { study, before }, default);
        foreach (var row in old)
        {
            var notes = ImportNotes.Parse(row.Summary);
            Spool.Delete(spool.PathOf(notes.Staged!));
            await EndAsync(study, row, notes with { Reason = $"It was not confirmed within {options.Value.StagedHours} hours." });
        }
    }
}
