using System.Text.Json.Nodes;

namespace Gateway.Translation.MessagesToChat;

/// <summary>The part of JSON schema that Gemini's function declarations accept.</summary>
internal static class GeminiSchema
{
    private const int MaxReferenceDepth = 8;

    /// <summary>References within references multiply: a small schema could stand for one that fills the memory.</summary>
    private const int MaxInlined = 2000;

    private static readonly string[] s_unknown =
    [
        "$schema", "$id", "$defs", "definitions", "$ref", "$comment", "$anchor", "additionalProperties", "patternProperties",
        "propertyNames", "exclusiveMinimum", "exclusiveMaximum", "const", "default", "not", "if", "then", "else",
        "contentEncoding", "contentMediaType", "examples", "unevaluatedProperties", "dependentSchemas", "dependentRequired",
        "deprecated", "readOnly", "writeOnly", "multipleOf", "uniqueItems", "contains", "prefixItems",
    ];

    public static JsonNode Convert(JsonObject schema)
    {
        int inlined = 0;
        JsonObject root = Inline(schema, Definitions(schema), 0, ref inlined).AsObject();
        SchemaWalk.Visit(root, Edit);

        // An object without properties is refused, at the top as well.
        return root;
    }

    private static JsonObject Definitions(JsonObject schema) =>
        (schema["$defs"] ?? schema["definitions"])?.DeepClone() as JsonObject ?? [];

    /// <summary>Replaces references by what they mean; recursion ends as a plain object.</summary>
    private static JsonNode Inline(JsonNode node, JsonObject definitions, int depth, ref int inlined)
    {
        if (node is JsonArray array)
        {
            JsonArray items = [];
            foreach (JsonNode? item in array)
            {
                items.Add(item is null ? null : Inline(item, definitions, depth, ref inlined));
            }

            return items;
        }

        if (node is not JsonObject schema)
        {
            return node.DeepClone();
        }

        JsonObject copy = [];
        if (schema["$ref"] is JsonValue reference && reference.TryGetValue(out string? pointer))
        {
            string name = pointer[(pointer.LastIndexOf('/') + 1)..];
            copy = depth < MaxReferenceDepth && inlined++ < MaxInlined && definitions[name] is JsonObject target
                ? Inline(target, definitions, depth + 1, ref inlined).AsObject()
                : new JsonObject { ["type"] = "object" };
        }

        foreach ((string key, JsonNode? value) in schema)
        {
            if (key == "properties" && value is JsonObject properties)
            {
                copy[key] = InlineProperties(properties, definitions, depth, ref inlined);
            }
            else if (key is not ("$defs" or "definitions" or "$ref"))
            {
                copy[key] = value is null ? null : Inline(value, definitions, depth, ref inlined);
            }
        }

        return copy;
    }

    /// <summary>A property may have the name of a keyword.</summary>
    private static JsonObject InlineProperties(JsonObject properties, JsonObject definitions, int depth, ref int inlined)
    {
        JsonObject copy = [];
        foreach ((string name, JsonNode? value) in properties)
        {
            copy[name] = value is null ? null : Inline(value, definitions, depth, ref inlined);
        }

        return copy;
    }

    private static void Edit(JsonObject schema)
    {
        if (schema["const"] is { } constant)
        {
            schema["enum"] = new JsonArray(constant.DeepClone());
        }

        foreach (string keyword in s_unknown)
        {
            schema.Remove(keyword);
        }

        EditType(schema);
        string? type = schema["type"] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        if (type == "string" && schema["format"]?.ToString() is not (null or "date-time" or "enum"))
        {
            schema.Remove("format");
        }

        if (schema["enum"] is JsonArray values)
        {
            EditEnum(schema, values, type);
        }

        if (type == "array" && schema["items"] is not JsonObject)
        {
            schema["items"] = new JsonObject { ["type"] = "string" };
        }

        EditProperties(schema);
    }

    private static void EditType(JsonObject schema)
    {
        if (schema["type"] is not JsonArray types)
        {
            return;
        }

        List<string> names = [.. types.Select(t => t?.ToString() ?? "null")];
        if (names.Remove("null"))
        {
            schema["nullable"] = true;
        }

        schema["type"] = names.FirstOrDefault() ?? "string";
    }

    private static void EditEnum(JsonObject schema, JsonArray values, string? type)
    {
        if (type is null or "string")
        {
            // Only strings may be listed; a null among them is what nullable says.
            schema["type"] = "string";
            schema["enum"] = new JsonArray([.. values.Where(v => v is not null).Select(v => (JsonNode)v!.ToString())]);
        }
        else
        {
            schema.Remove("enum");
        }
    }

    private static void EditProperties(JsonObject schema)
    {
        if (schema["properties"] is not JsonObject properties)
        {
            schema.Remove("required");
            return;
        }

        if (properties.Count == 0)
        {
            schema.Remove("properties");
            schema.Remove("required");
            return;
        }

        if (schema["required"] is JsonArray required)
        {
            List<string> known = [.. required.Select(r => r?.ToString() ?? "").Where(properties.ContainsKey)];
            schema["required"] = new JsonArray([.. known.Select(k => (JsonNode)k)]);
            if (known.Count == 0)
            {
                schema.Remove("required");
            }
        }
    }
}
