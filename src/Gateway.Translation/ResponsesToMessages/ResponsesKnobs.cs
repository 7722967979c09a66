using System.Buffers;
using System.Text.Json;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ResponsesToMessages;

/// <summary>What Responses calls the knobs that Messages has no word for.</summary>
internal static class ResponsesKnobs
{
    // No API has as many; a body that does is not worth a complete report.
    private const int MostUnknown = 200;

    /// <summary>Said by the hub's request itself, by the answer's echo, or of no meaning to a server that keeps nothing.</summary>
    private static readonly HashSet<string> s_said =
    [
        "model", "input", "instructions", "stream", "max_output_tokens", "tools", "tool_choice", "parallel_tool_calls", "reasoning", "temperature", "top_p",
        "text", "include", "store", "metadata", "stream_options", "client_metadata", "truncation", "previous_response_id", "conversation", "background", "prompt",
        "context_management", "moderation",
    ];

    private static readonly Dictionary<string, Knob> s_knobs = new()
    {
        ["prompt_cache_key"] = Knob.PromptCacheKey,
        ["prompt_cache_retention"] = Knob.PromptCacheRetention,
        ["safety_identifier"] = Knob.SafetyIdentifier,
        ["service_tier"] = Knob.ServiceTier,
        ["user"] = Knob.User,
    };

    public static List<RequestExtras.Entry> Read(JsonElement body)
    {
        List<RequestExtras.Entry> entries = [];
        int unknown = 0;
        foreach (JsonProperty field in body.EnumerateObject())
        {
            if (!field.Value.Exists() || s_said.Contains(field.Name))
            {
                continue;
            }

            if (s_knobs.TryGetValue(field.Name, out Knob knob))
            {
                entries.RemoveAll(entry => entry.Knob == knob);
                entries.Add(new RequestExtras.Entry(knob, field.Name, field.Value));
            }
            else if (unknown++ < MostUnknown)
            {
                entries.Add(new RequestExtras.Entry(Knob.Other, field.Name, field.Value));
            }
        }

        if (Format(body) is { ValueKind: JsonValueKind.Object } format)
        {
            entries.Add(new RequestExtras.Entry(Knob.ResponseFormat, "text_format", format));
        }

        if (body.Member("text"u8).Member("verbosity"u8) is { ValueKind: JsonValueKind.String } verbosity)
        {
            entries.Add(new RequestExtras.Entry(Knob.Verbosity, "verbosity", verbosity));
        }

        return entries;
    }

    /// <summary><c>text.format</c> as Chat says it, with the schema in an object of its own; undefined when the client wants plain text.</summary>
    public static JsonElement Format(JsonElement body)
    {
        JsonElement format = body.Member("text"u8).Member("format"u8);
        if (!format.IsObject() || format.Member("type"u8).Is("text"u8))
        {
            return default;
        }

        if (!format.Member("type"u8).Is("json_schema"u8) || format.Member("json_schema"u8).IsObject())
        {
            return format;
        }

        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "json_schema"u8);
            json.WriteStartObject("json_schema"u8);
            foreach (JsonProperty member in format.EnumerateObject())
            {
                if (!member.NameEquals("type"u8))
                {
                    json.WritePropertyName(member.Name);
                    json.WriteRaw(member.Value);
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return JsonElement.Parse(output.WrittenSpan, JsonFormat.PartOptions);
    }
}
