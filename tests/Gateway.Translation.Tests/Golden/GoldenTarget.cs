using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;
using Gateway.Translation.SameForm;

namespace Gateway.Translation.Tests.Golden;

/// <summary>Where a case's request goes: the model's family says what it accepts, profile.json what differs.</summary>
internal static class GoldenTarget
{
    /// <summary>What clients of Messages ask for.</summary>
    public const string Alias = "my-alias";

    public static ChatUpstream Of(GoldenCase golden) => new(Alias, golden.Provider ?? "mock", golden.UpstreamModel, ProfileOf(golden))
    {
        RejectedParameters = golden.Rejected,
        SessionId = golden.Session,
        Foreign = ForeignIn(golden),
        IsOpenAi = golden.Provider is "openai" or "azure",
        SignatureOrigin = golden.Set.Upstream == ApiForm.Responses ? $"responses:{golden.Provider ?? "mock"}" : null,
    };

    /// <summary>Where a case goes that is relayed in its own form.</summary>
    public static RelayTarget RelayOf(GoldenCase golden) => new(golden.UpstreamModel, ProfileOf(golden))
    {
        RejectedParameters = golden.Rejected,
        Foreign = ForeignIn(golden),
        StripFields = golden.Strips,
        IsOpenAi = golden.Provider is "openai" or "azure",
    };

    /// <summary>A target for tests that make their requests themselves.</summary>
    public static ChatUpstream With(Profile profile) => new(Alias, "mock", "gpt-4o", profile);

    private static ForeignSignatures ForeignIn(GoldenCase golden) =>
        new(golden.Moved, golden.Rejected.Contains(ForeignSignatures.Parameter), golden.ForeignUpTo is { } last ? [Encoding.UTF8.GetBytes($"\"{last}\"")] : []);

    public static Profile ProfileOf(GoldenCase golden)
    {
        Profile profile = ModelFamilies.ProfileOf(golden.UpstreamModel);
        foreach (JsonProperty flag in golden.Profile?.EnumerateObject().ToArray() ?? [])
        {
            string[] values = flag.Value.ValueKind == JsonValueKind.Array ? [.. flag.Value.EnumerateArray().Select(value => value.ToString())] : [flag.Value.ToString()];
            profile = ProfileFlags.TrySet(profile, flag.Name, values) ?? throw new InvalidOperationException($"{golden.Name}: bad flag {flag.Name}");
        }

        return profile;
    }
}
