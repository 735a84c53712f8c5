using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace PrefEval.Api.Platform;

/// <summary>A kind of failure: its stable name, status and title. The type on the wire is <c>/problems/NAME</c>, a page that says the same.</summary>
public sealed record Problem(string Name, int Status, string Title)
{
    private static readonly List<Problem> Known = [];

    public static readonly Problem InvalidRequest = New("invalid-request", 400, "The request has fields that cannot be accepted.");
    public static readonly Problem MalformedJson = New("malformed-json", 400, "The body is not the JSON that this call takes.");
    public static readonly Problem ImportRejected = New("import-rejected", 400, "The file has errors; nothing of it was stored.");
    public static readonly Problem UnknownFormat = New("unknown-format", 400, "The format of the file could not be told.");
    public static readonly Problem WrongEncoding = New("wrong-encoding", 400, "The encoding of the file could not be told.");
    public static readonly Problem BrokenArchive = New("broken-archive", 400, "The file could not be unpacked.");
    public static readonly Problem MappingNeeded = New("mapping-needed", 400, "What the columns of the table are must be told.");
    public static readonly Problem EmptyFile = New("empty-file", 400, "The file has no rows.");
    public static readonly Problem SignInRequired = New("sign-in-required", 401, "This call needs a key.");
    public static readonly Problem KeyNotAccepted = New("key-not-accepted", 401, "The key is unknown, used up, expired or revoked.");
    public static readonly Problem NotAllowed = New("not-allowed", 403, "Your role may not make this call.");
    public static readonly Problem CrossSite = New("cross-site-request", 403, "A signed-in browser may only call from this site's own pages.");
    public static readonly Problem NotFound = New("not-found", 404, "There is no such thing here.");
    public static readonly Problem MethodNotAllowed = New("method-not-allowed", 405, "This address does not take that method.");
    public static readonly Problem JudgmentChanged = New("judgment-changed", 409, "The judgment has changed since you last saw it.");
    public static readonly Problem StudyState = New("study-state", 409, "The study's state does not allow this.");
    public static readonly Problem NotReadyToOpen = New("not-ready-to-open", 409, "The study cannot be opened yet.");
    public static readonly Problem TooManyPairs = New("too-many-pairs", 409, "The design makes more pairs than can be judged.");
    public static readonly Problem NameTaken = New("name-taken", 409, "The name is taken.");
    public static readonly Problem ImportState = New("import-state", 409, "The import's state does not allow this.");
    public static readonly Problem RaterInactive = New("rater-inactive", 409, "The rater is paused or removed.");
    public static readonly Problem AssignmentJudged = New("assignment-judged", 409, "The assignment was judged already.");
    public static readonly Problem IdempotencyConflict = New("idempotency-conflict", 409, "The Idempotency-Key was used for another request.");
    public static readonly Problem TooLarge = New("too-large", 413, "The body, or a line of it, is too large.");
    public static readonly Problem UnsupportedMediaType = New("unsupported-media-type", 415, "This call does not take that media type.");
    public static readonly Problem TooManyRequests = New("too-many-requests", 429, "Too many calls in a short time.");
    public static readonly Problem Unexpected = New("unexpected", 500, "Something went wrong on our side.");
    public static readonly Problem Busy = New("busy", 503, "The service is busy.");

    public static IReadOnlyList<Problem> All => Known;

    public string Type => "/problems/" + Name;

    /// <param name="detail">What happened and how to mend it, in a sentence or two.</param>
    /// <param name="errors">Each offending line or field.</param>
    public ProblemDetails With(string detail, IReadOnlyList<FieldError>? errors = null)
    {
        var problem = new ProblemDetails { Type = Type, Status = Status, Title = Title, Detail = detail };
        if (errors is { Count: > 0 }) problem.Extensions["errors"] = errors;
        return problem;
    }

    public static Problem OfStatus(int status) => Known.FirstOrDefault(p => p.Status == status && p != MalformedJson) ?? Unexpected;

    private static Problem New(string name, int status, string title)
    {
        var problem = new Problem(name, status, title);
        Known.Add(problem);
        return problem;
    }
}

/// <summary>An offending field, on a line where the body is a file.</summary>
public sealed record FieldError
{
    /// <summary>The line of the file, from 1; the element's number in a JSON array.</summary>
    public long? Line { get; init; }
    public string? Field { get; init; }
    public required string Message { get; init; }
}

/// <summary>What a store answers where a refusal is to be expected: the value, or the problem that the caller should be told.</summary>
public readonly struct Outcome<T>
{
    private Outcome(T? value, ProblemDetails? problem) => (Value, Problem) = (value, problem);

    public T? Value { get; }
    public ProblemDetails? Problem { get; }

    public static implicit operator Outcome<T>(T value) => new(value, null);
    public static implicit operator Outcome<T>(ProblemDetails problem) => new(default, problem);

    public Results<Ok<T>, ProblemHttpResult> ToHttp() =>
        Problem is { } problem ? TypedResults.Problem(problem) : TypedResults.Ok(Value!);

    public Results<Ok<TOut>, ProblemHttpResult> ToHttp<TOut>(Func<T, TOut> map) =>
        Problem is { } problem ? TypedResults.Problem(problem) : TypedResults.Ok(map(Value!));
}
