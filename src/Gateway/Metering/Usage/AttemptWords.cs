using Gateway.Translation.Errors;
using Gateway.Upstreams;

namespace Gateway.Metering.Usage;

/// <summary>What is said of targets beside their attempts' own reasons.</summary>
internal static class AttemptWords
{
    /// <summary>The type of an error. That the process had to stop is nobody's.</summary>
    public static string Error(GatewayError error) => error.Code == GatewayError.StoppedCode ? error.Code : ErrorBody.AnthropicType(error.Type);

    public static string Reason(PassedOverReason reason) => reason switch
    {
        PassedOverReason.Full => "as many calls as it may have were running",
        PassedOverReason.Unpriced => "it has no price, and the caller has a budget",
        PassedOverReason.Budget => "the caller's budget had no room for it",
        _ => "passed over after earlier failures",
    };
}
