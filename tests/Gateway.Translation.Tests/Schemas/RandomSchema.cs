using System.Text.Json.Nodes;

namespace Gateway.Translation.Tests.Schemas;

/// <summary>Makes schemas of all words there are, old drafts', other people's and wrong ones included.</summary>
internal sealed class RandomSchema(Random random)
{
    private static readonly string[] s_names = ["a", "b", "type", "properties", "items", "$ref", "anyOf", "required", "enum", "né 名", "filter[id]", ""];
    private static readonly string[] s_types = ["string", "integer", "number", "boolean", "object", "array", "null"];
    private static readonly string[] s_pointers = ["#", "#/$defs/a", "#/$defs/b", "#/definitions/a", "#/properties/a", "#/anyOf/0", "#/nowhere", "a", "#/$defs/a%20b", "#/$defs/~1"];
    private static readonly string[] s_wrong = ["null", "5", "true", "\"text\"", "[]", "{}", "[null]", "{\"a\":null}", "-1", "1.5", "1e999", "[\"a\",\"a\"]", "\"STRING\""];
    private static readonly string[] s_literals = ["\"a\"", "\"b\"", "\"\"", "1", "2", "-3.5", "true", "false", "null", "{\"a\":1}", "[1]"];

    private static readonly string[] s_words =
    [
        "type", "properties", "required", "items", "prefixItems", "additionalItems", "additionalProperties", "patternProperties", "propertyNames",
        "anyOf", "oneOf", "allOf", "not", "if", "then", "else", "dependentSchemas", "dependentRequired", "contains", "const", "enum", "format", "pattern",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems",
        "minProperties", "maxProperties", "$ref", "$defs", "definitions", "$schema", "$id", "$anchor", "$comment", "nullable", "examples", "example", "default", "title",
        "description", "deprecated", "contentEncoding", "unevaluatedProperties", "propertyOrdering", "cache_control", "x-own",
    ];

    /// <summary>One that may be the parameters of a tool: an object of JSON, whatever it says.</summary>
    public string Next() => Schema(depth: 0).ToJsonString();

    private JsonObject Schema(int depth)
    {
        JsonObject schema = [];
        if (random.Next(4) > 0)
        {
            schema["type"] = depth == 0 ? "object" : s_types[random.Next(s_types.Length)];
        }

        if (random.Next(2) == 0 && depth < 4)
        {
            schema["properties"] = Map(depth + 1);
        }

        for (int i = random.Next(depth > 4 ? 1 : 5); i > 0; i--)
        {
            string word = s_words[random.Next(s_words.Length)];
            schema[word] = random.Next(10) == 0 ? JsonNode.Parse(s_wrong[random.Next(s_wrong.Length)]) : Value(word, depth + 1);
        }

        return schema;
    }

    private JsonNode? Value(string word, int depth) => word switch
    {
        "type" => random.Next(3) == 0 ? new JsonArray([.. random.GetItems(s_types, random.Next(1, 4)).Distinct().Select(t => (JsonNode)t)]) : s_types[random.Next(s_types.Length)],
        "properties" or "patternProperties" or "dependentSchemas" or "$defs" or "definitions" => Map(depth),
        "items" => random.Next(4) == 0 ? List(depth) : Any(depth),
        "anyOf" or "oneOf" or "allOf" or "prefixItems" => List(depth),
        "additionalItems" or "additionalProperties" or "propertyNames" or "not" or "if" or "then" or "else" or "contains" or "unevaluatedProperties" => Any(depth),
        "required" or "propertyOrdering" => new JsonArray([.. Names().Select(n => (JsonNode)n)]),
        "dependentRequired" => new JsonObject { ["a"] = new JsonArray("b") },
        "enum" => new JsonArray([.. random.GetItems(s_literals, random.Next(1, 5)).Select(l => JsonNode.Parse(l))]),
        "const" or "default" or "example" => JsonNode.Parse(s_literals[random.Next(s_literals.Length)]),
        "examples" => new JsonArray("x"),
        "format" => random.GetItems(["date-time", "uri", "int32", "double", "enum"], 1)[0],
        "pattern" => random.GetItems(["^a$", "^(?!b)"], 1)[0],
        "minimum" or "maximum" or "multipleOf" => random.Next(1, 9),
        "exclusiveMinimum" or "exclusiveMaximum" => random.Next(2) == 0 ? true : random.Next(9),
        "uniqueItems" or "nullable" or "deprecated" => random.Next(2) == 0,
        "$ref" => s_pointers[random.Next(s_pointers.Length)],
        "$id" => random.GetItems(["https://a.example/b", "Has Spaces"], 1)[0],
        "$schema" => "http://json-schema.org/draft-07/schema#",
        "cache_control" => new JsonObject { ["type"] = "ephemeral" },
        _ => word.StartsWith('m') ? random.Next(5000) : "text 名",
    };

    private JsonNode Any(int depth) => random.Next(6) == 0 ? JsonValue.Create(random.Next(2) == 0) : Schema(depth);

    private JsonArray List(int depth) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(6) == 0 ? Null() : Any(depth))];

    private static JsonObject Null() => new() { ["type"] = "null" };

    private JsonObject Map(int depth)
    {
        JsonObject map = [];
        foreach (string name in Names())
        {
            map[name] = random.Next(12) == 0 ? null : Any(depth);
        }

        return map;
    }

    private IEnumerable<string> Names() => random.GetItems(s_names, random.Next(1, 4)).Distinct();
}
