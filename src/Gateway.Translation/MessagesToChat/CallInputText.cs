using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>The input of a call, as the text that forms of OpenAI's have for it.</summary>
internal static class CallInputText
{
    public static void Write(Utf8JsonWriter json, JsonElement input, TranslationReport report)
    {
        if (input.ValueKind == JsonValueKind.Object)
        {
            WriteCompactAsText(json, input);
        }
        else
        {
            // Clients that kept what a broken stream brought; the templates of local models fail on all but objects.
            json.WriteStringValue(ToolInput.ToObject(input, report));
        }
    }

    /// <summary>Numbers keep their digits and keys their order: the text is the client's, less the white space.</summary>
    private static void WriteCompactAsText(Utf8JsonWriter json, JsonElement input)
    {
        using PooledBuffer compact = new(1024);
        ReadOnlySpan<byte> raw = JsonFormat.Raw(input);
        if (raw.IndexOf("\\ud"u8) >= 0 || raw.IndexOf("\\uD"u8) >= 0)
        {
            // Perhaps half a surrogate pair, which the writer refuses: such texts keep their escapes.
            JsonRaw.WriteCompact(raw, compact);
            json.WriteStringValue(compact.Span);
            return;
        }

        using (Utf8JsonWriter inner = new(compact, JsonFormat.WriterOptions))
        {
            input.WriteTo(inner);
        }

        json.WriteStringValue(compact.Span);
    }
}
