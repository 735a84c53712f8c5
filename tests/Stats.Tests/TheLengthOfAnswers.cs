namespace PrefEval.Stats.Tests;

public sealed class TheLengthOfAnswers
{
    /// <summary>Golden data set d4_length: one line a prompt; rater, win, tie or loss, length of A / length of B.</summary>
    private const string D4 = """
        0T2403/1669 1W1363/287 2W1942/1915 4W1499/1315 5T608/1366
        0W1377/2259 1W2366/925 2W2436/532 4W2419/516 5L1614/1998
        0L921/1031 2W1507/1707 3W1694/331 5L859/1823
        0W2411/2211 1L1475/701 2L1009/2252 3W1275/373
        0W444/1027 1L1603/815 2T988/857 3W2340/1633 5L890/1947
        0W765/1093 1W1585/732 2T911/786 3L989/1050 4T1099/1113
        0L1783/2460 1L821/1874 2W2286/1209 4L1005/787 5L1981/220
        0W2353/1452 2W1794/233 3T1069/1134 4L1736/744 5T1981/2484
        1L1953/2499 2L293/2163 3W410/1358
        2W886/1861 3L1016/1166 5T1815/1466
        0T408/424 1W1240/1116 3L2030/1377
        4W2246/1758 5L349/1007
        4W1200/2136 5W883/928
        0W1634/521 1L2111/2180 3W1546/291 4L1550/1124 5W1578/1257
        0W878/229 1L1708/820 2W586/2111 3L1375/2235
        0W2291/1147 5L645/806
        0L401/823 1W358/2300
        1L268/2376 3L779/1352
        1L840/1250 2W418/2120 3L2117/865 5W460/1242
        0L850/1224 1L845/1847 2W1495/311 3W1562/2449 4T1194/1930
        0W989/581 2W1732/1891 3W1989/793 4T1269/1138 5L2420/1385
        3L1967/1789 5T963/1070
        2W2408/703 5L743/2043
        0T1789/418 3L1782/2323 5L905/2156
        1L1517/1517 3L996/1214
        0L1969/505 1L893/2073 2L1618/1066 4L1372/1537 5L842/902
        1T2256/1667 3L2295/1683 4W1364/239
        2L1517/784 3W836/1414 4W1852/395 5L2119/569
        0W1746/1374 1W1221/1032 4W1970/843 5W978/2362
        1W1930/1343 2W600/1439 3W1143/995
        """;

    private static LengthEstimates Of(string text, Func<Winner, Winner>? turn = null)
    {
        List<int> prompt = [], rater = [], a = [], b = [];
        List<Winner> winner = [];
        var lines = text.Split('\n');
        for (var p = 0; p < lines.Length; p++)
            foreach (var token in lines[p].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var at = token.IndexOfAny(['W', 'T', 'L']);
                var lengths = token[(at + 1)..].Split('/');
                prompt.Add(p);
                rater.Add(int.Parse(token[..at]));
                winner.Add(token[at] switch { 'W' => Winner.A, 'L' => Winner.B, _ => Winner.Tie });
                a.Add(int.Parse(lengths[0]));
                b.Add(int.Parse(lengths[1]));
            }
        if (turn is null) return LengthControl.Estimate(new([.. prompt], [.. rater], [.. winner]), [.. a], [.. b]);
        return LengthControl.Estimate(new([.. prompt], [.. rater], [.. winner.Select(turn)]), [.. b], [.. a]);
    }

    [Fact]
    public void Is_controlled_as_in_the_golden_values()
    {
        // golden length_controlled_winrate_d4 (R glm quasibinomial, sandwich::vcovCL, delta method)
        var e = Of(D4);
        Assert.Equal(929.775054026695, e.Sd!.Value, 1e-8);
        Assert.Equal(0.509747422311456, e.WinRate.RatersLikeThese.Value!.Value, 1e-8);
        Assert.Equal(0.0629310595380706, e.WinRate.RatersLikeThese.Se!.Value, 1e-8);
        Assert.Equal(0.0475950366132301, e.WinRate.TheseRaters.Se!.Value, 1e-8);
        Assert.Equal(0.629279250491318, e.Slope.TheseRaters.Value!.Value, 1e-8);
        var r = e.WinRate.RatersLikeThese;
        Assert.True(0 < r.Lower && r.Lower < r.Value && r.Value < r.Upper && r.Upper < 1);
        Assert.Equal(1 / (1 + Math.Exp(-(0.0389946297028143 - Quantile.Student(0.95, r.Df!.Value) * Math.Sqrt(0.063413283219656)))), r.Lower!.Value, 1e-7);
        // The two-way variance of the slope is below that of independent judgments, which is its floor.
        Assert.Equal(e.Slope.Independent.Se, e.Slope.RatersLikeThese.Se);
    }

    [Fact]
    public void Mirrors_when_the_models_are_swapped()
    {
        var (e, s) = (Of(D4), Of(D4, w => w switch { Winner.A => Winner.B, Winner.B => Winner.A, _ => w }));
        Assert.Equal(1, e.WinRate.RatersLikeThese.Value!.Value + s.WinRate.RatersLikeThese.Value!.Value, 1e-10);
        Assert.Equal(1, e.WinRate.RatersLikeThese.Lower!.Value + s.WinRate.RatersLikeThese.Upper!.Value, 1e-10);
        Assert.Equal(e.Slope.TheseRaters.Value!.Value, s.Slope.TheseRaters.Value!.Value, 1e-10);
    }

    [Theory]
    [InlineData("", EstimateStatus.NoJudgments)]
    [InlineData("0W5/3", EstimateStatus.EqualLengths)]
    [InlineData("0W5/3 1L5/3\n0T7/5", EstimateStatus.EqualLengths)]
    [InlineData("0W5/3 1W9/3\n0W7/5", EstimateStatus.NoVariation)]
    [InlineData("0W5/3 1L9/3\n0W7/5 1L8/2", EstimateStatus.OneSidedLengths)]
    [InlineData("0W50/3 1W90/3\n0L7/55 1L5/90", EstimateStatus.LengthDecides)]
    public void Has_no_answer_where_there_is_none(string rows, EstimateStatus status)
    {
        var e = Of(rows);
        foreach (var x in new[] { e.WinRate.RatersLikeThese, e.WinRate.TheseRaters, e.Slope.Independent })
            Assert.Equal((status, null, null, null), (x.Status, x.Value, x.Se, x.Lower));
    }

    [Fact]
    public void Keeps_the_scopes_apart()
    {
        var e = Of("0W50/3 0L90/30\n0L7/55 0W5/90\n0T9/7 0W8/3");
        Assert.Equal((EstimateStatus.SingleRater, EstimateStatus.Ok, EstimateStatus.Ok), (e.WinRate.RatersLikeThese.Status, e.WinRate.TheseRaters.Status, e.WinRate.Independent.Status));
    }
}
