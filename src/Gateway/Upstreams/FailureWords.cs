using System.Globalization;
using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>
/// Why a call brought no answer: a few words of the gateway's own, and behind them what the upstream said, less what it
/// quotes of the request. What logs and receipts have is the same sentence.
/// </summary>
internal static class FailureWords
{
    public const string Unsaid = "the request cannot be said to this upstream";
    public const string Stopped = "the gateway stopped";
    public const string TooLong = "the conversation is too long for this model";
    public const string Filter = "its content filter refused";
    public const string NoApi = "what answers there is no API, so BaseUrl is probably wrong";
    public const string Credentials = "refused the gateway's credentials";
    public const string NoCredentials = "the gateway has no credentials for it";

    /// <summary>Null for a call that was answered, or that nobody heard of.</summary>
    public static string? Of(UpstreamCall call, Outcome outcome, int? upstreamStatus)
    {
        GatewayError? error = (outcome as Refusal)?.Error ?? (outcome as Outcome.BrokenOff)?.Error ?? (outcome as Outcome.Stopped)?.Error;
        if (error is null)
        {
            return null;
        }

        string words = Of(error, upstreamStatus);
        string said = error.Said ?? (upstreamStatus >= 300 || IsOurs(error) ? "" : error.Message);
        string detail = outcome.Reason ?? QuotedRequest.TakenOut(said, call.Request.Body.Span);
        return detail.Length == 0 ? words : $"{words}: {detail}";
    }

    /// <summary>Nobody upstream said a word of it.</summary>
    private static bool IsOurs(GatewayError error) => error.Code is GatewayError.StoppedCode or GatewayError.TooLateCode or GatewayError.ContextCode || OperatorsMatter.Is(error);

    private static string Of(GatewayError error, int? status) => error switch
    {
        { Code: GatewayError.StoppedCode } => Stopped,
        { Code: GatewayError.ContextCode } => TooLong,
        { Code: GatewayError.FilterCode } => Filter,
        { Code: GatewayError.NoApiCode } => NoApi,
        { AcceptedMaxTokens: { } most } => string.Create(CultureInfo.InvariantCulture, $"takes max_tokens of {most} at most"),
        { RejectedParameters: [var parameter, ..] } => $"does not take {parameter}",
        { OfCredentials: true } => Credentials,
        { Type: ErrorType.Api, ShouldRetry: false } when status is null => NoCredentials,
        { Type: ErrorType.Timeout } when status is null => "no answer in time",
        _ when status is null => "could not be reached",
        { Type: ErrorType.Timeout } when status < 300 => "its answer stopped",
        _ when status < 300 => "what it sent is no whole answer",
        _ when status < 400 => "sent no answer but a redirection",
        { Type: ErrorType.Billing } => "its account is empty",
        { Type: ErrorType.Permission } => "this model is not for the gateway",
        { Type: ErrorType.NotFound } => "does not have this model",
        { Type: ErrorType.RateLimit } => "its limit is used up",
        { Type: ErrorType.Overloaded } => "overloaded",
        { Type: ErrorType.Timeout } => "was too slow by its own account",
        { Type: ErrorType.Api } => "failed",
        _ => "refused the request",
    };
}
