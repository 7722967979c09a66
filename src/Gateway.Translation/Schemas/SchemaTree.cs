using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Translation.Schemas;

/// <summary>Reads and edits schemas that are JSON nodes.</summary>
internal static class SchemaTree
{
    /// <summary>Visits a schema, and then every schema that is left inside.</summary>
    public static void Visit(JsonObject schema, Action<JsonObject> edit)
    {
        edit(schema);
        foreach ((string word, JsonNode? value) in schema)
        {
            switch (SchemaWords.KindOf(word), value)
            {
                case (WordKind.Schema, JsonObject child):
                    Visit(child, edit);
                    break;
                case (WordKind.SchemaList, JsonArray list):
                    foreach (JsonObject child in list.OfType<JsonObject>())
                    {
                        Visit(child, edit);
                    }

                    break;
                case (WordKind.SchemaMap or WordKind.SchemaPatterns, JsonObject map):
                    foreach (JsonObject child in map.Select(static member => member.Value).OfType<JsonObject>())
                    {
                        Visit(child, edit);
                    }

                    break;
            }
        }
    }

    /// <summary>The text of a node, empty for all else.</summary>
    public static string AsName(this JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    /// <summary>The names of types that a schema says it has.</summary>
    public static IEnumerable<string> TypesOf(JsonObject schema) => schema["type"] switch
    {
        null => [],
        JsonArray types => types.Select(static type => type.AsName()),
        JsonNode type => [type.AsName()],
    };

    /// <summary>What the items of an array may be, the places of a tuple included.</summary>
    public static IEnumerable<JsonNode?> ItemsOf(JsonObject schema) =>
        (schema["prefixItems"] as JsonArray ?? []).Append(schema["items"]).Where(static item => item is not null && Allows(item));

    /// <summary>False for the schema that nothing meets.</summary>
    public static bool Allows(JsonNode? schema) => schema is not JsonValue flag || flag.GetValueKind() != JsonValueKind.False;

    /// <summary>The values that a schema allows, or null where it lists none.</summary>
    public static List<JsonNode?>? Literals(JsonObject schema) =>
        schema.ContainsKey("const") ? [schema["const"]] : schema["enum"] is JsonArray values ? [.. values] : null;

    public static JsonArray ToNames(this IEnumerable<string> names) => [.. names.Select(static name => (JsonNode)name)];
}
