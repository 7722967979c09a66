using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Json;

namespace Gateway.Translation.Schemas;

/// <summary>
/// Schemas that are valid by draft 2020-12. OpenAI and Anthropic refuse a whole request for one tool that is not, and tools
/// in the wild are written in older drafts or by hand. A copy keeps all that is valid; it never throws, of two members of
/// one name the last counts, and half a surrogate pair becomes U+FFFD.
/// </summary>
internal static class SoundSchema
{
    private static readonly string[] s_types = ["string", "object", "array", "integer", "number", "boolean", "null"];

    /// <param name="schema">An object, or any other JSON.</param>
    /// <param name="openAi">Arrays say what their items are, too, and every pattern is one that OpenAI can read.</param>
    public static bool IsSound(JsonElement schema, bool openAi)
    {
        if (!schema.IsObject())
        {
            return schema.ValueKind is JsonValueKind.True or JsonValueKind.False;
        }

        foreach (JsonProperty member in schema.EnumerateObject())
        {
            if (!Fits(SchemaWords.KindOf(member), member.Value, openAi))
            {
                return false;
            }
        }

        return !openAi || !IsArrayType(schema.Member("type"u8)) || schema.Member("items"u8).Exists();
    }

    /// <summary>The schema as an object, empty for any other kind.</summary>
    public static JsonObject Copy(JsonElement schema)
    {
        JsonObject copy = [];
        if (!schema.IsObject())
        {
            return copy;
        }

        foreach (JsonProperty member in schema.EnumerateObject())
        {
            JsonNode? value = CopyWord(SchemaWords.KindOf(member), member.Value);
            if (value is not null || (member.Value.ValueKind == JsonValueKind.Null && SchemaWords.KindOf(member) == WordKind.Free))
            {
                copy[member.Name] = value;
            }
            else
            {
                copy.Remove(member.Name);
            }
        }

        ModernizeTuple(copy, schema);
        ModernizeLimit(copy, schema.Member("exclusiveMinimum"u8), "minimum", "exclusiveMinimum");
        ModernizeLimit(copy, schema.Member("exclusiveMaximum"u8), "maximum", "exclusiveMaximum");
        ModernizeRequired(copy, schema.Member("properties"u8));
        return copy;
    }

    private static bool Fits(WordKind kind, JsonElement value, bool openAi) => kind switch
    {
        WordKind.Free => true,
        WordKind.Schema => IsSound(value, openAi),
        WordKind.SchemaList => value.IsArray() && value.GetArrayLength() > 0 && AllSound(value, openAi),
        WordKind.SchemaMap => value.IsObject() && AllMembersSound(value, openAi),
        WordKind.SchemaPatterns => value.IsObject() && AllMembersSound(value, openAi) && (!openAi || value.EnumerateObject().All(static m => PortablePattern.Is(m.Name))),
        WordKind.Type => IsTypeName(value) || (value.IsArray() && value.GetArrayLength() > 0 && AreUnique(value, onlyTypes: true)),
        WordKind.Literals => value.IsArray() && value.GetArrayLength() > 0,
        WordKind.List => value.IsArray(),
        WordKind.Names => value.IsArray() && AreUnique(value, onlyTypes: false),
        WordKind.NamesMap => value.IsObject() && value.EnumerateObject().All(static m => m.Value.IsArray() && AreUnique(m.Value, onlyTypes: false)),
        WordKind.Number => value.ValueKind == JsonValueKind.Number,
        WordKind.PositiveNumber => value.ValueKind == JsonValueKind.Number && value.GetDouble() > 0,
        WordKind.Count => value.ValueKind == JsonValueKind.Number && value.GetDouble() is var count && count >= 0 && double.IsInteger(count),
        WordKind.Text => value.IsText(),
        WordKind.Pattern => value.IsText() && (!openAi || PortablePattern.Is(value.Text())),
        WordKind.Uri => value.IsText() && Uri.IsWellFormedUriString(value.Text(), UriKind.RelativeOrAbsolute),
        _ => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
    };

