using Gateway.Translation.Json;

namespace Gateway.Translation.Errors;

/// <summary>Reads the error object of an Anthropic upstream: of an SSE <c>error</c> event or of a body.</summary>
internal static class AnthropicError
{
    /// <param name="error">The inner object: <c>{"type","message"}</c>.</param>
    /// <param name="redactor">Knows what must not show.</param>
    public static GatewayError Read(ReadOnlySpan<byte> error, Redactor redactor)
    {
        string message = JsonRaw.Decode(JsonFields.Find(error, "message"u8));
        string kind = JsonRaw.Decode(JsonFields.Find(error, "type"u8));
        (int status, ErrorType type) = Billing.Is(kind, message) ? (402, ErrorType.Billing) : Type(kind);
        return ContextOverflow.Mark(new GatewayError(status, type, message.Length > 0 ? redactor.Text(message) : "the upstream reported an error without a message")
        {
            ShouldRetry = type == ErrorType.Billing ? false : null,
        });
    }

    private static (int Status, ErrorType Type) Type(string type) => type switch
    {
        "invalid_request_error" => (400, ErrorType.InvalidRequest),
        "authentication_error" => (401, ErrorType.Authentication),
        "billing_error" => (402, ErrorType.Billing),
        "permission_error" => (403, ErrorType.Permission),
        "not_found_error" => (404, ErrorType.NotFound),
        "request_too_large" => (413, ErrorType.RequestTooLarge),
        "rate_limit_error" => (429, ErrorType.RateLimit),
        "overloaded_error" => (529, ErrorType.Overloaded),
        "timeout_error" => (504, ErrorType.Timeout),
        _ => (500, ErrorType.Api),
    };
}
