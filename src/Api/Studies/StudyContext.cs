namespace PrefEval.Api.Studies;

/// <summary>The study of the request's address, once the caller was let in.</summary>
public sealed class StudyContext
{
    public long Id { get; set; }
}
