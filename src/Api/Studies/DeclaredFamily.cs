using Microsoft.AspNetCore.Mvc;
using PrefEval.Api.Pairs;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Studies;

/// <summary>A comparison whose test is declared: p-values are adjusted over all of these. In which order it names its models does not matter.</summary>
/// <param name="Model">A model's name.</param>
/// <param name="Baseline">Another's.</param>
/// <param name="Estimand">What is tested: win_rate, net or decisive_win_rate; null: what the analysis estimates.</param>
public sealed record FamilyMember(string Model, string Baseline, Estimand? Estimand = null)
{
    public bool Compares(string one, string other) => (Model == one && Baseline == other) || (Model == other && Baseline == one);
}

/// <summary>Whether a declared family is one: what it names must be compared by the study.</summary>
public static class DeclaredFamily
{
    public const string Field = "analysis.family";
    public const int Most = 1000;

    /// <summary>Estimands that have a value of "no preference", so that there is something to test.</summary>
    public static bool HasTest(Estimand estimand) => estimand is Estimand.WinRate or Estimand.Net or Estimand.DecisiveWinRate;

    /// <summary>What is wrong with a family by itself; null: nothing.</summary>
    public static string? Flaw(IReadOnlyList<FamilyMember> family)
    {
        if (family.Count is 0 or > Most) return $"Declare 1 to {Most:N0} comparisons, or leave 'family' out for all that the design makes.";
        if (family.FirstOrDefault(m => m is not { Model.Length: >= 1 and <= 200, Baseline.Length: >= 1 and <= 200 } || m.Model == m.Baseline) is not null || family.Contains(null!))
            return "Each comparison names two models: {\"model\":\"MODEL\",\"baseline\":\"OTHER\"}.";
        if (family.FirstOrDefault(m => m.Estimand is { } e && !HasTest(e)) is { Estimand: { } untested })
            return $"{EnumText<Estimand>.Of(untested)} has no value that means 'no preference', so there is no test to adjust; take win_rate, net or decisive_win_rate.";
        var twice = family.GroupBy(m => string.CompareOrdinal(m.Model, m.Baseline) < 0 ? (m.Model, m.Baseline) : (m.Baseline, m.Model)).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? null : $"{twice.Key.Item1} and {twice.Key.Item2} are declared twice.";
    }

    /// <summary>What is wrong with it in a study that has these models. Of a study without models nothing is known yet; it is asked again when it opens.</summary>
    public static ProblemDetails? Check(StudySettings settings, IReadOnlyCollection<string> models)
    {
        if (settings.Analysis.Family is not { } family) return null;
        if (settings.Design.Focal is { } focal && family.FirstOrDefault(m => m.Model != focal && m.Baseline != focal) is { } aside)
            return Refuse($"The design compares '{focal}' with the others, but not '{aside.Model}' with '{aside.Baseline}'.");
        if (models.Count == 0 || family.SelectMany(m => new[] { m.Model, m.Baseline }).FirstOrDefault(name => !models.Contains(name)) is not { } unknown) return null;
        return Refuse($"The study has no model '{unknown}'; it has {string.Join(", ", models.Order(StringComparer.Ordinal))}.");
    }

    /// <summary>The same of a study that is stored; where it is open or opens, every comparison must have pairs.</summary>
    internal static ProblemDetails? Check(Write write, long study, StudySettings settings, bool isDrawn)
    {
        if (settings.Analysis.Family is not { } family) return null;
        var problem = Check(settings, [.. write.Query<string>(SelectModels, new { study })]);
        if (problem is not null || !isDrawn) return problem;
        var compared = write.Query<(string A, string B)>($"""
            SELECT a.name, b.name FROM model_pairs m
            JOIN models a ON a.study = m.study AND a.model = m.model_a
            JOIN models b ON b.study = m.study AND b.model = m.model_b
            WHERE m.study = @study AND EXISTS (SELECT 1 FROM pairs p WHERE p.study = m.study AND p.model_pair = m.model_pair AND {PairStore.IsSeen})
            """, new { study });
        return family.FirstOrDefault(m => !compared.Any(c => m.Compares(c.A, c.B))) is { } missing ? Refuse($"The study does not compare '{missing.Model}' with '{missing.Baseline}'.") : null;
    }

    public const string SelectModels = """
        SELECT m.name FROM models m JOIN imports i ON i.study = m.study AND i.import = m.import AND i.state = 'stored' WHERE m.study = @study
        """;

    private static ProblemDetails Refuse(string message) =>
        Problem.InvalidRequest.With("Declare comparisons that the study makes, or leave 'family' out for all of them.", [new FieldError { Field = Field, Message = message }]);
}
