using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Json;

namespace Gateway.Translation.Schemas;

/// <summary>What Anthropic demands of a tool: a valid schema by draft 2020-12, one object without alternatives at the top.</summary>
internal static class ClaudeSchema
{
    private static readonly string[] s_notAtTop = ["anyOf", "oneOf", "allOf"];

    public static bool Takes(JsonElement input) =>
        input.Member("type"u8).Is("object"u8)
        && !Array.Exists(s_notAtTop, word => input.TryGetProperty(word, out _))
        && SoundSchema.IsSound(input, openAi: false);

    /// <param name="root">A sound schema, which is used up.</param>
    public static JsonObject Input(JsonObject root)
    {
        JsonObject flat = Array.Exists(s_notAtTop, root.ContainsKey) ? new SchemaResolver(root).Flatten(root) : root;
        return ObjectSchema.Typed(flat);
    }
}
