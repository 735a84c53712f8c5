using System.Reflection;
using System.Runtime.CompilerServices;
using PrefEval.Stats.Simulation;

namespace PrefEval.Stats.Tests;

/// <summary>Whatever is crooked is turned away with the name of the argument, at every public method: one that has no row here fails the test.</summary>
public sealed class TheDoors
{
    private static readonly SimulationSettings Settings = new() { Seed = 1, Strengths = [0, 0] };
    private static readonly TwoWayVariance Variance = TwoWay.Cr1([0, 1], [0, 1], [0, 1]);
    private static readonly double[] OutsideOfShares = [double.NaN, -0.1, 1.1, double.PositiveInfinity];
    private static readonly double[] OutsideOfCounts = [double.NaN, -1, double.PositiveInfinity];

    private sealed class Doors : List<(string Method, string Argument, Action Call)>
    {
        public void Add(string method, string argument, params Action[] calls)
        {
            foreach (var call in calls) Add((method, argument, call));
        }

        public void Add<T>(string method, string argument, IEnumerable<T> values, Action<T> call)
        {
            foreach (var value in values) Add((method, argument, () => call(value)));
        }

        /// <summary>0, 1, what lies outside, and what is no number.</summary>
        public void Confidence(string method, Action<double> call) => Add(method, "confidence", [0, 1, -0.5, 1.2, double.NaN, double.PositiveInfinity], call);
    }

