using System.Diagnostics.CodeAnalysis;
using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Where a request goes, as far as translation has to know.</summary>
/// <param name="RequestedModel">What the client asked for and will be told.</param>
/// <param name="Provider">Name of the upstream in the configuration.</param>
/// <param name="UpstreamModel">The upstream's own name of the model.</param>
/// <param name="Profile">What that model accepts.</param>
public sealed record ChatUpstream(string RequestedModel, string Provider, string UpstreamModel, Profile Profile)
{
    /// <summary>Parameters that this model refused before; they are left out.</summary>
    public IReadOnlyCollection<string> RejectedParameters { get; init; } = [];

    /// <summary>The client's session, for cache affinity upstream (<c>prompt_cache_key</c>).</summary>
    public string? SessionId { get; init; }

    /// <summary>What of the conversation this target did not make.</summary>
    public ForeignSignatures Foreign { get; init; } = ForeignSignatures.None;

    /// <summary>The server is OpenAI's own or Azure's: fields that others do not know are sent.</summary>
    public bool IsOpenAi { get; init; }

    /// <summary>Reasoning made here may be replayed here, and nowhere else. For Responses it is the account that counts, and not the model.</summary>
    [AllowNull]
    public string SignatureOrigin { get => field ?? $"{Provider}/{UpstreamModel}"; init; }

    public bool Accepts(string parameter) => !RejectedParameters.Contains(parameter);
}
