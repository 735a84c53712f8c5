namespace PrefEval.Stats.Tests;

/// <summary>Judgments of several models as columns, by left and right: left is always known unless said otherwise.</summary>
public sealed record Contests(int[] Prompt, int[] Rater, int[] ModelA, int[] ModelB, Winner[] Winner, LeftModel[] Left)
{
    /// <summary>Golden data set d2_multi: one line a prompt; rater:left, winner's side (= a tie), right. Models are numbered from 1 there, from 0 here.</summary>
    public static Contests D2 { get; } = Parse("""
        5:2>5 0:1=2 3:4=5 7:2=3
        7:5=1 2:3<4 7:3<1 4:4>2
        1:1<5 6:1=3 2:2>5 3:2>1
        2:3>5 6:1>4 3:3<1 7:5=1
        2:3>5 7:1>2 0:4<3 6:2>5
        0:4<1 4:1>5 3:5<3 6:5<2
        7:4>5 4:3=4 5:1>4 4:5<3
        7:5>4 7:5<3 6:1>5 2:2>4
        1:1>3 0:2=5 6:3>1 1:4>5
        3:4>5 5:3<4 6:4=3 7:4=2
        5:5=2 7:2=5 3:4>3 4:2=1
        2:5>1 2:5<1 1:4>5 0:5=3
        7:4=1 6:4=2 4:3=1 0:5>4
        4:5=2 5:4<2 2:3>2 3:1>5
        2:4<2 7:2>3 5:4<3 4:1=5
        4:2>4 0:5=3 6:4>5 3:5=1
        7:3>5 5:5<4 1:1>5 5:1=5
        3:5>2 1:2=3 5:4<1 0:1>5
        3:1>2 5:3=5 4:5>3 3:1>4
        1:3=2 0:5<3 7:5<3 5:2<1
        2:5<4 1:2>5 3:2<3 2:5<4
        6:4<3 4:4=5 3:4<3 6:4<2
        5:5<4 6:1<2 5:1>2 4:3=4
        1:3=1 7:5=1 1:4=2 3:1<5
        4:5<1 6:2<4 4:3>1 3:2<3
        0:3=1 3:3=2 4:5>4 0:2>3
        6:5=1 5:5>4 7:4=2 4:4=5
        7:2<1 0:1<3 3:2>5 7:1>2
        6:4<2 5:3>2 2:1=4 7:3<1
        2:3<2 4:1<2 2:1<3 4:4>3
        3:4>5 6:3<1 1:2>1 7:3>2
        4:4>2 4:3<4 5:5>4 2:5<3
        5:4<3 4:2<3 5:5=1 0:4<2
        5:4<1 6:3<4 3:1>3 0:4<5
        0:3<1 3:2=4 5:5>2 6:4>3
        4:4<1 6:5<1 0:1=3 6:5<4
        0:3<5 7:3<4 2:1<4 7:4>3
        6:5>2 4:5<2 3:4=1 6:4<1
        6:2>1 2:3>1 3:5>1 0:2=4
        7:1>3 0:4=1 3:4>3 2:1>4
        5:5<2 6:3>4 0:1>4 3:3>1
        3:3>2 7:2>5 4:2>4 0:1>5
        7:3>1 0:3<2 2:1>5 6:3<1
        3:4>3 3:2>4 6:4<3 1:2>5
        2:5=1 5:4<1 0:2<1 5:5<2
        7:2>4 5:5=3 6:3=2 1:5<2
        6:5<1 6:4<1 4:4>1 1:1>4
        7:2<1 6:5<2 6:4=5 0:1>3
        5:2=4 0:1=4 7:1>5 2:1>4
        7:2<3 2:2<4 2:4>5 1:2=1
        3:5=1 6:2<5 7:2>5 6:1>4
        3:2>4 2:3>4 4:4>2 4:2=1
        0:5<1 4:1>2 2:3>5 6:5<3
        6:5=2 1:4>5 7:3>5 6:5=3
        3:4<3 6:1>3 4:1<2 0:2<4
        5:1>5 2:1>4 3:4>2 0:5<4
        1:5<1 0:3<5 2:3<1 3:3>4
        4:4>1 2:2>3 1:1=3 1:3<1
        4:1>3 3:2>5 4:3<4 7:3<2
        5:3>2 4:2>4 7:3<2 2:3=1
        """);

