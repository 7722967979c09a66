using System.Text.Json.Nodes;

namespace Gateway.Translation.Schemas;

/// <summary>Reads and edits schemas that are JSON nodes.</summary>
internal static class SchemaTree
{
    /// <summary>Visits every schema inside a schema, children first.</summary>
    public static void Visit(JsonObject schema, Action<JsonObject> edit)
    {
        // Edits may add and remove words of the parents of what is visited, never of what is being enumerated.
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
                case (WordKind.SchemaMap, JsonObject map):
                    foreach (JsonObject child in map.Select(static member => member.Value).OfType<JsonObject>())
                    {
                        Visit(child, edit);
                    }

                    break;
            }
        }

        edit(schema);
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

    /// <summary>The values that a schema allows, or null where it lists none.</summary>
    public static List<JsonNode?>? Literals(JsonObject schema) =>
        schema.ContainsKey("const") ? [schema["const"]] : schema["enum"] is JsonArray values ? [.. values] : null;

    public static JsonArray ToNames(this IEnumerable<string> names) => [.. names.Select(static name => (JsonNode)name)];
}
