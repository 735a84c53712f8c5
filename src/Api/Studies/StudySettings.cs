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

/// <summary>Pairs whose answers are equal to the letter: left out and counted as such, not shown and counted as one tie each, or shown like others.</summary>
public enum IdenticalAnswers { LeaveOut, Tie, Show }

/// <summary>What a report's headline estimates; see src/Stats/README.md.</summary>
public enum Estimand { WinRate, Net, WinOrTie, WinOrGoodTie, DecisiveWinRate }

public enum Unit { Judgment, Pair }

/// <summary>Which answers are compared: the focal model against every other, all against all, or the pairs that a file lists.</summary>
public sealed record Design
{
    public required DesignKind Kind { get; init; }
    /// <summary>The focal model's name; for kind focal only.</summary>
    public string? Focal { get; init; }
    /// <summary>Where not all of these pairs are to be judged, but a balanced random sample of them.</summary>
    public Sample? Sample { get; init; }
}

public enum SampleBy { ModelPair, Category }

/// <summary>A random sample of the design's pairs, spread evenly over the pairs of models or the categories. The same seed draws the same pairs again.</summary>
public sealed record Sample
{
    /// <summary>How many pairs in all; a wave that comes later adds the same share of its own.</summary>
    public required int N { get; init; }
    public SampleBy By { get; init; } = SampleBy.ModelPair;
    public long Seed { get; init; }
}

/// <summary>A random share of the pairs, spread evenly over pairs of models and categories, that more raters judge than the others: to measure agreement.</summary>
public sealed record SharedOverlap
{
    public required double Share { get; init; }
    public required int Overlap { get; init; }
}

/// <summary>How many raters judge a pair. On the wire a number stands for <c>{"base": number}</c>.</summary>
[JsonConverter(typeof(Converter))]
public sealed record Overlap
{
    public required int Base { get; init; }
    public SharedOverlap? Shared { get; init; }

    public sealed class Converter : JsonConverter<Overlap>
    {
        public override Overlap Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number) return new Overlap { Base = reader.GetInt32() };
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } given || given.EnumerateObject().Any(field => field.Name is not ("base" or "shared"))
                || !given.TryGetProperty("base", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out var value)) throw new JsonException();
            try
            {
                return new Overlap { Base = value, Shared = given.TryGetProperty("shared", out var shared) ? shared.Deserialize<SharedOverlap>(options) : null };
            }
            catch (JsonException)
            {
                throw new JsonException(); // without a path, so that it is told as the overlap's
            }
        }

        public override void Write(Utf8JsonWriter writer, Overlap value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteNumber("base", value.Base);
            if (value.Shared is { } shared)
            {
                writer.WritePropertyName("shared");
                JsonSerializer.Serialize(writer, shared, options);
            }
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
    /// <summary>The comparisons whose p-values are adjusted together, whatever is shown; null: all that the design makes. Every other one is exploratory.</summary>
    public IReadOnlyList<FamilyMember>? Family { get; init; }

    /// <summary>By content: a record would compare its lists by identity, and an analysis sent again would count as changed.</summary>
    public bool Equals(Analysis? other) => other is not null && ToJson() == other.ToJson();

    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);

    private string ToJson() => JsonSerializer.Serialize(this, StudySettings.Json);
}

/// <summary>The declared analysis was changed after the study opened: everybody who reads a report may know.</summary>
public sealed record AnalysisChange
{
    public long Sequence { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
    public required Analysis Before { get; init; }
    public required Analysis After { get; init; }
}

/// <summary>Something that raters may compare beside the verdict itself, such as {"name":"accuracy","label":"哪个更准确？"}.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Label">What raters read; it must not tell which models are compared.</param>
public sealed record Criterion(string Name, string Label);

/// <summary>A round before judging, on pairs whose verdict is known and without a word on the answers: <c>needed</c> right ones of <c>pairs</c> let a rater in.</summary>
public sealed record Qualification(int Pairs, int Needed);

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
    /// <summary>Whether raters may say how much better the winner is.</summary>
    public bool Strength { get; init; }
    public IReadOnlyList<Criterion> Criteria { get; init; } = [];
    /// <summary>Of what a rater is asked, the share that is gold, and the share that repeats a pair of hers with the sides swapped.</summary>
    public double GoldShare { get; init; }
    public double RepeatShare { get; init; }
    /// <summary>The most of the planned judgments that one rater makes; null: as many as she likes.</summary>
    public double? MaxShare { get; init; }
    public Qualification? Qualification { get; init; }
    /// <summary>Design and analysis are not changed until an admin lifts it.</summary>
    public bool Locked { get; init; }

    /// <summary>Whether <c>pairs.identical</c> is kept: such pairs are not shown.</summary>
    [JsonIgnore]
    public bool MarksIdentical => IdenticalAnswers != IdenticalAnswers.Show;

    /// <summary>A known verdict as raters can give it: where both_bad is not taken, a tie says it.</summary>
    public Winner Verdict(Winner known) => known == Winner.BothBad && !AllowBothBad ? Winner.Tie : known;

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
