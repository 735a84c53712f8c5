using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PrefEval.Stats;
using PrefEval.Stats.Simulation;

namespace PrefEval.TestKit;

/// <summary>The simulated judgments of the demonstration studies: made here, by a seed, from strengths that nobody measured.</summary>
public static class DemoJudgments
{
    /// <summary>The folders of seed/, in the order in which they are loaded.</summary>
    public static readonly string[] Folders = ["human-preference", "data-sources", "model-scaling", "safety"];

    private const ulong Seed = 20_260_302;
    private const int Duration = 101; // names the random source of a judgment's duration
    private const double CharactersASecond = 9;

    public static string Folder(string name) => Path.Combine(Project.Root, "seed", name);

    /// <returns>The lines of judgments.simulated.jsonl.</returns>
    public static string Simulate(string folder)
    {
        var study = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(folder), "study.json")))!;
        var prompts = File.ReadAllLines(Path.Combine(Folder(folder), "prompts.jsonl")).Select(line => JsonNode.Parse(line)!).ToList();
        var attributes = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(folder), "models.json")))!.AsObject();
        string[] models = [.. attributes.Select(m => m.Key)];
        var focal = (string?)study["design"]!["focal"];
        var pairs =
            from prompt in Enumerable.Range(0, prompts.Count)
            from a in Enumerable.Range(0, models.Length)
            from b in Enumerable.Range(a + 1, models.Length - a - 1)
            where focal is null || models[a] == focal || models[b] == focal
            where Answer(prompts[prompt], models[a]) != Answer(prompts[prompt], models[b]) // identical answers are not shown to raters
            select (prompt, a, b);

        var seed = Seed + (ulong)Array.IndexOf(Folders, folder);
        var weights = RaterWeights(focal is null ? 14 : 10);
        var lines = new StringBuilder();
        var shown = pairs.ToList();
        var asks = StudySimulator.Assign(seed, shown.Count, (int)study["overlap"]!, weights)
            .Select(place => (Shown: shown[place.Prompt], place.Rater))
            .GroupBy(place => Category(prompts[place.Shown.prompt]));
        foreach (var category in asks)
        {
            var settings = new SimulationSettings
            {
                Seed = seed,
                Strengths = [.. models.Select(model => Strength(folder, model, attributes[model]!["attributes"]!, category.Key))],
                LeftBias = 0.2,
            };
            foreach (var judgment in StudySimulator.Judge(settings, category.Select(p => new SimulatedAsk(p.Shown.prompt, p.Shown.a, p.Shown.b, p.Rater))))
                lines.Append(Line(prompts[judgment.Prompt], models, seed, judgment)).Append('\n');
        }
        return lines.ToString();
    }

    /// <summary>The first raters are the busiest, as on any day.</summary>
    private static double[] RaterWeights(int raters) => [.. Enumerable.Range(0, raters).Select(r => 1 / (1 + 0.3 * r))];

    private static double Strength(string folder, string model, JsonNode attributes, string category) => folder switch
    {
        "human-preference" => model switch { "demo-cqia-6b" => 0.9, "demo-exam-6b" => 0.35, "demo-forum-6b" => 0.3, "demo-mixed-6b" => 0, "demo-translated-6b" => -0.5, _ => -1.4 },
        // Each source is at its best in its own kind of prompt.
        "data-sources" => OfSource((string)attributes["training_source"]!) + (category == HomeOfSource((string)attributes["training_source"]!) ? 0.7 : 0),
        // Larger wins more often, by less and less.
        "model-scaling" => 2.2 * (1 - Math.Sqrt(6e9 / double.Parse((string)attributes["parameters"]!, NumberStyles.Float, CultureInfo.InvariantCulture))),
        _ => model switch { "demo-careful-6b" => 0.9, "demo-preachy-6b" => 0.3, "demo-vague-6b" => -0.1, _ => -0.6 },
    };

    private static double OfSource(string source) => source switch { "zhihu" => 0.45, "ruozhiba" => 0.4, "wikihow" => 0.35, "exam" => 0.15, "xiaohongshu" => 0, "douban" => -0.15, _ => -0.5 };

    private static string HomeOfSource(string source) => source switch
    {
        "exam" => "考试题", "ruozhiba" => "逻辑陷阱", "zhihu" => "观点思考", "xiaohongshu" => "生活分享", "douban" => "书影评论", "wikihow" => "步骤说明", _ => "语言任务",
    };

    private static string Line(JsonNode prompt, string[] models, ulong seed, SimulatedJudgment judgment)
    {
        var chance = Chance.For(seed, Duration, judgment.Prompt, judgment.ModelA, judgment.ModelB, judgment.Rater);
        var characters = Answer(prompt, models[judgment.ModelA]).Length + Answer(prompt, models[judgment.ModelB]).Length;
        var seconds = (4 + characters / CharactersASecond) * Math.Exp(0.35 * chance.NextNormal());
        return TestStudy.Line(new
        {
            prompt_id = (string)prompt["prompt_id"]!,
            model_a = models[judgment.ModelA],
            model_b = models[judgment.ModelB],
            rater = $"simulated:r{judgment.Rater + 1:00}",
            rater_kind = "simulated",
            winner = judgment.Winner switch { Winner.A => "a", Winner.B => "b", Winner.Tie => "tie", _ => "both_bad" },
            left = judgment.Left == judgment.ModelA ? "a" : "b",
            duration_ms = 100 * (int)(10 * seconds),
        });
    }

    private static string Answer(JsonNode prompt, string model) => (string)prompt["answers"]![model]!;

    private static string Category(JsonNode prompt) => (string)prompt["category"]!;
}
