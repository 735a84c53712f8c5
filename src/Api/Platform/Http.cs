using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using FluentValidation;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;
using PrefEval.Api.Access;
using PrefEval.Api.Reports.Tables;

namespace PrefEval.Api.Platform;

/// <summary>How every call of the service speaks: JSON in snake_case, failures as ProblemDetails, validated requests, strict headers.</summary>
public static partial class Http
{
    public const long LargestRequest = 1 << 20;

    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] PrivateNetworks = ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10"];

    /// <summary>What to do about failures that no handler words.</summary>
    private static readonly Dictionary<Problem, string> Details = new()
    {
        [Problem.NotFound] = "There is no such call; /swagger lists them all.",
        [Problem.MethodNotAllowed] = "The address is right and the method is not; /swagger lists what it takes.",
        [Problem.UnsupportedMediaType] = "Send the body with 'Content-Type: application/json'.",
    };

    public static void AddHttp(this IServiceCollection services)
    {
        services.Configure<Microsoft.AspNetCore.Http.Json.JsonOptions>(options => SetJson(options.SerializerOptions));
        services.Configure<Microsoft.AspNetCore.Mvc.JsonOptions>(options => SetJson(options.JsonSerializerOptions)); // Swashbuckle reads this one
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddExceptionHandler<ExceptionToProblem>();
        services.AddValidatorsFromAssemblyContaining<Program>(ServiceLifetime.Singleton, includeInternalTypes: true);
        ValidatorOptions.Global.PropertyNameResolver = (_, member, _) => member is null ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name);
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedPrefix;
            // Believed of a proxy on this machine or in a private network only: nobody on the internet can choose what links and cookies look like.
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in PrivateNetworks) options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        });
        services.AddResponseCompression(options => options.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "application/x-ndjson", "text/csv"]);
    }

    public static void SetJson(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new TextWithoutNull());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }

    public static void UseHttp(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseResponseCompression();
        app.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException });
        app.UseStatusCodePages();
        app.Use(async (http, next) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = http.Request.Path.StartsWithSegments("/swagger")
                ? ContentSecurityPolicy.Replace("style-src 'self'", "style-src 'self' 'unsafe-inline'", StringComparison.Ordinal)
                : ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (http.Request.Path.StartsWithSegments("/api")) headers.CacheControl = "no-store";
            await next();
        });
    }

    /// <summary>Runs the validator of each argument that has one.</summary>
    public static RouteGroupBuilder WithValidation(this RouteGroupBuilder group)
    {
        group.AddEndpointFilterFactory((factory, next) =>
        {
            var validated = factory.MethodInfo.GetParameters()
                .Select((parameter, index) => (index, validator: factory.ApplicationServices.GetService(typeof(IValidator<>).MakeGenericType(parameter.ParameterType)) as IValidator))
                .Where(found => found.validator is not null)
                .ToArray();
            var parameters = QueryParameters(factory.MethodInfo);
            return async context =>
            {
                // The generated binding has set 400 where a parameter could not be read, and says no more.
                if (context.HttpContext.Response.StatusCode == StatusCodes.Status400BadRequest) return NotRead(context.HttpContext.Request.Query, parameters);
                foreach (var (index, validator) in validated)
                {
                    if (context.Arguments[index] is not { } argument) continue;
                    var result = await validator!.ValidateAsync(new ValidationContext<object>(argument));
                    if (!result.IsValid)
                    {
                        return TypedResults.Problem(Problem.InvalidRequest.With("Correct the fields named in 'errors' and send the request again.",
                            [.. result.Errors.Select(e => new FieldError { Field = e.PropertyName, Message = e.ErrorMessage })]));
                    }
                }
                return await next(context);
            };
        });
        return group;
    }

    /// <summary>The parameters of a handler by their names in the address; those of an <c>AsParameters</c> record one by one.</summary>
    public static IReadOnlyDictionary<string, Type> QueryParameters(MethodInfo handler) => handler.GetParameters()
        .SelectMany(p => p.IsDefined(typeof(AsParametersAttribute), false)
            ? p.ParameterType.GetProperties().Select(property => (Name: NameOf(property, property.Name), Type: property.PropertyType))
            : [(Name: NameOf(p, p.Name!), Type: p.ParameterType)])
        .DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Type, StringComparer.OrdinalIgnoreCase);

    private static string NameOf(ICustomAttributeProvider parameter, string name) =>
        parameter.GetCustomAttributes(typeof(FromQueryAttribute), false).OfType<FromQueryAttribute>().FirstOrDefault()?.Name ?? name;

    private static ProblemHttpResult NotRead(IQueryCollection query, IReadOnlyDictionary<string, Type> parameters)
    {
        var wrong = query.Where(q => parameters.TryGetValue(q.Key, out var type) && !TypeDescriptor.GetConverter(type).IsValid(q.Value.ToString())).Select(q => q.Key).ToList();
        return TypedResults.Problem(Problem.InvalidRequest.With("Correct the parameters named in 'errors'.",
            [.. wrong.Select(name => new FieldError { Field = name, Message = $"'{query[name]}' is not {Kind(parameters[name])}." })]));

        static string Kind(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
        {
            TypeCode.Double => "a number such as 0.95",
            TypeCode.Int32 or TypeCode.Int64 => "a whole number such as 12",
            TypeCode.Boolean => "true or false",
            _ => "of the kind that this call takes",
        };
    }

    /// <summary>A name for a download: without what some system takes for more than a name.</summary>
    public static string FileName(string name) => string.Concat(name.Select(c => Path.GetInvalidFileNameChars().Contains(c) || char.IsControl(c) || "\\:*?\"<>|".Contains(c) ? '-' : c));

    /// <summary>A misspelt filter must not give an answer about something else.</summary>
    public static EndpointFilterDelegate KnownParametersOnly(EndpointFilterFactoryContext factory, EndpointFilterDelegate next)
    {
        var known = QueryParameters(factory.MethodInfo).Where(p => IsOfQuery(p.Value)).ToDictionary(StringComparer.OrdinalIgnoreCase);
        return async context =>
        {
            var takesFormat = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<TableFiles.HasTables>() is not null;
            var errors = new List<FieldError>();
            foreach (var (name, values) in context.HttpContext.Request.Query)
            {
                if (takesFormat && name == "format" && values.Count == 1) continue;
                if (name == KeyAuthentication.ShareParameter && context.HttpContext.RequestServices.GetRequiredService<Caller>().Role == Role.Viewer) continue;
                if (values.Count > 1) errors.Add(new FieldError { Field = name, Message = "Given more than once; give it once." });
                else if (!known.TryGetValue(name, out var type)) errors.Add(new FieldError { Field = name, Message = $"This call has no parameter '{name}'; it takes {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}." });
                else if (values[0] == "" && type != typeof(string)) errors.Add(new FieldError { Field = name, Message = "Give a value, or leave the parameter out." });
            }
            return errors.Count > 0 ? TypedResults.Problem(Problem.InvalidRequest.With("Correct the parameters named in 'errors'.", errors)) : await next(context);
        };
    }

    /// <summary>Handlers take services as well.</summary>
    private static bool IsOfQuery(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var bare && (bare == typeof(string) || bare.IsPrimitive);

    /// <summary>PostgreSQL stores no null character, and nobody means one.</summary>
    private sealed class TextWithoutNull : JsonConverter<string>
    {
        public const string Refusal = "holds a null character";

        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Checked(reader.GetString());

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Checked(reader.GetString())!;

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

        private static string? Checked(string? text) => text?.Contains('\0') == true ? throw new JsonException(Refusal) : text;
    }

    /// <summary>Each failure has a page under its type.</summary>
    public static void MapProblems(this IEndpointRouteBuilder app)
    {
        app.MapGet("/problems", () => Problem.All).ExcludeFromDescription();
        app.MapGet("/problems/{name}", (string name) => Problem.All.FirstOrDefault(p => p.Name == name) is { } problem ? Results.Ok(problem) : Results.NotFound())
            .ExcludeFromDescription();
    }

    /// <summary>The framework's sentence about a parameter that could not be read: its name and its value.</summary>
    [GeneratedRegex("^Failed to bind parameter \".* (\\w+)\" from \"(.*)\"", RegexOptions.Singleline)]
    private static partial Regex Parameter();

    /// <summary>The framework's own writer sends nothing to a caller who accepts another type only; a refusal that says why is worth more to her.</summary>
    private sealed class ProblemWriter(IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json) : IProblemDetailsWriter
    {
        public bool CanWrite(ProblemDetailsContext context) => true;

        public ValueTask WriteAsync(ProblemDetailsContext context)
        {
            var (http, problem) = (context.HttpContext, context.ProblemDetails);
            problem.Status ??= http.Response.StatusCode;
            if (problem.Type?.StartsWith("/problems/", StringComparison.Ordinal) != true)
            {
                var known = Problem.OfStatus(problem.Status.Value);
                (problem.Type, problem.Title) = (known.Type, known.Title);
                problem.Detail ??= Details.GetValueOrDefault(known);
            }
            problem.Extensions.TryAdd("trace_id", Activity.Current?.Id ?? http.TraceIdentifier);
            return new(http.Response.WriteAsJsonAsync(problem, json.Value.SerializerOptions, "application/problem+json"));
        }
    }

    private sealed class ExceptionToProblem(IProblemDetailsService problems, ILogger<ExceptionToProblem> log) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancel)
        {
            var problem = exception switch
            {
                BadHttpRequestException { InnerException: JsonException json } => Problem.MalformedJson.With(Sentence(json), [new FieldError { Field = Field(json), Line = json.LineNumber + 1, Message = Sentence(json) }]),
                BadHttpRequestException { StatusCode: 413 } => Problem.TooLarge.With($"A request holds {LargestRequest:N0} bytes at most; send a file to the imports call."),
                BadHttpRequestException { StatusCode: 415 } => Problem.UnsupportedMediaType.With(Details[Problem.UnsupportedMediaType]),
                BadHttpRequestException bad when Parameter().Match(bad.Message) is { Success: true } parameter => Problem.InvalidRequest.With(
                    $"'{parameter.Groups[2].Value}' is no value of '{parameter.Groups[1].Value}'.", [new FieldError { Field = parameter.Groups[1].Value, Message = "not of the kind that this call takes" }]),
                BadHttpRequestException => Problem.InvalidRequest.With("The request is not complete: a body or a parameter is missing; /swagger shows what the call takes."),
                WriteUnavailableException => Problem.Busy.With("Nothing was stored. Send the same request again in a second."),
                _ => Problem.Unexpected.With("The failure was logged; nothing was half stored. Try again, and tell the operator if it stays."),
            };
            if (exception is WriteUnavailableException) http.Response.Headers.RetryAfter = "1";
            if (problem.Status >= 500) log.LogError(exception, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            http.Response.StatusCode = problem.Status!.Value;
            return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = http, ProblemDetails = problem });
        }

        private static string? Field(JsonException json) => json.Path?.TrimStart('$').TrimStart('.') is { Length: > 0 } path ? path : null;

        /// <summary>The serializer's own sentence names .NET types; the reader knows only fields.</summary>
        private static string Sentence(JsonException json) => json.Message switch
        {
            var m when m.Contains("could not be mapped", StringComparison.Ordinal) => $"The field '{Field(json) ?? m.Split('\'')[1]}' is not known to this call; leave it out or correct its name.",
            var m when m.Contains("missing required", StringComparison.Ordinal) => "A required field is missing: " + m[(m.LastIndexOf(':') + 1)..].Trim().TrimEnd('.') + ".",
            TextWithoutNull.Refusal => $"The text of '{Field(json)}' holds a null character; leave it out.",
            _ when Field(json) is { } field => $"The value of '{field}' is not of the kind that this call takes.",
            _ => "The body is not valid JSON.",
        };
    }
}
