using System.Text.Json.Nodes;

namespace Gateway.Translation.Schemas;

/// <summary>Parameters are an object for every server, whatever their schema says.</summary>
internal static class ObjectSchema
{
    /// <summary>A type at the top that is not plainly an object becomes one.</summary>
    public static JsonObject Typed(JsonObject root)
    {
        if (root.ContainsKey("type") && root["type"].AsName() != "object")
        {
            root["type"] = "object";
        }

        return root;
    }
}
