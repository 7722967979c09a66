using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub.Requests;

/// <summary>
/// A call's <c>arguments</c> are a string that should hold a JSON object; a <c>tool_use</c> input must be one. What
/// does not parse is wrapped, so that the model sees what it wrote instead of losing it.
/// </summary>
internal static class ToolInput
{
    public static byte[] ToObject(JsonElement arguments, TranslationReport report)
    {
        if (arguments.IsText())
        {
            return Parse(arguments.Text(), report, twice: true);
        }

        if (!arguments.Exists())
        {
            return "{}"u8.ToArray();
        }

        // Some clients skip the string and send the value.
        return Parse(arguments.RawString(), report, twice: false);
    }

    public static byte[] Wrap(string name, string value)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString(name, value);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[] Parse(string text, TranslationReport report, bool twice)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "{}"u8.ToArray();
        }

        // Half a character may hide behind the escapes of the string that was just read.
        byte[] bytes = SurrogateHalves.ReplaceAlone(Encoding.UTF8.GetBytes(text)).ToArray();
        switch (Kind(bytes))
        {
            case JsonTokenType.StartObject:
                return bytes;
            case JsonTokenType.Null:
                return "{}"u8.ToArray();
            case JsonTokenType.String when twice:
                return Parse(JsonRaw.Decode(bytes.AsSpan().Trim(" \t\r\n"u8)), report, twice: false);
            case JsonTokenType.None:
                report.Repaired("tool_arguments");
                return Wrap("_raw_arguments", text);
            default:
                report.Repaired("tool_arguments");
                return [.. "{\"input\":"u8, .. bytes, .. "}"u8];
        }
    }

    /// <summary>The kind of the one value that the bytes hold, or None when they are not JSON.</summary>
    private static JsonTokenType Kind(byte[] bytes)
    {
        try
        {
            Utf8JsonReader reader = new(bytes, JsonFormat.ReaderOptions);
            reader.Read();
            JsonTokenType kind = reader.TokenType;
            reader.Skip();
            return reader.Read() ? JsonTokenType.None : kind;
        }
        catch (JsonException)
        {
            return JsonTokenType.None;
        }
    }
}
