namespace PrefEval.Stats;

/// <summary>What one outcome says of a pair: the slope of its log-chance in the lead, and in the term for ties.</summary>
internal readonly record struct OutcomeScore(double Lead, double Tie);

/// <summary>The information on lead and ties that one judgment, or one arrangement, holds.</summary>
internal readonly record struct PairInformation(double Lead, double Mixed, double Tie)
{
    public static PairInformation operator *(double n, PairInformation i) => new(n * i.Lead, n * i.Mixed, n * i.Tie);
}

/// <summary>The chances of one arrangement where the low model leads by eta, and all that a fit needs to know of them.</summary>
/// <remarks>
/// Davidson: P(low) : P(high) : P(tie) = e^(eta/2) : e^(-eta/2) : nu, the term for ties log nu (minus infinity: none, and a tie is half a win for either).
/// Rao and Kupper: P(low) = 1/(1 + e^(t - eta)), P(high) = 1/(1 + e^(t + eta)), t = log theta >= 0 the term for ties (0: none).
/// Everything is written without cancellation, so that a chance near 1 costs no digits.
/// </remarks>
internal readonly struct ContestChances
{
    private readonly bool _raoKupper;
    private readonly double _eta, _tie;
    private readonly double _notLow, _notHigh; // Rao and Kupper's 1 - P(low) and 1 - P(high)

    public ContestChances(TieModel ties, double eta, double tie)
    {
        (_raoKupper, _eta, _tie) = (ties == TieModel.RaoKupper, eta, tie);
        if (_raoKupper)
        {
            (Low, _notLow) = (Logistic(eta - tie), Logistic(tie - eta));
            (High, _notHigh) = (Logistic(-eta - tie), Logistic(eta + tie));
            Tie = tie > 0 ? Math.Exp(LogTies(tie) + LogLogistic(eta - tie) + LogLogistic(-eta - tie)) : 0;
            return;
        }
        var less = Math.Exp(-Math.Abs(eta));
        var even = Math.Exp(tie - Math.Abs(eta) / 2);
        var all = 1 + less + even;
        (Low, High) = eta >= 0 ? (1 / all, less / all) : (less / all, 1 / all);
        Tie = even / all;
    }

    public double Low { get; }
    public double High { get; }
    public double Tie { get; }

    /// <summary>Ties half; without a term for ties the chance of a win alone.</summary>
    public double WinRate => Low + Tie / 2;

    /// <summary>Of the win rate in the lead.</summary>
    public double WinRateSlope => _raoKupper ? (Low * _notLow + High * _notHigh) / 2 : VarianceOfLead;

    public OutcomeScore OfLow => _raoKupper ? new(_notLow, -_notLow) : new(High + Tie / 2, -Tie);
    public OutcomeScore OfHigh => _raoKupper ? new(-_notHigh, -_notHigh) : new(-Low - Tie / 2, -Tie);
    public OutcomeScore OfTie => _raoKupper ? new(High - Low, TieAlone - _notLow - _notHigh) : new(-(Low - High) / 2, Low + High);

    /// <summary>What one judgment is expected to tell.</summary>
    public PairInformation Expected
    {
        get
        {
            if (!_raoKupper) return new(VarianceOfLead, -Tie * (Low - High) / 2, Tie * (Low + High));
            var lead = _notLow * _notHigh * (Low + High);
            return new(lead, _notLow * _notHigh * (High - Low), lead + Tie * TieCurvature);
        }
    }

    /// <summary>What these judgments told: the same times their number in Davidson's model, which is of exponential form in lead and log nu.</summary>
    public PairInformation Observed(in ContestCell cell)
    {
        if (!_raoKupper) return cell.N * Expected;
        var low = (cell.LowWins + cell.Ties) * Low * _notLow;
        var high = (cell.HighWins + cell.Ties) * High * _notHigh;
        return new(low + high, high - low, low + high + cell.Ties * TieCurvature);
    }

    /// <summary>How the expected information changes with the lead, and with the term for ties.</summary>
    public (PairInformation ByLead, PairInformation ByTie) Slopes
    {
        get
        {
            if (!_raoKupper)
            {
                var mixed = Third(2, 1);
                var more = Third(1, 2);
                return (new(Third(3, 0), mixed, more), new(mixed, more, Third(0, 3)));
            }
            double both = _notLow * _notHigh, sum = Low + High, lead = High - Low, low = Low * _notLow, high = High * _notHigh;
            var (leadByLead, leadByTie) = (both * (lead * sum + low - high), both * (sum * sum - low - high));
            return (new(leadByLead, both * (lead * lead - low - high), leadByLead + TieCurvature * (high - low)),
                new(leadByTie, both * (sum * lead + low - high), leadByTie + TieCurvature * (low + high) - 2 * Tie * TieCurvature / Math.Tanh(_tie)));
        }
    }

    /// <summary>The log-likelihood of these judgments; minus infinity where they cannot be.</summary>
    public double LogLikelihood(in ContestCell cell)
    {
        if (!_raoKupper)
        {
            var half = Math.Abs(_eta) / 2;
            var logSum = half + Math.Log(1 + Math.Exp(-2 * half) + Math.Exp(_tie - half));
            return (cell.LowWins - cell.HighWins) / 2 * _eta - cell.N * logSum + (_tie > double.NegativeInfinity ? cell.Ties * _tie : 0);
        }
        var log = (cell.LowWins + cell.Ties) * LogLogistic(_eta - _tie) + (cell.HighWins + cell.Ties) * LogLogistic(-_eta - _tie);
        return cell.Ties == 0 ? log : _tie > 0 ? log + cell.Ties * LogTies(_tie) : double.NegativeInfinity;
    }

    private double VarianceOfLead => Low * High + (Low + High) * Tie / 4;

    // log(theta^2 - 1), where P(tie) = (theta^2 - 1) P(low) P(high); its slope, and how fast that falls.
    private static double LogTies(double tie) => tie > 20 ? 2 * tie : tie + Math.Log(2 * Math.Sinh(tie));
    private double TieAlone => _tie > 20 ? 2 : Math.Exp(_tie) / Math.Sinh(_tie);
    private double TieCurvature => _tie > 0 ? 1 / (Math.Sinh(_tie) * Math.Sinh(_tie)) : 0;

    /// <summary>Davidson's third central moment of lead^i tie^j, i + j = 3.</summary>
    private double Third(int i, int j) => Low * Power(OfLow, i, j) + High * Power(OfHigh, i, j) + Tie * Power(OfTie, i, j);

    private static double Power(OutcomeScore s, int i, int j) => Math.Pow(s.Lead, i) * Math.Pow(s.Tie, j);

    private static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static double LogLogistic(double x) => Math.Min(x, 0) - Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