    public int Count => Winner.Length;

    /// <summary>As a failing property prints it.</summary>
    public override string ToString() => string.Join(' ', Enumerable.Range(0, Count).Select(i => $"p{Prompt[i]} r{Rater[i]} {ModelA[i]}-{ModelB[i]} {Winner[i]} left {Left[i]};"));

    public ContestColumns Columns => new(Prompt, Rater, Array.ConvertAll(ModelA, m => (ushort)m), Array.ConvertAll(ModelB, m => (ushort)m), Winner, Left);

    public LeaderboardEstimates Estimate(double confidence = 0.95, TieModel ties = TieModel.Davidson, Scope rankScope = Scope.RatersLikeThese, bool pairs = false) =>
        Leaderboard.Estimate(Columns, confidence, ties, rankScope, pairs);

    /// <summary>The only table.</summary>
    public LeaderboardTable Table(TieModel ties = TieModel.Davidson, Scope rankScope = Scope.RatersLikeThese) => Assert.Single(Estimate(ties: ties, rankScope: rankScope).Tables);

    public Contests WithoutSides() => this with { Left = [.. Left.Select(_ => LeftModel.Unknown)] };

    public Contests Pick(int[] rows)
    {
        T[] Of<T>(T[] column) => [.. rows.Select(i => column[i])];
        return new(Of(Prompt), Of(Rater), Of(ModelA), Of(ModelB), Of(Winner), Of(Left));
    }

    /// <summary>Every judgment told from its other model.</summary>
    public Contests Turned() => this with
    {
        ModelA = ModelB,
        ModelB = ModelA,
        Winner = [.. Winner.Select(w => w switch { Stats.Winner.A => Stats.Winner.B, Stats.Winner.B => Stats.Winner.A, _ => w })],
        Left = [.. Left.Select(l => l switch { LeftModel.A => LeftModel.B, LeftModel.B => LeftModel.A, _ => l })],
    };

    public static Contests Parse(string text)
    {
        var rows = new List<(int Prompt, int Rater, int Left, int Right, Winner Winner)>();
        var lines = text.Split('\n');
        for (var p = 0; p < lines.Length; p++)
            foreach (var token in lines[p].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var sign = token.IndexOfAny(['<', '=', '>']);
                var colon = token.IndexOf(':');
                rows.Add((p, int.Parse(token[..colon]), int.Parse(token[(colon + 1)..sign]) - 1, int.Parse(token[(sign + 1)..]) - 1,
                    token[sign] switch { '>' => Stats.Winner.A, '<' => Stats.Winner.B, _ => Stats.Winner.Tie }));
            }
        return new([.. rows.Select(r => r.Prompt)], [.. rows.Select(r => r.Rater)], [.. rows.Select(r => r.Left)], [.. rows.Select(r => r.Right)],
            [.. rows.Select(r => r.Winner)], [.. rows.Select(_ => LeftModel.A)]);
    }

    public static Contests Of(IEnumerable<Simulation.SimulatedJudgment> judgments)
    {
        var rows = judgments.ToArray();
        return new([.. rows.Select(r => r.Prompt)], [.. rows.Select(r => r.Rater)], [.. rows.Select(r => r.ModelA)], [.. rows.Select(r => r.ModelB)],
            [.. rows.Select(r => r.Winner)], [.. rows.Select(r => r.Left == r.ModelA ? LeftModel.A : LeftModel.B)]);
    }

    /// <summary>So many wins, losses and ties a pair, sides unknown, every judgment a prompt of its own, raters in turn.</summary>
    public static Contests Of(IEnumerable<(int A, int B, int Wins, int Losses, int Ties)> pairs, int raters = 5)
    {
        var rows = new List<(int A, int B, Winner Winner)>();
        foreach (var p in pairs)
            foreach (var (winner, times) in new[] { (Stats.Winner.A, p.Wins), (Stats.Winner.B, p.Losses), (Stats.Winner.Tie, p.Ties) })
                for (var i = 0; i < times; i++) rows.Add((p.A, p.B, winner));
        return new([.. Enumerable.Range(0, rows.Count)], [.. Enumerable.Range(0, rows.Count).Select(i => i % raters)], [.. rows.Select(r => r.A)], [.. rows.Select(r => r.B)],
            [.. rows.Select(r => r.Winner)], [.. rows.Select(_ => LeftModel.Unknown)]);
    }
}
