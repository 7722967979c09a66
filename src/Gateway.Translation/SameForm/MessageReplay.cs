using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>Tells a whole Message as the stream that the client asked for, when the upstream did not stream.</summary>
internal static class MessageReplay
{
    public static void Write(ReadOnlySpan<byte> message, IBufferWriter<byte> client)
    {
        WriteStart(message, client);
        JsonItems blocks = new(JsonFields.Find(message, "content"u8));
        for (int index = 0; blocks.MoveNext(); index++)
        {
            WriteBlock(blocks.Value, index, client);
        }

        WriteEvent("message_delta", client, message, static (json, message) =>
        {
            json.WriteStartObject("delta"u8);
            foreach (string name in (ReadOnlySpan<string>)["stop_reason", "stop_sequence", "stop_details"])
            {
                WriteMember(json, name, message);
            }

            json.WriteEndObject();
            WriteMember(json, "usage", message);
        });
        WriteEvent("message_stop", client, default, static (_, _) => { });
    }

    private static void WriteStart(ReadOnlySpan<byte> message, IBufferWriter<byte> client) =>
        WriteEvent("message_start", client, message, static (json, message) =>
        {
            json.WriteStartObject("message"u8);
            JsonFields fields = new(message);
            while (fields.MoveNext())
            {
                json.WritePropertyName(fields.Name);
                bool later = fields.Name.SequenceEqual("stop_reason"u8) || fields.Name.SequenceEqual("stop_sequence"u8) || fields.Name.SequenceEqual("stop_details"u8);
                json.WriteRawValue(fields.Name.SequenceEqual("content"u8) ? "[]"u8 : later ? "null"u8 : fields.Value, skipInputValidation: true);
            }

            json.WriteEndObject();
        });

    private static void WriteBlock(ReadOnlySpan<byte> block, int index, IBufferWriter<byte> client)
    {
        WriteEvent("content_block_start", client, block, (json, block) =>
        {
            json.WriteNumber("index"u8, index);
            json.WriteStartObject("content_block"u8);
            JsonFields fields = new(block);
            while (fields.MoveNext())
            {
                // What comes in deltas starts empty.
                bool text = fields.Name.SequenceEqual("text"u8) || fields.Name.SequenceEqual("thinking"u8) || fields.Name.SequenceEqual("signature"u8);
                json.WritePropertyName(fields.Name);
                json.WriteRawValue(text ? "\"\""u8 : fields.Name.SequenceEqual("input"u8) ? "{}"u8 : fields.Value, skipInputValidation: true);
            }

            json.WriteEndObject();
        });
        WriteDelta(block, "text", "text_delta", "text", index, client);
        WriteDelta(block, "thinking", "thinking_delta", "thinking", index, client);
        WriteDelta(block, "signature", "signature_delta", "signature", index, client);
        WriteDelta(block, "input", "input_json_delta", "partial_json", index, client);
        WriteEvent("content_block_stop", client, default, (json, _) => json.WriteNumber("index"u8, index));
    }

    private static void WriteDelta(ReadOnlySpan<byte> block, string from, string type, string to, int index, IBufferWriter<byte> client)
    {
        ReadOnlySpan<byte> value = JsonFields.Find(block, Encoding.ASCII.GetBytes(from));
        if (value.IsEmpty || value.SequenceEqual("\"\""u8))
        {
            return;
        }

        WriteEvent("content_block_delta", client, value, (json, value) =>
        {
            json.WriteNumber("index"u8, index);
            json.WriteStartObject("delta"u8);
            json.WriteString("type"u8, type);
            json.WritePropertyName(to);
            if (JsonRaw.IsText(value))
            {
                json.WriteRawValue(value, skipInputValidation: true);
            }
            else
            {
                json.WriteStringValue(value);
            }

            json.WriteEndObject();
        });
    }

    private static void WriteMember(Utf8JsonWriter json, string name, ReadOnlySpan<byte> source)
    {
        ReadOnlySpan<byte> value = JsonFields.Find(source, Encoding.ASCII.GetBytes(name));
        json.WritePropertyName(name);
        json.WriteRawValue(value.IsEmpty ? "null"u8 : value, skipInputValidation: true);
    }

    private static void WriteEvent(string type, IBufferWriter<byte> client, ReadOnlySpan<byte> source, Members write)
    {
        client.Write(Encoding.ASCII.GetBytes($"event: {type}\ndata: "));
        using (Utf8JsonWriter json = new(client, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            write(json, source);
            json.WriteEndObject();
        }

        client.Write("\n\n"u8);
    }

    private delegate void Members(Utf8JsonWriter json, ReadOnlySpan<byte> source);
}
