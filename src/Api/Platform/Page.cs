using System.Text;
using System.Buffers.Text;
using System.Text.Json;

namespace PrefEval.Api.Platform;

/// <summary>A page of a list, and where the next one begins; null at the end.</summary>
public sealed record Page<T>
{
    public required IReadOnlyList<T> Items { get; init; }
    public string? NextCursor { get; init; }
}

/// <summary>A cursor is the last key seen, opaque to the caller.</summary>
public static class Cursor
{
    public const int LargestPage = 1000;

    public static string Encode(long after) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(after.ToString()));

    public static bool TryDecode(string? cursor, out long after)
    {
        after = 0;
        if (cursor is null) return true;
        return Base64Url.IsValid(cursor) && long.TryParse(Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)), out after) && after >= 0;
    }

    /// <summary>The size of the page and the key to begin after, or the problem with what was asked.</summary>
    public static Outcome<(int Limit, long After)> Read(int? limit, string? cursor)
    {
        if (limit is < 1 or > LargestPage)
            return Problem.InvalidRequest.With($"'limit' is 1 to {LargestPage}.", [new FieldError { Field = "limit", Message = $"1 to {LargestPage}" }]);
        if (!TryDecode(cursor, out var after))
            return Problem.InvalidRequest.With("'cursor' is not one that this service gave; begin without it.", [new FieldError { Field = "cursor", Message = "not a cursor" }]);
        return (limit ?? 100, after);
    }

    /// <summary>Makes the page of rows fetched with one more than <paramref name="limit"/>.</summary>
    public static Page<TOut> Page<TRow, TOut>(IReadOnlyList<TRow> rows, int limit, Func<TRow, long> key, Func<TRow, TOut> map) => new()
    {
        Items = [.. rows.Take(limit).Select(map)],
        NextCursor = rows.Count > limit ? Encode(key(rows[limit - 1])) : null,
    };

    /// <summary>All that comes after a key, a line of JSON each, read in pages.</summary>
    public static async Task StreamAsync<T>(Stream body, long after, Func<long, int, Task<IReadOnlyList<T>>> read, Func<T, long> key, JsonSerializerOptions json, CancellationToken cancel)
    {
        IReadOnlyList<T> rows;
        do
        {
            rows = await read(after, LargestPage);
            foreach (var row in rows)
            {
                await JsonSerializer.SerializeAsync(body, row, json, cancel);
                await body.WriteAsync("\n"u8.ToArray(), cancel);
                after = key(row);
            }
        } while (rows.Count == LargestPage);
    }
}
