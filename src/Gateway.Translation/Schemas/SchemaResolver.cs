using System.Text.Json.Nodes;

namespace Gateway.Translation.Schemas;

/// <summary>
/// Follows references and merges what has to hold at once, for readers that know neither <c>$ref</c> nor <c>allOf</c>.
/// Works on a sound schema, which it leaves as it is. References within references multiply, so there is a bound to what
/// is copied: a small schema could stand for one that fills the memory.
/// </summary>
internal sealed class SchemaResolver(JsonObject root)
{
    private const int MaxCopied = 5_000;
    private const int MaxDepth = 32;

    /// <summary>A definition may stand in itself once more: then the model has seen how it goes on.</summary>
    private const int MaxRepeats = 2;

    private readonly List<string> _open = [];
    private int _left = MaxCopied;
    private int _depth;

    /// <summary>How many references are being followed; <see cref="Close"/> gets it back when what they led to is written.</summary>
    public int Opened => _open.Count;

    public void Close(int opened) => _open.RemoveRange(opened, _open.Count - opened);

    /// <summary>The schema without <c>$ref</c> and <c>allOf</c>: itself if it has none, a copy otherwise.</summary>
    public JsonObject Resolve(JsonObject schema)
    {
        if ((!schema.ContainsKey("$ref") && !schema.ContainsKey("allOf")) || !TakesCopy(schema))
        {
            return schema;
        }

        JsonObject result = [];
        Add(schema, result);
        return result;
    }

    /// <summary>Both at once, in one schema. What the first says of a word counts; properties and demands are those of both.</summary>
    public JsonObject Merge(JsonObject first, JsonObject second)
    {
        if (!TakesCopy(first) || !TakesCopy(second))
        {
            return first;
        }

        JsonObject result = [];
        Add(first, result);
        Add(second, result);
        return result;
    }

    /// <summary>
    /// An object whose alternatives are one: each may give any of their properties, and must give what all demand.
    /// For readers that want one plain object, at the top above all.
    /// </summary>
    public JsonObject Flatten(JsonObject schema)
    {
        int opened = Opened;
        JsonObject source = Resolve(schema);
        JsonObject flat = [];
        foreach ((string word, JsonNode? value) in source)
        {
            if (word is not ("anyOf" or "oneOf" or "allOf" or "$ref"))
            {
                flat[word] = value?.DeepClone();
            }
        }

        foreach (string word in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (source[word] is JsonArray branches && _depth < MaxDepth)
            {
                _depth++;
                SchemaUnion.AddTo(flat, [.. branches.OfType<JsonObject>().Where(TakesCopy).Select(Flatten).Where(SchemaUnion.MayBeObject)]);
                _depth--;
            }
        }

        Close(opened);
        return flat;
    }

    private bool TakesCopy(JsonNode node)
    {
        _left -= _left > 0 ? Size(node) : 0;
        return _left > 0;
    }

    private static int Size(JsonNode? node) => node switch
    {
        JsonObject schema => 1 + schema.Sum(static member => Size(member.Value)),
        JsonArray list => 1 + list.Sum(Size),
        _ => 1,
    };

    private void Add(JsonObject schema, JsonObject result)
    {
        foreach ((string word, JsonNode? value) in schema)
        {
            AddWord(result, word, value);
        }

        if (schema["$ref"]?.GetValue<string>() is { } pointer)
        {
            Follow(pointer, result);
        }

        if (schema["allOf"] is JsonArray parts && _depth < MaxDepth)
        {
            _depth++;
            foreach (JsonObject part in parts.OfType<JsonObject>())
            {
                Add(part, result);
            }

            _depth--;
        }
    }

    private void Follow(string pointer, JsonObject result)
    {
        if (_depth < MaxDepth && _open.Count(pointer.Equals) < MaxRepeats && Find(pointer) is { } target && TakesCopy(target))
        {
            _open.Add(pointer);
            _depth++;
            Add(target, result);
            _depth--;
        }
        else if (!result.ContainsKey("type"))
        {
            // It leads nowhere, or around once more: most definitions are objects.
            result["type"] = "object";
        }
    }

    private static void AddWord(JsonObject result, string word, JsonNode? value)
    {
        if (word is "$ref" or "allOf")
        {
            return;
        }

        switch (result[word], value)
        {
            case (JsonObject properties, JsonObject more) when word == "properties":
                foreach ((string name, JsonNode? property) in more)
                {
                    properties[name] = properties[name] is { } said ? Both(said, property) : property?.DeepClone();
                }

                break;
            case (JsonArray required, JsonArray more) when word == "required":
                foreach (JsonNode? name in more.Where(name => !required.Any(said => JsonNode.DeepEquals(said, name))))
                {
                    required.Add(name?.DeepClone());
                }

                break;
            case (JsonArray values, JsonArray others) when word == "enum" && values.Any(v => Contains(others, v)):
                result[word] = new JsonArray([.. values.Where(v => Contains(others, v)).Select(static v => v?.DeepClone())]);
                break;
            case (null, _) when !result.ContainsKey(word):
                result[word] = value?.DeepClone();
                break;
        }
    }

    private static bool Contains(JsonArray list, JsonNode? value) => list.Any(item => JsonNode.DeepEquals(item, value));

    private static JsonNode Both(JsonNode first, JsonNode? second) =>
        second is not JsonObject || JsonNode.DeepEquals(first, second)
            ? first.DeepClone()
            : new JsonObject { ["allOf"] = new JsonArray(first.DeepClone(), second.DeepClone()) };

    /// <summary>What a JSON pointer into the schema leads to; of other references the last part may name a definition.</summary>
    private JsonObject? Find(string pointer)
    {
        JsonNode? at = pointer.StartsWith('#') ? root : null;
        foreach (string step in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            at = at switch
            {
                JsonObject node => node[name],
                JsonArray list when int.TryParse(name, out int index) && index >= 0 && index < list.Count => list[index],
                _ => null,
            };
        }

        string last = pointer[(pointer.LastIndexOf('/') + 1)..];
        return (at ?? (root["$defs"] as JsonObject)?[last] ?? (root["definitions"] as JsonObject)?[last]) as JsonObject;
    }
}
