using CsCheck;
using PrefEval.Api.Assignments;
using PrefEval.Api.Pairs;
using Xunit;

namespace PrefEval.Api.Tests;

public sealed class BalancingSides
{
    [Fact]
    public void No_rater_is_ever_shown_one_way_more_than_twice_more_often() => Gen.Int.Sample(seed =>
    {
        var (chance, rater) = (new Random(seed), 0);
        for (var i = 0; i < 200; i++)
        {
            // Whatever the study and the pair would want, her own rule wins.
            rater += Sides.Choose(rater, chance.Next(-4, 5), chance.Next(-2, 3), chance.Next(1, 4), chance).Left == Side.A ? 1 : -1;
            Assert.InRange(rater, -2, 2);
        }
    }, iter: 200);

    [Fact]
    public void The_raters_of_a_pair_see_it_as_evenly_as_their_number_allows() => Gen.Select(Gen.Int, Gen.Int[1, 7]).Sample((seed, overlap) =>
    {
        var (chance, pair) = (new Random(seed), 0);
        for (var free = overlap; free > 0; free--) pair += Sides.Choose(0, chance.Next(-4, 5), pair, free, chance).Left == Side.A ? 1 : -1;
        Assert.InRange(pair, -(overlap % 2), overlap % 2);
    }, iter: 500);

    [Fact]
    public void Who_knows_the_rule_and_her_own_past_foretells_no_more_than_two_thirds()
    {
        const int asked = 20_000;
        var chance = new Random(7);
        var (balance, right) = (0, 0);
        for (var i = 0; i < asked; i++)
        {
            var guess = balance > 0 ? Side.B : Side.A; // the best there is: what evens out
            var left = Sides.Choose(balance, balance, 0, 1, chance).Left;
            if (guess == left) right++;
            balance += left == Side.A ? 1 : -1;
        }
        Assert.InRange((double)right / asked, 0.5, 2.0 / 3);
    }

    [Fact]
    public void The_order_serves_every_pair_once_and_a_prompt_once_a_round() => Gen.Select(Gen.Int, Gen.Int[1, 30], Gen.Int[1, 6]).Sample((seed, prompts, models) =>
    {
        var pairs = (from p in Enumerable.Range(0, prompts) from m in Enumerable.Range(0, models) select new OrderedPair(p, m, p % 3 == 0 ? null : "c" + (p % 3))).ToList();

        var order = PairOrder.Draw(pairs, new Random(seed));

        Assert.Equal(Enumerable.Range(0, pairs.Count), order.Order());
        for (var round = 0; round < models; round++)
            Assert.Equal(prompts, order.Skip(round * prompts).Take(prompts).Select(i => pairs[i].Prompt).Distinct().Count());
    }, iter: 200);
}
