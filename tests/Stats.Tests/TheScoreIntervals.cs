using CsCheck;

namespace PrefEval.Stats.Tests;

public sealed class TheScoreIntervals
{
    // golden proportion_ci; the first four also in Newcombe (1998), Table I
    [Theory]
    [InlineData(81, 263, 0.255288519878274, 0.3662095769828)]
    [InlineData(15, 148, 0.0623863995307363, 0.160487241723308)]
    [InlineData(0, 20, 0.0, 0.161125158052819)]
    [InlineData(1, 29, 0.00611321429276266, 0.171755218793203)]
    [InlineData(5, 10, 0.236593090512564, 0.763406909487436)]
    [InlineData(10, 10, 0.722467200137111, 1.0)]
    [InlineData(0, 1, 0.0, 0.793450685622763)]
    [InlineData(1, 1, 0.206549314377238, 1.0)]
    [InlineData(57, 100, 0.472153895492123, 0.662667014758899)]
    [InlineData(570, 1000, 0.539105173730678, 0.600359080081344)]
    [InlineData(5700, 10000, 0.560271639650685, 0.57967460057742)]
    public void Wilson_matches_R(int successes, int n, double lower, double upper)
    {
        var interval = Wilson.Interval(successes, n);
        Assert.Equal(lower, interval.Lower, 1e-12);
        Assert.Equal(upper, interval.Upper, 1e-12);
    }

    // golden tango_winrate, 30 digits
    [Theory]
    [InlineData(160, 40, 20, 0.030864533133086722, 0.2180642441668248, 0.5154322665665434, 0.6090321220834124)]
    [InlineData(50, 12, 2, 0.061112406186343976, 0.3447087482821487, 0.530556203093172, 0.6723543741410744)]
    [InlineData(100, 57, 43, -0.05569220901575378, 0.3253340295177978, 0.4721538954921231, 0.6626670147588989)]
    [InlineData(100, 30, 10, 0.07948443422737907, 0.316960488612787, 0.5397422171136895, 0.6584802443063935)]
    [InlineData(20, 0, 0, -0.16112515805281938, 0.16112515805281938, 0.4194374209735903, 0.5805625790264097)]
    [InlineData(5, 5, 0, 0.13103507043365037, 1.0, 0.5655175352168251, 1.0)]
    [InlineData(20, 5, 0, 0.04859355243397576, 0.468700877618744, 0.5242967762169879, 0.734350438809372)]
    [InlineData(20, 0, 5, -0.468700877618744, -0.04859355243397576, 0.265649561190628, 0.4757032237830121)]
    [InlineData(1, 1, 0, -0.5869013712455252, 1.0, 0.2065493143772374, 1.0)]
    [InlineData(1000, 400, 350, -0.0036776942032836035, 0.10335868388017112, 0.4981611528983582, 0.5516793419400856)]
    [InlineData(1, 0, 0, -0.7934506856227627, 0.7934506856227627, 0.10327465718861867, 0.8967253428113813)]
    [InlineData(6, 3, 3, -0.624767387034699, 0.624767387034699, 0.18761630648265049, 0.8123836935173495)]
    [InlineData(500, 120, 80, 0.024750199091449945, 0.13494215228964135, 0.512375099545725, 0.5674710761448207)]
    [InlineData(75, 45, 30, -0.026239224075786587, 0.40674968708266424, 0.4868803879621067, 0.7033748435413321)]
    [InlineData(50, 1, 0, -0.05277455111602591, 0.10495443589637815, 0.47361272444198704, 0.552477217948189)]
    public void Tango_matches_the_thirty_digit_solution(int n, int wins, int losses, double lower, double upper, double winRateLower, double winRateUpper)
    {
        var net = Tango.Net(n, wins, losses);
        Assert.Equal(lower, net.Lower, 1e-10);
        Assert.Equal(upper, net.Upper, 1e-10);
        var winRate = Tango.WinRate(n, wins, losses);
        Assert.Equal(winRateLower, winRate.Lower, 1e-10);
        Assert.Equal(winRateUpper, winRate.Upper, 1e-10);
    }

