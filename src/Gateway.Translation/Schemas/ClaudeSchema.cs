using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Json;

namespace Gateway.Translation.Schemas;

/// <summary>What Anthropic demands of a tool: a valid schema by draft 2020-12, one object without alternatives at the top.</summary>
internal static class ClaudeSchema
{
    private static readonly string[] s_notAtTop = ["anyOf", "oneOf", "allOf"];
    private static readonly Dictionary<string, string> s_noNames = [];

    public static bool Takes(JsonElement input) =>
        input.Member("type"u8).Is("object"u8)
        && !Array.Exists(s_notAtTop, word => input.TryGetProperty(word, out _))
        && PropertyNames.Fit(input)
        && SoundSchema.IsSound(input, openAi: false);

    /// <summary>From names of properties that had to be changed to the client's own.</summary>
    public static IReadOnlyDictionary<string, string> OriginalNames(JsonElement input)
    {
        if (!input.IsObject() || Takes(input))
        {
            return s_noNames;
        }

        Input(SoundSchema.Copy(input), out IReadOnlyDictionary<string, string> originals);
        return originals;
    }

    /// <param name="root">A sound schema, which is used up.</param>
    /// <param name="originals">From names of properties that had to be changed to the client's own.</param>
    public static JsonObject Input(JsonObject root, out IReadOnlyDictionary<string, string> originals)
    {
        JsonObject flat = Array.Exists(s_notAtTop, root.ContainsKey) ? new SchemaResolver(root).Flatten(root) : root;
        originals = PropertyNames.Shorten(flat);
        return ObjectSchema.Typed(flat);
    }
}
