using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Translation.Schemas;

/// <summary>Which types a schema has for Gemini, told or to be guessed, and which literals of each.</summary>
internal sealed class GeminiTypes
{
    private readonly List<JsonNode?>? _literals;
    private readonly bool _declaredAsOne;

    /// <param name="schema">Sound, and without references.</param>
    public GeminiTypes(JsonObject schema)
    {
        _literals = SchemaTree.Literals(schema);
        List<string> declared = [.. SchemaTree.TypesOf(schema)];
        bool saysNull = declared.Remove("null") || (declared.Count == 0 && _literals?.Contains(null) == true);
        _declaredAsOne = declared.Count == 1;
        if (declared.Count != 1 && _literals is not null)
        {
            string[] kinds = [.. _literals.OfType<JsonNode>().Select(KindOf).Distinct()];
            kinds = declared.Count == 0 ? kinds : [.. kinds.Where(kind => declared.Contains(kind) || (kind == "integer" && declared.Contains("number")))];
            declared = kinds.Length > 0 || declared.Count == 0 ? [.. kinds] : declared;
        }

        if (declared.Contains("number"))
        {
            declared.Remove("integer");
        }

        IsNull = declared.Count == 0 && saysNull;
        Nullable = saysNull || (schema["nullable"] is JsonValue flag && flag.GetValueKind() == JsonValueKind.True);
        Names = declared.Count > 0 ? declared : [IsNull ? "string" : Guess(schema)];
    }

    /// <summary>At least one.</summary>
    public IReadOnlyList<string> Names { get; }

    public bool Nullable { get; }

    /// <summary>It is null and nothing else.</summary>
    public bool IsNull { get; }

    /// <summary>Words that go on as they are. A word of another type is refused.</summary>
    public static bool Knows(string type, string word, JsonNode? value) => word switch
    {
        "title" or "description" => true,
        "nullable" => value is JsonValue flag && flag.GetValueKind() == JsonValueKind.True,
        "format" => (type, value.AsName()) is ("string", "date-time" or "enum") or ("integer", "int32" or "int64") or ("number", "float" or "double"),
        "pattern" or "minLength" or "maxLength" => type == "string",
        "minimum" or "maximum" => type is "integer" or "number",
        "minItems" or "maxItems" => type == "array",
        "minProperties" or "maxProperties" => type == "object",
        _ => false,
    };

    /// <summary>
    /// Gemini lists strings only. Numbers keep their type and get their range for it, which is the same for one number and
    /// for those without gaps; there are no more than two of true and false.
    /// </summary>
    public void AddLiterals(JsonObject result, string type)
    {
        List<JsonNode> values = [.. (_literals ?? []).OfType<JsonNode>()];
        if (type == "string")
        {
            // An empty one is refused.
            string[] texts = [.. values.Where(v => _declaredAsOne ? v is JsonValue : KindOf(v) == "string").Select(static v => v.ToString()).Where(static t => t.Length > 0).Distinct()];
            if (texts.Length > 0)
            {
                result["enum"] = texts.ToNames();
            }
            else if (result["format"].AsName() == "enum")
            {
                result.Remove("format");
            }
        }
        else if (type is "integer" or "number" && values.FindAll(static v => KindOf(v) is "integer" or "number") is { Count: > 0 } numbers)
        {
            result["minimum"] ??= numbers.MinBy(static n => n.GetValue<double>())!.DeepClone();
            result["maximum"] ??= numbers.MaxBy(static n => n.GetValue<double>())!.DeepClone();
        }
    }

    private static string KindOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => double.IsInteger(value.GetValue<double>()) ? "integer" : "number",
        JsonValueKind.Array => "array",
        _ => "object",
    };

    /// <summary>Words tell what they are about; without any, text can say everything.</summary>
    private static string Guess(JsonObject schema)
    {
        foreach ((string word, _) in schema)
        {
            switch (word)
            {
                case "properties" or "required" or "additionalProperties" or "patternProperties" or "propertyNames" or "minProperties" or "maxProperties" or "$ref" or "allOf":
                    return "object";
                case "items" or "prefixItems" or "minItems" or "maxItems" or "uniqueItems" or "contains":
                    return "array";
                case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf":
                    return "number";
            }
        }

        return "string";
    }
}
