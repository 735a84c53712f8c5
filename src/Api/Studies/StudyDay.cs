using PrefEval.Api.Platform;

namespace PrefEval.Api.Studies;

/// <summary>"Today" is the study's: the number of its local day.</summary>
public static class StudyDay
{
    public static int Of(long micros, string timeZone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Time.FromMicros(micros), TimeZoneInfo.FindSystemTimeZoneById(timeZone)).DateTime).DayNumber;
}