    private static bool AllSound(JsonElement list, bool openAi)
    {
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (!IsSound(item, openAi))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AllMembersSound(JsonElement map, bool openAi)
    {
        foreach (JsonProperty member in map.EnumerateObject())
        {
            if (!IsSound(member.Value, openAi))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsTypeName(JsonElement value) => value.IsText() && Array.IndexOf(s_types, value.Text()) >= 0;

    private static bool IsArrayType(JsonElement type) => type.Is("array"u8) || (type.IsArray() && type.EnumerateArray().Any(static t => t.Is("array"u8)));

    private static bool AreUnique(JsonElement names, bool onlyTypes)
    {
        HashSet<string> seen = [];
        foreach (JsonElement name in names.EnumerateArray())
        {
            if (!name.IsText() || (onlyTypes && !IsTypeName(name)) || !seen.Add(name.Text()))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Null where nothing of it can be kept.</summary>
    private static JsonNode? CopyWord(WordKind kind, JsonElement value) => kind switch
    {
        WordKind.Free or WordKind.List or WordKind.Literals when Fits(kind, value, openAi: false) => CopyValue(value),
        WordKind.Schema => CopySchema(value),
        WordKind.SchemaList when value.IsArray() => NotEmpty([.. value.EnumerateArray().Select(CopySchema).Where(static s => s is not null)]),
        WordKind.SchemaMap or WordKind.SchemaPatterns when value.IsObject() => CopyMap(value, static v => CopySchema(v) ?? new JsonObject()),
        WordKind.Type => CopyType(value),
        WordKind.Names when value.IsArray() => CopyNames(value),
        WordKind.NamesMap when value.IsObject() => CopyMap(value, CopyNames),
        _ => Fits(kind, value, openAi: false) ? CopyValue(value) : null,
    };

    private static JsonNode? CopySchema(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Copy(value),
        JsonValueKind.True or JsonValueKind.False => JsonValue.Create(value),
        _ => null,
    };

    private static JsonObject CopyMap(JsonElement map, Func<JsonElement, JsonNode> copyMember)
    {
        JsonObject copy = [];
        foreach (JsonProperty member in map.EnumerateObject())
        {
            copy[member.Name] = copyMember(member.Value);
        }

        return copy;
    }

    private static JsonArray CopyNames(JsonElement value) =>
        value.Items().Where(static v => v.IsText()).Select(static v => v.Text()).Distinct().ToNames();

    /// <summary>Gemini's own clients write types in capitals.</summary>
    private static JsonNode? CopyType(JsonElement value)
    {
        if (value.IsArray())
        {
            return NotEmpty(value.EnumerateArray().Select(static v => v.Text().ToLowerInvariant()).Intersect(s_types).ToNames());
        }

        string type = value.Text().ToLowerInvariant();
        return s_types.Contains(type) ? type : null;
    }

    private static JsonArray? NotEmpty(JsonArray list) => list.Count > 0 ? list : null;

    /// <summary>Up to draft 2019-09 a tuple was a list of items, and <c>additionalItems</c> said what follows.</summary>
    private static void ModernizeTuple(JsonObject copy, JsonElement schema)
    {
        JsonElement items = schema.Member("items"u8);
        if (!items.IsArray())
        {
            return;
        }

        // A place must stay where it is, even when nothing is known of it.
        JsonArray places = [.. items.EnumerateArray().Select(static item => CopySchema(item) ?? new JsonObject())];
        if (places.Count > 0 && !copy.ContainsKey("prefixItems"))
        {
            copy["prefixItems"] = places;
        }

        copy.Remove("additionalItems");
        if (CopySchema(schema.Member("additionalItems"u8)) is { } rest)
        {
            copy["items"] = rest;
        }
    }

    /// <summary>In draft 4 the limit stood in <c>minimum</c>, and <c>exclusiveMinimum</c> was a flag.</summary>
    private static void ModernizeLimit(JsonObject copy, JsonElement flag, string limit, string exclusive)
    {
        if (flag.IsTrue() && copy[limit] is { } value)
        {
            copy.Remove(limit);
            copy[exclusive] = value;
        }
    }

    /// <summary>In draft 3 each property said of itself that it is required.</summary>
    private static void ModernizeRequired(JsonObject copy, JsonElement properties)
    {
        if (properties.IsObject() && properties.EnumerateObject().Any(static p => p.Value.Member("required"u8).IsTrue()))
        {
            IEnumerable<string> said = copy["required"] is JsonArray names ? names.Select(static n => n.AsName()) : [];
            IEnumerable<string> own = properties.EnumerateObject().Where(static p => p.Value.Member("required"u8).IsTrue()).Select(static p => p.Name);
            copy["required"] = said.Union(own).ToNames();
        }
    }

    private static JsonNode? CopyValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => CopyMap(value, static v => CopyValue(v)!),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(CopyValue)]),
        JsonValueKind.String => JsonValue.Create(value.Text()),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(value),
    };
}
