namespace PrefEval.Api.Platform;

/// <summary>Time is UTC microseconds since 1970 in the database and ISO 8601 on the wire.</summary>
public static class Time
{
    public static long Micros(this TimeProvider time) => ToMicros(time.GetUtcNow());

    public static long ToMicros(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicros(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset? FromMicros(long? micros) => micros is { } value ? FromMicros(value) : null;

    public static long Minutes(int minutes) => minutes * 60_000_000L;
}
