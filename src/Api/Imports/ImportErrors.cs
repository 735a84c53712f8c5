using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Imports;

/// <summary>What is wrong with a file, by line. All are counted; the first hundred are listed.</summary>
public sealed class ImportErrors
{
    public const int Listed = 100;
    private readonly List<FieldError> _errors = [];

    public long Count { get; private set; }

    /// <summary>What a field of a row is called in the file, where that is something else.</summary>
    public Func<string, string>? ColumnOf { get; set; }

    public void Add(long line, string? field, string message)
    {
        Count++;
        // The file is read in order of its lines, so the first hundred of a pass are its lowest.
        if (_errors.Count < Listed) _errors.Add(new FieldError { Line = line, Field = field, Message = message });
    }

    /// <summary>Adds the lowest lines of one check, and how many there were in all.</summary>
    public void Add(IReadOnlyCollection<FieldError> lowest, long count)
    {
        Count += count;
        _errors.AddRange(lowest);
    }

    public void Add(ImportErrors others) => Add(others._errors, others.Count);

    /// <summary>The lowest lines that have errors.</summary>
    public IReadOnlyList<FieldError> Lowest() => [.. _errors.OrderBy(e => e.Line).ThenBy(e => e.Field, StringComparer.Ordinal).Take(Listed)
        .Select(e => ColumnOf is null || e.Field is null ? e : e with { Field = ColumnOf(e.Field) })];

    public ProblemDetails ToProblem()
    {
        var listed = Lowest();
        var problem = Problem.ImportRejected.With(
            Count == 1 ? "One row cannot be stored, so nothing was. Mend it and send the file again."
            : Count > listed.Count ? $"There are {Count:N0} errors, of which the first {listed.Count} are listed; nothing was stored. Mend the rows and send the file again."
            : $"There are {Count} errors; nothing was stored. Mend the rows and send the file again.",
            listed);
        problem.Extensions["error_count"] = Count;
        return problem;
    }
}
