using Gateway.Translation.Json;
using Gateway.Translation.Responses;

namespace Gateway.Translation.SameForm;

/// <summary>Tells a response as it was said last, and that it failed.</summary>
internal static class FailedResponse
{
    /// <param name="response">All that is known of it.</param>
    /// <param name="told">Members of the error.</param>
    /// <param name="events">Where to.</param>
    public static void Write(ReadOnlySpan<byte> response, ReadOnlySpan<byte> told, ResponsesEventWriter events)
    {
        PooledBuffer buffer = events.Begin(ResponsesEvents.Failed);
        buffer.Append(",\"response\":{"u8);
        JsonFields fields = new(response);
        while (fields.MoveNext())
        {
            if (!fields.NameIs("status"u8) && !fields.NameIs("error"u8))
            {
                buffer.Append("\""u8);
                buffer.Append(fields.Name);
                buffer.Append("\":"u8);
                JsonRaw.WriteLine(fields.Value, buffer);
                buffer.Append(","u8);
            }
        }

        buffer.Append("\"status\":\"failed\",\"error\":{"u8);
        buffer.Append(told);
        buffer.Append("}}"u8);
        events.End();
    }
}
