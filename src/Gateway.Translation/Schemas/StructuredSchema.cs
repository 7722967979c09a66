using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Schemas;

/// <summary>
/// Rewrites a JSON Schema to what <c>output_config.format</c> takes: every object closed, no limits on numbers, lengths
/// and counts. Names of properties are not keywords, so the walk knows where schemas are.
/// </summary>
internal static class StructuredSchema
{
    // A longer chain is as good as endless, and must not exhaust the stack.
    private const int DeepestReference = 64;

    private static readonly HashSet<string> s_unsupported =
    [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
        "maxItems", "uniqueItems", "minContains", "maxContains", "minProperties", "maxProperties",
    ];

    public static void Write(Utf8JsonWriter json, JsonElement schema, TranslationReport report)
    {
        if (!schema.IsObject())
        {
            json.WriteRaw(schema);
            return;
        }

        json.WriteStartObject();
        bool closes = IsObjectSchema(schema);
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (IsDropped(keyword, closes))
            {
                if (!keyword.NameEquals("additionalProperties"u8) || keyword.Value.ValueKind != JsonValueKind.False)
                {
                    report.Dropped("schema." + keyword.Name);
                }

                continue;
            }

            // oneOf is not supported; for choosing what to write, anyOf says the same.
            bool asAnyOf = keyword.NameEquals("oneOf"u8) && !schema.TryGetProperty("anyOf"u8, out _);
            json.WritePropertyName(asAnyOf ? "anyOf" : keyword.Name);
            WriteKeyword(json, keyword, report);
        }

        if (closes)
        {
            json.WriteBoolean("additionalProperties"u8, false);
        }

        json.WriteEndObject();
    }

    /// <summary>True when a reference leads back to a schema that is being described.</summary>
    public static bool IsRecursive(JsonElement root) => Loops(root, root, [], []);

    private static bool IsDropped(JsonProperty keyword, bool closes) =>
        s_unsupported.Contains(keyword.Name)
        || (closes && keyword.NameEquals("additionalProperties"u8))
        || (keyword.NameEquals("minItems"u8) && keyword.Value.ValueKind == JsonValueKind.Number && keyword.Value.GetRawText() is not ("0" or "1"));

    private static bool IsObjectSchema(JsonElement schema)
    {
        JsonElement type = schema.Member("type"u8);
        return type.Is("object"u8) || type.Items().Any(item => item.Is("object"u8)) || (!type.Exists() && schema.Member("properties"u8).IsObject());
    }

    private static void WriteKeyword(Utf8JsonWriter json, JsonProperty keyword, TranslationReport report)
    {
        switch (keyword.Name)
        {
            case "properties" or "$defs" or "definitions" or "patternProperties" when keyword.Value.IsObject():
                json.WriteStartObject();
                foreach (JsonProperty member in keyword.Value.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value, report);
                }

                json.WriteEndObject();
                break;
            case "anyOf" or "allOf" or "oneOf" or "prefixItems" when keyword.Value.IsArray():
                json.WriteStartArray();
                foreach (JsonElement item in keyword.Value.EnumerateArray())
                {
                    Write(json, item, report);
                }

                json.WriteEndArray();
                break;
            case "items" or "not" or "if" or "then" or "else" or "contains":
                Write(json, keyword.Value, report);
                break;
            default:
                json.WriteRaw(keyword.Value);
                break;
        }
    }

    private static bool Loops(JsonElement root, JsonElement at, HashSet<string> path, HashSet<string> clean)
    {
        if (at.IsArray())
        {
            return at.EnumerateArray().Any(item => Loops(root, item, path, clean));
        }

        if (!at.IsObject())
        {
            return false;
        }

        JsonElement reference = at.Member("$ref"u8);
        if (reference.IsText())
        {
            string pointer = reference.Text();
            if (pointer == "#" || path.Contains(pointer) || path.Count == DeepestReference)
            {
                return true;
            }

            // Without this memory a chain of definitions that name the next one twice would take for ever.
            if (!clean.Add(pointer))
            {
                return false;
            }

            path.Add(pointer);
            if (Loops(root, Resolve(root, pointer), path, clean))
            {
                return true;
            }

            path.Remove(pointer);
        }

        // Definitions count only where something refers to them.
        return at.EnumerateObject().Any(member => !member.NameEquals("$defs"u8) && !member.NameEquals("definitions"u8) && Loops(root, member.Value, path, clean));
    }

    private static JsonElement Resolve(JsonElement root, string pointer)
    {
        JsonElement at = root;
        foreach (string step in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = at.IsObject() && at.TryGetProperty(step, out JsonElement next) ? next : default;
        }

        return at;
    }
}
