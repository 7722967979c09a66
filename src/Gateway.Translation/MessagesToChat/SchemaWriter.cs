using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Writes a tool's JSON schema in the dialect of the upstream. Most take it as it is; only what a server is known to
/// refuse is rewritten, and names of properties are never mistaken for keywords.
/// </summary>
internal static class SchemaWriter
{
    private const int MaxRepetitions = 2000;
    private static readonly string[] s_repetitions = ["minLength", "maxLength", "minItems", "maxItems"];
    private static readonly string[] s_notAtTop = ["anyOf", "oneOf", "allOf", "enum", "not"];

    public static void Write(Utf8JsonWriter json, JsonElement schema, SchemaDialect dialect, TranslationReport report)
    {
        bool isObject = schema.Member("type"u8).Is("object"u8);
        bool hasProperties = schema.Member("properties"u8).ValueKind == JsonValueKind.Object;
        bool combined = dialect == SchemaDialect.OpenAi && s_notAtTop.Any(k => schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(k, out _));
        bool rewrite = dialect is SchemaDialect.Gemini or SchemaDialect.Groq or SchemaDialect.Mistral;
        if (isObject && hasProperties && !combined && !rewrite)
        {
            json.WriteRaw(schema);
            return;
        }

        JsonObject copy = SchemaDom.Copy(schema);
        if (combined)
        {
            report.Changed("schema");
            FlattenTop(copy);
        }

        copy["type"] ??= "object";
        if (copy["properties"] is not JsonObject)
        {
            copy["properties"] = new JsonObject();
        }

        JsonNode result = dialect switch
        {
            SchemaDialect.Gemini => GeminiSchema.Convert(copy),
            SchemaDialect.Groq => Clean(copy, static s => _ = s.Remove("$schema") | s.Remove("cache_control")),
            SchemaDialect.Mistral => Clean(copy, DropForGrammar),
            _ => copy,
        };
        result.WriteTo(json);
    }

    /// <summary>OpenAI wants a plain object at the top: branches are merged, their demands become options.</summary>
    private static void FlattenTop(JsonObject schema)
    {
        JsonObject properties = schema["properties"] as JsonObject ?? [];
        foreach (string keyword in s_notAtTop)
        {
            if (schema[keyword] is JsonArray branches && keyword is not "enum")
            {
                foreach (JsonObject branch in branches.OfType<JsonObject>())
                {
                    foreach ((string name, JsonNode? value) in branch["properties"] as JsonObject ?? [])
                    {
                        if (!properties.ContainsKey(name))
                        {
                            properties[name] = value?.DeepClone();
                        }
                    }
                }
            }

            schema.Remove(keyword);
        }

        schema["type"] = "object";
        schema.Remove("properties");
        schema["properties"] = properties;
    }

    private static JsonObject Clean(JsonObject schema, Action<JsonObject> edit)
    {
        SchemaWalk.Visit(schema, edit);
        return schema;
    }

    /// <summary>Servers that turn a schema into a grammar cannot look around, and unroll every repetition.</summary>
    private static void DropForGrammar(JsonObject schema)
    {
        if (schema["pattern"] is JsonValue pattern && pattern.TryGetValue(out string? text) && StrictSchema.HasLookaround(text))
        {
            schema.Remove("pattern");
        }

        foreach (string limit in s_repetitions)
        {
            if (schema[limit] is JsonValue value && (!value.TryGetValue(out int count) || count > MaxRepetitions))
            {
                schema.Remove(limit);
            }
        }
    }
}

/// <summary>Visits every schema inside a schema, children first.</summary>
internal static class SchemaWalk
{
    private static readonly string[] s_maps = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
    private static readonly string[] s_lists = ["anyOf", "oneOf", "allOf", "prefixItems", "items"];
    private static readonly string[] s_single = ["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"];

    public static void Visit(JsonObject schema, Action<JsonObject> edit)
    {
        foreach (string map in s_maps)
        {
            foreach (JsonObject child in (schema[map] as JsonObject)?.Select(p => p.Value).OfType<JsonObject>().ToList() ?? [])
            {
                Visit(child, edit);
            }
        }

        foreach (string list in s_lists)
        {
            foreach (JsonObject child in (schema[list] as JsonArray)?.OfType<JsonObject>().ToList() ?? [])
            {
                Visit(child, edit);
            }
        }

        foreach (string single in s_single)
        {
            if (schema[single] is JsonObject child)
            {
                Visit(child, edit);
            }
        }

        edit(schema);
    }
}
