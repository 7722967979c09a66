using System.Buffers;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>Tells a whole chat completion as one chunk, when the client asked for a stream and the upstream did not stream.</summary>
internal static class ChatReplay
{
    public static void Write(ReadOnlySpan<byte> completion, bool withUsage, IBufferWriter<byte> client)
    {
        WriteEvent(completion, choices: true, withUsage: false, client);
        if (withUsage && !JsonFields.Find(completion, "usage"u8).IsEmpty)
        {
            WriteEvent(completion, choices: false, withUsage: true, client);
        }
    }

    private static void WriteEvent(ReadOnlySpan<byte> completion, bool choices, bool withUsage, IBufferWriter<byte> client)
    {
        client.Write("data: "u8);
        using (Utf8JsonWriter json = new(client, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            JsonFields fields = new(completion);
            while (fields.MoveNext())
            {
                if (fields.Name.SequenceEqual("usage"u8) && !withUsage)
                {
                    continue;
                }

                json.WritePropertyName(fields.Name);
                if (fields.Name.SequenceEqual("object"u8))
                {
                    json.WriteStringValue("chat.completion.chunk"u8);
                }
                else if (fields.Name.SequenceEqual("choices"u8))
                {
                    WriteChoices(json, choices ? fields.Value : []);
                }
                else
                {
                    json.WriteRawValue(fields.Value, skipInputValidation: true);
                }
            }

            json.WriteEndObject();
        }

        client.Write("\n\n"u8);
    }

    private static void WriteChoices(Utf8JsonWriter json, ReadOnlySpan<byte> choices)
    {
        json.WriteStartArray();
        JsonItems items = new(choices);
        while (items.MoveNext())
        {
            json.WriteStartObject();
            JsonFields fields = new(items.Value);
            while (fields.MoveNext())
            {
                bool message = fields.Name.SequenceEqual("message"u8);
                json.WritePropertyName(message ? "delta"u8 : fields.Name);
                if (message)
                {
                    WriteDelta(json, fields.Value);
                }
                else
                {
                    json.WriteRawValue(fields.Value, skipInputValidation: true);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDelta(Utf8JsonWriter json, ReadOnlySpan<byte> message)
    {
        json.WriteStartObject();
        JsonFields fields = new(message);
        while (fields.MoveNext())
        {
            json.WritePropertyName(fields.Name);
            if (!fields.Name.SequenceEqual("tool_calls"u8))
            {
                json.WriteRawValue(fields.Value, skipInputValidation: true);
                continue;
            }

            // In a delta each call says where it belongs.
            json.WriteStartArray();
            JsonItems calls = new(fields.Value);
            for (int index = 0; calls.MoveNext(); index++)
            {
                json.WriteStartObject();
                json.WriteNumber("index"u8, index);
                JsonFields call = new(calls.Value);
                while (call.MoveNext())
                {
                    json.WritePropertyName(call.Name);
                    json.WriteRawValue(call.Value, skipInputValidation: true);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
