using System.Text.Json.Nodes;

namespace Gateway.Translation.Tests.Schemas;

/// <summary>The meta-schema of draft 2020-12, written down once more: what a validator would say.</summary>
internal static class DraftRules
{
    private static readonly string[] s_types = ["string", "integer", "number", "boolean", "object", "array", "null"];

    /// <summary>Every schema inside, with what is wrong with it.</summary>
    public static IEnumerable<string> Problems(JsonNode? node, string path = "#")
    {
        if (node is not JsonObject schema)
        {
            return node is JsonValue flag && flag.TryGetValue(out bool _) ? [] : [$"{path} is no schema: {node?.ToJsonString() ?? "null"}"];
        }

        return schema.SelectMany(word => OfWord(word.Key, word.Value, $"{path}/{word.Key}"));
    }

    /// <summary>The schemas inside and the schema itself, those of all words.</summary>
    public static IEnumerable<JsonObject> Parts(JsonNode? node)
    {
        if (node is not JsonObject schema)
        {
            return [];
        }

        IEnumerable<JsonNode?> children = schema.SelectMany(word => word.Key switch
        {
            "properties" or "patternProperties" or "$defs" or "definitions" or "dependentSchemas" => (word.Value as JsonObject ?? []).Select(m => m.Value),
            "anyOf" or "oneOf" or "allOf" or "prefixItems" => word.Value as JsonArray ?? [],
            "items" or "additionalProperties" or "propertyNames" or "not" or "if" or "then" or "else" or "contains" or "unevaluatedProperties" => [word.Value],
            _ => Enumerable.Empty<JsonNode?>(),
        });
        return children.SelectMany(Parts).Prepend(schema);
    }

    private static IEnumerable<string> OfWord(string word, JsonNode? value, string path) => word switch
    {
        "properties" or "patternProperties" or "$defs" or "definitions" or "dependentSchemas" =>
            value is JsonObject map ? map.SelectMany(m => Problems(m.Value, $"{path}/{m.Key}")) : [$"{path} is no map"],
        "anyOf" or "oneOf" or "allOf" or "prefixItems" =>
            value is JsonArray { Count: > 0 } list ? list.SelectMany(item => Problems(item, path)) : [$"{path} is no list of schemas"],
        "items" or "additionalProperties" or "propertyNames" or "not" or "if" or "then" or "else" or "contains" or "unevaluatedProperties" => Problems(value, path),
        "type" => Must(value is JsonArray { Count: > 0 } types ? types.All(IsType) && Unique(types) : IsType(value), path),
        "required" => Must(IsNames(value), path),
        "dependentRequired" => Must(value is JsonObject map && map.All(m => IsNames(m.Value)), path),
        "enum" => Must(value is JsonArray { Count: > 0 }, path),
        "examples" => Must(value is JsonArray, path),
        "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf" => Must(value is JsonValue number && number.TryGetValue(out double _), path),
        "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties" =>
            Must(value is JsonValue count && count.TryGetValue(out double n) && n >= 0 && double.IsInteger(n), path),
        "title" or "description" or "format" or "pattern" or "$ref" or "$comment" or "$anchor" or "contentEncoding" => Must(IsText(value), path),
        "$id" or "$schema" => Must(IsText(value) && !value!.GetValue<string>().Contains(' '), path),
        "uniqueItems" or "deprecated" => Must(value is JsonValue flag && flag.TryGetValue(out bool _), path),
        _ => [],
    };

    private static IEnumerable<string> Must(bool holds, string path) => holds ? [] : [path];

    private static bool IsText(JsonNode? value) => value is JsonValue text && text.TryGetValue(out string? _);

    private static bool IsType(JsonNode? value) => IsText(value) && s_types.Contains(value!.GetValue<string>());

    private static bool IsNames(JsonNode? value) => value is JsonArray names && names.All(IsText) && Unique(names);

    private static bool Unique(JsonArray names) => names.Select(n => n!.GetValue<string>()).Distinct().Count() == names.Count;
}
