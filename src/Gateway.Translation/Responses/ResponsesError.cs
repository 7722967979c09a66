using System.Globalization;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>
/// Errors as clients of Responses take them. Codex tries again or gives up by the code: only what passes may look like
/// what passes, and what is said of a rate limit is read for its seconds.
/// </summary>
public static class ResponsesError
{
    private const string DefaultWait = "2";

    /// <summary>The error of an answer that has not begun, made so that clients wait for what passes and for nothing else.</summary>
    public static GatewayError ForStatus(GatewayError error) => error.Type switch
    {
        ErrorType.Billing => error with { RetryAfter = null, RetryAfterMs = null },
        ErrorType.RateLimit or ErrorType.Overloaded => error with { RetryAfter = error.RetryAfter ?? DefaultWait },
        _ => error,
    };

    /// <summary>Writes <c>code</c> and <c>message</c> of an error inside a stream.</summary>
    internal static void Write(GatewayError error, PooledBuffer output)
    {
        output.Append("\"code\":\""u8);
        output.AppendEscaped(CodeOf(error));
        output.Append("\",\"message\":\""u8);
        output.AppendEscaped(error.Message);
        if (error.Type == ErrorType.RateLimit && !error.Message.Contains("try again in", StringComparison.OrdinalIgnoreCase))
        {
            double seconds = error.RetryAfterSeconds ?? double.Parse(DefaultWait, CultureInfo.InvariantCulture);
            output.AppendEscaped(string.Create(CultureInfo.InvariantCulture, $" Please try again in {Math.Max(0, seconds):0.###}s."));
        }

        output.Append("\""u8);
    }

    private static string CodeOf(GatewayError error) => error.Type switch
    {
        ErrorType.InvalidRequest or ErrorType.RequestTooLarge => ErrorBody.IsContextOverflow(error) ? GatewayError.ContextCode : "invalid_prompt",
        ErrorType.Billing => "insufficient_quota",
        ErrorType.RateLimit => "rate_limit_exceeded",
        _ => "server_error",
    };
}
