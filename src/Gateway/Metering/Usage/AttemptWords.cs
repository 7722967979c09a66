using System.Globalization;
using Gateway.Requests;
using Gateway.Translation.Errors;
using Gateway.Upstreams;

namespace Gateway.Metering.Usage;

/// <summary>What is said of an attempt that brought no answer. Never the upstream's own words: they may quote the request.</summary>
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

    /// <summary>Null for one that answered.</summary>
    public static string? Reason(AttemptRecord attempt) => attempt switch
    {
        { Error: null } => null,
        { Unsaid: true } => "the request cannot be said to this upstream",
        { Error.Code: GatewayError.StoppedCode } => "the gateway stopped",
        { Error.Code: GatewayError.ContextCode } => "the conversation is too long for this model",
        { Error.Code: GatewayError.FilterCode } => "its content filter refused",
        { Error.AcceptedMaxTokens: { } most } => string.Create(CultureInfo.InvariantCulture, $"takes max_tokens of {most} at most"),
        { Error.RejectedParameters: [var parameter, ..] } => $"does not take {parameter}",
        { UpstreamStatus: null, Error: { Type: ErrorType.Api, ShouldRetry: false } } => "the gateway has no credentials for it",
        { Error: { Type: ErrorType.Api, ShouldRetry: false } } => "refused the gateway's credentials",
        { UpstreamStatus: null, Error.Type: ErrorType.Timeout } => "no answer in time",
        { UpstreamStatus: null } => "could not be reached",
        { UpstreamStatus: < 300, Error.Type: ErrorType.Timeout } => "its answer stopped",
        { UpstreamStatus: < 300 } => "what it sent is no whole answer",
        { UpstreamStatus: < 400 } => "sent no answer but a redirection",
        { Error.Type: ErrorType.Billing } => "its account is empty",
        { Error.Type: ErrorType.Permission } => "this model is not for the gateway",
        { Error.Type: ErrorType.NotFound } => "does not have this model",
        { Error.Type: ErrorType.RateLimit } => "its limit is used up",
        { Error.Type: ErrorType.Overloaded } => "overloaded",
        { Error.Type: ErrorType.Timeout } => "was too slow by its own account",
        { Error.Type: ErrorType.Api } => "failed",
        _ => "refused the request",
    };
}
