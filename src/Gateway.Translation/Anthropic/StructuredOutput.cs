using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary><c>output_config.format</c> (and the older <c>output_format</c>) as <c>response_format</c>.</summary>
internal static class StructuredOutput
{
    /// <summary>The schema that the answer must follow, or an undefined element.</summary>
    public static JsonElement Schema(RequestScope scope)
    {
        JsonElement format = scope.Request.Get("output_config"u8).Member("format"u8);
        if (format.ValueKind == JsonValueKind.Undefined)
        {
            format = scope.Request.Get("output_format"u8);
        }

        return format.Member("type"u8).Is("json_schema"u8) ? format.Member("schema"u8) : default;
    }

    /// <summary>The upstream cannot be given the schema, so the prompt has to ask for it.</summary>
    public static bool GoesIntoPrompt(RequestScope scope, bool hasTools) =>
        Schema(scope).ValueKind == JsonValueKind.Object
        && (!scope.Profile.JsonSchema || (hasTools && !scope.Profile.JsonSchemaWithTools) || !scope.Target.Accepts("response_format"));

    /// <summary>Appends the request for JSON to the system prompt.</summary>
    public static void AppendToPrompt(RequestScope scope, bool first)
    {
        scope.Report.Changed("output_format", "json_schema", "prompt");
        scope.Scratch.Append(first ? [] : "\\n\\n"u8);
        scope.Scratch.Append("Answer with a JSON object only, without any text around it, that follows this JSON schema: "u8);
        scope.Scratch.AppendEscaped(JsonFormat.Raw(Schema(scope)));
    }

    public static void Write(Utf8JsonWriter json, RequestScope scope, bool hasTools)
    {
        JsonElement schema = Schema(scope);
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (GoesIntoPrompt(scope, hasTools))
        {
            if (!hasTools && scope.Target.Accepts("response_format"))
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
        if (!strict && RequireNullable(schema) is { } rewritten)
        {
            strict = true;
            rewritten.WriteTo(json);
        }
        else
        {
            json.WriteRaw(schema);
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
        JsonObject copy = JsonCopies.ToObject(schema);
        SchemaWalk.Visit(copy, static part =>
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
        && ((part["type"] as JsonArray)?.Any(t => t?.ToString() == "null") == true
            || (part["anyOf"] as JsonArray)?.OfType<JsonObject>().Any(t => t["type"]?.ToString() == "null") == true);
}
