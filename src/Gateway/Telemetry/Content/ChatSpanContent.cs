using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Telemetry.Content;

/// <summary>Requests to Chat Completions, in the words of the GenAI conventions.</summary>
internal static class ChatSpanContent
{
    public static void WriteInput(Utf8JsonWriter json, JsonElement request)
    {
        json.WriteStartArray();
        foreach (JsonElement message in request.Member("messages"u8).Items())
        {
            json.WriteStartObject();
            json.WriteValue("role"u8, message.Member("role"u8));
            json.WriteStartArray("parts"u8);
            if (message.Member("role"u8).Is("tool"u8))
            {
                json.WriteToolResponse(message.Member("tool_call_id"u8), message.Member("content"u8));
            }
            else
            {
                WriteParts(json, message);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteParts(Utf8JsonWriter json, JsonElement message)
    {
        JsonElement reasoning = message.Member("reasoning_content"u8);
        if (reasoning.IsText())
        {
            json.WriteTextPart("reasoning", reasoning);
        }

        JsonElement content = message.Member("content"u8);
        if (content.IsText())
        {
            json.WriteTextPart("text", content);
        }

        foreach (JsonElement part in content.Items())
        {
            WritePart(json, part);
        }

        if (message.Member("refusal"u8) is { ValueKind: JsonValueKind.String } refusal)
        {
            json.WriteTextPart("refusal", refusal);
        }

        foreach (JsonElement call in message.Member("tool_calls"u8).Items())
        {
            JsonElement function = call.Member("function"u8);
            json.WriteToolCall(call.Member("id"u8), function.Member("name"u8), function.Member("arguments"u8));
        }
    }

    private static void WritePart(Utf8JsonWriter json, JsonElement part)
    {
        JsonElement url = part.Member("image_url"u8).Member("url"u8);
        switch (part.Text("type"u8))
        {
            case "text":
                json.WriteTextPart("text", part.Member("text"u8));
                break;
            case "image_url" when url.Text() is { } data && data.StartsWith("data:", StringComparison.Ordinal):
                json.WriteBlob("image", MediaType(data));
                break;
            case "image_url":
                json.WriteUri("image", url);
                break;
            case "input_audio":
                json.WriteBlob("audio", part.Member("input_audio"u8).Text("format"u8) is { } format ? "audio/" + format : null);
                break;
            case "file" when part.Member("file"u8).Member("file_data"u8).IsText():
                json.WriteBlob("document", null);
                break;
            default:
                // The conventions let other kinds stand as they are.
                json.WriteRaw(part);
                break;
        }
    }

    /// <summary>What stands between <c>data:</c> and the first <c>;</c> or <c>,</c>; null when that is missing or nothing.</summary>
    private static string? MediaType(string dataUrl) =>
        dataUrl.IndexOfAny([';', ',']) is > 5 and int end ? dataUrl["data:".Length..end] : null;
}
