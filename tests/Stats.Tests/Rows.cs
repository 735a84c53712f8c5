namespace PrefEval.Stats.Tests;

/// <summary>Judgments as columns, and the two small data sets that the golden values were computed on.</summary>
public sealed record Rows(int[] Prompt, int[] Rater, Winner[] Winner)
{
    /// <summary>Golden data set d1_single_pair: one line a prompt; a rater's number and win, tie or loss.</summary>
    public static Rows D1 { get; } = Parse("""
        0T 1T 2W 4W 5T
        0W 1L 2W 4W 5L
        0W 2W 3W 5L
        0T 1L 2L 3L
        0L 1L 2T 3L 5T
        0W 1T 2T 3L 4T
        0L 1L 2W 4L 5W
        0W 2W 3T 4L 5T
        1L 2L 3L
        2W 3W 5T
        0T 1L 3L
        4W 5L
        4W 5W
        0L 1L 3L 4W 5W
        0T 1L 2W 3L
        0W 5L
        0L 1W
        1T 3L
        1W 2W 3L 5L
        0L 1L 2W 3W 4T
        0W 2W 3T 4T 5T
        3L 5T
        2W 5L
        0T 3L 5L
        1L 3L
        0L 1L 2L 4W 5L
        1T 3L 4W
        2L 3W 4W 5L
        0W 1W 4W 5W
        1T 2T 3W
        """);

    /// <summary>Golden data set d3_agree: one line a unit.</summary>
    public static Rows D3 { get; } = Parse("""
        0L 1W 3L
        0W 1T 2T 3W
        0L 1T 2L
        1T 2L 3L
        0W 1W 2W 3W
        0W 1W 2T 3W
        1T 3W
        0W 1W 2W 3W
        0W 1W 3W
        1T 2L 3L
        0W 1W 2W 3W
        2L 3W
        0L 1T 3L
        0T 1W 2W 3T
        0W 1W 3W
        0L 2W 3T
        0T 1L 3L
        0L 1W 2L 3L
        0W 1W 2W
        0W 2T
        """);

    public int Count => Winner.Length;

    public JudgmentColumns Columns => new(Prompt, Rater, Winner);

    public double[] Scores => [.. Winner.Select(w => w switch { Stats.Winner.A => 1.0, Stats.Winner.B => 0.0, _ => 0.5 })];

    public Rows Where(Func<int, bool> keep)
    {
        var rows = Enumerable.Range(0, Count).Where(keep).ToArray();
        return Pick(rows);
    }

    public Rows Pick(int[] rows) => new([.. rows.Select(i => Prompt[i])], [.. rows.Select(i => Rater[i])], [.. rows.Select(i => Winner[i])]);

    public Rows Swapped() => this with
    {
        Winner = [.. Winner.Select(w => w switch { Stats.Winner.A => Stats.Winner.B, Stats.Winner.B => Stats.Winner.A, _ => w })],
    };

    public PreferenceEstimates Estimate(double confidence = 0.95) => Preference.Estimate(Columns, confidence);

    /// <summary>A line a prompt; "0W 12B": rater 0 says win, rater 12 both bad.</summary>
    public static Rows Parse(string text)
    {
        var (prompt, rater, winner) = (new List<int>(), new List<int>(), new List<Winner>());
        var lines = text.Split('\n');
        for (var p = 0; p < lines.Length; p++)
            foreach (var token in lines[p].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                prompt.Add(p);
                rater.Add(int.Parse(token[..^1]));
                winner.Add(token[^1] switch { 'W' => Stats.Winner.A, 'L' => Stats.Winner.B, 'T' => Stats.Winner.Tie, _ => Stats.Winner.BothBad });
            }
        return new([.. prompt], [.. rater], [.. winner]);
    }
}
