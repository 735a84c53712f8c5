namespace PrefEval.Api.Prompts;

/// <summary>Which version of an answer is shown: of those whose number has come, the newest.</summary>
public static class Answers
{
    /// <summary>The number of a version whose import is being stored.</summary>
    public const long NotYet = long.MaxValue;

    /// <summary>SQL for the versions of the table x whose number has come.</summary>
    public const string IsShown = "x.sequence < 9223372036854775807";
}
