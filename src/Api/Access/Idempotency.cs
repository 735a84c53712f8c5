using System.Security.Cryptography;
using System.Text;
using PrefEval.Api.Platform;

namespace PrefEval.Api.Access;

/// <summary>
/// A POST with an Idempotency-Key is carried out once: repeated within a day, it gets the first answer again. Answers may hold a key that is shown
/// once, so they are sealed under the caller's own secret, which is not stored.
/// </summary>
public sealed class Idempotency(WriteQueue writes)
{
    private const string Header = "Idempotency-Key";
    private const int LongestKey = 200, HoursKept = 24, MinutesToAnswer = 10;

    private sealed record Row
    {
        public required string Request { get; init; }
        public int? Status { get; init; }
        public string? Answer { get; init; }
        public required long CreatedAt { get; init; }
    }

    public static void Use(WebApplication app) => app.Use((http, next) =>
        HttpMethods.IsPost(http.Request.Method) && http.Request.Headers.ContainsKey(Header) && http.RequestServices.GetRequiredService<Caller>() is { SignedIn: true } caller
            ? http.RequestServices.GetRequiredService<Idempotency>().OnceAsync(http, caller, next)
            : next(http));

    private async Task OnceAsync(HttpContext http, Caller caller, RequestDelegate next)
    {
        var name = http.Request.Headers[Header].ToString();
        if (name.Length is 0 or > LongestKey)
        {
            await Refuse(http, Problem.InvalidRequest.With($"An Idempotency-Key has 1 to {LongestKey} characters.", [new FieldError { Field = Header, Message = $"1 to {LongestKey} characters" }]));
            return;
        }
        var request = await FingerprintAsync(http.Request);
        if (await BeginAsync(caller.KeyId, name, request) is { } earlier)
        {
            if (earlier.Request != request)
                await Refuse(http, Problem.IdempotencyConflict.With("It came with another body or address. Use a new key for a new request."));
            else if (earlier.Status is null)
                await Refuse(http, Problem.IdempotencyConflict.With("The first request with this key is still being carried out; ask again in a moment."));
            else if (Open(earlier.Answer!, caller.Token, name) is { } answer)
                await ReplayAsync(http, earlier.Status.Value, answer);
            else
                await Refuse(http, Problem.IdempotencyConflict.With("It was used in another session. Use a new key."));
            return;
        }

        var body = http.Response.Body;
        using var copy = new MemoryStream();
        http.Response.Body = copy;
        try
        {
            await next(http);
            var status = http.Response.StatusCode;
            await EndAsync(caller.KeyId, name, status, status < 500 ? Seal(copy.ToArray(), caller.Token, name) : null);
        }
        catch
        {
            await EndAsync(caller.KeyId, name, 500, null);
            throw;
        }
        finally
        {
            http.Response.Body = body;
        }
        copy.Position = 0;
        await copy.CopyToAsync(body, http.RequestAborted);
    }

    /// <summary>Null when the request is the first; otherwise what the earlier one left.</summary>
    private Task<Row?> BeginAsync(long caller, string name, string request) => writes.RunAsync(0, write =>
    {
        write.Execute("DELETE FROM idempotency WHERE created_at < @Kept OR (status IS NULL AND created_at < @Given)",
            new { Kept = write.Now - Time.Minutes(HoursKept * 60), Given = write.Now - Time.Minutes(MinutesToAnswer) });
        var row = new { caller, name, request, write.Now };
        var first = write.Execute("INSERT INTO idempotency (caller, idempotency, request, created_at) VALUES (@caller, @name, @request, @Now) ON CONFLICT DO NOTHING", row) == 1;
        return first ? null : write.First<Row>("SELECT request, status, answer, created_at FROM idempotency WHERE caller = @caller AND idempotency = @name", row);
    });

    /// <summary>Keeps the answer; where there is none, the request may be made again.</summary>
    private Task EndAsync(long caller, string name, int status, string? answer) => writes.RunAsync(0, write =>
    {
        write.Execute(answer is null
            ? "DELETE FROM idempotency WHERE caller = @caller AND idempotency = @name"
            : "UPDATE idempotency SET status = @status, answer = @answer WHERE caller = @caller AND idempotency = @name", new { caller, name, status, answer });
    });

    private static async Task<string> FingerprintAsync(HttpRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Path}{request.QueryString}\n{request.ContentLength}\n"));
        var isFile = request.ContentLength > Http.LargestRequest || request.Path.Value!.EndsWith("/imports", StringComparison.Ordinal);
        if (!isFile) // of a file its length and address must do
        {
            request.EnableBuffering();
            var buffer = new byte[8192];
            for (int read; (read = await request.Body.ReadAsync(buffer)) > 0;) hash.AppendData(buffer, 0, read);
            request.Body.Position = 0;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Task Refuse(HttpContext http, Microsoft.AspNetCore.Mvc.ProblemDetails problem) => TypedResults.Problem(problem).ExecuteAsync(http);

    private static async Task ReplayAsync(HttpContext http, int status, byte[] answer)
    {
        http.Response.StatusCode = status;
        http.Response.Headers["Idempotency-Replayed"] = "true";
        if (answer.Length == 0) return;
        http.Response.ContentType = status >= 400 ? "application/problem+json" : answer is [0xEF, 0xBB, 0xBF, ..] ? "text/csv; charset=utf-8" : "application/json; charset=utf-8";
        await http.Response.Body.WriteAsync(answer, http.RequestAborted);
    }

    private static string Seal(byte[] answer, string token, string name)
    {
        var sealedAnswer = new byte[12 + 16 + answer.Length];
        var nonce = sealedAnswer.AsSpan(0, 12);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(KeyOf(token, name), 16);
        aes.Encrypt(nonce, answer, sealedAnswer.AsSpan(28), sealedAnswer.AsSpan(12, 16));
        return Convert.ToBase64String(sealedAnswer);
    }

    private static byte[]? Open(string text, string token, string name)
    {
        var sealedAnswer = Convert.FromBase64String(text);
        var answer = new byte[sealedAnswer.Length - 28];
        using var aes = new AesGcm(KeyOf(token, name), 16);
        try
        {
            aes.Decrypt(sealedAnswer.AsSpan(0, 12), sealedAnswer.AsSpan(28), sealedAnswer.AsSpan(12, 16), answer);
            return answer;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] KeyOf(string token, string name) => SHA256.HashData(Encoding.UTF8.GetBytes($"idempotency\n{token}\n{name}"));
}
