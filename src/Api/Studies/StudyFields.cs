namespace PrefEval.Api.Studies;

/// <summary>Lays the fields that a request gives over the settings that stand.</summary>
public static class StudyFields
{
    public static readonly StudySettings Defaults = new()
    {
        Title = "",
        Question = "",
        Language = "zh-CN",
        TimeZone = "Asia/Shanghai",
        Overlap = new Overlap { Base = 3 },
        Design = new Design { Kind = DesignKind.RoundRobin },
    };

    public static StudySettings Apply(IStudyFields given, StudySettings standing) => standing with
    {
        Title = given.Title ?? standing.Title,
        Question = given.Question ?? standing.Question,
        Language = given.Language ?? standing.Language,
        TimeZone = given.TimeZone ?? standing.TimeZone,
        Guidelines = given.Guidelines ?? standing.Guidelines,
        Overlap = given.Overlap ?? standing.Overlap,
        AllowBothBad = given.AllowBothBad ?? standing.AllowBothBad,
        Design = given.Design ?? standing.Design,
        LeaseMinutes = given.LeaseMinutes ?? standing.LeaseMinutes,
        SamePrompt = given.SamePrompt ?? standing.SamePrompt,
        IdenticalAnswers = given.IdenticalAnswers ?? standing.IdenticalAnswers,
        Analysis = given.Analysis ?? standing.Analysis,
        Strength = given.Strength ?? standing.Strength,
        Criteria = given.Criteria ?? standing.Criteria,
        GoldShare = given.GoldShare ?? standing.GoldShare,
        RepeatShare = given.RepeatShare ?? standing.RepeatShare,
        MaxShare = given.MaxShare is { } share ? (share > 0 ? share : null) : standing.MaxShare,
        Qualification = given.Qualification is { } round ? (round.Pairs > 0 ? round : null) : standing.Qualification,
    };
}