    private static Doors All()
    {
        var doors = new Doors();
        doors.Add("JudgmentColumns.new", "prompt", () => _ = new JudgmentColumns([-1], [0], [Winner.A]), () => _ = new JudgmentColumns([int.MaxValue], [0], [Winner.A]));
        doors.Add("JudgmentColumns.new", "rater", () => _ = new JudgmentColumns([0], [-1], [Winner.A]), () => _ = new JudgmentColumns([0], [], [Winner.A]), () => _ = new JudgmentColumns([0], [int.MaxValue], [Winner.A]));
        doors.Add("JudgmentColumns.new", "winner", () => _ = new JudgmentColumns([0], [0], [(Winner)4]), () => _ = new JudgmentColumns([0], [0], [Winner.A, Winner.A]));
        doors.Add("JudgmentColumns.new", "score", () => _ = new JudgmentColumns([0], [0], [Winner.A], [0.5, 0.5]));
        doors.Add("JudgmentColumns.new", "score", OutsideOfShares[1..], s => _ = new JudgmentColumns([0], [0], [Winner.A], [s])); // NaN: the winner says it all

        doors.Add("ContestColumns.new", "prompt", () => _ = new ContestColumns([-1], [0], [0], [1], [Winner.A]));
        doors.Add("ContestColumns.new", "rater", () => _ = new ContestColumns([0], [-1], [0], [1], [Winner.A]), () => _ = new ContestColumns([0], [0, 0], [0], [1], [Winner.A]));
        doors.Add("ContestColumns.new", "modelA", () => _ = new ContestColumns([0], [0], [ContestColumns.MaxModels], [1], [Winner.A]), () => _ = new ContestColumns([0], [0], [], [1], [Winner.A]));
        doors.Add("ContestColumns.new", "modelB", () => _ = new ContestColumns([0], [0], [0], [ushort.MaxValue], [Winner.A]), () => _ = new ContestColumns([0], [0], [0], [], [Winner.A]));
        doors.Add("ContestColumns.new", "winner", () => _ = new ContestColumns([0], [0], [0], [1], [(Winner)9]), () => _ = new ContestColumns([0], [0], [0], [1], []));
        doors.Add("ContestColumns.new", "left", () => _ = new ContestColumns([0], [0], [0], [1], [Winner.A], [(LeftModel)3]), () => _ = new ContestColumns([0], [0], [0], [1], [Winner.A], [LeftModel.A, LeftModel.A]));

        doors.Confidence("Preference.Estimate", c => Preference.Estimate(default, c));
        doors.Confidence("Preference.EstimatePairs", c => Preference.EstimatePairs([], [], c));
        doors.Add("Preference.EstimatePairs", "prompt", () => Preference.EstimatePairs([-1], [Winner.A]));
        doors.Add("Preference.EstimatePairs", "outcome", () => Preference.EstimatePairs([0], [(Winner)7]), () => Preference.EstimatePairs([0], []));
        doors.Confidence("Preference.NoAnswer", c => Preference.NoAnswer(EstimateStatus.SameModel, c));
        doors.Add("Preference.NoAnswer", "status", () => Preference.NoAnswer((EstimateStatus)999), () => Preference.NoAnswer(EstimateStatus.Ok));
        doors.Add("ScopedEstimates.In", "scope", () => Rows.D1.Estimate().Net.In((Scope)9));

        doors.Confidence("Leaderboard.Estimate", c => Leaderboard.Estimate(default, c));
        doors.Add("Leaderboard.Estimate", "ties", () => Leaderboard.Estimate(default, ties: (TieModel)9));
        doors.Add("Leaderboard.Estimate", "rankScope", () => Leaderboard.Estimate(default, rankScope: (Scope)9));
        foreach (var (name, of) in new (string, Action<int, double, TieModel>)[] { ("Votes", (b, c, t) => LeaderboardBootstrap.Votes(default, 1, b, c, t)), ("PromptsAndRaters", (b, c, t) => LeaderboardBootstrap.PromptsAndRaters(default, 1, b, c, t)) })
        {
            doors.Add("LeaderboardBootstrap." + name, "resamples", [-1, 0, 10], b => of(b, 0.95, TieModel.Davidson));
            doors.Confidence("LeaderboardBootstrap." + name, c => of(1000, c, TieModel.Davidson));
            doors.Add("LeaderboardBootstrap." + name, "ties", () => of(1000, 0.95, (TieModel)9));
        }
        doors.Confidence("Position.Estimate", c => Position.Estimate(default, c));
        doors.Confidence("LengthControl.Estimate", c => LengthControl.Estimate(default, [], [], c));
        doors.Add("LengthControl.Estimate", "lengthA", () => LengthControl.Estimate(new([0], [0], [Winner.A]), [], [1]), () => LengthControl.Estimate(new([0], [0], [Winner.A]), [-1], [1]));
        doors.Add("LengthControl.Estimate", "lengthB", () => LengthControl.Estimate(new([0], [0], [Winner.A]), [1], [1, 2]), () => LengthControl.Estimate(new([0], [0], [Winner.A]), [1], [-5]));

        doors.Confidence("SizeTrend.Estimate", c => SizeTrend.Estimate(default, [], c));
        doors.Add("SizeTrend.Estimate", "size", [0, -1, double.NaN, double.PositiveInfinity], s => SizeTrend.Estimate(new([0], [0], [Winner.A]), [s]));
        doors.Add("SizeTrend.Estimate", "size", () => SizeTrend.Estimate(new([0], [0], [Winner.A]), []));

        doors.Confidence("Agreement.Estimate", c => Agreement.Estimate([], [], [], [], c));
        doors.Add("Agreement.Estimate", "unit", () => Agreement.Estimate([-1], [0], [0], [Winner.A]));
        doors.Add("Agreement.Estimate", "prompt", () => Agreement.Estimate([0], [-1], [0], [Winner.A]), () => Agreement.Estimate([0], [], [0], [Winner.A]), () => Agreement.Estimate([0, 0], [0, 1], [0, 1], [Winner.A, Winner.A]));
        doors.Add("Agreement.Estimate", "rater", () => Agreement.Estimate([0], [0], [-1], [Winner.A]), () => Agreement.Estimate([0], [0], [], [Winner.A]));
        doors.Add("Agreement.Estimate", "winner", () => Agreement.Estimate([0], [0], [0], [(Winner)4]), () => Agreement.Estimate([0], [0], [0], []));

        doors.Confidence("JudgeAgreement.Estimate", c => JudgeAgreement.Estimate([], [], [], [], c));
        doors.Add("JudgeAgreement.Estimate", "unit", () => JudgeAgreement.Estimate([-1], [0], [Winner.A], [true]));
        doors.Add("JudgeAgreement.Estimate", "prompt", () => JudgeAgreement.Estimate([0], [-1], [Winner.A], [true]), () => JudgeAgreement.Estimate([0], [], [Winner.A], [true]));
        doors.Add("JudgeAgreement.Estimate", "winner", () => JudgeAgreement.Estimate([0], [0], [(Winner)4], [true]), () => JudgeAgreement.Estimate([0], [0], [], [true]));
        doors.Add("JudgeAgreement.Estimate", "isJudge", () => JudgeAgreement.Estimate([0], [0], [Winner.A], []));
        doors.Confidence("JudgeAgreement.WinRates", c => JudgeAgreement.WinRates([], [], [], [], c));
        doors.Add("JudgeAgreement.WinRates", "unit", () => JudgeAgreement.WinRates([-1], [0], [1], [true]));
        doors.Add("JudgeAgreement.WinRates", "prompt", () => JudgeAgreement.WinRates([0], [-1], [1], [true]), () => JudgeAgreement.WinRates([0], [], [1], [true]));
        doors.Add("JudgeAgreement.WinRates", "score", () => JudgeAgreement.WinRates([0], [0], [], [true]));
        doors.Add("JudgeAgreement.WinRates", "score", OutsideOfShares, s => JudgeAgreement.WinRates([0], [0], [s], [true]));
        doors.Add("JudgeAgreement.WinRates", "isJudge", () => JudgeAgreement.WinRates([0], [0], [1], []));

        doors.Confidence("RaterQuality.Estimate", c => RaterQuality.Estimate([], [], [], [], [], [], c));
        doors.Add("RaterQuality.Estimate", "unit", () => RaterQuality.Estimate([-1], [0], [Winner.A], [], [], []));
        doors.Add("RaterQuality.Estimate", "rater", () => RaterQuality.Estimate([0], [-1], [Winner.A], [], [], []), () => RaterQuality.Estimate([0], [], [Winner.A], [], [], []));
        doors.Add("RaterQuality.Estimate", "winner", () => RaterQuality.Estimate([0], [0], [(Winner)4], [], [], []), () => RaterQuality.Estimate([0], [0], [], [], [], []));
        doors.Add("RaterQuality.Estimate", "left", () => RaterQuality.Estimate([0], [0], [Winner.A], [(LeftModel)7], [], []), () => RaterQuality.Estimate([0], [0], [Winner.A], [LeftModel.A, LeftModel.B], [], []));
        doors.Add("RaterQuality.Estimate", "durationMs", () => RaterQuality.Estimate([0], [0], [Winner.A], [], [1, 2], []));
        doors.Add("RaterQuality.Estimate", "checks", () => RaterQuality.Estimate([], [], [], [], [], null!), () => RaterQuality.Estimate([], [], [], [], [], [new(-1, RaterCheckKind.Gold, true)]),
            () => RaterQuality.Estimate([], [], [], [], [], [new(int.MaxValue, RaterCheckKind.Gold, true)]), () => RaterQuality.Estimate([], [], [], [], [], [new(0, (RaterCheckKind)5, true)]));
        doors.Add("CountedShare.Of", "hits", () => CountedShare.Of(-1, 3, 0.95), () => CountedShare.Of(4, 3, 0.95), () => CountedShare.Of(1, 0, 0.95));
        doors.Add("CountedShare.Of", "n", () => CountedShare.Of(0, -1, 0.95));
        doors.Confidence("CountedShare.Of", c => CountedShare.Of(0, 0, c));

        doors.Add("Majority.Of", "pair", () => Majority.Of([-1], [Winner.A], 1));
        doors.Add("Majority.Of", "winner", () => Majority.Of([0], [(Winner)4], 1), () => Majority.Of([0], [], 1));
        doors.Add("Majority.Of", "overlap", [0, -3], o => Majority.Of([0], [Winner.A], o));
        doors.Add("Majority.Of", "exceptions", () => Majority.Of([0], [Winner.A], 1, null!), () => Majority.Of([0], [Winner.A], 1, new Dictionary<int, int> { [0] = 0 }));

        doors.Add("Tango.Net", "n", [0, .. OutsideOfCounts], n => Tango.Net(n, 0, 0));
        doors.Add("Tango.Net", "wins", [11, .. OutsideOfCounts], w => Tango.Net(10, w, 0));
        doors.Add("Tango.Net", "losses", [6, .. OutsideOfCounts], l => Tango.Net(10, 5, l));
        doors.Confidence("Tango.Net", c => Tango.Net(10, 5, 2, c));
        doors.Add("Tango.WinRate", "n", [0, .. OutsideOfCounts], n => Tango.WinRate(n, 0, 0));
        doors.Add("Tango.WinRate", "wins", [11, .. OutsideOfCounts], w => Tango.WinRate(10, w, 0));
        doors.Add("Tango.WinRate", "losses", [6, .. OutsideOfCounts], l => Tango.WinRate(10, 5, l));
        doors.Confidence("Tango.WinRate", c => Tango.WinRate(10, 5, 2, c));
        doors.Add("Wilson.Interval", "n", [0, .. OutsideOfCounts], n => Wilson.Interval(0, n));
        doors.Add("Wilson.Interval", "successes", [11, .. OutsideOfCounts], s => Wilson.Interval(s, 10));
        doors.Confidence("Wilson.Interval", c => Wilson.Interval(5, 10, c));
        doors.Add("Goodman.Intervals", "counts", OutsideOfCounts, x => Goodman.Intervals([3, x]));
        doors.Add("Goodman.Intervals", "counts", () => Goodman.Intervals([0, 0]), () => Goodman.Intervals([]));
        doors.Confidence("Goodman.Intervals", c => Goodman.Intervals([1, 2, 3], c));
        doors.Add("SignTest.Of", "wins", [-1, long.MaxValue], w => SignTest.Of(w, 0));
        doors.Add("SignTest.Of", "losses", [-1, long.MaxValue], l => SignTest.Of(0, l));
        doors.Add("Holm.Adjust", "p", OutsideOfShares, p => Holm.Adjust([p]));
        doors.Add("BenjaminiHochberg.Adjust", "p", OutsideOfShares, p => BenjaminiHochberg.Adjust([p]));

        doors.Confidence("Quantile.Normal", c => Quantile.Normal(c));
        doors.Confidence("Quantile.Student", c => Quantile.Student(c, 3));
        doors.Add("Quantile.Student", "df", [0, -1, double.NaN], df => Quantile.Student(0.95, df));
        doors.Add("Quantile.NormalTails", "z", () => Quantile.NormalTails(double.NaN));
        doors.Add("Quantile.StudentTails", "t", () => Quantile.StudentTails(double.NaN, 3));
        doors.Add("Quantile.StudentTails", "df", [0, -1, double.NaN], df => Quantile.StudentTails(1, df));

        foreach (var (name, of) in new (string, Func<double[], int[], int[], TwoWayVariance>)[] { ("Jackknife", (s, p, r) => TwoWay.Jackknife(s, p, r)), ("Cr1", (s, p, r) => TwoWay.Cr1(s, p, r)) })
        {
            doors.Add("TwoWay." + name, "score", () => of([], [], []), () => of([double.NaN], [0], [0]), () => of([double.NegativeInfinity], [0], [0]));
            doors.Add("TwoWay." + name, "prompt", () => of([1], [-1], [0]), () => of([1], [], [0]));
            doors.Add("TwoWay." + name, "rater", () => of([1], [0], [-1]), () => of([1], [0], []));
        }
        doors.Add("VarianceComponents.Estimate", "score", () => VarianceComponents.Estimate([1, double.NaN], [0, 1], [0, 1]), () => VarianceComponents.Estimate([1], [0], [0]));
        doors.Add("VarianceComponents.Estimate", "prompt", () => VarianceComponents.Estimate([1, 0], [-1, 0], [0, 1]), () => VarianceComponents.Estimate([1, 0], [], [0, 1]));
        doors.Add("VarianceComponents.Estimate", "rater", () => VarianceComponents.Estimate([1, 0], [0, 1], [-1, 0]), () => VarianceComponents.Estimate([1, 0], [0, 1], []));
        doors.Add("TwoWay.Wald", "variance", () => TwoWay.Wald(null!));
        doors.Confidence("TwoWay.Wald", c => TwoWay.Wald(Variance, c));

        doors.Add("Betting.Of", "score", OutsideOfShares, s => Betting.Of([s]));
        doors.Confidence("Betting.Of", c => Betting.Of([], c));
        doors.Add("ConfidenceSequence.None", "status", () => ConfidenceSequence.None("", (SequenceStatus)99, 0.95));
        doors.Confidence("ConfidenceSequence.None", c => ConfidenceSequence.None("", SequenceStatus.NoUnits, c));
        doors.Confidence("BetaMixture.Of", c => BetaMixture.Of([], c));
        doors.Add("BetaMixture.Of", "weight", [0, .. OutsideOfCounts], w => BetaMixture.Of([], weight: w));
        doors.Confidence("BetaMixture.At", c => BetaMixture.At(1, 1, c));
        doors.Add("BetaMixture.At", "weight", [0, .. OutsideOfCounts], w => BetaMixture.At(1, 1, weight: w));
        doors.Add("BetaMixture.At", "wins", () => BetaMixture.At(-1, 1));
        doors.Add("BetaMixture.At", "losses", () => BetaMixture.At(1, -1), () => BetaMixture.At(2, int.MaxValue));

        foreach (var (name, of) in new (string, Func<double, double, double, double, double>)[] { ("Judgments", (d, n, p, c) => NetPower.Judgments(d, n, p, c)), ("Power", (d, n, j, c) => NetPower.Power(100 * j, d, n, c)) })
        {
            doors.Add("NetPower." + name, "decisive", [0, .. OutsideOfShares], d => of(d, 0.01, 0.8, 0.95));
            doors.Add("NetPower." + name, "net", [0.7, -0.7, double.NaN], n => of(0.6, n, 0.8, 0.95));
            doors.Confidence("NetPower." + name, c => of(0.6, 0.1, 0.8, c));
        }
        doors.Add("NetPower.Judgments", "net", () => NetPower.Judgments(0.6, 0));
        doors.Add("NetPower.Judgments", "power", [0, 1, double.NaN], p => NetPower.Judgments(0.6, 0.1, p));
        doors.Add("NetPower.Power", "judgments", [0, .. OutsideOfCounts], j => NetPower.Power(j, 0.6, 0.1));
        doors.Add("NetPower.Power", "df", [0, -1, double.NaN], df => NetPower.Power(100, 0.6, 0.1, df: df));
        doors.Add("NetPower.OfSignTest", "decisive", () => NetPower.OfSignTest(-1, 0.5));
        doors.Add("NetPower.OfSignTest", "winRate", OutsideOfShares, w => NetPower.OfSignTest(10, w));
        doors.Confidence("NetPower.OfSignTest", c => NetPower.OfSignTest(10, 0.5, c));

        var plan = PlanAssumptions.Default;
        foreach (var (name, of) in new (string, Action<PlanAssumptions, int, int, int, double, double, double>)[]
        {
            ("At", (a, p, r, o, x, y, c) => Planner.At(a, p, r, o, c)), ("Floor", (a, p, r, o, x, y, c) => Planner.Floor(a, r, c)),
            ("IndependentForHalfWidth", (a, p, r, o, x, y, c) => Planner.IndependentForHalfWidth(a, x, c)), ("Power", (a, p, r, o, x, y, c) => Planner.Power(a, p, r, o, x, c)),
            ("PromptsForHalfWidth", (a, p, r, o, x, y, c) => Planner.PromptsForHalfWidth(a, x, r, o, c)), ("RatersForHalfWidth", (a, p, r, o, x, y, c) => Planner.RatersForHalfWidth(a, x, p, o, c)),
            ("PromptsForPower", (a, p, r, o, x, y, c) => Planner.PromptsForPower(a, x, y, r, o, c)), ("RatersForPower", (a, p, r, o, x, y, c) => Planner.RatersForPower(a, x, y, p, o, c)),
        })
        {
            var takes = typeof(Planner).GetMethod(name)!.GetParameters().Select(p => p.Name!).ToHashSet();
            doors.Add("Planner." + name, "assumptions", () => of(null!, 100, 10, 3, 0.1, 0.8, 0.95));
            doors.Confidence("Planner." + name, c => of(plan, 100, 10, 3, 0.1, 0.8, c));
            if (takes.Contains("prompts")) doors.Add("Planner." + name, "prompts", [1, 0, -1, int.MaxValue], p => of(plan, p, 10, 3, 0.1, 0.8, 0.95));
            if (takes.Contains("raters")) doors.Add("Planner." + name, "raters", [1, -1, int.MaxValue], r => of(plan, 100, r, 1, 0.1, 0.8, 0.95));
            if (takes.Contains("overlap")) doors.Add("Planner." + name, "overlap", [0, -1], o => of(plan, 100, 10, o, 0.1, 0.8, 0.95));
            if (takes.Contains("halfWidth")) doors.Add("Planner." + name, "halfWidth", [0, 0.5, -1, double.NaN], x => of(plan, 100, 10, 3, x, 0.8, 0.95));
            if (takes.Contains("net")) doors.Add("Planner." + name, "net", [0, 1, -1, double.NaN], x => of(plan, 100, 10, 3, x, 0.8, 0.95));
            if (takes.Contains("power")) doors.Add("Planner." + name, "power", [0, 1, double.NaN], y => of(plan, 100, 10, 3, 0.1, y, 0.95));
        }

        doors.Add("StudySimulator.Judge", "settings", () => StudySimulator.Judge(null!, []), () => StudySimulator.Judge(Settings with { Strengths = [double.NaN] }, []),
            () => StudySimulator.Judge(Settings with { PromptTaste = -1 }, []), () => StudySimulator.Judge(Settings with { BothBadShare = 1.5 }, []), () => StudySimulator.Judge(Settings with { LeftBias = double.NaN }, []));
        doors.Add("StudySimulator.Judge", "asks", () => StudySimulator.Judge(Settings, null!), () => _ = StudySimulator.Judge(Settings, [new(0, 0, 2, 0)]).ToList(), () => _ = StudySimulator.Judge(Settings, [new(0, -1, 1, 0)]).ToList());
        doors.Add("StudySimulator.Assign", "prompts", () => StudySimulator.Assign(1, -1, 1, [1]));
        doors.Add("StudySimulator.Assign", "ratersAPrompt", [0, -1, 2], r => StudySimulator.Assign(1, 1, r, [1]));
        doors.Add("StudySimulator.Assign", "weights", () => StudySimulator.Assign(1, 1, 1, null!));
        doors.Add("StudySimulator.Assign", "weights", [0, .. OutsideOfCounts], w => StudySimulator.Assign(1, 1, 1, [w]));
        doors.Add("Peeking.Play", "studies", () => Peeking.Play(0, 1, 1, 0, 1));
        doors.Add("Peeking.Play", "units", () => Peeking.Play(1, 0, 1, 0, 1));
        doors.Add("Peeking.Play", "every", () => Peeking.Play(1, 1, 0, 0, 1));
        doors.Add("Peeking.Play", "ties", [1, .. OutsideOfShares], t => Peeking.Play(1, 1, 1, t, 1));
        doors.Confidence("Peeking.Play", c => Peeking.Play(1, 1, 1, 0, 1, c));
        doors.Add("Chance.NextInt", "bound", [0, -1], b => new Chance(1).NextInt(b));
        return doors;
    }

