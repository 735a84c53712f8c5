using System.Text;
using System.Text.Json.Nodes;
using PrefEval.Stats;
using PrefEval.Stats.Simulation;

namespace PrefEval.TestKit;

/// <summary>The simulated judgments of the demonstration study: made here, by a seed, from strengths that nobody measured.</summary>
public static class DemoJudgments
{
    private const ulong Seed = 20_260_302;
    private const int Raters = 6, Overlap = 3;

    /// <param name="prompts">The lines of prompts.jsonl.</param>
    /// <param name="focal">The model that is compared with each other one.</param>
    /// <returns>The lines of judgments.simulated.jsonl.</returns>
    public static string Simulate(IReadOnlyList<string> prompts, string focal)
    {
        var ids = prompts.Select(line => (string)JsonNode.Parse(line)!["prompt_id"]!).ToList();
        string[] baselines = [.. JsonNode.Parse(prompts[0])!["answers"]!.AsObject().Select(a => a.Key).Where(m => m != focal).Order(StringComparer.Ordinal)];
        string[] models = [focal, .. baselines];
        var settings = new SimulationSettings { Seed = Seed, Strengths = [.. models.Select((_, i) => i == 0 ? 0.9 : -0.25 * i)] };

        var asks = from prompt in Enumerable.Range(0, ids.Count)
                   from baseline in Enumerable.Range(1, baselines.Length)
                   from place in Enumerable.Range(0, Overlap)
                   select new SimulatedAsk(prompt, 0, baseline, (prompt + (baseline * 2) + place) % Raters);
        var lines = new StringBuilder();
        foreach (var judgment in StudySimulator.Judge(settings, asks))
        {
            lines.Append(TestStudy.Line(new
            {
                prompt_id = ids[judgment.Prompt],
                model_a = models[judgment.ModelA],
                model_b = models[judgment.ModelB],
                rater = $"simulated:r{judgment.Rater + 1:00}",
                rater_kind = "simulated",
                winner = judgment.Winner switch { Winner.A => "a", Winner.B => "b", Winner.Tie => "tie", _ => "both_bad" },
                left = judgment.Left == judgment.ModelA ? "a" : "b",
            })).Append('\n');
        }
        return lines.ToString();
    }
}
