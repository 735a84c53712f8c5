using Microsoft.AspNetCore.Http.HttpResults;
using PrefEval.Api.Access;
using PrefEval.Api.Assignments;
using PrefEval.Api.Platform;
using PrefEval.Api.Prompts;
using PrefEval.Api.Reports;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Adjudications;

public static class AdjudicationEndpoints
{
    private const int LongestBeginning = 200;

    public static void MapAdjudications(this IEndpointRouteBuilder study)
    {
        study.MapGet("/disagreements", List).WithTags("Adjudications").Allow(Role.Researcher).WithName("listDisagreements")
            .WithSummary("The pairs whose raters disagree, the worst first, and which of them are adjudicated");
        study.MapGet("/disagreements/{pair}", Get).WithTags("Adjudications").Allow(Role.Researcher).WithName("getAdjudication")
            .WithSummary("A pair to be adjudicated, blind; once it is decided, whose the answers are, the votes, and every version");
        study.MapPut("/disagreements/{pair}", Put).WithTags("Adjudications").Allow(Role.Researcher).WithName("putAdjudication")
            .WithSummary("Decide a pair whose raters disagree, or leave it undecided. No report reads it; trl_dpo, trl_kto and release exports do, where the votes have no strict majority");
    }

    /// <param name="asked">Of which pairs and votes, as of reports.</param>
    /// <param name="state">open (the default), undecided, decided, or all.</param>
    private static async Task<Results<Ok<DisagreementPage>, ProblemHttpResult>> List(
        StudyContext context, [AsParameters] ReportParameters asked, AdjudicationStore store, ReportDesk desk, OpaqueIds ids, string? state, int? limit, string? cursor, CancellationToken cancel)
    {
        var page = Cursor.Read(limit, cursor);
        if (page.Problem is { } problem) return TypedResults.Problem(problem);
        var request = await desk.ReadAsync(context.Id, asked, cancel);
        AdjudicationState? wanted = state == "all" ? null : ReportDesk.Parse(state, "state", AdjudicationState.Open, request.Errors);
        if (request.Refusal is { } refused) return refused;

        var judgments = (await desk.GatherAsync(request, cancel)).Judgments;
        var votes = new Votes[request.Facts.Highest + 1];
        for (var i = 0; i < judgments.Count; i++)
            if (judgments.Counted[i]) votes[judgments.Pair[i]] = votes[judgments.Pair[i]].Plus(judgments.Winner[i]);
        var standing = await store.StandingAsync(context.Id, request.Sequence, cancel);
        var isAsked = request.Study.State is StudyState.Open or StudyState.Paused;
        // What was adjudicated stays in the list when its raters agree by now: it can be looked up and revised.
        var all = Enumerable.Range(0, votes.Length).Where(pair => votes[pair].Disagreement > 0 || (votes[pair].All > 0 && standing.ContainsKey(pair)))
            .Select(pair => (Pair: pair, Votes: votes[pair], State: standing.GetValueOrDefault(pair)?.State ?? AdjudicationState.Open,
                Waiting: isAsked && votes[pair].All < request.Facts.Pair(pair).Overlap && !request.Facts.Pair(pair).Identical))
            .ToList();
        var rows = all.Where(row => wanted is null || row.State == wanted).Select(row => (Key: Place(row.Pair, row.Votes, row.Waiting), Row: row))
            .Where(row => row.Key > page.Value.After).OrderBy(row => row.Key).Take(page.Value.Limit + 1).ToList();
        var prompts = await store.PromptsAsync(context.Id, [.. rows.Select(row => row.Row.Pair)], cancel);
        var items = Cursor.Page(rows, page.Value.Limit, row => row.Key, row => new DisagreedPair
        {
            Id = ids.Encode(IdKind.Pair, context.Id, row.Row.Pair),
            PromptId = prompts[row.Row.Pair].PromptId,
            Prompt = Beginning(prompts[row.Row.Pair].Messages),
            Votes = row.Row.Votes.All,
            Disagreement = row.Row.Votes.Disagreement,
            Majority = row.Row.Votes.HaveMajority,
            Waiting = row.Row.Waiting,
            State = row.Row.State,
        });
        return TypedResults.Ok(new DisagreementPage
        {
            Items = items.Items,
            NextCursor = items.NextCursor,
            Open = all.Count(row => row.State == AdjudicationState.Open),
            Undecided = all.Count(row => row.State == AdjudicationState.Undecided),
            Decided = all.Count(row => row.State == AdjudicationState.Decided),
        });
    }

    private static async Task<Results<Ok<AdjudicationCase>, ProblemHttpResult>> Get(
        StudyContext context, string pair, AdjudicationStore store, ReportDesk desk, StudyStore studies, VoteReader votes, OpaqueIds ids, CancellationToken cancel) =>
        await FindAsync(context.Id, pair, store, desk, studies, votes, ids, cancel) is { } found ? TypedResults.Ok(found) : TypedResults.Problem(NoSuchPair);