    // golden tango_net_winrate_PropCIs, which bisects to about 1e-7
    [Theory]
    [InlineData(160, 40, 20, 0.0308645218610764, 0.218064285814762)]
    [InlineData(50, 12, 2, 0.0611123561859131, 0.344708728790283)]
    [InlineData(100, 57, 43, -0.0556922030448914, 0.325334047079086)]
    [InlineData(100, 30, 10, 0.0794844150543213, 0.316960430145264)]
    [InlineData(20, 0, 0, -0.161125183105469, 0.161125123500824)]
    [InlineData(5, 5, 0, 0.131034851074219, 1.0)]
    [InlineData(20, 5, 0, 0.0485935211181641, 0.468700796365738)]
    [InlineData(20, 0, 5, -0.468700885772705, -0.04859359562397)]
    [InlineData(1, 1, 0, -0.586901664733887, 1.0)]
    [InlineData(1000, 400, 350, -0.00367767214775085, 0.103358712792397)]
    public void Tango_matches_PropCIs(int n, int wins, int losses, double lower, double upper)
    {
        var net = Tango.Net(n, wins, losses);
        Assert.Equal(lower, net.Lower, 5e-7);
        Assert.Equal(upper, net.Upper, 5e-7);
    }

    public static TheoryData<double[], double[]> GoodmanGolden => new()
    {
        // golden multinomial_ci: counts; lower and upper by turns
        { [57, 20, 23], [0.4508800231950202, 0.6815312994775565, 0.12172463905883875, 0.31079826377297476, 0.14557033260080568, 0.3437002799478264] },
        { [12, 36, 2], [0.12719485643401623, 0.4062796008443785, 0.5516247847374095, 0.8431275975654873, 0.008649496793603061, 0.16595915839124903] },
        { [0, 20, 0], [0.0, 0.2227316567347566, 0.7772683432652433, 1.0, 0.0, 0.2227316567347566] },
        { [1, 1, 1], [0.045448412857653914, 0.8400189966396879, 0.045448412857653914, 0.8400189966396879, 0.045448412857653914, 0.8400189966396879] },
        { [400, 250, 350], [0.3635839041524895, 0.43755579194681415, 0.2187062058044346, 0.2841430344438245, 0.31483901235380574, 0.3868705317951497] },
        { [5, 0, 5], [0.19820614142813936, 0.8017938585718607, 0.0, 0.36431813228676896, 0.19820614142813936, 0.8017938585718607] },
        {
            [56, 72, 73, 59, 62, 87, 58],
            [
                0.08516723913874684, 0.16626140813046547, 0.11453291890488311, 0.20437258269499173, 0.11639528922374762, 0.20672751577179363,
                0.09060567089116035, 0.17347488656505122, 0.09607738004815454, 0.18065508759505622, 0.14274910916305497, 0.239415943371816,
                0.0887890581298042, 0.17107419593074094,
            ]
        },
    };

    [Theory]
    [MemberData(nameof(GoodmanGolden))]
    public void Goodman_matches_the_known_answers(double[] counts, double[] limits)
    {
        var intervals = Goodman.Intervals(counts);
        for (var i = 0; i < counts.Length; i++)
        {
            Assert.Equal(limits[2 * i], intervals[i].Lower, 1e-10);
            Assert.Equal(limits[2 * i + 1], intervals[i].Upper, 1e-10);
        }
    }

    [Fact]
    public void Without_ties_Tango_is_Wilson() =>
        Gen.Select(Gen.Int[0, 400], Gen.Int[0, 400], Gen.Double[0.5, 0.999]).Where((w, l, _) => w + l > 0).Sample((wins, losses, confidence) =>
        {
            var tango = Tango.WinRate(wins + losses, wins, losses, confidence);
            var wilson = Wilson.Interval(wins, wins + losses, confidence);
            Assert.Equal(wilson.Lower, tango.Lower, 1e-12);
            Assert.Equal(wilson.Upper, tango.Upper, 1e-12);
        });

    [Fact]
    public void Tango_stays_inside_holds_its_estimate_and_has_width_at_any_real_counts() =>
        Gen.Select(Gen.Double[0.01, 5000], Gen.Double[0, 1], Gen.Double[0, 1]).Sample((n, decisive, winning) =>
        {
            var (wins, losses) = (n * decisive * winning, n * decisive * (1 - winning));
            var (lower, upper) = Tango.Net(n, wins, losses);
            Assert.InRange((wins - losses) / n, lower - 1e-12, upper + 1e-12);
            Assert.True(lower >= -1 && upper <= 1 && lower < upper);
            var swapped = Tango.Net(n, losses, wins);
            Assert.Equal((-upper, -lower), swapped);
        });

    [Fact]
    public void Nothing_judged_has_no_interval()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Wilson.Interval(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tango.Net(0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tango.Net(10, 6, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => Wilson.Interval(1, 2, confidence: 1));
    }
}
