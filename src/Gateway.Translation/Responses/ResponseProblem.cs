using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>What keeps the answer of a Responses server from being one.</summary>
internal static class ResponseProblem
{
    /// <summary>Null for a whole response that may go to the client.</summary>
    public static GatewayError? InWhole(ReadOnlySpan<byte> body, AnswerContext context)
    {
        ReadOnlySpan<byte> error = JsonFields.FindByName(body, "error"u8);
        ReadOnlySpan<byte> status = JsonRaw.Text(JsonFields.FindByName(body, "status"u8));
        return status.SequenceEqual("failed"u8) || (!error.IsEmpty && !JsonRaw.SaysNothing(error)) ? In(error, body, context)
            : JsonFields.FindByName(body, "output"u8) is not [(byte)'[', ..] ? ErrorIn(body, context) ?? GatewayError.Api("The upstream answered with something that is no response.")
            : status.SequenceEqual("cancelled"u8) || status.SequenceEqual("queued"u8) || status.SequenceEqual("in_progress"u8) ? GatewayError.Api("The upstream ended the response before it was complete. Please try again.")
            : null;
    }

    /// <summary>Errors come in an object of their own, and from some servers flat.</summary>
    public static GatewayError In(ReadOnlySpan<byte> error, ReadOnlySpan<byte> data, AnswerContext context)
    {
        byte[] body = [.. "{\"error\":"u8, .. error is [(byte)'{', ..] ? error : data, .. "}"u8];
        return ErrorIn(body, context) ?? GatewayError.Api("The upstream reported an error.");
    }

    /// <summary>The stream is over, and there was no last event.</summary>
    public static GatewayError OfEnd(bool begun) => GatewayError.Api(begun ? "The upstream stream ended unexpectedly. Please try again." : "The upstream sent an empty stream. Please try again.");

    private static GatewayError? ErrorIn(ReadOnlySpan<byte> body, AnswerContext context) =>
        UpstreamErrors.FromBody(body, context.Profile.ClientCredential, context.Size, context.Redactor);
}
