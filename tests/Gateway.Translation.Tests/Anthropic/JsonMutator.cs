using System.Text.Json.Nodes;

namespace Gateway.Translation.Tests.Anthropic;

/// <summary>
/// Changes a JSON document the way broken clients do, and keeps it (mostly) JSON: members lost, doubled or of another
/// type, values from elsewhere in the document, deep nesting, halves of surrogate pairs, huge numbers.
/// </summary>
internal sealed class JsonMutator(Random random)
{
    private static readonly string[] s_values =
    [
        "null", "true", "0", "-1", "1e400", "-1e-400", "123456789012345678901234567890", "1.5", "\"\"", "\" \"", "\"x\"", "[]", "{}", "[[]]", "[null]", "{\"type\":null}",
        "\"\\ud800\"", "\"\\udc00x\"", "{\"\\ud800\":1}", "\"\\u0000\"", "[{\"type\":\"text\"}]", "{\"type\":\"tool_use\"}", "[{\"type\":\"\\ud800\"}]", "\"gwy1.e30\"", "{\"a\":1,\"a\":2}",
        "{\"type\":\"object\",\"properties\":{\"a\":{},\"a\":{}}}",
    ];

    /// <summary>The document with one to three changes, as text: some of them no object model could hold.</summary>
    public string Mutate(string json)
    {
        JsonNode root = JsonNode.Parse(json)!;
        List<string> raw = [];
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            List<JsonNode> all = [];
            Collect(root, all);
            if (all.Count > 0)
            {
                Change(all[random.Next(all.Count)], all, raw);
            }
        }

        string text = root.ToJsonString();
        for (int i = 0; i < raw.Count; i++)
        {
            text = text.Replace($"\"@raw{i}@\"", raw[i], StringComparison.Ordinal);
        }

        return text;
    }

    private static void Collect(JsonNode node, List<JsonNode> all)
    {
        IEnumerable<JsonNode?> children = node switch
        {
            JsonObject o => o.Select(p => p.Value),
            JsonArray a => a,
            _ => [],
        };
        if (node is JsonObject or JsonArray)
        {
            all.Add(node);
        }

        foreach (JsonNode child in children.OfType<JsonNode>())
        {
            Collect(child, all);
        }
    }

    private void Change(JsonNode container, List<JsonNode> all, List<string> raw)
    {
        JsonNode other = Other(all, raw);
        if (container is JsonObject { Count: > 0 } o)
        {
            string key = o.ElementAt(random.Next(o.Count)).Key;
            switch (random.Next(4))
            {
                case 0:
                    o.Remove(key);
                    break;
                case 1:
                    // The same member once more: whoever reads it must choose.
                    raw.Add($"0,\"{key}\":{s_values[random.Next(s_values.Length)]}");
                    o[$"extra{raw.Count}"] = $"@raw{raw.Count - 1}@";
                    break;
                default:
                    o[key] = other;
                    break;
            }
        }
        else if (container is JsonArray { Count: > 0 } a)
        {
            int index = random.Next(a.Count);
            switch (random.Next(3))
            {
                case 0:
                    a.RemoveAt(index);
                    break;
                case 1:
                    a.Insert(index, a[index]?.DeepClone());
                    break;
                default:
                    a[index] = other;
                    break;
            }
        }
    }

    private JsonNode Other(List<JsonNode> all, List<string> raw)
    {
        if (random.Next(4) == 0)
        {
            return all[random.Next(all.Count)].DeepClone();
        }

        int depth = random.Next(20) == 0 ? random.Next(1, 200) : 0;
        string value = s_values[random.Next(s_values.Length)];
        raw.Add(string.Concat(Enumerable.Repeat("[", depth)) + value + string.Concat(Enumerable.Repeat("]", depth)));
        return $"@raw{raw.Count - 1}@";
    }
}
