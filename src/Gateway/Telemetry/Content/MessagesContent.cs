using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Telemetry.Content;

/// <summary>Requests and answers of the Messages API, in the words of the GenAI conventions.</summary>
internal static class MessagesContent
{
    public static void WriteInput(Utf8JsonWriter json, JsonElement request)
    {
        json.WriteStartArray();
        foreach (JsonElement message in request.Member("messages"u8).Items())
        {
            json.WriteStartObject();
            json.WriteValue("role"u8, message.Member("role"u8));
            json.WritePropertyName("parts"u8);
            WriteParts(json, message.Member("content"u8));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <param name="json">Where to.</param>
    /// <param name="message">The answer.</param>
    /// <param name="whole">False when it broke off.</param>
    public static void WriteOutput(Utf8JsonWriter json, JsonElement message, bool whole)
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        json.WritePropertyName("parts"u8);
        WriteParts(json, message.Member("content"u8));
        json.WriteString("finish_reason"u8, message.Text("stop_reason"u8) switch
        {
            _ when !whole => "error",
            "end_turn" or "stop_sequence" => "stop",
            "max_tokens" => "length",
            "tool_use" => "tool_call",
            "refusal" => "content_filter",
            { } other => other,
            null => "stop",
        });
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Content, be it one string or blocks.</summary>
    public static void WriteParts(Utf8JsonWriter json, JsonElement content)
    {
        json.WriteStartArray();
        if (content.IsText())
        {
            json.WriteTextPart("text", content);
        }

        foreach (JsonElement block in content.Items())
        {
            WritePart(json, block);
        }

        json.WriteEndArray();
    }

    private static void WritePart(Utf8JsonWriter json, JsonElement block)
    {
        switch (block.Text("type"u8))
        {
            case "text":
                json.WriteTextPart("text", block.Member("text"u8));
                break;
            case "thinking":
                json.WriteTextPart("reasoning", block.Member("thinking"u8));
                break;
            case "tool_use":
                json.WriteToolCall(block.Member("id"u8), block.Member("name"u8), block.Member("input"u8));
                break;
            case "tool_result":
                json.WriteToolResponse(block.Member("tool_use_id"u8), block.Member("content"u8));
                break;
            case ("image" or "document") and { } modality when block.Member("source"u8).Text("type"u8) == "base64":
                json.WriteBlob(modality, block.Member("source"u8).Text("media_type"u8));
                break;
            case ("image" or "document") and { } modality when block.Member("source"u8).Member("url"u8) is { ValueKind: JsonValueKind.String } url:
                json.WriteUri(modality, url);
                break;
            default:
                // The conventions let other kinds stand as they are.
                json.WriteRaw(block);
                break;
        }
    }
}
