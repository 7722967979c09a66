using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Schemas;

/// <summary>
/// The part of JSON Schema that Anthropic's <c>output_config.format</c> takes: every object closed, no limits on numbers,
/// lengths and counts, no conditions.
/// </summary>
internal static class StructuredSchema
{
    // A longer chain is as good as endless, and must not exhaust the stack.
    private const int DeepestReference = 64;

    private static readonly FrozenSet<string> s_unsupported =
    [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
        "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "minProperties", "maxProperties",
        "patternProperties", "propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties",
        "not", "if", "then", "else",
    ];

    private static readonly FrozenSet<string> s_formats = ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];

    public static JsonObject Of(JsonElement schema, TranslationReport report)
    {
        SchemaResolver resolver = new(SoundSchema.Copy(schema));
        JsonObject result = SoundSchema.Copy(schema);
        SchemaTree.Visit(result, part => Restrict(part, resolver, report));
        return result;
    }

    /// <summary>True when a reference leads back to a schema that is being described.</summary>
    public static bool IsRecursive(JsonElement root) => Loops(root, root, [], []);

    private static void Restrict(JsonObject part, SchemaResolver resolver, TranslationReport report)
    {
        MergeParts(part, resolver);
        MergePlaces(part);

        // For choosing what to write, anyOf says the same.
        if (part["oneOf"] is { } options && !part.ContainsKey("anyOf"))
        {
            part.SetAt(part.IndexOf("oneOf"), "anyOf", options.DeepClone());
        }

        foreach (string word in part.Select(static word => word.Key).Where(word => !Takes(part, word)).ToArray())
        {
            part.Remove(word);
            report.Dropped("schema." + word);
        }

        if (SchemaTree.TypesOf(part).Contains("object") || (!part.ContainsKey("type") && part.ContainsKey("properties")))
        {
            if (part.Remove("additionalProperties", out JsonNode? more) && more?.GetValueKind() != JsonValueKind.False)
            {
                report.Dropped("schema.additionalProperties");
            }

            part["additionalProperties"] = false;
        }
    }

    /// <summary>Of parts that hold at once, Anthropic takes none that refers to a definition.</summary>
    private static void MergeParts(JsonObject part, SchemaResolver resolver)
    {
        if (!part.ContainsKey("allOf"))
        {
            return;
        }

        int opened = resolver.Opened;
        KeyValuePair<string, JsonNode?>[] merged = [.. ((JsonObject)resolver.Resolve(part).DeepClone())];
        resolver.Close(opened);
        part.Clear();
        foreach ((string word, JsonNode? value) in merged)
        {
            part[word] = value?.DeepClone();
        }
    }

    /// <summary>Places of a tuple cannot be told apart: an item may be what any of them may be.</summary>
    private static void MergePlaces(JsonObject part)
    {
        if (part.ContainsKey("prefixItems"))
        {
            JsonNode[] items = [.. SchemaTree.ItemsOf(part).OfType<JsonNode>().DistinctBy(static item => item.ToJsonString()).Select(static item => item.DeepClone())];
            part.Remove("prefixItems");
            part["items"] = items.Length switch
            {
                0 => new JsonObject(),
                1 => items[0],
                _ => new JsonObject { ["anyOf"] = new JsonArray(items) },
            };
        }
    }

    private static bool Takes(JsonObject part, string word) => word switch
    {
        "oneOf" => false,
        "minItems" => part[word]!.GetValue<double>() <= 1,
        "format" => s_formats.Contains(part[word].AsName()),
        "pattern" => !StrictSchema.HasLookaround(part[word].AsName()),
        _ => !s_unsupported.Contains(word),
    };

    private static bool Loops(JsonElement root, JsonElement at, HashSet<string> path, HashSet<string> clean)
    {
        if (at.IsArray())
        {
            return at.EnumerateArray().Any(item => Loops(root, item, path, clean));
        }

        if (!at.IsObject())
        {
            return false;
        }

        JsonElement reference = at.Member("$ref"u8);
        if (reference.IsText())
        {
            string pointer = reference.Text();
            if (pointer == "#" || path.Contains(pointer) || path.Count == DeepestReference)
            {
                return true;
            }

            // Without this memory a chain of definitions that name the next one twice would take for ever.
            if (!clean.Add(pointer))
            {
                return false;
            }

            path.Add(pointer);
            if (Loops(root, Resolve(root, pointer), path, clean))
            {
                return true;
            }

            path.Remove(pointer);
        }

        // Definitions count only where something refers to them.
        return at.EnumerateObject().Any(member => !member.NameEquals("$defs"u8) && !member.NameEquals("definitions"u8) && Loops(root, member.Value, path, clean));
    }

    private static JsonElement Resolve(JsonElement root, string pointer)
    {
        JsonElement at = root;
        foreach (string step in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = at.IsObject() && at.TryGetProperty(step, out JsonElement next) ? next : default;
        }

        return at;
    }
}
