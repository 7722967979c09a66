using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Translation.Schemas;

/// <summary>
/// What OpenAI demands of any schema, strict or not: it is valid, arrays say what their items are, patterns can be read, and
/// parameters are one object without alternatives at the top.
/// </summary>
internal static class OpenAiSchema
{
    private static readonly string[] s_notAtTop = ["anyOf", "oneOf", "allOf", "$ref", "enum", "not"];

    public static bool Takes(JsonElement parameters) =>
        SoundSchema.IsSound(parameters, openAi: true) && !Array.Exists(s_notAtTop, word => parameters.TryGetProperty(word, out _));

    /// <param name="root">A sound schema, which is used up.</param>
    public static JsonObject Parameters(JsonObject root) => Complete(OneObject(root));

    /// <param name="root">A sound schema, which is used up.</param>
    public static JsonObject OneObject(JsonObject root)
    {
        JsonObject flat = Array.Exists(s_notAtTop, root.ContainsKey) ? new SchemaResolver(root).Flatten(root) : root;
        flat.Remove("enum");
        flat.Remove("not");
        return ObjectSchema.Typed(flat);
    }

    /// <param name="schema">A sound schema, which is used up.</param>
    public static JsonObject Complete(JsonObject schema)
    {
        SchemaTree.Visit(schema, static part =>
        {
            if (!part.ContainsKey("items") && SchemaTree.TypesOf(part).Contains("array"))
            {
                part["items"] = new JsonObject();
            }

            if (!PortablePattern.Is(part["pattern"].AsName()))
            {
                part.Remove("pattern");
            }

            foreach (string name in (part["patternProperties"] as JsonObject ?? []).Select(static p => p.Key).Where(static name => !PortablePattern.Is(name)).ToArray())
            {
                part["patternProperties"]!.AsObject().Remove(name);
            }
        });
        return schema;
    }
}
