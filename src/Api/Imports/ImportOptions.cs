using System.ComponentModel.DataAnnotations;

namespace PrefEval.Api.Imports;

/// <summary>The limits of an import, under <c>PrefEval:Imports</c>.</summary>
public sealed class ImportOptions
{
    /// <summary>The largest file, in bytes.</summary>
    [Range(1, long.MaxValue)]
    public long LargestFile { get; set; } = 16L << 30;

    /// <summary>The largest row: a line of JSONL, or an element of a JSON array, in bytes. It bounds the memory of an import.</summary>
    [Range(1024, 256 << 20)]
    public int LargestRow { get; set; } = 16 << 20;

    /// <summary>The largest table that is kept while its import is staged, so that another mapping can be sent with the confirmation, in bytes.</summary>
    [Range(0, long.MaxValue)]
    public long LargestKeptTable { get; set; } = 1L << 30;

    /// <summary>The largest Excel workbook, in bytes, and what it may unpack to.</summary>
    [Range(1024, long.MaxValue)]
    public long LargestWorkbook { get; set; } = 128 << 20;

    [Range(1024, long.MaxValue)]
    public long LargestUnpackedWorkbook { get; set; } = 1L << 30;

    /// <summary>For how long a staged import waits to be confirmed.</summary>
    [Range(1, 24 * 30)]
    public int StagedHours { get; set; } = 24;
}
