using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>Events of Anthropic's stream that belong to no message.</summary>
internal static class MessagesFrames
{
    /// <summary>A sign of life. Comments would not do: Claude Code's watchdog counts events.</summary>
    public static void WritePing(PooledBuffer output) => output.Append("event: ping\ndata: {\"type\":\"ping\"}\n\n"u8);

    public static void WriteError(GatewayError error, string? requestId, PooledBuffer output)
    {
        output.Append("event: error\ndata: "u8);
        ErrorBody.WriteAnthropic(error, requestId, output);
        output.Append("\n\n"u8);
    }
}
