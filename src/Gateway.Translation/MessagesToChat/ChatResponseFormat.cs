using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;
using Gateway.Translation.Schemas;

namespace Gateway.Translation.MessagesToChat;

/// <summary><c>output_config.format</c> (and the older <c>output_format</c>) as <c>response_format</c>.</summary>
internal static class ChatResponseFormat
{
    /// <summary>The schema follows it.</summary>
    public static ReadOnlySpan<byte> Instruction => "Answer with a JSON object only, without any text around it, that follows this JSON schema: "u8;

    /// <summary>The schema that the answer must follow, or an undefined element.</summary>
    public static JsonElement Schema(ChatDraft draft)
    {
        JsonElement format = draft.Request.Get("output_config"u8).Member("format"u8);
        if (format.ValueKind == JsonValueKind.Undefined)
        {
            format = draft.Request.Get("output_format"u8);
        }

        return format.Member("type"u8).Is("json_schema"u8) ? format.Member("schema"u8) : default;
    }

    /// <summary>The upstream cannot be given the schema, so the prompt has to ask for it.</summary>
    public static bool GoesIntoPrompt(ChatDraft draft, bool hasTools) =>
        Schema(draft).ValueKind == JsonValueKind.Object
        && (!draft.Profile.JsonSchema || (hasTools && !draft.Profile.JsonSchemaWithTools) || !draft.Target.Accepts(draft.FormatParameter));

    /// <summary>Appends the request for JSON to the system prompt.</summary>
    public static void AppendToPrompt(ChatDraft draft, bool first)
    {
        draft.Report.Changed("output_format", "json_schema", "prompt");
        draft.Scratch.Append(first ? [] : "\\n\\n"u8);
        draft.Scratch.Append(Instruction);
        draft.Scratch.AppendJson(Schema(draft));
    }

    public static void Write(Utf8JsonWriter json, ChatDraft draft, bool hasTools)
    {
        if (draft.Extras.Has(Knob.ResponseFormat) && !GoesIntoPrompt(draft, hasTools))
        {
            draft.WriteSaid(json, Knob.ResponseFormat, accepted: true);
            return;
        }

        JsonElement schema = Schema(draft);
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (GoesIntoPrompt(draft, hasTools))
        {
            if (!hasTools && draft.Target.Accepts("response_format"))
            {
                json.WriteStartObject("response_format"u8);
                json.WriteString("type"u8, "json_object"u8);
                json.WriteEndObject();
            }

            return;
        }

        json.WriteStartObject("response_format"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("json_schema"u8);
        json.WriteString("name"u8, "structured_output"u8);
        json.WritePropertyName("schema"u8);
        bool strict = StrictSchema.IsLegal(schema);
        if (!strict && draft.Profile.SchemaDialect != SchemaDialect.Gemini && RequireNullable(schema) is { } rewritten)
        {
            strict = true;
            rewritten.WriteTo(json);
        }
        else
        {
            SchemaWriter.WriteAnswer(json, schema, draft.Profile.SchemaDialect, draft.Report);
        }

        json.WriteBoolean("strict"u8, strict);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>
    /// Strict mode wants every property required. Where all optional ones may be null anyway, requiring them changes
    /// nothing that the client forbade; otherwise the schema stays as it is and is not strict.
    /// </summary>
    private static JsonObject? RequireNullable(JsonElement schema)
    {
        JsonObject copy = SoundSchema.Copy(schema);
        SchemaTree.Visit(copy, static part =>
        {
            if (part["properties"] is not JsonObject properties)
            {
                return;
            }

            List<string> required = [.. (part["required"] as JsonArray ?? []).Select(r => r?.ToString() ?? "")];
            List<string> optional = [.. properties.Select(p => p.Key).Where(name => !required.Contains(name))];
            if (optional.All(name => AllowsNull(properties[name])))
            {
                part["required"] = new JsonArray([.. required.Concat(optional).Select(name => (JsonNode)name)]);
            }
        });
        using JsonDocument result = JsonDocument.Parse(copy.ToJsonString(), JsonFormat.DocumentOptions);
        return StrictSchema.IsLegal(result.RootElement) ? copy : null;
    }

    private static bool AllowsNull(JsonNode? schema) =>
        schema is JsonObject part
        && (IsNull(part["type"]) || (part["anyOf"] as JsonArray)?.Any(branch => branch is JsonObject option && IsNull(option["type"])) == true);

    private static bool IsNull(JsonNode? type) =>
        type is JsonArray types ? types.Any(IsNull) : type is JsonValue value && value.TryGetValue(out string? name) && name == "null";
}
