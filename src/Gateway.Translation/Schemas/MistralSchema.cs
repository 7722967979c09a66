using System.Text.Json.Nodes;

namespace Gateway.Translation.Schemas;

/// <summary>Servers that turn a schema into a grammar cannot look around, and unroll every repetition.</summary>
internal static class MistralSchema
{
    private const int MaxRepetitions = 2000;
    private static readonly string[] s_repetitions = ["minLength", "maxLength", "minItems", "maxItems"];

    /// <param name="root">A sound schema, which is used up.</param>
    public static JsonObject Parameters(JsonObject root)
    {
        SchemaTree.Visit(root, static part =>
        {
            if (StrictSchema.HasLookaround(part["pattern"].AsName()))
            {
                part.Remove("pattern");
            }

            foreach (string limit in s_repetitions)
            {
                if (part[limit] is { } count && count.GetValue<double>() > MaxRepetitions)
                {
                    part.Remove(limit);
                }
            }
        });
        return ObjectSchema.Typed(root);
    }
}
