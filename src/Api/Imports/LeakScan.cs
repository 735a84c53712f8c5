using System.Buffers;
using System.Text;

namespace PrefEval.Api.Imports;

/// <summary>What to do with answers that say who they are: keep shows them as they are, mask hides the words from raters, drop asks nobody about their pairs.</summary>
public enum Leaks { Keep, Mask, Drop }

public enum LeakRule
{
    /// <summary>It names the model that gave it, as the study calls that.</summary>
    OwnName,
    /// <summary>It says "I am" a model, or from whom, by a name that is known.</summary>
    SaysWho,
    /// <summary>It says by whom it was trained or made, whoever that is.</summary>
    SaysItsMaker,
}

/// <summary>An answer that says who it is.</summary>
/// <param name="Words">The words that say it.</param>
/// <param name="Excerpt">The first of them with what stands around it.</param>
/// <param name="Masked">The answer without them, as the JSON that answers are stored as.</param>
internal sealed record FoundLeak(LeakRule Rule, IReadOnlyList<string> Words, string Excerpt, byte[] Masked);

/// <summary>
/// Looks whether an answer says who gave it. A name alone tells nothing, as prompts are about models too: it counts where the answer speaks of itself. Each
/// beginning of such a sentence is followed for a bounded stretch, so that the time goes with the length of the text, whatever it holds.
/// </summary>
internal static class LeakScan
{
    public const string Mask = "▇▇▇";
    private const int Stretch = 80, Around = 40;

    private readonly record struct Found(int Start, int End, LeakRule Rule);

