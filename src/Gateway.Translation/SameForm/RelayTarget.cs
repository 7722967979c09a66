using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.SameForm;

/// <summary>Where a relayed request goes, as far as its bytes have to know.</summary>
/// <param name="Model">The upstream's own name of the model.</param>
/// <param name="Profile">What that model accepts.</param>
public sealed record RelayTarget(string Model, Profile Profile)
{
    /// <summary>Parameters that this model refused before; they are left out.</summary>
    public IReadOnlyCollection<string> RejectedParameters { get; init; } = [];

    /// <summary>What of the conversation this target did not make.</summary>
    public ForeignSignatures Foreign { get; init; } = ForeignSignatures.None;

    /// <summary>Fields that its server does not know, as <see cref="FieldStrips"/> reads them.</summary>
    public IReadOnlyList<string> StripFields { get; init; } = [];

    /// <summary>OpenAI's own server, or Azure's.</summary>
    public bool IsOpenAi { get; init; }

    public bool Accepts(string parameter) => !RejectedParameters.Contains(parameter);
}
