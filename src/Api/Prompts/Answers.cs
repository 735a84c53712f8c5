namespace PrefEval.Api.Prompts;

/// <summary>Which version of an answer is shown: of those whose number has come, the newest.</summary>
public static class Answers
{
    /// <summary>The number of a version whose import is being stored.</summary>
    public const long NotYet = long.MaxValue;

    /// <summary>SQL for the versions of the table x whose number has come.</summary>
    public const string IsShown = "x.sequence < 9223372036854775807";

    /// <summary>SQL for whether an answer of the pair p was dropped by its import, as it says who it is: nobody is asked about such a pair.</summary>
    public const string HasDropped = """
        EXISTS (
          SELECT 1 FROM answers x JOIN model_pairs y ON y.study = x.study AND (y.model_a = x.model OR y.model_b = x.model)
          WHERE x.study = p.study AND x.prompt = p.prompt AND y.model_pair = p.model_pair AND x.leak = 3
            AND NOT EXISTS (SELECT 1 FROM answers n WHERE n.study = x.study AND n.prompt = x.prompt AND n.model = x.model AND n.version > x.version))
        """;
}
