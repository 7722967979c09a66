using System.Text.Json.Nodes;

namespace Gateway.Translation.Schemas;

/// <summary>Makes one object of alternatives.</summary>
internal static class SchemaUnion
{
    /// <summary>Arguments are objects: an alternative that is something else cannot be chosen.</summary>
    public static bool MayBeObject(JsonObject schema) => !schema.ContainsKey("type") || SchemaTree.TypesOf(schema).Contains("object");

    /// <summary>Adds what the alternatives say to an object that none of them may contradict.</summary>
    public static void AddTo(JsonObject schema, IReadOnlyList<JsonObject> branches)
    {
        if (branches.Count == 0)
        {
            return;
        }

        JsonObject own = schema["properties"] as JsonObject ?? [];
        JsonObject more = [];
        foreach ((string name, JsonNode? property) in branches.Select(static b => b["properties"]).OfType<JsonObject>().SelectMany(static p => p))
        {
            if (!own.ContainsKey(name))
            {
                more[name] = more.ContainsKey(name) ? Either(more[name], property) : property?.DeepClone();
            }
        }

        foreach ((string name, JsonNode? property) in more)
        {
            own[name] = property?.DeepClone();
        }

        if (own.Count > 0 && own.Parent is null)
        {
            schema["properties"] = own;
        }

        string[] required = [.. Required(schema).Union(branches.Select(Required).Aggregate(Enumerable.Intersect))];
        if (required.Length > 0)
        {
            schema["required"] = required.ToNames();
        }
    }

    private static IEnumerable<string> Required(JsonObject schema) =>
        schema["required"] is JsonArray names ? names.Select(static name => name.AsName()) : [];

    /// <summary>
    /// A property that alternatives describe differently. Mostly it is the one that tells them apart, with one literal each:
    /// then it has all of them.
    /// </summary>
    private static JsonNode? Either(JsonNode? first, JsonNode? second)
    {
        if (first is not JsonObject one || second is not JsonObject other || JsonNode.DeepEquals(one, other))
        {
            return first?.DeepClone();
        }

        if (SchemaTree.Literals(one) is { } literals && SchemaTree.Literals(other) is { } more && JsonNode.DeepEquals(WithoutLiterals(one), WithoutLiterals(other)))
        {
            JsonObject both = WithoutLiterals(one);
            both["enum"] = new JsonArray([.. literals.Concat(more.Where(m => !literals.Any(l => JsonNode.DeepEquals(l, m)))).Select(static v => v?.DeepClone())]);
            return both;
        }

        JsonArray options = one.Count == 1 && one["anyOf"] is JsonArray known ? (JsonArray)known.DeepClone() : [one.DeepClone()];
        if (!options.Any(option => JsonNode.DeepEquals(option, other)))
        {
            options.Add(other.DeepClone());
        }

        return new JsonObject { ["anyOf"] = options };
    }

    private static JsonObject WithoutLiterals(JsonObject schema)
    {
        JsonObject rest = (JsonObject)schema.DeepClone();
        rest.Remove("const");
        rest.Remove("enum");
        return rest;
    }
}
