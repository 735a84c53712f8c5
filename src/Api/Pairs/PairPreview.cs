using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Platform;
using PrefEval.Api.Prompts;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Pairs;

/// <summary>A pair that the design asks for, as a rater is to see it: before the study opens, and without a name.</summary>
public sealed record PairPreview
{
    public required IReadOnlyList<Message> Prompt { get; init; }
    public required IReadOnlyList<Message> Left { get; init; }
    public required IReadOnlyList<Message> Right { get; init; }
    public required string? Language { get; init; }
    /// <summary>Leads to a pair of the next prompt; null where this is the last.</summary>
    public required string? NextCursor { get; init; }
}

public sealed class PairPreviewStore(Database database)
{
    public sealed record Row
    {
        public required long Prompt { get; init; }
        public required string Messages { get; init; }
        public string? Language { get; init; }
        public required string One { get; init; }
        public required string Other { get; init; }
    }

    /// <summary>The pairs of the first prompt behind <paramref name="after"/> whose answers the design compares.</summary>
    public Task<IReadOnlyList<Row>> NextAsync(long study, Design design, long after, CancellationToken cancel)
    {
        var compared = design.Kind switch
        {
            DesignKind.Focal => "AND EXISTS (SELECT 1 FROM models m WHERE m.study = x.study AND m.model IN (x.model, y.model) AND m.name = @Focal)",
            DesignKind.Listed => $"""
                AND EXISTS (
                  SELECT 1 FROM pairs p JOIN model_pairs k ON k.study = p.study AND k.model_pair = p.model_pair
                  WHERE p.study = x.study AND p.prompt = x.prompt AND {PairStore.IsSeen}
                    AND ((k.model_a = x.model AND k.model_b = y.model) OR (k.model_a = y.model AND k.model_b = x.model)))
                """,
            _ => "",
        };
        var pairs = $"""
            answers x JOIN answers y ON y.study = x.study AND y.prompt = x.prompt AND y.model > x.model
            WHERE x.study = @study AND x.prompt = q.prompt AND {MayBeShown("x")} AND {MayBeShown("y")} AND x.messages <> y.messages {compared}
            """;
        return database.QueryAsync<Row>($"""
            SELECT q.prompt, q.messages, q.language, COALESCE(x.shown, x.messages) AS one, COALESCE(y.shown, y.messages) AS other
            FROM (SELECT q.prompt, q.messages, q.language FROM prompts q WHERE q.study = @study AND q.prompt > @after AND EXISTS (SELECT 1 FROM {pairs}) ORDER BY q.prompt LIMIT 1) q,
              {pairs} ORDER BY x.model, y.model
            """, new { study, after, design.Focal }, cancel);
    }

    /// <summary>SQL for whether it is the newest version of the answer, of an import that is stored, and was not dropped.</summary>
    private static string MayBeShown(string answer) => $"""
        {answer}.leak <> 3
        AND EXISTS (SELECT 1 FROM imports i WHERE i.study = {answer}.study AND i.import = {answer}.import AND i.state = 'stored')
        AND NOT EXISTS (SELECT 1 FROM answers n WHERE n.study = {answer}.study AND n.prompt = {answer}.prompt AND n.model = {answer}.model AND n.version > {answer}.version AND n.sequence < {Answers.NotYet})
        """;
}

public static class PairPreviewEndpoint
{
    public static async Task<Results<Ok<PairPreview>, ProblemHttpResult>> Get(
        StudyContext context, StudyStore studies, PairPreviewStore store, string? cursor, CancellationToken cancel)
    {
        var asked = Cursor.Read(null, cursor);
        if (asked.Problem is { } problem) return TypedResults.Problem(problem);
        var design = (await studies.FindAsync(context.Id, cancel))!.ReadSettings().Design;
        var pairs = await store.NextAsync(context.Id, design, asked.Value.After, cancel);
        if (pairs.Count == 0) return TypedResults.Problem(Problem.NotFound.With("No prompt has two different answers that the design compares; import prompts with answers, or change the design."));
        var prompt = pairs[0].Prompt;
        var pair = pairs[(int)(prompt % pairs.Count)];
        var (left, right) = prompt % 2 == 0 ? (pair.One, pair.Other) : (pair.Other, pair.One); // neither model keeps to a side
        return TypedResults.Ok(new PairPreview
        {
            Prompt = Message.ParseList(pair.Messages),
            Left = Message.ParseList(left),
            Right = Message.ParseList(right),
            Language = pair.Language,
            NextCursor = (await store.NextAsync(context.Id, design, prompt, cancel)).Count > 0 ? Cursor.Encode(prompt) : null,
        });
    }
}
