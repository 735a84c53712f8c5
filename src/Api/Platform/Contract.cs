using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using PrefEval.Api.Imports;
using PrefEval.Api.Judgments;
using PrefEval.Api.Reports.Tables;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace PrefEval.Api.Platform;

/// <summary>The OpenAPI document. A test compares it with src/Web/openapi.json, which the web's client is made from.</summary>
public static class Contract
{
    public static void AddContract(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "PrefEval",
                Version = "v1",
                Description = "Blind pairwise human-preference evaluation of language models. Failures are ProblemDetails (RFC 9457) with a stable type under /problems.",
            });
            options.SupportNonNullableReferenceTypes();
            options.UseAllOfToExtendReferenceSchemas(); // else a nullable enumeration could not say so
            options.NonNullableReferenceTypesAsRequired();
            options.IncludeXmlComments(Path.Combine(AppContext.BaseDirectory, "PrefEval.Api.xml"));
            options.IncludeXmlComments(Path.Combine(AppContext.BaseDirectory, "PrefEval.Stats.xml"));
            options.AddSecurityDefinition("key", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key of an account, of a rater or of a share." });
            options.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] });
            options.OperationFilter<Operations>();
            options.SchemaFilter<ProblemExtensions>();
        });
    }

    public static void UseContract(this WebApplication app)
    {
        app.UseSwagger();
        app.UseSwaggerUI();
    }

    /// <summary>What PrefEval adds to RFC 9457.</summary>
    private sealed class ProblemExtensions : ISchemaFilter
    {
        public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
        {
            if (context.Type != typeof(ProblemDetails) || schema is not OpenApiSchema { Properties: { } properties }) return;
            properties["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = context.SchemaGenerator.GenerateSchema(typeof(FieldError), context.SchemaRepository),
                Description = "Each offending line or field.",
            };
            properties["error_count"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Description = "How many errors a file has, where not all are listed." };
            properties["format"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What a refused file was read as." };
            properties["encoding"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Description = "What it was written in; null for an Excel workbook." };
            properties["table"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = context.SchemaGenerator.GenerateSchema(typeof(TableColumn), context.SchemaRepository),
                Description = "Of a refused table: its columns, with the cells of its first rows.",
            };
            properties["mapping"] = context.SchemaGenerator.GenerateSchema(typeof(TableMapping), context.SchemaRepository);
            properties["current"] = context.SchemaGenerator.GenerateSchema(typeof(OwnJudgment), context.SchemaRepository);
        }
    }

    /// <summary>A body for each call that takes one.</summary>
    private static readonly Dictionary<string, string> Examples = new()
    {
        ["createKey"] = """{"account":"alice","role":"researcher","scope":"write"}""",
        ["signIn"] = """{"key":"pr_..."}""",
        ["createStudy"] = """{"name":"cqia-vs-baselines","title":"中文问答比较","question":"哪个回答更好？","language":"zh-CN","overlap":3,"allow_both_bad":true,"design":{"kind":"focal","focal":"demo-cqia-6b"}}""",
        ["updateStudy"] = """{"gold_share":0.08,"repeat_share":0.05,"max_share":0.3,"qualification":{"pairs":8,"needed":6},"state":"open"}""",
        ["addMember"] = """{"account":"bob"}""",
        ["updateModel"] = """{"attributes":{"parameters":"6e9","training_source":"cqia"}}""",
        ["createShare"] = """{"name":"reviewers","at":812,"expires_at":"2026-12-31T00:00:00Z"}""",
        ["inviteRaters"] = """{"raters":[{"name":"r1"},{"name":"r2","quota":200,"categories":["写作"],"group":"北京"}]}""",
        ["updateRater"] = """{"state":"removed","judgments":"exclude","reason":"clicked through"}""",
        ["askForAssignments"] = """{"count":3}""",
        ["releaseAssignments"] = """{"assignments":["..."]}""",
        ["reportProblem"] = """{"kind":"names_itself","side":"left","comment":"它说自己是某个模型"}""",
        ["putJudgment"] = """{"choice":"left","after":0,"duration_ms":5300}""",
        ["excludeJudgments"] = """{"filter":{"rater":"r7","faster_than_ms":1500},"reason":"clicked through: below 1.5 s a pair","preview":true}""",
        ["includeJudgments"] = """{"filter":{"sequence":812},"reason":"the timer was wrong that day"}""",
        ["putAdjudication"] = """{"choice":"left","after":0,"note":"the right one invents its source"}""",
        ["createImport"] = """ "{\"prompt_id\":\"p1\",\"prompt\":\"...\",\"answers\":{\"demo-a\":\"...\",\"demo-b\":\"...\"}}" """,
        ["confirmImport"] = """{"on_change":"reject","mapping":{"layout":"wide","prompt":"问题","models":{"列名":"model-1"}}}""",
    };

    /// <summary>What handlers do not say themselves: the study of the address, the failures, and the header that makes a POST safe to repeat.</summary>
    private sealed class Operations : IOperationFilter
    {
        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            operation.Parameters ??= [];
            foreach (var name in new[] { "study", "import", "rater", "model", "assignment", "key", "share" })
            {
                if (!context.ApiDescription.RelativePath!.Contains($"{{{name}}}", StringComparison.Ordinal) || operation.Parameters.Any(p => p.Name == name && p.In == ParameterLocation.Path)) continue;
                operation.Parameters.Insert(0, new OpenApiParameter { Name = name, In = ParameterLocation.Path, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
            }
            if (context.ApiDescription.HttpMethod == "POST" && operation.OperationId != "signIn") // who signs in is not known yet
            {
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = "Idempotency-Key",
                    In = ParameterLocation.Header,
                    Description = "Makes the call safe to repeat: the same key and request get the first answer again, for a day.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 200 },
                });
            }
            if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<TableFiles.HasTables>().Any())
            {
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = "format",
                    In = ParameterLocation.Query,
                    Description = "json (the default), or the report as a file: csv, jsonl or parquet (a row an estimate, with all digits), latex (booktabs) or markdown (rounded, to print).",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. Enum.GetValues<TableFormat>().Select(format => (JsonNode)EnumText<TableFormat>.Of(format))] },
                });
            }
            if (Examples.TryGetValue(operation.OperationId ?? "", out var example))
                foreach (var content in operation.RequestBody?.Content?.Values.OfType<OpenApiMediaType>() ?? []) content.Example = JsonNode.Parse(example);
            operation.Responses ??= [];
            operation.Responses["429"] = Failure("Too many calls of this key, or too many wrong keys from this address.");
            operation.Responses["429"].Headers!["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" } };
            operation.Responses["default"] = Failure("A failure: its stable type, what happened and how to mend it.");

            OpenApiResponse Failure(string description) => new()
            {
                Description = description,
                Headers = new Dictionary<string, IOpenApiHeader>(),
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    ["application/problem+json"] = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemDetails), context.SchemaRepository) },
                },
            };
        }
    }
}
