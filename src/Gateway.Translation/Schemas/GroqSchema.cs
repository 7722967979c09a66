using System.Text.Json.Nodes;

namespace Gateway.Translation.Schemas;

/// <summary>Groq knows neither the name of the draft nor marks inside, and demands properties beside what is required.</summary>
internal static class GroqSchema
{
    /// <param name="root">A sound schema, which is used up.</param>
    public static JsonObject Parameters(JsonObject root)
    {
        SchemaTree.Visit(root, static part =>
        {
            part.Remove("$schema");
            part.Remove("cache_control");
            if (part.ContainsKey("required") && !part.ContainsKey("properties"))
            {
                part["properties"] = new JsonObject();
            }
        });
        return ObjectSchema.Typed(root);
    }
}
