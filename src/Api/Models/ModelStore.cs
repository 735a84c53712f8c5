using System.Text.Json;
using PrefEval.Api.Platform;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Models;

public sealed record ModelRow
{
    public required long Model { get; init; }
    public required string Name { get; init; }
    public required string Attributes { get; init; }
    public required int Answers { get; init; }
}

public sealed class ModelStore(Database database, WriteQueue writes)
{
    public Task<IReadOnlyList<ModelRow>> ListAsync(long study, CancellationToken cancel) => database.QueryAsync<ModelRow>("""
        SELECT m.model, m.name, m.attributes,
          (SELECT COUNT(*) FROM answers a JOIN imports x ON x.study = a.study AND x.import = a.import AND x.state = 'stored' WHERE a.study = m.study AND a.model = m.model AND a.version = 1) AS answers
        FROM models m JOIN imports i ON i.study = m.study AND i.import = m.import AND i.state = 'stored'
        WHERE m.study = @study ORDER BY m.model
        """, new { study }, cancel);

    /// <summary>What models are described by, such as size; in the order of their names.</summary>
    public async Task<IReadOnlyList<string>> AttributeNamesAsync(long study, CancellationToken cancel) =>
        [.. (await database.QueryAsync<string>("""
            SELECT DISTINCT m.attributes FROM models m JOIN imports i ON i.study = m.study AND i.import = m.import AND i.state = 'stored' WHERE m.study = @study
            """, new { study }, cancel)).SelectMany(text => JsonSerializer.Deserialize<Dictionary<string, string>>(text)!.Keys).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>False when the study has no such model. Attributes slice reports: what they were is kept with the number up to which they were it.</summary>
    public Task<bool> SetAttributesAsync(long study, long model, string attributes) => writes.RunAsync(study, write =>
    {
        StudyStore.Lock(write, study);
        if (write.First<string>("SELECT attributes FROM models WHERE study = @study AND model = @model", new { study, model }) is not { } previous) return false;
        if (previous == attributes) return true;
        var sequence = StudyStore.NextSequence(write, study);
        write.Execute("INSERT INTO model_changes (study, sequence, model, previous) VALUES (@study, @sequence, @model, @previous)", new { study, sequence, model, previous });
        write.Execute("UPDATE models SET attributes = @attributes WHERE study = @study AND model = @model", new { study, model, attributes });
        return true;
    });
}
