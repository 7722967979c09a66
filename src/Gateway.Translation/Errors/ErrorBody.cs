using System.Buffers;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Errors;

/// <summary>The error objects of both APIs, for response bodies and for streams that break.</summary>
public static class ErrorBody
{
    /// <summary>Writes <c>{"type":"error","error":{"type","message"},"request_id"}</c>; events of a stream have no request id.</summary>
    public static void WriteAnthropic(GatewayError error, string? requestId, IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, AnthropicType(error.Type));
        json.WriteString("message"u8, error.Message);
        if (error.Code == "thread_unsupported_request")
        {
            // The SDK's tool runner reads exactly these two members, resends without a thread and carries on.
            json.WriteStartObject("details"u8);
            json.WriteString("error_code"u8, error.Code);
            json.WriteStartArray("unsupported"u8);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (requestId is not null)
        {
            json.WriteString("request_id"u8, requestId);
        }

        json.WriteEndObject();
    }

    /// <summary>An Anthropic error of an upstream under the id by which the client can ask for it here.</summary>
    public static byte[] WithRequestId(ReadOnlySpan<byte> error, string requestId)
    {
        byte[] id = [.. "\""u8, .. JsonEncodedText.Encode(requestId).EncodedUtf8Bytes, .. "\""u8];
        ByteEdits edits = new();
        JsonFields fields = new(error);
        while (fields.MoveNext())
        {
            if (fields.NameIs("request_id"u8))
            {
                edits.Replace(fields.Start, fields.Value.Length, id);
            }
        }

        if (edits.IsEmpty && error.LastIndexOf((byte)'}') is > 0 and var end)
        {
            bool first = error[..end].TrimEnd(" \t\r\n"u8) is [.., (byte)'{'];
            edits.Insert(end, (byte[])[.. first ? ""u8 : ","u8, .. "\"request_id\":"u8, .. id]);
        }

        ArrayBufferWriter<byte> output = new(error.Length + 64);
        edits.Apply(error, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes <c>{"error":{"message","type","param","code"}}</c>.</summary>
    public static void WriteOpenAi(GatewayError error, IBufferWriter<byte> output)
    {
        (string type, string? code) = OpenAiType(error);
        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, error.Message);
        json.WriteString("type"u8, type);
        json.WriteString("param"u8, error.Param);
        json.WriteString("code"u8, code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The conversation is too long for the model.</summary>
    public static bool IsContextOverflow(GatewayError error) => (error.Code ?? ContextCode(error.Message)) == GatewayError.ContextCode;

    /// <summary>The status that the OpenAI SDKs expect: they know neither 402 nor 529.</summary>
    public static int OpenAiStatus(GatewayError error) => error.Type switch
    {
        ErrorType.Billing => 429,
        ErrorType.Overloaded => 503,
        _ => error.Status,
    };

    public static string AnthropicType(ErrorType type) => type switch
    {
        ErrorType.InvalidRequest => "invalid_request_error",
        ErrorType.Authentication => "authentication_error",
        ErrorType.Billing => "billing_error",
        ErrorType.Permission => "permission_error",
        ErrorType.NotFound => "not_found_error",
        ErrorType.RequestTooLarge => "request_too_large",
        ErrorType.RateLimit => "rate_limit_error",
        ErrorType.Overloaded => "overloaded_error",
        ErrorType.Timeout => "timeout_error",
        _ => "api_error",
    };

    private static (string Type, string? Code) OpenAiType(GatewayError error) => error.Type switch
    {
        ErrorType.InvalidRequest => ("invalid_request_error", error.Code ?? ContextCode(error.Message)),
        ErrorType.Authentication => ("invalid_request_error", "invalid_api_key"),
        ErrorType.Billing => ("insufficient_quota", "insufficient_quota"),
        ErrorType.Permission => ("invalid_request_error", "permission_denied"),
        ErrorType.NotFound => ("invalid_request_error", error.Code ?? "model_not_found"),
        ErrorType.RequestTooLarge => ("invalid_request_error", "request_too_large"),
        ErrorType.RateLimit => ("rate_limit_error", "rate_limit_exceeded"),
        ErrorType.Overloaded => ("server_error", "overloaded"),
        ErrorType.Timeout => ("server_error", "timeout"),
        _ => ("server_error", error.Code),
    };

    private static string? ContextCode(string message) =>
        message.StartsWith("prompt is too long", StringComparison.OrdinalIgnoreCase)
        || message.StartsWith("input length and `max_tokens`", StringComparison.Ordinal)
            ? GatewayError.ContextCode
            : null;
}
