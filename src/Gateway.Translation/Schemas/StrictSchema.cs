using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Schemas;

/// <summary>OpenAI's rules for schemas with <c>strict: true</c>.</summary>
internal static class StrictSchema
{
    private static readonly string[] s_unsupported =
        ["allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "patternProperties", "propertyNames", "uniqueItems", "contains"];

    private static readonly string[] s_lookarounds = ["(?=", "(?!", "(?<=", "(?<!"];

    /// <summary>Every object closed, every property required, only keywords that strict mode knows.</summary>
    public static bool IsLegal(JsonElement schema) =>
        schema.Member("type"u8).Is("object"u8) && schema.Member("anyOf"u8).ValueKind == JsonValueKind.Undefined && IsLegalPart(schema);

    public static bool HasLookaround(string pattern) =>
        s_lookarounds.Any(sign => pattern.Contains(sign, StringComparison.Ordinal));

    private static bool IsLegalPart(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || s_unsupported.Any(keyword => schema.TryGetProperty(keyword, out _)))
        {
            return false;
        }

        JsonElement pattern = schema.Member("pattern"u8);
        if (pattern.ValueKind == JsonValueKind.String && (pattern.AsText() is not { } text || HasLookaround(text)))
        {
            return false;
        }

        bool isObject = schema.Member("type"u8) is { } type
            && (type.Is("object"u8) || (type.ValueKind == JsonValueKind.Array && type.EnumerateArray().Any(t => t.Is("object"u8))));
        return (!isObject || IsClosed(schema))
            && AllLegal(schema.Member("properties"u8))
            && AllLegal(schema.Member("$defs"u8))
            && schema.Member("anyOf"u8).Items().All(IsLegalPart)
            && (schema.Member("items"u8) is not { ValueKind: JsonValueKind.Object } items || IsLegalPart(items));
    }

    private static bool IsClosed(JsonElement schema)
    {
        if (!schema.TryGetProperty("additionalProperties"u8, out JsonElement more) || more.ValueKind != JsonValueKind.False)
        {
            return false;
        }

        JsonElement properties = schema.Member("properties"u8);
        HashSet<string> required = [.. schema.Member("required"u8).Items().Select(r => r.AsText() ?? "")];
        return properties.ValueKind == JsonValueKind.Object && properties.EnumerateObject().All(p => required.Contains(p.Name));
    }

    private static bool AllLegal(JsonElement map) =>
        map.ValueKind != JsonValueKind.Object || map.EnumerateObject().All(p => IsLegalPart(p.Value));
}
