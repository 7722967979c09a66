namespace Gateway.Translation.Sse;

/// <summary>Bodies of one JSON value, for those who want no stream: errors and counts.</summary>
public static class OneValue
{
    /// <summary>The body without a byte order mark and white space around it; of an event stream the data of its first event.</summary>
    public static ReadOnlySpan<byte> In(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        body = (body.StartsWith(mark) ? body[mark.Length..] : body).Trim(" \t\r\n"u8);
        if (!body.StartsWith("data:"u8) && !body.StartsWith("event:"u8) && !body.StartsWith(":"u8))
        {
            return body;
        }

        using SseReader events = new();
        events.Append(body);
        return events.TryRead(atEnd: true) ? events.Data.ToArray() : [];
    }
}
