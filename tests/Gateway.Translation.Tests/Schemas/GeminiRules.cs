using System.Text.Json.Nodes;

namespace Gateway.Translation.Tests.Schemas;

/// <summary>Google's Schema object as its servers check it: one type everywhere, its words only, and each where it belongs.</summary>
internal static class GeminiRules
{
    public static IEnumerable<string> Problems(JsonNode? node, string path = "#")
    {
        if (node is not JsonObject schema)
        {
            return [$"{path} is no object"];
        }

        if (schema["anyOf"] is JsonArray options)
        {
            return schema.Count > 1 || options.Count < 2 ? [$"{path}: something beside any_of"] : options.SelectMany((o, i) => Problems(o, $"{path}/anyOf/{i}"));
        }

        string type = schema["type"] is JsonValue value && value.TryGetValue(out string? text) ? text : "";
        return schema.SelectMany(word => OfWord(schema, type, word.Key, word.Value, $"{path}/{word.Key}"))
            .Concat(type is "string" or "integer" or "number" or "boolean" or "object" or "array" ? [] : [$"{path}: type '{type}'"])
            .Concat(type == "array" && !schema.ContainsKey("items") ? [$"{path}: items: missing field"] : []);
    }

    private static IEnumerable<string> OfWord(JsonObject schema, string type, string word, JsonNode? value, string path) => word switch
    {
        "type" or "title" or "description" => [],
        "nullable" => Must(value!.GetValue<bool>(), path),
        "format" => Must((type, value!.GetValue<string>()) is ("string", "date-time" or "enum") or ("integer", "int32" or "int64") or ("number", "float" or "double"), path),
        "enum" => Must(type == "string" && value is JsonArray { Count: > 0 } list && list.All(v => v is JsonValue text && text.TryGetValue(out string? t) && t.Length > 0), path),
        "pattern" or "minLength" or "maxLength" => Must(type == "string", path),
        "minimum" or "maximum" => Must(type is "integer" or "number", path),
        "minItems" or "maxItems" => Must(type == "array", path),
        "minProperties" or "maxProperties" => Must(type == "object", path),
        "items" => type == "array" ? Problems(value, path) : [$"{path}: only allowed for ARRAY type"],
        "properties" => type == "object" && value is JsonObject { Count: > 0 } map ? map.SelectMany(m => Problems(m.Value, $"{path}/{m.Key}")) : [path],
        "required" or "propertyOrdering" => Must(
            value is JsonArray { Count: > 0 } names && schema["properties"] is JsonObject properties && names.All(n => properties.ContainsKey(n!.GetValue<string>())), path),
        _ => [$"{path}: Unknown name"],
    };

    private static IEnumerable<string> Must(bool holds, string path) => holds ? [] : [path];
}
