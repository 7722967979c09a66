using System.Text.Json.Nodes;

namespace Gateway.Translation.Schemas;

/// <summary>
/// The part of JSON Schema that Gemini's function declarations accept: every part has one type, or alternatives and nothing
/// beside them. What else was said is put into these words where it can be, and left out where it cannot.
/// </summary>
internal sealed class GeminiSchema
{
    /// <summary>Nobody writes deeper ones; definitions of definitions must not exhaust the stack.</summary>
    private const int MaxLevel = 48;

    private readonly SchemaResolver _resolver;
    private int _level;

    private GeminiSchema(JsonObject root) => _resolver = new SchemaResolver(root);

    /// <summary>Parameters of a function: an object, whatever else it may be.</summary>
    /// <param name="root">A sound schema.</param>
    public static JsonObject Parameters(JsonObject root)
    {
        GeminiSchema gemini = new(root);
        JsonObject flat = gemini._resolver.Flatten(root);
        flat["type"] = "object";
        flat.Remove("nullable");
        return gemini.Typed(new GeminiTypes(flat), flat, "object");
    }

    /// <summary>The schema of an answer.</summary>
    /// <param name="root">A sound schema.</param>
    public static JsonObject Answer(JsonObject root) => new GeminiSchema(root).Convert(root);

    private JsonObject Convert(JsonNode? node)
    {
        if (node is not JsonObject schema || _level == MaxLevel)
        {
            // Anything goes.
            return new JsonObject { ["type"] = "string" };
        }

        _level++;
        int opened = _resolver.Opened;
        JsonObject source = _resolver.Resolve(schema);
        bool isUnion = source["anyOf"] is JsonArray || source["oneOf"] is JsonArray;
        if (isUnion && source["properties"] is JsonObject { Count: > 0 })
        {
            source = _resolver.Flatten(source);
            isUnion = false;
        }

        JsonObject result = isUnion ? Union(source) : Plain(source);
        _resolver.Close(opened);
        _level--;
        return result;
    }

    /// <summary>What stands beside the alternatives moves into each of them.</summary>
    private JsonObject Union(JsonObject schema)
    {
        JsonArray branches = (schema["anyOf"] ?? schema["oneOf"])!.AsArray();
        JsonObject beside = [];
        foreach ((string word, JsonNode? value) in schema)
        {
            if (word is not ("anyOf" or "oneOf"))
            {
                beside[word] = value?.DeepClone();
            }
        }

        List<JsonObject> options = [];
        bool nullable = false;
        foreach (JsonNode? branch in branches)
        {
            if (!SchemaTree.Allows(branch))
            {
                continue;
            }

            JsonObject option = branch as JsonObject ?? [];
            int opened = _resolver.Opened;
            JsonObject merged = _resolver.Merge(option, beside);
            if (new GeminiTypes(merged).IsNull)
            {
                nullable = true;
            }
            else
            {
                options.Add(Described(Convert(merged), option, beside));
            }

            _resolver.Close(opened);
        }

        return options.Count > 0 ? Alternatives(options, nullable) : Plain(beside);
    }

    private JsonObject Plain(JsonObject schema)
    {
        GeminiTypes types = new(schema);
        return Alternatives([.. types.Names.Select(type => Typed(types, schema, type))], types.Nullable);
    }

    private static JsonObject Alternatives(List<JsonObject> options, bool nullable)
    {
        // Alternatives of alternatives are alternatives; two that are alike are one.
        List<JsonObject> distinct = [];
        foreach (JsonObject option in options.SelectMany(static o => o["anyOf"] is JsonArray inner ? inner.OfType<JsonObject>() : [o]))
        {
            JsonObject copy = (JsonObject)option.DeepClone();
            if (nullable)
            {
                copy["nullable"] = true;
            }

            if (!distinct.Exists(known => JsonNode.DeepEquals(known, copy)))
            {
                distinct.Add(copy);
            }
        }

        return distinct.Count == 1 ? distinct[0] : new JsonObject { ["anyOf"] = new JsonArray([.. distinct]) };
    }

    private JsonObject Typed(GeminiTypes types, JsonObject schema, string type)
    {
        JsonObject result = new() { ["type"] = type };
        foreach ((string word, JsonNode? value) in schema)
        {
            if (GeminiTypes.Knows(type, word, value))
            {
                result[word] = value?.DeepClone();
            }
        }

        types.AddLiterals(result, type);
        switch (type)
        {
            case "object":
                AddProperties(result, schema);
                break;
            case "array":
                result["items"] = Items(schema);
                break;
        }

        return result;
    }

    private void AddProperties(JsonObject result, JsonObject schema)
    {
        JsonObject properties = [];
        foreach ((string name, JsonNode? property) in schema["properties"] as JsonObject ?? [])
        {
            if (SchemaTree.Allows(property))
            {
                properties[name] = Convert(property);
            }
        }

        if (properties.Count == 0)
        {
            return;
        }

        result["properties"] = properties;
        foreach (string word in (ReadOnlySpan<string>)["required", "propertyOrdering"])
        {
            string[] known = [.. (schema[word] as JsonArray ?? []).Select(static n => n.AsName()).Where(properties.ContainsKey).Distinct()];
            if (known.Length > 0)
            {
                result[word] = known.ToNames();
            }
        }
    }

    /// <summary>Places of a tuple cannot be told apart: an item may be what any of them may be.</summary>
    private JsonObject Items(JsonObject schema)
    {
        List<JsonObject> items = [.. SchemaTree.ItemsOf(schema).Select(Convert)];
        return items.Count > 0 ? Alternatives(items, nullable: false) : new JsonObject { ["type"] = "string" };
    }

    /// <summary>The description of all stands before the one's own.</summary>
    private static JsonObject Described(JsonObject converted, JsonObject option, JsonObject beside)
    {
        if (converted.ContainsKey("type") && beside["description"].AsName() is { Length: > 0 } text
            && option["description"].AsName() is { Length: > 0 } own && text != own)
        {
            converted["description"] = $"{text}\n{own}";
        }

        return converted;
    }
}
