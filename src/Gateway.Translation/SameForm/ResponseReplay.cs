using System.Globalization;
using System.Text;
using Gateway.Translation.Json;
using Gateway.Translation.Responses;

namespace Gateway.Translation.SameForm;

/// <summary>Tells a whole response as the stream that the client asked for, when the upstream did not stream.</summary>
internal static class ResponseReplay
{
    /// <param name="response">One line of JSON, or several.</param>
    /// <param name="begun">The client has been told that its response begins.</param>
    /// <param name="events">Where to.</param>
    public static void Write(ReadOnlySpan<byte> response, bool begun, ResponsesEventWriter events)
    {
        if (!begun)
        {
            WriteResponse(ResponsesEvents.Created, response, isWhole: false, events);
            WriteResponse(ResponsesEvents.InProgress, response, isWhole: false, events);
        }

        JsonItems items = new(JsonFields.FindByName(response, "output"u8));
        for (int index = 0; items.MoveNext(); index++)
        {
            WriteItem(items.Value, index, events);
        }

        bool incomplete = JsonRaw.Text(JsonFields.FindByName(response, "status"u8)).SequenceEqual("incomplete"u8);
        WriteResponse(incomplete ? ResponsesEvents.Incomplete : ResponsesEvents.Completed, response, isWhole: true, events);
    }

    private static void WriteResponse(ReadOnlySpan<byte> type, ReadOnlySpan<byte> response, bool isWhole, ResponsesEventWriter events)
    {
        PooledBuffer buffer = events.Begin(type);
        buffer.Append(",\"response\":"u8);
        if (isWhole)
        {
            JsonRaw.WriteLine(response, buffer);
        }
        else
        {
            WriteWith(response, buffer, static name => name switch
            {
                "status" => "\"in_progress\"",
                "output" => "[]",
                "usage" or "completed_at" or "incomplete_details" => "null",
                _ => null,
            });
        }

        events.End();
    }

    private static void WriteItem(ReadOnlySpan<byte> item, int index, ResponsesEventWriter events)
    {
        PooledBuffer buffer = events.Begin(ResponsesEvents.ItemAdded);
        buffer.Append(Number(",\"output_index\":", index));
        buffer.Append(",\"item\":"u8);
        WriteWith(item, buffer, static name => name switch
        {
            "status" => "\"in_progress\"",
            "content" or "summary" => "[]",
            "arguments" or "input" => "\"\"",
            _ => null,
        });
        events.End();

        byte[] where = [.. ",\"item_id\":"u8, .. JsonFields.FindByName(item, "id"u8) is { IsEmpty: false } id ? id : "\"\""u8, .. Number(",\"output_index\":", index)];
        WriteParts(JsonFields.FindByName(item, "summary"u8), where, "summary_index", events);
        WriteParts(JsonFields.FindByName(item, "content"u8), where, "content_index", events);
        WriteInput(item, where, events);

        buffer = events.Begin(ResponsesEvents.ItemDone);
        buffer.Append(Number(",\"output_index\":", index));
        buffer.Append(",\"item\":"u8);
        JsonRaw.WriteLine(item, buffer);
        events.End();
    }

    private static void WriteParts(ReadOnlySpan<byte> parts, ReadOnlySpan<byte> item, string name, ResponsesEventWriter events)
    {
        JsonItems items = new(parts);
        for (int index = 0; items.MoveNext(); index++)
        {
            bool summary = name[0] == 's';
            byte[] where = [.. item, .. Number($",\"{name}\":", index)];
            WritePart(summary ? ResponsesEvents.SummaryPartAdded : ResponsesEvents.PartAdded, where, items.Value, isWhole: false, events);
            ReadOnlySpan<byte> type = JsonRaw.Text(JsonFields.FindByName(items.Value, "type"u8));
            if (summary)
            {
                WriteText(ResponsesEvents.SummaryDelta, ResponsesEvents.SummaryDone, where, "text", items.Value, events);
            }
            else if (type.SequenceEqual("output_text"u8))
            {
                WriteText(ResponsesEvents.TextDelta, ResponsesEvents.TextDone, where, "text", items.Value, events);
            }
            else if (type.SequenceEqual("refusal"u8))
            {
                WriteText(ResponsesEvents.RefusalDelta, ResponsesEvents.RefusalDone, where, "refusal", items.Value, events);
            }

            WritePart(summary ? ResponsesEvents.SummaryPartDone : ResponsesEvents.PartDone, where, items.Value, isWhole: true, events);
        }
    }

    private static void WritePart(ReadOnlySpan<byte> type, ReadOnlySpan<byte> where, ReadOnlySpan<byte> part, bool isWhole, ResponsesEventWriter events)
    {
        PooledBuffer buffer = events.Begin(type);
        buffer.Append(where);
        buffer.Append(",\"part\":"u8);
        if (isWhole)
        {
            JsonRaw.WriteLine(part, buffer);
        }
        else
        {
            WriteWith(part, buffer, static name => name switch { "text" or "refusal" => "\"\"", "annotations" or "logprobs" => "[]", _ => null });
        }

        events.End();
    }

    private static void WriteInput(ReadOnlySpan<byte> item, ReadOnlySpan<byte> where, ResponsesEventWriter events)
    {
        ReadOnlySpan<byte> type = JsonRaw.Text(JsonFields.FindByName(item, "type"u8));
        if (type.SequenceEqual("function_call"u8))
        {
            WriteText(ResponsesEvents.ArgumentsDelta, ResponsesEvents.ArgumentsDone, where, "arguments", item, events);
        }
        else if (type.SequenceEqual("custom_tool_call"u8))
        {
            WriteText(ResponsesEvents.InputDelta, ResponsesEvents.InputDone, where, "input", item, events);
        }
    }

    private static void WriteText(ReadOnlySpan<byte> delta, ReadOnlySpan<byte> done, ReadOnlySpan<byte> where, string member, ReadOnlySpan<byte> of, ResponsesEventWriter events)
    {
        ReadOnlySpan<byte> text = JsonFields.FindByName(of, Encoding.ASCII.GetBytes(member));
        if (JsonRaw.IsText(text))
        {
            if (text.Length > 2)
            {
                WriteMember(delta, where, "delta", text, events);
            }

            WriteMember(done, where, member, text, events);
        }
    }

    private static void WriteMember(ReadOnlySpan<byte> type, ReadOnlySpan<byte> where, string name, ReadOnlySpan<byte> value, ResponsesEventWriter events)
    {
        PooledBuffer buffer = events.Begin(type);
        buffer.Append(where);
        buffer.Append(Encoding.ASCII.GetBytes($",\"{name}\":"));
        buffer.Append(value);
        events.End();
    }

    /// <summary>Copies an object with other values for some of its members.</summary>
    private static void WriteWith(ReadOnlySpan<byte> json, PooledBuffer buffer, Func<string, string?> other)
    {
        ByteEdits edits = new();
        JsonFields fields = new(json);
        while (fields.MoveNext())
        {
            if (other(JsonUnescape.ToText(fields.Name)) is { } value)
            {
                edits.Replace(fields.Start, fields.Value.Length, Encoding.ASCII.GetBytes(value));
            }
        }

        using PooledBuffer edited = new(json.Length);
        edits.Apply(json, edited);
        JsonRaw.WriteLine(edited.Span, buffer);
    }

    private static byte[] Number(string before, int number) => Encoding.ASCII.GetBytes(before + number.ToString(CultureInfo.InvariantCulture));
}
