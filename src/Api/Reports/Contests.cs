using System.Runtime.InteropServices;
using PrefEval.Api.Assignments;
using PrefEval.Stats;

namespace PrefEval.Api.Reports;

/// <summary>The counted judgments of all models as columns for Stats, models numbered by name.</summary>
public sealed class Contests
{
    private readonly List<int> _prompt = [], _rater = [];
    private readonly List<ushort> _modelA = [], _modelB = [];
    private readonly List<Winner> _winner = [];
    private readonly List<LeftModel> _left = [];

    public Contests(Evidence evidence, IReadOnlyList<ModelPairRow> modelPairs)
    {
        Models = [.. modelPairs.SelectMany(m => new[] { m.ModelA, m.ModelB }).Distinct().Order(StringComparer.Ordinal)];
        var number = Models.Select((name, i) => (name, i)).ToDictionary(m => m.name, m => checked((ushort)m.i));
        var pairs = modelPairs.ToDictionary(m => m.ModelPair, m => (A: number[m.ModelA], B: number[m.ModelB]));
        var judgments = evidence.Judgments;
        for (var i = 0; i < judgments.Count; i++)
        {
            if (!judgments.Counted[i]) continue;
            var (a, b) = pairs[judgments.ModelPair[i]];
            _prompt.Add(judgments.Prompt[i]);
            _rater.Add(judgments.Rater[i]);
            _modelA.Add(a);
            _modelB.Add(b);
            _winner.Add(judgments.Winner[i]);
            _left.Add(LeftOf(judgments.Left[i]));
        }
    }

    /// <summary>Names by number.</summary>
    public string[] Models { get; }

    public ContestColumns Columns => new(Span(_prompt), Span(_rater), Span(_modelA), Span(_modelB), Span(_winner), Span(_left));

    public static LeftModel LeftOf(Side? left) => left switch { Side.A => LeftModel.A, Side.B => LeftModel.B, _ => LeftModel.Unknown };

    private static ReadOnlySpan<T> Span<T>(List<T> list) => CollectionsMarshal.AsSpan(list);
}
