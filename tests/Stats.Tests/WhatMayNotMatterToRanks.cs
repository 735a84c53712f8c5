using CsCheck;

namespace PrefEval.Stats.Tests;

/// <summary>Properties of the leaderboard over random contests: order, names, sides.</summary>
public sealed class WhatMayNotMatterToRanks
{
    private static readonly Gen<Contests> Any =
        from models in Gen.Int[2, 6]
        from rows in Gen.Select(Gen.Int[0, 9], Gen.Int[0, 4], Gen.Int[0, models - 1], Gen.Int[0, models - 1], Gen.Int[0, 3], Gen.Int[0, 2]).Array[1, 120]
        select new Contests([.. rows.Select(r => r.Item1)], [.. rows.Select(r => r.Item2)], [.. rows.Select(r => r.Item3)], [.. rows.Select(r => r.Item4)],
            [.. rows.Select(r => (Winner)r.Item5)], [.. rows.Select(r => (LeftModel)r.Item6)]);

    private static void Same(LeaderboardEstimates x, LeaderboardEstimates y, Func<int, int> name, int sign = 1)
    {
        Assert.Equal((x.Status, x.N, x.AgainstItself, x.Tables.Count), (y.Status, y.N, y.AgainstItself, y.Tables.Count));
        var rows = y.Tables.SelectMany(t => t.Rows.Select(r => (t, r))).ToDictionary(r => r.r.Model);
        foreach (var (table, row) in x.Tables.SelectMany(t => t.Rows.Select(r => (t, r))))
        {
            var (others, other) = rows[name(row.Model)];
            Assert.Equal((table.Status, table.Penalized, table.N, table.Prompts, table.Raters), (others.Status, others.Penalized, others.N, others.Prompts, others.Raters));
            Assert.Equal((row.N, row.Ties), (other.N, other.Ties));
            Assert.Equal(table.Nu ?? -9, others.Nu ?? -9, 1e-9);
            foreach (var scope in Enum.GetValues<Scope>())
            {
                var (e, o) = (row.Strength.In(scope), other.Strength.In(scope));
                Assert.Equal(e.Status, o.Status);
                Assert.Equal(sign * e.Value ?? -99, o.Value ?? -99, 1e-10 * Math.Max(1, Math.Abs(e.Value ?? 0)));
                Assert.Equal(e.Se ?? -99, o.Se ?? -99, 1e-6 * (e.Se ?? 1));
            }
            if (sign == 1) Assert.Equal((row.Rank, row.RankSet), (other.Rank, other.RankSet));
        }
    }

    [Fact]
    public void The_order_of_the_rows_does_not() => Gen.Select(Any, Gen.ULong).Sample((contests, seed) =>
    {
        var order = Enumerable.Range(0, contests.Count).ToArray();
        new Simulation.Chance(seed).Shuffle<int>(order);
        Same(contests.Estimate(), contests.Pick(order).Estimate(), m => m);
    }, iter: 150);

    [Fact]
    public void The_names_of_the_models_do_not() => Gen.Select(Any, Gen.ULong).Sample((contests, seed) =>
    {
        var name = Enumerable.Range(0, 20).ToArray();
        new Simulation.Chance(seed).Shuffle<int>(name);
        Same(contests.Estimate(), (contests with { ModelA = [.. contests.ModelA.Select(m => name[m])], ModelB = [.. contests.ModelB.Select(m => name[m])] }).Estimate(), m => name[m]);
    }, iter: 150);

    [Fact]
    public void From_which_model_a_judgment_is_told_does_not() => Any.Sample(contests => Same(contests.Estimate(), contests.Turned().Estimate(), m => m), iter: 150);

    [Fact]
    public void Winning_where_it_was_losing_turns_the_table_over() => Any.Sample(contests =>
        Same(contests.WithoutSides().Estimate(), (contests with { ModelA = contests.ModelB, ModelB = contests.ModelA }).WithoutSides().Estimate(), m => m, -1), iter: 150);

    [Fact]
    public void The_rank_set_holds_the_rank_and_nothing_is_not_a_number() => Any.Sample(contests =>
    {
        foreach (var ties in Enum.GetValues<TieModel>())
            foreach (var scope in Enum.GetValues<Scope>())
                foreach (var table in contests.Estimate(ties: ties, rankScope: scope).Tables)
                {
                    Assert.NotEqual(EstimateStatus.NotConverged, table.Status);
                    foreach (var row in table.Rows)
                    {
                        if (row.RankSet is { } set) Assert.True(1 <= set.Best && set.Best <= row.Rank && row.Rank <= set.Worst && set.Worst <= table.Rows.Count);
                        foreach (var e in new[] { row.Strength, row.WinRate, row.Elo }.Append(table.Order).SelectMany(s => new[] { s.RatersLikeThese, s.TheseRaters, s.Independent }))
                            Assert.DoesNotContain(true, new[] { e.Value, e.Se, e.Lower, e.Upper, e.PValue, e.Df, e.Deff }.Select(x => x is { } v && !double.IsFinite(v)));
                        Assert.True(row.Strength.RatersLikeThese.Se is not { } wide || wide >= row.Strength.Independent.Se - 1e-12);
                    }
                }
    }, iter: 150);
}
