using System.Text.Json.Nodes;

namespace Gateway.Translation.Schemas;

/// <summary>Moonshot takes what OpenAI takes, but no type beside alternatives: each of them has to say its own.</summary>
internal static class MoonshotSchema
{
    private static readonly string[] s_alternatives = ["anyOf", "oneOf", "allOf"];

    /// <param name="root">A sound schema, which is used up.</param>
    public static JsonObject Parameters(JsonObject root)
    {
        JsonObject result = OpenAiSchema.OneObject(root);
        SchemaTree.Visit(result, static part =>
        {
            if (part["type"] is not { } type || !Array.Exists(s_alternatives, part.ContainsKey))
            {
                return;
            }

            part.Remove("type");
            foreach (JsonObject option in s_alternatives.Select(word => part[word]).OfType<JsonArray>().SelectMany(static list => list).OfType<JsonObject>())
            {
                if (!option.ContainsKey("type") && !option.ContainsKey("$ref"))
                {
                    option["type"] = type.DeepClone();
                }
            }
        });
        return OpenAiSchema.Complete(result);
    }
}
