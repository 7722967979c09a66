using System.Globalization;
using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>Frames the events of a stream and counts them.</summary>
internal sealed class ResponsesEventWriter(PooledBuffer output)
{
    private int _sequence;

    /// <summary>The number of an event that is written elsewhere.</summary>
    public int TakeNumber() => _sequence++;

    /// <summary>Begins an event; its own members follow, each with a comma before it.</summary>
    public PooledBuffer Begin(ReadOnlySpan<byte> type)
    {
        output.Append("event: "u8);
        output.Append(type);
        output.Append("\ndata: {\"type\":\""u8);
        output.Append(type);
        output.Append("\",\"sequence_number\":"u8);
        Append(output, _sequence++);
        return output;
    }

    /// <summary>A sign of life.</summary>
    public void Ping()
    {
        Begin(ResponsesEvents.KeepAlive);
        End();
    }

    /// <summary>Tells of an error, once as the types of SDKs have it, and once as OpenAI's servers write it, which SDKs throw for.</summary>
    /// <param name="told">Members of it: <c>code</c> and <c>message</c>.</param>
    public void TellError(ReadOnlySpan<byte> told)
    {
        Begin(ResponsesEvents.Error).Append(","u8);
        output.Append(told);
        output.Append(",\"param\":null,\"error\":{\"type\":\"error\","u8);
        output.Append(told);
        output.Append(",\"param\":null}"u8);
        End();
    }

    public void End() => output.Append("}\n\n"u8);

    public static void Append(PooledBuffer buffer, long number)
    {
        Span<byte> digits = buffer.GetSpan(20);
        number.TryFormat(digits, out int written, provider: CultureInfo.InvariantCulture);
        buffer.Advance(written);
    }
}
