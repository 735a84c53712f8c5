using System.Text.Json.Serialization;
using FluentValidation;
using PrefEval.Api.Studies;

namespace PrefEval.Api.Shares;

/// <param name="Name">For the list of shares, such as for whom it is; who opens the link is not told.</param>
/// <param name="At">The sequence number as of which the report stays; none: it is read as it stands.</param>
/// <param name="ExpiresAt">From when on the link opens nothing; none: it opens until it is revoked.</param>
public sealed record CreateShare(string? Name, long? At, DateTimeOffset? ExpiresAt)
{
    public sealed class Validator : AbstractValidator<CreateShare>
    {
        public Validator() => RuleFor(s => s.Name).MaximumLength(200);
    }
}

/// <summary>A link that reads one study's report and nothing else. The link itself is in the answer to its creation only.</summary>
public sealed record Share
{
    [JsonPropertyName("share")]
    public required string Id { get; init; }
    public required string Name { get; init; }
    /// <summary>The sequence number as of which the report stays; null: it is read as it stands.</summary>
    public required long? At { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public required DateTimeOffset? RevokedAt { get; init; }
    /// <summary>When its page was last opened, to the minute; null: never.</summary>
    public required DateTimeOffset? LastOpenedAt { get; init; }
    /// <summary>The bearer key: shown once.</summary>
    public string? Key { get; init; }
    /// <summary>The page that it opens: shown once.</summary>
    public string? Link { get; init; }
}

/// <summary>What the page of a share says about the study beside its report.</summary>
public sealed record SharedStudy
{
    public required string Study { get; init; }
    public required string Name { get; init; }
    /// <summary>What raters see as the title, and what they are asked.</summary>
    public required string Title { get; init; }
    public required string Question { get; init; }
    /// <summary>Of both, such as zh-CN.</summary>
    public required string Language { get; init; }
    /// <summary>What raters are asked beside the overall verdict.</summary>
    public required IReadOnlyList<Criterion> Criteria { get; init; }
    /// <summary>What models are described by, such as size: reports can be sliced by each.</summary>
    public required IReadOnlyList<string> ModelAttributes { get; init; }
    /// <summary>The number as of which the report stands; where it is not frozen: the newest.</summary>
    public required long Sequence { get; init; }
    public required bool Frozen { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
}
