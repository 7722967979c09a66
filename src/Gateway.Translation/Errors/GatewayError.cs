using System.Globalization;

namespace Gateway.Translation.Errors;

/// <summary>The closed list of Anthropic error types; the OpenAI form is derived from it.</summary>
public enum ErrorType
{
    InvalidRequest,
    Authentication,
    Billing,
    Permission,
    NotFound,
    RequestTooLarge,
    RateLimit,
    Api,
    Overloaded,
    Timeout,
}

/// <summary>An expected failure, as a value. One place per client form turns it into an error body.</summary>
/// <param name="Status">HTTP status, when nothing has been sent yet.</param>
/// <param name="Type">What the client's SDK and Claude Code decide by.</param>
/// <param name="Message">What was wrong and how to mend it. Never holds keys, hosts or content.</param>
public sealed record GatewayError(int Status, ErrorType Type, string Message)
{
    /// <summary>Goes out as <c>x-should-retry</c>; null leaves the decision to the client's SDK.</summary>
    public bool? ShouldRetry { get; init; }

    /// <summary>Goes out as <c>retry-after</c>: seconds or an HTTP date, as the upstream gave it.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>What <see cref="RetryAfterMs"/> says, or else <see cref="RetryAfter"/>; null when they say nothing.</summary>
    public double? RetryAfterSeconds => Number(RetryAfterMs) / 1000 ?? Number(RetryAfter) ?? SecondsToDate;

    /// <summary>From the moment of the error to the date in <see cref="RetryAfter"/>, if it is one.</summary>
    public double? SecondsToDate { get; private init; }

    /// <summary>Goes out as <c>retry-after-ms</c>.</summary>
    public string? RetryAfterMs { get; init; }

    /// <summary>Machine-readable reason in <c>error.details.error_code</c> (Anthropic) and <c>error.code</c> (OpenAI).</summary>
    public string? Code { get; init; }

    /// <summary>The field that was wrong, in <c>error.param</c> (OpenAI).</summary>
    public string? Param { get; init; }

    /// <summary>The parameters that an upstream named in its refusal and the gateway can do without, likeliest first.</summary>
    public IReadOnlyList<string> RejectedParameters { get; init; } = [];

    /// <summary>The largest max_tokens that the upstream takes, when that was the matter.</summary>
    public int? AcceptedMaxTokens { get; init; }

    /// <summary>
    /// The upstream said so in members of its error that are there for it (<c>param</c>, <c>code</c>), and meant the model,
    /// not this request's value. Only then may the next request be spared the same refusal: a message may quote anything.
    /// </summary>
    public bool RejectionLasts { get; init; }

    /// <summary>The max_tokens with which this one request fits the model's context, when that was the matter.</summary>
    public int? FittingMaxTokens { get; init; }

    /// <summary>The tokens that the model takes, as its server said when a request had more.</summary>
    public long? ContextLimit { get; init; }

    /// <summary>The upstream's own words, less what is private. For operators: they may quote the request.</summary>
    public string? Said { get; init; }

    /// <summary>The upstream does not take the gateway's own key: only the operator can mend that.</summary>
    public bool OfCredentials { get; init; }

    /// <summary>The <see cref="Code"/> of a 404 from something that is no API, or not this one: its address is wrong.</summary>
    public const string NoApiCode = "upstream_is_no_api";

    /// <summary>The <see cref="Code"/> of answers that the end of the process cut short.</summary>
    public const string StoppedCode = "stopped";

    /// <summary>The <see cref="Code"/> of requests that the gateway itself has no room for: no upstream is to blame.</summary>
    public const string BusyCode = "gateway_busy";

    /// <summary>The <see cref="Code"/> of a conversation that is too long for its model.</summary>
    public const string ContextCode = "context_length_exceeded";

    /// <summary>The <see cref="Code"/> of what a filter of the upstream took offence at.</summary>
    public const string FilterCode = "content_filter";

    /// <summary>The <see cref="Code"/> of answers that were not whole when nobody waits for them any more.</summary>
    public const string TooLateCode = "whole_answer_too_late";

    /// <summary>The same, knowing how far away a date in <see cref="RetryAfter"/> is: waits of several upstreams are compared.</summary>
    public GatewayError WithWaitFrom(DateTimeOffset now) =>
        RetryAfter is not null && Number(RetryAfter) is null && DateTimeOffset.TryParse(RetryAfter, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date)
            ? this with { SecondsToDate = Math.Max(0, (date - now).TotalSeconds) }
            : this;

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    public static GatewayError InvalidRequest(string message) => new(400, ErrorType.InvalidRequest, message);

    public static GatewayError Authentication(string message) => new(401, ErrorType.Authentication, message) { ShouldRetry = false };

    public static GatewayError Permission(string message) => new(403, ErrorType.Permission, message) { ShouldRetry = false };

    public static GatewayError NotFound(string message) => new(404, ErrorType.NotFound, message) { ShouldRetry = false };

    public static GatewayError MethodNotAllowed(string message) => new(405, ErrorType.InvalidRequest, message) { ShouldRetry = false };

    /// <summary>Clients' SDKs would send it again, which does not help here.</summary>
    public static GatewayError Conflict(string message) => new(409, ErrorType.InvalidRequest, message) { ShouldRetry = false };

    public static GatewayError TooLarge(string message) => new(413, ErrorType.RequestTooLarge, message);

    public static GatewayError Api(string message) => new(500, ErrorType.Api, message);

    /// <summary>The upstream answered with something that is no answer.</summary>
    public static GatewayError BadGateway(string message) => new(502, ErrorType.Api, message);

    public static GatewayError Unavailable(string message) => new(503, ErrorType.Api, message);

    /// <summary>The process ends; another instance, or this one after its start, is there at once.</summary>
    public static GatewayError Stopping(string message) => Unavailable(message) with { Code = StoppedCode, RetryAfter = "1" };

    public static GatewayError Overloaded(string message) => new(529, ErrorType.Overloaded, message);

    /// <summary>Too much at once; it passes as soon as others are done.</summary>
    public static GatewayError Busy(string message) => Overloaded(message) with { Code = BusyCode, RetryAfter = "1" };

    public static GatewayError Timeout(string message) => new(504, ErrorType.Timeout, message);

    /// <summary>Sent again it would take as long, and cost as much, again.</summary>
    public static GatewayError TooLate(TimeSpan limit) =>
        Timeout(string.Create(CultureInfo.InvariantCulture, $"The answer was not there after {limit.TotalSeconds:0.###} seconds, and this gateway waits no longer for answers that are not streamed. Set \"stream\": true: a stream may take as long as it needs.")) with
        {
            Code = TooLateCode,
            ShouldRetry = false,
        };
}
