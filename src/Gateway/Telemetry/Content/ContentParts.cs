using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Telemetry.Content;

/// <summary>Parts of messages as the GenAI conventions name them (schemas of <c>gen_ai.input.messages</c> and <c>gen_ai.output.messages</c>, version 1.41).</summary>
internal static class ContentParts
{
    /// <summary>A part of text: type <c>text</c> or <c>reasoning</c>.</summary>
    public static void WriteTextPart(this Utf8JsonWriter json, string type, JsonElement text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteValue("content"u8, text);
        json.WriteEndObject();
    }

    /// <param name="json">Where to.</param>
    /// <param name="id">The call's id.</param>
    /// <param name="name">The tool's name.</param>
    /// <param name="arguments">JSON, or a string that should hold it.</param>
    public static void WriteToolCall(this Utf8JsonWriter json, JsonElement id, JsonElement name, JsonElement arguments)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_call"u8);
        json.WriteValue("id"u8, id);
        json.WriteValue("name"u8, name);
        if (arguments.IsText())
        {
            json.WriteJsonOrText("arguments", arguments.Text());
        }
        else
        {
            json.WriteValue("arguments"u8, arguments);
        }

        json.WriteEndObject();
    }

    public static void WriteToolResponse(this Utf8JsonWriter json, JsonElement id, JsonElement response)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_call_response"u8);
        json.WriteValue("id"u8, id);
        json.WriteValue("response"u8, response);
        json.WriteEndObject();
    }

    /// <summary>Binary data by its kind alone: megabytes have no place on a span.</summary>
    public static void WriteBlob(this Utf8JsonWriter json, string modality, string? mediaType)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "blob"u8);
        json.WriteString("modality"u8, modality);
        json.WriteString("mime_type"u8, mediaType);
        json.WriteString("content"u8, ""u8);
        json.WriteEndObject();
    }

    public static void WriteUri(this Utf8JsonWriter json, string modality, JsonElement uri)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "uri"u8);
        json.WriteString("modality"u8, modality);
        json.WriteValue("uri"u8, uri);
        json.WriteEndObject();
    }

    /// <summary>A value as it came; null when there is none.</summary>
    public static void WriteValue(this Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement value)
    {
        json.WritePropertyName(name);
        if (value.Exists())
        {
            json.WriteRaw(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    /// <summary>The JSON that a text is, or the text when it is none: the input of a call that broke off.</summary>
    public static void WriteJsonOrText(this Utf8JsonWriter json, string name, string text)
    {
        try
        {
            JsonElement parsed = JsonElement.Parse(text, JsonFormat.DocumentOptions);
            json.WritePropertyName(name);
            json.WriteRaw(parsed);
        }
        catch (JsonException)
        {
            json.WriteString(name, text);
        }
    }
}
