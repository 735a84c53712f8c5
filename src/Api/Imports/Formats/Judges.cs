namespace PrefEval.Api.Imports.Formats;

/// <summary>Tells by its name whether a judge is a model: files of other tools do not say.</summary>
internal static class Judges
{
    private static readonly string[] Models = ["gpt", "chatgpt", "claude", "gemini", "llama", "qwen", "deepseek", "mistral", "mixtral", "glm", "chatglm", "palm", "ernie", "pandalm", "prometheus"];

    /// <summary><c>llm</c> for a name such as gpt-4, gpt4_pair or qwen2.5-72b; null, which stands for a human or whatever the study knows, for any other.</summary>
    public static string? Kind(string name) =>
        Models.Any(model => name.Length > model.Length && name.StartsWith(model, StringComparison.OrdinalIgnoreCase) && (char.IsDigit(name[model.Length]) || name[model.Length] is '-' or '_' or '.'))
            ? "llm"
            : null;
}