    private static async Task<Results<Ok<AdjudicationCase>, ProblemHttpResult>> Put(
        StudyContext context, string pair, PutAdjudication said, Caller caller, AdjudicationStore store, ReportDesk desk, StudyStore studies, VoteReader votes, OpaqueIds ids, CancellationToken cancel)
    {
        if (ids.Number(pair, IdKind.Pair, context.Id) is not { } number || await store.FindAsync(context.Id, (int)number, cancel) is null) return TypedResults.Problem(NoSuchPair);
        if ((await store.DecideAsync(context.Id, (int)number, said, caller.Account)).Problem is { } problem) return TypedResults.Problem(problem);
        return TypedResults.Ok((await FindAsync(context.Id, pair, store, desk, studies, votes, ids, cancel))!);
    }

    private static readonly Microsoft.AspNetCore.Mvc.ProblemDetails NoSuchPair = Problem.NotFound.With("The study has no such pair that raters are asked about; GET disagreements lists those they disagree about.");

    private static async Task<AdjudicationCase?> FindAsync(
        long study, string id, AdjudicationStore store, ReportDesk desk, StudyStore studies, VoteReader votes, OpaqueIds ids, CancellationToken cancel)
    {
        var row = (await studies.FindAsync(study, cancel))!; // before the texts: what is replaced in between is found when she decides
        if (ids.Number(id, IdKind.Pair, study) is not { } pair || await store.FindAsync(study, (int)pair, cancel) is not { } texts) return null;
        var left = store.LeftOf(study, (int)pair);
        var standing = await store.StandingAsync(study, (int)pair, cancel);
        var versions = await store.VersionsAsync(study, (int)pair, cancel);
        var firstDecided = versions.FirstOrDefault(version => version.Winner is not null)?.Revision ?? int.MaxValue;
        return new AdjudicationCase
        {
            Id = id,
            PromptId = texts.PromptId,
            Prompt = Message.ParseList(texts.Prompt),
            Left = Message.ParseList(left == Side.A ? texts.AnswerA : texts.AnswerB),
            Right = Message.ParseList(left == Side.A ? texts.AnswerB : texts.AnswerA),
            Language = texts.Language,
            State = standing?.State ?? AdjudicationState.Open,
            Sequence = row.Sequence,
            Revision = versions.Count,
            Versions = [.. versions.Select(version => new AdjudicationVersion
            {
                Revision = version.Revision,
                Choice = AdjudicationStore.DecisionOf(version),
                Note = version.Note,
                Account = version.Account,
                CreatedAt = Time.FromMicros(version.CreatedAt),
                Sequence = version.Sequence,
                Blind = version.Revision <= firstDecided,
            })],
            Revealed = standing?.State == AdjudicationState.Decided ? Revealed(texts, left, await VotesAsync()) : null,
        };

        async Task<Votes> VotesAsync() =>
            (await votes.OfPairsAsync(study, row.Sequence, await desk.CountedKindAsync(row, row.Sequence, cancel), cancel)).GetValueOrDefault((int)pair);
    }

    private static RevealedPair Revealed(CaseRow texts, Side left, Votes votes) => new()
    {
        LeftModel = left == Side.A ? texts.ModelA : texts.ModelB,
        RightModel = left == Side.A ? texts.ModelB : texts.ModelA,
        LeftVotes = left == Side.A ? votes.A : votes.B,
        RightVotes = left == Side.A ? votes.B : votes.A,
        Ties = votes.All - votes.A - votes.B - votes.BothBad,
        BothBad = votes.BothBad,
    };

    /// <summary>
    /// The place in the list as one number, by which a page begins: whether it waits, whether there is a majority, the disagreement to a millionth, the pair. Pairs are
    /// scattered, by a multiplication that keeps each its own: those of one prompt share an answer, and to meet it again and again would tell whose it is.
    /// </summary>
    private static long Place(int pair, Votes votes, bool waiting) =>
        (waiting ? 1L << 53 : 0) + (votes.HaveMajority ? 1L << 52 : 0) + ((1_000_000L - (long)Math.Round(votes.Disagreement * 1_000_000)) << 31) + (pair * 0x9E3779B1L & 0x7FFFFFFF);

    private static string Beginning(string messages)
    {
        var text = Message.ParseList(messages) is [.., var last] ? last.Content : "";
        if (text.Length <= LongestBeginning) return text;
        return text[..(char.IsHighSurrogate(text[LongestBeginning - 1]) ? LongestBeginning - 1 : LongestBeginning)] + "…";
    }
}
