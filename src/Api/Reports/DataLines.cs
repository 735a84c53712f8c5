using System.Buffers;
using System.Text.Json;
using PrefEval.Api.Assignments;
using PrefEval.Api.Judgments;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Reports;

/// <summary>
/// A study's numbered writes as lines of JSON, the same bytes wherever and whenever they are made: fields in one order, ids as on the wire, nothing that could be
/// renamed. These lines are the canonical form of the data that reports rest on.
/// </summary>
public sealed class DataLines(Database database, OpaqueIds ids, long study)
{
    private Names? _names;

    private sealed record Names
    {
        public required Dictionary<int, string> Prompts { get; init; }
        public required Dictionary<int, (string A, string B)> ModelPairs { get; init; }
        public required Dictionary<int, (string Id, string Kind)> Raters { get; init; }
    }

    /// <summary>The lines of a page of the log, in the order of the sequence; of one number: the judgment or the act, then what it changed.</summary>
    /// <param name="add">Takes the number and the bytes of each line, which it must not keep.</param>
    public async Task WriteAsync(LogPage page, Line add, CancellationToken cancel)
    {
        var names = await NamesAsync(page, cancel);
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = StudySettings.Json.Encoder });
        int judgment = 0, other = 0, change = 0;
        while (true)
        {
            var next = Math.Min(Math.Min(
                judgment < page.Judgments.Count ? page.Judgments[judgment].Sequence : long.MaxValue,
                other < page.Others.Count ? page.Others[other].Sequence : long.MaxValue),
                change < page.Changes.Count ? page.Changes[change].Sequence : long.MaxValue);
            if (next == long.MaxValue) return;
            for (; judgment < page.Judgments.Count && page.Judgments[judgment].Sequence == next; judgment++) Say(next, Judged, page.Judgments[judgment]);
            for (; other < page.Others.Count && page.Others[other].Sequence == next; other++) Say(next, Written, page.Others[other]);
            for (; change < page.Changes.Count && page.Changes[change].Sequence == next; change++) Say(next, Stands, page.Changes[change]);
        }

        void Say<T>(long sequence, Action<T> write, T row)
        {
            buffer.ResetWrittenCount();
            json.Reset();
            json.WriteStartObject();
            json.WriteNumber("sequence", sequence);
            write(row);
            json.WriteEndObject();
            json.Flush();
            add(sequence, buffer.WrittenSpan);
        }

        void Judged(BareJudgment j)
        {
            var (a, b) = names.ModelPairs[j.ModelPair];
            var (rater, kind) = names.Raters[j.Rater];
            json.WriteString("write", "judgment");
            json.WriteString("assignment", ids.Encode(IdKind.Assignment, study, j.Assignment));
            json.WriteString("prompt_id", names.Prompts[j.Prompt]);
            json.WriteString("model_a", a);
            json.WriteString("model_b", b);
            json.WriteString("rater", rater);
            json.WriteString("rater_kind", kind);
            json.WriteString("role", EnumText<AssignmentRole>.Of(j.Role));
            json.WriteNumber("revision", j.Revision);
            json.WriteString("winner", Text(j.Winner));
            if (j.Score is { } score) json.WriteNumber("score", score);
            else json.WriteNull("score");
            json.WriteString("left", j.LeftSide switch { Side.A => "a", Side.B => "b", _ => null });
            json.WriteBoolean("counted", j.Counted);
            if (j.DurationMs is { } duration) json.WriteNumber("duration_ms", duration);
            else json.WriteNull("duration_ms");
            if (JudgmentDetails.Parse(j.Details).Criteria is not { } criteria) return;
            json.WriteStartObject("criteria");
            foreach (var (name, winner) in criteria.OrderBy(c => c.Key, StringComparer.Ordinal)) json.WriteString(name, Text(winner));
            json.WriteEndObject();
        }

        void Stands(StandingChange change)
        {
            json.WriteString("write", "standing");
            json.WriteString("assignment", ids.Encode(IdKind.Assignment, study, change.Assignment));
            json.WriteString("standing", EnumText<Standing>.Of(change.State));
        }

        void Written(OtherWrite write)
        {
            json.WriteString("write", write.Kind);
            switch (write.Kind)
            {
                case "skip":
                    json.WriteString("pair", ids.Encode(IdKind.Pair, study, write.Number));
                    json.WriteString("reason", write.Text);
                    break;
                case "adjudication":
                    json.WriteString("pair", ids.Encode(IdKind.Pair, study, write.Number));
                    json.WriteString("winner", write.Text); // null: left undecided
                    break;
                case "attributes":
                    json.WriteString("model", ids.Encode(IdKind.Model, study, write.Number));
                    json.WritePropertyName("attributes");
                    json.WriteRawValue(write.Text!);
                    break;
                case "group":
                    json.WriteString("rater", ids.Encode(IdKind.Rater, study, write.Number));
                    json.WriteString("group", write.Text);
                    break;
                case "analysis":
                    using (var declared = JsonDocument.Parse(write.Text!))
                    {
                        json.WritePropertyName("analysis"); // as it was written then, whatever an analysis holds by now
                        json.WriteRawValue(declared.RootElement.GetProperty("after").GetRawText());
                    }
                    break;
                case "undone":
                    json.WriteString("import", ids.Encode(IdKind.Import, study, write.Number));
                    break;
                default: // excluded, included, replaced: how many judgments and why; wave, answers: how many
                    json.WriteNumber("count", write.Number);
                    if (write.Text is { } reason) json.WriteString("reason", reason);
                    break;
            }
        }
    }

    public delegate void Line(long sequence, ReadOnlySpan<byte> line);

    private static string Text(Stats.Winner winner) => winner switch { Stats.Winner.A => "a", Stats.Winner.B => "b", Stats.Winner.Tie => "tie", _ => "both_bad" };

    /// <summary>Prompts, models and raters by number. None is ever renamed, and an import that is undone begins everything anew; a number that is not known yet came with a later import or invitation.</summary>
    private async Task<Names> NamesAsync(LogPage page, CancellationToken cancel)
    {
        if (_names is { } known && page.Judgments.All(j => known.Prompts.ContainsKey(j.Prompt) && known.ModelPairs.ContainsKey(j.ModelPair) && known.Raters.ContainsKey(j.Rater))) return known;
        return _names = new Names
        {
            Prompts = (await database.QueryAsync<(int Number, string Id)>($"SELECT p.prompt, p.external_id FROM prompts p WHERE p.study = @study AND {Stored("p")}", new { study }, cancel))
                .ToDictionary(p => p.Number, p => p.Id),
            ModelPairs = (await database.QueryAsync<(int Number, string A, string B)>($"""
                SELECT m.model_pair, a.name, b.name FROM model_pairs m
                JOIN models a ON a.study = m.study AND a.model = m.model_a JOIN models b ON b.study = m.study AND b.model = m.model_b
                WHERE m.study = @study AND {Stored("a")} AND {Stored("b")}
                """, new { study }, cancel)).ToDictionary(m => m.Number, m => (m.A, m.B)),
            Raters = (await database.QueryAsync<(int Number, string Kind)>($"SELECT r.rater, r.kind FROM raters r WHERE r.study = @study AND {Stored("r")}", new { study }, cancel))
                .ToDictionary(r => r.Number, r => (ids.Encode(IdKind.Rater, study, r.Number), r.Kind)),
        };

        // What an import that fails has written goes, and its numbers are given again.
        static string Stored(string table) => $"({table}.import = 0 OR EXISTS (SELECT 1 FROM imports i WHERE i.study = {table}.study AND i.import = {table}.import AND i.state = 'stored'))";
    }
}
