using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using PrefEval.Stats;

namespace PrefEval.Api.Reports.Tables;

/// <summary>
/// A report as a table for programs: a row an estimate, whatever the report. What a row is about (models, slice, counts) stands first, then which estimate
/// it is, then its numbers, then which report it is of. Columns are named as in the JSON; those that are empty in every row are left out, and a report of nothing has its headers.
/// </summary>
public sealed class TidyTable
{
    private const int Deepest = 6;
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();
    private static readonly HashSet<Type> Estimates = [typeof(Interval), typeof(Proportion), typeof(Live), typeof(CohenKappaRow)];
    private static readonly HashSet<Type> Facts = [typeof(Slice), typeof(RankSet), typeof(Denominators), typeof(SignTestRow), typeof(LikelihoodRatio), typeof(FixedN)];

    /// <summary>What stands beside a report's numbers in words, and what other columns say already.</summary>
    private static readonly HashSet<string> LeftOut = ["methods", "filter", "changes", "warnings", "exclusions", "family", "against_every_baseline", "sizes", "simulated"];

    private readonly List<Dictionary<string, object?>> _rows = [];

    private TidyTable(Report report)
    {
        var about = new Dictionary<string, object?>
        {
            ["rater_kind"] = Plain(report.Raters),
            ["filter"] = JsonSerializer.Serialize(report.Filter, Studies.StudySettings.Json),
            ["sequence"] = report.Sequence,
            ["hash"] = report.Hash,
            ["data_hash"] = report.DataHash,
        };
        Walk(report, "report", [], "", about, 0);
        var columns = _rows.SelectMany(row => row).Where(cell => cell.Value is not null).Select(cell => cell.Key).ToHashSet();
        var ordered = _rows.SelectMany(row => row.Keys).Distinct().Where(columns.Contains).ToList();
        // The estimate's own columns stand behind what any row is about, whichever row came first.
        Columns = _rows.Count == 0 ? [.. Own, .. about.Keys] : [.. ordered.Except(Own).Except(about.Keys), .. Own.Where(columns.Contains), .. about.Keys.Where(columns.Contains)];
        Rows = [.. _rows.Select(row => Columns.ToDictionary(column => column, row.GetValueOrDefault))];
    }

    /// <summary>The columns of an estimate.</summary>
    private static readonly string[] Own =
    [
        "estimand", "estimand_scope", "estimate", "se", "lower", "upper", "confidence", "method", "estimate_n", "hits", "prompts", "raters", "effective_prompts", "effective_raters",
        "df", "deff", "n_eff", "p", "e_value", "units", "of", "passed_over", "behind", "status",
    ];

    public IReadOnlyList<string> Columns { get; }
    public IReadOnlyList<IReadOnlyDictionary<string, object?>> Rows { get; }

    public static TidyTable Of(Report report) => new(report);

    /// <summary>Adds a row for each estimate of a record, and those of the records in it.</summary>
    /// <param name="part">The list of the report that the record stands in.</param>
    /// <param name="keys">What the rows are about.</param>
    /// <param name="path">Where in the record.</param>
    private void Walk(object record, string part, Dictionary<string, object?> keys, string path, Dictionary<string, object?> about, int depth)
    {
        if (depth > Deepest) return;
        var properties = Of(record.GetType());
        var values = properties.Select(p => (Name: Name(p), Value: p.GetValue(record))).Where(p => !LeftOut.Contains(p.Name)).ToList();
        var mine = new Dictionary<string, object?>(keys);
        if (record is not Report)
        {
            foreach (var (name, value) in values.Where(v => path == "" && IsPlain(v.Value))) mine[name] = Plain(value);
            foreach (var (name, value) in values.Where(v => v.Value is not null && Facts.Contains(v.Value.GetType()))) AddFacts(mine, name, value!);
        }
        var scoped = values.FirstOrDefault(v => v.Name == "scopes").Value;
        var inScopes = scoped is null ? [] : Of(scoped.GetType())[0].GetValue(scoped) is Interval one ? [one.Estimand] : Of(Of(scoped.GetType())[0].PropertyType).Select(Name).ToHashSet();
        foreach (var (name, value) in values)
        {
            if (value is null or string) continue;
            if (Estimates.Contains(value.GetType()))
            {
                if (!inScopes.Contains(name)) Add(part, mine, path + name, value, about);
            }
            else if (name == "scopes")
            {
                foreach (var scope in Of(value.GetType()).Select(p => p.GetValue(value)!))
                    if (scope is Interval interval) Add(part, mine, path + interval.Estimand, interval, about);
                    else Walk(scope, part, mine, path, about, depth + 1);
            }
            else if (value is IEnumerable list)
            {
                var at = 0;
                foreach (var element in list)
                {
                    if (element is null || !IsRecord(element.GetType())) break;
                    if (Estimates.Contains(element.GetType())) Add(name, mine, name, element, about);
                    else Walk(element, name, name == "groups" ? new(mine) { ["group"] = (long)++at } : mine, "", about, depth + 1);
                }
            }
            else if (IsRecord(value.GetType()) && !Facts.Contains(value.GetType())) Walk(value, part, mine, $"{path}{name}.", about, depth + 1);
        }
    }

    private void Add(string part, Dictionary<string, object?> keys, string estimand, object estimate, Dictionary<string, object?> about)
    {
        var row = new Dictionary<string, object?> { ["part"] = part };
        foreach (var (key, value) in keys) row[key] = value;
        row["estimand"] = estimand;
        foreach (var property in Of(estimate.GetType()))
        {
            var (name, value) = (Name(property), Plain(property.GetValue(estimate)));
            if (name == "scope") row["estimand_scope"] = value;
            else if (name == "value") row["estimate"] = value; // a share is called so
            else if (name == "n" || (name == "units" && estimate is CohenKappaRow)) row["estimate_n"] = value;
            else if (name != "estimand") row[name] = value;
        }
        foreach (var (key, value) in about) row[key] = value;
        _rows.Add(row);
    }

    private static void AddFacts(Dictionary<string, object?> keys, string name, object fact)
    {
        foreach (var property in Of(fact.GetType())) keys[$"{name}_{Name(property)}"] = Plain(property.GetValue(fact));
    }

    private static PropertyInfo[] Of(Type type) => Properties.GetOrAdd(type, t => [.. t.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0 && p.Name != "EqualityContract")]);

    private static string Name(PropertyInfo property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    private static bool IsRecord(Type type) => type.Namespace?.StartsWith("PrefEval.", StringComparison.Ordinal) == true && type.IsClass;

    private static bool IsPlain(object? value) => value is null or string or bool or int or long or double or Enum or IEnumerable<string> or IEnumerable<RaterFlag>;

    /// <summary>Text, whole number, number, truth or nothing.</summary>
    private static object? Plain(object? value) => value switch
    {
        null or string or bool or double or long => value,
        int whole => (long)whole,
        Enum word => JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString()),
        IEnumerable<string> names => string.Join(" + ", names),
        IEnumerable<KeyValuePair<string, int>> counts => string.Join("; ", counts.Select(c => $"{c.Key}: {c.Value}")),
        IEnumerable list => string.Join("; ", list.Cast<object>().Select(Plain)),
        _ => value.ToString(),
    };
}
