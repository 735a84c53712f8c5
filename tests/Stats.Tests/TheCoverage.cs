using PrefEval.Stats.Simulation;

namespace PrefEval.Stats.Tests;

/// <summary>Seeded studies with prompt and rater effects: how often the default interval holds the truth. The short form.</summary>
public sealed class TheCoverage
{
    private const int Studies = 1500, Prompts = 300;

    private static double[] Even(int raters) => [.. Enumerable.Repeat(1.0, raters)];

    public static TheoryData<string, double[], int, double> Designs => new()
    {
        { "balanced", Even(12), 3, 0.3 },
        { "balanced, one-sided", Even(12), 3, 3 },
        { "Zipf", [.. Enumerable.Range(1, 12).Select(r => 1.0 / r)], 3, 0.3 },
        { "four core, eight drop-outs", [.. Enumerable.Range(0, 12).Select(r => r < 4 ? 30.0 : 1)], 3, 0.3 },
        { "one does half", [11, .. Even(11)], 1, 0.3 },
    };

    [Theory]
    [MemberData(nameof(Designs))]
    public void Of_the_default_interval_is_what_it_says(string design, double[] weights, int ratersAPrompt, double strength)
    {
        var covered = Share(weights, ratersAPrompt, strength, 0.5, e => e.WinRate.RatersLikeThese);
        var error = Math.Sqrt(0.05 * 0.95 / Studies);
        Assert.True(covered >= 0.94 - 3 * error && covered <= 0.99 + 3 * error, $"{design}: {covered:0.000}");
    }

    [Fact]
    public void Of_the_independent_interval_is_not_where_raters_differ()
    {
        var covered = Share(Even(12), 3, 0.3, 0.5, e => e.WinRate.Independent);
        Assert.True(covered < 0.9, $"{covered:0.000}");
    }

    [Fact]
    public void Of_the_independent_interval_is_what_it_says_where_votes_are_independent()
    {
        var error = Math.Sqrt(0.05 * 0.95 / Studies);
        Assert.InRange(Share(Even(12), 3, 0.3, 0, e => e.WinRate.Independent, promptTaste: 0), 0.95 - 3 * error, 0.95 + 3 * error);
    }

    private static double Share(double[] weights, int ratersAPrompt, double strength, double raterTaste, Func<PreferenceEstimates, Estimate> of, double promptTaste = 0.8)
    {
        const double tieWidth = 0.6;
        var truth = WinRate(strength, Math.Sqrt(promptTaste * promptTaste + raterTaste * raterTaste), tieWidth);
        var covered = 0;
        for (ulong seed = 1; seed <= Studies; seed++)
        {
            var settings = new SimulationSettings
            {
                Seed = seed,
                Strengths = [strength, 0],
                PromptTaste = promptTaste,
                RaterTaste = raterTaste,
                TieWidth = tieWidth,
                TieLeniency = 0,
                LeftBiasSpread = 0,
                NoiseSpread = 0,
            };
            var asks = StudySimulator.Assign(seed, Prompts, ratersAPrompt, weights).Select(a => new SimulatedAsk(a.Prompt, 0, 1, a.Rater));
            var judgments = StudySimulator.Judge(settings, asks).ToArray();
            var rows = new Rows([.. judgments.Select(j => j.Prompt)], [.. judgments.Select(j => j.Rater)], [.. judgments.Select(j => j.Winner)]);
            var e = of(rows.Estimate());
            if (e.Lower <= truth && truth <= e.Upper) covered++;
        }
        return (double)covered / Studies;
    }

    /// <summary>The mean over a normal lead of P(win) + P(tie) / 2, by the trapezoid rule.</summary>
    private static double WinRate(double strength, double spread, double tieWidth)
    {
        var (sum, weight) = (0.0, 0.0);
        for (var x = -8.0; x <= 8; x += 0.01)
        {
            var density = Math.Exp(-x * x / 2);
            var lead = strength + spread * x;
            sum += density * (1 / (1 + Math.Exp(tieWidth - lead)) + 1 / (1 + Math.Exp(-tieWidth - lead))) / 2;
            weight += density;
        }
        return sum / weight;
    }
}
