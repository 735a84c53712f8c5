using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using PrefEval.Api.Platform;
using PrefEval.Stats;

namespace PrefEval.Api.Studies;

public enum StudyState { Draft, Open, Paused, Closed }

public enum DesignKind { Focal, RoundRobin, Listed }

/// <summary>What a rater meets when her fresh prompts run out: avoid = a prompt again, as far away as can be; never = nothing; allow = in the drawn order.</summary>
public enum SamePrompt { Avoid, Never, Allow }

/// <summary>Pairs whose answers are equal to the letter: left out (and counted as such) or shown like others.</summary>
public enum IdenticalAnswers { LeaveOut, Show }

/// <summary>What a report's headline estimates; see src/Stats/README.md.</summary>
public enum Estimand { WinRate, Net, WinOrTie, WinOrGoodTie, DecisiveWinRate }

public enum Unit { Judgment, Pair }

/// <summary>Which answers are compared: the focal model against every other, all against all, or the pairs that a file lists.</summary>
public sealed record Design
{
    public required DesignKind Kind { get; init; }
    /// <summary>The focal model's name; for kind focal only.</summary>
    public string? Focal { get; init; }
}

/// <summary>How many raters judge a pair. On the wire a number stands for <c>{"base": number}</c>.</summary>
[JsonConverter(typeof(Converter))]
public sealed record Overlap
{
    public required int Base { get; init; }

    public sealed class Converter : JsonConverter<Overlap>
    {
        public override Overlap Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number) return new Overlap { Base = reader.GetInt32() };
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement is { ValueKind: JsonValueKind.Object } given && given.EnumerateObject().Count() == 1
                && given.TryGetProperty("base", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value)
                ? new Overlap { Base = value }
                : throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, Overlap value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteNumber("base", value.Base);
            writer.WriteEndObject();
        }
    }
}

/// <summary>The analysis that was declared. It is fixed when the study opens; a later change is kept with its sequence number.</summary>
public sealed record Analysis
{
    public Estimand Estimand { get; init; } = Estimand.WinRate;
    public Scope Scope { get; init; } = Scope.RatersLikeThese;
    public Unit Unit { get; init; } = Unit.Judgment;
    public double Confidence { get; init; } = 0.95;
    /// <summary>A claim such as "at least .6", held against the lower bound.</summary>
    public double? Threshold { get; init; }
}

/// <summary>The declared analysis was changed after the study opened: everybody who reads a report may know.</summary>
public sealed record AnalysisChange
{
    public long Sequence { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
    public required Analysis Before { get; init; }
    public required Analysis After { get; init; }
}

/// <summary>All of a study that is not its name or its state: one JSON column.</summary>
public sealed record StudySettings
{
    public static readonly JsonSerializerOptions Json = MakeJson();

    private const int MostParsed = 256;
    private static readonly ConcurrentDictionary<string, StudySettings> Parsed = new();

    public required string Title { get; init; }
    public required string Question { get; init; }
    public required string Language { get; init; }
    public required string TimeZone { get; init; }
    public string Guidelines { get; init; } = "";
    public required Overlap Overlap { get; init; }
    public bool AllowBothBad { get; init; } = true;
    public required Design Design { get; init; }
    public int LeaseMinutes { get; init; } = 30;
    public SamePrompt SamePrompt { get; init; } = SamePrompt.Avoid;
    public IdenticalAnswers IdenticalAnswers { get; init; } = IdenticalAnswers.LeaveOut;
    public Analysis Analysis { get; init; } = new();

    /// <summary>Every vote reads the settings and they hardly ever change: the latest few are kept as they were parsed.</summary>
    public static StudySettings Parse(string json)
    {
        if (Parsed.Count > MostParsed) Parsed.Clear();
        return Parsed.GetOrAdd(json, static text => JsonSerializer.Deserialize<StudySettings>(text, Json)!);
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    private static JsonSerializerOptions MakeJson()
    {
        var options = new JsonSerializerOptions();
        Http.SetJson(options);
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip; // a newer release may have written more
        return options;
    }
}
