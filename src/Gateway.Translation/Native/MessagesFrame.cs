using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Native;

/// <summary>Looks into a relayed frame without ever failing on it: what cannot be read goes to the client as it came.</summary>
internal static class MessagesFrame
{
    public static ReadOnlySpan<byte> TypeOf(ReadOnlySpan<byte> data)
    {
        try
        {
            return JsonRaw.Text(JsonFields.Find(data, "type"u8));
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>An event of a message: what it holds is content.</summary>
    public static bool IsKnown(ReadOnlySpan<byte> type) =>
        type.StartsWith("content_block_"u8) || type.StartsWith("message_"u8) || type.SequenceEqual("ping"u8);

    /// <summary>An error object, whatever name its event has.</summary>
    public static bool IsError(ReadOnlySpan<byte> data)
    {
        try
        {
            return data.IndexOf("\"error\""u8) >= 0
                && (JsonRaw.Text(JsonFields.Find(data, "type"u8)).SequenceEqual("error"u8) || !JsonFields.Find(data, "error"u8).IsEmpty);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public static GatewayError ErrorOf(ReadOnlySpan<byte> data, Redactor redactor)
    {
        try
        {
            return AnthropicError.Read(JsonFields.Find(data, "error"u8), redactor);
        }
        catch (JsonException)
        {
            return GatewayError.Api("the upstream reported an error that cannot be read");
        }
    }

    public static bool IsComplete(ReadOnlySpan<byte> frame)
    {
        try
        {
            JsonFields fields = new(SseFrames.Line(frame, "data"u8, out _));
            bool any = false;
            while (fields.MoveNext())
            {
                any = true;
            }

            return any;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
