using System.Buffers;
using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Schemas;

namespace Gateway.Translation.Hub.Requests;

/// <summary>
/// Writes the hub's request as a Messages body that says what the client meant. It goes to the writers from Messages,
/// together with the request's extras, and never to a server: Claude's own demands are not met here.
/// </summary>
internal static class HubRequestWriter
{
    public static void Write(HubRequest request, string model, IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        if (request.MaxTokens is { } maxTokens)
        {
            json.WriteNumber("max_tokens"u8, maxTokens);
        }

        if (request.Stream)
        {
            json.WriteBoolean("stream"u8, true);
        }

        HubRequest.WriteSystem(json, request.System);
        HubRequest.WriteMessages(json, request.Turns);
        WriteTools(json, request);
        request.ToolChoice.Write(json);
        WriteEffortAndFormat(json, request);
        WriteRaw(json, "temperature"u8, request.Temperature);
        WriteRaw(json, "top_p"u8, request.TopP);
        WriteRaw(json, "top_k"u8, request.TopK);
        WriteStop(json, request.Stop);
        WriteIdentity(json, request);
        WriteRaw(json, "cache_control"u8, request.CacheControl);
        json.WriteEndObject();
    }

    private static void WriteTools(Utf8JsonWriter json, HubRequest request)
    {
        JsonElement search = request.Extras[Knob.WebSearchOptions];
        bool searches = search.IsObject() && !request.Tools.Exists(tool => tool.Name == HubTool.WebSearch);
        if (request.Tools.Count == 0 && !searches)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (HubTool tool in request.Tools)
        {
            tool.Write(json, SchemaWriter.WriteFramed);
        }

        if (searches)
        {
            HubTool.WriteWebSearch(json, search);
        }

        json.WriteEndArray();
    }

    private static void WriteEffortAndFormat(Utf8JsonWriter json, HubRequest request)
    {
        if (request.Effort.Length > 0)
        {
            json.WriteStartObject("thinking"u8);
            json.WriteString("type"u8, request.Effort == "none" ? "disabled"u8 : "adaptive"u8);
            json.WriteEndObject();
        }

        bool names = request.Effort is not ("" or "none");
        JsonElement schema = request.Schema;
        if (!names && !schema.IsObject())
        {
            return;
        }

        json.WriteStartObject("output_config"u8);
        if (names)
        {
            json.WriteString("effort"u8, request.Effort);
        }

        if (schema.IsObject())
        {
            json.WriteStartObject("format"u8);
            json.WriteString("type"u8, "json_schema"u8);
            WriteRaw(json, "schema"u8, schema);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteStop(Utf8JsonWriter json, JsonElement stop)
    {
        if (stop.IsText())
        {
            json.WriteStartArray("stop_sequences"u8);
            json.WriteRaw(stop);
            json.WriteEndArray();
        }
        else
        {
            WriteRaw(json, "stop_sequences"u8, stop);
        }
    }

    private static void WriteIdentity(Utf8JsonWriter json, HubRequest request)
    {
        if (request.UserId is { Length: > 0 } user)
        {
            json.WriteStartObject("metadata"u8);
            json.WriteString("user_id"u8, user);
            json.WriteEndObject();
        }

        if (request.Extras[Knob.ServiceTier].Text() is "auto" or "default")
        {
            json.WriteString("service_tier"u8, request.Extras[Knob.ServiceTier].Is("auto"u8) ? "auto"u8 : "standard_only"u8);
        }
    }

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement value)
    {
        if (value.Exists())
        {
            json.WritePropertyName(name);
            json.WriteRaw(value);
        }
    }
}
