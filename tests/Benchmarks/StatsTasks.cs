using BenchmarkDotNet.Attributes;
using PrefEval.Stats;
using PrefEval.Stats.Simulation;

namespace PrefEval.Benchmarks;

/// <summary>Twenty models, fifty judgments a prompt, a thousand a rater, rows in an order of chance; for agreement some three judgments a unit of a hundred raters.</summary>
public class StatsTasks
{
    public const int Models = 20;
    private int[] _prompt = [], _rater = [], _unit = [], _judge = [];
    private ushort[] _modelA = [], _modelB = [];
    private Winner[] _winner = [];
    private LeftModel[] _left = [];

    [Params(100_000, 1_000_000, 10_000_000)]
    public int Judgments { get; set; }

    /// <summary>Bytes a judgment in the columns that a task is given.</summary>
    public static int Received(string method) => method switch { nameof(Prefer) => 9, nameof(Agree) => 13, _ => 14 };

    [GlobalSetup]
    public void Draw()
    {
        var (n, chance) = (Judgments, new Chance(1));
        (_prompt, _rater, _unit, _judge, _modelA, _modelB, _winner, _left) = (new int[n], new int[n], new int[n], new int[n], new ushort[n], new ushort[n], new Winner[n], new LeftModel[n]);
        var (prompts, raters) = (n / 50, Math.Max(20, n / 1000));
        var promptTaste = Enumerable.Range(0, prompts).Select(_ => 0.8 * chance.NextNormal()).ToArray();
        var raterTaste = Enumerable.Range(0, raters).Select(_ => 0.4 * chance.NextNormal()).ToArray();
        for (var i = 0; i < n; i++)
        {
            var (a, b) = (chance.NextInt(Models), chance.NextInt(Models - 1));
            if (b >= a) b++;
            var (p, r, left) = (chance.NextInt(prompts), chance.NextInt(raters), chance.NextInt(2));
            var lead = 0.1 * (a - b) + (a > b ? 1 : -1) * (promptTaste[p] + raterTaste[r]) + (left == 0 ? 0.1 : -0.1) + chance.NextLogistic();
            (_prompt[i], _rater[i], _modelA[i], _modelB[i], _left[i]) = (p, r, (ushort)a, (ushort)b, (LeftModel)left);
            _winner[i] = Math.Abs(lead) < 0.5 ? (i % 4 == 0 ? Winner.BothBad : Winner.Tie) : lead > 0 ? Winner.A : Winner.B;
            (_unit[i], _judge[i]) = (16 * p + chance.NextInt(16), r % 100);
        }
    }

    private ContestColumns Columns => new(_prompt, _rater, _modelA, _modelB, _winner, _left);

    [Benchmark]
    public long BarePass()
    {
        long sum = 0;
        for (var i = 0; i < _prompt.Length; i++) sum += _prompt[i] + _rater[i] + _modelA[i] + _modelB[i] + (int)_winner[i] + (int)_left[i];
        return sum;
    }

    [Benchmark]
    public int Count() => new ContestCells(Columns).Pairs;

    [Benchmark]
    public LeaderboardEstimates Board() => Leaderboard.Estimate(Columns);

    [Benchmark]
    public PreferenceEstimates Prefer() => Preference.Estimate(new(_prompt, _rater, _winner));

    [Benchmark]
    public AgreementEstimates Agree() => Agreement.Estimate(_unit, _prompt, _judge, _winner);

    [Benchmark]
    public BootstrapEstimates BootVotes() => LeaderboardBootstrap.Votes(Columns, seed: 1);

    [Benchmark]
    public BootstrapEstimates BootPigeonhole() => LeaderboardBootstrap.PromptsAndRaters(Columns, seed: 1);
}
