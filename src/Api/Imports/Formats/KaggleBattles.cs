using System.Text.Json;
using PrefEval.Stats;

namespace PrefEval.Api.Imports.Formats;

/// <summary>
/// The 55k battles of Chatbot Arena, as on Kaggle: a CSV in which a prompt and the responses are JSON lists of turns, and one of three columns is 1. It
/// does not say who voted: all votes are one rater's, so that no report claims to know how raters differ.
/// </summary>
public sealed class KaggleBattles : IImportFormat
{
    private const string Voter = "unknown";

    public string Name => "kaggle_battles";
    public string Shape => "CSV with id, model_a, model_b, prompt, response_a, response_b, winner_model_a, winner_model_b, winner_tie";
    public FormatFields Fields { get; } = new() { PromptId = "id" };
    public bool ReadsTables => true;

    public bool Knows(IReadOnlySet<string> fields) => fields.Contains("response_a") && fields.Contains("response_b") && fields.Contains("winner_model_a");

    public void Read(FileRow row, Staging staging)
    {
        var id = row.OptionalId("id");
        var modelA = row.Name("model_a");
        var modelB = row.Name("model_b");
        if (modelA is not null && modelA == modelB) row.Refuse("model_b", "A model is compared with another one; model_a and model_b are the same.");
        var text = Turns(row, "prompt", "user");
        if (text?.IsEmpty == true) row.Refuse("prompt", "The prompt is empty: raters could not judge answers to it.");
        var a = Turns(row, "response_a", "assistant");
        var b = Turns(row, "response_b", "assistant");
        var winner = Verdict(row);
        if (!row.IsGood || staging.Prompt(row, new StagedPrompt { ExternalId = id, Text = text!, }, "prompt") is not { } prompt) return;
        var (first, second) = (staging.Model(modelA!), staging.Model(modelB!));
        staging.Answer(row, new StagedAnswer { Prompt = prompt, Model = first, Text = a!, Field = "response_a" });
        staging.Answer(row, new StagedAnswer { Prompt = prompt, Model = second, Text = b!, Field = "response_b" });
        if (!row.IsGood || staging.Rater(row, Voter, null, "rater") is not { } rater) return;
        staging.Judgment(row, new StagedJudgment { Prompt = prompt, ModelA = first, ModelB = second, Rater = rater, Winner = winner!.Value, Left = (int)Winner.A }, "winner_model_a");
    }

    /// <summary>A JSON list of turns, in which null is an empty one; what is no such list is one turn.</summary>
    private static MessageText? Turns(FileRow row, string field, string role)
    {
        var text = field == "prompt" ? row.LongText(field) : row.OptionalText(field, int.MaxValue) ?? "";
        if (text is null) return null;
        try
        {
            if (text.StartsWith('[') && JsonSerializer.Deserialize<string?[]>(text) is { Length: > 0 } turns && !turns.Any(t => t?.Contains('\0') == true))
                return row.Messages(turns.Select(turn => new Message(role, turn ?? "")));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // no JSON, or half a character in it
        {
        }
        return row.Message(role, text);
    }

    private static Winner? Verdict(FileRow row)
    {
        string?[] said = [row.OptionalId("winner_model_a"), row.OptionalId("winner_model_b"), row.OptionalId("winner_tie")];
        var one = Array.IndexOf(said, "1");
        if (one >= 0 && said.Count(s => s == "1") == 1 && said.All(s => s is "0" or "1")) return one switch { 0 => Winner.A, 1 => Winner.B, _ => Winner.Tie };
        if (row.IsGood) row.Refuse("winner_model_a", "Of winner_model_a, winner_model_b and winner_tie one is 1, and the others are 0.");
        return null;
    }
}
