namespace PrefEval.Api.Pairs;

/// <summary>What the order needs to know of a pair.</summary>
public readonly record struct OrderedPair(int Prompt, int ModelPair, string? Category);

/// <summary>
/// The one random order in which pairs are served. Prompts come in random order, stratified by category; each round serves one pair of every prompt,
/// so that two pairs of a prompt lie a whole round apart; within a round the pair of models that its category has served least comes next. Every
/// prefix is thereby balanced by pair of models and category, which early looks lean on.
/// </summary>
public static class PairOrder
{
    /// <returns>For each place of the order, the index of the pair that stands there.</returns>
    public static int[] Draw(IReadOnlyList<OrderedPair> pairs, Random chance)
    {
        var waiting = new Dictionary<int, List<int>>();
        var shuffled = Enumerable.Range(0, pairs.Count).ToArray();
        chance.Shuffle(shuffled);
        foreach (var index in shuffled)
        {
            if (!waiting.TryGetValue(pairs[index].Prompt, out var itsPairs)) waiting.Add(pairs[index].Prompt, itsPairs = []);
            itsPairs.Add(index);
        }

        var order = new List<int>(pairs.Count);
        var served = new Dictionary<(string?, int), int>();
        for (var round = PromptOrder(pairs, waiting, chance); round.Count > 0; round = [.. round.Where(prompt => waiting[prompt].Count > 0)])
        {
            foreach (var prompt in round)
            {
                var itsPairs = waiting[prompt];
                var least = itsPairs.MinBy(index => served.GetValueOrDefault((pairs[index].Category, pairs[index].ModelPair)));
                itsPairs.Remove(least);
                var stratum = (pairs[least].Category, pairs[least].ModelPair);
                served[stratum] = served.GetValueOrDefault(stratum) + 1;
                order.Add(least);
            }
        }
        return [.. order];
    }

    /// <summary>Systematic sampling: the i-th of the n prompts of a category stands at (i + u) / n, so that categories mix evenly.</summary>
    private static List<int> PromptOrder(IReadOnlyList<OrderedPair> pairs, Dictionary<int, List<int>> waiting, Random chance) =>
        [.. waiting
            .GroupBy(p => pairs[p.Value[0]].Category)
            .SelectMany(category =>
            {
                var prompts = category.Select(p => p.Key).ToArray();
                return prompts.Select((prompt, i) => (prompt, at: (i + chance.NextDouble()) / prompts.Length));
            })
            .OrderBy(p => p.at)
            .Select(p => p.prompt)];
}
