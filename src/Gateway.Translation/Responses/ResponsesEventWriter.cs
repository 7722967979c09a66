using System.Globalization;
using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>Frames the events of a stream and counts them.</summary>
internal sealed class ResponsesEventWriter(PooledBuffer output)
{
    private int _sequence;

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

    public void End() => output.Append("}\n\n"u8);

    public static void Append(PooledBuffer buffer, long number)
    {
        Span<byte> digits = buffer.GetSpan(20);
        number.TryFormat(digits, out int written, provider: CultureInfo.InvariantCulture);
        buffer.Advance(written);
    }
}