    /// <param name="messages">Those of the answer.</param>
    /// <param name="name">What the study calls the model.</param>
    /// <param name="asked">The prompt, where it is known: a name that stands there tells nothing. Read only where it matters.</param>
    /// <returns>Null where it does not say.</returns>
    public static FoundLeak? Of(IReadOnlyList<Message> messages, OwnName? name, Func<string?> asked)
    {
        List<(int Message, Found Found)>? all = null;
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role == "user") continue;
            foreach (var found in In(messages[i].Content, name, asked)) (all ??= []).Add((i, found));
        }
        if (all is null) return null;
        var (first, at) = all[0];
        var text = messages[first].Content;
        var (from, to) = (Math.Max(0, at.Start - Around), Math.Min(text.Length, at.End + Around));
        if (from > 0 && char.IsLowSurrogate(text[from])) from--;
        if (to < text.Length && char.IsLowSurrogate(text[to])) to++;
        return new FoundLeak(at.Rule, [.. all.Select(f => messages[f.Message].Content[f.Found.Start..f.Found.End]).Distinct().Take(5)],
            $"{(from > 0 ? "…" : "")}{text[from..to].ReplaceLineEndings(" ")}{(to < text.Length ? "…" : "")}", Masked(messages, all));
    }

    private static byte[] Masked(IReadOnlyList<Message> messages, List<(int Message, Found Found)> all)
    {
        using var writer = new MessageWriter();
        writer.Begin();
        var next = 0;
        for (var i = 0; i < messages.Count; i++)
        {
            var (content, masked, done) = (messages[i].Content, new StringBuilder(), 0);
            for (; next < all.Count && all[next].Message == i; next++)
            {
                masked.Append(content, done, all[next].Found.Start - done).Append(Mask);
                done = all[next].Found.End;
            }
            writer.Add(messages[i].Role, masked.Append(content, done, content.Length - done).ToString());
        }
        return writer.End().Json;
    }

    /// <summary>The places, in order and apart from each other.</summary>
    private static List<Found> In(string text, OwnName? name, Func<string?> asked)
    {
        var found = new List<Found>();
        for (var at = 0; text.AsSpan(at).IndexOfAny(LeakNames.AsciiAnchors) is >= 0 and var next; at++)
        {
            at += next;
            if (!IsInWord(text, at - 1)) Follow(text, at, found);
        }
        for (var at = 0; text.AsSpan(at).IndexOfAny(LeakNames.OtherAnchorsBegin) is >= 0 and var next; at++)
        {
            at += next;
            if (LeakNames.IsOtherAnchor(text.AsSpan(at)) && (!char.IsAscii(text[at]) || !IsInWord(text, at - 1))) Follow(text, at, found);
        }
        if (name is not null)
        {
            bool? isAsked = null;
            for (var at = 0; isAsked != true && text.AsSpan(at).IndexOfAny(name.Sought) is >= 0 and var next; at += name.Text.Length)
            {
                at += next;
                var end = at + name.Text.Length;
                if ((char.IsAscii(name.Text[0]) && IsInWord(text, at - 1)) || (char.IsAscii(name.Text[^1]) && IsInWord(text, end))) continue;
                isAsked ??= asked()?.Contains(name.Text, StringComparison.OrdinalIgnoreCase) == true;
                if (isAsked == false) found.Add(new Found(at, end, LeakRule.OwnName));
            }
        }
        if (found.Count < 2) return found;
        var apart = new List<Found>();
        foreach (var one in found.OrderBy(f => f.Start).ThenByDescending(f => f.End))
            if (apart.Count == 0 || one.Start >= apart[^1].End) apart.Add(one);
        return apart;
    }

    /// <summary>Follows one sentence in which an answer may speak of itself.</summary>
    private static void Follow(string text, int anchor, List<Found> found)
    {
        // "As" and 作为 introduce others too: then the name stands before the comma, and "I" behind it.
        var isAs = text[anchor] is 'a' or 'A' or '作' or '身';
        if (isAs && char.IsAscii(text[anchor]) && text.AsSpan(0, anchor).TrimEnd(' ') is [.., var last] && char.IsLetterOrDigit(last)) return; // "as good as"
        var start = anchor + (isAs ? 2 : text[anchor] == '我' || text[anchor] == '本' ? 1 : 0);
        var sentence = text.AsSpan(start, SentenceEnd(text, start, isAs) - start);
        if (isAs && !SpeaksOfItself(text.AsSpan(start + sentence.Length, Math.Min(Stretch, text.Length - start - sentence.Length)))) return;
        var before = found.Count;
        for (var at = 0; at < sentence.Length;)
        {
            var next = sentence[at..].IndexOfAny(LeakNames.All);
            if (next < 0) break;
            at += next;
            var (length, isModel) = LeakNames.At(sentence[at..]);
            var isWord = length > 0 && !(char.IsAscii(sentence[at]) && at > 0 && char.IsAsciiLetterOrDigit(sentence[at - 1]));
            if (isWord && (found.Count > before || IsItself(sentence, at, length, isModel, text, start)))
                found.Add(new Found(start + at, start + at + length, LeakRule.SaysWho));
            at += Math.Max(1, length);
        }
        if (found.Count == before && Maker(sentence) is var (from, to) && IsOfModel(sentence) && sentence.IndexOfAny(LeakNames.OfOthers) < 0) found.Add(new Found(start + from, start + to, LeakRule.SaysItsMaker));
    }

    private static bool IsItself(ReadOnlySpan<char> sentence, int at, int length, bool isModel, string text, int start)
    {
        var between = sentence[..at];
        var behind = sentence[(at + length)..];
        if (between.IndexOfAny(LeakNames.OfOthers) >= 0 || behind[..Math.Min(behind.Length, 14)].IndexOfAny(LeakNames.Followers) is >= 0 and < 4) return false;
        if (isModel && between.Length < 16) return true;
        var end = Math.Min(text.Length, start + at + length + Stretch / 2); // "I'm Claude. I'm an AI assistant"
        var around = text.AsSpan(start + at + length, end - start - at - length);
        return IsOfModel(between) || between.IndexOfAny(LeakNames.OfMakers) >= 0 || (between.Length < 16 && (IsOfModel(around) || behind[..Math.Min(behind.Length, 8)].IndexOfAny(LeakNames.OfMakers) >= 0));
    }

    private static bool IsOfModel(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny(LeakNames.OfModels) >= 0) return true;
        for (var at = 0; text[at..].IndexOf("AI") is >= 0 and var next; at += next + 2)
        {
            var (left, right) = (at + next - 1, at + next + 2);
            if ((left < 0 || !char.IsAsciiLetterOrDigit(text[left])) && (right >= text.Length || !char.IsAsciiLetterOrDigit(text[right]))) return true;
        }
        return false;
    }

    /// <summary>由…训练, or "trained by …" with a name that is written as one.</summary>
    private static (int From, int To)? Maker(ReadOnlySpan<char> sentence)
    {
        if (sentence.IndexOf('由') is >= 0 and var by)
        {
            foreach (var made in (ReadOnlySpan<string>)["训练", "开发", "研发", "创建", "创造", "推出", "打造", "构建", "研制"])
            {
                var length = sentence[(by + 1)..].IndexOf(made, StringComparison.Ordinal);
                if (length is < 2 or > 20) continue;
                var name = sentence.Slice(by + 1, length);
                return name.IndexOfAny("一多，、") >= 0 || name.IndexOfAny(Anybody) >= 0 ? null : (by + 1, by + 1 + length);
            }
        }
        if (!sentence.Contains(" by ", StringComparison.Ordinal)) return null;
        foreach (var made in (ReadOnlySpan<string>)["trained by ", "developed by ", "created by ", "built by ", "made by "])
        {
            var from = sentence.IndexOf(made, StringComparison.OrdinalIgnoreCase);
            if (from < 0) continue;
            from += made.Length;
            if (sentence[from..].StartsWith("the ", StringComparison.OrdinalIgnoreCase)) from += 4;
            var to = from;
            while (to < sentence.Length && char.IsUpper(sentence[to])) // word by word, as long as they are written like a name
            {
                while (to < sentence.Length && (char.IsLetterOrDigit(sentence[to]) || sentence[to] is '-' or '&')) to++;
                if (to + 1 < sentence.Length && sentence[to] == ' ' && char.IsUpper(sentence[to + 1])) to++;
            }
            if (to > from + 1) return (from, to);
        }
        return null;
    }

    private static readonly SearchValues<string> Anybody = SearchValues.Create(["人类", "工程师", "科学家", "程序员", "专家", "大量", "研究人员", "开发者", "人员", "数据"], StringComparison.Ordinal);

    private static bool SpeaksOfItself(ReadOnlySpan<char> behind) =>
        behind.ContainsAny(OfItself) || behind.TrimStart(" ,，").StartsWith("I ", StringComparison.Ordinal);

    private static readonly SearchValues<string> OfItself = SearchValues.Create([" I ", " I'", " I’", " my ", "我", "本模型"], StringComparison.Ordinal);

    private static int SentenceEnd(string text, int start, bool toComma)
    {
        var end = Math.Min(text.Length, start + Stretch);
        for (var i = start; i < end; i++)
        {
            if (text[i] is '。' or '！' or '？' or '!' or '?' or '\n') return i;
            if (toComma && text[i] is '，' or ',' && i > start + 2) return i;
            if (text[i] == '.' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]))) return i;
        }
        return end;
    }

    private static bool IsInWord(string text, int at) => at >= 0 && at < text.Length && char.IsAsciiLetterOrDigit(text[at]);
}

/// <summary>What the study calls a model, to be looked for in its answers.</summary>
internal sealed record OwnName(string Text, SearchValues<string> Sought)
{
    /// <returns>Null for a name that tells nothing.</returns>
    public static OwnName? Of(string model) => IsTelling(model) ? new OwnName(model, SearchValues.Create([model], StringComparison.OrdinalIgnoreCase)) : null;

    /// <summary>A name such as "reference" or "base" is a word of every answer; one with a figure, a hyphen, inner capitals or Chinese characters is hardly.</summary>
    private static bool IsTelling(string model)
    {
        if (model == Formats.Reference.Model || model.Length < 3) return false;
        var letters = model.AsSpan();
        return letters.IndexOfAnyInRange('0', '9') >= 0 ? letters.IndexOfAnyExceptInRange('0', '9') >= 0
            : letters.ContainsAny('-', '_') || letters[1..].IndexOfAnyInRange('A', 'Z') >= 0 || (model.Length > 3 && !char.IsAscii(model[0]));
    }
}
