using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Models;

public sealed record Model
{
    [JsonPropertyName("model")]
    public required string Id { get; init; }
    public required string Name { get; init; }
    /// <summary>What the model is, such as {"base_model":"demo-base","parameters":"6e9","training_source":"cqia"}.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }
    public required int Answers { get; init; }
}

public sealed record UpdateModel(Dictionary<string, string> Attributes)
{
    public sealed class Validator : AbstractValidator<UpdateModel>
    {
        public Validator() => RuleFor(m => m.Attributes)
            .NotNull()
            .Must(a => a is null || (a.Count <= 50 && a.All(p => p.Key.Length is >= 1 and <= 100 && p.Value is { Length: <= 500 })))
            .WithMessage("At most 50 attributes, names up to 100 and values up to 500 characters.");
    }
}

public static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder study)
    {
        var models = study.MapGroup("/models").WithTags("Models").Allow(Role.Researcher);
        models.MapGet("/", List).WithName("listModels").WithSummary("The models whose answers were imported");
        models.MapPatch("/{model}", Update).WithName("updateModel").WithSummary("Set a model's attributes");
    }

    private static async Task<Ok<Page<Model>>> List(StudyContext context, ModelStore store, OpaqueIds ids, CancellationToken cancel) =>
        TypedResults.Ok(new Page<Model> { Items = [.. (await store.ListAsync(context.Id, cancel)).Select(row => ToWire(row, context.Id, ids))] });

    private static async Task<Results<Ok<Model>, ProblemHttpResult>> Update(
        string model, UpdateModel request, StudyContext context, ModelStore store, OpaqueIds ids, CancellationToken cancel)
    {
        if (ids.Number(model, IdKind.Model, context.Id) is not { } number || !await store.SetAttributesAsync(context.Id, number, JsonSerializer.Serialize(request.Attributes)))
            return TypedResults.Problem(Problem.NotFound.With("The study has no such model."));
        return TypedResults.Ok(ToWire((await store.ListAsync(context.Id, cancel)).First(row => row.Model == number), context.Id, ids));
    }

    private static Model ToWire(ModelRow row, long study, OpaqueIds ids) => new()
    {
        Id = ids.Encode(IdKind.Model, study, row.Model),
        Name = row.Name,
        Attributes = JsonSerializer.Deserialize<Dictionary<string, string>>(row.Attributes)!,
        Answers = row.Answers,
    };
}
