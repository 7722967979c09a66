using Gateway.Routing;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;
using Gateway.Translation.SameForm;
using Gateway.Upstreams;

namespace Gateway.Completions;

/// <summary>A parsed request of one of the two APIs, ready to be said to any upstream.</summary>
internal interface IClientRequest : IDisposable
{
    /// <summary>The client's own bytes.</summary>
    ReadOnlyMemory<byte> Body { get; }

    string Model { get; }

    bool Stream { get; }

    /// <summary>Tokens of input, roughly: what limits are reckoned with until an upstream has counted.</summary>
    long EstimatedInput { get; }

    /// <summary>How much output upstreams may make of it.</summary>
    OutputLimits Output { get; }

    /// <summary>It lets its upstream search the web.</summary>
    bool MaySearch { get; }

    /// <summary>The conversation's name, where the body has one.</summary>
    string? Session { get; }

    /// <summary>What the conversation is known by that has no name.</summary>
    ConversationHead ReadHead();

    /// <summary>Translates the request for one target. Returns null and the error when it cannot be said there.</summary>
    UpstreamCall? ToUpstream(Target target, CallContext context, out GatewayError? error);
}

/// <summary>What a translation needs besides the request.</summary>
internal sealed record CallContext(string RequestId, string MessageId, long CreatedUnixSeconds, Lessons Lessons)
{
    /// <summary>Takes out of the upstream's errors what must not reach the client.</summary>
    public Redactor Redactor { get; init; } = new();

    /// <summary>The client's session, for cache affinity upstream.</summary>
    public string? SessionId { get; init; }

    /// <summary>What of the conversation the target did not make.</summary>
    public ForeignSignatures Foreign { get; init; } = ForeignSignatures.None;

    /// <summary>The client's headers that native upstreams get to see.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> NativeHeaders { get; init; } = [];

    public string Query { get; init; } = "";

    /// <summary>A second credential that the client sent along, meant for the upstream.</summary>
    public string? ClientCredential { get; init; }

    /// <summary>What the target's model accepts, with what was learned of its output limit.</summary>
    public Profile ProfileOf(Target target) => Lessons.MaxOutputTokens is { } max && !(target.Profile.MaxOutputTokens <= max)
        ? target.Profile with { MaxOutputTokens = max }
        : target.Profile;

    /// <summary>Whether a target of OpenAI's form is asked over Responses. What it taught counts most.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="hasTools">The request has some.</param>
    /// <param name="isAsked">The client speaks that API itself.</param>
    public bool UsesResponses(Target target, bool hasTools, bool isAsked = false) => target.Api switch
    {
        UpstreamApi.Responses => true,
        UpstreamApi.Auto when Lessons.Without.Contains(OtherApis.Responses) => false,
        UpstreamApi.Auto => Lessons.Without.Contains(OtherApis.Chat) || UpstreamApis.PrefersResponses(target, hasTools, isAsked),
        _ => false,
    };

    /// <summary>Betas and versions that only Anthropic's own servers know stay away from others.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> HeadersFor(Target target, TranslationReport report)
    {
        if (target.Profile.AnthropicFields || NativeHeaders.Count == 0)
        {
            StripList strips = target.Provider.Strips ?? StripList.None;
            return strips.Betas.Count + Lessons.Without.Count > 0 ? [.. WithoutBetas(strips, report)] : NativeHeaders;
        }

        if (NativeHeaders.Any(header => IsBetas(header.Key)))
        {
            report.Dropped(RefusedBetas.Header);
        }

        return [];
    }

    private static bool IsBetas(string header) => header.Equals(RefusedBetas.Header, StringComparison.OrdinalIgnoreCase);

    /// <summary>A door to Claude that does not know one beta refuses the request for it.</summary>
    private IEnumerable<KeyValuePair<string, string>> WithoutBetas(StripList strips, TranslationReport report)
    {
        foreach ((string name, string value) in NativeHeaders)
        {
            if (!IsBetas(name))
            {
                yield return new(name, value);
                continue;
            }

            string[] betas = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            bool none = Lessons.Without.Contains(RefusedBetas.Header);
            string[] kept = [.. betas.Where(beta => !none && !strips.HasBeta(beta) && !Lessons.Without.Contains(RefusedBetas.Prefix + beta))];
            foreach (string beta in betas.Except(kept))
            {
                report.Dropped(RefusedBetas.Prefix + beta);
            }

            if (kept.Length > 0)
            {
                yield return new(name, kept.Length == betas.Length ? value : string.Join(',', kept));
            }
        }
    }

    /// <summary>The target of a request that is relayed in its own form.</summary>
    public RelayTarget RelayTo(Target target) =>
        new(target.UpstreamModel, ProfileOf(target))
        {
            RejectedParameters = Lessons.Without,
            Foreign = Foreign,
            StripFields = target.Provider.Strips?.Fields ?? [],
            IsOpenAi = UpstreamApis.IsOpenAi(target.Provider),
        };
}
