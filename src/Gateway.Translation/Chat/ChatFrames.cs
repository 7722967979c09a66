using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>What a Chat stream holds besides chunks.</summary>
internal static class ChatFrames
{
    public static void WritePing(PooledBuffer output) => output.Append(": ping\n\n"u8);

    public static void WriteDone(PooledBuffer output) => output.Append("data: [DONE]\n\n"u8);

    /// <summary>No <c>[DONE]</c> after it: a client must not take the answer for complete.</summary>
    public static void WriteError(GatewayError error, PooledBuffer output)
    {
        output.Append("data: "u8);
        ErrorBody.WriteOpenAi(error, output);
        output.Append("\n\n"u8);
    }
}
