using System.Text;
using System.Text.Json.Nodes;

namespace PrefEval.TestKit;

/// <summary>A small good file of a format, and what can befall it.</summary>
public sealed record SampleFile(string Format, string[] Rows, SampleFile.As Kind = SampleFile.As.Lines, string? Before = null)
{
    public enum As { Lines, Array, Table, Binary }

    /// <summary>The bytes of a file that is no text, made of the rows.</summary>
    public Func<string[], byte[]>? Pack { get; init; }

    public byte[] Bytes => Of(Rows);

    public byte[] Of(string[] rows) => Pack is not null ? Pack(rows)
        : Encoding.UTF8.GetBytes(Kind == As.Array ? "[" + string.Join(",\n", rows) + "]" : string.Join('\n', rows) + "\n");

    /// <summary>The same rows in another order; a table's header stays.</summary>
    public byte[] Shuffled(Random random)
    {
        var rows = Rows.Skip(Kind is As.Table or As.Binary ? 1 : 0).ToArray();
        random.Shuffle(rows);
        return Of(Kind is As.Table or As.Binary ? [Rows[0], .. rows] : rows);
    }

    public byte[] Damaged(int seed)
    {
        var random = new Random(seed);
        var rows = (string[])Rows.Clone();
        var at = random.Next(rows.Length);
        switch (seed % 13)
        {
            case 0: return Bytes[..random.Next(Bytes.Length)];
            case 1: rows[at] = Retyped(rows[at], random); return Of(rows);
            case 2: return Inserted(Bytes, random, random.Next(3) switch { 0 => [0xFF], 1 => [0xD6, 0x22], _ => [0xE4, 0xBD] });
            case 3: return Of([.. rows, rows[at], rows[at]]);
            case 4: return Shuffled(random);
            case 5: rows[at] = rows[at].Replace("一", new string('大', 100_000), StringComparison.Ordinal); return Of(rows);
            case 6: rows[at] = WithoutField(rows[at], random); return Of(rows);
            case 7: rows[at] = rows[at].Replace(',', ";:\t|"[random.Next(4)]); return Of(rows);
            case 8: return Inserted(Bytes, random, new byte[random.Next(1, 4)]);
            case 9: rows[at] = rows[at].Replace("一", new string('[', 200), StringComparison.Ordinal).Replace("\"二\"", new string('[', 200), StringComparison.Ordinal); return Of(rows);
            case 10: return random.Next(2) == 0 ? Encoding.Unicode.GetBytes(string.Join('\n', rows)) : Encoding.Latin1.GetBytes(string.Join('\n', rows));
            case 11:
                var file = Bytes;
                for (var i = 0; i < 5; i++) file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
                return file;
            default:
                var (from, to) = (random.Next(Bytes.Length), random.Next(Bytes.Length));
                return [.. Bytes[..Math.Min(from, to)], .. Bytes[Math.Max(from, to)..], .. Bytes[Math.Min(from, to)..Math.Max(from, to)]];
        }
    }

    private static byte[] Inserted(byte[] file, Random random, byte[] what)
    {
        var at = random.Next(file.Length);
        return [.. file[..at], .. what, .. file[at..]];
    }

    private string Retyped(string row, Random random)
    {
        if (Kind is As.Table or As.Binary)
        {
            var cells = row.Split(',');
            string[] others = ["1e999", "{}", "[\"", "\"", new string('长', 300), "-1", "=1+1"];
            cells[random.Next(cells.Length)] = others[random.Next(others.Length)];
            return string.Join(',', cells);
        }
        var json = JsonNode.Parse(row)!.AsObject();
        var field = json.ElementAt(random.Next(json.Count)).Key;
        json[field] = random.Next(7) switch { 0 => null, 1 => 7, 2 => "文", 3 => new JsonArray(), 4 => new JsonObject(), 5 => new JsonArray(1, null, "x"), _ => -1e300 };
        return json.ToJsonString();
    }

    private string WithoutField(string row, Random random)
    {
        if (Kind is As.Table or As.Binary)
        {
            var cells = row.Split(',').ToList();
            cells.RemoveAt(random.Next(cells.Count));
            return string.Join(',', cells);
        }
        var json = JsonNode.Parse(row)!.AsObject();
        json.Remove(json.ElementAt(random.Next(json.Count)).Key);
        return json.ToJsonString();
    }
}