    [Fact]
    public void Turn_away_what_is_crooked_and_name_it()
    {
        var open = new List<string>();
        foreach (var (method, argument, call) in All())
        {
            try
            {
                call();
                open.Add($"{method} let a crooked {argument} in");
            }
            catch (ArgumentException e)
            {
                if (e.ParamName != argument) open.Add($"{method} called its {argument} {e.ParamName}: {e.Message}");
            }
        }
        Assert.Empty(open);
    }

    [Fact]
    public void Stand_before_every_public_method()
    {
        var guarded = All().Select(d => (d.Method, d.Argument)).ToHashSet();
        var missing = from type in typeof(Preference).Assembly.GetExportedTypes()
                      where !type.IsEnum
                      from method in PublicOf(type)
                      from parameter in method.GetParameters()
                      where CanBeCrooked(parameter)
                      let name = $"{type.Name}.{(method is ConstructorInfo ? "new" : method.Name)}"
                      where !guarded.Contains((name, parameter.Name!))
                      select $"{name}({parameter.Name})";
        Assert.Empty(missing.Distinct());
        // Nor may a row outlive its method.
        var methods = typeof(Preference).Assembly.GetExportedTypes().SelectMany(t => PublicOf(t).SelectMany(m => m.GetParameters().Select(p => ($"{t.Name}.{(m is ConstructorInfo ? "new" : m.Name)}", p.Name!)))).ToHashSet();
        Assert.Empty(guarded.Except(methods));
    }

    /// <summary>Methods and constructors that somebody wrote; records are answers, and what the compiler adds to them says nothing.</summary>
    private static IEnumerable<MethodBase> PublicOf(Type type)
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var isRecord = type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null;
        IEnumerable<MethodBase> methods = type.GetMethods(Own).Where(m => !m.IsSpecialName && m.Name is not ("Equals" or "GetHashCode" or "ToString" or "Deconstruct")
            && m.GetCustomAttribute<CompilerGeneratedAttribute>() is null);
        return isRecord ? methods : methods.Concat(type.GetConstructors(Own));
    }

    /// <summary>Columns have doors of their own; a truth value, a seed and a place to work in have no wrong value, nor has what names a thing.</summary>
    private static bool CanBeCrooked(ParameterInfo parameter)
    {
        var type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        if (type == typeof(JudgmentColumns) || type == typeof(ContestColumns) || type == typeof(bool) || type == typeof(ulong) || type == typeof(string)) return false;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Span<>)) return false;
        if (type == typeof(ReadOnlySpan<bool>)) return parameter.Name != "won"; // one column alone has no length to differ from
        return !(type == typeof(ReadOnlySpan<int>) && parameter.Member.DeclaringType == typeof(Chance));
    }
}
