using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

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

    /// <summary>Most of a stream: two lines, as Anthropic writes them, and no error under a wrong name.</summary>
    public static bool IsPlainDelta(ReadOnlySpan<byte> frame, int plainLines)
    {
        ReadOnlySpan<byte> head = "event: content_block_delta\ndata: {"u8;
        return plainLines == 2 && frame.StartsWith(head) && frame[head.Length..].IndexOf("\"error\""u8) < 0;
    }

    /// <summary>An event of a message: what it holds is content.</summary>
    public static bool IsKnown(ReadOnlySpan<byte> type) =>
        type.StartsWith("content_block_"u8) || type.StartsWith("message_"u8) || type.SequenceEqual("ping"u8);

    /// <summary>An event that adds to a message: pings do not, nor deltas of no length, nor events that nobody knows.</summary>
    public static bool IsNews(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data) =>
        type.SequenceEqual("content_block_delta"u8) ? !data.TrimEnd(" \t\r\n"u8).EndsWith("\"\"}}"u8)
        : IsKnown(type) && !type.SequenceEqual("ping"u8);

    /// <summary>An event of a later version, or none of this API: passes without what must not be said, or not at all.</summary>
    public static bool WriteOther(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, Redactor redactor, IBufferWriter<byte> client)
    {
        if (redactor.ErrorObject(data) is not { } clean || redactor.IsPrivate(Encoding.UTF8.GetString(type)))
        {
            return false;
        }

        if (clean.AsSpan().SequenceEqual(data) && frame is [.., (byte)'\n' or (byte)'\r'] && !SseFrames.Line(frame, "event"u8, out _).IsEmpty)
        {
            client.Write(frame);
            return true;
        }

        if (!type.IsEmpty)
        {
            client.Write("event: "u8);
            client.Write(type);
            client.Write("\n"u8);
        }

        client.Write("data: "u8);
        JsonRaw.WriteLine(clean, client);
        client.Write("\n\n"u8);
        return true;
    }

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

    /// <summary>An error of Anthropic's form passes with all its members, but for what must not be said. False for another.</summary>
    public static bool TryWriteError(ReadOnlySpan<byte> data, AnswerContext context, IBufferWriter<byte> client)
    {
        if (!TypeOf(data).SequenceEqual("error"u8) || context.Redactor.ErrorObject(data) is not { } clean)
        {
            return false;
        }

        client.Write("event: error\ndata: "u8);
        client.Write(context.RequestId is { } id ? ErrorBody.WithRequestId(clean, id) : clean);
        client.Write("\n\n"u8);
        return true;
    }

    /// <summary>The SDKs lose events without a name.</summary>
    public static void WriteMissingName(ReadOnlySpan<byte> name, ReadOnlySpan<byte> type, IBufferWriter<byte> client)
    {
        if (name.IsEmpty && !type.IsEmpty)
        {
            client.Write("event: "u8);
            client.Write(type);
            client.Write("\n"u8);
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
